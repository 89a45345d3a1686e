"""One ticket's rows become the ledger that production would have written, its policy included."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cs_center.domain.escalation_policy import EscalationPolicy
from cs_center.domain.ledger import Event, EventKind
from cs_center.domain.policy import Policy, choose_policy

from .ticket_log import WATCHED, Rejected, Row
from .ticket_states import Standing, StepTable

WATCHED_CELLS = slice(Row._fields.index(WATCHED[0]), Row._fields.index(WATCHED[-1]) + 1)
"""Where a row holds what the ticket is; a slice of it is quicker than five attributes."""


@dataclass(slots=True)
class TicketHistory:
	"""``events`` in order; empty when no row opened the ticket. ``priority``: the last one the log shows."""

	events: list[Event] = field(default_factory=list)
	policy: Policy | None = None
	priority: str = ""
	team: str = ""
	channel: str = ""
	severity: str = ""
	rating: str = ""
	dedicated_agent: str = ""
	escalation_policy: EscalationPolicy | None = None
	rejected: list[Rejected] = field(default_factory=list)
	without_effect: list[EventKind] = field(default_factory=list)


class PolicyChooser:
	"""Chooses a policy by the facts of the row that opens a ticket; equal facts are tried once."""

	def __init__(self, policies: Sequence[Any], facts: Sequence[str]) -> None:
		self._policies = policies
		self._facts = tuple(facts)
		self._chosen: dict[tuple[str, ...], Any] = {}

	def choose(self, values: tuple[str, ...]) -> Any:
		"""``values``: one text for each fact, in the order given to the constructor."""
		if values not in self._chosen:
			match = choose_policy(self._policies, dict(zip(self._facts, values, strict=True)))
			self._chosen[values] = match.policy
		return self._chosen[values]


class Choosers(NamedTuple):
	"""One for the service policy, and one for the escalation policy where there are any."""

	service: PolicyChooser
	escalation: PolicyChooser | None = None


def tell_history(rows: Sequence[Row], steps: StepTable, choosers: Choosers) -> TicketHistory:
	"""Events of one ticket, from rows in order."""
	history = TicketHistory()
	state = Standing.NEW
	seen: tuple[str, ...] = ("",) * len(WATCHED)
	for row in rows:
		step = steps.step(state, row.activity)
		if step.is_lost:
			reason = f"the ticket is not open yet and nothing opens it at {row.activity!r}"
			history.rejected.append(Rejected(row.line, reason))
			continue
		shown = row[WATCHED_CELLS]
		if shown != seen and state is not Standing.NEW:
			_note_changes(history, row)
		seen = shown
		for kind in step.kinds:
			if kind in _RECORDED_WITH_MORE:
				_RECORDED_WITH_MORE[kind](history, row, choosers)
			else:
				_append(history, kind, row)
		if step.without_effect:
			history.without_effect += step.without_effect
		state = step.after
	return history


def _note_changes(history: TicketHistory, row: Row) -> None:
	"""A column that shows another value than before is a change; an empty cell says nothing."""
	for name, kind in _CHANGES:
		value = getattr(row, name)
		if value and value != getattr(history, name):
			setattr(history, name, value)
			_append(history, kind, row, value)


_CHANGES = tuple(
	zip(
		WATCHED,
		(
			EventKind.PRIORITY_CHANGED,
			EventKind.TEAM_CHANGED,
			EventKind.CHANNEL_CHANGED,
			EventKind.SEVERITY_CHANGED,
			EventKind.RATED,
		),
		strict=True,
	)
)


def _open(history: TicketHistory, row: Row, choosers: Choosers) -> None:
	history.priority, history.team, history.channel = row.priority, row.team, row.channel
	detail = {"priority": row.priority, "team": row.team, "channel": row.channel}
	if row.severity or row.rating:
		history.severity, history.rating = row.severity, row.rating
		detail |= {"severity": row.severity, "rating": row.rating}
	history.events.append(Event(EventKind.OPENED, row.at, len(history.events), row.actor, "", detail))
	history.policy = choosers.service.choose(row.facts)
	if history.policy:
		_append(history, EventKind.POLICY_CHANGED, row, history.policy.name)
	if choosers.escalation:
		_choose_ladder(history, row, choosers.escalation)


def _choose_ladder(history: TicketHistory, row: Row, chooser: PolicyChooser) -> None:
	"""At the opening by what the ticket is, so that it looks back: production does the same."""
	history.dedicated_agent = row.dedicated_agent
	history.escalation_policy = chooser.choose(row.facts)
	if history.escalation_policy:
		_append(history, EventKind.ESCALATION_POLICY_CHANGED, row, history.escalation_policy.name)


def _append(history: TicketHistory, kind: EventKind, row: Row, value: str = "") -> None:
	events = history.events
	events.append(Event(kind, row.at, len(events), row.actor, value))


def _assign(history: TicketHistory, row: Row, _choosers: Choosers) -> None:
	_append(history, EventKind.ASSIGNED, row, row.assignee or row.actor)


def _unassign(history: TicketHistory, row: Row, _choosers: Choosers) -> None:
	_append(history, EventKind.UNASSIGNED, row, row.assignee or row.actor)


def _merge(history: TicketHistory, row: Row, _choosers: Choosers) -> None:
	_append(history, EventKind.MERGED, row, row.merged_into)


_RECORDED_WITH_MORE: Mapping[EventKind, Callable[[TicketHistory, Row, Choosers], None]] = {
	EventKind.OPENED: _open,
	EventKind.ASSIGNED: _assign,
	EventKind.UNASSIGNED: _unassign,
	EventKind.MERGED: _merge,
}
"""Kinds that carry more than time and actor."""
