"""Times on a site beside a baseline, with the plans of the statements and the rows that the database read for them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import bulk_complaints as bulk
import frappe

ROUNDS, LONGEST_ROUNDS = 7, 6.0
"""Times that each is measured, or until so many seconds are over."""

LIMIT = 1.0
"""Seconds in which list, board and Pareto have to answer."""


class Measure:
	"""Times beside the baseline, the plan of the slowest statement, and what was over the limit."""

	def __init__(self) -> None:
		self.over: list[str] = []
		query = f"select category, count(*) from `tab{bulk.COMPLAINT}` group by category"
		frappe.db.sql(query)
		self.baseline = statistics.median(_times(lambda: frappe.db.sql(query)))
		print(
			f"baseline, {query.split('from', maxsplit=1)[0].strip()} ... group by category: {in_ms(self.baseline)}"
		)

	def show(self, title: str, work: Callable[[], str], limited: bool = False) -> None:
		"""``work`` tells what it found; ``limited``: has to answer within the limit."""
		work()
		rows = rows_read()
		with _statements() as statements:
			answer = work()
		rows = rows_read() - rows
		times = _times(work)
		median = statistics.median(times)
		print(
			f"{title}: {in_ms(median)} (fastest {in_ms(min(times))}), {median / self.baseline:.2f} x the baseline, "
			f"{len(statements)} queries, {rows:,} rows read, {answer}"
		)
		for plan in plans(statements):
			print(f"    {plan}")
		if limited and median > LIMIT:
			self.over.append(title)

	def verdict(self) -> None:
		print(f"over {LIMIT:g} s: {', '.join(self.over) or 'none of list, board and Pareto'}")


def _times(work: Callable[[], Any]) -> list[float]:
	found: list[float] = []
	while len(found) < ROUNDS and sum(found) < LONGEST_ROUNDS:
		began = time.perf_counter()
		work()
		found.append(time.perf_counter() - began)
	return found


def rows_read() -> int:
	"""What the database has read for this connection: a figure that no busy machine changes."""
	return sum(int(row[1]) for row in frappe.db.sql("show session status like 'Handler_read%'"))


def in_ms(seconds: float) -> str:
	return f"{seconds * 1000:,.1f} ms"


@contextmanager
def _statements() -> Iterator[list[tuple[float, tuple[Any, ...], dict[str, Any]]]]:
	"""(seconds, positional arguments, others) of every statement."""
	found: list[tuple[float, tuple[Any, ...], dict[str, Any]]] = []
	real = frappe.local.db.sql

	def counted(*args: Any, **values: Any) -> Any:
		began = time.perf_counter()
		try:
			return real(*args, **values)
		finally:
			found.append((time.perf_counter() - began, args, values))

	with patch.object(frappe.local.db, "sql", counted):
		yield found


def plans(statements: list[Any]) -> list[str]:
	"""How the database goes through the statements that read complaints or their history, the slowest first."""
	ours = [
		one
		for one in statements
		if any(f"`tab{name}`" in str(one[1][0]) for name in (bulk.COMPLAINT, bulk.TICKET))
	]
	lines = []
	for _seconds, args, values in sorted(ours, key=lambda one: -one[0])[:3]:
		parameters = args[1] if len(args) > 1 else values.get("values", ())
		for row in frappe.db.sql(f"explain {args[0]}", parameters, as_dict=True):
			if row.table:
				lines.append(
					f"{row.table}: {row.type} over {row.key}, {row.rows} rows expected, {row.Extra or ''}"
				)
	return lines
