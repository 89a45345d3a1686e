"""Business time: how long is it open between two instants, and when has it been open for long enough?

Every question costs a bisection in a table that is laid out once, so a year costs what a day costs.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from .calendar_spec import read_opening_hours
from .calendar_table import MICRO, OpenTable, build_table, to_datetime, to_instant
from .errors import (
	CalendarError,
	HorizonError,
	InvertedSpanError,
	NaiveDatetimeError,
	NegativeAmountError,
)

__all__ = ["HORIZON_DAYS", "CalendarError", "ServiceCalendar"]

HORIZON_DAYS = 400
"""A stretch this long without any open time is an error, never a longer search (more than a year of closure)."""

_LAST_ORDINAL = datetime.max.toordinal() - 3
_FIRST_ORDINAL = 4


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
		return self.advance(start, timedelta(seconds=seconds))

	def elapsed(self, start: datetime, end: datetime) -> int:
		"""Whole seconds of open time between two instants; InvertedSpanError when end is before start."""
		span = self.span(start, end)
		return span.days * 86_400 + span.seconds

	def business_days_deadline(self, start: datetime, days: int) -> datetime:
		"""End of the last window of the ``days``-th open date after the local date of ``start``."""
		if days < 1:
			raise NegativeAmountError(amount=days)
		instant = _instant(start)
		ordinal = start.astimezone(self.zone).toordinal()
		table = self._covering(instant, instant)
		while (index := bisect_right(table.days, ordinal) + days - 1) >= len(table.days):
			table = self._longer(table, start)
		return to_datetime(table.day_ends[index], self.zone)

	def advance(self, start: datetime, amount: timedelta) -> datetime:
		"""``deadline`` to the microsecond."""
		instant = _instant(start)
		wanted = (amount.days * 86_400 + amount.seconds) * MICRO + amount.microseconds
		if wanted <= 0:
			if wanted < 0:
				raise NegativeAmountError(amount=amount)
			return start.astimezone(self.zone)
		table = self._covering(instant, instant)
		while (found := table.instant_at(table.position(instant) + wanted)) is None:
			table = self._longer(table, start)
		return to_datetime(found, self.zone)

	def span(self, start: datetime, end: datetime) -> timedelta:
		"""``elapsed`` to the microsecond."""
		first, last = _instant(start), _instant(end)
		if last < first:
			raise InvertedSpanError(start=start.isoformat(), end=end.isoformat())
		table = self._covering(first, last)
		return timedelta(microseconds=table.position(last) - table.position(first))

	def open_intervals(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
		"""The open stretches between two instants, cut to them, in order."""
		first, last = _instant(start), _instant(end)
		table = self._covering(first, max(first, last))
		low, high = bisect_right(table.ends, first), bisect_left(table.starts, last)
		return [
			(
				to_datetime(max(first, table.starts[i]), self.zone),
				to_datetime(min(last, table.ends[i]), self.zone),
			)
			for i in range(low, high)
		]

	def next_open(self, start: datetime) -> datetime:
		"""``start`` when it is open then, else the next opening; HorizonError when there is none in 400 days."""
		return self.advance(start, timedelta(microseconds=1)) - timedelta(microseconds=1)

	def is_open(self, moment: datetime) -> bool:
		"""Whether ``moment`` lies inside a window (its start included, its end not)."""
		return self.next_open(moment) == moment

	def _covering(self, first: int, last: int) -> OpenTable:
		table = self._table
		if table is not None and table.covers_from <= first and last <= table.covers_to:
			return table
		low, high = (
			to_datetime(first, self.zone).toordinal() - 1,
			to_datetime(last, self.zone).toordinal() + 2,
		)
		high = max(high, low + HORIZON_DAYS)
		if table is not None:
			low, high = min(low, table.first), max(high, table.last)
		return self._lay_out(low, high)

	def _longer(self, table: OpenTable, start: datetime) -> OpenTable:
		"""A table at least 400 days longer; HorizonError when these days add no open time."""
		grown = self._lay_out(table.first, table.last + max(HORIZON_DAYS, table.last - table.first))
		at_end = grown.last >= _LAST_ORDINAL and table.last >= _LAST_ORDINAL
		if at_end or not _opens_within(grown, table.covers_to):
			raise HorizonError(
				days=HORIZON_DAYS, after=max(start, to_datetime(table.covers_to, self.zone)).isoformat()
			)
		return grown

	def _lay_out(self, low: int, high: int) -> OpenTable:
		self._table = build_table(self.hours, max(low, _FIRST_ORDINAL), min(high, _LAST_ORDINAL))
		return self._table


def _opens_within(table: OpenTable, after: int) -> bool:
	index = bisect_right(table.starts, after)
	return index < len(table.starts) and table.starts[index] - after <= HORIZON_DAYS * 86_400 * MICRO


def _instant(moment: datetime) -> int:
	if moment.tzinfo is None:
		raise NaiveDatetimeError(value=moment.isoformat())
	return to_instant(moment)
