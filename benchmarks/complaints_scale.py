"""What a hundred thousand complaints cost: list, board, reports, moving a category, saving one more.

Run in a bench by ``make bench BENCH=... SITE=... ARGS="--only complaints"``. It commits: name a site that can be thrown
away. Each time stands beside a bare ``SELECT category, COUNT(*) ... GROUP BY category`` over the same table.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import bulk_complaints as bulk
import frappe
from frappe.desk import reportview
from frappe.utils import getdate
from scale_measure import Measure, in_ms, rows_read

from cs_center.cs_center.report.cs_complaint_analysis import cs_complaint_analysis as report
from cs_center.services.complaints import categories
from cs_center.tests import factories

COUNT = int(os.environ.get("COMPLAINTS", "100000"))
SAVES, WARM_UP = 15, 8
BOARD = "Complaints by Stage"
STANDARD = (
	"name",
	"owner",
	"creation",
	"modified",
	"modified_by",
	"_user_tags",
	"_comments",
	"_assign",
	"_liked_by",
	"docstatus",
	"idx",
)
"""What Desk asks of every list."""


def main() -> None:
	print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
	frappe.init(site=sys.argv[1])
	frappe.connect()
	if not frappe.conf.allow_tests:
		raise SystemExit("This writes and commits. Name a scratch site: bench set-config allow_tests true.")
	try:
		bulk.remove()
		bulk.prepare()
		alone = saving()
		began = time.perf_counter()
		bulk.insert(COUNT)
		print(f"{COUNT:,} complaints inserted in {time.perf_counter() - began:.0f} s ({_described()})")
		measure = Measure()
		lists(measure)
		reports(measure)
		moving()
		compare_saving(alone, saving())
		measure.verdict()
	finally:
		frappe.set_user("Administrator")
		frappe.db.rollback()
		bulk.remove()
		frappe.destroy()


def _described() -> str:
	stays, categories_used = (
		frappe.db.sql(f"select count(*) from `tab{bulk.STAY}`")[0][0],
		frappe.db.sql(f"select count(distinct category) from `tab{bulk.COMPLAINT}`")[0][0],
	)
	return f"{stays:,} stays, {categories_used} categories, {bulk.TEAMS} teams, {bulk.CUSTOMERS:,} customers"


# --- lists ----------------------------------------------------------------------------------------------------------


def lists(measure: Measure) -> None:
	"""As Desk asks for them, by everybody and by an agent of one team."""
	busy = ["Received", "Investigating"]
	for title, filters in (
		("list", []),
		("list, one stage", [["CS Complaint", "stage", "=", busy[1]]]),
		("list, one team", [["CS Complaint", "team", "=", bulk.team(3)]]),
		(
			"list, team and stage",
			[["CS Complaint", "team", "=", bulk.team(3)], ["CS Complaint", "stage", "=", busy[1]]],
		),
		("list, one customer", [["CS Complaint", "customer", "=", bulk.customer(77)]]),
		(
			"list, category and below",
			[["CS Complaint", "category", "descendants of (inclusive)", bulk.BRANCH]],
		),
	):
		measure.show(title, lambda: ask_list(filters), limited=True)  # noqa: B023 called at once
		measure.show(f"{title}: its count", lambda: ask_count(filters))  # noqa: B023 called at once
	frappe.set_user(bulk.AGENT)
	measure.show("list of an agent", lambda: ask_list([]), limited=True)
	measure.show("list of an agent: its count", lambda: ask_count([]))
	stage = [["CS Complaint", "stage", "=", busy[1]]]
	measure.show("list of an agent, one stage", lambda: ask_list(stage), limited=True)
	measure.show("board of an agent", ask_board, limited=True)
	frappe.set_user("Administrator")
	measure.show("board", ask_board, limited=True)


def ask_list(filters: list[Any], length: int = 20, extra: tuple[str, ...] = ()) -> str:
	"""One answer of Desk's list; how many rows it has."""
	answer = _asked(reportview.get, filters, fields=_fields(extra), page_length=length, view="List")
	return f"{len(answer['values']) if answer else 0} rows"


def ask_count(filters: list[Any]) -> str:
	return f"{_asked(reportview.get_count, filters, fields=[], distinct='false', limit='1001')} counted"


def ask_board() -> str:
	"""Frappe's board asks for all cards at once, without a page's end."""
	board = frappe.get_doc("Kanban Board", BOARD)
	fields = (board.field_name, *json.loads(board.fields or "[]"))
	return ask_list(json.loads(board.filters or "[]"), 0, fields)


def _fields(extra: tuple[str, ...]) -> list[str]:
	meta = frappe.get_meta(bulk.COMPLAINT)
	shown = [field.fieldname for field in meta.fields if field.in_list_view]
	names = dict.fromkeys((*STANDARD, *shown, meta.title_field, *extra))
	return [f"`tab{bulk.COMPLAINT}`.`{name}`" for name in names]


def _asked(method: Callable[[], Any], filters: list[Any], **values: Any) -> Any:
	frappe.local.form_dict = frappe._dict(
		{name: json.dumps(value) if isinstance(value, list) else value for name, value in values.items()},
		doctype=bulk.COMPLAINT,
		filters=json.dumps(filters),
		order_by=f"`tab{bulk.COMPLAINT}`.`modified` desc",
		start=0,
	)
	return method()


# --- reports --------------------------------------------------------------------------------------------------------


