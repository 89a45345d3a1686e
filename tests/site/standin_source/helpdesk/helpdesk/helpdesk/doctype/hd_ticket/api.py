"""Merging, at Helpdesk's own dotted path."""

import frappe
from frappe import _


@frappe.whitelist()
def merge_ticket(source: str, target: str):
	"""Copy the messages and comments of `source` to `target`, then close `source` and point it there."""
	for ticket in (source, target):
		if not frappe.db.exists("HD Ticket", ticket):
			frappe.throw(_("Ticket {0} does not exist").format(ticket))
	if source == target:
		frappe.throw(_("Source and target ticket cannot be same"))
	_copy("HD Ticket Comment", {"reference_ticket": source}, "reference_ticket", target)
	link = {"reference_doctype": "HD Ticket", "reference_name": source}
	_copy("Communication", link, "reference_name", target)
	ticket = frappe.get_doc("HD Ticket", source)
	ticket.update({"status": "Closed", "is_merged": 1, "merged_with": target})
	ticket.save()
	ticket.reply_via_agent(message=_("Ticket {0} has been merged with ticket {1}.").format(source, target))


def _copy(doctype, filters, field, target):
	"""The copies are inserted (so their events run) and then get the times of their originals."""
	for row in frappe.get_all(doctype, filters, ["name", "creation", "modified"]):
		copy = frappe.copy_doc(frappe.get_doc(doctype, row.name))
		copy.set(field, target)
		copy.insert(ignore_permissions=True)
		times = {"creation": row.creation, "modified": row.modified}
		frappe.db.set_value(doctype, copy.name, times, update_modified=False)
