"""The events of one save: what the complaint shows now against what it showed before, in the order in which it counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cs_center.domain.complaints import Stage
from cs_center.domain.ledger import Event, EventKind
from cs_center.services.escalation import choice as escalation_choice
from cs_center.services.service_levels.acting import acting_user
from cs_center.services.service_levels.definitions import FOR_COMPLAINTS
from cs_center.services.service_levels.site_time import to_aware

from . import categories, policy_of, regulator
from .compensation import PROPOSED
from .facts import WATCHED, for_policies

LONGEST_TEXT = 2000


@dataclass
class _Recorder:
	"""Events numbered as they are told."""

	at: datetime
	sequence: int
	made: list[Event] = field(default_factory=list)

	def tell(
		self,
		kind: EventKind,
		value: str = "",
		detail: Mapping[str, Any] | None = None,
		at: datetime | None = None,
		actor: str | None = None,
	) -> None:
		who = acting_user() if actor is None else actor
		self.made.append(Event(kind, at or self.at, self.next, who, value, detail or {}))

	@property
	def next(self) -> int:
		return self.sequence + len(self.made)


def events_of_save(
	doc: Any, before: Any, ledger: Sequence[Event], now: datetime, sequence: int
) -> list[Event]:
	"""What this save adds to the ledger. ``before``: the stored document, None for a new one."""
	told = _Recorder(now, sequence)
	if before is None:
		_received(doc, told)
	else:
		_changes(doc, before, told)
	_policies(doc, before, [*ledger, *told.made], told)
	_regulators(doc, [*ledger, *told.made], told)
	if before is not None:
		_answers(doc, before, told)
		_stage(doc, before, told)
	return told.made


def _received(doc: Any, told: _Recorder) -> None:
	fields = ("team", "priority", "channel", "severity", "category", "ticket", "customer", "raised_by")
	received = min(to_aware(doc.received_at), told.at)
	detail = {name: doc.get(name) or "" for name in fields}
	detail["path"] = categories.path_of(doc.category)
	told.tell(EventKind.RECEIVED, detail=detail, at=received)
	if doc.handler:
		told.tell(EventKind.ASSIGNED, doc.handler, at=received)
	if doc.regulator_notice_at:
		told.tell(EventKind.REGULATOR_NOTICE, at=to_aware(doc.regulator_notice_at))


def _changes(doc: Any, before: Any, told: _Recorder) -> None:
	for kind, name in WATCHED.items():
		if _differ(doc, before, name):
			told.tell(kind, doc.get(name) or "")
	if _differ(doc, before, "handler"):
		if before.handler:
			told.tell(EventKind.UNASSIGNED, before.handler)
		if doc.handler:
			told.tell(EventKind.ASSIGNED, doc.handler)
	if doc.regulator_notice_at and _differ(doc, before, "regulator_notice_at"):
		told.tell(EventKind.REGULATOR_NOTICE, at=min(to_aware(doc.regulator_notice_at), told.at))


def _policies(doc: Any, before: Any, ledger: Sequence[Event], told: _Recorder) -> None:
	"""The service policy of its category or the first that fits, and the escalation policy."""
	facts = for_policies(doc)
	actor = acting_user()
	if before is None:
		at = told.made[0].at
		told.made.append(policy_of.first_choice(doc, facts, at, told.next, actor))
		told.made += escalation_choice.first_choice(facts, at, told.next, actor, FOR_COMPLAINTS)
		return
	told.made += policy_of.choose_again(doc, facts, ledger, told.at, told.next, actor)
	told.made += escalation_choice.choose_again(facts, ledger, told.at, told.next, actor, FOR_COMPLAINTS)


def _regulators(doc: Any, ledger: Sequence[Event], told: _Recorder) -> None:
	for pack, clocks in regulator.changes(doc, ledger):
		told.tell(EventKind.REGULATOR_CLOCKS_SET, pack, {"clocks": clocks})


def _answers(doc: Any, before: Any, told: _Recorder) -> None:
	"""What people decided: approval, report, consent, recourse, compensation."""
	if doc.solution_approved_by and _differ(doc, before, "solution_approved_at"):
		told.tell(EventKind.SOLUTION_APPROVED, doc.solution_approved_by, {"solution": _cut(doc.solution)})
	if doc.reported_at and _differ(doc, before, "reported_at"):
		told.tell(EventKind.REPORTED, doc.reported_to or "")
	if doc.consent and (_differ(doc, before, "consent") or _differ(doc, before, "consent_person")):
		told.tell(EventKind.CONSENT_RECORDED, doc.consent, _consent(doc, before))
	if doc.recourse_told_at and (
		_differ(doc, before, "recourse_told_at") or _differ(doc, before, "recourse_body")
	):
		told.tell(EventKind.RECOURSE_TOLD, doc.recourse_body or "", {"note": doc.recourse_reference or ""})
	states = {row.name: row.state for row in before.compensations}
	for row in doc.compensations:
		if row.state != PROPOSED and states.get(row.name) != row.state:
			told.tell(EventKind.COMPENSATION_DECIDED, row.state, _compensation(row))


def _consent(doc: Any, before: Any) -> dict[str, Any]:
	return {
		"person": doc.consent_person or "",
		"at": str(doc.consent_at or ""),
		"medium": doc.consent_medium or "",
		"reason": doc.refusal_reason or "",
		"solution": _cut(before.solution),
	}


def _compensation(row: Any) -> dict[str, Any]:
	amount = f"{row.amount or 0:g} {row.currency or ''}".strip() if row.amount else str(row.points or "")
	return {
		"description": f"{row.kind} {amount}".strip(),
		"note": row.decision_note or "",
		"row": row.name or "",
	}


def _stage(doc: Any, before: Any, told: _Recorder) -> None:
	if before.stage == doc.stage:
		return
	detail = {"from": before.stage, "note": (doc.stage_note or "").strip()}
	if doc.stage == Stage.REJECTED.value:
		detail["reason"] = _cut(doc.rejection_reason)
	told.tell(EventKind.STAGE_CHANGED, doc.stage, detail)
	if doc.stage == Stage.SOLUTION_PROPOSED.value:
		told.tell(EventKind.SOLUTION_PROPOSED, "", {"solution": _cut(doc.solution)})
	if Stage(before.stage).is_final:
		told.tell(EventKind.REOPENED)
	elif doc.stage == Stage.WITHDRAWN.value:
		told.tell(EventKind.CANCELLED)
	elif Stage(doc.stage).is_final:
		told.tell(EventKind.RESOLVED)


def _cut(text: str | None) -> str:
	return (text or "")[:LONGEST_TEXT]


def _differ(doc: Any, before: Any, name: str) -> bool:
	return str(doc.get(name) or "") != str(before.get(name) or "")
