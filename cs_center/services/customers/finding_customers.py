"""Which customers a file or a call means: by the customer's name, or by a contact's e-mail address."""

from __future__ import annotations

from collections.abc import Iterable

import frappe

from .purchase_values import Problem

CUSTOMER = "HD Customer"


def find_customers(given: Iterable[str]) -> dict[str, str | Problem]:
	"""The customer's name by the text given, or the problem with that text. Two queries, however many texts."""
	texts = list(given)
	named = _by_name(texts)
	rest = [text for text in texts if text not in named]
	addressed = _by_address([text for text in rest if "@" in text])
	return {text: named.get(text) or addressed.get(text) or _unknown(text) for text in texts}


def _by_name(texts: list[str]) -> dict[str, str]:
	if not texts:
		return {}
	names = frappe.get_all(CUSTOMER, filters={"name": ["in", texts]}, pluck="name", limit_page_length=0)
	# The database finds "acme" for "Acme"; the purchase gets the customer's own spelling.
	by_key = {name.casefold(): name for name in names} | {name: name for name in names}
	return {text: name for text in texts if (name := by_key.get(text) or by_key.get(text.casefold()))}


def _by_address(addresses: list[str]) -> dict[str, str | Problem]:
	if not addresses:
		return {}
	address, link = frappe.qb.DocType("Contact Email"), frappe.qb.DocType("Dynamic Link")
	rows = (
		frappe.qb.from_(address)
		.inner_join(link)
		.on((link.parent == address.parent) & (link.parenttype == "Contact"))
		.select(address.email_id, link.link_name)
		.where((address.parenttype == "Contact") & address.email_id.isin(addresses))
		.where(link.link_doctype == CUSTOMER)
		.distinct()
		.run()
	)
	customers: dict[str, set[str]] = {}
	for email, customer in rows:
		customers.setdefault(email.casefold(), set()).add(customer)
	return {
		text: _only(text, customers[text.casefold()]) for text in addresses if text.casefold() in customers
	}


def _only(address: str, customers: set[str]) -> str | Problem:
	if len(customers) == 1:
		return next(iter(customers))
	return Problem("shared_address", (address, ", ".join(sorted(customers))))


def _unknown(text: str) -> Problem:
	return Problem("unknown_address" if "@" in text else "unknown_customer", (text,))
