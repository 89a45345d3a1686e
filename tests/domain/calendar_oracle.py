"""The slow, obvious calendar that the fast one is compared with. It shares no line and no idea with it.

A wall time is looked up as the FIRST instant of the day whose wall clock reads that time or later: a repeated time is
thereby its first pass, a skipped one the end of the gap. Open time is the plain list of windows, walked one by one.
Instants are whole seconds after 1970 (UTC); microseconds are kept apart by the callers that need them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

UTC = timezone.utc
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def seconds_of(text: str) -> int:
	hours, minutes = text.split(":")
	return int(hours) * 3600 + int(minutes) * 60


def windows_starting_on(spec: dict[str, Any], day: date) -> list[tuple[int, int]]:
	"""(start, end) in seconds after the date's midnight; the end may lie on the next date."""
	rows = spec.get("windows", {}).get(WEEKDAYS[day.weekday()], [])
	for exception in spec.get("exceptions", []):
		if exception["date"] == day.isoformat():
			rows = [] if exception.get("closed") else exception["windows"]
	pairs = [(seconds_of(start), seconds_of(end)) for start, end in rows]
	return sorted((start, end if end > start else end + 86_400) for start, end in pairs)


@lru_cache(maxsize=200_000)
def first_instant(zone_name: str, wall: datetime) -> datetime:
	"""First UTC instant at which clocks in the zone read ``wall`` or later (minutes are fine enough since 1970)."""
	zone = ZoneInfo(zone_name)
	offsets = {
		(wall.replace(tzinfo=UTC) + timedelta(hours=6 * step)).astimezone(zone).utcoffset()
		for step in range(-8, 9)
	}
	readings = [(wall - offset).replace(tzinfo=UTC) for offset in offsets]
	exact = [moment for moment in readings if moment.astimezone(zone).replace(tzinfo=None) == wall]
	if exact:
		return min(exact)
	moment = min(readings)
	while moment.astimezone(zone).replace(tzinfo=None) < wall:
		moment += timedelta(minutes=1)
	return moment


def intervals_of(spec: dict[str, Any], day: date) -> list[tuple[datetime, datetime]]:
	"""The open stretches of the windows that start on this date, as UTC instants; none where the clocks skip them."""
	midnight = datetime(day.year, day.month, day.day)
	found = []
	for start, end in windows_starting_on(spec, day):
		opens = first_instant(spec["time_zone"], midnight + timedelta(seconds=start))
		closes = first_instant(spec["time_zone"], midnight + timedelta(seconds=end))
		if opens < closes:
			found.append((opens, closes))
	return found


def local_date(spec: dict[str, Any], moment: datetime) -> date:
	return moment.astimezone(UTC).astimezone(ZoneInfo(spec["time_zone"])).date()


def dates_from(spec: dict[str, Any], start: datetime, count: int) -> Iterator[date]:
	first = local_date(spec, start) - timedelta(days=2)
	return (first + timedelta(days=step) for step in range(count))


def slow_elapsed(spec: dict[str, Any], start: datetime, end: datetime) -> timedelta:
	"""Sum of what each window shares with the span."""
	total = timedelta()
	for day in dates_from(spec, start, (end - start).days + 6):
		for opens, closes in intervals_of(spec, day):
			total += max(timedelta(), min(closes, end) - max(opens, start))
	return total


def slow_deadline(
	spec: dict[str, Any], start: datetime, amount: timedelta, days: int = 30_000
) -> datetime | None:
	"""Walk the windows until the amount is used up; None when ``days`` dates are not enough."""
	left = amount
	for day in dates_from(spec, start, days):
		for opens, closes in intervals_of(spec, day):
			begins = max(opens, start)
			if closes <= begins:
				continue
			if closes - begins >= left:
				return begins + left
			left -= closes - begins
	return None


def slow_retreat(
	spec: dict[str, Any], end: datetime, amount: timedelta, days: int = 12_000
) -> datetime | None:
	"""Walk the windows backwards until the amount is used up; None when ``days`` dates are not enough."""
	left, first = amount, local_date(spec, end) + timedelta(days=2)
	for day in (first - timedelta(days=step) for step in range(days)):
		for opens, closes in reversed(intervals_of(spec, day)):
			ends = min(closes, end)
			if ends <= opens:
				continue
			if ends - opens >= left:
				return ends - left
			left -= ends - opens
	return None


def slow_business_days(spec: dict[str, Any], start: datetime, days: int) -> datetime | None:
	"""Count the dates after the start's local date on which a window really opens."""
	day = local_date(spec, start)
	for _ in range(1000):
		day += timedelta(days=1)
		open_today = intervals_of(spec, day)
		days -= bool(open_today)
		if open_today and days == 0:
			return open_today[-1][1]
	return None


def slow_is_open(spec: dict[str, Any], moment: datetime) -> bool:
	return any(
		opens <= moment < closes
		for day in dates_from(spec, moment, 5)
		for opens, closes in intervals_of(spec, day)
	)


def minutes_open(spec: dict[str, Any], start: datetime, end: datetime) -> int:
	"""Count the open minutes one by one from the wall clock: right where the clocks do not change in between."""
	zone, count, moment = ZoneInfo(spec["time_zone"]), 0, start
	while moment < end:
		wall = moment.astimezone(zone)
		second = wall.hour * 3600 + wall.minute * 60
		today = windows_starting_on(spec, wall.date())
		last_night = windows_starting_on(spec, wall.date() - timedelta(days=1))
		count += any(opens <= second < closes for opens, closes in today) or any(
			opens <= second + 86_400 < closes for opens, closes in last_night
		)
		moment += timedelta(minutes=1)
	return count


def laid_out_overlap(rows: list[tuple[int, int]]) -> bool:
	"""Whether any two of the (start, end) rows share time, compared pair by pair."""
	return any(
		one[0] < two[1] and two[0] < one[1] for index, one in enumerate(rows) for two in rows[index + 1 :]
	)


def spec_overlaps(spec: dict[str, Any]) -> bool:
	"""Whether two windows of an ordinary week or around an exceptional date share time."""
	monday = date(2001, 1, 1)
	plain = {**spec, "exceptions": []}
	week = [
		(start + 86_400 * step, end + 86_400 * step)
		for step in range(14)
		for start, end in windows_starting_on(plain, monday + timedelta(days=step))
	]
	if laid_out_overlap(week):
		return True
	for exception in spec.get("exceptions", []):
		if exception.get("closed"):
			continue
		day = date.fromisoformat(exception["date"])
		around = [
			(start + 86_400 * step, end + 86_400 * step)
			for step in (-1, 0, 1)
			for start, end in windows_starting_on(spec, day + timedelta(days=step))
		]
		if laid_out_overlap(around):
			return True
	return False
