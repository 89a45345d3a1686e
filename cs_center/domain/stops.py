"""Arithmetic on stops: the stretches in which a clock stands still. Instants and lengths in microseconds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from .calendar import ServiceCalendar
from .units import Unit, measure_instants, move_instant

Stop = tuple[int, int | None]
"""(start, end) of a stretch in which a clock stands still, in instants; an end of None: it still lasts."""


def moved_by_stops(moment: int, stops: Sequence[Stop], calendar: ServiceCalendar, unit: Unit) -> int:
	"""``moment`` moved on by every ended stop that began no later than it, as the unit counts the stop."""
	for start, end in stops:
		if end is None or start > moment:
			break
		moment = move_instant(calendar, moment, measure_instants(calendar, start, end, unit), unit)
	return moment


def outside_stops(moment: int, stops: Sequence[Stop]) -> int | None:
	"""``moment``, or the end of the stop it falls into: a clock that stands still is not missed. None: still stopped."""
	for start, end in stops:
		if start <= moment and (end is None or moment < end):
			if end is None:
				return None
			moment = end
	return moment


def cut_stops(stops: Sequence[Stop], end: int | None) -> Sequence[Stop]:
	"""The part of the stops before ``end``; only a target that was dropped ends before its obligation does."""
	if end is None or not stops:
		return stops
	return [(start, end if stop is None else min(stop, end)) for start, stop in stops if start < end]


def length_without_stops(
	calendar: ServiceCalendar, start: int, end: int, stops: Sequence[Stop], unit: Unit
) -> timedelta:
	"""Length from start to end without the stops, as the unit counts it."""
	total = measure_instants(calendar, start, end, unit) if end > start else 0
	for begin, stop in stops:
		first, last = max(begin, start), end if stop is None else min(stop, end)
		if first < last:
			total -= measure_instants(calendar, first, last, unit)
	return timedelta(microseconds=total)


def total_stopped(calendar: ServiceCalendar, stops: Sequence[Stop], unit: Unit) -> timedelta:
	"""Length of the ended stops together, as the unit counts it."""
	ended = ((start, end) for start, end in stops if end is not None)
	return timedelta(microseconds=sum(measure_instants(calendar, start, end, unit) for start, end in ended))
