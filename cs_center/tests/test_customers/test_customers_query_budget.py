"""What a customer's tier costs, counted in queries: the first save of a VIP's ticket beside that of a stranger's."""

from unittest.mock import patch

import frappe

from cs_center.services.customers import evaluating, tickets_following
from cs_center.services.customers.deciding import PROFILE
from cs_center.tests.factories import ALL_METRICS, condition, create_policy, create_ticket, fresh
from cs_center.tests.test_customers.customer_case import CustomerTestCase

ARRIVAL_BUDGET = 10
"""More queries for a ticket whose customer has a tier that raises its priority, without a dedicated agent."""
ROUTING_BUDGET = 50
"""More queries for one that a dedicated agent takes: who is there, the ToDo, its notices."""
LATER_BUDGET = 2
"""More queries for a later save of such a ticket."""
FOLLOWING_BUDGET = 6
"""Queries for one more ticket whose customer went up, in the same batch."""


class TestQueryBudget(CustomerTestCase):
	def setUp(self):
		super().setUp()
		frappe.db.set_value("CS Service Policy", {"docstatus": 1}, "enabled", 0)
		create_policy(targets=ALL_METRICS, conditions=[condition("customer_tier", "Equals", "VIP")])
		create_policy(targets=ALL_METRICS)
		self.plain = self.buyer_of(self.customer(tier=None, earned_tier=None))
		self.vip = self.buyer_of(self.customer(tier="VIP", earned_tier="VIP"))
		self.cared = self.buyer_of(self.customer(tier="VIP", earned_tier="VIP", dedicated_agent=self.AGENT))
		for address in (self.plain, self.vip, self.cared):
			self.insert(address)()  # warm caches

	def insert(self, address):
		doc = {"doctype": "HD Ticket", "subject": "Late", "raised_by": address, "priority": "Medium"}
		return lambda: frappe.get_doc(dict(doc)).insert()

	def count(self, action):
		counted, real = [], frappe.local.db.sql

		def sql(query, *args, **values):
			counted.append(str(query))
			return real(query, *args, **values)

		with patch.object(frappe.local.db, "sql", sql):
			action()
		return counted

	def assert_within(self, budget, action, other):
		one, two = self.count(action), self.count(other)
		shown = "\n".join(query[:150] for query in one)
		self.assertLessEqual(len(one) - len(two), budget, shown)

	def test_the_first_save_with_a_tier(self):
		self.assert_within(ARRIVAL_BUDGET, self.insert(self.vip), self.insert(self.plain))

	def test_the_first_save_with_a_dedicated_agent(self):
		self.assert_within(ROUTING_BUDGET, self.insert(self.cared), self.insert(self.plain))

	def test_a_later_save(self):
		tickets = [fresh(create_ticket(raised_by=address)) for address in (self.vip, self.plain)]

		def rename(doc):
			doc.subject = "Another one"
			doc.save()

		self.assert_within(LATER_BUDGET, lambda: rename(tickets[0]), lambda: rename(tickets[1]))

	def test_following_many_tickets(self):
		counted = []
		for number in (2, 12):
			buyer = self.customer(tier="Regular", earned_tier="Regular")
			address = self.buyer_of(buyer)
			for _number in range(number):
				create_ticket(raised_by=address)
			frappe.db.set_value(PROFILE, buyer, {"tier": "VIP", "earned_tier": "VIP", "tickets_pending": 1})
			frappe.db.commit()
			counted.append(len(self.count(tickets_following.follow_pending)))
		self.assertLessEqual(counted[1] - counted[0], FOLLOWING_BUDGET * 10)

	def test_one_customer_evaluated(self):
		name = self.customer()
		self.buy(name, 1000)
		self.assertLessEqual(len(self.count(lambda: evaluating.evaluate_one(name))), 15)
