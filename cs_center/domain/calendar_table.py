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
DAY_MICRO = DAY * MICRO
HORIZON = 400 * DAY_MICRO
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class OpenTable:
	"""Open intervals of the dates ``first <= date < last`` (ordinals).

	``starts``/``ends``: the intervals. ``totals[i]``: open microseconds up to the end of interval i.
	``days``/``day_ends``: each date on which a window starts, and the end of its last window.
	``has_gaps``: whether a stretch of more than 400 days without open time lies anywhere in the table.
	``breaks``/``day_breaks``: indexes of intervals and days that come more than 400 days after the one before.
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
	breaks: list[int]
	day_breaks: list[int]
	has_gaps: bool

	def position(self, instant: int) -> int:
		"""Open microseconds of the table before ``instant``."""
		index = bisect_right(self.starts, instant) - 1
		if index < 0:
			return 0
		end = self.ends[index]
		return self.totals[index] - (end - instant if instant < end else 0)

	def index_at(self, position: int) -> int:
		"""Index of the interval in which ``position`` open microseconds are reached; len(totals): not in this table."""
		return bisect_left(self.totals, position)

	def has_break(self, instant: int, index: int) -> bool:
		"""Whether more than 400 days without open time lie between ``instant`` and the interval ``index``."""
		if not self.has_gaps:
			return False
		following = bisect_right(self.starts, instant)
		if index < following:
			return False
		if self.starts[following] - self.open_until(instant) > HORIZON:
			return True
		return any(following < broken <= index for broken in self.breaks)

	def open_until(self, instant: int) -> int:
		"""The end of the open interval around ``instant``, else ``instant`` itself."""
		index = bisect_right(self.starts, instant) - 1
		return max(instant, self.ends[index]) if index >= 0 else instant

	def has_day_break(self, first: int, last: int) -> bool:
		"""Whether two neighbours of ``days[first..last]`` are more than 400 days apart."""
		return any(first < broken <= last for broken in self.day_breaks)


def build_table(hours: OpeningHours, first: int, last: int) -> OpenTable:
	"""Lay out the dates ``first <= date < last``; the night before ``first`` is included, it may run into it."""
	starts: list[int] = []
	ends: list[int] = []
	days: list[int] = []
	day_ends: list[int] = []
	midnights = _Midnights(hours.zone)
	for ordinal in range(first - 1, last):
		known = len(ends)
		for start, end in hours.windows_on(ordinal):
			_append_interval(starts, ends, midnights.instant(ordinal, start), midnights.instant(ordinal, end))
		# A window that lies wholly in a gap of the clocks is no open time, so its date is no open date.
		if len(ends) > known:
			days.append(ordinal)
			day_ends.append(ends[-1])
	covers_from = midnights.instant(first, 0)
	breaks = [i for i in range(1, len(starts)) if starts[i] - ends[i - 1] > HORIZON]
	return OpenTable(
		first=first,
		last=last,
		covers_from=covers_from,
		covers_to=midnights.instant(last, 0),
		starts=starts,
		ends=ends,
		totals=_running_totals(starts, ends),
		days=days,
		day_ends=day_ends,
		breaks=breaks,
		day_breaks=[i for i in range(1, len(days)) if days[i] - days[i - 1] > HORIZON // DAY_MICRO],
		has_gaps=bool(breaks) or not starts or starts[0] - covers_from > HORIZON,
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
	return to_micro(moment - EPOCH)


def to_micro(length: timedelta) -> int:
	"""A length in whole microseconds, exact."""
	return (length.days * DAY + length.seconds) * MICRO + length.microseconds


def to_datetime(instant: int, zone: ZoneInfo) -> datetime:
	"""The aware datetime of an instant in ``zone``."""
	seconds, micro = divmod(instant, MICRO)
	moment = datetime.fromtimestamp(seconds, zone)  # half the cost of adding a length to the epoch
	return moment.replace(microsecond=micro) if micro else moment
