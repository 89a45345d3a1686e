"""A ledger for a ticket that lived before the ledger did, out of what Helpdesk kept of it.

The aim is that no deadline moves. Helpdesk keeps one sum of hold time (business seconds, resolved stretches included)
and an activity log of status changes. Its resolution deadline is opening + target + that sum, whenever the pauses were;
its first response deadline never moves. So the log says where the pauses were, and they are fitted to the sum: cut or
extended, and drawn to before the deadline where they began after it (a clock does not move once it is late).

The sum itself is not believed in two cases, and the difference is reported: where the log shows that Helpdesk counted a
stretch twice, and where there is no room for it in the ticket's life.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .calendar import ServiceCalendar
from .errors import CalendarError
from .ledger import Category, Event, EventKind, to_utc

LOG_PRECISION = timedelta(seconds=2)
"""A logged change and the hold time counted for it are written by one save; Helpdesk counts whole seconds at each end."""

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
	"""One entry of the activity log: from ``at`` on the ticket had a status of this category.

	``is_closing``: the status "Closed", at which Helpdesk counts nothing when the ticket was resolved before.
	"""

	at: datetime
	category: Category
	is_closing: bool = False

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
	ticket: OldTicket,
	policy_event: Event | None,
	calendar: ServiceCalendar | None,
	now: datetime,
	target: timedelta | None = None,
) -> Reconstruction:
	"""The ledger of an old ticket.

	``calendar``: that of its policy, in which the hold time was counted. ``target``: the policy's resolution target in
	open time of that calendar, None when it promises none (then the pauses stay where the log has them).
	"""
	now = to_utc(now)
	stretches, doubt = _held_stretches(ticket, calendar, now, target)
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
	opening = next((message for message in ticket.messages if not message.from_agent), None)
	first = ticket.first_replied_at
	answer = _message_of_first_reply(ticket)
	for message in ticket.messages:
		if message is opening:
			continue
		kind = EventKind.AGENT_REPLIED if message.from_agent else EventKind.CUSTOMER_REPLIED
		at = first if first and message is answer else message.at
		events.append(
			Event(kind, max(at, ticket.opened_at), 0, message.sender, "", RECONSTRUCTED, message.key)
		)
	if first and answer is None:
		events.append(Event(EventKind.AGENT_REPLIED, max(first, ticket.opened_at), 0, detail=RECONSTRUCTED))
	return events


def _message_of_first_reply(ticket: OldTicket) -> Message | None:
	"""The agent's first message, where it is what Helpdesk took for the first reply (or came before that)."""
	first = ticket.first_replied_at
	answer = min((one for one in ticket.messages if one.from_agent), key=lambda one: one.at, default=None)
	return answer if answer and first and answer.at <= first + REPLY_PRECISION else None


Stretch = tuple[datetime, datetime]


def _held_stretches(
	ticket: OldTicket, calendar: ServiceCalendar | None, now: datetime, target: timedelta | None
) -> tuple[list[Stretch], str]:
	"""Closed stretches in which the clocks stood still, and the doubt about Helpdesk's sum of them."""
	logged, twice = _logged_stretches(ticket)
	if calendar is None:
		return logged, ""
	try:
		if twice and _is_sum_of(calendar, (*logged, *twice), ticket.held):
			return logged, "hold_time_differs_from_log"
		fitted = _fitted(ticket, logged, calendar, now)
		if fitted is None:
			return logged, "hold_time_differs_from_log" if logged else "hold_time_longer_than_ticket"
		return (fitted if target is None else _before_deadline(ticket, fitted, calendar, target)), ""
	except CalendarError:
		return logged, "hold_time_not_countable"


