"""Which customers went from which tier to which, month by month and one by one. What is counted, and how, stands in the
services (``services/customers/reporting*``); here it gets its columns, its pictures and its figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

import frappe
from frappe import _

from cs_center.cs_center.report.cs_tier_movement import columns
from cs_center.cs_center.report.cs_tier_movement.flow_diagram import draw
from cs_center.services.customers import reporting_movement, reporting_tier_sizes
from cs_center.services.customers.reporting_movement import DOWNGRADE, UPGRADE, Flow, Question, TierRow
from cs_center.services.customers.sentences_of_changes import change_text

MOST_ROWS = 2000
"""More than anybody reads on a screen; an export of a month of a large centre still fits."""

MOST_BARS = 24
"""Two years of months; more cannot be read under the bars."""


class Result(NamedTuple):
	"""What a view hands back; ``upgrades`` and ``downgrades`` count all of the question."""

	columns: list[dict[str, Any]]
	rows: list[dict[str, Any]]
	message: str | None
	chart: dict[str, Any] | None
	upgrades: int
	downgrades: int


def execute(filters: dict | None = None):
	"""Columns, rows, message, chart, figures. Filters: view (a key of VIEWS), from_date, to_date, tier (on either side),
	from_tier, to_tier, direction, reason.
	"""
	filters = frappe._dict(filters or {})
	reporting_movement.require_access()
	view = VIEWS.get(filters.view or next(iter(VIEWS)))
	if view is None:
		frappe.throw(
			_("There is no view {0}. Choose one of the list.").format(
				frappe.bold(frappe.utils.escape_html(filters.view))
			)
		)
	result = view(reporting_movement.read_question(filters))
	return result.columns, result.rows, result.message, result.chart, get_figures(result)


def flow(question: Question) -> Result:
	"""A matrix: from the tier of the row to the tier of the column."""
	flows = reporting_movement.flows(question)
	tiers = reporting_movement.tiers_by_rank({name for one in flows for name in (one.start, one.end)})
	numbers = Counter[tuple[str, str]]()
	for one in flows:
		numbers[one.start, one.end] += one.number
	starts = {start for start, _end in numbers}
	ends = [tier for tier in tiers if any(end == tier.name for _start, end in numbers)]
	touched = [tier for tier in tiers if tier.name in starts or tier in ends]
	rows = [_flow_row(question, tier, ends, numbers) for tier in touched]
	return Result(columns.flow(ends), rows, draw(tiers, flows) or None, None, *_directions(flows))


def _flow_row(
	question: Question, tier: TierRow, ends: list[TierRow], numbers: Counter[tuple[str, str]]
) -> dict[str, Any]:
	left = sum(number for (start, _end), number in numbers.items() if start == tier.name)
	came = sum(number for (_start, end), number in numbers.items() if end == tier.name)
	row: dict[str, Any] = {"tier": tier.label, "left": left, "came": came, "net": came - left, "links": {}}
	for column, other in columns.numbered(ends):
		row[column] = None if other == tier else numbers[tier.name, other.name]
		row["links"][column] = question.filters(from_tier=tier.name, to_tier=other.name)
	row["links"]["left"] = question.filters(from_tier=tier.name)
	row["links"]["came"] = question.filters(to_tier=tier.name)
	return row


def _directions(flows: list[Flow]) -> tuple[int, int]:
	up = sum(flow.number for flow in flows if flow.is_upgrade)
	return up, sum(flow.number for flow in flows) - up


def by_month(question: Question) -> Result:
	"""What moved in each month, and who had which tier at its end."""
	counts = reporting_movement.counts_by_month(question)
	sizes = reporting_tier_sizes.sizes_by_month(question)
	names = {name for size in sizes.values() for name, number in size.items() if number}
	tiers = [
		tier
		for tier in reporting_movement.tiers_by_rank(names)
		if not question.tier or tier.name == question.tier
	]
	rows = []
	for first, last in question.months():
		month = f"{first:%Y-%m}"
		row = _month_row(question.filters(first=first, last=last), month, counts.get(month, {}))
		rows.append(row | {column: sizes[month][tier.name] for column, tier in columns.numbered(tiers)})
	up, down = (sum(row[name] for row in rows) for name in ("upgrades", "downgrades"))
	note = _(
		"How many customers have each tier counts all customers at the end of the month, whatever is chosen above."
	)
	return Result(columns.by_month(tiers), rows, note, _month_chart(rows), up, down)


def _month_row(filters: dict[str, str], month: str, counts: dict[str, int]) -> dict[str, Any]:
	up, down = counts.get(UPGRADE, 0), counts.get(DOWNGRADE, 0)
	links = {"upgrades": filters | {"direction": UPGRADE}, "downgrades": filters | {"direction": DOWNGRADE}}
	return {"month": month, "upgrades": up, "downgrades": down, "net": up - down, "links": links}


def _month_chart(rows: list[dict[str, Any]]) -> dict[str, Any] | None:
	"""Upgrades and downgrades of each month beside each other."""
	shown = rows[-MOST_BARS:]
	if not any(row["upgrades"] or row["downgrades"] for row in shown):
		return None
	return {
		"type": "bar",
		"colors": ["green", "orange"],
		"data": {
			"labels": [row["month"][2:] for row in shown],
			"datasets": [
				{"name": _("Upgrades"), "values": [row["upgrades"] for row in shown]},
				{"name": _("Downgrades"), "values": [row["downgrades"] for row in shown]},
			],
		},
	}


def changes(question: Question) -> Result:
	"""Each change with its explanation."""
	rows = reporting_movement.listed(question, MOST_ROWS + 1)
	message = None
	if len(rows) > MOST_ROWS:
		rows = rows[:MOST_ROWS]
		message = _(
			"Only the latest {0} changes are listed. Choose a shorter period or another filter to see the others."
		).format(MOST_ROWS)
	for row in rows:
		row["text"] = change_text(row)
		del row["explanation"]
		row["from_label"], row["to_label"] = _(row["from_tier"]), _(row["to_tier"])
	return Result(columns.changes(), rows, message, None, *_directions(reporting_movement.flows(question)))


VIEWS: dict[str, Callable[[Question], Result]] = {"Flow": flow, "By Month": by_month, "Changes": changes}


def get_figures(result: Result) -> list[dict[str, Any]]:
	"""Changes, upgrades, downgrades and what is left of them."""
	up, down = result.upgrades, result.downgrades
	return [
		_figure(_("Changes of Tier"), up + down, "Blue"),
		_figure(_("Upgrades"), up, "Green"),
		_figure(_("Downgrades"), down, "Orange"),
		_figure(_("Net"), up - down, "Green" if up > down else "Orange" if up < down else "Gray"),
	]


def _figure(label: str, value: int, indicator: str) -> dict[str, Any]:
	return {"label": label, "value": value, "datatype": "Int", "indicator": indicator}
