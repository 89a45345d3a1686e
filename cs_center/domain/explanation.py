"""One timeline out of ledger and clocks: what happened, what was promised, what is ahead. Codes, no sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from .clocks import Clock, State
from .ledger import Event, EventKind, in_order, to_utc


class Kind(str, Enum):
	"""What a line of the timeline tells; at one instant in this order: what ended before what began."""

	EVENT = "event"
	WARNED = "clock_warned"
	BREACHED = "clock_breached"
	MET = "clock_met"
	ENDED_LATE = "clock_ended_late"
	CANCELLED = "clock_cancelled"
	STARTED = "clock_started"
	STANDS_STILL = "clock_stands_still"
	WARNING_AHEAD = "warning_ahead"
	DEADLINE_AHEAD = "deadline_ahead"


AHEAD = (Kind.WARNING_AHEAD, Kind.DEADLINE_AHEAD)


@dataclass(frozen=True, slots=True)
class Line:
	"""One line: at ``at`` (UTC) ``kind`` happened (or will). Exactly one of ``event`` and ``clock`` is set."""

	at: datetime
	kind: Kind
	event: Event | None = None
	clock: Clock | None = None
	params: dict[str, Any] = field(default_factory=dict)


def timeline(events: Sequence[Event], clocks: Sequence[Clock], now: datetime) -> list[Line]:
	"""All lines in order of time; events before what they caused at the same instant, what is ahead at the end."""
	lines = [Line(event.at, Kind.EVENT, event=event) for event in in_order(events)]
	paused_at = max((event.at for event in events if event.kind is EventKind.PAUSED), default=now)
	for clock in clocks:
		lines += _lines_of_clock(clock, paused_at if clock.state is State.PAUSED else now)
	order = {kind: place for place, kind in enumerate(Kind)}
	return sorted(lines, key=lambda line: (line.kind in AHEAD, line.at, order[line.kind]))


def _lines_of_clock(clock: Clock, counted_to: datetime) -> Iterator[Line]:
	"""``counted_to``: up to when a clock that has not ended has run: now, or the start of its pause."""

	def line(at: datetime, kind: Kind) -> Line:
		return Line(to_utc(at), kind, clock=clock)

	yield line(clock.started_at, Kind.STARTED)
	if to_utc(clock.warn_at) <= to_utc(clock.ended_at or counted_to):
		yield line(clock.warn_at, Kind.WARNED)
	elif clock.state is State.RUNNING:
		yield line(clock.warn_at, Kind.WARNING_AHEAD)
	if clock.state is State.PAUSED:
		yield line(counted_to, Kind.STANDS_STILL)
	if clock.state is State.RUNNING:
		yield line(clock.due_at, Kind.DEADLINE_AHEAD)
	if clock.breached_at:
		yield line(clock.breached_at, Kind.BREACHED)
	if clock.ended_at:
		yield line(clock.ended_at, _ending(clock))


def _ending(clock: Clock) -> Kind:
	if clock.state is State.BREACHED:
		return Kind.ENDED_LATE
	return Kind.MET if clock.state is State.MET else Kind.CANCELLED
