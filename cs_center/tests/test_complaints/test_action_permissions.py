"""Departments, their people and partners: the own actions and nothing else of the case, on every way."""

from __future__ import annotations

import frappe
from frappe import client
from frappe.desk.form import load
from frappe.desk.form.save import savedocs
from frappe.desk.search import search_link
from frappe.www.printview import get_html_and_style

from cs_center.api import complaints
from cs_center.tests import factories
from cs_center.tests.test_complaints.permission_case import (
	ACTION,
	COLLEAGUE,
	COMPLAINT,
	LONER,
	PARTNER,
	REFUSED,
	PeopleTestCase,
	report_rows,
)
from cs_center.www import cs_action

SECRETS = ("secret cause", "secret note", "Kettle leaks", "Acme Trading", "buyer@service.example")
"""Words of the case that a department has no business with."""


class ActionCase(PeopleTestCase):
	def setUp(self):
		super().setUp()
		self.of_department = self.create_action(self.ours)
		self.of_person = self.create_action(self.ours, responsible=self.DEPARTMENT_USER, department=None)
		self.of_colleague = self.create_action(self.ours, responsible=COLLEAGUE)
		self.elsewhere = self.create_action(self.theirs, responsible=self.OTHER_AGENT, department=None)
		self.of_partner = self.create_action(self.theirs, responsible=self.OTHER_AGENT, department=None)
		# An account that became one of the portal after it had been named.
		frappe.db.set_value(ACTION, self.of_partner.name, "responsible", PARTNER)
		self.actions = {
			one.name
			for one in (
				self.of_department,
				self.of_person,
				self.of_colleague,
				self.elsewhere,
				self.of_partner,
			)
		}
		factories.create_profile(self.DEPARTMENT_USER, department=self.DEPARTMENT)

	def page(self, user: str, name: str = "") -> frappe._dict:
		with self.as_user(user):
			frappe.local.form_dict = frappe._dict(name=name)
			return cs_action.get_context(frappe._dict())


