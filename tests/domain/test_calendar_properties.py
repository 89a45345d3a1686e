"""The calendar against a slow oracle and against its own laws, near every kind of change of the clocks."""

from __future__ import annotations

import threading
import time
from datetime import date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cs_center.domain import calendar_table
from cs_center.domain.calendar import HORIZON_DAYS, ServiceCalendar
from cs_center.domain.errors import (
	CalendarError,
	HorizonError,
	InvertedSpanError,
	NaiveDatetimeError,
	NegativeAmountError,
	OutOfRangeError,
)

from .calendar_oracle import (
	UTC,
	WEEKDAYS,
	first_instant,
	local_date,
	minutes_open,
	slow_business_days,
	slow_deadline,
	slow_elapsed,
	slow_is_open,
	slow_retreat,
)
from .calendar_strategies import (
	ALWAYS,
	CHANGES,
	NIGHTS,
	NINE_TO_FIVE,
	amounts,
	instants,
	spec_and_instants,
	specs,
)

MICROSECOND = timedelta(microseconds=1)


def open_on(zone: str, windows: dict[str, Any], *exceptions: dict[str, Any]) -> ServiceCalendar:
	return ServiceCalendar({"time_zone": zone, "windows": windows, "exceptions": list(exceptions)})


def utc(*parts: int) -> datetime:
	return datetime(*parts, tzinfo=UTC)


def back(calendar: ServiceCalendar, end: datetime, amount: timedelta) -> datetime:
	"""``retreat_instant`` on datetimes, in UTC."""
	found = calendar.retreat_instant(calendar_table.to_instant(end), calendar_table.to_micro(amount))
	return calendar_table.to_datetime(found, ZoneInfo("UTC"))


# --- against the oracle --------------------------------------------------------------------------------------------


@settings(max_examples=120)
@given(spec_and_instants(2))
def test_elapsed_is_the_sum_of_what_the_windows_share_with_the_span(case: Any) -> None:
	spec, start, end = case
	assert ServiceCalendar(spec).span(start, end) == slow_elapsed(spec, start, end)


@settings(max_examples=120)
@given(spec_and_instants(1), amounts)
def test_the_deadline_is_where_the_walk_through_the_windows_arrives(case: Any, amount: timedelta) -> None:
	spec, start = case
	found = ServiceCalendar(spec).advance(start, amount)
	assert found.astimezone(UTC) == slow_deadline(spec, start, amount)


@settings(max_examples=100)
@given(spec_and_instants(1), amounts)
def test_counting_back_arrives_where_the_walk_back_through_the_windows_does(
	case: Any, amount: timedelta
) -> None:
	spec, end = case
	arrived = slow_retreat(spec, end, amount)
	assume(arrived is not None)  # a minute a week leads back further than the walk goes
	assert back(ServiceCalendar(spec), end, amount) == arrived


@settings(max_examples=120)
@given(spec_and_instants(1), st.integers(1, 25))
def test_business_days_end_with_the_last_window_of_the_date_counted_out(case: Any, days: int) -> None:
	spec, start = case
	found = ServiceCalendar(spec).business_days_deadline(start, days)
	assert found.astimezone(UTC) == slow_business_days(spec, start, days)


@settings(max_examples=120)
@given(spec_and_instants(1))
def test_open_is_what_lies_inside_a_window(case: Any) -> None:
	spec, moment = case
	calendar = ServiceCalendar(spec)
	assert calendar.is_open(moment) is slow_is_open(spec, moment)
	opening = calendar.next_open(moment).astimezone(UTC)
	assert opening >= moment
	assert slow_is_open(spec, opening)
	assert slow_elapsed(spec, moment, opening) == timedelta()


