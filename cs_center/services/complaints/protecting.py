"""Fields of a complaint that only the app writes: what a form, an import or REST puts into them is put back."""

from __future__ import annotations

from typing import Any

from frappe.utils import cint, get_datetime

COMPUTED = (
	"is_repeat",
	"repeat_of",
	"stage_since",
	"needs_investigation",
	"needs_corrective_action",
	"needs_call_back",
	"reported_at",
	"reported_to",
	"solution_approved_by",
	"solution_approved_at",
	"proposed_at",
	"refusals",
	"compensation_cost",
	"closed_at",
	"closed_by",
	"reopened_count",
	"policy",
	"escalation_policy",
	"next_deadline",
	"service_state",
	"next_escalation_at",
	"evaluation_pending",
)
"""Written by the services. Those that a service is about to write are named in ``doc.flags.writes``."""

FROM_THE_TICKET = ("suggested_category", "suggestion_confidence", "suggestion_words")


def put_back(doc: Any, before: Any) -> None:
	"""The values that are stored, or none on a new complaint."""
	allowed = set(doc.flags.get("writes") or ())
	for field in COMPUTED:
		stored = before.get(field) if before else None
		if field not in allowed and not _same(doc.get(field), stored):
			doc.set(field, stored)
	if before:
		for field in FROM_THE_TICKET:
			doc.set(field, before.get(field))
		_put_back_history(doc, before)
	else:
		doc.stage_history = []


def _put_back_history(doc: Any, before: Any) -> None:
	if [_line(row) for row in doc.stage_history] != [_line(row) for row in before.stage_history]:
		doc.set("stage_history", [row.as_dict() for row in before.stage_history])


def _line(row: Any) -> tuple[Any, ...]:
	times = [get_datetime(row.get(field)) if row.get(field) else None for field in ("entered_at", "left_at")]
	return (row.name, row.stage, *times, row.actor or "", row.note or "", cint(row.seconds))


def _same(one: Any, other: Any) -> bool:
	if one and other and ":" in str(one) and ":" in str(other):
		return get_datetime(one) == get_datetime(other)
	return (one or None) == (other or None)
