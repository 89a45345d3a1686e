"""Escalation decisions told as stories (SPEC 3.1, 3.3, 3.4): what fires, when, why not the rest, and when to look again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from cs_center.domain.calendar import ServiceCalendar
from cs_center.domain.escalation import decide, ladder_of, ticket_end
from cs_center.domain.escalation_instants import Missing
from cs_center.domain.escalation_values import (
	PENDING_STATES,
	TICKET_LADDER,
	Decision,
	EscalationState,
	Ladder,
	Outlook,
	Over,
	Raised,
	StepKey,
	Suppression,
)
from cs_center.domain.ledger import EventKind, in_order
from cs_center.domain.policy import Metric, Unit

from .escalation_story import (
	Watch,
	after,
	before,
	contacts,
	ladder,
	low_rating,
	opened,
	prospect_of,
	reopened,
	severe,
	share,
	standing,
	told,
	unacknowledged,
	under,
)
from .story import CALENDARS, MICROSECOND, MINUTE, Story, at, promise, target

K, M, U = EventKind, Metric, Unit
S, O = EscalationState, Outlook  # noqa: E741 - short names keep the tables of states readable

RESOLVE_2H = promise(target(M.RESOLUTION, 120))
LEVELS = ladder(share("half", 1, 50), share("most", 2, 75), share("all", 3, 100))
WAITS = ladder(share("half", 1, 50), unacknowledged("wait", 2, 30), unacknowledged("longer", 3, 60))
OPENED = opened(9)

FRESHDESK = ladder(
	before("remind", 0, 30, metric=M.FIRST_REPLY),
	share("reply", 1, 100, M.FIRST_REPLY),
	share("one", 1, 100),
	after("two", 2, 1, U.BUSINESS_HOURS),
	after("three", 3, 4, U.BUSINESS_HOURS),
	after("four", 4, 2880, U.CALENDAR_MINUTES),
)
REPLY_1H_RESOLVE_2H = promise(target(M.FIRST_REPLY, 60), target(M.RESOLUTION, 120))


def resolution(step: str, cycle: int = 1) -> StepKey:
	return StepKey("resolution", cycle, step)


def on_ticket(step: str, cycle: int = 1) -> StepKey:
	return StepKey(TICKET_LADDER, cycle, step)


# --- Freshdesk's shape ---------------------------------------------------------------------------------------------


def test_freshdesks_ladder_fires_step_by_step_for_a_ticket_that_nobody_touches() -> None:
	watch = Watch(OPENED, REPLY_1H_RESOLVE_2H, FRESHDESK)
	instants = []
	look = at(9)
	for _ in range(9):
		decision = watch.look(look)
		instants += [(one.step.key, one.at) for one in decision.due]
		watch.carry_out(look)
		if decision.next_at is None:
			break
		look = decision.next_at
	assert instants == [
		("remind", at(9.5)),
		("reply", at(10)),
		("one", at(11)),
		("two", at(12)),
		("three", at(15)),
		("four", at(11, 7)),
	]
	assert watch.look(11, 7).next_at is None


def test_freshdesks_ladder_is_quiet_for_a_ticket_that_is_answered_and_resolved_in_time() -> None:
	watch = Watch(OPENED.replied(9.25).resolved(10.5), REPLY_1H_RESOLVE_2H, FRESHDESK)
	for hour in (9, 9.5, 10, 11, 12, 24, 100):
		assert watch.carry_out(hour) == []
	assert {one.outlook for one in watch.look(100).prospects} == {O.NOT_REACHED}
	assert watch.look(100).next_at is None


def test_the_reply_ends_its_own_ladder_only() -> None:
	watch = Watch(OPENED.replied(9.75), REPLY_1H_RESOLVE_2H, FRESHDESK)
	assert watch.carry_out(9.5) == ["remind"]
	assert watch.look(9.75).over == (Over(StepKey("first_reply", 1, "remind"), at(9.75), "Met"),)
	assert watch.carry_out(12) == ["one", "two"]
	assert watch.states() == {"remind/1": "Resolved", "one/1": "Open", "two/1": "Open"}


# --- the instant of a step -----------------------------------------------------------------------------------------


def test_a_step_fires_at_its_instant_not_a_microsecond_before() -> None:
	watch = Watch(OPENED, RESOLVE_2H, LEVELS)
	early = watch.look(at(10) - MICROSECOND)
	assert (standing(early, "half"), early.next_at, early.is_idle) == ((O.AHEAD, at(10)), at(10), True)
	sharp = watch.look(10)
	assert (standing(sharp, "half"), sharp.next_at, sharp.is_idle) == ((O.DUE, at(10)), at(10.5), False)


def test_a_step_at_exactly_the_deadline_fires_at_the_deadline() -> None:
	watch = Watch(OPENED, RESOLVE_2H, LEVELS)
	assert watch.look(at(11) - MICROSECOND).next_at == at(11)
	assert standing(watch.look(11), "all") == (O.DUE, at(11))


def test_what_ended_exactly_at_the_instant_of_a_step_did_not_reach_it() -> None:
	watch = Watch(OPENED.resolved(10.5), RESOLVE_2H, LEVELS)
	assert watch.carry_out(10) == ["half"]
	decision = watch.look(10.5)
	assert [standing(decision, name)[0] for name in ("half", "most", "all")] == [
		O.RAISED,
		O.NOT_REACHED,
		O.NOT_REACHED,
	]
	assert decision.next_at is None


def test_what_ended_a_microsecond_later_reached_it_and_is_recorded_without_telling_anybody() -> None:
	watch = Watch(OPENED.resolved(at(10) + MICROSECOND), RESOLVE_2H, LEVELS)
	assert watch.carry_out(at(10) + MINUTE) == ["half: ended_first"]
	assert watch.states() == {"half/1": "Suppressed"}
	assert watch.carry_out(12) == []


def test_a_reply_in_the_minute_before_the_pass_leaves_a_record_but_tells_nobody() -> None:
	watch = Watch(OPENED.replied(at(10) + 0.5 * MINUTE), REPLY_1H_RESOLVE_2H, FRESHDESK)
	assert watch.carry_out(at(9.5)) == ["remind"]
	assert watch.carry_out(at(10) + MINUTE) == ["reply: ended_first"]
	assert watch.states() == {"remind/1": "Resolved", "reply/1": "Suppressed"}


def test_a_late_pass_tells_all_levels_in_the_order_in_which_they_fell_due() -> None:
	assert Watch(OPENED, RESOLVE_2H, ladder(*LEVELS.steps[::-1])).carry_out(16) == ["half", "most", "all"]


def test_of_steps_that_fall_due_together_the_lower_level_comes_first() -> None:
	policy = ladder(share("two", 2, 50), share("one", 1, 50), before("nought", 0, 60))
	assert Watch(OPENED, RESOLVE_2H, policy).carry_out(10) == ["nought", "one", "two"]


def test_a_reminder_whose_deadline_has_passed_reminds_nobody() -> None:
	policy = ladder(before("remind", 0, 30))
	assert Watch(OPENED, RESOLVE_2H, policy).carry_out(11) == ["remind"]
	assert Watch(OPENED, RESOLVE_2H, policy).carry_out(at(11) + MICROSECOND) == ["remind: deadline_passed"]


def test_times_of_a_decision_are_in_utc_whatever_zone_now_is_in() -> None:
	watch = Watch(OPENED, RESOLVE_2H, LEVELS)
	shanghai = at(10).astimezone(timezone(timedelta(hours=8)))
	decision = watch.look(shanghai)
	assert decision == watch.look(10)
	assert {one.at.utcoffset() for one in decision.prospects if one.at} == {timedelta()}


# --- pauses --------------------------------------------------------------------------------------------------------


def test_a_pause_before_the_first_reply_moves_its_steps() -> None:
	watch = Watch(OPENED.paused(9.25), REPLY_1H_RESOLVE_2H, FRESHDESK)
	still = watch.look(9.25)
	assert standing(still, "remind") == standing(still, "reply") == (O.MISSING, Missing.STANDS_STILL)
	assert still.next_at is None
	watch.story = watch.story.resumed(13.25)
	assert watch.look(13.25).next_at == at(13.5)
	assert standing(watch.look(13.25), "reply") == (O.AHEAD, at(14))
	assert standing(watch.look(13.25), "one") == (O.AHEAD, at(15))


def test_while_the_clock_stands_still_what_was_reached_before_fires_and_no_more() -> None:
	watch = Watch(OPENED.paused(10.25), RESOLVE_2H, LEVELS)
	assert watch.carry_out(10.3) == ["half"]
	assert watch.carry_out(24 * 30) == []
	watch.story = watch.story.resumed(11.25)
	assert watch.carry_out(11.5) == ["most"]


# --- targets and policies that change ------------------------------------------------------------------------------


def test_a_stricter_priority_fires_what_it_makes_late_from_the_change_on() -> None:
	promises = promise(target(M.RESOLUTION, 480), target(M.RESOLUTION, 120, priority="High"))
	watch = Watch(OPENED, promises, LEVELS)
	assert watch.look(12).next_at == at(13)
	watch.story = OPENED.priority("High", 12)
	assert [one.at for one in watch.look(12).due] == [at(12)] * 3
	assert watch.carry_out(12) == ["half", "most", "all"]


def test_a_looser_priority_moves_what_was_not_reached_and_keeps_what_was_raised() -> None:
	promises = promise(target(M.RESOLUTION, 480), target(M.RESOLUTION, 120, priority="High"))
	watch = Watch(opened(9, priority="High"), promises, LEVELS)
	assert watch.carry_out(10) == ["half"]
	watch.story = watch.story.priority("Low", 10.25)
	assert watch.carry_out(10.5) == []
	assert watch.look(10.5).next_at == at(15)
	assert watch.carry_out(17) == ["most", "all"]


def test_a_ticket_that_becomes_vip_looks_back_and_only_the_highest_passed_level_fires() -> None:
	vip = ladder(share("v1", 1, 10), share("v2", 2, 25), share("v3", 3, 90), name="V")
	watch = Watch(under(OPENED, "V", 10, looks_back=True), RESOLVE_2H, [LEVELS, vip])
	assert watch.carry_out(9.9) == []
	assert watch.carry_out(10) == ["v1: higher_level", "v2"]
	assert watch.states() == {"v1/1": "Suppressed", "v2/1": "Open"}
	assert watch.look(10).next_at == at(10.8)
	assert watch.carry_out(10.8) == ["v3"]


def test_the_highest_passed_level_is_that_of_its_own_ladder() -> None:
	policy = ladder(
		share("a", 1, 10), share("b", 2, 20), share("r", 1, 10, M.FIRST_REPLY), severe("s", 1, "Major")
	)
	story = Story().opened(9).then(K.SEVERITY_CHANGED, 9.05, value="Major")
	watch = Watch(under(story, "E", 9.9), REPLY_1H_RESOLVE_2H, policy)
	assert watch.carry_out(9.9) == ["s", "r", "a: higher_level", "b"]


def test_two_rows_of_the_highest_passed_level_fire_both() -> None:
	policy = ladder(share("a", 0, 10), share("b", 1, 20), share("c", 1, 25))
	watch = Watch(under(Story().opened(9), "E", 10), RESOLVE_2H, policy)
	assert watch.carry_out(10) == ["a: higher_level", "b", "c"]


def test_each_opening_has_its_own_highest_level() -> None:
	story = Story().opened(9).resolved(9.5).reopened(10)
	watch = Watch(under(story, "E", 11.75), RESOLVE_2H, LEVELS)
	watch.raised = {resolution("all"): Raised(resolution("all"), S.RESOLVED, at(9.5))}
	assert watch.carry_out(11.75) == ["half: higher_level", "most"]


def test_a_level_that_told_nobody_for_another_reason_does_not_pass_over_a_lower_one() -> None:
	late = ladder(share("half", 1, 50), before("remind", 2, 30))
	watch = Watch(under(Story().opened(9), "E", 11.5), RESOLVE_2H, late)
	assert watch.carry_out(11.5) == ["half", "remind: deadline_passed"]
	watch = Watch(under(Story().opened(9), "E", 11.5), RESOLVE_2H, ladder(*LEVELS.steps, is_active=False))
	assert watch.carry_out(11.5) == ["half: policy_off", "most: policy_off", "all: policy_off"]


def test_two_levels_that_fall_due_as_the_policy_begins_fire_both() -> None:
	policy = ladder(share("a", 1, 25), before("b", 2, 90))
	for looks_back in (True, False):
		watch = Watch(under(Story().opened(9), "E", 9.5, looks_back=looks_back), RESOLVE_2H, policy)
		assert watch.carry_out(9.5) == ["a", "b"]


def test_what_falls_due_as_the_policy_begins_is_not_of_the_past() -> None:
	policy = ladder(share("a", 1, 25), share("b", 2, 50))
	watch = Watch(under(Story().opened(9), "E", 9.5), RESOLVE_2H, policy)
	assert watch.carry_out(10) == ["a", "b"]


def test_nobody_waits_for_an_acknowledgement_of_a_level_that_was_passed_over() -> None:
	policy = ladder(share("half", 1, 50), unacknowledged("wait", 2, 30), share("most", 3, 80))
	watch = Watch(under(Story().opened(9), "E", 10.7), RESOLVE_2H, policy)
	decision = watch.look(10.8)
	assert told(decision) == ["half: higher_level", "most"]
	assert standing(decision, "wait") == (O.MISSING, Missing.WAITS_FOR_LEVEL)
	assert decision.next_at is None


def test_a_wait_of_the_past_is_passed_over_like_any_other_step() -> None:
	"""Raised under E, no policy for a while, then F: the wait was over before F began."""
	newer = ladder(*WAITS.steps[:2], share("most", 3, 75), name="F")
	watch = Watch(OPENED, RESOLVE_2H, [WAITS, newer])
	assert watch.carry_out(10) == ["half"]
	watch.story = under(under(OPENED, "", 10.25), "F", 11)
	assert watch.carry_out(11) == ["wait: higher_level", "most"]


def test_an_administrators_move_does_not_look_back() -> None:
	watch = Watch(under(Story().opened(9), "E", 10.25, looks_back=False), RESOLVE_2H, LEVELS)
	decision = watch.look(10.25)
	assert standing(decision, "half") == (O.BEFORE_POLICY, at(10))
	assert (told(decision), decision.next_at) == ([], at(10.5))
	assert watch.carry_out(12) == ["most", "all"]


NORMAL_8H = promise(
	target(M.RESOLUTION, 480),
	target(M.RESOLUTION, 500, priority="Low"),
	target(M.RESOLUTION, 120, priority="High"),
)


def moved(watch: Watch, hour: float) -> None:
	"""An administrator moves the ticket to policy E: what is reached by then is written into the event."""
	before = replace(watch, story=under(watch.story, "E", hour, looks_back=False)).look(hour)
	passed = [list(one.key) for one in before.prospects if one.outlook is O.BEFORE_POLICY]
	watch.story = under(watch.story, "E", hour, looks_back=False, passed=passed)


def test_a_later_target_that_is_not_stricter_does_not_look_back_either() -> None:
	same = promise(*NORMAL_8H.targets, name="Q")
	watch = Watch(Story().opened(9), [NORMAL_8H, same], LEVELS)
	moved(watch, 13.5)
	story = watch.story
	for watch.story in (story.policy("Q", 14), story.priority("Low", 14)):
		assert standing(watch.look(14.5), "half")[0] is O.BEFORE_POLICY
		assert told(watch.look(14.5)) == []
		assert told(watch.look(17.5)) == ["most", "all"]


def test_a_ticket_that_turns_urgent_after_an_administrators_move_escalates() -> None:
	watch = Watch(Story().opened(9), NORMAL_8H, LEVELS)
	moved(watch, 12.5)
	watch.story = watch.story.priority("High", 12.75)
	assert watch.carry_out(12.75) == ["half", "most", "all"]


def test_what_had_passed_when_the_ticket_was_moved_is_that_opening_only() -> None:
	watch = Watch(Story().opened(9), RESOLVE_2H, LEVELS)
	moved(watch, 10.25)
	assert ladder_of(watch.story.events, {"E": LEVELS}).passed == {resolution("half")}
	watch.story = watch.story.resolved(10.3).reopened(11)
	assert watch.carry_out(12) == ["half"]
	assert set(watch.raised) == {resolution("half", 2)}


def test_a_new_version_does_not_fire_again_what_the_old_one_raised() -> None:
	newer = ladder(share("half", 1, 40), share("most", 2, 75), name="F")
	watch = Watch(OPENED, RESOLVE_2H, [LEVELS, newer])
	assert watch.carry_out(10) == ["half"]
	watch.story = under(OPENED, "F", 10.25)
	assert standing(watch.look(10.25), "half") == (O.RAISED, at(10))
	assert watch.carry_out(17) == ["most"]


def test_a_lower_step_that_a_new_version_adds_in_the_past_is_passed_over_when_a_higher_one_was_told() -> None:
	newer = ladder(share("early", 1, 25), share("half", 2, 50), share("most", 3, 75), name="F")
	watch = Watch(OPENED, RESOLVE_2H, [ladder(share("half", 2, 50)), newer])
	assert watch.carry_out(10) == ["half"]
	watch.story = under(OPENED, "F", 10.25)
	assert watch.carry_out(10.25) == ["early: higher_level"]
	assert watch.carry_out(10.5) == ["most"]


def test_a_policy_that_is_switched_off_records_what_it_would_have_told_and_stays_silent_about_it() -> None:
	watch = Watch(OPENED, RESOLVE_2H, ladder(*LEVELS.steps, is_active=False))
	assert watch.look(9).next_at == at(10)
	assert watch.carry_out(10) == ["half: policy_off"]
	watch.ladders = LEVELS
	assert watch.carry_out(10.5) == ["most"]
	assert watch.states() == {"half/1": "Suppressed", "most/1": "Open"}


def test_without_a_policy_nothing_fires_but_what_was_raised_still_ends() -> None:
	watch = Watch(OPENED, RESOLVE_2H, LEVELS)
	watch.carry_out(10)
	watch.story = under(OPENED, "", 10.25)
	assert watch.look(17) == Decision()
	watch.story = watch.story.resolved(12)
	assert watch.look(17) == Decision(over=(Over(resolution("half"), at(12), "Breached"),))


def test_a_policy_that_was_deleted_governs_nothing_and_a_snooze_of_it_still_wakes() -> None:
	watch = Watch(OPENED, RESOLVE_2H, LEVELS)
	watch.carry_out(10)
	watch.mark("half", S.SNOOZED, at(15))
	watch.ladders = []
	assert watch.look(12) == Decision(next_at=at(15))
	assert watch.look(15) == Decision(woken=(resolution("half"),))


def test_a_service_policy_that_promises_nothing_is_told_for_each_step() -> None:
	watch = Watch(OPENED, promise(target(M.FIRST_REPLY, 60)), LEVELS)
	decision = watch.look(17)
	assert {one.missing for one in decision.prospects} == {Missing.NOT_PROMISED}
	assert [one.key for one in decision.prospects] == [resolution(name) for name in ("half", "most", "all")]
	assert (decision.next_at, decision.is_idle) == (None, True)


def test_a_target_that_is_dropped_ends_what_it_raised_as_cancelled() -> None:
	other = promise(target(M.FIRST_REPLY, 600), name="Q")
	watch = Watch(OPENED, [RESOLVE_2H, other], LEVELS)
	watch.carry_out(10)
	watch.story = OPENED.policy("Q", 10.25)
	assert watch.look(11).over == (Over(resolution("half"), at(10.25), "Cancelled"),)
	assert standing(watch.look(11), "most") == (O.NOT_REACHED, at(10.5))


def test_an_escalation_of_a_clock_that_is_not_there_any_more_is_cancelled_now() -> None:
	gone = {key: Raised(key, S.OPEN, at(10)) for key in (resolution("x", 7), resolution("half"))}
	watch = Watch(OPENED, RESOLVE_2H, LEVELS, raised=gone)
	assert watch.look(10.25).over == (Over(resolution("x", 7), at(10.25), "Cancelled"),)


# --- which policy, and since when ----------------------------------------------------------------------------------


def test_the_policy_is_the_last_that_the_ledger_names_since_its_first_mention_without_a_break() -> None:
	policies = {one.name: one for one in (LEVELS, ladder(share("a", 1, 5), name="V"))}
	story = under(under(under(OPENED, "V", 10), "E", 11, looks_back=False), "E", 12)
	assert ladder_of(story.events, policies) == Ladder(LEVELS, at(11), False)
	assert ladder_of(OPENED.events, policies) == Ladder(LEVELS, at(9), True)
	back = under(under(OPENED, "", 10), "E", 11)
	assert ladder_of(back.events, policies) == Ladder(LEVELS, at(11), True)


def test_what_had_passed_is_told_with_its_opening() -> None:
	story = under(OPENED, "V", 10, passed=[["resolution", 2, "half"], ["ticket", 1, "severe"]])
	found = ladder_of(under(story, "V", 11, passed=[]).events, {"V": LEVELS})
	assert found == Ladder(LEVELS, at(10), True, frozenset({resolution("half", 2), on_ticket("severe")}))


def test_no_policy_governs_before_one_was_chosen_after_it_was_taken_away_and_once_it_is_deleted() -> None:
	policies = {"E": LEVELS}
	assert ladder_of(Story().opened(9).events, policies) is None
	assert ladder_of(under(OPENED, "", 10).events, policies) is None
	assert ladder_of(under(OPENED, "Gone", 10).events, policies) is None


# --- acknowledgement and snooze ------------------------------------------------------------------------------------


def test_a_level_that_nobody_acknowledges_is_followed_by_the_next_and_that_by_the_next() -> None:
	watch = Watch(OPENED, RESOLVE_2H, WAITS)
	assert standing(watch.look(9.5), "wait") == (O.MISSING, Missing.WAITS_FOR_LEVEL)
	assert watch.carry_out(10) == ["half"]
	assert watch.look(10).next_at == at(10.5)
	assert standing(watch.look(10.5), "longer") == (O.AHEAD, at(11.5))
	assert watch.look(10.5).next_at == at(11.5)
	assert watch.carry_out(10.5) == ["wait"]
	assert watch.look(10.5).next_at == at(11.5)
	assert watch.carry_out(11.5) == ["longer"]
	assert watch.look(11.5).next_at is None


def test_the_wait_for_a_level_that_fires_just_now_is_planned_at_once() -> None:
	decision = Watch(OPENED, RESOLVE_2H, WAITS).look(10.25)
	assert standing(decision, "wait") == (O.AHEAD, at(10.75))
	assert standing(decision, "longer") == (O.MISSING, Missing.WAITS_FOR_LEVEL)
	assert decision.next_at == at(10.75)


def test_an_acknowledgement_stops_the_next_level() -> None:
	watch = Watch(OPENED, RESOLVE_2H, WAITS)
	watch.carry_out(10)
	watch.mark("half", S.ACKNOWLEDGED)
	assert standing(watch.look(10.25), "wait") == (O.MISSING, Missing.ACKNOWLEDGED)
	assert watch.carry_out(17) == []
	assert watch.look(17).next_at is None


def test_an_acknowledgement_of_one_row_of_a_level_is_enough() -> None:
	policy = ladder(share("half", 1, 50), share("also", 1, 55), unacknowledged("wait", 2, 30))
	watch = Watch(OPENED, RESOLVE_2H, policy)
	watch.carry_out(10.25)
	watch.mark("also", S.ACKNOWLEDGED)
	assert watch.carry_out(17) == []


def test_acknowledging_level_one_after_level_two_was_told_leaves_level_two_to_itself() -> None:
	watch = Watch(OPENED, RESOLVE_2H, WAITS)
	watch.carry_out(10)
	watch.carry_out(10.5)
	watch.mark("half", S.ACKNOWLEDGED)
	assert watch.carry_out(11.5) == ["longer"]


def test_a_snooze_wakes_at_its_end_and_the_wait_begins_anew() -> None:
	watch = Watch(OPENED, RESOLVE_2H, WAITS)
	watch.carry_out(10)
	watch.mark("half", S.SNOOZED, at(12))
	asleep = watch.look(10.5)
	assert (asleep.woken, asleep.next_at, asleep.is_idle) == ((), at(12), True)
	assert standing(asleep, "wait") == (O.AHEAD, at(12.5))
	awake = watch.look(12)
	assert (awake.woken, awake.next_at, awake.is_idle) == ((resolution("half"),), at(12.5), False)
	watch.carry_out(12)
	assert watch.states() == {"half/1": "Open"}
	assert watch.carry_out(12.5) == ["wait"]


def test_a_snooze_that_has_no_end_does_not_wake_and_one_of_something_else_is_no_snooze() -> None:
	keys = {name: resolution(name) for name in ("half", "most", "all")}
	raised = {
		keys["half"]: Raised(keys["half"], S.SNOOZED, at(10)),
		keys["most"]: Raised(keys["most"], S.ACKNOWLEDGED, at(10.5), at(10.75)),
		keys["all"]: Raised(keys["all"], S.OPEN, at(11), at(16)),
	}
	decision = Watch(OPENED, RESOLVE_2H, LEVELS, raised=raised).look(12)
	assert (decision.woken, decision.next_at) == ((), None)


def test_a_snoozed_escalation_whose_clock_ends_is_over_and_does_not_wake() -> None:
	watch = Watch(OPENED, RESOLVE_2H, LEVELS)
	watch.carry_out(10)
	watch.mark("half", S.SNOOZED, at(12))
	watch.story = OPENED.resolved(10.25)
	for hour in (11, 12, 13):
		decision = watch.look(hour)
		assert decision.over == (Over(resolution("half"), at(10.25), "Met"),)
		assert (decision.woken, decision.next_at) == ((), None)


def test_a_wait_counts_from_the_later_of_the_telling_and_the_end_of_a_snooze() -> None:
	one = Raised(resolution("half"), S.OPEN, at(10))
	assert one.waits_since == at(10)
	assert one._replace(snoozed_until=at(12)).waits_since == at(12)
	assert one._replace(snoozed_until=at(9)).waits_since == at(10)


def test_a_pause_during_the_wait_for_an_acknowledgement_is_waited_out() -> None:
	watch = Watch(OPENED.paused(10.25), RESOLVE_2H, WAITS)
	watch.carry_out(10)
	assert standing(watch.look(10.5), "wait") == (O.MISSING, Missing.STANDS_STILL)
	assert watch.look(10.5).next_at is None
	watch.story = watch.story.resumed(12)
	assert watch.look(12).next_at == at(12.25)
	assert watch.carry_out(12.25) == ["wait"]


def test_a_ticket_that_is_resolved_during_the_wait_is_waited_for_no_more() -> None:
	watch = Watch(OPENED.resolved(10.25), RESOLVE_2H, WAITS)
	assert watch.carry_out(10) == ["half"]
	assert watch.carry_out(10.25) == []
	assert watch.states() == {"half/1": "Resolved"}
	assert watch.carry_out(17) == []


def test_a_wait_that_was_over_before_the_end_is_recorded_by_a_late_pass() -> None:
	watch = Watch(OPENED.resolved(10.6), RESOLVE_2H, WAITS)
	assert watch.carry_out(10) == ["half"]
	assert watch.carry_out(10.7) == ["wait: ended_first"]


def test_a_late_wait_of_the_ticket_that_was_over_before_its_end_is_recorded_and_one_after_it_is_not() -> None:
	policy = ladder(severe("severe", 1, "Major"), unacknowledged("wait", 2, 30, metric=None))
	for end, found in ((10.6, ["wait: ended_first"]), (10.5, []), (10.25, [])):
		story = OPENED.then(K.SEVERITY_CHANGED, 10, value="Major").resolved(end)
		watch = Watch(story, RESOLVE_2H, policy)
		assert watch.carry_out(10) == ["severe"]
		assert watch.carry_out(11) == found


def test_a_wait_for_a_level_of_which_one_row_told_nobody_ends_with_the_ticket() -> None:
	policy = ladder(
		severe("a", 1, "General"), severe("b", 1, "Major"), unacknowledged("wait", 2, 30, metric=None)
	)
	story = OPENED.then(K.SEVERITY_CHANGED, 10, value="Major").resolved(10.25)
	watch = Watch(story, RESOLVE_2H, policy)
	assert watch.carry_out(10) == ["a", "b"]
	for state in (S.SUPPRESSED, S.RESOLVED):
		watch.mark("a", state)
		assert told(watch.look(10.75)) == []


def test_a_switched_off_level_is_not_waited_for() -> None:
	watch = Watch(OPENED, RESOLVE_2H, ladder(*WAITS.steps, is_active=False))
	assert watch.carry_out(10) == ["half: policy_off"]
	assert watch.look(10).next_at is None
	assert watch.carry_out(17) == []


def test_a_wait_that_an_administrators_move_left_behind_does_not_fire() -> None:
	newer = ladder(*WAITS.steps, name="F")
	watch = Watch(OPENED, RESOLVE_2H, [WAITS, newer])
	watch.carry_out(10)
	watch.story = under(OPENED, "F", 10.75, looks_back=False)
	assert standing(watch.look(11), "wait") == (O.BEFORE_POLICY, at(10.5))
	watch.story = under(OPENED, "F", 10.25, looks_back=False)
	assert watch.carry_out(10.5) == ["wait"]


# --- the life of a ticket ------------------------------------------------------------------------------------------


def test_reopening_starts_new_keys() -> None:
	watch = Watch(OPENED.resolved(10.25), RESOLVE_2H, LEVELS)
	assert watch.carry_out(10) == ["half"]
	watch.carry_out(10.25)
	watch.story = watch.story.reopened(13)
	assert watch.look(13).next_at == at(14)
	assert watch.carry_out(14.5) == ["half", "most"]
	assert watch.states() == {"half/1": "Resolved", "half/2": "Open", "most/2": "Open"}


@pytest.mark.parametrize(("kind", "how"), [(K.MERGED, "Merged"), (K.CANCELLED, "Cancelled")])
def test_a_merged_or_cancelled_ticket_escalates_no_more(kind: EventKind, how: str) -> None:
	policy = ladder(*LEVELS.steps, severe("severe", 1, "Major"))
	story = OPENED.then(K.SEVERITY_CHANGED, 9.5, value="Major").then(kind, 10.25, value="0002")
	watch = Watch(story, RESOLVE_2H, policy)
	assert watch.carry_out(10) == ["severe", "half"]
	decision = watch.look(10.25)
	assert set(decision.over) == {
		Over(on_ticket("severe"), at(10.25), how),
		Over(resolution("half"), at(10.25), "Cancelled"),
	}
	watch.carry_out(10.25)
	assert watch.carry_out(100) == []
	assert watch.look(100).next_at is None


def test_only_what_waits_ends_with_its_clock() -> None:
	assert set(PENDING_STATES) == {S.OPEN, S.ACKNOWLEDGED, S.SNOOZED}
	keys = [resolution(state.value) for state in S]
	raised = {key: Raised(key, state, at(10)) for key, state in zip(keys, S, strict=True)}
	decision = Watch(OPENED.resolved(10.5), RESOLVE_2H, LEVELS, raised=raised).look(11)
	assert {one.key.step for one in decision.over} == {"Open", "Acknowledged", "Snoozed"}


def test_the_end_of_a_ticket_is_its_first_until_it_is_reopened() -> None:
	assert ticket_end(OPENED.events) is None
	assert ticket_end(OPENED.resolved(10).events) == (at(10), "Resolved")
	assert ticket_end(OPENED.merged(10).resolved(11).events) == (at(10), "Merged")
	assert ticket_end(OPENED.cancelled(10).events) == (at(10), "Cancelled")
	assert ticket_end(OPENED.resolved(10).reopened(11).events) is None
	assert ticket_end(OPENED.resolved(10).reopened(11).resolved(12).events) == (at(12), "Resolved")


# --- what happens to the ticket ------------------------------------------------------------------------------------


def test_a_severity_that_goes_up_and_down_and_up_fires_once() -> None:
	policy = ladder(severe("severe", 1, "Major"))
	story = OPENED.then(K.SEVERITY_CHANGED, 10, value="Major").then(K.SEVERITY_CHANGED, 11, value="General")
	watch = Watch(story.then(K.SEVERITY_CHANGED, 12, value="Major"), RESOLVE_2H, policy)
	assert standing(watch.look(9.5), "severe") == (O.MISSING, Missing.NOT_HAPPENED)
	assert [watch.carry_out(hour) for hour in (10, 11, 12, 13)] == [["severe"], [], [], []]
	assert standing(watch.look(13), "severe") == (O.RAISED, at(10))


def test_a_severity_that_went_down_again_before_the_pass_was_reached_all_the_same() -> None:
	story = OPENED.then(K.SEVERITY_CHANGED, 10, value="Major").then(K.SEVERITY_CHANGED, 10, value="")
	assert Watch(story, RESOLVE_2H, ladder(severe("severe", 1, "Major"))).carry_out(10) == ["severe"]


def test_the_third_reopening_fires_in_the_fourth_opening() -> None:
	story = OPENED
	for hour in (10, 11, 12):
		story = story.resolved(hour).reopened(hour + 0.5)
	watch = Watch(story, RESOLVE_2H, ladder(reopened("thrice", 1, 3)))
	assert [watch.carry_out(hour) for hour in (10.5, 11.5, 12.5, 17)] == [[], [], ["thrice"], []]
	assert set(watch.raised) == {on_ticket("thrice", 4)}


def test_three_contacts_within_two_open_hours_fire_once_in_each_opening() -> None:
	story = Story().opened(17).asked(17.5).asked(9.75, 6)
	watch = Watch(under(story, "E", 17), RESOLVE_2H, ladder(contacts("often", 1, 3, 120)))
	assert watch.carry_out(17.5) == []
	assert watch.carry_out(9.75, 6) == ["often"]
	watch.story = watch.story.asked(9.8, 6).resolved(10, 6).reopened(11, 6).asked(11.1, 6)
	assert watch.carry_out(12, 6) == ["often"]
	assert set(watch.raised) == {on_ticket("often", 1), on_ticket("often", 2)}


def test_the_policys_calendar_counts_the_window_not_that_of_the_promise() -> None:
	story = Story().opened(17.9).asked(9.05, 6)
	step = contacts("often", 1, 2, 60)
	for calendar, fires in (("Office", ["often"]), ("Always", [])):
		watch = Watch(under(story, "E", 17.9), RESOLVE_2H, ladder(step, calendar=calendar))
		assert watch.carry_out(9.05, 6) == fires


def test_what_happened_just_before_the_ticket_ended_is_recorded_by_a_late_pass() -> None:
	story = OPENED.then(K.SEVERITY_CHANGED, 10, value="Major").resolved(at(10) + MICROSECOND)
	watch = Watch(story, RESOLVE_2H, ladder(severe("severe", 1, "Major")))
	assert watch.carry_out(11) == ["severe: ended_first"]


def test_a_low_rating_after_the_resolution_fires_and_stays_open() -> None:
	policy = ladder(low_rating("stars", 1, 2), unacknowledged("wait", 2, 30, metric=None))
	watch = Watch(OPENED.resolved(10).then(K.RATED, 11, value="1"), RESOLVE_2H, policy)
	assert watch.carry_out(10.5) == []
	assert watch.carry_out(11) == ["stars"]
	assert (watch.look(11.25).over, watch.look(11.25).next_at) == ((), at(11.5))
	assert watch.carry_out(11.5) == ["wait"]
	watch.carry_out(100)
	assert watch.states() == {"stars/1": "Open", "wait/1": "Open"}


def test_a_rating_given_with_the_resolution_itself_fires_and_stays_open() -> None:
	watch = Watch(OPENED.resolved(10).then(K.RATED, 10, value="1"), RESOLVE_2H, ladder(low_rating("s", 1, 2)))
	assert watch.carry_out(at(10) + MINUTE) == ["s"]
	assert watch.carry_out(11) == []
	assert watch.states() == {"s/1": "Open"}


def test_a_low_rating_before_the_resolution_ends_with_it() -> None:
	watch = Watch(OPENED.then(K.RATED, 10, value="1").resolved(11), RESOLVE_2H, ladder(low_rating("s", 1, 2)))
	assert watch.carry_out(10) == ["s"]
	assert watch.look(11).over == (Over(on_ticket("s"), at(11), "Resolved"),)


def test_what_was_raised_in_the_instant_of_the_end_is_over() -> None:
	story = OPENED.then(K.SEVERITY_CHANGED, 9.5, value="Major")
	watch = Watch(story, RESOLVE_2H, ladder(severe("severe", 1, "Major")))
	assert watch.carry_out(10) == ["severe"]
	watch.story = story.resolved(10)
	assert watch.look(10).over == (Over(on_ticket("severe"), at(10), "Resolved"),)


# Bug B22: what is over just now still counts for the wait of the others.
def test_a_rating_after_the_end_is_waited_for_by_itself() -> None:
	policy = ladder(
		severe("severe", 1, "Major"), low_rating("stars", 1, 2), unacknowledged("wait", 2, 30, metric=None)
	)
	story = OPENED.then(K.SEVERITY_CHANGED, 10, value="Major").resolved(10.5).then(K.RATED, 11, value="1")
	watch = Watch(story, RESOLVE_2H, policy)
	assert watch.carry_out(10) == ["severe"]
	assert standing(watch.look(11), "wait") == (O.AHEAD, at(11.5))
	assert watch.carry_out(11) == ["stars"]
	assert watch.carry_out(11.5) == ["wait"]


def test_what_was_raised_after_one_resolution_ends_with_the_next() -> None:
	story = OPENED.resolved(10).then(K.RATED, 11, value="1").reopened(12)
	watch = Watch(story, RESOLVE_2H, ladder(low_rating("s", 1, 2)))
	assert watch.carry_out(11) == ["s"]
	assert watch.look(12).over == ()
	watch.story = story.resolved(13)
	assert watch.look(13).over == (Over(on_ticket("s"), at(13), "Resolved"),)


def test_an_unacknowledged_severity_climbs_the_tickets_own_ladder_in_the_right_opening() -> None:
	policy = ladder(reopened("again", 1, 1), unacknowledged("wait", 2, 30, metric=None))
	watch = Watch(OPENED.resolved(10).reopened(11), RESOLVE_2H, policy)
	assert standing(watch.look(9.5), "wait") == (O.MISSING, Missing.WAITS_FOR_LEVEL)
	decision = watch.look(11)
	assert (told(decision), decision.next_at) == (["again"], at(11.5))
	watch.carry_out(11)
	assert watch.carry_out(11.5) == ["wait"]
	assert set(watch.raised) == {on_ticket("again", 2), on_ticket("wait", 2)}


# --- calendars that are gone ---------------------------------------------------------------------------------------


def test_steps_whose_calendar_is_gone_are_told_as_out_of_range_and_the_others_fire() -> None:
	policy = ladder(
		share("half", 1, 50),
		unacknowledged("wait", 2, 30),
		severe("severe", 1, "Major"),
		unacknowledged("still", 2, 30, metric=None),
		calendar="Gone",
	)
	watch = Watch(OPENED.then(K.SEVERITY_CHANGED, 9, value="Major"), RESOLVE_2H, policy)
	decision = watch.look(10)
	assert told(decision) == ["half"]
	for name in ("wait", "severe", "still"):
		assert standing(decision, name) == (O.MISSING, Missing.OUT_OF_RANGE)


def test_a_clock_whose_calendar_is_gone_is_told_as_out_of_range() -> None:
	clocks = OPENED.clocks(RESOLVE_2H, 12)
	decision = decide(Ladder(LEVELS, at(9)), in_order(OPENED.events), clocks, {}, {}, at(12))
	assert {one.missing for one in decision.prospects} == {Missing.OUT_OF_RANGE}
	assert (decision.is_idle, decision.next_at) == (True, None)


def test_a_calendar_that_ends_leaves_the_later_levels_out_of_range() -> None:
	once = ServiceCalendar(
		{"time_zone": "UTC", "exceptions": [{"date": "2026-01-05", "windows": [["09:00", "18:00"]]}]}
	)
	policy = ladder(*LEVELS.steps, after("never", 4, 600), calendar="Office")
	watch = Watch(OPENED, RESOLVE_2H, policy, calendars={"Office": once})
	assert watch.carry_out(17) == ["half", "most", "all"]
	assert standing(watch.look(17), "never") == (O.MISSING, Missing.OUT_OF_RANGE)


# --- targets in days -----------------------------------------------------------------------------------------------


def test_a_ladder_on_a_target_of_two_business_days() -> None:
	watch = Watch(OPENED, promise(target(M.RESOLUTION, 2, U.BUSINESS_DAYS)), LEVELS)
	assert watch.look(9).next_at == at(13.5, 6)
	decision = watch.look(18, 7)
	assert [one.at for one in decision.due] == [at(13.5, 6), at(11.25, 7), at(18, 7)]


def test_a_ladder_on_a_target_of_a_calendar_day_counts_real_time() -> None:
	watch = Watch(OPENED, promise(target(M.RESOLUTION, 1, U.CALENDAR_DAYS)), LEVELS)
	assert [one.at for one in watch.look(9, 6).due] == [at(21), at(3, 6), at(9, 6)]


# --- a decision ----------------------------------------------------------------------------------------------------


def test_events_after_now_are_not_known_yet() -> None:
	events = in_order(OPENED.then(K.SEVERITY_CHANGED, 10, value="Major").resolved(12).events)
	known = ladder(severe("s", 1, "Major"))
	decision = decide(Ladder(known, at(9)), events, [], CALENDARS, {}, at(9.5))
	assert standing(decision, "s") == (O.MISSING, Missing.NOT_HAPPENED)


def test_a_decision_is_idle_until_something_is_due_over_or_awake() -> None:
	key = resolution("half")
	due = Watch(OPENED, RESOLVE_2H, LEVELS).look(10)
	assert Decision(next_at=at(12)).is_idle
	assert not due.is_idle
	assert not Decision(over=(Over(key, at(10), "Met"),)).is_idle
	assert not Decision(woken=(key,)).is_idle


def test_what_is_stored_stays_as_it_was_given() -> None:
	raised = {resolution("half"): Raised(resolution("half"), S.OPEN, at(10))}
	watch = Watch(OPENED.resolved(10.25), RESOLVE_2H, LEVELS, raised=raised)
	watch.look(12)
	assert raised == {resolution("half"): Raised(resolution("half"), S.OPEN, at(10))}


def test_a_step_that_fired_carries_why_it_told_nobody() -> None:
	decision = Watch(OPENED.resolved(10.25), RESOLVE_2H, LEVELS).look(10.3)
	assert prospect_of(decision, "half").suppression is Suppression.ENDED_FIRST
	assert prospect_of(decision, "most").suppression is None


def test_the_requesters_wait_counts_on_over_a_reopening_and_its_steps_fire_once() -> None:
	"""Its second clock begins at the opening again: what was sent before the resolution is not sent once more."""
	wait = promise(target(M.REQUESTER_WAIT, 240))
	watch = Watch(
		opened(9).resolved(12).reopened(13),
		wait,
		ladder(share("half", 1, 50, M.REQUESTER_WAIT), share("late", 2, 100, M.REQUESTER_WAIT)),
	)
	assert watch.carry_out(11) == ["half"]
	assert watch.carry_out(12) == []
	assert watch.carry_out(13) == []
	assert watch.carry_out(14) == ["late"]
	assert watch.states() == {"half/1": "Resolved", "late/1": "Open"}
