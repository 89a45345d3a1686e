"""What is owed to whom complains, from when to when: the table at the head of ``complaint_obligations`` row by row."""

from __future__ import annotations

import pytest

from cs_center.domain.complaint_obligations import complaint_obligations
from cs_center.domain.complaints import Stage
from cs_center.domain.ledger import Event, EventKind
from cs_center.domain.obligations import Obligation
from cs_center.domain.policy import Metric

from .complaint_story import FOLLOW_UP, INVESTIGATING, PROPOSED, RECEIVED, Complaint
from .story import at

M, K = Metric, EventKind
ACKNOWLEDGEMENT, SOLUTION = M.COMPLAINT_ACKNOWLEDGEMENT, M.COMPLAINT_SOLUTION
CALL_BACK, CLOSURE, REPORT = M.COMPLAINT_CALL_BACK, M.COMPLAINT_CLOSURE, M.MAJOR_REPORT

CLOSED = FOLLOW_UP.to("Closed", 16)
REJECTED = INVESTIGATING.to("Rejected", 11)
WITHDRAWN = INVESTIGATING.to("Withdrawn", 11)
MAJOR = Complaint().received(9, severity="Major")


def owed(complaint: Complaint, metric: Metric) -> list[Obligation]:
	return [one for one in complaint_obligations(complaint.events) if one.metric is metric]


def spans(complaint: Complaint, metric: Metric) -> list[tuple[float, float | None]]:
	"""(start, end) of each cycle in hours of the day, None while it runs; cycles count from 1."""
	rows = owed(complaint, metric)
	assert [one.cycle for one in rows] == list(range(1, len(rows) + 1))
	assert all(one.since == one.started_at for one in rows)
	return [(_hour(one.started_at), None if one.ended_at is None else _hour(one.ended_at)) for one in rows]


def cancelled(complaint: Complaint) -> set[tuple[Metric, int]]:
	return {(one.metric, one.cycle) for one in complaint_obligations(complaint.events) if one.cancelled}


def _hour(moment: object) -> float:
	return (moment - at(0)).total_seconds() / 3600  # type: ignore[operator]


# --- received ------------------------------------------------------------------------------------------------------


def test_who_complains_is_owed_an_acknowledgement_a_solution_and_an_end() -> None:
	assert [one.metric for one in complaint_obligations(RECEIVED.events)] == [
		ACKNOWLEDGEMENT,
		SOLUTION,
		CLOSURE,
	]
	assert (
		spans(RECEIVED, ACKNOWLEDGEMENT)
		== spans(RECEIVED, SOLUTION)
		== spans(RECEIVED, CLOSURE)
		== [(9, None)]
	)


def test_a_complaint_is_received_once() -> None:
	twice = RECEIVED.received(10, severity="Major")
	assert complaint_obligations(twice.events) == complaint_obligations(RECEIVED.events)


def test_an_empty_ledger_owes_nothing() -> None:
	assert complaint_obligations([]) == []


def test_events_of_other_kinds_are_no_concern_of_obligations() -> None:
	known = {
		K.RECEIVED, K.SEVERITY_CHANGED, K.REPORTED, K.STAGE_CHANGED, K.CALL_ATTEMPTED, K.RESOLVED, K.CANCELLED,
		K.REOPENED,
	}  # fmt: skip
	for kind in set(K) - known:
		noisy = FOLLOW_UP.then(kind, 15, value="Major")
		assert complaint_obligations(noisy.events) == complaint_obligations(FOLLOW_UP.events)


# --- acknowledgement -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	"stage", [one for one in Stage if one is not Stage.RECEIVED], ids=lambda one: one.value
)
def test_any_later_stage_ends_the_acknowledgement(stage: Stage) -> None:
	assert spans(RECEIVED.to(stage.value, 9.5), ACKNOWLEDGEMENT) == [(9, 9.5)]


def test_staying_in_the_first_stage_acknowledges_nothing() -> None:
	again = RECEIVED.then(K.STAGE_CHANGED, 9.5, value="Received")
	assert spans(again, ACKNOWLEDGEMENT) == [(9, None)]


def test_the_acknowledgement_is_given_once_and_not_asked_again_after_reopening() -> None:
	assert spans(REJECTED.to("Acknowledged", 12).to("Classified", 13), ACKNOWLEDGEMENT) == [(9, 9.5)]
	at_once = RECEIVED.to("Rejected", 9.25).to("Acknowledged", 12)
	assert spans(at_once, ACKNOWLEDGEMENT) == [(9, 9.25)]


