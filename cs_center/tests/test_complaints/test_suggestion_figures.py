"""What became of suggested categories, against a recount in plain Python."""

from __future__ import annotations

from collections import Counter

import frappe
from frappe.desk import query_report

from cs_center.cs_center.report.cs_category_suggestions import cs_category_suggestions as report
from cs_center.tests.base import SiteTestCase, create_user
from cs_center.tests.test_complaints import figures_world as world

ALPHA, ONE, TWO, DEEP, BETA = (
	"Figures Alpha",
	"Figures Alpha One",
	"Figures Alpha Two",
	"Figures Alpha Deep",
	"Figures Beta",
)
CASES = {
	(ALPHA, ALPHA): 9,
	(ALPHA, ONE): 4,
	(ALPHA, TWO): 3,
	(ALPHA, BETA): 2,
	(ALPHA, DEEP): 1,
	(ALPHA, None): 5,
	(BETA, BETA): 2,
	(BETA, ""): 1,
	(TWO, None): 6,
	(None, ONE): 7,
	("", BETA): 1,
	(None, None): 30,
}
"""(suggested, chosen) -> tickets."""

PERIOD = {"from_date": world.FIRST_DAY, "to_date": world.LAST_DAY}


class TestCategorySuggestions(SiteTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.agent = create_user("suggested.agent@example.com", "Agent")
		cls.auditor = create_user("suggested.auditor@example.com", "CS Quality Auditor")

	def setUp(self):
		super().setUp()
		world.create_tree()
		fields = ("cs_suggested_category", "cs_complaint_category")
		rows = [
			dict(zip(fields, pair, strict=True)) for pair, number in CASES.items() for _one in range(number)
		]
		outside = {"creation": "2018-12-31 23:59:59", **dict.fromkeys(fields, ALPHA)}
		world.store_tickets([*rows, outside])

	def run_report(self, **filters):
		return report.execute({**PERIOD, **filters})

	def test_each_category_with_what_became_of_it(self):
		rows = {row["category"]: row for row in self.run_report()[1]}
		self.assertEqual(set(rows), {ALPHA, BETA, TWO})
		for category, row in rows.items():
			mine = Counter(
				{chosen or "": n for (suggested, chosen), n in CASES.items() if suggested == category}
			)
			accepted, undecided = mine.pop(category, 0), mine.pop("", 0)
			self.assertEqual(
				(row["suggested"], row["accepted"], row["changed"], row["undecided"]),
				(accepted + undecided + mine.total(), accepted, mine.total(), undecided),
			)
			decided = accepted + mine.total()
			self.assertEqual(row["accuracy"], round(100 * accepted / decided, 1) if decided else None)
			others = [(row.get(f"other_{n}"), row.get(f"other_{n}_count")) for n in (1, 2, 3)]
			self.assertEqual([pair for pair in others if pair[0]], mine.most_common(3))

	def test_each_number_links_to_so_many_tickets(self):
		for row in self.run_report()[1]:
			for column, filters in row["links"].items():
				found = frappe.get_list("HD Ticket", filters=filters, limit_page_length=0)
				self.assertEqual(len(found), row[column], (column, filters))

	def test_the_most_corrected_category_stands_first_and_the_figures_add_up(self):
		_columns, rows, _message, chart, figures = self.run_report()
		self.assertEqual([row["category"] for row in rows], [ALPHA, TWO, BETA])
		self.assertEqual([figure["value"] for figure in figures], [33, 21, 52.4, 8])
		self.assertEqual(chart["data"]["labels"], [ALPHA, BETA])

	def test_without_a_decision_there_is_no_accuracy(self):
		_columns, rows, _message, chart, figures = self.run_report(
			from_date="2017-01-01", to_date="2017-02-01"
		)
		self.assertEqual((rows, chart), ([], None))
		self.assertEqual([figure["value"] for figure in figures], [0, 0, "none yet", 0])

	def test_a_period_the_wrong_way_round_is_refused(self):
		self.assert_refused(
			lambda: self.run_report(to_date="2018-01-01"), "ends before it starts", "Exchange"
		)

	def test_it_is_for_leads_managers_and_auditors(self):
		frappe.set_user(self.auditor)
		answer = query_report.run("CS Category Suggestions", PERIOD)
		self.assertEqual(answer["report_summary"][0]["value"], 33)
		frappe.set_user(self.agent)
		with self.assertRaises(frappe.PermissionError):
			query_report.run("CS Category Suggestions", PERIOD)
