"""A ledger for tickets that lived before the ledger: no deadline moves, and what cannot be believed is said (SPEC 1.8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cs_center.domain.clocks import Clock, State, compute_clocks
from cs_center.domain.ledger import Category, Event, EventKind, state_after
from cs_center.domain.policy import Metric
from cs_center.domain.reconstruction import Message, OldTicket, Reconstruction, StatusChange, reconstruct

from .story import CALENDARS, OFFICE, UTC, at, promise, target

HOUR = timedelta(hours=1)
NOW = at(17, 9)
POLICY = Event(EventKind.POLICY_CHANGED, at(9), value="P")
RESOLVE_4H = promise(target(Metric.FIRST_REPLY, 60), target(Metric.RESOLUTION, 240))


def ticket(**more: Any) -> OldTicket:
	return OldTicket(
		**{"opened_at": at(9), "category": Category.OPEN, "team": "Billing", "priority": "High", **more}
	)


def change(hour: float, category: Category, day: int = 5) -> StatusChange:
	return StatusChange(at(hour, day), category)


def told(found: Reconstruction) -> list[tuple[str, datetime]]:
	return [(event.kind.value, event.at) for event in found.events]


def clock_of(found: Reconstruction, metric: Metric = Metric.RESOLUTION, now: datetime = NOW) -> Clock:
	rows = compute_clocks(found.events, {"P": RESOLVE_4H}, CALENDARS, now)
	return next(row for row in rows if row.metric is metric)


def test_an_untouched_ticket_was_opened_and_nothing_else() -> None:
	found = reconstruct(ticket(assignees=("ana",)), POLICY, OFFICE, NOW)
	assert told(found) == [("Opened", at(9)), ("Policy Changed", at(9)), ("Assigned", at(9))]
	assert (found.doubt, found.events[0].sequence) == ("", 1)


def test_without_a_policy_there_is_no_policy_event() -> None:
	assert told(reconstruct(ticket(), None, None, NOW)) == [("Opened", at(9))]


def test_each_event_says_that_it_was_reconstructed() -> None:
	old = ticket(changes=(change(10, Category.PAUSED),), category=Category.PAUSED, first_replied_at=at(10))
	for event in reconstruct(old, None, OFFICE, NOW).events:
		assert event.detail["reconstructed"] is True


# --- messages ------------------------------------------------------------------------------------------------------


def test_the_first_message_of_the_customer_is_the_opening_itself() -> None:
	messages = (
		Message(at(9), False, "C1"),
		Message(at(10), True, "C2", "ana"),
		Message(at(11), False, "C3", "kim"),
	)
	found = reconstruct(ticket(messages=messages), POLICY, OFFICE, NOW)
	assert [(event.kind.value, event.key, event.actor) for event in found.events if event.key] == [
		("Agent Replied", "C2", "ana"),
		("Customer Replied", "C3", "kim"),
	]


def test_a_first_reply_by_a_change_of_status_counts_as_a_reply_as_it_did_before() -> None:
	found = reconstruct(ticket(first_replied_at=at(9.5)), POLICY, OFFICE, NOW)
	assert ("Agent Replied", at(9.5)) in told(found)
	assert clock_of(found, Metric.FIRST_REPLY).state is State.MET


def test_a_first_reply_that_is_a_message_is_not_counted_twice() -> None:
	message = Message(at(9.5) + timedelta(seconds=4), True, "C2")
	found = reconstruct(ticket(first_replied_at=at(9.5), messages=(message,)), POLICY, OFFICE, NOW)
	assert sum(event.kind is EventKind.AGENT_REPLIED for event in found.events) == 1


def test_a_later_message_does_not_stand_in_for_the_first_reply() -> None:
	message = Message(at(12), True, "C2")
	found = reconstruct(ticket(first_replied_at=at(9.5), messages=(message,)), POLICY, OFFICE, NOW)
	assert [row for row in told(found) if row[0] == "Agent Replied"] == [
		("Agent Replied", at(9.5)),
		("Agent Replied", at(12)),
	]


def test_a_message_from_before_the_opening_is_put_at_the_opening() -> None:
	message = Message(at(8), True, "C1")
	found = reconstruct(ticket(messages=(message,)), POLICY, OFFICE, NOW)
	assert told(found)[0] == ("Opened", at(9))
	assert ("Agent Replied", at(9)) in told(found)


# --- pauses --------------------------------------------------------------------------------------------------------


def test_pauses_of_the_log_are_told_and_the_deadline_moves_by_the_hold_time() -> None:
	changes = (change(10, Category.PAUSED), change(12, Category.OPEN))
	found = reconstruct(ticket(changes=changes, held=2 * HOUR), POLICY, OFFICE, NOW)
	assert told(found)[2:] == [("Paused", at(10)), ("Resumed", at(12))]
	assert (clock_of(found, now=at(12)).due_at, found.doubt) == (at(15), "")


def test_the_last_pause_is_trimmed_so_that_no_deadline_moves_by_the_logs_imprecision() -> None:
	changes = (change(10, Category.PAUSED), change(12, Category.OPEN))
	held = 2 * HOUR - timedelta(seconds=1)
	found = reconstruct(ticket(changes=changes, held=held), POLICY, OFFICE, NOW)
	assert clock_of(found, now=at(12)).due_at == at(13) + held


@pytest.mark.parametrize("seconds", [-2, -1, 0, 1, 2])
def test_the_sum_of_the_pauses_is_exactly_helpdesks_hold_time(seconds: int) -> None:
	changes = (
		change(10, Category.PAUSED),
		change(11, Category.OPEN),
		change(13, Category.RESOLVED),
		change(10, Category.OPEN, 6),
	)
	held = 7 * HOUR + timedelta(seconds=seconds)
	found = reconstruct(ticket(changes=changes, held=held), POLICY, OFFICE, NOW)
	assert clock_of(found, now=at(10.5, 6)).paused == held
	assert found.doubt == ""


def test_a_stretch_that_helpdesk_counted_twice_is_counted_once_and_said() -> None:
	"""Resolved, then another resolved status, then open: counted at the second change and again at the end."""
	changes = (change(10, Category.RESOLVED), change(12, Category.RESOLVED), change(14, Category.OPEN))
	found = reconstruct(ticket(changes=changes, held=6 * HOUR), POLICY, OFFICE, NOW)
	assert clock_of(found, now=at(14)).paused == 4 * HOUR
	assert found.doubt == "hold_time_differs_from_log"


def test_closing_what_was_resolved_is_not_counted_twice() -> None:
	changes = (
		change(10, Category.RESOLVED),
		StatusChange(at(12), Category.RESOLVED, is_closing=True),
		change(14, Category.OPEN),
	)
	found = reconstruct(ticket(changes=changes, held=4 * HOUR), POLICY, OFFICE, NOW)
	assert (clock_of(found, now=at(14)).paused, found.doubt) == (4 * HOUR, "")


def test_a_log_that_begins_late_is_filled_up_to_the_hold_time() -> None:
	changes = (change(10, Category.PAUSED), change(12, Category.OPEN))
	found = reconstruct(ticket(changes=changes, held=17 * HOUR), POLICY, OFFICE, NOW, target=4 * HOUR)
	assert clock_of(found).due_at == OFFICE.advance(at(9), 21 * HOUR)
	assert found.doubt == ""


def test_too_much_hold_for_the_life_of_the_ticket_is_not_believed_and_said() -> None:
	changes = (change(10, Category.PAUSED), change(12, Category.OPEN))
	found = reconstruct(ticket(changes=changes, held=170 * HOUR), POLICY, OFFICE, NOW)
	assert clock_of(found, now=at(12)).due_at == at(15)
	assert found.doubt == "hold_time_differs_from_log"


def test_a_pause_that_began_after_the_deadline_still_moves_the_deadline_as_helpdesk_moved_it() -> None:
	changes = (change(14, Category.PAUSED), change(16, Category.OPEN))
	old = ticket(changes=changes, held=2 * HOUR)
	found = reconstruct(old, POLICY, OFFICE, NOW, target=4 * HOUR)
	assert clock_of(found, now=at(16)).due_at == at(15)


def test_without_a_log_the_hold_time_becomes_one_pause_after_the_first_reply() -> None:
	found = reconstruct(ticket(first_replied_at=at(10), held=HOUR), POLICY, OFFICE, NOW)
	assert told(found)[-2:] == [("Paused", at(10)), ("Resumed", at(11))]
	assert (clock_of(found, now=at(12)).due_at, found.doubt) == (at(14), "")


def test_hold_time_longer_than_the_ticket_is_left_out_and_said() -> None:
	found = reconstruct(ticket(held=500 * HOUR), POLICY, OFFICE, NOW)
	assert (len(found.events), found.doubt) == (2, "hold_time_longer_than_ticket")


def test_without_a_calendar_the_log_is_taken_as_it_is() -> None:
	changes = (change(10, Category.PAUSED), change(12, Category.OPEN))
	found = reconstruct(ticket(changes=changes, held=5 * HOUR), None, None, NOW)
	assert told(found)[1:] == [("Paused", at(10)), ("Resumed", at(12))]
	assert found.doubt == ""


def test_hold_time_outside_the_calendars_years_is_said_not_raised() -> None:
	changes = (StatusChange(datetime(1850, 1, 1, tzinfo=UTC), Category.PAUSED), change(12, Category.OPEN))
	old = ticket(opened_at=datetime(1850, 1, 1, tzinfo=UTC), changes=changes)
	assert reconstruct(old, None, OFFICE, NOW).doubt == "hold_time_not_countable"


# --- what the ticket is now ----------------------------------------------------------------------------------------


def test_a_paused_ticket_is_paused_since_helpdesk_says_so() -> None:
	old = ticket(category=Category.PAUSED, paused_since=at(11), changes=(change(11, Category.PAUSED),))
	found = reconstruct(old, POLICY, OFFICE, NOW)
	assert told(found)[-1] == ("Paused", at(11))
	assert clock_of(found).state is State.PAUSED
	assert clock_of(found).elapsed == 2 * HOUR


def test_a_resolved_ticket_was_resolved_when_helpdesk_says_so() -> None:
	old = ticket(category=Category.RESOLVED, resolved_at=at(12), changes=(change(12.5, Category.RESOLVED),))
	found = reconstruct(old, POLICY, OFFICE, NOW)
	assert told(found)[-1] == ("Resolved", at(12))
	assert (clock_of(found).state, clock_of(found).elapsed) == (State.MET, 3 * HOUR)


def test_without_a_time_of_resolution_the_last_change_of_the_log_is_taken_then_now() -> None:
	logged = ticket(category=Category.RESOLVED, changes=(change(12.5, Category.RESOLVED),))
	assert told(reconstruct(logged, POLICY, OFFICE, NOW))[-1] == ("Resolved", at(12.5))
	assert told(reconstruct(ticket(category=Category.RESOLVED), POLICY, OFFICE, NOW))[-1] == ("Resolved", NOW)


def test_a_merged_ticket_is_merged_and_closed() -> None:
	found = reconstruct(
		ticket(category=Category.RESOLVED, merged_into="0002", resolved_at=at(11)), POLICY, OFFICE, NOW
	)
	assert told(found)[-2:] == [("Merged", at(11)), ("Resolved", at(11))]
	assert clock_of(found).state is State.CANCELLED


# --- laws ----------------------------------------------------------------------------------------------------------

HOURS = st.floats(0, 90).map(lambda hour: round(hour, 2))
MOMENTS = HOURS.map(at)
OLD_TICKETS = st.builds(
	OldTicket,
	opened_at=st.just(at(9)),
	category=st.sampled_from(Category),
	raised_by=st.just("kim"),
	team=st.sampled_from(("", "Billing")),
	priority=st.sampled_from(("", "High")),
	channel=st.sampled_from(("", "Phone")),
	assignees=st.sampled_from(((), ("ana",), ("ana", "bo"))),
	merged_into=st.sampled_from(("", "", "0002")),
	first_replied_at=st.none() | MOMENTS,
	resolved_at=st.none() | MOMENTS,
	paused_since=st.none() | MOMENTS,
	held=st.floats(0, 40).map(lambda hours: timedelta(hours=round(hours, 2))),
	changes=st.lists(st.builds(StatusChange, MOMENTS, st.sampled_from(Category)), max_size=5).map(tuple),
	messages=st.lists(st.builds(Message, MOMENTS, st.booleans(), st.uuids().map(str)), max_size=4).map(tuple),
)


@settings(max_examples=150)
@given(OLD_TICKETS, st.sampled_from((OFFICE, None)))
def test_the_ledger_tells_the_ticket_as_it_stands(old: OldTicket, calendar: Any) -> None:
	found = reconstruct(old, POLICY, calendar, NOW)
	state = state_after(found.events)
	category = Category.RESOLVED if old.merged_into else old.category
	assert (state.category, state.team, state.priority, state.channel, state.merged_into, state.assignees) == (
		category, old.team, old.priority, old.channel, old.merged_into, frozenset(old.assignees),
	)  # fmt: skip


@settings(max_examples=150)
@given(OLD_TICKETS, st.sampled_from((OFFICE, None)))
def test_events_are_in_order_numbered_from_one_and_begin_with_the_opening(
	old: OldTicket, calendar: Any
) -> None:
	events = reconstruct(old, POLICY, calendar, NOW).events
	assert [event.sequence for event in events] == list(range(1, len(events) + 1))
	assert [event.at for event in events] == sorted(event.at for event in events)
	assert events[0].kind is EventKind.OPENED
	compute_clocks(events, {"P": RESOLVE_4H}, CALENDARS, NOW)


@settings(max_examples=150)
@given(OLD_TICKETS.filter(lambda old: not old.merged_into))
def test_no_deadline_moves_where_helpdesks_record_is_believed(old: OldTicket) -> None:
	"""Helpdesk's resolution deadline is the opening plus the target plus its sum of hold time."""
	found = reconstruct(old, POLICY, OFFICE, NOW, target=4 * HOUR)
	if not found.doubt:
		assert clock_of(found, now=at(17, 30)).due_at == OFFICE.advance(at(9), 4 * HOUR + old.held)


