"""One ticket's rows become the ledger that production would have written, its policy included."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from cs_center.domain.ledger import Event, EventKind
from cs_center.domain.policy import Policy, choose_policy

from .ticket_log import Rejected, Row
from .ticket_states import Standing, StepTable


@dataclass(slots=True)
class TicketHistory:
	"""``events`` in order; empty when no row opened the ticket. ``priority``: the last one the log shows."""

	events: list[Event] = field(default_factory=list)
	policy: Policy | None = None
	priority: str = ""
	team: str = ""
	channel: str = ""
	rejected: list[Rejected] = field(default_factory=list)
	without_effect: list[EventKind] = field(default_factory=list)


class PolicyChooser:
	"""Chooses the policy by the facts of the row that opens a ticket; equal facts are tried once."""

	def __init__(self, policies: Sequence[Policy], facts: Sequence[str]) -> None:
		self._policies = policies
		self._facts = tuple(facts)
		self._chosen: dict[tuple[str, ...], Policy | None] = {}

	def choose(self, values: tuple[str, ...]) -> Policy | None:
		"""``values``: one text for each fact, in the order given to the constructor."""
		if values not in self._chosen:
			match = choose_policy(self._policies, dict(zip(self._facts, values, strict=True)))
			self._chosen[values] = match.policy
		return self._chosen[values]


def tell_history(rows: Sequence[Row], steps: StepTable, chooser: PolicyChooser) -> TicketHistory:
	"""Events of one ticket, from rows in order."""
	history = TicketHistory()
	state = Standing.NEW
	seen = ("", "", "")
	for row in rows:
		step = steps.step(state, row.activity)
		if step.is_lost:
			reason = f"the ticket is not open yet and nothing opens it at {row.activity!r}"
			history.rejected.append(Rejected(row.line, reason))
			continue
		shown = (row.priority, row.team, row.channel)
		if shown != seen and state is not Standing.NEW:
			_note_changes(history, row)
		seen = shown
		for kind in step.kinds:
			if kind in _RECORDED_WITH_MORE:
				_RECORDED_WITH_MORE[kind](history, row, chooser)
			else:
				_append(history, kind, row)
		if step.without_effect:
			history.without_effect += step.without_effect
		state = step.after
	return history


def _note_changes(history: TicketHistory, row: Row) -> None:
	"""A column that shows another value than before is a change; an empty cell says nothing."""
	if row.priority and row.priority != history.priority:
		history.priority = row.priority
		_append(history, EventKind.PRIORITY_CHANGED, row, row.priority)
	if row.team and row.team != history.team:
		history.team = row.team
		_append(history, EventKind.TEAM_CHANGED, row, row.team)
	if row.channel and row.channel != history.channel:
		history.channel = row.channel
		_append(history, EventKind.CHANNEL_CHANGED, row, row.channel)


def _open(history: TicketHistory, row: Row, chooser: PolicyChooser) -> None:
	history.priority, history.team, history.channel = row.priority, row.team, row.channel
	detail = {"priority": row.priority, "team": row.team, "channel": row.channel}
	history.events.append(Event(EventKind.OPENED, row.at, len(history.events), row.actor, "", detail))
	history.policy = chooser.choose(row.facts)
	if history.policy:
		_append(history, EventKind.POLICY_CHANGED, row, history.policy.name)


def _append(history: TicketHistory, kind: EventKind, row: Row, value: str = "") -> None:
	events = history.events
	events.append(Event(kind, row.at, len(events), row.actor, value))


def _assign(history: TicketHistory, row: Row, _chooser: PolicyChooser) -> None:
	_append(history, EventKind.ASSIGNED, row, row.assignee or row.actor)


def _unassign(history: TicketHistory, row: Row, _chooser: PolicyChooser) -> None:
	_append(history, EventKind.UNASSIGNED, row, row.assignee or row.actor)


def _merge(history: TicketHistory, row: Row, _chooser: PolicyChooser) -> None:
	_append(history, EventKind.MERGED, row, row.merged_into)


_RECORDED_WITH_MORE: Mapping[EventKind, Callable[[TicketHistory, Row, PolicyChooser], None]] = {
	EventKind.OPENED: _open,
	EventKind.ASSIGNED: _assign,
	EventKind.UNASSIGNED: _unassign,
	EventKind.MERGED: _merge,
}
"""Kinds that carry more than time and actor."""
