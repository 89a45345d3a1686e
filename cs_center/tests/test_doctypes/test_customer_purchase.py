"""Purchases by form and REST: what one refuses, what it is worth, and returns that fit to their orders."""

from unittest.mock import patch

import frappe
from frappe import client

from cs_center.cs_center.doctype.cs_customer_purchase.cs_customer_purchase import SAVED_IN_A_FORM
from cs_center.tests import factories
from cs_center.tests.test_doctypes.customer_case import (
	PROFILE,
	PURCHASE,
	TIER,
	TOP,
	CustomerTestCase,
	make_purchase,
)

LAST_YEAR = "2026-05-05"


class PurchaseTestCase(CustomerTestCase):
	def purchase(self, number: str = "", **values):
		"""A stored purchase of the customer."""
		doc = make_purchase(number, self.customer, **values).insert()
		return frappe.get_doc(PURCHASE, doc.name)

	def refused(self, *words: str, error: type[Exception] = frappe.ValidationError, **values):
		number = values.pop("order_number", "")
		doc = make_purchase(number, self.customer)
		doc.update({**({"order_number": number} if number else {}), **values})
		self.assert_refused(doc.insert, *words, error=error)


class TestValues(PurchaseTestCase):
	def test_an_order_number_is_recorded_once(self):
		self.purchase("A-1")
		self.refused("A-1", "Each order number can be recorded once", order_number="A-1")
		self.refused("A-1", "recorded once", order_number="  A-1 ")

	def test_an_order_number_says_something(self):
		for number in ("   ", "\t"):
			self.assert_refused(make_purchase(number, self.customer).insert)
		self.refused("140", order_number="9" * 141)
		self.assertEqual(self.purchase(" B-1  ").name, "B-1")

	def test_it_stays_the_number(self):
		doc = self.purchase("C-1")
		self.assertEqual(self.save(doc, order_number="C-2").order_number, "C-1")

	def test_an_amount_is_not_negative(self):
		self.refused("-5", "below zero", amount=-5)
		self.refused("is not an amount", amount="nan")
		self.assertEqual(self.purchase(amount=0).base_amount, 0)

	def test_a_date_has_come_and_is_no_slip(self):
		self.refused("2027-03-03", "in the future", purchased_on="2027-03-03")
		self.refused("1989-12-31", "before 1990", purchased_on="1989-12-31")
		for day in ("2027-03-02", "1990-01-01"):
			self.assertTrue(self.purchase(purchased_on=day).name)

	def test_another_currency_has_a_rate(self):
		self.refused("exchange rate from EUR to CNY is missing", currency="EUR")
		self.refused("exchange rate", currency="EUR", exchange_rate=-7)
		doc = self.purchase(currency="EUR", exchange_rate=7.81234, amount=10.01)
		self.assertEqual((doc.base_amount, doc.tier_currency), (78.2, "CNY"))

	def test_the_currency_of_the_tiers_needs_none(self):
		doc = self.purchase(amount=12.34)
		self.assertEqual((doc.currency, doc.exchange_rate, doc.base_amount), ("CNY", 1, 12.34))
		self.refused("need no exchange rate", currency="CNY", exchange_rate=2)

	def test_an_empty_currency_is_that_of_the_tiers_not_that_of_the_site(self):
		with patch("frappe.defaults.get_defaults", return_value=frappe._dict(currency="CNY")):
			factories.change_settings(tier_currency="EUR")
			doc = self.purchase(amount=12.34)
		self.assertEqual((doc.currency, doc.base_amount), ("EUR", 12.34))

	def test_the_counted_amount_is_computed(self):
		doc = self.purchase(amount=50, base_amount=5000)
		self.assertEqual(doc.base_amount, 50)
		self.assertEqual(self.save(doc, base_amount=5000, amount=60).base_amount, 60)


