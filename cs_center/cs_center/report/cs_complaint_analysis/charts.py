"""Chart of each view, of the rows that the table begins with."""

from __future__ import annotations

from typing import Any

from frappe import _

from cs_center.services.complaints.reporting_trend import Trend

MOST_BARS = 15
"""More names than these cannot be read under the bars."""

SECONDS_OF_AN_HOUR = 3600

Rows = list[dict[str, Any]]
Chart = dict[str, Any] | None


def pareto(rows: Rows) -> Chart:
	"""Bars of the shares and the line of their sum: one axis for both, in percent."""
	chart = _bars(rows, {"share": _("Share (%)"), "cumulative": _("Cumulative Share (%)")})
	if chart:
		chart["type"] = "axis-mixed"
		for dataset, kind in zip(chart["data"]["datasets"], ("bar", "line"), strict=True):
			dataset["chartType"] = kind
	return chart


def repeat(rows: Rows) -> Chart:
	return _bars(rows, {"repeats": _("Repeats")})


def consent(rows: Rows) -> Chart:
	answers = {"consented": _("Consented"), "refused": _("Refused"), "refusals": _("Refused Before")}
	return _stacked(rows, answers, ["green", "red", "orange"])


def compensation(rows: Rows) -> Chart:
	return _bars(rows, {"cost": _("Cost")})


def on_time(rows: Rows) -> Chart:
	return _stacked(rows, {"met": _("Met"), "breached": _("Breached")}, ["green", "red"])


def rate(rows: Rows) -> Chart:
	return _bars(rows, {"per_1000_tickets": _("Per 1,000 Tickets")})


def trend(found: Trend) -> Chart:
	lines = found.series or {"complaints": _("Complaints"), "repeats": _("Repeats")}
	if not any(row["complaints"] for row in found.rows):
		return None
	return {
		"type": "line",
		"axisOptions": {"xIsSeries": 1},
		"lineOptions": {"regionFill": 0},
		"data": {
			"labels": [_short(row) for row in found.rows],
			"datasets": [
				{"name": label, "values": [row[column] for row in found.rows]}
				for column, label in lines.items()
			],
		},
	}


def _short(row: dict[str, Any]) -> str:
	"""Frappe's chart cuts what is longer: 03-31 of a day, 26-03 of a month."""
	return f"{row['first']:%m-%d}" if row["step"] == str(row["first"]) else f"{row['first']:%y-%m}"


def time_per_stage(rows: Rows) -> Chart:
	over = [row for row in rows if row["stays"]]
	if not over:
		return None
	names = {"average": _("Average (hours)"), "median": _("Median (hours)")}
	return {
		"type": "bar",
		"data": {
			"labels": [_(row["stage"], context="CS Complaint") for row in over],
			"datasets": [
				{"name": name, "values": [round(row[column] / SECONDS_OF_AN_HOUR, 1) for row in over]}
				for column, name in names.items()
			],
		},
	}


def _stacked(rows: Rows, names: dict[str, str], colors: list[str]) -> Chart:
	chart = _bars(rows, names)
	return {**chart, "barOptions": {"stacked": 1}, "colors": colors} if chart else None


def _bars(rows: Rows, names: dict[str, str]) -> Chart:
	"""``names``: column -> what it is called. Without any value there is no chart."""
	shown = [row for row in rows if any(row[column] for column in names)][:MOST_BARS]
	if not shown:
		return None
	return {
		"type": "bar",
		"data": {
			"labels": [row["group"] for row in shown],
			"datasets": [
				{"name": name, "values": [row[column] or 0 for row in shown]}
				for column, name in names.items()
			],
		},
	}
