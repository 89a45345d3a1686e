import frappe
from frappe import _
from frappe.model.document import Document


class CSTierChange(Document):
	"""One change of a customer's tier with the figures behind it. Added by the services, never changed."""

	def validate(self):
		if not self.is_new():
			self.refuse_change()

	def before_rename(self, old, new, merge=False):
		self.refuse_change()

	def refuse_change(self):
		frappe.throw(
			_(
				"The tier change {0} is a record of what was decided. Set the customer's tier by hand in the customer profile instead."
			).format(frappe.bold(self.name)),
			frappe.PermissionError,
		)


def on_doctype_update():
	"""The movements of a period, and those of a customer: all that the report asks for, so that it reads no row."""
	movement = ["changed_at", "direction", "reason", "from_tier", "to_tier", "customer"]
	frappe.db.add_index("CS Tier Change", movement, index_name="movement")
	frappe.db.add_index(
		"CS Tier Change", ["customer", "changed_at", "from_tier", "to_tier"], index_name="of_customer"
	)
