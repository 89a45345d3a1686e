"""The call-back of a complaint: opened when its follow-up begins, and what it came to for the gate that closes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe.utils import get_datetime, now_datetime

from cs_center.domain.complaints import Stage
from cs_center.domain.policy import Metric
from cs_center.integrations import helpdesk
from cs_center.services.follow_ups.attempts import failed_days
from cs_center.services.follow_ups.kinds import CALL_BACK, CANCELLED, DONE, FOLLOW_UP, OPEN, PHONE, is_enabled
from cs_center.services.service_levels.definitions import label

COMPLAINT, CLOCK = "CS Complaint", "CS Service Clock"

CALL_BACK_WITHIN = timedelta(hours=48)
"""House rule, where no clock says otherwise."""


def open_for(complaint: str) -> str:
	"""Name of the complaint's open call-back; one is made where there is none."""
	there = frappe.db.get_value(FOLLOW_UP, {"complaint": complaint, "kind": CALL_BACK, "state": OPEN})
	if there:
		return there
	row = frappe.db.get_value(COMPLAINT, complaint, ["ticket", "customer", "handler", "team"], as_dict=True)
	doc = frappe.get_doc(
		{
			"doctype": FOLLOW_UP,
			"kind": CALL_BACK,
			"complaint": complaint,
			"ticket": row.ticket,
			"customer": row.customer,
			"contact": _contact_of(row.ticket),
			"due_at": _due_of(complaint),
			"assigned_to": row.handler if is_enabled(row.handler) else None,
			"team": row.team,
			"medium": PHONE,
		}
	)
	doc.insert(ignore_permissions=True)  # the stage asks for it, whoever moved the complaint there
	return doc.name


def outcome_of(complaint: str) -> dict[str, Any]:
	"""What the complaint's present follow-up stage came to: ``result`` of the call-back ("" while there is none),
	``failed_days`` and ``state`` of the latest one ("" where there is none).

	A complaint that went back and comes to the stage again is called again: what was before does not count.
	"""
	rows = _call_backs_of(complaint) if complaint else []
	if not rows:
		return {"result": "", "failed_days": 0, "state": ""}
	since = _stage_since(complaint)
	standing = [row for row in rows if row.state != CANCELLED]
	attempts = [one for one in _attempts_of(standing) if one.attempted_at >= since]
	done = [row for row in standing if row.state == DONE and row.done_at >= since]
	return {
		"result": done[-1].result if done else "",
		"failed_days": len(failed_days(attempts)),
		"state": rows[-1].state,
	}


def _call_backs_of(complaint: str) -> list[Any]:
	return frappe.get_all(
		FOLLOW_UP,
		filters={"complaint": complaint, "kind": CALL_BACK},
		fields=["name", "state", "result", "done_at"],
		order_by="creation asc, name asc",
		limit_page_length=0,
	)


def _attempts_of(follow_ups: Sequence[Any]) -> list[Any]:
	return frappe.get_all(
		"CS Follow Up Attempt",
		filters={"parenttype": FOLLOW_UP, "parent": ["in", [row.name for row in follow_ups] or [""]]},
		fields=["attempted_at", "outcome"],
		limit_page_length=0,
	)


# --- what a new one begins with ------------------------------------------------------------------------------------


def _due_of(complaint: str) -> datetime:
	"""When the call-back's clock is due, else after the house's time."""
	rows: Sequence[Any] = frappe.get_all(
		CLOCK,
		filters={
			"reference_doctype": COMPLAINT,
			"reference_name": complaint,
			"metric": label(Metric.COMPLAINT_CALL_BACK.value),
			"ended_at": ["is", "not set"],
		},
		pluck="due_at",
		order_by="cycle desc",
		limit=1,
	)
	return rows[0] if rows and rows[0] else now_datetime() + CALL_BACK_WITHIN


def _contact_of(ticket: str | None) -> str:
	"""Name and telephone number of the ticket's contact, else the address it was raised from."""
	row = (
		frappe.db.get_value(helpdesk.TICKET, ticket, ["contact", "raised_by"], as_dict=True)
		if ticket
		else None
	)
	if not row:
		return ""
	contact = row.contact and frappe.db.get_value(
		"Contact", row.contact, ["first_name", "last_name", "mobile_no", "phone"], as_dict=True
	)
	if not contact:
		return row.raised_by or ""
	name = " ".join(part for part in (contact.first_name, contact.last_name) if part)
	return ", ".join(part for part in (name, contact.mobile_no or contact.phone or row.raised_by) if part)


def _stage_since(complaint: str) -> datetime:
	row = frappe.db.get_value(COMPLAINT, complaint, ["stage", "stage_since"], as_dict=True)
	is_there = row and row.stage == Stage.FOLLOW_UP.value and row.stage_since
	return get_datetime(row.stage_since) if is_there else datetime.min
