"""What departments and people are to do about a complaint: who may change what of it, and what is recorded.

People of departments see the action and nothing else of the case. They may say what they did, and that it is done.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import get_datetime, now_datetime

from cs_center.domain.complaints import Stage, Standing
from cs_center.domain.ledger import EventKind
from cs_center.services.escalation import rows as escalation_rows
from cs_center.services.service_levels.acting import acting_user

from . import ledger
from .action_reminders import first_reminder, send_reminders, tell_responsible
from .people import acting_standing

__all__ = ["finish", "on_trash", "on_update", "send_reminders", "tell_responsible", "validate"]

ACTION, COMPLAINT = "CS Complaint Action", "CS Complaint"
OPEN, DONE, CANCELLED = "Open", "Done", "Cancelled"
DELETED = "Deleted"
"""What the ledger says of an action that is no more."""

COMPUTED_FIELDS = ("done_at", "done_by", "remind_at", "reminded_at")
FIELDS_OF_DEPARTMENTS = ("result", "evidence", "state")
"""All that somebody may write who is nothing but the person or department that is responsible."""

SLACK = timedelta(minutes=1)
"""Between choosing "now" in the form and saving it."""

LONGEST_QUOTE = 140


def validate(doc: Any) -> None:
	"""Refuse what may not be, each with a message that says what to do; then fill what the server keeps."""
	before = doc.get_doc_before_save()
	_put_back_computed(doc, before)
	if before:
		_refuse_change_of_finished(doc, before)
		_refuse_more_than_result(doc, before)
	_refuse_new_work_on_finished_complaint(doc, before)
	_check_people(doc)
	_check_due(doc, before)
	_check_result(doc)
	_stamp(doc, before)


def on_update(doc: Any) -> None:
	"""Record what changed in the complaint's ledger, and tell whoever has something to do now."""
	before = doc.get_doc_before_save()
	if not before or before.state != doc.state:
		_record(doc, doc.state)
	if doc.state == OPEN and (not before or before.state != OPEN or _has_new_people(doc, before)):
		tell_responsible(doc)


def on_trash(doc: Any) -> None:
	"""The complaint keeps that there was an action, unless it goes itself: then nobody asks for permission."""
	escalation_rows.erase([doc.name], ACTION)  # its messages: the number may be given again
	if not doc.flags.ignore_permissions:
		_record(doc, DELETED)


def finish(name: str, result: str, evidence: str = "") -> dict[str, Any]:
	"""The action is done, with its result; returns name, state, done_at, done_by.

	For the responsible person, and whoever else may write the action.
	"""
	doc = frappe.get_doc(ACTION, name, for_update=True)
	if doc.responsible != frappe.session.user:
		doc.check_permission("write")
	if doc.state != OPEN:
		frappe.throw(
			_("The action {0} is not open any more: it is {1}. Reload the page to see its result.").format(
				frappe.bold(name), _(doc.state)
			)
		)
	doc.update({"result": result, "evidence": evidence or doc.evidence, "state": DONE})
	# Asked above; the responsible person needs no role to say what was done.
	doc.save(ignore_permissions=True)
	return {field: doc.get(field) for field in ("name", "state", "done_at", "done_by")}


# --- who may change what -------------------------------------------------------------------------------------------


def _put_back_computed(doc: Any, before: Any) -> None:
	for field in COMPUTED_FIELDS:
		doc.set(field, before.get(field) if before else None)


def _refuse_change_of_finished(doc: Any, before: Any) -> None:
	if before.state != OPEN and acting_standing() < Standing.LEAD and _changed_fields(doc, before):
		frappe.throw(
			_(
				"The action {0} is {1} and stays as it is. A team lead or a service manager can open it again."
			).format(frappe.bold(doc.name), _(before.state))
		)


def _refuse_more_than_result(doc: Any, before: Any) -> None:
	if acting_standing() > Standing.NOBODY:
		return
	others = [field for field in _changed_fields(doc, before) if field not in FIELDS_OF_DEPARTMENTS]
	if others:
		labels = ", ".join(_(doc.meta.get_label(field), context=ACTION) for field in others)
		frappe.throw(
			_(
				"{0}: this cannot be changed by the department. Write the result and the evidence, and ask the complaint's handler for everything else."
			).format(frappe.bold(labels)),
			frappe.PermissionError,
		)
	if doc.state == CANCELLED and before.state != CANCELLED:
		frappe.throw(
			_("An action is cancelled by the service centre. Ask the complaint's handler to do it."),
			frappe.PermissionError,
		)


