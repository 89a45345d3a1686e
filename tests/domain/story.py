"""Tickets told as short stories: ``Story().opened(9).paused(10).resumed(15)`` and the clocks that follow.

Hours are UTC on Monday 5 January 2026 unless ``day`` says otherwise (5 to 9 are Monday to Friday, 10 and 11 a weekend).
A time may be a number of hours (9.5 is half past nine) or a datetime.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import Any

from cs_center.domain.calendar import ServiceCalendar
from cs_center.domain.clocks import Clock, compute_clocks
from cs_center.domain.ledger import Event, EventKind, in_order
from cs_center.domain.policy import Amount, Metric, Policy, Target, Unit

UTC = timezone.utc
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
OFFICE = ServiceCalendar(
	{"time_zone": "UTC", "windows": {name: [["09:00", "18:00"]] for name in WEEKDAYS[:5]}}
)
ALWAYS = ServiceCalendar({"time_zone": "UTC", "windows": {name: [["00:00", "24:00"]] for name in WEEKDAYS}})
CALENDARS = {"Office": OFFICE, "Always": ALWAYS}

MINUTE = timedelta(minutes=1)
MICROSECOND = timedelta(microseconds=1)


def at(hour: float | datetime, day: int = 5) -> datetime:
	if isinstance(hour, datetime):
		return hour
	return datetime(2026, 1, day, tzinfo=UTC) + timedelta(hours=hour)


def target(
	metric: Metric,
	value: float,
	unit: Unit = Unit.BUSINESS_MINUTES,
	*,
	priority: str | None = None,
	warn: int = 75,
	pauses: bool = True,
) -> Target:
	return Target(metric, Amount(value, unit), priority, warn, pauses)


def promise(*targets: Target, name: str = "P", calendar: str = "Office") -> Policy:
	return Policy(name, f"Title of {name}", 1, calendar, targets)


class Story:
	"""A ledger that grows event by event; each step returns a new story, so that tests can branch."""

	def __init__(self, events: Iterable[Event] = ()) -> None:
		self.events = tuple(events)

	def then(self, kind: EventKind, hour: float | datetime, day: int = 5, **more: Any) -> Story:
		return Story((*self.events, Event(kind, at(hour, day), len(self.events) + 1, **more)))

	def opened(
		self,
		hour: float | datetime = 9,
		day: int = 5,
		*,
		policy: str = "P",
		priority: str = "Medium",
		team: str = "",
	) -> Story:
		told = self.then(EventKind.OPENED, hour, day, detail={"priority": priority, "team": team})
		return told.policy(policy, hour, day) if policy else told

	def policy(self, name: str, hour: float | datetime, day: int = 5) -> Story:
		return self.then(EventKind.POLICY_CHANGED, hour, day, value=name)

	def priority(self, name: str, hour: float | datetime, day: int = 5) -> Story:
		return self.then(EventKind.PRIORITY_CHANGED, hour, day, value=name)

	def team(self, name: str, hour: float | datetime, day: int = 5) -> Story:
		return self.then(EventKind.TEAM_CHANGED, hour, day, value=name)

	def assigned(self, who: str, hour: float | datetime, day: int = 5, *, by: str = "") -> Story:
		return self.then(EventKind.ASSIGNED, hour, day, value=who, actor=by)

	def acknowledged(self, hour: float | datetime, day: int = 5) -> Story:
		return self.then(EventKind.ACKNOWLEDGED, hour, day)

	def replied(self, hour: float | datetime, day: int = 5) -> Story:
		return self.then(EventKind.AGENT_REPLIED, hour, day)

	def asked(self, hour: float | datetime, day: int = 5) -> Story:
		return self.then(EventKind.CUSTOMER_REPLIED, hour, day)

	def paused(self, hour: float | datetime, day: int = 5) -> Story:
		return self.then(EventKind.PAUSED, hour, day)

	def resumed(self, hour: float | datetime, day: int = 5) -> Story:
		return self.then(EventKind.RESUMED, hour, day)

	def resolved(self, hour: float | datetime, day: int = 5) -> Story:
		return self.then(EventKind.RESOLVED, hour, day)

	def reopened(self, hour: float | datetime, day: int = 5) -> Story:
		return self.then(EventKind.REOPENED, hour, day)

	def merged(self, hour: float | datetime, day: int = 5) -> Story:
		return self.then(EventKind.MERGED, hour, day, value="0002")

	def cancelled(self, hour: float | datetime, day: int = 5) -> Story:
		return self.then(EventKind.CANCELLED, hour, day)

	def clocks(
		self, policies: Policy | Iterable[Policy], hour: float | datetime, day: int = 5
	) -> list[Clock]:
		given = [policies] if isinstance(policies, Policy) else list(policies)
		return compute_clocks(
			in_order(self.events), {one.name: one for one in given}, CALENDARS, at(hour, day)
		)

	def clock(self, policies: Policy | Iterable[Policy], hour: float | datetime, day: int = 5) -> Clock:
		"""The only clock; a story with more must ask for ``clocks``."""
		(found,) = self.clocks(policies, hour, day)
		return found
