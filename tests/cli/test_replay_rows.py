"""Rows: what is left out, with its line, and what a ticket's state makes of an activity."""

from __future__ import annotations

import json

import pytest

from .run_cli import (
	read_lines,
	replay_arguments,
	run_here,
	small_log,
	small_mapping,
	small_policies,
	write_json,
)

HOUR = 3600


def replay(capsys, tmp_path, rows, *more, mapping=None, policies=None):
	"""(outcome, clocks, summary)"""
	found = run_here(
		capsys,
		*replay_arguments(
			tmp_path / "out",
			log=small_log(tmp_path / "log.csv", rows),
			mapping=write_json(tmp_path / "mapping.json", mapping or small_mapping()),
			policies=write_json(tmp_path / "policies.json", policies or small_policies()),
		),
		*more,
	)
	assert found.code in (0, 1), found.err
	summary = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
	return found, read_lines(tmp_path / "out" / "clocks.jsonl"), summary


def at(hour, day=2):
	return f"2026-03-{day:02d}T{hour:02d}:00:00"


def ticket(*steps, name="T1"):
	return [(name, at(hour), activity) for hour, activity in steps]


GOOD = ticket((9, "Opened"), (12, "Resolved"))


def test_rejected_rows_are_named_by_line_and_the_rest_runs(capsys, tmp_path):
	rows = [
		GOOD[0],
		("T2", "03.02.2026", "Opened"),
		("T3", at(9), "Danced"),
		("", at(9), "Opened"),
		GOOD[1],
	]
	found, clocks, summary = replay(capsys, tmp_path, rows)
	assert found.code == 0
	log = tmp_path / "log.csv"
	assert found.err.splitlines() == [
		f"{log}:3: row left out: the time '03.02.2026' is not of ISO 8601 form.",
		f"{log}:4: row left out: the mapping does not name the activity 'Danced'.",
		f"{log}:5: row left out: it names no ticket.",
	]
	assert (summary["rows"], summary["rows_rejected"], len(clocks)) == (5, 3, 1)
	assert [row["line"] for row in summary["rejected"]] == [3, 4, 5]


def test_strict_exits_with_1_when_a_row_was_left_out(capsys, tmp_path):
	found, clocks, _ = replay(capsys, tmp_path, [*GOOD, ("T2", "noon", "Opened")], "--strict")
	assert (found.code, len(clocks)) == (1, 1)
	assert replay(capsys, tmp_path, GOOD, "--strict")[0].code == 0


def test_summary_lists_fifty_rejected_rows_and_counts_all(capsys, tmp_path):
	found, _, summary = replay(capsys, tmp_path, [*GOOD, *[("T2", "noon", "Opened")] * 60])
	assert (summary["rows_rejected"], len(summary["rejected"])) == (60, 50)
	assert found.err.splitlines()[-1].endswith("10 more rows left out.")


def test_line_of_a_row_after_a_cell_with_line_breaks(capsys, tmp_path):
	rows = [("T1", at(9), "Opened", '"two\nlines"'), ("T1", at(10), "Danced")]
	assert replay(capsys, tmp_path, rows)[2]["rejected"][0]["line"] == 4


def test_row_with_too_few_cells(capsys, tmp_path):
	log = small_log(tmp_path / "log.csv", GOOD)
	log.write_text(log.read_text("utf-8") + "T9,x\n", encoding="utf-8")
	arguments = replay_arguments(
		tmp_path / "out",
		log=log,
		mapping=write_json(tmp_path / "mapping.json", small_mapping()),
		policies=write_json(tmp_path / "policies.json", small_policies()),
	)
	assert "log.csv:4: row left out: it has 2 cells, the header has 6." in run_here(capsys, *arguments).err


def test_broken_json_line_is_left_out_by_its_number(capsys, tmp_path):
	lines = [
		json.dumps(
			dict(
				zip(
					("ticket", "time", "activity", "actor", "team", "priority"),
					[*row, "", "A", "x"],
					strict=True,
				)
			)
		)
		for row in GOOD
	]
	log = tmp_path / "log.jsonl"
	log.write_text("\n".join([lines[0], "", "{broken", "[1]", lines[1]]), encoding="utf-8")
	arguments = replay_arguments(
		tmp_path / "out",
		log=log,
		mapping=write_json(tmp_path / "mapping.json", small_mapping()),
		policies=write_json(tmp_path / "policies.json", small_policies()),
	)
	found = run_here(capsys, *arguments)
	assert "log.jsonl:3: row left out: it is not JSON" in found.err
	assert "log.jsonl:4: row left out: it is not a JSON object" in found.err


