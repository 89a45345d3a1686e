"""The quick way through a ticket finds what a decision at every instant finds, whatever happened to the ticket."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cs_center.domain.calendar import ServiceCalendar
from cs_center.domain.clocks import compute_clocks
from cs_center.domain.escalation_policy import Audience, EscalationPolicy, Step, Trigger, Who
from cs_center.domain.ledger import Event, EventKind
from cs_center.domain.policy import Metric, Policy, Target
from cs_center.domain.units import Amount, Unit
from cs_center.replay.escalation_replay import Surroundings, escalations_of
from cs_center.replay.people import People

from .escalation_cases import obvious_escalations

OPENED_AT = datetime(2026, 3, 2, 8, tzinfo=timezone.utc)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
CALENDARS = {
	"desk": ServiceCalendar.from_dict(
		{"time_zone": "UTC", "windows": {day: [["09:00", "12:00"], ["14:00", "18:00"]] for day in DAYS}}
	)
}
TARGETS = (
	Target(Metric.ACKNOWLEDGEMENT, Amount(1, Unit.BUSINESS_HOURS)),
	Target(Metric.FIRST_REPLY, Amount(2, Unit.BUSINESS_HOURS)),
	Target(Metric.FIRST_REPLY, Amount(1, Unit.BUSINESS_DAYS), "Low"),
	Target(Metric.NEXT_REPLY, Amount(2, Unit.BUSINESS_HOURS)),
	Target(Metric.NEXT_REPLY, Amount(0.5, Unit.BUSINESS_HOURS), "Urgent"),
	Target(Metric.PERIODIC_UPDATE, Amount(6, Unit.BUSINESS_HOURS)),
	Target(Metric.RESOLUTION, Amount(10, Unit.BUSINESS_HOURS)),
	Target(Metric.RESOLUTION, Amount(3, Unit.BUSINESS_HOURS), "Urgent"),
	Target(Metric.TEAM_OWNERSHIP, Amount(5, Unit.BUSINESS_HOURS)),
	Target(Metric.REQUESTER_WAIT, Amount(2, Unit.CALENDAR_DAYS), pauses=False),
)
SERVICE = Policy("service", "Service", 1, "desk", TARGETS)

KINDS = (
	*(
		(kind, "")
		for kind in (
			EventKind.ACKNOWLEDGED,
			EventKind.AGENT_REPLIED,
			EventKind.CUSTOMER_REPLIED,
			EventKind.PAUSED,
			EventKind.RESUMED,
			EventKind.RESOLVED,
			EventKind.REOPENED,
			EventKind.CANCELLED,
			EventKind.MERGED,
		)
	),
	*((EventKind.ASSIGNED, who) for who in ("ann", "bob")),
	(EventKind.UNASSIGNED, "ann"),
	*((EventKind.TEAM_CHANGED, team) for team in ("A", "B")),
	*((EventKind.PRIORITY_CHANGED, priority) for priority in ("Low", "Urgent")),
	*((EventKind.SEVERITY_CHANGED, severity) for severity in ("General", "Major")),
	*((EventKind.RATED, stars) for stars in ("1", "5")),
	(EventKind.CHANNEL_CHANGED, "E-mail"),
)
PLAIN_KINDS = tuple(
	pair
	for pair in KINDS
	if pair[0] not in (EventKind.PAUSED, EventKind.RESUMED, EventKind.REOPENED, EventKind.PRIORITY_CHANGED)
)
AUDIENCE = Audience(Who.ASSIGNEE)
METRICS = st.sampled_from(list(Metric))
LEVELS = st.integers(0, 4)
TIMES = st.builds(
	Amount, st.sampled_from((0.25, 1, 3)), st.sampled_from((Unit.BUSINESS_HOURS, Unit.CALENDAR_HOURS))
)


def on_clock(level, metric, share, amount, before):
	if share:
		return Step("", level, Trigger.SHARE_OF_TARGET, metric, share, audience=AUDIENCE)
	trigger = Trigger.BEFORE_DEADLINE if before else Trigger.AFTER_DEADLINE
	return Step("", level, trigger, metric, amount=amount, audience=AUDIENCE)


CLOCK_STEPS = st.builds(
	on_clock, LEVELS, METRICS, st.sampled_from((0, 0, 50, 75, 100, 150)), TIMES, st.booleans()
)
TICKET_STEPS = st.one_of(
	st.builds(lambda level: Step("", level, Trigger.SEVERITY, severity="Major", audience=AUDIENCE), LEVELS),
	st.builds(
		lambda level, n: Step("", level, Trigger.REOPENED, threshold=n, audience=AUDIENCE),
		LEVELS,
		st.integers(1, 2),
	),
	st.builds(
		lambda level, time: Step("", level, Trigger.CONTACTS, None, 2, time, audience=AUDIENCE), LEVELS, TIMES
	),
	st.builds(
		lambda level: Step("", level, Trigger.LOW_SATISFACTION, threshold=2, audience=AUDIENCE), LEVELS
	),
)
WAITS = st.builds(
	lambda metric, time: Step("", 5, Trigger.NO_ACKNOWLEDGEMENT, metric, amount=time, audience=AUDIENCE),
	st.one_of(st.none(), METRICS),
	TIMES,
)


@st.composite
def ladders(draw):
	"""Steps that a policy may have: each once, and no wait without a level below it."""
	drawn = draw(st.lists(st.one_of(CLOCK_STEPS, TICKET_STEPS), min_size=1, max_size=8))
	waits = draw(st.lists(WAITS, max_size=2))
	waits = [one for one in waits if any(lower.metric is one.metric for lower in drawn)]
	once = {one.condition: one for one in (*drawn, *waits)}
	return tuple(
		Step(
			str(number),
			one.level,
			one.trigger,
			one.metric,
			one.threshold,
			one.amount,
			one.severity,
			one.audience,
		)
		for number, one in enumerate(once.values(), 1)
	)


def stories(kinds):
	"""Ledgers as a log gives them; several things may happen at one instant, whole and half hours apart."""
	return st.lists(
		st.tuples(st.sampled_from(kinds), st.sampled_from((0, 0.5, 1, 2, 5, 19, 60))), max_size=12
	)


def ledger(story):
	events = [
		Event(EventKind.OPENED, OPENED_AT, 0, "", "", {"team": "A", "priority": "Medium"}),
		Event(EventKind.POLICY_CHANGED, OPENED_AT, 1, value="service"),
		Event(EventKind.ESCALATION_POLICY_CHANGED, OPENED_AT, 2, value="ladder"),
	]
	now = OPENED_AT
	for (kind, value), hours in story:
		now += timedelta(hours=hours)
		events.append(Event(kind, now, len(events), actor=value, value=value))
	return events


def both_ways(story, steps, later):
	events = ledger(story)
	surroundings = Surroundings(
		{"service": SERVICE},
		CALENDARS,
		{"ladder": EscalationPolicy("ladder", "Ladder", 1, "desk", steps)},
		People(),
		events[-1].at + timedelta(hours=later),
	)
	clocks = compute_clocks(events, surroundings.policies, CALENDARS, surroundings.now)
	history = SimpleNamespace(events=events, dedicated_agent="")
	found = {
		one.key: (one.due_at, one.raised_at, one.reason, one.ended_at)
		for one in escalations_of(history, clocks, surroundings)
	}
	return found, obvious_escalations(events, surroundings)


@pytest.mark.parametrize("kinds", [KINDS, PLAIN_KINDS], ids=["clocks moved", "clocks never moved"])
def test_quick_way_finds_what_a_decision_at_every_instant_finds(kinds):
	@settings(max_examples=250, deadline=None)
	@given(story=stories(kinds), steps=ladders(), later=st.sampled_from((0, 1, 30, 500)))
	def check(story, steps, later):
		quick, obvious = both_ways(story, steps, later)
		assert quick == obvious

	check()
