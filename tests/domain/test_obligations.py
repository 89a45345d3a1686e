"""What is owed, from when to when: the table at the head of ``obligations`` row by row, and cycles (SPEC 1.4, 1.6)."""

from __future__ import annotations

import pytest

from cs_center.domain.ledger import EventKind
from cs_center.domain.obligations import Obligation, obligations
from cs_center.domain.policy import Metric

from .story import Story, at

M = Metric


def owed(story: Story, metric: Metric) -> list[Obligation]:
	return [one for one in obligations(story.events) if one.metric is metric]


def spans(story: Story, metric: Metric) -> list[tuple[float, float | None]]:
	"""(start, end) of each cycle in hours of the day, None while it runs."""
	return [
		(_hour(one.started_at), None if one.ended_at is None else _hour(one.ended_at))
		for one in owed(story, metric)
	]


def _hour(moment: object) -> float:
	return (moment - at(0)).total_seconds() / 3600  # type: ignore[operator]


OPENED = Story().opened(9)


# --- acknowledgement -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	"story",
	[
		OPENED.acknowledged(10),
		OPENED.assigned("ana", 10, by="ana"),
		OPENED.replied(10),
		OPENED.resolved(10),
	],
	ids=["acknowledged", "taken", "replied", "resolved"],
)
def test_the_acknowledgement_ends_when_it_was_seen_that_somebody_looked(story: Story) -> None:
	assert spans(story, M.ACKNOWLEDGEMENT) == [(9, 10)]


@pytest.mark.parametrize("by", ["", "rule", "bo"])
def test_being_given_a_ticket_is_no_acknowledgement(by: str) -> None:
	assert spans(OPENED.assigned("ana", 10, by=by), M.ACKNOWLEDGEMENT) == [(9, None)]


def test_an_acknowledgement_is_given_once_and_not_asked_again_after_reopening() -> None:
	story = OPENED.acknowledged(10).resolved(11).reopened(12).acknowledged(13)
	assert spans(story, M.ACKNOWLEDGEMENT) == [(9, 10)]


# --- first reply ---------------------------------------------------------------------------------------------------


def test_the_first_reply_ends_with_the_first_message_of_an_agent() -> None:
	assert spans(OPENED.asked(9.5).replied(10).replied(11), M.FIRST_REPLY) == [(9, 10)]


def test_a_ticket_resolved_without_a_word_ends_its_first_reply() -> None:
	assert spans(OPENED.resolved(10).reopened(11), M.FIRST_REPLY) == [(9, 10)]


# --- next reply ----------------------------------------------------------------------------------------------------


def test_customer_messages_before_the_first_reply_start_no_next_reply() -> None:
	assert spans(OPENED.asked(9.5).asked(10).replied(11), M.NEXT_REPLY) == []


def test_the_next_reply_runs_from_the_oldest_unanswered_message() -> None:
	story = OPENED.replied(10).asked(11).asked(12).asked(13).replied(14)
	assert spans(story, M.NEXT_REPLY) == [(11, 14)]


def test_each_answered_question_is_a_cycle_of_its_own() -> None:
	story = OPENED.replied(10).asked(11).replied(12).replied(12.5).asked(13).replied(14).asked(15)
	assert spans(story, M.NEXT_REPLY) == [(11, 12), (13, 14), (15, None)]
	assert [one.cycle for one in owed(story, M.NEXT_REPLY)] == [1, 2, 3]


def test_resolving_ends_the_next_reply() -> None:
	assert spans(OPENED.replied(10).asked(11).resolved(12), M.NEXT_REPLY) == [(11, 12)]


def test_a_message_to_a_resolved_ticket_counts_from_when_it_was_written_once_it_is_reopened() -> None:
	story = OPENED.replied(10).resolved(11).asked(12)
	assert spans(story, M.NEXT_REPLY) == []
	assert spans(story.asked(12.5).reopened(13), M.NEXT_REPLY) == [(12, None)]


