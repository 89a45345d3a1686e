"""Clocks of complaints told as stories: the centre's own promises (SPEC 2.4) and several regulators' at once (SPEC 2.8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from cs_center.domain.clocks import Clock, State
from cs_center.domain.complaint_clocks import NOTICE, RegulatorClock, applied_clocks
from cs_center.domain.errors import DomainError, UnknownCalendarError
from cs_center.domain.escalation import decide, ladder_of
from cs_center.domain.escalation_policy import EscalationPolicy
from cs_center.domain.escalation_values import Decision, Raised, StepKey, Suppression
from cs_center.domain.governing import UnknownPolicyError
from cs_center.domain.ledger import EventKind, in_order
from cs_center.domain.policy import Metric, Unit
from cs_center.domain.ticket_summary import service_state
from cs_center.domain.units import Amount

from .complaint_story import (
	CALENDARS,
	FOLLOW_UP,
	INVESTIGATING,
	PROPOSED,
	RECEIVED,
	STAGES_POLICY,
	Complaint,
	regulator,
)
from .escalation_story import after, carried_out, ladder, reopened, severe, share, told, unacknowledged
from .story import MICROSECOND, at, promise, target

M, U, K = Metric, Unit, EventKind
ACKNOWLEDGEMENT, SOLUTION = M.COMPLAINT_ACKNOWLEDGEMENT, M.COMPLAINT_SOLUTION
CALL_BACK, CLOSURE, REPORT = M.COMPLAINT_CALL_BACK, M.COMPLAINT_CLOSURE, M.MAJOR_REPORT
HOUR = timedelta(hours=1)


def facts(clock: Clock) -> tuple[State, datetime, datetime | None]:
	return clock.state, clock.due_at, clock.ended_at


def states(complaint: Complaint, hour: float, day: int = 5) -> dict[str, str]:
	"""``metric/cycle`` or the regulator's title -> state."""
	return {
		one.title or f"{one.metric.value.removeprefix('complaint_')}/{one.cycle}": one.state.value
		for one in complaint.clocks(hour, day)
	}


# --- the centre's own promises -------------------------------------------------------------------------------------


def test_a_complaint_is_acknowledged_within_the_hour() -> None:
	assert facts(RECEIVED.clock(ACKNOWLEDGEMENT, 9.5)) == (State.RUNNING, at(10), None)
	in_time = RECEIVED.to("Acknowledged", 10)
	assert facts(in_time.clock(ACKNOWLEDGEMENT, 12)) == (State.MET, at(10), at(10))
	late = RECEIVED.to("Acknowledged", at(10) + MICROSECOND).clock(ACKNOWLEDGEMENT, 12)
	assert (late.state, late.breached_at, late.overrun) == (State.BREACHED, at(10), MICROSECOND)


def test_the_hour_of_the_acknowledgement_goes_on_at_night() -> None:
	night = Complaint().received(22, 10)
	assert night.clock(ACKNOWLEDGEMENT, 23.5, 10).breached_at == at(23, 10)


def test_a_solution_is_proposed_within_a_day_and_warned_of_after_three_quarters() -> None:
	running = INVESTIGATING.clock(SOLUTION, 12)
	assert (running.due_at, running.warn_at, running.next_event_at) == (at(9, 6), at(3, 6), at(3, 6))
	assert facts(INVESTIGATING.to("Solution Proposed", 9, 6).clock(SOLUTION, 10, 6)) == (
		State.MET, at(9, 6), at(9, 6),
	)  # fmt: skip
	assert INVESTIGATING.clock(SOLUTION, 9.01, 6).state is State.BREACHED


def test_a_refused_solution_leaves_its_result_and_gives_another_day() -> None:
	again = PROPOSED.to("Investigating", 15)
	assert facts(again.clock(SOLUTION, 16)) == (State.MET, at(9, 6), at(12))
	assert facts(again.clock(SOLUTION, 16, cycle=2)) == (State.RUNNING, at(15, 6), None)
	late = again.to("Solution Proposed", 16, 6)
	assert [late.clock(SOLUTION, 17, 6, cycle).state for cycle in (1, 2)] == [State.MET, State.BREACHED]


def test_the_customer_is_called_back_within_two_days_of_the_follow_up() -> None:
	assert facts(FOLLOW_UP.clock(CALL_BACK, 15)) == (State.RUNNING, at(14, 7), None)
	assert FOLLOW_UP.called("Reached", 14, 7).clock(CALL_BACK, 15, 7).state is State.MET
	missed = FOLLOW_UP.called("No Answer", 10, 6).called("Reached", 15, 7)
	assert missed.clock(CALL_BACK, 16, 7).breached_at == at(14, 7)


