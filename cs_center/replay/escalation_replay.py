"""A ticket's escalations as they would have been: the decisions of production at every instant that matters.

An instant matters when something happens to the ticket and when a decision says that a step falls due by itself. The
log knows no acknowledgement and no snooze, so nobody ever takes an escalation in hand: what waits for that goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import heappop, heappush
from itertools import groupby
from operator import attrgetter

from cs_center.domain.calendar import ServiceCalendar
from cs_center.domain.clocks import Clock, compute_clocks
from cs_center.domain.escalation import decide, ladder_of
from cs_center.domain.escalation_people import Subject, Told, find_people
from cs_center.domain.escalation_policy import EscalationPolicy, Step, Trigger, Who
from cs_center.domain.escalation_values import (
	Decision,
	EscalationState,
	Ladder,
	Prospect,
	Raised,
	StepKey,
)
from cs_center.domain.ledger import Event, EventKind, state_after
from cs_center.domain.policy import Policy

from .people import People, PeopleAt
from .ticket_history import TicketHistory

MOVES_CLOCKS = frozenset({EventKind.PAUSED, EventKind.REOPENED, EventKind.PRIORITY_CHANGED})
"""Kinds after which a clock may run otherwise than it would have without them; others only begin or end one."""

ENDS = frozenset({EventKind.RESOLVED, EventKind.MERGED, EventKind.CANCELLED})
POSTPONES = frozenset(
	{
		EventKind.ACKNOWLEDGED,
		EventKind.ASSIGNED,
		EventKind.UNASSIGNED,
		EventKind.CHANNEL_CHANGED,
		EventKind.PAUSED,
	}
)
"""Kinds that make no step fall due, and none earlier: the instant to look again that was told before them still does."""


@dataclass(slots=True)
class Escalation:
	"""One step that fell due. ``reason``: why it told nobody, "" when it did. ``ended_at``: None while it is open."""

	policy: EscalationPolicy
	key: StepKey
	step: Step
	due_at: datetime
	raised_at: datetime
	reason: str
	told: Told
	ended_at: datetime | None = None

	@property
	def state(self) -> EscalationState:
		if self.reason:
			return EscalationState.SUPPRESSED
		return EscalationState.OPEN if self.ended_at is None else EscalationState.RESOLVED

	@property
	def finds_nobody(self) -> bool:
		return not self.reason and self.step.audience.who is not Who.NOBODY and not self.told.users

	@property
	def mailed(self) -> tuple[str, ...]:
		return self.told.users if self.step.email else ()


@dataclass(slots=True)
class Surroundings:
	"""What the tickets of a log share. ``now``: the instant of evaluation."""

	policies: Mapping[str, Policy]
	calendars: Mapping[str, ServiceCalendar]
	ladders: Mapping[str, EscalationPolicy]
	people: People
	now: datetime


def escalations_of(
	history: TicketHistory, clocks: Sequence[Clock], surroundings: Surroundings
) -> list[Escalation]:
	"""In the order in which they were raised; ``clocks``: the ticket's, as they stand at the evaluation."""
	ladder = ladder_of(history.events, surroundings.ladders)
	if ladder is None:
		return []
	run = _Run(history, ladder, clocks, surroundings)
	if any(event.kind in MOVES_CLOCKS for event in history.events):
		run.through_every_event()
	else:
		run.through_known_instants()
	return list(run.found.values())


