"""SLA attainment counts what it says; the policy preview passes on what the service computed."""

from unittest.mock import patch

import frappe

from cs_center.cs_center.report.cs_policy_preview import cs_policy_preview
from cs_center.cs_center.report.cs_sla_attainment import cs_sla_attainment
from cs_center.tests.base import SiteTestCase, create_user
from cs_center.tests.test_doctypes.factories import make_policy, stored_clock, submitted_policy


class TestSlaAttainment(SiteTestCase):
	def setUp(self):
		super().setUp()
		self.policy = submitted_policy("Counted", 7020)
		self.made = 0

	def clocks(self, number: int, **values):
		for _number in range(number):
			self.made += 1
			stored_clock(f"COUNT-{self.made}", policy=self.policy.name, cycle=self.made, **values)

	def rows(self, **filters) -> list[dict]:
		return cs_sla_attainment.execute({"policy": self.policy.name, **filters})[1]

	def test_attainment_is_met_of_decided_and_says_how_many_were_decided(self):
		self.clocks(2, state="Met")
		self.clocks(1, state="Breached")
		self.clocks(4, state="Running")
		self.clocks(5, state="Paused")
		self.clocks(6, state="Cancelled")
		(row,) = self.rows()
		self.assertEqual((row["met"], row["breached"], row["running"], row["paused"]), (2, 1, 4, 5))
		self.assertEqual((row["decided"], row["attainment"]), (3, 66.7))
		self.assertEqual((row["clocks"], row["policy_title"]), (12, "Counted"))

	def test_without_a_decided_clock_there_is_no_percentage(self):
		self.clocks(1, state="Running")
		(row,) = self.rows()
		self.assertEqual((row["decided"], row["attainment"]), (0, None))

	def test_rows_are_per_metric_and_team(self):
		frappe.get_doc({"doctype": "HD Team", "team_name": "Counted Team"}).insert()
		self.clocks(1, state="Met", metric="First Reply")
		self.clocks(1, state="Met", metric="Resolution")
		self.clocks(2, state="Breached", metric="Resolution", team="Counted Team")
		found = {(row["metric"], row["team"]): (row["met"], row["breached"]) for row in self.rows()}
		self.assertEqual(
			found,
			{
				("First Reply", None): (1, 0),
				("Resolution", None): (1, 0),
				("Resolution", "Counted Team"): (0, 2),
			},
		)
		self.assertEqual(len(self.rows(team="Counted Team")), 1)
		self.assertEqual([row["metric"] for row in self.rows(metric="First Reply")], ["First Reply"])

	def test_the_last_day_of_the_period_counts_whole(self):
		self.clocks(1, state="Met", started_at="2026-03-31 23:59:59")
		self.clocks(1, state="Met", started_at="2026-04-01 00:00:00")
		self.assertEqual([row["met"] for row in self.rows(from_date="2026-03-31", to_date="2026-03-31")], [1])
		self.assertEqual(self.rows(from_date="2026-04-02"), [])

	def test_a_period_that_ends_before_it_starts_is_refused(self):
		self.assert_refused(
			lambda: self.rows(from_date="2026-04-01", to_date="2026-03-01"),
			"ends before it starts",
			"Exchange",
		)

	def test_the_chart_adds_policies_up_and_leaves_undecided_metrics_out(self):
		chart = cs_sla_attainment.get_chart(
			[
				{"metric": "Resolution", "met": 1, "breached": 2},
				{"metric": "Resolution", "met": 3, "breached": 0},
				{"metric": "First Reply", "met": 0, "breached": 0},
			]
		)
		self.assertEqual(chart["data"]["labels"], ["Resolution"])
		self.assertEqual([dataset["values"] for dataset in chart["data"]["datasets"]], [[4], [2]])

	def test_the_report_is_one_query(self):
		self.clocks(1, state="Met")
		with self.assertQueryCount(1):
			cs_sla_attainment.count_clocks(frappe._dict(policy=self.policy.name))


class TestPolicyPreview(SiteTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.customer = create_user("preview.customer@example.com")

	def setUp(self):
		super().setUp()
		self.policy = make_policy("Previewed", 7030).insert()

	def run_report(self, rows: list[dict], **filters):
		with patch.object(cs_policy_preview, "preview", return_value=rows) as service:
			result = cs_policy_preview.execute({"policy": [self.policy.name], **filters})
		return result, service

	def test_without_a_policy_it_asks_for_one(self):
		_columns, rows, message = cs_policy_preview.execute({})
		self.assertEqual(rows, [])
		self.assertIn("Choose one or more policies", message)

	def test_the_service_gets_the_policies_and_days(self):
		_result, service = self.run_report([], policy=frappe.as_json([self.policy.name]), days="7")
		service.assert_called_once_with([self.policy.name], 7)

	def test_only_changed_rows_are_shown_and_all_are_summed(self):
		rows = [preview_row("1", "Met", "Breached"), preview_row("2", "Breached", "Breached")]
		result, _service = self.run_report(rows, only_changed=1)
		self.assertEqual([row["ticket"] for row in result[1]], ["1"])
		self.assertEqual([figure["value"] for figure in result[4]], [2, 1, 1, 2])
		result, _service = self.run_report(rows, only_changed=0)
		self.assertEqual(len(result[1]), 2)

	def test_columns_are_the_keys_of_the_services_rows(self):
		columns = [column["fieldname"] for column in cs_policy_preview.get_columns()]
		self.assertEqual(set(columns), set(preview_row("1", "Met", "Met")))

	def test_days_out_of_range_are_refused(self):
		for days in (-1, 367):
			self.assert_refused(lambda: self.run_report([], days=days), f"{days} days", "Enter 1 to 366")  # noqa: B023 called at once

	def test_a_policy_that_the_user_may_not_read_is_refused(self):
		frappe.set_user(self.customer)
		with self.assertRaises(frappe.PermissionError):
			self.run_report([])


def preview_row(ticket: str, now: str, then: str) -> dict:
	return {
		"ticket": ticket,
		"subject": "Where is my parcel?",
		"opened_at": "2026-03-02 10:00:00",
		"current_policy": None,
		"preview_policy": None,
		"metric": "First Reply",
		"current_due": None,
		"preview_due": None,
		"current_state": now,
		"preview_state": then,
		"changed": now != then,
	}
