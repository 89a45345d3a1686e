"""Counting clocks while they go by. Tallies of parts of a log add up to the tally of the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

from cs_center.domain.clocks import Clock, State
from cs_center.domain.policy import Metric
from cs_center.domain.units import Unit

from .escalation_tally import EscalationTally
from .ticket_log import Rejected


class Group(NamedTuple):
	"""What clocks are counted by."""

	metric: Metric
	policy: str
	priority: str
	unit: Unit
	state: State


Groups = dict[Group, list[timedelta | None]]
"""For each clock of a group how long it took, None while it is not over."""


@dataclass(slots=True)
class Tally:
	"""All that the summary needs. ``breaches``: (year, month, metric) in the calendar's zone -> clocks."""

	groups: Groups = field(default_factory=dict)
	breaches: Counter[tuple[int, int, Metric]] = field(default_factory=Counter)
	tickets: Counter[str] = field(default_factory=Counter)
	rows_later: int = 0
	events: int = 0
	clocks: int = 0
	without_effect: Counter[str] = field(default_factory=Counter)
	rejected: list[Rejected] = field(default_factory=list)
	escalations: EscalationTally = field(default_factory=EscalationTally)

	def count(self, clocks: Sequence[Clock], priority: str) -> None:
		"""Count one ticket's clocks. A bare tuple finds its Group, and is made five times faster."""
		self.clocks += len(clocks)
		for clock in clocks:
			key = (clock.metric, clock.policy, priority, clock.amount.unit, clock.state)
			lengths = self.groups.get(key)  # type: ignore[call-overload]
			if lengths is None:
				lengths = self.groups[Group._make(key)] = []
			lengths.append(None if clock.ended_at is None else clock.elapsed)
			at = clock.breached_at
			if at is not None:
				self.breaches[at.year, at.month, clock.metric] += 1

	def add(self, other: Tally) -> None:
		"""Take in the tally of another part of the log."""
		for group, lengths in other.groups.items():
			self.groups.setdefault(group, []).extend(lengths)
		self.breaches.update(other.breaches)
		self.tickets.update(other.tickets)
		self.rows_later += other.rows_later
		self.events += other.events
		self.clocks += other.clocks
		self.without_effect.update(other.without_effect)
		self.rejected += other.rejected
		self.escalations.add(other.escalations)