class TestReturns(PurchaseTestCase):
	def setUp(self):
		super().setUp()
		self.order = self.purchase("ORDER-1", amount=100)

	def returned(self, amount: float = 40, **values):
		return {"is_return": 1, "returns_order": "ORDER-1", "amount": amount, **values}

	def test_a_return_is_subtracted(self):
		self.assertEqual(self.purchase(**self.returned(40)).base_amount, -40)
		self.assertEqual(self.purchase(is_return=1, amount=7).base_amount, -7)

	def test_no_more_is_returned_than_was_bought(self):
		self.refused("ORDER-1", "came to 100", "100.01", **self.returned(100.01))
		first = self.purchase(**self.returned(60))
		self.refused("ORDER-1", "100.5", **self.returned(40.5))
		self.purchase(**self.returned(40))
		self.assertEqual(self.save(first, amount=50).base_amount, -50)

	def test_a_return_is_not_returned(self):
		first = self.purchase(**self.returned(10))
		self.refused("is a return itself", **self.returned(5, returns_order=first.name))

	def test_a_customer_returns_own_orders(self):
		other = self.create_customer()
		self.refused("was bought by", self.customer, **self.returned(5, customer=other))

	def test_only_a_return_returns(self):
		self.refused("not marked as a return", **self.returned(5, is_return=0))
		self.refused(error=frappe.LinkValidationError, **self.returned(5, returns_order="NOT THERE"))

	def test_an_order_with_returns_stays_large_enough_and_the_customers(self):
		self.purchase(**self.returned(60))
		other = self.create_customer()
		for change in ({"amount": 59}, {"customer": other}, {"is_return": 1}):
			self.assert_refused(lambda change=change: self.save(self.order, **change), "ORDER-1")
		self.assertEqual(self.save(self.order, amount=60).amount, 60)

	def test_an_order_with_returns_is_not_deleted(self):
		one = self.purchase(**self.returned(60))
		self.assert_refused(lambda: frappe.delete_doc(PURCHASE, "ORDER-1"), error=frappe.LinkExistsError)
		frappe.delete_doc(PURCHASE, one.name)
		frappe.delete_doc(PURCHASE, "ORDER-1")


class TestSource(PurchaseTestCase):
	def test_how_it_came_here_is_noted_and_stays(self):
		doc = self.purchase(source="Import")
		self.assertEqual(doc.source, "REST")
		self.assertEqual(self.save(doc, source="Form", amount=5).source, "REST")

	def test_a_form_and_an_import_are_told_apart(self):
		frappe.local.form_dict = frappe._dict(cmd=SAVED_IN_A_FORM)
		self.addCleanup(setattr, frappe.local, "form_dict", frappe._dict())
		self.assertEqual(self.purchase().source, "Form")
		frappe.flags.in_import = True
		self.addCleanup(frappe.flags.pop, "in_import", None)
		self.assertEqual(self.purchase().source, "Import")

	def test_rest_records_one(self):
		number = factories.unique("REST")
		row = {"doctype": PURCHASE, "order_number": number, "customer": self.customer, "amount": 5}
		client.insert({**row, "purchased_on": LAST_YEAR})
		self.assertEqual(frappe.db.get_value(PURCHASE, number, "source"), "REST")


class TestCurrency(PurchaseTestCase):
	def settings(self, **values):
		doc = frappe.get_doc("CS Center Settings")
		doc.update(values)
		return doc.save()

	def test_purchases_hold_the_currency_of_the_tiers(self):
		self.purchase("HELD-1")
		self.assert_refused(lambda: self.settings(tier_currency="EUR"), "EUR", "CNY", "Delete them first")
		self.assertEqual(self.settings(grace_days=20).grace_days, 20)

	def test_without_purchases_tiers_and_profiles_follow_another_currency(self):
		self.profile()
		self.settings(tier_currency="EUR")
		self.assertEqual(frappe.db.get_value(TIER, TOP, "currency"), "EUR")
		self.assertEqual(frappe.db.get_value(PROFILE, self.customer, "currency"), "EUR")

	def test_the_settings_lie_in_their_ranges(self):
		for field, wrong, words in (
			("keep_percent", 49, "50 to 100"),
			("keep_percent", 101, "50 to 100"),
			("grace_days", 366, "0 to 365"),
			("evaluation_hour", 24, "0 to 23"),
		):
			self.assert_refused(lambda field=field, wrong=wrong: self.settings(**{field: wrong}), words)