class _Run:
	"""One ticket on its way through time."""

	def __init__(
		self, history: TicketHistory, ladder: Ladder, clocks: Sequence[Clock], surroundings: Surroundings
	) -> None:
		self.history, self.ladder, self.clocks, self.all = history, ladder, clocks, surroundings
		self.events = history.events
		self.raised: dict[StepKey, Raised] = {}
		self.found: dict[StepKey, Escalation] = {}

	def through_every_event(self) -> None:
		"""Each stretch between two events has clocks of its own, which time alone does not move."""
		pending: datetime | None = None
		has_ended = False
		for known, kinds, begin, until in self._stretches():
			if until is None and kinds & ENDS and kinds <= ENDS | POSTPONES:
				break
			instant = pending if kinds <= POSTPONES and not has_ended else begin
			has_ended = has_ended or not kinds.isdisjoint(ENDS)
			clocks: Sequence[Clock] | None = None
			events = self.events[:known]
			while instant is not None and instant <= self.all.now and (until is None or instant < until):
				if clocks is None:
					clocks = self.clocks if until is None else self._clocks_of(events, instant)
				instant = self._decide(events, clocks, instant).next_at
			pending = instant
		self._end()

	def _stretches(self) -> Iterator[tuple[int, frozenset[EventKind], datetime, datetime | None]]:
		"""(events so far, kinds of those at its beginning, begin, end) of each stretch without an event."""
		groups = [(at, tuple(group)) for at, group in groupby(self.events, key=attrgetter("at"))]
		known = 0
		for index, (at, group) in enumerate(groups):
			known += len(group)
			until = groups[index + 1][0] if index + 1 < len(groups) else None
			yield known, frozenset(event.kind for event in group), at, until

	def _clocks_of(self, events: Sequence[Event], instant: datetime) -> Sequence[Clock]:
		return compute_clocks(events, self.all.policies, self.all.calendars, instant)

	def through_known_instants(self) -> None:
		"""Nothing has moved a clock: the last clocks tell at once when each step fell due, and most tickets have none.

		Told in time none of them is suppressed. Only steps that wait for others need a look at each instant.
		"""
		due = decide(self.ladder, self.events, self.clocks, self.all.calendars, {}, self.all.now).due
		if not due:
			return
		if any(step.trigger is Trigger.NO_ACKNOWLEDGEMENT for step in self.ladder.policy.steps):
			self._from_instant_to_instant(sorted({one.at for one in due if one.at}))
		else:
			for one in due:
				at = one.at or self.all.now
				self._raise(one._replace(suppression=None), at)
		self._end()

	def _from_instant_to_instant(self, waiting: list[datetime]) -> None:
		"""``waiting``: instants to look at, sorted; each decision may add one."""
		done: datetime | None = None
		while waiting and waiting[0] <= self.all.now:
			instant = heappop(waiting)
			if instant == done:
				continue
			done = instant
			clocks = _as_of(self.clocks, instant)
			following = self._decide(self._events_until(instant), clocks, instant).next_at
			if following is not None:
				heappush(waiting, following)

	def _events_until(self, instant: datetime) -> Sequence[Event]:
		return [event for event in self.events if event.at <= instant]

	def _decide(self, events: Sequence[Event], clocks: Sequence[Clock], instant: datetime) -> Decision:
		"""Decide and carry out, as the minute pass of production does."""
		decision = decide(self.ladder, events, clocks, self.all.calendars, self.raised, instant)
		self._settle(decision)
		for prospect in decision.due:
			self._raise(prospect, instant)
		return decision

	def _end(self) -> None:
		"""What is over by the evaluation; without a ladder nothing else is decided."""
		if self.raised:
			self._settle(
				decide(None, self.events, self.clocks, self.all.calendars, self.raised, self.all.now)
			)

	def _settle(self, decision: Decision) -> None:
		for over in decision.over:
			self.found[over.key].ended_at = over.at
			self.raised[over.key] = self.raised[over.key]._replace(state=EscalationState.RESOLVED)

	def _raise(self, prospect: Prospect, instant: datetime) -> None:
		reason = prospect.suppression.value if prospect.suppression else ""
		state = EscalationState.SUPPRESSED if reason else EscalationState.OPEN
		self.raised[prospect.key] = Raised(prospect.key, state, instant)
		self.found[prospect.key] = Escalation(
			self.ladder.policy,
			prospect.key,
			prospect.step,
			prospect.at or instant,
			instant,
			reason,
			Told() if reason else self._tell(prospect.step, instant),
		)

	def _tell(self, step: Step, instant: datetime) -> Told:
		if step.audience.who is Who.NOBODY:
			return Told()
		state = state_after(self._events_until(instant))
		subject = Subject(tuple(sorted(state.assignees)), state.team, self.history.dedicated_agent)
		directory = PeopleAt(self.all.people, instant)
		return find_people(step.audience, subject, directory, (self.ladder.policy.fallback,))


def _as_of(clocks: Sequence[Clock], instant: datetime) -> list[Clock]:
	"""The clocks as they stood then: those that began later are not there, those that ended later still run."""
	return [
		clock if clock.ended_at is None or clock.ended_at <= instant else clock._replace(ended_at=None)
		for clock in clocks
		if clock.started_at <= instant
	]
