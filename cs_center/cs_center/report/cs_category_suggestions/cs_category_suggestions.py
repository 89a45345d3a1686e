"""How good the suggested categories are: of each, how often agents accepted it, and what they chose instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import frappe
from frappe import _

from cs_center.services.complaints import reporting, reporting_suggestions
from cs_center.services.complaints.reporting_suggestions import MOST_OTHERS, Fate

CATEGORY = "CS Complaint Category"
MOST_BARS = 15


def execute(filters: dict | None = None):
	"""Columns, rows, no message, chart, figures. Filters: from_date and to_date, days on which tickets were opened."""
	question = reporting.read_question(frappe._dict(filters or {}))
	fates, missed = reporting_suggestions.fates(question)
	rows = [reporting_suggestions.row_of(fate, question) for fate in fates]
	return get_columns(), rows, None, get_chart(fates), get_figures(fates, missed)


def get_columns() -> list[dict[str, Any]]:
	columns = [
		{**_category("category", _("Suggested Category")), "width": 210},
		_number("suggested", _("Suggested")),
		_number("accepted", _("Accepted")),
		_number("changed", _("Changed", context="CS Category Suggestions")),
		_number("undecided", _("Not Decided"), width=120),
		_number("accuracy", _("Accuracy"), "Percent", 110),
	]
	for number in range(1, MOST_OTHERS + 1):
		columns += [
			_category(f"other_{number}", _("Changed To ({0})").format(number)),
			_number(f"other_{number}_count", _("Tickets")),
		]
	return columns


def get_chart(fates: Sequence[Fate]) -> dict[str, Any] | None:
	"""Accepted and changed suggestions of the categories that were changed most often."""
	shown = [fate for fate in fates if fate.decided][:MOST_BARS]
	if not shown:
		return None
	return {
		"type": "bar",
		"barOptions": {"stacked": 1},
		"colors": ["green", "red"],
		"data": {
			"labels": [_(fate.category) for fate in shown],
			"datasets": [
				{"name": _("Accepted"), "values": [fate.accepted for fate in shown]},
				{
					"name": _("Changed", context="CS Category Suggestions"),
					"values": [fate.changed for fate in shown],
				},
			],
		},
	}


def get_figures(fates: Sequence[Fate], missed: int) -> list[dict[str, Any]]:
	accepted, decided = sum(fate.accepted for fate in fates), sum(fate.decided for fate in fates)
	accuracy = reporting.percent(accepted, decided)
	return [
		_figure(_("Suggested"), sum(fate.suggested for fate in fates), "Blue"),
		_figure(_("Decided"), decided, "Blue"),
		_figure(_("Accuracy"), _("none yet"), "Gray", "Data")
		if accuracy is None
		else _figure(_("Accuracy"), accuracy, "Green", "Percent"),
		_figure(_("Category Without a Suggestion"), missed, "Orange"),
	]


def _figure(label: str, value: Any, indicator: str, datatype: str = "Int") -> dict[str, Any]:
	return {"label": label, "value": value, "datatype": datatype, "indicator": indicator}


def _category(fieldname: str, label: str) -> dict[str, Any]:
	# The table aligns by the first row's value, and takes an empty one for a number.
	link = {"fieldtype": "Link", "options": CATEGORY, "width": 170, "align": "left"}
	return {"fieldname": fieldname, "label": label, **link}


def _number(fieldname: str, label: str, fieldtype: str = "Int", width: int = 100) -> dict[str, Any]:
	return {"fieldname": fieldname, "label": label, "fieldtype": fieldtype, "width": width}
