"""From an activity to the events it stands for, by comparing with what the ticket is: no resume without a pause.

Rules are data (``Implied``), moves are a table, and each pair of state and activity is worked out once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from cs_center.domain.ledger import EventKind

WHEN_ANY = "any"
WHEN_WORK = "work"


class Standing(str, Enum):
	"""What a ticket is between two rows of a log."""

	NEW = "New"
	OPEN = "Open"
	PAUSED = "Paused"
	RESOLVED = "Resolved"
	ENDED = "Ended"


@dataclass(frozen=True, slots=True)
class Activity:
	"""What one activity of the log stands for. ``is_work``: somebody works on the ticket, whatever else happens."""

	kinds: tuple[EventKind, ...] = ()
	is_work: bool = False
	is_ignored: bool = False


@dataclass(frozen=True, slots=True)
class Implied:
	"""On a ticket in ``state``, an activity that fits ``when`` brings ``kinds`` with it, before its own events.

	``when``: ``any``, ``work`` or the value of a kind of event that the activity has.
	"""

	state: Standing
	when: str
	kinds: tuple[EventKind, ...]

	def fits(self, state: Standing, activity: Activity) -> bool:
		"""Whether the rule speaks of this state and activity."""
		if state is not self.state:
			return False
		if self.when == WHEN_WORK:
			return activity.is_work
		return self.when == WHEN_ANY or any(kind.value == self.when for kind in activity.kinds)


@dataclass(frozen=True, slots=True)
class Step:
	"""What an activity comes to: events to record, the state after them, and kinds that changed nothing.

	``is_lost``: the ticket is not open yet and nothing opens it.
	"""

	kinds: tuple[EventKind, ...]
	after: Standing
	without_effect: tuple[EventKind, ...]
	is_lost: bool = False


_MOVES: Mapping[EventKind, Mapping[Standing, Standing]] = {
	EventKind.OPENED: {Standing.NEW: Standing.OPEN},
	EventKind.PAUSED: {Standing.OPEN: Standing.PAUSED},
	EventKind.RESUMED: {Standing.PAUSED: Standing.OPEN},
	EventKind.RESOLVED: {Standing.OPEN: Standing.RESOLVED, Standing.PAUSED: Standing.RESOLVED},
	EventKind.REOPENED: {Standing.RESOLVED: Standing.OPEN},
	EventKind.MERGED: dict.fromkeys((Standing.OPEN, Standing.PAUSED, Standing.RESOLVED), Standing.ENDED),
	EventKind.CANCELLED: dict.fromkeys((Standing.OPEN, Standing.PAUSED, Standing.RESOLVED), Standing.ENDED),
}
"""Kind -> states in which it means something -> the state after it. Other kinds leave the state alone."""


class StepTable:
	"""Steps by state and name of the activity, each worked out at its first use."""

	def __init__(self, activities: Mapping[str, Activity], implied: Iterable[Implied]) -> None:
		self._activities = activities
		self._implied = tuple(implied)
		self._steps: dict[tuple[Standing, str], Step] = {}

	def step(self, state: Standing, activity: str) -> Step:
		"""What the activity comes to on a ticket in this state."""
		found = self._steps.get((state, activity))
		if found is None:
			found = self._steps[state, activity] = self._work_out(state, self._activities[activity])
		return found

	def _work_out(self, state: Standing, activity: Activity) -> Step:
		kinds: list[EventKind] = []
		without_effect: list[EventKind] = []
		for rule in self._implied:
			if rule.fits(state, activity):
				state = _apply(rule.kinds, state, kinds, [])
		state = _apply(activity.kinds, state, kinds, without_effect)
		return Step(tuple(kinds), state, tuple(without_effect), is_lost=state is Standing.NEW)


def _apply(
	wanted: Iterable[EventKind], state: Standing, kinds: list[EventKind], without_effect: list[EventKind]
) -> Standing:
	for kind in wanted:
		after = _MOVES[kind].get(state) if kind in _MOVES else _unmoved(state)
		if after is None:
			without_effect.append(kind)
		else:
			kinds.append(kind)
			state = after
	return state


def _unmoved(state: Standing) -> Standing | None:
	"""An ended or unopened ticket takes no event."""
	return None if state in (Standing.NEW, Standing.ENDED) else state
