"""What happened to a ticket or a complaint: append-only events, the state they add up to, and the missing events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from enum import Enum
from typing import Any

from .errors import NaiveDatetimeError


class EventKind(str, Enum):
	"""The kinds of events, as they are stored and shown."""

	OPENED = "Opened"
	ACKNOWLEDGED = "Acknowledged"
	AGENT_REPLIED = "Agent Replied"
	CUSTOMER_REPLIED = "Customer Replied"
	PAUSED = "Paused"
	RESUMED = "Resumed"
	RESOLVED = "Resolved"
	REOPENED = "Reopened"
	ASSIGNED = "Assigned"
	UNASSIGNED = "Unassigned"
	TEAM_CHANGED = "Team Changed"
	PRIORITY_CHANGED = "Priority Changed"
	POLICY_CHANGED = "Policy Changed"
	CHANNEL_CHANGED = "Channel Changed"
	SEVERITY_CHANGED = "Severity Changed"
	RATED = "Rated"
	ESCALATION_POLICY_CHANGED = "Escalation Policy Changed"
	MERGED = "Merged"
	CANCELLED = "Cancelled"
	RECEIVED = "Received"
	STAGE_CHANGED = "Stage Changed"
	CATEGORY_CHANGED = "Category Changed"
	SOLUTION_PROPOSED = "Solution Proposed"
	SOLUTION_APPROVED = "Solution Approved"
	CONSENT_RECORDED = "Consent Recorded"
	RECOURSE_TOLD = "Recourse Told"
	COMPENSATION_DECIDED = "Compensation Decided"
	ACTION_CHANGED = "Action Changed"
	CALL_ATTEMPTED = "Call Attempted"
	REPORTED = "Reported"
	REGULATOR_CLOCKS_SET = "Regulator Clocks Set"
	REGULATOR_NOTICE = "Regulator Notice"
	TIER_CHANGED = "Tier Changed"

	# Enum's own hash is written in Python, and handlers are looked up for every event.
	__hash__ = str.__hash__


class Category(str, Enum):
	"""The category of a ticket's status."""

	OPEN = "Open"
	PAUSED = "Paused"
	RESOLVED = "Resolved"


@dataclass(frozen=True, slots=True)
class Event:
	"""One fact. ``at`` is aware and kept in UTC (two times of one zone compare by the wall clock).

	``value`` is the new team, priority, policy, channel, severity, assignee, merged-into ticket, or the customer's stars
	("1" to "5", "" when taken back), or customer tier (its factors in ``detail``). An OPENED event carries the first team, priority, channel, severity and rating in
	``detail``. ``sequence`` orders events of one instant.
	"""

	kind: EventKind
	at: datetime
	sequence: int = 0
	actor: str = ""
	value: str = ""
	detail: Mapping[str, Any] = field(default_factory=dict)
	key: str = ""

	def __post_init__(self) -> None:
		if self.at.tzinfo is not timezone.utc:
			object.__setattr__(self, "at", to_utc(self.at))


def to_utc(moment: datetime) -> datetime:
	"""The same instant in UTC; NaiveDatetimeError when it has no zone."""
	if moment.tzinfo is None:
		raise NaiveDatetimeError(value=moment.isoformat())
	return moment.astimezone(timezone.utc)


def in_order(events: Iterable[Event]) -> list[Event]:
	"""By time, then by the order in which they were recorded."""
	return sorted(events, key=lambda event: (event.at, event.sequence))


@dataclass(frozen=True, slots=True)
class TicketState:
	"""What is true of a ticket: as its ledger tells it, or as its document shows it."""

	category: Category = Category.OPEN
	team: str = ""
	priority: str = ""
	channel: str = ""
	policy: str = ""
	merged_into: str = ""
	assignees: frozenset[str] = frozenset()
	severity: str = ""
	rating: str = ""
	escalation_policy: str = ""
	tier: str = ""


def state_after(events: Iterable[Event]) -> TicketState:
	"""Fold the ledger into the state it tells; ``events`` in order."""
	state: dict[str, Any] = {}
	assignees: set[str] = set()
	for event in events:
		if event.kind in (EventKind.OPENED, EventKind.RECEIVED):
			state.update({name: str(event.detail.get(name) or "") for name in _TOLD_AT_OPENING})
		elif event.kind in _CATEGORY_AFTER:
			state["category"] = _CATEGORY_AFTER[event.kind]
		elif event.kind in _FIELD_OF:
			state[_FIELD_OF[event.kind]] = event.value
		elif event.kind is EventKind.ASSIGNED:
			assignees.add(event.value)
		elif event.kind is EventKind.UNASSIGNED:
			assignees.discard(event.value)
	return TicketState(assignees=frozenset(assignees), **state)


_TOLD_AT_OPENING = ("team", "priority", "channel", "severity", "rating")
_CATEGORY_AFTER = {
	EventKind.PAUSED: Category.PAUSED,
	EventKind.RESUMED: Category.OPEN,
	EventKind.REOPENED: Category.OPEN,
	EventKind.RESOLVED: Category.RESOLVED,
}
_FIELD_OF = {
	EventKind.TEAM_CHANGED: "team",
	EventKind.PRIORITY_CHANGED: "priority",
	EventKind.POLICY_CHANGED: "policy",
	EventKind.CHANNEL_CHANGED: "channel",
	EventKind.SEVERITY_CHANGED: "severity",
	EventKind.RATED: "rating",
	EventKind.ESCALATION_POLICY_CHANGED: "escalation_policy",
	EventKind.MERGED: "merged_into",
	EventKind.TIER_CHANGED: "tier",
}

_CATEGORY_MOVES = {
	(Category.OPEN, Category.PAUSED): (EventKind.PAUSED,),
	(Category.OPEN, Category.RESOLVED): (EventKind.RESOLVED,),
	(Category.PAUSED, Category.OPEN): (EventKind.RESUMED,),
	(Category.PAUSED, Category.RESOLVED): (EventKind.RESOLVED,),
	(Category.RESOLVED, Category.OPEN): (EventKind.REOPENED,),
	(Category.RESOLVED, Category.PAUSED): (EventKind.REOPENED, EventKind.PAUSED),
}


def missing_events(
	known: TicketState, seen: TicketState, at: datetime, actor: str, sequence: int
) -> list[Event]:
	"""Events that lead from what the ledger knows to what the ticket shows, numbered from ``sequence``.

	Comparing states instead of hooking every change heals itself: a save that was missed is caught up by the next one.
	The policies are not compared: they are chosen, not observed.
	"""
	moves: list[tuple[EventKind, str]] = []
	if seen.merged_into and seen.merged_into != known.merged_into:
		moves.append((EventKind.MERGED, seen.merged_into))
	for kind, name in (
		(EventKind.CHANNEL_CHANGED, "channel"),
		(EventKind.TEAM_CHANGED, "team"),
		(EventKind.PRIORITY_CHANGED, "priority"),
		(EventKind.SEVERITY_CHANGED, "severity"),
		(EventKind.RATED, "rating"),
	):
		if getattr(seen, name) != getattr(known, name):
			moves.append((kind, getattr(seen, name)))
	moves += [(EventKind.UNASSIGNED, who) for who in sorted(known.assignees - seen.assignees)]
	moves += [(EventKind.ASSIGNED, who) for who in sorted(seen.assignees - known.assignees)]
	moves += [(kind, "") for kind in _CATEGORY_MOVES.get((known.category, seen.category), ())]
	return [Event(kind, at, sequence + index, actor, value) for index, (kind, value) in enumerate(moves)]
