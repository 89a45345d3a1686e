"""From a ticket's events to what was owed and when: one obligation per metric and cycle, whatever the policy says.

======================  ==========================================  =================================================
metric                  starts                                      ends
======================  ==========================================  =================================================
acknowledgement         opened                                      acknowledged, taken by an agent, replied, resolved
first reply             opened                                      first agent reply, resolved
next reply              OLDEST customer message not yet answered,   agent reply, resolved
                        once the first reply was given
periodic update         each agent reply; reopened                  next agent reply, resolved
resolution              opened; reopened (a new cycle)              resolved
requester wait          opened; goes on over all cycles, resolved   resolved
                        stretches left out
team ownership          a team gets the ticket; reopened            another team, resolved
======================  ==========================================  =================================================

A merged or cancelled ticket owes nothing more: what still runs is cancelled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from .ledger import Event, EventKind
from .policy import Metric

Pause = tuple[datetime, datetime | None]
"""(start, end); an end of None means it still lasts."""


class Obligation(NamedTuple):
	"""Something owed to the customer (or to another team) for one metric and cycle.

	``pauses``: the ticket's paused stretches inside it. ``gaps``: resolved stretches that never count (requester wait).
	``since``: when this cycle began; differs from ``started_at`` only where a metric goes on over cycles.
	"""

	metric: Metric
	cycle: int
	started_at: datetime
	since: datetime
	ended_at: datetime | None = None
	cancelled: bool = False
	pauses: tuple[Pause, ...] = ()
	gaps: tuple[Pause, ...] = ()
	team: str = ""


_ENDED_BY_REPLY = (Metric.ACKNOWLEDGEMENT, Metric.FIRST_REPLY, Metric.NEXT_REPLY, Metric.PERIODIC_UPDATE)


def obligations(events: Iterable[Event]) -> list[Obligation]:
	"""All obligations of one ticket, in the order in which they began; ``events`` in order (see ``in_order``)."""
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
		self.done: dict[tuple[Metric, int], Obligation] = {}
		self.running: dict[Metric, Obligation] = {}
		self.cycles: dict[Metric, int] = {}
		self.pauses: list[Pause] = []
		self.gaps: list[Pause] = []
		self.opened_at: datetime | None = None
		self.team = ""
		self.resolved = False
		self.over = False
		self.replied = False
		self.unanswered: datetime | None = None

	def start(self, metric: Metric, at: datetime, since: datetime | None = None) -> None:
		if metric in self.running or self.over:
			return
		cycle = self.cycles[metric] = self.cycles.get(metric, 0) + 1
		team = self.team if metric is Metric.TEAM_OWNERSHIP else ""
		self.running[metric] = Obligation(metric, cycle, at, since or at, team=team)
		self.order.append((metric, cycle))

	def finish(self, metric: Metric, at: datetime, cancelled: bool = False) -> None:
		owed = self.running.pop(metric, None)
		if owed:
			self.done[metric, owed.cycle] = self._closed(owed, at, cancelled)

	def _closed(self, owed: Obligation, at: datetime | None, cancelled: bool = False) -> Obligation:
		gaps = tuple(self.gaps) if metric_goes_on(owed.metric) else ()
		pauses = (self.pauses and tuple(_cut(self.pauses, owed.started_at, at))) or ()
		return Obligation(
			owed.metric, owed.cycle, owed.started_at, owed.since, at, cancelled, pauses, gaps, owed.team
		)

	def end_pause(self, at: datetime) -> None:
		if self.pauses and self.pauses[-1][1] is None:
			self.pauses[-1] = (self.pauses[-1][0], at)

	def finished(self) -> list[Obligation]:
		open_ones = {(one.metric, one.cycle): self._closed(one, None) for one in self.running.values()}
		return [self.done.get(key) or open_ones[key] for key in self.order]


def metric_goes_on(metric: Metric) -> bool:
	"""Whether a reopened ticket's clock for this metric counts on from where it was."""
	return metric is Metric.REQUESTER_WAIT


def _cut(pauses: list[Pause], start: datetime, end: datetime | None) -> Iterable[Pause]:
	for begin, stop in pauses:
		if (stop is None or stop > start) and (end is None or begin < end):
			last = end if stop is None else stop
			yield max(begin, start), last if end is None or last is None else min(last, end)


