"""Input that cannot be used: each with its message, exit code 2, and nothing written."""

from __future__ import annotations

import json

import pytest

from .run_cli import (
	always_open,
	replay_arguments,
	run_alone,
	run_here,
	small_log,
	small_mapping,
	small_policies,
	write_json,
)

ROWS = [("T1", "2026-03-02T09:00:00", "Opened"), ("T1", "2026-03-02T12:00:00", "Resolved")]


def small_arguments(tmp_path, rows=ROWS, mapping=None, policies=None):
	return replay_arguments(
		tmp_path / "out",
		log=small_log(tmp_path / "log.csv", rows),
		mapping=write_json(tmp_path / "mapping.json", mapping or small_mapping()),
		policies=write_json(tmp_path / "policies.json", policies or small_policies()),
	)


def assert_refused(found, tmp_path, *parts):
	assert found.code == 2
	for part in parts:
		assert part in found.err
	assert not (tmp_path / "out").exists()
	assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".out")]


def target(**changes):
	return {"metric": "resolution", "amount": 8, "unit": "business_hours", **changes}


BAD_POLICIES = [
	(small_policies(targets=[]), "policies[0]: The policy 'only' has no targets"),
	(small_policies(target(unit="hours")), "policies[0].targets[0].unit: 'hours' is not a unit. Use one of:"),
	(small_policies(target(metric="speed")), "policies[0].targets[0].metric: 'speed' is not a metric"),
	(small_policies(target(amount="8")), "policies[0].targets[0].amount: must be a number"),
	(
		small_policies(target(amount=0)),
		"policies[0].targets[0].amount: 0 business_hours is not a usable amount",
	),
	(small_policies(target(warn_percent=120)), "the warning must be at 1 to 99 percent"),
	(small_policies(target(pauses="no")), "policies[0].targets[0].pauses: must be true or false"),
	(small_policies(target(), target()), "two targets for resolution"),
	(small_policies(target(priorty="High")), "policies[0].targets[0]: has the unknown key 'priorty'"),
	(small_policies(calendar="night"), "policies[0].calendar: The policy 'only' names the calendar 'night'"),
	(small_policies(order="first"), "policies[0].order: must be a whole number"),
	(
		small_policies(conditions=[{"fact": "team", "operator": "is", "value": "A"}]),
		"'is' is not an operator",
	),
	(
		small_policies(conditions=[{"fact": "team", "operator": "equals"}]),
		"conditions[0]: The condition on 'team'",
	),
	(small_policies(conditions=[{"fact": "mood", "operator": "is_set"}]), "a condition asks for 'mood'"),
	({"calendars": {}, "policies": []}, "policies: holds no policy"),
	({"policies": []}, "the file: lacks 'calendars'"),
	([], "the file: must be an object"),
]


@pytest.mark.parametrize(("policies", "message"), BAD_POLICIES, ids=[message for _, message in BAD_POLICIES])
def test_unusable_policies(capsys, tmp_path, policies, message):
	arguments = small_arguments(tmp_path)
	write_json(tmp_path / "policies.json", policies)
	assert_refused(run_here(capsys, *arguments), tmp_path, "policies.json", message)


def test_two_policies_of_one_order(capsys, tmp_path):
	policies = small_policies()
	policies["policies"].append({**policies["policies"][0], "name": "other"})
	found = run_here(capsys, *small_arguments(tmp_path, policies=policies))
	assert_refused(
		found, tmp_path, "policies.json: policies:", "'only' and 'other' have the same priority number 1"
	)


def test_two_policies_of_one_name(capsys, tmp_path):
	policies = small_policies()
	policies["policies"].append({**policies["policies"][0], "order": 2})
	found = run_here(capsys, *small_arguments(tmp_path, policies=policies))
	assert_refused(found, tmp_path, "policies[1]: a policy with the name 'only' stands above")


BAD_CALENDARS = [
	({"windows": {"monday": [["09:00", "12:00"], ["11:00", "15:00"]]}}, "overlap"),
	({"windows": {"mon": [["09:00", "12:00"]]}}, "Unknown weekday 'mon'"),
	({"windows": {"monday": 5}}, 'windows["monday"]: must be a list'),
	({"windows": {}}, "no window at all"),
	({"time_zone": "Mars/Base"}, "Unknown time zone 'Mars/Base'"),
	({"exceptions": [{"date": "2026-02-30", "closed": True}]}, "'2026-02-30' is not a"),
	({"exceptions": [{"date": "2026-02-03"}]}, "must be either closed or have windows"),
	({"holidays": []}, "has the unknown key 'holidays'"),
]


