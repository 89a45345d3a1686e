"""The timeline of a ticket: what happened, what was promised, what is ahead (SPEC 1.9)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cs_center.domain.clocks import State, compute_clocks
from cs_center.domain.explanation import AHEAD, Kind, timeline
from cs_center.domain.policy import Metric

from .ledger_strategies import CALENDARS, POLICIES, lives, moments_of
from .story import Story, at, promise, target

RESOLVE_2H = promise(target(Metric.RESOLUTION, 120))
OPENED = Story().opened(9)


def told(story: Story, hour: float) -> list[tuple[str, float]]:
	"""(kind or event, hour of the day) of each line."""
	lines = timeline(story.events, story.clocks(RESOLVE_2H, hour), at(hour))
	return [
		(line.event.kind.value if line.event else line.kind.value, (line.at - at(0)) / timedelta(hours=1))
		for line in lines
	]


def test_a_running_clock_has_its_warning_and_its_deadline_ahead() -> None:
	assert told(OPENED, 9.5) == [
		("Opened", 9),
		("Policy Changed", 9),
		("clock_started", 9),
		("warning_ahead", 10.5),
		("deadline_ahead", 11),
	]


def test_after_the_warning_only_the_deadline_is_ahead() -> None:
	assert told(OPENED, 10.75)[-2:] == [("clock_warned", 10.5), ("deadline_ahead", 11)]


def test_a_breach_stands_where_it_happened() -> None:
	assert told(OPENED.resolved(12), 13)[-4:] == [
		("clock_warned", 10.5),
		("clock_breached", 11),
		("Resolved", 12),
		("clock_ended_late", 12),
	]


def test_a_clock_met_in_time_was_never_warned() -> None:
	assert told(OPENED.resolved(10), 13)[-2:] == [("Resolved", 10), ("clock_met", 10)]


def test_a_paused_clock_stands_still() -> None:
	assert told(OPENED.paused(10), 15)[-2:] == [("Paused", 10), ("clock_stands_still", 10)]


def test_a_warning_before_the_pause_is_still_told() -> None:
	assert ("clock_warned", 10.5) in told(OPENED.paused(10.75), 15)


def test_a_warning_before_the_merge_is_still_told() -> None:
	lines = told(OPENED.merged(10.75), 15)
	assert ("clock_warned", 10.5) in lines
	assert lines[-1] == ("clock_cancelled", 10.75)


@settings(max_examples=60)
@given(lives().flatmap(lambda events: st.tuples(st.just(events), moments_of(events))))
def test_each_event_and_each_clock_is_told_in_order_and_what_is_ahead_comes_last(case: Any) -> None:
	events, now = case
	clocks = compute_clocks(events, POLICIES, CALENDARS, now)
	lines = timeline(events, clocks, now)
	past = [line for line in lines if line.kind not in AHEAD]
	assert lines[: len(past)] == past
	assert [line.at for line in past] == sorted(line.at for line in past)
	assert [line.event for line in past if line.event] == events
	assert sum(line.kind is Kind.STARTED for line in lines) == len(clocks)
	assert sum(line.kind is Kind.BREACHED for line in lines) == sum(bool(one.breached_at) for one in clocks)
	assert sum(line.kind is Kind.MET for line in lines) == sum(one.state is State.MET for one in clocks)
	assert all((line.event is None) != (line.clock is None) for line in lines)
