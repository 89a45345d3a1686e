"""What a step does to its ticket or complaint. Each action stands for itself.

An action that fails is undone and told on the escalation; its step has fired all the same, and its people know.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import frappe

from cs_center.domain.escalation_policy import Step
from cs_center.services.service_levels.acting import acting_for_the_system

from . import complaint_actions, references, rows, ticket_actions
from .fired import Action, Fired, NothingToDo
from .policies import escalation_policies_by_name
from .subjects import COMPLAINT

SAVEPOINT = "cs_center_action"
LONGEST_ERROR = 200


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
	found = frappe.db.get_value(rows.ESCALATION, name, ["reference_doctype", "reference_name"])
	frappe.db.commit()  # the transaction begins with the lock: what is read after it is not older than it
	if not found or not references.lock(found[0], found[1], skips_locked=True):
		return False
	doctype, reference = found
	stored = rows.load([reference], doctype, lock=True).get(reference, ())
	row = next((one for one in stored if one.name == name), None)
	if row is None or not row.actions_pending:
		return False
	step = _step(row)
	with acting_for_the_system():
		done = (
			[_attempt(code, action, Fired(row, step)) for code, action in _wanted(row, step)] if step else []
		)
	known = {**rows.evidence_of(row), "actions": done}
	rows.change(name, {"actions_pending": 0, "evidence": rows.to_evidence(known)})
	return True


def _step(row: Any) -> Step | None:
	policy = escalation_policies_by_name().get(row.policy)
	return next((step for step in policy.steps if step.key == row.step_key), None) if policy else None


def _wanted(row: Any, step: Step) -> Iterator[tuple[str, Action]]:
	"""(code, action) of the step: the team first, since Helpdesk takes a ticket away from agents outside its team."""
	known = complaint_actions.ACTIONS if row.reference_doctype == COMPLAINT else ticket_actions.ACTIONS
	actions = step.actions
	for code, is_wanted in (
		("team", actions.team),
		("assign", actions.assigns_to_told),
		("priority", actions.priority),
		("complaint", actions.complaint_severity),
		("incident", actions.raises_incident),
	):
		if is_wanted and code in known:
			yield code, known[code]


def _attempt(code: str, action: Action, one: Fired) -> dict[str, Any]:
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
