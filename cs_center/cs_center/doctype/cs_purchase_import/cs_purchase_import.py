import frappe
from frappe import _
from frappe.model.document import Document

from cs_center.services.customers import importing
from cs_center.services.customers.import_files import file_of, make_private

RESULTS = (
	"state",
	"message",
	"started_at",
	"finished_at",
	"total_rows",
	"good_rows",
	"bad_rows",
	"imported_rows",
	"problem_file",
	"problems",
)
"""Written by the run alone; see ``services.customers.importing``."""

GIVEN = ("file", "when_rows_are_bad")


class CSPurchaseImport(Document):
	"""One CSV file of purchases: what was in it, what was wrong, and what came of it."""

	def validate(self):
		self.keep_results()
		if not self.is_new() and any(self.has_value_changed(field) for field in GIVEN):
			self.require_not_begun()
			self.clear_results()
		if self.is_new() or self.has_value_changed("file"):
			self.file = make_private(file_of(self.file))

	def on_trash(self):
		self.require_not_under_way()

	def keep_results(self):
		"""What REST sends for them is put back."""
		before = self.get_doc_before_save()
		if not before:
			self.clear_results()
			return
		for field in RESULTS:
			self.set(field, before.get(field))

	def clear_results(self):
		for field in RESULTS:
			self.set(field, None)
		self.state = importing.DRAFT

	def require_not_begun(self):
		"""Rows carry the name of their import: it must not become another file's."""
		self.require_not_under_way()
		if self.state == importing.DONE or self.imported_rows:
			frappe.throw(
				_("{0} has imported rows of its file already. Make a new import for another file.").format(
					frappe.bold(self.name)
				)
			)

	def require_not_under_way(self):
		before = self.get_doc_before_save() or self
		if importing.is_under_way(before):
			frappe.throw(_("{0} is being imported. Wait until it is done.").format(frappe.bold(self.name)))
