"""Who may see what: ledger and clocks follow the ticket they are about."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.db_query import DatabaseQuery

from cs_center.api.complaint_permissions import COMPLAINT, complaint_conditions
from cs_center.integrations import helpdesk
from cs_center.services.escalation import responses

SEES_ALL = {"System Manager", "CS Manager", "CS Quality Auditor", "CS Team Lead", "Agent Manager"}
"""Roles whose work is across teams; an agent sees what Helpdesk lets that agent see of the tickets themselves."""

READING = ("read", "report", "export", "print", "select", "email")
"""What may be done with what the app has computed."""

WORKSPACE_ROLES = SEES_ALL | {"CS Trainer", "CS Customer Care"}


def clock_conditions(user: str | None = None) -> str:
	"""SQL condition for lists and reports of clocks."""
	return _conditions("CS Service Clock", user)


def event_conditions(user: str | None = None) -> str:
	"""SQL condition for lists and reports of ledger events."""
	return _conditions("CS Service Event", user)


def escalation_conditions(user: str | None = None) -> str:
	"""SQL condition for lists and reports of escalations: those of tickets one may see, and those one was told."""
	user = user or frappe.session.user
	on_tickets = _conditions("CS Escalation", user)
	if not on_tickets:
		return ""
	told = (
		"`tabCS Escalation`.name in (select escalation from `tabCS Notification Delivery`"
		f" where recipient = {frappe.db.escape(user)})"
	)
	return f"(({on_tickets}) or {told})"


def may_read_escalation(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""Whether the user may read an escalation: its ticket's people, and whoever it told."""
	user = user or frappe.session.user
	if may_read_reference(doc, ptype, user):
		return True
	return ptype in READING and bool(doc.get("name")) and responses.is_told(doc.name, user)


def profile_conditions(user: str | None = None) -> str:
	"""SQL condition for lists and reports of agent profiles: an agent sees the own one."""
	user = user or frappe.session.user
	return "" if sees_profiles(user) else f"`tabCS Agent Profile`.user = {frappe.db.escape(user)}"


def may_read_profile(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""Whether the user may do this with a profile, as far as the roles allow it: others' only across teams."""
	user = user or frappe.session.user
	return sees_profiles(user) or (ptype in READING and doc.get("user") in (user, None))


def sees_profiles(user: str) -> bool:
	"""Whether the user sees other people's profiles."""
	return sees_all(user) or "CS Trainer" in frappe.get_roles(user)


def require_escalation(name: str) -> None:
	"""Refuse who may not answer an escalation; the message does not tell whether it exists."""
	doctype, reference = responses.reference_of(name)
	user = frappe.session.user
	if not doctype or not (works_with(doctype, reference, user) or responses.is_told(name, user)):
		frappe.throw(
			_("You cannot see the escalation {0}. Ask a team lead if you should.").format(frappe.bold(name)),
			frappe.PermissionError,
		)


def _conditions(doctype: str, user: str | None) -> str:
	user = user or frappe.session.user
	if sees_all(user):
		return ""
	if not helpdesk.is_agent(user):
		return "1=0"
	# The conditions come from Frappe, Helpdesk and complaint_permissions, which escape the user's name themselves.
	on_tickets = DatabaseQuery(helpdesk.TICKET, user=user).get_permission_query_conditions()
	parts = ((helpdesk.TICKET, on_tickets), (COMPLAINT, complaint_conditions(user)))
	return "({})".format(" or ".join(_about(doctype, one, conditions) for one, conditions in parts))


def _about(doctype: str, reference_doctype: str, conditions: str) -> str:
	where = f"where {conditions}" if conditions else ""
	return (
		f"(`tab{doctype}`.reference_doctype = {frappe.db.escape(reference_doctype)}"
		f" and `tab{doctype}`.reference_name in (select name from `tab{reference_doctype}` {where}))"
	)


def may_read_reference(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""Whether the user may read the ticket or complaint that a clock or event is about; nobody may do more than read."""
	user = user or frappe.session.user
	if ptype not in READING:
		return False
	if sees_all(user) or not doc.get("reference_name"):
		return True
	return works_with(doc.get("reference_doctype") or helpdesk.TICKET, doc.reference_name, user)


def works_with(doctype: str, name: str, user: str) -> bool:
	"""Whether the user works with this ticket or this complaint."""
	if doctype == COMPLAINT:
		return bool(frappe.has_permission(COMPLAINT, "read", name, user=user))
	return may_explain(name, user)


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
