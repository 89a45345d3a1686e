"""Purchases on this site: in which currency they are compared, and the checks of one as a document."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe.query_builder.functions import Cast_, Sum
from frappe.utils import escape_html, getdate

from ..complaints.settings import site_currency
from .purchase_sentences import sentence
from .purchase_values import (
	Problem,
	Purchase,
	ReturnedOrder,
	base_amount,
	problems_of,
	problems_of_return,
	with_rate,
)

PURCHASE = "CS Customer Purchase"


def tier_currency() -> str:
	"""The currency in which customers are compared; "" where neither the settings nor the site name one."""
	return frappe.get_cached_doc("CS Center Settings").get("tier_currency") or site_currency()


def today() -> date:
	"""Today in the site's time zone."""
	return getdate()


def check(doc: Any) -> None:
	"""Refuse a purchase that cannot be, with all its problems; else fill in what is computed.

	Writes ``currency``, ``exchange_rate``, ``base_amount`` and ``tier_currency``.
	"""
	doc.order_number = (doc.order_number or "").strip()
	purchase, currency = purchase_of(doc), tier_currency()
	problems = problems_of(purchase, currency, today()) or _problems_on_site(
		doc, with_rate(purchase, currency)
	)
	if problems:
		frappe.throw("<br>".join(escape_html(sentence(problem)) for problem in problems))
	purchase = with_rate(purchase, currency)
	rate = purchase.exchange_rate or Decimal(1)
	doc.update(
		{
			"currency": purchase.currency,
			"exchange_rate": float(rate),
			"base_amount": float(base_amount(purchase.amount, rate, purchase.is_return)),
			"tier_currency": currency,
		}
	)


def purchase_of(doc: Any) -> Purchase:
	"""The values of a document. Frappe holds numbers as floats, whose shortest spelling is what was entered."""
	rate = doc.get("exchange_rate")
	return Purchase(
		order_number=doc.order_number,
		customer=doc.customer,
		purchased_on=getdate(doc.purchased_on),
		amount=_decimal(doc.amount),
		currency=doc.currency or "",
		exchange_rate=_decimal(rate) if rate else None,
		is_return=bool(int(doc.is_return or 0)),
		returns_order=doc.returns_order or "",
		channel=doc.channel or "",
	)


def _decimal(number: Any) -> Decimal:
	return Decimal(str(float(number or 0)))


def _problems_on_site(doc: Any, purchase: Purchase) -> list[Problem]:
	if doc.is_new() and frappe.db.exists(PURCHASE, purchase.order_number):
		return [Problem("taken", (purchase.order_number,))]
	if purchase.is_return and purchase.returns_order:
		order = returned_orders([purchase.returns_order], without=[doc.name]).get(purchase.returns_order)
		return problems_of_return(purchase, order)
	if doc.is_new():
		return []
	return _problems_of_its_returns(doc, purchase)


def _problems_of_its_returns(doc: Any, purchase: Purchase) -> list[Problem]:
	"""An order that has returns keeps being an order, the customer's, and large enough."""
	returns = frappe.get_all(
		PURCHASE,
		filters={"returns_order": doc.name, "is_return": 1, "name": ["!=", doc.name]},
		fields=["customer", "currency"],
		order_by="name asc",
		limit_page_length=1,
	)
	if not returns:
		return []
	returned = returned_amounts([doc.name]).get(doc.name, Decimal(0))
	order = ReturnedOrder(
		doc.name, purchase.customer, purchase.amount, purchase.currency, purchase.is_return, returned
	)
	one = Purchase("", returns[0].customer, purchase.purchased_on, Decimal(0), returns[0].currency)
	return problems_of_return(one, order)


def returned_orders(
	numbers: list[str], without: list[str] | None = None, without_run: str | None = None
) -> dict[str, ReturnedOrder]:
	"""Orders on this site by number, with what other returns (all but those named, or those of a run) took of them."""
	rows = frappe.get_all(
		PURCHASE,
		filters={"name": ["in", numbers]},
		fields=["name", "customer", "amount", "currency", "is_return"],
		limit_page_length=0,
	)
	returned = returned_amounts([row.name for row in rows], without, without_run)
	return {
		row.name: ReturnedOrder(
			row.name,
			row.customer,
			_decimal(row.amount),
			row.currency or tier_currency(),
			bool(row.is_return),
			returned.get(row.name, Decimal(0)),
		)
		for row in rows
	}


def returned_amounts(
	numbers: list[str], without: list[str] | None = None, without_run: str | None = None
) -> dict[str, Decimal]:
	"""What the returns of these orders come to, in the orders' own currency; see ``returned_orders``."""
	if not numbers:
		return {}
	table = frappe.qb.DocType(PURCHASE)
	query = (
		frappe.qb.from_(table)
		.select(table.returns_order, Cast_(Sum(table.amount), "varchar"))
		.where(table.returns_order.isin(numbers) & (table.is_return == 1))
		.groupby(table.returns_order)
	)
	if without:
		query = query.where(table.name.notin(without))
	if without_run:
		query = query.where(table.import_run.isnull() | (table.import_run != without_run))
	return {order: Decimal(amount) for order, amount in query.run()}
