"""Columns of each view."""

from __future__ import annotations

from typing import Any

from frappe import _

from cs_center.services.complaints.reporting_groups import Grouping

Columns = list[dict[str, Any]]


def pareto(grouping: Grouping) -> Columns:
	return [
		_group(grouping),
		_number("complaints", _("Complaints")),
		_number("share", _("Share (%)"), "Percent"),
		_number("cumulative", _("Cumulative Share"), "Percent", 150),
		*_repeats(),
	]


def repeat(grouping: Grouping) -> Columns:
	share = _number("share", _("Share of Repeats"), "Percent", 150)
	return [_group(grouping), _number("complaints", _("Complaints")), *_repeats(), share]


def _repeats() -> Columns:
	return [_number("repeats", _("Repeats")), _number("repeat_rate", _("Repeat Rate"), "Percent")]


def consent(grouping: Grouping) -> Columns:
	return [
		_group(grouping),
		_number("complaints", _("Complaints")),
		_number("answers", _("Answers to Solutions"), width=160),
		_number("consented", _("Consented")),
		_number("refused", _("Refused")),
		_number("refusals", _("Refused Before"), width=140),
		_number("consent_rate", _("Consent Rate"), "Percent"),
	]


def compensation(grouping: Grouping) -> Columns:
	return [
		_group(grouping),
		_number("complaints", _("Complaints")),
		_number("compensated", _("With Compensation"), width=160),
		_amount("cost", _("Cost")),
		_number("share", _("Share of Cost"), "Percent", 130),
		_amount("average", _("Average Cost")),
		_amount("carried_out", _("Carried Out")),
		_number("points", _("Points")),
		{
			"fieldname": "currency",
			"label": _("Currency"),
			"fieldtype": "Data",  # a link would ask for the right to read currencies
			"hidden": 1,
		},
	]


def on_time(grouping: Grouping) -> Columns:
	return [
		_group(grouping),
		_number("complaints", _("Complaints")),
		_number("attainment", _("Acknowledged on Time"), "Percent", 170),
		_number("met", _("Met")),
		_number("breached", _("Breached")),
		_number("running", _("Running")),
	]


def rate(grouping: Grouping, has_orders: bool) -> Columns:
	shown = [
		_group(grouping),
		_number("complaints", _("Complaints")),
		_number("tickets", _("Tickets")),
		_number("per_1000_tickets", _("Per 1,000 Tickets"), "Float", 150),
	]
	if has_orders:
		shown += [
			_number("orders", _("Orders")),
			_number("per_1000_orders", _("Per 1,000 Orders"), "Float", 150),
		]
	return shown


def trend(series: dict[str, str]) -> Columns:
	return [
		{"fieldname": "step", "label": _("Period From"), "fieldtype": "Data", "width": 120, "align": "left"},
		_number("complaints", _("Complaints")),
		_number("repeats", _("Repeats")),
		_number("repeat_rate", _("Repeat Rate"), "Percent"),
		*(_number(column, label, width=140) for column, label in series.items()),
	]


def time_per_stage(grouping: Grouping | None) -> Columns:
	return [
		*([_group(grouping)] if grouping else []),
		{"fieldname": "stage", "label": _("Stage"), "fieldtype": "Data", "width": 170, "align": "left"},
		_number("stays", _("Stays"), width=90),
		_number("average", _("Average"), "Duration", 140),
		_number("median", _("Median"), "Duration", 140),
		_number("longest", _("Longest"), "Duration", 140),
		_number("waiting", _("Waiting Now")),
	]


def _group(grouping: Grouping) -> dict[str, Any]:
	# The table aligns by the first row's value, and takes an empty one for a number.
	return {
		"fieldname": "group",
		"label": _(grouping.name),
		"fieldtype": "Data",
		"width": 220,
		"align": "left",
	}


def _amount(fieldname: str, label: str) -> dict[str, Any]:
	return {**_number(fieldname, label, "Currency", 130), "options": "currency"}


def _number(fieldname: str, label: str, fieldtype: str = "Int", width: int = 120) -> dict[str, Any]:
	return {"fieldname": fieldname, "label": label, "fieldtype": fieldtype, "width": width}
