"""What a ledger says about escalation: the policy that governs, and whether the ticket is over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from .escalation_policy import EscalationPolicy
from .escalation_values import Ladder, StepKey
from .ledger import Event, EventKind


def ladder_of(events: Sequence[Event], policies: Mapping[str, EscalationPolicy]) -> Ladder | None:
	"""The policy that the ledger names last, since when without a break, and whether it looks back; None: none.

	A policy that is not given (deleted) governs nothing: what it raised stays as it is.
	"""
	changes = [event for event in events if event.kind is EventKind.ESCALATION_POLICY_CHANGED]
	if not changes or not changes[-1].value or changes[-1].value not in policies:
		return None
	first = changes[-1]
	for event in reversed(changes):
		if event.value != first.value:
			break
		first = event
	passed = frozenset(StepKey(*key) for key in first.detail.get("passed") or ())
	return Ladder(policies[first.value], first.at, bool(first.detail.get("looks_back", True)), passed)


def ticket_end(events: Iterable[Event]) -> tuple[datetime, str] | None:
	"""When and how the ticket ended, if it is over: resolved and not reopened, merged or cancelled."""
	end: tuple[datetime, str] | None = None
	for event in events:
		if event.kind in (EventKind.RESOLVED, EventKind.MERGED, EventKind.CANCELLED):
			end = end or (event.at, event.kind.value)
		elif event.kind is EventKind.REOPENED:
			end = None
	return end
