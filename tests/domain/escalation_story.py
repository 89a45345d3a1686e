"""Escalations told as stories: a step in a line each, and a ``Watch`` whose passes carry out what is decided.

``Watch(story, promises, ladders)`` is a ticket with its service and escalation policies. ``look`` only decides,
``carry_out`` also stores what fell due, as the minute pass does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cs_center.domain.calendar import ServiceCalendar
from cs_center.domain.clocks import compute_clocks
from cs_center.domain.escalation import decide, ladder_of
from cs_center.domain.escalation_policy import Audience, EscalationPolicy, Step, Trigger, Who
from cs_center.domain.escalation_values import Decision, EscalationState, Outlook, Prospect, Raised, StepKey
from cs_center.domain.ledger import Event, EventKind, in_order
from cs_center.domain.policy import Amount, Metric, Policy, Unit

from .story import CALENDARS, Story, at

ASSIGNEE = Audience(Who.ASSIGNEE)
MINUTES = Unit.BUSINESS_MINUTES


def step(key: str, level: int, trigger: Trigger, metric: Metric | None = None, **more: Any) -> Step:
	return Step(key, level, trigger, metric, **{"audience": ASSIGNEE, **more})


def share(key: str, level: int, percent: float, metric: Metric = Metric.RESOLUTION, **more: Any) -> Step:
	return step(key, level, Trigger.SHARE_OF_TARGET, metric, threshold=percent, **more)


def before(
	key: str, level: int, value: float, unit: Unit = MINUTES, metric: Metric = Metric.RESOLUTION
) -> Step:
	return step(key, level, Trigger.BEFORE_DEADLINE, metric, amount=Amount(value, unit))


def after(
	key: str, level: int, value: float, unit: Unit = MINUTES, metric: Metric = Metric.RESOLUTION
) -> Step:
	return step(key, level, Trigger.AFTER_DEADLINE, metric, amount=Amount(value, unit))


def unacknowledged(
	key: str, level: int, value: float, unit: Unit = MINUTES, metric: Metric | None = Metric.RESOLUTION
) -> Step:
	return step(key, level, Trigger.NO_ACKNOWLEDGEMENT, metric, amount=Amount(value, unit))


def severe(key: str, level: int, severity: str) -> Step:
	return step(key, level, Trigger.SEVERITY, severity=severity)


def reopened(key: str, level: int, times: float) -> Step:
	return step(key, level, Trigger.REOPENED, threshold=times)


def contacts(key: str, level: int, count: float, value: float, unit: Unit = MINUTES) -> Step:
	return step(key, level, Trigger.CONTACTS, threshold=count, amount=Amount(value, unit))


def low_rating(key: str, level: int, stars: float) -> Step:
	return step(key, level, Trigger.LOW_SATISFACTION, threshold=stars)


def ladder(*steps: Step, name: str = "E", calendar: str = "Office", **more: Any) -> EscalationPolicy:
	return EscalationPolicy(name, f"Title of {name}", 1, calendar, steps, **more)


def under(story: Story, name: str, hour: float | datetime, day: int = 5, **detail: Any) -> Story:
	"""The story in which the ticket then comes under the escalation policy ``name``."""
	return story.then(EventKind.ESCALATION_POLICY_CHANGED, hour, day, value=name, detail=detail)


def opened(hour: float | datetime = 9, day: int = 5, ladder: str = "E", **more: Any) -> Story:
	"""A ticket that is opened under service policy P and an escalation policy."""
	return under(Story().opened(hour, day, **more), ladder, hour, day)


def carried_out(decision: Decision, raised: Mapping[StepKey, Raised], now: datetime) -> dict[StepKey, Raised]:
	"""What is stored after a decision; a key that fires twice is an error."""
	after = dict(raised)
	for one in decision.due:
		assert one.key not in after, f"{one.key} fires a second time"
		state = EscalationState.SUPPRESSED if one.suppression else EscalationState.OPEN
		after[one.key] = Raised(one.key, state, now)
	for gone in decision.over:
		after[gone.key] = after[gone.key]._replace(state=EscalationState.RESOLVED)
	for key in decision.woken:
		after[key] = after[key]._replace(state=EscalationState.OPEN)
	return after


def decide_at(
	events: Sequence[Event],
	promises: Mapping[str, Policy],
	ladders: Mapping[str, EscalationPolicy],
	calendars: Mapping[str, ServiceCalendar],
	raised: Mapping[StepKey, Raised],
	now: datetime,
) -> Decision:
	"""What the pass does with one ticket; events after ``now`` have not happened yet."""
	known = [event for event in events if event.at <= now]
	clocks = compute_clocks(known, promises, calendars, now)
	return decide(ladder_of(known, ladders), known, clocks, calendars, raised, now)


@dataclass
class Watch:
	"""A ticket's story with its policies, and what was raised so far."""

	story: Story
	promises: Policy | Sequence[Policy]
	ladders: EscalationPolicy | Sequence[EscalationPolicy]
	calendars: Mapping[str, ServiceCalendar] = field(default_factory=lambda: CALENDARS)
	raised: dict[StepKey, Raised] = field(default_factory=dict)

	def look(self, hour: float | datetime, day: int = 5) -> Decision:
		promises = [self.promises] if isinstance(self.promises, Policy) else self.promises
		ladders = [self.ladders] if isinstance(self.ladders, EscalationPolicy) else self.ladders
		return decide_at(
			in_order(self.story.events),
			{one.name: one for one in promises},
			{one.name: one for one in ladders},
			self.calendars,
			self.raised,
			at(hour, day),
		)

	def carry_out(self, hour: float | datetime, day: int = 5) -> list[str]:
		"""One pass. The due steps, each as ``key`` or, where it tells nobody, ``key: reason``."""
		decision = self.look(hour, day)
		self.raised = carried_out(decision, self.raised, at(hour, day))
		return told(decision)

	def mark(self, step: str, state: EscalationState, until: datetime | None = None) -> None:
		"""Somebody acknowledges, snoozes or resolves what a step raised (in its last cycle)."""
		key = max(key for key in self.raised if key.step == step)
		self.raised[key] = self.raised[key]._replace(state=state, snoozed_until=until)

	def states(self) -> dict[str, str]:
		return {f"{key.step}/{key.cycle}": one.state.value for key, one in self.raised.items()}


def told(decision: Decision) -> list[str]:
	"""The due steps in their order."""
	return [
		f"{one.step.key}: {one.suppression.value}" if one.suppression else one.step.key
		for one in decision.due
	]


def prospect_of(decision: Decision, step: str, cycle: int = 1) -> Prospect:
	(found,) = (one for one in decision.prospects if one.key.step == step and one.key.cycle == cycle)
	return found


def standing(decision: Decision, step: str, cycle: int = 1) -> tuple[Outlook, Any]:
	"""How a step stands and since (or until) when; why there is no instant where there is none."""
	found = prospect_of(decision, step, cycle)
	return found.outlook, found.missing if found.outlook is Outlook.MISSING else found.at
