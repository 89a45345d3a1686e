"""What a portal customer writes into the centre's own fields of a ticket is put back."""

import frappe
from frappe import client

from cs_center.tests import factories
from cs_center.tests.factories import step
from cs_center.tests.test_escalation.escalation_case import EscalationTestCase

WRITTEN = {
	"cs_dedicated_agent": "lee@service.example",
	"cs_severity": "Major",
	"cs_customer_tier": "VIP",
	"cs_next_escalation_at": "2037-01-01 00:00:00",
	"cs_evaluation_pending": 1,
}


class TestCustomersFields(EscalationTestCase):
	def setUp(self):
		super().setUp()
		self.ladder(step(1, percent=50))
		self.other = self.ticket()
		self.written = {**WRITTEN, "cs_raised_from": self.other.name}

	def own(self):
		return self.ticket(raised_by=self.BUYER, customer="Acme Trading")

	def assert_untouched(self, ticket):
		after = factories.fresh(ticket)
		for field in ("cs_dedicated_agent", "cs_severity", "cs_raised_from"):
			self.assertFalse(after.get(field), field)
		self.assertNotEqual(after.cs_customer_tier, "VIP")  # the customer's own is Regular
		self.assertEqual(str(after.cs_next_escalation_at), "2027-03-01 14:00:00")

	def test_by_set_value(self):
		ticket = self.own()
		for field, value in self.written.items():
			with self.subTest(field), self.as_user(self.BUYER):
				try:
					client.set_value("HD Ticket", ticket.name, field, value)
				except frappe.PermissionError:
					continue
			self.assert_untouched(ticket)

	def test_by_a_whole_document(self):
		ticket = self.own()
		with self.as_user(self.BUYER):
			doc = factories.fresh(ticket)
			doc.update(self.written)
			try:
				client.save(doc.as_json())
			except frappe.PermissionError:
				self.skipTest("this Helpdesk lets no customer save")
		self.assert_untouched(ticket)

	def test_by_a_new_ticket(self):
		with self.as_user(self.BUYER):
			try:
				made = client.insert(
					{
						"doctype": "HD Ticket",
						"subject": "Mine",
						"description": "Words",
						"raised_by": self.BUYER,
						**self.written,
					}
				)
			except frappe.PermissionError:
				self.skipTest("this Helpdesk lets no customer insert")
		self.assert_untouched(made["name"])

	def test_what_the_centre_wrote_is_not_emptied(self):
		ticket = self.own()
		factories.save(
			ticket, cs_severity="Major", cs_dedicated_agent=self.OTHER_AGENT, cs_customer_tier="VIP"
		)
		for field in ("cs_severity", "cs_dedicated_agent", "cs_customer_tier"):
			with self.subTest(field), self.as_user(self.BUYER):
				try:
					client.set_value("HD Ticket", ticket.name, field, "")
				except frappe.PermissionError:
					continue
			self.assertTrue(factories.fresh(ticket).get(field), field)

	def test_an_incident_keeps_its_origin(self):
		incident = self.ticket(raised_by=self.BUYER)
		frappe.db.set_value("HD Ticket", incident.name, "cs_raised_from", self.other.name)
		with self.as_user(self.BUYER):
			try:
				client.set_value("HD Ticket", incident.name, "cs_raised_from", "")
			except frappe.PermissionError:
				return
		self.assertEqual(factories.fresh(incident).cs_raised_from, self.other.name)
