"""The mapping and policies for the Italian help desk's log, on invented cases with that log's columns."""

from __future__ import annotations

import json

import pytest

from .run_cli import FIXTURES, read_lines, replay_arguments, run_here

COLUMNS = (
	"Case ID,Activity,Resource,Complete Timestamp,Variant,Variant index,Variant,seriousness,customer,product,"
	"responsible_section,seriousness_2,service_level,service_type,support_section,workgroup"
)
HOUR = 3600


def row(case, activity, time):
	return f"{case},{activity},Value 1,2012/10/{time}:00.000,V,1,V,Value 1,c,p,s,Value 1,Value 2,Value 1,s,Value 1"


@pytest.fixture
def replayed(capsys, tmp_path):
	"""A function from rows to (clocks of the first case by metric and cycle, summary)."""

	def replay(*rows):
		log = tmp_path / "log.csv"
		log.write_text("\n".join([COLUMNS, *rows]) + "\n", encoding="utf-8")
		arguments = replay_arguments(
			tmp_path / "out",
			log=log,
			mapping=FIXTURES / "mapping-helpdesk-log.json",
			policies=FIXTURES / "policies-helpdesk-log.json",
		)
		found = run_here(capsys, *arguments)
		assert (found.code, found.err) == (0, "")
		clocks = read_lines(tmp_path / "out" / "clocks.jsonl")
		summary = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
		return {(clock["metric"], clock["cycle"]): clock for clock in clocks}, summary

	return replay


def test_waiting_case_goes_on_when_somebody_works_and_closing_changes_nothing(replayed):
	clocks, summary = replayed(
		row("C1", "Assign seriousness", "09 10:00"),
		row("C1", "Take in charge ticket", "09 12:00"),
		row("C1", "Wait", "09 13:00"),
		row("C1", "Require upgrade", "09 16:00"),
		row("C1", "Resolve ticket", "09 17:00"),
		row("C1", "Closed", "30 17:00"),
	)
	assert clocks["acknowledgement", 1]["elapsed_seconds"] == 2 * HOUR
	resolution = clocks["resolution", 1]
	assert (resolution["elapsed_seconds"], resolution["paused_seconds"]) == (4 * HOUR, 3 * HOUR)
	assert ("resolution", 2) not in clocks
	assert summary["events_without_effect"] == {"Resolved": 1}


def test_case_taken_again_after_its_solution_is_open_again(replayed):
	clocks, _ = replayed(
		row("C1", "Take in charge ticket", "09 10:00"),
		row("C1", "Resolve ticket", "09 11:00"),
		row("C1", "Take in charge ticket", "09 12:00"),
		row("C1", "Resolve ticket", "09 15:00"),
	)
	assert [clocks["resolution", cycle]["elapsed_seconds"] for cycle in (1, 2)] == [HOUR, 3 * HOUR]
	assert clocks["acknowledgement", 1]["elapsed_seconds"] == 0


def test_invalid_case_owes_nothing_more(replayed):
	clocks, _ = replayed(row("C1", "Insert ticket", "09 10:00"), row("C1", "INVALID", "09 11:00"))
	assert {clock["state"] for clock in clocks.values()} == {"Cancelled"}


def test_all_saints_day_is_closed(replayed):
	clocks, _ = replayed(row("C1", "Insert ticket", "31 17:00"), row("C1", "Closed", "31 18:00"))
	assert clocks["acknowledgement", 1]["due_at"] == "2012-11-02T16:00:00+01:00"


def test_every_activity_of_the_log_is_named():
	mapping = json.loads((FIXTURES / "mapping-helpdesk-log.json").read_text("utf-8"))
	assert set(mapping["activities"]) == {
		"Assign seriousness", "Insert ticket", "Take in charge ticket", "Wait", "Require upgrade", "Create SW anomaly",
		"Resolve SW anomaly", "Schedule intervention", "Resolve ticket", "Closed", "RESOLVED", "VERIFIED", "INVALID",
		"DUPLICATE",
	}  # fmt: skip
