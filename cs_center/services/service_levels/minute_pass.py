"""The minute pass: what is due now, not what is open. A batch is committed before the next one begins.

Tickets whose row somebody else holds (an agent's save, another worker's pass) are left to the next minute.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import frappe

from cs_center.integrations import helpdesk
from cs_center.services.escalation import actions

from . import catching_up, store
from .evaluation import evaluate_stored
from .safety import log_failure, mark_pending
from .settings import read_settings
from .site_time import current_instant, to_stored

MOST_BATCHES = 100
"""One pass ends after so many batches; the next minute goes on, and a slow pass never meets the next one."""

ESCALATION_RETRY = timedelta(minutes=10)
"""After a failure of its escalation alone a ticket's clocks go on, and the escalation is tried again later."""


def run(now: datetime | None = None) -> int:
	"""Evaluate due and pending tickets; returns how many tickets were looked at. Commits after each batch."""
	now, size = now or current_instant(), read_settings().batch_size
	seen: set[str] = set()
	for _batch in range(MOST_BATCHES):
		pending = pending_tickets(size, seen)
		due = [name for name in due_tickets(now, size + len(seen)) if name not in seen.union(pending)][:size]
		if not pending and not due:
			break
		catch_up_each(pending, now)
		evaluate_batch(due, now)
		seen.update(pending, due)
	actions.run_pending(size)
	return len(seen)


def due_tickets(now: datetime, limit: int) -> list[str]:
	"""Tickets whose clock or whose escalation has come, each once, the clocks' first. Two index ranges, never a scan."""
	clocks = store.due_references(now, limit)
	escalations = helpdesk.tickets_up_to("cs_next_escalation_at", to_stored(now), limit)
	return list(dict.fromkeys([*clocks, *escalations]))


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


def evaluate_batch(tickets: Sequence[str], now: datetime) -> None:
	"""All together; when that fails, one by one, so that one bad ticket does not stop the others."""
	if not tickets:
		return
	frappe.db.commit()  # the transaction of the batch begins with its locks, see evaluate_stored
	try:
		evaluate_stored(tickets, now, in_pass=True)
	except Exception:  # found out below, ticket by ticket
		frappe.db.rollback()
		for ticket in tickets:
			_guarded(ticket, lambda name: _evaluate_one(name, now))
	frappe.db.commit()  # a batch stands on its own: a crash later must not undo it


def _evaluate_one(ticket: str, now: datetime) -> None:
	"""With its escalation; where only that fails, the clocks go on without it and it is tried again later."""
	try:
		evaluate_stored([ticket], now, in_pass=True)
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		frappe.db.rollback()  # somebody else has the ticket: it is still due in a minute
	except Exception:  # told apart below: a failure of the clocks themselves fails again
		frappe.db.rollback()
		evaluate_stored([ticket], now)
		log_failure(ticket)
		later = {"cs_next_escalation_at": to_stored(now + ESCALATION_RETRY)}
		frappe.db.set_value(helpdesk.TICKET, ticket, later, update_modified=False)


def catch_up_each(tickets: Sequence[str], now: datetime) -> None:
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
		_take_out_of_line(ticket)
	frappe.db.commit()  # as above


def _take_out_of_line(ticket: str) -> None:
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
	frappe.db.set_value(helpdesk.TICKET, ticket, "cs_next_escalation_at", None, update_modified=False)
