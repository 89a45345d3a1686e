"""Begin a job for each medium and each channel with something due."""

from __future__ import annotations

import hashlib
from datetime import datetime

import frappe

from .claiming import is_due
from .messages import DELIVERY, WEBHOOK

QUEUE = "short"
"""Alerts must not stand behind reports and imports; a job ends within two minutes and costs one time-out at most."""

JOB = "cs_center.services.notifications.sending.run"


def start_due(now: datetime) -> list[tuple[str, str]]:
	"""Start jobs after this transaction's commit; returns the (medium, channel) of each. One query.

	A job that is queued or runs already is not started twice. Called each minute and after an escalation pass.
	"""
	groups = _due_groups(now)
	for medium, channel in groups:
		frappe.enqueue(
			JOB,
			queue=QUEUE,
			job_id=_job_id(medium, channel),
			deduplicate=True,
			enqueue_after_commit=True,
			medium=medium,
			channel=channel,
		)
	return groups


def _due_groups(now: datetime) -> list[tuple[str, str]]:
	table = frappe.qb.DocType(DELIVERY)
	rows = (
		frappe.qb.from_(table).select(table.medium, table.channel).distinct().where(is_due(table, now)).run()
	)
	return sorted({(medium, (channel or "") if medium == WEBHOOK else "") for medium, channel in rows})


def _job_id(medium: str, channel: str) -> str:
	"""A channel's name may hold anything; a job's may not."""
	digest = hashlib.sha256(f"{medium}\n{channel}".encode()).hexdigest()[:16]
	return f"cs_center_delivery_{digest}"
