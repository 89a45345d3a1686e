"""Who sees which complaint: on every way on which Frappe shows rows, for everybody there is."""

from __future__ import annotations

import json

import frappe
from frappe.desk.reportview import export_query
from frappe.utils.global_search import search as search_globally

from cs_center.api import complaints
from cs_center.tests import factories
from cs_center.tests.factories import step
from cs_center.tests.test_complaints import permission_case as ways
from cs_center.tests.test_complaints.permission_case import (
	AUDITING_AGENT,
	COMPLAINT,
	LONER,
	REFUSED,
	PeopleTestCase,
)

VIEWS = (
	"Pareto",
	"Trend",
	"Time per Stage",
	"Repeat",
	"Consent",
	"Compensation",
	"On-Time Acknowledgement",
)
ROWS = (
	"CS Complaint Stage Change",
	"CS Complaint Root Cause",
	"CS Complaint Compensation",
	"CS Complaint Regulator Pack",
)


class TestSeeing(PeopleTestCase):
	def assert_way(self, **shown):
		for label, way in shown.items():
			for user, wanted in self.sees.items():
				with self.subTest(way=label, user=user):
					self.assertEqual(self.reached(user, way), wanted)

	def test_lists(self):
		self.assert_way(
			get_list=ways.of_list,
			rest=ways.of_rest_list,
			report_view=ways.of_report_view,
			link_search=ways.of_search,
		)

	def test_one_complaint(self):
		self.assert_way(
			form=self.one_by_one(ways.of_form),
			document=self.one_by_one(ways.of_document),
			rest=self.one_by_one(ways.of_rest),
			value=self.one_by_one(ways.of_rest_value),
			panel=self.one_by_one(lambda name: complaints.panel(name)["stage"]),
		)

	def test_printed(self):
		self.assert_way(print=self.one_by_one(ways.of_print))

	def test_timeline_comments_and_versions(self):
		self.assert_way(
			docinfo=self.one_by_one(ways.of_timeline),
			communications=self.one_by_one(ways.of_communications),
		)
		self.ours.add_comment("Comment", "secret comment")
		for user in (LONER, self.OTHER_AGENT, self.DEPARTMENT_USER, self.BUYER, "Guest"):
			for doctype, fields in (("Comment", ["content"]), ("Version", ["data"])):
				with self.subTest(user=user, doctype=doctype), self.as_user(user):
					try:
						shown = frappe.as_json(frappe.get_list(doctype, fields=fields, limit_page_length=0))
					except REFUSED:
						shown = ""
					self.assertNotIn("secret comment", shown)
					self.assertNotIn("secret cause", shown)

	def test_rows_of_the_tables(self):
		frappe.get_doc(
			{
				"doctype": "CS Complaint Regulator Pack",
				"parent": self.ours.name,
				"parenttype": COMPLAINT,
				"parentfield": "regulator_packs",
				"pack": frappe.db.get_value("CS Regulator Pack", {}),
				"idx": 1,
			}
		).db_insert()
		for doctype in ROWS:
			for user, wanted in self.sees.items():
				there = set(frappe.get_all(doctype, {"parent": ["in", list(self.all)]}, pluck="parent"))
				with self.subTest(table=doctype, user=user):
					self.assertEqual(self.reached(user, ways.of_rows(doctype)), wanted & there)

	def test_ledger_and_clocks(self):
		self.assert_way(
			events=ways.of_references("CS Service Event"),
			clocks=ways.of_references("CS Service Clock"),
		)
		names = {
			doctype: dict(
				frappe.get_all(
					doctype,
					{"reference_name": ["in", list(self.all)]},
					["reference_name", "name"],
					as_list=True,
				)
			)
			for doctype in ("CS Service Event", "CS Service Clock")
		}
		for doctype, by_complaint in names.items():
			way = self.one_by_one(
				lambda name, doctype=doctype, rows=by_complaint: frappe.has_permission(
					doctype, "read", rows[name]
				)
			)
			self.assert_way(**{doctype: way})

	def test_escalations(self):
		self.submit_ladder()
		self.pass_complaints()
		self.assertEqual(
			set(frappe.get_all("CS Escalation", {"reference_doctype": COMPLAINT}, pluck="reference_name")),
			self.all,
		)
		self.assert_way(escalations=ways.of_references("CS Escalation"))

	def submit_ladder(self):
		"""Tells nobody whom the tests look at: who is told sees the escalation."""
		factories.create_escalation_policy(
			[step(1, percent=50, metric="Complaint Acknowledgement", tell="User", user=self.OTHER_MANAGER)],
			applies_to="Complaint",
		)
		for name in self.all:
			frappe.db.delete("CS Service Event", {"reference_name": name})
		self.ours, self.theirs = self.complaint(self.TEAM), self.complaint(self.OTHER_TEAM)
		with self.as_user(LONER):
			self.registered = self.complaint("")
		self.all = {one.name for one in (self.ours, self.theirs, self.registered)}
		self.sees.update(
			{
				self.AGENT: {self.ours.name},
				self.OTHER_AGENT: {self.theirs.name},
				LONER: {self.registered.name},
				**dict.fromkeys((self.LEAD, self.MANAGER, self.AUDITOR, AUDITING_AGENT), self.all),
			}
		)
		self.travel("10:45")

	def test_counts(self):
		for user, wanted in self.sees.items():
			with self.subTest(user), self.as_user(user):
				try:
					self.assertEqual(ways.count_of_list(), len(wanted))
				except REFUSED:
					self.assertFalse(wanted)

	def test_the_report_counts_what_the_list_shows(self):
		for view in VIEWS:
			for user, wanted in self.sees.items():
				with self.subTest(view=view, user=user), self.as_user(user):
					if wanted:
						self.assertEqual(ways.count_of_report(view), len(wanted))
					else:
						self.assertRaises(frappe.PermissionError, ways.count_of_report, view)

	def test_only_those_across_teams_export(self):
		for user in (*self.sees, AUDITING_AGENT):
			may = self.sees[user] == self.all and user != "Administrator"
			with self.subTest(user), self.as_user(user):
				frappe.local.form_dict = frappe._dict(
					doctype=COMPLAINT,
					fields=json.dumps([f"`tab{COMPLAINT}`.`name`"]),
					file_format_type="CSV",
					title="x",
					cmd="x",
				)
				if may:
					export_query()
					self.assertIn(self.ours.name, str(frappe.response.filecontent))
				else:
					self.assertRaises(frappe.PermissionError, export_query)

	def test_files(self):
		file = frappe.get_doc(
			{
				"doctype": "File",
				"file_name": "photo.txt",
				"content": factories.unique("A photo"),
				"is_private": 1,
				"attached_to_doctype": COMPLAINT,
				"attached_to_name": self.ours.name,
			}
		).insert()
		self.addCleanup(file.delete_file_data_content)
		for user, wanted in self.sees.items():
			with self.subTest(user), self.as_user(user):
				is_shown = frappe.get_doc("File", file.name).has_permission("read")
				self.assertEqual(bool(is_shown), self.ours.name in wanted)

	def test_the_search_of_the_whole_site(self):
		from frappe.utils.global_search import sync_global_search

		sync_global_search()
		for user, wanted in self.sees.items():
			with self.subTest(user), self.as_user(user):
				found = {row["name"] for row in search_globally("Kettle") if row["doctype"] == COMPLAINT}
				self.assertLessEqual(found & self.all, wanted)

	def test_printing_a_document_of_ones_own_making_tells_nothing_of_a_stored_one(self):
		"""Desk prints what is not saved yet: the browser sends the document."""
		from cs_center.api.printing import record_for_print

		made = {"doctype": COMPLAINT, "name": self.ours.name, "__islocal": 1, "subject": "x"}
		with self.as_user(self.OTHER_AGENT):
			try:
				shown = frappe.as_json(record_for_print(frappe.get_doc(made)))
			except frappe.PermissionError:
				shown = ""
		self.assertNotIn(self.ours.name, shown)
		self.assertNotIn("Complaint received", shown)


