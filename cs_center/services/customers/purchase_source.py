"""What customers bought, from the site's one source of purchases: ERPNext's invoices or this app's own rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.query_builder import Case
from frappe.query_builder.functions import Cast_, Sum

from cs_center.integrations import erpnext

from .purchases import PURCHASE, tier_currency

ERPNEXT = "ERPNext"
AUTOMATIC = "Automatic"
LINKS = erpnext.CustomerLinks("CS Customer Profile", "customer", "source_customer")

MOST_NAMED = 20
"""Customers that a sentence names."""

Figures = tuple[Decimal, int]
"""(spend in the tier currency, returns subtracted; number of orders, returns not counted)."""


def source() -> str:
	"""Where purchases are read: "ERPNext" or "CS Customer Purchase". Refuses ERPNext where it is not installed."""
	chosen = frappe.get_cached_doc("CS Center Settings").get("purchase_source") or AUTOMATIC
	if chosen == PURCHASE:
		return PURCHASE
	if erpnext.is_installed():
		return ERPNEXT
	if chosen == ERPNEXT:
		frappe.throw(
			_(
				"CS Center Settings say that purchases come from ERPNext, but this site has no ERPNext. Choose CS Customer Purchase there, or install ERPNext."
			)
		)
	return PURCHASE


def sums(first: str, last: str, window_starts: Sequence[date], as_of: date) -> dict[str, tuple[Figures, ...]]:
	"""Spend and orders by customer, for customers from ``first`` to ``last`` (inclusive, in the database's order of names).

	One entry for each window start (inclusive), up to and with ``as_of``. Who bought nothing in the longest window is left out.
	"""
	if source() == ERPNEXT:
		return erpnext.sums(LINKS, first, last, window_starts, as_of, _required_currency())
	return own_sums(first, last, window_starts, as_of)


def sums_of(customer: str, window_starts: Sequence[date], as_of: date) -> tuple[Figures, ...] | None:
	"""``sums`` of one customer, None for none. Rows that spell the name otherwise (capitals, blanks) are the customer's too."""
	return next(iter(sums(customer, customer, window_starts, as_of).values()), None)


def own_sums(
	first: str, last: str, window_starts: Sequence[date], as_of: date
) -> dict[str, tuple[Figures, ...]]:
	"""``sums`` of CS Customer Purchase."""
	if not window_starts:
		return {}
	starts = sorted(set(window_starts))
	rows = _own_query(first, last, starts, as_of, as_text=True).run()
	places = [1 + 2 * starts.index(start) for start in window_starts]
	return {row[0]: tuple((Decimal(row[at]), int(row[at + 1])) for at in places) for row in rows}


def _own_query(first: str, last: str, starts: Sequence[date], as_of: date, as_text: bool = False) -> Any:
	"""One pass through the index that holds all four columns. ``as_text``: Frappe reads decimals as floats."""
	table = frappe.qb.DocType(PURCHASE)
	longest = starts[0]
	sums = [
		column for start in starts for column in _columns(table, None if start == longest else start, as_text)
	]
	return (
		frappe.qb.from_(table)
		.select(table.customer, *sums)
		.where((table.customer >= first) & (table.customer <= last))
		.where((table.purchased_on >= starts[0]) & (table.purchased_on <= as_of))
		.groupby(table.customer)
	)


def sums_query(first: str, last: str, starts: Sequence[date], as_of: date) -> Any:
	"""The query behind ``sums``: customer, then spend and orders for each start, earliest first; None: no purchases.

	``starts``: window starts in ascending order, each once, at least one.
	"""
	if source() == ERPNEXT:
		return erpnext.sums_query(LINKS, first, last, starts, as_of, _required_currency())
	return _own_query(first, last, starts, as_of)


def _columns(table: Any, start: date | None, as_text: bool) -> tuple[Any, Any]:
	"""Spend and orders since a day; None: of every row that is read."""
	is_order = table.is_return == 0
	if start is None:
		spend, orders = Sum(table.base_amount), Sum(Case().when(is_order, 1).else_(0))
	else:
		inside = table.purchased_on >= start
		spend = Sum(Case().when(inside, table.base_amount).else_(0))
		orders = Sum(Case().when(inside & is_order, 1).else_(0))
	return Cast_(spend, "varchar") if as_text else spend, orders


def _required_currency() -> str:
	return tier_currency() or frappe.throw(
		_("The site has no currency to add invoices up in. Enter the tier currency in CS Center Settings.")
	)


def newest(customer: str, limit: int = 10) -> list[dict[str, Any]]:
	"""A customer's newest purchases: doctype, name, purchased_on, amount (negative for a return), currency, is_return."""
	if source() == ERPNEXT:
		foreign = frappe.db.get_value(LINKS.doctype, {LINKS.customer_field: customer}, LINKS.erpnext_field)
		return [_of_invoice(row) for row in erpnext.invoices_of(foreign, limit)] if foreign else []
	rows = frappe.get_all(
		PURCHASE,
		filters={"customer": customer},
		fields=["name", "purchased_on", "amount", "currency", "is_return"],
		order_by="purchased_on desc, name desc",
		limit_page_length=limit,
	)
	return [_of_purchase(row) for row in rows]


def _of_invoice(row: dict[str, Any]) -> dict[str, Any]:
	return {
		"doctype": erpnext.INVOICE,
		"name": row["name"],
		"purchased_on": row["posting_date"],
		"amount": row["base_net_total"],
		"currency": row["company_currency"] or "",
		"is_return": bool(row["is_return"]),
	}


def _of_purchase(row: dict[str, Any]) -> dict[str, Any]:
	return {
		"doctype": PURCHASE,
		"name": row["name"],
		"purchased_on": row["purchased_on"],
		"amount": -row["amount"] if row["is_return"] else row["amount"],
		"currency": row["currency"] or tier_currency(),
		"is_return": bool(row["is_return"]),
	}


def problems() -> list[str]:
	"""Sentences about purchases that are in no sum, for the record of a run."""
	if source() != ERPNEXT:
		return []
	currency = _required_currency()
	told = [
		_("Invoices of {0} are not counted: the company's currency is not {1}.").format(company, currency)
		for company in erpnext.uncounted_companies(currency)
	]
	gone = erpnext.unknown_customers(LINKS, MOST_NAMED)
	if gone:
		told.append(
			_(
				"ERPNext has no customers {0}. Correct the customer in ERPNext on the profiles that name them."
			).format(", ".join(gone))
		)
	return told


def follow_renaming(old: str, new: str) -> None:
	"""A customer got another name in ERPNext, or was merged into another: the profile goes on with that one.

	Where another profile names that one already, its invoices are counted there, and the link is taken away here.
	"""
	profile = frappe.db.get_value(LINKS.doctype, {LINKS.erpnext_field: old})
	if not profile or old == new:
		return
	is_free = not frappe.db.exists(LINKS.doctype, {LINKS.erpnext_field: new, "name": ["!=", profile]})
	frappe.db.set_value(LINKS.doctype, profile, LINKS.erpnext_field, new if is_free else None)
