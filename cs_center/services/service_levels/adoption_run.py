"""Adopting the open tickets of a site that already has thousands: in the background, resumable, progress shown."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from .adoption import adopt, tickets_to_adopt
from .safety import log_failure
from .settings import read_settings

SETTINGS = "CS Center Settings"
JOB = "cs_center_adoption"
RUNNING, DONE, FAILED = "Running", "Done", "Failed"


def start() -> None:
	"""Queue the run; a second one is not queued while one is."""
	frappe.enqueue(
		run, queue="long", timeout=3 * 3600, job_id=JOB, deduplicate=True, enqueue_after_commit=True
	)


def run() -> dict[str, Any]:
	"""Adopt every open or paused ticket without a ledger. Each batch is committed, so a new run goes on from there."""
	size, moved, done, failed, position = read_settings().batch_size, 0, 0, 0, ""
	total = len(tickets_to_adopt("", 10_000_000))
	_show(RUNNING, done, total, position)
	while batch := tickets_to_adopt(position, size):
		adopted, differences, refused = _adopt_batch(batch)
		done, moved, failed, position = done + adopted, moved + differences, failed + refused, batch[-1]
		_show(RUNNING, done, total, position)
	message = _(
		"{0} tickets adopted, {1} deadlines corrected, {2} tickets refused (see the Error Log)."
	).format(done, moved, failed)
	_show(FAILED if failed else DONE, done, total, position, message)
	return {"adopted": done, "moved": moved, "failed": failed}


def _adopt_batch(batch: list[str]) -> tuple[int, int, int]:
	"""(adopted, deadlines moved, refused). A bad ticket is logged and left out; the others of its batch are kept."""
	try:
		moved = adopt(batch)
		frappe.db.commit()  # a batch stands on its own, that is what makes the run resumable
		return len(batch), len(moved), 0
	except Exception:  # found out below, ticket by ticket
		frappe.db.rollback()
	adopted = differences = 0
	for ticket in batch:
		try:
			differences += len(adopt([ticket]))
			adopted += 1
		except Exception:  # one bad ticket must not stop the rest
			frappe.db.rollback()
			log_failure(ticket)
		frappe.db.commit()  # as above
	return adopted, differences, len(batch) - adopted


def _show(status: str, done: int, total: int, position: str, message: str = "") -> None:
	values = {
		"adoption_status": status,
		"adoption_done": done,
		"adoption_total": total,
		"adoption_position": position,
		"adoption_message": message,
	}
	frappe.db.set_single_value(SETTINGS, values, update_modified=False)
	frappe.db.commit()  # progress is shown to others while the run goes on
	frappe.publish_realtime(JOB, values, doctype=SETTINGS, docname=SETTINGS)