@settings(max_examples=150)
@given(OLD_TICKETS)
def test_the_pauses_that_ended_add_up_to_the_hold_time_where_it_is_believed(old: OldTicket) -> None:
	found = reconstruct(old, POLICY, OFFICE, NOW)
	begun: datetime | None = None
	total = timedelta()
	for event in found.events:
		if event.kind is EventKind.PAUSED:
			begun = event.at
		elif event.kind is EventKind.RESUMED and begun:
			total += OFFICE.span(begun, event.at)
	if not found.doubt:
		assert total == old.held


@settings(max_examples=100)
@given(OLD_TICKETS)
def test_the_same_ticket_gives_the_same_ledger_and_no_message_is_lost(old: OldTicket) -> None:
	found = reconstruct(old, POLICY, OFFICE, NOW)
	assert reconstruct(old, POLICY, OFFICE, NOW) == found
	keys = {event.key for event in found.events if event.key}
	first_received = next((one.key for one in old.messages if not one.from_agent), None)
	assert keys == {one.key for one in old.messages} - {first_received}


def test_in_the_repeated_hour_the_log_is_read_by_the_instants() -> None:
	"""Paused 02:40 first pass, open again 02:10 second pass: a pause of half an hour, although the wall went back."""
	zone = ZoneInfo("Europe/Warsaw")
	changes = (
		StatusChange(datetime(2026, 10, 25, 2, 40, tzinfo=zone), Category.PAUSED),
		StatusChange(datetime(2026, 10, 25, 2, 10, fold=1, tzinfo=zone), Category.OPEN),
	)
	old = ticket(opened_at=datetime(2026, 10, 25, 2, tzinfo=zone), changes=changes)
	paused, resumed = reconstruct(old, None, None, datetime(2026, 10, 26, tzinfo=zone)).events[1:]
	assert (paused.kind, resumed.kind) == (EventKind.PAUSED, EventKind.RESUMED)
	assert resumed.at - paused.at == timedelta(minutes=30)


