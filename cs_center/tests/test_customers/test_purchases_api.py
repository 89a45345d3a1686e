"""Purchases by REST: who may, what comes back, and that the ordinary ways of Frappe work beside it."""

import json
from unittest.mock import patch

import frappe

from cs_center.api import purchases as api
from cs_center.services.customers import importing
from cs_center.services.customers.purchases import PURCHASE
from cs_center.tests import factories
from cs_center.tests.base import create_user
from cs_center.tests.test_customers.purchase_rows import buy, purchases
from cs_center.tests.test_customers.test_purchase_import import ACME, AGENT, MANAGER, ImportCase, lines, row
from cs_center.tests.ticket_case import as_user

LEAD, AUDITOR, CARE = "lead@purchases.example", "audit@purchases.example", "care@purchases.example"
BUYER = "buyer@purchases.example"


def order(number: str, **values) -> dict:
	return {"order_number": number, "customer": ACME, "purchased_on": "2026-03-01", "amount": 10, **values}


class TestRecord(ImportCase):
	def test_purchases_are_recorded_and_told(self):
		with as_user(MANAGER):
			told = api.record([order("P-1"), order("P-2", amount="2.50", is_return=True)])
		self.assertEqual(told, {"recorded": 2, "refused": [], "ignored": []})
		self.assertEqual(
			[(one.base_amount, one.source, one.owner) for one in purchases()],
			[(10, "REST", MANAGER), (-2.5, "REST", MANAGER)],
		)

	def test_a_list_as_text_is_read_as_a_request_sends_it(self):
		self.assertEqual(api.record(json.dumps([order("P-1", amount=12.345)]))["recorded"], 1)
		self.assertEqual(purchases()[0].base_amount, 12.35)

	def test_all_or_none_is_the_rule_and_the_bad_ones_are_named(self):
		told = api.record([order("P-1"), order("P-2", customer="Nobody")])
		self.assertEqual(told["recorded"], 0)
		self.assertEqual([(one["row"], one["order_number"]) for one in told["refused"]], [(2, "P-2")])
		self.assertIn("There is no customer Nobody", told["refused"][0]["problem"])
		self.assertEqual(self.numbers(), [])

	def test_the_good_ones_are_kept_when_asked_for(self):
		told = api.record([order("P-1"), order("P-2", amount="ten"), order("P-1")], "keep")
		self.assertEqual((told["recorded"], [one["row"] for one in told["refused"]]), (1, [2, 3]))
		self.assertIn("P-1 is in row 1 already", told["refused"][1]["problem"])

	def test_names_that_mean_nothing_are_told(self):
		told = api.record([order("P-1", orderNumber="x", remark="y")])
		self.assertEqual((told["recorded"], told["ignored"]), (1, ["orderNumber", "remark"]))

	def test_what_is_no_list_of_objects_is_refused(self):
		for given in ({"order_number": "P-1"}, ["P-1"], "7", "null"):
			with self.subTest(given):
				self.assert_refused(lambda given=given: api.record(given), "as a list of objects")
		self.assert_refused(lambda: api.record([], "maybe"), "maybe", "Use refuse or keep")

	def test_too_many_for_one_call_are_refused(self):
		with patch.object(api, "MOST", 2):
			self.assert_refused(
				lambda: api.record([order(str(number)) for number in range(3)]),
				"3",
				"at most 2",
				"import a file",
			)

	def test_sent_twice_nothing_is_recorded_twice(self):
		api.record([order("P-1")])
		told = api.record([order("P-1"), order("P-2")], "keep")
		self.assertEqual((told["recorded"], told["refused"][0]["order_number"]), (1, "P-1"))


