"""Registering a complaint from a ticket: one call, whoever makes it (agent, Desk, an escalation)."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from cs_center.domain.complaints import SEVERITIES, severity_rank
from cs_center.integrations import helpdesk
from cs_center.services.escalation.subjects import COMPLAINT

from . import categories
from .tickets import FINAL


def register(
	ticket: str,
	category: str = "",
	severity: str = "",
	remedy_sought: str = "",
	description: str = "",
	classified: bool = True,
	ignore_permissions: bool = False,
) -> Any:
	"""A new complaint of the ticket, inserted. An empty category is the ticket's own or the suggested one, else none.

	``classified`` False: no category is taken from the ticket.
	"""
	if severity and severity not in SEVERITIES:
		frappe.throw(
			_("{0} is not a severity. Choose one of: {1}.").format(
				frappe.bold(severity), ", ".join(_(one) for one in SEVERITIES)
			)
		)
	values = {
		"doctype": COMPLAINT,
		"ticket": ticket,
		"category": category or (_known_category(ticket) if classified else None),
		"severity": severity,
		"remedy_sought": remedy_sought,
		"description": description,
		"handler": _handler(),
	}
	doc = frappe.get_doc(values)
	return doc.insert(ignore_permissions=ignore_permissions)


def _handler() -> str | None:
	"""Whoever registers it has it in hand until somebody else is named."""
	user = frappe.session.user
	return user if user != "Administrator" and helpdesk.is_agent(user) else None


def _known_category(ticket: str) -> str | None:
	"""The accepted category, else the suggested one, as far as it is one of complaints and in use."""
	fields = ["cs_complaint_category", "cs_suggested_category"]
	row = frappe.db.get_value(helpdesk.TICKET, ticket, fields, as_dict=True)
	for name in (row.cs_complaint_category, row.cs_suggested_category) if row else ():
		category = categories.find(name)
		if category and category.is_complaint and category.enabled:
			return category.name
	return None


def open_complaints(ticket: str) -> list[Any]:
	"""The ticket's complaints that are not finished, oldest first."""
	return frappe.get_all(
		COMPLAINT,
		{"ticket": ticket, "stage": ["not in", FINAL]},
		["name", "severity", "stage"],
		order_by="received_at asc",
	)


def raise_to(ticket: str, severity: str) -> str | None:
	"""A complaint of at least this severity on the ticket: the open one is raised, or a new one registered.

	Returns its name; None when there is one of that severity already.
	"""
	standing = open_complaints(ticket)
	if any(severity_rank(row.severity or "") >= severity_rank(severity) for row in standing):
		return None
	if standing:
		doc = frappe.get_doc(COMPLAINT, standing[0].name)
		doc.severity = severity
		doc.save(ignore_permissions=True)  # on behalf of a policy that somebody submitted
		return doc.name
	return register(ticket, severity=severity, ignore_permissions=True).name


def accept_category(ticket: str, category: str) -> None:
	"""The agent says what the ticket is about: the suggestion or another category."""
	found = categories.find(category)
	if found is None or not found.enabled:
		frappe.throw(
			_("{0} is not a category in use. Choose one from the list.").format(frappe.bold(category or ""))
		)
	doc = frappe.get_doc(helpdesk.TICKET, ticket)
	doc.check_permission("write")
	doc.cs_complaint_category = category
	doc.save()
