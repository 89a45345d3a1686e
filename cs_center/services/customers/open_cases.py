"""What is still open of a customer, in whose way it is to be made anonymous."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html, get_link_to_form

from cs_center.domain.complaints import Stage
from cs_center.integrations import helpdesk

from . import belonging

SHOWN = 10
FINAL_STAGES = [stage.value for stage in Stage if stage.is_final]


def refuse_open(customer: str) -> None:
	"""Refuse with a list of what is open: people still work with the name, and would lose it."""
	found = {
		belonging.TICKET: _open_tickets(customer),
		belonging.COMPLAINT: _open_complaints(customer),
		belonging.ACTION: _open_ones(belonging.ACTION, belonging.of_complaint, customer),
		belonging.FOLLOW_UP: _open_ones(belonging.FOLLOW_UP, belonging.of_follow_up, customer),
	}
	lines = [_line(doctype, names) for doctype, names in found.items() if names]
	if lines:
		frappe.throw(
			_("{0} cannot be made anonymous while these are open. Finish or cancel them first:").format(
				frappe.bold(escape_html(customer))
			)
			+ "<br>"
			+ "<br>".join(lines),
			title=_("There are open cases"),
		)
	_refuse_running_imports()


def _line(doctype: str, names: list[str]) -> str:
	shown = ", ".join(get_link_to_form(doctype, name) for name in names[:SHOWN])
	more = _("and {0} more").format(len(names) - SHOWN) if len(names) > SHOWN else ""
	return f"{_(doctype)}: {shown} {more}".strip()


def _open_tickets(customer: str) -> list[str]:
	ticket, status = frappe.qb.DocType(helpdesk.TICKET), frappe.qb.DocType(helpdesk.STATUS)
	query = frappe.qb.from_(ticket).left_join(status).on(status.name == ticket.status).select(ticket.name)
	is_open = status.category.isnull() | (status.category != helpdesk.RESOLVED)
	return _names(query.where((ticket.customer == customer) & is_open).orderby(ticket.name))


def _open_complaints(customer: str) -> list[str]:
	table = frappe.qb.DocType(belonging.COMPLAINT)
	query = frappe.qb.from_(table).select(table.name).where(belonging.of_case(table, customer))
	return _names(query.where(table.stage.notin(FINAL_STAGES)).orderby(table.name))


def _open_ones(doctype: str, belongs: Any, customer: str) -> list[str]:
	table = frappe.qb.DocType(doctype)
	query = frappe.qb.from_(table).select(table.name).where(belongs(table, customer))
	return _names(query.where(table.state == "Open").orderby(table.name))


def _names(query: Any) -> list[str]:
	return [row[0] for row in query.run()]


def _refuse_running_imports() -> None:
	running = frappe.get_all("CS Purchase Import", {"state": ["in", ["Queued", "Running"]]}, pluck="name")
	if running:
		frappe.throw(
			_(
				"The import {0} is running and may bring orders of this customer. Try again when it is done."
			).format(frappe.bold(running[0]))
		)
