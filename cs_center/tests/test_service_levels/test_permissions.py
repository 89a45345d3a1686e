"""Who sees ledger and clocks: lists, forms, reports, export and REST, as each of the roles."""

from contextlib import suppress

import frappe
from frappe import client
from frappe.desk.query_report import run as run_report
from frappe.desk.reportview import export_query, get_count

from cs_center.api.tickets import explain
from cs_center.tests.base import create_user
from cs_center.tests.factories import CLOCK, EVENT, create_policy, create_ticket
from cs_center.tests.ticket_case import TicketTestCase

AUDITOR, LEAD, MANAGER = (f"{name}@service.example" for name in ("auditor", "lead", "manager"))
SEES_ALL = (AUDITOR, LEAD, MANAGER)


class PermissionTestCase(TicketTestCase):
	@classmethod
	def create_people(cls):
		super().create_people()
		if not frappe.db.exists("User", MANAGER):
			create_user(AUDITOR, "CS Quality Auditor")
			create_user(LEAD, "CS Team Lead")
			create_user(MANAGER, "CS Manager")
			frappe.db.commit()  # once for the test site, see above

	def setUp(self):
		super().setUp()
		create_policy()
		self.ours = create_ticket(agent_group=self.TEAM, raised_by=self.BUYER)
		self.theirs = create_ticket(agent_group=self.OTHER_TEAM, raised_by=self.BUYER)

	def restrict_by_team(self):
		frappe.db.set_single_value("HD Settings", "restrict_tickets_by_agent_group", 1)
		with self.as_user(self.AGENT):
			if self.theirs.name in frappe.get_list("HD Ticket", pluck="name", limit_page_length=0):
				self.skipTest("the stand-in does not restrict tickets by team")

	def listed(self, doctype: str) -> set[str]:
		rows = frappe.get_list(doctype, fields=["reference_name"], limit_page_length=0)
		return {row.reference_name for row in rows} & {self.ours.name, self.theirs.name}

	def row_of(self, ticket, doctype: str):
		return frappe.get_doc(doctype, {"reference_name": ticket.name, "reference_doctype": "HD Ticket"})


class TestAgent(PermissionTestCase):
	def test_an_unrestricted_agent_sees_all_tickets_rows(self):
		with self.as_user(self.AGENT):
			for doctype in (EVENT, CLOCK):
				self.assertEqual(self.listed(doctype), {self.ours.name, self.theirs.name})

	def test_a_restricted_agent_sees_the_own_teams_rows_in_lists(self):
		self.restrict_by_team()
		with self.as_user(self.AGENT):
			for doctype in (EVENT, CLOCK):
				self.assertEqual(self.listed(doctype), {self.ours.name})

	def test_a_restricted_agent_sees_the_own_teams_rows_in_forms_and_rest(self):
		self.restrict_by_team()
		for doctype in (EVENT, CLOCK):
			own, other = self.row_of(self.ours, doctype), self.row_of(self.theirs, doctype)
			with self.as_user(self.AGENT):
				self.assertTrue(own.has_permission("read"))
				self.assertFalse(other.has_permission("read"))
				self.assertEqual(client.get(doctype, own.name)["name"], own.name)
				with self.assertRaises(frappe.PermissionError):
					client.get(doctype, other.name)

	def test_a_restricted_agent_counts_the_own_teams_rows(self):
		self.restrict_by_team()
		with self.as_user(self.AGENT):
			frappe.local.form_dict = frappe._dict(doctype=EVENT, filters={"reference_name": self.theirs.name})
			self.assertEqual(get_count(), 0)

	def test_a_restricted_agent_gets_no_explanation_of_anothers_ticket(self):
		self.restrict_by_team()
		with self.as_user(self.AGENT):
			self.assertEqual(explain(self.ours.name)["ticket"]["name"], self.ours.name)
			self.assert_refused(lambda: explain(self.theirs.name), "cannot see", error=frappe.PermissionError)

	def test_an_agent_does_not_export_the_ledger(self):
		with self.as_user(self.AGENT):
			self.assertFalse(frappe.permissions.can_export(EVENT))
			frappe.local.form_dict = frappe._dict(
				doctype=EVENT, fields='["name"]', file_format_type="CSV", title="x", cmd="x"
			)
			with self.assertRaises(frappe.PermissionError):
				export_query()

	def test_an_agent_does_not_run_the_attainment_report(self):
		with self.as_user(self.AGENT), self.assertRaises(frappe.PermissionError):
			run_report("CS SLA Attainment", filters={})

	def test_an_agent_changes_nothing_by_rest(self):
		row = self.row_of(self.ours, CLOCK)
		with self.as_user(self.AGENT):
			for action in (
				lambda: client.set_value(CLOCK, row.name, "state", "Met"),
				lambda: client.delete(CLOCK, row.name),
				lambda: client.insert({"doctype": EVENT, "name": "forged", "kind": "Agent Replied"}),
			):
				with self.assertRaises(frappe.PermissionError):
					action()


