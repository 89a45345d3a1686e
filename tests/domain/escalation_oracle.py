"""The slow, obvious judge of an instant: did so much time really pass outside the pauses, and was it not there earlier?

Time is counted by cutting the pauses out of the open stretches, piece by piece. It shares no code with the escalations;
pauses are read from the ledger, not from the clocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from cs_center.domain.calendar import ServiceCalendar
from cs_center.domain.clocks import Clock
from cs_center.domain.escalation_policy import EscalationPolicy, Step, Trigger
from cs_center.domain.escalation_values import Decision, Outlook, Prospect, Raised, StepKey
from cs_center.domain.ledger import Event, EventKind
from cs_center.domain.policy import Metric, Unit
from cs_center.domain.units import add_amount

from .story import MICROSECOND, UTC

K, T = EventKind, Trigger
Stretch = tuple[datetime, datetime | None]
SEVERITY_RANKS = {"": 0, "General": 1, "Important": 2, "Major": 3}
NOTHING = timedelta()


def counted(
	calendar: ServiceCalendar, start: datetime, end: datetime, unit: Unit, stops: Sequence[Stretch] = ()
) -> timedelta:
	"""Open time between two instants without the stops; real time where the unit is one of calendar time."""
	if end <= start:
		return NOTHING
	pieces = calendar.open_intervals(start, end) if unit.is_business else [(start, end)]
	total = NOTHING
	for first, last in ((a.astimezone(UTC), b.astimezone(UTC)) for a, b in pieces):
		total += last - first
		for begin, stop in stops:
			total -= max(NOTHING, min(last, stop or last) - max(first, begin))
	return total


def is_stopped(moment: datetime, stops: Sequence[Stretch]) -> bool:
	return any(start <= moment and (end is None or moment < end) for start, end in stops)


def stops_of(clock: Clock, events: Iterable[Event]) -> list[Stretch]:
	"""Where the clock stood still, told from the ledger: paused, and resolved where the wait goes on over it."""
	paused: datetime | None = None
	resolved: datetime | None = None
	pauses: list[Stretch] = []
	gaps: list[Stretch] = []
	for event in events:
		if paused and event.kind in (K.RESUMED, K.RESOLVED):
			pauses.append((paused, event.at))
			paused = None
		if event.kind is K.PAUSED and not paused and not resolved:
			paused = event.at
		elif event.kind is K.RESOLVED:
			resolved = resolved or event.at
		elif event.kind is K.REOPENED and resolved:
			gaps.append((resolved, event.at))
			resolved = None
	pauses += [(paused, None)] if paused else []
	found = [*(pauses if clock.pauses else []), *(gaps if clock.metric is Metric.REQUESTER_WAIT else [])]
	return [cut for one in found if (cut := _within(one, clock.started_at, clock.ended_at))]


def _within(stretch: Stretch, first: datetime, last: datetime | None) -> Stretch | None:
	"""What of a stretch lies in the life of a clock."""
	start, end = stretch
	if (end is not None and end <= first) or (last is not None and start >= last):
		return None
	return max(start, first), min((one for one in (end, last) if one is not None), default=None)


# --- steps of a clock ----------------------------------------------------------------------------------------------


def faults_on_clock(
	one: Prospect, clock: Clock, calendar: ServiceCalendar, events: Sequence[Event]
) -> list[str]:
	"""What is wrong with the instant of a step on a clock; nothing when it is the first that may be."""
	assert one.at is not None
	stops = stops_of(clock, events)
	governed = clock.governed_from or clock.started_at

	def may_be(moment: datetime) -> bool:
		is_governed = moment >= governed and moment >= clock.started_at
		return (
			is_governed
			and not is_stopped(moment, stops)
			and _is_reached(one.step, clock, calendar, stops, moment)
		)

	faults = [] if may_be(one.at) else ["too early"]
	return [*faults, "too late"] if may_be(one.at - MICROSECOND) else faults


def _is_reached(
	step: Step, clock: Clock, calendar: ServiceCalendar, stops: Sequence[Stretch], moment: datetime
) -> bool:
	if step.trigger is T.SHARE_OF_TARGET:
		unit, start = clock.amount.unit, clock.started_at
		whole = counted(calendar, start, add_amount(calendar, start, clock.amount), unit)
		return counted(calendar, start, moment, unit, stops) >= whole * step.threshold / 100
	assert step.amount is not None
	unit, length, due = step.amount.unit, step.amount.length, clock.due_at.astimezone(UTC)
	if step.trigger is T.AFTER_DEADLINE:
		return moment >= due and counted(calendar, due, moment, unit, stops) >= length
	# The latest instant with so much time left: a microsecond later there is less.
	return moment >= due or counted(calendar, moment + MICROSECOND, due, unit) < length


# --- steps that wait -----------------------------------------------------------------------------------------------


def faults_of_wait(
	one: Prospect,
	policy: EscalationPolicy,
	known: Mapping[StepKey, Raised],
	clock: Clock | None,
	calendar: ServiceCalendar,
	events: Sequence[Event],
) -> list[str]:
	"""What is wrong with the instant of a step that waits for an acknowledgement."""
	assert one.at is not None and one.step.amount is not None
	levels = [
		step.level for step in policy.steps if step.metric is one.step.metric and step.level < one.step.level
	]
	keys = [
		one.key._replace(step=step.key)
		for step in policy.steps
		if step.metric is one.step.metric and step.level == max(levels)
	]
	before = [known[key] for key in keys if key in known]
	if any(row.state == "Acknowledged" for row in before):
		return ["acknowledged"]
	since = min(row.waits_since for row in before if row.state in ("Open", "Snoozed"))
	stops = stops_of(clock, events) if clock else []
	unit, length = one.step.amount.unit, one.step.amount.length

	def may_be(moment: datetime) -> bool:
		return counted(calendar, since, moment, unit, stops) >= length and not is_stopped(moment, stops)

	faults = [] if may_be(one.at) else ["too early"]
	return [*faults, "too late"] if may_be(one.at - MICROSECOND) else faults


# --- steps of the ticket -------------------------------------------------------------------------------------------


def instants_on_ticket(step: Step, events: Sequence[Event], calendar: ServiceCalendar) -> dict[int, datetime]:
	"""In which opening the step falls due when: each event is looked at by itself."""
	found: dict[int, datetime] = {}
	for index, event in enumerate(events):
		past = events[: index + 1]
		cycle = 1 + sum(one.kind is K.REOPENED for one in past)
		if _happens(step, past, cycle, calendar) and cycle not in found:
			found[cycle] = event.at
			if step.trigger is T.SEVERITY:
				break
	return found


def _happens(step: Step, past: Sequence[Event], cycle: int, calendar: ServiceCalendar) -> bool:
	event = past[-1]
	if step.trigger is T.REOPENED:
		return event.kind is K.REOPENED and cycle == step.threshold + 1
	if step.trigger is T.LOW_SATISFACTION:
		return event.kind is K.RATED and event.value in [
			str(number) for number in range(1, int(step.threshold) + 1)
		]
	if step.trigger is T.SEVERITY:
		told = event.detail.get("severity", "") if event.kind is K.OPENED else event.value
		is_told = event.kind in (K.OPENED, K.SEVERITY_CHANGED)
		return is_told and SEVERITY_RANKS[told] >= SEVERITY_RANKS[step.severity]
	assert step.amount is not None
	contacts = [one.at for one in past if one.kind in (K.OPENED, K.CUSTOMER_REPLIED)]
	near = [
		one for one in contacts if counted(calendar, one, event.at, step.amount.unit) <= step.amount.length
	]
	return event.kind in (K.OPENED, K.CUSTOMER_REPLIED) and len(near) >= step.threshold


# --- a whole decision ----------------------------------------------------------------------------------------------


def standing_after(
	decision: Decision, raised: Mapping[StepKey, Raised], now: datetime
) -> dict[StepKey, Raised]:
	"""What stands once the due steps are raised."""
	told = [one for one in decision.prospects if one.outlook is Outlook.DUE and not one.suppression]
	return {**raised, **{one.key: Raised(one.key, "Open", now) for one in told}}  # type: ignore[arg-type]
