"""From a complaint's events to what was owed and when.

=========================  =================================  ===================================================
metric                     starts                             ends
=========================  =================================  ===================================================
complaint acknowledgement  received                           any later stage
complaint solution         received; back from a proposal     a solution proposed; closed or rejected
                           (a new cycle); reopened
complaint call-back        follow-up begins                   the customer was reached; closed
complaint closure          received; reopened                 closed or rejected
major report               the severity becomes Major;        reported to the management
                           reopened unreported
regulatory deadline        as its pack says                   as its pack says
=========================  =================================  ===================================================

A withdrawn complaint owes nothing more: what still runs is cancelled. So is the call-back of a complaint that goes back to work,
and the report of one that ended unreported or is no longer major.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from .complaints import MAJOR, Stage
from .ledger import Event, EventKind
from .obligations import Obligation
from .policy import Metric

REACHED = "Reached"
_BEFORE_A_PROPOSAL = (Stage.CLASSIFIED.value, Stage.INVESTIGATING.value)


def complaint_obligations(events: Iterable[Event]) -> list[Obligation]:
	"""All obligations of one complaint in the order in which they began, without those of regulators; ``events`` in order."""
	tracker = _Tracker()
	for event in events:
		handler = _HANDLERS.get(event.kind)
		if handler:
			handler(tracker, event)
	return tracker.finished()


class _Tracker:
	"""What is owed while the events go by."""

	def __init__(self) -> None:
		self.order: list[tuple[Metric, int]] = []
		self.known: dict[tuple[Metric, int], Obligation] = {}
		self.running: dict[Metric, int] = {}
		self.stage = Stage.RECEIVED.value
		self.severity = ""
		self.is_received = False
		self.is_over = False
		self.is_reported = False

	def start(self, metric: Metric, at: datetime) -> None:
		if metric in self.running or self.is_over:
			return
		cycle = 1 + sum(1 for known, _ in self.order if known is metric)
		self.running[metric] = cycle
		self.order.append((metric, cycle))
		self.known[metric, cycle] = Obligation(metric, cycle, at, at)

	def finish(self, metric: Metric, at: datetime, cancelled: bool = False) -> None:
		cycle = self.running.pop(metric, None)
		if cycle is not None:
			owed = self.known[metric, cycle]
			self.known[metric, cycle] = owed._replace(ended_at=at, cancelled=cancelled)

	def finished(self) -> list[Obligation]:
		return [self.known[key] for key in self.order]


def _received(tracker: _Tracker, event: Event) -> None:
	if tracker.is_received:
		return
	tracker.is_received = True
	for metric in (Metric.COMPLAINT_ACKNOWLEDGEMENT, Metric.COMPLAINT_SOLUTION, Metric.COMPLAINT_CLOSURE):
		tracker.start(metric, event.at)
	# A severity that the ledger tells earlier was said later: a person types when the complaint was received.
	tracker.severity = tracker.severity or str(event.detail.get("severity") or "")
	_watch_severity(tracker, event.at)


def _severity_changed(tracker: _Tracker, event: Event) -> None:
	tracker.severity = event.value
	_watch_severity(tracker, event.at)


def _watch_severity(tracker: _Tracker, at: datetime) -> None:
	if tracker.severity != MAJOR:
		tracker.finish(Metric.MAJOR_REPORT, at, cancelled=True)
	elif not tracker.is_reported:
		tracker.start(Metric.MAJOR_REPORT, at)


def _reported(tracker: _Tracker, event: Event) -> None:
	tracker.is_reported = True
	tracker.finish(Metric.MAJOR_REPORT, event.at)


def _stage_changed(tracker: _Tracker, event: Event) -> None:
	before, tracker.stage = tracker.stage, event.value
	if event.value != Stage.RECEIVED.value and not _ends(event.value):
		tracker.finish(Metric.COMPLAINT_ACKNOWLEDGEMENT, event.at)
	if event.value == Stage.SOLUTION_PROPOSED.value:
		tracker.finish(Metric.COMPLAINT_SOLUTION, event.at)
	elif event.value in _BEFORE_A_PROPOSAL:
		tracker.start(Metric.COMPLAINT_SOLUTION, event.at)
	if event.value == Stage.FOLLOW_UP.value:
		tracker.start(Metric.COMPLAINT_CALL_BACK, event.at)
	elif before == Stage.FOLLOW_UP.value and not _ends(event.value):
		tracker.finish(Metric.COMPLAINT_CALL_BACK, event.at, cancelled=True)


_FINAL = tuple(stage.value for stage in Stage if stage.is_final)


def _ends(stage: str) -> bool:
	"""What the end of a complaint does to its obligations is said by the event that follows."""
	return stage in _FINAL


def _call_attempted(tracker: _Tracker, event: Event) -> None:
	if event.value == REACHED:
		tracker.finish(Metric.COMPLAINT_CALL_BACK, event.at)


def _resolved(tracker: _Tracker, event: Event) -> None:
	"""What nobody has reported by then is not reported by it."""
	for metric in list(tracker.running):
		tracker.finish(metric, event.at, cancelled=metric is Metric.MAJOR_REPORT)
	tracker.is_over = True


def _cancelled(tracker: _Tracker, event: Event) -> None:
	for metric in list(tracker.running):
		tracker.finish(metric, event.at, cancelled=True)
	tracker.is_over = True


def _reopened(tracker: _Tracker, event: Event) -> None:
	if not tracker.is_over:
		return
	tracker.is_over = False
	for metric in (Metric.COMPLAINT_SOLUTION, Metric.COMPLAINT_CLOSURE):
		tracker.start(metric, event.at)
	_watch_severity(tracker, event.at)


_HANDLERS: dict[EventKind, Callable[[_Tracker, Event], None]] = {
	EventKind.RECEIVED: _received,
	EventKind.SEVERITY_CHANGED: _severity_changed,
	EventKind.REPORTED: _reported,
	EventKind.STAGE_CHANGED: _stage_changed,
	EventKind.CALL_ATTEMPTED: _call_attempted,
	EventKind.RESOLVED: _resolved,
	EventKind.CANCELLED: _cancelled,
	EventKind.REOPENED: _reopened,
}
