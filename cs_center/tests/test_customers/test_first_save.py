"""A ticket has its customer's tier, and the policy and priority that go with it, on its very first save."""

from unittest.mock import patch

import frappe

from cs_center.services.customers import arriving
from cs_center.tests import factories
from cs_center.tests.factories import TWO_AND_EIGHT, condition, create_policy, create_ticket, events, save
from cs_center.tests.test_customers.customer_case import CustomerTestCase
from cs_center.tests.ticket_case import moment

ONE_AND_FOUR = (factories.target("First Reply", 1), factories.target("Resolution", 4))


class TestFirstSave(CustomerTestCase):
	def setUp(self):
		super().setUp()
		self.vip = self.customer(tier="VIP", earned_tier="VIP")
		self.address = self.buyer_of(self.vip)
		self.for_vips = create_policy(
			targets=ONE_AND_FOUR, conditions=[condition("customer_tier", "Equals", "VIP")]
		)
		self.for_all = create_policy(targets=TWO_AND_EIGHT)

	def test_the_document_itself_has_tier_policy_and_shortened_deadlines(self):
		ticket = frappe.get_doc(
			{"doctype": "HD Ticket", "subject": "Late", "raised_by": self.address, "priority": "Medium"}
		).insert()
		self.assertEqual(ticket.customer, self.vip)
		self.assertEqual((ticket.cs_customer_tier, ticket.cs_policy), ("VIP", self.for_vips.name))
		self.assertEqual(ticket.priority, "High")
		self.assertEqual(ticket.response_by, moment("10:30"))
		self.assertEqual(ticket.resolution_by, moment("12:00"))

	def test_a_ticket_by_mail(self):
		ticket = self.receive_mail(self.address)
		self.assertEqual((ticket.customer, ticket.cs_customer_tier), (self.vip, "VIP"))
		self.assertEqual(ticket.cs_policy, self.for_vips.name)
		# From its opening on; the mail account's channel, which is told later, is no reason for another one.
		chosen = [event.value for event in events(ticket) if event.kind == "Policy Changed"]
		self.assertEqual(set(chosen), {self.for_vips.name})

	def test_the_ledger_says_what_the_tier_did(self):
		ticket = create_ticket(raised_by=self.address)
		event = next(event for event in events(ticket) if event.kind == "Tier Changed")
		detail = frappe.parse_json(event.detail)
		self.assertEqual(event.value, "VIP")
		self.assertEqual((detail["reply_factor"], detail["resolution_factor"]), (0.5, 0.5))
		self.assertEqual((detail["priority_from"], detail["priority_to"]), ("Medium", "High"))

	def test_a_customer_without_a_profile_and_a_ticket_without_a_customer(self):
		frappe.db.delete("CS Customer Profile", {"name": self.vip})
		for ticket in (create_ticket(raised_by=self.address), create_ticket(raised_by="nobody@shop.example")):
			self.assertFalse(ticket.cs_customer_tier)
			self.assertEqual((ticket.cs_policy, ticket.priority), (self.for_all.name, "Medium"))

	def test_what_an_agent_said_stays(self):
		ticket = create_ticket(raised_by=self.address, cs_customer_tier="Senior VIP")
		self.assertEqual(ticket.cs_customer_tier, "Senior VIP")
		self.assertEqual(ticket.priority, "Urgent")

	def test_what_a_customer_said_does_not(self):
		plain = self.customer()
		address = self.buyer_of(plain)
		factories.create_customer_user(address)
		with self.as_user(address):
			doc = {"doctype": "HD Ticket", "subject": "Late", "description": "Where?", "raised_by": address}
			ticket = frappe.get_doc({**doc, "cs_customer_tier": "Senior VIP"}).insert(ignore_permissions=True)
		self.assertEqual(factories.fresh(ticket).cs_customer_tier, "Regular")

	def test_a_customer_who_is_found_later(self):
		ticket = create_ticket(raised_by="nobody@shop.example")
		ticket = save(ticket, customer=self.vip)
		self.assertEqual((ticket.cs_customer_tier, ticket.cs_policy), ("VIP", self.for_vips.name))
		self.assertEqual(ticket.priority, "High")
		self.assertEqual(ticket.response_by, moment("10:30"))

	def test_the_wrong_customer_corrected(self):
		ticket = create_ticket(raised_by=self.address)
		ticket = save(ticket, customer=self.customer())
		self.assertEqual((ticket.cs_customer_tier, ticket.cs_policy), ("Regular", self.for_all.name))
		self.assertEqual(ticket.response_by, moment("12:00"))

	def test_a_tier_of_before_is_no_reason_to_change_an_open_ticket(self):
		"""It was entered when tiers had no factors: an update of the app does not move its deadlines."""
		ticket = create_ticket(raised_by="nobody@shop.example", priority="Low")
		frappe.db.set_value("HD Ticket", ticket.name, "cs_customer_tier", "VIP", update_modified=False)
		before = len([event for event in events(ticket) if event.kind == "Tier Changed"])
		save(ticket, subject="Later")
		self.assertEqual(len([event for event in events(ticket) if event.kind == "Tier Changed"]), before)

	def test_a_failure_of_ours_does_not_block_the_ticket(self):
		with patch.object(arriving, "_profile_of", side_effect=RuntimeError("no")):
			ticket = create_ticket(raised_by=self.address)
		self.assertFalse(ticket.cs_customer_tier)
		self.assertTrue(ticket.name)
