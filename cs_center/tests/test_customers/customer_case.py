"""Base class of the customers' tests: three tiers of round numbers, a customer with a profile, purchases on demand."""

import frappe
from frappe.utils import add_days, getdate

from cs_center.services.customers import evaluating, tickets_following
from cs_center.services.customers.deciding import CHANGE, PROFILE
from cs_center.tests import factories
from cs_center.tests.ticket_case import TicketTestCase

TIER, PURCHASE, RUN = "CS Customer Tier", "CS Customer Purchase", "CS Tier Evaluation"


class CustomerTestCase(TicketTestCase):
	"""Regular; VIP from 1,000 or 5 orders; Senior VIP from 5,000 or 20, in 12 months; kept with 90 %, 30 days of grace.

	VIP: factors 0.5, one step of priority. Senior VIP: 0.25, two steps. Purchases are those of this app.
	"""

	def setUp(self):
		super().setUp()
		factories.change_settings(
			purchase_source=PURCHASE,
			keep_percent=90,
			grace_days=30,
			evaluation_hour=2,
			route_to_dedicated=1,
			tier_currency="CNY",
		)
		frappe.db.set_value(TIER, {"name": ["not in", ["Regular", "VIP", "Senior VIP"]]}, "enabled", 0)
		self.set_tier("Regular", rank=0, spend_threshold=0, order_threshold=0)
		self.set_tier("VIP", rank=10, spend_threshold=1000, order_threshold=5, factor=0.5, uplift=1)
		self.set_tier("Senior VIP", rank=20, spend_threshold=5000, order_threshold=20, factor=0.25, uplift=2)

	def set_tier(self, name, factor=1, uplift=0, **values):
		"""Straight into the row: the form's checks look at one tier after the other."""
		fixed = {"enabled": 1, "needs": "Either", "window_months": 12, "team": None, "dedicated_agent": None}
		values |= {"reply_factor": factor, "resolution_factor": factor, "priority_uplift": uplift}
		frappe.db.set_value(TIER, name, {**fixed, **values}, update_modified=False)
		frappe.clear_document_cache(TIER, name)
		self.addCleanup(frappe.clear_document_cache, TIER, name)

	def customer(self, **values):
		"""Name of a new customer; values go into its profile."""
		name = factories.create_customer(factories.unique("Customer"))
		if values:
			frappe.db.set_value(PROFILE, name, values, update_modified=False)
		return name

	def buyer_of(self, customer, email=None):
		"""Address of a contact of the customer, who writes tickets."""
		email = email or f"{frappe.scrub(customer).replace('_', '-')}@buyers.example"
		contact = frappe.get_doc({"doctype": "Contact", "first_name": "Buyer"})
		contact.append("email_ids", {"email_id": email, "is_primary": 1})
		contact.append("links", {"link_doctype": "HD Customer", "link_name": customer})
		contact.insert(ignore_permissions=True)  # as Helpdesk does when a mail arrives
		return email

	def buy(self, customer, amount, days_ago=1, **values):
		doc = {
			"doctype": PURCHASE,
			"order_number": factories.unique("Order"),
			"customer": customer,
			"purchased_on": add_days(getdate(), -days_ago),
			"amount": amount,
		}
		return frappe.get_doc({**doc, **values}).insert()

	def profile(self, customer):
		return frappe.get_doc(PROFILE, customer)

	def evaluate(self):
		"""The night's run, and the tickets that follow it."""
		return evaluating.run()

	def follow(self):
		return tickets_following.follow_pending()

	def changes(self, customer):
		"""(from, to, reason) of the customer's changes, oldest first."""
		rows = frappe.get_all(
			CHANGE,
			{"customer": customer},
			["from_tier", "to_tier", "reason"],
			order_by="changed_at asc, creation asc",
		)
		return [(row.from_tier, row.to_tier, row.reason) for row in rows]
