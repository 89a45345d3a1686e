"""Laws that hold for the clocks of every ticket, whatever happens to it; checked on random lives of tickets."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from cs_center.domain.clocks import Clock, State, compute_clocks
from cs_center.domain.errors import DomainError
from cs_center.domain.ledger import Category, Event, EventKind, in_order, state_after
from cs_center.domain.obligations import obligations
from cs_center.domain.policy import Metric, Policy, Unit
from cs_center.domain.ticket_summary import summarise
from cs_center.domain.units import add_amount, measure

from .ledger_strategies import BEGIN, CALENDARS, POLICIES, lives, moments_of, wild_ledgers
from .story import MICROSECOND, UTC, promise, target

ZERO = timedelta()
LATER = timedelta(days=60)


def clocks_at(events: list[Event], now: datetime, policies: dict[str, Policy] | None = None) -> list[Clock]:
	return compute_clocks(events, policies or POLICIES, CALENDARS, now)


def by_key(clocks: list[Clock]) -> dict[tuple[Metric, int], Clock]:
	return {(clock.metric, clock.cycle): clock for clock in clocks}


def until(events: list[Event], now: datetime) -> list[Event]:
	return [event for event in events if event.at <= now]


def life_and_moment() -> Any:
	return lives().flatmap(lambda events: st.tuples(st.just(events), moments_of(events)))


# --- now and later -------------------------------------------------------------------------------------------------


@settings(max_examples=100)
@given(life_and_moment())
def test_nothing_that_happens_later_changes_an_ended_clock(case: Any) -> None:
	"""But for one: what a policy dropped, a later policy or priority may promise again (see ``test_clocks``)."""
	events, now = case
	later = by_key(clocks_at(events, events[-1].at + LATER))
	promised_again = any(
		event.at > now and event.kind in (EventKind.POLICY_CHANGED, EventKind.PRIORITY_CHANGED)
		for event in events
	)
	for key, clock in by_key(clocks_at(events, now)).items():
		if clock.state is State.CANCELLED and promised_again:
			continue
		# A clock that ends at this very instant may meet an event of the same instant that is not recorded yet.
		if clock.ended_at and clock.ended_at < now:
			assert later[key] == clock


@settings(max_examples=100)
@given(life_and_moment())
def test_a_breach_never_disappears_and_keeps_its_instant(case: Any) -> None:
	events, now = case
	later = by_key(clocks_at(events, events[-1].at + LATER))
	for key, clock in by_key(clocks_at(events, now)).items():
		if clock.breached_at:
			assert later[key].breached_at == clock.breached_at
			assert later[key].state is State.BREACHED
			assert clock.breached_at < now or clock.breached_at == now


@settings(max_examples=80)
@given(life_and_moment())
def test_events_after_now_are_as_if_they_had_not_been_written(case: Any) -> None:
	events, now = case
	assert clocks_at(events, now) == clocks_at(until(events, now), now)


@settings(max_examples=80)
@given(life_and_moment())
def test_until_its_next_event_a_clock_stays_as_it_is(case: Any) -> None:
	events, now = case
	events = until(events, now)
	for key, clock in by_key(clocks_at(events, now)).items():
		if clock.next_event_at is None:
			assert by_key(clocks_at(events, now + LATER))[key] == clock
		elif clock.next_event_at > now:
			before = by_key(clocks_at(events, clock.next_event_at.astimezone(UTC) - MICROSECOND))[key]
			assert before == clock


@settings(max_examples=80)
@given(life_and_moment())
def test_at_its_next_event_a_clock_warns_or_is_due_and_just_after_the_deadline_it_is_breached(
	case: Any,
) -> None:
	events, now = case
	events = until(events, now)
	for key, clock in by_key(clocks_at(events, now)).items():
		if clock.state is State.RUNNING:
			assert clock.next_event_at in (clock.warn_at, clock.due_at)
			assert clock.next_event_at.astimezone(UTC) >= now
			after = by_key(clocks_at(events, clock.due_at.astimezone(UTC) + MICROSECOND))[key]
			assert (after.state, after.breached_at) == (State.BREACHED, clock.due_at)
		else:
			assert clock.next_event_at is None


# --- input ---------------------------------------------------------------------------------------------------------


@settings(max_examples=100)
@given(lives(), st.integers(0, 1000))
def test_the_order_of_the_list_does_not_matter_once_it_is_put_in_order(
	events: list[Event], seed: int
) -> None:
	shuffled = list(events)
	random.Random(seed).shuffle(shuffled)
	now = events[-1].at + LATER
	assert clocks_at(in_order(shuffled), now) == clocks_at(events, now)


@settings(max_examples=60)
@given(life_and_moment(), st.sampled_from(("Europe/Warsaw", "America/New_York", "Asia/Tokyo")))
def test_the_zone_in_which_times_are_given_does_not_matter(case: Any, name: str) -> None:
	events, now = case
	zone = ZoneInfo(name)
	abroad = [
		Event(one.kind, one.at.astimezone(zone), one.sequence, one.actor, one.value, one.detail)
		for one in events
	]
	there = clocks_at(in_order(abroad), now.astimezone(zone))
	assert there == clocks_at(events, now)
	assert [clock.due_at.isoformat() for clock in there] == [
		clock.due_at.isoformat() for clock in clocks_at(events, now)
	]


@settings(max_examples=60)
@given(wild_ledgers(), st.integers(0, 30_000))
def test_no_ledger_however_odd_breaks_the_computation(events: list[Event], minutes: int) -> None:
	now = BEGIN + timedelta(minutes=minutes)
	try:
		clocks = clocks_at(events, now)
	except DomainError as error:
		raise AssertionError(f"refused: {error}") from error
	for clock in clocks:
		assert clock.paused >= ZERO
		assert clock.elapsed is None or clock.elapsed >= ZERO
		assert clock.overrun is None or clock.overrun >= ZERO
	assert summarise(clocks, state_after(events).category, now).service_state in {
		"", "On Track", "At Risk", "Breached", "Paused", "Met", "Cancelled",
	}  # fmt: skip


# --- a row agrees with itself --------------------------------------------------------------------------------------


@settings(max_examples=100)
@given(life_and_moment())
def test_worked_and_paused_time_add_up_to_the_time_from_start_to_end(case: Any) -> None:
	events, now = case
	for clock in clocks_at(events, now):
		if clock.ended_at:
			whole = measure(CALENDARS[clock.calendar], clock.started_at, clock.ended_at, clock.amount.unit)
			assert clock.elapsed is not None
			assert clock.elapsed + clock.paused == whole


@settings(max_examples=100)
@given(life_and_moment())
def test_the_times_of_a_row_are_in_order_and_fit_its_state(case: Any) -> None:
	events, now = case
	for clock in clocks_at(events, now):
		started, warn, due = (one.astimezone(UTC) for one in (clock.started_at, clock.warn_at, clock.due_at))
		assert started <= warn <= due
		assert started < due
		assert clock.ended_at is None or started <= clock.ended_at.astimezone(UTC) <= now
		assert (clock.state is State.BREACHED) == (clock.breached_at is not None)
		assert (clock.overrun is not None) == (clock.breached_at is not None and clock.ended_at is not None)
		if clock.state in (State.MET, State.CANCELLED):
			assert clock.ended_at is not None
		if clock.state in (State.RUNNING, State.PAUSED):
			assert clock.ended_at is None
		assert (clock.elapsed is None) == (clock.ended_at is None and clock.state is not State.PAUSED)


@settings(max_examples=100)
@given(life_and_moment())
def test_who_worked_longer_than_promised_is_breached_and_who_did_not_is_not(case: Any) -> None:
	"""Holds where one policy and priority governed the clock from its start to its end."""
	events, now = case
	changes = [one.at for one in events if one.kind in (EventKind.POLICY_CHANGED, EventKind.PRIORITY_CHANGED)]
	for clock in clocks_at(events, now):
		if not clock.ended_at or clock.amount.unit.is_days or any(clock.started_at < one for one in changes):
			continue
		if clock.elapsed > clock.amount.length:
			assert clock.state is State.BREACHED
			assert clock.overrun == clock.elapsed - clock.amount.length
		elif clock.elapsed < clock.amount.length:
			assert clock.state is not State.BREACHED


@settings(max_examples=100)
@given(life_and_moment())
def test_a_breach_lies_after_the_deadline_before_the_end_and_never_inside_a_pause(case: Any) -> None:
	events, now = case
	known = until(events, now)
	stretches = {(one.metric, one.cycle): one.pauses for one in obligations(known)}
	for key, clock in by_key(clocks_at(events, now)).items():
		if not clock.breached_at:
			continue
		breached = clock.breached_at.astimezone(UTC)
		assert breached >= clock.due_at.astimezone(UTC)
		assert clock.ended_at is None or breached < clock.ended_at.astimezone(UTC)
		if clock.pauses:
			assert not any(
				start <= breached and (end is None or breached < end) for start, end in stretches[key]
			)


@settings(max_examples=100)
@given(life_and_moment())
def test_a_clock_stands_still_exactly_while_its_ticket_is_paused(case: Any) -> None:
	events, now = case
	paused = state_after(until(events, now)).category is Category.PAUSED
	for clock in clocks_at(events, now):
		if clock.is_owed and not clock.breached_at:
			assert clock.state is (State.PAUSED if paused and clock.pauses else State.RUNNING)


@settings(max_examples=60)
@given(life_and_moment())
def test_cycles_are_numbered_from_one_and_only_the_last_of_a_metric_is_owed(case: Any) -> None:
	events, now = case
	rows: dict[Metric, list[Clock]] = {}
	for clock in clocks_at(events, now):
		rows.setdefault(clock.metric, []).append(clock)
	for clocks in rows.values():
		numbers = [clock.cycle for clock in clocks]
		assert numbers == sorted(set(numbers)) and numbers[0] >= 1
		assert not any(clock.is_owed for clock in clocks[:-1])


# --- against a slow clock ------------------------------------------------------------------------------------------


@st.composite
def paused_stories(draw: st.DrawFn) -> tuple[datetime, list[tuple[datetime, datetime]], datetime]:
	"""(opened, pauses, resolved) on whole minutes."""
	moment = opened = BEGIN + timedelta(minutes=draw(st.integers(0, 2000)))
	pauses = []
	for _ in range(draw(st.integers(0, 3))):
		start = moment + timedelta(minutes=draw(st.integers(1, 300)))
		moment = start + timedelta(minutes=draw(st.integers(1, 500)))
		pauses.append((start, moment))
	return opened, pauses, moment + timedelta(minutes=draw(st.integers(1, 300)))


def worked_minutes(
	opened: datetime, pauses: list[tuple[datetime, datetime]], end: datetime, calendar: str
) -> int:
	"""Minute by minute: open and not paused."""
	moment, count = opened, 0
	while moment < end:
		stopped = any(start <= moment < stop for start, stop in pauses)
		count += not stopped and CALENDARS[calendar].is_open(moment)
		moment += timedelta(minutes=1)
	return count


@settings(max_examples=40)
@given(paused_stories(), st.integers(5, 400), st.sampled_from(("Nights", "Always")))
def test_a_clock_agrees_with_counting_the_worked_minutes_one_by_one(
	case: Any, minutes: int, calendar: str
) -> None:
	opened, pauses, resolved = case
	events = [Event(EventKind.OPENED, opened, 1), Event(EventKind.POLICY_CHANGED, opened, 2, value="P")]
	for start, stop in pauses:
		events += [Event(EventKind.PAUSED, start, 3), Event(EventKind.RESUMED, stop, 4)]
	events.append(Event(EventKind.RESOLVED, resolved, 9))
	policy = promise(target(Metric.RESOLUTION, minutes), calendar=calendar)
	(clock,) = clocks_at(events, resolved + LATER, {"P": policy})
	worked = worked_minutes(opened, pauses, resolved, calendar)
	assert clock.elapsed == timedelta(minutes=worked)
	if worked != minutes:
		assert (clock.state is State.BREACHED) == (worked > minutes)
	if clock.breached_at:
		breached = clock.breached_at.astimezone(UTC)
		assert worked_minutes(opened, pauses, breached, calendar) == minutes


@settings(max_examples=60)
@given(st.integers(0, 20_000), st.sampled_from(Unit), st.sampled_from(sorted(CALENDARS)), st.integers(1, 9))
def test_without_pauses_a_deadline_is_the_start_plus_the_amount(
	minutes: int, unit: Unit, calendar: str, value: int
) -> None:
	opened = BEGIN + timedelta(minutes=minutes)
	events = [Event(EventKind.OPENED, opened, 1), Event(EventKind.POLICY_CHANGED, opened, 2, value="P")]
	policy = promise(target(Metric.RESOLUTION, value, unit), calendar=calendar)
	(clock,) = clocks_at(events, opened, {"P": policy})
	assert clock.due_at == add_amount(CALENDARS[calendar], opened, policy.targets[0].amount)
