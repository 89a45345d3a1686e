"""Escalation policies: ladders of steps, and the checks that keep a ladder usable.

Within a ladder levels are climbed upwards; several steps may share a level and differ in who is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .errors import DomainError
from .escalation_steps import (
	CLOCK_TRIGGERS,
	COUNTED_TRIGGERS,
	FEWEST_CONTACTS,
	HIGHEST_LEVEL,
	NAMED_AUDIENCES,
	NO_AUDIENCE,
	SEVERITIES,
	THRESHOLDS,
	TICKET_TRIGGERS,
	TIMED_TRIGGERS,
	Actions,
	Audience,
	Step,
	Trigger,
	Who,
	severity_rank,
)
from .policy import Condition

__all__ = [
	"CLOCK_TRIGGERS",
	"FEWEST_CONTACTS",
	"HIGHEST_LEVEL",
	"SEVERITIES",
	"Actions",
	"Audience",
	"EscalationPolicy",
	"EscalationPolicyError",
	"Step",
	"Trigger",
	"Who",
	"severity_rank",
]


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


class BadFallbackError(EscalationPolicyError):
	code = "bad_fallback"
	message = "The fallback of {policy!r} must be a role or a user with a name."


class RepeatedKeyError(EscalationPolicyError):
	code = "repeated_key"
	message = "Steps {first} and {row} have the same key {key!r}, or none. Give each its own."


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
	fallback: Audience = NO_AUDIENCE

	def __post_init__(self) -> None:
		if not self.steps:
			raise NoStepsError(policy=self.title)
		if self.fallback.who is not Who.NOBODY and not (
			self.fallback.who in NAMED_AUDIENCES and self.fallback.name
		):
			raise BadFallbackError(policy=self.title)
		for row, step in enumerate(self.steps, 1):
			_check_step(row, step)
		_refuse_repeated_keys(self.steps)
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
	if step.trigger in THRESHOLDS:
		lowest, highest, fault = THRESHOLDS[step.trigger]
		is_counted = step.trigger in COUNTED_TRIGGERS
		if not lowest <= step.threshold <= highest or (is_counted and step.threshold != int(step.threshold)):
			yield fault
	yield from _faults_of_audience(step)


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


def _refuse_repeated_keys(steps: Sequence[Step]) -> None:
	seen: dict[str, int] = {"": 0}
	for row, step in enumerate(steps, 1):
		first = seen.setdefault(step.key, row)
		if first != row:
			raise RepeatedKeyError(first=first, row=row, key=step.key)


def _refuse_identical(steps: Sequence[Step]) -> None:
	"""Two steps of one condition are fine when they tell different people or do different things."""
	seen: dict[tuple[object, ...], int] = {}
	for row, step in enumerate(steps, 1):
		reach = (step.audience.meaning, step.channel, step.actions)
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
