"""Where a ticket's clocks stood still before there was a ledger: the log's stretches, fitted to Helpdesk's one sum."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from .calendar import ServiceCalendar
from .errors import CalendarError
from .ledger import Category, to_utc
from .old_ticket import OldTicket

LOG_PRECISION = timedelta(seconds=2)
"""A logged change and the hold time counted for it are written by one save; Helpdesk counts whole seconds at each end."""

REPLY_PRECISION = timedelta(seconds=5)
"""A message and Helpdesk's first_responded_on are written by one request."""

Stretch = tuple[datetime, datetime]


def held_stretches(
	ticket: OldTicket, calendar: ServiceCalendar | None, now: datetime, target: timedelta | None
) -> tuple[list[Stretch], str]:
	"""Closed stretches in which the clocks stood still, and the doubt about Helpdesk's sum of them."""
	logged, twice = _logged_stretches(ticket)
	if calendar is None:
		return logged, ""
	try:
		counted_twice = twice and _is_sum_of(calendar, (*logged, *twice), ticket.held)
		if counted_twice and not _is_sum_of(calendar, logged, ticket.held):
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
	if missing and result and missing <= REPLY_PRECISION:
		start, missing = _begin_earlier(calendar, ticket.opened_at, result[0][0], missing)
		result[0] = (start, result[0][1])
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
