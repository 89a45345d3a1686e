"""Random lives of tickets: sensible ones, as a site writes them, and wild ones, as nobody should."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from cs_center.domain.calendar import ServiceCalendar
from cs_center.domain.ledger import Category, Event, EventKind
from cs_center.domain.policy import Metric, Policy, Unit

from .story import UTC, promise, target

K = EventKind

NIGHTS_WARSAW = ServiceCalendar(
	{
		"time_zone": "Europe/Warsaw",
		"windows": {
			**{name: [["09:00", "12:30"], ["21:00", "02:30"]] for name in ("monday", "wednesday", "friday")},
			"saturday": [["20:00", "05:00"]],
			"sunday": [["10:00", "23:30"]],
		},
		"exceptions": [{"date": "2026-10-28", "closed": True}],
	}
)
OFFICE_NEW_YORK = ServiceCalendar(
	{
		"time_zone": "America/New_York",
		"windows": {name: [["09:00", "17:00"]] for name in ("monday", "tuesday", "wednesday", "friday")},
	}
)
ALWAYS_WARSAW = ServiceCalendar(
	{
		"time_zone": "Europe/Warsaw",
		"windows": {
			name: [["00:00", "24:00"]]
			for name in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
		},
	}
)
CALENDARS = {"Nights": NIGHTS_WARSAW, "Office": OFFICE_NEW_YORK, "Always": ALWAYS_WARSAW}

M = Metric
POLICIES: dict[str, Policy] = {
	one.name: one
	for one in (
		promise(
			*(target(metric, 90 + 30 * index, Unit.BUSINESS_MINUTES) for index, metric in enumerate(M)),
			target(M.RESOLUTION, 20, priority="High"),
			target(M.FIRST_REPLY, 45, Unit.CALENDAR_MINUTES, priority="High"),
			name="A",
			calendar="Nights",
		),
		promise(
			target(M.RESOLUTION, 2, Unit.BUSINESS_DAYS),
			target(M.FIRST_REPLY, 3, Unit.CALENDAR_HOURS, warn=50),
			target(M.NEXT_REPLY, 75, Unit.CALENDAR_MINUTES, pauses=False),
			target(M.REQUESTER_WAIT, 1, Unit.CALENDAR_DAYS),
			target(M.REQUESTER_WAIT, 240, priority="High"),
			target(M.TEAM_OWNERSHIP, 5, Unit.BUSINESS_HOURS, warn=99),
			name="B",
			calendar="Office",
		),
		promise(
			target(M.ACKNOWLEDGEMENT, 30, Unit.CALENDAR_SECONDS),
			target(M.RESOLUTION, 200, Unit.BUSINESS_MINUTES, pauses=False),
			target(M.REQUESTER_WAIT, 300, Unit.BUSINESS_MINUTES, pauses=False),
			target(M.PERIODIC_UPDATE, 400, Unit.CALENDAR_MINUTES, warn=1),
			name="C",
			calendar="Always",
		),
	)
}

BEGIN = datetime(2026, 10, 24, 6, tzinfo=UTC)
"""A Saturday; Warsaw's clocks go back the night after, New York's a week later."""

STEPS = st.one_of(st.sampled_from((0, 0, 15, 30, 45, 60, 90)), st.integers(1, 700), st.integers(700, 4000))

_COMMON = [
	K.AGENT_REPLIED,
	K.CUSTOMER_REPLIED,
	K.TEAM_CHANGED,
	K.PRIORITY_CHANGED,
	K.POLICY_CHANGED,
	K.ASSIGNED,
	K.ACKNOWLEDGED,
]
_MOVES = {
	Category.OPEN: [K.PAUSED, K.PAUSED, K.PAUSED, K.RESOLVED, K.MERGED],
	Category.PAUSED: [K.RESUMED, K.RESUMED, K.RESOLVED],
	Category.RESOLVED: [K.REOPENED, K.REOPENED],
}
_AFTER = {
	K.PAUSED: Category.PAUSED,
	K.RESUMED: Category.OPEN,
	K.RESOLVED: Category.RESOLVED,
	K.REOPENED: Category.OPEN,
}
_VALUES: dict[EventKind, tuple[str, ...]] = {
	K.TEAM_CHANGED: ("Billing", "Delivery", ""),
	K.PRIORITY_CHANGED: ("High", "Low"),
	K.POLICY_CHANGED: ("A", "B", "C", ""),
	K.ASSIGNED: ("ana", "bo"),
	K.MERGED: ("0002",),
	K.SEVERITY_CHANGED: ("", "General", "Important", "Major"),
	K.RATED: ("", "1", "2", "3", "5"),
	K.ESCALATION_POLICY_CHANGED: ("X", "Y", "Y", ""),
}
_SEVERITIES = ("", "", "Important", "Major")


def _event(draw: Any, kind: EventKind, moment: datetime, sequence: int) -> Event:
	value = draw(st.sampled_from(_VALUES.get(kind, ("",))))
	detail: dict[str, Any] = {
		"priority": draw(st.sampled_from(("High", "Low"))),
		"team": draw(st.sampled_from(("", "Billing"))),
	}
	if kind is K.OPENED:
		detail["severity"] = draw(st.sampled_from(_SEVERITIES))
	elif kind is K.ESCALATION_POLICY_CHANGED:
		detail = {"looks_back": draw(st.booleans())}
	else:
		detail = {}
	return Event(kind, moment, sequence, draw(st.sampled_from(("", "ana"))), value, detail)


@st.composite
def lives(draw: st.DrawFn, most: int = 12, also: tuple[EventKind, ...] = ()) -> list[Event]:
	"""A ledger in order, as a site writes one: opened, a policy, then moves that follow from the state.

	``also``: further kinds that may come at any time.
	"""
	moment = BEGIN + timedelta(minutes=draw(st.integers(0, 12_000)))
	events = [_event(draw, K.OPENED, moment, 1)]
	first = draw(st.sampled_from(("A", "A", "B", "C")))
	events.append(Event(K.POLICY_CHANGED, moment, 2, value=first))
	category = Category.OPEN
	for sequence in range(3, 3 + draw(st.integers(0, most))):
		moment += timedelta(minutes=draw(STEPS))
		kind = draw(st.sampled_from(_MOVES[category] * 2 + _COMMON + list(also)))
		events.append(_event(draw, kind, moment, sequence))
		category = _AFTER.get(kind, category)
	return events


@st.composite
def wild_ledgers(draw: st.DrawFn) -> list[Event]:
	"""Any kinds at any times, in order of time."""
	moment = BEGIN
	events = []
	for sequence in range(draw(st.integers(0, 14))):
		moment += timedelta(minutes=draw(STEPS))
		events.append(_event(draw, draw(st.sampled_from(EventKind)), moment, sequence))
	return events


@st.composite
def moments_of(draw: st.DrawFn, events: list[Event]) -> datetime:
	"""An instant at, around or some time after one of the events."""
	base = draw(st.sampled_from([event.at for event in events] or [BEGIN]))
	shift = draw(st.sampled_from((0, 0, 1, -1, 20, 90, 600, 3000, 20_000)))
	return base + timedelta(minutes=shift)