@settings(max_examples=60)
@given(st.sampled_from((NINE_TO_FIVE, NIGHTS, ALWAYS)), st.integers(0, 6000), st.integers(0, 4000))
def test_elapsed_counts_every_open_minute_once_where_clocks_do_not_change(
	week: dict[str, Any], offset: int, length: int
) -> None:
	spec = {
		"time_zone": "Asia/Kathmandu",
		"windows": week,
		"exceptions": [{"date": "2026-05-06", "closed": True}],
	}
	start = utc(2026, 5, 4) + timedelta(minutes=offset)
	end = start + timedelta(minutes=length)
	assert ServiceCalendar(spec).elapsed(start, end) == 60 * minutes_open(spec, start, end)


@settings(max_examples=80)
@given(st.data(), st.sampled_from(sorted(CHANGES)))
def test_a_wall_time_is_its_first_pass_and_a_skipped_one_the_end_of_the_gap(data: Any, zone: str) -> None:
	moment = data.draw(instants(zone)).replace(second=0, microsecond=0)
	wall = moment.replace(tzinfo=None)
	found = calendar_table.local_instant(
		ZoneInfo(zone), wall.toordinal(), wall.hour * 3600 + wall.minute * 60
	)
	assert calendar_table.to_datetime(found, ZoneInfo("UTC")) == first_instant(zone, wall)


# --- laws ----------------------------------------------------------------------------------------------------------


@settings(max_examples=100)
@given(spec_and_instants(1), amounts)
def test_elapsed_undoes_the_deadline(case: Any, amount: timedelta) -> None:
	spec, start = case
	calendar = ServiceCalendar(spec)
	assert calendar.span(start, calendar.advance(start, amount)) == amount


@settings(max_examples=60)
@given(spec_and_instants(1), amounts)
def test_counting_back_undoes_counting_on_and_is_the_latest_instant_that_does(
	case: Any, amount: timedelta
) -> None:
	spec, end = case
	calendar = ServiceCalendar(spec)
	found = back(calendar, end, amount)
	assert calendar.span(found, end) == amount
	assert calendar.span(found + MICROSECOND, end) == amount - MICROSECOND
	assert calendar.advance(found, amount).astimezone(UTC) <= end
	assert back(calendar, calendar.advance(end, amount), amount) == calendar.next_open(end)


@settings(max_examples=100)
@given(spec_and_instants(1), amounts)
def test_a_deadline_is_never_reached_in_closed_time(case: Any, amount: timedelta) -> None:
	spec, start = case
	found = ServiceCalendar(spec).advance(start, amount)
	assert slow_is_open(spec, found.astimezone(UTC) - MICROSECOND)


@settings(max_examples=80)
@given(spec_and_instants(3))
def test_elapsed_adds_up_over_a_point_between(case: Any) -> None:
	spec, first, middle, last = case
	calendar = ServiceCalendar(spec)
	assert calendar.span(first, last) == calendar.span(first, middle) + calendar.span(middle, last)


@settings(max_examples=80)
@given(spec_and_instants(2), amounts, amounts)
def test_later_starts_and_longer_amounts_never_have_earlier_deadlines(
	case: Any, one: timedelta, two: timedelta
) -> None:
	spec, early, late = case
	calendar = ServiceCalendar(spec)
	short, long = sorted((one, two))
	found = calendar.advance(early, short).astimezone(UTC)
	assert found <= calendar.advance(early, long).astimezone(UTC)
	assert found <= calendar.advance(late, short).astimezone(UTC)


@settings(max_examples=80)
@given(spec_and_instants(1), amounts, amounts)
def test_two_amounts_one_after_the_other_are_their_sum(case: Any, one: timedelta, two: timedelta) -> None:
	spec, start = case
	calendar = ServiceCalendar(spec)
	assert calendar.advance(calendar.advance(start, one), two) == calendar.advance(start, one + two)


@settings(max_examples=80)
@given(spec_and_instants(2))
def test_the_open_stretches_are_in_order_inside_the_span_and_add_up(case: Any) -> None:
	spec, start, end = case
	calendar = ServiceCalendar(spec)
	found = [(a.astimezone(UTC), b.astimezone(UTC)) for a, b in calendar.open_intervals(start, end)]
	flat = [moment for pair in found for moment in pair]
	assert flat == sorted(flat)
	assert all(start <= a < b <= end for a, b in found)
	assert sum((b - a for a, b in found), timedelta()) == calendar.span(start, end)


