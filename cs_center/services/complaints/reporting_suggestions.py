"""What became of the categories that tickets were suggested: accepted, changed to which other ones, not decided yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import frappe
from frappe.query_builder.functions import Count

from cs_center.integrations import helpdesk

from .reporting import Question, exact_link, percent, period_link

SUGGESTED, CHOSEN = "cs_suggested_category", "cs_complaint_category"
MOST_OTHERS = 3


@dataclass
class Fate:
	"""Of the suggestions of one category; ``others``: category -> how often it was chosen instead."""

	category: str
	accepted: int = 0
	undecided: int = 0
	others: Counter[str] = field(default_factory=Counter)

	@property
	def changed(self) -> int:
		return self.others.total()

	@property
	def decided(self) -> int:
		return self.accepted + self.changed

	@property
	def suggested(self) -> int:
		return self.decided + self.undecided

	@property
	def accuracy(self) -> float | None:
		"""Accepted in percent of the decided ones; None without any."""
		return percent(self.accepted, self.decided)

	@property
	def top_others(self) -> list[tuple[str, int]]:
		"""The three that were chosen most often."""
		return sorted(self.others.items(), key=lambda item: (-item[1], item[0]))[:MOST_OTHERS]


def fates(question: Question) -> tuple[list[Fate], int]:
	"""(suggested categories, the most corrected first; tickets for which only an agent had a category). Tickets opened
	in the period."""
	found: dict[str, Fate] = {}
	missed = 0
	for suggested, chosen, number in _counted(question):
		if not suggested:
			missed += number
			continue
		fate = found.setdefault(suggested, Fate(suggested))
		if not chosen:
			fate.undecided += number
		elif chosen == suggested:
			fate.accepted += number
		else:
			fate.others[chosen] += number
	return sorted(found.values(), key=lambda one: (-one.changed, -one.suggested, one.category)), missed


def _counted(question: Question) -> Iterable[tuple[str | None, str | None, int]]:
	table = frappe.qb.DocType(helpdesk.TICKET)
	suggested, chosen = table[SUGGESTED], table[CHOSEN]
	return (
		frappe.qb.from_(table)
		.select(suggested, chosen, Count("*"))
		.where(table.creation >= question.first)
		.where(table.creation < question.end)
		.where((suggested != "") | (chosen != ""))
		.groupby(suggested, chosen)
		.run()
	)


def row_of(fate: Fate, question: Question) -> dict[str, Any]:
	"""The category's numbers, and ``links``: column -> filters of the list of its tickets."""
	here = {"creation": period_link(question.first, question.last), SUGGESTED: ["=", fate.category]}
	row: dict[str, Any] = {
		"category": fate.category,
		"suggested": fate.suggested,
		"accepted": fate.accepted,
		"changed": fate.changed,
		"undecided": fate.undecided,
		"accuracy": fate.accuracy,
		"links": {
			"suggested": here,
			"accepted": here | {CHOSEN: exact_link(fate.category)},
			"changed": here | {CHOSEN: ["not in", [fate.category, ""]]},
			"undecided": here | {CHOSEN: ["is", "not set"]},
		},
	}
	for number, (other, count) in enumerate(fate.top_others, start=1):
		row |= {f"other_{number}": other, f"other_{number}_count": count}
		row["links"][f"other_{number}_count"] = here | {CHOSEN: exact_link(other)}
	return row
