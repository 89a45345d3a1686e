"""Rows on their way in, in a temporary database of their own on disk: a million of them take no memory to speak of.

The site's database sees nothing of them before all are checked.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import TracebackType
from typing import Any

from .purchase_values import Purchase, number_key

PAGE = 1000

_TABLES = """
create table rows (
	row integer primary key, order_key text not null, order_number text not null, given_customer text, customer text,
	purchased_on text, amount text, currency text, exchange_rate text, is_return integer, order_key_returned text,
	returns_order text, channel text, raw text not null, problems text not null,
	repeated integer not null default 0, recorded integer not null default 0
);
create table customers (given text primary key, name text, problem text);
create table returned (order_key text primary key, amount text not null);
"""

_INDEX = "create index if not exists order_keys on rows (order_key)"

_OPEN = "problems = '' and recorded = 0"
"""Rows that nothing is known against and that are not recorded yet."""


@dataclass(frozen=True)
class BadRow:
	"""A row that is not recorded: its number in the file, the order number as far as it could be read, and why."""

	number: int
	order_number: str
	problem: str
	raw: tuple[str, ...]


class Staging:
	"""The rows of one run. Use it in a ``with``: the temporary database is gone afterwards, also when the process dies."""

	def __init__(self) -> None:
		self._database = sqlite3.connect("", isolation_level=None)
		self._database.row_factory = sqlite3.Row
		for pragma in ("journal_mode = off", "synchronous = off"):
			self._database.execute(f"pragma {pragma}")
		self._database.executescript(_TABLES)

	def __enter__(self) -> Staging:
		return self

	def __exit__(
		self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
	) -> None:
		self._database.close()

	# --- filling --------------------------------------------------------------------------------------------------

	def add(self, rows: Iterable[tuple[int, Sequence[str], str, Purchase | None, str]]) -> None:
		"""Rows of (number, raw cells, order number, purchase or None, problems in words or "")."""
		self._database.execute("begin")
		self._database.executemany(
			f"insert into rows values ({', '.join('?' * 15)}, 0, 0)", (_values(*row) for row in rows)
		)
		self._database.execute("commit")

	# --- looking --------------------------------------------------------------------------------------------------

	def count(self) -> int:
		"""Number of rows."""
		return self._one("select count(*) from rows")

	def count_bad(self) -> int:
		"""Number of rows with a problem."""
		return self._one("select count(*) from rows where problems != ''")

	def count_recorded(self) -> int:
		"""Number of rows that are on the site by now, this run's and those of the run that it goes on with."""
		return self._one("select count(*) from rows where recorded = 1")

	def pages(self, condition: str, size: int = PAGE) -> Iterator[list[sqlite3.Row]]:
		"""Rows that meet an SQL condition of this package, in the order of the file. They may be changed meanwhile."""
		after = -1
		query = f"select * from rows where row > ? and ({condition}) order by row limit {size}"
		while page := self._database.execute(query, (after,)).fetchall():
			yield page
			after = page[-1]["row"]

	def open_pages(self, size: int = PAGE) -> Iterator[list[sqlite3.Row]]:
		"""Rows without a problem that are not recorded yet."""
		return self.pages(_OPEN, size)

	def bad_rows(self) -> Iterator[BadRow]:
		"""Rows with a problem, in the order of the file."""
		for page in self.pages("problems != ''"):
			for row in page:
				yield BadRow(row["row"], row["order_number"], row["problems"], tuple(json.loads(row["raw"])))

	def by_key(self, keys: Iterable[str]) -> dict[str, sqlite3.Row]:
		"""The row of each order number (its first, where it is there twice), by ``number_key``."""
		wanted = list(keys)
		marks = ", ".join("?" * len(wanted))
		query = f"select * from rows where repeated = 0 and order_key in ({marks})"
		return {row["order_key"]: row for row in self._database.execute(query, wanted)}

	def distinct(self, column: str) -> list[str]:
		"""Values of a column with few of them, such as the currency."""
		query = f"select distinct {column} from rows where {_OPEN} and {column} != '' order by 1"
		return [row[0] for row in self._database.execute(query)]

	def given_customers(self) -> Iterator[list[str]]:
		"""The texts by which rows name their customers, a page at a time."""
		self._database.execute(
			f"insert or ignore into customers (given) select given_customer from rows where {_OPEN}"
		)
		after = ""
		query = f"select given from customers where given > ? order by given limit {PAGE}"
		while page := [row[0] for row in self._database.execute(query, (after,))]:
			yield page
			after = page[-1]

	def repeated(self) -> Iterator[list[sqlite3.Row]]:
		"""Rows (row, order_number, first) whose order number a row before them has. The first question about all rows."""
		self._database.execute(
			_INDEX
		)  # made of all rows at once: half the time of keeping it while they come
		self._database.execute(
			"create temporary table again as select row, order_number, first from rows join (select order_key as key,"
			" min(row) as first from rows where order_key != '' group by order_key having count(*) > 1)"
			" on key = order_key where row > first"
		)
		cursor = self._database.execute("select * from again order by row")
		while page := cursor.fetchmany(PAGE):
			yield page

	def returned(self, key: str) -> Decimal:
		"""What the accepted returns of an order come to so far."""
		row = self._database.execute("select amount from returned where order_key = ?", (key,)).fetchone()
		return Decimal(row[0]) if row else Decimal(0)

	# --- marking --------------------------------------------------------------------------------------------------

	def add_problems(self, problems: Iterable[tuple[int, str]]) -> None:
		"""(row, sentence)."""
		self._change("update rows set problems = ltrim(problems || ' ' || ?2) where row = ?1", problems)

	def mark_repeated(self, rows: Iterable[int]) -> None:
		"""Their order number belongs to a row before them."""
		self._change("update rows set repeated = 1 where row = ?", ((row,) for row in rows))

	def mark_recorded(self, rows: Iterable[int]) -> None:
		"""They are on the site, so nothing is wrong with them."""
		self._change("update rows set recorded = 1, problems = '' where row = ?", ((row,) for row in rows))

	def forget_recorded(self) -> None:
		"""Nothing of this run is on the site after all."""
		self._database.execute("update rows set recorded = 0")

	def set_customers(self, found: Iterable[tuple[str, str, str]]) -> None:
		"""(text given, customer or "", problem in words or "")."""
		self._change("update customers set name = ?2, problem = ?3 where given = ?1", found)

	def take_customers(self) -> None:
		"""Each row gets its customer, or the problem with it."""
		self._database.execute(
			"update rows set customer = (select name from customers where given = given_customer),"
			" problems = ifnull((select problem from customers where given = given_customer), '')"
			f" where {_OPEN}"
		)

	def set_returned_order(self, row: int, order: str) -> None:
		"""The order's own spelling of its number."""
		self._database.execute("update rows set returns_order = ? where row = ?", (order, row))

	def add_returned(self, key: str, amount: Decimal) -> None:
		"""One more return of an order is accepted."""
		total = str(self.returned(key) + amount)
		self._database.execute("insert or replace into returned values (?, ?)", (key, total))

	def _change(self, statement: str, values: Iterable[tuple[Any, ...]]) -> None:
		self._database.execute("begin")
		self._database.executemany(statement, values)
		self._database.execute("commit")

	def _one(self, query: str) -> int:
		return int(self._database.execute(query).fetchone()[0])


def _values(
	number: int, raw: Sequence[str], order_number: str, purchase: Purchase | None, problems: str
) -> tuple[Any, ...]:
	start = (number, number_key(order_number), order_number)
	end = (json.dumps(raw, ensure_ascii=False), problems)
	if purchase is None:
		return (*start, *[None] * 10, *end)
	return (
		*start,
		purchase.customer,
		None,
		purchase.purchased_on.isoformat(),
		str(purchase.amount),
		purchase.currency,
		str(purchase.exchange_rate if purchase.exchange_rate is not None else ""),
		int(purchase.is_return),
		number_key(purchase.returns_order),
		purchase.returns_order,
		purchase.channel,
		*end,
	)