# --- Helpdesk's own arithmetic -------------------------------------------------------------------------------------


def test_a_pause_after_a_resolution_makes_helpdesk_forget_the_resolved_time() -> None:
	changes = (change(10, Category.RESOLVED), change(11, Category.PAUSED), change(12, Category.OPEN))
	found = reconstruct(ticket(changes=changes, held=HOUR), POLICY, OFFICE, NOW, 4 * HOUR)
	assert told(found)[2:] == [("Paused", at(11)), ("Resumed", at(12))]
	assert found.doubt == ""


def test_a_pause_that_ended_in_a_resolution_counts() -> None:
	changes = (change(10, Category.PAUSED), change(11, Category.RESOLVED))
	old = ticket(category=Category.RESOLVED, resolved_at=at(11), changes=changes, held=HOUR)
	found = reconstruct(old, POLICY, OFFICE, NOW, 4 * HOUR)
	assert (clock_of(found).due_at, found.doubt) == (at(14), "")


def test_hold_time_from_a_lost_part_of_the_log_is_not_taken_for_a_closed_stretch_counted_twice() -> None:
	"""Closing what was resolved adds nothing, so that the third hour comes from elsewhere and is kept."""
	changes = (
		change(10, Category.RESOLVED),
		StatusChange(at(11), Category.RESOLVED, is_closing=True),
		change(12, Category.OPEN),
	)
	found = reconstruct(ticket(changes=changes, held=3 * HOUR), POLICY, OFFICE, NOW, 4 * HOUR)
	assert (clock_of(found).due_at, found.doubt) == (at(16), "")


