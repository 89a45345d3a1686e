"""What is held about a customer, as one file that a person can read."""

import json

import frappe

from cs_center.api import personal_data
from cs_center.services.customers.personal_registry import HELD
from cs_center.tests import factories

from .marked_world import BIRTHDAY, PARTS, PHONE, MarkedTestCase
from .personal_case import PROFILE
from .test_personal_fields import other_key

NOT_IN_THIS_STORY = {"CS Escalation", "CS Tier Change"}


class TestExporting(MarkedTestCase):
	def export(self, user: str | None = None) -> dict:
		frappe.local.response = frappe._dict()
		with self.as_user(user or self.MANAGER):
			personal_data.export(self.name)
		response = frappe.local.response
		self.assertEqual((response.type, response.filename), ("download", "customer-data.json"))
		return json.loads(response.filecontent.decode())

	def test_a_whole_story(self):
		self.live()
		stranger = self.register(self.simple, subject="A stranger's lamp")
		file = self.export()
		self.assertEqual(file["Customer"], self.name)
		self.assertIn("Helpdesk", file["Note"])
		records = file["Records"]
		for held in HELD:
			if not held.parent and held.doctype not in NOT_IN_THIS_STORY:
				self.assertTrue(records[held.doctype], held.doctype)
		self.assert_profile(records[PROFILE])
		self.assert_complaint(records["CS Complaint"])
		self.assertEqual(
			sorted(row["Order Number"] for row in records["CS Customer Purchase"]),
			["ZBR-ORDER-1", "ZBR-ORDER-2", "ZBR-ORDER-3"],
		)
		self.assertEqual(records["CS Follow Up"][0]["Attempts"][0]["Note"], self.words)
		self.assertEqual([row["ID"] for row in records["HD Ticket"]], [self.case.name])
		received = [row for row in records["CS Service Event"] if "Received" in row.values()]
		self.assertEqual(
			self.detail_of(received[0])["customer"], self.name, "stored JSON is shown as what it says"
		)
		self.assertNotIn("stranger", json.dumps(file))
		self.assertNotIn(stranger.name, json.dumps(file))

	def detail_of(self, row):
		return row[frappe.get_meta("CS Service Event").get_label("detail")]

	def assert_profile(self, rows):
		(profile,) = rows
		self.assertEqual(
			(profile["Birthday"], profile["Phone"], profile["Address"]), (BIRTHDAY, PHONE, PARTS["address"])
		)
		self.assertIn(PARTS["mail"], str([one["Text"] for one in profile["Comments"]]))
		changes = [part for one in profile["History"] for part in one["Changes"]]
		self.assertIn("Phone", changes)
		self.assertEqual(len(profile["Attachments"]), 1)
		hidden = frappe.db.get_value(PROFILE, self.name, ["personal_data", "birthday_key"])
		for text in hidden:
			self.assertNotIn(text, json.dumps(profile))

	def assert_complaint(self, rows):
		(complaint,) = rows
		self.assertEqual(complaint[frappe.get_meta("CS Complaint").get_label("description")], self.words)
		self.assertEqual(complaint["Stage"], "Closed")
		self.assertEqual(complaint["Root Causes"][0]["Cause"], self.words)

	def test_it_is_logged_who_asked(self):
		self.export()
		log = frappe.get_all(
			"Access Log", {"reference_document": self.name}, ["user", "method", "export_from", "file_type"]
		)
		self.assertEqual(
			[(row.user, row.method, row.export_from, row.file_type) for row in log],
			[(self.MANAGER, "export", PROFILE, "JSON")],
		)

	def test_more_rows_than_a_batch(self):
		frappe.db.delete("CS Customer Purchase", {"customer": self.name})
		fields = ("name", "order_number", "customer", "purchased_on", "amount")
		rows = [(f"ZBR-{n:04}", f"ZBR-{n:04}", self.name, "2027-01-01", 1) for n in range(1203)]
		frappe.db.bulk_insert("CS Customer Purchase", fields, rows)
		purchases = self.export()["Records"]["CS Customer Purchase"]
		self.assertEqual(len({row["Order Number"] for row in purchases}), 1203)

	def test_an_incomplete_export_is_refused(self):
		with other_key(), self.as_user(self.MANAGER):
			self.assert_refused(lambda: personal_data.export(self.name), "would not be complete")

	def test_a_customer_of_whom_nothing_is_held(self):
		self.name = factories.create_customer(factories.unique("Nobody Yet"))
		frappe.db.delete(PROFILE, {"customer": self.name})
		records = self.export("Administrator")["Records"]
		self.assertEqual({label for label, rows in records.items() if rows}, set())
