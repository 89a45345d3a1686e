"""Which rows of the app belong to a customer: its own, those of its cases, and those that point at one of these.

Ledgers, clocks, escalations and messages are many, and found through the cases they are about: a page of cases at a time, by
the index that their tables have for that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import frappe

TICKET, COMPLAINT, ACTION, FOLLOW_UP = "HD Ticket", "CS Complaint", "CS Complaint Action", "CS Follow Up"


def tickets(customer: str) -> Any:
	"""Query of the names of its tickets; so are the others here, so that a case of any size fits into one statement."""
	return _names(TICKET, of_customer)(customer)


def of_customer(table: Any, customer: str) -> Any:
	"""Criterion: the row names the customer."""
	return table.customer == customer


def of_case(table: Any, customer: str) -> Any:
	"""Criterion: it names the customer, or a ticket of the customer."""
	return of_customer(table, customer) | table.ticket.isin(tickets(customer))


def of_complaint(table: Any, customer: str) -> Any:
	"""Criterion: it names a complaint of the customer."""
	return table.complaint.isin(complaints(customer))


def of_follow_up(table: Any, customer: str) -> Any:
	"""Criterion of follow-ups, which name customer, ticket or complaint."""
	return of_case(table, customer) | of_complaint(table, customer)


def of_ticket_reference(table: Any, customer: str) -> Any:
	"""Criterion of rows that are about a ticket of the customer."""
	return (table.reference_doctype == TICKET) & table.reference_name.isin(tickets(customer))


def _names(doctype: str, belongs: Callable[[Any, str], Any]) -> Callable[[str], Any]:
	def names(customer: str) -> Any:
		table = frappe.qb.DocType(doctype)
		return frappe.qb.from_(table).select(table.name).where(belongs(table, customer))

	return names


complaints = _names(COMPLAINT, of_case)
actions = _names(ACTION, of_complaint)
follow_ups = _names(FOLLOW_UP, of_follow_up)

PROFILE = "CS Customer Profile"
CASES = (TICKET, COMPLAINT, ACTION, FOLLOW_UP, PROFILE)
"""What rows with ``reference_doctype`` and ``reference_name`` are about."""

_BELONGS = {
	TICKET: of_customer,
	COMPLAINT: of_case,
	ACTION: of_complaint,
	FOLLOW_UP: of_follow_up,
	PROFILE: of_customer,
}
CASES_A_PAGE = 100


def page_of_cases(customer: str, position: str) -> tuple[str, list[str], str | None]:
	"""(DocType, some names, next position) behind a position, "" for the first page; the last page has no next one."""
	doctype, _tab, after = position.partition("\t") if position else (CASES[0], "", "")
	names = page_of_names(doctype, _BELONGS[doctype], customer, after, CASES_A_PAGE)
	if len(names) == CASES_A_PAGE:
		return doctype, names, f"{doctype}\t{names[-1]}"
	following = CASES[CASES.index(doctype) + 1 :]
	return doctype, names, f"{following[0]}\t" if following else None


def page_of_names(
	doctype: str, belongs: Callable[[Any, str], Any], customer: str, after: str, limit: int
) -> list[str]:
	"""Names of the customer's rows behind ``after``, in their order."""
	table = frappe.qb.DocType(doctype)
	query = frappe.qb.from_(table).select(table.name).where(table.name > after)
	return [row[0] for row in query.where(belongs(table, customer)).orderby(table.name).limit(limit).run()]
