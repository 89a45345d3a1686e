"""A customer made anonymous: nothing of the person is left in any table of the app, the figures are, nothing comes back."""

import json
import os
from unittest.mock import patch

import frappe
from frappe.model.meta import get_meta

from cs_center.api import personal_data
from cs_center.services.customers import anonymising, belonging, erasing_rows
from cs_center.services.customers.identity import Identity, of_customer, scrub_stored
from cs_center.services.customers.impersonal_doctypes import IMPERSONAL
from cs_center.services.customers.personal_registry import ELSEWHERE, HELD, NAMED_AFTER, Fate
from cs_center.services.service_levels import evaluation
from cs_center.tests import factories
from cs_center.tests.base import SiteTestCase

from .marked_world import BIRTHDAY, PARTS, MarkedTestCase
from .personal_case import PROFILE

CLASSIFIED = {
	"Attach",
	"Attach Image",
	"Autocomplete",
	"Barcode",
	"Code",
	"Data",
	"Dynamic Link",
	"HTML Editor",
	"Image",
	"JSON",
	"Link",
	"Long Text",
	"Markdown Editor",
	"Password",
	"Phone",
	"Read Only",
	"Signature",
	"Small Text",
	"Table",
	"Table MultiSelect",
	"Text",
	"Text Editor",
}
BESIDE = (
	"Version",
	"Comment",
	"Deleted Document",
	"Access Log",
	"Error Log",
	"ToDo",
	"HD Notification",
	"Notification Log",
	"File",
	"Email Queue",
	"Email Queue Recipient",
	"Route History",
	"Data Import Log",
	"Webhook Request Log",
)
HELPDESKS_OWN = {"Contact", "HD Ticket", "HD Customer", "Communication"}


class TestRegistry(SiteTestCase):
	"""Whoever adds a DocType or a field has to say what becomes of it."""

	def words_for(self, doctype: str) -> set[str]:
		for held in HELD:
			if held.doctype == doctype:
				return set(held.fates)
		if doctype in ELSEWHERE:
			return {*ELSEWHERE[doctype].scrubbed, *ELSEWHERE[doctype].other}
		return set(IMPERSONAL[doctype][1].split())

	def test_every_doctype_is_classified_once(self):
		known = [held.doctype for held in HELD] + [*ELSEWHERE, *IMPERSONAL]
		self.assertEqual(sorted(known), sorted(set(known)))
		self.assertEqual(set(known), set(frappe.get_all("DocType", {"module": "CS Center"}, pluck="name")))

	def test_every_text_link_and_attachment_is_classified(self):
		missing, gone = [], []
		for doctype in frappe.get_all("DocType", {"module": "CS Center"}, pluck="name"):
			fields = {field.fieldname for field in get_meta(doctype).fields if field.fieldtype in CLASSIFIED}
			known = self.words_for(doctype)
			missing += [f"{doctype}.{name}" for name in sorted(fields - known)]
			everything = {field.fieldname for field in get_meta(doctype).fields}
			gone += [f"{doctype}.{name}" for name in sorted(known - everything)]
		self.assertEqual(missing, [], "say in personal_registry what becomes of these")
		self.assertEqual(gone, [], "these are in the registry only")

	def test_what_is_emptied_or_replaced_can_be(self):
		for held in HELD:
			found_by = (bool(held.belongs), bool(held.parent), held.about_case)
			self.assertEqual(sum(found_by), 1, held.doctype)
			meta = get_meta(held.doctype)
			for name in held.fields(Fate.EMPTIED):
				self.assertFalse(
					meta.get_field(name).reqd, f"{held.doctype}.{name} must be removed, not emptied"
				)
		for doctype, field in NAMED_AFTER.items():
			self.assertEqual(get_meta(doctype).autoname, f"field:{field}")

	def test_a_doctype_without_personal_data_has_a_reason_and_no_link_to_customers(self):
		for doctype, (reason, _names) in IMPERSONAL.items():
			self.assertTrue(reason)
			links = {f.options for f in get_meta(doctype).fields if f.fieldtype == "Link"}
			self.assertFalse(links & {"HD Customer", "HD Ticket", "Contact", "CS Customer Profile"}, doctype)


