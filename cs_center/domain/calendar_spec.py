"""From the plain form of a calendar (a dictionary) to checked opening hours. All times are seconds of a local day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from . import errors

DAY = 86_400
WEEK = 7 * DAY
FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Calendars are laid out in these years: enough for any ticket, small enough that no question lays out forever."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

Window = tuple[int, int]
"""(start, end) in seconds after local midnight of the date it starts on; end above 86,400 runs into the next day."""


@dataclass(frozen=True, slots=True)
class OpeningHours:
	"""Checked opening hours: windows by weekday (0 is Monday) and by the ordinal of an exceptional date."""

	zone: ZoneInfo
	week: tuple[tuple[Window, ...], ...]
	exceptions: Mapping[int, tuple[Window, ...]]

	def windows_on(self, ordinal: int) -> tuple[Window, ...]:
		"""Windows that START on the date with this proleptic ordinal; an exception replaces the weekday's."""
		found = self.exceptions.get(ordinal)
		return self.week[(ordinal - 1) % 7] if found is None else found


def read_opening_hours(spec: Mapping[str, Any]) -> OpeningHours:
	"""Check ``{"time_zone", "windows": {weekday: [[from, to]]}, "exceptions": [{"date", "closed" | "windows"}]}``.

	Raises a CalendarError that names the offending row.
	"""
	if not isinstance(spec, Mapping):
		raise errors.BadShapeError(place="The calendar", wanted="an object with time_zone and windows")
	hours = OpeningHours(
		zone=read_zone(spec.get("time_zone")),
		week=_read_week(spec.get("windows") or {}),
		exceptions=_read_exceptions(spec.get("exceptions") or ()),
	)
	if not any(hours.week) and not any(hours.exceptions.values()):
		raise errors.NeverOpenError()
	_refuse_overlaps_of_week(hours.week)
	_refuse_overlaps_of_exceptions(hours)
	return hours


def read_zone(name: Any) -> ZoneInfo:
	"""The IANA zone of that name, or UnknownZoneError."""
	try:
		return ZoneInfo(name)
	except (KeyError, ValueError, TypeError, OSError) as error:  # zoneinfo raises all of these for bad names
		raise errors.UnknownZoneError(zone=name) from error


def read_time(value: Any, day: str) -> int:
	"""Seconds after midnight for ``HH:MM`` or ``HH:MM:SS``, 24:00 included."""
	parts = str(value).strip().split(":")
	if len(parts) not in (2, 3) or not all(
		part.isascii() and part.isdigit() and len(part) <= 2 for part in parts
	):
		raise errors.BadTimeError(value=value, day=day)
	hours, minutes, seconds = (int(part) for part in [*parts, "0"][:3])
	total = hours * 3600 + minutes * 60 + seconds
	if minutes > 59 or seconds > 59 or total > DAY:
		raise errors.BadTimeError(value=value, day=day)
	return total


def _read_window(row: Any, day: str) -> Window:
	if isinstance(row, str) or not isinstance(row, Sequence) or len(row) != 2:
		raise errors.BadTimeError(value=row, day=day)
	start, end = read_time(row[0], day), read_time(row[1], day)
	if start in (end, DAY) or (end == 0 and start == 0):
		raise errors.EmptyWindowError(start=row[0], end=row[1], day=day)
	return (start, end) if end > start else (start, end + DAY)


def _read_windows(rows: Any, day: str) -> tuple[Window, ...]:
	if isinstance(rows, str | Mapping) or not isinstance(rows, Iterable):
		raise errors.BadShapeError(place=f"The windows of {day}", wanted="a list of [from, to] pairs")
	return tuple(sorted(_read_window(row, day) for row in rows))


def _read_week(spec: Any) -> tuple[tuple[Window, ...], ...]:
	if not isinstance(spec, Mapping):
		raise errors.BadShapeError(place="windows", wanted="an object of weekdays")
	by_name: dict[str, Any] = {}
	for given, rows in spec.items():
		name = str(given).strip().lower()
		if name not in WEEKDAYS:
			raise errors.UnknownWeekdayError(weekday=given)
		if name in by_name:
			raise errors.DuplicateWeekdayError(weekday=name)
		by_name[name] = rows
	return tuple(_read_windows(by_name.get(name) or (), name) for name in WEEKDAYS)


def _read_exceptions(rows: Any) -> dict[int, tuple[Window, ...]]:
	if isinstance(rows, str | Mapping) or not isinstance(rows, Iterable):
		raise errors.BadShapeError(
			place="exceptions", wanted="a list of objects with date and closed or windows"
		)
	found: dict[int, tuple[Window, ...]] = {}
	for row in rows:
		if not isinstance(row, Mapping):
			raise errors.BadShapeError(
				place=f"The exception {row!r}", wanted="an object with date and closed or windows"
			)
		day = _read_date(row.get("date"))
		windows = _read_windows(row.get("windows") or (), day.isoformat())
		if _is_closed(row.get("closed"), day) == bool(windows):
			raise errors.BadExceptionError(date=day.isoformat())
		if day.toordinal() in found:
			raise errors.DuplicateExceptionError(date=day.isoformat())
		found[day.toordinal()] = windows
	return found


def _is_closed(value: Any, day: date) -> bool:
	"""True/1 or False/0, also as text (files and forms give text)."""
	text = str(value if value is not None else "").strip().lower()
	if text in ("1", "true", "yes"):
		return True
	if text in ("", "0", "false", "no"):
		return False
	raise errors.BadExceptionError(date=day.isoformat())


def _read_date(value: Any) -> date:
	text = str(value)
	try:
		found = date.fromisoformat(text)
	except ValueError as error:
		raise errors.BadDateError(value=value) from error
	if found.isoformat() != text or not FIRST_YEAR <= found.year <= LAST_YEAR:
		raise errors.BadDateError(value=value)
	return found


def _refuse_overlaps_of_week(week: Sequence[Sequence[Window]]) -> None:
	laid = [(day * DAY + start, day * DAY + end, day) for day, rows in enumerate(week) for start, end in rows]
	if laid:
		first = laid[0]
		laid.append((first[0] + WEEK, first[1] + WEEK, first[2]))
	for one, two in pairwise(laid):
		if two[0] < one[1]:
			raise errors.OverlappingWindowsError(
				first=_describe(WEEKDAYS[one[2]], one[0] % DAY, one[1] - one[2] * DAY),
				second=_describe(WEEKDAYS[two[2]], two[0] % DAY, (two[1] - two[2] * DAY) % WEEK),
			)


def _refuse_overlaps_of_exceptions(hours: OpeningHours) -> None:
	"""An open exception may meet last night's window or the next day's; both are looked at."""
	for ordinal, windows in hours.exceptions.items():
		if windows:
			around = [
				(shift * DAY + start, shift * DAY + end, ordinal + shift)
				for shift in (-1, 0, 1)
				for start, end in hours.windows_on(ordinal + shift)
			]
			_refuse_overlap_around(around)


def _refuse_overlap_around(around: Sequence[tuple[int, int, int]]) -> None:
	for one, two in pairwise(around):
		if two[0] < one[1]:
			raise errors.OverlappingWindowsError(
				first=_describe(date.fromordinal(one[2]).isoformat(), one[0] % DAY, one[1]),
				second=_describe(date.fromordinal(two[2]).isoformat(), two[0] % DAY, two[1]),
			)


def _describe(day: str, start: int, end: int) -> str:
	return f"{day} {_clock(start)}-{_clock(end % DAY or DAY)}"


def _clock(seconds: int) -> str:
	return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"