def _changed_fields(doc: Any, before: Any) -> list[str]:
	"""Fields with another value than was stored, computed ones left aside."""
	return [
		field.fieldname
		for field in doc.meta.fields
		if field.fieldname not in COMPUTED_FIELDS and _value(doc, field) != _value(before, field)
	]


def _value(doc: Any, field: Any) -> Any:
	value = doc.get(field.fieldname) or None
	return get_datetime(value) if value and field.fieldtype == "Datetime" else value


def _has_new_people(doc: Any, before: Any) -> bool:
	return any((doc.get(field) or "") != (before.get(field) or "") for field in ("responsible", "department"))


# --- what has to be there ------------------------------------------------------------------------------------------


def _refuse_new_work_on_finished_complaint(doc: Any, before: Any) -> None:
	"""What is open there already may still be finished or cancelled."""
	is_opened_again = before and before.state != OPEN and doc.state == OPEN
	if before and not is_opened_again:
		return
	stage = frappe.db.get_value(COMPLAINT, doc.complaint, "stage")
	if stage and Stage(stage).is_final:
		frappe.throw(
			_("The complaint {0} is {1}, so it takes no further action. Reopen it first.").format(
				frappe.bold(doc.complaint), _(stage, context="CS Complaint")
			)
		)


def _check_people(doc: Any) -> None:
	if not doc.department and not doc.responsible:
		frappe.throw(_("Nobody would do it: choose a department or a responsible person."))
	if not doc.responsible or not doc.has_value_changed("responsible"):
		return
	if not frappe.db.get_value("User", doc.responsible, "enabled"):
		frappe.throw(
			_("The user {0} is disabled. Choose another responsible person.").format(
				frappe.bold(doc.responsible)
			)
		)
	# A partner's account of the portal answers on the action's page; the customer who complains does not.
	if doc.responsible in (frappe.db.get_value(COMPLAINT, doc.complaint, "raised_by"), "Guest"):
		frappe.throw(
			_("{0} is the customer of this complaint. Choose somebody of the house or of a partner.").format(
				frappe.bold(doc.responsible)
			)
		)


def _check_due(doc: Any, before: Any) -> None:
	if not before and get_datetime(doc.due_at) < now_datetime() - SLACK:
		frappe.throw(_("The action would be due in the past. Choose a later time."))


def _check_result(doc: Any) -> None:
	if doc.state == DONE and not (doc.result or "").strip():
		frappe.throw(_("Write what was done: the result is missing."))
	if doc.state == CANCELLED and not (doc.cancelled_reason or "").strip():
		frappe.throw(_("Say why the action is cancelled."))


# --- what the server keeps -----------------------------------------------------------------------------------------


def _stamp(doc: Any, before: Any) -> None:
	was = before.state if before else None
	if doc.state != DONE:
		doc.done_at = doc.done_by = None
	elif was != DONE:
		doc.done_at, doc.done_by = now_datetime(), acting_user() or None
	if doc.state != OPEN:
		doc.remind_at = None
	elif was != OPEN or get_datetime(before.due_at) != get_datetime(doc.due_at):
		doc.remind_at = first_reminder(doc)


def _record(doc: Any, value: str) -> None:
	detail = {
		"action": doc.name,
		"kind": doc.kind,
		"instruction": _quote(doc.instruction),
		"by": acting_user(),
		"responsible": doc.responsible or doc.department or "",
	}
	if value == DONE:
		detail["result"] = _quote(doc.result)
	if value == CANCELLED:
		detail["reason"] = _quote(doc.cancelled_reason)
	ledger.record(doc.complaint, EventKind.ACTION_CHANGED, value, detail)


def _quote(text: str | None) -> str:
	line = " ".join((text or "").split())
	return line if len(line) <= LONGEST_QUOTE else f"{line[: LONGEST_QUOTE - 1]}…"
