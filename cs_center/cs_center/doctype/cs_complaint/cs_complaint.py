import frappe
from frappe.model.document import Document

from cs_center.cs_center.doctype.cs_complaint.compensation_checks import name_currencies
from cs_center.cs_center.doctype.cs_complaint.complaint_checks import check_fields
from cs_center.cs_center.row_of_document import keep_own_rows
from cs_center.services.complaints import saving


class CSComplaint(Document):
	"""A customer's complaint about a ticket, from its receipt to its result. Stages and gates stand in the services."""

	def _set_defaults(self):
		"""New rows get the currency of the settings before Frappe gives them that of the site."""
		name_currencies(self)
		super()._set_defaults()

	def before_insert(self):
		saving.before_insert(self)

	def validate(self):
		keep_own_rows(self)
		check_fields(self)
		saving.validate(self)

	def before_save(self):
		saving.before_save(self)

	def on_update(self):
		saving.on_update(self)

	def on_trash(self):
		saving.on_trash(self)


def on_doctype_update():
	"""What lists and reports ask for: open ones by stage, those of a period or a category, a customer's earlier ones."""
	for fields in (
		["stage", "modified"],
		["category", "received_at"],
		["customer", "category", "received_at"],
	):
		frappe.db.add_index("CS Complaint", fields)
	# All that the figures of a period are summed up from, so that a report reads no row (they are long).
	frappe.db.add_index(
		"CS Complaint",
		[
			"received_at",
			"category",
			"is_repeat",
			"consent",
			"refusals",
			"compensation_cost",
			"cost_currency",
		],
		index_name="complaint_figures",
	)
