"""ERPNext's sales seen from here: what customers bought, by submitted invoices. Absent on most helpdesk sites."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Cast_, Sum

INVOICE, CUSTOMER, COMPANY = "Sales Invoice", "Customer", "Company"

NEEDED_FIELDS = {
	INVOICE: ("customer", "company", "posting_date", "is_return", "is_debit_note", "base_net_total"),
	CUSTOMER: ("customer_name",),
	COMPANY: ("default_currency",),
}
"""Fields that are asked for here. Another app's DocType of the same name, without them, is not ERPNext's."""

SUBMITTED = 1

Figures = tuple[Decimal, int]
"""(net amount in the companies' currency, returns subtracted; number of invoices without returns and debit notes)."""


@dataclass(frozen=True)
class CustomerLinks:
	"""Where it stands which customer of ERPNext's is which of another DocType: names of a DocType and of two fields."""

	doctype: str
	customer_field: str
	erpnext_field: str


def is_installed() -> bool:
	"""Whether the site has ERPNext's invoices, customers and companies, with the fields that are needed here."""
	return all(_has_fields(doctype, fields) for doctype, fields in NEEDED_FIELDS.items())


def _has_fields(doctype: str, fields: Iterable[str]) -> bool:
	if not frappe.db.exists("DocType", doctype):
		return False
	meta = frappe.get_meta(doctype)
	return all(meta.has_field(field) for field in fields)


def sums(
	links: CustomerLinks,
	first: str,
	last: str,
	window_starts: Sequence[date],
	as_of: date,
	currency: str,
) -> dict[str, tuple[Figures, ...]]:
	"""Figures by linked customer from ``first`` to ``last`` (both inclusive, in the database's order of names).

	One entry for each window start (inclusive) up to ``as_of`` (inclusive). Submitted invoices of the companies whose
	own currency is ``currency``. Customers without an invoice in the longest window are left out.
	"""
	starts = sorted(set(window_starts))
	query = sums_query(links, first, last, starts, as_of, currency) if starts else None
	rows = query.run() if query else []
	places = [1 + 2 * starts.index(start) for start in window_starts]
	return {row[0]: tuple((Decimal(row[at]), int(row[at + 1])) for at in places) for row in rows}


def sums_query(
	links: CustomerLinks, first: str, last: str, starts: Sequence[date], as_of: date, currency: str
) -> Any:
	"""The query behind ``sums`` for ascending ``starts``: customer, then amount (text) and number for each start.

	None where ERPNext is absent or no company has the currency: nobody has bought anything then.
	"""
	companies = _companies_in(currency) if is_installed() else []
	if not companies:
		return None
	invoice, link = frappe.qb.DocType(INVOICE), frappe.qb.DocType(links.doctype)
	customer = link[links.customer_field]
	return (
		frappe.qb.from_(link)
		.inner_join(invoice)
		.on(invoice.customer == link[links.erpnext_field])
		.select(customer, *(column for start in starts for column in _columns(invoice, start)))
		.where((customer >= first) & (customer <= last))
		.where((invoice.docstatus == SUBMITTED) & invoice.company.isin(companies))
		.where((invoice.posting_date >= starts[0]) & (invoice.posting_date <= as_of))
		.groupby(customer)
	)


def _columns(invoice: Any, start: date) -> tuple[Any, Any]:
	"""Amount and number since a day. The amount leaves the database as text: Frappe reads decimals as floats."""
	inside = invoice.posting_date >= start
	is_order = inside & (invoice.is_return == 0) & (invoice.is_debit_note == 0)
	amount = Sum(Case().when(inside, invoice.base_net_total).else_(0))
	return Cast_(amount, "varchar"), Sum(Case().when(is_order, 1).else_(0))


def _companies_in(currency: str) -> list[str]:
	return frappe.get_all(COMPANY, filters={"default_currency": currency}, pluck="name", limit_page_length=0)


def uncounted_companies(currency: str) -> list[str]:
	"""Companies with submitted invoices whose own currency is another one: their invoices are in no sum."""
	if not is_installed():
		return []
	others = frappe.get_all(
		COMPANY,
		filters={"default_currency": ["!=", currency]},
		pluck="name",
		order_by="name asc",
		limit_page_length=0,
	)
	return [name for name in others if frappe.db.exists(INVOICE, {"company": name, "docstatus": SUBMITTED})]


def customers_named(names: Iterable[str]) -> dict[str, str]:
	"""ERPNext customer by the name asked for: the one of this id or title. A title that several have names nobody."""
	wanted = list(names)
	if not wanted or not is_installed():
		return {}
	table = frappe.qb.DocType(CUSTOMER)
	rows = (
		frappe.qb.from_(table)
		.select(table.name, table.customer_name)
		.where(table.name.isin(wanted) | table.customer_name.isin(wanted))
		.run()
	)
	ids = {_folded(name): name for name, _title in rows}
	titles: dict[str, list[str]] = {}
	for name, title in rows:
		titles.setdefault(_folded(title), []).append(name)
	found = {}
	for name in wanted:
		of_title = titles.get(_folded(name), [])
		if match := ids.get(_folded(name)) or (of_title[0] if len(of_title) == 1 else None):
			found[name] = match
	return found


def _folded(text: str | None) -> str:
	"""As the database compares: without regard to capitals and to blanks at the end."""
	return (text or "").strip().casefold()


def unknown_customers(links: CustomerLinks, limit: int) -> list[str]:
	"""Linked names that no customer of ERPNext has (any more): nothing is found of theirs. At most ``limit`` of them."""
	if not is_installed():
		return []
	link, customer = frappe.qb.DocType(links.doctype), frappe.qb.DocType(CUSTOMER)
	field = link[links.erpnext_field]
	rows = (
		frappe.qb.from_(link)
		.left_join(customer)
		.on(customer.name == field)
		.select(field)
		.where(field.isnotnull() & (field != "") & customer.name.isnull())
		.orderby(field)
		.limit(limit)
		.run()
	)
	return [row[0] for row in rows]


def invoices_of(customer: str, limit: int) -> list[dict[str, Any]]:
	"""Submitted invoices of an ERPNext customer, newest first.

	Rows of name, posting_date, base_net_total (a return's is negative), company_currency, is_return.
	"""
	if not is_installed():
		return []
	invoice, company = frappe.qb.DocType(INVOICE), frappe.qb.DocType(COMPANY)
	return (
		frappe.qb.from_(invoice)
		.left_join(company)
		.on(company.name == invoice.company)
		.select(
			invoice.name,
			invoice.posting_date,
			invoice.base_net_total,
			company.default_currency.as_("company_currency"),
			invoice.is_return,
		)
		.where((invoice.customer == customer) & (invoice.docstatus == SUBMITTED))
		.orderby(invoice.posting_date, order=frappe.qb.desc)
		.orderby(invoice.name, order=frappe.qb.desc)
		.limit(limit)
		.run(as_dict=True)
	)
