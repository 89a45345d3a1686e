"""Does a ticket lose anything by a change? Its clocks before against those after."""

from __future__ import annotations

from collections.abc import Sequence

from .calendar_table import to_instant
from .clocks import Clock, State
from .ledger import to_utc


def loses_nothing(before: Sequence[Clock], after: Sequence[Clock]) -> bool:
	"""Whether every deadline that is still owed is owed after the change too, no later, and none is over by the change itself.

	A clock that stands still is over when its deadline lies before the pause: it would be late as soon as it runs again.
	"""
	held = {(clock.metric, clock.cycle): clock for clock in before}
	promised = {(clock.metric, clock.cycle): clock for clock in after}
	if not all(_is_kept(clock, promised.get(key)) for key, clock in held.items() if clock.is_owed):
		return False
	return not any(_is_over(clock) and not _was_over(held.get(key)) for key, clock in promised.items())


def _is_kept(before: Clock, after: Clock | None) -> bool:
	return after is not None and after.is_owed and to_utc(after.due_at) <= to_utc(before.due_at)


def _was_over(clock: Clock | None) -> bool:
	return clock is not None and (clock.breached_at is not None or _is_over(clock))


def _is_over(clock: Clock) -> bool:
	if not clock.is_owed:
		return False
	if clock.state is State.PAUSED:
		return to_instant(clock.due_at) < clock.stops[-1][0]
	return clock.breached_at is not None