@pytest.mark.parametrize(("change", "message"), BAD_CALENDARS, ids=[message for _, message in BAD_CALENDARS])
def test_unusable_calendar(capsys, tmp_path, change, message):
	policies = small_policies()
	policies["calendars"]["always"] |= change
	found = run_here(capsys, *small_arguments(tmp_path, policies=policies))
	assert_refused(found, tmp_path, 'policies.json: calendars["always"]', message)


def columns(**changes):
	return small_mapping()["columns"] | changes


BAD_MAPPINGS = [
	(small_mapping(columns={"ticket": "ticket", "time": "time"}), "columns: lacks 'activity'"),
	(small_mapping(columns=columns(tema="team")), "columns: has the unknown key 'tema'"),
	(small_mapping(columns=columns(facts={"team": "team"})), "'team' is a column of its own"),
	(small_mapping(time={"format": "iso"}), "time: lacks 'zone'"),
	(small_mapping(time={"format": "iso", "zone": "Rome"}), "time.zone: Unknown time zone 'Rome'"),
	(
		small_mapping(time={"format": "YYYY", "zone": "UTC"}),
		"time.format: 'YYYY' is neither 'iso' nor a pattern",
	),
	(small_mapping(delimiter=";;"), "delimiter: must be one character"),
	(small_mapping(activities={}), "activities: names no activity"),
	(
		small_mapping(activities={"A": {"events": ["Ended"]}}),
		"activities[\"A\"].events[0]: 'Ended' is not a kind",
	),
	(small_mapping(activities={"A": {"events": ["Team Changed"]}}), "is read from the column 'team'"),
	(
		small_mapping(activities={"A": {"events": ["Policy Changed"]}}),
		"policies are chosen by their conditions",
	),
	(small_mapping(activities={"A": {}}), "activities[\"A\"]: lacks 'events'"),
	(small_mapping(activities={"A": {"ignore": True, "events": []}}), "ignored and mapped at once"),
	(small_mapping(implied=[{"state": "Shut", "when": "any", "events": []}]), "'Shut' is not a state"),
	(
		small_mapping(implied=[{"state": "Open", "when": "idle", "events": []}]),
		"'idle' is not a kind of event",
	),
]


@pytest.mark.parametrize(("mapping", "message"), BAD_MAPPINGS, ids=[message for _, message in BAD_MAPPINGS])
def test_unusable_mapping(capsys, tmp_path, mapping, message):
	found = run_here(capsys, *small_arguments(tmp_path, mapping=mapping))
	assert_refused(found, tmp_path, "mapping.json", message)


def test_column_missing_in_csv(capsys, tmp_path):
	found = run_here(capsys, *small_arguments(tmp_path, mapping=small_mapping(columns=columns(team="desk"))))
	assert_refused(found, tmp_path, "log.csv: line 1: lacks the column 'desk'", "Its columns: ticket, time")


def test_column_twice_in_csv(capsys, tmp_path):
	arguments = small_arguments(tmp_path)
	(tmp_path / "log.csv").write_text("ticket,time,activity,actor,team,priority,team\n", encoding="utf-8")
	assert_refused(run_here(capsys, *arguments), tmp_path, "has 2 times the column 'team'")


def test_column_missing_in_all_json_lines(capsys, tmp_path):
	arguments = small_arguments(tmp_path)
	row = {"ticket": "T1", "time": "2026-03-02T09:00:00", "activity": "Opened", "actor": "a", "team": "A"}
	(tmp_path / "log.csv").write_text(json.dumps(row), encoding="utf-8")
	found = run_here(capsys, *arguments, "--format", "jsonl")
	assert_refused(found, tmp_path, "no line has the column 'priority'")


def test_log_without_a_usable_row_names_the_first_reason(capsys, tmp_path):
	found = run_here(capsys, *small_arguments(tmp_path, rows=[("T1", "noon", "Opened")]))
	assert_refused(found, tmp_path, "holds no usable row (first reason, line 2: the time 'noon'")


