"""What a complaint does to its ticket: category, severity and priority follow it, and the ticket counts its complaints."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from cs_center.domain.complaints import Stage, severity_rank
from cs_center.integrations import helpdesk
from cs_center.services.escalation.subjects import COMPLAINT

from . import categories

FINAL = [stage.value for stage in Stage if stage.is_final]
SAVEPOINT = "cs_center_complaint_ticket"
DRIVING = ("category", "severity", "priority")


def follow(doc: Any, before: Any) -> None:
	"""The ticket after a save of its complaint."""
	if before is None or _changed(doc, before, "stage"):
		count_again(doc.ticket)
	if Stage(doc.stage).is_final:
		return
	if before is None or any(_changed(doc, before, field) for field in DRIVING):
		drive(doc.ticket, doc, before)


def drive(ticket: str, doc: Any, before: Any) -> None:
	"""Category, severity and priority of the complaint onto its ticket, never downwards, through Helpdesk's own save."""
	row = frappe.db.get_value(
		helpdesk.TICKET,
		ticket,
		["cs_complaint_category", "cs_severity", "priority", "agent_group"],
		as_dict=True,
	)
	values = wanted_of(row, doc, before) if row else {}
	if not values:
		return
	frappe.db.savepoint(SAVEPOINT)
	try:
		document = frappe.get_doc(helpdesk.TICKET, ticket)
		document.update(values)
		document.flags.ignore_permissions = (
			True  # who may register a complaint may say what it makes of the ticket
		)
		document.save()
	except frappe.ValidationError as error:  # Helpdesk's own rules: the complaint stands all the same
		frappe.db.rollback(save_point=SAVEPOINT)
		frappe.log_error(title=f"CS Center: ticket {ticket} did not follow its complaint {doc.name}")
		frappe.msgprint(
			_("The complaint is saved, but its ticket {0} could not follow it: {1}").format(
				ticket, frappe.utils.strip_html(str(error))
			)
		)
	else:
		frappe.db.release_savepoint(SAVEPOINT)


def wanted_of(row: Any, doc: Any, before: Any) -> dict[str, Any]:
	"""The ticket's fields that the complaint changes. A ticket that somebody moved since then is not fetched back."""
	values: dict[str, Any] = {}
	is_new_category = before is None or _changed(doc, before, "category")
	category = categories.find(doc.category) if is_new_category else None
	if category and row.cs_complaint_category != category.name:
		values["cs_complaint_category"] = category.name
	if category and category.team and row.agent_group != category.team:
		values["agent_group"] = category.team
	if doc.severity and severity_rank(doc.severity) > severity_rank(row.cs_severity or ""):
		values["cs_severity"] = doc.severity
	if doc.priority and doc.priority != row.priority and helpdesk.is_more_urgent(doc.priority, row.priority):
		values["priority"] = doc.priority
	return values


def count_again(ticket: str, without: str = "") -> None:
	"""The ticket's number of open complaints, straight into its row: no save, no event."""
	number = frappe.db.count(
		COMPLAINT, {"ticket": ticket, "stage": ["not in", FINAL], "name": ["!=", without]}
	)
	frappe.db.set_value(helpdesk.TICKET, ticket, "cs_open_complaints", number, update_modified=False)


def forget(ticket: str) -> None:
	"""A ticket was deleted in spite of its complaints: the next ticket may get its number, and must not get them."""
	for name in frappe.get_all(COMPLAINT, {"ticket": ticket}, pluck="name", limit_page_length=0):
		frappe.delete_doc(COMPLAINT, name, ignore_permissions=True, force=True)


def _changed(doc: Any, before: Any, field: str) -> bool:
	return (doc.get(field) or "") != (before.get(field) or "")
