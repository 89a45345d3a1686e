"""How complaints of a period come one after the other: by day, by week or by month, the larger groups beside each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from frappe import _
from frappe.query_builder.functions import Count, Date, Sum
from frappe.utils import getdate

from .reporting import Question, complaints, links, percent, period_link
from .reporting_groups import Grouping, days_of_month, month_term

MOST_DAYS_BY_DAY = 31
MOST_DAYS_BY_WEEK = 190
"""Above it by month: 27 points and less can be read in one line."""

MOST_SERIES = 6
"""More lines than these cannot be told from each other; the rest is one line of its own."""


@dataclass
class Trend:
	"""``rows``: one for each step of the period, in order, also where nothing came: ``first`` and ``last`` day,
	``complaints``, ``repeats``, ``repeat_rate``, and one column for each of ``series`` (column -> label)."""

	rows: list[dict[str, Any]]
	series: dict[str, str] = field(default_factory=dict)


def trend(question: Question, grouping: Grouping | None) -> Trend:
	"""``grouping``: whose largest groups are shown beside the sum; None or months: none."""
	if grouping and grouping.is_month:
		grouping = None
	found = Trend([_step(question, first, last) for first, last in steps(question)])
	counts: dict[str, list[int]] = {}
	for position, key, number, repeats in _counted(question, grouping):
		row = found.rows[position]
		row["complaints"] += number
		row["repeats"] += repeats
		counts.setdefault(key, [0] * len(found.rows))[position] += number
	for row in found.rows:
		row["repeat_rate"] = percent(row["repeats"], row["complaints"])
	if grouping:
		_add_series(found, counts, question, grouping)
	return found


def steps(question: Question) -> list[tuple[date, date]]:
	"""First and last day of each step; weeks begin with the period, the outer months are cut by it."""
	return list(_months(question) if _is_by_month(question) else _weeks(question, _width(question)))


def _is_by_month(question: Question) -> bool:
	return question.days > MOST_DAYS_BY_WEEK


def _width(question: Question) -> int:
	return 1 if question.days <= MOST_DAYS_BY_DAY else 7


def _weeks(question: Question, width: int) -> Iterator[tuple[date, date]]:
	for start in range(0, question.days, width):
		first = question.first + timedelta(days=start)
		yield first, min(first + timedelta(days=width - 1), question.last)


def _months(question: Question) -> Iterator[tuple[date, date]]:
	first = question.first
	while first <= question.last:
		last = min(days_of_month(f"{first:%Y-%m}")[1], question.last)
		yield first, last
		first = last + timedelta(days=1)


def _step(question: Question, first: date, last: date) -> dict[str, Any]:
	here = links(question) | {"received_at": period_link(first, last)}
	label = f"{first:%Y-%m}" if _is_by_month(question) else str(first)
	counts = {"complaints": 0, "repeats": 0}
	return {
		"step": label,
		"first": first,
		"last": last,
		**counts,
		"links": {"complaints": here, "repeats": here | {"is_repeat": ["=", 1]}},
	}


def _counted(question: Question, grouping: Grouping | None) -> Iterator[tuple[int, str, int, int]]:
	"""(position of the step, group's key, complaints, repeats)."""
	query, table = complaints(question)
	by_month = _is_by_month(question)
	moment = month_term(table.received_at) if by_month else Date(table.received_at)
	terms = [moment, *([grouping.term(table)] if grouping else [])]
	rows = query.select(*terms, Count("*"), Sum(table.is_repeat)).groupby(*terms).run()
	start = question.first.year * 12 + question.first.month
	for value, *key, number, repeats in rows:
		if by_month:
			year, month = (int(part) for part in value.split("-"))
			position = year * 12 + month - start
		else:
			position = (getdate(value) - question.first).days // _width(question)
		yield position, grouping.key(key[0]) if grouping else "", int(number), int(repeats or 0)


def _add_series(found: Trend, counts: dict[str, list[int]], question: Question, grouping: Grouping) -> None:
	largest = sorted(counts, key=lambda key: (-sum(counts[key]), key))
	for number, key in enumerate(largest[:MOST_SERIES]):
		column = f"series_{number}"
		found.series[column] = grouping.label(key)
		for row, count in zip(found.rows, counts[key], strict=True):
			row[column] = count
			# The step's own days come last: of a chosen category the group may be the choice itself.
			here = row["links"]["complaints"]
			row["links"][column] = here | grouping.link(key, question)
	rest = largest[MOST_SERIES:]
	if rest:
		found.series["series_rest"] = _("Others")
		for position, row in enumerate(found.rows):
			row["series_rest"] = sum(counts[key][position] for key in rest)
