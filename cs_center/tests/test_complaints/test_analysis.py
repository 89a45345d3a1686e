"""Every figure of the report on complaints is what a slow recount in plain Python finds."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from statistics import mean, median
from unittest.mock import patch

import frappe
from frappe.desk import query_report

from cs_center.cs_center.report.cs_complaint_analysis import cs_complaint_analysis as report
from cs_center.services.complaints import categories, reporting_stages, reporting_trend
from cs_center.tests import factories
from cs_center.tests.base import SiteTestCase, create_user
from cs_center.tests.test_complaints import figures_world as world
from cs_center.tests.test_complaints.figures_world import by_group, share

COMPLAINT = "CS Complaint"


class AnalysisTestCase(SiteTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.all = world.build()

	def tearDown(self):
		super().tearDown()
		categories.forget()

	def run_report(self, view: str = "Pareto", **filters):
		period = {"from_date": world.FIRST_DAY, "to_date": world.LAST_DAY}
		return report.execute({"view": view, **period, **filters})

	def rows(self, view: str = "Pareto", **filters) -> list[dict]:
		return self.run_report(view, **filters)[1]

	def figures(self, **filters) -> list:
		return [figure["value"] for figure in self.run_report(**filters)[4]]

	def assert_links_count(self, rows: list[dict]):
		"""Each linked number is the length of the list behind it."""
		for row in rows:
			for column, filters in row["links"].items():
				listed = frappe.get_list(COMPLAINT, filters=filters, limit_page_length=0)
				self.assertEqual(len(listed), row[column], (row, column, filters))


class TestSums(AnalysisTestCase):
	def test_pareto_by_each_grouping(self):
		for grouping in world.GROUPS:
			with self.subTest(grouping):
				rows = self.rows(group_by=grouping)
				groups = by_group(self.all, grouping)
				self.assertEqual({row["key"] for row in rows}, set(groups))
				running = 0
				for row in rows:
					mine = groups[row["key"]]
					running += len(mine)
					repeats = sum(one["is_repeat"] for one in mine)
					self.assertEqual((row["complaints"], row["repeats"]), (len(mine), repeats))
					self.assertEqual(row["share"], share(len(mine), len(self.all)))
					self.assertEqual(row["cumulative"], share(running, len(self.all)))
					self.assertEqual(row["repeat_rate"], share(repeats, len(mine)))
				self.assert_links_count(rows)

	def test_the_largest_group_stands_first_and_months_stand_in_their_order(self):
		counts = [row["complaints"] for row in self.rows()]
		self.assertEqual(counts, sorted(counts, reverse=True))
		self.assertEqual(self.rows()[-1]["cumulative"], 100)
		self.assertEqual(
			[row["key"] for row in self.rows(group_by="Month")], [f"2019-0{n}" for n in range(1, 7)]
		)

	def test_each_filter_chooses(self):
		for filters, is_chosen in (
			({"category": "Figures Alpha"}, lambda row: world.is_below(row["category"], "Figures Alpha")),
			(
				{"category": "Figures Alpha One"},
				lambda row: world.is_below(row["category"], "Figures Alpha One"),
			),
			({"category": "Figures Alpha Two"}, lambda row: row["category"] == "Figures Alpha Two"),
			({"team": world.TEAMS[0]}, lambda row: row["team"] == world.TEAMS[0]),
			({"severity": "Major"}, lambda row: row["severity"] == "Major"),
			({"product": "Lamp"}, lambda row: row["product"] == "Lamp"),
			({"customer_tier": "VIP"}, lambda row: row["customer_tier"] == "VIP"),
			({"stage": "Closed"}, lambda row: row["stage"] == "Closed"),
			({"from_date": "2019-03-05", "to_date": "2019-03-20"}, in_days("2019-03-05", "2019-03-20")),
			(
				{"category": "Figures Beta", "severity": "General", "team": world.TEAMS[1]},
				lambda row: (
					world.is_below(row["category"], "Figures Beta")
					and (row["severity"], row["team"]) == ("General", world.TEAMS[1])
				),
			),
		):
			with self.subTest(filters):
				expected = [row for row in self.all if is_chosen(row)]
				self.assertTrue(0 < len(expected) < len(self.all))
				self.assertEqual(self.figures(**filters)[0], len(expected))
				for view, grouping in (
					("Pareto", ""),
					("Repeat", "Category"),
					("Trend", ""),
					("Time per Stage", "Team"),
				):
					self.assert_links_count(self.rows(view, group_by=grouping, **filters))

	def test_the_lists_own_filter_of_categories_takes_what_is_below_them(self):
		"""Desk puts a link's category into that filter, and drops "and below" where the DocType is not named as a tree."""
		self.assertIn("CS Complaint Category", frappe.get_hooks("treeviews"))
		rows = {row["key"]: row["links"]["complaints"]["category"] for row in self.rows(group_by="Category")}
		self.assertEqual(rows["Figures Alpha"], ["in", ["Figures Alpha"]])
		self.assertEqual(rows["Figures Alpha Two"], ["=", "Figures Alpha Two"])

	def test_the_first_and_the_last_day_count_whole(self):
		first, last = self.all[0], self.all[1]
		frappe.db.set_value(COMPLAINT, first["name"], "received_at", "2018-12-02 00:00:00")
		frappe.db.set_value(COMPLAINT, last["name"], "received_at", "2018-12-02 23:59:59.999999")
		day = {"from_date": "2018-12-02", "to_date": "2018-12-02"}
		self.assertEqual(self.figures(**day)[0], 2)
		self.assert_links_count(self.rows(**day))
		self.assertEqual(self.figures(from_date="2018-12-03", to_date="2018-12-30")[0], 0)

	def test_the_periods_first_and_last_month_are_cut_by_it(self):
		period = {"from_date": "2019-02-10", "to_date": "2019-04-15"}
		rows = self.rows(group_by="Month", **period)
		counts = by_group([row for row in self.all if in_days(*period.values())(row)], "Month")
		self.assertEqual([row["complaints"] for row in rows], [len(counts[f"2019-0{n}"]) for n in (2, 3, 4)])
		self.assert_links_count(rows)

	def test_a_category_that_moved_counts_at_its_new_place(self):
		moved = frappe.get_doc("CS Complaint Category", "Figures Alpha One")
		moved.parent_complaint_category = "Figures Beta"
		moved.save()
		expected = sum(
			world.top_of(row["category"]) == "Figures Beta" or world.is_below(row["category"], moved.name)
			for row in self.all
		)
		rows = {row["key"]: row["complaints"] for row in self.rows()}
		self.assertEqual(rows["Figures Beta"], expected)
		self.assertEqual(self.figures(category="Figures Beta")[0], expected)
		self.assert_links_count(self.rows())
		stages = self.rows("Time per Stage", group_by="First-Level Category")
		self.assertEqual(
			sum(row["stays"] for row in stages if row["key"] == "Figures Beta"),
			sum(row["stays"] for row in self.rows("Time per Stage", category="Figures Beta")),
		)

	def test_repeat_consent_and_figures(self):
		for grouping in world.GROUPS:
			with self.subTest(grouping):
				groups, repeats = by_group(self.all, grouping), sum(row["is_repeat"] for row in self.all)
				rows = self.rows("Repeat", group_by=grouping)
				for row in rows:
					mine = sum(one["is_repeat"] for one in groups[row["key"]])
					self.assertEqual((row["repeats"], row["share"]), (mine, share(mine, repeats)))
				self.assert_links_count(rows)
				rows = self.rows("Consent", group_by=grouping)
				for row in rows:
					self.assertEqual(
						[
							row[name]
							for name in ("answers", "consented", "refused", "refusals", "consent_rate")
						],
						answers_of(groups[row["key"]]),
					)
				self.assert_links_count(rows)
		own = [row for row in self.all if row["cost_currency"] == world.CURRENCY]
		self.assertEqual(
			self.figures(),
			[
				len(self.all),
				share(sum(row["is_repeat"] for row in self.all), len(self.all)),
				answers_of(self.all)[-1],
				round(sum(row["compensation_cost"] for row in own), 2),
			],
		)

	def test_compensation_counts_the_settings_currency_and_says_what_it_leaves_out(self):
		for grouping in world.GROUPS:
			with self.subTest(grouping):
				groups = by_group(self.all, grouping)
				rows = self.rows("Compensation", group_by=grouping)
				whole = sum(cost_of(row) for row in self.all)
				for row in rows:
					mine = groups[row["key"]]
					costs = [cost_of(one) for one in mine if cost_of(one)]
					self.assertEqual((row["compensated"], row["cost"]), (len(costs), round(sum(costs), 2)))
					self.assertEqual(row["share"], share(sum(costs), whole))
					self.assertEqual(row["average"], round(mean(costs), 2) if costs else None)
					self.assertEqual((row["carried_out"], row["points"]), carried_out_and_points(mine))
		message = self.run_report("Compensation")[2]
		left_out = [
			row for row in self.all if row["compensation_cost"] and row["cost_currency"] == world.FOREIGN
		]
		self.assertIn(f"another currency than CNY: {len(left_out)}.", message)

	def test_links_of_costs_count_where_there_is_one_currency(self):
		frappe.db.set_value(COMPLAINT, {"cost_currency": world.FOREIGN}, "compensation_cost", 0)
		rows = self.rows("Compensation", group_by="Team")
		self.assertTrue(any(row["compensated"] for row in rows))
		self.assert_links_count(rows)
		self.assertNotIn("another currency", self.run_report("Compensation")[2] or "")

	def test_acknowledgements_on_time(self):
		for grouping in world.GROUPS:
			with self.subTest(grouping):
				groups = by_group(self.all, grouping)
				for row in self.rows("On-Time Acknowledgement", group_by=grouping):
					states = [
						one["clock"]["state"]
						for one in groups[row["key"]]
						if one["clock"] and one["clock"]["metric"] == "Complaint Acknowledgement"
					]
					met, breached = states.count("Met"), states.count("Breached")
					self.assertEqual(
						(row["met"], row["breached"], row["running"]),
						(met, breached, states.count("Running")),
					)
					self.assertEqual(row["attainment"], share(met, met + breached))

	def test_nothing_to_compare_with_is_no_percentage(self):
		empty = {"from_date": "2018-01-01", "to_date": "2018-01-31"}
		for view in report.VIEWS:
			_columns, rows, _message, chart, figures = self.run_report(view, **empty)
			self.assertIsNone(chart, view)
			self.assertEqual([figure["value"] for figure in figures], [0, "none yet", "none yet", 0], view)
			self.assertEqual([row for row in rows if row["complaints"]], [], view)

	def test_more_groups_than_can_be_read_are_counted_all_the_same(self):
		with patch.object(report, "MOST_ROWS", 2):
			_columns, rows, message, _chart, figures = self.run_report(group_by="Category")
		self.assertEqual((len(rows), figures[0]["value"]), (2, len(self.all)))
		self.assertIn("Only the first 2 of 7 groups", message)

	def test_a_pareto_is_one_query_for_the_figures_however_many_complaints_there_are(self):
		self.run_report()
		with self.assertQueryCount(1):
			self.run_report()