class TestWords(SiteTestCase):
	def who(self, *words):
		return Identity(words[0], words, "Former customer 1", "salt")

	def test_a_name_is_replaced_as_a_word(self):
		who = self.who("Acme")
		self.assertEqual(
			who.scrub("ACME, Acme's and Acmeology"), "Former customer 1, Former customer 1's and Acmeology"
		)

	def test_a_name_in_chinese_stands_anywhere(self):
		self.assertEqual(self.who("王小明").scrub("请王小明回电"), "请Former customer 1回电")

	def test_a_phone_in_another_way_of_writing(self):
		who = self.who("+86 137 9001 4477")
		for text in ("+86-137-9001-4477", "+8613790014477", "+86 (137) 9001.4477"):
			self.assertNotIn("4477", who.scrub(text))

	def test_a_short_name_is_sought_in_its_own_rows_only(self):
		who = self.who("王伟")
		self.assertEqual(who.scrub("王伟"), "Former customer 1")
		self.assertEqual(who.scrub("王伟说"), "Former customer 1说")
		self.assertEqual(who.scrub("王伟说", elsewhere=True), "王伟说")
		self.assertTrue(who.is_in(json.dumps({"customer": "王伟"})))

	def test_the_ledgers_detail_keeps_its_codes_and_loses_what_people_wrote(self):
		detail = {
			"reason": "first_choice",
			"note": "He cried",
			"facts": {"customer": "Acme", "priority": "High"},
			"path": "Delivery",
		}
		cleaned = json.loads(scrub_stored(self.who("Acme"), json.dumps(detail)))
		facts = {"customer": "Former customer 1", "priority": "High"}
		self.assertEqual(cleaned, {"reason": "first_choice", "note": "", "facts": facts, "path": "Delivery"})
		rejected = scrub_stored(self.who("Acme"), json.dumps({"from": "Closed", "reason": "He lied."}))
		self.assertEqual(json.loads(rejected)["reason"], "")
		call = {"follow_up": "CFU-1", "result": "Not Solved", "note": "x"}
		self.assertEqual(json.loads(scrub_stored(self.who("Acme"), json.dumps(call))), {**call, "note": ""})

	def test_an_order_number_gets_the_same_replacement_and_only_with_the_salt(self):
		who, other = self.who("Acme"), Identity("Acme", ("Acme",), "Former customer 1", "another")
		self.assertEqual(who.replace("O-1"), who.replace("O-1"))
		self.assertEqual(who.replace(who.replace("O-1")), who.replace("O-1"))
		self.assertNotEqual(who.replace("O-1"), other.replace("O-1"))
		self.assertNotIn("O-1", who.replace("O-1"))