def test_a_major_complaint_is_reported_within_four_open_hours() -> None:
	friday = Complaint().received(16, 9, severity="Major")
	assert facts(friday.clock(REPORT, 17, 9)) == (State.RUNNING, at(11, 12), None)
	assert friday.reported(11, 12).clock(REPORT, 12, 12).state is State.MET
	assert friday.severity("Important", 17, 9).clock(REPORT, 12, 12).state is State.CANCELLED


def test_a_report_that_was_late_already_stays_late_when_the_severity_is_lowered() -> None:
	late = Complaint().received(9, severity="Major").severity("General", 14)
	assert facts(late.clock(REPORT, 15)) == (State.BREACHED, at(13), at(14))


def test_withdrawn_every_clock_that_ran_is_cancelled_and_what_was_missed_stays_missed() -> None:
	assert states(INVESTIGATING.to("Withdrawn", 11), 20) == {
		"acknowledgement/1": "Met",
		"solution/1": "Cancelled",
	}
	late = RECEIVED.to("Withdrawn", 11)
	assert states(late, 20) == {"acknowledgement/1": "Breached", "solution/1": "Cancelled"}


def test_a_closed_complaint_has_no_clock_that_runs() -> None:
	closed = FOLLOW_UP.to("Closed", 16)
	assert states(closed, 9, 30) == {"acknowledgement/1": "Met", "solution/1": "Met", "call_back/1": "Met"}
	assert not any(one.next_event_at for one in closed.clocks(9, 30))


def test_reopened_the_first_results_stand_and_a_new_cycle_runs() -> None:
	closed = FOLLOW_UP.to("Closed", 16)
	again = closed.to("Investigating", 10, 8)
	assert {(one.metric, one.cycle): one for one in closed.clocks(9, 8)}.items() <= {
		(one.metric, one.cycle): one for one in again.clocks(11, 8)
	}.items()
	assert facts(again.clock(SOLUTION, 11, 8, cycle=2)) == (State.RUNNING, at(10, 9), None)


def test_a_complaint_without_a_policy_has_no_clock_of_its_own() -> None:
	assert Complaint().received(9, policy="").clocks(20) == []
	assert Complaint().clocks(20) == []


def test_a_promise_that_the_policy_does_not_make_is_no_clock() -> None:
	policy = promise(target(CLOSURE, 5, U.BUSINESS_DAYS))
	(closure,) = FOLLOW_UP.clocks(15, policies=policy)
	assert (closure.metric, closure.due_at) == (CLOSURE, at(18, 12))
	assert FOLLOW_UP.to("Closed", 16).clocks(17, policies=policy)[0].state is State.MET


def test_a_priority_and_a_later_policy_change_what_governs_as_they_do_for_tickets() -> None:
	urgent = promise(
		target(SOLUTION, 24, U.CALENDAR_HOURS), target(SOLUTION, 4, U.CALENDAR_HOURS, priority="Urgent")
	)
	raised = RECEIVED.then(K.PRIORITY_CHANGED, 10, value="Urgent")
	assert raised.clocks(11, policies=urgent)[0].due_at == at(13)
	vip = promise(target(SOLUTION, 12, U.CALENDAR_HOURS), name="V")
	moved = RECEIVED.policy("V", 10)
	(solution,) = (one for one in moved.clocks(11, policies=[STAGES_POLICY, vip]) if one.metric is SOLUTION)
	assert (solution.policy, solution.due_at) == ("V", at(21))
	told_at_receipt = Complaint().then(K.RECEIVED, 9, detail={"priority": "Urgent"}).policy("P", 9)
	assert told_at_receipt.clocks(10, policies=urgent)[0].due_at == at(13)


def test_what_happens_later_is_not_known_yet() -> None:
	assert states(PROPOSED, 9.25) == {"acknowledgement/1": "Running", "solution/1": "Running"}
	assert PROPOSED.clocks(9.25) == RECEIVED.clocks(9.25)


def test_a_ledger_that_names_what_is_not_there_is_refused() -> None:
	with pytest.raises(UnknownPolicyError) as policy:
		RECEIVED.clocks(10, policies=[])
	assert policy.value.params["policy"] == "P"
	with pytest.raises(UnknownCalendarError):
		RECEIVED.clocks(10, calendars={})


def test_a_regulator_s_calendar_that_is_gone_takes_no_other_clock_with_it() -> None:
	under = RECEIVED.under("Pack", regulator("a", "Received", "Closed", 1, calendar="Gone"), hour=9)
	assert under.clocks(10) == RECEIVED.clocks(10) != []


# --- regulators ----------------------------------------------------------------------------------------------------

