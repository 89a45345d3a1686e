"""A ledger for a ticket that lived before the ledger did, out of what Helpdesk kept of it.

The aim is that no deadline moves. Helpdesk keeps one sum of hold time (business seconds, resolved stretches included)
and an activity log of status changes. Stretches from the log are used, the last one trimmed so that their sum is exactly
Helpdesk's. Where log and sum disagree by more than the log's precision, Helpdesk's sum is wrong (it overcounts a pause
that ended in a resolution): the log is believed and the difference reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .calendar import ServiceCalendar
from .errors import CalendarError
from .ledger import Category, Event, EventKind, to_utc

LOG_PRECISION = timedelta(seconds=2)
"""A logged change and the hold time counted for it are written by one save, at most this far apart."""

REPLY_PRECISION = timedelta(seconds=5)
"""A message and Helpdesk's first_responded_on are written by one request."""

RECONSTRUCTED = {"reconstructed": True}


def _in_utc(row: object, *names: str) -> None:
	"""Times are kept in UTC: two times of one zone would compare by the wall clock."""
	for name in names:
		moment = getattr(row, name)
		if moment is not None:
			object.__setattr__(row, name, to_utc(moment))


@dataclass(frozen=True, slots=True)
class StatusChange:
	"""One entry of the activity log: from ``at`` on the ticket had a status of this category."""

	at: datetime
	category: Category

	def __post_init__(self) -> None:
		_in_utc(self, "at")


@dataclass(frozen=True, slots=True)
class Message:
	"""One message; ``key`` names its document so that it is never counted again."""

	at: datetime
	from_agent: bool
	key: str
	sender: str = ""

	def __post_init__(self) -> None:
		_in_utc(self, "at")


@dataclass(frozen=True, slots=True)
class OldTicket:
	"""What Helpdesk kept. ``held``: its sum of hold time; ``paused_since``: start of a pause that lasts."""

	opened_at: datetime
	category: Category
	raised_by: str = ""
	team: str = ""
	priority: str = ""
	channel: str = ""
	assignees: tuple[str, ...] = ()
	merged_into: str = ""
	first_replied_at: datetime | None = None
	resolved_at: datetime | None = None
	paused_since: datetime | None = None
	held: timedelta = timedelta()
	changes: tuple[StatusChange, ...] = ()
	messages: tuple[Message, ...] = ()

	def __post_init__(self) -> None:
		_in_utc(self, "opened_at", "first_replied_at", "resolved_at", "paused_since")


@dataclass(frozen=True, slots=True)
class Reconstruction:
	"""Events in order, numbered from 1, and what of Helpdesk's record could not be believed (a code, "" for nothing)."""

	events: tuple[Event, ...]
	doubt: str = ""


def reconstruct(
	ticket: OldTicket, policy_event: Event | None, calendar: ServiceCalendar | None, now: datetime
) -> Reconstruction:
	"""The ledger of an old ticket. ``calendar``: that of its policy, in which the hold time was counted."""
	now = to_utc(now)
	stretches, doubt = _held_stretches(ticket, calendar, now)
	events = [_opened(ticket)]
	if policy_event:
		events.append(policy_event)
	events += [
		Event(EventKind.ASSIGNED, ticket.opened_at, 0, "", who, RECONSTRUCTED) for who in ticket.assignees
	]
	events += _replies(ticket)
	for start, end in stretches:
		events.append(Event(EventKind.PAUSED, start, 0, detail=RECONSTRUCTED))
		events.append(Event(EventKind.RESUMED, end, 0, detail=RECONSTRUCTED))
	events += _present_state(ticket, stretches, now)
	return Reconstruction(_numbered(events), doubt)


def _opened(ticket: OldTicket) -> Event:
	detail = {
		"team": ticket.team,
		"priority": ticket.priority,
		"channel": ticket.channel,
		"raised_by": ticket.raised_by,
		**RECONSTRUCTED,
	}
	return Event(EventKind.OPENED, ticket.opened_at, 0, ticket.raised_by, detail=detail)


