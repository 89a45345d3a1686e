"""What people do about escalations: from a notification's page, from Desk and from the helpdesk's ticket screen."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import cint

from cs_center.api.permissions import require_escalation, require_ticket
from cs_center.services.escalation import responses
from cs_center.services.escalation.describing import describe, escalations_of


@frappe.whitelist(methods=["POST"])
def acknowledge(name: str, note: str = "") -> dict[str, Any]:
	"""Acknowledge one escalation; returns it as ``describe`` does."""
	require_escalation(name)
	responses.acknowledge(name, note)
	return describe(name)


@frappe.whitelist(methods=["POST"])
def snooze(name: str, minutes: int, note: str = "") -> dict[str, Any]:
	"""Snooze one escalation for so many minutes; returns it as ``describe`` does."""
	require_escalation(name)
	responses.snooze(name, cint(minutes), note)
	return describe(name)


@frappe.whitelist(methods=["GET", "POST"])
def of_ticket(ticket: str) -> list[dict[str, Any]]:
	"""The ticket's escalations, newest first, as ``describe`` tells each."""
	require_ticket(ticket)
	return escalations_of(ticket)


@frappe.whitelist(methods=["POST"])
def acknowledge_ticket(ticket: str, note: str = "") -> str:
	"""Acknowledge every escalation of the ticket that waits for it; returns a sentence for the agent."""
	require_ticket(ticket)
	names = responses.answer_all(ticket, lambda name: responses.acknowledge(name, note))
	if not names:
		return _("No escalation of this ticket waits for an answer.")
	return _("Escalations acknowledged: {0}.").format(len(names))


@frappe.whitelist(methods=["POST"])
def snooze_ticket(ticket: str, minutes: int, note: str = "") -> str:
	"""Snooze every escalation of the ticket that waits for an answer; returns a sentence for the agent."""
	require_ticket(ticket)
	names = responses.answer_all(ticket, lambda name: responses.snooze(name, cint(minutes), note))
	if not names:
		return _("No escalation of this ticket waits for an answer.")
	return _("Escalations snoozed for {1} minutes: {0}.").format(len(names), cint(minutes))