@settings(max_examples=100)
@given(spec_and_instants(1), amounts, st.sampled_from(("Asia/Tokyo", "America/St_Johns", "Europe/Warsaw")))
def test_the_zone_of_the_question_changes_nothing_but_answers_come_in_the_calendars_zone(
	case: Any, amount: timedelta, other: str
) -> None:
	spec, start = case
	calendar = ServiceCalendar(spec)
	abroad = start.astimezone(ZoneInfo(other))
	for answer in (calendar.advance(abroad, amount), calendar.business_days_deadline(abroad, 3)):
		assert str(answer.tzinfo) == spec["time_zone"]
	assert calendar.advance(abroad, amount) == calendar.advance(start, amount)
	assert calendar.is_open(abroad) is calendar.is_open(start)
	assert calendar.business_days_deadline(abroad, 3) == calendar.business_days_deadline(start, 3)


@settings(max_examples=25)
@given(specs(), st.data())
def test_the_answer_does_not_depend_on_what_was_asked_before(spec: dict[str, Any], data: Any) -> None:
	used = ServiceCalendar(spec)
	for _ in range(3):
		base = data.draw(instants(spec["time_zone"], days=40))
		start = base + timedelta(days=data.draw(st.sampled_from((0, 0, -800, 900, 420))))
		amount, days = data.draw(amounts), data.draw(st.integers(1, 9))
		fresh = ServiceCalendar(spec)
		assert used.advance(start, amount) == fresh.advance(start, amount)
		assert used.business_days_deadline(start, days) == fresh.business_days_deadline(start, days)
		assert used.span(start, base + timedelta(days=1000)) == fresh.span(start, base + timedelta(days=1000))
		assert used.is_open(start) is fresh.is_open(start)
		assert back(used, start, amount) == back(ServiceCalendar(spec), start, amount)


def test_an_amount_of_nothing_is_due_at_once_in_the_calendars_zone() -> None:
	calendar = open_on("Asia/Shanghai", NINE_TO_FIVE)
	start = utc(2026, 5, 3, 3)
	assert calendar.deadline(start, 0).isoformat() == "2026-05-03T11:00:00+08:00"


# --- ends of windows, nights and exceptions ------------------------------------------------------------------------


@settings(max_examples=100)
@given(specs(), st.data())
def test_an_amount_that_fills_a_window_ends_at_its_end_not_at_the_next_opening(
	spec: dict[str, Any], data: Any
) -> None:
	calendar = ServiceCalendar(spec)
	start = calendar.next_open(data.draw(instants(spec["time_zone"])))
	opens, closes = calendar.open_intervals(start, start + timedelta(days=9))[0]
	room = closes.astimezone(UTC) - opens.astimezone(UTC)
	assert calendar.advance(start, room) == closes
	assert calendar.advance(start, room + MICROSECOND) > closes


def test_a_window_has_its_start_but_not_its_end() -> None:
	calendar = open_on("UTC", NINE_TO_FIVE)
	asked = [utc(2026, 5, 4, 9), utc(2026, 5, 4, 12) - MICROSECOND, utc(2026, 5, 4, 12), utc(2026, 5, 4, 13)]
	assert [calendar.is_open(moment) for moment in asked] == [True, True, False, True]


def test_a_night_window_belongs_to_the_date_on_which_it_starts() -> None:
	calendar = open_on("Europe/Warsaw", {"friday": [["21:00", "02:00"]]})
	saturday_one = datetime(2026, 5, 9, 1, tzinfo=ZoneInfo("Europe/Warsaw"))
	assert calendar.is_open(saturday_one)
	assert calendar.deadline(saturday_one, 3600).isoformat() == "2026-05-09T02:00:00+02:00"
	assert calendar.deadline(saturday_one, 3601).isoformat() == "2026-05-15T21:00:01+02:00"


