"""Clocks: each obligation measured against the target that governs it. Computed, never edited.

A clock is a pure function of the ledger, the policies, their calendars and ``now``. A pause moves every later deadline
by the open time it covered; a deadline that lies before the pause stays where it was. A breach carries the instant at
which it happened: the deadline, or the moment a stricter target made it late. Ending exactly at the deadline is met.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from .calendar import ServiceCalendar
from .calendar_table import to_datetime, to_instant
from .errors import UnknownCalendarError
from .governing import Term, UnknownPolicyError, governing_over_time, terms_of
from .ledger import Event, to_utc
from .obligations import Obligation, obligations
from .policy import Metric, Policy, Target
from .stops import Stop, cut_stops, length_without_stops, moved_by_stops, outside_stops, total_stopped
from .units import Amount, add_to_instant, measure_instants, move_instant

__all__ = ["Clock", "State", "UnknownPolicyError", "compute_clocks"]

ZERO = timedelta()


class State(str, Enum):
	"""State of a clock."""

	RUNNING = "Running"
	PAUSED = "Paused"
	MET = "Met"
	BREACHED = "Breached"
	CANCELLED = "Cancelled"


class Clock(NamedTuple):
	"""One row per (ticket, metric, cycle).

	Times are aware, in the calendar's zone. ``elapsed``, ``paused`` and ``overrun`` are lengths as the unit counts them
	(open time for business units). ``elapsed`` is None while time still runs; ``overrun`` until a breached clock ends.
	``next_event_at``: the next instant at which the clock changes by itself (warning or breach), None when none is ahead.
	``governed_from``: since when this target has been in force. ``stops``: the stretches in which the clock stood still.
	``title``: what a regulator calls it, "" for the centre's own.
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
	governed_from: datetime | None = None
	stops: Sequence[Stop] = ()
	title: str = ""

	@property
	def is_owed(self) -> bool:
		"""Whether somebody still has to do something."""
		return self.ended_at is None


def compute_clocks(
	events: Sequence[Event],
	policies: Mapping[str, Policy],
	calendars: Mapping[str, ServiceCalendar],
	now: datetime,
	owed_by: Callable[[Sequence[Event]], list[Obligation]] = obligations,
) -> list[Clock]:
	"""Every clock of one ticket as it stands at ``now``; ``events`` in order, those after ``now`` are not known yet.

	``owed_by``: what the events oblige to, of a ticket or of something else. Raises UnknownPolicyError or UnknownCalendarError when the ledger names one that is not given.
	"""
	now = to_utc(now)
	events = [event for event in events if event.at <= now]
	governing = governing_over_time(events, policies)
	if not any(policy for _at, policy, *_rest in governing):
		return []
	clocks, times, present = [], _Times(), to_instant(now)
	for owed in owed_by(events):
		terms = terms_of(owed, governing)
		clock = (
			_measure(owed, terms, calendars, present, times) if any(term.target for term in terms) else None
		)
		if clock and not (clock.breached_at and clock.breached_at < owed.since):
			clocks.append(clock)
	return clocks


def measure_obligation(
	owed: Obligation, terms: Sequence[Term], calendars: Mapping[str, ServiceCalendar], now: datetime
) -> Clock | None:
	"""The clock of one obligation under these terms; None when none of them promises anything."""
	return _measure(owed, terms, calendars, to_instant(to_utc(now)), _Times())


class _Times:
	"""Instants as datetimes. A ticket's clocks share most of theirs, and making one costs as much as a bisection."""

	def __init__(self) -> None:
		self.zone: ZoneInfo | None = None
		self.known: dict[int, datetime] = {}

	def at(self, instant: int, zone: ZoneInfo) -> datetime:
		if zone is not self.zone:  # another calendar's zone: rare, so it starts anew
			self.zone, self.known = zone, {}
		found = self.known.get(instant)
		if found is None:
			found = self.known[instant] = to_datetime(instant, zone)
		return found


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

	term: Term
	target: Target
	calendar: ServiceCalendar
	due: int
	warn: int
	breached: int | None


