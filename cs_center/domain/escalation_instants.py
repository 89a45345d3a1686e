"""When a step falls due: on a clock, moved by its pauses, or by what happened to the ticket as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from .calendar import ServiceCalendar
from .calendar_table import to_instant
from .clocks import Clock
from .errors import CalendarError
from .escalation_policy import Step, Trigger, severity_rank
from .ledger import Event, EventKind
from .stops import Stop, moved_by_stops, outside_stops
from .units import Unit, add_to_instant, measure_instants, move_instant


class Missing(str, Enum):
	"""Why a step has no instant at which it falls due, as things stand."""

	STANDS_STILL = "stands_still"
	TARGET_TOO_SHORT = "target_too_short"
	OUT_OF_RANGE = "out_of_range"
	NOT_PROMISED = "not_promised"
	NOT_HAPPENED = "not_happened"
	WAITS_FOR_LEVEL = "waits_for_level"
	ACKNOWLEDGED = "acknowledged"


def instant_on_clock(step: Step, clock: Clock, calendar: ServiceCalendar) -> int | Missing:
	"""The instant (microseconds after 1970 UTC) at which a deadline's step falls due on ``clock``.

	Never before the target was in force and never within a pause: a clock that stands still moves nobody to act.
	"""
	try:
		moment = _FINDERS[step.trigger](step, clock, calendar)
	except CalendarError:
		return Missing.OUT_OF_RANGE
	if isinstance(moment, Missing):
		return moment
	if clock.governed_from is not None:
		moment = max(moment, to_instant(clock.governed_from))
	if clock.stops and clock.stops[-1][1] is None and moment >= clock.stops[-1][0]:
		return Missing.STANDS_STILL
	found = outside_stops(moment, clock.stops)
	return Missing.STANDS_STILL if found is None else found


def _share(step: Step, clock: Clock, calendar: ServiceCalendar) -> int:
	"""Counted from the start as the target's own unit counts; the whole target is the deadline itself."""
	if step.threshold == 100:
		return to_instant(clock.due_at)
	started, unit = to_instant(clock.started_at), clock.amount.unit
	length = clock.amount.micro
	if unit.is_days:
		due = add_to_instant(calendar, started, clock.amount)
		length = measure_instants(calendar, started, due, unit)
	moment = move_instant(calendar, started, round(length * step.threshold / 100), unit)
	return moved_by_stops(moment, clock.stops, calendar, unit)


def _before(step: Step, clock: Clock, calendar: ServiceCalendar) -> int | Missing:
	"""A lead as long as the whole target would fire at the opening: such a reminder reminds of nothing."""
	assert step.amount is not None
	started, lead = to_instant(clock.started_at), step.amount
	whole = measure_instants(calendar, started, add_to_instant(calendar, started, clock.amount), lead.unit)
	if lead.micro >= whole:
		return Missing.TARGET_TOO_SHORT
	return retreat(calendar, to_instant(clock.due_at), lead.micro, lead.unit)


def _after(step: Step, clock: Clock, calendar: ServiceCalendar) -> int:
	assert step.amount is not None
	due, unit = to_instant(clock.due_at), step.amount.unit
	moment = move_instant(calendar, due, step.amount.micro, unit)
	return moved_by_stops(moment, stops_after(clock.stops, due), calendar, unit)


_FINDERS = {Trigger.SHARE_OF_TARGET: _share, Trigger.BEFORE_DEADLINE: _before, Trigger.AFTER_DEADLINE: _after}


def retreat(calendar: ServiceCalendar, instant: int, length: int, unit: Unit) -> int:
	"""``length`` before ``instant``, as the unit counts it."""
	return calendar.retreat_instant(instant, length) if unit.is_business else instant - length


def stops_after(stops: Sequence[Stop], moment: int) -> Sequence[Stop]:
	"""What lies of the stops at ``moment`` or later."""
	return [(max(start, moment), end) for start, end in stops if end is None or end > moment]


class Occurrence(NamedTuple):
	"""Something that happened to the ticket: in which of its openings (1, 2 after a reopening, ...) and when."""

	cycle: int
	at: datetime


def occurrences(step: Step, events: Sequence[Event], calendar: ServiceCalendar) -> Iterator[Occurrence]:
	"""When a ticket's step falls due, the first time in each opening; ``events`` in order."""
	seen: set[int] = set()
	for found in _WATCHERS[step.trigger](step, events, calendar):
		if found.cycle not in seen:
			seen.add(found.cycle)
			yield found


def with_cycle(events: Sequence[Event]) -> Iterator[tuple[int, Event]]:
	"""Each event with the opening it belongs to."""
	cycle = 1
	for event in events:
		if event.kind is EventKind.REOPENED:
			cycle += 1
		yield cycle, event


def _severity(step: Step, events: Sequence[Event], calendar: ServiceCalendar) -> Iterator[Occurrence]:
	"""The first time only: a ticket that is reopened has not become more severe."""
	wanted = severity_rank(step.severity)
	for cycle, event in with_cycle(events):
		severity = (
			str(event.detail.get("severity") or "")
			if event.kind in (EventKind.OPENED, EventKind.RECEIVED)
			else event.value
			if event.kind is EventKind.SEVERITY_CHANGED
			else ""
		)
		if severity_rank(severity) >= wanted:
			yield Occurrence(cycle, event.at)
			return


def _reopened(step: Step, events: Sequence[Event], calendar: ServiceCalendar) -> Iterator[Occurrence]:
	for cycle, event in with_cycle(events):
		if event.kind is EventKind.REOPENED and cycle - 1 == step.threshold:
			yield Occurrence(cycle, event.at)


def _contacts(step: Step, events: Sequence[Event], calendar: ServiceCalendar) -> Iterator[Occurrence]:
	"""The opening and each message of the customer; the window slides."""
	assert step.amount is not None
	contacts: list[datetime] = []
	count = int(step.threshold)
	for cycle, event in with_cycle(events):
		if event.kind not in (EventKind.OPENED, EventKind.CUSTOMER_REPLIED):
			continue
		contacts.append(event.at)
		if len(contacts) < count:
			continue
		first = to_instant(contacts[-count])
		if measure_instants(calendar, first, to_instant(event.at), step.amount.unit) <= step.amount.micro:
			yield Occurrence(cycle, event.at)


def _low_satisfaction(step: Step, events: Sequence[Event], calendar: ServiceCalendar) -> Iterator[Occurrence]:
	for cycle, event in with_cycle(events):
		if event.kind is EventKind.RATED and 0 < stars(event.value) <= step.threshold:
			yield Occurrence(cycle, event.at)


def stars(value: str) -> float:
	"""A rating's number; 0 when it is none."""
	try:
		return float(value)
	except ValueError:
		return 0


_WATCHERS = {
	Trigger.SEVERITY: _severity,
	Trigger.REOPENED: _reopened,
	Trigger.CONTACTS: _contacts,
	Trigger.LOW_SATISFACTION: _low_satisfaction,
}


def calendar_of(calendars: Mapping[str, ServiceCalendar], name: str) -> ServiceCalendar | None:
	"""The calendar, or None where there is none: a step that cannot be counted is told, never an error."""
	try:
		return calendars[name]
	except KeyError:
		return None
