"""Every clock of a complaint: the centre's own stages by its service policy, and the regulators' by their packs.

A complaint can be under several regulators at once. What a pack promised is kept in the ledger when it is applied, so a
later change of the pack moves no running clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from .calendar import ServiceCalendar
from .clocks import Clock, compute_clocks, measure_obligation
from .complaint_obligations import complaint_obligations
from .complaints import Stage
from .errors import PolicyError
from .governing import Term
from .ledger import Event, EventKind, to_utc
from .obligations import Obligation
from .policy import DEFAULT_WARN_PERCENT, Amount, Metric, Policy, Target, Unit

NOTICE = "Regulator Notice"
"""Start event of a clock that begins when the regulator's notice arrives."""


STARTS = (NOTICE, *(stage.value for stage in Stage))
ENDS = tuple(stage.value for stage in Stage if stage is not Stage.RECEIVED)


class BadRegulatorClockError(PolicyError):
	code = "bad_regulator_clock"
	message = "The deadline {title!r} of a regulator pack cannot be used: {reason}."


@dataclass(frozen=True, slots=True)
class RegulatorClock:
	"""One promise of a pack. ``starts_at``: a stage's value, or NOTICE; ``ends_at``: a stage's value."""

	title: str
	starts_at: str
	ends_at: str
	amount: Amount
	calendar: str
	warn_percent: int = DEFAULT_WARN_PERCENT

	def __post_init__(self) -> None:
		if self.starts_at not in STARTS:
			raise BadRegulatorClockError(title=self.title, reason=f"nothing starts at {self.starts_at!r}")
		if self.ends_at not in ENDS or self.ends_at == self.starts_at:
			raise BadRegulatorClockError(title=self.title, reason=f"nothing ends at {self.ends_at!r}")
		if not 1 <= self.warn_percent <= 99:
			raise BadRegulatorClockError(title=self.title, reason="the warning must be at 1 to 99 percent")

	@classmethod
	def from_dict(cls, row: Mapping[str, Any]) -> RegulatorClock:
		"""From what ``to_dict`` made; PolicyError or ValueError when it cannot be used."""
		try:
			amount = Amount(float(row["amount"]), Unit(row["unit"]))
			places = [str(row[name]) for name in ("title", "starts_at", "ends_at", "calendar")]
			warn_percent = int(row.get("warn_percent") or DEFAULT_WARN_PERCENT)
		except (KeyError, TypeError) as error:
			raise BadRegulatorClockError(
				title=row.get("title"), reason=f"it is not complete ({error})"
			) from None
		title, starts_at, ends_at, calendar = places
		return cls(title, starts_at, ends_at, amount, calendar, warn_percent)

	def to_dict(self) -> dict[str, Any]:
		"""As an event keeps it."""
		return {
			"title": self.title,
			"starts_at": self.starts_at,
			"ends_at": self.ends_at,
			"amount": self.amount.value,
			"unit": self.amount.unit.value,
			"calendar": self.calendar,
			"warn_percent": self.warn_percent,
		}


class Applied(NamedTuple):
	"""A regulator's clock on a complaint. ``number`` is its cycle: no two clocks of a complaint share one.

	``removed_by``: position in the ledger of the event that took it away, None while it stands.
	"""

	number: int
	pack: str
	clock: RegulatorClock
	removed_by: int | None = None


def complaint_clocks(
	events: Sequence[Event],
	policies: Mapping[str, Policy],
	calendars: Mapping[str, ServiceCalendar],
	now: datetime,
) -> list[Clock]:
	"""Every clock as it stands at ``now``; ``events`` in order. Raises as ``compute_clocks`` does for the centre's own;
	a regulator's clock whose calendar is not given is left out."""
	now = to_utc(now)
	own = compute_clocks(events, policies, calendars, now, owed_by=complaint_obligations)
	known = [event for event in events if event.at <= now]
	return [*own, *_regulator_clocks(known, calendars, now)]


def applied_clocks(events: Iterable[Event]) -> list[Applied]:
	"""The regulators' clocks in the order in which they were applied; one that was taken away keeps its number."""
	found: list[Applied] = []
	for place, event in enumerate(events):
		if event.kind is not EventKind.REGULATOR_CLOCKS_SET:
			continue
		rows = event.detail.get("clocks") or ()
		wanted = list(dict.fromkeys(RegulatorClock.from_dict(row) for row in rows))
		standing = [one for one in found if one.pack == event.value and one.removed_by is None]
		for one in standing:
			if one.clock not in wanted:
				found[one.number - 1] = one._replace(removed_by=place)
		kept = {one.clock for one in standing}
		for clock in wanted:
			if clock not in kept:
				found.append(Applied(len(found) + 1, event.value, clock))
	return found


def _regulator_clocks(
	events: Sequence[Event], calendars: Mapping[str, ServiceCalendar], now: datetime
) -> list[Clock]:
	made = []
	for applied in applied_clocks(events):
		owed = _owed(applied, events)
		if owed is None:
			continue
		target = Target(
			Metric.REGULATORY_DEADLINE, applied.clock.amount, None, applied.clock.warn_percent, pauses=False
		)
		pack = Policy("", applied.pack, 0, applied.clock.calendar, (target,))
		if applied.clock.calendar not in calendars:
			continue  # it was deleted since then: the other clocks go on
		clock = measure_obligation(owed, [Term(owed.started_at, pack, target)], calendars, now)
		if clock:
			made.append(clock._replace(title=f"{applied.pack}: {applied.clock.title}"))
	return made


def _owed(applied: Applied, events: Sequence[Event]) -> Obligation | None:
	"""What one of a regulator's clocks asks for; None while its start has not come, or when it was taken away before.

	Events of one instant count in the order in which they were recorded. A withdrawn complaint starts nothing; a notice about
	a closed one does: somebody has to take the complaint up again to answer it. An end that was taken back ends nothing.
	"""
	first = next((i for i, event in enumerate(events) if _is(event, applied.clock.starts_at)), None)
	removed = applied.removed_by
	if first is None or (removed is not None and removed < first):
		return None
	if any(event.kind is EventKind.CANCELLED for event in events[:first]):
		return None
	started = events[first].at
	reopened = max((i for i, event in enumerate(events) if event.kind is EventKind.REOPENED), default=-1)
	owed = Obligation(Metric.REGULATORY_DEADLINE, applied.number, started, started)
	for place, event in enumerate(events[first + 1 :], first + 1):
		if place == removed:
			return owed._replace(ended_at=event.at, cancelled=True)
		if _is(event, applied.clock.ends_at) or (event.kind is EventKind.RESOLVED and place > reopened):
			return owed._replace(ended_at=event.at)
		if event.kind is EventKind.CANCELLED:
			return owed._replace(ended_at=event.at, cancelled=True)
	return owed


def _is(event: Event, what: str) -> bool:
	if what == Stage.RECEIVED.value:
		return event.kind is EventKind.RECEIVED
	if what == NOTICE:
		return event.kind is EventKind.REGULATOR_NOTICE
	return event.kind is EventKind.STAGE_CHANGED and event.value == what