class TestPermissions(ImportCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		create_user(LEAD, "CS Team Lead", "Agent")
		create_user(AUDITOR, "CS Quality Auditor")
		create_user(CARE, "CS Customer Care")
		factories.create_customer_user(BUYER, ACME)
		frappe.db.commit()  # users cost seconds; they stay for the classes that come

	def test_only_who_may_create_purchases_records_them_and_is_told_before_anything_is_read(self):
		for user in (AGENT, LEAD, AUDITOR, CARE, BUYER, "Guest"):
			with self.subTest(user), as_user(user):
				with self.assertRaises(frappe.PermissionError):
					api.record("no list")
				with self.assertRaises(frappe.PermissionError):
					api.record([order("P-1")])
		self.assertEqual(self.numbers(), [])

	def test_only_who_may_create_purchases_starts_and_sees_imports(self):
		doc = self.make(lines(row("P-1")))
		for user in (AGENT, LEAD, AUDITOR, CARE, BUYER, "Guest"):
			with self.subTest(user), as_user(user):
				for action in (lambda: api.start_import(doc.name), lambda: api.problems(doc.name)):
					with self.assertRaises(frappe.PermissionError):
						action()
		self.assertEqual(self.fresh(doc).state, "Draft")

	def test_a_manager_starts_an_import_and_sees_its_problems(self):
		with as_user(MANAGER):
			doc = self.make(lines(row("P-1", customer="Nobody"), row("P-2")), "Keep the good rows")
			told = api.start_import(doc.name)
			seen = api.problems(doc.name)
		self.assertEqual(told["state"], "Done")
		self.assertIn("Imported rows: 1. Rows with a problem: 1.", told["message"])
		self.assertEqual((seen["total"], seen["rows"][0]["row"], seen["state"]), (1, 2, "Done"))
		self.assertEqual(seen["problem_file"], self.fresh(doc).problem_file)
		self.assertEqual(purchases()[0].owner, MANAGER)

	def test_another_manager_may_start_an_import(self):
		"""The file is attached to the import, so who may read that may read it."""
		with as_user(MANAGER):
			doc = self.make(lines(row("P-1")))
		with as_user("imports2@service.example"):
			self.assertEqual(api.start_import(doc.name)["state"], "Done")

	def test_what_is_called_changes_nothing_by_get(self):
		for function in (api.record, api.start_import):
			self.assertEqual(frappe.allowed_http_methods_for_whitelisted_func[function], ["POST"])


class TestOrdinaryWays(ImportCase):
	def test_a_document_posted_alone_is_recorded(self):
		doc = frappe.get_doc({"doctype": PURCHASE, **order("P-1", amount="12.5")}).insert()
		self.assertEqual((doc.name, doc.base_amount, doc.currency), ("P-1", 12.5, "CNY"))
		self.assert_refused(
			lambda: frappe.get_doc({"doctype": PURCHASE, **order("P-1")}).insert(),
			"There is an order P-1 already",
		)
		self.assert_refused(
			lambda: frappe.get_doc({"doctype": PURCHASE, **order("P-2", currency="USD")}).insert(),
			"exchange rate from USD to CNY",
		)

	def test_an_order_is_not_made_smaller_than_its_returns(self):
		buy(ACME, "2026-03-01", 10, order_number="P-1")
		buy(ACME, "2026-03-02", 8, order_number="P-2", is_return=1, returns_order="P-1")
		doc = frappe.get_doc(PURCHASE, "P-1")
		doc.amount = 7
		self.assert_refused(doc.save, "P-1 came to 7, but 8 would")
		doc.reload()
		doc.amount = 8
		doc.save()
		self.assertEqual(doc.base_amount, 8)

	def test_frappes_own_data_import_records_and_names_a_bad_row(self):
		from frappe.core.doctype.data_import.importer import Importer

		data = [
			["Order Number", "Customer", "Date", "Amount"],
			["P-1", ACME, "2026-03-01", "12.5"],
			["P-2", ACME, "2026-03-01", "-1"],
		]
		content = "\n".join(",".join(cells) for cells in data)
		file = frappe.get_doc("File", {"file_url": self.file(content)})
		run = frappe.get_doc(
			{
				"doctype": "Data Import",
				"reference_doctype": PURCHASE,
				"import_type": "Insert New Records",
				"import_file": file.file_url,
			}
		).insert()
		Importer(PURCHASE, data_import=run).import_data()
		self.assertEqual([(one.name, one.source) for one in purchases()], [("P-1", "Import")])

	def test_the_scheduler_has_a_way_to_go_on_with_interrupted_imports(self):
		self.assertEqual(importing.resume_interrupted(), [])
