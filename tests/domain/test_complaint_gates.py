"""Every gate between a complaint's stages, from both sides (SPEC 2.4), and what each severity demands (SPEC 2.5)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cs_center.domain.complaint_gates import CONDITIONS, Missing, missing_for, moves_from
from cs_center.domain.complaints import (
	MOVES,
	PATHS,
	SEVERITIES,
	Situation,
	Stage,
	Standing,
	lowering_needs,
	lowering_needs_second_person,
)

from .story import at

S = Stage
GENERAL, IMPORTANT, MAJOR = SEVERITIES

# --- which ways there are ------------------------------------------------------------------------------------------

WAYS = {
	S.RECEIVED: [S.ACKNOWLEDGED, S.WITHDRAWN, S.REJECTED],
	S.ACKNOWLEDGED: [S.CLASSIFIED, S.WITHDRAWN, S.REJECTED],
	S.CLASSIFIED: [S.INVESTIGATING, S.SOLUTION_PROPOSED, S.WITHDRAWN, S.REJECTED],
	S.INVESTIGATING: [S.SOLUTION_PROPOSED, S.CLASSIFIED, S.WITHDRAWN, S.REJECTED],
	S.SOLUTION_PROPOSED: [S.EXECUTING, S.INVESTIGATING, S.ESCALATED_OUTSIDE, S.WITHDRAWN],
	S.ESCALATED_OUTSIDE: [S.EXECUTING, S.FOLLOW_UP, S.INVESTIGATING, S.WITHDRAWN],
	S.EXECUTING: [S.FOLLOW_UP, S.INVESTIGATING, S.WITHDRAWN],
	S.FOLLOW_UP: [S.CLOSED, S.EXECUTING, S.INVESTIGATING, S.WITHDRAWN],
	S.CLOSED: [S.INVESTIGATING],
	S.WITHDRAWN: [],
	S.REJECTED: [S.ACKNOWLEDGED],
}
PAIRS = [(start, end) for start in Stage for end in Stage]


def named(pair: object) -> str:
	return pair.value if isinstance(pair, Stage) else str(pair)


@pytest.mark.parametrize(("start", "end"), PAIRS, ids=named)
def test_each_pair_of_stages_is_a_move_or_is_refused_with_the_ways_there_are(
	start: Stage, end: Stage
) -> None:
	refused = missing_for(Situation(stage=start), end)
	if start is end:
		assert refused == (Missing("already_there", {"stage": start.value}),)
	elif end in WAYS[start]:
		assert not {one.code for one in refused} & {"no_such_move", "already_there"}
	else:
		possible = [way.value for way in WAYS[start]]
		params = {"start": start.value, "end": end.value, "possible": possible}
		assert refused == (Missing("no_such_move", params),)


@pytest.mark.parametrize("start", Stage, ids=named)
def test_the_ways_from_a_stage_come_the_usual_one_first(start: Stage) -> None:
	assert [move.end for move in moves_from(start)] == WAYS[start]


def test_nothing_is_owed_of_a_closed_withdrawn_or_rejected_complaint() -> None:
	assert {stage for stage in Stage if stage.is_final} == {S.CLOSED, S.WITHDRAWN, S.REJECTED}


def test_the_stages_come_in_the_order_in_which_they_are_shown() -> None:
	assert [stage.value for stage in Stage] == [
		"Received", "Acknowledged", "Classified", "Investigating", "Solution Proposed", "Escalated Outside",
		"Executing", "Follow-up", "Closed", "Withdrawn", "Rejected",
	]  # fmt: skip


# --- every gate from both sides ------------------------------------------------------------------------------------

READY = Situation(
	severity=MAJOR,
	has_category=True,
	has_handler=True,
	needs_investigation=True,
	needs_corrective_action=True,
	has_cause=True,
	has_evidence=True,
	has_solution=True,
	solution_approved=True,
	consent="Consented",
	consent_person="Anna Example",
	consent_at=at(12),
	recourse_told=True,
	has_outside_result=True,
	corrective_actions=1,
	corrective_done=1,
	reported=True,
	meeting_held=True,
	has_accountability=True,
	has_call_back_result=True,
	has_rejection_reason=True,
	has_note=True,
	standing=Standing.MANAGER,
)
"""A major complaint of which everything is there, in the hands of a manager who did not handle it."""

REFUSED = {"consent": "Refused", "consent_person": "", "consent_at": None}
PLAIN = {"severity": GENERAL, "needs_investigation": False, "needs_corrective_action": False}
READY_OTHERWISE: dict[tuple[Stage, Stage], dict[str, Any]] = {
	(S.CLASSIFIED, S.SOLUTION_PROPOSED): PLAIN,
	(S.SOLUTION_PROPOSED, S.ESCALATED_OUTSIDE): REFUSED,
	(S.SOLUTION_PROPOSED, S.INVESTIGATING): {"has_note": False, **REFUSED},
}
"""Moves for which something else than in READY is right."""

NOT_CONSENTED = {"consent": "", "consent_person": "", "consent_at": None}
MANAGER_OF_MAJOR = {"severity": MAJOR, "standing": "manager"}

ABSENT: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
	"category": ({"has_category": False}, {}),
	"severity": ({"severity": ""}, {}),
	"handler": ({"has_handler": False}, {}),
	"solution": ({"has_solution": False}, {}),
	"new_solution": ({"solution_was_refused": True}, {}),
	"cause": ({"has_cause": False}, {}),
	"evidence": ({"has_evidence": False}, {}),
	"reported": ({"reported": False}, {}),
	"meeting": ({"meeting_held": False}, {}),
	"solution_approved": ({"solution_approved": False}, MANAGER_OF_MAJOR),
	"compensation_approved": ({"compensation_unapproved": 2}, {"count": 2}),
	"consent": (NOT_CONSENTED, {}),
	"consent_person": ({"consent_person": ""}, {}),
	"corrective_action": ({"corrective_actions": 0}, {}),
	"refused": (NOT_CONSENTED, {}),
	"refused_or_note": (NOT_CONSENTED, {}),
	"recourse_told": ({"recourse_told": False}, {}),
	"outside_result": ({"has_outside_result": False}, {}),
	"actions_done": ({"open_actions": 3}, {"count": 3}),
	"corrective_done": ({"corrective_done": 0}, {}),
	"compensation_carried_out": ({"compensation_open": 4}, {"count": 4}),
	"compensation_none": ({"compensation_open": 1}, {"count": 1}),
	"call_back": ({"has_call_back_result": False, "failed_call_days": 2}, {"days": 2, "needed": 3}),
	"accountability": ({"has_accountability": False}, {}),
	"may_close": ({"standing": Standing.LEAD}, MANAGER_OF_MAJOR),
	"may_reject": ({"standing": Standing.LEAD}, MANAGER_OF_MAJOR),
	"may_withdraw": ({"standing": Standing.LEAD}, MANAGER_OF_MAJOR),
	"lead": ({"standing": Standing.AGENT}, {"severity": MAJOR, "standing": "lead"}),
	"second_person": ({"is_handler": True}, {"severity": MAJOR}),
	"rejection_reason": ({"has_rejection_reason": False}, {}),
	"note": ({"has_note": False}, {}),
}
"""Code -> what takes exactly this away from a complaint that is ready, and what the refusal then tells."""

PROPOSING = "solution new_solution cause evidence reported meeting solution_approved compensation_approved"
EXECUTING = "consent consent_person solution_approved compensation_approved corrective_action"
FOLLOWING_UP = "actions_done corrective_done compensation_carried_out"
CLOSING = f"call_back {FOLLOWING_UP} cause evidence reported meeting accountability may_close second_person"
WITHDRAWING = "note compensation_none may_withdraw"
REJECTING = "rejection_reason compensation_none may_reject"

GATES: dict[tuple[Stage, Stage], str] = {
	(S.RECEIVED, S.ACKNOWLEDGED): "",
	(S.ACKNOWLEDGED, S.CLASSIFIED): "category severity",
	(S.CLASSIFIED, S.INVESTIGATING): "handler",
	(S.CLASSIFIED, S.SOLUTION_PROPOSED): "handler solution new_solution compensation_approved",
	(S.INVESTIGATING, S.SOLUTION_PROPOSED): PROPOSING,
	(S.INVESTIGATING, S.CLASSIFIED): "note",
	(S.SOLUTION_PROPOSED, S.EXECUTING): EXECUTING,
	(S.SOLUTION_PROPOSED, S.INVESTIGATING): "refused_or_note",
	(S.SOLUTION_PROPOSED, S.ESCALATED_OUTSIDE): "refused recourse_told",
	(S.ESCALATED_OUTSIDE, S.EXECUTING): f"outside_result {EXECUTING}",
	(S.ESCALATED_OUTSIDE, S.FOLLOW_UP): f"outside_result {FOLLOWING_UP}",
	(S.ESCALATED_OUTSIDE, S.INVESTIGATING): "note",
	(S.EXECUTING, S.FOLLOW_UP): FOLLOWING_UP,
	(S.EXECUTING, S.INVESTIGATING): "note",
	(S.FOLLOW_UP, S.CLOSED): CLOSING,
	(S.FOLLOW_UP, S.EXECUTING): f"note {EXECUTING}",
	(S.FOLLOW_UP, S.INVESTIGATING): "note",
	(S.CLOSED, S.INVESTIGATING): "note",
	(S.REJECTED, S.ACKNOWLEDGED): "note lead",
	**{(stage, S.WITHDRAWN): WITHDRAWING for stage in list(Stage)[:8]},
	**{(stage, S.REJECTED): REJECTING for stage in list(Stage)[:4]},
}
"""What a major complaint (a general one, where none else can go) needs for each move."""

IMPLIED = {
	(S.CLASSIFIED, S.SOLUTION_PROPOSED): "no_investigation cause evidence reported meeting solution_approved"
}
"""Conditions that cannot be missing alone, see the tests of the short way."""

ROWS = [(start, end, code) for (start, end), codes in GATES.items() for code in codes.split()]


def ready(start: Stage, end: Stage, **changes: Any) -> Situation:
	return replace(READY, **{"stage": start, **READY_OTHERWISE.get((start, end), {}), **changes})


def codes(situation: Situation, end: Stage) -> list[str]:
	return [one.code for one in missing_for(situation, end)]


@pytest.mark.parametrize(("start", "end"), GATES, ids=named)
def test_with_everything_there_the_move_is_free(start: Stage, end: Stage) -> None:
	assert missing_for(ready(start, end), end) == ()


@pytest.mark.parametrize(("start", "end", "code"), ROWS, ids=named)
def test_with_exactly_one_thing_missing_exactly_that_is_told(start: Stage, end: Stage, code: str) -> None:
	taken_away, params = ABSENT[code]
	assert missing_for(ready(start, end, **taken_away), end) == (Missing(code, params),)


def test_no_move_has_a_condition_that_this_table_does_not_know() -> None:
	asked = {(move.start, move.end): sorted(move.conditions) for move in MOVES}
	tabled = {pair: sorted([*told.split(), *IMPLIED.get(pair, "").split()]) for pair, told in GATES.items()}
	assert asked == tabled


def test_every_condition_is_asked_by_some_move_and_every_move_asks_known_ones() -> None:
	asked = {code for move in MOVES for code in move.conditions}
	assert asked == set(CONDITIONS)
	assert len({(move.start, move.end) for move in MOVES}) == len(MOVES)


def test_all_that_is_missing_is_told_at_once_in_the_order_of_the_work() -> None:
	bare = Situation(stage=S.FOLLOW_UP, severity=MAJOR, open_actions=2, compensation_open=1, is_handler=True)
	assert codes(bare, S.CLOSED) == CLOSING.split()


@pytest.mark.parametrize("move", MOVES, ids=lambda move: f"{move.start.value} to {move.end.value}")
def test_a_move_says_whether_it_takes_a_note(move: Any) -> None:
	assert move.needs_note == bool({"note", "refused_or_note"} & set(GATES[move.start, move.end].split()))


# --- consent and refusal -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("recorded", "told"),
	[
		(NOT_CONSENTED, ["consent"]),
		(REFUSED, ["consent"]),
		({"consent": "consented"}, ["consent"]),
		({"consent_person": ""}, ["consent_person"]),
		({"consent_at": None}, ["consent_person"]),
		({"consent_person": "", "consent_at": None}, ["consent_person"]),
	],
)
@pytest.mark.parametrize("start", [S.SOLUTION_PROPOSED, S.ESCALATED_OUTSIDE], ids=named)
def test_nothing_is_executed_without_consent_of_somebody_at_some_time(
	start: Stage, recorded: dict[str, Any], told: list[str]
) -> None:
	assert codes(ready(start, S.EXECUTING, **recorded), S.EXECUTING) == told


@pytest.mark.parametrize("changed", [{"consent": ""}, {"consent": "Refused"}])
def test_going_back_from_follow_up_to_executing_is_no_way_around_the_consent(changed: dict[str, Any]) -> None:
	"""Refused, decided outside, Follow-up, and then something is executed to which nobody consented."""
	assert "consent" in codes(ready(S.FOLLOW_UP, S.EXECUTING, **changed), S.EXECUTING)


def test_who_refused_goes_back_without_a_note_and_who_did_not_says_why() -> None:
	back = (S.SOLUTION_PROPOSED, S.INVESTIGATING)
	assert codes(ready(*back, **REFUSED, has_note=False), S.INVESTIGATING) == []
	assert codes(ready(*back, consent="Consented", has_note=True), S.INVESTIGATING) == []
	assert codes(ready(*back, consent="Consented", has_note=False), S.INVESTIGATING) == ["refused_or_note"]


def test_who_consented_is_not_sent_to_an_outside_body() -> None:
	outside = ready(S.SOLUTION_PROPOSED, S.ESCALATED_OUTSIDE, consent="Consented")
	assert codes(outside, S.ESCALATED_OUTSIDE) == ["refused"]


def test_the_text_that_was_refused_is_not_proposed_again() -> None:
	same = ready(S.INVESTIGATING, S.SOLUTION_PROPOSED, solution_was_refused=True)
	assert codes(same, S.SOLUTION_PROPOSED) == ["new_solution"]
	assert codes(replace(same, has_solution=False), S.SOLUTION_PROPOSED) == ["solution"]


# --- investigation -------------------------------------------------------------------------------------------------

BARE = Situation(stage=S.INVESTIGATING, standing=Standing.MANAGER)
BARE_PROPOSALS = [
	({"severity": ""}, "solution"),
	({"severity": GENERAL}, "solution"),
	({"severity": GENERAL, "needs_investigation": True}, "solution cause evidence"),
	({"severity": IMPORTANT}, "solution solution_approved"),
	({"severity": IMPORTANT, "needs_investigation": True}, "solution cause evidence solution_approved"),
	({"severity": MAJOR}, "solution cause evidence reported meeting solution_approved"),
]


@pytest.mark.parametrize(("is_so", "told"), BARE_PROPOSALS)
def test_what_a_proposal_needs_depends_on_severity_and_category(is_so: dict[str, Any], told: str) -> None:
	assert codes(replace(BARE, **is_so), S.SOLUTION_PROPOSED) == told.split()


@pytest.mark.parametrize(
	("is_so", "told"),
	[
		({"severity": GENERAL}, "solution"),
		({"severity": GENERAL, "needs_investigation": True}, "no_investigation solution cause evidence"),
		({"severity": IMPORTANT}, "solution solution_approved"),
		(
			{"severity": MAJOR},
			"no_investigation solution cause evidence reported meeting solution_approved",
		),
	],
)
def test_the_short_way_is_for_what_needs_no_investigation(is_so: dict[str, Any], told: str) -> None:
	short = replace(BARE, stage=S.CLASSIFIED, has_handler=True, **is_so)
	assert codes(short, S.SOLUTION_PROPOSED) == told.split()


@pytest.mark.parametrize("why", [{"severity": MAJOR}, {**PLAIN, "needs_investigation": True}])
def test_what_needs_an_investigation_does_not_take_the_short_way_even_with_cause_and_evidence(
	why: dict[str, Any],
) -> None:
	situation = ready(S.CLASSIFIED, S.SOLUTION_PROPOSED, **why)
	assert missing_for(situation, S.SOLUTION_PROPOSED) == (Missing("no_investigation"),)


# --- actions and call-back -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", [S.EXECUTING, S.ESCALATED_OUTSIDE], ids=named)
@pytest.mark.parametrize("severity", SEVERITIES)
def test_an_open_action_keeps_every_complaint_from_follow_up(start: Stage, severity: str) -> None:
	situation = ready(start, S.FOLLOW_UP, severity=severity, open_actions=1)
	assert missing_for(situation, S.FOLLOW_UP) == (Missing("actions_done", {"count": 1}),)


@pytest.mark.parametrize(
	("severity", "of_category", "is_needed"),
	[(GENERAL, False, False), (GENERAL, True, True), (IMPORTANT, False, True), (MAJOR, False, True)],
)
def test_a_corrective_action_is_needed_by_category_or_severity(
	severity: str, of_category: bool, is_needed: bool
) -> None:
	without = {"severity": severity, "needs_corrective_action": of_category, "corrective_done": 0}
	none = ready(S.SOLUTION_PROPOSED, S.EXECUTING, **without, corrective_actions=0)
	assert codes(none, S.EXECUTING) == (["corrective_action"] if is_needed else [])
	for start, end in ((S.EXECUTING, S.FOLLOW_UP), (S.FOLLOW_UP, S.CLOSED)):
		assert codes(ready(start, end, **without), end) == (["corrective_done"] if is_needed else [])


@pytest.mark.parametrize(
	("days", "needed", "has_result", "is_free"),
	[
		(0, 3, False, False),
		(2, 3, False, False),
		(3, 3, False, True),
		(4, 3, False, True),
		(0, 3, True, True),
		(4, 5, False, False),
		(1, 1, False, True),
	],
)
@pytest.mark.parametrize("severity", SEVERITIES)
def test_closed_only_with_the_call_back_or_failed_attempts_on_enough_days(
	severity: str, days: int, needed: int, has_result: bool, is_free: bool
) -> None:
	situation = ready(
		S.FOLLOW_UP,
		S.CLOSED,
		severity=severity,
		failed_call_days=days,
		failed_days_needed=needed,
		has_call_back_result=has_result,
	)
	told = () if is_free else (Missing("call_back", {"days": days, "needed": needed}),)
	assert missing_for(situation, S.CLOSED) == told


def test_three_days_of_failed_attempts_are_the_rule_of_the_house() -> None:
	assert Situation().failed_days_needed == 3


# --- severities and who decides ------------------------------------------------------------------------------------

CLOSED_BY = {"": Standing.AGENT, GENERAL: Standing.AGENT, IMPORTANT: Standing.LEAD, MAJOR: Standing.MANAGER}
REJECTED_BY = {
	"": Standing.LEAD,
	GENERAL: Standing.LEAD,
	IMPORTANT: Standing.MANAGER,
	MAJOR: Standing.MANAGER,
}


def refusal(code: str, severity: str, needed: Standing) -> tuple[Missing, ...]:
	return (Missing(code, {"severity": severity, "standing": needed.name.lower()}),)


@pytest.mark.parametrize("standing", Standing, ids=lambda one: one.name)
@pytest.mark.parametrize("severity", CLOSED_BY)
def test_who_may_close(severity: str, standing: Standing) -> None:
	needed = CLOSED_BY[severity]
	situation = ready(S.FOLLOW_UP, S.CLOSED, severity=severity, standing=standing)
	told = () if standing >= needed else refusal("may_close", severity, needed)
	assert missing_for(situation, S.CLOSED) == told


@pytest.mark.parametrize("standing", Standing, ids=lambda one: one.name)
@pytest.mark.parametrize("severity", REJECTED_BY)
@pytest.mark.parametrize("start", list(Stage)[:4], ids=named)
def test_who_may_reject(start: Stage, severity: str, standing: Standing) -> None:
	needed = REJECTED_BY[severity]
	situation = ready(start, S.REJECTED, severity=severity, standing=standing)
	told = () if standing >= needed else refusal("may_reject", severity, needed)
	assert missing_for(situation, S.REJECTED) == told


@pytest.mark.parametrize("standing", Standing, ids=lambda one: one.name)
@pytest.mark.parametrize("severity", CLOSED_BY)
@pytest.mark.parametrize("start", list(Stage)[:8], ids=named)
def test_who_may_record_that_it_was_withdrawn_is_who_may_close(
	start: Stage, severity: str, standing: Standing
) -> None:
	"""Else withdrawing would be the way around closing."""
	needed = CLOSED_BY[severity]
	situation = ready(start, S.WITHDRAWN, severity=severity, standing=standing)
	told = () if standing >= needed else refusal("may_withdraw", severity, needed)
	assert missing_for(situation, S.WITHDRAWN) == told


@pytest.mark.parametrize("standing", Standing, ids=lambda one: one.name)
@pytest.mark.parametrize("severity", SEVERITIES)
def test_what_was_rejected_is_taken_up_again_by_a_lead(severity: str, standing: Standing) -> None:
	situation = ready(S.REJECTED, S.ACKNOWLEDGED, severity=severity, standing=standing)
	told = () if standing >= Standing.LEAD else refusal("lead", severity, Standing.LEAD)
	assert missing_for(situation, S.ACKNOWLEDGED) == told


@pytest.mark.parametrize(("severity", "told"), [(GENERAL, []), (IMPORTANT, []), (MAJOR, ["second_person"])])
@pytest.mark.parametrize("standing", [Standing.MANAGER], ids=lambda one: one.name)
def test_who_handled_a_major_complaint_does_not_close_it_not_even_a_manager(
	severity: str, told: list[str], standing: Standing
) -> None:
	situation = ready(S.FOLLOW_UP, S.CLOSED, severity=severity, standing=standing, is_handler=True)
	assert codes(situation, S.CLOSED) == told


def test_an_agent_alone_closes_no_major_complaint_whatever_is_there() -> None:
	situation = ready(S.FOLLOW_UP, S.CLOSED, standing=Standing.AGENT, is_handler=True)
	assert codes(situation, S.CLOSED) == ["may_close", "second_person"]


@pytest.mark.parametrize(
	("before", "after", "needed"),
	[
		(MAJOR, IMPORTANT, Standing.MANAGER),
		(MAJOR, GENERAL, Standing.MANAGER),
		(MAJOR, "", Standing.MANAGER),
		(IMPORTANT, GENERAL, Standing.LEAD),
		(IMPORTANT, "", Standing.LEAD),
		(GENERAL, "", Standing.LEAD),
		("", GENERAL, Standing.AGENT),
		("", MAJOR, Standing.AGENT),
		(GENERAL, IMPORTANT, Standing.AGENT),
		(GENERAL, MAJOR, Standing.AGENT),
		(IMPORTANT, MAJOR, Standing.AGENT),
		*((one, one, Standing.AGENT) for one in ("", *SEVERITIES)),
	],
)
def test_raising_a_severity_is_free_and_lowering_it_is_decided_above(
	before: str, after: str, needed: Standing
) -> None:
	assert lowering_needs(before, after) is needed


@pytest.mark.parametrize("before", SEVERITIES)
@pytest.mark.parametrize("after", ["", *SEVERITIES])
def test_lowering_a_severity_lets_nobody_close_what_was_not_theirs_to_close(before: str, after: str) -> None:
	alone = max(lowering_needs(before, after), CLOSED_BY[after])
	assert alone >= CLOSED_BY[before]


@pytest.mark.parametrize("after", ["", *SEVERITIES])
@pytest.mark.parametrize("before", ["", *SEVERITIES])
def test_who_handles_a_major_complaint_does_not_lower_it_to_close_it_alone(before: str, after: str) -> None:
	assert lowering_needs_second_person(before, after) is (before == MAJOR and after != MAJOR)


def test_a_severity_is_the_same_however_it_is_written_and_one_nobody_knows_goes_the_strictest_way() -> None:
	assert lowering_needs("major", GENERAL) is Standing.MANAGER
	assert lowering_needs_second_person("major", GENERAL)
	for odd in ("major", "Critical"):
		assert Situation(severity=odd).path is PATHS[MAJOR]


# --- a severity that was raised late -------------------------------------------------------------------------------

DEMANDS = {
	"cause": {"has_cause": False},
	"meeting": {"meeting_held": False},
	"reported": {"reported": False},
	"accountability": {"has_accountability": False},
	"corrective_done": {"corrective_done": 0},
}
"""SPEC 2.5: management meeting, cause analysis, accountability, corrective action, reported."""


@pytest.mark.parametrize("code", DEMANDS)
def test_a_complaint_that_became_major_after_its_proposal_is_not_closed_without_what_major_ones_need(
	code: str,
) -> None:
	situation = ready(S.FOLLOW_UP, S.CLOSED, **DEMANDS[code])
	assert codes(situation, S.CLOSED) == [code]


def test_a_general_complaint_needs_none_of_what_a_major_one_needs() -> None:
	without: dict[str, Any] = {name: value for taken in DEMANDS.values() for name, value in taken.items()}
	situation = ready(S.FOLLOW_UP, S.CLOSED, **{**without, **PLAIN})
	assert codes(situation, S.CLOSED) == []


@pytest.mark.parametrize("severity", [IMPORTANT, MAJOR])
def test_a_solution_proposed_before_the_severity_rose_is_approved_before_it_is_executed(
	severity: str,
) -> None:
	situation = ready(S.SOLUTION_PROPOSED, S.EXECUTING, severity=severity, solution_approved=False)
	assert codes(situation, S.EXECUTING) == ["solution_approved"]


def test_the_paths_are_those_of_the_known_severities() -> None:
	assert list(PATHS) == list(SEVERITIES)
	assert all(path.severity == severity for severity, path in PATHS.items())
	assert Situation(severity="").path is PATHS[GENERAL]
