"""The gates between a complaint's stages: every move that is refused says which conditions are missing.

A condition is a function of the situation: the parameters of what is missing, or None where it is met.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .complaints import MOVES, Move, Situation, Stage, Standing

Parameters = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Missing:
	"""One condition that is not met. ``params`` fill its sentence: counts, and the standing that is needed."""

	code: str
	params: Parameters = field(default_factory=dict)


def moves_from(stage: Stage) -> tuple[Move, ...]:
	"""Where a complaint in this stage can go, the usual way first."""
	return tuple(move for move in MOVES if move.start is stage)


def missing_for(situation: Situation, end: Stage) -> tuple[Missing, ...]:
	"""What stands in the way of a move to ``end``; empty: nothing does.

	Code ``already_there``: the complaint is in that stage. ``no_such_move``: no way leads there from here; ``possible`` names
	the stages that can be reached.
	"""
	if end is situation.stage:
		return (Missing("already_there", {"stage": end.value}),)
	ways = moves_from(situation.stage)
	move = next((one for one in ways if one.end is end), None)
	if move is None:
		possible = [way.end.value for way in ways]
		places = {"start": situation.stage.value, "end": end.value, "possible": possible}
		return (Missing("no_such_move", places),)
	return tuple(
		Missing(code, params)
		for code in move.conditions
		if (params := CONDITIONS[code](situation)) is not None
	)


def _unless(is_met: bool, **params: Any) -> Parameters | None:
	return None if is_met else params


def _needs_cause(one: Situation) -> bool:
	return one.needs_investigation or one.path.needs_cause


def _needs_corrective_action(one: Situation) -> bool:
	return one.needs_corrective_action or one.path.needs_corrective_action


def _standing(one: Situation, needed: Standing) -> Parameters | None:
	return _unless(one.standing >= needed, severity=one.severity, standing=needed.name.lower())


CONDITIONS: Mapping[str, Callable[[Situation], Parameters | None]] = {
	"category": lambda one: _unless(one.has_category),
	"severity": lambda one: _unless(bool(one.severity)),
	"handler": lambda one: _unless(one.has_handler),
	"no_investigation": lambda one: _unless(not _needs_cause(one)),
	"solution": lambda one: _unless(one.has_solution),
	"new_solution": lambda one: _unless(not (one.has_solution and one.solution_was_refused)),
	"cause": lambda one: _unless(one.has_cause or not _needs_cause(one)),
	"evidence": lambda one: _unless(one.has_evidence or not _needs_cause(one)),
	"reported": lambda one: _unless(one.reported or not one.path.needs_report),
	"meeting": lambda one: _unless(one.meeting_held or not one.path.needs_meeting),
	"solution_approved": lambda one: _unless(
		one.solution_approved or one.path.solution_approved_by is Standing.NOBODY,
		severity=one.severity,
		standing=one.path.solution_approved_by.name.lower(),
	),
	"compensation_approved": lambda one: _unless(
		not one.compensation_unapproved, count=one.compensation_unapproved
	),
	"consent": lambda one: _unless(one.consent == "Consented"),
	"consent_person": lambda one: _unless(
		one.consent != "Consented" or (bool(one.consent_person) and one.consent_at is not None)
	),
	"corrective_action": lambda one: _unless(one.corrective_actions > 0 or not _needs_corrective_action(one)),
	"refused": lambda one: _unless(one.consent == "Refused"),
	"refused_or_note": lambda one: _unless(one.consent == "Refused" or one.has_note),
	"recourse_told": lambda one: _unless(one.recourse_told),
	"outside_result": lambda one: _unless(one.has_outside_result),
	"actions_done": lambda one: _unless(not one.open_actions, count=one.open_actions),
	"corrective_done": lambda one: _unless(one.corrective_done > 0 or not _needs_corrective_action(one)),
	"compensation_carried_out": lambda one: _unless(not one.compensation_open, count=one.compensation_open),
	"compensation_none": lambda one: _unless(not one.compensation_open, count=one.compensation_open),
	"call_back": lambda one: _unless(
		one.has_call_back_result or one.failed_call_days >= one.failed_days_needed,
		days=one.failed_call_days,
		needed=one.failed_days_needed,
	),
	"accountability": lambda one: _unless(one.has_accountability or not one.path.needs_accountability),
	"may_close": lambda one: _standing(one, one.path.closed_by),
	"may_reject": lambda one: _standing(one, one.path.rejected_by),
	"may_withdraw": lambda one: _standing(one, one.path.withdrawn_by),
	"lead": lambda one: _standing(one, Standing.LEAD),
	"second_person": lambda one: _unless(
		not (one.path.second_person and one.is_handler), severity=one.severity
	),
	"rejection_reason": lambda one: _unless(one.has_rejection_reason),
	"note": lambda one: _unless(one.has_note),
}
"""What each code asks of the situation."""
