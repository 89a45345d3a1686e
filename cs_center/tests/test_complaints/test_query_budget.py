"""What a complaint costs in queries: registering, saving, moving, and a pass over many of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from unittest.mock import patch

import frappe

from cs_center.api import complaints
from cs_center.services.complaints import passing
from cs_center.services.service_levels.site_time import current_instant
from cs_center.tests import factories
from cs_center.tests.factories import step
from cs_center.tests.test_complaints.complaint_case import COMPLAINT, ComplaintTestCase

REGISTER_BUDGET = 70
"""With the save of its ticket, which follows it."""

SAVE_BUDGET, MOVE_BUDGET = 26, 38
PANEL_BUDGET = 20
PER_COMPLAINT = 1
"""Of a pass: the update of the complaint's own row; all else is for the whole batch."""

FEW, MANY = 5, 25


class TestBudget(ComplaintTestCase):
	def setUp(self):
		super().setUp()
		factories.change_settings(run_escalations=1, quiet_calendar=None, digest_minutes=0)
		self.submit_policy()
		factories.create_escalation_policy(
			[
				step(1, percent=50, metric="Complaint Solution"),
				step(2, percent=75, metric="Complaint Solution"),
			],
			applies_to="Complaint",
		)

	def count(self, action: Callable) -> list[str]:
		counted: list[str] = []
		real = frappe.local.db.sql

		def sql(query, *args, **kwargs):
			counted.append(str(query))
			return real(query, *args, **kwargs)

		with patch.object(frappe.local.db, "sql", sql):
			action()
		return counted

	def cost(self, make_ready: Callable[[], Callable], budget: int) -> None:
		"""``make_ready()`` returns the act; the first one warms the caches."""
		make_ready()()
		act = make_ready()
		queries = self.count(act)
		print(f"{self._testMethodName}: {len(queries)} queries (at most {budget})")
		common = Counter(" ".join(query.split())[:80] for query in queries).most_common(8)
		self.assertLessEqual(len(queries), budget, common)
		self.assertGreater(len(queries), 3)

	def test_registering(self):
		def make_ready():
			ticket = factories.create_ticket(agent_group=self.TEAM, customer="Acme Trading")
			return lambda: complaints.register(ticket.name, category=self.simple)

		self.cost(make_ready, REGISTER_BUDGET)

	def test_a_save_that_changes_nothing_of_ours(self):
		def make_ready():
			doc = self.register(self.simple)
			doc.findings = "A hole"
			return doc.save

		self.cost(make_ready, SAVE_BUDGET)

	def test_a_move(self):
		def make_ready():
			doc = self.register(self.simple)
			doc.stage = "Acknowledged"
			return doc.save

		self.cost(make_ready, MOVE_BUDGET)

	def test_the_panel(self):
		def make_ready():
			name = self.register(self.simple).name
			return lambda: complaints.panel(name)

		self.cost(make_ready, PANEL_BUDGET)

	def test_a_save_does_not_cost_more_with_a_longer_life(self):
		def after(moves: int) -> int:
			doc = self.register(self.simple)
			for number in range(moves):
				doc.severity = ("Important", "General")[number % 2]
				doc = self.fresh(doc.save())
			doc.findings = "A hole"
			return len(self.count(doc.save))

		after(1)
		few, many = after(1), after(9)
		print(f"{self._testMethodName}: {few} queries after 1 change, {many} after 9")
		self.assertLessEqual(many, few + 1)

	def pass_over(self, number: int) -> list[str]:
		self.travel("10:00")
		for _ in range(number):
			self.register(self.simple, handler=self.AGENT)
		frappe.db.commit()
		self.travel("22:00")
		queries = self.count(lambda: passing.run(current_instant()))
		self.assertEqual(frappe.db.count("CS Escalation", {"raised_at": "2027-03-01 22:00:00"}), number)
		frappe.db.delete("CS Escalation")
		frappe.db.delete("CS Service Clock")
		frappe.db.set_value(COMPLAINT, {"name": ["is", "set"]}, "next_escalation_at", None)
		return queries

	def test_a_pass_over_many(self):
		factories.change_settings(evaluation_batch_size=200)
		self.pass_over(2)
		few, many = self.pass_over(FEW), self.pass_over(MANY)
		each = (len(many) - len(few)) / (MANY - FEW)
		common = Counter(query[:90] for query in many).most_common(6)
		print(f"a pass: {len(few)} queries for {FEW} complaints, {len(many)} for {MANY}: {each:.2f} each")
		self.assertLessEqual(each, PER_COMPLAINT, common)
		self.assertLessEqual(len(few) - FEW * PER_COMPLAINT, 40, common)

	def test_an_idle_pass(self):
		for _ in range(FEW):
			self.register(self.simple)
		frappe.db.commit()
		self.travel("10:01")
		queries = self.count(lambda: passing.run(current_instant()))
		print(f"an idle pass: {len(queries)} queries")
		self.assertLessEqual(len(queries), 5, queries)