def test_an_exception_replaces_the_windows_of_its_date_but_last_nights_window_runs_to_its_end() -> None:
	nights = {name: [["21:00", "02:00"]] for name in WEEKDAYS}
	calendar = open_on("Europe/Warsaw", nights, {"date": "2026-05-06", "closed": True})
	zone = ZoneInfo("Europe/Warsaw")
	start, end = datetime(2026, 5, 5, 12, tzinfo=zone), datetime(2026, 5, 7, 12, tzinfo=zone)
	stretches = [(a.isoformat(), b.isoformat()) for a, b in calendar.open_intervals(start, end)]
	assert stretches == [("2026-05-05T21:00:00+02:00", "2026-05-06T02:00:00+02:00")]


def test_an_exception_can_open_a_weekday_that_is_closed() -> None:
	makeup = {"date": "2026-10-10", "windows": [["10:00", "12:00"]]}
	calendar = open_on("Asia/Shanghai", NINE_TO_FIVE, makeup)
	friday_evening = datetime(2026, 10, 9, 18, tzinfo=ZoneInfo("Asia/Shanghai"))
	assert calendar.business_days_deadline(friday_evening, 1).isoformat() == "2026-10-10T12:00:00+08:00"
	assert calendar.deadline(friday_evening, 7200).isoformat() == "2026-10-10T12:00:00+08:00"


def test_a_closed_exception_is_no_business_day() -> None:
	calendar = open_on("Asia/Shanghai", NINE_TO_FIVE, {"date": "2026-10-09", "closed": True})
	thursday = datetime(2026, 10, 8, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
	assert calendar.business_days_deadline(thursday, 1).isoformat() == "2026-10-12T17:00:00+08:00"


def test_the_date_of_the_start_is_not_counted_even_before_its_opening() -> None:
	calendar = open_on("UTC", NINE_TO_FIVE)
	assert calendar.business_days_deadline(utc(2026, 5, 4, 0, 1), 1) == utc(2026, 5, 5, 17)


# --- changes of the clocks -----------------------------------------------------------------------------------------


def test_a_day_of_the_spring_change_has_twenty_three_hours_and_one_of_the_autumn_change_twenty_five() -> None:
	calendar = open_on("Europe/Warsaw", ALWAYS)
	zone = ZoneInfo("Europe/Warsaw")
	for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)):
		start = datetime(day.year, day.month, day.day, tzinfo=zone)
		end = datetime.combine(day + timedelta(days=1), start.time(), zone)
		assert calendar.elapsed(start, end) == hours * 3600


def test_lord_howe_changes_by_half_an_hour() -> None:
	calendar = open_on("Australia/Lord_Howe", ALWAYS)
	zone = ZoneInfo("Australia/Lord_Howe")
	assert calendar.elapsed(datetime(2026, 4, 5, tzinfo=zone), datetime(2026, 4, 6, tzinfo=zone)) == 88_200
	assert calendar.elapsed(datetime(2026, 10, 4, tzinfo=zone), datetime(2026, 10, 5, tzinfo=zone)) == 84_600


def test_a_window_that_starts_in_the_gap_opens_at_the_end_of_the_gap() -> None:
	calendar = open_on("Europe/Warsaw", {"sunday": [["02:30", "04:00"]]})
	assert calendar.next_open(utc(2026, 3, 28, 12)).isoformat() == "2026-03-29T03:00:00+02:00"
	assert calendar.elapsed(utc(2026, 3, 28, 12), utc(2026, 3, 29, 12)) == 3600


def test_a_window_that_starts_in_the_repeated_hour_opens_at_its_first_pass() -> None:
	calendar = open_on("Europe/Warsaw", {"sunday": [["02:30", "04:00"]]})
	assert calendar.elapsed(utc(2026, 10, 24, 12), utc(2026, 10, 25, 12)) == 2.5 * 3600
	assert calendar.is_open(utc(2026, 10, 25, 1, 15))
	assert not calendar.is_open(utc(2026, 10, 25, 0, 15))


