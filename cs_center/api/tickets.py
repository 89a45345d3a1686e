"""What the ticket screens ask for."""

from __future__ import annotations

from typing import Any

import frappe

from cs_center.api.permissions import require_ticket
from cs_center.services.service_levels import explain as explaining
from cs_center.services.service_levels import ticket_events


@frappe.whitelist(methods=["GET", "POST"])
def explain(ticket: str) -> dict[str, Any]:
	"""Timeline, clocks and policy choice of a ticket in the caller's language (see ``explain_ticket``)."""
	require_ticket(ticket)
	return explaining.explain_ticket(ticket)


@frappe.whitelist(methods=["POST"])
def acknowledge(ticket: str) -> bool:
	"""Record that the caller has seen the ticket; False when it had been acknowledged or answered before."""
	require_ticket(ticket)
	frappe.get_doc("HD Ticket", ticket).check_permission("write")
	return ticket_events.acknowledge(ticket)
