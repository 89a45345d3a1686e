"""What people do about an escalation: acknowledge it (somebody has the ticket in hand) or snooze it (later, not never)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import get_datetime

from cs_center.domain.escalation_values import EscalationState
from cs_center.services.notifications.messages import DELIVERY
from cs_center.services.service_levels.site_time import current_instant, display, to_aware, to_stored

from . import references, rows
from .sentences import suppression_text
from .settings import read_escalation_settings
from .subjects import TICKET

LONGEST_NOTE = 500
ANSWERABLE = (EscalationState.OPEN.value, EscalationState.SNOOZED.value)


def acknowledge(name: str, note: str = "") -> dict[str, Any]:
	"""The caller has the ticket in hand: the next level that waits for this is not sent. Returns the row's new values.

	Acknowledging twice changes nothing: the first one stands.
	"""

	def values_of(row: Any) -> dict[str, Any] | None:
		if row.state == EscalationState.ACKNOWLEDGED.value:
			return None
		_refuse_unanswerable(row)
		return {
			"state": EscalationState.ACKNOWLEDGED.value,
			"acknowledged_by": frappe.session.user,
			"acknowledged_at": to_stored(current_instant()),
			"note": _checked_note(note) or row.note,
		}

	return _answer(name, values_of)


def snooze(name: str, minutes: int, note: str = "") -> dict[str, Any]:
	"""Quiet for so many minutes; then its people are told again, and the wait of the next level begins anew."""
	longest = read_escalation_settings().longest_snooze_hours * 60
	if not 1 <= minutes <= longest:
		frappe.throw(_("{0} minutes cannot be snoozed. Enter 1 to {1} minutes.").format(minutes, longest))
	length = timedelta(minutes=minutes)

	def values_of(row: Any) -> dict[str, Any]:
		if row.state == EscalationState.ACKNOWLEDGED.value:
			frappe.throw(
				_("The escalation was acknowledged by {0}: there is nothing to snooze.").format(
					row.acknowledged_by
				)
			)
		_refuse_unanswerable(row)
		return {
			"state": EscalationState.SNOOZED.value,
			"snoozed_by": frappe.session.user,
			"snoozed_until": to_stored(current_instant() + length),
			"note": _checked_note(note) or row.note,
		}

	return _answer(name, values_of)


def answer_all(reference: str, answer: Callable[[str], Any], doctype: str = TICKET) -> list[str]:
	"""``answer`` for each escalation of the ticket (or complaint) that waits for one; returns their names."""
	found = rows.load([reference], doctype).get(reference, ())
	waiting = [row.name for row in found if row.state in ANSWERABLE]
	for name in waiting:
		answer(name)
	return waiting


def _answer(name: str, values_of: Callable[[Any], Mapping[str, Any] | None]) -> dict[str, Any]:
	"""The ticket's row is locked first, as the minute pass does: no answer crosses a step that is just fired."""
	doctype, reference = reference_of(name)
	references.lock(doctype, reference)
	row = next(one for one in rows.load([reference], doctype, lock=True)[reference] if one.name == name)
	values = values_of(row)
	if values is not None:
		rows.change(name, {**values, "evidence": _with_answer(row, values)})
		references.evaluate(doctype, reference)
	return {"name": name, **{**row, **(values or {})}}


def _with_answer(row: Any, values: Mapping[str, Any]) -> str:
	"""The evidence with this answer: a later one replaces the row's fields, but not what happened."""
	until = values.get("snoozed_until")
	answer = {
		"by": frappe.session.user,
		"at": str(to_stored(current_instant())),
		"until": str(until) if until else "",
		"note": values.get("note") or "",
	}
	known = rows.evidence_of(row)
	return rows.to_evidence({**known, "answers": [*known.get("answers", ()), answer]})


def _refuse_unanswerable(row: Any) -> None:
	if row.state == EscalationState.RESOLVED.value:
		frappe.throw(
			_("The escalation is over since {0}: what it was about has been done.").format(
				display(to_aware(get_datetime(row.ended_at))) if row.ended_at else ""
			)
		)
	if row.state == EscalationState.SUPPRESSED.value:
		frappe.throw(
			_("The escalation was not sent ({0}), so there is nothing to answer.").format(
				suppression_text(row.suppressed_reason)
			)
		)


def _checked_note(note: str) -> str:
	note = (note or "").strip()
	if len(note) > LONGEST_NOTE:
		frappe.throw(_("The note has {0} characters. Shorten it to {1}.").format(len(note), LONGEST_NOTE))
	return note


def reference_of(name: str) -> tuple[str, str]:
	"""(DocType, name) of what an escalation is about; empty where there is no such escalation."""
	found = frappe.db.get_value(rows.ESCALATION, name, ["reference_doctype", "reference_name"])
	return (found[0], found[1]) if found else ("", "")


def is_told(name: str, user: str) -> bool:
	"""Whether the user was told by the escalation."""
	return bool(frappe.db.exists(DELIVERY, {"escalation": name, "recipient": user}))
