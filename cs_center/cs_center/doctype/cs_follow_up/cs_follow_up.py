import frappe
from frappe.model.document import Document

from cs_center.cs_center.row_of_document import keep_own_rows
from cs_center.services.complaints import follow_ups


class CSFollowUp(Document):
	"""A call or a visit after a case: whom to ask what, every attempt, and what the customer said."""

	def validate(self):
		keep_own_rows(self)
		follow_ups.validate(self)

	def on_update(self):
		follow_ups.on_update(self)

	def on_trash(self):
		follow_ups.on_trash(self)


def on_doctype_update():
	"""A complaint's call-backs; what somebody, or a team, still has to do."""
	for fields in (["complaint", "state"], ["assigned_to", "state", "due_at"], ["state", "due_at"]):
		frappe.db.add_index("CS Follow Up", fields)
