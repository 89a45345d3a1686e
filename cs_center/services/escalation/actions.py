"""What a step does to the ticket: team, agent, priority, complaint, incident. Each stands for itself.

An action that fails is undone and told on the escalation; its step has fired all the same, and its people know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import frappe
from frappe import _

from cs_center.domain.escalation_policy import Step, severity_rank
from cs_center.integrations import helpdesk
from cs_center.services.service_levels.acting import acting_for_the_system
from cs_center.services.service_levels.evaluation import lock_tickets

from . import rows
from .policies import escalation_policies_by_name

SAVEPOINT = "cs_center_action"
LONGEST_ERROR = 200


class NothingToDo(Exception):
	"""The ticket is already what the action would make of it; the text says so."""


@dataclass(frozen=True)
class Fired:
	"""A step whose actions are pending: the escalation's row, and the step."""

	row: Any
	step: Step


def run_pending(limit: int) -> int:
	"""Do the actions that wait, each escalation's in a transaction of its own; returns how many were done.

	No ticket is held for longer than its own change takes, and a crash leaves the rest to the next minute.
	"""
	names = frappe.get_all(
		rows.ESCALATION,
		{"actions_pending": 1},
		pluck="name",
		order_by="modified asc, level asc",
		limit=limit,
	)
	return sum(_run(name) for name in names)


def _run(name: str) -> bool:
	try:
		done = act(name)
		frappe.db.commit()  # see run_pending
		return done
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		frappe.db.rollback()  # somebody else has the ticket: in a minute
	except Exception:  # logged, and tried again behind the others, so that it does not stand in their way
		frappe.db.rollback()
		frappe.log_error(
			title=f"CS Center: the actions of {name} were not done", reference_doctype=rows.ESCALATION
		)
		frappe.db.set_value(rows.ESCALATION, name, "modified", frappe.utils.now(), update_modified=False)
		frappe.db.commit()  # see run_pending
	return False


def act(name: str) -> bool:
	"""The actions of one escalation in a fixed order, once; what became of them is kept with it."""
	ticket = frappe.db.get_value(rows.ESCALATION, name, "reference_name")
	frappe.db.commit()  # the transaction begins with the lock: what is read after it is not older than it
	if not lock_tickets([ticket], skips_locked=True):
		return False
	row = next((one for one in rows.load([ticket], lock=True).get(ticket, ()) if one.name == name), None)
	if row is None or not row.actions_pending:
		return False
	step = _step(row)
	with acting_for_the_system():
		done = [_attempt(code, action, Fired(row, step)) for code, action in _wanted(step)] if step else []
	known = {**rows.evidence_of(row), "actions": done}
	rows.change(name, {"actions_pending": 0, "evidence": rows.to_evidence(known)})
	return True


def _step(row: Any) -> Step | None:
	policy = escalation_policies_by_name().get(row.policy)
	return next((step for step in policy.steps if step.key == row.step_key), None) if policy else None


def _wanted(step: Step) -> Iterator[tuple[str, Callable[[Fired], str]]]:
	"""(code, action) of the step: the team first, since Helpdesk takes a ticket away from agents outside its team."""
	actions = step.actions
	for code, is_wanted, action in (
		("team", actions.team, _change_team),
		("assign", actions.assigns_to_told, _assign),
		("priority", actions.priority, _raise_priority),
		("complaint", actions.complaint_severity, _open_complaint),
		("incident", actions.raises_incident, _raise_incident),
	):
		if is_wanted:
			yield code, action


def _attempt(code: str, action: Callable[[Fired], str], one: Fired) -> dict[str, Any]:
	frappe.db.savepoint(SAVEPOINT)
	messages = len(frappe.local.message_log)
	try:
		value = action(one)
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		raise  # the database has ended the whole transaction: the batch is made anew
	except NothingToDo as reason:
		return {"code": "none", "value": str(reason)}
	except Exception as error:  # whatever it is: the people were told, and the escalation says what failed
		frappe.db.rollback(save_point=SAVEPOINT)
		del frappe.local.message_log[messages:]
		frappe.log_error(title=f"CS Center: action {code} of {one.row['name']} failed")
		return {"code": code, "error": _short(error)}
	frappe.db.release_savepoint(SAVEPOINT)
	return {"code": code, "value": value}


def _short(error: Exception) -> str:
	text = frappe.utils.strip_html(str(error)) or type(error).__name__
	return text[:LONGEST_ERROR]


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
	helpdesk.assign_only(one.row["reference_name"], agent)
	return agent


def _raise_priority(one: Fired) -> str:
	wanted, present = one.step.actions.priority, _present(one).priority
	if not helpdesk.is_more_urgent(wanted, present):
		raise NothingToDo(_("the priority is {0} already").format(_(present or "")))
	_save(one, priority=wanted)
	return wanted


def _open_complaint(one: Fired) -> str:
	"""A ticket with a severity is a complaint; a higher one is never lowered."""
	wanted = one.step.actions.complaint_severity
	present = _present(one).cs_severity or ""
	if severity_rank(present) >= severity_rank(wanted):
		raise NothingToDo(_("the ticket is a complaint of severity {0} already").format(_(present)))
	_save(one, cs_severity=wanted)
	return wanted


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
	fields = ["subject", "agent_group", "priority", "_assign", "cs_severity", "cs_raised_from"]
	return frappe.db.get_value(helpdesk.TICKET, one.row["reference_name"], fields, as_dict=True)


def _save(one: Fired, **values: str) -> None:
	"""Through Helpdesk's own controller, so that its rules and our ledger see the change."""
	ticket = frappe.get_doc(helpdesk.TICKET, one.row["reference_name"])
	ticket.update(values)
	ticket.save(ignore_permissions=True)  # the policy was submitted by somebody who may decide this
