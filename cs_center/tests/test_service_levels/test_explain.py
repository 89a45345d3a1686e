"""What the explain page is told."""

import frappe

from cs_center.api.tickets import acknowledge, explain
from cs_center.tests.factories import (
	clock,
	condition,
	create_policy,
	create_ticket,
	events,
	kinds,
	reply_from_agent,
	set_status,
	target,
)
from cs_center.tests.ticket_case import TicketTestCase


class TestExplain(TicketTestCase):
	def setUp(self):
		super().setUp()
		frappe.db.set_value("CS Service Policy", {"docstatus": 1}, "enabled", 0)
		self.vip = create_policy(
			conditions=[condition("priority", "Is Set"), condition("customer_tier", "Equals", "VIP")]
		)
		self.policy = create_policy()
		self.ticket = create_ticket(priority="High")

	def test_the_chosen_policy_and_the_row_that_failed_before_it(self):
		told = explain(self.ticket.name)["policy"]
		self.assertEqual((told["name"], told["version"]), (self.policy.name, 1))
		self.assertIn("first that matched", told["reason"])
		failed, matched = told["trials"]
		self.assertEqual((failed["matched"], matched["matched"]), (False, True))
		for word in (self.vip.title, "Customer Tier", "empty", "equals", "VIP"):
			self.assertIn(word, failed["text"])

	def test_the_clocks_with_their_times(self):
		self.travel("10:30")
		set_status(self.ticket, "Replied")
		self.travel("11:30")
		set_status(self.ticket, "Open")
		told = {row["metric"]: row for row in explain(self.ticket.name)["clocks"]}
		reply = told["First Reply"]
		self.assertEqual((reply["started_at"], reply["due_at"]), ("2027-03-01 10:00", "2027-03-01 13:00"))
		self.assertEqual(
			(reply["state"], reply["target"], reply["paused"]), ("Running", "2 business hours", "1 h")
		)

	def test_the_timeline_is_in_order_and_tells_what_lies_ahead(self):
		self.travel("10:30")
		reply_from_agent(self.ticket, self.AGENT)
		lines = explain(self.ticket.name)["timeline"]
		self.assertEqual([line["at"] for line in lines], sorted(line["at"] for line in lines))
		text = "\n".join(line["text"] for line in lines)
		self.assertIn(f"{self.AGENT} replied to the customer", text)
		self.assertIn("First Reply: done in time, took 30 min of 2 business hours", text)
		ahead = [line["text"] for line in lines if line["ahead"]]
		self.assertTrue(any("Resolution: deadline ahead" in line for line in ahead), ahead)

	def test_a_breach_not_yet_noticed_by_the_pass_is_told_at_its_instant(self):
		self.travel("12:40")
		lines = [line for line in explain(self.ticket.name)["timeline"] if "deadline missed" in line["text"]]
		self.assertEqual([line["shown_at"] for line in lines], ["2027-03-01 12:00"])
		self.assertEqual(clock(self.ticket, "First Reply").state, "Running")

	def test_the_zone_is_named(self):
		self.assertEqual(explain(self.ticket.name)["time_zone"], frappe.utils.get_system_timezone())

	def test_a_ticket_without_a_policy_says_so(self):
		frappe.db.set_value("CS Service Policy", {"docstatus": 1}, "enabled", 0)
		frappe.clear_cache(doctype="CS Service Policy")
		told = explain(create_ticket().name)
		self.assertEqual(told["clocks"], [])
		self.assertEqual(told["policy"]["reason"], "No policy matches this ticket")

	def test_in_chinese(self):
		before = frappe.local.lang
		frappe.local.lang = "zh"
		self.addCleanup(setattr, frappe.local, "lang", before)
		told = explain(self.ticket.name)
		words = " ".join([told["policy"]["reason"], *(line["text"] for line in told["timeline"])])
		self.assertRegex(words, "[\u4e00-\u9fff]")
		self.assertNotIn("deadline ahead", words)

	def test_a_ticket_that_does_not_exist_and_one_that_is_hidden_read_the_same(self):
		with self.as_user(self.BUYER):
			for name in (self.ticket.name, "no-such-ticket"):
				self.assert_refused(
					lambda name=name: explain(name), "cannot see ticket", error=frappe.PermissionError
				)

	def test_explaining_writes_nothing(self):
		before = events(self.ticket)
		explain(self.ticket.name)
		self.assertEqual(events(self.ticket), before)


class TestAcknowledge(TicketTestCase):
	def setUp(self):
		super().setUp()
		create_policy(targets=[target("Acknowledgement", 1), target("First Reply", 2)])
		self.ticket = create_ticket()

	def test_once_by_an_agent(self):
		self.travel("10:20")
		with self.as_user(self.AGENT):
			self.assertTrue(acknowledge(self.ticket.name))
			self.assertFalse(acknowledge(self.ticket.name))
		self.assertEqual(kinds(self.ticket)[2:], ["Acknowledged"])
		self.assertEqual(clock(self.ticket, "Acknowledgement").elapsed_seconds, 1200)

	def test_not_by_the_customer(self):
		with self.as_user(self.BUYER):
			self.assert_refused(
				lambda: acknowledge(self.ticket.name), "cannot see", error=frappe.PermissionError
			)

	def test_switched_off_it_writes_nothing(self):
		from cs_center.tests.factories import change_settings

		change_settings(enabled=0)
		with self.as_user(self.AGENT):
			acknowledge(self.ticket.name)
		self.assertEqual(kinds(self.ticket)[2:], [])
