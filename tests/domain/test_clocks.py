"""Clocks told as stories: SPEC 1.4 to 1.6, and each of Helpdesk's faults that CS Center must not have."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cs_center.domain.calendar import ServiceCalendar
from cs_center.domain.clocks import Clock, State, UnknownPolicyError, compute_clocks
from cs_center.domain.errors import NaiveDatetimeError, UnknownCalendarError
from cs_center.domain.ledger import in_order
from cs_center.domain.policy import Metric, Unit

from .story import ALWAYS, MICROSECOND, OFFICE, UTC, WEEKDAYS, Story, at, promise, target

M, U = Metric, Unit
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)

RESOLVE_2H = promise(target(M.RESOLUTION, 120))
RESOLVE_9H = promise(target(M.RESOLUTION, 9, U.BUSINESS_HOURS))
OPENED = Story().opened(9)


def facts(clock: Clock) -> tuple[State, datetime, datetime | None]:
	return clock.state, clock.due_at, clock.breached_at


# --- a clock's life ------------------------------------------------------------------------------------------------


def test_a_clock_runs_warns_and_breaches_by_itself() -> None:
	running = OPENED.clock(RESOLVE_2H, 10)
	assert (running.state, running.warn_at, running.due_at) == (State.RUNNING, at(10.5), at(11))
	assert (running.next_event_at, running.elapsed, running.overrun) == (at(10.5), None, None)
	assert OPENED.clock(RESOLVE_2H, 10.75).next_event_at == at(11)
	breached = OPENED.clock(RESOLVE_2H, 12)
	assert facts(breached) == (State.BREACHED, at(11), at(11))
	assert (breached.next_event_at, breached.ended_at, breached.is_owed) == (None, None, True)


def test_ending_exactly_at_the_deadline_is_met() -> None:
	clock = OPENED.resolved(11).clock(RESOLVE_2H, 12)
	assert facts(clock) == (State.MET, at(11), None)
	assert (clock.elapsed, clock.overrun, clock.is_owed) == (2 * HOUR, None, False)


def test_one_microsecond_after_the_deadline_is_breached_at_the_deadline() -> None:
	clock = OPENED.resolved(at(11) + MICROSECOND).clock(RESOLVE_2H, 12)
	assert facts(clock) == (State.BREACHED, at(11), at(11))
	assert clock.overrun == MICROSECOND


def test_at_the_deadline_itself_nothing_is_late_yet_and_the_next_look_is_due() -> None:
	clock = OPENED.clock(RESOLVE_2H, 11)
	assert (clock.state, clock.next_event_at) == (State.RUNNING, at(11))
	assert OPENED.clock(RESOLVE_2H, at(11) + MICROSECOND).state is State.BREACHED


def test_a_breach_carries_the_instant_it_happened_however_late_it_is_noticed() -> None:
	for noticed in (11.01, 12, 17, 100, 10_000):
		assert OPENED.clock(RESOLVE_2H, noticed).breached_at == at(11)


def test_the_overrun_is_open_time_after_the_deadline() -> None:
	story = Story().opened(17, 9).resolved(10, 12)
	clock = story.clock(promise(target(M.RESOLUTION, 30)), 12, 12)
	assert facts(clock) == (State.BREACHED, at(17.5, 9), at(17.5, 9))
	assert (clock.elapsed, clock.overrun) == (2 * HOUR, 1.5 * HOUR)


def test_a_deadline_on_closing_time_is_that_instant_not_the_next_opening() -> None:
	friday = Story().opened(9, 9)
	assert friday.clock(RESOLVE_9H, 12, 9).due_at == at(18, 9)
	assert facts(friday.clock(RESOLVE_9H, 20, 9)) == (State.BREACHED, at(18, 9), at(18, 9))


def test_times_are_given_in_the_zone_of_the_calendar() -> None:
	calendar = ServiceCalendar({"time_zone": "Asia/Shanghai", "windows": {"monday": [["09:00", "24:00"]]}})
	events = in_order(OPENED.resolved(12).events)
	(clock,) = compute_clocks(events, {"P": RESOLVE_2H}, {"Office": calendar}, at(13))
	assert clock.started_at.isoformat() == "2026-01-05T17:00:00+08:00"
	assert clock.due_at.isoformat() == "2026-01-05T19:00:00+08:00"
	for moment in (clock.started_at, clock.warn_at, clock.due_at, clock.ended_at, clock.breached_at):
		assert str(moment.tzinfo) == "Asia/Shanghai"


def test_a_row_says_what_it_was_measured_against() -> None:
	clock = OPENED.clock(RESOLVE_2H, 10)
	assert (clock.policy, clock.calendar, clock.amount.value) == ("P", "Office", 120)
	assert (clock.metric, clock.cycle, clock.pauses, clock.team) == (M.RESOLUTION, 1, True, "")


# --- pauses --------------------------------------------------------------------------------------------------------


def test_a_pause_before_the_first_reply_moves_the_first_reply_too() -> None:
	"""Helpdesk: a pause before the first reply does not move response_by."""
	policy = promise(target(M.FIRST_REPLY, 120), target(M.RESOLUTION, 240))
	first_reply, resolution = OPENED.paused(10).resumed(12).clocks(policy, 12)
	assert (first_reply.due_at, resolution.due_at) == (at(13), at(15))
	assert first_reply.paused == resolution.paused == 2 * HOUR


def test_every_pause_moves_the_deadline_and_the_warning() -> None:
	clock = OPENED.paused(9.5).resumed(10).paused(10.5).resumed(11.5).clock(RESOLVE_2H, 12)
	assert (clock.warn_at, clock.due_at, clock.paused) == (at(12), at(12.5), 1.5 * HOUR)


def test_a_pause_between_warning_and_deadline_moves_the_deadline_only() -> None:
	clock = OPENED.paused(10.75).resumed(11.75).clock(RESOLVE_2H, 11.75)
	assert (clock.warn_at, clock.due_at) == (at(10.5), at(12))


def test_a_pause_through_closed_time_moves_nothing() -> None:
	story = Story().opened(17, 9)
	assert story.clock(RESOLVE_2H, 17.5, 9).due_at == at(10, 12)
	paused = story.paused(18, 9).resumed(9, 12)
	assert paused.clock(RESOLVE_2H, 9, 12).due_at == at(10, 12)
	assert paused.clock(RESOLVE_2H, 9, 12).paused == timedelta()


def test_a_pause_over_the_weekend_counts_its_open_part_only() -> None:
	clock = Story().opened(17, 9).paused(17.5, 9).resumed(9.25, 12).clock(RESOLVE_2H, 9.5, 12)
	assert (clock.due_at, clock.paused) == (at(10.75, 12), 0.75 * HOUR)


def test_a_ticket_paused_past_its_target_never_turns_breached() -> None:
	"""Helpdesk: a ticket paused past its target turns Failed at the next save."""
	story = OPENED.paused(10)
	for hour in (10, 11, 11.01, 18, 24 * 30, 24 * 300):
		clock = story.clock(RESOLVE_2H, hour)
		assert (clock.state, clock.breached_at, clock.next_event_at) == (State.PAUSED, None, None)
		assert clock.elapsed == HOUR


def test_after_a_long_pause_the_rest_of_the_target_is_left() -> None:
	story = OPENED.paused(10).resumed(9, 8)
	assert facts(story.clock(RESOLVE_2H, 9.5, 8)) == (State.RUNNING, at(10, 8), None)
	assert facts(story.clock(RESOLVE_2H, 10.5, 8)) == (State.BREACHED, at(10, 8), at(10, 8))


def test_paused_to_resolved_counts_only_the_worked_half_hour() -> None:
	"""Helpdesk counted 17 hours where half an hour was worked."""
	story = OPENED.paused(9.5).resolved(2.5, 6)
	clock = story.clock(promise(target(M.RESOLUTION, 60, U.CALENDAR_MINUTES)), 12, 6)
	assert (clock.state, clock.elapsed, clock.paused) == (State.MET, 0.5 * HOUR, 17 * HOUR)


def test_at_the_instant_of_a_pause_the_clock_stands_still() -> None:
	clock = OPENED.paused(10).clock(RESOLVE_2H, 10)
	assert (clock.state, clock.elapsed, clock.next_event_at) == (State.PAUSED, HOUR, None)


def test_at_the_instant_of_resuming_the_clock_runs_and_wakes_up_again() -> None:
	clock = OPENED.paused(10).resumed(15).clock(RESOLVE_2H, 15)
	assert (clock.state, clock.elapsed, clock.next_event_at) == (State.RUNNING, None, at(15.5))


def test_pausing_after_the_breach_does_not_undo_it() -> None:
	clock = OPENED.paused(12).resumed(14).resolved(15).clock(RESOLVE_2H, 16)
	assert facts(clock) == (State.BREACHED, at(11), at(11))
	assert (clock.elapsed, clock.paused, clock.overrun) == (4 * HOUR, 2 * HOUR, 2 * HOUR)


def test_pausing_exactly_at_the_deadline_is_in_time() -> None:
	story = OPENED.paused(11)
	assert story.clock(RESOLVE_2H, 17).state is State.PAUSED
	assert facts(story.resumed(14).clock(RESOLVE_2H, 14)) == (State.RUNNING, at(14), None)
	assert facts(story.resumed(14).clock(RESOLVE_2H, 14.5)) == (State.BREACHED, at(14), at(14))


def test_a_pause_at_closing_time_on_the_deadline_is_breached_when_it_ends_not_inside_it() -> None:
	story = Story().opened(9, 9).paused(18, 9)
	assert story.clock(RESOLVE_9H, 12, 10).state is State.PAUSED
	for hour in (12, 13):
		clock = story.resumed(12, 10).clock(RESOLVE_9H, hour, 10)
		assert (clock.state, clock.breached_at) == (State.BREACHED, at(12, 10))


def test_a_ticket_resolved_out_of_a_pause_that_began_on_its_deadline_is_in_time() -> None:
	clock = Story().opened(9, 9).paused(18, 9).resolved(12, 10).clock(RESOLVE_9H, 13, 10)
	assert facts(clock) == (State.MET, at(18, 9), None)


def test_a_target_that_does_not_pause_runs_through_a_pause() -> None:
	policy = promise(target(M.RESOLUTION, 120, pauses=False))
	story = OPENED.paused(10)
	assert facts(story.clock(policy, 10.25)) == (State.RUNNING, at(11), None)
	assert facts(story.clock(policy, 12)) == (State.BREACHED, at(11), at(11))
	clock = story.resumed(12).resolved(13).clock(policy, 14)
	assert (clock.elapsed, clock.paused, clock.pauses) == (4 * HOUR, timedelta(), False)


def test_a_pause_of_no_length_changes_nothing() -> None:
	assert facts(OPENED.paused(10).resumed(10).clock(RESOLVE_2H, 10.5)) == (State.RUNNING, at(11), None)


# --- units ---------------------------------------------------------------------------------------------------------


def test_business_days_end_with_the_day_and_a_pause_moves_them_by_its_open_time() -> None:
	policy = promise(target(M.RESOLUTION, 2, U.BUSINESS_DAYS))
	assert OPENED.clock(policy, 10).due_at == at(18, 7)
	paused = OPENED.paused(10, 6).resumed(14, 6)
	assert paused.clock(policy, 15, 6).due_at == at(13, 8)


def test_calendar_days_keep_the_time_of_day_and_a_pause_moves_them_by_its_real_length() -> None:
	policy = promise(target(M.RESOLUTION, 2, U.CALENDAR_DAYS))
	assert OPENED.clock(policy, 10).due_at == at(9, 7)
	assert OPENED.paused(20, 5).resumed(8, 6).clock(policy, 9, 6).due_at == at(21, 7)


def test_an_online_chat_is_answered_in_thirty_real_seconds() -> None:
	policy = promise(target(M.FIRST_REPLY, 30, U.CALENDAR_SECONDS))
	story = Story().opened(22, 10)
	due = at(22, 10) + timedelta(seconds=30)
	assert facts(story.clock(policy, 22, 10)) == (State.RUNNING, due, None)
	assert story.replied(due).clock(policy, 23, 10).state is State.MET


def test_the_warning_of_business_days_comes_after_its_share_of_the_open_time() -> None:
	policy = promise(target(M.RESOLUTION, 1, U.BUSINESS_DAYS, warn=50))
	clock = OPENED.clock(policy, 10)
	assert (clock.warn_at, clock.due_at) == (at(18, 5), at(18, 6))


@pytest.mark.parametrize(("percent", "hour"), [(1, 9.02), (50, 10), (75, 10.5), (99, 10.98)])
def test_the_warning_comes_after_its_share_of_the_target(percent: int, hour: float) -> None:
	assert OPENED.clock(promise(target(M.RESOLUTION, 120, warn=percent)), 9).warn_at == at(hour)


def test_the_next_event_is_the_warning_then_the_deadline_then_none() -> None:
	ahead = [OPENED.clock(RESOLVE_2H, hour).next_event_at for hour in (9, 10.49, 10.5, 10.9, 11, 11.1)]
	assert ahead == [at(10.5), at(10.5), at(11), at(11), at(11), None]


# --- replies -------------------------------------------------------------------------------------------------------


def test_the_next_reply_is_due_from_the_oldest_unanswered_message() -> None:
	policy = promise(target(M.NEXT_REPLY, 60))
	story = OPENED.replied(9.5).asked(10).asked(10.75)
	assert facts(story.clock(policy, 10.9)) == (State.RUNNING, at(11), None)
	answered = story.replied(11.5)
	assert facts(answered.clock(policy, 12)) == (State.BREACHED, at(11), at(11))
	first, second = answered.asked(13).clocks(policy, 13.5)
	assert (first.state, second.state, second.cycle, second.due_at) == (
		State.BREACHED,
		State.RUNNING,
		2,
		at(14),
	)


def test_a_periodic_update_is_due_after_each_reply() -> None:
	policy = promise(target(M.PERIODIC_UPDATE, 120))
	rows = OPENED.replied(10).replied(11).replied(14).clocks(policy, 15)
	assert [(row.cycle, row.state, row.due_at) for row in rows] == [
		(1, State.MET, at(12)),
		(2, State.BREACHED, at(13)),
		(3, State.RUNNING, at(16)),
	]


def test_each_team_has_its_own_time() -> None:
	policy = promise(target(M.TEAM_OWNERSHIP, 60))
	rows = Story().opened(9, team="Billing").team("Delivery", 9.5).team("Billing", 11).clocks(policy, 11.5)
	assert [(row.team, row.cycle, row.state) for row in rows] == [
		("Billing", 1, State.MET),
		("Delivery", 2, State.BREACHED),
		("Billing", 3, State.RUNNING),
	]


# --- cycles --------------------------------------------------------------------------------------------------------


def test_reopening_starts_a_new_cycle_and_the_first_result_stands() -> None:
	done = OPENED.resolved(10)
	(first,) = done.clocks(RESOLVE_2H, 10)
	again = done.reopened(14)
	rows = again.clocks(RESOLVE_2H, 17)
	assert rows[0] == first
	assert [(row.cycle, row.state, row.due_at) for row in rows] == [
		(1, State.MET, at(11)),
		(2, State.BREACHED, at(16)),
	]
	assert again.resolved(15).clocks(RESOLVE_2H, 17)[1].elapsed == HOUR


def test_a_breached_first_cycle_stays_breached_when_the_second_is_met() -> None:
	rows = OPENED.resolved(12).reopened(13).resolved(14).clocks(RESOLVE_2H, 15)
	assert [row.state for row in rows] == [State.BREACHED, State.MET]


def test_the_requester_wait_goes_on_over_the_cycles_without_the_resolved_stretch() -> None:
	policy = promise(target(M.REQUESTER_WAIT, 120))
	first, second = OPENED.resolved(10).reopened(14).resolved(14.5).clocks(policy, 15)
	assert (first.state, first.elapsed, first.due_at) == (State.MET, HOUR, at(11))
	assert (second.state, second.elapsed, second.due_at, second.cycle) == (State.MET, 1.5 * HOUR, at(15), 2)
	assert second.started_at == at(9)


def test_a_requester_who_waited_too_long_once_is_not_counted_again_in_the_next_cycle() -> None:
	policy = promise(target(M.REQUESTER_WAIT, 60))
	rows = OPENED.resolved(11).reopened(14).resolved(15).clocks(policy, 16)
	assert [(row.cycle, row.state, row.breached_at) for row in rows] == [(1, State.BREACHED, at(10))]


def test_a_requester_wait_used_up_at_closing_time_is_breached_when_the_ticket_comes_back() -> None:
	policy = promise(target(M.REQUESTER_WAIT, 120))
	rows = Story().opened(16, 9).resolved(18, 9).reopened(9, 12).clocks(policy, 16, 12)
	assert [(row.cycle, row.state, row.breached_at) for row in rows] == [
		(1, State.MET, None),
		(2, State.BREACHED, at(9, 12)),
	]


def test_a_pause_of_a_resolved_ticket_is_not_taken_off_twice() -> None:
	policy = promise(target(M.REQUESTER_WAIT, 120))
	story = OPENED.resolved(10).paused(11).resumed(14).reopened(15).resolved(16)
	second = story.clocks(policy, 17)[1]
	assert (second.state, second.elapsed, second.due_at) == (State.MET, 2 * HOUR, at(16))


def test_the_requester_wait_leaves_out_pauses_and_resolved_stretches() -> None:
	policy = promise(target(M.REQUESTER_WAIT, 180))
	story = OPENED.paused(9.5).resumed(10).resolved(10.5).reopened(12).paused(12.5).resumed(13).resolved(14)
	second = story.clocks(policy, 15)[1]
	assert (second.elapsed, second.paused, second.due_at) == (2.5 * HOUR, 2.5 * HOUR, at(14.5))


# --- policies and priorities that change ---------------------------------------------------------------------------

HIGH_1H = promise(target(M.RESOLUTION, 240), target(M.RESOLUTION, 60, priority="High"))


def test_a_new_version_changes_nothing_for_an_open_ticket_until_it_is_moved() -> None:
	new = promise(target(M.RESOLUTION, 60), name="P-1")
	before = OPENED.clock([RESOLVE_2H], 9.5)
	assert OPENED.clock([RESOLVE_2H, new], 9.5) == before
	moved = OPENED.policy("P-1", 9.25).clock([RESOLVE_2H, new], 9.5)
	assert (moved.policy, moved.due_at) == ("P-1", at(10))


def test_a_stricter_version_makes_late_at_the_instant_it_came_not_before() -> None:
	new = promise(target(M.RESOLUTION, 30), name="P-1")
	clock = OPENED.policy("P-1", 10.5).clock([RESOLVE_2H, new], 11)
	assert facts(clock) == (State.BREACHED, at(9.5), at(10.5))
	assert clock.policy == "P-1"


def test_raising_the_priority_shortens_the_deadline() -> None:
	story = OPENED.priority("High", 9.5)
	assert facts(OPENED.clock(HIGH_1H, 9.5)) == (State.RUNNING, at(13), None)
	assert facts(story.clock(HIGH_1H, 9.75)) == (State.RUNNING, at(10), None)


def test_raising_the_priority_when_it_is_already_too_late_for_it_breaches_then() -> None:
	assert facts(OPENED.priority("High", 11).clock(HIGH_1H, 12)) == (State.BREACHED, at(10), at(11))


def test_lowering_the_priority_before_the_breach_gives_more_time() -> None:
	story = Story().opened(9, priority="High").priority("Low", 9.5)
	assert facts(story.clock(HIGH_1H, 12)) == (State.RUNNING, at(13), None)


def test_lowering_the_priority_after_the_breach_does_not_undo_it() -> None:
	story = Story().opened(9, priority="High").priority("Low", 10.5).resolved(12)
	clock = story.clock(HIGH_1H, 13)
	assert facts(clock) == (State.BREACHED, at(10), at(10))
	assert clock.overrun == 2 * HOUR


def test_lowering_the_priority_exactly_at_the_deadline_is_in_time() -> None:
	story = Story().opened(9, priority="High").priority("Low", 10)
	assert facts(story.clock(HIGH_1H, 12)) == (State.RUNNING, at(13), None)


def test_raising_the_priority_of_a_paused_ticket_is_late_only_when_it_is_resumed() -> None:
	story = OPENED.paused(11).priority("High", 12)
	assert story.clock(HIGH_1H, 13).state is State.PAUSED
	clock = story.resumed(14).clock(HIGH_1H, 15)
	assert (clock.state, clock.breached_at) == (State.BREACHED, at(14))


def test_priority_up_and_down_again_while_in_time_is_as_if_nothing_had_happened() -> None:
	story = OPENED.priority("High", 9.25).priority("Medium", 9.75)
	assert facts(story.clock(HIGH_1H, 12)) == facts(OPENED.clock(HIGH_1H, 12))


def test_a_change_after_the_end_does_not_touch_the_result() -> None:
	done = OPENED.resolved(10.5)
	later = done.priority("High", 11).policy("P-1", 12)
	other = promise(target(M.RESOLUTION, 5), name="P-1")
	assert later.clocks([HIGH_1H, other], 13) == done.clocks([HIGH_1H, other], 13)


def test_a_change_at_the_very_instant_of_the_end_does_not_touch_the_result() -> None:
	done = OPENED.resolved(10.5)
	assert done.priority("High", 10.5).clocks(HIGH_1H, 13) == done.clocks(HIGH_1H, 13)


def test_a_metric_that_the_new_policy_drops_is_cancelled_at_that_instant() -> None:
	new = promise(target(M.FIRST_REPLY, 240), name="P-1")
	story = OPENED.policy("P-1", 10)
	row = {one.metric: one for one in story.clocks([RESOLVE_2H, new], 17)}[M.RESOLUTION]
	assert (row.state, row.ended_at, row.elapsed, row.next_event_at) == (State.CANCELLED, at(10), HOUR, None)


def test_a_pause_after_a_metric_was_dropped_is_no_pause_of_it() -> None:
	new = promise(target(M.FIRST_REPLY, 240), name="P-1")
	story = OPENED.policy("P-1", 10).paused(11).resumed(12)
	row = {one.metric: one for one in story.clocks([RESOLVE_2H, new], 17)}[M.RESOLUTION]
	assert (row.elapsed, row.paused) == (HOUR, timedelta())


def test_a_pause_after_a_metric_was_dropped_moves_nothing_of_it() -> None:
	new = promise(target(M.FIRST_REPLY, 240), name="P-1")
	dropped = OPENED.policy("P-1", 9.5)
	row = dropped.clocks([RESOLVE_2H, new], 9.75)[-1]
	assert (row.metric, row.state, row.due_at) == (M.RESOLUTION, State.CANCELLED, at(11))
	for later in (
		dropped.paused(10),
		dropped.paused(10).resumed(12),
		dropped.paused(10).resumed(12).resolved(13),
	):
		assert later.clocks([RESOLVE_2H, new], 14)[-1] == row


def test_a_breach_before_the_metric_was_dropped_stands() -> None:
	new = promise(target(M.FIRST_REPLY, 240), name="P-1")
	row = {one.metric: one for one in OPENED.policy("P-1", 12).clocks([RESOLVE_2H, new], 17)}[M.RESOLUTION]
	assert facts(row) == (State.BREACHED, at(11), at(11))


def test_a_metric_that_the_new_policy_adds_counts_from_the_start_and_is_late_at_the_earliest_now() -> None:
	without = promise(target(M.FIRST_REPLY, 600))
	with_it = promise(target(M.RESOLUTION, 120), name="P-1")
	early = OPENED.policy("P-1", 10).clocks([without, with_it], 10.5)
	assert facts({one.metric: one for one in early}[M.RESOLUTION]) == (State.RUNNING, at(11), None)
	late = OPENED.policy("P-1", 12).clocks([without, with_it], 13)
	assert facts({one.metric: one for one in late}[M.RESOLUTION]) == (State.BREACHED, at(11), at(12))


def test_a_metric_dropped_and_promised_again_counts_from_the_start() -> None:
	new = promise(target(M.FIRST_REPLY, 600), name="P-1")
	story = OPENED.policy("P-1", 10).policy("P", 10.5)
	rows = {one.metric: one for one in story.clocks([RESOLVE_2H, new], 10.75)}
	assert facts(rows[M.RESOLUTION]) == (State.RUNNING, at(11), None)


def test_a_metric_dropped_at_the_instant_of_reopening_has_no_second_clock() -> None:
	new = promise(target(M.FIRST_REPLY, 600), name="P-1")
	story = OPENED.resolved(10).policy("P-1", 12).reopened(12)
	rows = [one for one in story.clocks([RESOLVE_2H, new], 13) if one.metric is M.RESOLUTION]
	assert [(one.cycle, one.state) for one in rows] == [(1, State.MET)]


def test_taking_the_policy_away_cancels_what_runs() -> None:
	clock = OPENED.policy("", 10).clock(RESOLVE_2H, 17)
	assert (clock.state, clock.ended_at) == (State.CANCELLED, at(10))


def test_a_ticket_adopted_later_is_late_at_the_earliest_when_it_was_adopted() -> None:
	story = Story().opened(9, policy="").policy("P", 15)
	assert facts(story.clock(RESOLVE_2H, 16)) == (State.BREACHED, at(11), at(15))


def test_what_ended_before_the_adoption_has_no_clock() -> None:
	policy = promise(target(M.FIRST_REPLY, 60), target(M.RESOLUTION, 600))
	story = Story().opened(9, policy="").replied(10).policy("P", 15)
	assert [one.metric for one in story.clocks(policy, 16)] == [M.RESOLUTION]


def test_a_new_policy_with_another_calendar_is_counted_in_that_calendar() -> None:
	night = promise(target(M.RESOLUTION, 120), name="N", calendar="Always")
	story = Story().opened(17, 9).policy("N", 17.5, 9)
	assert story.clock([RESOLVE_2H, night], 18, 9).due_at == at(19, 9)
	assert story.clock([RESOLVE_2H, night], 18, 9).calendar == "Always"


def test_two_changes_at_one_instant_count_once_as_the_last() -> None:
	new = promise(target(M.RESOLUTION, 30), name="P-1")
	story = OPENED.policy("P-1", 10).policy("P", 10)
	assert facts(story.clock([RESOLVE_2H, new], 10.5)) == (State.RUNNING, at(11), None)


# --- merged and cancelled ------------------------------------------------------------------------------------------


def test_a_merged_ticket_has_nothing_running_and_no_new_breach() -> None:
	clock = OPENED.merged(10).clock(RESOLVE_2H, 17)
	assert (clock.state, clock.ended_at, clock.breached_at) == (State.CANCELLED, at(10), None)


def test_what_was_late_before_the_merge_stays_late() -> None:
	clock = OPENED.merged(12).clock(RESOLVE_2H, 17)
	assert (clock.state, clock.breached_at, clock.ended_at) == (State.BREACHED, at(11), at(12))


def test_merged_while_paused_past_its_target_is_cancelled_not_breached() -> None:
	clock = OPENED.paused(10).merged(16).clock(RESOLVE_2H, 17)
	assert (clock.state, clock.elapsed, clock.paused) == (State.CANCELLED, HOUR, 6 * HOUR)


# --- what is not known yet, and what is missing --------------------------------------------------------------------


def test_events_after_now_are_not_known_yet() -> None:
	story = OPENED.paused(10).resumed(15).resolved(16)
	for hour, known in ((9.5, OPENED), (12, OPENED.paused(10)), (15.5, OPENED.paused(10).resumed(15))):
		assert story.clocks(RESOLVE_2H, hour) == known.clocks(RESOLVE_2H, hour)


def test_a_ticket_without_a_policy_has_no_clocks() -> None:
	assert Story().opened(9, policy="").clocks(RESOLVE_2H, 12) == []
	assert Story().clocks(RESOLVE_2H, 12) == []


def test_a_metric_that_is_not_promised_has_no_clock() -> None:
	assert [one.metric for one in OPENED.replied(10).asked(11).clocks(RESOLVE_2H, 12)] == [M.RESOLUTION]


def test_a_policy_that_the_ledger_names_but_nobody_has_is_a_named_error() -> None:
	with pytest.raises(UnknownPolicyError, match="names the policy 'P-9', which is not there"):
		OPENED.policy("P-9", 10).clocks(RESOLVE_2H, 12)


def test_a_calendar_that_the_policy_names_but_nobody_has_is_a_named_error() -> None:
	lost = promise(target(M.RESOLUTION, 60), calendar="Lost")
	with pytest.raises(UnknownCalendarError, match="'Title of P' names the calendar 'Lost'"):
		OPENED.clocks(lost, 12)


def test_a_now_without_a_zone_is_refused() -> None:
	with pytest.raises(NaiveDatetimeError, match="has no time zone"):
		compute_clocks(
			in_order(OPENED.events), {"P": RESOLVE_2H}, {"Office": OFFICE}, datetime(2026, 1, 5, 12)
		)


# --- the repeated hour ---------------------------------------------------------------------------------------------


def test_in_the_repeated_hour_a_breach_is_told_by_the_instant_not_by_the_wall_clock() -> None:
	zone = ZoneInfo("Europe/Warsaw")
	warsaw = ServiceCalendar(
		{"time_zone": "Europe/Warsaw", "windows": {name: [["00:00", "24:00"]] for name in WEEKDAYS}}
	)
	opened, resolved = datetime(2026, 10, 25, 0, 0, tzinfo=UTC), datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
	policy = promise(target(M.RESOLUTION, 30))
	for given_in in (UTC, zone):
		story = Story().opened(opened.astimezone(given_in)).resolved(resolved.astimezone(given_in))
		now = datetime(2026, 10, 25, 5, tzinfo=UTC).astimezone(given_in)
		(clock,) = compute_clocks(in_order(story.events), {"P": policy}, {"Office": warsaw}, now)
		assert (clock.state, clock.elapsed, clock.overrun) == (State.BREACHED, 70 * MINUTE, 40 * MINUTE)


def test_asked_in_the_second_pass_about_a_deadline_in_the_first_it_is_breached() -> None:
	zone = ZoneInfo("Europe/Warsaw")
	warsaw = ServiceCalendar(
		{"time_zone": "Europe/Warsaw", "windows": {name: [["00:00", "24:00"]] for name in WEEKDAYS}}
	)
	story = Story().opened(datetime(2026, 10, 25, 0, 0, tzinfo=UTC))
	now = datetime(2026, 10, 25, 2, 10, tzinfo=zone, fold=1)
	(clock,) = compute_clocks(
		in_order(story.events), {"P": promise(target(M.RESOLUTION, 30))}, {"Office": warsaw}, now
	)
	assert (clock.state, clock.next_event_at) == (State.BREACHED, None)


def test_a_calendar_open_at_all_hours_counts_the_night() -> None:
	night = promise(target(M.RESOLUTION, 120), calendar="Always")
	assert Story().opened(23).clock(night, 23.5).due_at == at(1, 6)
	assert ALWAYS.is_open(at(3))


def test_a_pause_after_the_breach_still_counts_when_the_priority_changed_in_between() -> None:
	story = Story().opened(9, priority="High").priority("Low", 10.5).paused(11).resumed(12).resolved(13)
	clock = story.clock(HIGH_1H, 14)
	assert facts(clock)[:2] == (State.BREACHED, at(10))
	assert (clock.elapsed, clock.paused, clock.overrun) == (180 * MINUTE, 60 * MINUTE, 120 * MINUTE)


def test_a_stricter_target_during_a_pause_is_missed_when_the_pause_ends_in_the_resolution() -> None:
	story = OPENED.paused(11).priority("High", 12).resolved(14)
	assert facts(story.clock(HIGH_1H, 15)) == (State.BREACHED, at(10), at(14))