class TestAnonymising(MarkedTestCase):
	def anonymise(self, confirm: str | None = None):
		with self.as_user(self.MANAGER):
			return personal_data.anonymise(self.name, self.name if confirm is None else confirm)

	def left(self) -> list[str]:
		"""Columns that still have a part of the customer: "table.column: part"."""
		tables = [row[0] for row in frappe.db.sql("show tables like 'tabCS %'")]
		tables += [f"tab{doctype}" for doctype in BESIDE]
		found = []
		for table in tables:
			for row in frappe.db.sql(f"select * from `{table}`", as_dict=True):
				found += [
					f"{table}.{column}: {part}: {str(value)[:200]}"
					for column, value in row.items()
					for part in (*PARTS.values(), BIRTHDAY, self.name)
					if value and self.has(row, str(value), part)
				]
		return found

	def has(self, row, text: str, part: str) -> bool:
		if {row.get("reference_doctype"), row.get("reference_type"), row.get("ref_doctype")} & HELPDESKS_OWN:
			return False
		if row.get("deleted_doctype") in HELPDESKS_OWN or row.get("attached_to_doctype") in HELPDESKS_OWN:
			return False
		forms = (part, json.dumps(part)[1:-1], frappe.utils.escape_html(part))
		return any(form.lower() in text.lower() for form in forms)

	def test_nothing_of_the_person_is_left(self):
		self.live()
		planted = {line.split(":")[0].split(".")[0] for line in self.left()}
		for table in (
			"tabCS Complaint",
			"tabCS Complaint Action",
			"tabCS Complaint Root Cause",
			"tabCS Complaint Stage Change",
			"tabCS Follow Up",
			"tabCS Follow Up Attempt",
			"tabCS Customer Purchase",
			"tabCS Customer Profile",
			"tabCS Service Event",
			"tabCS Notification Delivery",
			"tabCS Service Policy Condition",
			"tabCS Purchase Import",
			"tabCS Tier Evaluation",
			"tabVersion",
			"tabComment",
			"tabDeleted Document",
			"tabAccess Log",
			"tabError Log",
			"tabToDo",
			"tabRoute History",
		):
			self.assertIn(table, planted, "the marker was not planted here")
		answer = self.anonymise()
		self.assertEqual(answer["state"], "Done")
		self.assertEqual(self.left(), [])
		self.assertIn("Helpdesk", answer["message"])

	def test_what_stays(self):
		self.live()
		amounts, clocks, path = self.amounts(self.name), self.clocks_of_case(), self.file.get_full_path()
		self.assertTrue(os.path.exists(path))
		answer = self.anonymise()
		neutral = answer["customer"]
		self.assertEqual(self.amounts(neutral), amounts)
		self.assert_orders_are_linked(neutral)
		self.assert_profile_and_act(answer)
		self.assert_others_keep_theirs(neutral)
		self.assertFalse(os.path.exists(path), "an import's file is not needed any more")
		self.assertFalse(frappe.db.get_value("CS Purchase Import", self.import_run.name, "file"))
		evaluation.evaluate_stored([self.case.name])
		self.assertEqual(self.clocks_of_case(), clocks, "the ledger still says what the clocks say")

	def amounts(self, customer):
		rows = frappe.get_all("CS Customer Purchase", {"customer": customer}, ["base_amount", "purchased_on"])
		return sorted((row.base_amount, row.purchased_on) for row in rows)

	def clocks_of_case(self):
		rows = factories.clocks(self.case)
		return {key: (row.state, row.due_at, row.ended_at) for key, row in rows.items()}

	def assert_orders_are_linked(self, neutral):
		fields = ["name", "order_number", "returns_order"]
		rows = frappe.get_all("CS Customer Purchase", {"customer": neutral}, fields)
		names = [row.name for row in rows]
		self.assertTrue(all(row.name == row.order_number for row in rows))
		self.assertEqual([row.returns_order in names for row in rows if row.returns_order], [True])
		complaint = frappe.get_doc("CS Complaint", self.complaint.name)
		self.assertEqual((complaint.stage, complaint.customer), ("Closed", neutral))
		self.assertIn(complaint.order_number, names)
		self.assertEqual(frappe.db.get_value("HD Ticket", self.case.name, "customer"), neutral)

	def assert_profile_and_act(self, answer):
		profile = frappe.get_doc(PROFILE, answer["customer"])
		self.assertEqual((profile.consent, profile.phone, profile.birthday), ("Withdrawn", None, None))
		act = frappe.get_doc("CS Customer Erasure", answer["erasure"])
		self.assertEqual((act.state, act.requested_by, act.sought), ("Done", self.MANAGER, None))
		self.assertGreater(act.erased_rows, 10)
		self.assertFalse(frappe.db.exists("HD Customer", self.name))

	def assert_others_keep_theirs(self, neutral):
		other = frappe.get_doc("CS Complaint", self.other.name)
		self.assertEqual((other.customer, other.description[:10]), ("Acme Trading", "Like Forme"))
		own, of_others = (frappe.db.exists("Email Queue", name) for name in self.mails)
		self.assertTrue(of_others)
		self.assertFalse(own, "its text is encoded, which no search in the database finds")
		condition = {"parent": self.policy.name}
		self.assertEqual(frappe.db.get_value("CS Service Policy Condition", condition, "value"), neutral)

	def test_open_cases_are_in_the_way_and_named(self):
		ticket = factories.create_ticket(customer=self.name)
		self.assert_refused(self.anonymise, "cannot be made anonymous", ticket.name)
		factories.set_status(ticket, "Closed")
		care = self.follow_up("Care")
		self.assert_refused(self.anonymise, care.name)
		frappe.db.set_value("CS Follow Up", care.name, "state", "Cancelled")
		complaint = frappe.get_doc(
			{"doctype": "CS Complaint", "ticket": ticket.name, "category": self.simple, "subject": "x"}
		).insert()
		factories.set_status(ticket, "Closed")
		self.assert_refused(self.anonymise, complaint.name)
		self.assertTrue(frappe.db.exists("HD Customer", self.name))

	def test_the_name_must_be_typed(self):
		for typed in ("", "Zebrawood", self.name.lower()):
			self.assert_refused(lambda typed=typed: self.anonymise(typed), "Nothing was changed", "exactly")
		self.assertTrue(frappe.db.exists("HD Customer", self.name))

	def test_only_managers(self):
		for user in (self.AGENT, self.LEAD, self.AUDITOR, self.BUYER):
			with self.as_user(user):
				for action in (
					lambda: personal_data.anonymise(self.name, self.name),
					lambda: personal_data.export(self.name),
				):
					self.assert_refused(action, "Only a service manager", error=frappe.PermissionError)

	def test_a_customer_that_is_not_there(self):
		with self.as_user(self.MANAGER):
			self.assert_refused(lambda: personal_data.anonymise("Nobody", "Nobody"), "There is no customer")

	def test_a_run_that_died_goes_on_where_it_was(self):
		self.live()
		real, calls = erasing_rows.erase, []

		def dying(held, who, names):
			calls.append(held.doctype)
			if len(calls) == 4:
				raise RuntimeError("the process died")
			real(held, who, names)

		with patch.object(erasing_rows, "erase", dying), self.assertRaises(RuntimeError):
			self.anonymise()
		erasure, neutral = frappe.db.get_value(
			"CS Customer Erasure", {"state": "Running"}, ["name", "customer"]
		)
		sought = frappe.db.get_value("CS Customer Erasure", erasure, "sought")
		self.assertFalse(any(part in sought for part in PARTS.values()))
		self.assertFalse(frappe.db.exists("HD Customer", self.name))
		with patch.object(frappe, "enqueue") as queued:
			anonymising.resume_unfinished()
		self.assertEqual(queued.call_args.kwargs["erasure"], erasure)
		with self.as_user(self.MANAGER):
			answer = personal_data.anonymise(neutral, neutral)
		self.assertEqual((answer["state"], answer["erasure"]), ("Done", erasure))
		self.assertEqual(self.left(), [])

	def test_a_large_customer_is_left_to_a_job(self):
		self.live()
		with patch.object(anonymising, "ROWS_AT_ONCE", 3), patch.object(frappe, "enqueue") as queued:
			answer = self.anonymise()
		self.assertEqual(answer["state"], "Running")
		self.assertIn("background", answer["message"])
		ours = [call for call in queued.call_args_list if call.kwargs.get("erasure")]
		self.assertEqual(len(ours), 1)
		with patch.object(erasing_rows, "ROWS_A_BATCH", 2), patch.object(belonging, "CASES_A_PAGE", 1):
			anonymising.run(ours[0].kwargs["erasure"])
		self.assertEqual(self.left(), [])

	def test_settings_that_name_the_customer_are_told(self):
		frappe.get_doc(
			{"doctype": "CS Department", "department_name": f"Desk of {self.name}", "enabled": 1}
		).insert()
		answer = self.anonymise()
		self.assertIn("Department", answer["message"])
		left = frappe.db.get_value("CS Customer Erasure", answer["erasure"], "left_over")
		self.assertIn("CS Department: Department", left.replace("Name", "").strip())
		self.assertNotIn(self.name, left)

	def test_what_is_known_of_a_customer(self):
		self.live()
		words = of_customer(self.name).words
		for part in (self.name, PARTS["mail"], PARTS["person"], PARTS["address"]):
			self.assertIn(part, words)
		self.assertFalse({self.AGENT, "Administrator"} & set(words))

	def test_the_record_of_the_act_cannot_be_changed(self):
		answer = self.anonymise()
		act = frappe.get_doc("CS Customer Erasure", answer["erasure"])
		self.assert_refused(act.save, "record of an act", error=frappe.PermissionError)
		self.assert_refused(act.delete, "record of an act", error=frappe.PermissionError)
