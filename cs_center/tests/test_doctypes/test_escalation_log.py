"""Escalations are records; the log lists them with who was told, and counts what it does not list."""

from unittest.mock import patch

import frappe

from cs_center.cs_center.report.cs_escalation_log import cs_escalation_log as log
from cs_center.tests.base import SiteTestCase, create_user
from cs_center.tests.test_doctypes.factories import (
	make_escalation,
	make_notification_channel,
	stored_delivery,
	stored_escalation,
	submitted_escalation_policy,
)

ESCALATION = "CS Escalation"


class TestEscalation(SiteTestCase):
	def test_nobody_writes_an_escalation_by_hand(self):
		self.assert_refused(
			lambda: make_escalation("HAND-1").insert(ignore_permissions=True),
			"record of what happened",
			error=frappe.PermissionError,
		)
		escalation = frappe.get_doc(ESCALATION, stored_escalation("HAND-2").name)
		escalation.state = "Resolved"
		for action in (
			escalation.save,
			lambda: frappe.delete_doc(ESCALATION, escalation.name, force=True),
			lambda: frappe.rename_doc(ESCALATION, escalation.name, "other", force=True),
		):
			self.assert_refused(action, "with its buttons", error=frappe.PermissionError)
		self.assertEqual(frappe.db.get_value(ESCALATION, "HAND-2", "state"), "Open")

	def test_one_key_is_one_row(self):
		stored_escalation("ONCE-1")
		with self.assertRaises(frappe.DuplicateEntryError):
			stored_escalation("ONCE-1")

	def test_the_queries_of_a_pass_have_their_indexes(self):
		for columns in (["reference_doctype", "reference_name"], ["state", "level"], ["raised_at"]):
			index = frappe.db.get_index_name(columns)
			self.assertTrue(frappe.db.has_index(f"tab{ESCALATION}", index), columns)


