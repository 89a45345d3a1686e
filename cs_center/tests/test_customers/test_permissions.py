"""Who may do what with the records about customers: on every way on which Frappe gives them, for everybody there is."""

from __future__ import annotations

import frappe
from frappe import client
from frappe.desk.form import load

from cs_center.api import customers, personal_data, purchases
from cs_center.tests import factories
from cs_center.tests.test_customers import permission_case as case
from cs_center.tests.test_customers.permission_case import (
	BUYER,
	CARE,
	CHANGE,
	DEPARTMENT,
	EVALUATION,
	EVERYBODY,
	GUEST,
	IMPORT,
	LEAD,
	MANAGER,
	PROFILE,
	PURCHASE,
	REFUSED,
	RIGHTS,
	RULE,
	SYSTEM,
	TIER,
	PermissionTestCase,
	may,
)

LETTERS = {"read": "r", "write": "w", "create": "c", "delete": "d", "export": "x"}

CHANGED = {
	PROFILE: {"notes": "Changed"},
	TIER: {"perks": "Changed"},
	PURCHASE: {"channel": "Changed"},
	IMPORT: {"when_rows_are_bad": "Keep the good rows"},
	RULE: {"purpose": "Changed"},
	CHANGE: {"reason": "Override Set"},
	EVALUATION: {"source": "Changed"},
}
"""What somebody tries to write."""

READ_PERSONAL = {SYSTEM, MANAGER, CARE}


class TestReading(PermissionTestCase):
	def test_the_rights_are_the_ones_that_were_meant(self):
		for doctype, name in self.records.items():
			for user in EVERYBODY:
				for right, letter in LETTERS.items():
					doc = None if right in ("create", "export") else name
					with self.subTest(doctype=doctype, user=user, right=right):
						given = frappe.has_permission(doctype, right, doc, user=user)
						self.assertEqual(bool(given), may(doctype, user, letter))

	def test_every_way_that_shows_a_record(self):
		for doctype, name in self.records.items():
			for user in EVERYBODY:
				for way in case.READING_WAYS:
					with self.subTest(doctype=doctype, user=user, way=way.__name__):
						self.assertEqual(self.works(user, way, doctype, name), may(doctype, user, "r"))
				if doctype in (PROFILE, PURCHASE):  # slow
					self.assertEqual(self.works(user, case.printed, doctype, name), may(doctype, user, "r"))

	def test_exports(self):
		for doctype, name in self.records.items():
			for user in EVERYBODY:
				with self.subTest(doctype=doctype, user=user):
					self.assertEqual(self.works(user, case.exported, doctype, name), may(doctype, user, "x"))


class TestWriting(PermissionTestCase):
	def test_changing_by_rest(self):
		for doctype, name in self.records.items():
			((field, value),) = CHANGED[doctype].items()
			for user in EVERYBODY:
				frappe.db.set_value(doctype, name, field, None)
				with self.subTest(doctype=doctype, user=user):
					self.works(user, client.set_value, doctype, name, field, value)
					stored = frappe.db.get_value(doctype, name, field)
					self.assertEqual(stored == value, may(doctype, user, "w"))

	def test_creating_by_rest(self):
		customer = factories.create_customer(factories.unique("Fig Shop"))
		made = {
			TIER: lambda: {"tier_name": factories.unique("Tier"), "rank": 999, "enabled": 0},
			PURCHASE: lambda: {
				"order_number": factories.unique("FIG"),
				"customer": customer,
				"purchased_on": "2027-02-01",
				"amount": 1,
			},
			PROFILE: lambda: {"customer": customer},
			RULE: lambda: {"title": factories.unique("Rule"), "occasion": "Birthday", "purpose": "Sing"},
			CHANGE: lambda: {
				"customer": customer,
				"to_tier": "VIP",
				"reason": "Override Set",
				"changed_at": "2027-02-01 10:00",
			},
			EVALUATION: lambda: {"as_of": "2032-02-02"},
		}
		for doctype, values in made.items():
			for user in EVERYBODY:
				frappe.db.delete(PROFILE, {"customer": customer})
				frappe.db.delete(TIER, {"rank": 999})
				before = frappe.db.count(doctype)
				with self.subTest(doctype=doctype, user=user):
					self.works(user, client.insert, {"doctype": doctype, **values()})
					self.assertEqual(frappe.db.count(doctype) > before, may(doctype, user, "c"))

	def test_deleting_by_rest(self):
		for doctype in (PURCHASE, RULE, CHANGE, EVALUATION, IMPORT, TIER):
			for user in EVERYBODY:
				name = self.records[doctype]
				if not frappe.db.exists(doctype, name):
					continue
				frappe.db.savepoint("before_deleting")
				with self.subTest(doctype=doctype, user=user):
					if may(doctype, user, "d") and doctype == TIER:
						continue  # everybody's tier stays for another reason
					self.works(user, client.delete, doctype, name)
					self.assertEqual(not frappe.db.exists(doctype, name), may(doctype, user, "d"))
				frappe.db.rollback(save_point="before_deleting")

	def test_records_of_what_was_decided_are_not_even_the_administrators(self):
		for doctype in (CHANGE, EVALUATION):
			((field, value),) = CHANGED[doctype].items()
			doc = frappe.get_doc(doctype, self.records[doctype])
			doc.set(field, value)
			self.assert_refused(doc.save, "a record of what was", error=frappe.PermissionError)
			self.assert_refused(
				lambda doc=doc: frappe.rename_doc(doc.doctype, doc.name, "x", force=True, show_alert=False),
				"a record of what was",
				error=frappe.PermissionError,
			)


