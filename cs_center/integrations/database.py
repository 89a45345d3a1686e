"""What the site's database can do beyond what every one can."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import frappe

_FIRST_SKIPPING = {"MariaDB": (10, 6), "MySQL": (8, 0)}
"""Versions from which FOR UPDATE knows SKIP LOCKED. PostgreSQL has known it for longer than Frappe supports."""

_KNOWN: dict[str, bool] = {}


def can_skip_locked() -> bool:
	"""Whether a locking read may leave out rows that another transaction holds. Asked once for each site and process."""
	site = frappe.local.site
	if site not in _KNOWN:
		_KNOWN[site] = _ask()
	return _KNOWN[site]


def _ask() -> bool:
	if frappe.db.db_type == "postgres":
		return True
	if frappe.db.db_type != "mariadb":
		return False
	version = str(frappe.db.sql("select version()")[0][0])
	kind = "MariaDB" if "mariadb" in version.lower() else "MySQL"
	numbers = tuple(int(number) for number in re.findall(r"\d+", version)[:2])
	return numbers >= _FIRST_SKIPPING[kind]


ROWS_A_STATEMENT = 1000


def insert_rows(doctype: str, fields: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
	"""New rows, many in one statement. Frappe's own bulk insert spells every value out, which takes longer than the database."""
	_insert(doctype, fields, rows, "")


def update_rows(doctype: str, fields: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
	"""Set ``fields`` in rows that exist, each given as (name, *values) with values of its own; many rows in one statement.

	Written as an insert that finds its row there, which is what databases do fastest. The caller holds the rows' locks:
	a row that somebody deleted meanwhile would come back.
	"""
	if frappe.db.db_type == "postgres":
		assignments = ", ".join(f'"{name}" = excluded."{name}"' for name in fields)
		ending = f'on conflict ("name") do update set {assignments}'
	else:
		assignments = ", ".join(f"`{name}` = values(`{name}`)" for name in fields)
		ending = f"on duplicate key update {assignments}"
	_insert(doctype, ("name", *fields), rows, ending)


def _insert(doctype: str, fields: Sequence[str], rows: Sequence[tuple[Any, ...]], ending: str) -> None:
	quote = '"' if frappe.db.db_type == "postgres" else "`"
	columns = ", ".join(f"{quote}{name}{quote}" for name in fields)
	one = f"({', '.join(['%s'] * len(fields))})"
	for start in range(0, len(rows), ROWS_A_STATEMENT):
		part = rows[start : start + ROWS_A_STATEMENT]
		frappe.db.sql(
			f"insert into {quote}tab{doctype}{quote} ({columns}) values {', '.join([one] * len(part))} {ending}",
			[value for row in part for value in row],
		)


@contextmanager
def read_committed() -> Iterator[None]:
	"""The transactions that begin in the body see at each statement what is committed then, and lock only what they change.

	For long work in batches: in MariaDB's own mode a statement locks every row it looks at. Nothing to do elsewhere.
	"""
	if frappe.db.db_type != "mariadb":
		yield
		return
	before = str(frappe.db.sql("select @@session.tx_isolation")[0][0]).replace("-", " ")
	frappe.db.sql("set session transaction isolation level read committed")
	try:
		yield
	finally:
		frappe.db.sql(f"set session transaction isolation level {before}")
