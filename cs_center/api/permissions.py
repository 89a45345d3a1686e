"""Who may see what: ledger and clocks follow the ticket they are about."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.db_query import DatabaseQuery

from cs_center.integrations import helpdesk

SEES_ALL = {"System Manager", "CS Manager", "CS Quality Auditor", "CS Team Lead", "Agent Manager"}
"""Roles whose work is across teams; an agent sees what Helpdesk lets that agent see of the tickets themselves."""

WORKSPACE_ROLES = SEES_ALL | {"CS Trainer"}


def clock_conditions(user: str | None = None) -> str:
	"""SQL condition for lists and reports of clocks."""
	return _conditions("CS Service Clock", user)


def event_conditions(user: str | None = None) -> str:
	"""SQL condition for lists and reports of ledger events."""
	return _conditions("CS Service Event", user)


def _conditions(doctype: str, user: str | None) -> str:
	user = user or frappe.session.user
	if sees_all(user):
		return ""
	if not helpdesk.is_agent(user):
		return "1=0"
	on_tickets = DatabaseQuery(helpdesk.TICKET, user=user).get_permission_query_conditions()
	where = f"where {on_tickets}" if on_tickets else ""
	# Both parts come from Frappe and Helpdesk, which escape the user's name themselves.
	return f"`tab{doctype}`.reference_name in (select name from `tab{helpdesk.TICKET}` {where})"


def may_read_reference(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""Whether the user may read the ticket that a clock or event is about; nobody may do more than read."""
	user = user or frappe.session.user
	if ptype not in ("read", "report", "export", "print", "select", "email"):
		return False
	if sees_all(user) or not doc.get("reference_name"):
		return True
	return may_explain(doc.reference_name, user)


def sees_all(user: str) -> bool:
	"""Whether the user's work is across teams."""
	return user == "Administrator" or bool(SEES_ALL & set(frappe.get_roles(user)))


def may_explain(ticket: str, user: str | None = None) -> bool:
	"""Whether the user works with this ticket: a supervisor, or an agent whom Helpdesk shows it. Never its customer."""
	user = user or frappe.session.user
	if sees_all(user):
		return True
	return helpdesk.is_agent(user) and bool(frappe.has_permission(helpdesk.TICKET, "read", ticket, user=user))


def require_ticket(ticket: str) -> None:
	"""Refuse who may not work with the ticket; the message does not tell whether it exists."""
	if not frappe.db.exists(helpdesk.TICKET, ticket) or not may_explain(ticket):
		frappe.throw(
			_("You cannot see ticket {0}. Ask a team lead if you should.").format(frappe.bold(ticket)),
			frappe.PermissionError,
		)


def require_manager() -> None:
	"""Refuse who does not administer service levels."""
	if not {"System Manager", "CS Manager"} & set(frappe.get_roles()):
		frappe.throw(_("Only a CS Manager or a System Manager can do this."), frappe.PermissionError)


def may_see_workspace() -> bool:
	"""Whether CS Center stands among the user's apps."""
	return sees_all(frappe.session.user) or bool(WORKSPACE_ROLES & set(frappe.get_roles()))
