"""What happened to a complaint, recorded outside its own save: actions, call-backs, reports, packs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from cs_center.domain.ledger import Event, EventKind
from cs_center.services.escalation.subjects import COMPLAINT
from cs_center.services.service_levels import store
from cs_center.services.service_levels.acting import acting_user
from cs_center.services.service_levels.site_time import current_instant

from . import evaluation


def events_of(complaint: str) -> list[Event]:
	"""The complaint's ledger in order."""
	return store.load_events([complaint], COMPLAINT).get(complaint, [])


def next_sequence(events: Sequence[Event]) -> int:
	return max((event.sequence for event in events), default=0) + 1


def record(complaint: str, kind: EventKind, value: str = "", detail: Mapping[str, Any] | None = None) -> None:
	"""Add one event, now, by whoever acts, and bring clocks and shown fields up to date. Holds the complaint's row."""
	record_made(
		complaint,
		lambda events, now, sequence: [Event(kind, now, sequence, acting_user(), value, detail or {})],
	)


def record_made(
	complaint: str, make: Callable[[Sequence[Event], datetime, int], Sequence[Event]]
) -> Sequence[Event]:
	"""Add the events that ``make(ledger, now, next sequence)`` returns, and return them."""
	if not evaluation.lock([complaint]):
		return ()
	events = store.load_events([complaint], COMPLAINT, lock=True).get(complaint, [])
	fresh = make(events, current_instant(), next_sequence(events))
	if fresh:
		store.append_events(complaint, fresh, COMPLAINT)
		evaluation.evaluate_stored([complaint])
	return fresh
