"""Escalation policies and people that cannot be used: each with its place and what is wrong, and nothing written."""

from __future__ import annotations

import pytest

from .escalation_cases import arguments, at, ladder, mapping, policies, step
from .run_cli import run_here

ROWS = [("T1", at(9), "Opened"), ("T1", at(12), "Resolved")]


def people(agents=None, **more):
	return policies(people={"agents": agents or {}, **more})


def timed(trigger, **more):
	return step(1, trigger, **{"amount": 2, "unit": "business_hours", **more})


WHERE = "escalation_policies[0].steps[0]"
BAD_STEPS = [
	(step(trigger="late"), f"{WHERE}.trigger: 'late' is not a trigger. Use one of: share_of_target_used"),
	(step(metric="speed"), f"{WHERE}.metric: 'speed' is not a metric"),
	(
		step(metric="first_reply"),
		f"{WHERE}.metric: no policy of this file has a target for 'first_reply', so the step can never fire",
	),
	(step(metric=None), f"{WHERE}: Step 1 cannot be used: it watches a deadline, so it needs a metric"),
	(step(level=12), f"{WHERE}: Step 1 cannot be used: the level must be"),
	(step(level="1"), f"{WHERE}.level: must be a whole number"),
	(step(percent=0), f"{WHERE}: Step 1 cannot be used: the share must be"),
	(step(percent="75"), f"{WHERE}.percent: must be a number"),
	(step(percent=None), f"{WHERE}: lacks 'percent'"),
	(step(count=2), f"{WHERE}: has the key 'count', which the trigger 'share_of_target_used' does not use"),
	(step(amount=2, unit="business_hours"), f"{WHERE}: has the key 'amount', which the trigger"),
	(step(role="CS Manager"), f"{WHERE}: has the key 'role', which telling 'assignee' does not use"),
	(step(mail=True), f"{WHERE}: has the unknown key 'mail'"),
	(step(email="yes"), f"{WHERE}.email: must be true or false"),
	(step(tell="boss"), f"{WHERE}.tell: 'boss' is not somebody to tell"),
	(step(tell="role"), f"{WHERE}: lacks 'role'"),
	(step(tell="user"), f"{WHERE}: lacks 'user'"),
	(step(tell="supervisor", supervisor_level=0), f"{WHERE}: Step 1 cannot be used: the supervisor's level"),
	(step(tell=None), f"{WHERE}: Step 1 tells nobody and does nothing"),
	(step(in_app=False), f"{WHERE}: Step 1 tells nobody and does nothing"),
	(step(actions={"priority": "High"}), f"{WHERE}.actions: has the unknown key 'priority'"),
	(step(actions={"complaint_severity": "Huge"}), f"{WHERE}.actions.complaint_severity: there is no severity 'Huge'"),
	(step(1, "time_after_deadline", metric="resolution"), f"{WHERE}: lacks 'unit'"),
	(timed("time_after_deadline", metric="resolution", unit="hours"), f"{WHERE}.unit: 'hours' is not a unit"),
	(timed("time_after_deadline", metric="resolution", amount=0), f"{WHERE}.amount: 0 business_hours is not"),
	(
		timed("time_after_deadline", metric="resolution", amount=1, unit="business_days"),
		f"{WHERE}: Step 1 cannot be used: it needs a time in minutes or hours",
	),
	(step(1, "reopened", count=1.5), f"{WHERE}.count: must be a whole number"),
	(step(1, "reopened", count=0), f"{WHERE}: Step 1 cannot be used: the number of reopenings"),
	(step(1, "reopened", count=1, metric="resolution"), f"{WHERE}: has the key 'metric', which the trigger 'reopened'"),
	(timed("contacts_in_a_window", count=1), f"{WHERE}: Step 1 cannot be used: the number of contacts"),
	(step(1, "low_satisfaction", rating=6), f"{WHERE}: Step 1 cannot be used: the rating must be"),
	(step(1, "severity_reached", severity="Huge"), f"{WHERE}.severity: there is no severity 'Huge'. Use one of:"),
	(step(1, "severity_reached"), f"{WHERE}: Step 1 cannot be used: it needs a severity"),
	(timed("no_acknowledgement", metric="resolution"), f"{WHERE}: Step 1 can never fire"),
	(step(1, "severity_reached", severity="Major"), f"{WHERE}: the trigger 'severity_reached' can never fire:"),
	(step(1, "low_satisfaction", rating=2), "names no column 'rating'"),
]  # fmt: skip