# --- solution ------------------------------------------------------------------------------------------------------


def test_the_solution_is_owed_from_the_receipt_until_one_is_proposed() -> None:
	assert spans(INVESTIGATING, SOLUTION) == [(9, None)]
	assert spans(PROPOSED, SOLUTION) == [(9, 12)]
	assert spans(FOLLOW_UP, SOLUTION) == [(9, 12)]


def test_going_back_to_the_classification_before_a_proposal_goes_on_with_the_same_solution() -> None:
	there_and_back = INVESTIGATING.through(
		("Classified", 11), ("Investigating", 11.5), ("Solution Proposed", 12)
	)
	assert spans(there_and_back, SOLUTION) == [(9, 12)]


@pytest.mark.parametrize(
	"complaint",
	[
		PROPOSED,
		PROPOSED.to("Escalated Outside", 13),
		PROPOSED.to("Executing", 13),
		FOLLOW_UP,
	],
	ids=["refused", "decided outside", "not feasible", "not solved"],
)
def test_each_way_back_from_a_proposal_starts_a_new_cycle_of_the_solution(complaint: Complaint) -> None:
	back = complaint.to("Investigating", 15)
	assert spans(back, SOLUTION) == [(9, 12), (15, None)]
	assert spans(back.to("Solution Proposed", 17), SOLUTION) == [(9, 12), (15, 17)]


def test_each_refusal_is_a_cycle_of_its_own() -> None:
	story = PROPOSED
	for hour in (13, 15, 17):
		story = story.through(("Investigating", hour), ("Solution Proposed", hour + 1))
	assert spans(story, SOLUTION) == [(9, 12), (13, 14), (15, 16), (17, 18)]


def test_a_way_forward_after_the_proposal_owes_no_new_solution() -> None:
	outside = PROPOSED.through(
		("Escalated Outside", 13), ("Executing", 14), ("Follow-up", 15), ("Executing", 16)
	)
	assert spans(outside, SOLUTION) == [(9, 12)]


# --- call-back -----------------------------------------------------------------------------------------------------


def test_the_call_back_is_owed_from_follow_up_until_the_customer_was_reached() -> None:
	assert spans(PROPOSED.to("Executing", 13), CALL_BACK) == []
	assert spans(FOLLOW_UP, CALL_BACK) == [(14, None)]
	assert spans(FOLLOW_UP.called("Reached", 15), CALL_BACK) == [(14, 15)]


@pytest.mark.parametrize("outcome", ["No Answer", "Busy", "Wrong Number", "Call Later", ""])
def test_an_attempt_that_reached_nobody_ends_no_call_back(outcome: str) -> None:
	assert spans(FOLLOW_UP.called(outcome, 15), CALL_BACK) == [(14, None)]


def test_a_customer_reached_before_the_follow_up_began_is_called_back_all_the_same() -> None:
	early = PROPOSED.to("Executing", 13).called("Reached", 13.5).to("Follow-up", 14)
	assert spans(early, CALL_BACK) == [(14, None)]


@pytest.mark.parametrize(
	("stage", "is_cancelled"),
	[("Executing", True), ("Investigating", True), ("Closed", False), ("Withdrawn", True)],
)
def test_leaving_the_follow_up_ends_the_call_back_and_only_closing_counts_as_called(
	stage: str, is_cancelled: bool
) -> None:
	left = FOLLOW_UP.to(stage, 15)
	assert spans(left, CALL_BACK) == [(14, 15)]
	assert ((CALL_BACK, 1) in cancelled(left)) is is_cancelled
	assert (CALL_BACK, 1) not in cancelled(FOLLOW_UP.called("Reached", 14.5).to(stage, 15))


def test_a_second_follow_up_owes_a_second_call_back() -> None:
	again = FOLLOW_UP.called("Reached", 15).to("Executing", 16).to("Follow-up", 17)
	assert spans(again, CALL_BACK) == [(14, 15), (17, None)]
	assert spans(again.called("No Answer", 18).called("Reached", 19), CALL_BACK) == [(14, 15), (17, 19)]


def test_a_second_call_that_reached_somebody_changes_nothing() -> None:
	assert spans(FOLLOW_UP.called("Reached", 15).called("Reached", 16), CALL_BACK) == [(14, 15)]


