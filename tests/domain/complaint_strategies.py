"""Random lives of complaints: sensible ones, as a site writes them, wild ones, and random situations at the gates."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from cs_center.domain.complaint_clocks import NOTICE, RegulatorClock
from cs_center.domain.complaints import MOVES, SEVERITIES, Situation, Stage, Standing
from cs_center.domain.ledger import Event, EventKind
from cs_center.domain.policy import Amount, Metric, Policy, Unit

from .complaint_story import ENDING
from .ledger_strategies import CALENDARS, STEPS
from .story import UTC, promise, target

__all__ = ["CALENDARS"]

K, M, S = EventKind, Metric, Stage
BEGIN = datetime(2026, 10, 24, 6, tzinfo=UTC)

POLICIES: dict[str, Policy] = {
	one.name: one
	for one in (
		promise(
			target(M.COMPLAINT_ACKNOWLEDGEMENT, 1, Unit.CALENDAR_HOURS),
			target(M.COMPLAINT_SOLUTION, 24, Unit.CALENDAR_HOURS),
			target(M.COMPLAINT_SOLUTION, 90, priority="High"),
			target(M.COMPLAINT_CALL_BACK, 2, Unit.BUSINESS_DAYS, warn=50),
			target(M.COMPLAINT_CLOSURE, 5, Unit.CALENDAR_DAYS),
			target(M.MAJOR_REPORT, 4, Unit.BUSINESS_HOURS),
			name="A",
			calendar="Nights",
		),
		promise(target(M.COMPLAINT_SOLUTION, 300, pauses=False), name="B"),
	)
}

PLACES = ["Received", "Acknowledged", "Classified", "Escalated Outside", NOTICE]
ENDS = ["Acknowledged", "Solution Proposed", "Executing", "Follow-up", "Closed", "Escalated Outside"]
_ENDINGS = list(ENDING)


@st.composite
def regulator_clocks(draw: st.DrawFn) -> RegulatorClock:
	start = draw(st.sampled_from(PLACES))
	return RegulatorClock(
		draw(st.sampled_from(("accept", "answer", "final"))),
		start,
		draw(st.sampled_from([end for end in ENDS if end != start])),
		Amount(draw(st.integers(1, 20)), draw(st.sampled_from(Unit))),
		draw(st.sampled_from(sorted(CALENDARS))),
		draw(st.sampled_from((1, 50, 75, 99))),
	)


@st.composite
def packs_set(draw: st.DrawFn, moment: datetime, sequence: int) -> Event:
	rows = draw(st.lists(regulator_clocks(), max_size=2, unique=True))
	detail = {"clocks": [one.to_dict() for one in rows]}
	return Event(
		K.REGULATOR_CLOCKS_SET, moment, sequence, value=draw(st.sampled_from(("UK", "China"))), detail=detail
	)


def _moved(draw: st.DrawFn, start: Stage, moment: datetime, sequence: int) -> tuple[list[Event], Stage]:
	"""A way from here, any condition met, with what an end or a reopening brings along, in either order."""
	ways = [move.end for move in MOVES if move.start is start]
	if not ways:
		return [], start
	going_on = [way for way in ways if way not in ENDING]
	end = draw(st.sampled_from(going_on * 4 + ways))
	events = [(K.STAGE_CHANGED, end.value)]
	if end in ENDING:
		events.append((ENDING[end], ""))
	elif start.is_final:
		events.append((K.REOPENED, ""))
	if draw(st.booleans()):
		events.reverse()
	return [
		Event(kind, moment, sequence + number, value=value) for number, (kind, value) in enumerate(events)
	], end


_OTHER = {
	K.SEVERITY_CHANGED: ("", *SEVERITIES, "Major"),
	K.REPORTED: ("board",),
	K.CALL_ATTEMPTED: ("Reached", "No Answer"),
	K.PRIORITY_CHANGED: ("High", "Low"),
	K.REGULATOR_NOTICE: ("",),
	K.TEAM_CHANGED: ("Billing",),
}


@st.composite
def complaint_lives(
	draw: st.DrawFn, most: int = 14, governed: bool = True, apart: bool = False
) -> list[Event]:
	"""A ledger in order, as a site writes one: received, a policy, then moves and whatever else happens.

	``governed``: the policy is not taken away or changed for another. ``apart``: no two saves at one instant.
	"""
	moment = BEGIN + timedelta(minutes=draw(st.integers(0, 12_000)))
	severity = draw(st.sampled_from(("", "General", "Important", "Major")))
	detail = {"severity": severity, "priority": draw(st.sampled_from(("High", "Low")))}
	events = [Event(K.RECEIVED, moment, 1, detail=detail), Event(K.POLICY_CHANGED, moment, 2, value="A")]
	stage = S.RECEIVED
	for _ in range(draw(st.integers(0, most))):
		moment += timedelta(minutes=draw(STEPS) + apart)
		sequence = len(events) + 1
		what = draw(st.integers(0, 9))
		if what < 6:
			made, stage = _moved(draw, stage, moment, sequence)
			events += made
		elif what < 7:
			events.append(draw(packs_set(moment, sequence)))
		elif what < 8 and not governed:
			value = draw(st.sampled_from(("A", "B", "")))
			events.append(Event(K.POLICY_CHANGED, moment, sequence, value=value))
		else:
			kind = draw(st.sampled_from(list(_OTHER)))
			events.append(Event(kind, moment, sequence, value=draw(st.sampled_from(_OTHER[kind]))))
	return events


_WILD_VALUES = st.sampled_from(
	[*(stage.value for stage in Stage), *SEVERITIES, "", "Reached", "Busy", "A", "B", "UK"]
)


@st.composite
def wild_complaints(draw: st.DrawFn) -> list[Event]:
	"""Any kinds with any values at any times, in order of time; policies that are named are there."""
	moment, events = BEGIN, []
	for sequence in range(draw(st.integers(0, 16))):
		moment += timedelta(minutes=draw(STEPS))
		kind = draw(st.sampled_from(EventKind))
		if kind is K.REGULATOR_CLOCKS_SET:
			events.append(draw(packs_set(moment, sequence)))
			continue
		value = draw(st.sampled_from(("A", "B", ""))) if kind is K.POLICY_CHANGED else draw(_WILD_VALUES)
		detail: dict[str, Any] = {}
		if kind is K.RECEIVED:
			detail = {"severity": draw(st.sampled_from(("", "Major"))), "priority": "High"}
		events.append(Event(kind, moment, sequence, value=value, detail=detail))
	return events


READY = Situation(
	has_category=True,
	has_handler=True,
	has_cause=True,
	has_evidence=True,
	has_solution=True,
	solution_approved=True,
	consent_person="Anna Example",
	consent_at=BEGIN,
	recourse_told=True,
	has_outside_result=True,
	corrective_actions=1,
	corrective_done=1,
	reported=True,
	meeting_held=True,
	has_accountability=True,
	has_call_back_result=True,
	has_rejection_reason=True,
	has_note=True,
	standing=Standing.MANAGER,
)
_COUNTS: dict[str, tuple[Any, ...]] = {
	"open_actions": (1, 3),
	"corrective_actions": (0,),
	"corrective_done": (0,),
	"compensation_unapproved": (1,),
	"compensation_open": (2,),
	"failed_call_days": (1, 2, 3, 4),
	"failed_days_needed": (1, 10),
	"standing": tuple(Standing),
	"consent_person": ("",),
	"consent_at": (None,),
}
FLAWS: list[tuple[str, Any]] = [
	*(
		(one.name, not there)
		for one in fields(Situation)
		if isinstance(there := getattr(READY, one.name), bool)
	),
	*((name, value) for name, values in _COUNTS.items() for value in values),
]
"""What can be otherwise than in READY: something is not there, or stands in the way."""


@st.composite
def situations(draw: st.DrawFn, stage: Stage | None = None) -> Situation:
	"""Anything that can be known of a complaint; most of it is there, so that moves are free often enough."""
	return replace(
		READY,
		stage=stage or draw(st.sampled_from(Stage)),
		severity=draw(st.sampled_from(("", *SEVERITIES, "Major"))),
		consent=draw(st.sampled_from(("", "Refused", "Consented", "Consented"))),
		**dict(draw(st.lists(st.sampled_from(FLAWS), max_size=5))),
	)
