"""Laws of care: nobody's occasion is missed, a draw is fair and stable, and nobody is called at a wrong hour."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

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

from .calendar_oracle import UTC, first_instant, intervals_of
from .calendar_strategies import ALWAYS, CHANGES, instants, specs

DAY = timedelta(days=1)

# --- days that come back -------------------------------------------------------------------------------------------

YEARS = (*range(1996, 2032), *range(2096, 2106))
ALL_DAYS = [date(2000, 1, 1) + step * DAY for step in range(366)]


def test_every_birthday_is_kept_exactly_once_a_year() -> None:
	"""All 366 of them, in years with and without a leap day, the end of a century among them."""
	for year in YEARS:
		kept: dict[tuple[int, int], list[date]] = {}
		day = date(year, 1, 1)
		while day.year == year:
			for born in birthdays_kept_on(day):
				kept.setdefault(born, []).append(day)
			day += DAY
		assert len(kept) == 366
		for (month, day_of_month), days in kept.items():
			assert days == [yearly_day(year, month, day_of_month)]


def test_a_day_that_comes_back_keeps_its_month_and_its_day_but_for_one() -> None:
	for year in YEARS:
		for day in ALL_DAYS:
			found = yearly_day(year, day.month, day.day)
			assert (found.year, found.month) == (year, day.month)
			assert found.day == day.day or ((day.month, day.day), found.day) == ((2, 29), 28)


# --- draws ---------------------------------------------------------------------------------------------------------

names = st.text(min_size=0, max_size=6, alphabet=st.characters(codec="utf-8"))
crowds = st.sets(names, max_size=40).map(sorted)
percents = st.sampled_from((0, 0.1, 1, 5, 10, 33.3, 50, 66, 99.9, 100))
samples = st.builds(Sample, percents, st.sampled_from((0, 0, 1, 3, 20)))
seeds = st.sampled_from(("", "Monthly Visit|2026-11", "回访|2026-11"))


@given(crowds, samples, seeds, st.randoms(use_true_random=False))
def test_a_draw_does_not_depend_on_the_order_in_which_customers_come(
	crowd: list[str], sample: Sample, seed: str, random: Any
) -> None:
	shuffled = [*crowd, *crowd[:3]]
	random.shuffle(shuffled)
	assert draw(iter(shuffled), sample, seed) == draw(crowd, sample, seed)


@given(crowds, samples, seeds)
def test_those_who_are_drawn_qualify_and_are_as_many_as_the_sample_says(
	crowd: list[str], sample: Sample, seed: str
) -> None:
	drawn = draw(crowd, sample, seed)
	assert len(set(drawn)) == len(drawn) == sample.size(len(crowd))
	assert set(drawn) <= set(crowd)


@given(crowds, names, samples, seeds)
def test_one_customer_more_moves_one_place(crowd: list[str], more: str, sample: Sample, seed: str) -> None:
	"""The others keep their order; at most the last one makes room. Read backwards: one customer less."""
	before = draw([name for name in crowd if name != more], sample, seed)
	after = draw([*crowd, more], sample, seed)
	stayed = [name for name in after if name != more]
	assert stayed in (before, before[:-1]) or (more not in after and stayed[:-1] == before)
	assert len(after) - len(before) in (0, 1)


@given(crowds, st.sets(names, max_size=8), st.integers(1, 12), seeds)
def test_many_more_or_less_move_no_more_places_than_they_take(
	crowd: list[str], others: set[str], most: int, seed: str
) -> None:
	sample = Sample(100, most)
	before, after = draw(set(crowd) - others, sample, seed), draw(set(crowd) | others, sample, seed)
	stayed = [name for name in after if name not in others]
	taken = len(after) - len(stayed)
	assert stayed == before[: len(stayed)]
	assert len(before) - len(stayed) <= taken <= len(others)


@given(st.integers(0, 5000), st.integers(0, 5000), percents, percents, st.integers(0, 60))
def test_sizes(one: int, two: int, percent: float, other: float, most: int) -> None:
	few, many = sorted((one, two))
	low, high = sorted((percent, other))
	size = Sample(percent, most).size(one)
	assert 0 <= size <= one
	assert not most or size <= most
	exact = Fraction(percent) * one / 100
	if not one or not percent:
		assert size == 0
	elif not most:
		assert abs(size - exact) <= Fraction(501, 1000) or (size == 1 and exact < 1)
	else:
		assert size == min(most, Sample(percent).size(one))
	assert Sample(percent, most).size(few) <= Sample(percent, most).size(many)
	assert Sample(low, most).size(one) <= Sample(high, most).size(one)


@given(names, seeds, st.dates(date(1990, 1, 1), date(2150, 12, 31)))
def test_a_visiting_day_is_a_day_of_that_month(name: str, seed: str, month: date) -> None:
	found = visiting_day(name, seed, month)
	assert (found.year, found.month) == (month.year, month.month)
	assert found == visiting_day(name, seed, month.replace(day=1))
	assert found == visiting_day(name, seed, month.replace(day=monthrange(month.year, month.month)[1]))


# --- when to call --------------------------------------------------------------------------------------------------

MINUTES = st.one_of(
	st.sampled_from((0, 60, 120, 135, 150, 180, 540, 1020, 1439)),
	st.integers(0, 95).map(lambda part: 15 * part),
)


def clock_time(minutes: int) -> time:
	return time(minutes // 60, minutes % 60)


@st.composite
def preferences(draw: st.DrawFn) -> Preference:
	"""Hours of the day, on the quarter; either end may be open."""
	begins, ends = draw(MINUTES), draw(MINUTES)
	kind = draw(st.sampled_from(("both", "both", "both", "begins", "ends", "none")))
	first, last = sorted((begins, ends))
	return Preference(
		clock_time(first) if kind in ("both", "begins") else None,
		clock_time(last) if kind in ("both", "ends") else None,
	)


@st.composite
def calls(draw: st.DrawFn) -> tuple[dict[str, Any], date, Preference, datetime]:
	"""(calendar, occasion, preference, not before), near a change of the clocks."""
	spec = draw(specs())
	if draw(st.booleans()):
		spec = {**spec, "windows": ALWAYS, "exceptions": []}
	zone = spec["time_zone"]
	day = draw(st.sampled_from(CHANGES[zone])) + draw(st.sampled_from((0, 0, 0, -1, -2, -4, 1, 3))) * DAY
	long_before = datetime.combine(day - 9 * DAY, time(), UTC)
	return spec, day, draw(preferences()), draw(st.one_of(st.just(long_before), instants(zone)))


def slow_contact(
	spec: dict[str, Any], occasion: date, preference: Preference, not_before: datetime
) -> datetime | None:
	"""All that the preferred hours of each day share with all windows; the earliest of it."""
	zone = spec["time_zone"]
	for step in range(15):
		day = occasion + step * DAY
		begins = first_instant(zone, datetime.combine(day, preference.begins or time()))
		ends = first_instant(
			zone, datetime.combine(day, preference.ends or time()) + (not preference.ends) * DAY
		)
		shared = [
			max(opens, begins, not_before)
			for near in range(-2, 3)
			for opens, closes in intervals_of(spec, day + near * DAY)
			if max(opens, begins, not_before) < min(closes, ends)
		]
		if shared:
			return min(shared)
	return None


@settings(max_examples=150)
@given(calls())
def test_the_instant_is_the_earliest_of_all_that_will_do(call: Any) -> None:
	spec, day, preference, not_before = call
	found = contact_instant(day, ServiceCalendar(spec), preference, not_before)
	assert found == slow_contact(spec, day, preference, not_before)


@settings(max_examples=150)
@given(calls())
def test_nobody_is_called_before_it_is_asked_at_a_closed_hour_or_at_one_that_is_not_liked(call: Any) -> None:
	spec, day, preference, not_before = call
	hours = ServiceCalendar(spec)
	found = contact_instant(day, hours, preference, not_before)
	if found is None:
		return
	assert found.tzinfo is hours.zone
	assert found.astimezone(UTC) >= not_before
	assert hours.is_open(found)
	wall = found.replace(tzinfo=None)
	skips_days = spec["time_zone"] == "Pacific/Apia"
	assert day <= wall.date() <= day + timedelta(days=LATEST_DELAY_DAYS + skips_days)
	assert preference.begins is None or wall.time() >= preference.begins
	assert preference.ends is None or wall.time() < preference.ends


@settings(max_examples=60)
@given(calls(), st.integers(0, 3 * 24 * 60), st.sampled_from(("UTC", "America/New_York")))
def test_asked_later_it_is_no_earlier_and_the_instant_itself_will_do(
	call: Any, minutes: int, abroad: str
) -> None:
	spec, day, preference, not_before = call
	hours = ServiceCalendar(spec)
	found = contact_instant(day, hours, preference, not_before)
	later = contact_instant(day, hours, preference, not_before + timedelta(minutes=minutes))
	if found is None:
		assert later is None
		return
	assert later is None or later.astimezone(UTC) >= found.astimezone(UTC)
	assert contact_instant(day, hours, preference, found.astimezone(ZoneInfo(abroad))) == found
	next_day = contact_instant(day + DAY, hours, preference, not_before)
	assert next_day is None or next_day.astimezone(UTC) >= found.astimezone(UTC)


@settings(max_examples=60)
@given(calls(), preferences())
def test_who_likes_more_hours_is_called_no_later(call: Any, other: Preference) -> None:
	spec, day, preference, not_before = call
	hours = ServiceCalendar(spec)
	ends = None
	if preference.ends and other.ends:
		ends = max(preference.ends, other.ends)
	wider = Preference(min(preference.begins or time(), other.begins or time()), ends)
	found = contact_instant(day, hours, preference, not_before)
	earlier = contact_instant(day, hours, wider, not_before)
	if found:
		assert earlier is not None
		assert earlier.astimezone(UTC) <= found.astimezone(UTC)
