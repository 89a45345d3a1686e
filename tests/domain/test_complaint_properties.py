"""Laws that hold for every complaint, whatever happens to it; checked on random walks, lives and situations."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cs_center.domain.clocks import Clock, State
from cs_center.domain.complaint_clocks import RegulatorClock, applied_clocks, complaint_clocks
from cs_center.domain.complaint_gates import missing_for, moves_from
from cs_center.domain.complaint_obligations import complaint_obligations
from cs_center.domain.complaints import (
	SEVERITIES,
	Situation,
	Stage,
	Standing,
	lowering_needs,
)
from cs_center.domain.errors import DomainError
from cs_center.domain.escalation import decide, ladder_of
from cs_center.domain.ledger import Event, EventKind, in_order
from cs_center.domain.policy import Metric, Unit
from cs_center.domain.ticket_summary import service_state
from cs_center.domain.units import add_amount

from .complaint_oracle import Span, is_over, regulator_span, spans
from .complaint_strategies import (
	BEGIN,
	CALENDARS,
	FLAWS,
	POLICIES,
	complaint_lives,
	regulator_clocks,
	situations,
	wild_complaints,
)
from .escalation_story import after, carried_out, ladder, severe, share
from .ledger_strategies import moments_of
from .story import MICROSECOND, UTC

S, M, K = Stage, Metric, EventKind
LATER = timedelta(days=60)
MAJOR = SEVERITIES[-1]


def clocks_at(events: Sequence[Event], now: datetime) -> list[Clock]:
	return complaint_clocks(events, POLICIES, CALENDARS, now)


def by_key(clocks: Sequence[Clock]) -> dict[tuple[Metric, int], Clock]:
	found = {(clock.metric, clock.cycle): clock for clock in clocks}
	assert len(found) == len(clocks), "two clocks share a key"
	return found


def until(events: Sequence[Event], now: datetime) -> list[Event]:
	return [event for event in events if event.at <= now]


def life_and_moment(**how: Any) -> Any:
	return complaint_lives(**how).flatmap(lambda events: st.tuples(st.just(events), moments_of(events)))


# --- gates ---------------------------------------------------------------------------------------------------------


@given(situations(), st.sampled_from(Stage))
def test_every_move_in_every_situation_has_an_answer_and_always_the_same(
	situation: Situation, end: Stage
) -> None:
	refused = missing_for(situation, end)
	assert refused == missing_for(situation, end)
	codes = [one.code for one in refused]
	way = next((move for move in moves_from(situation.stage) if move.end is end), None)
	if way is None:
		assert codes == ["already_there" if end is situation.stage else "no_such_move"]
	else:
		assert codes == [code for code in way.conditions if code in codes]


BETTER: dict[str, Any] = {
	"has_category": True,
	"has_handler": True,
	"has_cause": True,
	"has_evidence": True,
	"has_solution": True,
	"solution_approved": True,
	"recourse_told": True,
	"has_outside_result": True,
	"open_actions": 0,
	"corrective_actions": 1,
	"corrective_done": 1,
	"compensation_unapproved": 0,
	"compensation_open": 0,
	"reported": True,
	"meeting_held": True,
	"has_accountability": True,
	"has_call_back_result": True,
	"has_rejection_reason": True,
	"has_note": True,
	"standing": Standing.MANAGER,
	"is_handler": False,
	"needs_investigation": False,
	"needs_corrective_action": False,
}


@given(situations(), st.sampled_from(Stage), st.sampled_from(sorted(BETTER)))
def test_doing_more_never_makes_more_missing(situation: Situation, end: Stage, name: str) -> None:
	"""But for one: a solution that is there can be the one that was refused."""
	better = replace(situation, **{name: BETTER[name]})
	before = {one.code for one in missing_for(situation, end)}
	after_it = {one.code for one in missing_for(better, end)}
	assert after_it - before <= ({"new_solution"} if name == "has_solution" else set())


@given(situations(), st.sampled_from(Stage))
def test_a_higher_severity_never_asks_for_less(situation: Situation, end: Stage) -> None:
	"""But for the very condition that a severity is chosen."""
	asked = [
		{one.code for one in missing_for(replace(situation, severity=severity), end)} - {"severity"}
		for severity in ("", *SEVERITIES)
	]
	assert asked[0] <= asked[1] <= asked[2] <= asked[3]


def needs_cause(one: Situation) -> bool:
	return one.severity == MAJOR or one.needs_investigation


def faults_of(move: Stage, one: Situation) -> list[str]:
	"""SPEC 2.4 and 2.5 in other words: what is wrong with having come to ``move`` in this situation."""
	consented = one.consent == "Consented" and one.consent_person and one.consent_at
	corrected = one.severity in ("", "General") and not one.needs_corrective_action
	laws = {
		S.SOLUTION_PROPOSED: {
			"a solution without a cause": needs_cause(one) and not one.has_cause,
			"a solution without evidence": needs_cause(one) and not one.has_evidence,
			"no solution": not one.has_solution or one.solution_was_refused,
			"not approved": one.severity in ("Important", MAJOR) and not one.solution_approved,
		},
		S.EXECUTING: {
			"no consent": not consented,
			"compensation over the limit": one.compensation_unapproved > 0,
			"nothing to correct it": not corrected and not one.corrective_actions,
		},
		S.ESCALATED_OUTSIDE: {"not refused": one.consent != "Refused", "not told": not one.recourse_told},
		S.FOLLOW_UP: {
			"open actions": one.open_actions > 0,
			"promised, not given": one.compensation_open > 0,
		},
		S.CLOSED: {
			"nobody called": not one.has_call_back_result and one.failed_call_days < one.failed_days_needed,
			"open actions": one.open_actions > 0,
			"promised, not given": one.compensation_open > 0,
			"nothing corrected": not corrected and not one.corrective_done,
			"by nobody": one.standing is Standing.NOBODY,
			"important, by an agent": one.severity == "Important" and one.standing < Standing.LEAD,
			"major, not by a manager": one.severity == MAJOR and one.standing < Standing.MANAGER,
			"major, by its handler": one.severity == MAJOR and one.is_handler,
			"major, without a meeting": one.severity == MAJOR and not one.meeting_held,
			"major, without a cause": one.severity == MAJOR and not one.has_cause,
			"major, nobody accountable": one.severity == MAJOR and not one.has_accountability,
			"major, not reported": one.severity == MAJOR and not one.reported,
		},
		S.WITHDRAWN: {
			"nobody says why": not one.has_note,
			"promised, not given": one.compensation_open > 0,
			"important, by an agent": one.severity == "Important" and one.standing < Standing.LEAD,
			"major, not by a manager": one.severity == MAJOR and one.standing < Standing.MANAGER,
		},
		S.REJECTED: {
			"no reason": not one.has_rejection_reason,
			"by an agent": one.standing < Standing.LEAD,
			"not general, by a lead": one.severity in ("Important", MAJOR)
			and one.standing < Standing.MANAGER,
		},
	}
	return [fault for fault, holds in laws.get(move, {}).items() if holds]


@settings(max_examples=120)
@given(st.data())
def test_no_walk_through_the_gates_comes_anywhere_without_what_belongs_there(data: st.DataObject) -> None:
	stage, walked = S.RECEIVED, [S.RECEIVED]
	for _ in range(data.draw(st.integers(8, 25))):
		one = data.draw(situations(stage))
		free = [way.end for way in moves_from(stage) if not missing_for(one, way.end)]
		if not free:
			continue
		given_up = (S.WITHDRAWN, S.REJECTED)
		likely = [end for end in free if end not in given_up]
		stage = data.draw(st.sampled_from(likely * 9 + free))
		walked.append(stage)
		assert faults_of(stage, one) == [], walked
	if S.CLOSED in walked:
		before = walked[: walked.index(S.CLOSED)]
		assert before[-1] is S.FOLLOW_UP and S.SOLUTION_PROPOSED in before and S.CLASSIFIED in before


@settings(max_examples=300)
@given(st.sampled_from(Stage), situations())
def test_each_free_move_leaves_nothing_undone_that_belongs_to_where_it_leads(
	end: Stage, situation: Situation
) -> None:
	for start in Stage:
		one = replace(situation, stage=start)
		if not missing_for(one, end):
			assert faults_of(end, one) == [], start


@given(situations(S.FOLLOW_UP), st.sampled_from(["", *SEVERITIES]))
def test_who_may_not_close_a_complaint_may_not_close_it_by_lowering_its_severity(
	one: Situation, lower: str
) -> None:
	if one.standing < lowering_needs(one.severity, lower):
		return
	before = [missing.code for missing in missing_for(one, S.CLOSED)]
	lowered = [missing.code for missing in missing_for(replace(one, severity=lower), S.CLOSED)]
	assert ("may_close" in before) <= ("may_close" in lowered)


def test_the_strategies_draw_every_fact_of_a_situation() -> None:
	drawn = {"stage", "severity", "consent", *(name for name, _ in FLAWS)}
	assert drawn == {one.name for one in fields(Situation)} >= set(BETTER)


# --- obligations against the slow oracle ---------------------------------------------------------------------------


@settings(max_examples=300)
@given(complaint_lives())
def test_what_is_owed_is_what_the_slow_oracle_finds(events: list[Event]) -> None:
	owed = complaint_obligations(events)
	found = {Span(one.metric, one.cycle, one.started_at, one.ended_at, one.cancelled) for one in owed}
	assert found == spans(events)
	assert len(found) == len(owed)


@given(complaint_lives())
def test_obligations_come_in_the_order_in_which_they_began_and_in_cycles(events: list[Event]) -> None:
	owed = complaint_obligations(events)
	assert [one.started_at for one in owed] == sorted(one.started_at for one in owed)
	for metric in Metric:
		rows = [one for one in owed if one.metric is metric]
		assert [one.cycle for one in rows] == list(range(1, len(rows) + 1))
		assert all(one.ended_at is not None for one in rows[:-1])
		assert all(one.ended_at <= two.started_at for one, two in pairwise(rows))


@given(complaint_lives(), st.integers(0, 20))
def test_what_comes_later_changes_no_obligation_that_has_ended(events: list[Event], place: int) -> None:
	first = [one for one in complaint_obligations(events[:place]) if one.ended_at is not None]
	assert set(first) <= set(complaint_obligations(events))


@given(complaint_lives())
def test_nothing_is_owed_of_a_complaint_that_is_over(events: list[Event]) -> None:
	if is_over(events):
		assert all(one.ended_at is not None for one in complaint_obligations(events))


# --- clocks: now and later -----------------------------------------------------------------------------------------


@settings(max_examples=150)
@given(life_and_moment(apart=True))
def test_nothing_that_happens_later_changes_an_ended_clock(case: Any) -> None:
	"""But for one: an end that is taken back ended no regulator's clock."""
	events, now = case
	taken_back = any(one.kind is K.REOPENED and one.at > now for one in events)
	later = by_key(clocks_at(events, events[-1].at + LATER))
	for key, clock in by_key(clocks_at(events, now)).items():
		if clock.is_owed or clock.ended_at == now or (taken_back and clock.title):
			continue
		assert later[key] == clock


