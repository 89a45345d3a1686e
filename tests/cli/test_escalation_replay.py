"""Escalations of small logs: when each step fires, whom it tells, and what is counted."""

from __future__ import annotations

import pytest

from .escalation_cases import at, ladder, mapping, policies, replayed, step
from .run_cli import always_open

UTC = "+00:00"


def ticket(*steps, name="T1"):
	"""(hour, activity, actor, team, priority); hours count on past midnight."""
	return [(name, at(hour % 24, 2 + hour // 24), *more) for hour, *more in steps]


def after(hours, **more):
	return {
		"trigger": "time_after_deadline",
		"metric": "resolution",
		"amount": hours,
		"unit": "business_hours",
		**more,
	}


def when(escalations):
	return [(one["level"], one["raised_at"].removesuffix(UTC)[8:16]) for one in escalations]


OPEN_FOR_A_DAY = ticket((8, "Opened"), (9, "Assigned", "ann"), (32, "Resolved"))


def test_steps_fire_at_their_instants_and_end_with_their_clock(capsys, tmp_path):
	steps = (
		step(0, "time_before_deadline", metric="resolution", amount=30, unit="calendar_minutes"),
		step(1, percent=75),
		step(2),
		step(3, **after(4)),
		step(4, **after(40)),
	)
	found, summary = replayed(capsys, tmp_path, OPEN_FOR_A_DAY, policies(ladder(*steps)))
	assert when(found) == [(1, "02T14:00"), (0, "02T15:30"), (2, "02T16:00"), (3, "02T20:00")]
	assert {(one["state"], one["ended_at"]) for one in found} == {("Resolved", at(8, 3) + UTC)}
	assert summary["by_level"] == {"0": 1, "1": 1, "2": 1, "3": 1}
	assert (summary["raised"], summary["still_open"], summary["tickets_escalated"]) == (4, 0, 1)


def test_solved_in_time_escalates_nothing(capsys, tmp_path):
	rows = ticket((8, "Opened"), (13, "Resolved"))
	found, summary = replayed(capsys, tmp_path, rows, policies(ladder(step(percent=75), step())))
	assert (found, summary["raised"], summary["tickets_escalated"]) == ([], 0, 0)
	assert summary["tickets_by_policy"] == {"ladder": 1}


def test_ending_at_the_very_instant_of_a_step_is_in_time(capsys, tmp_path):
	rows = ticket((8, "Opened"), (16, "Resolved"))
	assert replayed(capsys, tmp_path, rows, policies())[0] == []


def test_escalation_is_open_while_its_clock_runs(capsys, tmp_path):
	found, summary = replayed(capsys, tmp_path, ticket((8, "Opened")), policies(), "--now", at(20))
	assert [(one["state"], one["ended_at"]) for one in found] == [("Open", None)]
	assert summary["still_open"] == 1


def test_step_after_the_evaluation_has_not_fired(capsys, tmp_path):
	rows = OPEN_FOR_A_DAY
	assert replayed(capsys, tmp_path, rows, policies(), "--now", "2026-03-02T15:59:59")[0] == []
	assert len(replayed(capsys, tmp_path, rows, policies(), "--now", at(16))[0]) == 1


def test_pause_moves_the_steps_after_it_and_none_before(capsys, tmp_path):
	rows = ticket((8, "Opened"), (15, "Paused"), (20, "Resumed"), (30, "Resolved"))
	found, _ = replayed(capsys, tmp_path, rows, policies(ladder(step(1, percent=75), step(2))))
	assert when(found) == [(1, "02T14:00"), (2, "02T21:00")]


def test_reminder_fired_before_a_pause_is_not_fired_again_after_it(capsys, tmp_path):
	reminder = step(0, "time_before_deadline", metric="resolution", amount=2, unit="business_hours")
	rows = ticket((8, "Opened"), (15, "Paused"), (20, "Resumed"), (30, "Resolved"))
	assert when(replayed(capsys, tmp_path, rows, policies(ladder(reminder)))[0]) == [(0, "02T14:00")]


def test_reopened_ticket_climbs_the_ladder_again(capsys, tmp_path):
	rows = ticket((0, "Opened"), (10, "Resolved"), (12, "Reopened"), (23, "Resolved"))
	found, _ = replayed(capsys, tmp_path, rows, policies())
	assert [(one["cycle"], one["raised_at"][11:16]) for one in found] == [(1, "08:00"), (2, "20:00")]


def test_nobody_acknowledges_so_each_wait_runs_out(capsys, tmp_path):
	wait = {"trigger": "no_acknowledgement", "metric": "resolution", "amount": 30, "unit": "calendar_minutes"}
	found, summary = replayed(
		capsys, tmp_path, OPEN_FOR_A_DAY, policies(ladder(step(1), step(2, **wait), step(3, **wait)))
	)
	assert when(found) == [(1, "02T16:00"), (2, "02T16:30"), (3, "02T17:00")]
	assert summary["assumption"] == "nobody_acknowledges"


TARGETS = (
	{"metric": "resolution", "amount": 8, "unit": "business_hours"},
	{"metric": "resolution", "amount": 1, "unit": "business_hours", "priority": "High"},
)


def test_reminder_of_a_deadline_that_a_new_priority_put_into_the_past_is_suppressed(capsys, tmp_path):
	rows = ticket((8, "Opened"), (12, "Work", "", "", "High"), (13, "Resolved"))
	reminder = step(0, "time_before_deadline", metric="resolution", amount=10, unit="business_minutes")
	found, summary = replayed(capsys, tmp_path, rows, policies(ladder(reminder, step()), targets=TARGETS))
	assert [(one["level"], one["suppressed"], one["told"]) for one in found] == [
		(0, "deadline_passed", []),
		(1, None, []),
	]
	assert summary["suppressed_by_reason"] == {"deadline_passed": 1}
	assert summary["by_level"] == {"1": 1}


def test_first_ladder_whose_conditions_hold_governs(capsys, tmp_path):
	rows = [
		*ticket((0, "Opened", "", "A")),
		*ticket((0, "Opened", "", "B"), name="T2"),
		*ticket((20, "Opened"), name="T3"),
	]
	of_a = ladder(
		step(4), name="a", order=1, conditions=[{"fact": "team", "operator": "equals", "value": "A"}]
	)
	of_b = ladder(name="b", order=2, conditions=[{"fact": "team", "operator": "equals", "value": "B"}])
	found, summary = replayed(capsys, tmp_path, rows, policies(of_b, of_a))
	assert [(one["ticket"], one["policy"], one["level"]) for one in found] == [("T1", "a", 4), ("T2", "b", 1)]
	assert summary["tickets_by_policy"] == {"a": 1, "b": 1}
	assert summary["tickets_without_policy"] == 1


# --- who ------------------------------------------------------------------------------------------------------------

PEOPLE = {
	"agents": {
		"ann": {"supervisor": "bob"},
		"bob": {"supervisor": "cy", "leads": ["A"], "roles": ["Lead"]},
		"cy": {
			"stand_in": "bob",
			"away": [{"from": "2026-03-02T12:00:00Z", "until": "2026-03-02T17:00:00Z"}],
		},
		"dee": {"roles": ["Lead"]},
	},
	"roles": {"CS Manager": ["cy"]},
}


@pytest.mark.parametrize(
	("tell", "told"),
	[
		({"tell": "assignee"}, ["ann"]),
		({"tell": "team_lead"}, ["bob"]),
		({"tell": "supervisor"}, ["bob"]),
		({"tell": "role", "role": "Lead"}, ["bob", "dee"]),
		({"tell": "user", "user": "dee"}, ["dee"]),
		({"tell": "supervisor", "supervisor_level": 2}, ["bob"]),
	],
	ids=["assignee", "lead", "supervisor", "role", "user", "stand-in of who is away"],
)
def test_who_is_told(capsys, tmp_path, tell, told):
	rows = ticket((8, "Opened", "", "A"), (9, "Assigned", "ann"))
	found, summary = replayed(
		capsys, tmp_path, rows, policies(ladder(step(**tell)), people=PEOPLE), "--now", at(20)
	)
	assert found[0]["told"] == told
	assert set(summary["people"]) == set(told)


def test_way_to_a_stand_in_is_told(capsys, tmp_path):
	pack = policies(ladder(step(tell="role", role="CS Manager")), people=PEOPLE)
	found, _ = replayed(capsys, tmp_path, ticket((8, "Opened")), pack, "--now", at(20))
	assert found[0]["remarks"] == [
		{"way": "away", "about": "cy", "instead": ""},
		{"way": "stood_in", "about": "cy", "instead": "bob"},
	]
	found, _ = replayed(capsys, tmp_path, ticket((9, "Opened")), pack, "--now", at(20))  # due when cy is back
	assert (found[0]["told"], found[0]["remarks"]) == (["cy"], [])


def test_assignee_and_team_are_those_of_that_instant(capsys, tmp_path):
	rows = ticket(
		(8, "Opened", "", "B"),
		(9, "Assigned", "ann"),
		(15, "Assigned", "dee"),
		(15, "Unassigned", "ann"),
		(18, "Assigned", "cy", "A"),
		(22, "Work"),
	)
	steps = (step(1, percent=50), step(2), step(3, **after(4), tell="team_lead"))
	found, _ = replayed(capsys, tmp_path, rows, policies(ladder(*steps), people=PEOPLE))
	assert [one["told"] for one in found] == [["ann"], ["dee"], ["bob"]]


def test_nobody_to_tell_is_counted_and_a_fallback_helps(capsys, tmp_path):
	rows = ticket((8, "Opened"))
	found, summary = replayed(capsys, tmp_path, rows, policies(people=PEOPLE), "--now", at(20))
	assert (found[0]["nobody_to_tell"], found[0]["told"], summary["nobody_to_tell"]) == (True, [], 1)
	pack = policies(ladder(fallback_user="dee"), people=PEOPLE)
	found, summary = replayed(capsys, tmp_path, rows, pack, "--now", at(20))
	assert (found[0]["nobody_to_tell"], found[0]["told"], summary["nobody_to_tell"]) == (False, ["dee"], 0)
	ways = [remark["way"] for remark in found[0]["remarks"]]
	assert (ways[0], ways[-1]) == ("no_assignee", "fallback")


def test_assignee_of_the_log_is_told_without_any_people(capsys, tmp_path):
	found, _ = replayed(capsys, tmp_path, OPEN_FOR_A_DAY, policies())
	assert found[0]["told"] == ["ann"]


# --- what the log tells ---------------------------------------------------------------------------------------------


def columns(**more):
	return mapping(columns={**mapping()["columns"], **more})


def test_severity_at_the_opening_and_its_change_are_watched(capsys, tmp_path):
	"""The column 'priority' stands in for the severity: the small log has no other to spare."""
	rows = [
		*ticket((8, "Opened", "ann", "", "Major")),
		*ticket(
			(8, "Opened", "", "", "General"),
			(9, "Work", "", "", ""),
			(10, "Work", "", "", "Major"),
			name="T2",
		),
		*ticket((8, "Opened", "", "", "General"), name="T3"),
	]
	plan = columns(priority="team", facts={"severity": "priority"})
	one = step(1, "severity_reached", severity="Important")
	found, summary = replayed(capsys, tmp_path, rows, policies(ladder(one)), plan=plan)
	assert [(line["ticket"], line["raised_at"][11:13]) for line in found] == [("T1", "08"), ("T2", "10")]
	assert summary["by_metric"] == {"ticket": {"1": 2}}


def test_rating_is_the_change_of_its_column(capsys, tmp_path):
	rows = [
		*ticket((8, "Opened"), (9, "Resolved"), (20, "Work", "", "", "2")),
		*ticket((8, "Opened"), (9, "Resolved", "", "", "4"), name="T2"),
	]
	plan = columns(priority="team", rating="priority")
	one = step(1, "low_satisfaction", rating=2)
	found, _ = replayed(capsys, tmp_path, rows, policies(ladder(one)), plan=plan)
	assert [(line["ticket"], line["raised_at"][11:13]) for line in found] == [("T1", "20")]


def test_contacts_in_a_window_and_reopenings(capsys, tmp_path):
	rows = ticket(
		(8, "Opened"),
		(9, "Customer Replied"),
		(10, "Customer Replied"),
		(11, "Resolved"),
		(12, "Reopened"),
		(13, "Resolved"),
	)
	steps = (
		step(1, "contacts_in_a_window", count=3, amount=2, unit="calendar_hours"),
		step(2, "reopened", count=1),
	)
	found, _ = replayed(capsys, tmp_path, rows, policies(ladder(*steps)))
	assert when(found) == [(1, "02T10:00"), (2, "02T12:00")]


def test_dedicated_agent_is_a_column_of_its_own(capsys, tmp_path):
	rows = ticket((8, "Opened", "", "zoe"), (9, "Assigned", "ann"))
	plan = mapping(
		columns={
			"ticket": "ticket",
			"time": "time",
			"activity": "activity",
			"actor": "actor",
			"dedicated_agent": "team",
		}
	)
	pack = policies(ladder(step(tell="dedicated_agent")))
	assert replayed(capsys, tmp_path, rows, pack, "--now", at(20), plan=plan)[0][0]["told"] == ["zoe"]


# --- what is counted ------------------------------------------------------------------------------------------------


def test_mails_are_counted_by_person_and_day_and_actions_only_counted(capsys, tmp_path):
	actions = {"raise_priority_to": "High", "assign_to_told": True}
	steps = (
		step(1, tell="role", role="Lead", email=True, channel="Desk", actions=actions),
		step(2, **after(10), tell="user", user="dee", email=True, in_app=False),
	)
	found, summary = replayed(capsys, tmp_path, OPEN_FOR_A_DAY, policies(ladder(*steps), people=PEOPLE))
	assert [one["mails"] for one in found] == [2, 1]
	assert summary["mails_by_person_and_day"] == {
		"bob": {"2026-03-02": 1},
		"dee": {"2026-03-02": 1, "2026-03-03": 1},
	}
	assert summary["people"]["dee"] == {
		"told": 2,
		"by_level": {"1": 1, "2": 1},
		"in_app": 1,
		"mails": 2,
		"busiest_day": {"day": "2026-03-02", "mails": 1},
	}
	assert summary["mails_per_day"]["busiest_day"] == {"day": "2026-03-02", "mails": 2}
	assert (summary["mails_per_day"]["days"], summary["mails_per_day"]["median"]) == (2, 1.5)
	assert summary["actions"] == {"assign_to_told": 1, "raise_priority_to": 1}
	assert summary["messages"] == {
		"in_app": 2,
		"mails_before_digests": 3,
		"mails": 3,
		"channels": {"Desk": 1},
	}


@pytest.mark.parametrize(
	("habits", "mails"),
	[
		({}, {"2026-03-02": 3}),
		({"digest_minutes": 60}, {"2026-03-02": 2}),
		({"quiet_calendar": "evenings"}, {"2026-03-03": 3}),
		({"quiet_calendar": "evenings", "digest_minutes": 60}, {"2026-03-03": 1}),
	],
	ids=["at once", "digest", "quiet hours", "quiet hours and digest"],
)
def test_mail_counts_on_the_day_on_which_it_leaves(capsys, tmp_path, habits, mails):
	"""Three tickets fall due at 16:00, 16:10 and 16:20; quiet from 15:00 on."""
	rows = [(f"T{n}", at(8, minute=10 * n), "Opened") for n in range(3)]
	evenings = always_open() | {"windows": {"monday": [["15:00", "24:00"]]}}
	pack = policies(
		ladder(step(tell="user", user="ann", email=True)),
		calendars={"evenings": evenings},
		people={"agents": {"ann": {}}, **habits},
	)
	_, summary = replayed(capsys, tmp_path, rows, pack, "--now", at(20))
	assert summary["mails_by_day"] == mails
	assert summary["messages"]["mails_before_digests"] == 3
