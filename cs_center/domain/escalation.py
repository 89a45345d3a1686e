"""Which steps of an escalation policy are due now, why, why not the others, and when to look again.

A pure function of the ledger, the clocks, the policy, what was raised before, and ``now``. Each step fires at most once
for each (ladder, cycle): its key is in ``raised`` from then on, whatever state it is in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from .calendar import ServiceCalendar
from .calendar_table import to_datetime, to_instant
from .clocks import Clock
from .escalation_instants import Missing, calendar_of, instant_on_clock, occurrences
from .escalation_ledger import ladder_of, ticket_end
from .escalation_policy import CLOCK_TRIGGERS, EscalationPolicy, Step, Trigger
from .escalation_values import (
	PENDING_STATES,
	TICKET_LADDER,
	Decision,
	EscalationState,
	Ladder,
	Outlook,
	Over,
	Prospect,
	Raised,
	StepKey,
	Suppression,
)
from .escalation_waits import instant_without_acknowledgement
from .ledger import Event, to_utc
from .obligations import metric_goes_on
from .policy import Metric

__all__ = ["decide", "ladder_of", "ticket_end"]

UTC = ZoneInfo("UTC")


@dataclass(slots=True)
class Situation:
	"""All that a decision rests on; ``events`` and ``clocks`` as they stand at ``now``."""

	ladder: Ladder | None
	events: Sequence[Event]
	clocks: Sequence[Clock]
	calendars: Mapping[str, ServiceCalendar]
	raised: Mapping[StepKey, Raised]
	now: datetime
	standing: dict[StepKey, Raised] = field(default_factory=dict)
	gone: Mapping[StepKey, datetime] = field(default_factory=dict)


def decide(
	ladder: Ladder | None,
	events: Sequence[Event],
	clocks: Sequence[Clock],
	calendars: Mapping[str, ServiceCalendar],
	raised: Mapping[StepKey, Raised],
	now: datetime,
) -> Decision:
	"""What to do at ``now``; ``events`` in order, ``clocks`` computed from them at the same ``now``.

	Total: a step whose instant cannot be computed is told as missing. Without a ladder only ``over`` and ``woken`` are.
	"""
	now = to_utc(now)
	events = [event for event in events if event.at <= now]
	situation = Situation(ladder, events, _each_once(clocks), calendars, raised, now, dict(raised))
	over = tuple(_over(situation))
	gone = situation.gone = {one.key: one.at for one in over}
	woken = tuple(
		one.key
		for one in raised.values()
		if one.state is EscalationState.SNOOZED
		and one.key not in gone
		and one.snoozed_until is not None
		and one.snoozed_until <= now
	)
	prospects = tuple(_prospects(situation)) if ladder else ()
	return Decision(prospects, over, woken, _next(situation, prospects))


def _each_once(clocks: Sequence[Clock]) -> list[Clock]:
	"""A metric that counts on over reopenings has one ladder: what was sent before a reopening is not sent again."""
	going_on = {clock.metric: clock for clock in clocks if metric_goes_on(clock.metric)}
	others = [clock for clock in clocks if clock.metric not in going_on]
	return [*others, *(clock._replace(cycle=1) for clock in going_on.values())]


# --- what is over ---------------------------------------------------------------------------------------------------


def _over(situation: Situation) -> Iterator[Over]:
	ends = {
		(clock.metric.value, clock.cycle): clock for clock in situation.clocks if clock.ended_at is not None
	}
	running = {(clock.metric.value, clock.cycle) for clock in situation.clocks if clock.is_owed}
	finished = ticket_end(situation.events)
	for one in situation.raised.values():
		if one.state not in PENDING_STATES:
			continue
		place = (one.key.ladder, one.key.cycle)
		if one.key.ladder == TICKET_LADDER:
			# What was raised after the end (a low rating) waits for somebody all the same.
			if finished and one.raised_at <= finished[0]:
				yield Over(one.key, finished[0], finished[1])
		elif place in ends:
			clock = ends[place]
			yield Over(one.key, to_utc(clock.ended_at or situation.now), clock.state.value)
		elif place not in running:
			yield Over(one.key, situation.now, "Cancelled")


# --- the steps ------------------------------------------------------------------------------------------------------


def _prospects(situation: Situation) -> Sequence[Prospect]:
	"""Lower levels first: a step that waits for an acknowledgement may wait for one that is raised just now."""
	ladder = situation.ladder
	assert ladder is not None
	steps = sorted(ladder.policy.steps, key=lambda one: one.level)
	direct = [step for step in steps if step.trigger is not Trigger.NO_ACKNOWLEDGEMENT]
	found = [prospect for step in direct for prospect in _of_step(step, situation)]
	found = _settled(found, situation)
	for step in steps:
		if step.trigger is Trigger.NO_ACKNOWLEDGEMENT:
			found = _settled([*found, *_on_waits(step, situation)], situation)
	return found


def _settled(found: Sequence[Prospect], situation: Situation) -> list[Prospect]:
	"""What fires of these, and what therefore stands from now on."""
	assert situation.ladder is not None
	settled = list(_highest_of_the_past(found, situation.ladder))
	fires = [one.key for one in settled if one.outlook is Outlook.DUE and one.suppression is None]
	now_open = {key: Raised(key, EscalationState.OPEN, situation.now) for key in fires}
	situation.standing = {**situation.raised, **now_open}
	return settled


def _of_step(step: Step, situation: Situation) -> Iterator[Prospect]:
	yield from _on_clocks(step, situation) if step.trigger in CLOCK_TRIGGERS else _on_ticket(step, situation)


def _on_clocks(step: Step, situation: Situation) -> Iterator[Prospect]:
	clocks = [clock for clock in situation.clocks if clock.metric is step.metric]
	assert step.metric is not None
	if not clocks:
		yield Prospect(
			StepKey(step.metric.value, 1, step.key), step, Outlook.MISSING, missing=Missing.NOT_PROMISED
		)
	for clock in clocks:
		key = StepKey(clock.metric.value, clock.cycle, step.key)
		calendar = calendar_of(situation.calendars, clock.calendar)
		place = Missing.OUT_OF_RANGE if calendar is None else instant_on_clock(step, clock, calendar)
		yield _judge(key, step, place, clock.ended_at, clock.due_at, situation)


def _on_ticket(step: Step, situation: Situation) -> Iterator[Prospect]:
	assert situation.ladder is not None
	calendar = calendar_of(situation.calendars, situation.ladder.policy.calendar)
	found = list(occurrences(step, situation.events, calendar)) if calendar else []
	if not found:
		yield Prospect(
			StepKey(TICKET_LADDER, 1, step.key),
			step,
			Outlook.MISSING,
			missing=Missing.NOT_HAPPENED if calendar else Missing.OUT_OF_RANGE,
		)
	end = ticket_end(situation.events)
	for one in found:
		ended = end[0] if end and end[0] > one.at else None
		key = StepKey(TICKET_LADDER, one.cycle, step.key)
		yield _judge(key, step, to_instant(one.at), ended, None, situation)


def _on_waits(step: Step, situation: Situation) -> Iterator[Prospect]:
	ladder = situation.ladder
	assert ladder is not None
	calendar = calendar_of(situation.calendars, ladder.policy.calendar)
	for name, cycle, clock in _places(step, situation):
		key = StepKey(name, cycle, step.key)
		before = [
			known
			for lower in ladder.policy.level_before(step)
			if (known := situation.standing.get(StepKey(name, cycle, lower.key)))
		]
		waiting, end = _still_waiting(before, situation)
		ended = clock.ended_at if clock else end
		place = (
			instant_without_acknowledgement(step, waiting, clock, calendar)
			if calendar
			else Missing.OUT_OF_RANGE
		)
		yield _judge(key, step, place, ended, None, situation)


def _still_waiting(
	before: Sequence[Raised], situation: Situation
) -> tuple[Sequence[Raised], datetime | None]:
	"""Those of the level before that are not over yet; when all that waited are over, all of them and since when."""
	waiting = [one.key for one in before if one.state in PENDING_STATES]
	ends = [situation.gone[key] for key in waiting if key in situation.gone]
	if ends and len(ends) == len(waiting):
		return before, max(ends)
	return [one for one in before if one.key not in situation.gone], None


def _places(step: Step, situation: Situation) -> list[tuple[str, int, Clock | None]]:
	"""(ladder, cycle, clock) in which a step that waits for an acknowledgement may stand."""
	if isinstance(step.metric, Metric):
		clocks = [clock for clock in situation.clocks if clock.metric is step.metric]
		return [(step.metric.value, clock.cycle, clock) for clock in clocks]
	cycles = sorted({key.cycle for key in situation.standing if key.ladder == TICKET_LADDER})
	return [(TICKET_LADDER, cycle, None) for cycle in cycles or [1]]


def _judge(
	key: StepKey,
	step: Step,
	place: int | Missing,
	ended_at: datetime | None,
	due_at: datetime | None,
	situation: Situation,
) -> Prospect:
	"""How a step stands whose instant is ``place``; ``ended_at``: when there was nothing left to escalate."""
	ladder, now = situation.ladder, situation.now
	assert ladder is not None
	known = situation.raised.get(key)
	if known:
		return Prospect(key, step, Outlook.RAISED, known.raised_at)
	if isinstance(place, Missing):
		return Prospect(key, step, Outlook.MISSING, missing=place)
	at = to_datetime(place, UTC)
	if ended_at is not None and at >= ended_at:
		return Prospect(key, step, Outlook.NOT_REACHED, at)
	if key in ladder.passed or (at < ladder.since and not ladder.looks_back):
		return Prospect(key, step, Outlook.BEFORE_POLICY, at)
	if at > now:
		return Prospect(key, step, Outlook.AHEAD, at)
	suppression = _suppression(step, ladder.policy, ended_at, due_at, now)
	return Prospect(key, step, Outlook.DUE, at, suppression=suppression)


def _suppression(
	step: Step, policy: EscalationPolicy, ended_at: datetime | None, due_at: datetime | None, now: datetime
) -> Suppression | None:
	if not policy.is_active:
		return Suppression.POLICY_OFF
	if ended_at is not None:
		return Suppression.ENDED_FIRST
	if step.trigger is Trigger.BEFORE_DEADLINE and due_at is not None and due_at < now:
		return Suppression.DEADLINE_PASSED
	return None


def _highest_of_the_past(found: Sequence[Prospect], ladder: Ladder) -> Iterator[Prospect]:
	"""Of steps that fell due before the ticket came under this policy only the highest level of a ladder fires."""
	highest: dict[tuple[str, int], int] = {}
	for one in found:
		if one.outlook is Outlook.RAISED or _is_of_the_past(one, ladder):
			place = (one.key.ladder, one.key.cycle)
			highest[place] = max(highest.get(place, 0), one.step.level)
	for one in found:
		is_lower = _is_of_the_past(one, ladder) and one.step.level < highest[one.key.ladder, one.key.cycle]
		yield one._replace(suppression=Suppression.HIGHER_LEVEL) if is_lower else one


def _is_of_the_past(one: Prospect, ladder: Ladder) -> bool:
	return (
		one.outlook is Outlook.DUE
		and one.suppression is None
		and one.at is not None
		and one.at < ladder.since
	)


# --- when to look again ---------------------------------------------------------------------------------------------


def _next(situation: Situation, prospects: Sequence[Prospect]) -> datetime | None:
	ahead = [one.at for one in prospects if one.outlook is Outlook.AHEAD and one.at is not None]
	ahead += [
		one.snoozed_until
		for one in situation.standing.values()
		if one.state is EscalationState.SNOOZED
		and one.key not in situation.gone
		and one.snoozed_until
		and one.snoozed_until > situation.now
	]
	return min(ahead, default=None)
