from frappe import _
from frappe.model.document import Document

from cs_center.cs_center.doctype.cs_customer_tier import tier_checks, tier_use
from cs_center.cs_center.staff import require_staff
from cs_center.services.customers.purchases import tier_currency


class CSCustomerTier(Document):
	"""What a group of customers is entitled to, and what somebody has to buy to be one of them."""

	def before_insert(self):
		self.tier_name = tier_checks.check_name(self.tier_name)

	def validate(self):
		self.currency = tier_currency()
		tier_checks.check_values(self)
		tier_checks.check_rank(self)
		if self.has_value_changed("dedicated_agent"):
			require_staff(self.dedicated_agent, _("Dedicated Agent"))
		before = self.get_doc_before_save()
		if before and before.enabled and not self.enabled:
			tier_use.refuse_disabling(self.name)
		tier_checks.check_ladder_with(self)

	def on_trash(self):
		tier_use.refuse_deletion(self.name)
		if self.enabled:
			tier_checks.check_ladder_without(self)

	def before_rename(self, old, new, merge=False):
		new = tier_checks.check_name(new)
		tier_use.refuse_renaming(old)
		if merge:
			tier_checks.check_merge(self, new)
		return {"new": new}