ACCEPT = regulator("accept", "Received", "Acknowledged", 7, U.BUSINESS_DAYS, "Holidays")
MEDIATE = regulator("mediate", "Acknowledged", "Closed", 45, U.BUSINESS_DAYS, "Holidays")
SUMMARY = regulator("summary", "Received", "Solution Proposed", 3, U.BUSINESS_DAYS, "Office")
FINAL = regulator("final", "Received", "Closed", 56, U.CALENDAR_DAYS)
FIRST_DAY = regulator("first day", "Received", "Acknowledged", 24, U.CALENDAR_HOURS)
ANSWER = regulator("answer", NOTICE, "Solution Proposed", 15, U.CALENDAR_DAYS)
OUTSIDE = regulator("outside", "Escalated Outside", "Follow-up", 10, U.BUSINESS_HOURS, "Office")


def test_a_regulator_s_clock_runs_from_its_stage_to_its_stage() -> None:
	complaint = RECEIVED.under("UK", SUMMARY, FINAL, hour=9)
	running = complaint.regulated(10)
	assert facts(running["summary"]) == (State.RUNNING, at(18, 8), None)
	assert facts(running["final"]) == (State.RUNNING, at(9) + timedelta(days=56), None)
	proposed = complaint.through(("Acknowledged", 9.5), ("Classified", 10), ("Solution Proposed", 11))
	assert facts(proposed.regulated(12)["summary"]) == (State.MET, at(18, 8), at(11))
	assert proposed.regulated(12)["final"].state is State.RUNNING


def test_several_regulators_count_at_once_each_in_its_own_unit_from_its_own_start() -> None:
	complaint = (
		RECEIVED.under("UK", SUMMARY, hour=9).under("Australia", FIRST_DAY, hour=9).under("China", ACCEPT, MEDIATE, hour=9)
	)  # fmt: skip
	assert set(complaint.regulated(10)) == {"summary", "first day", "accept"}
	rows = complaint.to("Acknowledged", 2, 6).regulated(12, 6)
	assert {title: one.state.value for title, one in rows.items()} == {
		"summary": "Running", "first day": "Met", "accept": "Met", "mediate": "Running",
	}  # fmt: skip
	assert [rows[title].due_at.isoformat() for title in rows] == [
		"2026-01-08T18:00:00+00:00",
		"2026-01-06T09:00:00+00:00",
		"2026-01-14T17:30:00+08:00",
		"2026-03-17T17:30:00+08:00",
	]
	assert [rows[title].amount.unit for title in rows] == [
		U.BUSINESS_DAYS, U.CALENDAR_HOURS, U.BUSINESS_DAYS, U.BUSINESS_DAYS,
	]  # fmt: skip


def test_working_days_leave_out_weekends_and_holidays_of_the_calendar() -> None:
	before_the_holidays = datetime.fromisoformat("2026-02-12T10:00:00+08:00")
	complaint = (
		Complaint().received(before_the_holidays, policy="").under("China", ACCEPT, hour=before_the_holidays)
	)
	clock = complaint.regulated(before_the_holidays)["accept"]
	assert clock.due_at.isoformat() == "2026-03-02T17:30:00+08:00"
	assert str(clock.due_at.tzinfo) == "Asia/Shanghai"


def test_the_same_days_in_two_calendars_end_on_different_days() -> None:
	here = replace(ACCEPT, title="here", calendar="Office")
	complaint = RECEIVED.under("China", ACCEPT, here, hour=9)
	rows = complaint.regulated(10)
	assert rows["here"].due_at == at(18, 14)
	assert rows["accept"].due_at.isoformat() == "2026-01-14T17:30:00+08:00"


def test_a_row_says_what_it_is_called_and_the_centre_s_own_are_called_nothing() -> None:
	complaint = RECEIVED.under("UK", FINAL, hour=9)
	clock = complaint.regulated(10)["final"]
	assert (clock.metric, clock.title, clock.calendar) == (M.REGULATORY_DEADLINE, "UK: final", "Always")
	assert (clock.amount, clock.pauses, clock.team) == (FINAL.amount, False, "")
	assert {one.title for one in complaint.clocks(10) if one.metric is not M.REGULATORY_DEADLINE} == {""}


def test_a_complaint_without_a_policy_has_its_regulators_clocks_all_the_same() -> None:
	complaint = Complaint().received(9, policy="").under("UK", FINAL, hour=9)
	assert [one.title for one in complaint.clocks(10)] == ["UK: final"]


def test_the_own_clocks_come_first_then_the_regulators_in_the_order_they_were_applied() -> None:
	complaint = RECEIVED.under("UK", FINAL, hour=9).under("Australia", FIRST_DAY, hour=9)
	assert [one.title for one in complaint.clocks(10)] == ["", "", "UK: final", "Australia: first day"]
	assert [one.cycle for one in complaint.clocks(10)] == [1, 1, 1, 2]


def test_a_regulator_warns_where_its_row_says_so() -> None:
	half = regulator("half", "Received", "Closed", 10, U.CALENDAR_HOURS, warn=50)
	assert RECEIVED.under("UK", half, hour=9).regulated(10)["half"].warn_at == at(14)


