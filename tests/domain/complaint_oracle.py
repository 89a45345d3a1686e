"""What is owed to whom complains, found the slow way: every event is looked at anew with all that came before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from cs_center.domain.complaint_clocks import Applied
from cs_center.domain.ledger import Event, EventKind
from cs_center.domain.policy import Metric

K, M = EventKind, Metric
Ledger = Sequence[Event]
Question = Callable[[Ledger, Event], bool]


class Span(NamedTuple):
	"""(metric, cycle) from when to when, and whether nothing was delivered."""

	metric: Metric
	cycle: int
	started_at: datetime
	ended_at: datetime | None
	cancelled: bool


def is_over(past: Ledger) -> bool:
	"""Whether the last end has not been taken back."""
	last = [one.kind for one in past if one.kind in (K.RESOLVED, K.CANCELLED, K.REOPENED)]
	return bool(last) and last[-1] is not K.REOPENED


def is_withdrawn(past: Ledger) -> bool:
	return is_over(past) and K.CANCELLED in [one.kind for one in past]


def severity_of(past: Ledger) -> str:
	told = [
		str(one.detail.get("severity") or "") if one.kind is K.RECEIVED else one.value
		for one in past
		if one.kind in (K.RECEIVED, K.SEVERITY_CHANGED)
	]
	return told[-1] if told else ""


def _is(kind: EventKind, *values: str) -> Question:
	return lambda past, event: event.kind is kind and (not values or event.value in values)


def _is_end(past: Ledger, event: Event) -> bool:
	return event.kind in (K.RESOLVED, K.CANCELLED)


def _reopens(past: Ledger, event: Event) -> bool:
	return event.kind is K.REOPENED and is_over(past)


def _moves_on(past: Ledger, event: Event) -> bool:
	final = ("Closed", "Rejected", "Withdrawn", "Received")
	return event.kind is K.STAGE_CHANGED and event.value not in final


def _goes_back(past: Ledger, event: Event) -> bool:
	return _is(K.STAGE_CHANGED, "Classified", "Investigating")(past, event) and not is_over(past)


def _leaves_follow_up(past: Ledger, event: Event) -> bool:
	return _moves_on(past, event) and event.value != "Follow-up"


def _asks_for_report(past: Ledger, event: Event) -> bool:
	if any(one.kind is K.REPORTED for one in past):
		return False
	if event.kind is K.REOPENED:
		return is_over(past) and severity_of(past) == "Major"
	return (
		event.kind in (K.RECEIVED, K.SEVERITY_CHANGED)
		and severity_of([event]) == "Major"
		and not is_over(past)
	)


def _is_lowered(past: Ledger, event: Event) -> bool:
	return event.kind is K.SEVERITY_CHANGED and event.value != "Major"


RULES: dict[Metric, tuple[list[Question], list[Question]]] = {
	M.COMPLAINT_ACKNOWLEDGEMENT: ([_is(K.RECEIVED)], [_moves_on]),
	M.COMPLAINT_SOLUTION: (
		[_is(K.RECEIVED), _reopens, _goes_back],
		[_is(K.STAGE_CHANGED, "Solution Proposed")],
	),
	M.COMPLAINT_CALL_BACK: (
		[lambda past, event: _is(K.STAGE_CHANGED, "Follow-up")(past, event) and not is_over(past)],
		[_is(K.CALL_ATTEMPTED, "Reached"), _leaves_follow_up],
	),
	M.COMPLAINT_CLOSURE: ([_is(K.RECEIVED), _reopens], []),
	M.MAJOR_REPORT: ([_asks_for_report], [_is(K.REPORTED), _is_lowered]),
}
"""Metric -> what begins it, and what ends it besides the end of the complaint."""


def _first(events: Ledger, start: int, questions: Sequence[Question]) -> int | None:
	for place in range(start, len(events)):
		if any(asks(events[:place], events[place]) for asks in questions):
			return place
	return None


def _spans(metric: Metric, events: Ledger) -> Iterator[Span]:
	begins, ends = RULES[metric]
	place: int | None = 0
	for cycle in range(1, len(events) + 1):
		start = _first(events, place, begins)
		if start is None:
			return
		place = _first(events, start + 1, [*ends, _is_end])
		if place is None:
			yield Span(metric, cycle, events[start].at, None, False)
			return
		yield Span(metric, cycle, events[start].at, events[place].at, _is_cancelled(metric, events[place]))


def _is_cancelled(metric: Metric, end: Event) -> bool:
	if metric is M.MAJOR_REPORT:
		return end.kind is not K.REPORTED
	if metric is M.COMPLAINT_CALL_BACK:
		return end.kind not in (K.CALL_ATTEMPTED, K.RESOLVED)
	return end.kind is K.CANCELLED


def spans(events: Ledger) -> set[Span]:
	"""Everything that is owed; the complaint is received once, at the first event."""
	return {span for metric in RULES for span in _spans(metric, events)}


def regulator_span(applied: Applied, events: Ledger) -> tuple[datetime, datetime | None, bool] | None:
	"""From when to when a regulator's clock runs and whether it was cancelled; None: never."""
	starts = [place for place, one in enumerate(events) if is_place(one, applied.clock.starts_at)]
	if not starts or is_withdrawn(events[: starts[0]]):
		return None
	ends = {
		place: one.kind is K.CANCELLED or place == applied.removed_by
		for place, one in enumerate(events)
		if is_place(one, applied.clock.ends_at)
		or (one.kind is K.RESOLVED and K.REOPENED not in [later.kind for later in events[place:]])
		or one.kind is K.CANCELLED
		or place == applied.removed_by
	}
	if applied.removed_by is not None and applied.removed_by < starts[0]:
		return None
	later = [place for place in ends if place > starts[0]]
	started = events[starts[0]].at
	return (started, events[min(later)].at, ends[min(later)]) if later else (started, None, False)


def is_place(event: Event, name: str) -> bool:
	if name == "Received":
		return event.kind is K.RECEIVED
	if name == "Regulator Notice":
		return event.kind is K.REGULATOR_NOTICE
	return event.kind is K.STAGE_CHANGED and event.value == name