def test_first_row_opens_the_ticket_only_when_the_mapping_implies_it(capsys, tmp_path):
	rows = [*GOOD, *ticket((9, "Work"), (10, "Opened"), (11, "Resolved"), name="T2")]
	found, clocks, summary = replay(capsys, tmp_path, rows)
	assert "log.csv:4: row left out: the ticket is not open yet and nothing opens it at 'Work'." in found.err
	assert [clock["started_at"] for clock in clocks] == [at(9) + "+00:00", at(10) + "+00:00"]
	assert summary["rows_rejected"] == 1
	implied = [{"state": "New", "when": "any", "events": ["Opened"]}]
	found, clocks, _ = replay(capsys, tmp_path, rows, mapping=small_mapping(implied=implied))
	assert (found.err, {clock["started_at"] for clock in clocks}) == ("", {at(9) + "+00:00"})


def test_mapping_without_implied_rules_opens_by_the_first_row(capsys, tmp_path):
	mapping = small_mapping()
	del mapping["implied"]
	found, clocks, _ = replay(capsys, tmp_path, ticket((9, "Work"), (11, "Resolved")), mapping=mapping)
	assert (found.err, clocks[0]["elapsed_seconds"]) == ("", 2 * HOUR)


def test_work_on_a_waiting_ticket_ends_the_wait(capsys, tmp_path):
	rows = ticket((8, "Opened"), (10, "Paused"), (13, "Work"), (15, "Resolved"))
	_, (clock,), _ = replay(capsys, tmp_path, rows)
	assert (clock["paused_seconds"], clock["elapsed_seconds"]) == (3 * HOUR, 4 * HOUR)
	assert clock["due_at"] == at(19) + "+00:00"


def test_work_on_a_resolved_ticket_opens_a_second_cycle(capsys, tmp_path):
	rows = ticket((8, "Opened"), (10, "Resolved"), (12, "Work"), (15, "Resolved"))
	_, clocks, _ = replay(capsys, tmp_path, rows)
	assert [(clock["cycle"], clock["elapsed_seconds"]) for clock in clocks] == [(1, 2 * HOUR), (2, 3 * HOUR)]


def test_resuming_what_is_not_paused_and_resolving_twice_change_nothing_and_are_counted(capsys, tmp_path):
	rows = ticket(
		(8, "Opened"),
		(9, "Resumed"),
		(10, "Paused"),
		(11, "Paused"),
		(12, "Resumed"),
		(13, "Reopened"),
		(14, "Resolved"),
		(15, "Resolved"),
		(16, "Opened"),
	)
	_, (clock,), summary = replay(capsys, tmp_path, rows)
	assert (clock["paused_seconds"], clock["elapsed_seconds"]) == (2 * HOUR, 4 * HOUR)
	assert summary["events_without_effect"] == {
		"Opened": 1,
		"Paused": 1,
		"Reopened": 1,
		"Resolved": 1,
		"Resumed": 1,
	}


def test_cancelled_ticket_takes_no_more_events(capsys, tmp_path):
	rows = ticket((8, "Opened"), (9, "Cancelled"), (10, "Work"), (11, "Resolved"))
	_, (clock,), summary = replay(capsys, tmp_path, rows)
	assert (clock["state"], clock["ended_at"]) == ("Cancelled", at(9) + "+00:00")
	assert summary["metrics"]["resolution"]["elapsed_n"] == 0


def test_ignored_activity_is_counted_and_does_nothing(capsys, tmp_path):
	_, clocks, summary = replay(capsys, tmp_path, [*GOOD, ("T1", at(20), "Note")])
	assert (summary["rows_ignored"], summary["last_event_at"], len(clocks)) == (1, at(12) + "+00:00", 1)


def test_column_that_shows_another_team_is_a_change_of_team(capsys, tmp_path):
	rows = [
		("T1", at(8), "Opened", "", "A"),
		("T1", at(9), "Work", "", ""),
		("T1", at(10), "Work", "", "B"),
		("T1", at(12), "Resolved", "", "B"),
	]
	policies = small_policies({"metric": "team_ownership", "amount": 3, "unit": "business_hours"})
	_, clocks, _ = replay(capsys, tmp_path, rows, policies=policies)
	assert [clock["elapsed_seconds"] for clock in clocks] == [2 * HOUR, 2 * HOUR]


def test_column_that_shows_another_priority_changes_the_target(capsys, tmp_path):
	rows = [
		("T1", at(8), "Opened", "", "", "Low"),
		("T1", at(9), "Work", "", "", "High"),
		("T1", at(12), "Resolved", "", "", "High"),
	]
	policies = small_policies(
		{"metric": "resolution", "amount": 2, "unit": "business_hours", "priority": "High"},
		{"metric": "resolution", "amount": 9, "unit": "business_hours"},
	)
	_, (clock,), summary = replay(capsys, tmp_path, rows, policies=policies)
	assert (clock["amount"], clock["due_at"], clock["state"]) == (2, at(10) + "+00:00", "Breached")
	assert list(summary["by_priority"]) == ["High"]


