"""What a customer's tier makes of the targets: the same as a policy with shorter targets would, and nothing else."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cs_center.domain.clocks import Clock, State, compute_clocks
from cs_center.domain.governing import PLAIN, Factors, factors_of
from cs_center.domain.keeping_promises import loses_nothing
from cs_center.domain.ledger import Event, EventKind, state_after
from cs_center.domain.policy import Metric, Policy
from cs_center.domain.units import Amount, Unit, shortened

from .ledger_strategies import BEGIN, CALENDARS, POLICIES, lives, moments_of
from .story import UTC, Story, at, promise, target

K, M = EventKind, Metric
SHORTENED = (M.FIRST_REPLY, M.RESOLUTION)

# --- amounts -------------------------------------------------------------------------------------------------------

HUNDREDTHS = st.integers(10, 100).map(lambda percent: percent / 100)
DAYS = [unit for unit in Unit if unit.is_days]
LENGTHS = [unit for unit in Unit if not unit.is_days]


@pytest.mark.parametrize("unit", LENGTHS, ids=lambda unit: unit.value)
def test_half_of_seconds_minutes_and_hours_is_half_the_time(unit: Unit) -> None:
	for value in (1, 2, 3, 7, 30, 0.5, 90):
		whole = Amount(value, unit)
		half = shortened(whole, 0.5)
		assert half.unit is unit
		assert half.length * 2 == whole.length


@pytest.mark.parametrize("unit", DAYS, ids=lambda unit: unit.value)
@pytest.mark.parametrize(
	("value", "factor", "found"),
	[
		(2, 0.5, 1),
		(3, 0.5, 1),
		(5, 0.5, 2),
		(1, 0.5, 1),
		(1, 0.1, 1),
		(9, 0.1, 1),
		(10, 0.7, 7),
		(30, 0.1, 3),
		(100, 0.29, 29),
		(100, 0.57, 57),
		(3, 1, 3),
		(36_000, 0.1, 3600),
	],
)
def test_days_stay_whole_and_are_rounded_down_to_no_less_than_one(
	unit: Unit, value: int, factor: float, found: int
) -> None:
	assert shortened(Amount(value, unit), factor) == Amount(found, unit)


@given(st.sampled_from(DAYS), st.integers(1, 36_000), HUNDREDTHS)
def test_days_are_rounded_down_as_on_paper(unit: Unit, value: int, factor: float) -> None:
	assert shortened(Amount(value, unit), factor).value == max(1, int(Decimal(str(factor)) * value))


@given(st.sampled_from(LENGTHS), st.integers(1, 500), HUNDREDTHS)
def test_lengths_are_exact_to_the_microsecond(unit: Unit, value: int, factor: float) -> None:
	whole = Amount(value, unit)
	exact = Fraction(str(factor)) * whole.micro
	assert abs(shortened(whole, factor).micro - exact) <= 1


@given(st.sampled_from(Unit), st.integers(1, 500), HUNDREDTHS, HUNDREDTHS)
def test_a_smaller_factor_never_gives_a_longer_amount_and_none_grows(
	unit: Unit, value: int, one: float, two: float
) -> None:
	low, high = sorted((one, two))
	amount = Amount(value, unit)
	assert 0 < shortened(amount, low).value <= shortened(amount, high).value <= value
	assert shortened(amount, 1) == amount


# --- what the ledger says ------------------------------------------------------------------------------------------

GARBAGE = (
	*(0, 0.0, -0.0, -1, -0.5, 2, 1.0000001, 10**400, math.nan, math.inf, -math.inf),
	*("x", "", "0.5", "nan", None, False, [], [0.5], {}, {"a": 1}, (), b"1", Decimal("0.5"), 0.5 + 0j),
)


@pytest.mark.parametrize("value", GARBAGE, ids=repr)
def test_what_is_no_share_of_a_target_leaves_it_as_it_is(value: Any) -> None:
	assert factors_of({"reply_factor": value, "resolution_factor": value}) == PLAIN
	assert factors_of({"reply_factor": value, "resolution_factor": 0.5}) == Factors(1, 0.5)
	assert factors_of({"reply_factor": 0.5, "resolution_factor": value}) == Factors(0.5, 1)


@pytest.mark.parametrize("value", [1e-9, 1e-320, 5e-324, 0.09], ids=repr)
def test_a_share_that_no_tier_may_have_leaves_the_target_as_it_is(value: float) -> None:
	"""Next to nothing of a target is due at once; no tier has less than a tenth."""
	assert factors_of({"reply_factor": value, "resolution_factor": value}) == PLAIN


@pytest.mark.parametrize("value", [0.1, 0.5, 0.999, 1, 1.0, True])
def test_shares(value: float) -> None:
	assert factors_of({"reply_factor": value}) == Factors(float(value), 1.0)
	assert factors_of({"resolution_factor": value, "more": "ignored"}) == Factors(1.0, float(value))


def test_only_first_reply_and_resolution_have_a_factor() -> None:
	found = {metric: Factors(0.2, 0.3).of(metric) for metric in Metric}
	assert found.pop(M.FIRST_REPLY) == 0.2
	assert found.pop(M.RESOLUTION) == 0.3
	assert set(found.values()) == {1.0}


def test_the_tier_is_part_of_the_tickets_state() -> None:
	story = Story().opened().then(K.TIER_CHANGED, 10, value="VIP").then(K.TIER_CHANGED, 11, value="Regular")
	assert state_after(story.events[:2]).tier == ""
	assert state_after(story.events[:3]).tier == "VIP"
	assert state_after(story.events).tier == "Regular"


# --- stories (open from 09:00 to 18:00) ----------------------------------------------------------------------------

POLICY = promise(
	target(M.FIRST_REPLY, 60),
	target(M.NEXT_REPLY, 60),
	target(M.RESOLUTION, 8, Unit.BUSINESS_HOURS),
	target(M.REQUESTER_WAIT, 8, Unit.BUSINESS_HOURS),
)


def with_tier(story: Story, hour: float, reply: Any = 0.5, resolution: Any = 0.5, day: int = 5) -> Story:
	detail = {"reply_factor": reply, "resolution_factor": resolution}
	return story.then(K.TIER_CHANGED, hour, day, value="VIP", detail=detail)


def clock_of(story: Story, metric: Metric, hour: float, day: int = 5, policy: Policy = POLICY) -> Clock:
	(found,) = [clock for clock in story.clocks(policy, hour, day) if clock.metric is metric]
	return found


def test_a_vip_ticket_has_half_the_time_from_its_first_save_on() -> None:
	story = with_tier(Story().opened(9), 9)
	reply, resolution = clock_of(story, M.FIRST_REPLY, 9), clock_of(story, M.RESOLUTION, 9)
	assert (reply.due_at, reply.warn_at) == (at(9.5), at(9.375))
	assert (resolution.due_at, resolution.amount) == (at(13), Amount(4, Unit.BUSINESS_HOURS))
	assert clock_of(story, M.REQUESTER_WAIT, 9).due_at == at(17)


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (2, 1, 0), (1, 2, 0)])
def test_of_one_instant_the_order_of_the_events_does_not_matter(order: tuple[int, ...]) -> None:
	"""Opened, the policy and the tier are written by one save."""
	events = [
		Event(K.OPENED, at(9), order[0], detail={"priority": "High"}),
		Event(K.POLICY_CHANGED, at(9), order[1], value="P"),
		Event(
			K.TIER_CHANGED,
			at(9),
			order[2],
			value="VIP",
			detail={"reply_factor": 0.5, "resolution_factor": 0.5},
		),
	]
	found = clock_of(Story(sorted(events, key=lambda one: one.sequence)), M.RESOLUTION, 9)
	assert (found.due_at, found.governed_from) == (at(13), at(9))


def test_a_tier_in_the_middle_moves_the_deadline_that_is_still_ahead() -> None:
	story = with_tier(Story().opened(9), 10)
	assert clock_of(story, M.RESOLUTION, 9.9).due_at == at(17)
	found = clock_of(story, M.RESOLUTION, 10)
	assert (found.due_at, found.state, found.governed_from) == (at(13), State.RUNNING, at(10))


def test_a_deadline_that_the_tier_moves_into_the_past_is_missed_when_the_tier_came() -> None:
	found = clock_of(with_tier(Story().opened(9), 15), M.RESOLUTION, 15.5)
	assert (found.state, found.due_at, found.breached_at) == (State.BREACHED, at(13), at(15))


def test_a_clock_that_has_ended_is_left_alone() -> None:
	story = Story().opened(9).replied(9.9)
	assert clock_of(with_tier(story, 10), M.FIRST_REPLY, 17) == clock_of(story, M.FIRST_REPLY, 17)


def test_who_loses_the_tier_has_the_whole_time_again_but_a_breach_stays() -> None:
	up_and_down = with_tier(with_tier(Story().opened(9), 9), 12, 1, 1)
	assert clock_of(up_and_down, M.RESOLUTION, 12).due_at == at(17)
	late = with_tier(with_tier(Story().opened(9), 9), 14, 1, 1)
	assert clock_of(late, M.RESOLUTION, 16).breached_at == at(13)


def test_a_pause_moves_the_shortened_deadline_by_its_whole_length() -> None:
	story = with_tier(Story().opened(9), 9).paused(10).resumed(11)
	assert clock_of(story, M.RESOLUTION, 11).due_at == at(14)


def test_a_tier_that_comes_and_goes_within_a_pause_misses_nothing() -> None:
	"""While the strict target governed the clock stood still."""
	came = with_tier(Story().opened(9).paused(15), 15.5)
	assert (clock_of(came, M.RESOLUTION, 15.75).state, clock_of(came, M.RESOLUTION, 15.75).due_at) == (
		State.PAUSED,
		at(13),
	)
	found = clock_of(with_tier(came, 16, 1, 1), M.RESOLUTION, 16.5)
	assert (found.state, found.due_at, found.breached_at) == (State.PAUSED, at(17), None)


def test_a_tier_that_comes_in_a_pause_and_stays_is_missed_when_the_pause_ends() -> None:
	came = with_tier(Story().opened(9).paused(15), 15.5).resumed(17)
	found = clock_of(came, M.RESOLUTION, 17)
	assert (found.state, found.due_at, found.breached_at) == (State.BREACHED, at(13), at(17))


def test_the_factors_stay_when_the_policy_or_the_priority_changes() -> None:
	other = promise(
		target(M.RESOLUTION, 6, Unit.BUSINESS_HOURS),
		target(M.RESOLUTION, 4, Unit.BUSINESS_HOURS, priority="High"),
		name="Q",
	)
	story = with_tier(Story().opened(9), 9).policy("Q", 9.5)
	assert [c.due_at for c in story.clocks([POLICY, other], 10) if c.metric is M.RESOLUTION] == [at(12)]
	urgent = story.priority("High", 9.75)
	assert [c.due_at for c in urgent.clocks([POLICY, other], 10) if c.metric is M.RESOLUTION] == [at(11)]


def test_a_reopened_ticket_of_a_vip_has_half_the_time_again() -> None:
	story = with_tier(Story().opened(9), 9).resolved(10).reopened(11)
	first, second = (one for one in story.clocks(POLICY, 11) if one.metric is M.RESOLUTION)
	assert (first.state, second.due_at) == (State.MET, at(15))


def test_business_days_of_a_vip() -> None:
	policy = promise(
		target(M.RESOLUTION, 3, Unit.BUSINESS_DAYS), target(M.FIRST_REPLY, 1, Unit.BUSINESS_DAYS)
	)
	story = with_tier(Story().opened(9), 9)
	assert clock_of(story, M.RESOLUTION, 9, policy=policy).due_at == at(18, 6)
	assert clock_of(story, M.FIRST_REPLY, 9, policy=policy).due_at == at(18, 6)


def test_a_tier_alone_promises_nothing() -> None:
	assert with_tier(Story().opened(9, policy=""), 9).clocks(POLICY, 10) == []
	assert with_tier(Story(), 9).clocks(POLICY, 10) == []


# --- does a ticket lose anything? ----------------------------------------------------------------------------------


LOOSER = promise(target(M.FIRST_REPLY, 61), target(M.RESOLUTION, 8, Unit.BUSINESS_HOURS), name="Looser")
STRICTER = promise(
	*POLICY.targets[1:], target(M.FIRST_REPLY, 30), target(M.ACKNOWLEDGEMENT, 30), name="Stricter"
)
NO_REPLY = promise(*POLICY.targets[1:], name="No reply")
SAME = promise(*POLICY.targets, name="Same")


@pytest.mark.parametrize(
	("name", "is_kept"),
	[("Same", True), ("Stricter", True), ("Looser", False), ("No reply", False), ("", False)],
)
def test_a_change_of_policy_is_kept_when_every_deadline_stays_or_comes_nearer(
	name: str, is_kept: bool
) -> None:
	policies = [POLICY, LOOSER, STRICTER, NO_REPLY, SAME]
	story = Story().opened(9)
	before, after = (one.clocks(policies, 9.1) for one in (story, story.policy(name, 9.1)))
	assert loses_nothing(before, after) is is_kept


@pytest.mark.parametrize(
	("hour", "is_kept"),
	[(9, True), (9.5, True), (9.75, False), (12.9, False), (13, False), (17, False)],
)
def test_a_tier_that_would_be_late_at_once_is_a_loss(hour: float, is_kept: bool) -> None:
	"""The reply is due at half past nine instead of ten; a ticket must not fail because its customer was promoted."""
	story = Story().opened(9)
	before, after = story.clocks(POLICY, hour), with_tier(story, hour).clocks(POLICY, hour)
	reply = [one for one in before if one.metric is M.FIRST_REPLY]
	then = [one for one in after if one.metric is M.FIRST_REPLY]
	assert loses_nothing(reply, then) is (is_kept or reply[0].breached_at is not None)


@pytest.mark.parametrize(("paused", "is_kept"), [(12, True), (13, True), (13.5, False), (15, False)])
def test_a_paused_ticket_that_would_be_late_when_it_resumes_is_a_loss(paused: float, is_kept: bool) -> None:
	"""Resolution is due at one instead of five: a pause that began before one o'clock moves it, a later one does not."""
	story = Story().opened(9).replied(9.5).paused(paused)
	promoted = with_tier(story, 15.5)
	before, after = story.clocks(POLICY, 15.5), promoted.clocks(POLICY, 15.5)
	assert loses_nothing(before, after) is is_kept
	resumed = clock_of(promoted.resumed(16), M.RESOLUTION, 16)
	assert (resumed.breached_at is None) is is_kept


