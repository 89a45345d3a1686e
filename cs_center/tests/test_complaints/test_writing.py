"""Who changes what of a complaint: form, REST, board, bulk edit, import and the app's own methods, for everybody there is."""

from __future__ import annotations

import inspect
import json
from contextlib import suppress

import frappe
from frappe import client
from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs
from frappe.desk.form.save import savedocs
from frappe.desk.form.utils import add_comment
from frappe.desk.reportview import delete_items

from cs_center.api import complaint_categories, complaints
from cs_center.tests.test_complaints.permission_case import (
	AUDITING_AGENT,
	COMPLAINT,
	FOLLOW_UP,
	LONER,
	PARTNER,
	REFUSED,
	TRAINER,
	PeopleTestCase,
)

FORGED = "forged by somebody"
READS_ONLY = {"panel", "suggestion", "my_actions"}
"""Methods that a GET may call."""


class TestOthers(PeopleTestCase):
	def strangers(self) -> tuple[str, ...]:
		"""Who may not write ``ours``, the auditors among them."""
		return (
			self.OTHER_AGENT,
			LONER,
			self.AUDITOR,
			AUDITING_AGENT,
			self.DEPARTMENT_USER,
			TRAINER,
			self.BUYER,
			PARTNER,
			"Guest",
		)

	def stored(self) -> dict:
		return frappe.db.get_value(COMPLAINT, self.ours.name, "*", as_dict=True)

	def test_nobody_else_changes_it(self):
		before, ledger = self.stored(), self.ledger(self.ours)
		name, whole = self.ours.name, self.ours.as_dict()
		board = frappe.db.get_value("Kanban Board", {"reference_doctype": COMPLAINT})
		changes = {
			"set_value": lambda: client.set_value(COMPLAINT, name, "findings", FORGED),
			"save": lambda: client.save({**whole, "findings": FORGED}),
			"form": lambda: savedocs(frappe.as_json({**whole, "findings": FORGED}), "Save"),
			"document": lambda: self.fresh(name).update({"findings": FORGED}).save(),
			"stage": lambda: client.set_value(COMPLAINT, name, "stage", "Acknowledged"),
			"delete": lambda: client.delete(COMPLAINT, name),
			"rename": lambda: client.rename_doc(COMPLAINT, name, "CMP-1"),
			"team": lambda: client.set_value(COMPLAINT, name, {"team": self.OTHER_TEAM, "handler": LONER}),
			"comment": lambda: add_comment(COMPLAINT, name, FORGED, frappe.session.user, "Me"),
		}
		self.assertTrue(board)
		for user in self.strangers():
			for label, change in changes.items():
				if label == "comment" and user in (self.AUDITOR, AUDITING_AGENT):
					continue  # who reads it may say something about it
				with self.subTest(user=user, way=label), self.as_user(user):
					self.assertRaises((frappe.PermissionError, frappe.ValidationError), change)
				frappe.local.message_log = []
				self.assertEqual((self.stored(), self.ledger(self.ours)), (before, ledger))

	def test_nobody_else_changes_many_at_once(self):
		frappe.db.commit()  # bulk edits roll back to the last commit
		before = self.stored()
		name = self.ours.name
		for user in self.strangers():
			with self.subTest(user=user), self.as_user(user), suppress(*REFUSED):
				client.bulk_update(json.dumps([{"doctype": COMPLAINT, "docname": name, "findings": FORGED}]))
			with self.subTest(user=user), self.as_user(user), suppress(*REFUSED):
				submit_cancel_or_update_docs(COMPLAINT, json.dumps([name]), "update", {"findings": FORGED})
			with self.subTest(user=user), self.as_user(user), suppress(*REFUSED):
				frappe.local.form_dict = frappe._dict(doctype=COMPLAINT, items=json.dumps([name]))
				delete_items()
			self.assertEqual(self.stored(), before, user)

	def test_an_agent_deletes_nothing(self):
		for user in (self.AGENT, self.LEAD):
			with self.subTest(user), self.as_user(user):
				self.assertRaises(frappe.PermissionError, client.delete, COMPLAINT, self.ours.name)

	def test_only_agents_register(self):
		made = {"doctype": COMPLAINT, "ticket": self.ours.ticket, "subject": FORGED}
		for user in (self.AUDITOR, self.DEPARTMENT_USER, TRAINER, self.BUYER, PARTNER, "Guest"):
			with self.subTest(user), self.as_user(user):
				self.assertRaises(frappe.PermissionError, client.insert, made)
				self.assertRaises(frappe.PermissionError, complaints.register, self.ours.ticket)
				self.assertRaises(
					frappe.PermissionError, complaints.accept_suggestion, self.ours.ticket, self.simple
				)
		self.assertFalse(frappe.db.exists(COMPLAINT, {"subject": FORGED}))


