import frappe
from frappe import _
from frappe.model.document import Document


class CSServiceEvent(Document):
	"""One fact of the ledger. Added by the services, never changed; clocks are computed from these rows."""

	def validate(self):
		if not self.is_new():
			self.refuse_change()

	def before_rename(self, old, new, merge=False):
		self.refuse_change()

	def on_trash(self):
		# Erasing a customer's personal data removes a ticket's ledger as a whole; nothing else may.
		if not self.flags.cs_erasure:
			self.refuse_change()

	def refuse_change(self):
		frappe.throw(
			_(
				"The event {0} belongs to the ledger, which is only ever added to. Correct the ticket itself: the correction becomes an event of its own."
			).format(frappe.bold(self.name)),
			frappe.PermissionError,
		)


def on_doctype_update():
	"""Reading one reference's ledger in order is the query of every evaluation."""
	frappe.db.add_index("CS Service Event", ["reference_doctype", "reference_name", "sequence"])
