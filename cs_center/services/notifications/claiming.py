"""Due rows are claimed, then sent: nobody else sends what is claimed, and a worker that dies gives it back by its lease.

Several messages to one recipient leave as one batch. The batch's key is fixed when it is claimed first and kept over
retries, so that a receiver can tell a repetition from something new.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import frappe

from cs_center.domain.delivery import batch_key
from cs_center.integrations.database import can_skip_locked
from cs_center.services.service_levels.site_time import to_stored

from .cancelling import cancel_unwanted
from .holding import who_gets_digests
from .messages import DELIVERY, DIGESTED_MEDIA, QUEUED, SENDING, TEST, WEBHOOK

MOST_ROWS = 100
"""Claimed at a time: what one job can send within its time, and no digest is longer."""

LEASE = timedelta(minutes=10)
"""Longer than any job may take (see ``sending.JOB_SECONDS``): who has not recorded by then is dead."""

_FIELDS = (
	"name",
	"medium",
	"channel",
	"recipient",
	"escalation",
	"reference_doctype",
	"reference_name",
	"occasion",
	"title",
	"message",
	"link",
	"urgent",
	"attempts",
	"hold_reason",
	"batch_key",
	"next_attempt_at",
)


@dataclass(frozen=True)
class Batch:
	"""Rows that leave as one message. ``attempts``: this attempt included. ``leased_until``: as stored."""

	key: str
	rows: tuple[Any, ...]
	leased_until: datetime

	@property
	def names(self) -> list[str]:
		return [row.name for row in self.rows]

	@property
	def attempts(self) -> int:
		return max(row.attempts for row in self.rows) + 1

	@property
	def recipient(self) -> str:
		return self.rows[0].recipient or ""

	@property
	def is_test(self) -> bool:
		return self.rows[0].occasion == TEST


def claim(medium: str, channel: str, now: datetime) -> list[Batch]:
	"""The due messages of one medium (or one channel), now marked as being sent. Commits."""
	return _claim(_due_names(medium, channel, now), now)


def claim_one(name: str, now: datetime) -> list[Batch]:
	"""One message by its key, when it is due and nobody else has it. Commits."""
	return _claim([name], now)


def _claim(names: list[str], now: datetime) -> list[Batch]:
	rows = _locked(names, now) if names else []
	wanted = cancel_unwanted(rows) if rows else []
	batches = _batches(wanted, to_stored(now + LEASE))
	for batch in batches:
		_mark_as_sending(batch)
	frappe.db.commit()  # the claim must be seen by others before anything is sent
	return batches


def _due_names(medium: str, channel: str, now: datetime) -> list[str]:
	"""Urgent ones first, then those tried least: one message that always fails keeps no other from being tried."""
	table = frappe.qb.DocType(DELIVERY)
	query = (
		frappe.qb.from_(table)
		.select(table.name)
		.where((table.medium == medium) & is_due(table, now))
		.orderby(table.urgent, order=frappe.qb.desc)
		.orderby(table.attempts, table.next_attempt_at, table.name)
		.limit(MOST_ROWS)
	)
	if medium == WEBHOOK:
		query = query.where(table.channel == channel)
	return [row[0] for row in query.run()]


def is_due(table: Any, now: datetime) -> Any:
	"""The condition: queued and its time has come, or claimed by somebody whose lease ran out."""
	moment = to_stored(now)
	return ((table.state == QUEUED) & (table.next_attempt_at <= moment)) | (
		(table.state == SENDING) & (table.leased_until <= moment)
	)


def _locked(names: list[str], now: datetime) -> list[Any]:
	"""The rows, locked by their keys alone; what somebody else has locked or has sent meanwhile is left out."""
	table = frappe.qb.DocType(DELIVERY)
	query = (
		frappe.qb.from_(table)
		.select(*(table[field] for field in _FIELDS))
		.where(table.name.isin(names) & is_due(table, now))
	)
	if frappe.db.db_type == "mariadb":
		# In a small table it would rather scan, and a scan locks every row, also those of other channels.
		query = query.force_index("PRIMARY")
	query = query.for_update(skip_locked=True) if can_skip_locked() else query.for_update()
	order = {name: position for position, name in enumerate(names)}
	return sorted(query.run(as_dict=True), key=lambda row: order[row.name])


def _batches(rows: Sequence[Any], leased_until: datetime) -> list[Batch]:
	groups: dict[tuple[str, str], list[Any]] = defaultdict(list)
	digesting = _digesting(rows)
	for row in rows:
		groups[_group(row, digesting)].append(row)
	return [
		Batch(members[0].batch_key or batch_key([row.name for row in members]), tuple(members), leased_until)
		for members in groups.values()
	]


def _digesting(rows: Sequence[Any]) -> set[str]:
	if not rows or rows[0].medium not in DIGESTED_MEDIA:
		return set()
	return who_gets_digests(rows[0].medium, {_receiver(row) for row in rows})


def _receiver(row: Any) -> str:
	return (row.channel if row.medium == WEBHOOK else row.recipient) or ""


def _group(row: Any, digesting: set[str]) -> tuple[str, str]:
	if row.batch_key:
		return "again", row.batch_key
	if row.urgent or row.occasion == TEST or _receiver(row) not in digesting:
		return "alone", row.name
	return "digest", _receiver(row)


def _mark_as_sending(batch: Batch) -> None:
	table = frappe.qb.DocType(DELIVERY)
	(
		frappe.qb.update(table)
		.set(table.state, SENDING)
		.set(table.leased_until, batch.leased_until)
		.set(table.batch_key, batch.key)
		.set(table.attempts, table.attempts + 1)
		.where(table.name.isin(batch.names))
		.run()
	)