def test_a_regulator_s_clock_does_not_stand_still() -> None:
	complaint = RECEIVED.under("UK", FIRST_DAY, hour=9)
	paused = complaint.then(K.PAUSED, 10).then(K.RESUMED, 20)
	assert paused.regulated(21)["first day"] == complaint.regulated(21)["first day"]


def test_missed_is_missed_at_the_deadline_and_met_at_the_very_deadline() -> None:
	complaint = RECEIVED.under("Australia", FIRST_DAY, hour=9)
	assert complaint.regulated(9, 6)["first day"].state is State.RUNNING
	late = complaint.regulated(12, 7)["first day"]
	assert (late.state, late.breached_at, late.is_owed) == (State.BREACHED, at(9, 6), True)
	assert complaint.to("Acknowledged", 9, 6).regulated(12, 7)["first day"].state is State.MET


# --- start and end -------------------------------------------------------------------------------------------------


def test_a_clock_whose_start_has_not_come_is_not_there() -> None:
	complaint = PROPOSED.under("UK", ANSWER, OUTSIDE, hour=12)
	assert complaint.regulated(13) == {}
	assert set(complaint.to("Escalated Outside", 14).regulated(15)) == {"outside"}


def test_the_regulator_s_notice_starts_what_waits_for_it() -> None:
	complaint = INVESTIGATING.under("Telecom", ANSWER, hour=11).notice(8, 7)
	assert facts(complaint.regulated(9, 7)["answer"]) == (State.RUNNING, at(8, 22), None)
	assert complaint.to("Solution Proposed", 8, 22).regulated(9, 22)["answer"].state is State.MET


def test_a_second_notice_moves_nothing() -> None:
	complaint = INVESTIGATING.under("Telecom", ANSWER, hour=11).notice(8, 7)
	assert complaint.notice(8, 9).regulated(9, 9) == complaint.regulated(9, 9)


def test_an_end_that_came_before_the_start_is_not_the_end_of_it() -> None:
	complaint = PROPOSED.under("Telecom", ANSWER, hour=12).notice(8, 7)
	assert complaint.regulated(9, 7)["answer"].state is State.RUNNING
	again = complaint.to("Investigating", 10, 7).to("Solution Proposed", 12, 7)
	assert facts(again.regulated(13, 7)["answer"]) == (State.MET, at(8, 22), at(12, 7))


def test_an_end_recorded_just_before_the_start_at_the_same_instant_is_not_the_end_of_it() -> None:
	"""One save proposes a solution and notes the notice: what is owed for the notice is the next one."""
	complaint = INVESTIGATING.under("Telecom", ANSWER, hour=11).to("Solution Proposed", 12).notice(12)
	assert complaint.regulated(13)["answer"].state is State.RUNNING


def test_each_stage_can_start_or_end_a_clock() -> None:
	walk = [("Acknowledged", 10.0), ("Classified", 11.0), ("Investigating", 12.0), ("Solution Proposed", 13.0),
		("Escalated Outside", 14.0), ("Executing", 15.0), ("Follow-up", 16.0), ("Closed", 17.0)]  # fmt: skip
	hours = {"Received": 9.0, **dict(walk)}
	stages = list(hours)
	clocks = [
		regulator(f"{start} to {end}", start, end, 1)
		for number, start in enumerate(stages)
		for end in stages[number + 1 :]
	]
	complaint = RECEIVED.under("All", *clocks, hour=9).through(*walk)
	for title, clock in complaint.regulated(20).items():
		start, end = title.split(" to ")
		assert (clock.started_at, clock.ended_at) == (at(hours[start]), at(hours[end]))
	assert len(complaint.regulated(20)) == len(clocks)


def test_the_first_time_in_a_stage_is_what_counts() -> None:
	twice = PROPOSED.under("UK", FINAL, SUMMARY, hour=9).to("Investigating", 15).to("Solution Proposed", 16)
	assert twice.regulated(17)["summary"].ended_at == at(12)


def test_closing_answers_every_regulator_and_so_does_rejecting() -> None:
	complaint = FOLLOW_UP.under("UK", FINAL, hour=9).under("Outside", ANSWER, hour=9).notice(14)
	closed = complaint.to("Closed", 16).regulated(20)
	assert {title: (one.state, one.ended_at) for title, one in closed.items()} == {
		"final": (State.MET, at(16)),
		"answer": (State.MET, at(16)),
	}
	rejected = INVESTIGATING.under("UK", FINAL, hour=9).to("Rejected", 11).regulated(20)
	assert rejected["final"].state is State.MET