@settings(max_examples=150)
@given(life_and_moment())
def test_looking_later_at_the_same_ledger_changes_no_ended_clock_and_undoes_no_breach(case: Any) -> None:
	events, now = case
	known = until(events, now)
	later = by_key(clocks_at(known, now + LATER))
	for key, clock in by_key(clocks_at(known, now)).items():
		if not clock.is_owed:
			assert later[key] == clock
		elif clock.state is State.BREACHED:
			assert (later[key].state, later[key].breached_at) == (State.BREACHED, clock.breached_at)
		assert (later[key].started_at, later[key].due_at) == (clock.started_at, clock.due_at)


@settings(max_examples=150)
@given(life_and_moment())
def test_no_clock_runs_after_the_end_but_that_of_a_notice_that_came_then(case: Any) -> None:
	events, now = case
	known = until(events, now)
	if not is_over(known):
		return
	end = next(one for one in reversed(known) if one.kind in (K.RESOLVED, K.CANCELLED))
	for clock in clocks_at(events, now):
		if clock.is_owed:
			assert clock.metric is M.REGULATORY_DEADLINE and end.kind is K.RESOLVED
			assert clock.started_at >= end.at
		else:
			assert clock.next_event_at is None


@settings(max_examples=100)
@given(life_and_moment())
def test_at_its_next_event_a_clock_warns_or_is_due_and_just_after_it_is_breached(case: Any) -> None:
	events, now = case
	known = until(events, now)
	for key, clock in by_key(clocks_at(known, now)).items():
		if clock.state is not State.RUNNING:
			assert clock.next_event_at is None
			continue
		assert clock.next_event_at in (clock.warn_at, clock.due_at)
		assert clock.next_event_at.astimezone(UTC) >= now
		late = by_key(clocks_at(known, clock.due_at.astimezone(UTC) + MICROSECOND))[key]
		assert (late.state, late.breached_at) == (State.BREACHED, clock.due_at)


