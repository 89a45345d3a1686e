"""A row of a table is saved with its document, where the document's checks run. Frappe lets REST save a row alone."""

import frappe
from frappe import _
from frappe.model.document import Document


class RowOfDocument(Document):
	"""Base of the rows. A document's own save does not call its rows' methods, so these speak only when a row comes alone."""

	def validate(self):
		self.refuse()

	def on_trash(self):
		self.refuse()

	def refuse(self):
		frappe.throw(
			_("This row belongs to {0} {1}. Open that and change the row there.").format(
				_(self.parenttype or ""), frappe.bold(frappe.utils.escape_html(str(self.parent or "")))
			),
			frappe.PermissionError,
		)


def keep_own_rows(doc: Document):
	"""Make new rows of those that are not the stored document's own.

	Frappe updates a row by its name alone: with the name of another document's row that one would be taken over.
	"""
	before = doc.get_doc_before_save()
	for field in doc.meta.get_table_fields():
		own = {row.name for row in before.get(field.fieldname)} if before else set()
		for row in doc.get(field.fieldname):
			if row.name and row.name not in own:
				row.name = None
				row.set("__islocal", 1)
