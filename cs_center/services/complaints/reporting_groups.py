"""By what complaints are counted: a field, the top of the category tree, or the month of their receipt."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.query_builder import Case
from frappe.query_builder.functions import Cast_, Coalesce, Substring

from . import categories
from .reporting import Links, Question, below_link, exact_link, period_link

FIRST_LEVEL, CATEGORY, MONTH = "First-Level Category", "Category", "Month"

FIELDS = {
	FIRST_LEVEL: "category",
	CATEGORY: "category",
	"Team": "team",
	"Product": "product",
	"Customer Tier": "customer_tier",
	"Severity": "severity",
	"Channel": "channel",
	"Department": "department",
	MONTH: "received_at",
}
"""Grouping -> field of the complaint that says to which group it belongs."""

TRANSLATED = {FIRST_LEVEL, CATEGORY, "Severity"}
MONTH_LETTERS = len("2026-03")


@dataclass(frozen=True)
class Grouping:
	"""One of FIELDS. A group's key is what is stored, "" where nothing is; a month's is "2026-03"."""

	name: str

	@property
	def field(self) -> str:
		return FIELDS[self.name]

	@property
	def is_month(self) -> bool:
		return self.name == MONTH

	def term(self, table: Any) -> Any:
		"""What a query groups by. Its values become keys by ``key``.

		Not the bare field: to spare itself a sort the database would then go through the whole index of that field, and
		fetch row after row from all over the table, however short the period is.
		"""
		return month_term(table.received_at) if self.is_month else Coalesce(table[self.field], "")

	def key(self, value: str | None) -> str:
		"""The group of a value of ``term``. A category that is gone stands for itself."""
		category = categories.find(value) if self.name == FIRST_LEVEL else None
		return category.path[0] if category else (value or "")

	def key_term(self, table: Any) -> Any:
		"""``term`` with ``key`` applied by the database: for what cannot be added up afterwards."""
		if self.name != FIRST_LEVEL:
			return self.term(table)
		tops: dict[str, list[str]] = {}
		for category in categories.everything():
			tops.setdefault(category.path[0], []).append(category.name)
		case = Case()
		for top, names in tops.items():
			case = case.when(table.category.isin(names), top)
		return Coalesce(case.else_(table.category) if tops else table.category, "")

	def label(self, key: str) -> str:
		"""The group as the user reads it."""
		if not key:
			return _("None Given")
		return _(key) if self.name in TRANSLATED else key

	def link(self, key: str, question: Question) -> Links:
		"""List filters of the group's complaints within the question's."""
		if self.is_month:
			first, last = days_of_month(key)
			return {"received_at": period_link(max(first, question.first), min(last, question.last))}
		if not key:
			return {self.field: ["is", "not set"]}
		if self.name == FIRST_LEVEL:
			# Of the chosen category all is below the same top: the choice itself says more.
			return {self.field: below_link(question.category or key)}
		if self.name == CATEGORY:
			return {self.field: exact_link(key)}
		return {self.field: ["=", key]}


def read_grouping(name: str | None, default: str = FIRST_LEVEL) -> Grouping:
	"""The grouping of a report's filter; an unknown one is refused."""
	if name and name not in FIELDS:
		frappe.throw(
			_("Complaints cannot be grouped by {0}. Choose one of: {1}.").format(
				frappe.bold(frappe.utils.escape_html(name)), ", ".join(_(one) for one in FIELDS)
			)
		)
	return Grouping(name or default)


def month_term(field: Any) -> Any:
	""" "2026-03" of a date and time."""
	return Substring(Cast_(field, "varchar"), 1, MONTH_LETTERS)


def days_of_month(month: str) -> tuple[date, date]:
	"""First and last day of "2026-03"."""
	year, number = (int(part) for part in month.split("-"))
	return date(year, number, 1), date(year, number, monthrange(year, number)[1])