class TestTimePerStage(AnalysisTestCase):
	def test_average_median_and_longest_of_the_stays_that_are_over(self):
		for grouping in ("", *world.GROUPS):
			with self.subTest(grouping):
				rows = self.rows("Time per Stage", group_by=grouping)
				groups = by_group(self.all, grouping) if grouping else {"": self.all}
				expected = {
					(key, stage): seconds
					for key, mine in groups.items()
					for stage in world.OPEN_STAGES
					if (seconds := seconds_in(mine, stage))
				}
				found = {(row["key"], row["stage"]): row for row in rows}
				self.assertEqual({place for place, row in found.items() if row["stays"]}, set(expected))
				for place, seconds in expected.items():
					row = found[place]
					self.assertEqual((row["stays"], row["longest"]), (len(seconds), max(seconds)))
					self.assertAlmostEqual(row["average"], mean(seconds), 3)
					self.assertAlmostEqual(
						row["median"], median(seconds), delta=(0.091 if grouping else 0.022) * median(seconds)
					)
				for (key, stage), row in found.items():
					waiting = sum(one["stage"] == stage for one in groups[key])
					self.assertEqual(row["waiting"], waiting)
				self.assert_links_count(rows)

	def test_the_median_of_stays_of_one_length_and_of_two_is_exact(self):
		for stay in ([600], [600] * 9, [600, 606], [600, 600, 9000], [0, 0, 50], [1, 3600, 3600, 90000]):
			with self.subTest(stay):
				frappe.db.delete("CS Complaint Stage Change", {"stage": "Executing"})
				names = [row["name"] for row in self.all[: len(stay)]]
				for name, seconds in zip(names, stay, strict=True):
					line = {
						"parent": name,
						"parenttype": COMPLAINT,
						"parentfield": "stage_history",
						"idx": 99,
					}
					times = {"left_at": "2019-07-01", "seconds": seconds, "stage": "Executing"}
					frappe.get_doc({"doctype": "CS Complaint Stage Change", **line, **times}).db_insert()
				row = next(row for row in self.rows("Time per Stage") if row["stage"] == "Executing")
				self.assertAlmostEqual(row["median"], median(stay))

	def test_a_stage_where_all_are_still_waiting_has_no_average(self):
		frappe.db.set_value(COMPLAINT, {"name": ["like", "FIGURE-%"]}, "stage", "Executing")
		row = next(row for row in self.rows("Time per Stage") if row["stage"] == "Executing")
		self.assertEqual((row["stays"], row["average"], row["median"]), (0, None, None))
		self.assertEqual(row["waiting"], len(self.all))

	def test_only_the_largest_groups_are_compared_and_it_is_said(self):
		sizes = {key: len(mine) for key, mine in by_group(self.all, "Category").items()}
		largest = sorted(sizes, key=lambda key: (-sizes[key], key))[:3]
		with patch.object(reporting_stages, "MOST_GROUPS", 3):
			_columns, rows, message, _chart, figures = self.run_report("Time per Stage", group_by="Category")
		self.assertEqual(list(dict.fromkeys(row["key"] for row in rows)), largest)
		self.assertIn("Only the 3 largest of 7 groups", message)
		self.assertIn("exact to 9.1 %", message)
		self.assertEqual(figures[0]["value"], len(self.all))

	def test_stages_stand_in_the_order_of_a_complaints_way(self):
		stages = [row["stage"] for row in self.rows("Time per Stage")]
		self.assertEqual(stages, list(world.OPEN_STAGES))