def test_what_is_late_already_and_what_has_ended_cannot_be_lost() -> None:
	story = Story().opened(9).replied(9.5)
	before = story.clocks(POLICY, 10)
	assert loses_nothing(before, story.policy("No reply", 10).clocks([POLICY, NO_REPLY], 10))
	late = [one for one in Story().opened(9).clocks(POLICY, 12) if one.breached_at]
	assert [one.metric for one in late] == [M.FIRST_REPLY]
	assert loses_nothing(late, with_tier(Story().opened(9), 12).clocks(POLICY, 12))
	assert loses_nothing([], before)


def test_deadlines_are_compared_as_instants_where_an_hour_comes_twice() -> None:
	"""Warsaw, 25 October: 02:10 at the second pass is later than 02:30 at the first."""
	opened = datetime(2026, 10, 24, 23, tzinfo=UTC)
	early, late = (
		clocks_at(
			[Event(K.OPENED, opened, 1), Event(K.POLICY_CHANGED, opened, 2, value="P")],
			opened,
			{"P": promise(target(M.RESOLUTION, minutes, Unit.CALENDAR_MINUTES), calendar="Nights")},
		)
		for minutes in (90, 130)
	)
	assert not loses_nothing([*early.values()], [*late.values()])
	assert loses_nothing([*late.values()], [*early.values()])