class TestMethods(PeopleTestCase):
	def calls(self, complaint: str, follow_up: str, action: str, ticket: str) -> dict:
		row = self.ours.compensations[0].name
		return {
			"panel": lambda: complaints.panel(complaint),
			"move": lambda: complaints.move(complaint, "Acknowledged"),
			"approve_solution": lambda: complaints.approve_solution(complaint),
			"report_to_management": lambda: complaints.report_to_management(complaint, "Ms. Chief"),
			"decide_compensation": lambda: complaints.decide_compensation(complaint, row, "Approved"),
			"carry_out_compensation": lambda: complaints.carry_out_compensation(complaint, row),
			"record_attempt": lambda: complaints.record_attempt(follow_up, "No Answer"),
			"finish_action": lambda: complaints.finish_action(action, "Done"),
			"register": lambda: complaints.register(ticket),
			"suggestion": lambda: complaints.suggestion(ticket),
			"accept_suggestion": lambda: complaints.accept_suggestion(ticket, self.simple),
		}

	def test_each_refuses_in_the_same_words_whether_the_record_exists(self):
		follow_up = frappe.get_doc(
			{
				"doctype": FOLLOW_UP,
				"complaint": self.ours.name,
				"kind": "Care",
				"due_at": "2027-03-02 10:00:00",
			}
		).insert()
		action = self.create_action(self.ours)
		there = (self.ours.name, follow_up.name, action.name, self.ours.ticket)
		gone = ("CMP-2027-99999", "CFU-2027-99999", "CMA-2027-99999", "99999")
		for user in (PARTNER, TRAINER, self.BUYER, "Guest"):
			for label, call in self.calls(*there).items():
				with self.subTest(user=user, method=label), self.as_user(user):
					told = [
						self.refusal(one).replace(name, "NAME")
						for one, names in ((call, there), (self.calls(*gone)[label], gone))
						for name in [next(name for name in names if name in self.refusal(one))]
					]
					self.assertEqual(told[0], told[1])
		self.assertEqual(frappe.db.get_value("CS Complaint Action", action.name, "state"), "Open")
		self.assertEqual(self.fresh(self.ours).stage, "Received")

	def refusal(self, call) -> str:
		try:
			call()
		except frappe.PermissionError as refused:
			return frappe.utils.strip_html(str(refused))
		raise AssertionError("was not refused")

	def test_every_method_is_among_those_that_were_tried(self):
		tried = {*self.calls("", "", "", ""), "my_actions"}
		self.assertEqual({name for name, _method in whitelisted(complaints)}, tried)

	def test_no_method_changes_anything_on_a_get(self):
		for module in (complaints, complaint_categories):
			for name, method in whitelisted(module):
				allowed = frappe.allowed_http_methods_for_whitelisted_func[method]
				is_reading = name in READS_ONLY or name == "children"
				self.assertEqual("GET" in allowed, is_reading, name)
				self.assertNotIn(method, frappe.guest_methods, name)

	def test_those_for_a_get_write_nothing(self):
		self.travel("12:00")
		written: list[str] = []
		real = frappe.local.db.sql

		def sql(query, *args, **kwargs):
			if str(query).strip().split(" ", 1)[0].lower() in ("insert", "update", "delete", "replace"):
				written.append(str(query))
			return real(query, *args, **kwargs)

		from unittest.mock import patch

		with patch.object(frappe.local.db, "sql", sql), self.as_user(self.AGENT):
			complaints.panel(self.ours.name)
			complaints.suggestion(self.ours.ticket)
			complaints.my_actions()
		self.assertEqual(written, [])

	def test_a_name_is_told_as_text(self):
		with self.as_user(self.AGENT):
			for call in (complaints.panel, lambda name: complaints.move(name, "Acknowledged")):
				with self.assertRaises(frappe.PermissionError) as caught:
					call("<img src=x onerror=alert(1)>")
				self.assertNotIn("<img", str(caught.exception))


def whitelisted(module) -> list[tuple]:
	"""(name, method) of the module's own methods that a browser may call."""
	return [
		(name, method)
		for name, method in inspect.getmembers(module, callable)
		if method in frappe.whitelisted and method.__module__ == module.__name__
	]
