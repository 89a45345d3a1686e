"""A complaint's stages, who may move it where, and what each severity demands. Stages, gates and paths are data.

====================  ======================================================================================
from                  to (conditions by their codes, see ``complaint_gates``)
====================  ======================================================================================
Received              Acknowledged
Acknowledged          Classified
Classified            Investigating; Solution Proposed where nothing has to be investigated
Investigating         Solution Proposed; back to Classified
Solution Proposed     Executing (consent); Investigating (refused); Escalated Outside (refused, recourse told)
Escalated Outside     Executing; Follow-up; Investigating
Executing             Follow-up; back to Investigating
Follow-up             Closed; back to Executing or Investigating
Closed, Rejected      reopened
====================  ======================================================================================

Any open complaint can be withdrawn by its customer; one that is not yet answered can be rejected with a reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, IntEnum

from .escalation_steps import SEVERITIES, severity_rank

__all__ = ["MOVES", "PATHS", "SEVERITIES", "Move", "Path", "Situation", "Stage", "Standing", "severity_rank"]


class Stage(str, Enum):
	"""Where a complaint stands, as it is stored and shown."""

	RECEIVED = "Received"
	ACKNOWLEDGED = "Acknowledged"
	CLASSIFIED = "Classified"
	INVESTIGATING = "Investigating"
	SOLUTION_PROPOSED = "Solution Proposed"
	ESCALATED_OUTSIDE = "Escalated Outside"
	EXECUTING = "Executing"
	FOLLOW_UP = "Follow-up"
	CLOSED = "Closed"
	WITHDRAWN = "Withdrawn"
	REJECTED = "Rejected"

	@property
	def is_final(self) -> bool:
		"""Whether nothing more is owed."""
		return self in (Stage.CLOSED, Stage.WITHDRAWN, Stage.REJECTED)


class Standing(IntEnum):
	"""What a person may decide; whoever stands higher may all that a lower one may."""

	NOBODY = 0
	AGENT = 1
	LEAD = 2
	MANAGER = 3


@dataclass(frozen=True, slots=True)
class Path:
	"""What a severity demands beyond what every complaint needs (house rules).

	``solution_approved_by``: least standing of whoever approves the solution; NOBODY: no approval. ``closed_by``,
	``rejected_by`` and ``withdrawn_by``: least standing of whoever does (or records) it. ``second_person``: it is closed by somebody else than its handler.
	"""

	severity: str
	needs_corrective_action: bool = False
	needs_cause: bool = False
	needs_report: bool = False
	needs_meeting: bool = False
	needs_accountability: bool = False
	solution_approved_by: Standing = Standing.NOBODY
	closed_by: Standing = Standing.AGENT
	rejected_by: Standing = Standing.LEAD
	withdrawn_by: Standing = Standing.AGENT
	second_person: bool = False


GENERAL, IMPORTANT, MAJOR = SEVERITIES

PATHS = {
	GENERAL: Path(GENERAL),
	IMPORTANT: Path(
		IMPORTANT,
		needs_corrective_action=True,
		solution_approved_by=Standing.MANAGER,
		closed_by=Standing.LEAD,
		rejected_by=Standing.MANAGER,
		withdrawn_by=Standing.LEAD,
	),
	MAJOR: Path(
		MAJOR,
		needs_corrective_action=True,
		needs_cause=True,
		needs_report=True,
		needs_meeting=True,
		needs_accountability=True,
		solution_approved_by=Standing.MANAGER,
		closed_by=Standing.MANAGER,
		rejected_by=Standing.MANAGER,
		withdrawn_by=Standing.MANAGER,
		second_person=True,
	),
}


@dataclass(frozen=True, slots=True)
class Situation:
	"""What is known of a complaint when somebody wants to move it, and who that is.

	``solution_was_refused``: the customer refused this very text. ``compensation_unapproved``: rows over the limit, or
	refused ones, that nobody took out; ``compensation_open``: rows promised and not carried out. ``failed_call_days``: days on
	which nobody was reached, ``failed_days_needed`` of them stand for a result.
	"""

	stage: Stage = Stage.RECEIVED
	severity: str = ""
	has_category: bool = False
	has_handler: bool = False
	needs_investigation: bool = False
	needs_corrective_action: bool = False
	has_cause: bool = False
	has_evidence: bool = False
	has_solution: bool = False
	solution_was_refused: bool = False
	solution_approved: bool = False
	consent: str = ""
	consent_person: str = ""
	consent_at: datetime | None = None
	recourse_told: bool = False
	has_outside_result: bool = False
	open_actions: int = 0
	corrective_actions: int = 0
	corrective_done: int = 0
	compensation_unapproved: int = 0
	compensation_open: int = 0
	reported: bool = False
	meeting_held: bool = False
	has_accountability: bool = False
	has_call_back_result: bool = False
	failed_call_days: int = 0
	failed_days_needed: int = 3
	has_rejection_reason: bool = False
	has_note: bool = False
	standing: Standing = Standing.NOBODY
	is_handler: bool = False

	@property
	def path(self) -> Path:
		"""What its severity demands; one without a severity goes the general way, one that is not known the strictest."""
		return PATHS.get(self.severity, PATHS[MAJOR]) if self.severity else PATHS[GENERAL]


@dataclass(frozen=True, slots=True)
class Move:
	"""One way from a stage to another, and the codes of what has to be there."""

	start: Stage
	end: Stage
	conditions: tuple[str, ...] = ()

	@property
	def needs_note(self) -> bool:
		return "note" in self.conditions or "refused_or_note" in self.conditions


_PROPOSING = (
	"solution",
	"new_solution",
	"cause",
	"evidence",
	"reported",
	"meeting",
	"solution_approved",
	"compensation_approved",
)
# What a gate behind asked for is asked again in front: the severity may have been raised meanwhile.
_EXECUTING = ("consent", "consent_person", "solution_approved", "compensation_approved", "corrective_action")
_FOLLOWING_UP = ("actions_done", "corrective_done", "compensation_carried_out")
_CLOSING = (
	"call_back",
	"actions_done",
	"corrective_done",
	"compensation_carried_out",
	"cause",
	"evidence",
	"reported",
	"meeting",
	"accountability",
	"may_close",
	"second_person",
)

_FORWARD = (
	Move(Stage.RECEIVED, Stage.ACKNOWLEDGED),
	Move(Stage.ACKNOWLEDGED, Stage.CLASSIFIED, ("category", "severity")),
	Move(Stage.CLASSIFIED, Stage.INVESTIGATING, ("handler",)),
	Move(Stage.CLASSIFIED, Stage.SOLUTION_PROPOSED, ("no_investigation", "handler", *_PROPOSING)),
	Move(Stage.INVESTIGATING, Stage.SOLUTION_PROPOSED, _PROPOSING),
	Move(Stage.INVESTIGATING, Stage.CLASSIFIED, ("note",)),
	Move(Stage.SOLUTION_PROPOSED, Stage.EXECUTING, _EXECUTING),
	Move(Stage.SOLUTION_PROPOSED, Stage.INVESTIGATING, ("refused_or_note",)),
	Move(Stage.SOLUTION_PROPOSED, Stage.ESCALATED_OUTSIDE, ("refused", "recourse_told")),
	Move(Stage.ESCALATED_OUTSIDE, Stage.EXECUTING, ("outside_result", *_EXECUTING)),
	Move(Stage.ESCALATED_OUTSIDE, Stage.FOLLOW_UP, ("outside_result", *_FOLLOWING_UP)),
	Move(Stage.ESCALATED_OUTSIDE, Stage.INVESTIGATING, ("note",)),
	Move(Stage.EXECUTING, Stage.FOLLOW_UP, _FOLLOWING_UP),
	Move(Stage.EXECUTING, Stage.INVESTIGATING, ("note",)),
	Move(Stage.FOLLOW_UP, Stage.CLOSED, _CLOSING),
	Move(Stage.FOLLOW_UP, Stage.EXECUTING, ("note", *_EXECUTING)),
	Move(Stage.FOLLOW_UP, Stage.INVESTIGATING, ("note",)),
	Move(Stage.CLOSED, Stage.INVESTIGATING, ("note",)),
	Move(Stage.REJECTED, Stage.ACKNOWLEDGED, ("note", "lead")),
)
_CAN_BE_WITHDRAWN = tuple(stage for stage in Stage if not stage.is_final)
_CAN_BE_REJECTED = (Stage.RECEIVED, Stage.ACKNOWLEDGED, Stage.CLASSIFIED, Stage.INVESTIGATING)

MOVES: tuple[Move, ...] = (
	*_FORWARD,
	*(
		Move(stage, Stage.WITHDRAWN, ("note", "compensation_none", "may_withdraw"))
		for stage in _CAN_BE_WITHDRAWN
	),
	*(
		Move(stage, Stage.REJECTED, ("rejection_reason", "compensation_none", "may_reject"))
		for stage in _CAN_BE_REJECTED
	),
)
"""Every move there is; from each stage the usual one first."""


def lowering_needs(before: str, after: str) -> Standing:
	"""Least standing of whoever changes a severity: raising is free, lowering is decided where the higher one is closed.

	Otherwise a major complaint could be made a general one and closed by its agent alone.
	"""
	if severity_rank(after) >= severity_rank(before):
		return Standing.AGENT
	return Standing.MANAGER if severity_rank(before) >= severity_rank(MAJOR) else Standing.LEAD


def lowering_needs_second_person(before: str, after: str) -> bool:
	"""Whether the one who handles a complaint may not lower its severity: closing it would take a second person."""
	return severity_rank(after) < severity_rank(before) and Situation(severity=before).path.second_person