def test_log_that_is_not_utf_8(capsys, tmp_path):
	arguments = small_arguments(tmp_path)
	(tmp_path / "log.csv").write_bytes("ticket,time,activity\nT1,x,Größe".encode("latin-1"))
	assert_refused(run_here(capsys, *arguments), tmp_path, "log.csv: byte", "is not UTF-8")


def test_open_quotation_mark(capsys, tmp_path):
	arguments = small_arguments(tmp_path)
	with (tmp_path / "log.csv").open("a", encoding="utf-8") as log:
		log.write('"T1,2026-03-02T09:00:00,Opened')
	assert_refused(run_here(capsys, *arguments), tmp_path, "log.csv: line", "is not CSV")


def test_unknown_extension(capsys, tmp_path):
	arguments = small_arguments(tmp_path)
	(tmp_path / "log.csv").rename(tmp_path / "log.xlsx")
	arguments[arguments.index(tmp_path / "log.csv")] = tmp_path / "log.xlsx"
	assert_refused(
		run_here(capsys, *arguments), tmp_path, "has the extension '.xlsx'. Use .csv, .jsonl, .ndjson"
	)


def test_instant_of_evaluation_before_the_first_event(capsys, tmp_path):
	found = run_here(capsys, *small_arguments(tmp_path), "--now", "2020-01-01T00:00:00Z")
	assert_refused(found, tmp_path, "holds no ticket opened up to 2020-01-01")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_calendar_that_ends_names_the_ticket(tmp_path, workers):
	policies = small_policies(target(amount=9000))
	policies["calendars"]["always"] = {
		"time_zone": "UTC",
		"exceptions": [{"date": "2026-03-02", "windows": [["09:00", "10:00"]]}],
	}
	found = run_alone(*small_arguments(tmp_path, policies=policies), "--workers", workers)
	assert_refused(found, tmp_path, "policies.json: ticket T1: The calendar has no open time within 400 days")
	assert "Traceback" not in found.err


def test_output_folder_that_cannot_be_made(capsys, tmp_path):
	(tmp_path / "file").write_text("", encoding="utf-8")
	arguments = small_arguments(tmp_path)
	arguments[arguments.index(tmp_path / "out")] = tmp_path / "file" / "out"
	found = run_here(capsys, *arguments)
	assert (found.code, "cannot be written" in found.err) == (2, True)


def test_refusal_leaves_the_last_results_alone(capsys, tmp_path):
	arguments = small_arguments(tmp_path)
	assert run_here(capsys, *arguments).code == 0
	before = (tmp_path / "out" / "clocks.jsonl").read_bytes()
	write_json(tmp_path / "policies.json", small_policies(calendar="night"))
	assert run_here(capsys, *arguments).code == 2
	assert (tmp_path / "out" / "clocks.jsonl").read_bytes() == before


def test_other_files_in_the_folder_stay_and_a_stale_report_goes(capsys, tmp_path):
	out = tmp_path / "out"
	out.mkdir()
	(out / "notes.txt").write_text("mine", encoding="utf-8")
	(out / "report.html").write_text("of another run", encoding="utf-8")
	assert run_here(capsys, *small_arguments(tmp_path)).code == 0
	assert sorted(path.name for path in out.iterdir()) == ["clocks.jsonl", "notes.txt", "summary.json"]


@pytest.mark.parametrize("package", ["matplotlib", "jinja2", "tqdm"])
def test_missing_extra_is_named_and_no_report_runs_without_it(tmp_path, package):
	hide = (
		"import sys, importlib.util as u; find = u.find_spec; "
		f"u.find_spec = lambda name, *rest: None if name == {package!r} else find(name, *rest); "
		f"sys.modules[{package!r}] = None"
	)
	arguments = small_arguments(tmp_path)
	with_report = [part for part in arguments if part != "--no-report"]
	refused = run_alone(*with_report, before=hide)
	assert_refused(
		refused, tmp_path, f"report: needs {package}. Install the extra: pip install cs_center[replay]"
	)
	assert run_alone(*arguments, before=hide).code == 0


def test_calendar_always_open_is_usable():
	"""The factories themselves: a bad base would make every refusal above mean nothing."""
	assert set(always_open()) == {"time_zone", "windows"}


def test_untouched_small_input_is_usable(capsys, tmp_path):
	assert run_here(capsys, *small_arguments(tmp_path)).code == 0
