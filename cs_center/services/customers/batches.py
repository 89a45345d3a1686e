"""A batch of the night's evaluation, done by the database: sums beside profiles, and only who needs a decision comes here.

The sums of a range of customers are put into a table of this connection. Who is quiet, whose figures give what is earned
already, with no grace period and no override, is told by the same comparisons that the domain makes; everybody else is
read and decided by the domain. The figures that profiles show are brought up to date in one statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import frappe

from cs_center.domain.tier_values import Sums, Tier

from . import purchase_source
from .deciding import PROFILE, READ, Evaluation

NAME_LENGTH = 140


class Range(NamedTuple):
	"""Profiles from ``first`` to ``last`` by name, both included, and how many there are."""

	first: str
	last: str
	number: int


def next_range(position: str, size: int) -> Range | None:
	"""The next so many profiles behind a position, None when there are none."""
	rows = frappe.db.sql(
		f"""select min(name), max(name), count(*)
		from (select name from `tab{PROFILE}` where name > %s order by name limit %s) behind""",
		(position, size),
	)
	first, last, number = rows[0]
	return Range(first, last, number) if number else None


def table_of(evaluation: Evaluation) -> str:
	"""Name of this connection's table for the sums of so many windows."""
	return f"cs_center_sums_{len(evaluation.starts)}"


def create_table(evaluation: Evaluation) -> None:
	"""Make the table unless it is there. To be called between transactions: Frappe commits before such a statement."""
	columns = ", ".join(
		f"spend_{place} decimal(21,9) not null, orders_{place} int not null"
		for place in range(len(evaluation.starts))
	)
	is_mariadb = frappe.db.db_type == "mariadb"
	collation = " collate utf8mb4_unicode_ci" if is_mariadb else ""
	name = f"customer varchar({NAME_LENGTH}){collation} primary key"
	parts = ", ".join(part for part in (name, columns) if part)
	engine = " engine = memory" if is_mariadb else ""
	frappe.db.sql_ddl(f"create temporary table if not exists {table_of(evaluation)} ({parts}){engine}")


def fill(evaluation: Evaluation, batch: Range) -> None:
	"""Put the sums of the range's customers into the table, nobody else's."""
	table = table_of(evaluation)
	frappe.db.sql(f"delete from {table}")
	if not evaluation.starts:
		return
	ascending = sorted(evaluation.starts)
	query = purchase_source.sums_query(batch.first, batch.last, ascending, evaluation.as_of)
	if query is None:
		return
	columns = ["customer"]
	for start in ascending:
		place = evaluation.starts.index(start)
		columns += [f"spend_{place}", f"orders_{place}"]
	statement, values = query.walk()
	frappe.db.sql(f"insert into {table} ({', '.join(columns)}) {statement}", values)


def undecided(evaluation: Evaluation, batch: Range) -> list[tuple[dict[str, Any], list[Sums]]]:
	"""Profiles that are not quiet, locked, each with its sums for every window."""
	places = range(len(evaluation.starts))
	sums = [part for place in places for part in (f"cast({_spend(place)} as char)", _orders(place))]
	fields = [f"p.{field}" for field in READ]
	rows = frappe.db.sql(
		f"""select {", ".join([*fields, *sums])} from `tab{PROFILE}` p
		left join {table_of(evaluation)} s on s.customer = p.customer
		where p.name >= %(first)s and p.name <= %(last)s and not ({_is_quiet(evaluation)})
		order by p.name for update""",
		{"first": batch.first, "last": batch.last, **_values(evaluation)},
	)
	width = len(READ)
	return [
		(
			dict(zip(READ, row[:width], strict=True)),
			[evaluation.read_sums(row[width + 2 * place], row[width + 2 * place + 1]) for place in places],
		)
		for row in rows
	]


def bring_figures_up_to_date(evaluation: Evaluation, batch: Range) -> None:
	"""Spend and orders of the longest window into the profiles of the range that show others."""
	place = len(evaluation.starts) - 1
	spend, orders = (_spend(place), _orders(place)) if place >= 0 else ("0", "0")
	frappe.db.sql(
		f"""update `tab{PROFILE}` p left join {table_of(evaluation)} s on s.customer = p.customer
		set p.spend = {spend}, p.orders = {orders}
		where p.name >= %s and p.name <= %s and (p.spend <> {spend} or p.orders <> {orders})""",
		(batch.first, batch.last),
	)


def _spend(place: int) -> str:
	return f"coalesce(s.spend_{place}, 0)"


def _orders(place: int) -> str:
	return f"coalesce(s.orders_{place}, 0)"


def _is_quiet(evaluation: Evaluation) -> str:
	"""Whether deciding would change nothing but the figures."""
	return (
		"p.below_since is null and p.override_tier is null and coalesce(p.tier, '') = coalesce(p.earned_tier, '')"
		f" and coalesce(p.earned_tier, '') = ({_reached(evaluation)})"
	)


def _reached(evaluation: Evaluation) -> str:
	"""Name of the highest tier whose thresholds the sums meet, as SQL."""
	tiers = evaluation.ladder.tiers
	cases = "".join(
		f" when {_is_met(evaluation, tiers[place], place)} then %(tier_{place})s"
		for place in range(len(tiers) - 1, 0, -1)
	)
	return f"case{cases} else %(tier_0)s end" if cases else "%(tier_0)s"


def _is_met(evaluation: Evaluation, tier: Tier, place: int) -> str:
	window = evaluation.ladder.months.index(tier.months)
	asked = []
	if tier.spend is not None:
		asked.append(f"{_spend(window)} >= %(spend_{place})s")
	if tier.orders is not None:
		asked.append(f"{_orders(window)} >= %(orders_{place})s")
	return f"({(' and ' if tier.needs_both else ' or ').join(asked)})"


def _values(evaluation: Evaluation) -> dict[str, Any]:
	values: dict[str, Any] = {}
	for place, tier in enumerate(evaluation.ladder.tiers):
		values |= {f"tier_{place}": tier.name, f"spend_{place}": tier.spend, f"orders_{place}": tier.orders}
	return values


def names_of(batch: Range) -> Sequence[str]:
	"""Names of the range's profiles."""
	return frappe.get_all(
		PROFILE,
		[["name", ">=", batch.first], ["name", "<=", batch.last]],
		pluck="name",
		order_by="name asc",
		limit_page_length=0,
	)
