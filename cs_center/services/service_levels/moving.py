"""Moving open tickets to a policy version: never by itself, always an administrator's explicit act."""

from __future__ import annotations

import frappe

from cs_center.domain.ledger import Category, state_after
from cs_center.integrations import helpdesk

from . import store
from .definitions import load_policy
from .evaluation import evaluate_stored
from .policy_choice import REASON_MOVED, choose, policy_event
from .settings import read_settings
from .site_time import current_instant

JOB = "cs_center_move_open_tickets"


def start(policy: str) -> None:
	"""Queue the move of every open ticket that the policy's family governs or that it would match now."""
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
	while batch := open_tickets(position, size):
		moved += move_batch(batch, policy, actor or frappe.session.user)
		position = batch[-1]
		frappe.db.commit()  # each batch stands on its own
	return moved


def open_tickets(after: str, limit: int) -> list[str]:
	"""Open and paused tickets with a ledger, in the order of their names."""
	ticket, status = frappe.qb.DocType(helpdesk.TICKET), frappe.qb.DocType(helpdesk.STATUS)
	rows = (
		frappe.qb.from_(ticket)
		.inner_join(status)
		.on(status.name == ticket.status)
		.select(ticket.name)
		.where((status.category != helpdesk.RESOLVED) & (ticket.name > after))
		.orderby(ticket.name)
		.limit(limit)
		.run()
	)
	return [row[0] for row in rows]


def move_batch(tickets: list[str], policy: str, actor: str) -> int:
	"""Append the policy event to each ticket that the policy is for, then evaluate them."""
	now, wanted = current_instant(), load_policy(policy)
	ledgers = store.load_events(tickets, lock=True)
	fresh = {}
	for name, events in ledgers.items():
		state = state_after(events)
		match, facts = choose(frappe.get_cached_doc(helpdesk.TICKET, name))
		chosen = match.policy.name if match.policy else ""
		if chosen == wanted.name != state.policy and state.category is not Category.RESOLVED:
			sequence = max(event.sequence for event in events) + 1
			fresh[name] = [policy_event(match, facts, now, sequence, actor, REASON_MOVED)]
	store.append_ledgers(fresh)
	evaluate_stored(list(fresh), now)
	return len(fresh)