class TestEscalationLog(SiteTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.kim = create_user("log.kim@example.com", "CS Team Lead")
		cls.agent = create_user("log.agent@example.com", "Agent")
		frappe.db.set_value("User", cls.kim, "full_name", "Kim Lee")

	def setUp(self):
		super().setUp()
		self.policy = submitted_escalation_policy("Logged", 7050).name

	def raised(self, name: str, at: str = "2026-03-02 10:00:00", **values):
		return stored_escalation(name, raised_at=at, due_at=at, policy=self.policy, **values)

	def run_log(self, **filters):
		period = {"from_date": "2026-03-01", "to_date": "2026-03-31"}
		return log.execute({**period, "policy": self.policy, **filters})

	def rows(self, **filters) -> list[dict]:
		return self.run_log(**filters)[1]

	def test_a_row_says_when_why_and_how_fast_it_was_answered(self):
		self.raised(
			"LOG-1", state="Acknowledged", acknowledged_at="2026-03-02 10:12:00", acknowledged_by=self.kim
		)
		(row,) = self.rows()
		self.assertEqual((row.name, row.level_text, row.acknowledged_after), ("LOG-1", "Level 1", 720))
		self.assertIn("100 %", row.reason)
		self.assertIn("First Reply", row.reason)
		self.assertEqual((row.reference_doctype, row.reference_name), ("User", "Administrator"))

	def test_who_was_told_stands_in_one_line_with_the_media(self):
		self.raised("LOG-2")
		channel = make_notification_channel("Ops Chat").insert()
		stored_delivery("D-1", escalation="LOG-2", recipient=self.kim)
		stored_delivery("D-2", escalation="LOG-2", recipient=self.kim, medium="E-mail", state="Dead")
		stored_delivery("D-3", escalation="LOG-2", recipient=None, medium="Webhook", channel=channel.name)
		stored_delivery("D-4", escalation="LOG-2", recipient=self.kim, occasion="Reminder")
		(row,) = self.rows()
		self.assertEqual(row.told, "Kim Lee (In-App, E-mail: Dead), Ops Chat (Webhook)")

	def test_nobody_told_and_a_suppressed_step_say_so(self):
		self.raised("LOG-3", nobody_to_tell=1, at="2026-03-03 10:00:00")
		self.raised("LOG-4", state="Suppressed", suppressed_reason="ended_first")
		first, second = self.rows()
		self.assertEqual((first.name, first.told), ("LOG-3", "(nobody)"))
		self.assertIn("not sent", second.reason)

	def test_filters_choose(self):
		frappe.get_doc({"doctype": "HD Team", "team_name": "Logged Team"}).insert()
		self.raised("LOG-5", level=0)
		self.raised("LOG-6", level=2, metric="Resolution", state="Resolved", team="Logged Team")
		for filters, names in (
			({"level": "0"}, ["LOG-5"]),
			({"level": "2"}, ["LOG-6"]),
			({"metric": "Resolution"}, ["LOG-6"]),
			({"state": "Open"}, ["LOG-5"]),
			({"team": "Logged Team"}, ["LOG-6"]),
			({"level": ""}, ["LOG-5", "LOG-6"]),
		):
			result = self.run_log(**filters)
			self.assertEqual(sorted(row.name for row in result[1]), names, filters)
			self.assertEqual(result[4][0]["value"], len(names), filters)

	def test_the_last_day_counts_whole(self):
		self.raised("LOG-7", at="2026-03-31 23:59:59")
		self.raised("LOG-8", at="2026-04-01 00:00:00")
		self.assertEqual([row.name for row in self.rows()], ["LOG-7"])
		self.assertEqual(self.run_log()[4][0]["value"], 1)

	def test_a_period_is_needed_in_its_order_and_not_too_long(self):
		self.assert_refused(lambda: self.run_log(from_date=None), "Choose the period")
		self.assert_refused(lambda: self.run_log(from_date="2026-04-01"), "ends before it starts", "Exchange")
		self.assert_refused(lambda: self.run_log(from_date="2025-03-01"), "longer than 366 days")

	def test_the_chart_counts_by_day_and_level_without_what_was_suppressed(self):
		self.raised("LOG-9")
		self.raised("LOG-10", level=2)
		self.raised("LOG-11", at="2026-03-03 10:00:00")
		self.raised("LOG-12", state="Suppressed")
		chart = self.run_log(to_date="2026-03-04")[3]
		self.assertEqual(len(chart["data"]["labels"]), 4)
		self.assertEqual(
			[(one["name"], one["values"]) for one in chart["data"]["datasets"]],
			[("Level 1", [0, 1, 1, 0]), ("Level 2", [0, 1, 0, 0])],
		)

	def test_a_long_period_is_drawn_by_week(self):
		self.raised("LOG-13")
		self.raised("LOG-14", at="2026-03-09 10:00:00")
		chart = self.run_log(to_date="2026-05-31")[3]
		self.assertEqual(len(chart["data"]["labels"]), 14)
		self.assertEqual(chart["data"]["labels"][:2], ["03-01", "03-08"])
		self.assertEqual(chart["data"]["datasets"][0]["values"][:3], [1, 1, 0])

	def test_the_longest_period_still_has_bars_that_can_be_read(self):
		self.raised("LOG-15")
		chart = self.run_log(to_date="2027-03-01")[3]
		self.assertEqual(len(chart["data"]["labels"]), 14)
		self.assertEqual(sum(chart["data"]["datasets"][0]["values"]), 1)

	def test_more_rows_than_fit_are_counted_and_said(self):
		for number in range(3):
			self.raised(f"LOG-2{number}", at=f"2026-03-0{number + 1} 10:00:00")
		with patch.object(log, "MOST_ROWS", 2):
			_columns, rows, message, _chart, figures = self.run_log()
		self.assertEqual([row.name for row in rows], ["LOG-22", "LOG-21"])
		self.assertIn("Only the latest 2", message)
		self.assertEqual(figures[0]["value"], 3)

	def test_rows_chart_and_figures_obey_the_permissions_of_the_list(self):
		self.raised("LOG-30")
		frappe.set_user(self.agent)
		with patch("cs_center.api.permissions.escalation_conditions", return_value="1=0"):
			_columns, rows, _message, chart, figures = self.run_log()
		self.assertEqual((rows, chart, figures[0]["value"]), ([], None, 0))

	def test_it_takes_three_queries_however_many_rows_there_are(self):
		for number in range(5):
			self.raised(f"LOG-4{number}")
			stored_delivery(f"D-4{number}", escalation=f"LOG-4{number}")
		self.run_log()
		with self.assertQueryCount(3):
			self.run_log()
