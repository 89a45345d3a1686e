"""The values of an escalation decision: what was raised, how each step stands, and what is to be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from .escalation_instants import Missing
from .escalation_policy import EscalationPolicy, Step

TICKET_LADDER = "ticket"
"""The ladder of steps that watch the ticket as a whole; the other ladders are named after their metric."""


class EscalationState(str, Enum):
	"""State of an escalation. Open, acknowledged and snoozed ones still wait for their clock to end."""

	OPEN = "Open"
	ACKNOWLEDGED = "Acknowledged"
	SNOOZED = "Snoozed"
	RESOLVED = "Resolved"
	SUPPRESSED = "Suppressed"

	__hash__ = str.__hash__


PENDING_STATES = (EscalationState.OPEN, EscalationState.ACKNOWLEDGED, EscalationState.SNOOZED)


class StepKey(NamedTuple):
	"""What may fire once: a step, in one cycle of its ladder."""

	ladder: str
	cycle: int
	step: str


class Raised(NamedTuple):
	"""An escalation that is stored already."""

	key: StepKey
	state: EscalationState
	raised_at: datetime
	snoozed_until: datetime | None = None

	@property
	def waits_since(self) -> datetime:
		"""Since when it has been waiting for an acknowledgement; a snooze starts the wait anew at its end."""
		return max(self.raised_at, self.snoozed_until or self.raised_at)


class Suppression(str, Enum):
	"""Why a step that fell due is recorded, but tells nobody."""

	POLICY_OFF = "policy_off"
	ENDED_FIRST = "ended_first"
	DEADLINE_PASSED = "deadline_passed"
	HIGHER_LEVEL = "higher_level"


class Outlook(str, Enum):
	"""How a step stands."""

	RAISED = "raised"
	DUE = "due"
	AHEAD = "ahead"
	NOT_REACHED = "not_reached"
	BEFORE_POLICY = "before_policy"
	MISSING = "missing"


class Prospect(NamedTuple):
	"""One step of one ladder and cycle: how it stands, and the instant (UTC) that belongs to that, where there is one.

	``missing`` says why there is no instant; ``suppression`` why a due step tells nobody.
	"""

	key: StepKey
	step: Step
	outlook: Outlook
	at: datetime | None = None
	missing: Missing | None = None
	suppression: Suppression | None = None


class Over(NamedTuple):
	"""An escalation whose reason has gone: its clock (or the ticket) ended at ``at``; ``how``: the clock's state."""

	key: StepKey
	at: datetime
	how: str


@dataclass(frozen=True, slots=True)
class Ladder:
	"""A ticket's escalation policy since ``since``. ``looks_back``: whether steps that fell due earlier fire as well.

	They do where the policy governs because of what the ticket is (its opening, its changed facts), and not where an
	administrator moved tickets to it: nobody wants a thousand messages about last week. ``passed``: the steps that had been
	reached when the ticket was moved; a target that changes later does not bring them back.
	"""

	policy: EscalationPolicy
	since: datetime
	looks_back: bool = True
	passed: frozenset[StepKey] = frozenset()


@dataclass(frozen=True, slots=True)
class Decision:
	"""``prospects``: every step; ``over``: to be resolved; ``woken``: snoozes that have ended.

	``next_at``: the next instant at which anything can happen by itself, once this decision is carried out; None: never.
	"""

	prospects: tuple[Prospect, ...] = ()
	over: tuple[Over, ...] = ()
	woken: tuple[StepKey, ...] = ()
	next_at: datetime | None = None

	@property
	def due(self) -> tuple[Prospect, ...]:
		"""Steps that fire now (or are recorded as suppressed), in the order in which they fell due."""
		found = [one for one in self.prospects if one.outlook is Outlook.DUE]
		return tuple(sorted(found, key=lambda one: (one.at, one.step.level)))

	@property
	def is_idle(self) -> bool:
		"""Whether there is nothing to carry out now."""
		return not (self.over or self.woken or any(one.outlook is Outlook.DUE for one in self.prospects))
