"""What a policy's condition may ask about: value fields of the ticket and four facts that services work out."""

import frappe
from frappe import _
from frappe.model import no_value_fields, table_fields

DERIVED_FACTS = ("channel", "customer_tier", "complaint_category", "severity")


def allowed_facts() -> dict[str, str]:
	"""Fact name -> label (untranslated) of everything a condition may name."""
	facts = {
		"channel": "Channel",
		"customer_tier": "Customer Tier",
		"complaint_category": "Complaint Category",
		"severity": "Severity",
	}
	for field in frappe.get_meta("HD Ticket").fields:
		if field.fieldtype not in no_value_fields and field.fieldtype not in table_fields:
			facts.setdefault(field.fieldname, field.label or field.fieldname)
	return facts


@frappe.whitelist(methods=["GET"])
def list_condition_facts() -> list[dict[str, str]]:
	"""Options of the condition grid's field column. Our own ticket fields are left out: the facts stand for them."""
	frappe.new_doc("CS Service Policy").check_permission("read")
	return [
		{"value": name, "label": f"{_(label)} ({name})"}
		for name, label in allowed_facts().items()
		if not name.startswith("cs_")
	]
