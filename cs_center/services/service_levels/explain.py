"""Explaining a ticket: the domain's timeline in the reader's language, with the reason for its policy."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import frappe
from frappe import _

from cs_center.domain.clocks import Clock, compute_clocks
from cs_center.domain.explanation import AHEAD, Line, timeline
from cs_center.domain.ledger import Event, EventKind, state_after
from cs_center.integrations import helpdesk
from cs_center.services.escalation import timeline as escalation_timeline

from . import store
from .definitions import calendars_by_name, label, load_policy, policies_by_name
from .explain_amounts import amount_text, length_text
from .explain_messages import event_text, line_text, trial_text
from .policy_choice import last_policy_event
from .site_time import current_instant, display, site_zone, to_stored


def explain_ticket(ticket: str) -> dict[str, Any]:
	"""Everything that one screen needs: ``ticket``, ``policy`` (with trials), ``clocks``, ``escalation`` (policy and
	steps), ``timeline``, ``time_zone``.

	Times are naive site time ("YYYY-MM-DD HH:MM:SS"), texts are in the language of the request. Changes nothing.
	"""
	now = current_instant()
	events = store.load_events([ticket]).get(ticket, [])
	clocks = compute_clocks(events, policies_by_name(), calendars_by_name(), now)
	so_far = _as_if_resolved(events, now)
	escalation = escalation_timeline.tell(ticket, events, clocks, now)
	lines = [_line(line) for line in timeline(events, clocks, now)]
	row = frappe.db.get_value(
		helpdesk.TICKET,
		ticket,
		["name", "subject", "status", "priority", "agent_group", "cs_channel"],
		as_dict=True,
	)
	return {
		"ticket": {**row, "channel": row.cs_channel or "", "adopted": not events},
		"now": str(to_stored(now)),
		"time_zone": site_zone().key,
		"policy": _policy(events),
		"clocks": [_clock(clock, so_far.get((clock.metric.value, clock.cycle))) for clock in clocks],
		"escalation": {"policy": escalation.policy, "steps": escalation.steps},
		"timeline": sorted([*lines, *escalation.lines], key=lambda line: (line["ahead"], line["at"])),
	}


def _policy(events: list[Event]) -> dict[str, Any]:
	last = last_policy_event(events)
	held = state_after(events).policy
	policy = load_policy(held) if held else None
	return {
		"name": held,
		"title": policy.title if policy else "",
		"version": policy.version if policy else 0,
		"calendar": policy.calendar if policy else "",
		"since": str(to_stored(last.at)) if last else "",
		"reason": event_text(last) if last else _("No policy has been chosen yet."),
		"trials": [
			{"title": row["title"], "matched": row["matched"], "text": trial_text(row)}
			for row in (last.detail.get("trials") or () if last else ())
		],
	}


def _as_if_resolved(events: list[Event], now: Any) -> dict[tuple[str, int], Clock]:
	"""The clocks as they would end now: that is how much an open one has used, and how late it is, so far."""
	if not events:
		return {}
	ended = [*events, Event(EventKind.RESOLVED, now, max(event.sequence for event in events) + 1)]
	clocks = compute_clocks(ended, policies_by_name(), calendars_by_name(), now)
	return {(clock.metric.value, clock.cycle): clock for clock in clocks}


def _clock(clock: Clock, so_far: Clock | None) -> dict[str, Any]:
	counted = clock if clock.ended_at or so_far is None else so_far
	late = counted.overrun if clock.breached_at else None
	return {
		"metric": _(label(clock.metric.value)),
		"cycle": clock.cycle,
		"team": clock.team,
		"state": clock.state.value,
		"state_label": _(clock.state.value),
		"target": amount_text(clock.amount),
		"calendar": clock.calendar,
		"started_at": display(clock.started_at),
		"warn_at": display(clock.warn_at),
		"due_at": display(clock.due_at),
		"ended_at": display(clock.ended_at),
		"breached_at": display(clock.breached_at),
		"elapsed": _length(counted.elapsed, clock),
		"paused": length_text(clock.paused) if clock.paused else "",
		"overrun": _length(late, clock),
	}


def _length(length: timedelta | None, clock: Clock) -> str:
	if length is None:
		return ""
	return length_text(length) if clock.ended_at else _("{0} so far").format(length_text(length))


def _line(line: Line) -> dict[str, Any]:
	return {
		"at": str(to_stored(line.at)),
		"shown_at": display(line.at),
		"kind": line.kind.value,
		"ahead": line.kind in AHEAD,
		"text": line_text(line),
	}