def test_withdrawing_cancels_what_runs_and_leaves_what_was_missed() -> None:
	complaint = RECEIVED.under("UK", FINAL, SUMMARY, hour=9).to("Withdrawn", 12, 9)
	rows = complaint.regulated(12, 12)
	assert facts(rows["final"])[::2] == (State.CANCELLED, at(12, 9))
	assert (rows["summary"].state, rows["summary"].breached_at) == (State.BREACHED, at(18, 8))


def test_a_notice_about_a_complaint_that_was_withdrawn_starts_nothing() -> None:
	"""Nothing could ever end it: a withdrawn complaint is never reopened."""
	complaint = INVESTIGATING.under("Telecom", ANSWER, hour=11).to("Withdrawn", 12).notice(8, 7)
	assert not any(one.is_owed for one in complaint.clocks(9, 7))


def test_reopening_changes_no_regulator_s_clock_that_had_what_it_asks_for() -> None:
	complaint = FOLLOW_UP.under("UK", FINAL, SUMMARY, hour=9).to("Closed", 16)
	again = complaint.to("Investigating", 10, 8)
	assert again.regulated(11, 8) == complaint.regulated(11, 8)


def test_an_end_that_was_taken_back_ends_no_regulator_s_clock() -> None:
	"""Else a wrong rejection, taken back after an hour, would leave an open complaint without its deadlines."""
	complaint = INVESTIGATING.under("UK", FINAL, SUMMARY, hour=11).to("Rejected", 12)
	assert {one.state for one in complaint.regulated(13).values()} == {State.MET}
	again = complaint.to("Acknowledged", 13)
	assert {one.state for one in again.regulated(14).values()} == {State.RUNNING}
	assert again.regulated(19, 8)["summary"].breached_at == at(18, 8)
	assert again.to("Rejected", 15).regulated(16)["summary"].ended_at == at(15)
	assert again.to("Withdrawn", 15).regulated(16)["summary"].state is State.CANCELLED
	removed = again.under("UK", hour=16).regulated(17)
	assert {facts(one)[::2] for one in removed.values()} == {(State.CANCELLED, at(16))}


def test_only_the_last_end_of_several_counts() -> None:
	complaint = INVESTIGATING.under("UK", FINAL, hour=11)
	for hour in (12, 14, 16):
		complaint = complaint.to("Rejected", hour).to("Acknowledged", hour + 1)
	assert complaint.regulated(18)["final"].state is State.RUNNING
	assert complaint.to("Rejected", 19).regulated(20)["final"].ended_at == at(19)


def test_a_notice_about_a_closed_complaint_runs_until_it_is_taken_up_and_answered() -> None:
	complaint = FOLLOW_UP.under("Telecom", ANSWER, hour=11).to("Closed", 16).notice(8, 7)
	assert facts(complaint.regulated(9, 7)["answer"]) == (State.RUNNING, at(8, 22), None)
	answered = complaint.to("Investigating", 9, 7).to("Solution Proposed", 10, 7)
	assert facts(answered.regulated(11, 7)["answer"]) == (State.MET, at(8, 22), at(10, 7))


# --- packs that come late, change and go ---------------------------------------------------------------------------


def test_a_pack_applied_late_counts_from_its_start_all_the_same() -> None:
	late = RECEIVED.under("Australia", FIRST_DAY, hour=12, day=7)
	assert late.regulated(11, 7) == {}
	clock = late.regulated(12, 7)["first day"]
	assert (clock.state, clock.started_at, clock.breached_at) == (State.BREACHED, at(9), at(9, 6))
	assert late.to("Acknowledged", 13, 7).regulated(14, 7)["first day"].overrun == 28 * HOUR


def test_a_pack_applied_after_its_end_tells_how_it_went() -> None:
	late = PROPOSED.under("UK", SUMMARY, hour=12, day=7)
	assert facts(late.regulated(13, 7)["summary"]) == (State.MET, at(18, 8), at(12))


def test_a_pack_that_is_taken_away_cancels_its_clocks_and_only_those() -> None:
	complaint = RECEIVED.under("UK", FINAL, hour=9).under("Australia", FIRST_DAY, hour=9)
	removed = complaint.under("UK", hour=11)
	assert facts(removed.regulated(12)["final"])[::2] == (State.CANCELLED, at(11))
	assert removed.regulated(12)["first day"] == complaint.regulated(12)["first day"]
	assert complaint.regulated(10.9) == removed.regulated(10.9)


def test_taken_away_after_it_was_missed_it_stays_missed() -> None:
	removed = RECEIVED.under("Australia", FIRST_DAY, hour=9).under("Australia", hour=10, day=6)
	assert facts(removed.regulated(12, 6)["first day"]) == (State.BREACHED, at(9, 6), at(10, 6))


def test_taken_away_before_its_start_it_was_never_there() -> None:
	complaint = PROPOSED.under("UK", OUTSIDE, hour=12).under("UK", hour=13).to("Escalated Outside", 14)
	assert complaint.regulated(15) == {}


