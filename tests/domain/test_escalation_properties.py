"""Laws of the escalations, on random lives of tickets under random policies: never twice, never early, never forgotten."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cs_center.domain.clocks import Clock, compute_clocks
from cs_center.domain.escalation import decide, ladder_of, ticket_end
from cs_center.domain.escalation_policy import CLOCK_TRIGGERS, TICKET_TRIGGERS, EscalationPolicy, Trigger
from cs_center.domain.escalation_values import (
	PENDING_STATES,
	TICKET_LADDER,
	Decision,
	EscalationState,
	Outlook,
	Raised,
	StepKey,
	Suppression,
)
from cs_center.domain.ledger import Event

from .escalation_oracle import faults_of_wait, faults_on_clock, instants_on_ticket, standing_after
from .escalation_story import carried_out, decide_at
from .escalation_strategies import TOUCHES, Touch, escalated_lives, ladders, plain_lives
from .ledger_strategies import BEGIN, CALENDARS, POLICIES, moments_of, wild_ledgers
from .story import MICROSECOND, MINUTE

O, S, T = Outlook, EscalationState, Trigger  # noqa: E741 - short names keep the laws readable
LATER = timedelta(days=60)
MOST_PASSES = 500
BOTH = st.tuples(ladders("X"), ladders("Y")).map(lambda pair: {one.name: one for one in pair})
Policies = Mapping[str, EscalationPolicy]
Stored = Mapping[StepKey, Raised]


def decided(events: Sequence[Event], policies: Policies, raised: Stored, now: datetime) -> Decision:
	return decide_at(events, POLICIES, policies, CALENDARS, raised, now)


def clocks_by_place(events: Sequence[Event], now: datetime) -> dict[tuple[str, int], Clock]:
	return {(one.metric.value, one.cycle): one for one in compute_clocks(events, POLICIES, CALENDARS, now)}


def known(events: Sequence[Event], now: datetime) -> list[Event]:
	return [event for event in events if event.at <= now]


def touched(raised: Stored, touch: Touch, now: datetime) -> dict[StepKey, Raised]:
	"""What is stored after somebody acknowledged or snoozed one of the pending escalations, if there is any."""
	waiting = sorted(key for key, one in raised.items() if one.state in (S.OPEN, S.SNOOZED))
	if not waiting:
		return dict(raised)
	key = waiting[touch.which % len(waiting)]
	state = S.ACKNOWLEDGED if touch.snooze is None else S.SNOOZED
	until = None if touch.snooze is None else now + touch.snooze
	return {**raised, key: raised[key]._replace(state=state, snoozed_until=until)}


def lived(
	events: Sequence[Event],
	policies: Policies,
	touches: Sequence[Touch] = (),
	extra: Sequence[datetime] = (),
) -> dict[StepKey, Raised]:
	"""What is stored in the end when a pass runs at each event, touch and announced instant, and at the ``extra`` ones.

	At an announced instant something has to happen, at an extra one nothing may.
	"""
	start = events[0].at
	handled = {start + touch.after: touch for touch in touches}
	fixed = sorted({event.at for event in events} | set(handled))
	agenda = sorted({*fixed, *(one for one in extra if one > start)})
	raised: dict[StepKey, Raised] = {}
	announced: datetime | None = None
	for _ in range(MOST_PASSES):
		now = min([*agenda[:1], *([announced] if announced else [])], default=None)
		if now is None:
			return raised
		agenda = [one for one in agenda if one > now]
		if now in handled:
			raised = touched(raised, handled[now], now)
		decision = decided(events, policies, raised, now)
		if now not in fixed:
			assert decision.is_idle is (now != announced), f"{now}: {decision}"
		raised = carried_out(decision, raised, now)
		announced = decision.next_at
		assert announced is None or announced > now
	raise AssertionError("the passes never end")


def life_policies_and_moment() -> Any:
	return escalated_lives().flatmap(lambda events: st.tuples(st.just(events), BOTH, moments_of(events)))


def stored_at(
	events: Sequence[Event], policies: Policies, passes: Sequence[datetime]
) -> dict[StepKey, Raised]:
	raised: dict[StepKey, Raised] = {}
	for now in sorted(passes):
		raised = carried_out(decided(events, policies, raised, now), raised, now)
	return raised


# --- never twice, never forgotten ----------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(escalated_lives(), BOTH, st.lists(st.integers(0, 20_000), min_size=1, max_size=12))
def test_whenever_the_passes_run_each_key_fires_once(
	events: list[Event], policies: Policies, minutes: list[int]
) -> None:
	passes = [events[0].at + minute * MINUTE for minute in minutes]
	raised = stored_at(events, policies, passes)
	again = stored_at(events, policies, [*passes, *passes])
	assert raised == again
	last = decided(events, policies, raised, max(passes))
	assert last.is_idle, "a second pass at the same instant finds nothing to do"


@settings(max_examples=35, deadline=None)
@given(escalated_lives(), BOTH, TOUCHES, st.lists(st.integers(0, 20 * 1440 * 60), max_size=8))
def test_at_each_announced_instant_something_happens_and_between_them_nothing_so_further_passes_change_nothing(
	events: list[Event], policies: Policies, touches: list[Touch], seconds: list[int]
) -> None:
	extra = [events[0].at + timedelta(seconds=second) for second in seconds]
	assert lived(events, policies, touches, extra) == lived(events, policies, touches)


@settings(max_examples=10, deadline=None)
@given(escalated_lives(most=6), BOTH)
def test_just_before_an_announced_instant_nothing_is_due(events: list[Event], policies: Policies) -> None:
	raised: dict[StepKey, Raised] = {}
	now = events[-1].at
	for _ in range(20):
		decision = decided(events, policies, raised, now)
		raised = carried_out(decision, raised, now)
		if decision.next_at is None:
			break
		assert decided(events, policies, raised, decision.next_at - MICROSECOND).is_idle
		assert decided(events, policies, raised, now) == replace(
			decided(events, policies, raised, now), next_at=decision.next_at
		)
		now = decision.next_at
	else:
		raise AssertionError("the announced instants never end")
	assert decided(events, policies, raised, now + LATER).is_idle


UNWAITED = tuple(one for one in Trigger if one is not T.NO_ACKNOWLEDGEMENT)


@settings(max_examples=10, deadline=None)
@given(plain_lives(most=5), ladders("X", UNWAITED), st.sampled_from((1, 7, 60)))
def test_passes_each_minute_or_hour_raise_what_passes_at_the_announced_instants_raise(
	events: list[Event], policy: EscalationPolicy, every: int
) -> None:
	"""But for reminders: who is late finds the deadline moved by the pauses in between."""
	policies = {"X": policy}
	steps = {one.key: one for one in policy.steps}
	length = min(400 * every, 6000)
	passes = [events[0].at + minute * MINUTE for minute in range(0, length, every)]
	passes = [one for one in passes if one < events[-1].at + LATER]
	end = passes[-1]
	seldom = {key: one for key, one in lived(known(events, end), policies).items() if one.raised_at <= end}
	often = stored_at(events, policies, passes)

	def without_reminders(stored: Stored) -> set[StepKey]:
		return {key for key in stored if steps[key.step].trigger is not T.BEFORE_DEADLINE}

	assert without_reminders(often) == without_reminders(seldom)
	assert all(
		often[key].raised_at - one.raised_at < every * MINUTE for key, one in seldom.items() if key in often
	)


# --- never early, never late ---------------------------------------------------------------------------------------


@settings(max_examples=65, deadline=None)
@given(life_policies_and_moment())
def test_the_instant_of_a_step_on_a_clock_is_the_first_at_which_the_time_has_passed_outside_the_pauses(
	case: Any,
) -> None:
	events, policies, now = case
	clocks, told = clocks_by_place(events, now), known(events, now)
	for one in decided(events, policies, {}, now).prospects:
		if one.step.trigger in CLOCK_TRIGGERS and one.outlook in (O.DUE, O.AHEAD, O.NOT_REACHED):
			clock = clocks[one.key.ladder, one.key.cycle]
			assert faults_on_clock(one, clock, CALENDARS[clock.calendar], told) == [], one


@settings(max_examples=55, deadline=None)
@given(life_policies_and_moment())
def test_the_steps_of_the_ticket_fall_due_at_the_events_that_make_them_so(case: Any) -> None:
	events, policies, now = case
	decision = decided(events, policies, {}, now)
	ladder = ladder_of(known(events, now), policies)
	for step in ladder.policy.steps if ladder else ():
		if step.trigger in TICKET_TRIGGERS:
			found = {
				one.key.cycle: one.at for one in decision.prospects if one.step is step and one.at is not None
			}
			assert found == instants_on_ticket(step, known(events, now), CALENDARS[ladder.policy.calendar])


@settings(max_examples=55, deadline=None)
@given(escalated_lives(), BOTH, TOUCHES, st.integers(0, 8000))
def test_a_wait_is_over_when_so_much_time_has_passed_outside_the_pauses_without_an_acknowledgement(
	events: list[Event], policies: Policies, touches: list[Touch], minutes: int
) -> None:
	now = events[0].at + minutes * MINUTE
	raised: Stored = lived(known(events, now), policies, touches)
	raised = {key: one for key, one in raised.items() if one.raised_at <= now}
	decision, told = decided(events, policies, raised, now), known(events, now)
	ladder, clocks = ladder_of(told, policies), clocks_by_place(events, now)
	standing = standing_after(decision, raised, now)
	for one in decision.prospects:
		if one.step.trigger is T.NO_ACKNOWLEDGEMENT and one.outlook in (O.DUE, O.AHEAD, O.NOT_REACHED):
			clock = clocks.get((one.key.ladder, one.key.cycle))
			calendar = CALENDARS[ladder.policy.calendar]
			assert faults_of_wait(one, ladder.policy, standing, clock, calendar, told) == [], one


@settings(max_examples=65, deadline=None)
@given(life_policies_and_moment())
def test_how_a_step_stands_follows_from_its_instant_the_end_of_its_clock_and_now(case: Any) -> None:
	events, policies, now = case
	told = known(events, now)
	decision, ladder, clocks = (
		decided(events, policies, {}, now),
		ladder_of(told, policies),
		clocks_by_place(events, now),
	)
	for one in decision.prospects:
		clock = clocks.get((one.key.ladder, one.key.cycle))
		ended = clock.ended_at if clock else None
		assert (one.missing is not None) == (one.outlook is O.MISSING)
		assert one.suppression is None or one.outlook is O.DUE
		assert one.outlook is not O.RAISED
		if one.outlook is O.DUE:
			assert one.at <= now and (ended is None or one.at < ended)
			assert ladder.looks_back or one.at >= ladder.since
			assert ladder.policy.is_active or one.suppression is Suppression.POLICY_OFF
			assert one.suppression is not Suppression.POLICY_OFF or not ladder.policy.is_active
			assert ended is None or one.suppression in (Suppression.POLICY_OFF, Suppression.ENDED_FIRST)
		elif one.outlook is O.AHEAD:
			assert one.at > now and decision.next_at <= one.at
		elif one.outlook is O.NOT_REACHED and clock:
			assert ended is not None and one.at >= ended
		elif one.outlook is O.BEFORE_POLICY:
			assert not ladder.looks_back


@settings(max_examples=40, deadline=None)
@given(life_policies_and_moment())
def test_of_the_time_before_a_policy_at_most_one_level_of_a_ladder_tells_anybody(case: Any) -> None:
	events, policies, now = case
	ladder = ladder_of(known(events, now), policies)
	levels: dict[tuple[str, int], set[int]] = {}
	passed_over: dict[tuple[str, int], set[int]] = {}
	for one in decided(events, policies, {}, now).due:
		if one.at >= ladder.since:
			assert one.suppression is not Suppression.HIGHER_LEVEL
			continue
		place = (one.key.ladder, one.key.cycle)
		if one.suppression is None:
			levels.setdefault(place, set()).add(one.step.level)
		elif one.suppression is Suppression.HIGHER_LEVEL:
			passed_over.setdefault(place, set()).add(one.step.level)
	assert all(len(found) == 1 for found in levels.values())
	for place, found in passed_over.items():
		assert max(found) < min(levels[place])


# --- later ---------------------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(life_policies_and_moment(), st.integers(1, 20_000))
def test_what_is_due_stays_due_and_what_is_settled_stays_settled_while_nothing_happens(
	case: Any, minutes: int
) -> None:
	events, policies, now = case
	told = known(events, now)
	later = {one.key: one for one in decided(told, policies, {}, now + minutes * MINUTE).prospects}
	for one in decided(told, policies, {}, now).prospects:
		then = later[one.key]
		if one.outlook in (O.NOT_REACHED, O.BEFORE_POLICY):
			assert (then.outlook, then.at) == (one.outlook, one.at)
		elif one.outlook is O.DUE:
			assert (then.outlook, then.at) == (O.DUE, one.at)
			changed = {one.suppression, then.suppression}
			assert len(changed) == 1 or changed & {Suppression.DEADLINE_PASSED, Suppression.HIGHER_LEVEL}
		elif one.outlook is O.AHEAD and one.step.trigger is not T.NO_ACKNOWLEDGEMENT:
			assert then.at == one.at
			assert then.outlook is (O.AHEAD if one.at > now + minutes * MINUTE else O.DUE)


@settings(max_examples=30, deadline=None)
@given(life_policies_and_moment())
def test_events_after_now_are_as_if_they_had_not_been_written(case: Any) -> None:
	events, policies, now = case
	clocks = compute_clocks(events, POLICIES, CALENDARS, now)
	ladder = ladder_of(known(events, now), policies)
	assert decide(ladder, events, clocks, CALENDARS, {}, now) == decided(events, policies, {}, now)


@settings(max_examples=30, deadline=None)
@given(escalated_lives(), BOTH, st.integers(0, 8000), st.integers(0, 1000))
def test_the_order_of_the_steps_and_of_what_is_stored_does_not_matter(
	events: list[Event], policies: Policies, minutes: int, seed: int
) -> None:
	now = events[0].at + minutes * MINUTE
	dice = random.Random(seed)
	raised = stored_at(events, policies, [now - 600 * MINUTE, now - 90 * MINUTE])
	shuffled = dict(dice.sample(list(raised.items()), len(raised)))
	turned = {
		name: replace(one, steps=tuple(dice.sample(one.steps, len(one.steps))))
		for name, one in policies.items()
	}
	one, two = decided(events, policies, raised, now), decided(events, turned, shuffled, now)
	assert set(one.prospects) == set(two.prospects)
	assert (set(one.over), set(one.woken), one.next_at) == (set(two.over), set(two.woken), two.next_at)
	assert [(due.at, due.step.level) for due in one.due] == [(due.at, due.step.level) for due in two.due]


# --- what is over --------------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(escalated_lives(), BOTH, TOUCHES)
def test_what_is_still_pending_in_the_end_belongs_to_something_that_is_not_over(
	events: list[Event], policies: Policies, touches: list[Touch]
) -> None:
	raised = lived(events, policies, touches)
	end = events[-1].at + LATER
	clocks, finished = clocks_by_place(events, end), ticket_end(events)
	for key, one in raised.items():
		if one.state not in PENDING_STATES:
			continue
		if key.ladder == TICKET_LADDER:
			assert finished is None or one.raised_at >= finished[0]
		else:
			assert clocks[key.ladder, key.cycle].is_owed
		assert one.state is not S.SNOOZED or one.snoozed_until > end


@settings(max_examples=30, deadline=None)
@given(escalated_lives(), BOTH, st.integers(0, 12_000))
def test_only_pending_ones_end_each_once_at_the_end_of_its_clock(
	events: list[Event], policies: Policies, minutes: int
) -> None:
	now = events[0].at + minutes * MINUTE
	raised = stored_at(events, policies, [now - 500 * MINUTE])
	clocks = clocks_by_place(events, now)
	decision = decided(events, policies, raised, now)
	assert len({one.key for one in decision.over}) == len(decision.over)
	for one in decision.over:
		assert raised[one.key].state in PENDING_STATES
		assert one.at <= now
		clock = clocks.get((one.key.ladder, one.key.cycle))
		if clock:
			assert (one.at, one.how) == (clock.ended_at, clock.state.value)
	assert not {one.key for one in decision.over} & set(decision.woken)


# --- total ---------------------------------------------------------------------------------------------------------


@settings(max_examples=55, deadline=None)
@given(wild_ledgers(), BOTH, st.integers(0, 30_000), st.sampled_from(("X", "Y", "")))
def test_no_ledger_however_odd_and_no_calendar_that_is_gone_breaks_a_decision(
	events: list[Event], policies: Policies, minutes: int, gone: str
) -> None:
	now = BEGIN + minutes * MINUTE
	clocks = compute_clocks(events, POLICIES, CALENDARS, now)
	given_policies = {name: one for name, one in policies.items() if name != gone}
	calendars = {name: one for name, one in CALENDARS.items() if not gone or name != "Nights"}
	raised: dict[StepKey, Raised] = {}
	for _ in range(3):
		ladder = ladder_of(known(events, now), given_policies)
		decision = decide(ladder, events, clocks, calendars, raised, now)
		raised = carried_out(decision, raised, now)
	assert decision.is_idle
	assert decision.next_at is None or decision.next_at > now
	assert ladder is not None or decision.prospects == ()
