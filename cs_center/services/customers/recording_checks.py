"""What can be wrong with rows among each other and on this site: asked for a page of rows at a time, never row by row."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import frappe

from .finding_customers import find_customers
from .purchase_sentences import sentence, sentences
from .purchase_values import (
	Problem,
	Purchase,
	ReturnedOrder,
	number_key,
	problems_of_return,
)
from .purchases import PURCHASE, returned_amounts, returned_orders
from .staging import Staging

_RETURNS = "is_return = 1 and order_key_returned != '' and problems = ''"


def check_rows(staging: Staging, import_run: str | None) -> None:
	"""Mark staged rows that are bad, and those that this import has recorded before it was interrupted."""
	_check_repeated(staging)
	_check_taken(staging, import_run)
	_check_customers(staging)
	_check_currencies(staging)
	_check_returns(staging, import_run)


def _check_repeated(staging: Staging) -> None:
	for page in staging.repeated():
		staging.mark_repeated(row["row"] for row in page)
		staging.add_problems(
			(row["row"], sentence(Problem("twice", (row["order_number"], str(row["first"]))))) for row in page
		)


def _check_taken(staging: Staging, import_run: str | None) -> None:
	for page in staging.pages("order_key != '' and repeated = 0"):
		taken = _taken([row["order_number"] for row in page])
		own, foreign = [], []
		for row in page:
			if row["order_key"] in taken:
				is_own = import_run is not None and taken[row["order_key"]] == import_run
				(own if is_own else foreign).append(row)
		staging.mark_recorded(row["row"] for row in own)
		staging.add_problems(
			(row["row"], sentence(Problem("taken", (row["order_number"],)))) for row in foreign
		)


def _taken(numbers: list[str]) -> dict[str, str | None]:
	"""The import (None: no import) that recorded an order number, by the number's key."""
	rows = frappe.get_all(
		PURCHASE, filters={"name": ["in", numbers]}, fields=["name", "import_run"], limit_page_length=0
	)
	return {number_key(row.name): row.import_run for row in rows}


def _check_customers(staging: Staging) -> None:
	for page in staging.given_customers():
		found = find_customers(page)
		staging.set_customers(
			(text, "", sentence(match)) if isinstance(match, Problem) else (text, match, "")
			for text, match in found.items()
		)
	staging.take_customers()


def _check_currencies(staging: Staging) -> None:
	used = staging.distinct("currency")
	if not used:
		return
	known = set(frappe.get_all("Currency", filters={"name": ["in", used]}, pluck="name", limit_page_length=0))
	for currency in sorted(set(used) - known):
		told = sentence(Problem("unknown_currency", (currency,)))
		for page in staging.open_pages():
			staging.add_problems((row["row"], told) for row in page if row["currency"] == currency)


def _check_returns(staging: Staging, import_run: str | None) -> None:
	"""In the order of the file: of two returns that together are too large the first is accepted."""
	for page in staging.pages(_RETURNS):
		numbers = {row["order_key_returned"]: row["returns_order"] for row in page}
		here = staging.by_key(numbers)
		orders = returned_orders(list(numbers.values()), without_run=import_run)
		on_site = {number_key(name): order for name, order in orders.items()}
		of_others = returned_amounts([here[key]["order_number"] for key in here], without_run=import_run)
		for row in page:
			key = row["order_key_returned"]
			staged = None if key in on_site else here.get(key)
			_check_return(staging, row, on_site.get(key) or _staged_order(staged, of_others), staged)


def _staged_order(row: Any, returned: dict[str, Decimal]) -> ReturnedOrder | None:
	if row is None or row["customer"] is None:
		return None
	return ReturnedOrder(
		row["order_number"],
		row["customer"],
		Decimal(row["amount"]),
		row["currency"],
		bool(row["is_return"]),
		returned.get(row["order_number"], Decimal(0)),
	)


def _check_return(staging: Staging, row: Any, order: ReturnedOrder | None, staged: Any) -> None:
	"""``staged``: the order's row in the file, when it is not on the site."""
	key, purchase = row["order_key_returned"], _purchase(row)
	if order:
		staging.set_returned_order(row["row"], order.order_number)
		order = replace(order, returned=order.returned + staging.returned(key))
	if row["recorded"]:
		problems = []
	elif staged is not None and staged["problems"]:
		problems = [Problem("bad_order", (staged["order_number"], str(staged["row"])))]
	else:
		problems = problems_of_return(purchase, order)
	if problems:
		staging.add_problems([(row["row"], sentences(problems))])
	else:
		staging.add_returned(key, purchase.amount)


def _purchase(row: Any) -> Purchase:
	return Purchase(
		order_number=row["order_number"],
		customer=row["customer"] or "",
		purchased_on=date.fromisoformat(row["purchased_on"]),
		amount=Decimal(row["amount"]),
		currency=row["currency"],
		is_return=True,
		returns_order=row["returns_order"],
	)
