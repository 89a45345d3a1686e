"""What a ticket's old deadlines were and what adoption made of them: the fault behind each, kept in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import frappe
from frappe.utils import get_datetime

from cs_center.domain.ledger import Event, EventKind, in_order
from cs_center.domain.reconstruction import Reconstruction
from cs_center.integrations import helpdesk

from . import store
from .evaluation import Evaluation
from .importing import opened_at
from .site_time import to_aware, to_aware_or_none
from .ticket_fields import DEADLINE_FIELDS

ADOPTION_KEY = "adoption"
DEADLINES, STATUS_FIELD = DEADLINE_FIELDS[:2], "agreement_status"


def find_differences(ticket: Any, made: Reconstruction, evaluation: Evaluation) -> list[dict[str, Any]]:
	"""What Helpdesk had otherwise, with the fault that explains it; what only time made stale is none."""
	found = []
	for name in DEADLINES:
		if name in evaluation.shown:
			before, after = ticket.get(name), evaluation.shown[name]
			before = get_datetime(before) if before else None
			if before != after:
				found.append((name, before, after, _reason(ticket, name, made, after)))
	before, after = ticket.get(STATUS_FIELD), evaluation.shown.get(STATUS_FIELD)
	if after and before == "Failed" != after:
		found.append((STATUS_FIELD, before, after, found[-1][3] if found else "pause_past_deadline"))
	keys = ("field", "before", "after", "reason")
	return [{"ticket": ticket.get("name"), **dict(zip(keys, row, strict=True))} for row in found]


def _reason(ticket: Any, name: str, made: Reconstruction, after: datetime | None) -> str:
	"""Why Helpdesk's value was another one: see the reasons' texts in ``explain_messages``."""
	first = to_aware_or_none(ticket.get("first_responded_on"))
	opened = to_aware(opened_at(ticket))
	if after is None:
		return "nothing_promised"
	if not ticket.get("sla") or not frappe.db.exists(helpdesk.SLA, ticket.get("sla")):
		return "sla_is_gone"
	if name == "response_by" and any(
		event.kind is EventKind.PAUSED and (first is None or event.at < first) for event in made.events
	):
		return "pause_before_first_reply"
	if made.doubt:
		return made.doubt
	if opened.utcoffset() != to_aware(after).utcoffset():
		return "clocks_changed"
	return "sla_changed_after_last_save"


def with_differences(events: Sequence[Event], differences: Sequence[dict[str, Any]]) -> list[Event]:
	"""Keep what moved, and what reads otherwise, with the event that gave the ticket its policy."""
	if not differences:
		return list(events)
	told = [{**row, "before": _told(row["before"]), "after": _told(row["after"])} for row in differences]
	detail = {
		"moved": [row for row in told if row["field"] != STATUS_FIELD],
		"restated": [row for row in told if row["field"] == STATUS_FIELD],
	}
	kept = []
	for event in in_order(events):
		if event.kind is EventKind.POLICY_CHANGED:
			event = replace(event, key=ADOPTION_KEY, detail={**event.detail, **detail})
		kept.append(event)
	return kept


def _told(value: Any) -> str:
	return "" if value is None else str(value)


def adoption_differences() -> list[dict[str, Any]]:
	"""What adoption put right: ticket, field, Helpdesk's value, ours and the reason; deadlines and agreement status."""
	table = frappe.qb.DocType(store.EVENT)
	rows = frappe.qb.from_(table).select(table.detail).where(table.source_key == ADOPTION_KEY).run()
	details = [frappe.parse_json(detail) for (detail,) in rows]
	return [row for detail in details for row in (*detail.get("moved", ()), *detail.get("restated", ()))]