def test_ticket_that_no_policy_matches_is_counted(capsys, tmp_path):
	policies = small_policies(conditions=[{"fact": "team", "operator": "equals", "value": "A"}])
	rows = [
		("T1", at(8), "Opened", "", "A"),
		("T2", at(8), "Opened", "", "B"),
		("T2", at(9), "Resolved", "", "A"),
	]
	_, clocks, summary = replay(capsys, tmp_path, rows, policies=policies)
	assert {clock["ticket"] for clock in clocks} == {"T1"}
	assert (summary["tickets"], summary["tickets_without_policy"]) == (2, 1)


def test_rows_after_the_instant_of_evaluation_have_not_happened(capsys, tmp_path):
	_, (clock,), summary = replay(capsys, tmp_path, GOOD, "--now", at(11))
	assert (clock["state"], clock["ended_at"]) == ("Running", None)
	assert (summary["rows_after_evaluation"], summary["evaluated_at"]) == (1, at(11) + "+00:00")


def test_row_at_the_very_instant_of_evaluation_has_happened(capsys, tmp_path):
	rows = [*GOOD, ("T1", at(15), "Work")]
	_, (clock,), summary = replay(capsys, tmp_path, rows, "--now", at(12))
	assert (clock["state"], clock["ended_at"]) == ("Met", at(12) + "+00:00")
	assert summary["rows_after_evaluation"] == 1


def test_evaluation_is_at_the_last_event_when_nothing_is_said(capsys, tmp_path):
	rows = [*ticket((8, "Opened")), *ticket((8, "Opened"), (17, "Resolved"), name="T2")]
	_, clocks, summary = replay(capsys, tmp_path, rows)
	assert summary["evaluated_at"] == at(17) + "+00:00"
	assert [clock["state"] for clock in clocks] == ["Breached", "Breached"]
	assert clocks[0]["breached_at"] == at(16) + "+00:00"


@pytest.mark.parametrize("name", ['quote " and \\', "退款单 7", "line\ttab"])
def test_ticket_names_of_any_kind_survive(capsys, tmp_path, name):
	log = tmp_path / "log.jsonl"
	keys = ("ticket", "time", "activity", "actor", "team", "priority")
	rows = [[name, at(8), "Opened", "", "", ""], [name, at(9), "Resolved", "", "", ""]]
	log.write_text("\n".join(json.dumps(dict(zip(keys, row, strict=True))) for row in rows), encoding="utf-8")
	arguments = replay_arguments(
		tmp_path / "out",
		log=log,
		mapping=write_json(tmp_path / "mapping.json", small_mapping()),
		policies=write_json(tmp_path / "policies.json", small_policies()),
	)
	run_here(capsys, *arguments)
	assert [clock["ticket"] for clock in read_lines(tmp_path / "out" / "clocks.jsonl")] == [name]


def test_figures_of_the_summary_by_hand(capsys, tmp_path):
	"""Elapsed 1, 2, 3, 4 and 20 hours against 8: four met of five; type 7 puts the 90th percentile at 4 + 0.6 * 16."""
	rows = [
		row
		for n, hours in enumerate((1, 2, 3, 4), start=1)
		for row in ticket((0, "Opened"), (hours, "Resolved"), name=f"T{n}")
	]
	rows += ticket((0, "Opened"), (20, "Resolved"), name="T5")
	_, _, summary = replay(capsys, tmp_path, rows)
	assert summary["metrics"]["resolution"] == {
		"n": 5,
		"met": 4,
		"breached": 1,
		"running": 0,
		"paused": 0,
		"cancelled": 0,
		"attainment": 0.8,
		"attainment_n": 5,
		"elapsed_n": 5,
		"elapsed_counts": "business",
		"elapsed_median_seconds": 3 * HOUR,
		"elapsed_p90_seconds": int(13.6 * HOUR),
	}
	assert summary["breaches_by_month"] == {"2026-03": {"resolution": 1}}
	classes = summary["elapsed_classes"]
	by_edge = dict(zip(classes["upper_edges_seconds"], classes["metrics"]["resolution"]["met"], strict=False))
	assert {edge: n for edge, n in by_edge.items() if n} == {HOUR: 1, 2 * HOUR: 1, 4 * HOUR: 2}


def test_fractions_of_a_second_are_kept(capsys, tmp_path):
	rows = [("T1", "2026-03-02T08:00:00.250", "Opened"), ("T1", "2026-03-02T09:00:00.500", "Resolved")]
	_, (clock,), _ = replay(capsys, tmp_path, rows)
	assert clock["elapsed_seconds"] == 3600.25
