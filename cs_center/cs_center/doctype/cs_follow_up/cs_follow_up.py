import frappe
from frappe.model.document import Document

from cs_center.cs_center.row_of_document import keep_own_rows
from cs_center.services.follow_ups import saving

OCCASION_FIELDS = ("care_rule", "occasion", "occasion_on")


class CSFollowUp(Document):
	"""A call or a visit after a case: whom to ask what, every attempt, and what the customer said."""

	def validate(self):
		keep_own_rows(self)
		self.keep_occasion()
		saving.validate(self)

	def on_update(self):
		saving.on_update(self)

	def on_trash(self):
		saving.on_trash(self)

	def keep_occasion(self):
		"""What a request says about these counts for nothing: by them the night knows what it has made already."""
		before = self.get_doc_before_save()
		if before or not self.flags.ignore_permissions:
			self.update({field: before.get(field) if before else None for field in OCCASION_FIELDS})


def on_doctype_update():
	"""A complaint's call-backs, and a customer's; what somebody, or a team, still has to do."""
	for fields in (
		["complaint", "state"],
		["customer", "state"],
		["assigned_to", "state", "due_at"],
		["state", "due_at"],
	):
		frappe.db.add_index("CS Follow Up", fields)
