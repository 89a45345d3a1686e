"""Every calendar that is refused says which row is wrong and what to write instead; every allowed form is read."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cs_center.domain import errors
from cs_center.domain.calendar import ServiceCalendar
from cs_center.domain.calendar_spec import read_opening_hours, read_time, read_zone

from .calendar_oracle import WEEKDAYS, spec_overlaps
from .calendar_strategies import clock, specs

DAILY = {name: [["09:00", "17:00"]] for name in WEEKDAYS}


def spec(windows: Any = None, exceptions: Any = (), zone: Any = "UTC") -> dict[str, Any]:
	return {
		"time_zone": zone,
		"windows": DAILY if windows is None else windows,
		"exceptions": list(exceptions),
	}


def refused(kind: type[errors.CalendarError], given_spec: Any) -> str:
	with pytest.raises(kind) as caught:
		read_opening_hours(given_spec)
	return str(caught.value)


# --- zones ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	"zone",
	[
		"",
		None,
		"Mars/Phobos",
		"../etc/passwd",
		"/etc/passwd",
		"Europe",
		5,
		[],
		"a\0b",
		"\ud800",
		"x" * 5000,
		" UTC",
	],
	ids=repr,
)
def test_an_unknown_zone_is_named_and_an_example_is_given(zone: Any) -> None:
	message = refused(errors.UnknownZoneError, spec(zone=zone))
	assert repr(zone) in message
	assert "Asia/Shanghai" in message


def test_a_missing_zone_is_refused_not_taken_for_utc() -> None:
	assert "None" in refused(errors.UnknownZoneError, {"windows": DAILY})


def test_a_zone_of_the_database_is_read() -> None:
	assert read_zone("Asia/Kathmandu").key == "Asia/Kathmandu"


# --- times ---------------------------------------------------------------------------------------------------------

BAD_TIMES = (
	"9",
	"25:00",
	"09:60",
	"９:00",
	"",
	None,
	"24:01",
	"24:00:01",
	"9:0:0:0",
	"-1:00",
	"09.00",
	"1e1:00",
	"009:00",
	"noon",
)


@pytest.mark.parametrize("value", BAD_TIMES, ids=repr)
@pytest.mark.parametrize("place", [0, 1], ids=["from", "to"])
def test_a_bad_time_is_named_with_its_weekday(value: Any, place: int) -> None:
	row: list[Any] = ["09:00", "17:00"]
	row[place] = value
	message = refused(errors.BadTimeError, spec({"tuesday": [row]}))
	assert f"{value!r} on tuesday" in message
	assert "HH:MM" in message


def test_a_bad_time_of_an_exception_is_named_with_its_date() -> None:
	message = refused(
		errors.BadTimeError, spec(exceptions=[{"date": "2026-05-01", "windows": [["9", "10:00"]]}])
	)
	assert "'9' on 2026-05-01" in message


@pytest.mark.parametrize(
	("text", "seconds"),
	[
		("00:00", 0),
		("9:05", 32_700),
		("09:05:07", 32_707),
		("24:00", 86_400),
		(" 09:00 ", 32_400),
		("23:59:59", 86_399),
	],
)
def test_hours_minutes_and_seconds_are_read(text: str, seconds: int) -> None:
	assert read_time(text, "monday") == seconds


@pytest.mark.parametrize("value", [time(9, 5), timedelta(hours=9, minutes=5)], ids=repr)
def test_the_times_that_a_database_gives_are_read_as_well(value: Any) -> None:
	assert read_time(value, "monday") == 32_700


@given(st.integers(0, 1439))
def test_every_minute_of_the_day_is_read_as_written(minute: int) -> None:
	assert read_time(clock(minute), "monday") == minute * 60


# --- windows -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	"row",
	[["09:00", "09:00"], ["00:00", "00:00"], ["24:00", "24:00"], ["24:00", "02:00"], ["24:00", "00:00"]],
	ids="-".join,
)
def test_a_window_of_no_length_is_refused_with_its_row(row: list[str]) -> None:
	message = refused(errors.EmptyWindowError, spec({"friday": [row]}))
	assert f"{row[0]}-{row[1]} on friday" in message


@pytest.mark.parametrize(
	"row",
	[
		["09:00"],
		["09:00", "10:00", "11:00"],
		"09:00-10:00",
		{"from": "09:00", "to": "10:00"},
		None,
		5,
		[],
	],
	ids=repr,
)
def test_a_window_that_is_no_pair_is_refused_with_its_weekday(row: Any) -> None:
	assert "on monday" in refused(errors.BadTimeError, spec({"monday": [row]}))


def test_midnight_as_an_end_may_be_written_both_ways() -> None:
	for end in ("24:00", "00:00"):
		hours = read_opening_hours(spec({"monday": [["18:00", end]]}))
		assert hours.week[0] == ((64_800, 86_400),)


def test_a_window_over_midnight_ends_on_the_next_date() -> None:
	assert read_opening_hours(spec({"monday": [["21:00", "02:00"]]})).week[0] == ((75_600, 93_600),)


def test_windows_are_sorted_whatever_the_order_of_the_rows() -> None:
	hours = read_opening_hours(spec({"monday": [["14:00", "18:00"], ["09:00", "12:00"]]}))
	assert hours.week[0] == ((32_400, 43_200), (50_400, 64_800))


def test_weekday_names_are_read_in_any_case() -> None:
	assert read_opening_hours(spec({" Monday ": [["09:00", "10:00"]]})).week[0] == ((32_400, 36_000),)


@pytest.mark.parametrize("name", ["mon", "Montag", "", 0, "星期一"], ids=repr)
def test_an_unknown_weekday_is_named(name: Any) -> None:
	message = refused(errors.UnknownWeekdayError, spec({name: [["09:00", "10:00"]]}))
	assert repr(name) in message
	assert "monday to sunday" in message


def test_a_weekday_written_twice_loses_no_window() -> None:
	twice = {"monday": [["09:00", "10:00"]], "Monday": [["11:00", "12:00"]]}
	assert "monday is given twice" in refused(errors.DuplicateWeekdayError, spec(twice))


# --- overlaps ------------------------------------------------------------------------------------------------------

OVERLAPS = {
	"same day": (
		{"monday": [["09:00", "12:00"], ["11:59", "18:00"]]},
		"monday 09:00-12:00",
		"monday 11:59-18:00",
	),
	"twice the same": ({"monday": [["09:00", "12:00"]] * 2}, "monday 09:00-12:00", "monday 09:00-12:00"),
	"inside": (
		{"monday": [["09:00", "18:00"], ["10:00", "11:00"]]},
		"monday 09:00-18:00",
		"monday 10:00-11:00",
	),
	"over midnight": (
		{"monday": [["21:00", "02:00"]], "tuesday": [["01:59", "05:00"]]},
		"monday 21:00-02:00",
		"tuesday 01:59-05:00",
	),
	"over the week's end": (
		{"sunday": [["21:00", "02:00"]], "monday": [["01:00", "05:00"]]},
		"sunday 21:00-02:00",
		"monday 01:00-05:00",
	),
	"two nights": (
		{"friday": [["20:00", "19:59"]], "saturday": [["19:00", "21:00"]]},
		"friday 20:00-19:59",
		"saturday 19:00-21:00",
	),
	"all day and a night before": (
		{"friday": [["22:00", "00:01"]], "saturday": [["00:00", "24:00"]]},
		"friday 22:00-00:01",
		"saturday 00:00-24:00",
	),
}


@pytest.mark.parametrize("case", OVERLAPS.values(), ids=OVERLAPS)
def test_two_windows_of_the_week_that_overlap_are_both_named(case: tuple[Any, str, str]) -> None:
	windows, first, second = case
	message = refused(errors.OverlappingWindowsError, spec(windows))
	assert f"{first} and {second} overlap" in message


@pytest.mark.parametrize(
	"windows",
	[
		{"monday": [["09:00", "12:00"], ["12:00", "18:00"]]},
		{"monday": [["21:00", "02:00"]], "tuesday": [["02:00", "05:00"]]},
		{"sunday": [["21:00", "02:00"]], "monday": [["02:00", "05:00"]]},
		{name: [["00:00", "24:00"]] for name in WEEKDAYS},
		{"sunday": [["12:00", "11:59"]]},
	],
	ids=["same day", "over midnight", "over the week's end", "always", "nearly a day"],
)
def test_windows_that_only_touch_are_allowed(windows: dict[str, Any]) -> None:
	assert any(read_opening_hours(spec(windows)).week)


def test_an_exception_that_meets_last_nights_window_is_refused_with_both_dates() -> None:
	nights = {name: [["21:00", "02:00"]] for name in WEEKDAYS}
	row = {"date": "2026-05-06", "windows": [["01:00", "05:00"]]}
	message = refused(errors.OverlappingWindowsError, spec(nights, [row]))
	assert "2026-05-05 21:00-02:00 and 2026-05-06 01:00-05:00" in message


def test_an_exception_that_runs_into_the_next_days_window_is_refused() -> None:
	row = {"date": "2026-05-06", "windows": [["22:00", "10:00"]]}
	message = refused(errors.OverlappingWindowsError, spec(DAILY, [row]))
	assert "2026-05-06 22:00-10:00 and 2026-05-07 09:00-17:00" in message


def test_windows_of_one_exception_that_overlap_are_refused() -> None:
	row = {"date": "2026-05-06", "windows": [["09:00", "12:00"], ["11:00", "13:00"]]}
	message = refused(errors.OverlappingWindowsError, spec(DAILY, [row]))
	assert "2026-05-06 09:00-12:00 and 2026-05-06 11:00-13:00" in message


def test_exceptions_on_neighbouring_dates_are_compared_with_each_other_not_with_the_week() -> None:
	nights = {name: [["21:00", "02:00"]] for name in WEEKDAYS}
	rows = [
		{"date": "2026-05-05", "closed": True},
		{"date": "2026-05-06", "windows": [["01:00", "05:00"]]},
	]
	assert len(read_opening_hours(spec(nights, rows)).exceptions) == 2


@settings(max_examples=150)
@given(specs(), st.integers(0, 6), st.integers(0, 1439), st.integers(1, 1439))
def test_one_window_more_is_refused_exactly_when_two_windows_share_time(
	given_spec: dict[str, Any], day: int, start: int, length: int
) -> None:
	row = [clock(start), clock((start + length) % 1440)]
	name = WEEKDAYS[day]
	week = {**given_spec["windows"], name: [*given_spec["windows"].get(name, []), row]}
	widened = {**given_spec, "windows": week}
	if spec_overlaps(widened):
		refused(errors.OverlappingWindowsError, widened)
	else:
		assert read_opening_hours(widened).week[day]


# --- exceptions ----------------------------------------------------------------------------------------------------


def test_two_exceptions_on_one_date_are_refused() -> None:
	rows = [{"date": "2026-05-01", "closed": True}, {"date": "2026-05-01", "windows": [["09:00", "10:00"]]}]
	assert "2026-05-01 has two exceptions" in refused(errors.DuplicateExceptionError, spec(exceptions=rows))


@pytest.mark.parametrize(
	"row",
	[
		{"date": "2026-05-01", "closed": True, "windows": [["09:00", "10:00"]]},
		{"date": "2026-05-01"},
		{"date": "2026-05-01", "closed": False},
		{"date": "2026-05-01", "closed": "0"},
		{"date": "2026-05-01", "windows": []},
		{"date": "2026-05-01", "closed": "perhaps"},
	],
	ids=repr,
)
def test_an_exception_is_either_closed_or_has_windows(row: dict[str, Any]) -> None:
	message = refused(errors.BadExceptionError, spec(exceptions=[row]))
	assert "2026-05-01" in message
	assert "either closed or have windows" in message


@pytest.mark.parametrize("closed", [True, 1, "1", "true", "Yes"], ids=repr)
def test_closed_is_read_from_files_and_forms_too(closed: Any) -> None:
	hours = read_opening_hours(spec(exceptions=[{"date": "2026-05-01", "closed": closed}]))
	assert hours.windows_on(date(2026, 5, 1).toordinal()) == ()


@pytest.mark.parametrize("closed", [False, 0, "0", "", None, "no"], ids=repr)
def test_not_closed_is_read_from_files_and_forms_too(closed: Any) -> None:
	row = {"date": "2026-05-01", "closed": closed, "windows": [["10:00", "11:00"]]}
	hours = read_opening_hours(spec(exceptions=[row]))
	assert hours.windows_on(date(2026, 5, 1).toordinal()) == ((36_000, 39_600),)


@pytest.mark.parametrize(
	"value",
	[
		"2026-02-30",
		"20260501",
		"2026-W18-5",
		"01.05.2026",
		"",
		None,
		20260501,
		"2026-5-1",
		"0001-01-01",
		"9999-12-31",
	],
	ids=repr,
)
def test_a_bad_date_is_named(value: Any) -> None:
	message = refused(errors.BadDateError, spec(exceptions=[{"date": value, "closed": True}]))
	assert repr(value) in message
	assert "YYYY-MM-DD" in message


def test_a_date_object_is_read_like_its_text() -> None:
	hours = read_opening_hours(spec(exceptions=[{"date": date(2026, 5, 1), "closed": True}]))
	assert list(hours.exceptions) == [date(2026, 5, 1).toordinal()]


# --- shapes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("given_spec", "place"),
	[
		(None, "The calendar"),
		([], "The calendar"),
		("UTC", "The calendar"),
		({"time_zone": "UTC", "windows": [1]}, "windows"),
		({"time_zone": "UTC", "windows": "always"}, "windows"),
		({"time_zone": "UTC", "windows": {"monday": 5}}, "monday"),
		({"time_zone": "UTC", "windows": {"monday": "09:00-17:00"}}, "monday"),
		({"time_zone": "UTC", "windows": {"monday": {"09:00": "10:00"}}}, "monday"),
		({"time_zone": "UTC", "windows": DAILY, "exceptions": {"date": 1}}, "exceptions"),
		({"time_zone": "UTC", "windows": DAILY, "exceptions": 5}, "exceptions"),
		({"time_zone": "UTC", "windows": DAILY, "exceptions": ["2026-05-01"]}, "2026-05-01"),
		(
			{"time_zone": "UTC", "windows": DAILY, "exceptions": [{"date": "2026-05-01", "windows": 5}]},
			"2026-05-01",
		),
	],
	ids=repr,
)
def test_a_wrong_shape_is_refused_with_the_place_and_what_was_wanted(given_spec: Any, place: str) -> None:
	message = refused(errors.BadShapeError, given_spec)
	assert place in message
	assert "expected form" in message


@pytest.mark.parametrize(
	"given_spec",
	[
		{"time_zone": "UTC"},
		{"time_zone": "UTC", "windows": {}},
		{"time_zone": "UTC", "windows": {"monday": []}},
		{"time_zone": "UTC", "windows": {}, "exceptions": [{"date": "2026-05-01", "closed": True}]},
	],
	ids=repr,
)
def test_a_calendar_without_any_window_is_refused(given_spec: dict[str, Any]) -> None:
	assert "Add at least one" in refused(errors.NeverOpenError, given_spec)


def test_one_open_exception_is_enough_of_a_calendar() -> None:
	row = {"date": "2026-05-01", "windows": [["09:00", "10:00"]]}
	assert ServiceCalendar.from_dict(spec({}, [row])).hours.windows_on(date(2026, 5, 1).toordinal())


JUNK = st.recursive(
	st.one_of(
		st.none(),
		st.booleans(),
		st.integers(),
		st.text(max_size=6),
		st.sampled_from(("monday", "09:00", "24:00")),
	),
	lambda inner: st.one_of(
		st.lists(inner, max_size=3),
		st.dictionaries(
			st.sampled_from(("time_zone", "windows", "exceptions", "monday", "date", "closed")),
			inner,
			max_size=4,
		),
	),
	max_leaves=12,
)


@settings(max_examples=150)
@given(JUNK, JUNK, JUNK)
def test_whatever_is_given_the_answer_is_a_calendar_or_a_named_error(one: Any, two: Any, three: Any) -> None:
	for given_spec in (one, {"time_zone": "UTC", "windows": two, "exceptions": three}):
		try:
			assert read_opening_hours(given_spec).zone
		except errors.CalendarError as error:
			assert error.code != "invalid"
			assert str(error).endswith(".")
