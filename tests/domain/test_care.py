"""Care by example: birthdays, who is drawn, and when may somebody call? What always holds is in test_care_properties."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cs_center.domain.calendar import ServiceCalendar
from cs_center.domain.care import (
	LATEST_DELAY_DAYS,
	Preference,
	Sample,
	birthdays_kept_on,
	contact_instant,
	draw,
	visiting_day,
	yearly_day,
)

from .calendar_oracle import UTC, WEEKDAYS

SHANGHAI = ZoneInfo("Asia/Shanghai")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
CUSTOMERS = [f"Customer {number}" for number in range(1000)]


def calendar(
	*rows: tuple[str, str], zone: str = "Asia/Shanghai", days: tuple[str, ...] = WEEKDAYS, **spec: Any
) -> ServiceCalendar:
	windows = {day: [list(row) for row in rows] for day in days}
	return ServiceCalendar({"time_zone": zone, "windows": windows, **spec})


OFFICE = calendar(("09:00", "12:00"), ("14:00", "18:00"), days=WEEKDAYS[:5])
NIGHTS = calendar(("21:00", "02:00"))
ALWAYS = calendar(("00:00", "24:00"))

MONDAY = date(2026, 11, 23)
SATURDAY = date(2026, 11, 28)


def shanghai(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
	return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


def reached(
	day: date,
	begins: time | None = None,
	ends: time | None = None,
	hours: ServiceCalendar = OFFICE,
	not_before: datetime = LONG_AGO,
) -> datetime | None:
	return contact_instant(day, hours, Preference(begins, ends), not_before)


# --- days that come back -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("day", "kept"),
	[
		(date(2026, 3, 1), [(3, 1)]),
		(date(2026, 2, 28), [(2, 28), (2, 29)]),
		(date(2028, 2, 28), [(2, 28)]),
		(date(2028, 2, 29), [(2, 29)]),
		(date(2000, 2, 28), [(2, 28)]),
		(date(2100, 2, 28), [(2, 28), (2, 29)]),
		(date(2026, 12, 31), [(12, 31)]),
	],
)
def test_birthdays_of_a_day(day: date, kept: list[tuple[int, int]]) -> None:
	assert birthdays_kept_on(day) == kept


@pytest.mark.parametrize(
	("year", "month", "day", "found"),
	[
		(2026, 2, 29, date(2026, 2, 28)),
		(2028, 2, 29, date(2028, 2, 29)),
		(2100, 2, 29, date(2100, 2, 28)),
		(2026, 2, 28, date(2026, 2, 28)),
		(2026, 12, 31, date(2026, 12, 31)),
	],
)
def test_a_day_that_comes_back_every_year(year: int, month: int, day: int, found: date) -> None:
	assert yearly_day(year, month, day) == found


@pytest.mark.parametrize(("month", "day"), [(2, 30), (2, 31), (4, 31), (13, 1), (0, 1), (1, 0), (1, 32)])
@pytest.mark.parametrize("year", [2026, 2028])
def test_there_is_no_such_day(year: int, month: int, day: int) -> None:
	with pytest.raises(ValueError, match=r"month|day"):
		yearly_day(year, month, day)


# --- who is drawn --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("percent", "most", "qualified", "drawn"),
	[
		(5, 20, 100, 5),
		(5, 20, 400, 20),
		(5, 20, 4000, 20),
		(5, 0, 4000, 200),
		(5, 20, 3, 1),
		(0.01, 0, 10, 1),
		(5, 20, 0, 0),
		(0, 20, 100, 0),
		(-5, 20, 100, 0),
		(100, 0, 7, 7),
		(250, 0, 7, 7),
		(100, 3, 7, 3),
		(33.3, 0, 10, 3),
		(99, 0, 10, 10),
	],
)
def test_how_many_are_drawn(percent: float, most: int, qualified: int, drawn: int) -> None:
	assert Sample(percent, most).size(qualified) == drawn
	names = [f"N{number}" for number in range(qualified)]
	assert len(draw(names, Sample(percent, most), "S")) == drawn


def test_a_negative_limit_is_none_and_never_draws_nearly_everybody() -> None:
	assert len(draw(CUSTOMERS[:100], Sample(5, -1), "S")) in (0, 5)


def test_nobody_is_drawn_of_nobody() -> None:
	assert draw([], Sample(100), "S") == []


def test_a_customer_who_is_named_twice_is_one_customer() -> None:
	assert draw(["A", "B", "A", "A"], Sample(100), "S") in (["A", "B"], ["B", "A"])
	assert Counter(draw(CUSTOMERS * 2, Sample(10), "S")) == Counter(draw(CUSTOMERS, Sample(10), "S"))


def test_a_draw_is_the_same_on_every_machine_and_in_every_year() -> None:
	"""Numbers that were drawn once and for all: a run that is repeated must visit the same customers."""
	assert draw(CUSTOMERS[:40], Sample(10), "Monthly Visit|2026-11") == [
		"Customer 6",
		"Customer 5",
		"Customer 11",
		"Customer 18",
	]
	assert visiting_day("Customer 1", "Monthly Visit|2026-11", date(2026, 11, 1)) == date(2026, 11, 26)


def test_another_month_draws_others() -> None:
	"""A tenth of the customers each month: over two years hardly anybody is left out, nobody comes every month."""
	visits = Counter(
		name for month in range(24) for name in draw(CUSTOMERS, Sample(10), f"Monthly Visit|{month}")
	)
	assert sum(visits.values()) == 2400
	assert len(visits) > 880  # 1000 * (1 - 0.9 ** 24) = 920 are expected
	assert max(visits.values()) < 10


def test_names_of_any_script_are_drawn() -> None:
	names = ["王小明", "Ætherium", "a\nb", "", "🙂", "x" * 140]
	assert sorted(draw(names, Sample(100), "月")) == sorted(names)


# --- the day of a visit --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	"month", [date(2026, 2, 1), date(2028, 2, 17), date(2026, 4, 30), date(2026, 12, 31)]
)
def test_visits_are_spread_over_all_days_of_the_month(month: date) -> None:
	"""1,000 customers: a day that is far from its even share (here four standard deviations) would be a fault."""
	found = Counter(visiting_day(name, "S", month) for name in CUSTOMERS)
	first, last = month.replace(day=1), max(found)
	days = (last - first).days + 1
	assert min(found) == first
	assert (last + timedelta(days=1)).day == 1
	share = 1000 / days
	assert all(abs(found[first + timedelta(days=step)] - share) < 4 * share**0.5 for step in range(days))


def test_those_who_are_drawn_are_spread_as_well() -> None:
	"""The smallest numbers are drawn: the day must not depend on the same number."""
	drawn = draw(CUSTOMERS, Sample(20), "S")
	days = Counter(visiting_day(name, "S", date(2026, 11, 1)).day for name in drawn)
	assert len(days) >= 28 and max(days.values()) <= 18


def test_the_visiting_day_depends_on_the_month_alone_and_not_on_the_date_within_it() -> None:
	for name in CUSTOMERS[:50]:
		found = {visiting_day(name, "S", date(2026, 11, day)) for day in range(1, 31)}
		assert len(found) == 1


# --- when to call (2026-11-23 is a Monday) -------------------------------------------------------------------------


@pytest.mark.parametrize(
	("day", "begins", "ends", "found"),
	[
		(MONDAY, None, None, shanghai(23, 9)),
		(MONDAY, time(10), None, shanghai(23, 10)),
		(MONDAY, time(10, 30), time(11), shanghai(23, 10, 30)),
		(MONDAY, time(12), None, shanghai(23, 14)),
		(MONDAY, time(11, 59, 59), time(12), datetime(2026, 11, 23, 11, 59, 59, tzinfo=SHANGHAI)),
		(MONDAY, None, time(9, 1), shanghai(23, 9)),
		(MONDAY, time(17, 59), time(23), shanghai(23, 17, 59)),
		(SATURDAY, None, None, shanghai(30, 9)),
		(SATURDAY, time(16), time(20), shanghai(30, 16)),
	],
)
def test_the_first_open_time_that_the_customer_likes(
	day: date, begins: time | None, ends: time | None, found: datetime
) -> None:
	assert reached(day, begins, ends) == found


@pytest.mark.parametrize(
	("begins", "ends"),
	[
		(time(18), time(22)),  # the centre closes at six
		(time(12), time(14)),  # and has lunch
		(None, time(9)),
		(time(10), time(10)),
		(time(19), None),
	],
)
def test_hours_that_never_meet(begins: time | None, ends: time | None) -> None:
	assert reached(MONDAY, begins, ends) is None


def test_preferred_hours_that_end_before_they_begin_are_never() -> None:
	"""A profile with such hours is refused when it is saved."""
	assert reached(MONDAY, time(22), time(2), ALWAYS) is None


@pytest.mark.parametrize(
	("not_before", "found"),
	[
		(shanghai(23, 8), shanghai(23, 9)),
		(shanghai(23, 9), shanghai(23, 9)),
		(shanghai(23, 10, 17), shanghai(23, 10, 17)),
		(shanghai(23, 12), shanghai(23, 14)),
		(shanghai(23, 18), shanghai(24, 9)),
		(shanghai(27, 18), shanghai(30, 9)),
		(datetime(2026, 11, 23, 2, 30, tzinfo=UTC), shanghai(23, 10, 30)),
	],
)
def test_never_before_it_is_asked(not_before: datetime, found: datetime) -> None:
	assert reached(MONDAY, not_before=not_before) == found


def test_the_preferred_hours_of_today_may_be_over() -> None:
	assert reached(MONDAY, time(9), time(10), not_before=shanghai(23, 10)) == shanghai(24, 9)
	last = shanghai(23, 10) - timedelta(microseconds=1)
	assert reached(MONDAY, time(9), time(10), not_before=last) == last


def test_the_answer_is_in_the_zone_of_the_calendar() -> None:
	found = reached(MONDAY, not_before=datetime(2026, 11, 23, 2, 30, tzinfo=UTC))
	assert found is not None
	assert found.isoformat() == "2026-11-23T10:30:00+08:00"


def test_a_not_before_without_zone_is_refused() -> None:
	"""It would be read in the zone of the machine."""
	with pytest.raises(ValueError, match="time zone"):
		reached(MONDAY, not_before=datetime(2026, 11, 23, 9))


def test_last_nights_window_counts_after_midnight() -> None:
	assert reached(MONDAY, hours=NIGHTS) == shanghai(23, 0)
	assert reached(MONDAY, time(1), time(4), NIGHTS) == shanghai(23, 1)
	assert reached(MONDAY, time(3), time(22), NIGHTS) == shanghai(23, 21)
	assert reached(MONDAY, time(3), time(20), NIGHTS) is None
	assert reached(MONDAY, time(1, 30), time(4), NIGHTS, shanghai(23, 2)) == shanghai(24, 1, 30)


def test_the_night_before_a_closed_day_still_runs_into_it() -> None:
	closed = calendar(("21:00", "02:00"), exceptions=[{"date": "2026-11-23", "closed": True}])
	assert reached(MONDAY, time(1), time(4), closed) == shanghai(23, 1)
	assert reached(MONDAY, time(3), None, closed) == shanghai(24, 21)
	assert reached(date(2026, 11, 24), time(1), time(4), closed) == shanghai(25, 1)


def test_a_closed_holiday_is_passed_over_and_a_day_with_hours_of_its_own_is_used() -> None:
	week = [f"2026-10-{day:02d}" for day in range(1, 8)]
	golden_week = calendar(
		("09:00", "18:00"),
		days=WEEKDAYS[:5],
		exceptions=[
			*({"date": day, "closed": True} for day in week),
			{"date": "2026-10-10", "windows": [["10:00", "12:00"]]},
		],
	)
	assert reached(date(2026, 10, 1), hours=golden_week) == shanghai(8, 9, month=10)
	assert reached(date(2026, 10, 10), hours=golden_week) == shanghai(10, 10, month=10)
	assert reached(date(2026, 10, 10), time(13), None, golden_week) == shanghai(12, 13, month=10)


@pytest.mark.parametrize("closed", [0, 1, LATEST_DELAY_DAYS, LATEST_DELAY_DAYS + 1])
def test_a_greeting_is_brought_up_to_fourteen_days_late(closed: int) -> None:
	days = [(MONDAY + timedelta(days=step)).isoformat() for step in range(closed)]
	shut = calendar(("09:00", "18:00"), exceptions=[{"date": day, "closed": True} for day in days])
	expected = datetime.combine(MONDAY + timedelta(days=closed), time(9), SHANGHAI)
	assert reached(MONDAY, hours=shut) == (expected if closed <= LATEST_DELAY_DAYS else None)


def test_what_may_not_be_done_in_time_is_not_done() -> None:
	last_day = MONDAY + timedelta(days=LATEST_DELAY_DAYS)
	noon = datetime.combine(last_day, time(12), SHANGHAI)
	assert reached(MONDAY, hours=ALWAYS, not_before=noon) == noon
	assert reached(MONDAY, hours=ALWAYS, not_before=noon + timedelta(hours=12)) is None


# --- the clocks change ---------------------------------------------------------------------------------------------

WARSAW = ZoneInfo("Europe/Warsaw")
WARSAW_ALWAYS = calendar(("00:00", "24:00"), zone="Europe/Warsaw")


@pytest.mark.parametrize(
	("zone", "day", "begins", "ends", "found"),
	[
		# Warsaw, 29 March: 02:00 is 03:00
		("Europe/Warsaw", date(2026, 3, 29), time(1), None, "2026-03-29T01:00:00+01:00"),
		("Europe/Warsaw", date(2026, 3, 29), time(9), None, "2026-03-29T09:00:00+02:00"),
		("Europe/Warsaw", date(2026, 3, 29), time(2), time(9), "2026-03-29T03:00:00+02:00"),
		("Europe/Warsaw", date(2026, 3, 29), time(2, 30), time(9), "2026-03-29T03:00:00+02:00"),
		("Europe/Warsaw", date(2026, 3, 29), time(2, 10), time(2, 50), "2026-03-30T02:10:00+02:00"),
		# Warsaw, 25 October: 03:00 is 02:00 again
		("Europe/Warsaw", date(2026, 10, 25), time(2, 30), time(9), "2026-10-25T02:30:00+02:00"),
		("Europe/Warsaw", date(2026, 10, 25), time(9), None, "2026-10-25T09:00:00+01:00"),
		# Beirut: midnight of 29 March is one o'clock
		("Asia/Beirut", date(2026, 3, 29), None, None, "2026-03-29T01:00:00+03:00"),
		("Asia/Beirut", date(2026, 3, 28), time(23, 59), None, "2026-03-28T23:59:00+02:00"),
		# Lord Howe: half an hour, 02:00 is 02:30 on 4 October
		("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), time(9), "2026-10-04T02:30:00+11:00"),
		# Apia had no 30 December 2011
		("Pacific/Apia", date(2011, 12, 30), time(9), None, "2011-12-31T09:00:00+14:00"),
		("Pacific/Apia", date(2011, 12, 29), time(9), None, "2011-12-29T09:00:00-10:00"),
	],
)
def test_local_hours_when_the_clocks_change(
	zone: str, day: date, begins: time, ends: time | None, found: str
) -> None:
	answer = reached(
		day, begins, ends, calendar(("00:00", "24:00"), zone=zone), datetime(2011, 1, 1, tzinfo=UTC)
	)
	assert answer is not None
	assert answer.isoformat() == found


def test_the_second_pass_of_an_hour_is_after_the_first() -> None:
	"""02:30 on 25 October comes twice; at the second pass the first one is over."""
	second = datetime(2026, 10, 25, 1, 40, tzinfo=UTC)
	found = reached(date(2026, 10, 25), time(2, 30), time(2, 50), WARSAW_ALWAYS, second)
	assert found is not None and found >= second
	assert found.replace(tzinfo=None).time() >= time(2, 30)


# --- ends of the calendars -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	"day", [date(2200, 12, 31), date(2201, 1, 1), date(1899, 12, 1), date.min, date.max, date(9999, 12, 25)]
)
@pytest.mark.parametrize("preference", [Preference(), Preference(time(9), time(17))])
def test_outside_the_years_of_calendars_there_is_no_instant(day: date, preference: Preference) -> None:
	assert contact_instant(day, OFFICE, preference, datetime(1800, 1, 1, tzinfo=UTC)) is None


def test_the_last_days_of_the_calendars() -> None:
	found = contact_instant(date(2200, 12, 24), OFFICE, Preference(), LONG_AGO)
	assert found == datetime(2200, 12, 24, 9, tzinfo=SHANGHAI)
	early = datetime(1899, 1, 1, tzinfo=UTC)
	assert contact_instant(date(1900, 1, 15), OFFICE, Preference(), early) is not None


def test_a_calendar_that_was_open_once_and_never_again() -> None:
	over = calendar(days=(), exceptions=[{"date": "2024-01-05", "windows": [["09:00", "10:00"]]}])
	assert reached(MONDAY, hours=over) is None
	assert reached(date(2024, 1, 1), hours=over) == datetime(2024, 1, 5, 9, tzinfo=SHANGHAI)