@settings(max_examples=100)
@given(life_and_moment(governed=False))
def test_the_times_of_a_row_are_in_order_and_fit_its_state(case: Any) -> None:
	events, now = case
	for clock in clocks_at(events, now):
		assert clock.started_at.astimezone(UTC) <= now
		assert (
			clock.started_at.astimezone(UTC) <= clock.warn_at.astimezone(UTC) <= clock.due_at.astimezone(UTC)
		)
		assert (
			clock.ended_at is None
			or clock.started_at.astimezone(UTC) <= clock.ended_at.astimezone(UTC) <= now
		)
		assert (clock.state is State.BREACHED) == (clock.breached_at is not None)
		assert (clock.state is State.RUNNING) <= clock.is_owed
		assert clock.state is not State.PAUSED
		assert (clock.title != "") == (clock.metric is M.REGULATORY_DEADLINE)


@settings(max_examples=60)
@given(complaint_lives(), st.integers(0, 1000))
def test_the_order_of_the_list_does_not_matter_once_it_is_put_in_order(
	events: list[Event], seed: int
) -> None:
	shuffled = list(events)
	random.Random(seed).shuffle(shuffled)
	now = events[-1].at + LATER
	assert clocks_at(in_order(shuffled), now) == clocks_at(events, now)


# --- regulators ----------------------------------------------------------------------------------------------------


