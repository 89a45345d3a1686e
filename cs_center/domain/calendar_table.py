"""Open time laid out once as sorted arrays of instants, so that every later question is a bisection.

Instants are whole microseconds after 1970-01-01 UTC. Ranges are half-open.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from .calendar_spec import DAY, OpeningHours

MICRO = 1_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class OpenTable:
	"""Open intervals of the dates ``first <= date < last`` (ordinals).

	``starts``/``ends``: the intervals. ``totals[i]``: open microseconds up to the end of interval i.
	``days``/``day_ends``: each date on which a window starts, and the end of its last window.
	"""

	first: int
	last: int
	covers_from: int
	covers_to: int
	starts: list[int]
	ends: list[int]
	totals: list[int]
	days: list[int]
	day_ends: list[int]

	def position(self, instant: int) -> int:
		"""Open microseconds of the table before ``instant``."""
		index = bisect_right(self.starts, instant) - 1
		if index < 0:
			return 0
		end = self.ends[index]
		return self.totals[index] - (end - instant if instant < end else 0)

	def instant_at(self, position: int) -> int | None:
		"""First instant with ``position`` open microseconds before it; None when the table is too short."""
		index = bisect_left(self.totals, position)
		if index == len(self.totals):
			return None
		return self.ends[index] - (self.totals[index] - position)


def build_table(hours: OpeningHours, first: int, last: int) -> OpenTable:
	"""Lay out the dates ``first <= date < last``; the night before ``first`` is included, it may run into it."""
	starts: list[int] = []
	ends: list[int] = []
	days: list[int] = []
	day_ends: list[int] = []
	midnights = _Midnights(hours.zone)
	for ordinal in range(first - 1, last):
		windows = hours.windows_on(ordinal)
		for start, end in windows:
			_append_interval(starts, ends, midnights.instant(ordinal, start), midnights.instant(ordinal, end))
		if windows:
			days.append(ordinal)
			day_ends.append(ends[-1] if ends else midnights.instant(ordinal, windows[-1][1]))
	return OpenTable(
		first=first,
		last=last,
		covers_from=midnights.instant(first, 0),
		covers_to=midnights.instant(last, 0),
		starts=starts,
		ends=ends,
		totals=_running_totals(starts, ends),
		days=days,
		day_ends=day_ends,
	)


def _append_interval(starts: list[int], ends: list[int], start: int, end: int) -> None:
	"""Keep the arrays sorted and disjoint where a change of the clocks folds two windows together or one away."""
	if ends and start < ends[-1]:
		start = ends[-1]
	if start < end:
		starts.append(start)
		ends.append(end)


def _running_totals(starts: list[int], ends: list[int]) -> list[int]:
	totals: list[int] = []
	total = 0
	for start, end in zip(starts, ends, strict=True):
		total += end - start
		totals.append(total)
	return totals


class _Midnights:
	"""Turns (date, seconds of the local day) into an instant; one zone look-up a date unless the clocks change."""

	def __init__(self, zone: ZoneInfo) -> None:
		self.zone = zone
		self.offsets: dict[int, int] = {}

	def instant(self, ordinal: int, seconds: int) -> int:
		offset = self._offset(ordinal)
		if offset == self._offset(ordinal + 1) and (seconds <= DAY or offset == self._offset(ordinal + 2)):
			return ((ordinal - EPOCH_ORDINAL) * DAY + seconds - offset) * MICRO
		return local_instant(self.zone, ordinal, seconds)

	def _offset(self, ordinal: int) -> int:
		found = self.offsets.get(ordinal)
		if found is None:
			midnight = datetime.combine(date.fromordinal(ordinal), time(), self.zone)
			found = round((midnight.utcoffset() or timedelta()).total_seconds())
			self.offsets[ordinal] = found
		return found


def local_instant(zone: ZoneInfo, ordinal: int, seconds: int) -> int:
	"""The instant of a local wall time. A repeated time is its first pass; a skipped one is the end of the gap."""
	wall = datetime.combine(date.fromordinal(ordinal + seconds // DAY), time()) + timedelta(
		seconds=seconds % DAY
	)
	early, late = wall.replace(tzinfo=zone), wall.replace(tzinfo=zone, fold=1)
	if early.astimezone(timezone.utc).astimezone(zone).replace(tzinfo=None) == wall:
		return to_instant(early)
	return _end_of_gap(zone, to_instant(late), to_instant(early))


def _end_of_gap(zone: ZoneInfo, before: int, after: int) -> int:
	"""Bisect for the second at which the offset changes; the gap lies between the two readings of a skipped time."""
	low, high = before // MICRO, after // MICRO
	offset_after = to_datetime(after, zone).utcoffset()
	while high - low > 1:
		middle = (low + high) // 2
		if to_datetime(middle * MICRO, zone).utcoffset() == offset_after:
			high = middle
		else:
			low = middle
	return high * MICRO


def to_instant(moment: datetime) -> int:
	"""Microseconds after the epoch, exact (no floating point)."""
	delta = moment - EPOCH
	return (delta.days * DAY + delta.seconds) * MICRO + delta.microseconds


def to_datetime(instant: int, zone: ZoneInfo) -> datetime:
	"""The aware datetime of an instant in ``zone``."""
	return (EPOCH + timedelta(microseconds=instant)).astimezone(zone)
