"""Moving open tickets to a policy version: never by itself, always an administrator's explicit act."""

from __future__ import annotations

from typing import Any

import frappe

from cs_center.domain.ledger import Category, Event, state_after
from cs_center.integrations import helpdesk

from . import store
from .definitions import load_policy
from .evaluation import evaluate_stored, lock_tickets
from .policy_choice import REASON_MOVED, choose, policy_event
from .safety import log_failure
from .settings import read_settings
from .site_time import current_instant

JOB = "cs_center_move_open_tickets"


def start(policy: str) -> None:
	"""Queue the move of every open ticket that the policy would match now."""
	frappe.enqueue(
		run,
		queue="long",
		timeout=3 * 3600,
		job_id=f"{JOB}:{policy}",
		deduplicate=True,
		enqueue_after_commit=True,
		policy=policy,
		actor=frappe.session.user,
	)


def run(policy: str, actor: str = "") -> int:
	"""Move open tickets to ``policy``; returns how many moved. Batches are committed; running again moves the rest."""
	moved, position, size = 0, "", read_settings().batch_size
	while batch := helpdesk.open_tickets(position, size):
		moved += _move_guarded(batch, policy, actor or frappe.session.user)
		position = batch[-1]
	return moved


def _move_guarded(batch: list[str], policy: str, actor: str) -> int:
	"""The batch as a whole; when that fails, one by one, so that one bad ticket does not stop the others."""
	try:
		moved = move_batch(batch, policy, actor)
		frappe.db.commit()  # each batch stands on its own
		return moved
	except Exception:  # found out below, ticket by ticket
		frappe.db.rollback()
	if len(batch) == 1:
		log_failure(batch[0])
		return 0
	return sum(_move_guarded([ticket], policy, actor) for ticket in batch)


def move_batch(tickets: list[str], policy: str, actor: str) -> int:
	"""Append the policy event to each ticket that the policy is for, then evaluate them. Tickets are locked first."""
	now, wanted = current_instant(), load_policy(policy).name
	lock_tickets(tickets)
	ledgers = store.load_events(tickets, lock=True)
	rows = frappe.get_all(helpdesk.TICKET, {"name": ["in", list(ledgers)]}, ["*"], limit_page_length=0)
	fresh: dict[str, list[Event]] = {}
	for row in rows:
		event = _move_event(row, ledgers[row.name], wanted, now, actor)
		if event:
			fresh[row.name] = [event]
	store.append_ledgers(fresh)
	evaluate_stored(list(fresh), now)
	return len(fresh)


def _move_event(row: Any, events: list[Event], wanted: str, now: Any, actor: str) -> Event | None:
	state = state_after(events)
	if state.category is Category.RESOLVED or state.policy == wanted:
		return None
	match, facts = choose(row)
	if not match.policy or match.policy.name != wanted:
		return None
	return policy_event(match, facts, now, max(event.sequence for event in events) + 1, actor, REASON_MOVED)