def test_what_ended_before_it_was_taken_away_keeps_its_result() -> None:
	complaint = RECEIVED.under("Australia", FIRST_DAY, hour=9).to("Acknowledged", 10)
	assert complaint.under("Australia", hour=11).regulated(12) == complaint.regulated(12)


def test_what_was_met_in_the_very_save_that_takes_the_pack_away_was_met() -> None:
	complaint = (
		RECEIVED.under("Australia", FIRST_DAY, hour=9).to("Acknowledged", 10).under("Australia", hour=10)
	)
	assert complaint.regulated(12)["first day"].state is State.MET


def test_what_happens_after_it_was_taken_away_does_not_end_it_again() -> None:
	removed = RECEIVED.under("Australia", FIRST_DAY, hour=9).under("Australia", hour=9.5)
	assert removed.to("Acknowledged", 10).regulated(12) == removed.regulated(12)
	assert removed.to("Withdrawn", 10).regulated(12)["first day"].ended_at == at(9.5)


def test_saving_the_same_pack_again_changes_nothing() -> None:
	complaint = RECEIVED.under("UK", FINAL, SUMMARY, hour=9)
	assert complaint.under("UK", FINAL, SUMMARY, hour=11).clocks(12) == complaint.clocks(12)
	assert complaint.under("UK", SUMMARY, FINAL, hour=11).clocks(12) == complaint.clocks(12)


def test_a_changed_row_is_a_new_clock_from_the_old_start_and_the_others_run_on() -> None:
	shorter = replace(FINAL, title="final, amended", amount=Amount(30, U.CALENDAR_DAYS))
	complaint = RECEIVED.under("UK", FINAL, SUMMARY, hour=9)
	changed = complaint.under("UK", shorter, SUMMARY, hour=12, day=7)
	rows = changed.regulated(13, 7)
	assert facts(rows["final"])[::2] == (State.CANCELLED, at(12, 7))
	assert facts(rows["final, amended"]) == (State.RUNNING, at(9) + timedelta(days=30), None)
	assert rows["summary"] == complaint.regulated(13, 7)["summary"]
	assert [rows[title].cycle for title in ("final", "summary", "final, amended")] == [1, 2, 3]


@pytest.mark.parametrize(
	"change",
	[
		{"title": "other"},
		{"starts_at": "Acknowledged"},
		{"ends_at": "Executing"},
		{"amount": Amount(57, U.CALENDAR_DAYS)},
		{"amount": Amount(56, U.BUSINESS_DAYS)},
		{"calendar": "Office"},
		{"warn_percent": 50},
	],
	ids=lambda change: next(iter(change)),
)
def test_whatever_changes_in_a_row_makes_it_another_clock(change: dict[str, object]) -> None:
	other = replace(FINAL, **change)  # type: ignore[arg-type]
	complaint = RECEIVED.under("UK", FINAL, hour=9).under("UK", other, hour=10)
	first, second = applied_clocks(complaint.events)
	assert (first.clock, first.removed_by) == (FINAL, len(complaint.events) - 1)
	assert (second.number, second.clock, second.removed_by) == (2, other, None)


def test_a_pack_that_comes_back_has_a_clock_of_its_own() -> None:
	complaint = RECEIVED.under("UK", FINAL, hour=9).under("UK", hour=10).under("UK", FINAL, hour=12)
	first, second = (one for one in complaint.clocks(13) if one.title)
	assert (first.cycle, *facts(first)[::2]) == (1, State.CANCELLED, at(10))
	assert (second.cycle, second.state, second.started_at) == (2, State.RUNNING, at(9))


def test_two_packs_may_promise_the_same_and_go_one_by_one() -> None:
	complaint = RECEIVED.under("UK", FINAL, hour=9).under("Group", FINAL, hour=9).under("UK", hour=10)
	gone, stays = (one for one in complaint.clocks(11) if one.title)
	assert (gone.title, gone.state, stays.title, stays.state) == (
		"UK: final", State.CANCELLED, "Group: final", State.RUNNING,
	)  # fmt: skip


def test_a_row_that_stands_twice_in_a_pack_is_one_clock() -> None:
	complaint = RECEIVED.under("UK", FINAL, FINAL, hour=9)
	assert len(applied_clocks(complaint.events)) == 1


def test_an_event_of_another_kind_applies_nothing() -> None:
	rows = {"clocks": [FINAL.to_dict()]}
	assert applied_clocks(RECEIVED.then(K.REGULATOR_NOTICE, 10, value="UK", detail=rows).events) == []
	assert applied_clocks(RECEIVED.then(K.REGULATOR_CLOCKS_SET, 10, value="UK").events) == []


