"""Helpdesk lets customers write their tickets: the fields that decide on deadlines are not theirs."""

import frappe

from cs_center.tests.factories import create_channel, create_ticket, fresh
from cs_center.tests.ticket_case import TicketTestCase


class TestFieldsThatDecideOnDeadlines(TicketTestCase):
	def test_a_customer_cannot_open_a_ticket_with_a_severity_and_a_tier(self):
		frappe.set_user(self.BUYER)
		ticket = create_ticket(raised_by=self.BUYER, cs_severity="Major", cs_customer_tier="VIP")
		self.assertFalse(ticket.cs_severity)
		self.assertNotEqual(ticket.cs_customer_tier, "VIP")  # the customer's own is Regular

	def test_a_customer_cannot_raise_the_severity_later(self):
		ticket = create_ticket(raised_by=self.BUYER, cs_severity="General")
		frappe.set_user(self.BUYER)
		mine = fresh(ticket)
		mine.cs_severity = "Major"
		mine.save(ignore_permissions=True)
		self.assertEqual(fresh(ticket).cs_severity, "General")

	def test_an_agent_may_correct_the_channel(self):
		channel = create_channel()
		ticket = fresh(create_ticket(raised_by=self.BUYER))
		ticket.cs_channel = channel
		ticket.save()
		self.assertEqual(fresh(ticket).cs_channel, channel)
