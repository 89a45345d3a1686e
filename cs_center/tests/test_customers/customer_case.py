"""Base class of the customers' tests: three tiers of round numbers, a customer with a profile, purchases on demand."""

import frappe
from frappe.email.receive import InboundMail
from frappe.utils import add_days, getdate

from cs_center.services.customers import evaluating, tickets_following
from cs_center.services.customers.deciding import CHANGE, PROFILE
from cs_center.services.service_levels.site_time import current_instant
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

	def receive_mail(self, address, **values):
		"""The ticket that a mail opens: through Frappe's own reader where the engine has a working one, else with ``values``."""
		if frappe.__version__.startswith("15.0.0-dev"):
			ticket = factories.create_ticket("Broken", None, raised_by=address, **values)
			factories.make_message(ticket, "Received", sender=address).insert(ignore_permissions=True)
			return factories.fresh(ticket)
		account = frappe.get_doc(
			{
				"doctype": "Email Account",
				"email_id": "vip@shop.example",
				"email_account_name": factories.unique("Mailbox"),
				"enable_incoming": 0,
				"append_to": "HD Ticket",
			}
		)
		account.name = account.email_account_name
		account.db_insert()
		mail = (
			f"From: Buyer <{address}>\nTo: vip@shop.example\nSubject: Broken\n"
			f"Message-ID: <{frappe.generate_hash()}@shop.example>\n"
			"Date: Mon, 02 Mar 2026 01:58:00 +0000\nContent-Type: text/plain\n\nIt is broken.\n"
		)
		self.travel(
			f"{current_instant():%Y-%m-%d %H:%M}:00.000001"
		)  # Frappe writes a whole second in two ways
		return factories.fresh(InboundMail(mail, account, append_to="HD Ticket").process().reference_name)

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