class TestSupervisors(PermissionTestCase):
	def test_they_see_every_team(self):
		self.restrict_by_team_if_possible()
		for user in SEES_ALL:
			with self.subTest(user), self.as_user(user):
				for doctype in (EVENT, CLOCK):
					self.assertEqual(self.listed(doctype), {self.ours.name, self.theirs.name})
				self.assertEqual(explain(self.theirs.name)["ticket"]["name"], self.theirs.name)

	def restrict_by_team_if_possible(self):
		frappe.db.set_single_value("HD Settings", "restrict_tickets_by_agent_group", 1)

	def test_they_run_the_report(self):
		for user in SEES_ALL:
			with self.subTest(user), self.as_user(user):
				rows = run_report("CS SLA Attainment", filters={})["result"]
				self.assertTrue(rows)

	def test_none_of_them_acknowledges_who_may_not_write_the_ticket(self):
		from cs_center.api.tickets import acknowledge

		with self.as_user(AUDITOR), self.assertRaises(frappe.PermissionError):
			acknowledge(self.ours.name)

	def test_none_of_them_writes(self):
		row = self.row_of(self.ours, CLOCK)
		for user in SEES_ALL:
			with self.subTest(user), self.as_user(user):
				for ptype in ("write", "create", "delete"):
					self.assertFalse(frappe.has_permission(CLOCK, ptype))
				with self.assertRaises(frappe.PermissionError):
					client.set_value(CLOCK, row.name, "state", "Met")


class TestOutsiders(PermissionTestCase):
	def test_the_ticket_s_own_customer_sees_nothing_of_ours(self):
		rows = {doctype: self.row_of(self.ours, doctype) for doctype in (EVENT, CLOCK)}
		for user in (self.BUYER, "Guest"):
			for doctype, row in rows.items():
				with self.subTest(user=user, doctype=doctype), self.as_user(user):
					seen = set()
					with suppress(frappe.PermissionError):
						seen = self.listed(doctype)
					self.assertEqual(seen, set())
					self.assertFalse(row.has_permission("read"))
					with self.assertRaises(frappe.PermissionError):
						client.get(doctype, row.name)
					with self.assertRaises(frappe.PermissionError):
						client.get_list(doctype)

	def test_neither_explanation_nor_report(self):
		for user in (self.BUYER, "Guest"):
			with self.subTest(user), self.as_user(user):
				with self.assertRaises(frappe.PermissionError):
					explain(self.ours.name)
				with self.assertRaises(frappe.PermissionError):
					run_report("CS SLA Attainment", filters={})

	def test_no_administration(self):
		from cs_center.api import administration

		for user in (self.AGENT, self.BUYER, "Guest", AUDITOR, LEAD):
			with self.subTest(user), self.as_user(user):
				for action in (
					administration.adopt_open_tickets,
					administration.rebuild_clocks,
					administration.import_service_levels,
					administration.adoption_differences,
				):
					self.assert_refused(action, "CS Manager", error=frappe.PermissionError)
