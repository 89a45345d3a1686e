import frappe
from frappe.model.document import Document

from cs_center.services.complaints import actions


class CSComplaintAction(Document):
	"""What a department or a person is to do about a complaint, by when, and what came of it."""

	def validate(self):
		actions.validate(self)

	def on_update(self):
		actions.on_update(self)

	def on_trash(self):
		actions.on_trash(self)


def on_doctype_update():
	"""A complaint's actions; what somebody, or a department, still has to do."""
	for fields in (
		["complaint", "state"],
		["responsible", "state", "due_at"],
		["department", "state", "due_at"],
	):
		frappe.db.add_index("CS Complaint Action", fields)