# --- the end -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("complaint", [CLOSED, REJECTED], ids=["closed", "rejected"])
def test_closed_or_rejected_nothing_is_owed_any_more_and_nothing_was_cancelled(complaint: Complaint) -> None:
	assert all(one.ended_at is not None for one in complaint_obligations(complaint.events))
	assert cancelled(complaint) == set()


@pytest.mark.parametrize("complaint", [RECEIVED, INVESTIGATING, PROPOSED, FOLLOW_UP])
def test_withdrawn_what_still_runs_is_cancelled_and_what_was_done_keeps_its_result(
	complaint: Complaint,
) -> None:
	withdrawn = complaint.to("Withdrawn", 20)
	running = {(one.metric, one.cycle) for one in complaint_obligations(complaint.events) if not one.ended_at}
	assert cancelled(withdrawn) == running
	assert {one.ended_at for one in complaint_obligations(withdrawn.events) if one.cancelled} == {at(20)}
	done = [one for one in complaint_obligations(complaint.events) if one.ended_at]
	assert [one for one in complaint_obligations(withdrawn.events) if not one.cancelled] == done


def test_a_withdrawn_complaint_was_not_acknowledged_by_withdrawing_it() -> None:
	assert (ACKNOWLEDGEMENT, 1) in cancelled(RECEIVED.to("Withdrawn", 9.5))


@pytest.mark.parametrize("complaint", [CLOSED, REJECTED, WITHDRAWN], ids=["closed", "rejected", "withdrawn"])
def test_after_the_end_nothing_starts(complaint: Complaint) -> None:
	later = complaint.severity("Major", 21).called("Reached", 21)
	for stage in ("Investigating", "Follow-up"):
		later = later.then(K.STAGE_CHANGED, 22, value=stage)
	assert complaint_obligations(later.events) == complaint_obligations(complaint.events)


def test_ending_twice_is_ending_once() -> None:
	twice = CLOSED.then(K.RESOLVED, 20).then(K.CANCELLED, 21)
	assert complaint_obligations(twice.events) == complaint_obligations(CLOSED.events)


def test_the_end_may_be_recorded_before_its_stage() -> None:
	"""Both events are of one instant; their order is nobody's promise."""
	for complaint, kind in ((CLOSED, K.RESOLVED), (WITHDRAWN, K.CANCELLED)):
		stage, end = complaint.events[-2:]
		assert end.kind is kind
		swapped = (*complaint.events[:-2], end, stage)
		assert complaint_obligations(swapped) == complaint_obligations(complaint.events)


# --- reopened ------------------------------------------------------------------------------------------------------


def test_reopened_a_solution_and_an_end_are_owed_anew_and_the_first_results_stand() -> None:
	again = CLOSED.to("Investigating", 20)
	assert spans(again, SOLUTION) == [(9, 12), (20, None)]
	assert spans(again, CLOSURE) == [(9, 16), (20, None)]
	assert spans(again, CALL_BACK) == [(14, 16)]
	second = again.through(("Solution Proposed", 21), ("Executing", 22), ("Follow-up", 23), ("Closed", 24))
	assert spans(second, SOLUTION) == [(9, 12), (20, 21)]
	assert spans(second, CLOSURE) == [(9, 16), (20, 24)]
	assert spans(second, CALL_BACK) == [(14, 16), (23, 24)]


def test_a_rejection_taken_back_owes_a_solution_and_an_end() -> None:
	again = REJECTED.to("Acknowledged", 12).to("Classified", 13)
	assert spans(again, SOLUTION) == [(9, 11), (12, None)]
	assert spans(again, CLOSURE) == [(9, 11), (12, None)]


def test_the_reopening_may_be_recorded_before_its_stage() -> None:
	again = CLOSED.to("Investigating", 20)
	stage, reopened = again.events[-2:]
	assert reopened.kind is K.REOPENED
	swapped = (*again.events[:-2], reopened, stage)
	assert complaint_obligations(swapped) == complaint_obligations(again.events)


def test_reopening_what_is_open_changes_nothing() -> None:
	for complaint in (RECEIVED, PROPOSED, FOLLOW_UP):
		again = complaint.then(K.REOPENED, 15)
		assert complaint_obligations(again.events) == complaint_obligations(complaint.events)


# --- the report of a major one -------------------------------------------------------------------------------------


