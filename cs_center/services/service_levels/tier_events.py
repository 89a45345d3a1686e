"""The customer's tier in a ticket's ledger: what it makes of the targets, and what else it did to the ticket."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cs_center.domain.governing import REPLY_FACTOR, RESOLUTION_FACTOR
from cs_center.domain.ledger import Event, EventKind, state_after
from cs_center.services.customers.ladder import tier_named

from . import store
from .facts import NAMED_FACTS

FIELD = NAMED_FACTS["customer_tier"]
DETAIL_FLAG = "cs_center_tier_detail"
"""Flag on a ticket being saved: what its arrival did besides (``services.customers.arriving``)."""


def opening_tier(ticket: Any, at: datetime, sequence: int, actor: str) -> list[Event]:
	"""The event of a ticket that begins with a tier."""
	tier = ticket.get(FIELD)
	return [tier_event(tier, at, sequence, actor, _detail_of(ticket))] if tier else []


def tier_of_save(
	ticket: Any, events: Sequence[Event], at: datetime, sequence: int, actor: str
) -> list[Event]:
	"""The event of a save that changed the ticket's tier.

	A tier that the ledger does not know and this save did not bring is left alone: it was entered before tiers had
	factors, and open tickets do not change because of an update.
	"""
	known, seen = state_after(events).tier, ticket.get(FIELD) or ""
	before = ticket.get_doc_before_save()
	is_new_here = before is None or (before.get(FIELD) or "") != seen
	if known == seen or not (known or is_new_here):
		return []
	return [tier_event(seen, at, sequence, actor, _detail_of(ticket))]


def tier_event(tier: str, at: datetime, sequence: int, actor: str, detail: dict[str, Any]) -> Event:
	"""``detail``: factors where they are not those of the tier, what was done to the ticket, and by which reason."""
	return Event(EventKind.TIER_CHANGED, at, sequence, actor, tier, {**factors_of_tier(tier), **detail})


def factors_of_tier(tier: str) -> dict[str, float]:
	"""What the tier makes of the targets now; an event keeps it, whatever the tier is made into later."""
	document = tier_named(tier)
	if document is None:
		return {}
	return {
		REPLY_FACTOR: document.reply_factor or 1.0,
		RESOLUTION_FACTOR: document.resolution_factor or 1.0,
	}


def last_tier_detail(ticket: str) -> dict[str, Any]:
	"""Detail of the event that gave a stored ticket its tier, empty without one."""
	events = store.load_events([ticket]).get(ticket, [])
	last = last_tier(events)
	return dict(last.detail) if last else {}


def last_tier(events: Sequence[Event]) -> Event | None:
	"""The event that gave the ticket its present tier."""
	return next((event for event in reversed(events) if event.kind is EventKind.TIER_CHANGED), None)


def _detail_of(ticket: Any) -> dict[str, Any]:
	flags = getattr(ticket, "flags", None)
	return dict(flags.get(DETAIL_FLAG) or {}) if flags else {}