def test_a_window_inside_the_repeated_hour_is_open_once() -> None:
	calendar = open_on("Europe/Warsaw", {"sunday": [["02:00", "02:30"]]})
	assert calendar.elapsed(utc(2026, 10, 24, 12), utc(2026, 10, 25, 12)) == 1800
	assert calendar.is_open(utc(2026, 10, 25, 0, 15))
	assert not calendar.is_open(utc(2026, 10, 25, 1, 15))


def test_it_is_open_all_through_both_passes_of_the_repeated_hour() -> None:
	calendar = open_on("Europe/Warsaw", ALWAYS)
	for minutes in range(0, 180, 15):
		moment = utc(2026, 10, 25, 0, 0) + timedelta(minutes=minutes)
		assert calendar.is_open(moment), moment
		assert calendar.next_open(moment).astimezone(UTC) == moment


def test_a_date_whose_only_window_the_clocks_skip_is_no_business_day() -> None:
	calendar = open_on("Europe/Warsaw", {name: [["02:15", "02:45"]] for name in WEEKDAYS})
	found = calendar.business_days_deadline(utc(2026, 3, 28, 12), 1)
	assert found.isoformat() == "2026-03-30T02:45:00+02:00"


def test_the_date_that_samoa_skipped_is_no_business_day_and_has_no_open_time() -> None:
	calendar = open_on("Pacific/Apia", {name: [["09:00", "17:00"]] for name in WEEKDAYS})
	start = datetime(2011, 12, 29, 18, tzinfo=ZoneInfo("Pacific/Apia"))
	assert calendar.business_days_deadline(start, 1).isoformat() == "2011-12-31T17:00:00+14:00"
	assert calendar.deadline(start, 3600).isoformat() == "2011-12-31T10:00:00+14:00"


def test_an_overnight_window_into_the_skipped_date_ends_where_the_skipped_date_ends() -> None:
	calendar = open_on("Pacific/Apia", {"thursday": [["21:00", "02:00"]]})
	start = datetime(2011, 12, 29, 12, tzinfo=ZoneInfo("Pacific/Apia"))
	assert calendar.elapsed(start, start.astimezone(UTC) + timedelta(days=2)) == 3 * 3600


def test_a_start_written_as_a_skipped_wall_time_is_the_instant_it_stands_for() -> None:
	"""Samoa skipped 30 December 2011; ten o'clock on it is ten o'clock on the 31st."""
	calendar = open_on("Pacific/Apia", {name: [["09:00", "17:00"]] for name in WEEKDAYS})
	skipped = datetime(2011, 12, 30, 10, tzinfo=ZoneInfo("Pacific/Apia"))
	found = calendar.business_days_deadline(skipped, 1)
	assert found.isoformat() == "2012-01-01T17:00:00+14:00"
	assert found == calendar.business_days_deadline(skipped.astimezone(UTC), 1)


def test_a_repeated_midnight_belongs_to_one_date_only() -> None:
	"""Azores: on 25 October 2026 the clock goes from 01:00 back to 00:00, so 00:00-01:00 passes twice."""
	calendar = open_on("Atlantic/Azores", {"sunday": [["00:00", "01:00"]], "saturday": [["22:00", "24:00"]]})
	assert calendar.elapsed(utc(2026, 10, 24, 12), utc(2026, 10, 25, 12)) == 2 * 3600 + 2 * 3600


# --- the ends of the world -----------------------------------------------------------------------------------------


def _only_on(*days: str) -> ServiceCalendar:
	return open_on("UTC", {}, *({"date": day, "windows": [["09:00", "10:00"]]} for day in days))


