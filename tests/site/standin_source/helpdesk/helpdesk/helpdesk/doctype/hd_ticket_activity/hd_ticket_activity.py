import frappe
from frappe.model.document import Document


class HDTicketActivity(Document):
	pass


def log_ticket_activity(ticket: str, action: str) -> Document:
	"""Add one line to a ticket's log, whoever acts."""
	activity = frappe.get_doc({"doctype": "HD Ticket Activity", "ticket": ticket, "action": action})
	return activity.insert(ignore_permissions=True)
