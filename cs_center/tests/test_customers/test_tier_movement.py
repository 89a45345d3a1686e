"""The report on tiers counts what was counted by hand, and every number leads to the changes that it counts."""

from __future__ import annotations

from unittest.mock import patch

import frappe

from cs_center.cs_center.report.cs_tier_movement import cs_tier_movement as report
from cs_center.cs_center.report.cs_tier_movement.flow_diagram import draw
from cs_center.services.customers.reporting_movement import Flow, TierRow
from cs_center.services.customers.sentences_of_changes import change_text
from cs_center.tests.base import SiteTestCase, create_user
from cs_center.tests.test_customers import movement_world as world
from cs_center.tests.test_customers.movement_world import REGULAR, SENIOR, VIP

PERIOD = {"from_date": world.FIRST_DAY, "to_date": world.LAST_DAY}
MAY_READ = ("System Manager", "CS Manager", "CS Team Lead", "CS Quality Auditor", "Agent Manager")


class MovementTestCase(SiteTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		world.build()

	def run_report(self, view: str = "Flow", **filters):
		return report.execute({"view": view, **PERIOD, **filters})

	def rows(self, view: str = "Flow", **filters) -> list[dict]:
		return self.run_report(view, **filters)[1]

	def figures(self, **filters) -> list:
		return [figure["value"] for figure in self.run_report(**filters)[4]]

	def by_label(self, view: str = "Flow", **filters) -> list[dict]:
		"""Rows with the columns' labels as keys, without the links."""
		columns, rows = self.run_report(view, **filters)[:2]
		return [{column["label"]: row[column["fieldname"]] for column in columns} for row in rows]

	def assert_links_count(self, rows: list[dict]):
		"""Each linked number is the number of changes that are listed behind it."""
		self.assertTrue(rows)
		for row in rows:
			for column, filters in row["links"].items():
				listed = report.execute({**filters, "view": "Changes"})[1]
				self.assertEqual(len(listed), row[column] or 0, (row, column, filters))


class TestFlow(MovementTestCase):
	def test_the_matrix_says_how_many_went_from_which_tier_to_which(self):
		self.assertEqual(
			self.by_label(),
			[
				matrix_row(SENIOR, None, 0, 1, left=1, came=2),
				matrix_row(VIP, 1, None, 1, left=2, came=3),
				matrix_row(REGULAR, 1, 3, None, left=4, came=2),
			],
		)

	def test_the_net_of_all_tiers_is_nothing_and_the_figures_are_those_of_the_flows(self):
		self.assertEqual(sum(row["net"] for row in self.rows()), 0)
		self.assertEqual(sum(row["left"] for row in self.rows()), sum(world.FLOWS.values()))
		self.assertEqual(self.figures(), [7, 5, 2, 3])

	def test_numbers_lead_to_their_changes(self):
		for filters in ({}, {"tier": VIP}, {"direction": "Upgrade"}, {"reason": "Thresholds Reached"}):
			with self.subTest(filters):
				self.assert_links_count(self.rows(**filters))

	def test_each_filter_chooses(self):
		for filters, number in (
			({"tier": SENIOR}, 3),
			({"tier": VIP}, 5),
			({"from_tier": REGULAR}, 4),
			({"to_tier": REGULAR}, 2),
			({"from_tier": REGULAR, "to_tier": VIP}, 3),
			({"direction": "Downgrade"}, 2),
			({"reason": "Override Set"}, 1),
			({"reason": "Thresholds Reached", "tier": SENIOR}, 1),
		):
			with self.subTest(filters):
				for view in report.VIEWS:
					self.assertEqual(self.figures(view=view, **filters)[0], number, view)
				self.assertEqual(len(self.rows("Changes", **filters)), number)

	def test_the_first_and_the_last_day_count_whole(self):
		self.assertEqual(self.figures(from_date="2019-02-28", to_date="2019-02-28"), [1, 1, 0, 1])
		self.assertEqual(self.figures(from_date="2019-04-01", to_date="2019-04-01"), [1, 0, 1, -1])
		self.assertEqual(self.figures(from_date="2019-03-01", to_date="2019-03-04")[0], 0)

	def test_the_picture_has_a_band_for_each_flow(self):
		picture = self.run_report()[2]
		for start, end in world.FLOWS:
			self.assertIn(f'data-from="{start}" data-to="{end}"', picture)
		self.assertEqual(picture.count("<path "), len(world.FLOWS))
		self.assertIn("<title>Regular to VIP: 3</title>", picture)

	def test_without_changes_there_is_no_picture(self):
		nothing = {"from_date": "2017-01-01", "to_date": "2017-12-31"}
		_columns, rows, message, chart, _figures = self.run_report(**nothing)
		self.assertEqual((rows, message, chart), ([], None, None))
		self.assertEqual(self.figures(**nothing), [0, 0, 0, 0])

	def test_a_tier_that_was_deleted_is_still_told(self):
		frappe.db.set_value(world.CHANGE, "movement-4", "to_tier", "Gone <Tier>")
		frappe.clear_cache()
		rows = {row["From Tier"]: row for row in self.by_label()}
		self.assertEqual(rows[REGULAR]["To Gone <Tier>"], 1)
		self.assertIn("Gone &lt;Tier&gt;", self.run_report()[2])
		self.assertNotIn("<Tier>", self.run_report()[2])


def matrix_row(tier: str, to_senior, to_vip, to_regular, left: int, came: int) -> dict:
	columns = {"To Senior VIP": to_senior, "To VIP": to_vip, "To Regular": to_regular}
	return {"From Tier": tier, **columns, "Left the Tier": left, "Came to the Tier": came, "Net": came - left}


class TestByMonth(MovementTestCase):
	def test_each_month_has_its_moves_and_its_customers_at_the_end(self):
		expected = [
			{"Month": month, "Upgrades": up, "Downgrades": down, "Net": up - down}
			| {f"{tier} at the End": number for tier, number in world.SIZES[month].items()}
			for month, (up, down) in world.MOVES.items()
		]
		self.assertEqual(self.by_label("By Month"), expected)

	def test_numbers_lead_to_their_changes(self):
		for filters in ({}, {"tier": VIP}, {"reason": "Thresholds Reached"}):
			self.assert_links_count(self.rows("By Month", **filters))

	def test_a_month_that_the_period_cuts_ends_with_the_period(self):
		cut = {"from_date": "2019-02-11", "to_date": "2019-02-27"}
		self.assertEqual(
			self.by_label("By Month", **cut),
			[
				{"Month": "2019-02", "Upgrades": 0, "Downgrades": 0, "Net": 0}
				| {"Senior VIP at the End": 1, "VIP at the End": 2, "Regular at the End": 3}
			],
		)

	def test_a_change_at_the_first_instant_of_a_month_belongs_to_it(self):
		rows = self.by_label("By Month", from_date="2019-03-01")
		self.assertEqual([row["VIP at the End"] for row in rows], [3, 2])

	def test_a_customer_counts_from_the_day_on_which_the_profile_was_made(self):
		def customers(to_date: str) -> int:
			(row,) = self.by_label("By Month", from_date="2019-02-01", to_date=to_date)
			return sum(number for label, number in row.items() if label.endswith("at the End"))

		self.assertEqual((customers("2019-02-14"), customers("2019-02-15")), (5, 6))

	def test_all_months_together_are_all_customers_whatever_is_chosen(self):
		for filters in ({}, {"direction": "Downgrade"}, {"reason": "Override Ended"}):
			sizes = [
				{tier: row[f"{tier} at the End"] for tier in world.SIZES["2019-01"]}
				for row in self.by_label("By Month", **filters)
			]
			self.assertEqual(sizes, list(world.SIZES.values()))

	def test_of_a_chosen_tier_only_its_customers_are_shown(self):
		rows = self.by_label("By Month", tier=VIP)
		self.assertEqual([row["VIP at the End"] for row in rows], [2, 3, 3, 2])
		self.assertNotIn("Regular at the End", rows[0])

	def test_a_deleted_customer_leaves_the_past_too(self):
		frappe.db.delete(world.PROFILE, {"name": "Movement F"})
		self.assertEqual([row["VIP at the End"] for row in self.by_label("By Month")], [1, 2, 2, 1])

	def test_the_chart_shows_both_directions(self):
		chart = self.run_report("By Month")[3]
		self.assertEqual(chart["data"]["labels"], ["19-01", "19-02", "19-03", "19-04"])
		self.assertEqual([one["values"] for one in chart["data"]["datasets"]], [[1, 2, 2, 0], [0, 0, 1, 1]])

	def test_two_queries_count_the_customers_however_many_months_there_are(self):
		self.run_report("By Month")
		for period in (PERIOD, {"from_date": "2015-01-01", "to_date": "2019-12-31"}):
			with self.assertQueryCount(4):  # the moves, the customers, the changes since, the tiers
				self.run_report("By Month", **period)


class TestChanges(MovementTestCase):
	def texts(self, **filters) -> list[str]:
		return [row["text"] for row in self.rows("Changes", **filters)]

	def test_the_newest_stands_first(self):
		self.assertEqual(
			[(row["customer"], row["from_tier"], row["to_tier"]) for row in self.rows("Changes")][:3],
			[
				("Movement B", VIP, REGULAR),
				("Movement C", SENIOR, REGULAR),
				("Movement E", REGULAR, VIP),
			],
		)

	def test_reaching_a_tier_tells_the_sums_of_its_window_and_what_it_asks(self):
		(text,) = self.texts(to_tier=SENIOR, reason="Thresholds Reached")
		self.assertIn("6,200.50 in 31 orders reach the tier Senior VIP.", text)
		self.assertIn("20,000.00 or 30 orders within 12 months.", text)

	def test_leaving_a_tier_tells_what_would_have_kept_it(self):
		(text,) = self.texts(reason="Below Thresholds")
		self.assertIn("4,100.00 in 4 orders do not keep the tier VIP, and the days of grace are over.", text)
		self.assertIn("5,000.00 and 10 orders within 6 months. 90 % of that keep it.", text)

	def test_a_tier_given_by_hand_tells_by_whom_and_what_the_figures_alone_earn(self):
		(given,), (ended,) = self.texts(reason="Override Set"), self.texts(reason="Override Ended")
		self.assertIn("Given by Administrator.", given)
		for text in (given, ended):
			self.assertIn("8,000.00 in 33 orders from", text)
			self.assertIn("alone earn the tier Regular.", text)

	def test_a_change_of_the_tiers_themselves_says_so(self):
		(text,) = self.texts(to_date="2019-06-30", reason="Tiers Changed")
		self.assertIn("The tiers or their thresholds were changed.", text)

	def test_a_change_without_trials_is_told_from_its_own_sums(self):
		row = {"reason": "Thresholds Reached", "to_tier": VIP, "spend": 10, "orders": 1, "currency": "CNY"}
		self.assertIn("10.00 in 1 orders reach the tier VIP.", change_text(row))
		self.assertEqual(change_text({"reason": "Something Else"}), "The tier changed.")

	def test_more_changes_than_can_be_read_are_counted_all_the_same(self):
		with patch.object(report, "MOST_ROWS", 3):
			_columns, rows, message, _chart, figures = self.run_report("Changes")
		self.assertEqual((len(rows), figures[0]["value"]), (3, 7))
		self.assertIn("Only the latest 3 changes are listed.", message)

	def test_the_list_is_two_queries(self):
		self.run_report("Changes")
		with self.assertQueryCount(2):
			self.run_report("Changes")


class TestQuestions(MovementTestCase):
	def test_bad_questions_are_refused_with_what_to_do(self):
		for filters, words in (
			({"from_date": "2019-05-01"}, ("ends before it starts", "Exchange")),
			({"from_date": "0019-01-01"}, ("longer than", "Choose a shorter one")),
			({"tier": "<b>No</b>"}, ("There is no customer tier", "Choose another one")),
			({"to_tier": "Nothing"}, ("There is no customer tier Nothing",)),
			({"view": "Nothing"}, ("There is no view Nothing", "Choose one of the list")),
		):
			with self.subTest(filters):
				self.assert_refused(lambda: self.run_report(**{"view": "Flow", **filters}), *words)  # noqa: B023 called at once

	def test_without_dates_the_last_year_is_counted(self):
		self.assertEqual(report.execute({})[1], report.execute({"view": "Flow"})[1])
		self.assertEqual(report.execute({"view": "By Month"})[1][-1]["month"], frappe.utils.nowdate()[:7])


class TestAccess(MovementTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.users = {
			role: create_user(f"movement.{frappe.scrub(role)}@example.com", role)
			for role in (*MAY_READ, "Agent", "CS Trainer")
		}
		cls.customer = create_user("movement.customer@example.com")

	def test_it_is_for_those_who_lead_and_audit(self):
		document = frappe.get_doc("Report", "CS Tier Movement")
		for role, user in self.users.items():
			with self.subTest(role):
				frappe.set_user(user)
				self.assertEqual(bool(document.is_permitted()), role in MAY_READ)
				if role in MAY_READ:
					self.assertEqual(self.figures()[0], 7)

	def test_a_customer_gets_no_figures_by_another_way_either(self):
		frappe.set_user(self.customer)
		self.assert_refused(
			self.run_report, "may not see figures of customer tiers", error=frappe.PermissionError
		)

	def test_who_may_see_some_customers_only_counts_these(self):
		user = self.users["CS Team Lead"]
		world.store("HD Customer", [{"name": "Movement A", "customer_name": "Movement A"}])
		frappe.permissions.add_user_permission("HD Customer", "Movement A", user, ignore_permissions=True)
		frappe.set_user(user)
		self.assertEqual(self.figures()[0], 2)
		self.assertEqual(sum(self.rows("By Month")[-1][f"tier_{number}"] for number in range(3)), 1)


class TestDiagram(SiteTestCase):
	TIERS = (TierRow("High", 'A "high" & <b>', "#12aB9c"), TierRow("Low", "Low", "red;} </style>"))

	def test_names_are_escaped_and_only_colours_become_colours(self):
		picture = draw(self.TIERS, [Flow("Low", "High", True, 3)])
		self.assertIn("A &quot;high&quot; &amp; &lt;b&gt;", picture)
		self.assertNotIn("<b>", picture)
		self.assertIn("#12aB9c", picture)
		self.assertNotIn("</style>", picture)

	def test_bands_are_as_wide_as_their_counts(self):
		picture = draw(self.TIERS, [Flow("Low", "High", True, 30), Flow("High", "Low", False, 10)])
		self.assertIn('height="142.5"', picture)
		self.assertIn('height="47.5"', picture)

	def test_one_of_very_many_is_still_seen(self):
		picture = draw(self.TIERS, [Flow("Low", "High", True, 1_000_000), Flow("High", "Low", False, 1)])
		self.assertIn('height="1.5"', picture)