class TestSeeingActions(ActionCase):
	def test_each_sees_the_own_ones_on_every_way(self):
		ours = {self.of_department.name, self.of_person.name, self.of_colleague.name}
		sees = {
			self.DEPARTMENT_USER: {self.of_department.name, self.of_person.name},
			COLLEAGUE: {self.of_department.name, self.of_colleague.name},
			self.AGENT: ours,
			self.OTHER_AGENT: {self.elsewhere.name, self.of_partner.name},
			LONER: set(),
			self.LEAD: self.actions,
			self.AUDITOR: self.actions,
			PARTNER: set(),
			self.BUYER: set(),
			"Guest": set(),
		}
		for user, wanted in sees.items():
			for label, way in self.ways().items():
				with self.subTest(user=user, way=label), self.as_user(user):
					try:
						self.assertEqual(way() & self.actions, wanted)
					except REFUSED:
						self.assertEqual(wanted, set())

	def ways(self) -> dict:
		return {
			"list": lambda: set(frappe.get_list(ACTION, pluck="name", limit_page_length=0)),
			"rest": lambda: {row["name"] for row in client.get_list(ACTION, limit_page_length=0)},
			"report": self.in_report,
			"one": lambda: {name for name in self.actions if frappe.has_permission(ACTION, "read", name)},
			"form": lambda: {name for name in self.actions if self.in_form(name)},
		}

	def in_report(self) -> set[str]:
		if frappe.session.user in (self.DEPARTMENT_USER, COLLEAGUE):
			return set(frappe.get_list(ACTION, pluck="name"))  # the role has no report
		return report_rows(ACTION)

	def in_form(self, name: str) -> bool:
		try:
			load.getdoc(ACTION, name)
		except REFUSED:
			return False
		return True

	def test_a_department_reads_no_complaint_and_nothing_of_it(self):
		for user in (self.DEPARTMENT_USER, COLLEAGUE):
			with self.subTest(user), self.as_user(user):
				for refused in (
					lambda: client.get(COMPLAINT, self.ours.name),
					lambda: client.get_list(COMPLAINT),
					lambda: client.get_value(COMPLAINT, "subject", {"name": self.ours.name}),
					lambda: client.validate_link(COMPLAINT, self.ours.name, '["subject"]'),
					lambda: search_link(COMPLAINT, "Kettle"),
					lambda: complaints.panel(self.ours.name),
					lambda: complaints.suggestion(self.ours.ticket),
					lambda: client.get_list("CS Service Event"),
					lambda: client.get("HD Ticket", self.ours.ticket),
					lambda: client.get_list("CS Follow Up"),
				):
					try:
						self.assertFalse(refused())
					except REFUSED:
						continue

	def test_form_print_and_page_tell_nothing_of_the_case(self):
		with self.as_user(self.DEPARTMENT_USER):
			frappe.local.response = frappe._dict(docs=[])  # what other tests asked for stands there too
			load.getdoc(ACTION, self.of_person.name)
			shown = frappe.as_json(dict(frappe.local.response))
			shown += get_html_and_style(ACTION, self.of_person.name)["html"]
			shown += frappe.as_json(complaints.my_actions())
		shown += frappe.as_json(self.page(self.DEPARTMENT_USER, self.of_person.name))
		shown += frappe.as_json(self.page(self.DEPARTMENT_USER))
		for word in SECRETS:
			self.assertNotIn(word, shown)

	def test_files_of_an_action_are_its_peoples_and_those_of_the_complaint_are_not(self):
		files = {
			doctype: frappe.get_doc(
				{
					"doctype": "File",
					"file_name": f"{factories.unique('photo')}.txt",
					"content": factories.unique("A photo"),
					"is_private": 1,
					"attached_to_doctype": doctype,
					"attached_to_name": name,
				}
			).insert()
			for doctype, name in ((ACTION, self.of_person.name), (COMPLAINT, self.ours.name))
		}
		for file in files.values():
			self.addCleanup(file.delete_file_data_content)
		for user, wanted in (
			(self.DEPARTMENT_USER, [True, False]),
			(COLLEAGUE, [False, False]),
			(self.BUYER, [False, False]),
			(LONER, [False, False]),
			(self.AGENT, [True, True]),
		):
			with self.subTest(user), self.as_user(user):
				shown = [
					bool(frappe.get_doc("File", one.name).has_permission("read")) for one in files.values()
				]
				self.assertEqual(shown, wanted)
		self.assertEqual(len(self.page(self.DEPARTMENT_USER, self.of_person.name).action["files"]), 1)

	def test_what_waits(self):
		for user, wanted in (
			(self.DEPARTMENT_USER, {self.of_department.name, self.of_person.name}),
			(COLLEAGUE, {self.of_department.name, self.of_colleague.name}),
			(PARTNER, {self.of_partner.name}),
			(self.BUYER, set()),
			("Guest", set()),
		):
			with self.subTest(user), self.as_user(user):
				self.assertEqual({row["name"] for row in complaints.my_actions()}, wanted)


