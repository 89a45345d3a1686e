"""Complaints told as short stories: ``Complaint().received(9).to("Acknowledged", 9.5)`` and the clocks that follow.

Times as in ``story``: hours of Monday 5 January 2026 (UTC) unless ``day`` says otherwise, or a datetime.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from cs_center.domain.calendar import ServiceCalendar
from cs_center.domain.clocks import Clock
from cs_center.domain.complaint_clocks import RegulatorClock, complaint_clocks
from cs_center.domain.complaints import Stage
from cs_center.domain.ledger import Event, EventKind, in_order
from cs_center.domain.policy import Amount, Metric, Policy, Unit

from .story import CALENDARS as PLAIN_CALENDARS
from .story import WEEKDAYS, at, promise, target

M, U = Metric, Unit

HOLIDAYS = ServiceCalendar(
	{
		"time_zone": "Asia/Shanghai",
		"windows": {name: [["09:00", "12:00"], ["13:30", "17:30"]] for name in WEEKDAYS[:5]},
		"exceptions": [{"date": f"2026-02-{day}", "closed": True} for day in range(16, 21)],
	}
)
"""Closed over the weekend and for a week of holidays from Monday 16 to Friday 20 February 2026."""
CALENDARS = {**PLAIN_CALENDARS, "Holidays": HOLIDAYS}

STAGES_POLICY = promise(
	target(M.COMPLAINT_ACKNOWLEDGEMENT, 1, U.CALENDAR_HOURS),
	target(M.COMPLAINT_SOLUTION, 24, U.CALENDAR_HOURS),
	target(M.COMPLAINT_CALL_BACK, 48, U.CALENDAR_HOURS),
	target(M.MAJOR_REPORT, 4, U.BUSINESS_HOURS),
)
"""What is shipped as "Complaint Stages"."""

ENDING = {
	Stage.CLOSED: EventKind.RESOLVED,
	Stage.REJECTED: EventKind.RESOLVED,
	Stage.WITHDRAWN: EventKind.CANCELLED,
}


def regulator(
	title: str,
	starts_at: str,
	ends_at: str,
	value: float,
	unit: Unit = U.CALENDAR_DAYS,
	calendar: str = "Always",
	warn: int = 75,
) -> RegulatorClock:
	return RegulatorClock(title, starts_at, ends_at, Amount(value, unit), calendar, warn)


class Complaint:
	"""A complaint's ledger that grows event by event; each step returns a new one, so that tests can branch."""

	def __init__(self, events: Iterable[Event] = (), stage: str = "") -> None:
		self.events = tuple(events)
		self.stage = stage

	def then(self, kind: EventKind, hour: float | datetime, day: int = 5, **more: Any) -> Complaint:
		event = Event(kind, at(hour, day), len(self.events) + 1, **more)
		return Complaint((*self.events, event), self.stage)

	def received(
		self, hour: float | datetime = 9, day: int = 5, *, severity: str = "", policy: str = "P"
	) -> Complaint:
		told = self.then(EventKind.RECEIVED, hour, day, detail={"severity": severity, "priority": "Medium"})
		told.stage = Stage.RECEIVED.value
		return told.policy(policy, hour, day) if policy else told

	def policy(self, name: str, hour: float | datetime, day: int = 5) -> Complaint:
		return self.then(EventKind.POLICY_CHANGED, hour, day, value=name)

	def to(self, stage: str, hour: float | datetime, day: int = 5) -> Complaint:
		"""Moved to a stage, with the event that an end or a reopening brings along."""
		before, after = Stage(self.stage or Stage.RECEIVED), Stage(stage)
		moved = self.then(EventKind.STAGE_CHANGED, hour, day, value=after.value)
		if after in ENDING:
			moved = moved.then(ENDING[after], hour, day)
		elif before.is_final:
			moved = moved.then(EventKind.REOPENED, hour, day)
		moved.stage = after.value
		return moved

	def through(self, *steps: tuple[str, float]) -> Complaint:
		moved = self
		for stage, hour in steps:
			moved = moved.to(stage, hour)
		return moved

	def severity(self, severity: str, hour: float | datetime, day: int = 5) -> Complaint:
		return self.then(EventKind.SEVERITY_CHANGED, hour, day, value=severity)

	def reported(self, hour: float | datetime, day: int = 5) -> Complaint:
		return self.then(EventKind.REPORTED, hour, day, value="the board")

	def called(self, outcome: str, hour: float | datetime, day: int = 5) -> Complaint:
		return self.then(EventKind.CALL_ATTEMPTED, hour, day, value=outcome)

	def notice(self, hour: float | datetime, day: int = 5) -> Complaint:
		return self.then(EventKind.REGULATOR_NOTICE, hour, day)

	def under(self, pack: str, *clocks: RegulatorClock, hour: float | datetime, day: int = 5) -> Complaint:
		"""From now on these are the clocks of that pack; none: it is taken away."""
		rows = [clock.to_dict() for clock in clocks]
		return self.then(EventKind.REGULATOR_CLOCKS_SET, hour, day, value=pack, detail={"clocks": rows})

	def clocks(
		self,
		hour: float | datetime,
		day: int = 5,
		policies: Policy | Sequence[Policy] = STAGES_POLICY,
		calendars: Mapping[str, ServiceCalendar] = CALENDARS,
	) -> list[Clock]:
		given = [policies] if isinstance(policies, Policy) else list(policies)
		return complaint_clocks(
			in_order(self.events), {one.name: one for one in given}, calendars, at(hour, day)
		)

	def clock(self, metric: Metric, hour: float | datetime, day: int = 5, cycle: int = 1) -> Clock:
		(found,) = (one for one in self.clocks(hour, day) if one.metric is metric and one.cycle == cycle)
		return found

	def regulated(self, hour: float | datetime, day: int = 5) -> dict[str, Clock]:
		"""The regulators' clocks by what their packs call them, which must differ."""
		found = [one for one in self.clocks(hour, day) if one.metric is M.REGULATORY_DEADLINE]
		by_title = {one.title.partition(": ")[2]: one for one in found}
		assert len(by_title) == len(found)
		return by_title


RECEIVED = Complaint().received(9)
INVESTIGATING = RECEIVED.through(("Acknowledged", 9.5), ("Classified", 10), ("Investigating", 10.5))
PROPOSED = INVESTIGATING.to("Solution Proposed", 12)
FOLLOW_UP = PROPOSED.through(("Executing", 13), ("Follow-up", 14))