class TestTrend(AnalysisTestCase):
	def test_by_day_by_week_and_by_month(self):
		for first, last, steps, width in (
			("2019-03-01", "2019-03-31", 31, 1),
			("2019-03-01", "2019-05-31", 14, 7),
			("2018-12-15", "2019-07-02", 8, None),
		):
			with self.subTest(first):
				rows = self.rows("Trend", from_date=first, to_date=last)
				self.assertEqual(len(rows), steps)
				self.assertEqual((str(rows[0]["first"]), str(rows[-1]["last"])), (first, last))
				for row, following in pairwise(rows):
					self.assertEqual(row["last"] + timedelta(days=1), following["first"])
					if width:
						self.assertEqual((following["first"] - row["first"]).days, width)
				for row in rows:
					mine = [
						one for one in self.all if row["first"] <= one["received_at"].date() <= row["last"]
					]
					repeats = sum(one["is_repeat"] for one in mine)
					self.assertEqual((row["complaints"], row["repeats"]), (len(mine), repeats))
					self.assertEqual(row["repeat_rate"], share(repeats, len(mine)))
				self.assert_links_count(rows)

	def test_the_largest_groups_have_a_line_and_the_others_share_one(self):
		for grouping in (name for name in world.GROUPS if name != "Month"):
			with self.subTest(grouping), patch.object(reporting_trend, "MOST_SERIES", 2):
				columns, rows, _message, chart, _figures = self.run_report("Trend", group_by=grouping)
				groups = by_group(self.all, grouping)
				sizes = sorted((len(mine) for mine in groups.values()), reverse=True)
				self.assertEqual([sum(row[f"series_{n}"] for row in rows) for n in (0, 1)], sizes[:2])
				rest = sum(row.get("series_rest", 0) for row in rows)
				self.assertEqual(rest, sum(sizes[2:]))
				self.assertEqual(len(chart["data"]["datasets"]), min(len(groups), 3))
				self.assertEqual(columns[4]["fieldname"], "series_0")
				if grouping in ("First-Level Category", "Product"):
					self.assert_links_count(rows)

	def test_months_are_no_lines_of_their_own(self):
		self.assertEqual(self.rows("Trend", group_by="Month"), self.rows("Trend"))


