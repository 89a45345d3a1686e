"""What switching policies on would have changed for recent tickets. Computes, writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import frappe

from cs_center.domain.clocks import Clock, compute_clocks
from cs_center.domain.ledger import Event, EventKind, state_after
from cs_center.domain.policy import Policy
from cs_center.integrations import helpdesk

from . import adoption, store
from .definitions import active_policies, calendars_by_name, label, load_policy, policies_by_name
from .policy_choice import choose, policy_event
from .site_time import current_instant, to_stored

MOST_TICKETS = 5000
"""A preview of more tickets says no more and takes longer than a page should; the newest are taken."""


def preview_policies(policies: Sequence[str], days: int) -> list[dict[str, Any]]:
	"""Rows for each ticket and metric of the last ``days`` days: current and previewed policy, deadline and state.

	``policies``: names of drafts or versions that are tried together with those in force (in place of their own
	earlier versions). Keys: ticket, subject, opened_at, current_policy, preview_policy, metric, current_due, preview_due,
	current_state, preview_state, changed.
	"""
	now = current_instant()
	candidates = _candidates(policies)
	known = {policy.name: policy for policy in candidates}
	rows: list[dict[str, Any]] = []
	for tickets in _recent_tickets(days, now):
		ledgers = _ledgers([ticket.name for ticket in tickets], tickets, now)
		for ticket in tickets:
			rows += _compare(ticket, ledgers[ticket.name], candidates, known, now)
	return rows


def _candidates(policies: Sequence[str]) -> list[Policy]:
	previewed = [load_policy(name) for name in policies]
	families = {policy.family for policy in previewed}
	return [*previewed, *(policy for policy in active_policies() if policy.family not in families)]


def _recent_tickets(days: int, now: datetime, size: int = 500) -> Iterator[list[Any]]:
	since = to_stored(now - timedelta(days=days))
	for start in range(0, MOST_TICKETS, size):
		rows = frappe.get_list(
			helpdesk.TICKET,
			filters={"creation": [">=", since]},
			fields=["*"],
			order_by="creation desc",
			limit_start=start,
			limit_page_length=size,
		)
		if rows:
			yield rows
		if len(rows) < size:
			return


def _ledgers(names: Sequence[str], tickets: Sequence[Any], now: datetime) -> dict[str, list[Event]]:
	found = store.load_events(names)
	for ticket in tickets:
		if ticket.name not in found:
			found[ticket.name] = adoption.reconstruct(ticket, now)
	return found


def _compare(
	ticket: Any, events: list[Event], candidates: Sequence[Policy], known: Mapping[str, Policy], now: datetime
) -> Iterator[dict[str, Any]]:
	match, facts = choose(ticket, candidates)
	opened = events[0].at
	instead = policy_event(match, facts, opened, 0, "", "preview")
	as_if = [event for event in events if event.kind is not EventKind.POLICY_CHANGED]
	as_if.insert(1, replace(instead, sequence=as_if[0].sequence))
	current = _latest(compute_clocks(events, policies_by_name(), calendars_by_name(), now))
	preview = _latest(compute_clocks(as_if, known, calendars_by_name(), now))
	for metric in sorted({*current, *preview}):
		yield _row(
			ticket,
			opened,
			metric,
			(state_after(events).policy, current.get(metric)),
			(match.policy.name if match.policy else "", preview.get(metric)),
		)


def _latest(clocks: Sequence[Clock]) -> dict[str, Clock]:
	return {clock.metric.value: clock for clock in clocks}


def _row(
	ticket: Any,
	opened: datetime,
	metric: str,
	current: tuple[str, Clock | None],
	preview: tuple[str, Clock | None],
) -> dict[str, Any]:
	(policy, clock), (other_policy, other) = current, preview
	due, other_due = (to_stored(one.due_at) if one else None for one in (clock, other))
	state, other_state = (one.state.value if one else "" for one in (clock, other))
	return {
		"ticket": ticket.name,
		"subject": ticket.subject,
		"opened_at": to_stored(opened),
		"current_policy": policy,
		"preview_policy": other_policy,
		"metric": label(metric),
		"current_due": due,
		"preview_due": other_due,
		"current_state": state,
		"preview_state": other_state,
		"changed": int((due, state) != (other_due, other_state)),
	}
