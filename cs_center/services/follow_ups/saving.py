"""Calls and visits after a case: what has to be there before one is done or its customer counts as unreachable."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, get_datetime, now_datetime

from cs_center.domain.complaints import Standing
from cs_center.domain.ledger import EventKind
from cs_center.services.complaints import ledger
from cs_center.services.complaints.people import acting_standing
from cs_center.services.complaints.settings import read_complaint_settings
from cs_center.services.service_levels.acting import acting_user

from .attempts import REACHED, check_attempts, failed_days, has_reached, last_reached
from .kinds import CALL_BACK, CANCELLED, DONE, FOLLOW_UP, OPEN, PHONE, UNREACHABLE, WITHOUT_RESULT, is_enabled

COMPLAINT = "CS Complaint"
HIGHEST_SCORE = 5


def validate(doc: Any) -> None:
	"""Refuse what may not be, each with a message that says what to do; then fill what the server keeps."""
	before = doc.get_doc_before_save()
	doc.done_at, doc.done_by = (before.done_at, before.done_by) if before else (None, None)
	_refuse_change_of_finished(doc, before)
	_open_again(doc, before)
	_fill_from_complaint(doc)
	_check_medium(doc)
	_check_assigned(doc)
	check_attempts(doc, before)
	_check_result(doc)
	_settle(doc)
	_check_state(doc)
	_stamp(doc, before)


def on_update(doc: Any) -> None:
	"""Each new attempt, and a result that was given without one, becomes an event of the complaint's ledger."""
	if not doc.complaint:
		return
	before = doc.get_doc_before_save()
	known = {row.name for row in before.attempts} if before else set()
	fresh = [row for row in doc.attempts if row.name not in known]
	has_new_result = bool(doc.result) and (not before or before.result != doc.result)
	for row in fresh:
		is_last = row is fresh[-1]
		_record(doc, row.outcome, row, has_new_result and is_last)
	if has_new_result and not fresh:
		_record(doc, REACHED, last_reached(doc), True)


def on_trash(doc: Any) -> None:
	"""Attempts are evidence, unless the complaint goes itself: then nobody asks for permission.

	A task of care is not deleted either: the next night would make it again.
	"""
	if doc.care_rule and not doc.flags.ignore_permissions:
		frappe.throw(
			_(
				"The follow-up {0} was made by the care rule {1}, which would make it again. Cancel it instead."
			).format(frappe.bold(doc.name), frappe.bold(doc.care_rule))
		)
	if doc.attempts and not doc.flags.ignore_permissions:
		frappe.throw(
			_("The follow-up {0} has attempts, which are kept. Cancel it instead.").format(
				frappe.bold(doc.name)
			)
		)


def record_attempt(
	name: str, outcome: str, note: str = "", result: str = "", score: int | str = 0
) -> dict[str, Any]:
	"""Add an attempt made now by whoever asks, with the result when the customer was reached. For who may write it.

	Returns name, state, result, score, ``failed_days`` and ``failed_days_needed``.
	"""
	doc = frappe.get_doc(FOLLOW_UP, name, for_update=True)
	doc.check_permission("write")
	attempt = {"attempted_at": now_datetime(), "attempted_by": frappe.session.user}
	doc.append("attempts", {**attempt, "outcome": outcome, "note": note})
	if result:
		doc.result = result
	if cint(score):
		doc.score = cint(score)
	doc.save()
	return {
		**{field: doc.get(field) for field in ("name", "state", "result", "score")},
		"failed_days": len(failed_days(doc.attempts)),
		"failed_days_needed": read_complaint_settings().failed_attempts,
	}


# --- what may be changed, what has to be there ---------------------------------------------------------------------


def _refuse_change_of_finished(doc: Any, before: Any) -> None:
	if before and before.state in (DONE, CANCELLED) and acting_standing() < Standing.LEAD:
		frappe.throw(
			_(
				"The follow-up {0} is {1} and stays as it is. A team lead or a service manager can open it again."
			).format(frappe.bold(doc.name), _(before.state))
		)