class TestAnswering(ActionCase):
	def test_each_finishes_the_own_ones_only(self):
		self.assert_not_finished(COLLEAGUE, self.of_person)
		self.assert_not_finished(self.DEPARTMENT_USER, self.of_colleague)
		self.assert_not_finished(self.BUYER, self.of_partner)
		self.assert_not_finished("Guest", self.of_partner)
		self.assert_not_finished(PARTNER, self.of_person)
		self.assert_not_finished(LONER, self.of_person)
		self.assert_not_finished(self.AUDITOR, self.of_person)
		for user, action in (
			(self.DEPARTMENT_USER, self.of_person),
			(COLLEAGUE, self.of_department),
			(PARTNER, self.of_partner),
		):
			with self.subTest(user), self.as_user(user):
				told = complaints.finish_action(action.name, "Packed twice", "A photo")
				self.assertEqual((told["state"], told["done_by"]), ("Done", user))
		self.assertIn(("Action Changed", "Done"), self.ledger(self.theirs))

	def assert_not_finished(self, user: str, action) -> None:
		with self.subTest(user=user), self.as_user(user):
			self.assert_refused(
				lambda: complaints.finish_action(action.name, "x"), "cannot see", error=frappe.PermissionError
			)
		self.assertEqual(frappe.db.get_value(ACTION, action.name, "state"), "Open")

	def test_a_partner_has_the_page_and_nothing_on_the_desk(self):
		self.assertEqual(self.page(PARTNER, self.of_partner.name).action["instruction"], "Pack it twice")
		self.assertFalse(self.page(PARTNER, self.of_partner.name).action["takes_files"])
		self.assertIn("cannot see", self.page(PARTNER, self.of_person.name).refusal)
		with self.as_user(PARTNER):
			for refused in (
				lambda: client.get(ACTION, self.of_partner.name),
				lambda: client.set_value(ACTION, self.of_partner.name, "result", "x"),
				lambda: client.get_list(ACTION),
			):
				self.assertRaises(frappe.PermissionError, refused)

	def test_the_page_refuses_in_the_same_words_what_is_there_and_what_is_not(self):
		there = self.page(self.BUYER, self.of_person.name).refusal
		gone = self.page(self.BUYER, "CMA-2027-99999").refusal
		self.assertTrue(there)
		self.assertEqual(there.replace(self.of_person.name, "X"), gone.replace("CMA-2027-99999", "X"))

	def test_a_guest_signs_in_first(self):
		with self.assertRaises(frappe.Redirect):
			self.page("Guest", self.of_person.name)
		self.assertIn("/login", frappe.local.flags.redirect_location)

	def test_opening_the_page_changes_nothing(self):
		before = frappe.db.get_value(ACTION, self.of_person.name, "*", as_dict=True)
		self.page(self.DEPARTMENT_USER, self.of_person.name)
		self.assertEqual(frappe.db.get_value(ACTION, self.of_person.name, "*", as_dict=True), before)

	def test_a_department_writes_its_answer_and_nothing_else(self):
		name = self.of_person.name
		department = {"doctype": "CS Department", "department_name": factories.unique("Press"), "enabled": 1}
		changes = {
			"instruction": "Do nothing",
			"due_at": "2027-06-01 10:00:00",
			"responsible": COLLEAGUE,
			"department": frappe.get_doc(department).insert().name,
			"kind": "Other",
			"state": "Cancelled",
			"partner": "Somebody else",
			"complaint": self.theirs.name,
		}
		with self.as_user(self.DEPARTMENT_USER):
			for field, value in changes.items():
				for label, way in (
					(
						"set_value",
						lambda field=field, value=value: client.set_value(ACTION, name, field, value),
					),
					("form", lambda field=field, value=value: self.save_form(name, field, value)),
				):
					with self.subTest(field=field, way=label):
						self.assertRaises((frappe.PermissionError, frappe.ValidationError), way)
			self.assertRaises(frappe.PermissionError, client.delete, ACTION, name)
			new = {"doctype": ACTION, "complaint": self.ours.name, "instruction": "x", "kind": "Other"}
			self.assertRaises(frappe.PermissionError, client.insert, {**new, "due_at": "2027-03-03 10:00:00"})
			client.set_value(ACTION, name, {"result": "Packed twice", "state": "Done"})
		stored = frappe.get_doc(ACTION, name)
		self.assertEqual((stored.state, stored.done_by), ("Done", self.DEPARTMENT_USER))
		self.assertEqual((stored.instruction, stored.complaint), ("Pack it twice", self.ours.name))

	def save_form(self, name: str, field: str, value) -> None:
		savedocs(frappe.as_json({**frappe.get_doc(ACTION, name).as_dict(), field: value}), "Save")

	def test_computed_fields_of_an_action_come_back(self):
		forged = {"done_at": "2027-02-01 10:00:00", "done_by": LONER, "remind_at": None}
		before = frappe.get_doc(ACTION, self.of_person.name)
		for user in (self.DEPARTMENT_USER, self.AGENT, self.MANAGER):
			with self.subTest(user), self.as_user(user):
				client.set_value(ACTION, self.of_person.name, dict(forged))
				stored = frappe.get_doc(ACTION, self.of_person.name)
				for field in forged:
					self.assertEqual(stored.get(field), before.get(field), field)

	def test_an_agent_of_another_team_makes_and_changes_no_action(self):
		new = {
			"doctype": ACTION,
			"complaint": self.ours.name,
			"instruction": "x",
			"department": self.DEPARTMENT,
			"due_at": "2027-03-03 10:00:00",
		}
		with self.as_user(self.OTHER_AGENT):
			self.assertRaises(frappe.PermissionError, client.insert, new)
			self.assertRaises(
				frappe.PermissionError, client.set_value, ACTION, self.of_person.name, "instruction", "x"
			)
			mine = {**frappe.get_doc(ACTION, self.of_person.name).as_dict(), "complaint": self.theirs.name}
			self.assertRaises((frappe.PermissionError, frappe.ValidationError), client.save, mine)
		self.assertEqual(frappe.db.get_value(ACTION, self.of_person.name, "complaint"), self.ours.name)

	def test_people_who_left_the_department_lose_its_actions(self):
		factories.create_profile(COLLEAGUE, department=None)
		self.addCleanup(factories.create_profile, COLLEAGUE, department=self.DEPARTMENT)
		self.assert_not_finished(COLLEAGUE, self.of_department)