def test_a_calendar_that_ends_gives_the_named_error_with_the_date() -> None:
	calendar = _only_on("2026-01-05")
	assert calendar.deadline(utc(2026, 1, 1), 3600) == utc(2026, 1, 5, 10)
	with pytest.raises(HorizonError, match=f"no open time within {HORIZON_DAYS} days after 20"):
		calendar.deadline(utc(2026, 1, 1), 3601)
	with pytest.raises(HorizonError, match="Add windows"):
		calendar.business_days_deadline(utc(2026, 1, 5), 1)
	with pytest.raises(HorizonError, match="Add windows"):
		calendar.next_open(utc(2026, 1, 5, 10))


def test_asking_whether_an_ended_calendar_is_open_has_the_answer_no() -> None:
	assert _only_on("2026-01-05").is_open(utc(2026, 2, 1)) is False
	assert _only_on("2026-01-05").elapsed(utc(2026, 1, 1), utc(2032, 1, 1)) == 3600


def test_more_than_a_year_of_closure_is_an_error_whatever_was_asked_before() -> None:
	for before in (None, utc(2024, 12, 10), utc(2024, 6, 1), utc(2027, 6, 1), utc(2030, 1, 1)):
		calendar = _only_on("2026-01-05", "2027-06-01")
		if before:
			calendar.elapsed(before, before)
		with pytest.raises(HorizonError, match="within 400 days"):
			calendar.deadline(utc(2026, 1, 1), 5400)
		with pytest.raises(HorizonError, match="within 400 days"):
			calendar.business_days_deadline(utc(2026, 1, 1), 2)
		with pytest.raises(HorizonError, match="within 400 days"):
			calendar.next_open(utc(2026, 1, 6))


def test_a_closure_of_just_under_400_days_is_waited_out_whatever_was_asked_before() -> None:
	for before in (None, utc(2024, 12, 10), utc(2025, 1, 2), utc(2025, 12, 1), utc(2030, 1, 1)):
		calendar = _only_on("2026-01-05", "2027-02-08")
		if before:
			calendar.elapsed(before, before)
		assert calendar.deadline(utc(2026, 1, 1), 5400) == utc(2027, 2, 8, 9, 30)
		assert calendar.business_days_deadline(utc(2026, 1, 1), 2) == utc(2027, 2, 8, 10)


def test_the_search_stops_soon_when_nothing_opens_any_more() -> None:
	calendar = _only_on("2026-01-05")
	begun = time.process_time()
	with pytest.raises(HorizonError):
		calendar.deadline(utc(2026, 2, 1), 10**9)
	assert time.process_time() - begun < 1.0


EDGES = (
	datetime.min.replace(tzinfo=UTC),
	utc(1, 1, 2),
	utc(1, 1, 5),
	utc(9999, 12, 28),
	utc(9999, 12, 30),
	datetime.max.replace(tzinfo=UTC),
	datetime.min.replace(tzinfo=timezone(timedelta(hours=14))),
	datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))),
)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York"])
@pytest.mark.parametrize("moment", EDGES, ids=str)
def test_at_the_edges_of_the_years_answers_are_right_or_named_errors(zone: str, moment: datetime) -> None:
	calendar = open_on(zone, ALWAYS)
	later = moment + timedelta(hours=9) if moment.year < 9999 else moment
	earlier = moment - timedelta(hours=9) if moment.year > 1 else moment
	try:
		assert calendar.elapsed(earlier, later) == int((later - earlier).total_seconds())
		assert calendar.deadline(moment, 60) - moment == timedelta(seconds=60)
		assert calendar.is_open(moment) is True
		assert calendar.business_days_deadline(moment, 1) > moment
	except CalendarError as error:
		assert error.code != "invalid" and len(str(error)) > 20


@pytest.mark.parametrize("seconds", [10**10, 10**12, 10**14, 10**20, 10**400])
def test_a_huge_amount_is_a_named_error_and_comes_soon(seconds: int) -> None:
	calendar = open_on("Europe/Warsaw", ALWAYS)
	begun = time.process_time()
	with pytest.raises(CalendarError) as caught:
		calendar.deadline(utc(2026, 1, 1), seconds)
	assert caught.value.code != "invalid"
	assert time.process_time() - begun < 3.0


