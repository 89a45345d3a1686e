"""Rows of the views that compare groups of complaints with each other, the largest first, months in their order.

A row has ``key``, ``group`` (as the user reads it), the view's numbers, and ``links``: column -> filters of the list of
exactly the complaints that the number counts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Sum

from cs_center.services.escalation.subjects import COMPLAINT

from . import compensation
from .reporting import Links, Question, complaints, links, percent
from .reporting_figures import Figures, count_where
from .reporting_groups import Grouping
from .settings import read_complaint_settings

Row = dict[str, Any]
ByGroup = dict[str, Figures]


def pareto(question: Question, grouping: Grouping, by_group: ByGroup) -> list[Row]:
	"""``complaints``, ``share`` and ``cumulative`` in percent of all, ``repeats``, ``repeat_rate``."""
	rows = _rows(question, grouping, by_group, lambda one: one.complaints)
	whole, running = sum(row["complaints"] for row in rows), 0
	for row in rows:
		running += row["complaints"]
		row |= {"share": percent(row["complaints"], whole), "cumulative": percent(running, whole)}
		_add_repeats(row, by_group[row["key"]])
	return rows


def repeat(question: Question, grouping: Grouping, by_group: ByGroup) -> list[Row]:
	"""``complaints``, ``repeats``, ``repeat_rate``, and ``share`` in percent of all repeats."""
	rows = _rows(question, grouping, by_group, lambda one: one.repeats)
	whole = sum(one.repeats for one in by_group.values())
	for row in rows:
		_add_repeats(row, by_group[row["key"]])
		row["share"] = percent(row["repeats"], whole)
	return rows


def _add_repeats(row: Row, one: Figures) -> None:
	row |= {"repeats": one.repeats, "repeat_rate": one.repeat_rate}
	_link(row, "repeats", is_repeat=["=", 1])


def consent(question: Question, grouping: Grouping, by_group: ByGroup) -> list[Row]:
	"""``answers`` to proposed solutions: ``consented``, ``refused`` (now), ``refusals`` (of earlier proposals), and
	``consent_rate`` in percent of the answers."""
	rows = _rows(question, grouping, by_group, lambda one: one.answers)
	for row in rows:
		one = by_group[row["key"]]
		for name in ("answers", "consented", "refused", "refusals", "consent_rate"):
			row[name] = getattr(one, name)
		_link(row, "consented", consent=["=", "Consented"])
		_link(row, "refused", consent=["=", "Refused"])
	return rows


def compensated(question: Question, grouping: Grouping, by_group: ByGroup) -> list[Row]:
	"""``compensated`` complaints, their ``cost`` and its ``average`` and ``share``; of the cost what has been
	``carried_out``; ``points``. Amounts in the settings' currency, named in ``currency``."""
	rows = _rows(question, grouping, by_group, lambda one: one.cost)
	whole = sum(one.cost for one in by_group.values())
	details, currency = _carried_out(question, grouping), read_complaint_settings().currency
	for row in rows:
		one = by_group[row["key"]]
		carried_out, points = details.get(row["key"], (0.0, 0))
		row |= {
			"compensated": one.compensated,
			"cost": round(one.cost, 2),
			"share": percent(one.cost, whole),
			"average": round(one.cost / one.compensated, 2) if one.compensated else None,
			"carried_out": round(carried_out, 2),
			"points": points,
			"currency": currency,
		}
		_link(row, "compensated", compensation_cost=[">", 0])
	return rows


def _carried_out(question: Question, grouping: Grouping) -> dict[str, tuple[float, int]]:
	"""Group's key -> (amount carried out, points that were not refused)."""
	query, table = complaints(question)
	child = frappe.qb.DocType("CS Complaint Compensation")
	currency = read_complaint_settings().currency
	is_done = (child.state == compensation.CARRIED_OUT) & (Coalesce(child.currency, "").isin(["", currency]))
	group = grouping.term(table)
	rows = (
		query.inner_join(child)
		.on((child.parent == table.name) & (child.parenttype == COMPLAINT))
		.select(
			group,
			Sum(Case().when(is_done, child.amount).else_(0)),
			Sum(Case().when(child.state != compensation.REFUSED, child.points).else_(0)),
		)
		.groupby(group)
		.run()
	)
	found: dict[str, tuple[float, int]] = {}
	for value, amount, points in rows:
		before = found.get(grouping.key(value), (0.0, 0))
		found[grouping.key(value)] = (before[0] + float(amount or 0), before[1] + int(points or 0))
	return found


ACKNOWLEDGEMENT = "Complaint Acknowledgement"


def on_time(question: Question, grouping: Grouping, by_group: ByGroup) -> list[Row]:
	"""``met`` and ``breached`` acknowledgement clocks, those still ``running``, and ``attainment``: met in percent of
	met and breached."""
	rows = _rows(question, grouping, by_group, lambda one: one.complaints)
	clocks = _acknowledgements(question, grouping)
	for row in rows:
		met, breached, running = clocks.get(row["key"], (0, 0, 0))
		row |= {"met": met, "breached": breached, "running": running}
		row["attainment"] = percent(met, met + breached)
	return rows


def _acknowledgements(question: Question, grouping: Grouping) -> dict[str, tuple[int, ...]]:
	query, table = complaints(question)
	clock = frappe.qb.DocType("CS Service Clock")
	group = grouping.term(table)
	rows = (
		query.inner_join(clock)
		.on((clock.reference_doctype == COMPLAINT) & (clock.reference_name == table.name))
		.where(clock.metric == ACKNOWLEDGEMENT)
		.select(
			group,
			count_where(clock.state == "Met"),
			count_where(clock.state == "Breached"),
			count_where(clock.state.isin(["Running", "Paused"])),
		)
		.groupby(group)
		.run()
	)
	found: dict[str, tuple[int, ...]] = {}
	for value, *numbers in rows:
		before = found.get(grouping.key(value), (0, 0, 0))
		found[grouping.key(value)] = tuple(a + int(b or 0) for a, b in zip(before, numbers, strict=True))
	return found


def _rows(
	question: Question, grouping: Grouping, by_group: ByGroup, size: Callable[[Figures], float]
) -> list[Row]:
	"""One row for each group with its complaints."""
	rows = []
	for key, one in in_order(grouping, by_group, size):
		row = {"key": key, "group": grouping.label(key), "complaints": one.complaints, "links": {}}
		row["links"]["complaints"] = links(question) | grouping.link(key, question)
		rows.append(row)
	return rows


def in_order(
	grouping: Grouping, by_group: ByGroup, size: Callable[[Figures], float]
) -> list[tuple[str, Figures]]:
	"""Months as they came, other groups by their size, then by the number of complaints and the name."""
	if grouping.is_month:
		return sorted(by_group.items())
	return sorted(by_group.items(), key=lambda item: (-size(item[1]), -item[1].complaints, item[0]))


def _link(row: Row, column: str, **filters: list[Any]) -> None:
	"""A part of the row's complaints."""
	row["links"][column] = row["links"]["complaints"] | Links(filters)
