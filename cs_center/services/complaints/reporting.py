"""What a report on complaints asks for, and the complaints that answer it: those of the period that the user may see.

Every figure of the reports begins with ``complaints``, so that all of them count the same rows, and ``links`` names
these rows to the list.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.desk.reportview import build_match_conditions
from frappe.utils import getdate
from pypika.terms import LiteralValue

from cs_center.services.escalation.subjects import COMPLAINT

from . import categories

CATEGORY = "CS Complaint Category"
DEFAULT_DAYS = 90
MOST_DAYS = 3660
"""Ten years: more than anybody compares, and a slip of the keyboard (year 0026) is found out."""

EXACT = ("team", "severity", "product", "customer_tier", "stage")
"""Filters that ask for exactly one value of the field of the same name."""

Links = dict[str, list[Any]]
"""Filters of a list: field -> [operator, value]."""


@dataclass(frozen=True)
class Question:
	"""``first`` and ``last``: days of receipt, both counted whole. ``category`` counts with everything below it. ""
	asks for nothing."""

	first: date
	last: date
	category: str = ""
	team: str = ""
	severity: str = ""
	product: str = ""
	customer_tier: str = ""
	stage: str = ""

	@property
	def end(self) -> date:
		"""The first day that is not counted any more."""
		return self.last + timedelta(days=1)

	@property
	def days(self) -> int:
		return (self.end - self.first).days


def read_question(filters: dict[str, Any]) -> Question:
	"""The question of a report's filters; without dates the last 90 days.

	Raises a validation error for a period that ends before it starts, one longer than ten years, and an unknown category.
	"""
	last = getdate(filters.get("to_date") or None)
	first = getdate(filters.get("from_date") or last - timedelta(days=DEFAULT_DAYS - 1))
	if first > last:
		frappe.throw(_("The period ends before it starts. Exchange the two dates."))
	if (last - first).days >= MOST_DAYS:
		frappe.throw(_("The period is longer than {0} days. Choose a shorter one.").format(MOST_DAYS))
	category = filters.get("category") or ""
	if category and not frappe.db.exists(CATEGORY, category):
		frappe.throw(
			_("There is no complaint category {0} (any more). Choose another one.").format(
				frappe.bold(frappe.utils.escape_html(category))
			)
		)
	return Question(first, last, category, **{field: filters.get(field) or "" for field in EXACT})


def require_access() -> None:
	"""Refuse who may not see complaints in reports: customers, and departments that only do their part of them."""
	if not frappe.has_permission(COMPLAINT, "report"):
		frappe.throw(
			_("You may not see figures of complaints. Ask a manager for a role that may."),
			frappe.PermissionError,
		)


def complaints(question: Question) -> tuple[Any, Any]:
	"""(query, table): the complaints that are asked for, as far as the user may see them; nothing is selected yet."""
	table = frappe.qb.DocType(COMPLAINT)
	query = (
		frappe.qb.from_(table)
		.where(table.received_at >= question.first)
		.where(table.received_at < question.end)
	)
	for field in EXACT:
		if getattr(question, field):
			query = query.where(table[field] == getattr(question, field))
	if question.category:
		query = query.where(table.category.isin(with_all_below(question.category)))
	permitted = permission(COMPLAINT)
	return (query.where(permitted) if permitted else query), table


def permission(doctype: str) -> LiteralValue | None:
	"""The condition that Frappe gives the list of this user, None where all rows may be seen. It names the table in full,
	so the table must not have another name in the query."""
	condition = build_match_conditions(doctype, as_condition=True)
	return LiteralValue(f"({condition})") if condition else None


def with_all_below(category: str) -> list[str]:
	"""Names of the category and of everything below it."""
	table = frappe.qb.DocType(CATEGORY)
	top = frappe.qb.DocType(CATEGORY).as_("top")
	rows = (
		frappe.qb.from_(table)
		.inner_join(top)
		.on((table.lft >= top.lft) & (table.rgt <= top.rgt))
		.select(table.name)
		.where(top.name == category)
		.run()
	)
	return [row[0] for row in rows] or [category]


def links(question: Question) -> Links:
	"""The list filters that name the question's complaints."""
	found: Links = {"received_at": period_link(question.first, question.last)}
	if question.category:
		found["category"] = below_link(question.category)
	return found | {field: ["=", value] for field in EXACT if (value := getattr(question, field))}


def period_link(first: date, last: date) -> list[Any]:
	"""Days, both counted whole: the list takes the last one to its end."""
	return ["Between", [str(first), str(last)]]


def below_link(category: str) -> list[Any]:
	return ["descendants of (inclusive)", category]


def exact_link(category: str) -> list[Any]:
	"""The category alone. A list whose own filter is a tree's takes "=" with everything below, "in" as it is."""
	has_children = any(category in one.path[:-1] for one in categories.everything())
	return ["in", [category]] if has_children else ["=", category]


def percent(part: float, whole: float) -> float | None:
	"""Share in percent, one decimal; None of nothing, for 0 % would be a lie."""
	return round(100 * part / whole, 1) if whole else None