@pytest.mark.parametrize("days", [10**5, 10**7, 10**20])
def test_a_huge_number_of_business_days_is_a_named_error_and_comes_soon(days: int) -> None:
	calendar = open_on("Europe/Warsaw", NINE_TO_FIVE)
	begun = time.process_time()
	with pytest.raises(CalendarError) as caught:
		calendar.business_days_deadline(utc(2026, 1, 1), days)
	assert caught.value.code != "invalid"
	assert time.process_time() - begun < 3.0


def test_ten_years_of_open_time_are_still_answered() -> None:
	calendar = open_on("UTC", ALWAYS)
	assert calendar.deadline(utc(2026, 1, 1), 3653 * 86_400) == utc(2036, 1, 2)
	assert calendar.elapsed(utc(2016, 1, 1), utc(2026, 1, 1)) == 3653 * 86_400


# --- counting back -------------------------------------------------------------------------------------------------


def test_nothing_counted_back_is_the_instant_itself_even_in_closed_time() -> None:
	calendar = open_on("UTC", NINE_TO_FIVE)
	for moment in (utc(2026, 5, 4, 10), utc(2026, 5, 4, 12, 30), utc(2026, 5, 3, 3)):
		assert back(calendar, moment, timedelta()) == moment
	with pytest.raises(NegativeAmountError, match="-1 microseconds"):
		calendar.retreat_instant(0, -1)


def test_counting_back_a_whole_window_ends_at_its_start_not_at_the_end_of_the_one_before() -> None:
	calendar = open_on("UTC", NINE_TO_FIVE)
	assert back(calendar, utc(2026, 5, 4, 17), timedelta(hours=4)) == utc(2026, 5, 4, 13)
	assert (
		back(calendar, utc(2026, 5, 4, 17), timedelta(hours=4) + MICROSECOND)
		== utc(2026, 5, 4, 12) - MICROSECOND
	)
	assert back(calendar, utc(2026, 5, 4, 9), timedelta(hours=1)) == utc(2026, 5, 1, 16)


def test_counting_back_over_years_of_office_hours_is_still_answered() -> None:
	calendar = open_on("UTC", NINE_TO_FIVE)
	for hours in (4000, 20_000):
		found = back(calendar, utc(2026, 5, 4, 17), timedelta(hours=hours))
		assert calendar.span(found, utc(2026, 5, 4, 17)) == timedelta(hours=hours)


def test_counting_back_over_more_than_a_year_of_closure_is_an_error_whatever_was_asked_before() -> None:
	for before in (None, utc(2022, 6, 1), utc(2026, 1, 1), utc(2030, 1, 1)):
		for days in (("2026-01-05",), ("2026-01-05", "2027-06-01"), ("2023-01-05", "2026-01-05")):
			calendar = _only_on(*days)
			if before:
				calendar.elapsed(before, before)
			with pytest.raises(HorizonError, match="within 400 days"):
				back(calendar, utc(2027, 6, 1, 9, 15), timedelta(minutes=30))


def test_counting_back_over_a_closure_of_just_under_400_days_is_answered() -> None:
	for days in (("2026-01-05",), ("2026-01-05", "2027-02-08"), ("2023-01-05", "2026-01-05", "2027-02-08")):
		assert back(_only_on(*days), utc(2027, 2, 8, 9), timedelta(minutes=30)) == utc(2026, 1, 5, 9, 30)
	calendar = _only_on("2023-01-05", "2026-01-05", "2027-02-08")
	assert back(calendar, utc(2027, 2, 8, 10), timedelta(hours=1)) == utc(2027, 2, 8, 9)


def test_counting_back_before_the_first_year_is_a_named_error_and_comes_soon() -> None:
	calendar = open_on("UTC", ALWAYS)
	begun = time.process_time()
	for hours in (130 * 8766, 10**9):
		with pytest.raises(OutOfRangeError, match="outside the years 1900 to 2200"):
			back(calendar, utc(2026, 5, 4), timedelta(hours=min(hours, 20 * 10**6)))
	with pytest.raises(CalendarError):
		back(
			open_on("UTC", {}, {"date": "2026-05-05", "closed": False, "windows": [["09:00", "10:00"]]}),
			utc(2026, 5, 4),
			timedelta(hours=1),
		)
	assert time.process_time() - begun < 3.0


