"""Adopting the open tickets of a site that already has thousands: in the background, resumable, progress shown."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from .adoption import adopt, count_tickets_to_adopt, tickets_to_adopt
from .adoption_differences import DEADLINES, adoption_differences
from .importing import not_imported
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
	total = count_tickets_to_adopt()
	_show(RUNNING, done, total, position)
	while batch := tickets_to_adopt(position, size):
		adopted, differences, refused = _adopt_batch(batch)
		done, moved, failed, position = done + adopted, moved + differences, failed + refused, batch[-1]
		_show(RUNNING, done, total, position)
	_show(FAILED if failed else DONE, done, total, position, _outcome(done, failed))
	return {"adopted": done, "moved": moved, "failed": failed}


def _outcome(done: int, failed: int) -> str:
	"""This run's figures; the corrections are those of all runs, since a run may be the end of one that was killed."""
	lines = [
		_("{0} tickets adopted, {1} deadlines corrected, {2} tickets refused (see the Error Log).").format(
			done, _deadlines_in(adoption_differences()), failed
		)
	]
	left = not_imported()
	if left:
		lines.append(
			_(
				"Tickets of these Helpdesk SLAs are left to Helpdesk, because the SLAs have no policy: {0}. Import them, then adopt again."
			).format(", ".join(left))
		)
	return "\n".join(lines)


def _adopt_batch(batch: list[str]) -> tuple[int, int, int]:
	"""(adopted, deadlines moved, refused). A bad ticket is logged and left out; the others of its batch are kept."""
	try:
		moved = _deadlines_in(adopt(batch))
		frappe.db.commit()  # a batch stands on its own, that is what makes the run resumable
		return len(batch), moved, 0
	except Exception:  # found out below, ticket by ticket
		frappe.db.rollback()
	adopted = differences = 0
	for ticket in batch:
		try:
			differences += _deadlines_in(adopt([ticket]))
			adopted += 1
		except Exception:  # one bad ticket must not stop the rest
			frappe.db.rollback()
			log_failure(ticket)
		frappe.db.commit()  # as above
	return adopted, differences, len(batch) - adopted


def _deadlines_in(differences: list[dict[str, Any]]) -> int:
	return sum(row["field"] in DEADLINES for row in differences)


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
