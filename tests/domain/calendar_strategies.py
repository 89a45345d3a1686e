"""Random calendars that are valid by construction, and instants near the changes of the clocks."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from .calendar_oracle import UTC, WEEKDAYS, spec_overlaps

CHANGES = {
	"Europe/Warsaw": (date(2026, 3, 29), date(2026, 10, 25)),
	"America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
	"Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),
	"Asia/Shanghai": (date(2026, 5, 1), date(2026, 10, 1)),
	"Africa/Casablanca": (date(2026, 2, 15), date(2026, 3, 22)),
	"Pacific/Apia": (date(2011, 9, 24), date(2011, 12, 30)),
	"Atlantic/Azores": (date(2026, 3, 29), date(2026, 10, 25)),
	"America/Sao_Paulo": (date(2018, 2, 18), date(2018, 11, 4)),
	"Asia/Beirut": (date(2026, 3, 29), date(2026, 10, 25)),
}
"""Zones and two dates each near which clocks change: an hour, half an hour, a whole day, at midnight; or never."""

MINUTES_OF_DAY = 1440
MINUTES_OF_WEEK = 7 * MINUTES_OF_DAY


def clock(minutes: int) -> str:
	return f"{minutes // 60:02d}:{minutes % 60:02d}"


def window_row(start: int, end: int) -> list[str]:
	"""``start``, ``end`` in minutes after the date's midnight; an end past midnight is written as the next day's."""
	return [clock(start), "24:00" if end == MINUTES_OF_DAY else clock(end % MINUTES_OF_DAY)]


@st.composite
def weeks(draw: st.DrawFn) -> dict[str, list[list[str]]]:
	"""Disjoint windows cut from the line of a week, over midnights and over the week's end."""
	step = draw(st.sampled_from((15, 15, 30, 1)))
	marks = draw(st.sets(st.integers(0, MINUTES_OF_WEEK // step - 1), min_size=2, max_size=24))
	points = sorted(mark * step for mark in marks)
	shift = draw(st.booleans())
	pairs = list(zip(points[shift::2], points[1 + shift :: 2], strict=False))
	if shift and len(points) % 2 == 0:
		pairs.append((points[-1], points[0] + MINUTES_OF_WEEK))
	week: dict[str, list[list[str]]] = {}
	for start, end in pairs:
		day, offset = divmod(start, MINUTES_OF_DAY)
		length = min(end - start, MINUTES_OF_DAY - (1 if offset else 0))
		week.setdefault(WEEKDAYS[day], []).append(window_row(offset, offset + length))
	return week


NINE_TO_FIVE = {name: [["09:00", "12:00"], ["13:00", "17:00"]] for name in WEEKDAYS[:5]}
NIGHTS = {name: [["21:00", "02:30"]] for name in WEEKDAYS}
ALWAYS = {name: [["00:00", "24:00"]] for name in WEEKDAYS}
SMALL_HOURS = {name: [["00:15", "01:30"], ["02:00", "02:30"], ["02:45", "03:15"]] for name in WEEKDAYS}


@st.composite
def exception_rows(draw: st.DrawFn, zone: str) -> list[dict[str, Any]]:
	around = draw(st.sampled_from(CHANGES[zone]))
	days = draw(st.sets(st.integers(-9, 9), max_size=4))
	rows: list[dict[str, Any]] = []
	for shift in sorted(days):
		row: dict[str, Any] = {"date": (around + timedelta(days=shift)).isoformat()}
		if draw(st.booleans()):
			row["closed"] = True
		else:
			marks = sorted(draw(st.sets(st.integers(0, 47), min_size=2, max_size=5)))
			row["windows"] = [
				window_row(30 * a, 30 * b) for a, b in zip(marks[::2], marks[1::2], strict=False)
			]
		rows.append(row)
	return rows


@st.composite
def specs(draw: st.DrawFn) -> dict[str, Any]:
	"""A calendar that the rules allow; exceptions that would meet a neighbour's window are left out."""
	zone = draw(st.sampled_from(sorted(CHANGES)))
	week = draw(st.one_of(weeks(), st.sampled_from((NINE_TO_FIVE, NIGHTS, ALWAYS, SMALL_HOURS))))
	spec: dict[str, Any] = {"time_zone": zone, "windows": week, "exceptions": []}
	for row in draw(exception_rows(zone)):
		widened = {**spec, "exceptions": [*spec["exceptions"], row]}
		if not spec_overlaps(widened):
			spec = widened
	return spec


@st.composite
def instants(draw: st.DrawFn, zone: str, days: int = 4) -> datetime:
	"""A UTC instant within some days of a change of the clocks: on the quarter, the second or between."""
	day = draw(st.sampled_from(CHANGES[zone]))
	minutes = draw(st.integers(-days * 96, days * 96)) * 15
	fine = draw(st.sampled_from((0, 0, 0, 1, 999_999, 59_000_001, 417_123_456)))
	return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minutes, microseconds=fine)


@st.composite
def spec_and_instants(draw: st.DrawFn, count: int) -> tuple[Any, ...]:
	spec = draw(specs())
	moments = sorted(draw(instants(spec["time_zone"])) for _ in range(count))
	return (spec, *moments)


amounts = st.one_of(
	st.integers(1, 200 * 60).map(lambda minutes: timedelta(minutes=minutes)),
	st.integers(1, 40 * 3600 * 1_000_000).map(lambda micro: timedelta(microseconds=micro)),
	st.sampled_from((timedelta(microseconds=1), timedelta(seconds=30), timedelta(hours=8))),
)
