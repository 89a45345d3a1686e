"""What an agent of the team cannot write either: computed fields, history, decisions, and rows past their document."""

from __future__ import annotations

import json
from contextlib import suppress

import frappe
from frappe import client
from frappe.core.doctype.data_import.data_import import start_import
from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs
from frappe.desk.form.save import savedocs

from cs_center.api import complaints
from cs_center.services.complaints import protecting
from cs_center.tests import factories
from cs_center.tests.test_complaints.permission_case import (
	COLLEAGUE,
	COMPLAINT,
	FOLLOW_UP,
	REFUSED,
	PeopleTestCase,
)

FORGED = "forged by somebody"


class TestTheOwnTeam(PeopleTestCase):
	"""An agent works on the team's complaints, and some things are not an agent's."""

	def test_an_agent_does_not_decide_or_approve(self):
		row = self.ours.compensations[0].name
		with self.as_user(self.AGENT):
			for decision in ("Approved", "Refused"):
				self.assertRaises(
					frappe.PermissionError,
					complaints.decide_compensation,
					self.ours.name,
					row,
					decision,
					"no",
				)
			client.set_value(COMPLAINT, self.ours.name, {"solution": "A new one", "severity": "Important"})
			self.assertRaises(frappe.PermissionError, complaints.approve_solution, self.ours.name)
		self.assertEqual(self.fresh(self.ours).compensations[0].state, "Proposed")

	def test_ticket_receipt_and_owner_are_written_once(self):
		values = {
			"ticket": self.theirs.ticket,
			"received_at": "2027-02-01 10:00:00",
			"owner": self.OTHER_AGENT,
			"creation": "2020-01-01 00:00:00",
		}
		for field, value in values.items():
			with self.subTest(field), self.as_user(self.AGENT):
				doc = {**self.fresh(self.ours).as_dict(), field: value}
				self.assertRaises(frappe.ValidationError, client.save, doc)
		stored = self.fresh(self.ours)
		self.assertEqual((stored.ticket, stored.owner), (self.ours.ticket, self.ours.owner))

	def test_computed_fields_come_back_on_every_way(self):
		complaint = self.fresh(self.ours)
		before = {field: complaint.get(field) for field in protecting.COMPUTED}
		forged = {field: self.another(complaint, field) for field in protecting.COMPUTED}
		name = complaint.name
		ways = {
			"save": lambda: client.save({**self.fresh(name).as_dict(convert_dates_to_str=True), **forged}),
			"set_value": lambda: client.set_value(COMPLAINT, name, dict(forged)),
			"bulk": lambda: client.bulk_update(
				frappe.as_json([{"doctype": COMPLAINT, "docname": name, **forged}])
			),
			"edit": lambda: submit_cancel_or_update_docs(COMPLAINT, json.dumps([name]), "update", forged),
			"form": lambda: savedocs(frappe.as_json({**self.fresh(name).as_dict(), **forged}), "Save"),
		}
		for label, way in ways.items():
			for user in (self.AGENT, self.MANAGER):
				with self.subTest(way=label, user=user), self.as_user(user):
					way()
					stored = self.fresh(name)
					self.assertEqual({field: stored.get(field) for field in before}, before)

	def another(self, complaint, field: str):
		"""A value that the field does not have and could have."""
		kind = complaint.meta.get_field(field)
		if kind.fieldtype == "Link":
			return frappe.db.get_value(kind.options, {"name": ["!=", complaint.get(field) or ""]})
		if kind.fieldtype == "Datetime":
			return "2027-02-02 02:02:02"
		if kind.fieldtype == "Select":
			return next(one for one in kind.options.split("\n") if one and one != complaint.get(field))
		return 1 - int(bool(complaint.get(field))) if kind.fieldtype == "Check" else 77

	def test_the_history_comes_back_on_every_way(self):
		self.travel("10:20")
		self.move(self.ours, "Acknowledged", note="Called her")
		before = self.history()
		with self.as_user(self.AGENT):
			for forge in (
				{"seconds": 1},
				{"left_at": "2027-03-01 10:01:00"},
				{"note": FORGED},
				{"actor": self.MANAGER},
				{"entered_at": "2027-03-01 09:00:00"},
				{"stage": "Closed"},
			):
				doc = self.fresh(self.ours)
				for row in doc.stage_history:
					row.update(forge)
				doc.save()
				self.assertEqual(self.history(), before, forge)
			for rows in ([], [{"stage": "Closed", "entered_at": "2027-03-01 09:00:00"}]):
				doc = self.fresh(self.ours)
				doc.set("stage_history", rows)
				doc.save()
				self.assertEqual(self.history(), before)

	def history(self) -> list[tuple]:
		fields = ["name", "idx", "stage", "entered_at", "actor", "note", "left_at", "seconds"]
		return frappe.get_all(
			"CS Complaint Stage Change",
			{"parent": self.ours.name},
			fields,
			order_by="idx asc",
			as_list=True,
		)

	def test_an_import_forges_nothing_either(self):
		"""Managers import; an import may not write what the app computes, or go around a gate."""
		lines = ["ID,Stage,Closed At,Reported At,Subject"]
		for complaint, stage in ((self.ours, "Closed"), (self.theirs, "Received")):
			lines.append(f"{complaint.name},{stage},2027-03-01 09:00:00,2027-03-01 09:00:00,By import")
		self.import_rows("\n".join(lines))
		self.assertEqual(self.fresh(self.ours).stage, "Received")
		imported = self.fresh(self.theirs)
		self.assertEqual(imported.subject, "By import")
		self.assertFalse(imported.closed_at or imported.reported_at)

	def import_rows(self, text: str) -> None:
		file = {"doctype": "File", "file_name": f"{frappe.generate_hash(length=8)}.csv", "content": text}
		file = frappe.get_doc({**file, "is_private": 1}).insert()
		self.addCleanup(file.delete_file_data_content)
		self.addCleanup(frappe.flags.pop, "in_import", None)
		values = {"reference_doctype": COMPLAINT, "import_type": "Update Existing Records"}
		made = frappe.get_doc({"doctype": "Data Import", "import_file": file.file_url, **values}).insert()
		frappe.db.delete("Data Import Log")  # a rollback does not reach it
		frappe.db.commit()  # a row that fails is rolled back to here
		start_import(made.name)

	def test_an_agent_makes_no_import(self):
		with self.as_user(self.AGENT):
			made = {"doctype": "Data Import", "reference_doctype": COMPLAINT}
			self.assertRaises(
				frappe.PermissionError, client.insert, {**made, "import_type": "Update Existing Records"}
			)

	def test_flags_are_not_the_browsers(self):
		with self.as_user(self.AGENT):
			doc = self.fresh(self.ours).as_dict()
			flags = {"writes": ["closed_by"], "ignore_permissions": True}
			client.save({**doc, "closed_by": self.MANAGER, "flags": flags})
		self.assertFalse(self.fresh(self.ours).closed_by)

	def test_an_agent_keeps_a_complaint_that_is_handed_to_another_team(self):
		"""Who gives it away loses it, at the next request."""
		with self.as_user(self.AGENT):
			client.set_value(COMPLAINT, self.ours.name, "team", self.OTHER_TEAM)
			self.assertRaises(
				frappe.PermissionError, client.set_value, COMPLAINT, self.ours.name, "team", self.TEAM
			)