# --- questions that make no sense ----------------------------------------------------------------------------------


def test_a_naive_datetime_is_refused_by_every_question() -> None:
	calendar = open_on("UTC", ALWAYS)
	naive, aware = datetime(2026, 1, 1, 9), utc(2026, 1, 1)
	for ask in (
		lambda: calendar.deadline(naive, 60),
		lambda: calendar.elapsed(naive, aware),
		lambda: calendar.elapsed(aware, naive),
		lambda: calendar.business_days_deadline(naive, 1),
		lambda: calendar.is_open(naive),
		lambda: calendar.next_open(naive),
		lambda: calendar.open_intervals(aware, naive),
	):
		with pytest.raises(NaiveDatetimeError, match="2026-01-01T09:00:00 has no time zone"):
			ask()


def test_an_end_before_the_start_is_refused() -> None:
	calendar = open_on("UTC", ALWAYS)
	with pytest.raises(InvertedSpanError, match="is before the start"):
		calendar.elapsed(utc(2026, 1, 2), utc(2026, 1, 1))
	with pytest.raises(InvertedSpanError, match="is before the start"):
		calendar.open_intervals(utc(2026, 1, 1, 12), utc(2026, 1, 1, 11))


def test_an_empty_span_has_no_open_stretches() -> None:
	assert open_on("UTC", ALWAYS).open_intervals(utc(2026, 1, 1, 12), utc(2026, 1, 1, 12)) == []


@pytest.mark.parametrize("days", [0, -1])
def test_less_than_one_business_day_is_refused(days: int) -> None:
	with pytest.raises(NegativeAmountError, match="days must be at least 1"):
		open_on("UTC", ALWAYS).business_days_deadline(utc(2026, 1, 1), days)


@pytest.mark.parametrize("seconds", [-1, -(10**400)], ids=["one second", "more than a float holds"])
def test_a_negative_amount_is_refused(seconds: int) -> None:
	with pytest.raises(NegativeAmountError, match="must not be negative"):
		open_on("UTC", ALWAYS).deadline(utc(2026, 1, 1), seconds)


# --- many threads, one calendar ------------------------------------------------------------------------------------


def test_threads_that_share_a_calendar_get_the_answers_of_a_calendar_of_their_own() -> None:
	spec = {"time_zone": "Europe/Warsaw", "windows": NIGHTS}
	shared = ServiceCalendar(spec)
	starts = [utc(2026, 1, 1) + timedelta(days=311 * (step % 17) - 2000, hours=step) for step in range(120)]
	expected = [ServiceCalendar(spec).deadline(start, 90_000) for start in starts[:40]]
	wrong: list[tuple[datetime, datetime]] = []

	def ask(first: int) -> None:
		for index in range(first, 40, 4):
			found = shared.deadline(starts[index], 90_000)
			if found != expected[index]:
				wrong.append((starts[index], found))

	workers = [threading.Thread(target=ask, args=(index,)) for index in range(4)]
	for worker in workers:
		worker.start()
	for worker in workers:
		worker.join()
	assert wrong == []


def test_the_oracle_itself_knows_the_two_changes_of_warsaw() -> None:
	"""The oracle is only worth something when it is right: two figures worked out by hand."""
	spec = {"time_zone": "Europe/Warsaw", "windows": {"sunday": [["00:00", "24:00"]]}}
	assert slow_elapsed(spec, utc(2026, 3, 28), utc(2026, 3, 30)) == timedelta(hours=23)
	assert slow_elapsed(spec, utc(2026, 10, 24), utc(2026, 10, 26)) == timedelta(hours=25)
	assert local_date(spec, utc(2026, 3, 28, 23, 30)) == date(2026, 3, 29)
