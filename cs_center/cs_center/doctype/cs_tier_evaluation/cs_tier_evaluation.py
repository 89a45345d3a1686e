import frappe
from frappe import _
from frappe.model.document import Document


class CSTierEvaluation(Document):
	"""One nightly run over all customers. Written by the services, never edited."""

	def validate(self):
		if not self.is_new():
			self.refuse_change()

	def before_rename(self, old, new, merge=False):
		self.refuse_change()

	def on_trash(self):
		self.refuse_change()

	def refuse_change(self):
		frappe.throw(
			_(
				"The evaluation {0} is a record of what was done that night. To evaluate a customer again use the button in the customer profile."
			).format(frappe.bold(self.name)),
			frappe.PermissionError,
		)
