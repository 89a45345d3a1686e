"""What people do about complaints: from the ticket's screens, from the complaint's form, and on the action's page."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, flt

from cs_center.api.complaint_permissions import require_action, require_complaint, require_follow_up
from cs_center.api.permissions import require_ticket
from cs_center.services.complaints import (
	actions,
	compensation,
	describing,
	management,
	registering,
	stages,
	tickets_view,
	waiting,
)
from cs_center.services.escalation.subjects import COMPLAINT
from cs_center.services.follow_ups import saving

VALUES_OF_A_MOVE = (
	"category",
	"severity",
	"handler",
	"findings",
	"evidence",
	"solution",
	"consent",
	"consent_person",
	"consent_at",
	"consent_medium",
	"refusal_reason",
	"recourse_body",
	"recourse_told_at",
	"recourse_reference",
	"outside_result",
	"meeting_on",
	"meeting_decision",
	"accountability",
	"rejection_reason",
)
"""Fields that a move may bring with it: what its gate asks for."""


@frappe.whitelist(methods=["POST"])
def register(
	ticket: str,
	category: str = "",
	severity: str = "",
	remedy_sought: str = "",
	description: str = "",
	classified: bool = True,
) -> dict[str, Any]:
	"""Register a complaint from a ticket; returns its name, what it repeats, and a sentence for the agent.

	An empty category is the ticket's accepted or suggested one; ``classified`` 0: none.
	"""
	require_ticket(ticket)
	is_classified = bool(cint(classified))
	doc = registering.register(ticket, category, severity, remedy_sought, description, is_classified)
	message = _("Complaint {0} is registered.").format(doc.name)
	if doc.repeat_of:
		message += " " + _("It repeats {0}.").format(doc.repeat_of)
	return {"name": doc.name, "repeat_of": doc.repeat_of or "", "message": message}


@frappe.whitelist(methods=["GET", "POST"])
def suggestion(ticket: str) -> dict[str, Any]:
	"""The category that the ticket's words suggest, with the words, and the ticket's complaints."""
	require_ticket(ticket)
	return tickets_view.suggestion(ticket)


@frappe.whitelist(methods=["POST"])
def accept_suggestion(ticket: str, category: str) -> str:
	"""Say what the ticket is about; returns a sentence for the agent."""
	require_ticket(ticket)
	registering.accept_category(ticket, category)
	return _("The ticket's category is {0}.").format(_(category))


@frappe.whitelist(methods=["GET", "POST"])
def panel(name: str) -> dict[str, Any]:
	"""Stages, moves with what they lack, clocks and history of a complaint (see ``describing.panel``)."""
	require_complaint(name)
	return describing.panel(name)


@frappe.whitelist(methods=["POST"])
def move(name: str, stage: str, note: str = "", values: Any = None) -> dict[str, Any]:
	"""Move a complaint to a stage, with the values that the gate asks for; returns the fresh panel."""
	doc = _complaint(name)
	given = frappe.parse_json(values) if values else {}
	unknown = sorted(set(given) - set(VALUES_OF_A_MOVE))
	if unknown:
		frappe.throw(_("A move does not change these fields: {0}.").format(", ".join(unknown)))
	doc.update(given)
	if stage == doc.stage:
		frappe.throw(_("The complaint is in the stage {0} already.").format(_(stage, context="CS Complaint")))
	stages.move(doc, stage, note)
	return describing.panel(name)


@frappe.whitelist(methods=["POST"])
def approve_solution(name: str) -> dict[str, Any]:
	"""Approve the solution of a grave complaint; returns the fresh panel."""
	doc = _complaint(name)
	management.approve_solution(doc)
	doc.save()
	return describing.panel(name)


@frappe.whitelist(methods=["POST"])
def report_to_management(name: str, to: str) -> dict[str, Any]:
	"""Record to whom a major complaint was reported; returns the fresh panel."""
	doc = _complaint(name)
	management.report(doc, to)
	doc.save()
	return describing.panel(name)


@frappe.whitelist(methods=["POST"])
def decide_compensation(name: str, row: str, decision: str, note: str = "") -> dict[str, Any]:
	"""Approve or refuse one row of compensation; returns the fresh panel."""
	doc = _complaint(name)
	compensation.decide(doc, row, decision, note)
	doc.save()
	return describing.panel(name)


@frappe.whitelist(methods=["POST"])
def carry_out_compensation(name: str, row: str) -> dict[str, Any]:
	"""Say that one row of compensation has been given to the customer; returns the fresh panel."""
	doc = _complaint(name)
	compensation.carry_out(doc, row)
	doc.save()
	return describing.panel(name)


@frappe.whitelist(methods=["POST"])
def record_attempt(
	follow_up: str, outcome: str, note: str = "", result: str = "", score: float = 0
) -> dict[str, Any]:
	"""Record one attempt to call a customer back; returns the follow-up's state and result."""
	require_follow_up(follow_up)
	return saving.record_attempt(follow_up, outcome, note, result, cint(flt(score)))


@frappe.whitelist(methods=["POST"])
def finish_action(action: str, result: str, evidence: str = "") -> dict[str, Any]:
	"""Say that an action is done, with its result; returns its state."""
	require_action(action)
	return actions.finish(action, result, evidence)


@frappe.whitelist(methods=["GET", "POST"])
def my_actions() -> list[dict[str, Any]]:
	"""Open actions that wait for the caller, those due first in front."""
	return waiting.waiting_for(frappe.session.user)


def _complaint(name: str) -> Any:
	require_complaint(name, "write")
	return frappe.get_doc(COMPLAINT, name)
