"""Business time: how long is it open between two instants, and when has it been open for long enough?

Every question costs a bisection in a table that is laid out once, so a year costs what a day costs.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from .calendar_spec import FIRST_YEAR, LAST_YEAR, read_opening_hours
from .calendar_table import (
	DAY_MICRO,
	HORIZON,
	MICRO,
	OpenTable,
	build_table,
	to_datetime,
	to_instant,
	to_micro,
)
from .errors import (
	CalendarError,
	HorizonError,
	InvertedSpanError,
	NaiveDatetimeError,
	NegativeAmountError,
	OutOfRangeError,
)

__all__ = ["HORIZON_DAYS", "CalendarError", "ServiceCalendar"]

HORIZON_DAYS = HORIZON // DAY_MICRO
"""A stretch this long without any open time is an error, never a longer search (more than a year of closure)."""

_FIRST_ORDINAL, _LAST_ORDINAL = (datetime(year, 1, 1).toordinal() for year in (FIRST_YEAR, LAST_YEAR + 1))
_EPOCH_ORDINAL = datetime(1970, 1, 1).toordinal()
_FIRST_INSTANT, _LAST_INSTANT = (
	(day - _EPOCH_ORDINAL) * DAY_MICRO for day in (_FIRST_ORDINAL + 2, _LAST_ORDINAL - 2)
)


class ServiceCalendar:
	"""Opening hours in one time zone. Aware datetimes in (any zone), aware datetimes in the calendar's zone out."""

	__slots__ = ("_table", "hours", "zone")

	def __init__(self, spec: Mapping[str, Any]) -> None:
		self.hours = read_opening_hours(spec)
		self.zone = self.hours.zone
		self._table: OpenTable | None = None

	@classmethod
	def from_dict(cls, spec: Mapping[str, Any]) -> ServiceCalendar:
		"""Read and check the plain form (see ``calendar_spec.read_opening_hours``); raises CalendarError."""
		return cls(spec)

	def deadline(self, start: datetime, seconds: int) -> datetime:
		"""Earliest instant with ``seconds`` of open time since ``start``; a window's end counts as reached."""
		return to_datetime(self.advance_instant(_instant(start), round(seconds * MICRO)), self.zone)

	def elapsed(self, start: datetime, end: datetime) -> int:
		"""Whole seconds of open time between two instants; InvertedSpanError when end is before start."""
		return self.span_instants(_instant(start), _instant(end)) // MICRO

	def business_days_deadline(self, start: datetime, days: int) -> datetime:
		"""End of the last window of the ``days``-th open date after the local date of ``start``."""
		return to_datetime(self.business_days_instant(_instant(start), days), self.zone)

	def advance(self, start: datetime, amount: timedelta) -> datetime:
		"""``deadline`` to the microsecond."""
		return to_datetime(self.advance_instant(_instant(start), to_micro(amount)), self.zone)

	def span(self, start: datetime, end: datetime) -> timedelta:
		"""``elapsed`` to the microsecond."""
		return timedelta(microseconds=self.span_instants(_instant(start), _instant(end)))

	def open_intervals(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
		"""The open stretches between two instants, cut to them, in order; none has no length."""
		first, last = _instant(start), _instant(end)
		if last < first:
			raise InvertedSpanError(start=start.isoformat(), end=end.isoformat())
		table = self._covering(first, last)
		low, high = bisect_right(table.ends, first), bisect_left(table.starts, last)
		cut = ((max(first, table.starts[i]), min(last, table.ends[i])) for i in range(low, high))
		return [(to_datetime(one, self.zone), to_datetime(two, self.zone)) for one, two in cut if one < two]

	def next_open(self, start: datetime) -> datetime:
		"""``start`` when it is open then, else the next opening; HorizonError when there is none in 400 days."""
		return to_datetime(self.advance_instant(_instant(start), 1) - 1, self.zone)

	def is_open(self, moment: datetime) -> bool:
		"""Whether ``moment`` lies inside a window (its start included, its end not)."""
		instant = _instant(moment)
		table = self._covering(instant, instant)
		index = bisect_right(table.starts, instant) - 1
		return index >= 0 and instant < table.ends[index]

	def span_instants(self, first: int, last: int) -> int:
		"""Open microseconds between two instants (microseconds after 1970 UTC): the core without conversions."""
		if last < first:
			raise InvertedSpanError(start=self._show(first), end=self._show(last))
		table = self._covering(first, last)
		return table.position(last) - table.position(first)

	def advance_instant(self, instant: int, wanted: int) -> int:
		"""The instant with ``wanted`` open microseconds since ``instant``: the core without conversions."""
		if wanted <= 0:
			if wanted < 0:
				raise NegativeAmountError(amount=f"{wanted} microseconds")
			return instant
		if wanted > _LAST_INSTANT - instant:
			raise OutOfRangeError(first=FIRST_YEAR, last=LAST_YEAR)
		table = self._covering(instant, instant)
		while (index := table.index_at(position := table.position(instant) + wanted)) == len(table.totals):
			table = self._longer(table, instant)
		if table.has_break(instant, index):
			raise HorizonError(days=HORIZON_DAYS, after=self._show(table.open_until(instant)))
		return table.ends[index] - (table.totals[index] - position)

	def retreat_instant(self, instant: int, wanted: int) -> int:
		"""The latest instant from which ``wanted`` open microseconds pass until ``instant``: ``advance_instant`` backwards.

		HorizonError when more than 400 days without open time lie between, OutOfRangeError when the years end before.
		"""
		if wanted <= 0:
			if wanted < 0:
				raise NegativeAmountError(amount=f"{wanted} microseconds")
			return instant
		table, position = self._reaching_back(instant, wanted)
		index = bisect_right(table.totals, position)
		last = bisect_right(table.starts, instant) - 1
		if instant - table.ends[last] > HORIZON or any(index < broken <= last for broken in table.breaks):
			raise HorizonError(days=HORIZON_DAYS, after=self._show(table.ends[index]))
		return table.ends[index] - (table.totals[index] - position)

	def _reaching_back(self, instant: int, wanted: int) -> tuple[OpenTable, int]:
		"""A table in which ``wanted`` open microseconds lie before ``instant``, and the position where they begin."""
		reach = HORIZON + wanted
		while True:
			first = max(instant - reach, _FIRST_INSTANT)
			table = self._covering(first, instant)
			position = table.position(instant) - wanted
			if position >= table.position(first):
				return table, position
			if first == _FIRST_INSTANT:
				raise OutOfRangeError(first=FIRST_YEAR, last=LAST_YEAR)
			reach *= 2

	def business_days_instant(self, instant: int, days: int) -> int:
		"""``business_days_deadline`` on instants."""
		if days < 1:
			raise NegativeAmountError(amount=days)
		table = self._covering(instant, instant)
		ordinal = to_datetime(instant, self.zone).toordinal()
		if ordinal + days > _LAST_ORDINAL:
			raise OutOfRangeError(first=FIRST_YEAR, last=LAST_YEAR)
		first = bisect_right(table.days, ordinal)
		while (index := first + days - 1) >= len(table.days):
			table = self._longer(table, instant)
			first = bisect_right(table.days, ordinal)
		self._refuse_gap(table, ordinal, first, index)
		return table.day_ends[index]

	def _show(self, instant: int) -> str:
		return to_datetime(instant, self.zone).isoformat()

	def _refuse_gap(self, table: OpenTable, ordinal: int, first: int, index: int) -> None:
		"""HorizonError when more than 400 days lie between two of the open dates that were counted."""
		if table.days[first] - ordinal > HORIZON_DAYS or table.has_day_break(first, index):
			raise HorizonError(days=HORIZON_DAYS, after=datetime.fromordinal(ordinal).date().isoformat())

	def _covering(self, first: int, last: int) -> OpenTable:
		table = self._table
		if table is not None and table.covers_from <= first and last <= table.covers_to:
			return table
		require_range(first)
		require_range(last)
		low, high = _ordinal(first) - 2, _ordinal(last) + 3
		high = max(high, low + HORIZON_DAYS)
		if table is not None:
			low, high = min(low, table.first), max(high, table.last)
		return self._lay_out(low, high)

	def _longer(self, table: OpenTable, instant: int) -> OpenTable:
		"""A longer table. HorizonError when this one ends with more than 400 days without open time."""
		last_open = max(table.ends[-1] if table.ends else instant, instant)
		if table.covers_to - last_open > HORIZON:
			raise HorizonError(days=HORIZON_DAYS, after=self._show(last_open))
		if table.last >= _LAST_ORDINAL:
			raise OutOfRangeError(first=FIRST_YEAR, last=LAST_YEAR)
		return self._lay_out(table.first, table.last + max(HORIZON_DAYS, table.last - table.first))

	def _lay_out(self, low: int, high: int) -> OpenTable:
		self._table = build_table(self.hours, max(low, _FIRST_ORDINAL), min(high, _LAST_ORDINAL))
		return self._table


def _ordinal(instant: int) -> int:
	"""Date of an instant in UTC; the local date is at most one off."""
	return instant // DAY_MICRO + _EPOCH_ORDINAL


def _instant(moment: datetime) -> int:
	if moment.tzinfo is None:
		raise NaiveDatetimeError(value=moment.isoformat())
	instant = to_instant(moment)
	require_range(instant)
	return instant


def require_range(instant: int) -> None:
	"""OutOfRangeError for instants outside the years in which calendars are laid out."""
	if not _FIRST_INSTANT <= instant <= _LAST_INSTANT:
		raise OutOfRangeError(first=FIRST_YEAR, last=LAST_YEAR)