def reports(measure: Measure) -> None:
	today = getdate()
	periods = {"90 days": today - timedelta(days=89), "24 months": today - timedelta(days=bulk.MONTHS * 31)}
	for period, first in periods.items():
		for view in report.VIEWS:
			asked = {"view": view, "from_date": str(first), "to_date": str(today)}
			measure.show(f"{view}, {period}", lambda: ask_report(asked), limited=view == "Pareto")  # noqa: B023
	whole = {"from_date": str(periods["24 months"]), "to_date": str(today)}
	for title, asked in (
		("Pareto by product, 24 months", {"view": "Pareto", "group_by": "Product"}),
		(
			"Pareto of one branch, 24 months",
			{"view": "Pareto", "category": bulk.BRANCH, "group_by": "Category"},
		),
		("Time per Stage by team, 24 months", {"view": "Time per Stage", "group_by": "Team"}),
	):
		measure.show(title, lambda: ask_report({**whole, **asked}), limited="Pareto" in title)  # noqa: B023
	frappe.set_user(bulk.AGENT)
	measure.show(
		"Pareto of an agent, 24 months", lambda: ask_report({"view": "Pareto", **whole}), limited=True
	)
	frappe.set_user("Administrator")


def ask_report(asked: dict[str, str]) -> str:
	_columns, rows, _message, _chart, figures = report.execute(asked)
	return f"{len(rows)} rows of {figures[0]['value']:,} complaints"


# --- moving a category ----------------------------------------------------------------------------------------------


def moving() -> None:
	"""A branch with 10,000 complaints goes below another top: how long, is the tree in order, are the figures right?"""
	times = []
	for parent in ("Other", None, "Delivery", None):
		doc = frappe.get_doc(bulk.CATEGORY, bulk.BRANCH)
		doc.parent_complaint_category = parent
		began = time.perf_counter()
		doc.save()
		frappe.db.commit()
		times.append(time.perf_counter() - began)
		check_tree()
		check_pareto()
	below = frappe.db.count(bulk.COMPLAINT, {"category": ["descendants of (inclusive)", bulk.BRANCH]})
	print(
		f"moving a category with {below:,} complaints below it: median {in_ms(statistics.median(times))} of {len(times)} "
		"moves; after each of them the tree is in order and the Pareto is that of a recount"
	)


def check_tree() -> None:
	"""Numbers 1 to 2n, each once, and each category inside its parent."""
	rows = frappe.get_all(bulk.CATEGORY, fields=["name", "lft", "rgt", "parent_complaint_category as above"])
	by_name = {row.name: row for row in rows}
	numbers = sorted(number for row in rows for number in (row.lft, row.rgt))
	assert numbers == list(range(1, 2 * len(rows) + 1)), "lft and rgt are not 1 to 2n"
	for row in rows:
		above = by_name.get(row.above)
		assert row.lft < row.rgt and (not above or (above.lft < row.lft and row.rgt < above.rgt)), row


def check_pareto() -> None:
	"""Against a recount over all rows that climbs the tree by the parents."""
	parents = dict(frappe.get_all(bulk.CATEGORY, fields=["name", "parent_complaint_category"], as_list=True))
	first = getdate() - timedelta(days=bulk.MONTHS * 31)
	expected: Counter[str] = Counter()
	for (name,) in frappe.db.sql(
		f"select category from `tab{bulk.COMPLAINT}` where received_at >= %s", first
	):
		while name and parents.get(name):
			name = parents[name]
		expected[name or ""] += 1
	rows = report.execute({"view": "Pareto", "from_date": str(first)})[1]
	assert {row["key"]: row["complaints"] for row in rows} == dict(expected), "the Pareto is wrong"


# --- saving one -----------------------------------------------------------------------------------------------------


Saved = dict[str, list[tuple[float, int]]]
"""What was done -> (seconds, rows that the database read for it)."""


def saving() -> Saved:
	"""Registering a complaint, and moving it on; nothing stays."""
	found: Saved = {"register": [], "move": []}
	for _round in range(SAVES + WARM_UP):
		ticket = factories.create_ticket(customer=bulk.customer(7), agent_group=bulk.team(3))
		categories.forget()
		doc = frappe.get_doc(
			{
				"doctype": bulk.COMPLAINT,
				"ticket": ticket.name,
				"category": "Late delivery",
				"severity": "General",
			}
		)
		found["register"].append(_cost(doc.insert))
		doc = frappe.get_doc(bulk.COMPLAINT, doc.name)
		doc.stage, doc.handler = "Acknowledged", "Administrator"
		found["move"].append(_cost(doc.save))
		frappe.db.rollback()
		frappe.local.message_log = []
	return {name: costs[WARM_UP:] for name, costs in found.items()}


def _cost(work: Callable[[], Any]) -> tuple[float, int]:
	rows, began = rows_read(), time.perf_counter()
	work()
	return time.perf_counter() - began, rows_read() - rows


def compare_saving(alone: Saved, among: Saved) -> None:
	for name in alone:
		one, two = ([seconds for seconds, _rows in side[name]] for side in (among, alone))
		rows, fewer = (statistics.median(rows for _seconds, rows in side[name]) for side in (among, alone))
		print(
			f"{name} a complaint: {in_ms(statistics.median(one))} among {COUNT:,}, {in_ms(statistics.median(two))} alone: "
			f"ratio {statistics.median(one) / statistics.median(two):.2f} (fastest {in_ms(min(one))} and {in_ms(min(two))}); "
			f"rows read {rows:,.0f} and {fewer:,.0f}"
		)


if __name__ == "__main__":
	main()
