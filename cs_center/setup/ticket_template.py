"""The agent's ticket screen shows the fields that its HD Ticket Template lists: ours are added to every template."""

import frappe

TEMPLATE = "HD Ticket Template"
ROW = "HD Ticket Template Field"

SHOWN_FIELDS = (
	"cs_channel",
	"cs_customer_tier",
	"cs_dedicated_agent",
	"cs_policy",
	"cs_next_deadline",
	"cs_service_state",
)


def add_rows():
	"""Append our fields to each template that lacks them; never shown to customers, never required.

	Rows are inserted by themselves: saving the whole template would stumble over any older row that names a field
	the site has lost since.
	"""
	for name in frappe.get_all(TEMPLATE, pluck="name"):
		template = frappe.get_doc(TEMPLATE, name)
		listed = {row.fieldname for row in template.fields}
		for fieldname in SHOWN_FIELDS:
			if fieldname not in listed:
				row = template.append(
					"fields", {"fieldname": fieldname, "required": 0, "hide_from_customer": 1}
				)
				row.db_insert()
		frappe.clear_document_cache(TEMPLATE, name)


def remove_rows():
	"""Take our fields out of all templates again."""
	frappe.db.delete(ROW, {"fieldname": ["in", SHOWN_FIELDS]})
	for name in frappe.get_all(TEMPLATE, pluck="name"):
		frappe.clear_document_cache(TEMPLATE, name)
