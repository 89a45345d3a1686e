"""The worked examples of the specification (tests/vectors/calendar.json), each field of each case."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cs_center.domain.calendar import ServiceCalendar

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "calendar.json").read_text(encoding="utf-8"))
CALENDARS = {name: ServiceCalendar(spec) for name, spec in VECTORS["calendars"].items()}
CASES = VECTORS["cases"]

DST_HOUR_TOO_MANY = 3600
"""The 24x7 case over New York's change of 8 March 2026 was written down as the difference of the two wall clocks.
SPEC 1.1 counts real seconds, and the night of the change has an hour less: the figure is one hour too many."""

WALL_CLOCK_CASE = ("always", "2026-03-04T18:36:00-05:00")


def _is_wall_clock_case(case: dict[str, Any]) -> bool:
	return (case["calendar"], case["start"]) == WALL_CLOCK_CASE


def _name(case: dict[str, Any]) -> str:
	return f"{case['calendar']}-{case['start'][:16]}"


@pytest.fixture(params=CASES, ids=_name)
def case(request: pytest.FixtureRequest) -> dict[str, Any]:
	return request.param


def test_there_are_forty_cases_over_five_calendars() -> None:
	assert len(CASES) == 40
	assert {one["calendar"] for one in CASES} == set(CALENDARS)


def test_the_deadline_in_business_seconds_is_as_written(case: dict[str, Any]) -> None:
	found = CALENDARS[case["calendar"]].deadline(
		datetime.fromisoformat(case["start"]), case["business_seconds"]
	)
	assert found.isoformat() == case["deadline"]


def test_the_deadline_in_business_days_is_as_written(case: dict[str, Any]) -> None:
	found = CALENDARS[case["calendar"]].business_days_deadline(
		datetime.fromisoformat(case["start"]), case["business_days"]
	)
	assert found.isoformat() == case["business_days_deadline"]


def test_the_elapsed_time_is_as_written_but_for_the_wall_clock_case(case: dict[str, Any]) -> None:
	found = CALENDARS[case["calendar"]].elapsed(
		datetime.fromisoformat(case["start"]), datetime.fromisoformat(case["end"])
	)
	surplus = DST_HOUR_TOO_MANY if _is_wall_clock_case(case) else 0
	assert found == case["elapsed_seconds"] - surplus


def test_exactly_one_expectation_counts_the_wall_clock_and_its_arithmetic_shows_it() -> None:
	(odd,) = [one for one in CASES if _is_wall_clock_case(one)]
	start, end = datetime.fromisoformat(odd["start"]), datetime.fromisoformat(odd["end"])
	real = int((end - start).total_seconds())
	wall = int((end.replace(tzinfo=None) - start.replace(tzinfo=None)).total_seconds())
	assert (real, wall, odd["elapsed_seconds"]) == (2_297_406, 2_301_006, 2_301_006)
	assert wall - real == DST_HOUR_TOO_MANY
	assert CALENDARS["always"].elapsed(start, end) == real


def test_a_calendar_that_never_closes_counts_the_real_difference_in_every_case() -> None:
	for one in CASES:
		start, end = datetime.fromisoformat(one["start"]), datetime.fromisoformat(one["end"])
		assert CALENDARS["always"].elapsed(start, end) == int((end - start).total_seconds())


def test_the_cases_give_the_same_answers_asked_backwards_on_one_calendar_each() -> None:
	fresh = {name: ServiceCalendar.from_dict(spec) for name, spec in VECTORS["calendars"].items()}
	for one in sorted(CASES, key=lambda row: row["start"], reverse=True):
		found = fresh[one["calendar"]].deadline(datetime.fromisoformat(one["start"]), one["business_seconds"])
		assert found.isoformat() == one["deadline"]
