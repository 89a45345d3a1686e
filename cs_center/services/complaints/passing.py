"""The complaints' part of the minute pass: what is due now, in batches, each committed before the next one begins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import frappe

from cs_center.services.escalation import actions
from cs_center.services.escalation.subjects import COMPLAINT
from cs_center.services.service_levels import store
from cs_center.services.service_levels.settings import read_settings
from cs_center.services.service_levels.site_time import current_instant, to_stored

from .evaluation import evaluate_stored

MOST_BATCHES = 100
RETRY = timedelta(minutes=10)
"""A complaint that fails is tried again later, so that it does not stand first in line for ever."""


def run(now: datetime | None = None) -> int:
	"""Evaluate due and pending complaints; returns how many were looked at. Commits after each batch."""
	now, size = now or current_instant(), read_settings().batch_size
	seen: set[str] = set()
	for _batch in range(MOST_BATCHES):
		due = [name for name in due_complaints(now, size + len(seen)) if name not in seen][:size]
		if not due:
			break
		_evaluate_batch(due, now)
		seen.update(due)
	actions.run_pending(size)
	return len(seen)


def due_complaints(now: datetime, limit: int) -> list[str]:
	"""Complaints whose clock or escalation has come, and those that a failure left behind. Index ranges, never a scan."""
	table = frappe.qb.DocType(COMPLAINT)
	escalations = (
		frappe.qb.from_(table)
		.select(table.name)
		.where(table.next_escalation_at <= to_stored(now))
		.orderby(table.next_escalation_at)
		.limit(limit)
		.run()
	)
	pending = frappe.get_all(
		COMPLAINT, {"evaluation_pending": 1}, pluck="name", order_by="modified asc", limit=limit
	)
	clocks = store.due_references(now, limit, COMPLAINT)
	return list(dict.fromkeys([*clocks, *(row[0] for row in escalations), *pending]))


def _evaluate_batch(names: Sequence[str], now: datetime) -> None:
	"""All together; when that fails, one by one, so that one bad complaint does not stop the others."""
	frappe.db.commit()  # the transaction of the batch begins with its locks
	try:
		_evaluate(names, now)
	except Exception:  # found out below, complaint by complaint
		frappe.db.rollback()
		for name in names:
			_evaluate_one(name, now)
	frappe.db.commit()  # a batch stands on its own


def _evaluate(names: Sequence[str], now: datetime) -> None:
	evaluate_stored(names, now, in_pass=True)
	frappe.db.set_value(
		COMPLAINT,
		{"name": ["in", list(names)], "evaluation_pending": 1},
		"evaluation_pending",
		0,
		update_modified=False,
	)


def _evaluate_one(name: str, now: datetime) -> None:
	try:
		_evaluate([name], now)
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		frappe.db.rollback()  # somebody else has the complaint: it is still due in a minute
	except Exception:  # logged and tried again later; the other complaints go on
		frappe.db.rollback()
		frappe.log_error(title=f"CS Center: complaint {name} was not evaluated", reference_doctype=COMPLAINT)
		_take_out_of_line(name, now)
	frappe.db.commit()  # as above


def _take_out_of_line(name: str, now: datetime) -> None:
	due = {"reference_doctype": COMPLAINT, "reference_name": name, "next_event_at": ["<=", to_stored(now)]}
	frappe.db.set_value(store.CLOCK, due, "next_event_at", None, update_modified=False)
	later = {"next_escalation_at": to_stored(now + RETRY), "evaluation_pending": 0}
	frappe.db.set_value(COMPLAINT, name, later, update_modified=False)
