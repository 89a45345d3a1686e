"""Complaints of a period from one side after the other. What is counted, and how, stands in the services
(``services/complaints/reporting*``); here it gets its columns, its chart and its figures.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import frappe
from frappe import _

from cs_center.cs_center.report.cs_complaint_analysis import charts, columns
from cs_center.cs_center.report.cs_complaint_analysis.result import Result
from cs_center.services.complaints import (
	reporting,
	reporting_figures,
	reporting_groups,
	reporting_rates,
	reporting_stages,
	reporting_trend,
	reporting_views,
)
from cs_center.services.complaints.reporting import Question
from cs_center.services.complaints.reporting_groups import Grouping
from cs_center.services.complaints.settings import read_complaint_settings

MOST_ROWS = 1000
"""Products are free text: more groups than anybody reads on a screen are counted, not listed."""


def execute(filters: dict | None = None):
	"""Columns, rows, message, chart, figures. Filters: view (a key of VIEWS), group_by (a key of the services'
	FIELDS, empty: what suits the view), from_date, to_date, category (with all below it), team, severity, product,
	customer_tier, stage.
	"""
	filters = frappe._dict(filters or {})
	reporting.require_access()
	view = VIEWS.get(filters.view or next(iter(VIEWS)))
	if view is None:
		frappe.throw(_("There is no view {0}. Choose one of the list.").format(frappe.bold(filters.view)))
	question = reporting.read_question(filters)
	result = view(question, filters.group_by or "")
	if len(result.rows) > MOST_ROWS:
		result.notes.append(
			_("Only the first {0} of {1} groups are listed; shares and figures count all of them.").format(
				MOST_ROWS, len(result.rows)
			)
		)
		result.rows = result.rows[:MOST_ROWS]
	figures = get_figures(result)
	return result.columns, result.rows, "<br>".join(result.notes) or None, result.chart, figures


def pareto(question: Question, group_by: str) -> Result:
	return _compared(question, group_by, reporting_views.pareto, columns.pareto, charts.pareto)


def repeat(question: Question, group_by: str) -> Result:
	return _compared(question, group_by, reporting_views.repeat, columns.repeat, charts.repeat)


def consent(question: Question, group_by: str) -> Result:
	return _compared(question, group_by, reporting_views.consent, columns.consent, charts.consent)


def compensation(question: Question, group_by: str) -> Result:
	return _compared(
		question, group_by, reporting_views.compensated, columns.compensation, charts.compensation
	)


def on_time(question: Question, group_by: str) -> Result:
	return _compared(question, group_by, reporting_views.on_time, columns.on_time, charts.on_time)


def _compared(
	question: Question,
	group_by: str,
	make_rows: Callable[..., list[dict[str, Any]]],
	make_columns: Callable[[Grouping], list[dict[str, Any]]],
	make_chart: Callable[[list[dict[str, Any]]], dict[str, Any] | None],
) -> Result:
	"""A view that compares groups."""
	grouping = reporting_groups.read_grouping(group_by)
	by_group = reporting_figures.figures_by_group(question, grouping)
	rows = make_rows(question, grouping, by_group)
	total = reporting_figures.total(by_group.values())
	return Result(make_columns(grouping), rows, make_chart(rows), total)


def trend(question: Question, group_by: str) -> Result:
	grouping = reporting_groups.read_grouping(group_by) if group_by else None
	found = reporting_trend.trend(question, grouping)
	shown = columns.trend(found.series)
	return Result(shown, found.rows, charts.trend(found), _total(question))


def time_per_stage(question: Question, group_by: str) -> Result:
	grouping = reporting_groups.read_grouping(group_by) if group_by else None
	by_group = reporting_figures.figures_by_group(question, grouping or Grouping(reporting_groups.MONTH))
	keys = reporting_stages.largest_groups(grouping, by_group) if grouping else []
	rows = reporting_stages.time_per_stage(question, grouping, keys)
	chart = None if grouping else charts.time_per_stage(rows)
	notes = [
		_("Average and median count the stays that are over; the median is exact to {0} %.").format(
			reporting_stages.precision(grouping)
		)
	]
	if grouping and len(keys) < len(by_group):
		notes.append(_("Only the {0} largest of {1} groups are listed.").format(len(keys), len(by_group)))
	total = reporting_figures.total(by_group.values())
	return Result(columns.time_per_stage(grouping), rows, chart, total, notes)


def rate(question: Question, group_by: str) -> Result:
	grouping = reporting_groups.read_grouping(group_by)
	rows, by_group = reporting_rates.rates(question, grouping)
	total = reporting_figures.total(by_group.values())
	shown = columns.rate(grouping, has_orders=bool(rows) and "orders" in rows[0])
	notes = []
	if not reporting_rates.is_of_the_group(grouping):
		notes.append(_("The complaints of each group are compared with all tickets of the period."))
	if reporting_rates.own_teams() is not None:
		notes.append(_("Counted are the complaints and the tickets of your teams."))
	return Result(shown, rows, charts.rate(rows), total, notes)


VIEWS: dict[str, Callable[[Question, str], Result]] = {
	"Pareto": pareto,
	"Trend": trend,
	"Time per Stage": time_per_stage,
	"Repeat": repeat,
	"Consent": consent,
	"Compensation": compensation,
	"On-Time Acknowledgement": on_time,
	"Rate": rate,
}


def _total(question: Question) -> reporting_figures.Figures:
	by_month = Grouping(reporting_groups.MONTH)
	return reporting_figures.total(reporting_figures.figures_by_group(question, by_month).values())


def get_figures(result: Result) -> list[dict[str, Any]]:
	"""Complaints, repeat rate, consent rate, cost of compensation; a note on costs in other currencies."""
	total, currency = result.total, read_complaint_settings().currency
	if total.elsewhere:
		result.notes.append(
			_(
				"The cost leaves out complaints whose compensation is in another currency than {0}: {1}."
			).format(currency, total.elsewhere)
		)
	return [
		{"label": _("Complaints"), "value": total.complaints, "datatype": "Int", "indicator": "Blue"},
		_percentage(_("Repeat Rate"), total.repeat_rate, "Orange"),
		_percentage(_("Consent Rate"), total.consent_rate, "Green"),
		{
			"label": _("Compensation Cost"),
			"value": round(total.cost, 2),
			"datatype": "Currency",
			"currency": currency,
			"indicator": "Red",
		},
	]


def _percentage(label: str, value: float | None, indicator: str) -> dict[str, Any]:
	if value is None:
		return {"label": label, "value": _("none yet"), "datatype": "Data", "indicator": "Gray"}
	return {"label": label, "value": value, "datatype": "Percent", "indicator": indicator}
