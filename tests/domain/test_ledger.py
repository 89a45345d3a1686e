"""The ledger folds into the ticket's state, and the events that a ticket is missing lead to the state it shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cs_center.domain.errors import NaiveDatetimeError
from cs_center.domain.ledger import (
	Category,
	Event,
	EventKind,
	TicketState,
	in_order,
	missing_events,
	state_after,
)

from .story import UTC, Story, at

NAMES = st.sampled_from(("", "one", "two", "三"))
STATES = st.builds(
	TicketState,
	category=st.sampled_from(Category),
	team=NAMES,
	priority=NAMES,
	channel=NAMES,
	policy=NAMES,
	merged_into=NAMES,
	assignees=st.frozensets(st.sampled_from(("ana", "bo", "chen")), max_size=3),
	severity=NAMES,
	rating=NAMES,
	escalation_policy=NAMES,
)


def ledger_of(state: TicketState) -> list[Event]:
	"""Some ledger that tells ``state``: opened with nothing, then everything that is missing."""
	opened = Event(EventKind.OPENED, at(9), 1)
	chosen = Event(EventKind.POLICY_CHANGED, at(9), 2, value=state.policy)
	escalates = Event(EventKind.ESCALATION_POLICY_CHANGED, at(9), 3, value=state.escalation_policy)
	return [opened, chosen, escalates, *missing_events(TicketState(), state, at(9), "ana", 4)]


def kinds(events: list[Event]) -> list[EventKind]:
	return [event.kind for event in events]


# --- folding -------------------------------------------------------------------------------------------------------


def test_an_opening_carries_the_first_team_priority_and_channel() -> None:
	opened = Event(EventKind.OPENED, at(9), detail={"team": "Billing", "priority": "High", "channel": None})
	assert state_after([opened]) == TicketState(team="Billing", priority="High")


def test_an_opening_carries_the_first_severity_and_rating() -> None:
	opened = Event(
		EventKind.OPENED, at(9), detail={"severity": "Major", "rating": 3, "escalation_policy": "E"}
	)
	assert state_after([opened]) == TicketState(severity="Major", rating="3")


def test_the_last_severity_rating_and_escalation_policy_count() -> None:
	story = (
		Story()
		.opened(9)
		.then(EventKind.SEVERITY_CHANGED, 10, value="Major")
		.then(EventKind.SEVERITY_CHANGED, 11, value="General")
		.then(EventKind.ESCALATION_POLICY_CHANGED, 11, value="E v1")
		.then(EventKind.ESCALATION_POLICY_CHANGED, 12, value="E v2")
		.then(EventKind.RATED, 13, value="1")
		.then(EventKind.RATED, 14, value="4")
	)
	state = state_after(story.events)
	assert (state.severity, state.rating, state.escalation_policy) == ("General", "4", "E v2")
	assert state.policy == "P"


def test_a_life_of_a_ticket_folds_into_its_last_state() -> None:
	story = (
		Story()
		.opened(9, policy="P", priority="Low", team="Billing")
		.assigned("ana", 9.5)
		.assigned("bo", 9.6)
		.priority("High", 10)
		.team("Delivery", 10.5)
		.paused(11)
		.resumed(12)
		.then(EventKind.UNASSIGNED, 12.5, value="ana")
		.resolved(13)
		.reopened(14)
		.then(EventKind.CHANNEL_CHANGED, 14, value="Phone")
		.paused(15)
	)
	assert state_after(story.events) == TicketState(
		Category.PAUSED, "Delivery", "High", "Phone", "P", "", frozenset({"bo"})
	)


def test_messages_and_acknowledgements_change_no_state() -> None:
	story = Story().opened(9)
	assert state_after(story.replied(10).asked(11).acknowledged(12).events) == state_after(story.events)


def test_taking_somebody_off_who_was_never_on_changes_nothing() -> None:
	assert state_after(Story().then(EventKind.UNASSIGNED, 9, value="ana").events) == TicketState()


@given(STATES)
def test_a_ledger_tells_the_state_it_was_made_from(state: TicketState) -> None:
	assert state_after(ledger_of(state)) == state


# --- what is missing -----------------------------------------------------------------------------------------------


def can_be_told(known: TicketState, seen: TicketState) -> bool:
	"""A merge cannot be taken back: no event says so."""
	return bool(seen.merged_into) or not known.merged_into


@settings(max_examples=150)
@given(STATES, STATES)
def test_the_missing_events_lead_from_any_state_to_any_other(known: TicketState, seen: TicketState) -> None:
	missing = missing_events(known, seen, at(10), "ana", 50)
	after = state_after([*ledger_of(known), *missing])
	merged_into = seen.merged_into if can_be_told(known, seen) else known.merged_into
	policies = {"policy": known.policy, "escalation_policy": known.escalation_policy}
	assert after == replace(seen, merged_into=merged_into, **policies)


@given(STATES, STATES)
def test_a_second_look_finds_nothing_missing(known: TicketState, seen: TicketState) -> None:
	after = state_after([*ledger_of(known), *missing_events(known, seen, at(10), "ana", 50)])
	assert missing_events(after, seen, at(11), "ana", 90) == []


@given(STATES, STATES, STATES)
def test_a_save_that_was_missed_is_caught_up_by_the_next_one(
	known: TicketState, missed: TicketState, seen: TicketState
) -> None:
	"""Seen -> the hook failed -> next save: the state is right although the step between is not in the ledger."""
	straight = state_after([*ledger_of(known), *missing_events(known, seen, at(11), "ana", 50)])
	first = [*ledger_of(known), *missing_events(known, missed, at(10), "ana", 50)]
	both = state_after([*first, *missing_events(state_after(first), seen, at(11), "ana", 90)])
	assert both.category is straight.category is seen.category
	assert both.assignees == straight.assignees == seen.assignees
	assert (both.team, both.priority, both.channel) == (seen.team, seen.priority, seen.channel)
	assert (both.severity, both.rating) == (seen.severity, seen.rating)


@given(STATES, STATES, st.integers(0, 10**6))
def test_the_missing_events_are_numbered_in_a_row_and_carry_time_and_actor(
	known: TicketState, seen: TicketState, sequence: int
) -> None:
	missing = missing_events(known, seen, at(10), "ana", sequence)
	assert [event.sequence for event in missing] == list(range(sequence, sequence + len(missing)))
	assert all((event.at, event.actor) == (at(10), "ana") for event in missing)
	assert in_order(reversed(missing)) == missing


@pytest.mark.parametrize(
	("known", "seen", "expected"),
	[
		(Category.OPEN, Category.PAUSED, [EventKind.PAUSED]),
		(Category.PAUSED, Category.OPEN, [EventKind.RESUMED]),
		(Category.OPEN, Category.RESOLVED, [EventKind.RESOLVED]),
		(Category.PAUSED, Category.RESOLVED, [EventKind.RESOLVED]),
		(Category.RESOLVED, Category.OPEN, [EventKind.REOPENED]),
		(Category.RESOLVED, Category.PAUSED, [EventKind.REOPENED, EventKind.PAUSED]),
		(Category.OPEN, Category.OPEN, []),
		(Category.PAUSED, Category.PAUSED, []),
	],
)
def test_each_move_of_the_status_has_its_events(
	known: Category, seen: Category, expected: list[EventKind]
) -> None:
	assert kinds(missing_events(TicketState(known), TicketState(seen), at(10), "", 1)) == expected


def test_the_policies_are_chosen_not_observed() -> None:
	assert missing_events(TicketState(policy="a"), TicketState(policy="b"), at(10), "", 1) == []
	known, seen = TicketState(escalation_policy="a"), TicketState(escalation_policy="b")
	assert missing_events(known, seen, at(10), "", 1) == []


def test_a_rating_comes_before_the_move_of_the_status_that_it_was_given_with() -> None:
	known, seen = TicketState(), TicketState(Category.RESOLVED, severity="Major", rating="1")
	told = [(event.kind, event.value) for event in missing_events(known, seen, at(10), "", 1)]
	assert told == [(EventKind.SEVERITY_CHANGED, "Major"), (EventKind.RATED, "1"), (EventKind.RESOLVED, "")]


def test_a_severity_and_a_rating_that_are_taken_back_are_empty() -> None:
	known = TicketState(severity="Major", rating="1")
	missing = missing_events(known, TicketState(), at(10), "", 1)
	assert kinds(missing) == [EventKind.SEVERITY_CHANGED, EventKind.RATED]
	assert state_after([*ledger_of(known), *missing]) == TicketState()


def test_the_team_is_changed_before_the_ticket_is_reopened_so_that_the_new_team_owns_the_new_cycle() -> None:
	known, seen = TicketState(Category.RESOLVED, "Billing"), TicketState(Category.OPEN, "Delivery")
	assert kinds(missing_events(known, seen, at(10), "", 1)) == [EventKind.TEAM_CHANGED, EventKind.REOPENED]


def test_who_is_taken_off_comes_before_who_is_put_on_in_order_of_names() -> None:
	known = TicketState(assignees=frozenset({"zoe", "bo"}))
	seen = TicketState(assignees=frozenset({"chen", "ana"}))
	told = [(event.kind, event.value) for event in missing_events(known, seen, at(10), "", 1)]
	assert told == [
		(EventKind.UNASSIGNED, "bo"),
		(EventKind.UNASSIGNED, "zoe"),
		(EventKind.ASSIGNED, "ana"),
		(EventKind.ASSIGNED, "chen"),
	]


# --- order ---------------------------------------------------------------------------------------------------------


@given(st.permutations(range(12)))
def test_events_are_put_in_order_of_time_then_of_recording(order: list[int]) -> None:
	events = [Event(EventKind.ASSIGNED, at(9 + step // 4), step, value=str(step)) for step in range(12)]
	assert in_order(events[step] for step in order) == events


def test_in_the_repeated_hour_the_second_pass_comes_after_the_first() -> None:
	zone = ZoneInfo("Europe/Warsaw")
	first = Event(EventKind.PAUSED, datetime(2026, 10, 25, 2, 40, tzinfo=zone), 1)
	second = Event(EventKind.RESUMED, datetime(2026, 10, 25, 2, 10, tzinfo=zone, fold=1), 2)
	assert in_order([second, first]) == [first, second]
	assert second.at - first.at == timedelta(minutes=30)


def test_an_event_keeps_the_instant_not_the_zone_it_was_written_in() -> None:
	here = Event(EventKind.PAUSED, at(9).astimezone(ZoneInfo("Asia/Shanghai")), 1)
	assert here == Event(EventKind.PAUSED, at(9), 1)
	assert here.at.tzinfo is UTC


def test_an_event_without_a_zone_is_refused() -> None:
	with pytest.raises(NaiveDatetimeError, match="2026-01-05T09:00:00 has no time zone"):
		Event(EventKind.OPENED, datetime(2026, 1, 5, 9))


def test_the_words_of_the_kinds_are_those_of_the_document_type() -> None:
	assert {kind.value for kind in EventKind} == {
		"Opened", "Acknowledged", "Agent Replied", "Customer Replied", "Paused", "Resumed", "Resolved", "Reopened",
		"Assigned", "Unassigned", "Team Changed", "Priority Changed", "Policy Changed", "Channel Changed", "Merged",
		"Cancelled", "Severity Changed", "Rated", "Escalation Policy Changed", "Received", "Stage Changed",
		"Category Changed", "Solution Proposed", "Solution Approved", "Consent Recorded", "Recourse Told",
		"Compensation Decided", "Action Changed", "Call Attempted", "Reported", "Regulator Clocks Set", "Regulator Notice",
		"Tier Changed",
	}  # fmt: skip


@pytest.mark.parametrize("kind", EventKind, ids=lambda kind: kind.value)
def test_every_kind_of_event_can_be_folded_by_itself(kind: EventKind) -> None:
	detail: dict[str, Any] = {"team": "Billing"}
	assert state_after([Event(kind, at(9), value="x", detail=detail)]).category in Category
