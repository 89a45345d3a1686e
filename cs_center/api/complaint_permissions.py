"""Who may see which complaint, action and follow-up. Frappe's roles say what may be done, these say with which rows."""

from __future__ import annotations

import frappe
from frappe import _

from cs_center.api.customer_permissions import care_condition, is_care, may_use_care
from cs_center.services.complaints.people import LEADS, MANAGERS

COMPLAINT, ACTION, FOLLOW_UP = "CS Complaint", "CS Complaint Action", "CS Follow Up"

CHANGES_ALL = MANAGERS | LEADS
SEES_ALL = CHANGES_ALL | {"CS Quality Auditor"}
"""Roles whose work is across teams. An auditor who is an agent too changes what that agent may change."""

READING = ("read", "report", "export", "print", "select", "email")

AGENT, DEPARTMENT = "Agent", "CS Department User"


def sees_all(user: str) -> bool:
	"""Whether the user sees every complaint."""
	return user == "Administrator" or bool(SEES_ALL & set(frappe.get_roles(user)))


def may_all(user: str, ptype: str) -> bool:
	"""Whether the user may do this with every row, as far as the roles allow it."""
	if user == "Administrator" or CHANGES_ALL & set(frappe.get_roles(user)):
		return True
	return ptype in READING and sees_all(user)


def complaint_conditions(user: str | None = None) -> str:
	"""SQL condition for lists and reports of complaints."""
	user = user or frappe.session.user
	if sees_all(user):
		return ""
	return _own_complaints(user) if AGENT in frappe.get_roles(user) else "1=0"


def _own_complaints(user: str) -> str:
	"""Those of the agent's teams, those that the agent handles, and those that the agent registered."""
	name = frappe.db.escape(user)
	teams = ", ".join(frappe.db.escape(team) for team in teams_of(user))
	mine = [f"`tabCS Complaint`.handler = {name}", f"`tabCS Complaint`.owner = {name}"]
	if teams:
		mine.append(f"`tabCS Complaint`.team in ({teams})")
	return f"({' or '.join(mine)})"


def teams_of(user: str) -> list[str]:
	"""Helpdesk teams of the user."""
	return frappe.get_all(
		"HD Team Member", {"parenttype": "HD Team", "user": user}, pluck="parent", distinct=True
	)