def test_a_question_answered_by_the_resolution_is_not_owed_again_after_reopening() -> None:
	assert spans(OPENED.replied(9.5).asked(10).resolved(11).reopened(12), M.NEXT_REPLY) == [(10, 11)]


def test_a_reply_to_a_resolved_ticket_answers_its_question() -> None:
	story = OPENED.replied(9.5).resolved(10).asked(11).replied(12).reopened(13)
	assert spans(story, M.NEXT_REPLY) == []


# --- periodic update -----------------------------------------------------------------------------------------------


def test_each_reply_starts_the_next_periodic_update() -> None:
	story = OPENED.replied(10).replied(12).replied(15)
	assert spans(story, M.PERIODIC_UPDATE) == [(10, 12), (12, 15), (15, None)]


def test_no_periodic_update_is_owed_before_the_first_reply_nor_after_the_resolution() -> None:
	assert spans(OPENED.asked(10), M.PERIODIC_UPDATE) == []
	assert spans(OPENED.replied(10).resolved(11).replied(12), M.PERIODIC_UPDATE) == [(10, 11)]


def test_reopening_starts_a_periodic_update_only_where_the_customer_was_answered_before() -> None:
	assert spans(OPENED.replied(10).resolved(11).reopened(12), M.PERIODIC_UPDATE) == [(10, 11), (12, None)]
	assert spans(OPENED.resolved(11).reopened(12), M.PERIODIC_UPDATE) == []


# --- resolution and requester wait ---------------------------------------------------------------------------------


def test_reopening_starts_a_new_resolution_cycle_and_the_first_result_stands() -> None:
	story = OPENED.resolved(10).reopened(12).resolved(13).reopened(15)
	assert spans(story, M.RESOLUTION) == [(9, 10), (12, 13), (15, None)]
	assert [one.cycle for one in owed(story, M.RESOLUTION)] == [1, 2, 3]


def test_the_requester_waits_from_the_opening_over_all_cycles_without_the_resolved_stretches() -> None:
	first, second, third = owed(OPENED.resolved(10).reopened(12).resolved(13).reopened(15), M.REQUESTER_WAIT)
	assert [_hour(one.started_at) for one in (first, second, third)] == [9, 9, 9]
	assert [_hour(one.since) for one in (first, second, third)] == [9, 12, 15]
	assert (first.gaps, second.gaps) == ((), ((at(10), at(12)),))
	assert third.gaps == ((at(10), at(12)), (at(13), at(15)))
	assert third.ended_at is None


def test_resolving_twice_is_resolving_once() -> None:
	assert spans(OPENED.resolved(10).resolved(11), M.RESOLUTION) == [(9, 10)]


def test_reopening_what_is_open_changes_nothing() -> None:
	assert obligations(OPENED.reopened(10).events) == obligations(OPENED.events)


# --- team ownership ------------------------------------------------------------------------------------------------


def test_each_team_owns_the_ticket_from_getting_it_to_handing_it_on() -> None:
	story = Story().opened(9, team="Billing").team("Delivery", 10).team("Billing", 12).resolved(13)
	assert spans(story, M.TEAM_OWNERSHIP) == [(9, 10), (10, 12), (12, 13)]
	assert [one.team for one in owed(story, M.TEAM_OWNERSHIP)] == ["Billing", "Delivery", "Billing"]
	assert [one.cycle for one in owed(story, M.TEAM_OWNERSHIP)] == [1, 2, 3]


def test_a_ticket_without_a_team_is_owned_by_nobody_until_a_team_gets_it() -> None:
	assert spans(OPENED, M.TEAM_OWNERSHIP) == []
	assert spans(OPENED.team("Billing", 11), M.TEAM_OWNERSHIP) == [(11, None)]


def test_taking_the_team_off_ends_its_ownership() -> None:
	assert spans(Story().opened(9, team="Billing").team("", 10), M.TEAM_OWNERSHIP) == [(9, 10)]


