"""Spend and orders from ERPNext's invoices. The same assertions on the real ERPNext and on stand-ins of its DocTypes."""

from datetime import date
from decimal import Decimal
from unittest.mock import patch

import frappe
from frappe.utils import add_days, getdate, now

from cs_center.integrations import erpnext
from cs_center.services.customers import evaluating, purchase_source
from cs_center.services.customers.purchase_source import LINKS
from cs_center.services.customers.purchases import PURCHASE
from cs_center.tests import factories
from cs_center.tests.base import SiteTestCase
from cs_center.tests.test_customers import erpnext_world
from cs_center.tests.test_customers.erpnext_world import ABROAD, CANCELLED, DRAFT, HOME
from cs_center.tests.test_customers.purchase_rows import buy

AS_OF = date(2026, 6, 30)
YEAR, HALF = date(2025, 7, 1), date(2026, 1, 1)
ADA, BEA, CLEO = "Ada of ERPNext", "Bea of ERPNext", "Cleo of ERPNext"


class ErpNextCase(SiteTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.world = erpnext_world.set_up()

	@classmethod
	def tearDownClass(cls):
		erpnext_world.take_down()
		super().tearDownClass()

	def setUp(self):
		super().setUp()
		factories.change_settings(tier_currency=HOME, purchase_source="Automatic")
		frappe.db.delete(LINKS.doctype)
		self.home, self.abroad = self.world.company(HOME), self.world.company(ABROAD)

	def link(self, customer: str, title: str = "") -> str:
		"""A customer of ours with its ERPNext customer; returns the latter."""
		foreign = self.world.customer(title or customer)
		columns = ["name", "creation", "modified", "customer", "source_customer"]
		frappe.db.bulk_insert(LINKS.doctype, columns, [(customer, now(), now(), customer, foreign)])
		return foreign

	def sell(self, customer: str, day: str, amount: float, **values) -> str:
		return self.world.sell(customer, day, amount, values.pop("company", self.home), **values)

	def sums(self, *starts: date, first: str = ADA, last: str = CLEO):
		return purchase_source.sums(first, last, starts or (YEAR, HALF), AS_OF)


class TestSums(ErpNextCase):
	def test_what_counts_and_what_does_not(self):
		"""An invoice with a partial return, one in a foreign currency; not the cancelled, the draft, the other company's."""
		ada = self.link(ADA)
		sold = self.sell(ada, "2025-08-01", 1000)
		self.world.take_back(sold, "2026-02-01", 250)
		self.sell(ada, "2026-03-01", 100, currency="USD", conversion_rate=7)
		self.sell(ada, "2026-03-02", 9000, state=CANCELLED)
		self.sell(ada, "2026-03-03", 500, state=DRAFT)
		self.sell(ada, "2026-03-04", 300, company=self.abroad)
		self.assertEqual(self.sums()[ADA], ((Decimal(1450), 2), (Decimal(450), 1)))

	def test_a_debit_note_is_spend_but_no_order(self):
		ada = self.link(ADA)
		sold = self.sell(ada, "2026-02-01", 100)
		self.world.correct(sold, "2026-02-02", 20)
		self.assertEqual(self.sums(YEAR)[ADA], ((Decimal(120), 1),))

	def test_a_window_begins_with_its_first_day_and_ends_with_the_day_of_evaluation(self):
		ada = self.link(ADA)
		for day, amount in (("2025-06-30", 1), ("2025-07-01", 10), ("2026-06-30", 100), ("2026-07-01", 1000)):
			self.sell(ada, day, amount)
		self.assertEqual(self.sums(YEAR)[ADA], ((Decimal(110), 2),))
		self.assertEqual(self.sums(AS_OF, YEAR)[ADA], ((Decimal(100), 1), (Decimal(110), 2)))

	def test_customers_of_the_range_are_summed_and_nobody_else(self):
		for customer in (ADA, BEA, CLEO):
			self.sell(self.link(customer), "2026-02-01", 10)
		self.sell(self.world.customer("Not Linked"), "2026-02-01", 10)
		self.assertEqual(set(self.sums()), {ADA, BEA, CLEO})
		self.assertEqual(set(self.sums(first=BEA, last=BEA)), {BEA})

	def test_the_link_decides_and_not_the_name(self):
		self.link(ADA, title="Ada Lovelace Engines")
		foreign = self.world.customer(ADA)
		self.sell(foreign, "2026-02-01", 10)
		self.assertEqual(self.sums(), {})

	def test_sums_are_exact_where_floats_are_not(self):
		ada = self.link(ADA)
		for _number in range(3):
			self.sell(ada, "2026-02-01", 0.1)
		self.assertEqual(self.sums(YEAR)[ADA][0][0], Decimal("0.3"))

	def test_without_a_company_of_the_currency_nothing_is_counted(self):
		self.sell(self.link(ADA), "2026-02-01", 10)
		factories.change_settings(tier_currency="JPY")
		self.assertEqual(self.sums(), {})

	def test_without_any_currency_it_is_told_instead_of_counting_nothing(self):
		factories.change_settings(tier_currency="")
		with patch.object(purchase_source, "tier_currency", return_value=""):
			self.assert_refused(self.sums, "Enter the tier currency")

	def test_the_real_erpnext_has_the_indexes_that_the_sums_rest_upon(self):
		if not erpnext_world.is_real() or frappe.db.db_type != "mariadb":
			self.skipTest("a question to the real ERPNext on MariaDB")
		rows = frappe.db.sql(f"show index from `tab{erpnext.INVOICE}` where seq_in_index = 1", as_dict=True)
		self.assertLessEqual({"customer", "posting_date"}, {row.Column_name for row in rows})


class TestSource(ErpNextCase):
	def test_erpnext_is_the_source_where_it_is_there_and_nothing_else_was_chosen(self):
		self.assertTrue(erpnext.is_installed())
		self.assertEqual(purchase_source.source(), purchase_source.ERPNEXT)
		factories.change_settings(purchase_source="ERPNext")
		self.assertEqual(purchase_source.source(), purchase_source.ERPNEXT)

	def test_own_purchases_are_the_source_where_they_were_chosen(self):
		factories.change_settings(purchase_source=PURCHASE)
		self.sell(self.link(ADA), "2026-02-01", 10)
		buy(factories.create_customer(ADA), "2026-02-01", 7)
		self.assertEqual(self.sums(YEAR)[ADA], ((Decimal(7), 1),))

	def test_companies_and_customers_whose_invoices_are_in_no_sum_are_told(self):
		self.assertEqual(purchase_source.problems(), [])
		ada = self.link(ADA)
		self.sell(ada, "2026-02-01", 10, company=self.abroad, state=DRAFT)
		self.assertEqual(purchase_source.problems(), [])
		self.sell(ada, "2026-02-01", 10, company=self.abroad)
		frappe.db.set_value(LINKS.doctype, ADA, LINKS.erpnext_field, "Somebody Else")
		self.assertEqual(
			purchase_source.problems(),
			[
				f"Invoices of {self.abroad} are not counted: the company's currency is not CNY.",
				"ERPNext has no customers Somebody Else. Correct the customer in ERPNext on the profiles that name them.",
			],
		)

	def test_the_newest_invoices_come_first_in_the_companys_currency(self):
		ada = self.link(ADA)
		sold = self.sell(ada, "2026-01-01", 100)
		back = self.world.take_back(sold, "2026-02-01", 25)
		dear = self.sell(ada, "2026-03-01", 10, currency="USD", conversion_rate=7)
		foreign = self.sell(ada, "2026-03-02", 9, company=self.abroad)
		self.sell(ada, "2026-03-03", 10, state=CANCELLED)
		rows = purchase_source.newest(ADA)
		self.assertEqual(
			[(row["name"], row["amount"], row["currency"], row["is_return"]) for row in rows],
			[
				(foreign, 9, ABROAD, False),
				(dear, 70, HOME, False),
				(back, -25, HOME, True),
				(sold, 100, HOME, False),
			],
		)
		self.assertEqual([row["name"] for row in purchase_source.newest(ADA, 1)], [foreign])
		self.assertEqual(purchase_source.newest("Nobody's Customer"), [])


class TestTiers(ErpNextCase):
	"""The night's run on invoices: thresholds of 1,000 and 5,000."""

	def setUp(self):
		super().setUp()
		self.days = [str(add_days(getdate(), -number)) for number in range(10)]
		for name, rank, spend in (("Regular", 0, 0), ("VIP", 10, 1000), ("Senior VIP", 20, 5000)):
			values = {"enabled": 1, "rank": rank, "spend_threshold": spend, "order_threshold": 0}
			values |= {"window_months": 12, "needs": "Either", "reply_factor": 1, "resolution_factor": 1}
			frappe.db.set_value("CS Customer Tier", name, values, update_modified=False)

	def bought(self, name: str) -> str:
		"""ERPNext's customer of a customer of ours, who has a profile of its own."""
		factories.create_customer(name)
		return self.world.customer(name)

	def test_by_what_was_invoiced_returned_cancelled_and_converted(self):
		ada, bea, cleo = (self.bought(name) for name in (ADA, BEA, CLEO))
		sold = self.sell(ada, self.days[9], 1000)
		self.world.take_back(sold, self.days[5], 250)
		self.sell(ada, self.days[4], 100, currency="USD", conversion_rate=7)
		self.sell(bea, self.days[3], 9000, state=CANCELLED)
		self.sell(bea, self.days[3], 999)
		self.sell(cleo, self.days[2], 9000, company=self.abroad)
		run = frappe.get_doc(evaluating.RUN, evaluating.run())
		rows = frappe.get_all(
			LINKS.doctype,
			{"name": ["in", [ADA, BEA, CLEO]]},
			["name", "tier", "spend", "orders"],
			order_by="name",
		)
		self.assertEqual(
			[tuple(row.values()) for row in rows],
			[(ADA, "VIP", 1450, 2), (BEA, "Regular", 999, 1), (CLEO, "Regular", 0, 0)],
		)
		self.assertEqual((run.state, run.source), ("Done", "ERPNext"))
		self.assertIn(self.abroad, run.problems)

	def test_a_customer_whom_erpnext_renames_keeps_its_tier(self):
		ada = self.bought(ADA)
		self.sell(ada, self.days[1], 6000)
		evaluating.run()
		frappe.rename_doc("Customer", ada, "Ada under another name", force=True)
		# ERPNext's invoices follow by their link; the stand-in's name customers as text.
		frappe.db.set_value(erpnext.INVOICE, {"customer": ada}, "customer", "Ada under another name")
		frappe.db.delete(evaluating.RUN)
		evaluating.run()
		values = frappe.db.get_value(LINKS.doctype, ADA, ["tier", "spend", "below_since"])
		self.assertEqual(values, ("Senior VIP", 6000, None))


class TestNames(ErpNextCase):
	def test_customers_are_found_by_their_name_and_by_their_title(self):
		ada = self.world.customer(ADA)
		self.assertEqual(erpnext.customers_named([ADA, "Nobody"]), {ADA: ada})
		self.assertEqual(erpnext.customers_named([ADA.upper()]), {ADA.upper(): ada})
		self.assertEqual(erpnext.customers_named([]), {})

	def test_a_title_of_two_customers_names_the_one_of_this_id_or_nobody(self):
		first, second = self.world.customer(ADA), self.world.customer(ADA)
		self.assertNotEqual(first, second)
		self.assertEqual(erpnext.customers_named([ADA, second]), {ADA: first, second: second})
		for customer in (first, second):
			frappe.db.set_value(erpnext.CUSTOMER, customer, "customer_name", BEA)
		self.assertEqual(erpnext.customers_named([BEA]), {})

	def test_a_customer_that_is_renamed_in_erpnext_keeps_its_profile(self):
		self.link(ADA)
		purchase_source.follow_renaming(ADA, "Ada Renamed")
		self.assertEqual(frappe.db.get_value(LINKS.doctype, ADA, LINKS.erpnext_field), "Ada Renamed")

	def test_a_customer_that_is_merged_into_anothers_is_counted_once(self):
		ada, bea = self.link(ADA), self.link(BEA)
		purchase_source.follow_renaming(ada, bea)
		self.assertIsNone(frappe.db.get_value(LINKS.doctype, ADA, LINKS.erpnext_field))
		self.assertEqual(frappe.db.get_value(LINKS.doctype, BEA, LINKS.erpnext_field), bea)


class TestOtherDocTypes(SiteTestCase):
	def test_doctypes_of_these_names_without_the_fields_are_not_erpnext(self):
		if erpnext_world.is_real():
			self.skipTest("for sites without ERPNext")
		self.assertFalse(erpnext.is_installed())
		meta = frappe.get_meta("User")
		with (
			patch.object(frappe.local.db, "exists", return_value=True),
			patch.object(frappe, "get_meta", return_value=meta),
		):
			self.assertFalse(erpnext.is_installed())

	def test_without_erpnext_every_question_has_an_empty_answer(self):
		if erpnext.is_installed():
			self.skipTest("for sites without ERPNext")
		self.assertEqual(erpnext.sums(LINKS, ADA, CLEO, (YEAR,), AS_OF, HOME), {})
		self.assertEqual(erpnext.uncounted_companies(HOME), [])
		self.assertEqual(erpnext.unknown_customers(LINKS, 5), [])
		self.assertEqual(erpnext.customers_named([ADA]), {})
		self.assertEqual(erpnext.invoices_of(ADA, 5), [])
