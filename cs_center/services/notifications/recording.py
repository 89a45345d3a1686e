"""What became of an attempt: onto the rows, and onto the channel for its administrator."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import frappe

from cs_center.domain.delivery import Outcome, OutcomeKind, State, Verdict
from cs_center.services.service_levels.site_time import to_stored

from .claiming import Batch
from .messages import (
	CHANNEL,
	DEAD,
	DELIVERY,
	IS_RATE_LIMITED,
	IS_RETRY,
	QUEUED,
	SENDING,
	SENT,
	WEBHOOK,
)
from .texts import failure_text

TOO_MANY_REQUESTS = 429


def record(batch: Batch, outcome: Outcome, verdict: Verdict, now: datetime) -> None:
	"""Write the verdict onto the batch's rows, as far as the lease is still ours; the caller commits."""
	_update(batch, _values(batch, outcome, verdict, now))


def is_ours(batch: Batch) -> bool:
	"""Whether the lease still holds, with the rows locked until the transaction ends.

	A worker that stood still for longer than its lease must not send what another one has sent meanwhile.
	"""
	table = frappe.qb.DocType(DELIVERY)
	query = frappe.qb.from_(table).select(table.name).where(_is_leased(table, batch, batch.names))
	if frappe.db.db_type == "mariadb":
		query = query.force_index("PRIMARY")  # see claiming: a scan would lock every row
	return len(query.for_update().run()) == len(batch.names)


def _values(batch: Batch, outcome: Outcome, verdict: Verdict, now: datetime) -> dict[str, Any]:
	values: dict[str, Any] = {"leased_until": None, "last_status": outcome.status, "last_error": ""}
	if verdict.state is State.SENT:
		values |= {"state": SENT, "sent_at": to_stored(now), "hold_reason": ""}
	else:
		values["last_error"] = failure_text(outcome, verdict, batch.attempts)
		values |= _waiting(outcome, verdict) if verdict.next_at else {"state": DEAD, "hold_reason": ""}
	return values


def _waiting(outcome: Outcome, verdict: Verdict) -> dict[str, Any]:
	return {
		"state": QUEUED,
		"hold_reason": IS_RATE_LIMITED if is_rate_limited(outcome) else IS_RETRY,
		"next_attempt_at": to_stored(verdict.next_at),
	}


def is_rate_limited(outcome: Outcome) -> bool:
	"""Whether the receiver said that it gets too many messages."""
	return outcome.kind is OutcomeKind.RATE_LIMITED or outcome.status == TOO_MANY_REQUESTS


def give_back(batches: Iterable[Batch], until: datetime | None, hold_reason: str) -> None:
	"""Claimed, but not tried: the attempt does not count. ``until`` None: they stay due as they were."""
	for batch in batches:
		for row in batch.rows:
			values = {
				"state": QUEUED,
				"leased_until": None,
				"attempts": row.attempts,
				"batch_key": row.batch_key or None,
				"hold_reason": hold_reason or row.hold_reason or "",
				"next_attempt_at": to_stored(until) if until else row.next_attempt_at,
			}
			_update(batch, values, [row.name])


def put_off(channel: str, until: datetime, hold_reason: str) -> None:
	"""Nothing of a channel that does not answer is tried before ``until``, in one statement."""
	table = frappe.qb.DocType(DELIVERY)
	(
		frappe.qb.update(table)
		.set(table.next_attempt_at, to_stored(until))
		.set(table.hold_reason, hold_reason)
		.where(
			(table.medium == WEBHOOK)
			& (table.channel == channel)
			& (table.state == QUEUED)
			& (table.next_attempt_at < to_stored(until))
		)
		.run()
	)


def _update(batch: Batch, values: dict[str, Any], names: list[str] | None = None) -> None:
	"""Only while the lease is ours: a worker that was frozen for longer must not overwrite what another one did."""
	table = frappe.qb.DocType(DELIVERY)
	query = frappe.qb.update(table).set(table.modified, frappe.utils.now())
	for field, value in values.items():
		query = query.set(table[field], value)
	query.where(_is_leased(table, batch, names or batch.names)).run()


def _is_leased(table: Any, batch: Batch, names: list[str]) -> Any:
	return table.name.isin(names) & (table.state == SENDING) & (table.leased_until == batch.leased_until)


def tell_channel(batch: Batch, outcome: Outcome, verdict: Verdict, now: datetime) -> None:
	"""The last result, for the channel's administrator. A transaction of its own: see ``sending``."""
	row = batch.rows[0]
	if row.medium != WEBHOOK or not row.channel:
		return
	values = _values(batch, outcome, verdict, now)
	told = (
		{"last_sent_at": to_stored(now), "last_error": ""}
		if verdict.state is State.SENT
		else {"last_failed_at": to_stored(now), "last_error": values["last_error"]}
	)
	table = frappe.qb.DocType(CHANNEL)
	query = frappe.qb.update(table).where(table.name == row.channel)
	for field, value in told.items():
		query = query.set(table[field], value)
	query.run()  # no document event and no version: this is no change of the channel
	frappe.clear_document_cache(CHANNEL, row.channel)
