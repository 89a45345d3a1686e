"""Moving open tickets to a policy version: never by itself, always an administrator's explicit act.

The same work for service policies and for escalation policies: they differ in the event that a ticket is given.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import frappe

from cs_center.domain.ledger import Category, Event, state_after
from cs_center.integrations import helpdesk
from cs_center.services.escalation.choice import move_event as escalation_move_event

from . import store
from .definitions import load_policy
from .evaluation import evaluate_stored, lock_tickets
from .policy_choice import REASON_MOVED, choose, policy_event
from .safety import log_failure
from .settings import read_settings
from .site_time import current_instant

JOB = "cs_center_move_open_tickets"
SERVICE, ESCALATION = "service", "escalation"


def start(policy: str, kind: str = SERVICE) -> None:
	"""Queue the move of every open ticket that the policy (``kind``: SERVICE or ESCALATION) would match now."""
	frappe.enqueue(
		run,
		queue="long",
		timeout=3 * 3600,
		job_id=f"{JOB}:{kind}:{policy}",
		deduplicate=True,
		enqueue_after_commit=True,
		policy=policy,
		actor=frappe.session.user,
		kind=kind,
	)


def run(policy: str, actor: str = "", kind: str = SERVICE) -> int:
	"""Move open tickets to ``policy``; returns how many moved. Batches are committed; running again moves the rest."""
	moved, position, size = 0, "", read_settings().batch_size
	while batch := helpdesk.open_tickets(position, size):
		moved += _move_guarded(batch, policy, actor or frappe.session.user, kind)
		position = batch[-1]
	return moved


def _move_guarded(batch: list[str], policy: str, actor: str, kind: str) -> int:
	"""The batch as a whole; when that fails, one by one, so that one bad ticket does not stop the others."""
	try:
		moved = move_batch(batch, policy, actor, kind)
		frappe.db.commit()  # each batch stands on its own
		return moved
	except Exception:  # found out below, ticket by ticket
		frappe.db.rollback()
	if len(batch) == 1:
		log_failure(batch[0])
		return 0
	return sum(_move_guarded([ticket], policy, actor, kind) for ticket in batch)


def move_batch(tickets: list[str], policy: str, actor: str, kind: str = SERVICE) -> int:
	"""Append the event to each ticket that the policy is for, then evaluate them. Tickets are locked first."""
	now = current_instant()
	lock_tickets(tickets)
	ledgers = store.load_events(tickets, lock=True)
	rows = frappe.get_all(helpdesk.TICKET, {"name": ["in", list(ledgers)]}, ["*"], limit_page_length=0)
	fresh: dict[str, list[Event]] = {}
	for row in rows:
		events = ledgers[row.name]
		event = None if _is_resolved(events) else _EVENTS[kind](row, events, policy, now, actor)
		if event:
			fresh[row.name] = [event]
	store.append_ledgers(fresh)
	evaluate_stored(list(fresh), now)
	return len(fresh)


def _is_resolved(events: list[Event]) -> bool:
	return state_after(events).category is Category.RESOLVED


def _service_event(row: Any, events: list[Event], policy: str, now: datetime, actor: str) -> Event | None:
	wanted = load_policy(policy).name
	if state_after(events).policy == wanted:
		return None
	match, facts = choose(row)
	if not match.policy or match.policy.name != wanted:
		return None
	return policy_event(match, facts, now, max(event.sequence for event in events) + 1, actor, REASON_MOVED)


_EVENTS: dict[str, Callable[[Any, list[Event], str, datetime, str], Event | None]] = {
	SERVICE: _service_event,
	ESCALATION: escalation_move_event,
}