def _logged_stretches(ticket: OldTicket) -> tuple[list[Stretch], list[Stretch]]:
	"""(stretches that Helpdesk counts when they end, stretches that it counts although they are in one of those).

	Helpdesk counts from the pause or the resolution to the next open status. A pause after a resolution makes it forget
	the resolved time before; a change between resolved statuses is counted there and again at the end.
	"""
	stretches: list[Stretch] = []
	twice: list[Stretch] = []
	since: datetime | None = None
	category = Category.OPEN
	for change in sorted(ticket.changes, key=lambda one: one.at):
		at = max(change.at, ticket.opened_at)
		if change.category is Category.OPEN:
			if since is not None and at > since:
				stretches.append((since, at))
			since = None
		elif since is None or (category is Category.RESOLVED and change.category is Category.PAUSED):
			since = at
		elif category is Category.PAUSED and change.category is Category.RESOLVED:
			stretches.append((since, at))
			since = at
		elif change.category is Category.RESOLVED and not change.is_closing:
			twice.append((since, at))
		category = change.category
	return stretches, twice


def _total(calendar: ServiceCalendar, stretches: Iterable[Stretch]) -> timedelta:
	return sum((calendar.span(start, end) for start, end in stretches), timedelta())


def _is_sum_of(calendar: ServiceCalendar, stretches: Sequence[Stretch], held: timedelta) -> bool:
	return abs(_total(calendar, stretches) - held) <= LOG_PRECISION * len(stretches)


def _fitted(
	ticket: OldTicket, logged: list[Stretch], calendar: ServiceCalendar, now: datetime
) -> list[Stretch] | None:
	"""The logged stretches with exactly ``held`` of open time in all; None when the ticket's life has no room for it.

	Too much is cut from the last ones. Too little (the log is gone, or begins late) is added before the stretches where
	there is room since the first reply, then after them.
	"""
	latest = max(min(ticket.paused_since or ticket.resolved_at or now, now), ticket.opened_at)
	missing = ticket.held - _total(calendar, logged)
	if missing <= timedelta():
		return _cut_to(logged, ticket.held, calendar)
	result: list[Stretch] = []
	free = max(ticket.opened_at, min(ticket.first_replied_at or ticket.opened_at, latest))
	for start, end in logged:
		if missing and start > free:
			start, missing = _begin_earlier(calendar, free, start, missing)
		result.append((start, end))
		free = max(free, end)
	if missing and latest > free:
		taken = min(missing, calendar.span(free, latest))
		begin = result.pop()[0] if result and result[-1][1] == free else free
		result.append((begin, to_utc(calendar.advance(free, taken))))
		missing -= taken
	return None if missing else result


def _cut_to(logged: list[Stretch], held: timedelta, calendar: ServiceCalendar) -> list[Stretch]:
	left, result = held, []
	for start, end in logged:
		inside = calendar.span(start, end)
		if inside > left:
			end, inside = to_utc(calendar.advance(start, left)), left
		left -= inside
		if end > start:
			result.append((start, end))
	return result


def _begin_earlier(
	calendar: ServiceCalendar, free: datetime, start: datetime, missing: timedelta
) -> tuple[datetime, timedelta]:
	"""A start that adds what is missing, not before ``free``, and what is missing still."""
	room = calendar.span(free, start)
	if room <= missing:
		return free, missing - room
	return to_utc(calendar.advance(free, room - missing)), timedelta()


def _before_deadline(
	ticket: OldTicket, stretches: Sequence[Stretch], calendar: ServiceCalendar, target: timedelta
) -> list[Stretch]:
	"""The stretches, those drawn to before the deadline that began after it, so that all of them move it.

	Of those, one without open time moves nothing wherever it is, and is left out.
	"""
	due = to_utc(calendar.advance(ticket.opened_at, target))
	result: list[Stretch] = []
	for start, end in stretches:
		length = calendar.span(start, end)
		moved = to_utc(calendar.advance(due, length))
		if start <= due:
			result.append((start, end))
		elif length:
			begin = result.pop()[0] if result and result[-1][1] >= due else due
			result.append((begin, moved))
		due = moved
	return result


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
