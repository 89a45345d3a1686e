"""``cs-center calendar``: questions asked of one calendar, and a file of answers checked."""

from __future__ import annotations

import json
from argparse import Namespace
from datetime import datetime
from pathlib import Path
from typing import Any

from cs_center.domain.calendar import ServiceCalendar
from cs_center.domain.units import Amount, Unit, add_amount

from .clock_lines import plain_number
from .errors import blamed_on
from .json_input import read_json
from .moments import read_moment
from .policies_file import read_calendar, read_calendars

INTERVALS_SHOWN = 20
"""Intervals printed for a reader; --json gives all of them."""


def deadline(options: Namespace) -> int:
	"""Print the deadline of an amount and the open intervals it uses."""
	name, calendar = choose_calendar(options.calendar, options.name)
	start = read_moment(options.start, calendar.zone, "--start")
	with blamed_on("--amount", ""):
		amount = Amount(options.amount, Unit(options.unit))
	with blamed_on(options.calendar, name):
		due = add_amount(calendar, start, amount)
		intervals = calendar.open_intervals(start, due) if amount.unit.is_business else []
	answer = {
		"calendar": name,
		"time_zone": calendar.zone.key,
		"start": _iso(start, calendar),
		"amount": json.loads(plain_number(amount.value)),
		"unit": amount.unit.value,
		"deadline": _iso(due, calendar),
		"intervals": _interval_rows(intervals, calendar),
	}
	_print_answer(answer, options.json, ("calendar", "time_zone", "start", "amount", "unit", "deadline"))
	if not amount.unit.is_business and not options.json:
		print("The unit counts real time: opening hours do not matter.")
	return 0


def elapsed(options: Namespace) -> int:
	"""Print the open time between two instants and the intervals that make it up."""
	name, calendar = choose_calendar(options.calendar, options.name)
	start = read_moment(options.start, calendar.zone, "--start")
	end = read_moment(options.end, calendar.zone, "--end")
	with blamed_on("--end", ""):
		seconds = calendar.elapsed(start, end)
	with blamed_on(options.calendar, name):
		intervals = calendar.open_intervals(start, end)
	answer = {
		"calendar": name,
		"time_zone": calendar.zone.key,
		"start": _iso(start, calendar),
		"end": _iso(end, calendar),
		"elapsed_seconds": seconds,
		"intervals": _interval_rows(intervals, calendar),
	}
	_print_answer(answer, options.json, ("calendar", "time_zone", "start", "end", "elapsed_seconds"))
	return 0


def choose_calendar(path: Path, name: str | None) -> tuple[str, ServiceCalendar]:
	"""(name, calendar) from a file with one specification, or with many under ``calendars`` and then by name."""
	whole = read_json(path)
	part = whole.get("calendars")
	if part is None:
		if name:
			raise whole.refuse(f"holds one calendar without names. Leave out --name {name}.")
		return path.stem, read_calendar(whole)
	names = [key for key, _ in part.items()]
	if name is None and len(names) == 1:
		name = names[0]
	if name not in names:
		problem = f"has no calendar {name!r}" if name else "holds several calendars"
		raise part.refuse(f"{problem}. Choose one with --name: {', '.join(names)}.")
	return name, read_calendars(part)[name]


def _interval_rows(
	intervals: list[tuple[datetime, datetime]], calendar: ServiceCalendar
) -> list[dict[str, Any]]:
	return [
		{
			"from": _iso(first, calendar),
			"to": _iso(last, calendar),
			"seconds": calendar.elapsed(first, last),
		}
		for first, last in intervals
	]


def _iso(moment: datetime, calendar: ServiceCalendar) -> str:
	return moment.astimezone(calendar.zone).isoformat()


def _print_answer(answer: dict[str, Any], as_json: bool, keys: tuple[str, ...]) -> None:
	if as_json:
		print(json.dumps(answer, ensure_ascii=False, indent=2))
		return
	width = max(len(key) for key in keys) + 2
	for key in keys:
		print(f"{key + ':':<{width}}{answer[key]}")
	if "elapsed_seconds" in answer:
		print(f"{'elapsed:':<{width}}{_clock(answer['elapsed_seconds'])}")
	rows = answer["intervals"]
	if rows:
		print(f"{len(rows)} open intervals:")
	for row in rows[:INTERVALS_SHOWN]:
		print(f"  {row['from']} - {row['to']}  {_clock(row['seconds'])}")
	if len(rows) > INTERVALS_SHOWN:
		print(f"  and {len(rows) - INTERVALS_SHOWN} more; --json gives all.")


def _clock(seconds: int) -> str:
	"""Hours, minutes and seconds; hours go on past 24, for an open day is not 24 hours long."""
	return f"{seconds // 3600}:{seconds % 3600 // 60:02d}:{seconds % 60:02d} h"