def _opened(tracker: _Tracker, event: Event) -> None:
	if tracker.opened_at is not None:
		return
	tracker.opened_at = event.at
	tracker.team = str(event.detail.get("team") or "")
	for metric in (Metric.ACKNOWLEDGEMENT, Metric.FIRST_REPLY, Metric.RESOLUTION, Metric.REQUESTER_WAIT):
		tracker.start(metric, event.at)
	if tracker.team:
		tracker.start(Metric.TEAM_OWNERSHIP, event.at)


def _acknowledged(tracker: _Tracker, event: Event) -> None:
	tracker.finish(Metric.ACKNOWLEDGEMENT, event.at)


def _assigned(tracker: _Tracker, event: Event) -> None:
	"""Taking a ticket oneself is a sign that it was seen; being given one by a rule is not."""
	if event.actor == event.value:
		tracker.finish(Metric.ACKNOWLEDGEMENT, event.at)


def _agent_replied(tracker: _Tracker, event: Event) -> None:
	for metric in _ENDED_BY_REPLY:
		tracker.finish(metric, event.at)
	tracker.replied = True
	tracker.unanswered = None
	if not tracker.resolved:
		tracker.start(Metric.PERIODIC_UPDATE, event.at)


def _customer_replied(tracker: _Tracker, event: Event) -> None:
	if Metric.FIRST_REPLY in tracker.running:
		return
	tracker.unanswered = tracker.unanswered or event.at
	if not tracker.resolved:
		tracker.start(Metric.NEXT_REPLY, tracker.unanswered)


def _paused(tracker: _Tracker, event: Event) -> None:
	if tracker.resolved:
		return
	if not tracker.pauses or tracker.pauses[-1][1] is not None:
		tracker.pauses.append((event.at, None))


def _resumed(tracker: _Tracker, event: Event) -> None:
	tracker.end_pause(event.at)


def _resolved(tracker: _Tracker, event: Event) -> None:
	tracker.end_pause(event.at)
	if tracker.resolved:
		return
	for metric in list(tracker.running):
		tracker.finish(metric, event.at)
	tracker.resolved = True
	tracker.unanswered = None
	tracker.gaps.append((event.at, None))


def _reopened(tracker: _Tracker, event: Event) -> None:
	if not tracker.resolved:
		return
	tracker.resolved = tracker.over = False
	tracker.gaps[-1] = (tracker.gaps[-1][0], event.at)
	tracker.start(Metric.RESOLUTION, event.at)
	if tracker.opened_at is not None:
		tracker.start(Metric.REQUESTER_WAIT, tracker.opened_at, since=event.at)
	if tracker.team:
		tracker.start(Metric.TEAM_OWNERSHIP, event.at)
	if tracker.replied:
		tracker.start(Metric.PERIODIC_UPDATE, event.at)
	if tracker.unanswered:
		tracker.start(Metric.NEXT_REPLY, tracker.unanswered)


def _team_changed(tracker: _Tracker, event: Event) -> None:
	tracker.finish(Metric.TEAM_OWNERSHIP, event.at)
	tracker.team = event.value
	if tracker.team and tracker.opened_at is not None and not tracker.resolved:
		tracker.start(Metric.TEAM_OWNERSHIP, event.at)


def _ended_without_result(tracker: _Tracker, event: Event) -> None:
	for metric in list(tracker.running):
		tracker.finish(metric, event.at, cancelled=True)
	tracker.over = True


_HANDLERS: dict[EventKind, Callable[[_Tracker, Event], None]] = {
	EventKind.OPENED: _opened,
	EventKind.ACKNOWLEDGED: _acknowledged,
	EventKind.ASSIGNED: _assigned,
	EventKind.AGENT_REPLIED: _agent_replied,
	EventKind.CUSTOMER_REPLIED: _customer_replied,
	EventKind.PAUSED: _paused,
	EventKind.RESUMED: _resumed,
	EventKind.RESOLVED: _resolved,
	EventKind.REOPENED: _reopened,
	EventKind.TEAM_CHANGED: _team_changed,
	EventKind.MERGED: _ended_without_result,
	EventKind.CANCELLED: _ended_without_result,
}
