"""What lists and reports ask is answered through indexes: they are there, and the database names them for these queries.

A small table is read whole whatever its indexes are, so what counts here is which of them the database could use.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import frappe

from cs_center.cs_center.report.cs_complaint_analysis import cs_complaint_analysis as report
from cs_center.services.complaints import arriving, passing, tickets
from cs_center.services.service_levels.site_time import current_instant
from cs_center.tests.base import SiteTestCase
from cs_center.tests.test_complaints import figures_world as world

COMPLAINT, STAY, CLOCK = "CS Complaint", "CS Complaint Stage Change", "CS Service Clock"
FIGURES = "complaint_figures"

INDEXES = {
	FIGURES: (
		"received_at",
		"category",
		"is_repeat",
		"consent",
		"refusals",
		"compensation_cost",
		"cost_currency",
	),
	"stage_modified_index": ("stage", "modified"),
	"category_received_at_index": ("category", "received_at"),
	"customer_category_received_at_index": ("customer", "category", "received_at"),
	"ticket": ("ticket",),
	"team": ("team",),
	"next_escalation_at": ("next_escalation_at",),
	"evaluation_pending": ("evaluation_pending",),
}
"""Index of the complaints -> its columns."""

PERIOD = {"from_date": "2019-03-01", "to_date": "2019-03-31"}


class TestQueryPlans(SiteTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.rows = world.build()

	def test_the_indexes_are_there_with_their_columns_in_order(self):
		found: dict[str, list[str]] = {}
		rows = frappe.db.sql(f"show index from `tab{COMPLAINT}`", as_dict=True)
		for row in sorted(rows, key=lambda row: row.Seq_in_index):
			found.setdefault(row.Key_name, []).append(row.Column_name)
		self.assertEqual({name: tuple(found.get(name, ())) for name in INDEXES}, INDEXES)

	def test_lists_name_the_index_of_what_they_filter_by(self):
		for filters, index in (
			({"stage": "Received"}, "stage_modified_index"),
			({"stage": ["in", ["Received", "Investigating"]]}, "stage_modified_index"),
			({"team": world.TEAMS[0]}, "team"),
			({"ticket": "1"}, "ticket"),
			({"customer": "Somebody"}, "customer_category_received_at_index"),
			({"category": "Figures Beta"}, "category_received_at_index"),
		):
			with self.subTest(filters):
				(plan,) = plans_of(lambda: frappe.get_list(COMPLAINT, filters), COMPLAINT)  # noqa: B023 called at once
				self.assertIn(index, possible_keys(plan))

	def test_every_view_chooses_the_period_by_its_index(self):
		for view in report.VIEWS:
			for filters in (
				{},
				{"category": "Figures Alpha"},
				{"team": world.TEAMS[0]},
				{"group_by": "Team"},
			):
				with self.subTest(view=view, **filters):
					plans = plans_of(lambda: report.execute({"view": view, **PERIOD, **filters}), COMPLAINT)  # noqa: B023
					self.assertTrue(plans)
					for plan in plans:
						self.assertIn(FIGURES, possible_keys(plan))
						if "category" in filters:
							self.assertIn("category_received_at_index", possible_keys(plan))

	def test_the_figures_of_a_period_are_summed_up_from_the_index_alone(self):
		for grouping in ("First-Level Category", "Category", "Month"):
			asked = {"view": "Pareto", "group_by": grouping, **PERIOD}
			(plan,) = plans_of(lambda: report.execute(asked), COMPLAINT)  # noqa: B023 called at once
			self.assertEqual(plan.key, FIGURES)
			self.assertIn("Using index", plan.Extra.split("; "))

	def test_history_and_clocks_are_found_by_their_complaint(self):
		(plan,) = plans_of(lambda: report.execute({"view": "Time per Stage", **PERIOD}), STAY)
		self.assertIn("parent", possible_keys(plan))
		(plan,) = plans_of(lambda: report.execute({"view": "On-Time Acknowledgement", **PERIOD}), CLOCK)
		self.assertIn("reference_doctype_reference_name_index", possible_keys(plan))

	def test_the_minute_pass_finds_what_is_due_by_its_indexes(self):
		escalation, pending = plans_of(lambda: passing.due_complaints(current_instant(), 100), COMPLAINT)
		self.assertIn("next_escalation_at", possible_keys(escalation))
		self.assertIn("evaluation_pending", possible_keys(pending))

	def test_a_save_looks_up_repeats_and_the_tickets_complaints_by_index(self):
		complaint = frappe._dict(
			customer="Somebody", category="Figures Beta", received_at="2019-03-31 10:00:00", name="new"
		)
		(plan,) = plans_of(lambda: arriving.earlier_complaint(complaint), COMPLAINT)
		self.assertIn("customer_category_received_at_index", possible_keys(plan))
		(plan,) = plans_of(lambda: tickets.count_again("FIGURE-1"), COMPLAINT)
		self.assertIn("ticket", possible_keys(plan))


def plans_of(work: Callable[[], Any], doctype: str) -> list[Any]:
	"""How the database would go through the table of the DocType, for each statement of the work that reads it."""
	statements: list[Any] = []
	real = frappe.local.db.sql
	with patch.object(
		frappe.local.db,
		"sql",
		lambda *args, **values: statements.append((args, values)) or real(*args, **values),
	):
		work()
	found = []
	for (query, *parameters), values in statements:
		if f"`tab{doctype}`" not in str(query) or not str(query).lstrip().lower().startswith("select"):
			continue
		bound = parameters[0] if parameters else values.get("values", ())
		rows = frappe.db.sql(f"explain {query}", bound, as_dict=True)
		found += [row for row in rows if row.table == f"tab{doctype}"]
	return found


def possible_keys(plan: Any) -> list[str]:
	return (plan.possible_keys or "").split(",")
