"""When mails leave: digests, quiet hours, shifts, urgent ones."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cs_center.domain.calendar import ServiceCalendar
from cs_center.replay.escalation_tally import Mail
from cs_center.replay.mail_plan import departures
from cs_center.replay.people import Habits, People, Person

MONDAY = datetime(2026, 3, 2, tzinfo=timezone.utc)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def daily(*windows):
	return ServiceCalendar.from_dict({"time_zone": "UTC", "windows": {day: list(windows) for day in DAYS}})


CALENDARS = {"nights": daily(("22:00", "07:00")), "shift": daily(("08:00", "16:00"))}


def left(habits, *mails):
	"""Hours and minutes after Monday's midnight; a mail is (hours, is urgent) or hours."""
	pairs = [one if isinstance(one, tuple) else (one, False) for one in mails]
	sent = [Mail("ann", MONDAY + timedelta(hours=hours), urgent) for hours, urgent in pairs]
	found = departures(sent, People(persons={"ann": Person(habits=habits)}), CALENDARS)
	return [(moment - MONDAY) / timedelta(hours=1) for moment in found.get("ann", [])]


def digest(minutes, **more):
	return Habits(digest=timedelta(minutes=minutes), **more)


def test_without_habits_each_mail_leaves_at_once():
	assert left(Habits(), 3, 3, 4) == [3, 3, 4]


def test_first_leaves_at_once_and_those_that_follow_leave_together_at_the_end():
	assert left(digest(60), 9, 9.25, 9.5, 9.9, 12) == [9, 10, 12]


def test_chain_of_mails_leaves_once_in_each_digest():
	assert left(digest(60), *(9 + n / 4 for n in range(12))) == [9, 10, 11, 12]


def test_urgent_mail_leaves_by_itself_even_at_night():
	assert left(digest(60, quiet_calendar="nights"), (23, True), 23, 23.5) == [23, 31]


def test_shift_holds_what_comes_before_and_after_it():
	assert left(Habits(shift_calendar="shift"), 5, 9, 17) == [8, 9, 32]


def test_user_without_a_person_follows_everybodys_habits():
	mails = [Mail("zoe", MONDAY + timedelta(hours=9, minutes=n), False) for n in range(3)]
	assert len(departures(mails, People(habits=digest(30)), CALENDARS)["zoe"]) == 2


HOURS = st.lists(st.tuples(st.integers(0, 400).map(lambda n: n / 8), st.booleans()), max_size=20)


@given(mails=HOURS, minutes=st.sampled_from((0, 15, 60, 240)), quiet=st.sampled_from(("", "nights")))
def test_nothing_leaves_twice_too_early_or_within_quiet_hours(mails, minutes, quiet):
	found = left(digest(minutes, quiet_calendar=quiet), *mails)
	urgent = [hours for hours, is_urgent in mails if is_urgent]
	assert len(found) <= len(mails)
	assert found == left(digest(minutes, quiet_calendar=quiet), *reversed(mails))
	assert bool(found) == bool(mails)
	others = sorted(found)
	for hours in urgent:
		others.remove(hours)
	assert all(not quiet or 7 <= hours % 24 < 22 for hours in others)
	assert all(b - a >= minutes / 60 for a, b in pairwise(others))
