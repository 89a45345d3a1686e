"""Records that the services write and nobody edits: clocks, escalations, deliveries."""

import frappe
from frappe.model.document import Document


class ComputedRecord(Document):
	"""Refuses to be written, renamed or deleted as a document; the services write its row."""

	def validate(self):
		self.refuse_change()

	def before_rename(self, old, new, merge=False):
		self.refuse_change()

	def on_trash(self):
		self.refuse_change()

	def refuse_change(self):
		frappe.throw(self.what_to_do_instead().format(frappe.bold(self.name)), frappe.PermissionError)

	def what_to_do_instead(self) -> str:
		"""The refusal, translated; {0} is the record's name."""
		return "{0}"
