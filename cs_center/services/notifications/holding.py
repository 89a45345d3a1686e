"""When may a message leave? Not in quiet hours, not outside the shift, and not as one of many.

The first message to somebody leaves at once; those that follow within the digest's minutes wait for the end of that
time and leave together. Urgent messages pass all of this.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe.query_builder.functions import Max

from cs_center.domain.calendar import CalendarError, ServiceCalendar
from cs_center.domain.quiet_hours import OUTSIDE_SHIFT, QUIET_HOURS, Release, release
from cs_center.services.service_levels.definitions import CALENDAR, load_calendar
from cs_center.services.service_levels.safety import log_unusable
from cs_center.services.service_levels.site_time import to_aware, to_stored

from .messages import (
	CHANNEL,
	DELIVERY,
	DIGESTED_MEDIA,
	IS_DIGEST,
	IS_OFF_SHIFT,
	IS_QUIET,
	IS_RETRY,
	PROFILE,
	QUEUED,
	SENDING,
	SENT,
	TEST,
	WEBHOOK,
	Message,
)
from .settings import DeliverySettings, read_delivery_settings

LONGEST_DIGEST = timedelta(days=1)
"""How far back a digest's first message is looked for; a longer digest would be no alert any more."""

_HOLD_REASONS = {QUIET_HOURS: IS_QUIET, OUTSIDE_SHIFT: IS_OFF_SHIFT}


@dataclass(frozen=True)
class Plan:
	"""When a message may leave, and what holds it until then ("" when nothing does)."""

	at: datetime
	hold_reason: str = ""


@dataclass(frozen=True)
class Habits:
	"""When a person or a channel may be disturbed, and how often. Calendars by name, "" for none."""

	quiet_calendar: str = ""
	shift_calendar: str = ""
	digest: timedelta = timedelta()


@dataclass
class _Planner:
	"""Plans in order: a message queued just now counts for the next one to the same group."""

	now: datetime
	habits: Callable[[Message], Habits]
	departures: dict[tuple[str, str], datetime]
	releases: dict[tuple[str, str, datetime], Release] = field(default_factory=dict)

	def plan(self, message: Message) -> Plan:
		if message.urgent or message.occasion == TEST:
			return Plan(self.now)
		habits = self.habits(message)
		plan = self._released(self.now, habits)
		if message.medium not in DIGESTED_MEDIA or not habits.digest:
			return plan
		plan = self._digested(plan, self.departures.get(message.group), habits)
		self.departures[message.group] = plan.at
		return plan

	def _digested(self, plan: Plan, last: datetime | None, habits: Habits) -> Plan:
		"""The last departure is still to come: join it. It is not long past: wait for the digest's end."""
		if last is None or abs(last - plan.at) >= habits.digest:
			return plan
		if last >= plan.at:
			return Plan(last, plan.hold_reason if last == plan.at else IS_DIGEST)
		return Plan(self._released(last + habits.digest, habits).at, IS_DIGEST)

	def _released(self, at: datetime, habits: Habits) -> Plan:
		key = (habits.quiet_calendar, habits.shift_calendar, at)
		if key not in self.releases:
			quiet, shift = _calendar(habits.quiet_calendar), _calendar(habits.shift_calendar)
			self.releases[key] = release(at, quiet, shift)
		found = self.releases[key]
		return Plan(found.at, _HOLD_REASONS.get(found.reason, ""))


def plan_all(messages: Sequence[Message], now: datetime) -> list[Plan]:
	"""A plan for each message, in their order. Five queries at most, whatever their number."""
	settings = read_delivery_settings()
	of_channel = _habits_of_channels({message.channel for message in messages if message.channel}, settings)
	of_person = _habits_of_people({message.recipient for message in messages if message.recipient}, settings)
	everybody = Habits(settings.quiet_calendar, "", _minutes(settings.digest_minutes))

	def habits(message: Message) -> Habits:
		if message.medium == WEBHOOK:
			return of_channel.get(message.channel, Habits(digest=everybody.digest))
		return of_person.get(message.recipient, everybody)

	planner = _Planner(now, habits, _departures(messages, now))
	return [planner.plan(message) for message in messages]