def _measure(
	owed: Obligation,
	terms: Sequence[Term],
	calendars: Mapping[str, ServiceCalendar],
	present: int,
	times: _Times,
) -> Clock | None:
	row = _Owed(owed, to_instant(owed.started_at), _instant_or_none(owed.ended_at), *_stops_of(owed))
	horizon = max(present, row.started) if row.ended is None else row.ended
	verdict: _Verdict | None = None
	for index, term in enumerate(terms):
		if not (term.target and term.policy):
			continue
		last = index + 1 == len(terms)
		until = horizon if last else min(to_instant(terms[index + 1].at), horizon)
		# What stops the clock after its term is over moves nothing of it any more.
		stops = row.stops(term.target) if last else cut_stops(row.stops(term.target), until)
		verdict = _judge(row, term, term.target, _find_calendar(calendars, term.policy), stops, until)
		if _is_missed(verdict, stops, until, last=last, goes_on=row.ended is None):
			break
		verdict.breached = None
	if verdict is None:
		return None
	dropped = _dropped_at(terms) if verdict.breached is None else None
	return _clock(row, verdict, present, dropped, times)


def _dropped_at(terms: Sequence[Term]) -> int | None:
	"""Since when nothing is promised any more, None where the last term promises something."""
	since = None
	for term in reversed(terms):
		if term.target is not None:
			break
		since = to_instant(term.at)
	return since


def _is_missed(verdict: _Verdict, stops: Sequence[Stop], until: int, last: bool, goes_on: bool) -> bool:
	"""Whether the term was missed by ``until``: the next term's beginning, or for the ``last`` one the end or now.

	``goes_on``: nothing ended yet, so a miss now counts. Ending a pause by resolving is in time when the deadline lay in
	the pause, not when it had passed before it began (a stricter target in the middle of the pause). A term that gives
	way to another within a pause was not missed: the clock stood still.
	"""
	if verdict.breached is None or verdict.breached > until:
		return False
	if verdict.breached < until or (last and goes_on):
		return True
	return last and bool(stops) and stops[-1][1] == until and verdict.due < stops[-1][0]


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


def _judge(
	owed: _Owed, term: Term, target: Target, calendar: ServiceCalendar, stops: Sequence[Stop], until: int
) -> _Verdict:
	"""``breached`` is where the term was missed by ``until``; the caller decides whether that very instant counts."""
	unit = target.amount.unit
	due = add_to_instant(calendar, owed.started, target.amount)
	length = measure_instants(calendar, owed.started, due, unit) if unit.is_days else target.amount.micro
	warn = move_instant(calendar, owed.started, length * target.warn_percent // 100, unit)
	if stops:
		due, warn = moved_by_stops(due, stops, calendar, unit), moved_by_stops(warn, stops, calendar, unit)
	missed = outside_stops(max(due, to_instant(term.at)), stops) if due < until else None
	return _Verdict(term, target, calendar, due, warn, missed)


def _clock(row: _Owed, verdict: _Verdict, now: int, dropped: int | None, times: _Times) -> Clock:
	term, target, calendar = verdict.term, verdict.target, verdict.calendar
	assert term.policy is not None
	owed, unit, zone = row.obligation, target.amount.unit, calendar.zone
	ended = row.ended if dropped is None else dropped
	stops = cut_stops(row.stops(target), ended)
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
		elapsed=length_without_stops(calendar, row.started, counted_to, stops, unit)
		if counted_to is not None
		else None,
		paused=total_stopped(calendar, stops, unit) if stops else ZERO,
		overrun=length_without_stops(calendar, verdict.due, ended, stops, unit)
		if late and ended is not None
		else None,
		next_event_at=_next_event(state, verdict, now, times),
		team=owed.team,
		governed_from=term.at,
		stops=tuple(stops),
	)


def _state(owed: Obligation, verdict: _Verdict, stops: Sequence[Stop], dropped: bool) -> State:
	if verdict.breached is not None:
		return State.BREACHED
	if owed.cancelled or dropped:
		return State.CANCELLED
	if owed.ended_at:
		return State.MET
	return State.PAUSED if stops and stops[-1][1] is None else State.RUNNING


def _next_event(state: State, verdict: _Verdict, now: int, times: _Times) -> datetime | None:
	if state is not State.RUNNING:
		return None
	ahead = verdict.warn if now < verdict.warn else verdict.due
	return times.at(ahead, verdict.calendar.zone) if now <= ahead else None
