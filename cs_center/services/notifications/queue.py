"""Messages into the queue: part of the caller's transaction, nothing is sent here and nothing is committed.

The row's name is the message's key, so that whoever runs twice queues once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import frappe

from cs_center.domain.delivery import delivery_key
from cs_center.services.service_levels.safety import before_writing
from cs_center.services.service_levels.site_time import to_stored

from .holding import Plan, plan_all
from .messages import DELIVERY, QUEUED, Message

__all__ = ["Message", "enqueue", "key_of"]

LONGEST_DATA = 140
"""What a Data field holds."""

_AUDIT = ("name", "owner", "creation", "modified", "modified_by", "docstatus", "idx")
_FIELDS = (
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
	"state",
	"hold_reason",
	"attempts",
	"next_attempt_at",
)


def key_of(message: Message) -> str:
	"""The message's name in the queue. Without an escalation the reference stands for it."""
	subject = message.escalation or f"{message.reference_doctype} {message.reference_name}"
	return delivery_key(subject, message.occasion_key, message.medium, message.channel, message.recipient)


def enqueue(messages: Iterable[Message], now: datetime) -> list[str]:
	"""Queue these messages and plan when each may leave; returns the keys of those that are new.

	A handful of queries however many messages there are. Start ``starting.start_due`` afterwards, or leave it to the
	minute task.
	"""
	new = _without_present({key_of(message): message for message in messages})
	if not new:
		return []
	plans = plan_all(list(new.values()), now)
	rows = [_row(key, message, plan) for (key, message), plan in zip(new.items(), plans, strict=True)]
	before_writing()
	# Another transaction may queue the same key in this moment: the one that comes second adds nothing.
	frappe.db.bulk_insert(DELIVERY, (*_AUDIT, *_FIELDS), rows, ignore_duplicates=True)
	return list(new)


def _without_present(messages: Mapping[str, Message]) -> dict[str, Message]:
	if not messages:
		return {}
	found = frappe.get_all(
		DELIVERY, filters={"name": ["in", list(messages)]}, pluck="name", limit_page_length=0
	)
	present = set(found)
	return {key: message for key, message in messages.items() if key not in present}


def _row(key: str, message: Message, plan: Plan) -> tuple[Any, ...]:
	user, now = frappe.session.user, frappe.utils.now()
	return (
		*(key, user, now, now, user, 0, 0),
		message.medium,
		message.channel or None,
		message.recipient or None,
		message.escalation or None,
		message.reference_doctype or None,
		message.reference_name or None,
		message.occasion,
		_one_line(message.title),
		message.message,
		message.link if 0 < len(message.link) <= LONGEST_DATA else None,  # half an address leads nowhere
		int(message.urgent),
		QUEUED,
		plan.hold_reason,
		0,
		to_stored(plan.at),
	)


def _one_line(title: str) -> str:
	line = " ".join(title.split())
	return line if len(line) <= LONGEST_DATA else f"{line[: LONGEST_DATA - 1]}…"
