"""A ticket that a failure left behind: what its ledger is missing is read from the ticket itself and from its messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import frappe

from cs_center.domain.ledger import Event, EventKind, in_order, missing_events, state_after
from cs_center.integrations import helpdesk, helpdesk_assignments
from cs_center.services.escalation import choice as escalation_choice

from . import store
from .evaluation import evaluate_stored
from .facts import state_of
from .openings import begin_ledger
from .policy_choice import choose_again, facts_changed
from .site_time import to_aware


def catch_up(ticket: str, now: datetime) -> None:
	"""Append what is missing, at the time at which it happened as far as that is known, then evaluate."""
	doc = frappe.get_doc(helpdesk.TICKET, ticket, for_update=True)
	events = store.load_events([ticket], lock=True).get(ticket)
	if events is None:
		events = begin_ledger(ticket, now)
		doc.reload()
	store.append_events(ticket, missing(doc, events, now))
	evaluate_stored([ticket], now)
	# Only here is the mark taken away: an ordinary save does not look for what was missed before it.
	frappe.db.set_value(helpdesk.TICKET, ticket, "cs_evaluation_pending", 0, update_modified=False)


def missing(doc: Any, events: Sequence[Event], now: datetime) -> list[Event]:
	"""Messages that no event names, and the changes between the ledger's state and the ticket's."""
	sequence = max((event.sequence for event in events), default=0)
	replies = _missing_replies(doc, events, sequence)
	at = min(max(to_aware(doc.modified), *(event.at for event in events)), now)
	known = state_after(in_order(events))
	actor = doc.modified_by or ""
	changes = missing_events(known, state_of(doc), at, actor, sequence + len(replies) + 1)
	fresh = [*replies, *_dated_by_assignments(doc.name, changes)]
	if facts_changed(doc, in_order(events)):
		fresh += choose_again(doc, in_order(events), at, sequence + len(fresh) + 1, actor)
	fresh += escalation_choice.choose_again(doc, in_order(events), at, sequence + len(fresh) + 1, actor)
	return fresh


def _dated_by_assignments(ticket: str, changes: Sequence[Event]) -> list[Event]:
	"""Assignments do not touch the ticket: their time and author are those of their ToDo."""
	if not any(change.kind is EventKind.ASSIGNED for change in changes):
		return list(changes)
	made = helpdesk_assignments.assignments(ticket)
	return [
		replace(change, at=to_aware(made[change.value].creation), actor=made[change.value].actor)
		if change.kind is EventKind.ASSIGNED and change.value in made
		else change
		for change in changes
	]


def _missing_replies(doc: Any, events: Sequence[Event], sequence: int) -> list[Event]:
	known = {event.key for event in events}
	opened = min(event.at for event in events)
	found: list[Event] = []
	received_before = False
	for row in helpdesk.messages([doc.name]):
		from_agent = row.sent_or_received == "Sent"
		is_opening = not from_agent and not received_before
		received_before = received_before or not from_agent
		key = f"Communication:{row.name}"
		if is_opening or key in known or to_aware(row.creation) < opened:
			continue
		kind = EventKind.AGENT_REPLIED if from_agent else EventKind.CUSTOMER_REPLIED
		actor = row.sender or row.owner or ""
		found.append(Event(kind, to_aware(row.creation), sequence + len(found) + 1, actor, key=key))
	return found
