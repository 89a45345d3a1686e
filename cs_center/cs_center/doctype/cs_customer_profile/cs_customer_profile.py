import frappe
from frappe import _

from cs_center.cs_center.doctype.cs_customer_profile import contact_checks, override_checks
from cs_center.cs_center.doctype.cs_customer_profile.profile_writing import (
	is_changed,
	keep_computed,
	refuse_beyond_agents,
)
from cs_center.cs_center.personal_document import PersonalDocument
from cs_center.cs_center.staff import require_staff
from cs_center.integrations import erpnext
from cs_center.services.customers import profiles
from cs_center.services.customers.purchases import tier_currency


class CSCustomerProfile(PersonalDocument):
	"""What the centre knows of a customer: tier and how it came about, dedicated agent, how to get in touch."""

	def _set_defaults(self):
		"""Frappe gives every new document's Time fields the present time; an hour that nobody prefers is none."""
		given = {field: self.get(field) for field in contact_checks.HOURS}
		super()._set_defaults()
		self.update(given)

	def before_insert(self):
		if self.customer and frappe.db.exists(self.doctype, self.customer):
			frappe.throw(
				_("The customer {0} has a profile already. Open that one and change it there.").format(
					frappe.bold(frappe.utils.escape_html(self.customer))
				),
				frappe.DuplicateEntryError,
			)

	def validate(self):
		keep_computed(self)
		refuse_beyond_agents(self)
		override_checks.check_override(self)
		contact_checks.check_contact(self)
		if is_changed(self, "dedicated_agent"):
			require_staff(self.dedicated_agent, _("Dedicated Agent"))
		self.check_source_customer()
		self.currency = tier_currency()

	def before_save(self):
		profiles.before_save(self)

	def on_update(self):
		profiles.on_update(self)

	def on_trash(self):
		profiles.on_trash(self)

	def check_source_customer(self):
		"""The customer in ERPNext is one that is there, and nobody else's."""
		self.source_customer = (self.source_customer or "").strip() or None
		wanted = self.source_customer
		if not wanted or not is_changed(self, "source_customer"):
			return
		if erpnext.is_installed():
			self.source_customer = erpnext.customers_named([wanted]).get(wanted)
			if not self.source_customer:
				frappe.throw(
					_("ERPNext has no customer {0}. Correct the name, or leave it empty.").format(
						frappe.bold(frappe.utils.escape_html(wanted))
					)
				)
		filters = {"source_customer": self.source_customer, "name": ["!=", self.name or ""]}
		other = frappe.db.get_value(self.doctype, filters)
		if other:
			frappe.throw(
				_(
					"The invoices of {0} are counted for the customer {1} already. Remove it there first."
				).format(
					frappe.bold(frappe.utils.escape_html(self.source_customer)),
					frappe.bold(frappe.utils.escape_html(other)),
				),
				frappe.DuplicateEntryError,
			)


def on_doctype_update():
	"""Customers of a tier; whose tickets still have to follow; whose day of renewal comes; whose override ends when."""
	for fields in (["tier", "customer"], ["tickets_pending", "customer"], ["renewal_on"], ["override_until"]):
		frappe.db.add_index("CS Customer Profile", fields)