# --- against a stricter policy -------------------------------------------------------------------------------------

SHARES = (1, 0.75, 0.5, 0.5, 0.1)


@st.composite
def lives_with_tiers(draw: st.DrawFn, shares: tuple[Any, ...] = SHARES) -> tuple[list[Event], datetime]:
	"""A ticket whose customer's tier is known from the first save, or changes some day, or twice; and a moment."""
	events = draw(lives(9))
	for _ in range(draw(st.integers(1, 3))):
		beside = draw(st.sampled_from(events))
		moment = max(
			events[0].at, beside.at + timedelta(minutes=draw(st.sampled_from((0, 0, 1, 45, 200, -30))))
		)
		detail = {
			"reply_factor": draw(st.sampled_from(shares)),
			"resolution_factor": draw(st.sampled_from(shares)),
		}
		events.append(Event(K.TIER_CHANGED, moment, 90 + len(events), value="VIP", detail=detail))
	events.sort(key=lambda event: (event.at, event.sequence))
	numbered = [replace(event, sequence=number) for number, event in enumerate(events, 1)]
	return numbered, draw(moments_of(numbered))


def clocks_at(
	events: list[Event], now: datetime, policies: Mapping[str, Policy] = POLICIES
) -> dict[tuple[Metric, int], Clock]:
	"""By metric and cycle. Since when a target governs is told from the start of its clock on: before, nobody asks."""
	return {
		(one.metric, one.cycle): one._replace(governed_from=max(one.governed_from or BEGIN, one.started_at))
		for one in compute_clocks(events, policies, CALENDARS, now)
	}


