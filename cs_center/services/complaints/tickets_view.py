"""What a ticket's screen shows of complaints: the suggestion with its words, and the complaints there are."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import get_url_to_form

from cs_center.integrations import helpdesk
from cs_center.services.escalation.subjects import COMPLAINT
from cs_center.services.service_levels.site_time import display, to_aware_or_none

from . import categories, suggesting


def suggestion(ticket: str) -> dict[str, Any]:
	"""Keys: category, label, path, is_complaint, confidence (0 to 100), words, reason, accepted, accepted_label, desk_url,
	complaints."""
	fields = ["subject", "description", "cs_complaint_category"]
	row = frappe.db.get_value(helpdesk.TICKET, ticket, fields, as_dict=True)
	found = suggesting.suggest(row.subject or "", row.description or "")
	category, accepted = categories.by_code(found.code), categories.find(row.cs_complaint_category)
	return {
		"category": category.name if category else "",
		"label": _(category.name) if category else "",
		"path": " / ".join(_(name) for name in category.path) if category else "",
		"is_complaint": bool(category and category.is_complaint),
		"confidence": round(found.confidence * 100) if category else 0,
		"words": suggesting.words_of(found),
		"reason": reason_text(found.reason),
		"accepted": row.cs_complaint_category or "",
		"accepted_label": _(accepted.name) if accepted and accepted.is_complaint else "",
		"desk_url": get_url_to_form(helpdesk.TICKET, ticket),
		"complaints": complaints_of(ticket),
	}


def reason_text(reason: str) -> str:
	"""Why the words suggest nothing."""
	return {
		"no words": _("Not sure: no word of the message belongs to a category."),
		"too weak": _("Not sure: the words say too little."),
		"too close": _("Not sure: the words speak for several categories."),
	}.get(reason, "")


def complaints_of(ticket: str) -> list[dict[str, Any]]:
	"""The ticket's complaints that the caller may see, newest first."""
	fields = ["name", "subject", "stage", "severity", "category", "service_state", "next_deadline"]
	rows = frappe.get_list(
		COMPLAINT, {"ticket": ticket}, fields, order_by="received_at desc", limit_page_length=50
	)
	for row in rows:
		row.stage_label, row.category_label = (
			_(row.stage, context="CS Complaint"),
			_(row.category) if row.category else "",
		)
		row.severity_label = _(row.severity) if row.severity else ""
		row.url = get_url_to_form(COMPLAINT, row.name)
		row.next_deadline = display(to_aware_or_none(row.next_deadline))
	return rows