@pytest.mark.parametrize("clock", [ACCEPT, MEDIATE, SUMMARY, FINAL, FIRST_DAY, ANSWER, OUTSIDE])
def test_a_row_comes_back_from_the_ledger_as_it_went_in(clock: RegulatorClock) -> None:
	assert RegulatorClock.from_dict(clock.to_dict()) == clock
	old = {name: value for name, value in clock.to_dict().items() if name != "warn_percent"}
	assert RegulatorClock.from_dict(old) == replace(clock, warn_percent=75)


@pytest.mark.parametrize(
	"fault",
	[
		{"amount": 0},
		{"amount": 1.5},
		{"amount": None},
		{"amount": "soon"},
		{"unit": "fortnights"},
		{"warn_percent": 100},
		{"warn_percent": -1},
		{"starts_at": "Recieved"},
		{"ends_at": "Regulator Notice"},
		{"ends_at": "Received"},
		{"starts_at": "Closed"},
	],
	ids=lambda fault: "-".join(f"{name}-{value}" for name, value in fault.items()),
)
def test_a_row_that_cannot_be_used_is_refused_when_it_is_read(fault: dict[str, object]) -> None:
	"""Once it is in the ledger it would take every clock of the complaint away, or never start."""
	with pytest.raises((DomainError, ValueError)):
		RegulatorClock.from_dict({**FINAL.to_dict(), **fault})


# --- escalation ----------------------------------------------------------------------------------------------------


@dataclass
class Watched:
	"""A complaint under an escalation policy, and what was raised so far."""

	complaint: Complaint
	ladder: EscalationPolicy
	raised: dict[StepKey, Raised] = field(default_factory=dict)

	def look(self, hour: float, day: int = 5, raised: Mapping[StepKey, Raised] | None = None) -> Decision:
		events = in_order(self.complaint.events)
		clocks = self.complaint.clocks(hour, day)
		standing = ladder_of([one for one in events if one.at <= at(hour, day)], {"E": self.ladder})
		return decide(
			standing, events, clocks, CALENDARS, self.raised if raised is None else raised, at(hour, day)
		)

	def carry_out(self, hour: float, day: int = 5) -> list[str]:
		decision = self.look(hour, day)
		self.raised = carried_out(decision, self.raised, at(hour, day))
		return [f"{one.key.step}/{one.key.cycle}" for one in decision.due] if decision.due else told(decision)


def escalated(complaint: Complaint, hour: float = 9) -> Complaint:
	return complaint.then(K.ESCALATION_POLICY_CHANGED, hour, value="E")


PATH = ladder(
	share("solution 75", 0, 75, SOLUTION),
	share("solution 100", 1, 100, SOLUTION),
	after("solution late", 2, 4, U.BUSINESS_HOURS, SOLUTION),
	share("regulator 75", 1, 75, M.REGULATORY_DEADLINE),
	share("regulator 90", 2, 90, M.REGULATORY_DEADLINE),
	severe("major", 1, "Major"),
	reopened("again", 2, 1),
)
TEN_HOURS = regulator("ten", "Received", "Closed", 10, U.CALENDAR_HOURS)
TWENTY_HOURS = regulator("twenty", "Received", "Closed", 20, U.CALENDAR_HOURS)


def test_the_ladder_of_the_solution_is_climbed_as_its_day_goes_by() -> None:
	watched = Watched(escalated(INVESTIGATING), PATH)
	assert watched.carry_out(3 - 0.01, 6) == []
	assert watched.carry_out(3, 6) == ["solution 75/1"]
	assert watched.carry_out(9, 6) == ["solution 100/1"]
	assert watched.carry_out(13, 6) == ["solution late/1"]
	assert watched.carry_out(13, 6) == []
	assert watched.look(13, 6).next_at is None


def test_two_regulators_climb_two_ladders_with_keys_of_their_own() -> None:
	complaint = escalated(RECEIVED).under("A", TEN_HOURS, hour=9).under("B", TWENTY_HOURS, hour=9)
	watched = Watched(complaint.to("Acknowledged", 9.5), PATH)
	assert watched.carry_out(16.5) == ["regulator 75/1"]
	assert watched.carry_out(18) == ["regulator 90/1"]
	assert watched.carry_out(24) == ["regulator 75/2"]
	assert watched.carry_out(3, 6) == ["solution 75/1", "regulator 90/2"]
	keys = {key for key in watched.raised if key.ladder == M.REGULATORY_DEADLINE.value}
	assert len(keys) == 4


def test_two_regulators_due_at_once_fire_both() -> None:
	complaint = (
		escalated(RECEIVED).under("A", TEN_HOURS, hour=9).under("B", replace(TEN_HOURS, title="b"), hour=9)
	)
	assert Watched(complaint, PATH).carry_out(16.5) == ["regulator 75/1", "regulator 75/2"]


