"""The figures of complaints by group that are sums over the complaints themselves: one query for all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Count, Sum

from .reporting import Question, complaints, percent
from .reporting_groups import Grouping
from .settings import read_complaint_settings


@dataclass
class Figures:
	"""Of one group.

	``consented``, ``refused``: complaints whose answer stands so; ``refusals``: earlier answers to solutions that were
	proposed before. ``cost``: in the settings' currency; ``elsewhere``: complaints whose cost is in another one.
	"""

	complaints: int = 0
	repeats: int = 0
	consented: int = 0
	refused: int = 0
	refusals: int = 0
	compensated: int = 0
	cost: float = 0.0
	elsewhere: int = 0

	def add(self, other: Figures) -> None:
		for field in fields(self):
			setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))

	@property
	def answers(self) -> int:
		"""Answers of customers to proposed solutions."""
		return self.consented + self.refused + self.refusals

	@property
	def repeat_rate(self) -> float | None:
		return percent(self.repeats, self.complaints)

	@property
	def consent_rate(self) -> float | None:
		return percent(self.consented, self.answers)


def figures_by_group(
	question: Question, grouping: Grouping, teams: list[str] | None = None
) -> dict[str, Figures]:
	"""Group's key -> figures. ``teams``: only complaints of these."""
	query, table = complaints(question)
	if teams is not None:
		query = query.where(table.team.isin(teams or [""]))
	group = grouping.term(table)
	rows = query.select(group.as_("key"), *_sums(table)).groupby(group).run(as_dict=True)
	found: dict[str, Figures] = {}
	for row in rows:
		key = grouping.key(row.pop("key"))
		numbers = {
			name: float(value or 0) if name == "cost" else int(value or 0) for name, value in row.items()
		}
		found.setdefault(key, Figures()).add(Figures(**numbers))
	return found


def _sums(table: Any) -> list[Any]:
	own = Coalesce(table.cost_currency, "") == read_complaint_settings().currency
	costs = table.compensation_cost > 0
	return [
		Count("*").as_("complaints"),
		Sum(table.is_repeat).as_("repeats"),
		count_where(table.consent == "Consented").as_("consented"),
		count_where(table.consent == "Refused").as_("refused"),
		Sum(table.refusals).as_("refusals"),
		count_where(costs & own).as_("compensated"),
		Sum(Case().when(own, table.compensation_cost).else_(0)).as_("cost"),
		count_where(costs & own.negate()).as_("elsewhere"),
	]


def count_where(condition: Any) -> Any:
	"""How many rows of a group meet the condition."""
	return Sum(Case().when(condition, 1).else_(0))


def total(figures: Iterable[Figures]) -> Figures:
	"""All groups together."""
	found = Figures()
	for one in figures:
		found.add(one)
	return found
