"""What a ladder costs: queries of a save with a policy in force and without, and of a pass over many tickets."""

from collections import Counter
from unittest.mock import patch

import frappe

from cs_center.services.escalation import policies
from cs_center.services.service_levels import minute_pass
from cs_center.services.service_levels.site_time import current_instant
from cs_center.tests import factories
from cs_center.tests.factories import step
from cs_center.tests.test_escalation.escalation_case import EscalationTestCase

INSERT_BUDGET, SAVE_BUDGET, REPLY_BUDGET = 4, 3, 5
"""More queries than the same act without an escalation policy."""

FEW, MANY = 10, 60
PER_TICKET = 1
"""The update of the ticket's own row; all else is for the whole batch."""


class TestBudget(EscalationTestCase):
	def setUp(self):
		super().setUp()
		self.policy = self.ladder(
			step(1, percent=50, email=1),
			step(2, percent=75, tell="Supervisor", supervisor_level=1),
			step(3, "Contacts in a Window", metric="", count=3, amount=2, unit="Calendar Hours"),
			step(4, "No Acknowledgement", amount=30, unit="Calendar Minutes"),
		)

	def count(self, action) -> list[str]:
		counted: list[str] = []
		real = frappe.local.db.sql

		def sql(query, *args, **kwargs):
			counted.append(str(query))
			return real(query, *args, **kwargs)

		with patch.object(frappe.local.db, "sql", sql):
			action()
		return counted

	def more(self, act) -> int:
		"""Queries more than when no ladder is in force, for an act that makes its own ticket ready by ``act()``."""
		act()()  # warm caches
		ready = act()
		with_ladder = self.count(ready)
		frappe.db.set_value("CS Escalation Policy", self.policy.name, "enabled", 0)
		with patch.object(policies, "in_force", return_value=[]):
			from cs_center.services.service_levels.memory import forget_definitions

			forget_definitions()
			ready = act()
			without = self.count(ready)
		more = len(with_ladder) - len(without)
		print(f"{self._testMethodName}: {len(with_ladder)} with a ladder, {len(without)} without")
		return more

	def test_inserting_a_ticket(self):
		doc = {
			"doctype": "HD Ticket",
			"subject": "Late",
			"description": "Where?",
			"raised_by": "a@shop.example",
		}
		more = self.more(lambda: lambda: frappe.get_doc({**doc, "priority": "Medium"}).insert())
		self.assertLessEqual(more, INSERT_BUDGET)

	def test_changing_the_status(self):
		def ready():
			doc = self.ticket()
			doc = factories.fresh(doc)
			doc.status = "Replied"
			return doc.save

		self.assertLessEqual(self.more(ready), SAVE_BUDGET)

	def test_a_reply(self):
		def ready():
			ticket = self.ticket()
			return lambda: factories.reply_from_agent(ticket)

		self.assertLessEqual(self.more(ready), REPLY_BUDGET)

	def test_a_save_that_concerns_us_not(self):
		def ready():
			doc = factories.fresh(self.ticket())
			doc.subject = "Another"
			return doc.save

		self.assertLessEqual(self.more(ready), 2)

	def pass_over(self, number: int) -> list[str]:
		self.travel("10:00")
		for _ in range(number):
			self.ticket()
		frappe.db.commit()
		self.travel("14:00")
		queries = self.count(lambda: minute_pass.run(current_instant()))
		due = frappe.db.count("CS Escalation", {"raised_at": "2027-03-01 14:00:00"})
		self.assertEqual(due, number)
		frappe.db.delete("CS Escalation")
		frappe.db.delete("CS Notification Delivery")
		frappe.db.set_value("HD Ticket", {"name": ["is", "set"]}, "cs_next_escalation_at", None)
		frappe.db.delete("CS Service Clock")
		return queries

	def test_a_pass_over_many_tickets(self):
		factories.change_settings(evaluation_batch_size=200)
		self.pass_over(2)  # warm caches
		few, many = self.pass_over(FEW), self.pass_over(MANY)
		per_ticket = (len(many) - len(few)) / (MANY - FEW)
		common = Counter(query[:90] for query in many).most_common(6)
		print(f"a pass: {len(few)} queries for {FEW} tickets, {len(many)} for {MANY}: {per_ticket:.2f} each")
		self.assertLessEqual(per_ticket, PER_TICKET, common)
		self.assertLessEqual(len(few) - FEW * PER_TICKET, 40, common)

	def test_an_idle_pass(self):
		for _ in range(FEW):
			self.ticket()
		frappe.db.commit()
		self.travel("10:01")
		queries = self.count(lambda: minute_pass.run(current_instant()))
		self.assertLessEqual(len(queries), 5, queries)