def test_a_reopened_ticket_is_owned_by_the_team_it_has_then() -> None:
	story = Story().opened(9, team="Billing").resolved(10).team("Delivery", 11).reopened(12)
	assert spans(story, M.TEAM_OWNERSHIP) == [(9, 10), (12, None)]
	assert owed(story, M.TEAM_OWNERSHIP)[1].team == "Delivery"


def test_only_ownership_carries_a_team() -> None:
	story = Story().opened(9, team="Billing")
	assert {one.metric for one in obligations(story.events) if one.team} == {M.TEAM_OWNERSHIP}


# --- pauses --------------------------------------------------------------------------------------------------------


def test_each_obligation_gets_the_pauses_that_fall_into_it_cut_to_it() -> None:
	story = OPENED.paused(10).replied(11).resumed(12).paused(13).resolved(14)
	(first_reply,), (resolution,) = owed(story, M.FIRST_REPLY), owed(story, M.RESOLUTION)
	assert first_reply.pauses == ((at(10), at(11)),)
	assert resolution.pauses == ((at(10), at(12)), (at(13), at(14)))
	(update,) = owed(story, M.PERIODIC_UPDATE)
	assert update.pauses == ((at(11), at(12)), (at(13), at(14)))


def test_a_pause_that_lasts_has_no_end() -> None:
	(resolution,) = owed(OPENED.paused(10), M.RESOLUTION)
	assert resolution.pauses == ((at(10), None),)


def test_pausing_twice_is_pausing_once_and_resuming_what_runs_is_nothing() -> None:
	story = OPENED.resumed(9.5).paused(10).paused(11).resumed(12).resumed(13)
	(resolution,) = owed(story, M.RESOLUTION)
	assert resolution.pauses == ((at(10), at(12)),)


def test_resolving_ends_the_pause_so_that_the_next_cycle_starts_running() -> None:
	_, second = owed(OPENED.paused(10).resolved(11).reopened(12), M.RESOLUTION)
	assert second.pauses == ()


def test_a_pause_of_a_resolved_ticket_is_no_pause_of_its_next_cycle() -> None:
	story = OPENED.resolved(10).paused(11).reopened(12)
	assert owed(story, M.RESOLUTION)[1].pauses == ()
	assert owed(story, M.REQUESTER_WAIT)[1].pauses == ()


# --- endings without a result --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [EventKind.MERGED, EventKind.CANCELLED], ids=lambda kind: kind.value)
def test_what_still_runs_is_cancelled_and_what_was_done_keeps_its_result(kind: EventKind) -> None:
	story = Story().opened(9, team="Billing").replied(10).then(kind, 11, value="0002")
	states = {(one.metric, one.cancelled) for one in obligations(story.events)}
	assert (M.FIRST_REPLY, False) in states
	assert {(M.RESOLUTION, True), (M.REQUESTER_WAIT, True), (M.TEAM_OWNERSHIP, True)} <= states
	assert all(one.ended_at is not None for one in obligations(story.events))


def test_a_merged_ticket_starts_nothing_new() -> None:
	story = OPENED.replied(10).merged(11)
	later = story.asked(12).replied(13).team("Delivery", 14)
	assert obligations(later.events) == obligations(story.events)


def test_a_merged_ticket_that_is_resolved_and_reopened_is_owed_again() -> None:
	story = OPENED.merged(11).resolved(11).reopened(12)
	assert spans(story, M.RESOLUTION) == [(9, 11), (12, None)]
	assert [one.cancelled for one in owed(story, M.RESOLUTION)] == [True, False]


# --- odd ledgers ---------------------------------------------------------------------------------------------------


def test_a_ticket_is_opened_once() -> None:
	twice = OPENED.opened(10)
	assert spans(twice, M.RESOLUTION) == [(9, None)]


def test_an_empty_ledger_owes_nothing() -> None:
	assert obligations([]) == []


def test_obligations_come_in_the_order_in_which_they_began() -> None:
	story = (
		Story().opened(9, team="Billing").replied(10).asked(11).team("Delivery", 12).resolved(13).reopened(14)
	)
	began = [one.since for one in obligations(story.events)]
	assert began == sorted(began)