BAD_PACKS = [
	(policies(ladder(step(), step())), "escalation_policies[0].steps[1]: Steps 1 and 2 are the same"),
	(policies(ladder(steps=[])), "escalation_policies[0].steps: The escalation policy 'ladder' has no steps"),
	(policies(ladder(steps={})), "escalation_policies[0].steps: must be a list"),
	(policies(ladder(calendar="night")), "escalation_policies[0].calendar: The policy 'ladder' names the calendar 'night'"),
	(policies(ladder(order="x")), "escalation_policies[0].order: must be a whole number"),
	(policies(ladder(targets=[])), "escalation_policies[0]: has the unknown key 'targets'"),
	(
		policies(ladder(), ladder(order=2)),
		"escalation_policies[1]: an escalation policy with the name 'ladder' stands above",
	),
	(policies(ladder(), ladder(name="other")), "escalation_policies: The policies 'ladder' and 'other' have the same"),
	(policies(escalation_policies=[]), "escalation_policies: holds no escalation policy"),
	(
		policies(ladder(conditions=[{"fact": "mood", "operator": "is_set"}])),
		"escalation_policies: a condition asks for 'mood', which",
	),
	(policies(ladder(fallback_role="A", fallback_user="b")), "escalation_policies[0].fallback_user: stands beside"),
	(people({"ann": {"boss": "bob"}}), 'people.agents["ann"]: has the unknown key \'boss\''),
	(people({"ann": {"supervisor": "bob"}}), 'people.agents["ann"].supervisor: there is no agent \'bob\'. Add it under'),
	(people({"ann": {"supervisor": "ann"}}), 'people.agents["ann"]: each supervises the one before, in a circle: ann > ann'),
	(
		people({"ann": {"supervisor": "bob"}, "bob": {"supervisor": "cy"}, "cy": {"supervisor": "bob"}}),
		'people.agents["bob"]: each supervises the one before, in a circle: bob > cy > bob. Take one',
	),
	(people({"ann": {"stand_in": "ann"}}), "each stands in for the one before, in a circle"),
	(people({"ann": {"leads": "A"}}), 'people.agents["ann"].leads: must be a list'),
	(people({"ann": {"away": [{}]}}), 'people.agents["ann"].away[0]: lacks both'),
	(people({"ann": {"away": [{"from": "2026-03-01T00:00"}]}}), 'away[0].from: has no offset. Write it like'),
	(people({"ann": {"away": [{"from": "soon"}]}}), "away[0].from: the time 'soon' is not of ISO 8601 form"),
	(
		people({"ann": {"away": [{"from": "2026-03-02T00:00Z", "until": "2026-03-01T00:00Z"}]}}),
		"away[0]: ends before it begins",
	),
	(people(roles={"CS Manager": ["zed"]}), 'people.roles["CS Manager"][0]: there is no agent \'zed\''),
	(people(quiet_calendar="night"), "people.quiet_calendar: there is no calendar 'night'"),
	(people(digest_minutes=-1), "people.digest_minutes: must be 0"),
	(people(digest_minutes=1441), "people.digest_minutes: must be 0"),
	(
		policies(ladder(step(tell="user", user="zed")), people={"agents": {"ann": {}}}),
		"escalation_policies[0].steps[0].user: there is no agent 'zed'",
	),
]  # fmt: skip
CASES = [*((policies(ladder(one)), message) for one, message in BAD_STEPS), *BAD_PACKS]


@pytest.mark.parametrize(("pack", "message"), CASES, ids=[message for _, message in CASES])
def test_unusable_escalation(capsys, tmp_path, pack, message):
	found = run_here(capsys, *arguments(tmp_path, ROWS, pack))
	assert found.code == 2
	assert f"policies.json: {message}" in found.err or message in found.err
	assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
	("kind", "message"),
	[
		("Rated", "'Rated' is read from the column 'rating'"),
		("Severity Changed", "'Severity Changed' is read from the fact 'severity'"),
		("Escalation Policy Changed", "policies are chosen by their conditions"),
	],
)
def test_what_comes_from_columns_or_is_chosen_is_no_activity(capsys, tmp_path, kind, message):
	plan = mapping(activities={"A": {"events": [kind]}})
	found = run_here(capsys, *arguments(tmp_path, ROWS, policies(), plan))
	assert (found.code, message in found.err) == (2, True)


def test_trigger_that_the_mapping_never_gives_is_refused(capsys, tmp_path):
	plan = mapping(
		activities={"Opened": {"events": ["Opened"]}, "Resolved": {"events": ["Resolved"]}}, implied=[]
	)
	for one, lack in (
		(step(1, "reopened", count=1), "no event 'Reopened'"),
		(timed("contacts_in_a_window", count=2), "no event 'Customer Replied'"),
	):
		found = run_here(capsys, *arguments(tmp_path, ROWS, policies(ladder(one)), plan))
		assert (found.code, lack in found.err) == (2, True)


def test_the_factories_themselves_are_usable(capsys, tmp_path):
	pack = policies(ladder(step()), people={"agents": {"ann": {}}})
	assert run_here(capsys, *arguments(tmp_path, ROWS, pack)).code == 0
