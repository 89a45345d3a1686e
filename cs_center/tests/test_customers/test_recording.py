"""Many purchases at once: what is refused, with its sentence; what goes in; and that nothing goes in halfway."""

from datetime import timedelta
from unittest.mock import patch

import frappe

from cs_center.services.customers import recording
from cs_center.services.customers.purchases import PURCHASE, today
from cs_center.services.customers.reading_csv import Row
from cs_center.services.customers.recording import KEEP, REFUSE, Origin, record, stage
from cs_center.services.customers.staging import PAGE, Staging
from cs_center.tests import factories
from cs_center.tests.base import SiteTestCase
from cs_center.tests.test_customers.purchase_rows import buy, purchases

ACME, BRIGHT = "Acme Recorded", "Bright Recorded"
ADDRESS, SHARED = "buyer@acme-recorded.example", "both@acme-recorded.example"


class RecordingCase(SiteTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		if frappe.db.exists("Contact", {"email_id": SHARED}):
			return
		for customer in (ACME, BRIGHT):
			factories.create_customer(customer)
		contacts = {}
		for address in (ADDRESS, SHARED):
			doc = frappe.get_doc({"doctype": "Contact", "first_name": address})
			doc.append("email_ids", {"email_id": address, "is_primary": 1})
			contacts[address] = doc.insert().name
		factories.link_contact(contacts[ADDRESS], ACME)
		for customer in (ACME, BRIGHT):
			factories.link_contact(contacts[SHARED], customer)
		frappe.db.commit()  # contacts cost a second; they stay for the classes that come

	def setUp(self):
		super().setUp()
		frappe.db.delete(PURCHASE)
		factories.change_settings(tier_currency="CNY")

	def record(self, *rows: dict, when_bad: str = KEEP, origin: Origin | None = None):
		"""(recorded?, problems by row)"""
		with Staging() as staging:
			given = [Row(number, {**GOOD, **row}, ()) for number, row in enumerate(rows, start=2)]
			stage(staging, given, silent)
			done = record(staging, when_bad, origin or Origin("REST"), silent)
			return done, {row.number: row.problem for row in staging.bad_rows()}

	def assert_bad(self, row: dict, *words: str):
		"""The row alone is not recorded, and is told so with these words."""
		before = frappe.db.count(PURCHASE)
		_done, problems = self.record(row)
		self.assertIn(2, problems, "the row was recorded")
		for word in words:
			self.assertIn(word, problems[2])
		self.assertEqual(frappe.db.count(PURCHASE), before)


GOOD = {"order_number": "R-1", "customer": ACME, "purchased_on": "2026-03-01", "amount": "100.50"}


def silent(what: str, done: int) -> None:
	pass


def order(number: str, **values) -> dict:
	return {"order_number": number, **values}


def returned(number: str, of: str, amount: str, **values) -> dict:
	return {"order_number": number, "is_return": "1", "returns_order": of, "amount": amount, **values}


class TestGoodRows(RecordingCase):
	def test_a_row_is_stored_as_the_form_would_store_it(self):
		"""One function computes both: every column that is not the moment or the way must be the same."""
		rows = (
			order("R-1"),
			order("R-2", amount="1.005", currency="USD", exchange_rate="7.123456789", channel="Tmall"),
			returned("R-3", "R-1", "100.5"),
		)
		done, problems = self.record(*rows)
		self.assertEqual((done, problems), (True, {}))
		imported = {row.name: row for row in purchases()}
		frappe.db.delete(PURCHASE)
		for row in rows:
			frappe.get_doc({"doctype": PURCHASE, **GOOD, **row}).insert()
		entered = {row.name: row for row in purchases()}
		self.assertEqual(set(imported), set(entered))
		for name, one in imported.items():
			for column in set(one) - {"creation", "modified", "source", "import_run"}:
				self.assertEqual(one[column], entered[name][column], f"{name}: {column}")

	def test_amounts_are_rounded_up_from_half_a_cent_in_the_tier_currency(self):
		self.record(
			order("R-1", amount="0.125", currency="USD", exchange_rate="1.08"),
			order("R-2", amount="1.005"),
			order("R-3", amount="1.005", is_return="1"),
			order("R-4", amount="2.675", currency="usd", exchange_rate="1"),
		)
		self.assertEqual([row.base_amount for row in purchases()], [0.14, 1.01, -1.01, 2.68])

	def test_a_customer_is_found_by_name_in_any_capitals_and_by_a_contacts_address(self):
		self.record(
			order("R-1", customer=ACME.upper()),
			order("R-2", customer=ADDRESS),
			order("R-3", customer=ADDRESS.upper()),
		)
		self.assertEqual([row.customer for row in purchases()], [ACME] * 3)

	def test_a_return_may_stand_before_its_order_in_the_file(self):
		_done, problems = self.record(
			returned("R-2", "R-1", "40"), order("R-1"), returned("R-3", "r-1", "60.5")
		)
		self.assertEqual(problems, {})
		self.assertEqual([row.returns_order for row in purchases()], [None, "R-1", "R-1"])

	def test_a_return_whose_order_is_not_here_names_none(self):
		done, _problems = self.record(order("R-1", is_return="yes"))
		self.assertTrue(done)
		self.assertEqual(purchases()[0].base_amount, -100.5)

	def test_where_rows_come_from_is_kept(self):
		self.record(order("R-1"))
		self.assertEqual((purchases()[0].source, purchases()[0].import_run), ("REST", None))

	def test_more_rows_than_one_batch_are_all_recorded(self):
		with patch.object(recording, "BATCH", 3):
			done, _problems = self.record(*(order(f"R-{number}") for number in range(8)), when_bad=REFUSE)
		self.assertTrue(done)
		self.assertEqual(len(purchases()), 8)


class TestBadRows(RecordingCase):
	def test_values_that_cannot_be(self):
		tomorrow = today() + timedelta(days=1)
		for row, words in (
			(order(""), ("order number is missing",)),
			(order("x" * 141), ("longer than 140",)),
			(order("R-1", customer=""), ("customer is missing",)),
			(order("R-1", purchased_on="03/04/2026"), ("03/04/2026", "2026-03-31")),
			(order("R-1", purchased_on=str(tomorrow + timedelta(days=1))), ("in the future",)),
			(order("R-1", purchased_on="1989-12-31"), ("before 1990",)),
			(order("R-1", amount="ten"), ("ten is not an amount",)),
			(order("R-1", amount="¥10"), ("currency sign",)),
			(order("R-1", amount="-10"), ("below zero", "return")),
			(order("R-1", amount="1e400"), ("1e400 is not an amount",)),
			(order("R-1", amount="100000000000"), ("too large",)),
			(order("R-1", amount="0.0123456789"), ("more than 9 digits",)),
			(order("R-1", amount="99999999999", currency="USD", exchange_rate="9"), ("too large",)),
			(
				order("R-1", currency="USD"),
				("exchange rate from USD to CNY is missing", "one USD was worth in CNY"),
			),
			(order("R-1", currency="USD", exchange_rate="0"), ("exchange rate from USD to CNY is missing",)),
			(order("R-1", currency="USD", exchange_rate="-7"), ("-7 is not an exchange rate",)),
			(order("R-1", exchange_rate="7"), ("need no exchange rate", "7")),
			(order("R-1", currency="XQX", exchange_rate="7"), ("no currency XQX",)),
			(order("R-1", channel="x" * 141), ("longer than 140",)),
			(order("R-1", returns_order="R-0"), ("not marked as a return",)),
		):
			with self.subTest(row):
				self.assert_bad(row, *words)

	def test_tomorrow_is_no_future_because_the_shop_may_be_there_already(self):
		done, problems = self.record(order("R-1", purchased_on=str(today() + timedelta(days=1))))
		self.assertEqual((done, problems), (True, {}))

	def test_a_customer_that_nobody_knows(self):
		self.assert_bad(order("R-1", customer="Nobody"), "There is no customer Nobody")

	def test_an_address_that_nobody_or_more_than_one_customer_has(self):
		self.assert_bad(
			order("R-1", customer="nobody@x.example"), "nobody@x.example", "No customer has a contact"
		)
		self.assert_bad(order("R-1", customer=SHARED), "several customers", f"{ACME}, {BRIGHT}")

	def test_an_order_number_that_is_on_the_site(self):
		buy(ACME, "2026-01-01", 5, order_number="R-1")
		self.assert_bad(order("R-1"), "There is an order R-1 already")
		self.assert_bad(order("r-1"), "There is an order r-1 already")

	def test_an_order_number_that_is_twice_in_the_file_is_recorded_once(self):
		_done, problems = self.record(order("R-1"), order("R-2"), order(" r-1 "), order("Ｒ-2"))
		self.assertEqual(set(problems), {4, 5})
		self.assertIn("r-1 is in row 2 already", problems[4])
		self.assertEqual([row.name for row in purchases()], ["R-1", "R-2"])

	def test_the_second_of_two_is_bad_even_when_the_first_is_bad_for_something_else(self):
		"""Else correcting the first one would make it a second."""
		_done, problems = self.record(order("R-1", amount="ten"), order("R-1"))
		self.assertEqual(set(problems), {2, 3})

	def test_several_problems_of_a_row_are_all_told(self):
		self.assert_bad(
			order("R-1", amount="ten", purchased_on="", customer=""), "amount", "date", "customer"
		)

	def test_sentences_are_in_the_callers_language(self):
		frappe.local.lang = "zh"
		self.addCleanup(setattr, frappe.local, "lang", "en")
		with patch("cs_center.services.customers.purchase_sentences._", lambda text: f"译:{text}"):
			self.assert_bad(order("R-1", customer="Nobody"), "译:There is no customer Nobody")


class TestReturns(RecordingCase):
	def test_returns_of_an_order_that_is_not_there(self):
		self.assert_bad(returned("R-2", "R-1", "1"), "There is no order R-1 to return")

	def test_a_return_of_itself_of_a_return_and_of_another_customers_order(self):
		self.assert_bad(returned("R-2", "r-2", "1"), "R-2 cannot be a return of itself")
		buy(ACME, "2026-01-01", 5, order_number="R-1", is_return=1)
		self.assert_bad(returned("R-2", "R-1", "1"), "R-1 is a return itself")
		buy(BRIGHT, "2026-01-01", 5, order_number="B-1")
		self.assert_bad(returned("R-2", "B-1", "1"), f"B-1 was bought by {BRIGHT}")

	def test_a_return_in_another_currency_than_its_order(self):
		buy(ACME, "2026-01-01", 5, order_number="R-1", currency="USD")
		self.assert_bad(returned("R-2", "R-1", "1"), "R-1 is in USD")

	def test_returns_that_together_are_more_than_the_order(self):
		buy(ACME, "2026-01-01", 100, order_number="R-1")
		buy(ACME, "2026-01-02", 30, order_number="R-2", is_return=1, returns_order="R-1")
		self.assert_bad(
			returned("R-3", "R-1", "70.01"), "R-1 came to 100, but 100.01 would have been returned"
		)
		_done, problems = self.record(
			returned("R-3", "R-1", "50"), returned("R-4", "R-1", "30"), returned("R-5", "R-1", "20")
		)
		self.assertEqual(set(problems), {3}, "the first that fits is taken, and a later smaller one too")

	def test_returns_of_an_order_of_the_same_file_are_summed_too(self):
		_done, problems = self.record(
			order("R-1", amount="10"), returned("R-2", "R-1", "6"), returned("R-3", "R-1", "6")
		)
		self.assertEqual(set(problems), {4})
		self.assertIn("but 12 would", problems[4])

	def test_a_return_whose_order_in_the_file_is_bad_is_bad_too(self):
		_done, problems = self.record(order("R-1", customer="Nobody"), returned("R-2", "R-1", "6"))
		self.assertIn("R-1 in row 2 has a problem", problems[3])

	def test_a_return_of_an_order_that_is_on_the_site_is_good_though_the_file_has_the_order_again(self):
		buy(ACME, "2026-01-01", 100, order_number="R-1")
		_done, problems = self.record(order("R-1"), returned("R-2", "R-1", "6"))
		self.assertEqual(set(problems), {2})


class TestAllOrNothing(RecordingCase):
	def test_one_bad_row_refuses_all_of_them(self):
		with patch.object(recording, "_insert", side_effect=AssertionError("something was written")):
			done, problems = self.record(order("R-1"), order("R-2", amount="ten"), when_bad=REFUSE)
		self.assertFalse(done)
		self.assertEqual(set(problems), {3})
		self.assertEqual(purchases(), [])

	def test_nothing_is_written_before_all_is_checked(self):
		with (
			patch.object(recording, "check_rows", side_effect=KeyboardInterrupt),
			self.assertRaises(KeyboardInterrupt),
		):
			self.record(order("R-1"), when_bad=KEEP)
		self.assertEqual(purchases(), [])

	def test_a_number_that_somebody_takes_meanwhile_refuses_all(self):
		rows = [order(f"R-{number}") for number in range(6)]
		with self.meanwhile("R-4"), patch.object(recording, "BATCH", 2):
			done, problems = self.record(*rows, when_bad=REFUSE)
		self.assertFalse(done)
		self.assertIn("There is an order R-4 already", problems[6])
		self.assertEqual([row.name for row in purchases()], ["R-4"])

	def test_a_number_that_somebody_takes_meanwhile_is_one_bad_row_where_the_good_are_kept(self):
		rows = [order(f"R-{number}") for number in range(6)]
		with self.meanwhile("R-4"), patch.object(recording, "BATCH", 4):
			done, problems = self.record(*rows, when_bad=KEEP)
		self.assertTrue(done)
		self.assertEqual(set(problems), {6})
		self.assertEqual(len(purchases()), 6)

	def test_an_error_of_the_database_is_no_bad_row(self):
		with (
			patch.object(frappe.local.db, "bulk_insert", side_effect=ValueError("the disk is full")),
			self.assertRaises(ValueError),
		):
			self.record(order("R-1"))

	def meanwhile(self, number: str):
		"""Somebody records this number after all were looked up."""
		real = recording.check_rows

		def check(*arguments):
			real(*arguments)
			buy(ACME, "2026-01-01", 1, order_number=number)

		return patch.object(recording, "check_rows", check)


class TestGoingOn(RecordingCase):
	RUN = Origin("Import", "CPI-TEST-1")

	def rows(self):
		return [order(f"R-{number}", amount="10") for number in range(6)] + [returned("R-9", "R-1", "10")]

	def test_what_the_same_import_recorded_before_is_no_problem_and_recorded_once(self):
		with patch.object(recording, "BATCH", 2), self.assertRaises(InterruptedError):
			self.interrupted_after(4)
		self.assertEqual(len(purchases()), 4)
		done, problems = self.record(*self.rows(), origin=self.RUN)
		self.assertEqual((done, problems), (True, {}))
		self.assertEqual(len(purchases(import_run=self.RUN.import_run)), 7)

	def test_running_twice_changes_nothing(self):
		self.record(*self.rows(), origin=self.RUN)
		before = purchases()
		done, problems = self.record(*self.rows(), origin=self.RUN)
		self.assertEqual((done, problems, purchases()), (True, {}, before))

	def test_a_row_that_is_twice_in_the_file_stays_bad_when_the_first_of_the_two_is_on_the_site(self):
		rows = [order("R-1"), order("R-1")]
		first, again = (self.record(*rows, origin=self.RUN) for _run in range(2))
		self.assertEqual(first, again)
		self.assertEqual(set(again[1]), {3})

	def test_what_returns_took_before_the_interruption_is_taken_once(self):
		rows = [order("R-1", amount="10"), returned("R-2", "R-1", "6"), returned("R-3", "R-1", "4")]
		with patch.object(recording, "BATCH", 1), self.assertRaises(InterruptedError):
			self.interrupted_after(2, rows)
		_done, problems = self.record(*rows, returned("R-4", "R-1", "0.01"), origin=self.RUN)
		self.assertEqual(set(problems), {5})

	def test_another_imports_rows_are_taken(self):
		self.record(*self.rows(), origin=self.RUN)
		_done, problems = self.record(*self.rows(), origin=Origin("Import", "CPI-TEST-2"))
		self.assertEqual(len(problems), 7)

	def interrupted_after(self, count: int, rows: list[dict] | None = None):
		def report(what: str, done: int) -> None:
			if what == "recorded" and done >= count:
				raise InterruptedError

		with Staging() as staging:
			given = [
				Row(number, {**GOOD, **row}, ()) for number, row in enumerate(rows or self.rows(), start=2)
			]
			stage(staging, given, silent)
			record(staging, KEEP, self.RUN, report)


class TestManyRows(RecordingCase):
	def test_more_rows_than_a_page_and_a_batch_are_checked_against_each_other_and_recorded(self):
		rows = 2 * PAGE + 300
		given = [order(f"M-{number}") for number in range(rows)]
		given += [order("M-0"), returned("M-R", "M-1", "100.5"), returned("M-S", "M-1", "0.01")]
		done, problems = self.record(*given)
		self.assertTrue(done)
		self.assertEqual(set(problems), {rows + 2, rows + 4})
		self.assertEqual(frappe.db.count(PURCHASE), rows + 1)

	def test_the_number_of_queries_does_not_grow_with_the_rows_of_a_page(self):
		self.assertEqual(self.queries_of(100), self.queries_of(20))

	def queries_of(self, rows: int) -> int:
		frappe.db.delete(PURCHASE)
		counted = []
		real = frappe.local.db.sql

		def sql(*arguments, **options):
			counted.append(arguments[0])
			return real(*arguments, **options)

		given = [
			order(f"Q-{number}", customer=(ACME, ADDRESS, BRIGHT)[number % 3]) for number in range(rows)
		] + [returned(f"T-{number}", f"Q-{number}", "1", customer=ACME) for number in range(0, rows, 3)]
		self.record(order("warm"))
		with patch.object(frappe.local.db, "sql", sql):
			done, problems = self.record(*given)
		self.assertEqual((done, problems), (True, {}))
		return len(counted)
