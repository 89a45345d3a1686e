"""One step of a ladder: what makes it fall due, whom it tells, and what it does.

A step belongs to a ladder: that of one metric (its clocks), or that of the ticket as a whole (``metric`` is None).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from .policy import Metric
from .units import Amount

SEVERITIES = ("General", "Important", "Major")
"""Rising. A severity that is none of these is below them all."""

HIGHEST_LEVEL = 9
MOST_PERCENT = 1000
"""Ten times the target: beyond that a step says nothing that the one before did not."""

MOST_STARS = 5
MOST_TIMES = 1000
FEWEST_CONTACTS = 2
"""The opening is the first contact: a window of one would fire for every ticket."""


class Trigger(str, Enum):
	"""What makes a step fall due."""

	SHARE_OF_TARGET = "share_of_target_used"
	BEFORE_DEADLINE = "time_before_deadline"
	AFTER_DEADLINE = "time_after_deadline"
	SEVERITY = "severity_reached"
	REOPENED = "reopened"
	CONTACTS = "contacts_in_a_window"
	LOW_SATISFACTION = "low_satisfaction"
	NO_ACKNOWLEDGEMENT = "no_acknowledgement"

	__hash__ = str.__hash__


CLOCK_TRIGGERS = frozenset({Trigger.SHARE_OF_TARGET, Trigger.BEFORE_DEADLINE, Trigger.AFTER_DEADLINE})
TICKET_TRIGGERS = frozenset({Trigger.SEVERITY, Trigger.REOPENED, Trigger.CONTACTS, Trigger.LOW_SATISFACTION})
TIMED_TRIGGERS = frozenset(
	{Trigger.BEFORE_DEADLINE, Trigger.AFTER_DEADLINE, Trigger.CONTACTS, Trigger.NO_ACKNOWLEDGEMENT}
)


COUNTED_TRIGGERS = frozenset({Trigger.REOPENED, Trigger.CONTACTS})


THRESHOLDS = {
	Trigger.SHARE_OF_TARGET: (1, MOST_PERCENT, "bad_share"),
	Trigger.REOPENED: (1, MOST_TIMES, "bad_reopenings"),
	Trigger.CONTACTS: (FEWEST_CONTACTS, MOST_TIMES, "bad_contacts"),
	Trigger.LOW_SATISFACTION: (1, MOST_STARS, "bad_rating"),
}
"""Trigger -> lowest and highest threshold, and the fault outside them."""


class Who(str, Enum):
	"""Whom a step tells."""

	NOBODY = ""
	ASSIGNEE = "assignee"
	TEAM_LEAD = "team_lead"
	SUPERVISOR = "supervisor"
	ROLE = "role"
	USER = "user"
	DEDICATED_AGENT = "dedicated_agent"

	__hash__ = str.__hash__


@dataclass(frozen=True, slots=True)
class Audience:
	"""Whom to tell: ``level`` counts up the supervisor chain from 1; ``name`` is the role or the user."""

	who: Who = Who.NOBODY
	level: int = 1
	name: str = ""

	@property
	def meaning(self) -> tuple[object, ...]:
		"""What tells two audiences apart: a level only means something for supervisors."""
		return (
			self.who,
			self.level if self.who is Who.SUPERVISOR else 0,
			self.name if self.who in NAMED_AUDIENCES else "",
		)


NO_AUDIENCE = Audience()
NAMED_AUDIENCES = (Who.ROLE, Who.USER)


@dataclass(frozen=True, slots=True)
class Actions:
	"""What a step does to the ticket besides telling people; empty texts do nothing."""

	team: str = ""
	assigns_to_told: bool = False
	priority: str = ""
	complaint_severity: str = ""
	raises_incident: bool = False

	@property
	def is_nothing(self) -> bool:
		return self == Actions()


@dataclass(frozen=True, slots=True)
class Step:
	"""One step. ``key`` names it for good: a later version of the policy keeps it, so that it never fires twice.

	``threshold``: percent, number of reopenings or contacts, or stars. ``amount``: the time of a timed trigger.
	``in_app``, ``email``, ``channel``: over which media the audience (or a group chat) is told. ``urgent``: at once.
	"""

	key: str
	level: int
	trigger: Trigger
	metric: Metric | None = None
	threshold: float = 0
	amount: Amount | None = None
	severity: str = ""
	audience: Audience = NO_AUDIENCE
	in_app: bool = True
	email: bool = False
	channel: str = ""
	urgent: bool = False
	actions: Actions = Actions()

	@property
	def condition(self) -> tuple[object, ...]:
		"""What makes it fall due; two steps with one condition fall due together."""
		trigger = self.trigger
		return (
			self.level,
			trigger,
			self.metric,
			self.threshold if trigger in THRESHOLDS else 0,
			self.amount if trigger in TIMED_TRIGGERS else None,
			self.severity if trigger is Trigger.SEVERITY else "",
		)

	@property
	def tells_people(self) -> bool:
		return self.audience.who is not Who.NOBODY and (self.in_app or self.email)


def severity_rank(severity: str) -> int:
	"""0 for none, then rising; case does not matter."""
	known = {name.casefold(): rank for rank, name in enumerate(SEVERITIES, 1)}
	return known.get(severity.strip().casefold(), 0)
