"""What a ticket shows: its state for the ledger, and the facts that policy conditions may ask for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import frappe

from cs_center.domain.ledger import Category, TicketState
from cs_center.integrations import helpdesk
from cs_center.services.complaints import categories

NAMED_FACTS = {
	"channel": "cs_channel",
	"customer_tier": "cs_customer_tier",
	"complaint_category": "cs_complaint_category",
	"severity": "cs_severity",
}
"""Facts with a name of their own, and the ticket field that holds each; every other fact is a ticket field."""

SUPERVISORS = {"CS Manager", "CS Team Lead"}
"""Roles besides Helpdesk's own that may say a ticket's channel, tier, category and severity."""

CENTRE_FIELDS = (
	"cs_dedicated_agent",
	"cs_raised_from",
	"cs_open_complaints",
	"cs_suggested_category",
	"cs_suggestion_confidence",
	"cs_suggestion_words",
)
"""Further fields that only the centre's own people may write."""

STATE_FIELDS = (
	"status",
	"agent_group",
	"priority",
	"is_merged",
	"merged_with",
	"cs_channel",
	"cs_policy",
	"cs_severity",
	"feedback_rating",
	"_assign",
)
"""Ticket fields that the ledger watches."""


def state_of(ticket: Any, assignees: frozenset[str] | None = None) -> TicketState:
	"""The state that a ticket (document or row) shows. ``assignees`` overrides ``_assign``, stale while saving."""
	return TicketState(
		category=Category(helpdesk.status_category(ticket.get("status"))),
		team=ticket.get("agent_group") or "",
		priority=ticket.get("priority") or "",
		channel=ticket.get("cs_channel") or "",
		severity=ticket.get("cs_severity") or "",
		rating=helpdesk.stars(ticket.get("feedback_rating")),
		merged_into=(ticket.get("merged_with") or "") if ticket.get("is_merged") else "",
		assignees=helpdesk.assignees(ticket) if assignees is None else assignees,
	)


def facts_of(ticket: Any, names: Iterable[str]) -> dict[str, Any]:
	"""The named facts of a ticket: numbers as numbers, all else as text, "" where it has none."""
	return {name: _fact_of(ticket, name) for name in names}


def _fact_of(ticket: Any, name: str) -> Any:
	value = ticket.get(NAMED_FACTS.get(name, name))
	return categories.path_of(value) if name == "complaint_category" else _fact(value)


def _fact(value: Any) -> Any:
	if isinstance(value, int | float):
		return value
	return "" if value is None else str(value).strip()


def keep_from_customers(ticket: Any) -> None:
	"""Put back what a customer wrote into fields that decide on deadlines: Helpdesk lets customers write tickets."""
	user = frappe.session.user
	if user == "Administrator" or helpdesk.is_agent(user) or SUPERVISORS & set(frappe.get_roles(user)):
		return
	before = ticket.get_doc_before_save()
	for name in (*NAMED_FACTS.values(), *CENTRE_FIELDS):
		allowed = before.get(name) if before else None
		if (ticket.get(name) or None) != (allowed or None):
			ticket.set(name, allowed)
