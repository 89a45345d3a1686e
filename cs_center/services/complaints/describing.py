"""One complaint told in words: stages, clocks, what blocks the next step, who did what when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import frappe
from frappe import _

from cs_center.domain.clocks import Clock
from cs_center.domain.complaint_clocks import complaint_clocks
from cs_center.domain.complaint_gates import missing_for, moves_from
from cs_center.domain.complaints import Stage
from cs_center.domain.ledger import Event
from cs_center.services.escalation.subjects import COMPLAINT
from cs_center.services.service_levels.definitions import calendars_by_name, label, policies_by_name
from cs_center.services.service_levels.explain_amounts import amount_text
from cs_center.services.service_levels.site_time import current_instant, display, to_aware_or_none

from . import compensation, management
from .facts import actions_of, situation_of
from .handling import has_handled
from .ledger import events_of
from .sentences import event_text, missing_text, path_text

MAIN_STAGES = (
	Stage.RECEIVED,
	Stage.ACKNOWLEDGED,
	Stage.CLASSIFIED,
	Stage.INVESTIGATING,
	Stage.SOLUTION_PROPOSED,
	Stage.EXECUTING,
	Stage.FOLLOW_UP,
	Stage.CLOSED,
)
"""The usual way; the other stages are shown only where a complaint has been in them."""


def panel(name: str) -> dict[str, Any]:
	"""What the form shows above its fields, in the caller's language. Changes nothing."""
	doc = frappe.get_doc(COMPLAINT, name)
	events = events_of(name)
	actions = Counter(row.state for row in actions_of(name))
	return {
		"stage": doc.stage,
		"stages": _stages(doc),
		"moves": _moves(doc, events),
		"clocks": clocks_of(events),
		"path": {"severity": doc.severity or "", "sentence": path_text(doc.severity or "")},
		"history": history_of(events),
		"actions": {"open": actions["Open"], "done": actions["Done"], "cancelled": actions["Cancelled"]},
		"may": {
			"approve_solution": management.may_approve(doc),
			"decide_compensation": compensation.is_approver() and not has_handled(doc),
		},
		"repeat": {"is_repeat": bool(doc.is_repeat), "of": doc.repeat_of or ""},
	}


def _stages(doc: Any) -> list[dict[str, Any]]:
	"""The usual stages with those that the complaint took besides, each done, current, ahead or skipped."""
	been = [row.stage for row in doc.stage_history]
	shown = [stage for stage in Stage if stage in MAIN_STAGES or stage.value in been]
	order = [stage.value for stage in shown]
	here = order.index(doc.stage) if doc.stage in order else 0
	rows = []
	for place, stage in enumerate(order):
		if place == here:
			state = "current"
		elif stage in been and place < here:
			state = "done"
		else:
			state = "skipped" if place < here or Stage(doc.stage).is_final else "ahead"
		rows.append({"stage": stage, "label": _(stage, context="CS Complaint"), "state": state})
	return rows


def _moves(doc: Any, events: Sequence[Event]) -> list[dict[str, Any]]:
	"""Every way from here, with what it lacks. A note is not lacking yet: who moves the complaint is asked for it."""
	situation = situation_of(doc, doc.stage, events)
	return [
		{
			"stage": move.end.value,
			"label": _(move.end.value, context="CS Complaint"),
			"needs_note": move.needs_note,
			"missing": [
				{"code": one.code, "text": missing_text(one)}
				for one in missing_for(situation, move.end)
				if one.code != "note"
			],
		}
		for move in moves_from(Stage(doc.stage))
	]


def clocks_of(events: Sequence[Event]) -> list[dict[str, Any]]:
	"""Clocks of the ledger as they stand now."""
	clocks = complaint_clocks(events, policies_by_name(), calendars_by_name(), current_instant())
	return [_clock(clock) for clock in clocks]


def _clock(clock: Clock) -> dict[str, Any]:
	title = clock.title or _(label(clock.metric.value))
	if not clock.title and clock.cycle > 1:
		title = _("{0} (no. {1})").format(title, clock.cycle)
	return {
		"title": title,
		"metric": clock.metric.value,
		"is_regulator": bool(clock.title),
		"state": clock.state.value,
		"state_label": _(clock.state.value),
		"target": amount_text(clock.amount),
		"started_at": display(clock.started_at),
		"due_at": display(clock.due_at),
		"ended_at": display(clock.ended_at),
		"text": _clock_text(clock),
	}


def _clock_text(clock: Clock) -> str:
	if clock.ended_at is None:
		sentence = _("was due {0}") if clock.breached_at else _("due {0}")
		return sentence.format(display(clock.due_at))
	if clock.breached_at:
		return _("done {0}, too late").format(display(clock.ended_at))
	return _("done {0}").format(display(clock.ended_at))


def history_of(events: Sequence[Event]) -> list[dict[str, Any]]:
	"""Who did what when, oldest first."""
	return [
		{"at": display(event.at), "actor": event.actor, "kind": event.kind.value, "text": event_text(event)}
		for event in events
	]


def record_for_print(doc: Any) -> dict[str, Any]:
	"""What the print format shows beyond the document's own fields."""
	events = events_of(doc.name)
	actions = frappe.get_all(
		"CS Complaint Action",
		{"complaint": doc.name},
		[
			"name",
			"kind",
			"instruction",
			"department",
			"responsible",
			"partner",
			"due_at",
			"state",
			"done_at",
			"result",
		],
		order_by="creation asc",
		limit_page_length=0,
	)
	follow_ups = frappe.get_all(
		"CS Follow Up",
		{"complaint": doc.name},
		["name", "due_at", "assigned_to", "medium", "state", "result", "score", "comment", "done_at"],
		order_by="creation asc",
		limit_page_length=0,
	)
	for row in (*actions, *follow_ups):
		for field in ("due_at", "done_at"):
			row[field] = display(to_aware_or_none(row[field]))
	return {
		"actions": actions,
		"follow_ups": follow_ups,
		"clocks": clocks_of(events),
		"history": history_of(events),
	}
