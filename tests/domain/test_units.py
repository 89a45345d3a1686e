"""Amounts say their unit; each unit adds up in its own way (SPEC 1.2)."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cs_center.domain.calendar import ServiceCalendar
from cs_center.domain.errors import DomainError, NegativeAmountError
from cs_center.domain.units import (
	Amount,
	BadAmountError,
	Unit,
	add_amount,
	add_local_days,
	measure,
	move_on,
)

from .calendar_oracle import UTC, WEEKDAYS
from .calendar_strategies import spec_and_instants

WARSAW = ZoneInfo("Europe/Warsaw")
OFFICE = ServiceCalendar(
	{"time_zone": "Europe/Warsaw", "windows": {name: [["09:00", "17:00"]] for name in WEEKDAYS[:5]}}
)


def warsaw(*parts: int) -> datetime:
	return datetime(*parts, tzinfo=WARSAW)


FRIDAY_FOUR = warsaw(2026, 5, 8, 16)

EXAMPLES = {
	Unit.BUSINESS_SECONDS: (3601, "2026-05-11T09:00:01+02:00"),
	Unit.BUSINESS_MINUTES: (90, "2026-05-11T09:30:00+02:00"),
	Unit.BUSINESS_HOURS: (2, "2026-05-11T10:00:00+02:00"),
	Unit.BUSINESS_DAYS: (2, "2026-05-12T17:00:00+02:00"),
	Unit.CALENDAR_SECONDS: (30, "2026-05-08T16:00:30+02:00"),
	Unit.CALENDAR_MINUTES: (90, "2026-05-08T17:30:00+02:00"),
	Unit.CALENDAR_HOURS: (24, "2026-05-09T16:00:00+02:00"),
	Unit.CALENDAR_DAYS: (2, "2026-05-10T16:00:00+02:00"),
}


def test_every_unit_has_an_example() -> None:
	assert set(EXAMPLES) == set(Unit)


@pytest.mark.parametrize("unit", Unit, ids=lambda unit: unit.value)
def test_friday_at_four_plus_an_amount_of_each_unit(unit: Unit) -> None:
	value, expected = EXAMPLES[unit]
	assert add_amount(OFFICE, FRIDAY_FOUR, Amount(value, unit)).isoformat() == expected


def test_business_units_and_day_units_know_themselves() -> None:
	assert {unit for unit in Unit if unit.is_business} == {
		Unit.BUSINESS_SECONDS,
		Unit.BUSINESS_MINUTES,
		Unit.BUSINESS_HOURS,
		Unit.BUSINESS_DAYS,
	}
	assert {unit for unit in Unit if unit.is_days} == {Unit.BUSINESS_DAYS, Unit.CALENDAR_DAYS}


def test_half_hours_are_allowed_and_exact() -> None:
	assert Amount(0.5, Unit.BUSINESS_HOURS).length == timedelta(minutes=30)
	found = add_amount(OFFICE, FRIDAY_FOUR, Amount(1.5, Unit.BUSINESS_HOURS))
	assert found.isoformat() == "2026-05-11T09:30:00+02:00"


@pytest.mark.parametrize("value", [0, -1, -0.0, math.nan, math.inf, -math.inf], ids=repr)
@pytest.mark.parametrize("unit", [Unit.BUSINESS_HOURS, Unit.CALENDAR_DAYS], ids=lambda unit: unit.value)
def test_an_amount_must_be_above_zero_and_finite(value: float, unit: Unit) -> None:
	with pytest.raises(BadAmountError, match=f"{unit.value} is not a usable amount: it must be above zero"):
		Amount(value, unit)


@pytest.mark.parametrize("unit", [Unit.BUSINESS_DAYS, Unit.CALENDAR_DAYS], ids=lambda unit: unit.value)
def test_days_must_be_whole(unit: Unit) -> None:
	with pytest.raises(BadAmountError, match=r"1\.5 .*_days is not a usable amount: days must be whole"):
		Amount(1.5, unit)
	assert Amount(2.0, unit).value == 2


@pytest.mark.parametrize("unit", [Unit.BUSINESS_DAYS, Unit.CALENDAR_DAYS], ids=lambda unit: unit.value)
def test_a_day_has_no_fixed_length(unit: Unit) -> None:
	with pytest.raises(BadAmountError, match="a day has no fixed length"):
		_ = Amount(1, unit).length


# --- calendar days keep the local time -----------------------------------------------------------------------------


@pytest.mark.parametrize(
	("start", "days", "expected"),
	[
		(warsaw(2026, 3, 28, 12), 1, "2026-03-29T12:00:00+02:00"),
		(warsaw(2026, 10, 24, 12), 1, "2026-10-25T12:00:00+01:00"),
		(warsaw(2026, 3, 28, 2, 30), 1, "2026-03-29T03:30:00+02:00"),
		(warsaw(2026, 10, 24, 2, 30), 1, "2026-10-25T02:30:00+02:00"),
		(warsaw(2024, 2, 28, 9), 1, "2024-02-29T09:00:00+01:00"),
		(warsaw(2026, 12, 31, 23, 59), 1, "2027-01-01T23:59:00+01:00"),
		(warsaw(2026, 1, 1), 365, "2027-01-01T00:00:00+01:00"),
	],
	ids=["spring change", "autumn change", "skipped time", "repeated time", "leap day", "new year", "a year"],
)
def test_calendar_days_keep_the_local_time_over_changes_of_the_clocks(
	start: datetime, days: int, expected: str
) -> None:
	assert add_amount(OFFICE, start, Amount(days, Unit.CALENDAR_DAYS)).isoformat() == expected


def test_calendar_hours_are_real_hours_over_a_change_of_the_clocks() -> None:
	found = add_amount(OFFICE, warsaw(2026, 3, 28, 12), Amount(24, Unit.CALENDAR_HOURS))
	assert found.isoformat() == "2026-03-29T13:00:00+02:00"


def test_calendar_days_count_in_the_calendars_zone_not_in_that_of_the_question() -> None:
	start = warsaw(2026, 3, 28, 12).astimezone(ZoneInfo("Asia/Tokyo"))
	assert add_local_days(OFFICE, start, 1).isoformat() == "2026-03-29T12:00:00+02:00"


def test_a_start_in_the_second_pass_keeps_its_wall_time() -> None:
	second_pass = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
	assert add_local_days(OFFICE, second_pass, 1).isoformat() == "2026-10-26T02:30:00+01:00"


# --- measuring and moving ------------------------------------------------------------------------------------------


def test_the_same_span_is_measured_open_or_real() -> None:
	monday_ten = warsaw(2026, 5, 11, 10)
	assert measure(OFFICE, FRIDAY_FOUR, monday_ten, Unit.BUSINESS_MINUTES) == timedelta(hours=2)
	assert measure(OFFICE, FRIDAY_FOUR, monday_ten, Unit.BUSINESS_DAYS) == timedelta(hours=2)
	assert measure(OFFICE, FRIDAY_FOUR, monday_ten, Unit.CALENDAR_MINUTES) == timedelta(hours=66)
	assert measure(OFFICE, FRIDAY_FOUR, monday_ten, Unit.CALENDAR_DAYS) == timedelta(hours=66)


def test_real_time_is_measured_between_instants_not_between_wall_clocks() -> None:
	before, after = warsaw(2026, 3, 29, 1), warsaw(2026, 3, 29, 4)
	assert measure(OFFICE, before, after, Unit.CALENDAR_HOURS) == timedelta(hours=2)
	first, second = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC).astimezone(WARSAW) for hour in (0, 1))
	assert measure(OFFICE, first, second, Unit.CALENDAR_SECONDS) == timedelta(hours=1)


def test_moving_back_is_refused_for_every_unit() -> None:
	for unit in (Unit.BUSINESS_MINUTES, Unit.CALENDAR_MINUTES):
		with pytest.raises(NegativeAmountError, match="must not be negative"):
			move_on(OFFICE, FRIDAY_FOUR, timedelta(seconds=-1), unit)


@settings(max_examples=60)
@given(
	spec_and_instants(1),
	st.integers(1, 4000),
	st.sampled_from([unit for unit in Unit if not unit.is_days]),
)
def test_measuring_to_the_deadline_gives_the_amount_back(case: Any, value: int, unit: Unit) -> None:
	spec, start = case
	calendar = ServiceCalendar(spec)
	amount = Amount(value if "hours" not in unit.value else 1 + value % 300, unit)
	assert measure(calendar, start, add_amount(calendar, start, amount), unit) == amount.length


@settings(max_examples=60)
@given(spec_and_instants(1), st.integers(1, 20), st.integers(1, 20))
def test_more_days_are_never_due_earlier_and_answers_come_in_the_calendars_zone(
	case: Any, one: int, two: int
) -> None:
	spec, start = case
	calendar = ServiceCalendar(spec)
	for unit in (Unit.BUSINESS_DAYS, Unit.CALENDAR_DAYS):
		short, long = (add_amount(calendar, start, Amount(days, unit)) for days in sorted((one, two)))
		assert start < short.astimezone(UTC) <= long.astimezone(UTC)
		assert str(short.tzinfo) == spec["time_zone"]


@pytest.mark.parametrize("unit", Unit, ids=lambda unit: unit.value)
@pytest.mark.parametrize("value", [10.0**7, 10.0**12, 10.0**30, 1.7e308], ids=repr)
def test_an_amount_beyond_all_calendars_is_a_named_error_or_an_instant(unit: Unit, value: float) -> None:
	try:
		assert add_amount(OFFICE, FRIDAY_FOUR, Amount(value, unit)) > FRIDAY_FOUR
	except DomainError as error:
		assert error.code != "invalid"


@pytest.mark.parametrize("value", [1e-9, 1e-300])
def test_an_amount_shorter_than_a_microsecond_is_never_due_before_its_start(value: float) -> None:
	assert add_amount(OFFICE, FRIDAY_FOUR, Amount(value, Unit.BUSINESS_SECONDS)) >= FRIDAY_FOUR
