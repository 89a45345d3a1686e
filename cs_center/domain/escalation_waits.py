"""A level that nobody acknowledges: when the next one takes over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from .calendar import ServiceCalendar
from .calendar_table import to_instant
from .clocks import Clock
from .errors import CalendarError
from .escalation_instants import Missing, stops_after
from .escalation_policy import Step
from .stops import moved_by_stops, outside_stops
from .units import move_instant


class Waiting(Protocol):
	"""An escalation of the level before."""

	@property
	def state(self) -> str: ...

	@property
	def waits_since(self) -> datetime: ...


def instant_without_acknowledgement(
	step: Step, before: Sequence[Waiting], clock: Clock | None, calendar: ServiceCalendar
) -> int | Missing:
	"""The instant at which the wait for the level before is over; pauses of the clock are waited out.

	One acknowledgement is enough: somebody has the ticket in hand.
	"""
	assert step.amount is not None
	if any(one.state == "Acknowledged" for one in before):
		return Missing.ACKNOWLEDGED
	waiting = [one for one in before if one.state in ("Open", "Snoozed")]
	if not waiting:
		return Missing.WAITS_FOR_LEVEL
	since = to_instant(min(one.waits_since for one in waiting))
	unit = step.amount.unit
	try:
		moment = move_instant(calendar, since, step.amount.micro, unit)
		if clock is None:
			return moment
		stops = stops_after(clock.stops, since)
		found = outside_stops(moved_by_stops(moment, stops, calendar, unit), clock.stops)
	except CalendarError:
		return Missing.OUT_OF_RANGE
	is_stopped = found is None or (bool(stops) and stops[-1][1] is None and found >= stops[-1][0])
	return Missing.STANDS_STILL if found is None or is_stopped else found