class TestRates(AnalysisTestCase):
	TICKETS = (
		[{"agent_group": world.TEAMS[0], "cs_customer_tier": "VIP", "cs_channel": "Figures Phone"}] * 40
		+ [{"agent_group": world.TEAMS[1], "creation": "2019-03-31 23:59:59"}] * 60
		+ [{"creation": "2018-12-31 23:59:59"}, {"creation": "2019-07-01"}] * 10
		+ [{"cs_customer_tier": "Senior VIP", "creation": "2019-06-30 23:00:00"}]
	)
	IN_PERIOD = 101

	def setUp(self):
		super().setUp()
		world.store_tickets(self.TICKETS)

	def test_groups_that_tickets_have_are_compared_with_their_tickets(self):
		for grouping, tickets in (
			("Team", {world.TEAMS[0]: 40, world.TEAMS[1]: 60, "": 1}),
			("Customer Tier", {"VIP": 40, "": 60, "Senior VIP": 1, "Regular": 0}),
			("Channel", {"Figures Phone": 40, "": 61, "Figures Chat": 0}),
			("Month", {"2019-02": 40, "2019-03": 60, "2019-06": 1, "2019-01": 0, "2019-04": 0, "2019-05": 0}),
		):
			with self.subTest(grouping):
				rows, groups = self.rows("Rate", group_by=grouping), by_group(self.all, grouping)
				self.assertEqual({row["key"]: row["tickets"] for row in rows}, tickets)
				for row in rows:
					mine = len(groups.get(row["key"], ()))
					self.assertEqual(row["complaints"], mine)
					expected = round(1000 * mine / row["tickets"], 2) if row["tickets"] else None
					self.assertEqual(row["per_1000_tickets"], expected)
				self.assert_links_count(rows)

	def test_other_groups_are_compared_with_all_tickets_and_it_is_said(self):
		for grouping in ("First-Level Category", "Category", "Severity", "Product", "Department"):
			_columns, rows, message, _chart, _figures = self.run_report("Rate", group_by=grouping)
			self.assertEqual({row["tickets"] for row in rows}, {self.IN_PERIOD})
			self.assertIn("all tickets of the period", message)
			self.assert_links_count(rows)

	def test_team_and_tier_choose_tickets_too(self):
		rows = self.rows("Rate", team=world.TEAMS[0])
		self.assertEqual({row["tickets"] for row in rows}, {40})
		rows = self.rows("Rate", customer_tier="VIP", group_by="Team")
		self.assertEqual({row["key"]: row["tickets"] for row in rows if row["tickets"]}, {world.TEAMS[0]: 40})

	def test_without_known_orders_there_is_no_column_of_them(self):
		columns = self.run_report("Rate")[0]
		self.assertNotIn("orders", [column["fieldname"] for column in columns])

	def test_known_orders_are_compared_too(self):
		"""Complaints play the purchases: a row with a date is all that is counted."""
		orders = patch.multiple(
			"cs_center.services.complaints.reporting_rates", PURCHASE=COMPLAINT, PURCHASED_ON="received_at"
		)
		groups = by_group(self.all, "Month")
		for grouping in ("Team", "Month"):
			with orders:
				columns, rows, *_rest = self.run_report("Rate", group_by=grouping)
			self.assertIn("per_1000_orders", [column["fieldname"] for column in columns])
			for row in rows:
				number = len(groups[row["key"]] if grouping == "Month" else self.all)
				self.assertEqual(row["orders"], number)
				self.assertEqual(row["per_1000_orders"], round(1000 * row["complaints"] / number, 2))


