"""Escalation policies: ladders of steps, and the checks that keep a ladder usable.

A step belongs to a ladder: that of one metric (its clocks), or that of the ticket as a whole (``metric`` is None).
Within a ladder levels are climbed upwards; several steps may share a level and differ in who is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from .errors import DomainError
from .policy import Condition, Metric
from .units import Amount

SEVERITIES = ("General", "Important", "Major")
"""Rising. A severity that is none of these is below them all."""

HIGHEST_LEVEL = 9
MOST_PERCENT = 1000
"""Ten times the target: beyond that a step says nothing that the one before did not."""

MOST_STARS = 5
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
	audience: Audience = Audience()
	in_app: bool = True
	email: bool = False
	channel: str = ""
	urgent: bool = False
	actions: Actions = Actions()

	@property
	def condition(self) -> tuple[object, ...]:
		"""What makes it fall due; two steps with one condition fall due together."""
		return (self.level, self.trigger, self.metric, self.threshold, self.amount, self.severity)

	@property
	def tells_people(self) -> bool:
		return self.audience.who is not Who.NOBODY and (self.in_app or self.email)


class EscalationPolicyError(DomainError):
	"""An escalation policy that cannot be used as written. ``params['row']``: number of the step from 1."""


FAULTS = {
	"bad_level": "the level must be 0 (a reminder) to 9",
	"needs_metric": "it watches a deadline, so it needs a metric",
	"takes_no_metric": "it watches the ticket as a whole, so it takes no metric",
	"needs_time": "it needs a time in minutes or hours",
	"bad_share": "the share must be 1 to 1000 percent",
	"needs_severity": "it needs a severity",
	"bad_reopenings": "the number of reopenings must be at least 1",
	"bad_contacts": "the number of contacts must be at least 2, the first one opens the ticket",
	"bad_rating": "the rating must be 1 to 5 stars",
	"needs_role": "it tells a role, but names none",
	"needs_user": "it tells a user, but names none",
	"bad_supervisor_level": "the supervisor's level must be 1 (direct) to 9",
	"bad_complaint_severity": "the complaint needs one of the known severities",
	"assigns_to_nobody": "it assigns the ticket to who is told, but tells nobody",
}
"""What can be wrong with a step, in English; screens say it in the reader's language by the code."""


class NoStepsError(EscalationPolicyError):
	code = "no_steps"
	message = "The escalation policy {policy!r} has no steps. Add at least one."


class IdenticalStepsError(EscalationPolicyError):
	code = "identical_steps"
	message = "Steps {first} and {row} are the same. Keep one, or change whom one of them tells."


class IdleStepError(EscalationPolicyError):
	code = "idle_step"
	message = "Step {row} tells nobody and does nothing. Choose whom it tells and how, or an action."


class BadStepError(EscalationPolicyError):
	code = "bad_step"
	message = "Step {row} cannot be used: {reason}."


class UnreachableStepError(EscalationPolicyError):
	code = "unreachable_step"
	message = "Step {row} can never fire: {reason}."


@dataclass(frozen=True, slots=True)
class EscalationPolicy:
	"""One version. ``is_active``: whether its steps fire now. ``fallback``: told when a step finds nobody.

	``calendar`` counts business time of acknowledgement waits and contact windows; clocks have their own.
	"""

	name: str
	title: str
	order: int
	calendar: str
	steps: tuple[Step, ...]
	conditions: tuple[Condition, ...] = ()
	version: int = 1
	family: str = ""
	is_active: bool = True
	fallback: Audience = Audience()

	def __post_init__(self) -> None:
		if not self.steps:
			raise NoStepsError(policy=self.title)
		for row, step in enumerate(self.steps, 1):
			_check_step(row, step)
		_refuse_identical(self.steps)
		_refuse_unreachable(self.steps)

	def level_before(self, step: Step) -> tuple[Step, ...]:
		"""The steps of the next lower level in the same ladder."""
		lower = [one for one in self.steps if one.metric is step.metric and one.level < step.level]
		highest = max((one.level for one in lower), default=None)
		return tuple(one for one in lower if one.level == highest)


def _check_step(row: int, step: Step) -> None:
	fault = next(_faults(step), None)
	if fault:
		raise BadStepError(row=row, fault=fault, reason=FAULTS[fault])
	if not step.tells_people and not step.channel and step.actions.is_nothing:
		raise IdleStepError(row=row)


def _faults(step: Step) -> Iterator[str]:
	"""Codes (see FAULTS) of what makes a step unusable, the first one first."""
	if not 0 <= step.level <= HIGHEST_LEVEL:
		yield "bad_level"
	if step.trigger in CLOCK_TRIGGERS and step.metric is None:
		yield "needs_metric"
	if step.trigger in TICKET_TRIGGERS and step.metric is not None:
		yield "takes_no_metric"
	if step.trigger in TIMED_TRIGGERS and (step.amount is None or step.amount.unit.is_days):
		yield "needs_time"
	if step.trigger is Trigger.SEVERITY and step.severity not in SEVERITIES:
		yield "needs_severity"
	if step.trigger in _THRESHOLDS:
		lowest, highest, fault = _THRESHOLDS[step.trigger]
		if not lowest <= step.threshold <= highest:
			yield fault
	yield from _faults_of_audience(step)


_THRESHOLDS = {
	Trigger.SHARE_OF_TARGET: (1, MOST_PERCENT, "bad_share"),
	Trigger.REOPENED: (1, float("inf"), "bad_reopenings"),
	Trigger.CONTACTS: (FEWEST_CONTACTS, float("inf"), "bad_contacts"),
	Trigger.LOW_SATISFACTION: (1, MOST_STARS, "bad_rating"),
}
"""Trigger -> lowest and highest threshold, and the fault outside them."""


def _faults_of_audience(step: Step) -> Iterator[str]:
	if step.audience.who is Who.ROLE and not step.audience.name:
		yield "needs_role"
	if step.audience.who is Who.USER and not step.audience.name:
		yield "needs_user"
	if step.audience.who is Who.SUPERVISOR and not 1 <= step.audience.level <= HIGHEST_LEVEL:
		yield "bad_supervisor_level"
	if step.actions.complaint_severity and step.actions.complaint_severity not in SEVERITIES:
		yield "bad_complaint_severity"
	if step.actions.assigns_to_told and step.audience.who is Who.NOBODY:
		yield "assigns_to_nobody"


def _refuse_identical(steps: Sequence[Step]) -> None:
	"""Two steps of one condition are fine when they tell different people or do different things."""
	seen: dict[tuple[object, ...], int] = {}
	for row, step in enumerate(steps, 1):
		reach = (step.audience, step.channel, step.actions)
		first = seen.setdefault((*step.condition, *reach), row)
		if first != row:
			raise IdenticalStepsError(first=first, row=row)


def _refuse_unreachable(steps: Sequence[Step]) -> None:
	"""Waiting for an acknowledgement needs somebody who was told before, in the same ladder."""
	for row, step in enumerate(steps, 1):
		if step.trigger is not Trigger.NO_ACKNOWLEDGEMENT:
			continue
		if not any(one.metric is step.metric and one.level < step.level for one in steps):
			reason = "no step of a lower level in the same ladder could be acknowledged"
			raise UnreachableStepError(row=row, reason=reason)


def severity_rank(severity: str) -> int:
	"""0 for none, then rising; case does not matter."""
	known = {name.casefold(): rank for rank, name in enumerate(SEVERITIES, 1)}
	return known.get(severity.strip().casefold(), 0)