def _replies(ticket: OldTicket) -> list[Event]:
	"""Messages after the opening; Helpdesk's first reply by a status change counts as one, as it did before."""
	events = []
	first_received = next((message for message in ticket.messages if not message.from_agent), None)
	for message in ticket.messages:
		if message is first_received:
			continue
		kind = EventKind.AGENT_REPLIED if message.from_agent else EventKind.CUSTOMER_REPLIED
		at = max(message.at, ticket.opened_at)
		events.append(Event(kind, at, 0, message.sender, "", RECONSTRUCTED, message.key))
	first = ticket.first_replied_at
	if first and not any(
		message.from_agent and message.at <= first + REPLY_PRECISION for message in ticket.messages
	):
		events.append(Event(EventKind.AGENT_REPLIED, max(first, ticket.opened_at), 0, detail=RECONSTRUCTED))
	return events


Stretch = tuple[datetime, datetime]


def _held_stretches(
	ticket: OldTicket, calendar: ServiceCalendar | None, now: datetime
) -> tuple[list[Stretch], str]:
	logged = _logged_stretches(ticket)
	if calendar is None:
		return logged, ""
	try:
		counted = sum((calendar.span(start, end) for start, end in logged), timedelta())
		if abs(counted - ticket.held) > LOG_PRECISION * max(1, len(logged)):
			if logged:
				return logged, "hold_time_differs_from_log"
			return _one_stretch(ticket, calendar, now)
		return _trimmed(logged, ticket.held, calendar), ""
	except CalendarError:
		return logged, "hold_time_not_countable"


def _logged_stretches(ticket: OldTicket) -> list[Stretch]:
	"""Closed stretches during which the ticket was paused or resolved, from the activity log."""
	stretches: list[Stretch] = []
	since: datetime | None = None
	for change in sorted(ticket.changes, key=lambda one: one.at):
		if change.category is Category.OPEN:
			if since is not None and change.at > since:
				stretches.append((since, change.at))
			since = None
		elif since is None:
			since = max(change.at, ticket.opened_at)
	return stretches


def _trimmed(logged: list[Stretch], held: timedelta, calendar: ServiceCalendar) -> list[Stretch]:
	"""The logged stretches with exactly ``held`` of open time in all; the last ones give or take the difference."""
	left, result = held, []
	for index, (start, end) in enumerate(logged):
		inside = calendar.span(start, end)
		if index == len(logged) - 1 or inside > left:
			end = to_utc(calendar.advance(start, left)) if left else start
			inside = left
		left -= inside
		if end > start:
			result.append((start, end))
	return result


def _one_stretch(ticket: OldTicket, calendar: ServiceCalendar, now: datetime) -> tuple[list[Stretch], str]:
	"""No log: one stretch of the right length, after the first reply if there was one."""
	start = max(ticket.first_replied_at or ticket.opened_at, ticket.opened_at)
	latest = ticket.paused_since or ticket.resolved_at or now
	end = to_utc(calendar.advance(start, ticket.held))
	return ([(start, end)], "") if end <= latest else ([], "hold_time_longer_than_ticket")


def _present_state(ticket: OldTicket, stretches: Sequence[Stretch], now: datetime) -> list[Event]:
	earliest = max([ticket.opened_at, *(end for _, end in stretches)])
	if ticket.merged_into:
		at = max(ticket.resolved_at or earliest, earliest)
		return [
			Event(EventKind.MERGED, at, 0, "", ticket.merged_into, RECONSTRUCTED),
			Event(EventKind.RESOLVED, at, 0, detail=RECONSTRUCTED),
		]
	if ticket.category is Category.RESOLVED:
		at = max(ticket.resolved_at or _last_change(ticket) or now, earliest)
		return [Event(EventKind.RESOLVED, at, 0, detail=RECONSTRUCTED)]
	if ticket.category is Category.PAUSED:
		at = max(ticket.paused_since or _last_change(ticket) or now, earliest)
		return [Event(EventKind.PAUSED, at, 0, detail=RECONSTRUCTED)]
	return []


def _last_change(ticket: OldTicket) -> datetime | None:
	return max((change.at for change in ticket.changes), default=None)


def _numbered(events: Sequence[Event]) -> tuple[Event, ...]:
	"""In order of time (stable, so that the opening stays first at its instant), numbered from 1."""
	ordered = sorted(events, key=lambda event: event.at)
	return tuple(
		Event(event.kind, event.at, number, event.actor, event.value, event.detail, event.key)
		for number, event in enumerate(ordered, start=1)
	)
