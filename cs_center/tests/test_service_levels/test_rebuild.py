"""Clocks are derived: whatever became of their rows, the ledger brings the very same ones back."""

import random

import frappe

from cs_center.services.service_levels import rebuild, store
from cs_center.tests.factories import (
	ALL_METRICS,
	assign,
	create_policy,
	create_ticket,
	fresh,
	message_from_customer,
	reply_from_agent,
	save,
	set_status,
)
from cs_center.tests.ticket_case import TicketTestCase, moment

SEED = 20270301
STATUSES = ("Open", "Replied", "Resolved", "Closed")


class TestRebuild(TicketTestCase):
	def setUp(self):
		super().setUp()
		frappe.db.delete(store.CLOCK)
		frappe.db.delete(store.EVENT)
		create_policy(targets=ALL_METRICS)

	def tell_stories(self, tickets: int, steps: int) -> list[str]:
		"""Random lives of tickets, the same ones each time."""
		dice = random.Random(SEED)
		names, minutes = [], 0
		for _ in range(tickets):
			names.append(create_ticket(description=dice.choice((None, "Words"))).name)
			for _ in range(dice.randrange(steps)):
				minutes += dice.randrange(1, 90)
				self.travel(str(frappe.utils.add_to_date(moment("10:00"), minutes=minutes)))
				self.one_step(dice, dice.choice(names))
		self.pass_minute()
		return names

	def one_step(self, dice: random.Random, ticket: str):
		acts = (
			lambda: set_status(ticket, dice.choice(STATUSES)),
			lambda: reply_from_agent(fresh(ticket)),
			lambda: message_from_customer(fresh(ticket)),
			lambda: save(ticket, agent_group=dice.choice((self.TEAM, self.OTHER_TEAM))),
			lambda: save(ticket, priority=dice.choice(("Low", "Medium", "High", "Urgent"))),
			lambda: assign(fresh(ticket), dice.choice((self.AGENT, self.OTHER_AGENT))),
			self.pass_minute,
		)
		dice.choice(acts)()

	def rows(self) -> list[tuple]:
		return frappe.get_all(
			store.CLOCK,
			fields=["name", "reference_name", *store.CLOCK_VALUES],
			order_by="name asc",
			as_list=True,
		)

	def test_lost_rows_come_back_the_same(self):
		self.tell_stories(tickets=50, steps=4)
		before = self.rows()
		self.assertGreater(len(before), 100)
		frappe.db.delete(store.CLOCK)
		report = rebuild.rebuild_all()
		self.assertEqual(self.rows(), before)
		self.assertEqual(report, {"tickets": 50, "complaints": 0, "rows_changed": len(before)})

	def test_corrupted_and_foreign_rows_are_put_right(self):
		self.tell_stories(tickets=8, steps=6)
		before = self.rows()
		frappe.db.sql(
			"update `tabCS Service Clock` set state = 'Met', due_at = null, elapsed_seconds = 7, next_event_at = null"
		)
		first = before[0]
		frappe.db.bulk_insert(
			store.CLOCK,
			["name", "reference_doctype", "reference_name", "metric", "cycle", "state"],
			[("foreign", "HD Ticket", first[1], "Resolution", 99, "Running")],
		)
		rebuild.rebuild_all()
		self.assertEqual(self.rows(), before)

	def test_rebuilding_again_changes_nothing(self):
		self.tell_stories(tickets=8, steps=6)
		before = self.rows()
		self.assertEqual(rebuild.rebuild_all()["rows_changed"], 0)
		self.assertEqual(rebuild.rebuild_all()["rows_changed"], 0)
		self.assertEqual(self.rows(), before)

	def test_the_tickets_fields_follow(self):
		name = self.tell_stories(tickets=1, steps=2)[0]
		before = fresh(name)
		frappe.db.set_value(
			"HD Ticket", name, {"response_by": None, "agreement_status": "Fulfilled", "cs_policy": None}
		)
		rebuild.rebuild_all()
		after = fresh(name)
		for field in ("response_by", "resolution_by", "agreement_status", "cs_policy", "cs_service_state"):
			self.assertEqual(after.get(field), before.get(field), field)
