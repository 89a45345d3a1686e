import frappe
from frappe import _

from cs_center.cs_center.computed_record import ComputedRecord


class CSEscalation(ComputedRecord):
	"""One step that fired for one ticket, metric and cycle: written by the services, never edited."""

	def what_to_do_instead(self) -> str:
		return _(
			"The escalation {0} is a record of what happened. Acknowledge or snooze it with its buttons, or work on the ticket itself."
		)


def on_doctype_update():
	"""A ticket's escalations at every evaluation; what is open, by level; lists and reports by time."""
	for columns in (["reference_doctype", "reference_name"], ["state", "level"], ["raised_at"], ["due_at"]):
		frappe.db.add_index("CS Escalation", columns)
