"""One escalation told in words, for its page, the ticket's screens and the list of a ticket's escalations."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from cs_center.services.notifications.messages import DELIVERY, WEBHOOK
from cs_center.services.service_levels.site_time import display, to_aware_or_none

from . import rows
from .responses import ANSWERABLE
from .sentences import (
	action_text,
	audience_text,
	cause_text,
	ladder_text,
	level_text,
	suppression_text,
	way_text,
)
from .subjects import TICKET


def describe(name: str) -> dict[str, Any]:
	"""One escalation in the caller's language: texts, times as shown, and ``can_answer``."""
	row = frappe.db.get_value(rows.ESCALATION, name, list(rows.READ_FIELDS), as_dict=True)
	return {**_described(row), "deliveries": deliveries_of([name]).get(name, [])}


def escalations_of(reference: str, doctype: str = TICKET) -> list[dict[str, Any]]:
	"""All escalations of a ticket or a complaint, newest first."""
	found = rows.load([reference], doctype).get(reference, [])
	sent = deliveries_of([row.name for row in found])
	return [{**_described(row), "deliveries": sent.get(row.name, [])} for row in reversed(found)]


def _described(row: Any) -> dict[str, Any]:
	evidence = rows.evidence_of(row)
	return {
		"name": row.name,
		"ticket": row.reference_name,
		"level": row.level,
		"level_text": level_text(row.level),
		"ladder": ladder_text(row.metric, evidence),
		"cycle": row.cycle,
		"state": row.state,
		"state_text": _(row.state),
		"cause": cause_text(evidence, row.metric) if evidence else "",
		"meant_for": audience_text(evidence["who"]) if evidence else "",
		"told": evidence.get("told", []),
		"channel": evidence.get("channel") or "",
		"ways": [way_text(*way) for way in evidence.get("ways", ())],
		"actions": [action_text(action) for action in evidence.get("actions", ())],
		"due_at": _shown(row.due_at),
		"raised_at": _shown(row.raised_at),
		"deadline": (evidence.get("deadline") or "")[:16],
		"acknowledged_by": row.acknowledged_by or "",
		"acknowledged_at": _shown(row.acknowledged_at),
		"snoozed_by": row.snoozed_by or "",
		"snoozed_until": _shown(row.snoozed_until) if row.state == "Snoozed" else "",
		"ended_at": _shown(row.ended_at),
		"not_sent": suppression_text(row.suppressed_reason) if row.suppressed_reason else "",
		"nobody_to_tell": bool(row.nobody_to_tell),
		"note": row.note or "",
		"policy": row.policy or "",
		"can_answer": row.state in ANSWERABLE,
	}


def deliveries_of(names: list[str]) -> dict[str, list[dict[str, Any]]]:
	"""What became of the messages of these escalations, oldest first; no text, no address."""
	if not names:
		return {}
	found = frappe.get_all(
		DELIVERY,
		filters={"escalation": ["in", names]},
		fields=[
			"name",
			"escalation",
			"medium",
			"channel",
			"recipient",
			"occasion",
			"state",
			"hold_reason",
			"next_attempt_at",
			"sent_at",
			"creation",
			"last_error",
		],
		order_by="creation asc, name asc",
		limit_page_length=0,
	)
	by_escalation: dict[str, list[dict[str, Any]]] = {}
	for row in found:
		by_escalation.setdefault(row.escalation, []).append(_delivery(row))
	return by_escalation


def _delivery(row: Any) -> dict[str, Any]:
	return {
		"name": row.name,
		"medium": _(row.medium),
		"to": row.channel if row.medium == WEBHOOK else row.recipient,
		"occasion": _(row.occasion),
		"state": row.state,
		"text": _delivery_text(row),
		"at": row.sent_at or row.creation,
		"is_worth_a_line": bool(row.hold_reason) or row.state in ("Dead", "Cancelled"),
	}


def _delivery_text(row: Any) -> str:
	if row.state == "Sent":
		return _("sent {0}").format(_shown(row.sent_at))
	if row.state == "Queued" and row.hold_reason:
		return _("held until {0}: {1}").format(_shown(row.next_attempt_at), _(row.hold_reason))
	if row.state in ("Dead", "Cancelled") and row.last_error:
		return _("{0}: {1}").format(_(row.state), row.last_error)
	return _(row.state)


def _shown(moment: Any) -> str:
	return display(to_aware_or_none(moment))
