"""The minute pass: what is due now, not what is open. A batch is committed before the next one begins."""

from __future__ import annotations

from datetime import datetime

import frappe

from cs_center.integrations import helpdesk

from . import catching_up, store
from .evaluation import evaluate_stored
from .safety import log_failure, mark_pending
from .settings import read_settings
from .site_time import current_instant

MOST_BATCHES = 40
"""One pass ends after so many batches; the next minute goes on, and a slow pass never meets the next one."""


def run(now: datetime | None = None) -> int:
	"""Evaluate due and pending tickets; returns how many tickets were looked at. Commits after each batch."""
	now, size = now or current_instant(), read_settings().batch_size
	seen: set[str] = set()
	for _batch in range(MOST_BATCHES):
		pending = pending_tickets(size, seen)
		due = [name for name in store.due_references(now, size) if name not in seen.union(pending)]
		if not pending and not due:
			break
		catch_up_each(pending, now)
		evaluate_batch(due, now)
		seen.update(pending, due)
	return len(seen)


def pending_tickets(limit: int, seen: set[str]) -> list[str]:
	"""Tickets marked by a failure, each once a pass: those that keep failing must not starve the others."""
	names = frappe.get_all(
		helpdesk.TICKET,
		filters={"cs_evaluation_pending": 1},
		pluck="name",
		order_by="modified asc",
		limit=limit + len(seen),
	)
	return [name for name in names if name not in seen][:limit]


def evaluate_batch(tickets: list[str], now: datetime) -> None:
	"""All together; when that fails, one by one, so that one bad ticket does not stop the others."""
	if not tickets:
		return
	try:
		evaluate_stored(tickets, now)
	except Exception:  # found out below, ticket by ticket
		frappe.db.rollback()
		for ticket in tickets:
			_guarded(ticket, lambda name: evaluate_stored([name], now))
	frappe.db.commit()  # a batch stands on its own: a crash later must not undo it


def catch_up_each(tickets: list[str], now: datetime) -> None:
	"""Tickets with something missing from their ledger, one transaction each."""
	for ticket in tickets:
		_guarded(ticket, lambda name: catching_up.catch_up(name, now))


def _guarded(ticket: str, work) -> None:
	try:
		work(ticket)
	except Exception:  # logged and tried again in a minute; the other tickets go on
		frappe.db.rollback()
		log_failure(ticket)
		# Without its next event a broken ticket would stand first in line for ever; the mark brings it back instead.
		mark_pending(ticket)
		frappe.db.set_value(
			store.CLOCK,
			{
				"reference_doctype": helpdesk.TICKET,
				"reference_name": ticket,
				"next_event_at": ["<=", frappe.utils.now()],
			},
			"next_event_at",
			None,
			update_modified=False,
		)
	frappe.db.commit()  # as above
