"""The first events of a ticket that is there already: an old one is adopted, a young one's missed opening is made up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import frappe

from cs_center.domain.ledger import Event, EventKind, TicketState
from cs_center.integrations import helpdesk
from cs_center.services.escalation import choice as escalation_choice

from . import adoption, store
from .channels import derive_channel
from .facts import state_of
from .policy_choice import REASON_OPENED, choose, policy_event
from .settings import read_settings
from .site_time import to_aware
from .tier_events import opening_tier


def opening_events(ticket: Any, at: datetime, actor: str) -> list[Event]:
	"""Opened, the policies that match, the tier: what every ledger of a ticket made under this app begins with."""
	match, facts = choose(ticket)
	opened = Event(EventKind.OPENED, at, 1, actor, detail=_detail(ticket, state_of(ticket, frozenset())))
	policy = policy_event(match, facts, at, 2, actor, REASON_OPENED)
	escalation = escalation_choice.first_choice(ticket, at, 3, actor)
	return [opened, policy, *escalation, *opening_tier(ticket, at, 3 + len(escalation), actor)]


def _detail(ticket: Any, seen: TicketState) -> dict[str, Any]:
	return {
		"team": seen.team,
		"priority": seen.priority,
		"channel": seen.channel,
		"severity": seen.severity,
		"rating": seen.rating,
		"raised_by": ticket.get("raised_by") or "",
		"customer": ticket.get("customer") or "",
	}


def joined_at() -> datetime:
	"""When the app came to this site: Frappe makes the module's record during installation."""
	return to_aware(frappe.get_cached_value("Module Def", "CS Center", "creation"))


def is_old(ticket: Any) -> bool:
	"""Whether Helpdesk has a history of the ticket that ours must follow: it is older than the app, or was worked on
	while service levels were switched off."""
	worked_on = ("first_responded_on", "total_hold_time", "on_hold_since", "resolution_date")
	return to_aware(ticket.get("creation")) < joined_at() or any(ticket.get(name) for name in worked_on)


def first_events(ticket: Any, now: datetime) -> list[Event]:
	"""The ledger of a stored ticket that has none, not yet stored. A missing channel is derived on the document."""
	made = to_aware(ticket.get("creation"))
	if is_old(ticket):
		return adoption.reconstruct(ticket, now)
	if not ticket.get("cs_channel"):
		ticket.cs_channel = derive_channel(ticket, read_settings()) or None
		frappe.db.set_value(
			helpdesk.TICKET, ticket.name, "cs_channel", ticket.cs_channel, update_modified=False
		)
	return opening_events(ticket, min(made, now), ticket.get("owner") or "")


def begin_ledger(ticket: str, now: datetime) -> list[Event]:
	"""Store the first events of a ticket that has none, and return them."""
	doc = frappe.get_doc(helpdesk.TICKET, ticket)
	if is_old(doc):
		adoption.adopt([ticket], now)
		return store.load_events([ticket], lock=True).get(ticket, [])
	events = first_events(doc, now)
	store.append_events(ticket, events)
	return events
