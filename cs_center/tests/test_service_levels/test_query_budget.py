"""What the app costs a save, counted in queries: the same save with our handlers and without them."""

from unittest.mock import patch

import frappe

from cs_center.tests.factories import (
	ALL_METRICS,
	create_policy,
	create_ticket,
	fresh,
	reply_from_agent,
	set_status,
)
from cs_center.tests.ticket_case import TicketTestCase

INSERT_BUDGET, SAVE_BUDGET, REPLY_BUDGET = 12, 10, 24
"""More queries than without the app. A reply saves the ticket, then is recorded: it may cost two saves."""


class TestQueryBudget(TicketTestCase):
	def setUp(self):
		super().setUp()
		frappe.db.set_value("CS Service Policy", {"docstatus": 1}, "enabled", 0)
		create_policy(targets=ALL_METRICS)
		self.act_once()  # warm caches

	def act_once(self):
		ticket = create_ticket()
		set_status(ticket, "Replied")
		reply_from_agent(ticket)

	def count(self, action) -> list[str]:
		counted: list[str] = []
		real = frappe.local.db.sql

		def sql(query, *args, **kwargs):
			counted.append(str(query))
			return real(query, *args, **kwargs)

		with patch.object(frappe.local.db, "sql", sql):
			action()
		return counted

	def without_the_app(self):
		"""Frappe asks for the handlers of all apps by one function: ours are left out of its answer."""
		real = frappe.get_doc_hooks

		def others():
			return {
				doctype: {
					event: [name for name in names if not name.startswith("cs_center.")]
					for event, names in events.items()
				}
				for doctype, events in real().items()
			}

		return patch.object(frappe, "get_doc_hooks", others)

	def assert_within(self, budget: int, act):
		with_app = self.count(act)
		with self.without_the_app():
			act_without = self.count(act)
		more = len(with_app) - len(act_without)
		extra = "\n".join(query[:150] for query in with_app if "CS " in query or "cs_" in query)
		self.assertGreater(more, 0)
		self.assertLessEqual(more, budget, f"{len(with_app)} queries, without {len(act_without)}:\n{extra}")

	def test_inserting_a_ticket(self):
		self.assert_within(INSERT_BUDGET, self.insert)

	def insert(self):
		doc = {
			"doctype": "HD Ticket",
			"subject": "Late",
			"description": "Where?",
			"raised_by": "a@shop.example",
		}
		frappe.get_doc({**doc, "priority": "Medium"}).insert()

	def test_changing_the_status(self):
		self.assert_within(SAVE_BUDGET, self.status_change(create_ticket().name, create_ticket().name))

	def test_a_reply(self):
		tickets = iter([create_ticket().name, create_ticket().name])
		self.assert_within(REPLY_BUDGET, lambda: reply_from_agent(next(tickets)))

	def test_a_save_that_concerns_us_not(self):
		tickets = iter([fresh(create_ticket()), fresh(create_ticket())])

		def rename():
			doc = next(tickets)
			doc.subject = "Another subject"
			doc.save()

		self.assert_within(4, rename)

	def status_change(self, *names: str):
		tickets = iter([fresh(name) for name in names])

		def change():
			doc = next(tickets)
			doc.status = "Replied"
			doc.save()

		return change