class TestPersonalFields(PermissionTestCase):
	SECRETS = (case.PHONE, case.ADDRESS, case.BIRTHDAY)

	def shown(self, user: str, way) -> str:
		"""All that the way gives the user, as one text."""
		with self.as_user(user):
			frappe.local.form_dict = frappe._dict()
			try:
				return f"{way()} {frappe.as_json(frappe.local.response)}"
			except REFUSED:
				return ""
			finally:
				frappe.local.message_log = []
				frappe.local.response = frappe._dict(docs=[])

	def test_forms_and_rest_show_them_to_their_readers_alone(self):
		name = self.records[PROFILE]
		ways = {
			"form": lambda: load.getdoc(PROFILE, name),
			"rest": lambda: frappe.as_json(client.get(PROFILE, name)),
		}
		for label, way in ways.items():
			for user in EVERYBODY:
				with self.subTest(way=label, user=user):
					text = self.shown(user, way)
					for secret in self.SECRETS:
						self.assertEqual(secret in text, user in READ_PERSONAL)

	def test_nothing_else_shows_them_to_anybody(self):
		"""Lists have empty columns, histories dots. A print is its reader's own."""
		name = self.records[PROFILE]
		self.change_phone()
		fields = ["name", "birthday", "phone", "address", "personal_data", "birthday_key"]
		ways = {
			"list": lambda: frappe.get_list(PROFILE, fields=fields, limit_page_length=0),
			"everything": lambda: client.get_list(PROFILE, fields=["*"], limit_page_length=0),
			"value": lambda: client.get_value(PROFILE, ["phone", "address"], {"name": name}),
			"history": lambda: load.get_docinfo(doctype=PROFILE, name=name),
			"export": lambda: case.exported(PROFILE, name, "phone", "address"),
			"print": lambda: case.get_html_and_style(PROFILE, name)["html"],
		}
		for label, way in ways.items():
			for user in set(EVERYBODY) - (READ_PERSONAL if label == "print" else set()):
				with self.subTest(way=label, user=user):
					text = self.shown(user, way)
					self.assertFalse([secret for secret in self.SECRETS if secret in text])

	def test_nobody_is_shown_what_the_database_has_instead(self):
		name = self.records[PROFILE]
		for field in ("personal_data", "birthday_key"):
			stored = frappe.db.get_value(PROFILE, name, field)
			for user in EVERYBODY:
				for way in (
					lambda field=field: client.get_list(PROFILE, fields=["name", field], limit_page_length=0),
					lambda field=field: client.get_value(PROFILE, field, {"name": name}),
					lambda: load.getdoc(PROFILE, name),
				):
					with self.subTest(field=field, user=user):
						self.assertNotIn(stored, self.shown(user, way))

	def change_phone(self):
		for phone in ("+86 139 5550 0000", case.PHONE):
			doc = frappe.get_doc(PROFILE, self.records[PROFILE])
			doc.phone = phone
			doc.save()

	def test_only_their_readers_write_them(self):
		for user in EVERYBODY:
			with self.subTest(user):
				self.works(user, client.set_value, PROFILE, self.customer, "phone", "+1 555 0100")
				phone = frappe.get_doc(PROFILE, self.customer).phone
				self.assertEqual(phone == "+1 555 0100", user in READ_PERSONAL)
				doc = frappe.get_doc(PROFILE, self.customer)
				doc.phone = case.PHONE
				doc.save()


class TestMethods(PermissionTestCase):
	ROW = {"order_number": "", "purchased_on": "2027-02-01", "amount": "5"}  # noqa: RUF012

	def test_purchases_are_recorded_and_imported_by_who_may_create_them(self):
		for user in EVERYBODY:
			row = {**self.ROW, "order_number": factories.unique("REST"), "customer": self.customer}
			with self.subTest(user):
				self.works(user, purchases.record, [row])
				is_there = bool(frappe.db.exists(PURCHASE, row["order_number"]))
				self.assertEqual(is_there, may(PURCHASE, user, "c"))
				shown = self.works(user, purchases.problems, self.records[IMPORT])
				self.assertEqual(shown, may(IMPORT, user, "r"))

	def test_the_customers_page_is_for_its_readers_and_evaluating_for_leads(self):
		across = {SYSTEM, MANAGER, LEAD, CARE}
		for user in EVERYBODY:
			with self.subTest(user):
				for method in (customers.overview, customers.why):
					self.assertEqual(self.works(user, method, self.customer), may(PROFILE, user, "r"))
				self.assertEqual(self.works(user, customers.evaluate, self.customer), user in across)
				self.assertEqual(self.works(user, customers.holidays, "CN"), may(RULE, user, "r"))

	def test_the_page_lists_what_its_reader_may_see(self):
		for user in RIGHTS[PROFILE]:
			with self.subTest(user), self.as_user(user):
				shown = [row["order_number"] for row in customers.overview(self.customer)["purchases"]]
				wanted = [self.records[PURCHASE]] if may(PURCHASE, user, "r") else []
				self.assertEqual(shown, wanted)

	def test_only_managers_take_personal_data_out_or_away(self):
		for user in set(EVERYBODY) - {SYSTEM, MANAGER}:
			with self.subTest(user):
				self.assertFalse(self.works(user, personal_data.export, self.customer))
				self.assertFalse(self.works(user, personal_data.anonymise, self.customer, self.customer))

	def test_customers_and_departments_have_no_right_at_all(self):
		for rights in RIGHTS.values():
			self.assertFalse({BUYER, GUEST, DEPARTMENT} & set(rights))
