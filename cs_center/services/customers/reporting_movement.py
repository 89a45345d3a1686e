"""What the report on tiers asks for, and the changes of tier that answer it: those of the period that the user may see.

A customer's first tier is no change: only who had one and got another is counted, each time it happens.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, NamedTuple

import frappe
from frappe import _
from frappe.query_builder.functions import Count
from frappe.utils import getdate

from cs_center.services.complaints.reporting import permission
from cs_center.services.complaints.reporting_groups import days_of_month, month_term

CHANGE, TIER = "CS Tier Change", "CS Customer Tier"
UPGRADE, DOWNGRADE = "Upgrade", "Downgrade"
DEFAULT_DAYS = 365
MOST_DAYS = 3660
"""Ten years: more than anybody compares, and a slip of the keyboard (year 0026) is found out."""

EXACT = ("from_tier", "to_tier", "direction", "reason")
"""Filters that ask for exactly one value of the field of the same name."""

LISTED = (
	"name",
	"changed_at",
	"customer",
	"from_tier",
	"to_tier",
	"direction",
	"reason",
	"spend",
	"orders",
	"currency",
	"window_from",
	"window_to",
	"earned_tier",
	"explanation",
	"actor",
)


@dataclass(frozen=True)
class Question:
	"""``first`` and ``last``: days of the change, both counted whole. ``tier``: the change leads to it or away from it.
	"" asks for nothing."""

	first: date
	last: date
	tier: str = ""
	from_tier: str = ""
	to_tier: str = ""
	direction: str = ""
	reason: str = ""

	@property
	def end(self) -> date:
		"""The first day that is not counted any more."""
		return self.last + timedelta(days=1)

	def months(self) -> Iterator[tuple[date, date]]:
		"""First and last day of each month of the period; the outer ones are cut by it."""
		first = self.first
		while first <= self.last:
			last = min(days_of_month(f"{first:%Y-%m}")[1], self.last)
			yield first, last
			first = last + timedelta(days=1)

	def filters(self, **changes: Any) -> dict[str, str]:
		"""The report's own filters for this question, or for the part of it that ``changes`` name."""
		part = replace(self, **changes)
		chosen = {name: getattr(part, name) for name in ("tier", *EXACT)}
		return {"from_date": str(part.first), "to_date": str(part.last), **chosen}


class Flow(NamedTuple):
	"""So many changes from one tier to another; ``is_upgrade`` as it was when they happened."""

	start: str
	end: str
	is_upgrade: bool
	number: int


def read_question(filters: dict[str, Any]) -> Question:
	"""The question of the report's filters; without dates the last year.

	Raises a validation error for a period that ends before it starts, one longer than ten years, and an unknown tier.
	"""
	last = getdate(filters.get("to_date") or None)
	first = getdate(filters.get("from_date") or last - timedelta(days=DEFAULT_DAYS - 1))
	if first > last:
		frappe.throw(_("The period ends before it starts. Exchange the two dates."))
	if (last - first).days >= MOST_DAYS:
		frappe.throw(_("The period is longer than {0} days. Choose a shorter one.").format(MOST_DAYS))
	chosen = {field: filters.get(field) or "" for field in ("tier", *EXACT)}
	for field in ("tier", "from_tier", "to_tier"):
		if chosen[field] and not frappe.db.exists(TIER, chosen[field]):
			frappe.throw(
				_("There is no customer tier {0} (any more). Choose another one.").format(
					frappe.bold(frappe.utils.escape_html(chosen[field]))
				)
			)
	return Question(first, last, **chosen)


def require_access() -> None:
	"""Refuse who may not see changes of tiers in reports."""
	if not frappe.has_permission(CHANGE, "report"):
		frappe.throw(
			_("You may not see figures of customer tiers. Ask a manager for a role that may."),
			frappe.PermissionError,
		)


def changes(question: Question) -> tuple[Any, Any]:
	"""(query, table): the changes that are asked for, as far as the user may see them; nothing is selected yet."""
	table = frappe.qb.DocType(CHANGE)
	query = (
		frappe.qb.from_(table)
		.where(table.changed_at >= question.first)
		.where(table.changed_at < question.end)
	)
	for field in EXACT:
		if getattr(question, field):
			query = query.where(table[field] == getattr(question, field))
	if question.tier:
		query = query.where((table.from_tier == question.tier) | (table.to_tier == question.tier))
	permitted = permission(CHANGE)
	return (query.where(permitted) if permitted else query), table


def flows(question: Question) -> list[Flow]:
	"""How many changes led from which tier to which, the largest first; one query."""
	query, table = changes(question)
	terms = (table.from_tier, table.to_tier, table.direction)
	rows = query.select(*terms, Count("*")).groupby(*terms).run()
	found = [
		Flow(start or "", end or "", direction == UPGRADE, number) for start, end, direction, number in rows
	]
	return sorted(found, key=lambda flow: (-flow.number, flow.start, flow.end))


def counts_by_month(question: Question) -> dict[str, dict[str, int]]:
	""" "2026-03" -> direction -> how many changes; one query."""
	query, table = changes(question)
	month = month_term(table.changed_at)
	found: dict[str, dict[str, int]] = {}
	rows = query.select(month, table.direction, Count("*")).groupby(month, table.direction).run()
	for key, direction, number in rows:
		found.setdefault(key, {})[direction] = number
	return found


def listed(question: Question, most: int) -> list[dict[str, Any]]:
	"""The latest changes, newest first, at most so many, with the fields of LISTED and who made them."""
	query, table = changes(question)
	user = frappe.qb.DocType("User")
	return (
		query.left_join(user)
		.on(user.name == table.actor)
		.select(*(table[field] for field in LISTED), user.full_name)
		.orderby(table.changed_at, order=frappe.qb.desc)
		.orderby(table.name, order=frappe.qb.desc)
		.limit(most)
		.run(as_dict=True)
	)


class TierRow(NamedTuple):
	"""A tier as the report shows it."""

	name: str
	label: str
	colour: str


def tiers_by_rank(also: set[str] = frozenset()) -> list[TierRow]:
	"""The enabled tiers and those of ``also``, highest first; a tier that is there no more comes last under its name."""
	rows = frappe.get_all(
		TIER, fields=["name", "colour", "enabled"], order_by="`rank` desc", limit_page_length=0
	)
	shown = [
		TierRow(row.name, _(row.name), row.colour or "") for row in rows if row.enabled or row.name in also
	]
	gone = sorted(also - {row.name for row in rows})
	return [*shown, *(TierRow(name, name or _("None Given"), "") for name in gone)]