class TestAsking(AnalysisTestCase):
	def test_bad_filters_are_refused_with_what_to_do(self):
		for filters, words in (
			({"from_date": "2019-07-01"}, ("ends before it starts", "Exchange")),
			({"from_date": "0026-01-01"}, ("longer than 3660 days", "shorter")),
			({"category": "No Such"}, ("no complaint category No Such", "Choose another")),
			({"group_by": "<b>Moon</b>"}, ("cannot be grouped by", "Choose one of")),
		):
			self.assert_refused(lambda: self.run_report(**filters), *words)  # noqa: B023 called at once
		self.assert_refused(lambda: self.run_report("Moon"), "no view Moon", "Choose")

	def test_without_dates_the_last_ninety_days_are_counted(self):
		today = date(2019, 6, 30)
		with patch(
			"cs_center.services.complaints.reporting.getdate", side_effect=lambda day=None: day or today
		):
			figures = report.execute({})[4]
		expected = [row for row in self.all if date(2019, 4, 2) <= row["received_at"].date() <= today]
		self.assertEqual(figures[0]["value"], len(expected))

	def test_every_view_has_a_chart_whose_names_and_values_agree_and_columns_that_its_rows_fill(self):
		for view in report.VIEWS:
			columns, rows, _message, chart, _figures = self.run_report(view)
			if view != "Rate":
				labels = chart["data"]["labels"]
				self.assertTrue(all(len(one["values"]) == len(labels) for one in chart["data"]["datasets"]))
			self.assertEqual(
				[name["fieldname"] for name in columns if name["fieldname"] not in rows[0]], [], view
			)

	def test_the_pareto_is_drawn_as_bars_with_the_line_of_their_sum(self):
		chart = self.run_report()[3]
		self.assertEqual(chart["type"], "axis-mixed")
		self.assertEqual([one["chartType"] for one in chart["data"]["datasets"]], ["bar", "line"])
		self.assertEqual(chart["data"]["datasets"][1]["values"][-1], 100)


