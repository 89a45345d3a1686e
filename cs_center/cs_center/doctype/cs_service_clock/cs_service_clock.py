import frappe
from frappe.model.document import Document


class CSServiceClock(Document):
	"""A row computed from the ledger: rebuilt by the services, edited by nobody."""


def on_doctype_update():
	"""Look-ups by ticket, and reports by metric; ``next_event_at`` has the field's own index.

	That a reference, metric and cycle has one row is seen to by the name, which is made of them.
	"""
	frappe.db.add_index("CS Service Clock", ["reference_doctype", "reference_name"])
	frappe.db.add_index("CS Service Clock", ["metric", "state", "due_at"])