def without_tiers(events: list[Event]) -> list[Event]:
	return [event for event in events if event.kind is not K.TIER_CHANGED]


def strict(policy: Policy, reply: float, resolution: float) -> Policy:
	"""The policy as somebody would write it for these customers alone."""
	shares = {M.FIRST_REPLY: Fraction(str(reply)), M.RESOLUTION: Fraction(str(resolution))}
	rows = []
	for row in policy.targets:
		value = Fraction(row.amount.value) * shares.get(row.metric, 1)
		if row.amount.unit.is_days:
			value = Fraction(max(1, value.numerator // value.denominator))
		rows.append(replace(row, amount=Amount(float(value), row.amount.unit)))
	return promise(*rows, name=f"{policy.name} {reply} {resolution}", calendar=policy.calendar)


def told_by_policies(events: list[Event]) -> tuple[list[Event], dict[str, Policy]]:
	"""The same life where each tier has policies of its own: a tier that changes is a policy that changes."""
	policies: dict[str, Policy] = {}
	found: list[Event] = []
	chosen, reply, resolution = "", 1, 1
	for event in events:
		if event.kind is K.TIER_CHANGED:
			reply, resolution = event.detail["reply_factor"], event.detail["resolution_factor"]
		elif event.kind is K.POLICY_CHANGED:
			chosen = event.value
		else:
			found.append(event)
			continue
		written = strict(POLICIES[chosen], reply, resolution) if chosen else None
		if written:
			written = policies.setdefault(written.name, written)
		value = written.name if written else ""
		found.append(replace(event, kind=K.POLICY_CHANGED, value=value, detail={}))
	return found, policies


def as_measured(clock: Clock) -> Clock:
	"""Without the names: which policy, and since when (each change of a policy is one, even if it changes nothing).

	A promise that a policy dropped is dropped again by the next policy that does not make it: when is left out.
	"""
	named = clock._replace(policy=clock.policy.split(" ")[0], governed_from=None)
	if clock.state is State.CANCELLED:
		return named._replace(ended_at=None, elapsed=None, paused=timedelta(), stops=())
	return named


@settings(max_examples=120)
@given(lives_with_tiers())
def test_a_tier_is_the_same_as_a_policy_with_shorter_targets(case: Any) -> None:
	events, now = case
	found = clocks_at(events, now)
	told, policies = told_by_policies(events)
	written = clocks_at(told, now, policies)
	assert {key: as_measured(one) for key, one in found.items()} == {
		key: as_measured(one) for key, one in written.items()
	}


@given(lives_with_tiers())
def test_every_other_clock_is_as_if_there_were_no_tiers(case: Any) -> None:
	events, now = case
	found, plain = clocks_at(events, now), clocks_at(without_tiers(events), now)
	assert list(found) == list(plain)
	for key, clock in found.items():
		if key[0] not in SHORTENED:
			assert clock == plain[key]


@given(lives_with_tiers((1, 1.0, True)))
def test_a_tier_that_shortens_nothing_changes_nothing(case: Any) -> None:
	events, now = case
	assert clocks_at(events, now) == clocks_at(without_tiers(events), now)


@given(lives_with_tiers(GARBAGE))
def test_garbage_in_the_ledger_changes_nothing(case: Any) -> None:
	events, now = case
	assert clocks_at(events, now) == clocks_at(without_tiers(events), now)


@given(lives_with_tiers())
def test_a_tier_never_makes_a_deadline_later(case: Any) -> None:
	"""Nor does it end or reopen a clock: it starts and ends when it would anyway, but for a target that is promised late."""
	events, now = case
	found, plain = clocks_at(events, now), clocks_at(without_tiers(events), now)
	for key, clock in found.items():
		other = plain[key]
		assert clock.started_at == other.started_at
		if clock.policy == other.policy and clock.breached_at is None and other.breached_at is None:
			assert clock.due_at.astimezone(UTC) <= other.due_at.astimezone(UTC)
			assert clock.warn_at.astimezone(UTC) <= other.warn_at.astimezone(UTC)
			assert (clock.ended_at, clock.state) == (other.ended_at, other.state)
		if other.breached_at and clock.policy == other.policy:
			assert clock.state is State.BREACHED


@given(lives_with_tiers())
def test_a_breach_never_disappears_when_the_tier_changes_later(case: Any) -> None:
	events, now = case
	later = clocks_at(events, events[-1].at + timedelta(days=60))
	for key, clock in clocks_at(events, now).items():
		if clock.breached_at:
			assert later[key].breached_at == clock.breached_at
