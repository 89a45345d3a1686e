"""Random escalation policies that pass their checks, random lives under them, and random directories of people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from cs_center.domain.escalation_people import Subject
from cs_center.domain.escalation_policy import (
	CLOCK_TRIGGERS,
	SEVERITIES,
	Audience,
	EscalationPolicy,
	EscalationPolicyError,
	Step,
	Trigger,
	Who,
)
from cs_center.domain.ledger import Event, EventKind
from cs_center.domain.policy import Amount, Metric, Unit

from .ledger_strategies import CALENDARS, lives

K, M, T = EventKind, Metric, Trigger
METRICS = (M.RESOLUTION, M.RESOLUTION, M.FIRST_REPLY, M.REQUESTER_WAIT, M.NEXT_REPLY, M.TEAM_OWNERSHIP)
KEYS = "abcdef"
TIMES = st.one_of(
	st.builds(Amount, st.integers(1, 400), st.sampled_from((Unit.BUSINESS_MINUTES, Unit.CALENDAR_MINUTES))),
	st.builds(Amount, st.integers(1, 30), st.sampled_from((Unit.BUSINESS_HOURS, Unit.CALENDAR_HOURS))),
)
THRESHOLDS = {
	T.SHARE_OF_TARGET: st.sampled_from((1, 10, 25, 50, 75, 99, 100, 101, 150, 400)),
	T.REOPENED: st.integers(1, 2),
	T.CONTACTS: st.integers(2, 3),
	T.LOW_SATISFACTION: st.integers(1, 5),
}


@st.composite
def steps(draw: st.DrawFn, key: str, triggers: Sequence[Trigger] = tuple(Trigger)) -> Step:
	trigger = draw(st.sampled_from(triggers))
	metric = None
	if trigger in CLOCK_TRIGGERS or (trigger is T.NO_ACKNOWLEDGEMENT and draw(st.integers(0, 3))):
		metric = draw(st.sampled_from(METRICS))
	return Step(
		key,
		draw(st.integers(0, 4)),
		trigger,
		metric,
		draw(THRESHOLDS[trigger]) if trigger in THRESHOLDS else 0,
		draw(TIMES),
		draw(st.sampled_from(SEVERITIES)) if trigger is T.SEVERITY else "",
		audience=Audience(Who.ASSIGNEE),
	)


@st.composite
def ladders(
	draw: st.DrawFn, name: str = "X", triggers: Sequence[Trigger] = tuple(Trigger)
) -> EscalationPolicy:
	"""Steps are added one by one; one that the checks refuse is left out, and there is always a share of the target."""
	first = draw(steps("first", (T.SHARE_OF_TARGET,)))
	policy = EscalationPolicy(
		name,
		f"Title of {name}",
		1,
		draw(st.sampled_from((*sorted(CALENDARS), "Always", "Nights"))),
		(first,),
		is_active=draw(st.integers(0, 7)) > 0,
	)
	for key in KEYS[: draw(st.integers(1, len(KEYS)))]:
		try:
			policy = EscalationPolicy(
				name,
				policy.title,
				1,
				policy.calendar,
				(*policy.steps, draw(steps(key, triggers))),
				is_active=policy.is_active,
			)
		except EscalationPolicyError:
			continue
	return policy


@st.composite
def escalated_lives(
	draw: st.DrawFn,
	most: int = 10,
	also: tuple[EventKind, ...] = (K.SEVERITY_CHANGED, K.RATED, K.CUSTOMER_REPLIED),
) -> list[Event]:
	"""A ledger in order whose ticket comes under the escalation policy X as it is opened, and later perhaps under Y."""
	events = draw(lives(most, (*also, K.ESCALATION_POLICY_CHANGED)))
	return [*events[:2], under("X", events[0].at), *events[2:]]


@st.composite
def plain_lives(draw: st.DrawFn, most: int = 8) -> list[Event]:
	"""A ticket under X for good whose target never changes: only work, pauses and reopenings."""
	left_out = (K.POLICY_CHANGED, K.PRIORITY_CHANGED, K.ESCALATION_POLICY_CHANGED, K.TEAM_CHANGED)
	events = draw(lives(most, (K.SEVERITY_CHANGED, K.RATED, K.CUSTOMER_REPLIED)))
	kept = [event for event in events[2:] if event.kind not in left_out]
	return [*events[:2], under("X", events[0].at), *kept]


def under(name: str, moment: datetime) -> Event:
	return Event(K.ESCALATION_POLICY_CHANGED, moment, 2, value=name)


@dataclass(frozen=True)
class Touch:
	"""What somebody does to one of the open escalations some time after the opening: acknowledge or snooze it."""

	after: timedelta
	which: int
	snooze: timedelta | None


TOUCHES = st.lists(
	st.builds(
		Touch,
		st.integers(1, 8000).map(lambda minutes: timedelta(minutes=minutes)),
		st.integers(0, 5),
		st.none() | st.integers(1, 2000).map(lambda minutes: timedelta(minutes=minutes)),
	),
	max_size=3,
)


# --- people --------------------------------------------------------------------------------------------------------

USERS = ("ana", "bo", "chen", "dora", "eli", "fay")
NAMES = st.sampled_from(USERS)


@dataclass
class Directory:
	"""What is known about people, as plain sets and mappings."""

	gone: frozenset[str] = frozenset()
	away: frozenset[str] = frozenset()
	stand_ins: dict[str, str] = field(default_factory=dict)
	supervisors: dict[str, str] = field(default_factory=dict)
	leads: dict[str, list[str]] = field(default_factory=dict)
	roles: dict[str, list[str]] = field(default_factory=dict)

	def is_usable(self, user: str) -> bool:
		return user not in self.gone

	def is_away(self, user: str) -> bool:
		return user in self.away

	def stand_in(self, user: str) -> str:
		return self.stand_ins.get(user, "")

	def supervisor(self, user: str) -> str:
		return self.supervisors.get(user, "")

	def team_leads(self, team: str) -> Sequence[str]:
		return self.leads.get(team, [])

	def members_of_role(self, role: str) -> Sequence[str]:
		return self.roles.get(role, [])


DIRECTORIES = st.builds(
	Directory,
	st.frozensets(NAMES, max_size=4),
	st.frozensets(NAMES, max_size=5),
	st.dictionaries(NAMES, NAMES, max_size=6),
	st.dictionaries(NAMES, NAMES, max_size=6),
	st.dictionaries(st.just("Billing"), st.lists(NAMES, max_size=3)),
	st.dictionaries(st.sampled_from(("Duty", "Boss")), st.lists(NAMES, max_size=4)),
)
SUBJECTS = st.builds(
	Subject,
	st.lists(st.sampled_from((*USERS, "")), max_size=3).map(tuple),
	st.sampled_from(("", "Billing")),
	st.sampled_from(("", *USERS)),
)
AUDIENCES: Any = st.one_of(
	st.sampled_from((Who.NOBODY, Who.ASSIGNEE, Who.TEAM_LEAD, Who.DEDICATED_AGENT)).map(Audience),
	st.builds(Audience, st.just(Who.SUPERVISOR), st.integers(1, 9)),
	st.builds(Audience, st.just(Who.ROLE), st.just(1), st.sampled_from(("Duty", "Boss", "Empty"))),
	st.builds(Audience, st.just(Who.USER), st.just(1), NAMES),
)
FALLBACKS = st.lists(AUDIENCES, max_size=2)