@settings(max_examples=250)
@given(life_and_moment())
def test_a_regulator_s_clock_is_its_amount_after_its_start_and_ends_where_the_oracle_says(case: Any) -> None:
	events, now = case
	known = until(events, now)
	rows = {one.cycle: one for one in clocks_at(events, now) if one.metric is M.REGULATORY_DEADLINE}
	for applied in applied_clocks(known):
		expected = regulator_span(applied, known)
		clock = rows.pop(applied.number, None)
		assert (clock is None) == (expected is None)
		if clock is None or expected is None:
			continue
		started, ended, was_cancelled = expected
		calendar, amount = CALENDARS[applied.clock.calendar], applied.clock.amount
		due = add_amount(calendar, started, amount)
		assert (clock.started_at, clock.due_at, clock.ended_at) == (started, due, ended)
		assert (clock.amount, clock.calendar) == (amount, applied.clock.calendar)
		assert clock.title == f"{applied.pack}: {applied.clock.title}"
		if due < (ended or now):
			assert (clock.state, clock.breached_at) == (State.BREACHED, due)
		elif ended is None:
			assert clock.state is State.RUNNING
		else:
			assert clock.state is (State.CANCELLED if was_cancelled else State.MET)
	assert rows == {}


@settings(max_examples=100)
@given(complaint_lives())
def test_clocks_that_were_applied_are_numbered_for_good(events: list[Event]) -> None:
	everything = applied_clocks(events)
	assert [one.number for one in everything] == list(range(1, len(everything) + 1))
	for place in range(len(events)):
		for before, after_it in zip(applied_clocks(events[:place]), everything, strict=False):
			assert (before.number, before.pack, before.clock) == (
				after_it.number,
				after_it.pack,
				after_it.clock,
			)
			assert before.removed_by in (None, after_it.removed_by)


