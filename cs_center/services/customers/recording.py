"""Recording many purchases at once: read, look at all of them, then insert. Used by the CSV import and by REST.

Nothing is written before every row is checked, and nothing here commits: whoever calls decides what one transaction is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

import frappe
from frappe.utils import now

from .purchase_sentences import sentence, sentences
from .purchase_values import Problem, base_amount, problems_of, with_rate
from .purchases import PURCHASE, tier_currency, today
from .reading_cells import read_row
from .reading_csv import Row
from .recording_checks import check_rows
from .staging import PAGE, Staging

REFUSE, KEEP = "Refuse the whole file", "Keep the good rows"

BATCH = 2000
"""Rows of one INSERT, and of one step of progress."""

COLUMNS = (
	"name",
	"creation",
	"modified",
	"owner",
	"modified_by",
	"order_number",
	"customer",
	"purchased_on",
	"amount",
	"currency",
	"exchange_rate",
	"base_amount",
	"tier_currency",
	"is_return",
	"returns_order",
	"channel",
	"source",
	"import_run",
)

SAVEPOINT = "cs_center_purchases"

Report = Callable[[str, int], None]
"""Told after each batch: "read", "checked" or "recorded", and how many rows so far."""


@dataclass(frozen=True)
class Origin:
	"""Where purchases come from: "Import" with the name of the import, or "REST"."""

	source: str
	import_run: str | None = None


def stage(staging: Staging, rows: Iterable[Row], report: Report) -> None:
	"""Read rows into ``staging``, with what is wrong with each one's values."""
	currency, day, done = tier_currency(), today(), 0
	remaining = iter(rows)
	while batch := list(islice(remaining, PAGE)):
		staging.add(_read(row, currency, day) for row in batch)
		done += len(batch)
		report("read", done)


def _read(row: Row, currency: str, day: date) -> tuple[Any, ...]:
	read = read_row(row.cells)
	problems = [*row.problems, *read.problems]
	purchase = read.purchase
	if purchase:
		problems += problems_of(purchase, currency, day)
		purchase = with_rate(purchase, currency)
	return row.number, row.raw, read.order_number, purchase, sentences(problems)


def record(staging: Staging, when_bad: str, origin: Origin, report: Report) -> bool:
	"""Check what is staged and insert the good rows; False when rows are bad and ``when_bad`` is REFUSE: nothing is in.

	Rows that an earlier, interrupted run of the same import has inserted count as recorded.
	"""
	check_rows(staging, origin.import_run)
	report("checked", staging.count())
	if when_bad == REFUSE and staging.count_bad():
		return False
	frappe.db.savepoint(SAVEPOINT)
	for page in staging.open_pages(BATCH):
		_insert(staging, page, origin)
		if when_bad == REFUSE and staging.count_bad():
			# Somebody else has recorded one of the numbers since it was looked for.
			frappe.db.rollback(save_point=SAVEPOINT)
			staging.forget_recorded()
			return False
		report("recorded", staging.count_recorded())
	return True


def _insert(staging: Staging, page: list[Any], origin: Origin) -> None:
	"""Insert a page; when the database refuses a number, find out which by inserting row by row."""
	if _try_insert(page, origin):
		staging.mark_recorded(row["row"] for row in page)
		return
	for row in page:
		if _try_insert([row], origin):
			staging.mark_recorded([row["row"]])
		else:
			staging.add_problems([(row["row"], sentence(Problem("taken", (row["order_number"],))))])


def _try_insert(page: list[Any], origin: Origin) -> bool:
	frappe.db.savepoint(f"{SAVEPOINT}_page")
	try:
		frappe.db.bulk_insert(PURCHASE, list(COLUMNS), list(_inserted(page, origin)), chunk_size=BATCH)
	except Exception as error:  # only a number that is taken is expected; all else goes on
		if not (frappe.db.is_primary_key_violation(error) or frappe.db.is_unique_key_violation(error)):
			raise
		frappe.db.rollback(save_point=f"{SAVEPOINT}_page")
		return False
	return True


def _inserted(page: list[Any], origin: Origin) -> Iterator[tuple[Any, ...]]:
	moment, user, currency = now(), frappe.session.user, tier_currency()
	for row in page:
		amount, rate = Decimal(row["amount"]), Decimal(row["exchange_rate"] or 1)
		yield (
			row["order_number"],
			moment,
			moment,
			user,
			user,
			row["order_number"],
			row["customer"],
			row["purchased_on"],
			amount,
			row["currency"] or None,
			rate,
			base_amount(amount, rate, bool(row["is_return"])),
			currency or None,
			row["is_return"],
			row["returns_order"] or None,
			row["channel"] or None,
			origin.source,
			origin.import_run,
		)