def _open_again(doc: Any, before: Any) -> None:
	"""What it came to stands no longer; the ledger keeps it."""
	if before and before.state == DONE and doc.state == OPEN:
		doc.result, doc.score = "", 0


def _fill_from_complaint(doc: Any) -> None:
	if doc.kind == CALL_BACK and not doc.complaint:
		frappe.throw(_("A call-back belongs to a complaint. Choose it, or choose another kind of follow-up."))
	if doc.complaint and not (doc.ticket and doc.customer):
		row = frappe.db.get_value(COMPLAINT, doc.complaint, ["ticket", "customer"], as_dict=True)
		doc.ticket, doc.customer = doc.ticket or row.ticket, doc.customer or row.customer


def _check_medium(doc: Any) -> None:
	must_call = doc.kind == CALL_BACK and frappe.db.get_value(COMPLAINT, doc.complaint, "needs_call_back")
	if must_call and doc.medium != PHONE:
		frappe.throw(
			_("The category of {0} asks for a call-back by phone. Choose the medium Phone.").format(
				frappe.bold(doc.complaint)
			)
		)


def _check_assigned(doc: Any) -> None:
	if doc.assigned_to and doc.has_value_changed("assigned_to") and not is_enabled(doc.assigned_to):
		frappe.throw(
			_("The user {0} is disabled. Assign the follow-up to somebody else.").format(
				frappe.bold(doc.assigned_to)
			)
		)


def _check_result(doc: Any) -> None:
	if not 0 <= cint(doc.score) <= HIGHEST_SCORE:
		frappe.throw(_("The score {0} is out of range. Enter 1 to 5, or 0 for none.").format(doc.score))
	if doc.result and not has_reached(doc):
		frappe.throw(
			_(
				"There is a result, but no attempt that reached the customer. Add the attempt with the outcome {0}."
			).format(frappe.bold(_(REACHED)))
		)


def _settle(doc: Any) -> None:
	"""Reached, with a result: that is done, whether somebody says so or not."""
	is_complete = doc.result or doc.kind in WITHOUT_RESULT
	if doc.state in (OPEN, UNREACHABLE) and is_complete and has_reached(doc):
		doc.state = DONE


def _check_state(doc: Any) -> None:
	if doc.state == DONE and doc.kind in WITHOUT_RESULT and not has_reached(doc):
		frappe.throw(
			_("This is done when the customer was reached. Add the attempt with the outcome {0}.").format(
				frappe.bold(_(REACHED))
			)
		)
	if doc.state == DONE and doc.kind not in WITHOUT_RESULT and not (doc.result and has_reached(doc)):
		frappe.throw(
			_(
				"A follow-up is done when the customer was reached and there is a result. Add the attempt and the result."
			)
		)
	if doc.state == UNREACHABLE:
		days, needed = len(failed_days(doc.attempts)), read_complaint_settings().failed_attempts
		if days < needed:
			frappe.throw(
				_(
					"Nobody is unreachable before failed attempts on {0} different days; so far there are {1}. Try again on another day."
				).format(needed, days)
			)
	if doc.state == CANCELLED and not (doc.cancelled_reason or "").strip():
		frappe.throw(_("Say why the follow-up is cancelled."))


def _stamp(doc: Any, before: Any) -> None:
	is_over = doc.state in (DONE, UNREACHABLE)
	if not is_over:
		doc.done_at = doc.done_by = None
	elif not before or before.state != doc.state:
		doc.done_at, doc.done_by = now_datetime(), acting_user() or None


def _record(doc: Any, outcome: str, attempt: Any, with_result: bool) -> None:
	detail = {
		"follow_up": doc.name,
		"attempted_at": str(get_datetime(attempt.attempted_at)),
		"by": attempt.attempted_by or "",
	}
	if attempt.note:
		detail["note"] = attempt.note
	if with_result:
		detail.update({"result": doc.result, "score": cint(doc.score)})
	ledger.record(doc.complaint, EventKind.CALL_ATTEMPTED, outcome, detail)
