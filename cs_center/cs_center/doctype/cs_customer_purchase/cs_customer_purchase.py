import frappe
from frappe.model.document import Document

from cs_center.services.customers import purchases
from cs_center.services.customers.purchases import tier_currency

FORM, IMPORT, REST = "Form", "Import", "REST"
SAVED_IN_A_FORM = "frappe.desk.form.save.savedocs"


class CSCustomerPurchase(Document):
	"""One order of a customer, or a return of one, as the shop reported it."""

	def _set_defaults(self):
		"""An empty currency is that of the tiers, before Frappe makes it that of the site."""
		self.currency = self.get("currency") or tier_currency() or None
		super()._set_defaults()

	def validate(self):
		self.hold_returned_order()
		purchases.check(self)
		self.keep_source()

	def hold_returned_order(self):
		"""Two returns at the same time could together be more than the order was."""
		if self.is_return and self.returns_order:
			frappe.db.get_value(self.doctype, self.returns_order, "name", for_update=True)

	def keep_source(self):
		"""How it first came here stands, whoever changes it later."""
		before = self.get_doc_before_save()
		if before:
			self.source, self.import_run = before.source, before.import_run
		elif not self.flags.cs_source:
			self.source, self.import_run = how_it_comes(), None


def how_it_comes() -> str:
	"""The way of this request. The app's own import writes its rows itself."""
	if frappe.flags.in_import:
		return IMPORT
	return FORM if frappe.form_dict.get("cmd") == SAVED_IN_A_FORM else REST


def on_doctype_update():
	"""All that a customer's sums are made of, so that the nightly evaluation reads no row; the purchases of a period."""
	frappe.db.add_index(
		"CS Customer Purchase",
		["customer", "purchased_on", "is_return", "base_amount"],
		index_name="customer_sums",
	)
	frappe.db.add_index("CS Customer Purchase", ["purchased_on"])