def may_use_complaint(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""Whether the user may do this with the complaint, as far as the roles allow it."""
	user = user or frappe.session.user
	if may_all(user, ptype):
		return True
	if AGENT not in frappe.get_roles(user):
		return False
	if ptype == "create" or not doc.get("name"):
		return True
	stored = _stored(COMPLAINT, doc, ("team", "handler", "owner"))
	return user in (stored.handler, stored.owner) or (stored.team or "") in teams_of(user)


def action_conditions(user: str | None = None) -> str:
	"""SQL condition for lists and reports of actions: of one's complaints, and those that wait for oneself."""
	user = user or frappe.session.user
	if sees_all(user):
		return ""
	mine = [_own_actions(user)]
	if AGENT in frappe.get_roles(user):
		mine.append(
			f"`tabCS Complaint Action`.complaint in (select name from `tabCS Complaint` where {_own_complaints(user)})"
		)
	return f"({' or '.join(mine)})"


def _own_actions(user: str) -> str:
	own = f"`tabCS Complaint Action`.responsible = {frappe.db.escape(user)}"
	department = department_of(user)
	if not department:
		return own
	of_department = (
		f"(ifnull(`tabCS Complaint Action`.responsible, '') = ''"
		f" and `tabCS Complaint Action`.department = {frappe.db.escape(department)})"
	)
	return f"{own} or {of_department}"


def department_of(user: str) -> str:
	"""The department in the user's profile, "" without one."""
	return frappe.db.get_value("CS Agent Profile", user, "department") or ""


def may_use_action(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""Whether the user may do this with the action, as far as the roles allow it."""
	user = user or frappe.session.user
	if may_all(user, ptype):
		return True
	is_new = ptype == "create" or not doc.get("name")
	if not is_new and is_responsible(doc, user):
		return ptype not in ("create", "delete")
	if AGENT not in frappe.get_roles(user):
		return False
	complaint = doc.get("complaint")
	return not complaint or may_use_complaint(frappe._dict(name=complaint), "read", user)


def is_responsible(doc, user: str) -> bool:
	"""Whether the action waits for the user: for the person, or for the department where no person is named."""
	stored = _stored(ACTION, doc, ("responsible", "department"))
	if stored.responsible:
		return stored.responsible == user
	return bool(stored.department) and stored.department == department_of(user)


def follow_up_conditions(user: str | None = None) -> str:
	"""SQL condition for lists and reports of follow-ups."""
	user = user or frappe.session.user
	if sees_all(user):
		return ""
	is_agent, cares = AGENT in frappe.get_roles(user), is_care(user)
	if not (is_agent or cares):
		return "1=0"
	mine = [f"`tabCS Follow Up`.assigned_to = {frappe.db.escape(user)}"]
	if is_agent:
		of_complaints = f"select name from `tabCS Complaint` where {_own_complaints(user)}"
		mine.append(f"`tabCS Follow Up`.complaint in ({of_complaints})")
	if cares:
		mine.append(care_condition())
	if teams := ", ".join(frappe.db.escape(team) for team in teams_of(user)):
		mine.append(f"`tabCS Follow Up`.team in ({teams})")
	return f"({' or '.join(mine)})"


def may_use_follow_up(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""Whether the user may do this with the follow-up, as far as the roles allow it."""
	user = user or frappe.session.user
	if may_all(user, ptype):
		return True
	if not (AGENT in frappe.get_roles(user) or is_care(user)):
		return False
	if ptype == "create" or not doc.get("name"):
		complaint = doc.get("complaint")
		return not complaint or may_use_complaint(frappe._dict(name=complaint), "read", user)
	stored = _stored(FOLLOW_UP, doc, ("assigned_to", "team", "complaint", "kind"))
	if stored.assigned_to == user or (stored.team or "") in teams_of(user) or may_use_care(stored.kind, user):
		return True
	return bool(stored.complaint) and may_use_complaint(frappe._dict(name=stored.complaint), "read", user)


def row_conditions(doctype: str, user: str | None = None) -> str:
	"""SQL condition for the rows of a complaint or follow-up: Frappe asks for the role on their document, not for its rows."""
	user = user or frappe.session.user
	parent = FOLLOW_UP if doctype == "CS Follow Up Attempt" else COMPLAINT
	conditions = follow_up_conditions(user) if parent == FOLLOW_UP else complaint_conditions(user)
	if not conditions:
		return ""
	return f"`tab{doctype}`.parent in (select name from `tab{parent}` where {conditions})"


def cause_conditions(user: str | None = None) -> str:
	return row_conditions("CS Complaint Root Cause", user)


def compensation_conditions(user: str | None = None) -> str:
	return row_conditions("CS Complaint Compensation", user)


def stage_change_conditions(user: str | None = None) -> str:
	return row_conditions("CS Complaint Stage Change", user)


def regulator_conditions(user: str | None = None) -> str:
	return row_conditions("CS Complaint Regulator Pack", user)


def attempt_conditions(user: str | None = None) -> str:
	return row_conditions("CS Follow Up Attempt", user)


def _stored(doctype: str, doc, fields: tuple[str, ...]):
	"""The row as it is stored: what somebody is about to write into it opens nothing."""
	return frappe.db.get_value(doctype, doc.get("name"), list(fields), as_dict=True) or frappe._dict()


def require_complaint(name: str, ptype: str = "read") -> None:
	"""Refuse who may not do this with the complaint; the message does not tell whether it exists."""
	_require(COMPLAINT, name, ptype)


def require_follow_up(name: str) -> None:
	"""Refuse who may not write the follow-up."""
	_require(FOLLOW_UP, name, "write")


def require_action(name: str) -> None:
	"""Refuse who may not answer the action: its responsible person needs no role for that."""
	user = frappe.session.user
	if user != "Guest" and frappe.db.exists(ACTION, name) and is_responsible(frappe._dict(name=name), user):
		return
	_require(ACTION, name, "write")


def _require(doctype: str, name: str, ptype: str) -> None:
	if not frappe.db.exists(doctype, name) or not frappe.has_permission(doctype, ptype, name):
		frappe.throw(
			_("You cannot see {0} {1}, or not change it. Ask a team lead if you should.").format(
				_(doctype), frappe.bold(frappe.utils.escape_html(name))
			),
			frappe.PermissionError,
		)
