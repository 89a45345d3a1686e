import frappe
from frappe import _
from frappe.model.document import Document


class CSServiceClock(Document):
	"""One metric of one cycle of a ticket: computed from the ledger by the services, never edited."""

	def validate(self):
		self.refuse_change()

	def before_rename(self, old, new, merge=False):
		self.refuse_change()

	def on_trash(self):
		self.refuse_change()

	def refuse_change(self):
		frappe.throw(
			_(
				"The clock {0} is computed from the ledger. Correct the ticket itself, or rebuild all clocks in CS Center Settings."
			).format(frappe.bold(self.name)),
			frappe.PermissionError,
		)


def on_doctype_update():
	"""What is due now is asked each minute; a ticket's clocks at every change; reports go by metric and state."""
	frappe.db.add_index("CS Service Clock", ["reference_doctype", "reference_name"])
	frappe.db.add_index("CS Service Clock", ["metric", "state", "due_at"])
