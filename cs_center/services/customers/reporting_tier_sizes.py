"""How many customers had each tier at the end of each month: today's customers, walked back over the changes since.

Nothing is kept for it month by month. A customer counts from the day on which the profile was made, with the tier of
that day; who is deleted since is not counted any more, like the changes of such a customer.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from datetime import timedelta
from itertools import accumulate
from typing import Any

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Count

from cs_center.services.complaints.reporting import permission
from cs_center.services.complaints.reporting_groups import month_term

from .reporting_movement import CHANGE, Question

PROFILE = "CS Customer Profile"
LATER = "9999-12"
"""The "month" of what happened after the period: it sorts behind every real one."""


def sizes_by_month(question: Question) -> dict[str, Counter[str]]:
	""" "2026-03" -> tier -> customers at the end of that month, or at the period's end where it cuts the month.

	Two queries, however many customers, changes and months there are. The question's other filters choose nothing.
	"""
	months = [f"{first:%Y-%m}" for first, _last in question.months()]
	steps: list[Counter[str]] = [Counter() for _month in (*months, LATER)]
	for tier, made, number in _customers(question):
		steps[bisect_left(months, made)][tier] += number
	for start, end, happened, made, number in _changes_since(question):
		# From the month of the profile to the one before the change the customer had the tier that was left.
		begins, ends = bisect_left(months, made), bisect_left(months, happened)
		if begins < ends:
			_move(steps[begins], end, start, number)
			_move(steps[ends], start, end, number)
	sums = accumulate(steps, _added)
	return dict(zip(months, sums, strict=False))


def _move(step: Counter[str], start: str, end: str, number: int) -> None:
	step[start] -= number
	step[end] += number


def _added(before: Counter[str], step: Counter[str]) -> Counter[str]:
	"""Sum of two; unlike the sum of counters it keeps what is below nothing until a later step brings it up."""
	return Counter({tier: before[tier] + step[tier] for tier in {*before, *step}})


def _customers(question: Question) -> list[tuple[str, str, int]]:
	"""(tier now, month in which the profile was made, customers)"""
	profile = frappe.qb.DocType(PROFILE)
	tier, made = Coalesce(profile.tier, ""), _month(profile.creation, question)
	query = frappe.qb.from_(profile).select(tier, made, Count("*")).groupby(tier, made)
	permitted = permission(PROFILE)
	return list((query.where(permitted) if permitted else query).run())


def _changes_since(question: Question) -> list[tuple[str, str, str, str, int]]:
	"""(from tier, to tier, month of the change, month in which the profile was made, changes) of what came after the end
	of the first month."""
	first_end = next(question.months())[1]
	change, profile = frappe.qb.DocType(CHANGE), frappe.qb.DocType(PROFILE)
	terms = (
		Coalesce(change.from_tier, ""),
		Coalesce(change.to_tier, ""),
		_month(change.changed_at, question),
		_month(profile.creation, question),
	)
	query = (
		frappe.qb.from_(change)
		.inner_join(profile)
		.on(profile.name == change.customer)
		.select(*terms, Count("*"))
		.where(change.changed_at >= first_end + timedelta(days=1))
		.groupby(*terms)
	)
	permitted = permission(PROFILE)
	return list((query.where(permitted) if permitted else query).run())


def _month(field: Any, question: Question) -> Any:
	"""Month of an instant, with all that comes after the period under one name."""
	return Case().when(field >= question.end, LATER).else_(month_term(field))
