"""Business time against two libraries of PyPI, in one run, on one calendar, after their answers were compared.

    pip install businesstimedelta==1.0.1 business-duration==0.68

Mondays to Fridays 09:00 to 17:00 UTC without the holidays below: all three can say it. UTC, for neither library promises
anything about changes of the clocks. ``businesstimedelta`` answers both questions, ``business-duration`` only how long.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta, timezone
from importlib.util import find_spec
from pathlib import Path
from random import Random
from timeit import Timer

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from cs_center.domain.calendar import ServiceCalendar

UTC = timezone.utc
OPEN, CLOSE = time(9), time(17)
HOLIDAYS = [
	*(
		date(2026, month, day)
		for month, day in (
			(1, 1),
			(2, 16),
			(4, 3),
			(4, 6),
			(5, 1),
			(5, 25),
			(7, 3),
			(9, 7),
			(11, 26),
			(12, 25),
		)
	),
	date(2027, 1, 1),
]
"""The last one lies after every question: ``businesstimedelta`` fails with TypeError when no holiday is ahead."""

SPEC = {
	"time_zone": "UTC",
	"windows": {
		day: [["09:00", "17:00"]] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")
	},
	"exceptions": [{"date": day.isoformat(), "closed": True} for day in HOLIDAYS],
}
DAY = (datetime(2026, 3, 10, 10, 30, tzinfo=UTC), datetime(2026, 3, 11, 10, 30, tzinfo=UTC))
YEAR = (datetime(2026, 1, 5, 10, 30, tzinfo=UTC), datetime(2026, 12, 30, 16, 10, tzinfo=UTC))
DAY_SECONDS, YEAR_SECONDS = 8 * 3600, 1960 * 3600
CHECKED_SPANS = 60
SEED = 20260101
LEAST_SECONDS = 0.05
REPEATS = 5

Elapsed = Callable[[datetime, datetime], int]
Deadline = Callable[[datetime, int], datetime]


def run(_options: argparse.Namespace | None = None) -> None:
	"""Print the table of times and ratios."""
	calendar = ServiceCalendar(SPEC)
	print(f"{'question':<46}{'CS Center':>12}{'library':>14}{'ratio':>10}")
	_compare_elapsed("businesstimedelta", _businesstimedelta_elapsed, calendar)
	_compare_deadline("businesstimedelta", _businesstimedelta_deadline, calendar)
	_compare_elapsed("business-duration", _business_duration_elapsed, calendar, module="business_duration")
	_year_against_day(calendar)
	_first_question()


def _compare_elapsed(
	name: str, build: Callable[[], Elapsed], calendar: ServiceCalendar, module: str = ""
) -> None:
	if not _is_there(name, module):
		return
	theirs = build()
	_check(name, [(theirs(*span), calendar.elapsed(*span)) for span in _spans()])
	_row(f"elapsed over a year, {name}", lambda: calendar.elapsed(*YEAR), lambda: theirs(*YEAR))
	_row(f"elapsed over a day, {name}", lambda: calendar.elapsed(*DAY), lambda: theirs(*DAY))


def _compare_deadline(name: str, build: Callable[[], Deadline], calendar: ServiceCalendar) -> None:
	if not _is_there(name):
		return
	theirs = build()
	amounts = [(start, calendar.elapsed(start, end)) for start, end in _spans()]
	_check(name, [(theirs(*asked), calendar.deadline(*asked)) for asked in amounts if asked[1]])
	asked = (YEAR[0], YEAR_SECONDS)
	_row(f"deadline after a year, {name}", lambda: calendar.deadline(*asked), lambda: theirs(*asked))


def _year_against_day(calendar: ServiceCalendar) -> None:
	print("CS Center alone, a year against a day:")
	_row("  elapsed", lambda: calendar.elapsed(*DAY), lambda: calendar.elapsed(*YEAR))
	_row(
		"  deadline",
		lambda: calendar.deadline(DAY[0], DAY_SECONDS),
		lambda: calendar.deadline(YEAR[0], YEAR_SECONDS),
	)


def _first_question() -> None:
	"""The price of laying the table out, paid once a calendar."""
	spent = _seconds(lambda: ServiceCalendar(SPEC).elapsed(*YEAR))
	print(f"first question of a new calendar (read, checked, laid out): {_shown(spent)}")


def _is_there(name: str, module: str = "") -> bool:
	if find_spec(module or name):
		return True
	print(f"{name}: not installed (pip install {name})")
	return False


def _spans() -> list[tuple[datetime, datetime]]:
	"""Seeded spans of 2026, half of them short, all starting in working time as ``business-duration`` needs it."""
	dice = Random(SEED)
	spans = []
	while len(spans) < CHECKED_SPANS:
		start = datetime(2026, 1, 2, tzinfo=UTC) + timedelta(minutes=dice.randrange(360 * 24 * 60))
		longest = 3 if len(spans) % 2 else 300
		end = start + timedelta(minutes=dice.randrange(1, longest * 24 * 60))
		if end.year == start.year and _is_working(start) and _is_working(end):
			spans.append((start, end))
	return spans


def _is_working(moment: datetime) -> bool:
	return moment.weekday() < 5 and moment.date() not in HOLIDAYS and OPEN <= moment.time() < CLOSE


def _check(name: str, pairs: Sequence[tuple[object, object]]) -> None:
	"""SystemExit when an answer differs: a race between different answers means nothing."""
	wrong = [pair for pair in pairs if pair[0] != pair[1]]
	if wrong:
		raise SystemExit(f"{name} answers {len(wrong)} of {len(pairs)} otherwise, first {wrong[0]}")


def _row(title: str, ours: Callable[[], object], theirs: Callable[[], object]) -> None:
	first, second = _seconds(ours), _seconds(theirs)
	print(f"{title:<46}{_shown(first):>12}{_shown(second):>14}{second / first:>9.1f}x")


def _seconds(question: Callable[[], object]) -> float:
	"""Best of five rounds: other work on the machine can only add to the time."""
	timer = Timer(question)
	number = 1
	while timer.timeit(number) < LEAST_SECONDS:
		number *= 4
	return min(timer.repeat(REPEATS, number)) / number


def _shown(seconds: float) -> str:
	return f"{seconds * 1e6:.1f} us" if seconds < 1e-3 else f"{seconds * 1e3:.2f} ms"


def _businesstimedelta_rules() -> object:
	import businesstimedelta as library
	import pytz

	work = library.WorkDayRule(start_time=OPEN, end_time=CLOSE, working_days=[0, 1, 2, 3, 4], tz=pytz.utc)
	closed = library.HolidayRule(dict.fromkeys(HOLIDAYS, "closed"), tz=pytz.utc)
	return library.Rules([work, closed])


def _businesstimedelta_elapsed() -> Elapsed:
	rules = _businesstimedelta_rules()
	return lambda start, end: int(rules.difference(start, end).timedelta.total_seconds())


def _businesstimedelta_deadline() -> Deadline:
	from businesstimedelta import BusinessTimeDelta

	rules = _businesstimedelta_rules()
	return lambda start, seconds: start + BusinessTimeDelta(rules, seconds=seconds)


def _business_duration_elapsed() -> Elapsed:
	from business_duration import businessDuration

	def elapsed(start: datetime, end: datetime) -> int:
		return round(
			businessDuration(
				start.replace(tzinfo=None),
				end.replace(tzinfo=None),
				starttime=OPEN,
				endtime=CLOSE,
				holidaylist=HOLIDAYS,
				unit="sec",
			)
		)

	return elapsed


if __name__ == "__main__":
	run()
