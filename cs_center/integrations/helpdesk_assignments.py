"""Who works on Helpdesk's tickets: its agents, and assignments as Frappe keeps them."""

from __future__ import annotations

from datetime import datetime
from inspect import signature
from typing import Any

import frappe

from .helpdesk import TICKET, assignees


def is_active_agent(user: str) -> bool:
	"""Whether Helpdesk knows the user as an agent who is not switched off."""
	return bool(frappe.db.get_value("HD Agent", {"user": user}, "is_active"))


def assigned_since(agent: str, moment: datetime) -> int:
	"""How many tickets were assigned to the agent since then, whatever became of them."""
	return frappe.db.count(
		"ToDo", {"allocated_to": agent, "reference_type": TICKET, "creation": [">=", moment]}
	)


def open_assignees(ticket: str) -> set[str]:
	"""Users to whom the ticket is assigned now."""
	filters = {"reference_type": TICKET, "reference_name": ticket, "status": "Open"}
	return set(frappe.get_all("ToDo", filters, pluck="allocated_to"))


def assign_new(ticket: str, agent: str) -> None:
	"""Assign a ticket that has just been made, whoever made it; the agent finds it under the bell."""
	from frappe.desk.form import assign_to

	values = {"assign_to": [agent], "doctype": TICKET, "name": ticket, "assigned_by": "Administrator"}
	# The customer who writes may not assign. Earlier versions of Frappe did not ask.
	takes = "ignore_permissions" in signature(assign_to.add).parameters
	assign_to.add(values, **({"ignore_permissions": True} if takes else {}))
	if agent != frappe.session.user:
		entry = {"doctype": "HD Notification", "notification_type": "Assignment", "reference_ticket": ticket}
		entry |= {"user_from": frappe.session.user, "user_to": agent}
		frappe.get_doc(entry).insert(ignore_permissions=True)  # as Helpdesk's own does


def assign_only(ticket: str, agent: str) -> None:
	"""Assign a ticket to one agent and take it away from the others, as Frappe's own dialog does."""
	from frappe.desk.form import assign_to

	for user in assignees(frappe.db.get_value(TICKET, ticket, ["_assign"], as_dict=True)) - {agent}:
		assign_to.remove(TICKET, ticket, user)
	assign_to.add({"assign_to": [agent], "doctype": TICKET, "name": ticket})


def assignments(ticket: str) -> dict[str, Any]:
	"""Open assignments by assignee: ``creation`` and ``actor`` ("" where an assignment rule made it)."""
	rows = frappe.get_all(
		"ToDo",
		filters={"reference_type": TICKET, "reference_name": ticket, "status": "Open"},
		fields=["allocated_to", "creation", "assigned_by", "assignment_rule"],
		order_by="creation asc",
	)
	for row in rows:
		row.actor = "" if row.assignment_rule else (row.assigned_by or "")
	return {row.allocated_to: row for row in rows}
