"""Counting escalations while they go by. Tallies of parts of a log add up to the tally of the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from cs_center.domain.escalation_policy import Actions
from cs_center.domain.escalation_values import EscalationState

from .escalation_replay import Escalation

NO_POLICY = ""
"""Under this name tickets are counted that no escalation policy matched."""


class Rung(NamedTuple):
	"""What escalations are counted by. ``reason``: why it was suppressed, "" when it was not."""

	policy: str
	ladder: str
	level: int
	reason: str


class Mail(NamedTuple):
	"""One e-mail handed in for sending; quiet hours and digests may hold it."""

	user: str
	at: datetime
	is_urgent: bool


@dataclass(slots=True)
class EscalationTally:
	"""All that the summary needs. ``told``: (user, level) -> escalations; ``channels``: messages to group chats."""

	tickets: Counter[str] = field(default_factory=Counter)
	tickets_escalated: int = 0
	rungs: Counter[Rung] = field(default_factory=Counter)
	still_open: int = 0
	nobody_to_tell: int = 0
	told: Counter[tuple[str, int]] = field(default_factory=Counter)
	notices: Counter[str] = field(default_factory=Counter)
	mails: list[Mail] = field(default_factory=list)
	channels: Counter[str] = field(default_factory=Counter)
	actions: Counter[str] = field(default_factory=Counter)

	def count(self, policy: str, escalations: Sequence[Escalation]) -> None:
		"""Count one ticket's escalations; ``policy``: the name of its escalation policy, or NO_POLICY."""
		self.tickets[policy] += 1
		self.tickets_escalated += any(not one.reason for one in escalations)
		for one in escalations:
			self.rungs[Rung(one.policy.name, one.key.ladder, one.step.level, one.reason)] += 1
			if not one.reason:
				self._count_raised(one)

	def _count_raised(self, one: Escalation) -> None:
		step, users = one.step, one.told.users
		self.still_open += one.state is EscalationState.OPEN
		self.nobody_to_tell += one.finds_nobody
		for user in users:
			self.told[user, step.level] += 1
			self.notices[user] += step.in_app
		self.mails += [Mail(user, one.raised_at, step.urgent) for user in one.mailed]
		if step.channel:
			self.channels[step.channel] += 1
		self.actions.update(names_of(step.actions))

	def add(self, other: EscalationTally) -> None:
		"""Take in the tally of another part of the log."""
		self.tickets.update(other.tickets)
		self.tickets_escalated += other.tickets_escalated
		self.rungs.update(other.rungs)
		self.still_open += other.still_open
		self.nobody_to_tell += other.nobody_to_tell
		self.told.update(other.told)
		self.notices.update(other.notices)
		self.mails += other.mails
		self.channels.update(other.channels)
		self.actions.update(other.actions)


def names_of(actions: Actions) -> Iterator[str]:
	"""The keys of the policies file for what a step would do to its ticket."""
	if actions.team:
		yield "reassign_team"
	if actions.assigns_to_told:
		yield "assign_to_told"
	if actions.priority:
		yield "raise_priority_to"
	if actions.complaint_severity:
		yield "complaint_severity"
	if actions.raises_incident:
		yield "raise_incident"