def test_a_stretch_counted_twice_at_night_is_nothing_to_doubt() -> None:
	changes = (change(20, Category.RESOLVED), change(21, Category.RESOLVED), change(10, Category.OPEN, 6))
	held = HOUR + timedelta(seconds=1)
	found = reconstruct(ticket(changes=changes, held=held), POLICY, OFFICE, at(12, 6), 4 * HOUR)
	assert found.doubt == ""
	assert clock_of(found, now=at(12, 6)).due_at == at(13) + held


STEPS = st.lists(
	st.tuples(st.floats(0.01, 30).map(lambda hours: timedelta(hours=hours)), st.sampled_from(Category)),
	max_size=9,
)
FAR = at(0, 9) + timedelta(days=60)


def helpdesks_record(opened: datetime, steps: list[tuple[timedelta, Category]]) -> OldTicket:
	"""What Helpdesk keeps of these status changes, by its own rules (read in its code); a pause is a first reply.

	Resolved to resolved is left out: there its sum is wrong.
	"""
	moment, category, held = opened, Category.OPEN, timedelta()
	since = first = resolved = None
	changes = []
	for wait, after in steps:
		moment += wait
		if after is category:
			continue
		changes.append(StatusChange(moment, after))
		first = first or moment
		begun = since or resolved
		resolved = moment if after is Category.RESOLVED else None
		if after is Category.PAUSED:
			since = moment
		elif begun:
			held += timedelta(
				seconds=OFFICE.elapsed(begun.replace(microsecond=0), moment.replace(microsecond=0))
			)
			since = None
		category = after
	return OldTicket(
		opened_at=opened,
		category=category,
		first_replied_at=first,
		resolved_at=resolved,
		paused_since=since,
		held=held,
		changes=tuple(changes),
	)


@settings(max_examples=500, deadline=None)
@given(MOMENTS, STEPS, st.integers(0, 9))
def test_resolution_is_due_at_opening_plus_target_plus_hold_time_in_open_time(
	opened: datetime, steps: list[tuple[timedelta, Category]], lost: int
) -> None:
	"""Whatever the history, and however much of the log's beginning is lost; the first response never moves."""
	old = helpdesks_record(opened, steps)
	old = replace(old, changes=old.changes[lost:])
	given = Event(EventKind.POLICY_CHANGED, opened, value="P")
	found = reconstruct(old, given, OFFICE, FAR, 4 * HOUR)
	assert found.doubt == ""
	assert clock_of(found, now=FAR).due_at == OFFICE.advance(opened, 4 * HOUR + old.held)
	assert clock_of(found, Metric.FIRST_REPLY, FAR).due_at == OFFICE.advance(opened, HOUR)
	assert all(event.at <= FAR for event in found.events)
