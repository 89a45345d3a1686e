"""What switching policies on would have changed for recent tickets. Computes, writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import frappe

from cs_center.domain.clocks import Clock, compute_clocks
from cs_center.domain.ledger import Event, EventKind, state_after
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
	trial = _Trial(policies)
	rows: list[dict[str, Any]] = []
	for tickets in _recent_tickets(days, now):
		ledgers = _ledgers([ticket.name for ticket in tickets], tickets, now)
		for ticket in tickets:
			rows += _compare(ticket, ledgers[ticket.name], trial, now)
	return rows


class _Trial:
	"""The previewed policies among those in force. Only what they change is shown, not what was due to change anyway."""

	def __init__(self, policies: Sequence[str]) -> None:
		self.previewed = [load_policy(name) for name in policies]
		self.families = {policy.family for policy in self.previewed}
		others = [policy for policy in active_policies() if policy.family not in self.families]
		self.candidates = [*self.previewed, *others]
		self.known = {policy.name: policy for policy in self.candidates}

	def event(self, ticket: Any, held: str, opened: datetime) -> Event | None:
		"""The policy event that the ticket would have had; None where the previewed policies do not concern it."""
		match, facts = choose(ticket, self.candidates)
		concerned = match.policy and match.policy.family in self.families
		if not concerned and (not held or load_policy(held).family not in self.families):
			return None
		return policy_event(match, facts, opened, 0, "", "preview")


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
	strangers = [ticket for ticket in tickets if ticket.name not in found]
	made = adoption.reconstruct_all(strangers, now) if strangers else {}
	return {**found, **{name: list(one.events) for name, one in made.items()}}


def _compare(ticket: Any, events: list[Event], trial: _Trial, now: datetime) -> Iterator[dict[str, Any]]:
	held, opened = state_after(events).policy, events[0].at
	current = _latest(compute_clocks(events, policies_by_name(), calendars_by_name(), now))
	instead = trial.event(ticket, held, opened)
	preview, policy = (
		(current, held) if instead is None else (_preview(events, instead, trial, now), instead.value)
	)
	for metric in sorted({*current, *preview}):
		yield _row(ticket, opened, metric, (held, current.get(metric)), (policy, preview.get(metric)))


def _preview(events: list[Event], instead: Event, trial: _Trial, now: datetime) -> dict[str, Clock]:
	"""The latest clocks as if ``instead`` had been the ticket's only policy, from its opening on."""
	as_if = [event for event in events if event.kind is not EventKind.POLICY_CHANGED]
	as_if.insert(1, replace(instead, sequence=as_if[0].sequence))
	return _latest(compute_clocks(as_if, trial.known, calendars_by_name(), now))


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
