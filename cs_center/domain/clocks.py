"""Clocks: each obligation measured against the target that governs it. Computed, never edited.

A clock is a pure function of the ledger, the policies, their calendars and ``now``. A pause moves every later deadline
by the open time it covered; a deadline that lies before the pause stays where it was. A breach carries the instant at
which it happened: the deadline, or the moment a stricter target made it late. Ending exactly at the deadline is met.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from .calendar import ServiceCalendar
from .errors import PolicyError, UnknownCalendarError
from .ledger import Event, EventKind
from .obligations import Obligation, Pause, obligations
from .policy import Metric, Policy, Target
from .units import Amount, Unit, add_amount, measure, move_on

ZERO = timedelta()


class UnknownPolicyError(PolicyError):
	code = "unknown_policy"
	message = "The ticket's ledger names the policy {policy!r}, which is not there."


class State(str, Enum):
	"""State of a clock."""

	RUNNING = "Running"
	PAUSED = "Paused"
	MET = "Met"
	BREACHED = "Breached"
	CANCELLED = "Cancelled"


@dataclass(frozen=True, slots=True)
class Clock:
	"""One row per (ticket, metric, cycle).

	Times are aware, in the calendar's zone. ``elapsed``, ``paused`` and ``overrun`` are lengths as the unit counts them
	(open time for business units). ``elapsed`` is None while time still runs; ``overrun`` until a breached clock ends.
	``next_event_at``: the next instant at which the clock changes by itself (warning or breach), None when none is ahead.
	"""

	metric: Metric
	cycle: int
	policy: str
	calendar: str
	amount: Amount
	pauses: bool
	state: State
	started_at: datetime
	warn_at: datetime
	due_at: datetime
	ended_at: datetime | None
	breached_at: datetime | None
	elapsed: timedelta | None
	paused: timedelta
	overrun: timedelta | None
	next_event_at: datetime | None
	team: str = ""

	@property
	def is_owed(self) -> bool:
		"""Whether somebody still has to do something."""
		return self.ended_at is None


@dataclass(frozen=True, slots=True)
class _Term:
	"""The target that governs from ``at`` on; a target of None: the policy promises nothing for the metric."""

	at: datetime
	policy: Policy | None
	target: Target | None


def compute_clocks(
	events: Sequence[Event],
	policies: Mapping[str, Policy],
	calendars: Mapping[str, ServiceCalendar],
	now: datetime,
) -> list[Clock]:
	"""Every clock of one ticket as it stands at ``now``; ``events`` in order, none after ``now`` counts ahead of it.

	Raises UnknownPolicyError or UnknownCalendarError when the ledger names one that is not given.
	"""
	governing = _governing(events, policies)
	if not any(policy for _, policy, _ in governing):
		return []
	clocks = []
	for owed in obligations(events):
		terms = _terms(owed, governing)
		clock = _measure(owed, terms, calendars, now) if any(term.target for term in terms) else None
		if clock and not (clock.breached_at and clock.breached_at < owed.since):
			clocks.append(clock)
	return clocks


_Governing = tuple[datetime, Policy | None, str]


def _governing(events: Sequence[Event], policies: Mapping[str, Policy]) -> list[_Governing]:
	"""(from when, policy, priority), one entry a change."""
	rows: list[_Governing] = []
	policy: Policy | None = None
	priority = ""
	for event in events:
		if event.kind is EventKind.POLICY_CHANGED:
			policy = _find_policy(policies, event.value)
		elif event.kind is EventKind.PRIORITY_CHANGED:
			priority = event.value
		elif event.kind is EventKind.OPENED:
			priority = str(event.detail.get("priority") or "")
		else:
			continue
		if rows and rows[-1][0] == event.at:
			rows.pop()
		rows.append((event.at, policy, priority))
	return rows


def _find_policy(policies: Mapping[str, Policy], name: str) -> Policy | None:
	if not name:
		return None
	try:
		return policies[name]
	except KeyError:
		raise UnknownPolicyError(policy=name) from None


def _terms(owed: Obligation, governing: Sequence[_Governing]) -> list[_Term]:
	"""The targets in force while the obligation ran, oldest first, repeated ones left out."""
	terms: list[_Term] = []
	for at, policy, priority in governing:
		if owed.ended_at is not None and at >= owed.ended_at and terms and at > owed.started_at:
			break
		term = _Term(at, policy, policy.target(owed.metric, priority) if policy else None)
		if at <= owed.started_at:
			terms = [term]
		elif not terms or _differ(terms[-1], term):
			terms.append(term)
	return terms


def _differ(one: _Term, two: _Term) -> bool:
	calendars = [term.policy.calendar if term.policy else "" for term in (one, two)]
	return one.target != two.target or calendars[0] != calendars[1] or one.policy is not two.policy


@dataclass(slots=True)
class _Verdict:
	"""What the terms add up to so far."""

	term: _Term
	due: datetime
	warn: datetime
	in_pause: bool
	breached_at: datetime | None = None


def _measure(
	owed: Obligation, terms: Sequence[_Term], calendars: Mapping[str, ServiceCalendar], now: datetime
) -> Clock | None:
	horizon = owed.ended_at or max(now, owed.started_at)
	verdict: _Verdict | None = None
	for index, term in enumerate(terms):
		if not (term.target and term.policy):
			continue
		until = min(terms[index + 1].at, horizon) if index + 1 < len(terms) else horizon
		calendar = _find_calendar(calendars, term.policy)
		verdict = _judge(owed, term, calendar, until)
		if verdict.breached_at:
			break
	if verdict is None:
		return None
	dropped = terms[-1].at if terms[-1].target is None and not verdict.breached_at else None
	return _row(owed, verdict, calendars, now, dropped)


def _find_calendar(calendars: Mapping[str, ServiceCalendar], policy: Policy) -> ServiceCalendar:
	try:
		return calendars[policy.calendar]
	except KeyError:
		raise UnknownCalendarError(policy=policy.title, calendar=policy.calendar) from None


def _judge(owed: Obligation, term: _Term, calendar: ServiceCalendar, until: datetime) -> _Verdict:
	"""Deadline and warning of one term as known at ``until``, and whether it was missed before then."""
	assert term.target is not None
	target = term.target
	unit = target.amount.unit
	due = add_amount(calendar, owed.started_at, target.amount)
	length = target.amount.length if not unit.is_days else measure(calendar, owed.started_at, due, unit)
	warn = move_on(calendar, owed.started_at, length * target.warn_percent / 100, unit)
	stops = _stops(owed, target)
	in_pause = False
	if stops:
		warn, _ = _after_pauses(warn, stops, calendar, unit, until)
		due, in_pause = _after_pauses(due, stops, calendar, unit, until)
	verdict = _Verdict(term, due, warn, in_pause)
	if due < until and not in_pause:
		verdict.breached_at = max(due, term.at)
	return verdict


def _stops(owed: Obligation, target: Target) -> Sequence[Pause]:
	"""The stretches during which this clock stands still, in order."""
	if not owed.gaps:
		return owed.pauses if target.pauses else ()
	return sorted((*owed.gaps, *(owed.pauses if target.pauses else ())), key=lambda stop: stop[0])


def _after_pauses(
	moment: datetime, stops: Sequence[Pause], calendar: ServiceCalendar, unit: Unit, until: datetime
) -> tuple[datetime, bool]:
	"""(moment moved on by the stops that began before it, whether the clock stands still at ``until``)."""
	for start, end in stops:
		if start > moment or start >= until:
			break
		if end is None:
			return moment, True
		moment = move_on(calendar, moment, measure(calendar, start, end, unit), unit)
		if end >= until:
			return moment, True
	return moment, False


def _row(
	owed: Obligation,
	verdict: _Verdict,
	calendars: Mapping[str, ServiceCalendar],
	now: datetime,
	dropped: datetime | None,
) -> Clock:
	term = verdict.term
	assert term.target is not None and term.policy is not None
	calendar = calendars[term.policy.calendar]
	unit = term.target.amount.unit
	stops = _stops(owed, term.target)
	ended_at = dropped or owed.ended_at
	state = _state(owed, verdict, dropped is not None)
	still_since = _still_since(stops) if ended_at is None else None
	counted_to = ended_at or (still_since if state is State.PAUSED else None)
	breached_end = ended_at if verdict.breached_at else None
	return Clock(
		metric=owed.metric,
		cycle=owed.cycle,
		policy=term.policy.name,
		calendar=term.policy.calendar,
		amount=term.target.amount,
		pauses=term.target.pauses,
		state=state,
		started_at=owed.started_at.astimezone(calendar.zone),
		warn_at=verdict.warn,
		due_at=verdict.due,
		ended_at=ended_at and ended_at.astimezone(calendar.zone),
		breached_at=verdict.breached_at and verdict.breached_at.astimezone(calendar.zone),
		elapsed=_counted(calendar, owed.started_at, counted_to, stops, unit) if counted_to else None,
		paused=sum((measure(calendar, start, end, unit) for start, end in stops if end), ZERO),
		overrun=_counted(calendar, verdict.due, breached_end, stops, unit) if breached_end else None,
		next_event_at=_next_event(state, verdict, now),
		team=owed.team,
	)


def _state(owed: Obligation, verdict: _Verdict, dropped: bool) -> State:
	if verdict.breached_at:
		return State.BREACHED
	if owed.cancelled or dropped:
		return State.CANCELLED
	if owed.ended_at:
		return State.MET
	return State.PAUSED if verdict.in_pause else State.RUNNING


def _still_since(stops: Sequence[Pause]) -> datetime | None:
	return stops[-1][0] if stops and stops[-1][1] is None else None


def _counted(
	calendar: ServiceCalendar, start: datetime, end: datetime, stops: Sequence[Pause], unit: Unit
) -> timedelta:
	"""Length from start to end without the stops, as the unit counts it."""
	total = measure(calendar, start, end, unit) if end > start else ZERO
	for begin, stop in stops:
		first, last = max(begin, start), min(stop or end, end)
		if first < last:
			total -= measure(calendar, first, last, unit)
	return total


def _next_event(state: State, verdict: _Verdict, now: datetime) -> datetime | None:
	if state is not State.RUNNING:
		return None
	if now < verdict.warn:
		return verdict.warn
	return verdict.due if now <= verdict.due else None
