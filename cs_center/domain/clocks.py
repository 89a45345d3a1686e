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
from zoneinfo import ZoneInfo

from .calendar import ServiceCalendar
from .calendar_table import to_datetime, to_instant
from .errors import PolicyError, UnknownCalendarError
from .ledger import Event, EventKind, to_utc
from .obligations import Obligation, obligations
from .policy import Metric, Policy, Target
from .units import Amount, Unit, add_to_instant, measure_instants, move_instant

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
	"""Every clock of one ticket as it stands at ``now``; ``events`` in order, those after ``now`` are not known yet.

	Raises UnknownPolicyError or UnknownCalendarError when the ledger names one that is not given.
	"""
	now = to_utc(now)
	events = [event for event in events if event.at <= now]
	governing = _governing(events, policies)
	if not any(policy for _, policy, _ in governing):
		return []
	clocks, times = [], _Times()
	for owed in obligations(events):
		terms = _terms(owed, governing)
		clock = _measure(owed, terms, calendars, now, times) if any(term.target for term in terms) else None
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


class _Times:
	"""Instants as datetimes. A ticket's clocks share most of theirs, and making one costs as much as a bisection."""

	def __init__(self) -> None:
		self.known: dict[tuple[int, str], datetime] = {}

	def at(self, instant: int, zone: ZoneInfo) -> datetime:
		key = (instant, zone.key)
		found = self.known.get(key)
		if found is None:
			found = self.known[key] = to_datetime(instant, zone)
		return found


Stop = tuple[int, int | None]
"""(start, end) of a stretch in which a clock stands still, in instants; an end of None: it still lasts."""


@dataclass(slots=True)
class _Owed:
	"""An obligation in instants (microseconds after 1970 UTC), in which all arithmetic is done."""

	obligation: Obligation
	started: int
	ended: int | None
	pauses: Sequence[Stop]
	gaps: Sequence[Stop]

	def stops(self, target: Target) -> Sequence[Stop]:
		"""The stretches during which a clock of this target stands still, in order."""
		pauses = self.pauses if target.pauses else ()
		return sorted((*self.gaps, *pauses), key=lambda stop: stop[0]) if self.gaps else pauses


@dataclass(slots=True)
class _Verdict:
	"""What one term says: deadline and warning, moved by the stops, and the instant at which it was missed, if it was."""

	term: _Term
	target: Target
	calendar: ServiceCalendar
	stops: Sequence[Stop]
	due: int
	warn: int
	breached: int | None


def _measure(
	owed: Obligation,
	terms: Sequence[_Term],
	calendars: Mapping[str, ServiceCalendar],
	now: datetime,
	times: _Times,
) -> Clock | None:
	row = _Owed(owed, to_instant(owed.started_at), _instant_or_none(owed.ended_at), *_stops_of(owed))
	present = to_instant(now)
	horizon = max(present, row.started) if row.ended is None else row.ended
	verdict: _Verdict | None = None
	for index, term in enumerate(terms):
		if not (term.target and term.policy):
			continue
		last = index + 1 == len(terms)
		until = horizon if last else min(to_instant(terms[index + 1].at), horizon)
		verdict = _judge(row, term, term.target, _find_calendar(calendars, term.policy), until)
		in_time = verdict.breached is None or verdict.breached > until
		if in_time or (verdict.breached == until and not (last and row.ended is None)):
			verdict.breached = None
		else:
			break
	if verdict is None:
		return None
	dropped = to_instant(terms[-1].at) if terms[-1].target is None and verdict.breached is None else None
	return _clock(row, verdict, present, dropped, times)


def _instant_or_none(moment: datetime | None) -> int | None:
	return None if moment is None else to_instant(moment)


def _stops_of(owed: Obligation) -> tuple[Sequence[Stop], Sequence[Stop]]:
	if not owed.pauses and not owed.gaps:
		return (), ()
	pauses, gaps = (
		[(to_instant(start), _instant_or_none(end)) for start, end in rows]
		for rows in (owed.pauses, owed.gaps)
	)
	return pauses, gaps


def _find_calendar(calendars: Mapping[str, ServiceCalendar], policy: Policy) -> ServiceCalendar:
	try:
		return calendars[policy.calendar]
	except KeyError:
		raise UnknownCalendarError(policy=policy.title, calendar=policy.calendar) from None


