"""Helpdesk's customers: their contacts and their tickets."""

from __future__ import annotations

from collections.abc import Iterable

import frappe

from .helpdesk import RESOLVED, STATUS, TICKET

CUSTOMER = "HD Customer"


def contact_of(customer: str) -> str:
	"""A customer's first contact: name with a telephone number or an address, "" where Helpdesk has none."""
	rows = frappe.get_all(
		"Contact",
		filters=[
			["Dynamic Link", "link_doctype", "=", "HD Customer"],
			["Dynamic Link", "link_name", "=", customer],
		],
		fields=["first_name", "last_name", "mobile_no", "phone", "email_id"],
		order_by="`tabContact`.is_primary_contact desc, `tabContact`.creation asc",
		limit_page_length=1,
	)
	if not rows:
		return ""
	row = rows[0]
	name = " ".join(part for part in (row.first_name, row.last_name) if part)
	return ", ".join(part for part in (name, row.mobile_no or row.phone or row.email_id) if part)


def open_tickets_of(customers: Iterable[str]) -> list[str]:
	"""Names of open and paused tickets of these customers, in the order of their names."""
	ticket, status = frappe.qb.DocType(TICKET), frappe.qb.DocType(STATUS)
	rows = (
		frappe.qb.from_(ticket)
		.inner_join(status)
		.on(status.name == ticket.status)
		.select(ticket.name)
		.where((status.category != RESOLVED) & ticket.customer.isin(list(customers)))
		.orderby(ticket.name)
		.run()
	)
	return [row[0] for row in rows]


def resolved_statuses() -> list[str]:
	"""Names of the statuses in which a ticket is done."""
	return frappe.get_all(STATUS, {"category": RESOLVED}, pluck="name", limit_page_length=0)
