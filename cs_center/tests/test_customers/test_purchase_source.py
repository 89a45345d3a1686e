"""What customers bought, summed up by the database: windows, returns, ranges of customers."""

from datetime import date
from decimal import Decimal

import frappe

from cs_center.integrations import erpnext
from cs_center.services.customers import purchase_source
from cs_center.services.customers.purchase_source import own_sums
from cs_center.services.customers.purchases import PURCHASE
from cs_center.tests import factories
from cs_center.tests.base import SiteTestCase
from cs_center.tests.test_customers.purchase_rows import buy

AS_OF = date(2026, 6, 30)
YEAR, HALF = date(2025, 7, 1), date(2026, 1, 1)


class TestOwnPurchases(SiteTestCase):
	def setUp(self):
		super().setUp()
		frappe.db.delete(PURCHASE)
		self.ada = factories.create_customer("Ada 1")
		self.bea = factories.create_customer("Bea 1")
		self.cleo = factories.create_customer("Cleo 1")

	def sums(self, *starts: date, first: str = "", last: str = ""):
		return own_sums(first or self.ada, last or self.cleo, starts or (YEAR, HALF), AS_OF)

	def test_spend_and_orders_of_each_window_with_returns_subtracted(self):
		buy(self.ada, "2025-07-01", 100.10)
		buy(self.ada, "2026-01-01", 50.20)
		buy(self.ada, "2026-02-01", 20.05, is_return=1)
		self.assertEqual(self.sums()[self.ada], ((Decimal("130.25"), 2), (Decimal("30.15"), 1)))

	def test_a_window_begins_with_its_first_day_and_ends_with_the_day_of_evaluation(self):
		buy(self.ada, "2025-06-30", 1)
		buy(self.ada, "2025-07-01", 10)
		buy(self.ada, "2026-06-30", 100)
		buy(self.ada, "2026-07-01", 1000)
		self.assertEqual(self.sums(YEAR)[self.ada], ((Decimal(110), 2),))

	def test_each_window_start_has_its_entry_in_the_order_asked_for_also_when_asked_twice(self):
		buy(self.ada, "2025-08-01", 10)
		buy(self.ada, "2026-02-01", 5)
		half, year = (Decimal(5), 1), (Decimal(15), 2)
		self.assertEqual(self.sums(HALF, YEAR, HALF)[self.ada], (half, year, half))

	def test_only_customers_of_the_range_are_summed_both_ends_included(self):
		for customer in (self.ada, self.bea, self.cleo):
			buy(customer, "2026-02-01", 1)
		self.assertEqual(set(self.sums()), {self.ada, self.bea, self.cleo})
		self.assertEqual(set(self.sums(first=self.bea, last=self.bea)), {self.bea})
		self.assertEqual(set(self.sums(last=self.bea)), {self.ada, self.bea})

	def test_a_customer_without_purchases_in_the_longest_window_is_left_out(self):
		buy(self.ada, "2025-06-30", 1)
		self.assertEqual(self.sums(), {})
		self.assertEqual(own_sums(self.ada, self.cleo, (), AS_OF), {})

	def test_sums_are_exact_where_floats_are_not(self):
		for _number in range(30):
			buy(self.ada, "2026-02-01", 0.1)
		buy(self.bea, "2026-02-01", 90_000_000_000.01)
		buy(self.bea, "2026-02-01", 0.02)
		self.assertEqual(self.sums(HALF)[self.ada], ((Decimal(3), 30),))
		self.assertEqual(self.sums(HALF)[self.bea], ((Decimal("90000000000.03"), 2),))

	def test_the_index_alone_answers(self):
		"""On rows of the table itself the nightly evaluation would read each of a million."""
		for number in range(40):
			buy(factories.create_customer(f"Index {number:02}"), "2026-02-01", 1)
		query = purchase_source._own_query("Index 03", "Index 05", (YEAR, HALF), AS_OF)
		if frappe.db.db_type != "mariadb":
			self.skipTest("how MariaDB explains")
		sql, values = query.walk()
		(plan,) = frappe.db.sql(f"explain {sql}", values, as_dict=True)
		self.assertEqual(plan.key, "customer_sums")
		self.assertIn("Using index", plan.Extra)
		self.assertNotIn("filesort", plan.Extra)


class TestSource(SiteTestCase):
	def setUp(self):
		super().setUp()
		if erpnext.is_installed():
			self.skipTest("for sites without ERPNext")

	def test_without_erpnext_purchases_are_this_apps_own_rows(self):
		factories.change_settings(purchase_source="Automatic")
		self.assertEqual(purchase_source.source(), PURCHASE)
		ada = factories.create_customer("Ada 1")
		buy(ada, "2026-02-01", 7)
		found = purchase_source.sums(ada, ada, (YEAR,), AS_OF)
		self.assertEqual(found[ada], ((Decimal(7), 1),))
		self.assertEqual(purchase_source.problems(), [])

	def test_erpnext_that_is_chosen_but_not_there_is_told_and_not_taken_for_no_purchases(self):
		factories.change_settings(purchase_source="ERPNext")
		self.assert_refused(purchase_source.source, "this site has no ERPNext", "CS Customer Purchase")

	def test_the_newest_purchases_come_first_and_a_return_is_negative(self):
		factories.change_settings(purchase_source="CS Customer Purchase", tier_currency="CNY")
		ada = factories.create_customer("Ada 1")
		frappe.db.delete(PURCHASE, {"customer": ada})
		old = buy(ada, "2026-01-01", 10, order_number="N-1")
		new = buy(ada, "2026-03-01", 3, order_number="N-2", is_return=1, currency="")
		rows = purchase_source.newest(ada)
		self.assertEqual([(row["name"], row["amount"]) for row in rows], [(new, -3), (old, 10)])
		self.assertEqual([row["currency"] for row in rows], ["CNY", "CNY"])
		self.assertEqual(len(purchase_source.newest(ada, 1)), 1)
