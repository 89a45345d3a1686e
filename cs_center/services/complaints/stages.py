"""A complaint goes from stage to stage: the gate before it, and what is kept of it afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, get_datetime

from cs_center.domain.complaint_gates import missing_for
from cs_center.domain.complaints import Stage
from cs_center.services.service_levels.acting import acting_user
from cs_center.services.service_levels.site_time import to_stored

from . import call_backs
from .arriving import CONSENT_FIELDS
from .facts import situation_of
from .ledger import events_of
from .sentences import missing_text

BACK_TO_WORK = (Stage.CLASSIFIED.value, Stage.INVESTIGATING.value)


def check(doc: Any, before: str) -> None:
	"""Refuse a move whose gate is closed; the message names everything that is missing."""
	if doc.stage not in {stage.value for stage in Stage}:
		frappe.throw(_("{0} is not a stage of a complaint.").format(frappe.bold(doc.stage or "")))
	missing = missing_for(situation_of(doc, before, events_of(doc.name)), Stage(doc.stage))
	if not missing:
		return
	wanted, doc.stage = doc.stage, before
	sentences = [missing_text(one) for one in missing]
	if missing[0].code in ("no_such_move", "already_there"):
		frappe.throw(sentences[0])
	frappe.throw(
		"<br>".join(
			[
				_("Before {0}:").format(_(wanted, context="CS Complaint")),
				*(f"• {sentence}" for sentence in sentences),
			]
		),
		title=_("Not Yet"),
	)


def enter(doc: Any, before: str, now: datetime) -> None:
	"""Close the line of the stage that is left and begin the next one."""
	moment = to_stored(now)
	_leave(doc, moment)
	_add_line(doc, moment, doc.stage_note)
	doc.stage_since = moment
	if doc.stage == Stage.SOLUTION_PROPOSED.value:
		doc.proposed_at = moment
		_clear_consent(doc)
	if doc.stage in BACK_TO_WORK:
		if doc.consent == "Refused":
			doc.refusals = cint(doc.refusals) + 1
		_clear_consent(doc)
	is_final = Stage(doc.stage).is_final
	doc.closed_at = moment if is_final else None
	doc.closed_by = (acting_user() or None) if is_final else None
	if Stage(before).is_final:
		doc.reopened_count = cint(doc.reopened_count) + 1


def _clear_consent(doc: Any) -> None:
	for field in CONSENT_FIELDS:
		doc.set(field, None)


def begin_history(doc: Any) -> None:
	"""The first line of a new complaint."""
	doc.stage_since = doc.received_at
	_add_line(doc, doc.received_at, doc.stage_note)


def _leave(doc: Any, moment: Any) -> None:
	line = doc.stage_history[-1] if doc.stage_history else None
	if line and not line.left_at:
		line.left_at = moment
		line.seconds = max(0, int((get_datetime(moment) - get_datetime(line.entered_at)).total_seconds()))


def _add_line(doc: Any, moment: Any, note: str | None) -> None:
	doc.append(
		"stage_history",
		{"stage": doc.stage, "entered_at": moment, "actor": acting_user() or None, "note": note or None},
	)


def open_call_back(doc: Any) -> None:
	"""A complaint that enters the follow-up needs somebody to call the customer back."""
	call_backs.open_for(doc.name)


def move(doc: Any, stage: str, note: str = "") -> None:
	"""Move a loaded complaint and save it."""
	doc.stage, doc.stage_note = stage, note
	doc.save()