def _judge(owed: _Owed, term: _Term, target: Target, calendar: ServiceCalendar, until: int) -> _Verdict:
	"""``breached`` is where the term was missed by ``until``; the caller decides whether that very instant counts."""
	unit = target.amount.unit
	due = add_to_instant(calendar, owed.started, target.amount)
	length = measure_instants(calendar, owed.started, due, unit) if unit.is_days else target.amount.micro
	warn = move_instant(calendar, owed.started, length * target.warn_percent // 100, unit)
	stops = owed.stops(target)
	if stops:
		due, warn = _moved(due, stops, calendar, unit), _moved(warn, stops, calendar, unit)
	missed = _outside(max(due, to_instant(term.at)), stops) if due < until else None
	return _Verdict(term, target, calendar, stops, due, warn, missed)


def _moved(moment: int, stops: Sequence[Stop], calendar: ServiceCalendar, unit: Unit) -> int:
	"""``moment`` moved on by every ended stop that began no later than it, as the unit counts the stop."""
	for start, end in stops:
		if end is None or start > moment:
			break
		moment = move_instant(calendar, moment, measure_instants(calendar, start, end, unit), unit)
	return moment


def _outside(moment: int, stops: Sequence[Stop]) -> int | None:
	"""``moment``, or the end of the stop it falls into: a clock that stands still is not missed. None: still stopped."""
	for start, end in stops:
		if start <= moment and (end is None or moment < end):
			if end is None:
				return None
			moment = end
	return moment


def _clock(row: _Owed, verdict: _Verdict, now: int, dropped: int | None, times: _Times) -> Clock:
	term, target, calendar = verdict.term, verdict.target, verdict.calendar
	assert term.policy is not None
	owed, unit, zone = row.obligation, target.amount.unit, calendar.zone
	ended = row.ended if dropped is None else dropped
	stops = _cut(verdict.stops, ended)
	state = _state(owed, verdict, stops, dropped is not None)
	counted_to = stops[-1][0] if state is State.PAUSED else ended
	late = verdict.breached is not None and ended is not None
	return Clock(
		metric=owed.metric,
		cycle=owed.cycle,
		policy=term.policy.name,
		calendar=term.policy.calendar,
		amount=target.amount,
		pauses=target.pauses,
		state=state,
		started_at=times.at(row.started, zone),
		warn_at=times.at(verdict.warn, zone),
		due_at=times.at(verdict.due, zone),
		ended_at=None if ended is None else times.at(ended, zone),
		breached_at=None if verdict.breached is None else times.at(verdict.breached, zone),
		elapsed=_counted(calendar, row.started, counted_to, stops, unit) if counted_to is not None else None,
		paused=_total(calendar, stops, unit) if stops else ZERO,
		overrun=_counted(calendar, verdict.due, ended, stops, unit) if late and ended is not None else None,
		next_event_at=_next_event(state, verdict, now, times),
		team=owed.team,
	)


def _cut(stops: Sequence[Stop], end: int | None) -> Sequence[Stop]:
	"""The part of the stops before ``end``; only a target that was dropped ends before its obligation does."""
	if end is None or not stops:
		return stops
	return [(start, end if stop is None else min(stop, end)) for start, stop in stops if start < end]


def _state(owed: Obligation, verdict: _Verdict, stops: Sequence[Stop], dropped: bool) -> State:
	if verdict.breached is not None:
		return State.BREACHED
	if owed.cancelled or dropped:
		return State.CANCELLED
	if owed.ended_at:
		return State.MET
	return State.PAUSED if stops and stops[-1][1] is None else State.RUNNING


def _counted(calendar: ServiceCalendar, start: int, end: int, stops: Sequence[Stop], unit: Unit) -> timedelta:
	"""Length from start to end without the stops, as the unit counts it."""
	total = measure_instants(calendar, start, end, unit) if end > start else 0
	for begin, stop in stops:
		first, last = max(begin, start), end if stop is None else min(stop, end)
		if first < last:
			total -= measure_instants(calendar, first, last, unit)
	return timedelta(microseconds=total)


def _total(calendar: ServiceCalendar, stops: Sequence[Stop], unit: Unit) -> timedelta:
	ended = ((start, end) for start, end in stops if end is not None)
	return timedelta(microseconds=sum(measure_instants(calendar, start, end, unit) for start, end in ended))


def _next_event(state: State, verdict: _Verdict, now: int, times: _Times) -> datetime | None:
	if state is not State.RUNNING:
		return None
	ahead = verdict.warn if now < verdict.warn else verdict.due
	return times.at(ahead, verdict.calendar.zone) if now <= ahead else None