class TestWhoSeesWhat(AnalysisTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.agent = create_user("figures.agent@example.com", "Agent")
		cls.auditor = create_user("figures.auditor@example.com", "CS Quality Auditor")
		cls.department = create_user("figures.department@example.com", "CS Department User")
		cls.customer = factories.create_customer_user("figures.customer@example.com")

	def setUp(self):
		super().setUp()
		team = frappe.get_doc("HD Team", world.TEAMS[0])
		team.append("users", {"user": self.agent})
		team.flags.ignore_validate = True
		team.db_update_all()
		self.handled = next(row for row in self.all if row["team"] == world.TEAMS[1])
		frappe.db.set_value(COMPLAINT, self.handled["name"], "handler", self.agent)
		self.own = [row for row in self.all if row["team"] == world.TEAMS[0]]
		self.seen = [*self.own, self.handled]

	def test_an_agent_counts_the_complaints_of_the_own_team_and_those_handled_in_every_view(self):
		frappe.set_user(self.agent)
		for view in ("Pareto", "Trend", "Time per Stage", "Repeat", "Consent", "Compensation"):
			self.assertEqual(self.run_report(view)[4][0]["value"], len(self.seen), view)
			self.assert_links_count([] if view == "Compensation" else self.rows(view))
		self.assertEqual({row["key"] for row in self.rows(group_by="Team")}, set(world.TEAMS))
		self.assertEqual(sum(row["complaints"] for row in self.rows("Trend")), len(self.seen))
		stays = sum(len(seconds_in(self.seen, stage)) for stage in world.OPEN_STAGES)
		self.assertEqual(sum(row["stays"] for row in self.rows("Time per Stage")), stays)
		decided = sum(row["met"] + row["breached"] for row in self.rows("On-Time Acknowledgement"))
		clocks = [row["clock"] for row in self.seen if row["clock"]]
		self.assertEqual(
			decided,
			sum(
				one["state"] in ("Met", "Breached")
				for one in clocks
				if one["metric"].endswith("Acknowledgement")
			),
		)
		amount = sum(row["carried_out"] for row in self.rows("Compensation"))
		self.assertAlmostEqual(amount, carried_out_and_points(self.seen)[0])

	def test_an_agents_rate_compares_the_own_teams_complaints_with_the_own_teams_tickets(self):
		world.store_tickets(
			[{"agent_group": world.TEAMS[0]}] * 30 + [{"agent_group": world.TEAMS[1]}] * 50 + [{}] * 20
		)
		frappe.set_user(self.agent)
		_columns, rows, message, _chart, figures = self.run_report("Rate", group_by="Team")
		self.assertEqual(
			[(row["key"], row["complaints"], row["tickets"]) for row in rows],
			[(world.TEAMS[0], len(self.own), 30)],
		)
		self.assertEqual(figures[0]["value"], len(self.own))
		self.assertIn("your teams", message)
		self.assert_links_count(self.rows("Rate", group_by="Severity"))
		frappe.set_user(self.auditor)
		rows = self.rows("Rate", group_by="Team")
		self.assertEqual({row["key"]: row["tickets"] for row in rows}[world.TEAMS[1]], 50)

	def test_an_agent_without_a_team_counts_nothing_but_the_own_ones(self):
		frappe.db.delete("HD Team Member", {"user": self.agent})
		frappe.set_user(self.agent)
		self.assertEqual(self.figures()[0], 1)
		self.assertEqual([row for row in self.rows("Rate", group_by="Team") if row["complaints"]], [])

	def test_an_auditor_counts_all(self):
		frappe.set_user(self.auditor)
		for view in report.VIEWS:
			self.assertEqual(self.run_report(view)[4][0]["value"], len(self.all), view)

	def test_departments_and_customers_are_refused_by_the_page_and_by_the_report_itself(self):
		for user in (self.department, self.customer):
			frappe.set_user(user)
			self.assert_refused(self.run_report, "may not see figures", error=frappe.PermissionError)
			with self.assertRaises(frappe.PermissionError):
				query_report.run("CS Complaint Analysis", {"view": "Pareto"})

	def test_the_page_of_the_report_gives_the_agent_the_same_figures(self):
		frappe.set_user(self.agent)
		period = {"from_date": world.FIRST_DAY, "to_date": world.LAST_DAY}
		answer = query_report.run("CS Complaint Analysis", {"view": "Pareto", **period})
		self.assertEqual(answer["report_summary"][0]["value"], len(self.seen))
		self.assertEqual(sum(row["complaints"] for row in answer["result"]), len(self.seen))


def in_days(first: str, last: str):
	return lambda row: first <= str(row["received_at"].date()) <= last


def answers_of(rows: list[dict]) -> list:
	"""Answers, consented, refused, refused before, consent rate."""
	consented = sum(row["consent"] == "Consented" for row in rows)
	refused = sum(row["consent"] == "Refused" for row in rows)
	before = sum(row["refusals"] for row in rows)
	answers = consented + refused + before
	return [answers, consented, refused, before, share(consented, answers)]


def cost_of(row: dict) -> float:
	return row["compensation_cost"] if row["cost_currency"] == world.CURRENCY else 0


def carried_out_and_points(rows: list[dict]) -> tuple[float, int]:
	given = [one for row in rows for one in row["compensations"]]
	amount = sum(
		one["amount"] for one in given if (one["state"], one["currency"]) == ("Carried Out", world.CURRENCY)
	)
	return round(amount, 2), sum(one["points"] for one in given if one["state"] != "Refused")


def seconds_in(rows: list[dict], stage: str) -> list[int]:
	return [
		stay["seconds"] for row in rows for stay in row["stays"] if stay["left_at"] and stay["stage"] == stage
	]
