"""The same customer in the same category within the days of the settings: a complaint that repeats another one."""

from __future__ import annotations

from datetime import timedelta

import frappe
from frappe.utils import get_datetime

from cs_center.api import complaints
from cs_center.tests import factories
from cs_center.tests.test_complaints.complaint_case import COMPLAINT, ComplaintTestCase

NOW = get_datetime("2027-03-01 10:00:00")
SECOND = timedelta(seconds=1)


class TestRepeats(ComplaintTestCase):
	def setUp(self):
		super().setUp()
		factories.change_settings(repeat_days=30)

	def before(self, category: str | None = None, **values):
		"""A complaint that was received earlier."""
		age = values.pop("age", timedelta(days=1))
		return self.register(category or self.simple, received_at=NOW - age, **values)

	def repeats(self, category: str | None = None, **values) -> str | None:
		found = self.register(category or self.simple, **values)
		self.assertEqual(bool(found.is_repeat), bool(found.repeat_of))
		return found.repeat_of

	def test_thirty_days_to_the_second(self):
		for age, is_repeat in (
			(timedelta(days=29), True),
			(timedelta(days=30), True),
			(timedelta(days=30) + SECOND, False),
			(timedelta(days=31), False),
		):
			with self.subTest(age=age):
				earlier = self.before(age=age)
				self.assertEqual(self.repeats() == earlier.name, is_repeat)
				frappe.db.delete(COMPLAINT, {"customer": "Acme Trading"})

	def test_the_settings_say_how_many_days(self):
		factories.change_settings(repeat_days=7)
		self.before(age=timedelta(days=8))
		self.assertIsNone(self.repeats())
		factories.change_settings(repeat_days=365)
		self.before(age=timedelta(days=300))
		self.assertTrue(self.repeats())

	def test_the_newest_one_is_named_and_the_agent_is_told(self):
		self.before(age=timedelta(days=5))
		newest = self.before(age=timedelta(days=2))
		told = complaints.register(self.ticket.name, category=self.simple)
		self.assertEqual(told["repeat_of"], newest.name)
		self.assertIn(newest.name, told["message"])

	def test_another_customer_or_category_repeats_nothing(self):
		self.before(self.strict)
		other = factories.create_ticket(customer=factories.create_customer(factories.unique("Other")))
		self.before(ticket=other.name)
		self.assertIsNone(self.repeats())

	def test_without_a_customer_the_sender_counts(self):
		tickets = [
			factories.create_ticket(customer=None, raised_by=sender)
			for sender in ("one@shop.example", "one@shop.example", "two@shop.example")
		]
		first = self.before(ticket=tickets[0].name)
		self.assertFalse(first.customer)
		self.assertEqual(self.repeats(ticket=tickets[1].name), first.name)
		self.assertIsNone(self.repeats(ticket=tickets[2].name))

	def test_rejected_and_withdrawn_ones_do_not_count(self):
		self.move(self.before(), "Withdrawn", note="Found it")
		rejected = self.go(self.before(), "Acknowledged", "Classified")
		self.move(rejected, "Rejected", rejection_reason="Not ours")
		self.assertIsNone(self.repeats())

	def test_closed_ones_count(self):
		earlier = self.before()
		frappe.db.set_value(COMPLAINT, earlier.name, "stage", "Closed")
		self.assertEqual(self.repeats(), earlier.name)

	def test_one_without_a_category_repeats_nothing_until_it_has_one(self):
		earlier = self.before()
		found = self.register(None)
		self.assertFalse(found.is_repeat)
		found.category = self.simple
		found.save()
		self.assertEqual(self.fresh(found).repeat_of, earlier.name)
		found = self.fresh(found)
		found.category = self.strict
		found.save()
		self.assertFalse(self.fresh(found).is_repeat or self.fresh(found).repeat_of)

	def test_a_customer_who_is_named_later_is_looked_up(self):
		earlier = self.before()
		ticket = factories.create_ticket(customer=None, raised_by="new@shop.example")
		found = self.register(self.simple, ticket=ticket.name)
		self.assertFalse(found.is_repeat)
		found.customer = "Acme Trading"
		found.save()
		self.assertEqual(self.fresh(found).repeat_of, earlier.name)

	def test_it_never_repeats_itself_or_a_later_one(self):
		later = self.register(self.simple)
		earlier = self.before()
		self.assertFalse(earlier.is_repeat)
		later = self.fresh(later)
		later.category = self.strict
		later.save()
		later = self.fresh(later)
		later.category = self.simple
		later.save()
		self.assertEqual(self.fresh(later).repeat_of, earlier.name)

	def test_a_complaint_raised_to_repeats_by_hand_is_put_back(self):
		found = self.register(self.simple, is_repeat=1)
		self.assertFalse(found.is_repeat)
