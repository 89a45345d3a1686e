"""What a step does to a ticket: team, agent, priority, complaint, incident."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from cs_center.integrations import helpdesk, helpdesk_assignments
from cs_center.services.complaints import registering

from . import rows
from .fired import Fired, NothingToDo


def _change_team(one: Fired) -> str:
	team = one.step.actions.team
	if _present(one).agent_group == team:
		raise NothingToDo(_("the ticket is with {0} already").format(team))
	_save(one, agent_group=team)
	return team


def _assign(one: Fired) -> str:
	"""The first of the people told who is an agent."""
	told = rows.evidence_of(one.row).get("told", [])
	agent = next((user for user in told if helpdesk.is_agent(user)), None)
	if agent is None:
		frappe.throw(_("none of the people told is an agent"))
	if helpdesk.assignees(_present(one)) == {agent}:
		raise NothingToDo(_("the ticket is with {0} already").format(agent))
	helpdesk_assignments.assign_only(one.row["reference_name"], agent)
	return agent


def _raise_priority(one: Fired) -> str:
	wanted, present = one.step.actions.priority, _present(one).priority
	if not helpdesk.is_more_urgent(wanted, present):
		raise NothingToDo(_("the priority is {0} already").format(_(present or "")))
	_save(one, priority=wanted)
	return wanted


def _open_complaint(one: Fired) -> str:
	"""A complaint of that severity: the ticket's open one is raised, or a new one registered; none is lowered."""
	wanted = one.step.actions.complaint_severity
	complaint = registering.raise_to(one.row["reference_name"], wanted)
	if complaint is None:
		raise NothingToDo(_("the ticket has a complaint of severity {0} already").format(_(wanted)))
	return complaint


def _raise_incident(one: Fired) -> str:
	"""A ticket of the type Incident beside this one. An incident's own escalation raises no further one."""
	present = _present(one)
	if present.cs_raised_from:
		raise NothingToDo(_("it was itself raised from ticket {0}").format(present.cs_raised_from))
	return helpdesk.create_incident(
		subject=_("Incident: {0}").format(present.subject),
		description=_("Raised by the escalation of ticket {0}.").format(one.row["reference_name"]),
		team=present.agent_group,
		priority=present.priority,
		cs_raised_from=one.row["reference_name"],
	)


def _present(one: Fired) -> Any:
	"""The ticket as it is now: the action before this one, or another step, may have changed it."""
	fields = ["subject", "agent_group", "priority", "_assign", "cs_raised_from"]
	return frappe.db.get_value(helpdesk.TICKET, one.row["reference_name"], fields, as_dict=True)


def _save(one: Fired, **values: str) -> None:
	"""Through Helpdesk's own controller, so that its rules and our ledger see the change."""
	ticket = frappe.get_doc(helpdesk.TICKET, one.row["reference_name"])
	ticket.update(values)
	ticket.save(ignore_permissions=True)  # the policy was submitted by somebody who may decide this


ACTIONS = {
	"team": _change_team,
	"assign": _assign,
	"priority": _raise_priority,
	"complaint": _open_complaint,
	"incident": _raise_incident,
}