@settings(max_examples=100)
@given(complaint_lives())
def test_what_stands_in_the_end_is_what_each_pack_said_last(events: list[Event]) -> None:
	last = {one.value: one.detail["clocks"] for one in events if one.kind is K.REGULATOR_CLOCKS_SET}
	for pack, rows in last.items():
		standing = [
			one.clock for one in applied_clocks(events) if one.pack == pack and one.removed_by is None
		]
		assert set(standing) == {RegulatorClock.from_dict(row) for row in rows}
		assert len(standing) == len(rows)


@settings(max_examples=60)
@given(regulator_clocks(), st.integers(0, 20_000))
def test_a_row_survives_the_ledger_whatever_is_in_it(clock: Any, minutes: int) -> None:
	assert type(clock).from_dict(clock.to_dict()) == clock
	start = BEGIN + timedelta(minutes=minutes)
	events = [
		Event(K.RECEIVED, start, 1),
		Event(K.STAGE_CHANGED, start + timedelta(minutes=1), 2, value=clock.starts_at),
		Event(K.REGULATOR_NOTICE, start + timedelta(minutes=1), 3),
		Event(
			K.REGULATOR_CLOCKS_SET,
			start + timedelta(minutes=2),
			4,
			value="UK",
			detail={"clocks": [clock.to_dict()]},
		),
	]
	(row,) = clocks_at(events, start + timedelta(minutes=2))
	assert row.due_at == add_amount(CALENDARS[clock.calendar], row.started_at, clock.amount)


# --- whatever is in the ledger -------------------------------------------------------------------------------------

LADDER = ladder(
	share("solution", 1, 75, M.COMPLAINT_SOLUTION),
	share("regulator", 1, 75, M.REGULATORY_DEADLINE),
	after("late", 2, 30, Unit.BUSINESS_MINUTES, M.REGULATORY_DEADLINE),
	severe("major", 1, "Major"),
	calendar="Nights",
)


@settings(max_examples=200)
@given(wild_complaints(), st.integers(0, 30_000))
def test_no_ledger_however_odd_breaks_the_computation(events: list[Event], minutes: int) -> None:
	now = BEGIN + timedelta(minutes=minutes)
	try:
		clocks = clocks_at(events, now)
	except DomainError as error:
		raise AssertionError(f"refused: {error}") from error
	by_key(clocks)
	for clock in clocks:
		assert clock.elapsed is None or clock.elapsed >= timedelta()
	assert service_state(clocks, now) in {"", "On Track", "At Risk", "Breached", "Met"}


@settings(max_examples=80)
@given(complaint_lives(), st.lists(st.integers(0, 20_000), min_size=1, max_size=6))
def test_whenever_the_passes_run_each_step_of_a_complaint_fires_once_and_not_after_its_end(
	events: list[Event], minutes: list[int]
) -> None:
	events = [*events[:2], Event(K.ESCALATION_POLICY_CHANGED, events[0].at, 3, value="E"), *events[2:]]
	raised: dict[Any, Any] = {}
	for now in sorted({events[0].at + timedelta(minutes=minute) for minute in minutes}):
		known = until(events, now)
		clocks = clocks_at(known, now)
		decision = decide(ladder_of(known, {"E": LADDER}), known, clocks, CALENDARS, raised, now)
		raised = carried_out(decision, raised, now)
		owed = {(one.metric.value, one.cycle) for one in clocks if one.is_owed}
		for one in decision.due:
			if one.suppression is None and one.key.ladder != "ticket":
				assert (one.key.ladder, one.key.cycle) in owed
