"""When a step falls due: on a clock with its pauses, and by what happens to the ticket. Hours are UTC, 5 January 2026."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cs_center.domain.calendar import ServiceCalendar
from cs_center.domain.calendar_table import to_datetime, to_instant
from cs_center.domain.clocks import Clock, compute_clocks
from cs_center.domain.escalation_instants import (
	Missing,
	Occurrence,
	calendar_of,
	instant_on_clock,
	occurrences,
	retreat,
	stars,
	stops_after,
	with_cycle,
)
from cs_center.domain.escalation_policy import Step
from cs_center.domain.escalation_waits import instant_without_acknowledgement
from cs_center.domain.ledger import EventKind, in_order
from cs_center.domain.policy import Metric, Policy, Unit

from .escalation_story import after, before, contacts, low_rating, reopened, severe, share, unacknowledged
from .story import ALWAYS, CALENDARS, MICROSECOND, MINUTE, OFFICE, UTC, WEEKDAYS, Story, at, promise, target

K, M, U = EventKind, Metric, Unit
TWO_HOURS = promise(target(M.RESOLUTION, 120))
OPENED = Story().opened(9)


def on_clock(step: Step, clock: Clock, calendar: ServiceCalendar = OFFICE) -> datetime | Missing:
	found = instant_on_clock(step, clock, calendar)
	return found if isinstance(found, Missing) else to_datetime(found, UTC)  # type: ignore[arg-type]


def of(step: Step, story: Story, hour: float = 17, policy: Policy = TWO_HOURS, day: int = 5) -> Any:
	return on_clock(step, story.clock(policy, hour, day), CALENDARS[policy.calendar])


# --- a share of the target -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("percent", "hour"),
	[(1, 9.02), (50, 10), (75, 10.5), (100, 11), (150, 12), (450, 18), (1000, 59)],
)
def test_a_share_is_counted_in_open_time_from_the_start(percent: float, hour: float) -> None:
	assert of(share("a", 1, percent), OPENED) == at(hour)


def test_the_whole_target_is_the_deadline_itself_whatever_its_unit() -> None:
	for unit, value in (
		(U.BUSINESS_DAYS, 2),
		(U.CALENDAR_DAYS, 3),
		(U.BUSINESS_HOURS, 5),
		(U.CALENDAR_HOURS, 30),
	):
		policy = promise(target(M.RESOLUTION, value, unit))
		assert of(share("a", 1, 100), OPENED, policy=policy) == OPENED.clock(policy, 10).due_at


def test_half_of_two_business_days_is_half_of_the_open_time_until_their_end() -> None:
	"""Opened Monday 9:00, due Wednesday 18:00: 27 open hours, of which 13.5 have passed on Tuesday 13:30."""
	policy = promise(target(M.RESOLUTION, 2, U.BUSINESS_DAYS))
	assert of(share("a", 1, 50), OPENED, policy=policy) == at(13.5, 6)
	assert of(share("a", 1, 200), OPENED, policy=policy) == at(18, 9) + timedelta(days=3)


def test_half_of_three_calendar_days_is_a_day_and_a_half() -> None:
	policy = promise(target(M.RESOLUTION, 3, U.CALENDAR_DAYS))
	assert of(share("a", 1, 50), OPENED, policy=policy) == at(21, 6)


def test_half_of_a_calendar_day_on_which_the_clocks_go_back_is_twelve_and_a_half_hours() -> None:
	zone = ZoneInfo("Europe/Warsaw")
	warsaw = ServiceCalendar(
		{"time_zone": "Europe/Warsaw", "windows": {name: [["00:00", "24:00"]] for name in WEEKDAYS}}
	)
	opened = datetime(2026, 10, 24, 12, tzinfo=zone)
	policy = promise(target(M.RESOLUTION, 1, U.CALENDAR_DAYS))
	events = in_order(Story().opened(opened).events)
	(clock,) = compute_clocks(events, {"P": policy}, {"Office": warsaw}, opened)
	assert clock.due_at == datetime(2026, 10, 25, 12, tzinfo=zone)
	half = on_clock(share("a", 1, 50), clock, warsaw)
	assert half == datetime(2026, 10, 24, 22, 30, tzinfo=UTC)
	assert half - opened == timedelta(hours=12.5)


def test_half_of_an_office_day_on_which_the_clocks_go_forward_counts_open_hours_only() -> None:
	"""Warsaw, 29 March 2026: 01:00-05:00 has three hours, of which half have passed at 03:30 summer time."""
	small_hours = ServiceCalendar({"time_zone": "Europe/Warsaw", "windows": {"sunday": [["01:00", "05:00"]]}})
	opened = datetime(2026, 3, 28, 20, tzinfo=UTC)
	policy = promise(target(M.RESOLUTION, 3, U.BUSINESS_HOURS))
	(clock,) = compute_clocks(
		in_order(Story().opened(opened).events), {"P": policy}, {"Office": small_hours}, opened
	)
	assert clock.due_at.isoformat() == "2026-03-29T05:00:00+02:00"
	assert on_clock(share("a", 1, 50), clock, small_hours) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
	assert on_clock(before("b", 0, 150), clock, small_hours) == datetime(2026, 3, 29, 0, 30, tzinfo=UTC)


def test_a_pause_before_the_share_moves_it_and_one_after_it_does_not() -> None:
	half = share("a", 1, 50)
	assert of(half, OPENED.paused(9.5).resumed(11.5)) == at(12)
	assert of(half, OPENED.paused(10.5).resumed(12.5)) == at(10)
	assert of(half, OPENED.paused(9.25).resumed(9.5).paused(9.75).resumed(10.75)) == at(11.25)


def test_a_share_that_is_reached_as_the_pause_begins_waits_for_its_end() -> None:
	half = share("a", 1, 50)
	assert of(half, OPENED.paused(10).resumed(12)) == at(12)
	assert of(half, OPENED.paused(at(10) + MICROSECOND).resumed(12)) == at(10)


def test_a_clock_that_stands_still_reaches_nothing_but_keeps_what_it_reached_before() -> None:
	story = OPENED.paused(10.5)
	assert of(share("a", 1, 75), story) is Missing.STANDS_STILL
	assert of(share("a", 1, 100), story) is Missing.STANDS_STILL
	assert of(share("a", 1, 74), story) == at(10.48)


def test_a_share_that_is_reached_at_closing_time_stays_there_when_the_pause_begins_later() -> None:
	story = Story().opened(17).paused(18.5).resumed(10, 6)
	assert of(share("a", 1, 50), story, day=6) == at(18)
	assert of(share("a", 1, 75), story, day=6) == at(10.5, 6)


def test_pauses_that_do_not_count_for_the_target_do_not_move_the_share() -> None:
	policy = promise(target(M.RESOLUTION, 120, pauses=False))
	assert of(share("a", 1, 50), OPENED.paused(9.5).resumed(11.5), policy=policy) == at(10)
	assert of(share("a", 1, 50), OPENED.paused(9.5), policy=policy) == at(10)


def test_a_step_is_never_due_before_the_target_was_in_force() -> None:
	policy = promise(target(M.RESOLUTION, 600), target(M.RESOLUTION, 60, priority="High"))
	story = OPENED.priority("High", 12)
	assert story.clock(policy, 13).governed_from == at(12)
	assert of(share("a", 1, 50), story, policy=policy) == at(12)
	assert of(share("b", 1, 100), story, policy=policy) == at(12)
	assert of(after("c", 2, 240), story, policy=policy) == at(14)


def test_a_stricter_target_in_the_middle_of_a_pause_is_told_when_the_pause_ends() -> None:
	policy = promise(target(M.RESOLUTION, 600), target(M.RESOLUTION, 60, priority="High"))
	story = OPENED.paused(11).priority("High", 12)
	assert of(share("a", 1, 50), story, policy=policy) is Missing.STANDS_STILL
	assert of(share("a", 1, 50), story.resumed(15), policy=policy) == at(15)


def test_a_clock_says_where_it_stood_still_and_since_when_its_target_governs() -> None:
	clock = OPENED.paused(10).resumed(12).paused(13).clock(TWO_HOURS, 15)
	assert clock.stops == ((to_instant(at(10)), to_instant(at(12))), (to_instant(at(13)), None))
	assert clock.governed_from == at(9)
	assert OPENED.clock(TWO_HOURS, 10).stops == ()
	wait = promise(target(M.REQUESTER_WAIT, 600))
	gaps = OPENED.resolved(10).reopened(12).clocks(wait, 13)[-1]
	assert gaps.stops == ((to_instant(at(10)), to_instant(at(12))),)


# --- before and after the deadline ---------------------------------------------------------------------------------


def test_a_reminder_comes_its_time_before_the_deadline() -> None:
	assert of(before("r", 0, 30), OPENED) == at(10.5)
	assert of(before("r", 0, 1.5, U.CALENDAR_HOURS), OPENED) == at(9.5)
	assert of(before("r", 0, 30), OPENED.paused(9.5).resumed(12.5)) == at(13.5)


def test_a_reminder_in_open_time_before_a_deadline_in_the_morning_comes_the_evening_before() -> None:
	story = Story().opened(17)
	assert story.clock(TWO_HOURS, 17).due_at == at(10, 6)
	assert of(before("r", 0, 90), story) == at(17.5)
	assert of(before("r", 0, 90, U.CALENDAR_MINUTES), story) == at(8.5, 6)


def test_a_reminder_that_falls_on_closing_time_comes_at_the_next_opening_the_latest_instant() -> None:
	assert of(before("r", 0, 60), Story().opened(17)) == at(9, 6)


@pytest.mark.parametrize("minutes", [120, 121, 6000])
def test_a_lead_as_long_as_the_target_reminds_of_nothing(minutes: int) -> None:
	assert of(before("r", 0, minutes), OPENED) is Missing.TARGET_TOO_SHORT
	assert of(before("r", 0, 119), OPENED) == at(9) + MINUTE


def test_a_pause_does_not_make_a_target_longer_than_its_lead() -> None:
	assert of(before("r", 0, 180), OPENED.paused(10).resumed(12)) is Missing.TARGET_TOO_SHORT


def test_a_ticket_of_the_weekend_is_reminded_like_one_of_monday_morning() -> None:
	assert of(before("r", 0, 120), Story().opened(12, 4)) is Missing.TARGET_TOO_SHORT
	assert of(before("r", 0, 119), Story().opened(12, 4)) == at(9) + MINUTE


def test_a_reminder_within_a_pause_comes_at_its_end() -> None:
	story = OPENED.paused(10).resumed(12)
	assert story.clock(TWO_HOURS, 13).due_at == at(13)
	assert of(before("r", 0, 90), story) == at(12)
	assert of(before("r", 0, 30), OPENED.paused(10)) is Missing.STANDS_STILL


def test_time_after_the_deadline_counts_on_from_it() -> None:
	assert of(after("l", 1, 60), OPENED) == at(12)
	assert of(after("l", 1, 480), OPENED) == at(10, 6)
	assert of(after("l", 1, 8, U.CALENDAR_HOURS), OPENED) == at(19)


def test_a_pause_after_the_deadline_moves_the_later_levels_and_one_before_it_once_only() -> None:
	assert of(after("l", 1, 60), OPENED.paused(11.5).resumed(13)) == at(13.5)
	assert of(after("l", 1, 60), OPENED.paused(10).resumed(12)) == at(14)
	assert of(after("l", 1, 60), OPENED.paused(11.5)) is Missing.STANDS_STILL
	assert of(after("l", 1, 60), OPENED.paused(10)) is Missing.STANDS_STILL


def test_amounts_that_lead_out_of_the_years_are_told_as_out_of_range() -> None:
	late = Story().opened(datetime(2190, 1, 4, 9, tzinfo=UTC))
	clock = late.clock(TWO_HOURS, datetime(2190, 1, 4, 9, tzinfo=UTC))
	assert on_clock(after("l", 1, 500_000, U.CALENDAR_HOURS), clock) is Missing.OUT_OF_RANGE
	assert on_clock(after("l", 1, 800_000, U.BUSINESS_HOURS), clock) is Missing.OUT_OF_RANGE


def test_a_calendar_that_has_no_more_windows_is_told_as_out_of_range() -> None:
	once = ServiceCalendar(
		{"time_zone": "UTC", "exceptions": [{"date": "2026-01-05", "windows": [["09:00", "18:00"]]}]}
	)
	clock = OPENED.clock(TWO_HOURS, 10)
	assert on_clock(after("l", 1, 420), clock, once) == at(18)
	assert on_clock(after("l", 1, 421), clock, once) is Missing.OUT_OF_RANGE
	assert on_clock(share("s", 1, 1000), clock, once) is Missing.OUT_OF_RANGE


def test_counting_back_follows_the_unit() -> None:
	monday = to_instant(at(10, 12))
	three_hours = 3 * 3600 * 10**6
	assert retreat(OFFICE, monday, three_hours, U.BUSINESS_HOURS) == to_instant(at(16, 9))
	assert retreat(OFFICE, monday, three_hours, U.CALENDAR_HOURS) == to_instant(at(7, 12))


def test_of_the_stops_that_which_lies_after_a_moment_is_left() -> None:
	assert stops_after([(1, 2), (3, 5), (4, 9), (5, 7), (9, None)], 5) == [(5, 9), (5, 7), (9, None)]
	assert stops_after([(1, None)], 5) == [(5, None)]


# --- what happens to the ticket ------------------------------------------------------------------------------------


def happened(step: Step, story: Story, calendar: ServiceCalendar = OFFICE) -> list[Occurrence]:
	return list(occurrences(step, in_order(story.events), calendar))


def severity(story: Story, value: str, hour: float, day: int = 5) -> Story:
	return story.then(K.SEVERITY_CHANGED, hour, day, value=value)


def rated(story: Story, value: str, hour: float, day: int = 5) -> Story:
	return story.then(K.RATED, hour, day, value=value)


def test_a_severity_is_reached_by_itself_or_a_higher_one_and_the_first_time_only() -> None:
	story = severity(severity(severity(OPENED, "Important", 10), "General", 11), "Major", 12)
	assert happened(severe("a", 1, "General"), story) == [(1, at(10))]
	assert happened(severe("a", 1, "Important"), story) == [(1, at(10))]
	assert happened(severe("a", 1, "Major"), story) == [(1, at(12))]
	again = severity(severity(story, "", 13), "Major", 14)
	assert happened(severe("a", 1, "Major"), again) == [(1, at(12))]


def test_a_ticket_that_is_opened_severe_has_reached_it_at_once() -> None:
	story = Story().then(K.OPENED, 9, detail={"severity": "major"})
	assert happened(severe("a", 1, "Important"), story) == [(1, at(9))]
	assert happened(severe("a", 1, "Important"), Story().then(K.OPENED, 9, detail={"severity": None})) == []


def test_a_severity_is_not_read_from_other_events() -> None:
	story = OPENED.priority("Major", 10).team("Major", 11).then(K.ASSIGNED, 12, value="Major")
	assert happened(severe("a", 1, "General"), story) == []


def test_a_ticket_that_turns_severe_after_a_reopening_does_so_in_its_second_opening() -> None:
	story = severity(OPENED.resolved(10).reopened(11), "Major", 12)
	assert happened(severe("a", 1, "Major"), story) == [(2, at(12))]
	assert happened(severe("a", 1, "Major"), severity(story.resolved(13).reopened(14), "Major", 15)) == [
		(2, at(12))
	]


def test_the_third_reopening_is_the_third_and_only_that() -> None:
	story = OPENED
	for hour in (10, 11, 12, 13):
		story = story.resolved(hour).reopened(hour + 0.5)
	assert happened(reopened("a", 1, 3), story) == [(4, at(12.5))]
	assert happened(reopened("a", 1, 1), story) == [(2, at(10.5))]
	assert happened(reopened("a", 1, 5), story) == []


def test_each_event_has_the_opening_that_it_belongs_to() -> None:
	story = OPENED.resolved(10).reopened(11).asked(12).resolved(13).reopened(14)
	assert [cycle for cycle, _ in with_cycle(story.events)] == [1, 1, 1, 2, 2, 2, 3]


def test_contacts_are_the_opening_and_each_message_of_the_customer_within_the_window() -> None:
	step = contacts("a", 1, 3, 120)
	assert happened(step, OPENED.asked(10)) == []
	assert happened(step, OPENED.asked(10).asked(11)) == [(1, at(11))]
	assert happened(step, OPENED.asked(10).asked(at(11) + MICROSECOND)) == []
	assert happened(step, OPENED.replied(9.5).replied(10).assigned("ana", 10.5)) == []


def test_the_window_slides() -> None:
	step = contacts("a", 1, 3, 120)
	story = OPENED.asked(12).asked(13.5).asked(14).asked(14.5)
	assert happened(step, story) == [(1, at(14))]


def test_a_window_in_open_time_leaves_the_night_out_and_one_in_calendar_time_does_not() -> None:
	story = Story().opened(17.5).asked(9.25, 6).asked(9.5, 6)
	assert happened(contacts("a", 1, 3, 60), story) == [(1, at(9.5, 6))]
	assert happened(contacts("a", 1, 3, 59), story) == []
	assert happened(contacts("a", 1, 3, 60, U.CALENDAR_MINUTES), story) == []
	assert happened(contacts("a", 1, 3, 16, U.CALENDAR_HOURS), story) == [(1, at(9.5, 6))]


def test_contacts_fire_once_in_each_opening_and_are_counted_over_a_reopening() -> None:
	step = contacts("a", 1, 2, 60)
	story = OPENED.asked(9.5).asked(9.75).resolved(10).reopened(10.25).asked(10.5).asked(10.6)
	assert happened(step, story) == [(1, at(9.5)), (2, at(10.5))]


def test_a_low_rating_is_at_most_so_many_stars_and_no_rating_is_none() -> None:
	step = low_rating("a", 1, 2)
	assert happened(step, rated(OPENED, "3", 10)) == []
	assert happened(step, rated(rated(OPENED, "2", 10), "1", 11)) == [(1, at(10))]
	for value in ("", "0", "-1", "none", "nan"):
		assert happened(step, rated(OPENED, value, 10)) == []
	assert happened(step, rated(rated(OPENED, "5", 10), "0.5", 11)) == [(1, at(11))]


def test_a_rating_in_each_opening_is_told_in_each() -> None:
	story = rated(rated(OPENED, "1", 10).resolved(11).reopened(12), "2", 13)
	assert happened(low_rating("a", 1, 2), story) == [(1, at(10)), (2, at(13))]


def test_stars_are_a_number_or_nought() -> None:
	assert [stars(text) for text in ("4", " 2 ", "0.5", "", "five")] == [4, 2, 0.5, 0, 0]


def test_a_calendar_that_is_gone_is_none() -> None:
	assert calendar_of(CALENDARS, "Office") is OFFICE
	assert calendar_of(CALENDARS, "Gone") is None


# --- waiting for an acknowledgement --------------------------------------------------------------------------------


class Wait:
	"""An escalation of the level before."""

	def __init__(self, hour: float, state: str = "Open", day: int = 5) -> None:
		self.state = state
		self.waits_since = at(hour, day)


def waited(step: Step, *levels: Wait, clock: Clock | None = None, calendar: Any = OFFICE) -> Any:
	found = instant_without_acknowledgement(step, levels, clock, calendar)
	return found if isinstance(found, Missing) else to_datetime(found, UTC)  # type: ignore[arg-type]


HALF_AN_HOUR = unacknowledged("n", 2, 30)


def test_the_wait_begins_with_the_first_of_the_level_that_nobody_acknowledged() -> None:
	assert waited(HALF_AN_HOUR, Wait(11), Wait(10), Wait(12)) == at(10.5)
	assert waited(HALF_AN_HOUR, Wait(10, "Resolved"), Wait(11, "Snoozed")) == at(11.5)


def test_one_acknowledgement_is_enough() -> None:
	assert waited(HALF_AN_HOUR, Wait(10), Wait(11, "Acknowledged")) is Missing.ACKNOWLEDGED


@pytest.mark.parametrize("state", ["Resolved", "Suppressed"])
def test_nobody_is_waited_for_who_was_not_told(state: str) -> None:
	assert waited(HALF_AN_HOUR, Wait(10, state)) is Missing.WAITS_FOR_LEVEL
	assert waited(HALF_AN_HOUR) is Missing.WAITS_FOR_LEVEL


def test_the_wait_counts_as_its_unit_does() -> None:
	assert waited(HALF_AN_HOUR, Wait(17.75)) == at(9.25, 6)
	assert waited(unacknowledged("n", 2, 30, U.CALENDAR_MINUTES), Wait(17.75)) == at(18.25)


def test_a_pause_during_the_wait_is_waited_out() -> None:
	clock = OPENED.paused(10.25).resumed(12).clock(TWO_HOURS, 13)
	assert waited(HALF_AN_HOUR, Wait(10), clock=clock) == at(12.25)
	assert (
		waited(HALF_AN_HOUR, Wait(10), clock=OPENED.paused(10.25).clock(TWO_HOURS, 13))
		is Missing.STANDS_STILL
	)
	assert waited(HALF_AN_HOUR, Wait(10), clock=OPENED.paused(10.75).clock(TWO_HOURS, 13)) == at(10.5)


def test_a_wait_that_is_over_at_closing_time_as_a_pause_begins_ends_with_the_pause() -> None:
	clock = OPENED.paused(18).resumed(20).clock(TWO_HOURS, 21)
	assert waited(HALF_AN_HOUR, Wait(17.5), clock=clock) == at(20)


def test_a_pause_before_the_wait_does_not_lengthen_it() -> None:
	clock = OPENED.paused(9.25).resumed(9.75).clock(TWO_HOURS, 13)
	assert waited(HALF_AN_HOUR, Wait(10), clock=clock) == at(10.5)


def test_a_wait_that_begins_inside_a_pause_counts_from_its_end() -> None:
	clock = OPENED.paused(9.75).resumed(12).clock(TWO_HOURS, 13)
	assert waited(HALF_AN_HOUR, Wait(10), clock=clock) == at(12.5)
	assert waited(unacknowledged("n", 2, 180), Wait(10), clock=clock) == at(15)
	assert (
		waited(HALF_AN_HOUR, Wait(10), clock=OPENED.paused(9.75).clock(TWO_HOURS, 13)) is Missing.STANDS_STILL
	)


def test_a_wait_that_leads_out_of_the_years_is_told_as_out_of_range() -> None:
	assert waited(unacknowledged("n", 2, 99 * 8760, U.BUSINESS_HOURS), Wait(10)) is Missing.OUT_OF_RANGE
	clock = OPENED.clock(TWO_HOURS, 10)
	assert (
		waited(unacknowledged("n", 2, 99 * 8760, U.BUSINESS_HOURS), Wait(10), clock=clock)
		is Missing.OUT_OF_RANGE
	)
	assert waited(unacknowledged("n", 2, 24, U.BUSINESS_HOURS), Wait(10), calendar=ALWAYS) == at(10, 6)