def test_a_refused_solution_climbs_its_ladder_anew() -> None:
	watched = Watched(escalated(PROPOSED.to("Investigating", 15)), PATH)
	assert watched.carry_out(10, 6) == ["solution 75/2"]


def test_a_regulator_that_was_taken_away_escalates_no_more_and_its_steps_are_over() -> None:
	complaint = escalated(RECEIVED).under("A", TEN_HOURS, hour=9).under("B", TWENTY_HOURS, hour=9)
	watched = Watched(complaint, PATH)
	watched.carry_out(16.5)
	watched.complaint = complaint.under("A", hour=17)
	decision = watched.look(23)
	assert [(one.key.step, one.key.cycle, one.at, one.how) for one in decision.over] == [
		("regulator 75", 1, at(17), "Cancelled")
	]
	assert decision.due == ()
	assert watched.look(24).due[0].key.cycle == 2


@pytest.mark.parametrize(("gone", "cycle"), [("A", 1), ("B", 2)])
def test_of_two_regulators_that_were_escalated_only_the_one_that_ended_is_over(gone: str, cycle: int) -> None:
	complaint = escalated(RECEIVED).under("A", TEN_HOURS, hour=9).under("B", TWENTY_HOURS, hour=9)
	watched = Watched(complaint, PATH)
	watched.carry_out(24)
	assert {key.cycle for key in watched.raised} == {1, 2}
	watched.complaint = complaint.under(gone, hour=25)
	assert {one.key.cycle for one in watched.look(26).over} == {cycle}


@pytest.mark.parametrize(("stage", "how"), [("Closed", "Met"), ("Withdrawn", "Cancelled")])
def test_the_end_of_a_complaint_ends_every_ladder(stage: str, how: str) -> None:
	complaint = escalated(FOLLOW_UP).under("A", TEN_HOURS, hour=9).severity("Major", 14.5)
	watched = Watched(complaint, PATH)
	assert watched.carry_out(16.75) == ["major/1", "regulator 75/1"]
	watched.complaint = complaint.to(stage, 17)
	over = {one.key.step: (one.at, one.how) for one in watched.look(20).over}
	end = {"Closed": "Resolved", "Withdrawn": "Cancelled"}[stage]
	assert over == {"major": (at(17), end), "regulator 75": (at(17), how)}
	assert watched.carry_out(20) == []
	assert (watched.look(20, 30).is_idle, watched.look(20, 30).next_at) == (True, None)


def test_a_complaint_that_comes_in_as_major_is_escalated_at_once_and_once() -> None:
	watched = Watched(escalated(Complaint().received(9, severity="Major")), PATH)
	assert watched.carry_out(9) == ["major/1"]
	watched.complaint = watched.complaint.severity("General", 10).severity("Major", 11)
	assert watched.carry_out(11) == []


def test_a_reopened_complaint_reaches_the_step_for_reopenings() -> None:
	complaint = escalated(FOLLOW_UP.to("Closed", 16)).to("Investigating", 18)
	assert Watched(complaint, PATH).carry_out(18) == ["again/2"]


def test_a_pack_applied_late_fires_its_highest_step_only_where_the_policy_looks_back() -> None:
	complaint = RECEIVED.under("A", TEN_HOURS, hour=9).then(K.ESCALATION_POLICY_CHANGED, 18.5, value="E")
	decision = Watched(complaint, PATH).look(18.5)
	assert [(one.key.step, one.suppression) for one in decision.due] == [
		("regulator 75", Suppression.HIGHER_LEVEL),
		("regulator 90", None),
	]


def test_nobody_who_acknowledges_a_regulator_s_step_lets_the_next_level_take_over_for_that_regulator_only() -> (
	None
):
	policy = ladder(
		share("first", 1, 75, M.REGULATORY_DEADLINE),
		unacknowledged("second", 2, 60, U.CALENDAR_MINUTES, M.REGULATORY_DEADLINE),
	)
	complaint = escalated(RECEIVED).under("A", TEN_HOURS, hour=9).under("B", TWENTY_HOURS, hour=9)
	watched = Watched(complaint, policy)
	assert watched.carry_out(16.5) == ["first/1"]
	assert watched.look(16.5).next_at == at(17.5)
	assert watched.carry_out(17.5) == ["second/1"]
	assert watched.look(17.5).next_at == at(24)


# --- what is shown -------------------------------------------------------------------------------------------------


def test_the_worst_of_all_clocks_is_the_word_for_the_complaint() -> None:
	complaint = RECEIVED.to("Acknowledged", 9.5).under("A", TEN_HOURS, hour=9)
	words = [service_state(complaint.clocks(hour), at(hour)) for hour in (10, 17, 19.5)]
	assert words == ["On Track", "At Risk", "Breached"]