class TestTickets(PeopleTestCase):
	def test_the_complaints_of_a_ticket_are_those_that_one_may_see(self):
		"""Helpdesk shows an agent every ticket unless it is told otherwise."""
		with self.as_user(self.OTHER_AGENT):
			self.assertEqual(complaints.suggestion(self.ours.ticket)["complaints"], [])
		with self.as_user(self.AGENT):
			(one,) = complaints.suggestion(self.ours.ticket)["complaints"]
			self.assertEqual(one["name"], self.ours.name)

	def test_a_complaint_cannot_be_laid_onto_a_ticket_that_one_may_not_see(self):
		frappe.db.set_single_value("HD Settings", "restrict_tickets_by_agent_group", 1)
		before = frappe.get_doc("HD Ticket", self.theirs.ticket).as_dict()
		with self.as_user(self.AGENT):
			if frappe.get_list("HD Ticket", {"name": self.theirs.ticket}):
				self.skipTest("this Helpdesk does not restrict tickets by team")
			made = {"doctype": COMPLAINT, "ticket": self.theirs.ticket, "severity": "Major"}
			self.assertRaises(frappe.PermissionError, frappe.client.insert, made)
			self.assertRaises(frappe.PermissionError, complaints.register, self.theirs.ticket)
		self.assertEqual(frappe.get_doc("HD Ticket", self.theirs.ticket).as_dict(), before)

	def test_a_customer_gets_nothing_out_of_the_own_ticket(self):
		for user in (self.BUYER, "Guest"):
			for call in (complaints.suggestion, complaints.register):
				with self.subTest(user), self.as_user(user):
					self.assert_refused(
						lambda call=call: call(self.ours.ticket), "cannot see", error=frappe.PermissionError
					)