def who_gets_digests(medium: str, names: set[str]) -> set[str]:
	"""Those of these recipients (or channels) whose messages leave together; the others get each one by itself."""
	settings = read_delivery_settings()
	habits = (_habits_of_channels if medium == WEBHOOK else _habits_of_people)(names, settings)
	everybody = Habits(digest=_minutes(settings.digest_minutes))
	return {name for name in names if habits.get(name, everybody).digest}


def _habits_of_people(users: set[str], settings: DeliverySettings) -> dict[str, Habits]:
	fields = ["name", "quiet_calendar", "shift_calendar", "digest_minutes"]
	return {
		row.name: Habits(
			row.quiet_calendar or settings.quiet_calendar,
			row.shift_calendar or "",
			_minutes(row.digest_minutes or settings.digest_minutes),
		)
		for row in _rows(PROFILE, users, fields)
	}


def _habits_of_channels(channels: set[str], settings: DeliverySettings) -> dict[str, Habits]:
	return {
		row.name: Habits(
			row.quiet_calendar or "", "", _minutes(row.digest_minutes or settings.digest_minutes)
		)
		for row in _rows(CHANNEL, channels, ["name", "quiet_calendar", "digest_minutes"])
	}


def _rows(doctype: str, names: set[str], fields: list[str]) -> list[Any]:
	if not names:
		return []
	return frappe.get_all(
		doctype, filters={"name": ["in", sorted(names)]}, fields=fields, limit_page_length=0
	)


def _minutes(number: int | None) -> timedelta:
	return min(timedelta(minutes=max(number or 0, 0)), LONGEST_DIGEST)


def _calendar(name: str) -> ServiceCalendar | None:
	"""The calendar; None when it cannot be used: a message is rather sent in quiet hours than never."""
	if not name:
		return None
	try:
		return load_calendar(name)
	except (CalendarError, frappe.DoesNotExistError):
		log_unusable(CALENDAR, name)
		return None


def _departures(messages: Sequence[Message], now: datetime) -> dict[tuple[str, str], datetime]:
	"""By group, the last instant at which something left or will leave; a query for each medium."""
	found: dict[tuple[str, str], datetime] = {}
	for medium in DIGESTED_MEDIA:
		names = {message.group[1] for message in messages if message.medium == medium and not message.urgent}
		if names:
			found.update(_departures_of(medium, sorted(names), now))
	return found


def _departures_of(medium: str, names: list[str], now: datetime) -> dict[tuple[str, str], datetime]:
	table = frappe.qb.DocType(DELIVERY)
	who = table.channel if medium == WEBHOOK else table.recipient
	has_left = (table.state == SENT) & (table.sent_at > to_stored(now - LONGEST_DIGEST))
	will_leave = table.state.isin([QUEUED, SENDING]) & (table.hold_reason != IS_RETRY)
	ours = (table.medium == medium) & who.isin(names) & (table.urgent == 0) & (table.occasion != TEST)
	if medium != WEBHOOK:
		ours &= table.channel.isnull()  # the index begins with medium and channel
	rows = (
		frappe.qb.from_(table)
		.select(who, table.state, Max(table.sent_at), Max(table.next_attempt_at))
		.where(ours & (has_left | will_leave))
		.groupby(who, table.state)
		.run()
	)
	found: dict[tuple[str, str], datetime] = {}
	for name, state, sent_at, next_attempt_at in rows:
		# What is queued and due has not left: it leaves now at the earliest, and can be joined.
		moment = to_aware(sent_at) if state == SENT else max(to_aware(next_attempt_at), now)
		found[medium, name] = max(moment, found.get((medium, name), moment))
	return found
