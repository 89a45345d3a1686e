"""What happens to a ticket becomes ledger events: on its save, by its messages, by its assignments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import frappe

from cs_center.domain.ledger import Event, EventKind, missing_events, state_after
from cs_center.integrations import helpdesk
from cs_center.services.escalation import choice as escalation_choice
from cs_center.services.escalation import rows
from cs_center.services.escalation.situations import is_governed

from . import store
from .acting import acting_user
from .channels import derive_channel
from .evaluation import evaluate
from .facts import STATE_FIELDS, state_of
from .openings import begin_ledger, first_events, opening_events
from .policy_choice import choose_again, facts_changed
from .settings import ServiceLevelSettings, read_settings
from .site_time import current_instant
from .ticket_fields import SHOWN_FIELDS, show_in_row, show_on_document
from .tier_events import tier_of_save

OPENING_FLAG = "cs_center_opening_ticket"
"""frappe.flags entry: the ticket whose insert is under way. Its first message is the opening, not a reply."""


def record_save(doc: Any) -> None:
	"""Called before a ticket is stored, after Helpdesk's own handler: what is set on ``doc`` is what is stored."""
	settings, now = read_settings(), current_instant()
	if doc.is_new():
		_record_opening(doc, settings, now)
		return
	events = store.load_events([doc.name], lock=True).get(doc.name)
	if events is None:
		events = first_events(doc.get_doc_before_save() or doc, now)
		doc.cs_channel = doc.get("cs_channel") or state_after(events).channel or None
		_store_and_show(doc, [], [*events, *_events_of_save(doc, events, now)], settings, now)
		return
	_store_and_show(doc, events, _events_of_save(doc, events, now), settings, now)


def _record_opening(doc: Any, settings: ServiceLevelSettings, now: datetime) -> None:
	frappe.flags[OPENING_FLAG] = doc.name
	if not doc.get("cs_channel"):
		doc.cs_channel = derive_channel(doc, settings) or None
	actor = acting_user()
	events = opening_events(doc, now, actor)
	events += missing_events(state_after(events), state_of(doc, frozenset()), now, actor, len(events) + 1)
	_store_and_show(doc, [], events, settings, now)


def _events_of_save(doc: Any, events: Sequence[Event], now: datetime) -> list[Event]:
	known = state_after(events)
	sequence, actor = max((event.sequence for event in events), default=0), acting_user()
	# Assignments are recorded from ToDo rows: the copy on a document being saved may be stale.
	fresh = missing_events(known, state_of(doc, known.assignees), now, actor, sequence + 1)
	fresh += tier_of_save(doc, events, now, sequence + len(fresh) + 1, actor)
	if facts_changed(doc, events):
		fresh += choose_again(doc, events, now, sequence + len(fresh) + 1, actor)
	fresh += escalation_choice.choose_again(doc, events, now, sequence + len(fresh) + 1, actor)
	return fresh


def _store_and_show(
	doc: Any, events: Sequence[Event], fresh: Sequence[Event], settings: ServiceLevelSettings, now: datetime
) -> None:
	evaluation = evaluate([*events, *fresh], now, settings, _escalations(doc.name, events))
	if fresh:
		store.append_events(doc.name, fresh)
		stored = store.load_clock_rows([doc.name], lock=True) if events else {}
		store.replace_clocks({doc.name: evaluation.clocks}, stored)
	show_on_document(doc, evaluation.shown)


def _escalations(ticket: str, events: Sequence[Event]) -> Sequence[Any]:
	"""Escalation rows of a stored ticket; not asked for where there can be none.

	They only say when the pass has to look next. A plain read is enough: what it misses makes the pass look once more.
	"""
	return rows.load([ticket]).get(ticket, ()) if is_governed(events) else ()


def finish_opening(doc: Any) -> None:
	"""The insert is over: later messages of this ticket are replies."""
	if frappe.flags.get(OPENING_FLAG) == doc.name:
		frappe.flags[OPENING_FLAG] = None


def is_opening(ticket: str) -> bool:
	"""Whether the ticket's insert is under way."""
	return frappe.flags.get(OPENING_FLAG) == ticket


def record_message(communication: Any) -> None:
	"""A message to or from the customer, once, whatever saves it again. The opening and merged copies are none."""
	ticket = communication.reference_name
	if is_opening(ticket):
		return
	kind = EventKind.AGENT_REPLIED if communication.sent_or_received == "Sent" else EventKind.CUSTOMER_REPLIED
	key = f"Communication:{communication.name}"

	def events_of(events: Sequence[Event], row: Any, now: datetime, sequence: int) -> list[Event]:
		if any(event.key == key for event in events) or helpdesk.is_merge_copy(communication):
			return []
		if _is_opening_message(communication, kind, events):
			return []
		return [Event(kind, now, sequence, communication.sender or frappe.session.user, key=key)]

	record(ticket, events_of)


def _is_opening_message(communication: Any, kind: EventKind, events: Sequence[Event]) -> bool:
	answered = any(event.kind in (EventKind.AGENT_REPLIED, EventKind.CUSTOMER_REPLIED) for event in events)
	if kind is EventKind.AGENT_REPLIED or answered:
		return False
	return not helpdesk.has_other_customer_message(communication.reference_name, communication.name)


def record_assignment(ticket: str, actor: str) -> None:
	"""Assignments of a ticket as they stand in its row, after a ToDo changed. ``actor``: "" where a rule did it."""

	def events_of(events: Sequence[Event], row: Any, now: datetime, sequence: int) -> list[Event]:
		known = state_after(events)
		seen = state_of(row)
		if seen.assignees == known.assignees:
			return []
		only_assignees = replace(known, assignees=seen.assignees)
		return missing_events(known, only_assignees, now, actor, sequence)

	record(ticket, events_of)


def acknowledge(ticket: str) -> bool:
	"""An agent confirms that the ticket was seen; False when it had been acknowledged before."""
	if not read_settings().enabled:
		return False
	done: list[bool] = []

	def events_of(events: Sequence[Event], row: Any, now: datetime, sequence: int) -> list[Event]:
		if any(event.kind in (EventKind.ACKNOWLEDGED, EventKind.AGENT_REPLIED) for event in events):
			return []
		done.append(True)
		return [Event(EventKind.ACKNOWLEDGED, now, sequence, frappe.session.user)]

	record(ticket, events_of)
	return bool(done)


def record(ticket: str, events_of: Any) -> None:
	"""Add what ``events_of(ledger, row, now, next sequence)`` returns to a stored ticket, and show the result."""
	settings, now = read_settings(), current_instant()
	row = frappe.db.get_value(
		helpdesk.TICKET,
		ticket,
		["name", *dict.fromkeys((*STATE_FIELDS, *SHOWN_FIELDS))],
		as_dict=True,
		for_update=True,
	)
	if not row:
		return
	events = store.load_events([ticket], lock=True).get(ticket)
	begins = events is None
	if events is None:
		events = begin_ledger(ticket, now)
	fresh = events_of(events, row, now, max((event.sequence for event in events), default=0) + 1)
	if not fresh and not begins:
		return
	evaluation = evaluate([*events, *fresh], now, settings, _escalations(ticket, events))
	store.append_events(ticket, fresh)
	store.replace_clocks({ticket: evaluation.clocks}, store.load_clock_rows([ticket], lock=True))
	show_in_row(row, evaluation.shown)
