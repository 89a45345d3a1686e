"""A complaint arrives: what its ticket knows is taken over, and repeats are noticed."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.query_builder import Order
from frappe.utils import add_to_date, get_datetime, now_datetime, strip_html

from cs_center.domain.complaints import Stage, Standing
from cs_center.integrations import helpdesk
from cs_center.services.escalation.subjects import COMPLAINT

from .people import acting_standing
from .settings import read_complaint_settings

CONSENT_FIELDS = ("consent", "consent_person", "consent_at", "consent_medium", "refusal_reason")
"""What the customer answers to a proposed solution."""

FROM_TICKET = {
	"subject": "subject",
	"customer": "customer",
	"raised_by": "raised_by",
	"channel": "cs_channel",
	"customer_tier": "cs_customer_tier",
	"team": "agent_group",
	"priority": "priority",
	"suggested_category": "cs_suggested_category",
	"suggestion_confidence": "cs_suggestion_confidence",
	"suggestion_words": "cs_suggestion_words",
}
"""Field of the complaint -> field of its ticket."""


SUGGESTED = ("suggested_category", "suggestion_confidence", "suggestion_words")
"""What nobody writes: the ticket says it."""


def fill_from_ticket(doc: Any) -> None:
	"""Empty fields take what the ticket says; what somebody wrote stays."""
	if not doc.ticket:
		frappe.throw(_("A complaint belongs to a ticket. Choose the ticket, or register it from there."))
	is_there = frappe.db.exists(helpdesk.TICKET, doc.ticket)
	if not is_there or not (doc.flags.ignore_permissions or may_see_ticket(doc.ticket)):
		frappe.throw(
			_("You cannot see ticket {0}. Ask a team lead if you should.").format(
				frappe.bold(frappe.utils.escape_html(str(doc.ticket)))
			),
			frappe.PermissionError,
		)
	fields = [*FROM_TICKET.values(), "description"]
	ticket = frappe.db.get_value(helpdesk.TICKET, doc.ticket, fields, as_dict=True)
	for field, source in FROM_TICKET.items():
		if field in SUGGESTED or (not doc.get(field) and ticket.get(source)):
			doc.set(field, ticket.get(source))
	if not doc.description:
		doc.description = strip_html(ticket.description or "").strip()


def may_see_ticket(ticket: str) -> bool:
	"""Whether whoever registers the complaint works with its ticket: what the ticket says comes into the complaint."""
	if acting_standing() >= Standing.LEAD:
		return True
	is_agent = acting_standing() >= Standing.AGENT
	return is_agent and bool(frappe.has_permission(helpdesk.TICKET, "read", ticket))


def begin(doc: Any) -> None:
	"""Values that a new complaint has whatever it was given: an answer of the customer is not among them."""
	for field in CONSENT_FIELDS:
		doc.set(field, None)
	doc.stage = doc.stage or Stage.RECEIVED.value
	doc.received_at = doc.received_at or now_datetime()
	doc.company = doc.company or read_complaint_settings().company


def earlier_complaint(doc: Any) -> str:
	"""The newest complaint of this customer in this category within the days of the settings before this one, or "".

	Without a customer the same sender counts. Rejected and withdrawn ones are none.
	"""
	if not doc.category or not (doc.customer or doc.raised_by):
		return ""
	received = get_datetime(doc.received_at)
	since = add_to_date(received, days=-read_complaint_settings().repeat_days)
	table = frappe.qb.DocType(COMPLAINT)
	is_the_same = table.customer == doc.customer if doc.customer else table.raised_by == doc.raised_by
	found = (
		frappe.qb.from_(table)
		.select(table.name)
		.where(is_the_same & (table.category == doc.category))
		.where((table.received_at >= since) & (table.received_at <= received))
		.where((table.name != (doc.name or "")) & table.stage.notin(NO_COMPLAINT))
		.orderby(table.received_at, order=Order.desc)
		.orderby(table.name, order=Order.desc)
		.limit(1)
		.run()
	)
	return found[0][0] if found else ""


NO_COMPLAINT = [Stage.WITHDRAWN.value, Stage.REJECTED.value]
