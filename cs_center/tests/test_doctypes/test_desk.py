"""The home workspace, its cards and the reports name things that exist, and are for staff only."""

import json

import frappe
from frappe.utils import now_datetime

from cs_center.tests.base import SiteTestCase, create_user
from cs_center.tests.test_doctypes.factories import stored_clock

HOME = "CS Center"
STAFF = {
	"System Manager",
	"CS Manager",
	"Agent Manager",
	"CS Team Lead",
	"CS Quality Auditor",
	"CS Trainer",
	"CS Customer Care",
	"Agent",
}


class TestWorkspace(SiteTestCase):
	def setUp(self):
		super().setUp()
		self.home = frappe.get_doc("Workspace", HOME)

	def test_links_and_shortcuts_lead_somewhere(self):
		for row in [*self.home.links, *self.home.shortcuts]:
			if row.get("link_to"):
				self.assertTrue(frappe.db.exists(row.get("link_type") or row.type, row.link_to), row.link_to)

	def test_every_block_of_the_page_has_its_row(self):
		names = {
			"shortcut": {row.label for row in self.home.shortcuts},
			"card": {row.label for row in self.home.links if row.type == "Card Break"},
			"number_card": {row.label for row in self.home.number_cards},
			"chart": {row.label for row in self.home.charts},
		}
		for block in json.loads(self.home.content):
			kind = block["type"]
			if kind in names:
				self.assertIn(block["data"][f"{kind}_name"], names[kind])

	def test_it_is_for_staff(self):
		self.assertEqual({row.role for row in self.home.roles}, STAFF)

	def count(self, name: str) -> int:
		from frappe.desk.doctype.number_card.number_card import get_result

		card = frappe.get_doc("Number Card", name)
		return get_result(card.as_json(), card.filters_json)

	def test_the_cards_count_clocks(self):
		running, breached = self.count("CS Running Clocks"), self.count("CS Breaches This Month")
		stored_clock("CARD-1")
		stored_clock("CARD-2", state="Breached", breached_at=now_datetime())
		self.assertEqual(self.count("CS Running Clocks"), running + 1)
		self.assertEqual(self.count("CS Breaches This Month"), breached + 1)

	def test_every_card_has_filters_that_both_frappe_versions_read(self):
		for row in self.home.number_cards:
			filters = json.loads(frappe.db.get_value("Number Card", row.number_card_name, "filters_json"))
			self.assertEqual({len(one) for one in filters}, {4}, row.number_card_name)
			self.assertEqual(int(self.count(row.number_card_name)), self.count(row.number_card_name))

	def test_the_chart_draws_the_breaches_of_a_day(self):
		from frappe.desk.doctype.dashboard_chart.dashboard_chart import get

		stored_clock("CHART-1", state="Breached", breached_at=now_datetime())
		chart = get(chart_name="CS Breaches By Day", refresh=1)
		self.assertGreaterEqual(sum(chart["datasets"][0]["values"]), 1)


class TestReportAccess(SiteTestCase):
	def test_reports_are_for_supervisors(self):
		agent = create_user("report.agent@example.com", "Agent")
		lead = create_user("report.lead@example.com", "CS Team Lead")
		report = frappe.get_doc("Report", "CS SLA Attainment")
		for user, allowed in ((agent, False), (lead, True)):
			frappe.set_user(user)
			self.assertEqual(bool(report.is_permitted()), allowed, user)