class TestRows(PeopleTestCase):
	"""A row of a table is saved with its document, never alone."""

	def rows(self) -> list:
		follow_up = frappe.get_doc(
			{
				"doctype": FOLLOW_UP,
				"complaint": self.ours.name,
				"due_at": "2027-03-02 10:00:00",
				"attempts": [{"attempted_at": "2027-03-01 10:00:00", "outcome": "No Answer"}],
			}
		).insert()
		complaint = self.fresh(self.ours)
		return [
			(complaint.compensations[0], {"state": "Approved", "decided_by": self.MANAGER}),
			(complaint.stage_history[0], {"seconds": 7, "note": FORGED}),
			(complaint.root_causes[0], {"cause": FORGED}),
			(follow_up.attempts[0], {"outcome": "Reached"}),
		]

	def test_no_row_is_saved_or_deleted_alone(self):
		for row, forged in self.rows():
			before = frappe.db.get_value(row.doctype, row.name, "*", as_dict=True)
			for user in (self.AGENT, self.MANAGER):
				with self.subTest(row=row.doctype, user=user), self.as_user(user):
					for way in (
						lambda row=row, forged=forged: client.save({**row.as_dict(), **forged}),
						lambda row=row, forged=forged: savedocs(
							frappe.as_json({**row.as_dict(), **forged}), "Save"
						),
						lambda row=row: frappe.delete_doc(row.doctype, row.name),
					):
						self.assertRaises((frappe.PermissionError, frappe.ValidationError), way)
						frappe.local.message_log = []
				self.assertEqual(frappe.db.get_value(row.doctype, row.name, "*", as_dict=True), before)

	def test_no_row_is_taken_into_another_document(self):
		"""The browser says whose row it is."""
		row = self.theirs.compensations[0]
		mine = {**row.as_dict(), "parent": self.ours.name, "amount": 1}
		with self.as_user(self.AGENT):
			self.assertRaises((frappe.PermissionError, frappe.ValidationError), client.save, mine)
			with suppress(*REFUSED, frappe.ValidationError):
				doc = self.fresh(self.ours).as_dict()
				client.save({**doc, "compensations": [*doc["compensations"], {**mine, "idx": 2}]})
		stored = frappe.db.get_value(row.doctype, row.name, ["parent", "amount"])
		self.assertEqual(stored, (self.theirs.name, 700))

	def test_a_row_that_is_changed_through_rest_goes_through_its_document(self):
		row = self.ours.compensations[0]
		with self.as_user(self.AGENT):
			client.set_value(row.doctype, row.name, {"state": "Approved", "decided_by": self.MANAGER})
		self.assertEqual(self.fresh(self.ours).compensations[0].state, "Proposed")
		factories.change_settings(compensation_limit=1000)
		with self.as_user(self.AGENT):
			client.set_value(row.doctype, row.name, "amount", 900)
		self.assertEqual(self.fresh(self.ours).compensations[0].amount, 900)

	def test_colleagues_of_a_department_do_not_reach_the_rows(self):
		for user in (self.DEPARTMENT_USER, COLLEAGUE):
			with self.as_user(user):
				for row, _forged in self.rows_of_ours():
					self.assertRaises(frappe.PermissionError, client.get, row.doctype, row.name)

	def rows_of_ours(self) -> list:
		return [(row, None) for row in (*self.ours.compensations, *self.ours.root_causes)]
