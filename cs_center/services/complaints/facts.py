"""What a complaint shows: to policy conditions, to its ledger, and to the gates between its stages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import frappe
from frappe.utils import cint

from cs_center.domain.complaints import Situation, Stage
from cs_center.domain.ledger import Event, EventKind
from cs_center.services.escalation.subjects import COMPLAINT
from cs_center.services.service_levels.site_time import to_aware_or_none

from . import call_backs, compensation
from .handling import has_handled
from .people import acting_standing
from .settings import read_complaint_settings

ACTION = "CS Complaint Action"
CORRECTIVE = "Corrective Action"

WATCHED = {
	EventKind.TEAM_CHANGED: "team",
	EventKind.PRIORITY_CHANGED: "priority",
	EventKind.SEVERITY_CHANGED: "severity",
	EventKind.CHANNEL_CHANGED: "channel",
	EventKind.CATEGORY_CHANGED: "category",
}
"""Fields that the ledger watches, and the event that tells of each."""


def for_policies(doc: Any) -> dict[str, Any]:
	"""The complaint as policy conditions ask for it: its fields, and the named facts under the ticket's field names."""
	return {
		**doc.as_dict(convert_dates_to_str=True),
		"cs_channel": doc.channel,
		"cs_customer_tier": doc.customer_tier,
		"cs_complaint_category": doc.category,
		"cs_severity": doc.severity,
		"agent_group": doc.team,
		"status": doc.stage,
	}


def situation_of(doc: Any, stage: str, ledger: Sequence[Event]) -> Situation:
	"""What the gates want to know of a complaint that stands in ``stage`` and is about to leave it; ``ledger`` in order."""
	actions = actions_of(doc.name)
	corrective = [row for row in actions if row.kind == CORRECTIVE and row.state != "Cancelled"]
	call_back = call_backs.outcome_of(doc.name)
	return Situation(
		stage=Stage(stage),
		severity=doc.severity or "",
		has_category=bool(doc.category),
		has_handler=bool(doc.handler),
		needs_investigation=bool(doc.needs_investigation),
		needs_corrective_action=bool(doc.needs_corrective_action),
		has_cause=bool(doc.root_causes),
		has_evidence=has_evidence(doc),
		has_solution=is_written(doc.solution),
		solution_was_refused=plain(doc.solution) in refused_solutions(ledger),
		solution_approved=bool(doc.solution_approved_by),
		consent=doc.consent or "",
		consent_person=(doc.consent_person or "").strip(),
		consent_at=to_aware_or_none(doc.consent_at),
		recourse_told=bool((doc.recourse_body or "").strip() and doc.recourse_told_at),
		has_outside_result=is_written(doc.outside_result),
		open_actions=sum(row.state == "Open" for row in actions),
		corrective_actions=len(corrective),
		corrective_done=sum(row.state == "Done" for row in corrective),
		compensation_unapproved=compensation.unapproved(doc),
		compensation_open=compensation.not_carried_out(doc),
		reported=bool(doc.reported_at),
		meeting_held=bool(doc.meeting_on) and is_written(doc.meeting_decision),
		has_accountability=is_written(doc.accountability),
		has_call_back_result=bool(call_back["result"]),
		failed_call_days=cint(call_back["failed_days"]),
		failed_days_needed=read_complaint_settings().failed_attempts,
		has_rejection_reason=is_written(doc.rejection_reason),
		has_note=is_written(doc.stage_note),
		standing=acting_standing(),
		is_handler=has_handled(doc, ledger),
	)


def actions_of(complaint: str) -> Sequence[Any]:
	"""The complaint's actions: name, kind, state, due_at."""
	if not complaint:
		return []
	return frappe.get_all(
		ACTION,
		{"complaint": complaint},
		["name", "kind", "state", "due_at"],
		order_by="creation asc",
		limit_page_length=0,
	)


def has_evidence(doc: Any) -> bool:
	"""Evidence in its field, with a root cause, or as a file attached to the complaint or to one of its actions."""
	if is_written(doc.evidence) or any(is_written(row.evidence) for row in doc.root_causes):
		return True
	if not doc.name:
		return False
	places = [(COMPLAINT, doc.name), *((ACTION, row.name) for row in actions_of(doc.name))]
	return any(
		frappe.db.exists("File", {"attached_to_doctype": doctype, "attached_to_name": name})
		for doctype, name in places
	)


def refused_solutions(ledger: Iterable[Event]) -> set[str]:
	"""The texts that the customer has refused."""
	refused = [
		event for event in ledger if event.kind is EventKind.CONSENT_RECORDED and event.value == "Refused"
	]
	return {plain(event.detail.get("solution")) for event in refused}


def plain(text: str | None) -> str:
	"""A text without markup, case and double spaces, for comparing."""
	return " ".join(frappe.utils.strip_html(text or "").casefold().split())


def is_written(text: str | None) -> bool:
	"""Whether a text field holds more than markup and spaces."""
	return bool(plain(text))
