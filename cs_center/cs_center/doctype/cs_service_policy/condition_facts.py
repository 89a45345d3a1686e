"""What a policy's condition may ask about: value fields of the ticket or complaint, and four facts that services work out."""

import frappe
from frappe import _
from frappe.model import no_value_fields, table_fields

from cs_center.services.service_levels.definitions import FOR_COMPLAINTS, FOR_TICKETS

DERIVED_FACTS = ("channel", "customer_tier", "complaint_category", "severity")

COMPUTED_FIELDS = (
	"policy",
	"escalation_policy",
	"next_deadline",
	"service_state",
	"next_escalation_at",
	"evaluation_pending",
	"stage_note",
)
"""Of a complaint: what follows from its policy cannot choose it, and the note is gone after each save."""


def allowed_facts(applies_to: str = FOR_TICKETS) -> dict[str, str]:
	"""Fact name -> label (untranslated) of everything that a condition of such a policy may name."""
	facts = {
		"channel": "Channel",
		"customer_tier": "Customer Tier",
		"complaint_category": "Complaint Category",
		"severity": "Severity",
	}
	is_complaint = applies_to == FOR_COMPLAINTS
	for field in frappe.get_meta("CS Complaint" if is_complaint else "HD Ticket").fields:
		has_value = field.fieldtype not in no_value_fields and field.fieldtype not in table_fields
		if has_value and not (is_complaint and field.fieldname in COMPUTED_FIELDS):
			facts.setdefault(field.fieldname, field.label or field.fieldname)
	return facts


@frappe.whitelist(methods=["GET"])
def list_condition_facts(applies_to: str = FOR_TICKETS) -> list[dict[str, str]]:
	"""Options of the condition grid's field column. Our own ticket fields are left out: the facts stand for them."""
	frappe.new_doc("CS Service Policy").check_permission("read")
	return [
		{"value": name, "label": f"{_(label)} ({name})"}
		for name, label in allowed_facts(applies_to).items()
		if not name.startswith("cs_")
	]