def test_a_complaint_that_comes_in_as_major_is_reported() -> None:
	assert spans(MAJOR, REPORT) == [(9, None)]
	assert spans(MAJOR.reported(11), REPORT) == [(9, 11)]


@pytest.mark.parametrize("severity", ["", "General", "Important"])
def test_other_severities_owe_no_report(severity: str) -> None:
	assert spans(Complaint().received(9, severity=severity).severity("Important", 10), REPORT) == []


def test_the_report_is_owed_from_when_it_became_major() -> None:
	assert spans(INVESTIGATING.severity("Important", 11).severity("Major", 12), REPORT) == [(12, None)]


def test_staying_major_does_not_start_the_report_anew() -> None:
	assert spans(MAJOR.severity("Major", 12), REPORT) == [(9, None)]


def test_lowering_it_cancels_the_report_and_raising_it_again_owes_one_anew() -> None:
	lowered = MAJOR.severity("Important", 10)
	assert spans(lowered, REPORT) == [(9, 10)]
	assert cancelled(lowered) == {(REPORT, 1)}
	assert spans(lowered.severity("Major", 11).reported(12), REPORT) == [(9, 10), (11, 12)]


def test_what_was_reported_is_not_reported_again() -> None:
	reported = MAJOR.reported(10).severity("General", 11).severity("Major", 12)
	assert spans(reported, REPORT) == [(9, 10)]
	assert spans(RECEIVED.reported(10).severity("Major", 12), REPORT) == []


def test_a_report_made_twice_counts_once() -> None:
	assert spans(MAJOR.reported(10).reported(11), REPORT) == [(9, 10)]


def test_a_major_complaint_rejected_without_a_word_to_the_management_was_not_reported() -> None:
	"""Rejecting it asks for no report, so the end must not count as one that was made in time."""
	rejected = MAJOR.to("Rejected", 10)
	assert spans(rejected, REPORT) == [(9, 10)]
	assert (REPORT, 1) in cancelled(rejected)


def test_a_major_complaint_taken_up_again_unreported_owes_its_report_again() -> None:
	again = MAJOR.to("Rejected", 10).to("Acknowledged", 12)
	assert spans(again, REPORT) == [(9, 10), (12, None)]
	assert spans(MAJOR.reported(9.5).to("Rejected", 10).to("Acknowledged", 12), REPORT) == [(9, 9.5)]


def test_a_complaint_that_became_major_while_it_was_over_owes_its_report_once_it_is_reopened() -> None:
	again = CLOSED.severity("Major", 18).to("Investigating", 20)
	assert spans(again, REPORT) == [(20, None)]


# --- the whole -----------------------------------------------------------------------------------------------------


def test_obligations_come_in_the_order_in_which_they_began() -> None:
	story = FOLLOW_UP.severity("Major", 15).to("Investigating", 16).to("Solution Proposed", 17)
	rows = complaint_obligations(story.events)
	assert [(one.metric, one.cycle) for one in rows] == [
		(ACKNOWLEDGEMENT, 1), (SOLUTION, 1), (CLOSURE, 1), (CALL_BACK, 1), (REPORT, 1), (SOLUTION, 2),
	]  # fmt: skip


def test_a_ledger_that_tells_of_a_severity_first_is_received_all_the_same() -> None:
	early = Complaint().severity("Major", 8).received(9, severity="Major")
	assert spans(early, ACKNOWLEDGEMENT) == spans(early, SOLUTION) == [(9, None)]


def test_a_severity_told_before_the_receipt_is_the_later_word() -> None:
	"""A person types when the complaint was received: what the ledger tells earlier was said afterwards."""
	assert spans(Complaint().severity("General", 8).received(9, severity="Major"), REPORT) == []
	assert spans(Complaint().severity("Major", 8).received(9, severity="General"), REPORT) == [(8, None)]


def test_nothing_of_a_complaint_is_paused_or_belongs_to_a_team() -> None:
	noisy = RECEIVED.then(K.PAUSED, 9.2).then(K.TEAM_CHANGED, 9.3, value="Billing").then(K.RESUMED, 9.4)
	for one in complaint_obligations(noisy.events):
		assert (one.pauses, one.gaps, one.team) == ((), (), "")


def test_a_ticket_s_events_owe_nothing_to_who_complains() -> None:
	ticket = [Event(K.OPENED, at(9)), Event(K.AGENT_REPLIED, at(10)), Event(K.RATED, at(11), value="1")]
	assert complaint_obligations(ticket) == []
