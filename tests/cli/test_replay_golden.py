"""The same input gives the same bytes: against the golden files, twice, in another order, in several processes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from .run_cli import (
	FIXTURES,
	GOLDEN,
	SAMPLE_LOG,
	SAMPLE_POLICIES,
	replay_arguments,
	run_alone,
	run_here,
	write_json,
)

FILES = ("clocks.jsonl", "escalations.jsonl", "summary.json")
MIDWAY = "2026-04-24T20:00:00+08:00"


def bytes_of(folder: Path) -> dict[str, bytes]:
	return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.mark.parametrize(("golden", "more"), [("sample", ()), ("sample-midway", ("--now", MIDWAY))])
def test_sample_gives_the_golden_bytes(capsys, tmp_path, golden, more):
	found = run_here(capsys, *replay_arguments(tmp_path / "out"), *more)
	assert (found.code, found.err) == (0, "")
	assert sorted(bytes_of(tmp_path / "out")) == sorted(FILES)
	assert bytes_of(tmp_path / "out") == bytes_of(GOLDEN / golden)


def without_escalation(tmp_path: Path) -> Path:
	pack = json.loads(SAMPLE_POLICIES.read_text("utf-8"))
	del pack["escalation_policies"], pack["people"]
	return write_json(tmp_path / "policies.json", pack)


def test_without_escalation_policies_nothing_of_them_is_written_or_left_over(capsys, tmp_path):
	out = tmp_path / "out"
	run_here(capsys, *replay_arguments(out))
	assert (out / "escalations.jsonl").exists()
	found = run_here(capsys, *replay_arguments(out, policies=without_escalation(tmp_path)))
	assert (found.code, "escalations" in found.out) == (0, False)
	assert bytes_of(out) == {
		"clocks.jsonl": (GOLDEN / "sample" / "clocks.jsonl").read_bytes(),
		"summary.json": (GOLDEN / "sample-without-escalation" / "summary.json").read_bytes(),
	}


def test_golden_sample_shows_every_level_a_suppressed_step_and_several_people():
	lines = (GOLDEN / "sample" / "escalations.jsonl").read_text("utf-8").splitlines()
	escalations = [json.loads(line) for line in lines]
	assert {one["level"] for one in escalations} == {0, 1, 2, 3, 4}
	assert {one["suppressed"] for one in escalations} == {None, "deadline_passed"}
	assert {one["state"] for one in escalations} == {"Open", "Resolved", "Suppressed"}
	assert {one["ladder"] for one in escalations} >= {"first_reply", "resolution", "team_ownership", "ticket"}
	assert len({user for one in escalations for user in one["told"]}) == 9
	assert any(one["nobody_to_tell"] for one in escalations)
	ways = {remark["way"] for one in escalations for remark in one["remarks"]}
	assert ways >= {"away", "stood_in", "no_assignee", "no_team_lead", "fallback", "nobody", "empty_role"}


def test_golden_summary_adds_up_to_the_lines():
	escalations = [
		json.loads(line) for line in (GOLDEN / "sample" / "escalations.jsonl").read_text("utf-8").splitlines()
	]
	summary = json.loads((GOLDEN / "sample" / "summary.json").read_text("utf-8"))["escalations"]
	told = [one for one in escalations if not one["suppressed"]]
	assert (summary["raised"], summary["suppressed"]) == (len(told), len(escalations) - len(told))
	assert sum(summary["by_level"].values()) == len(told)
	assert sum(sum(levels.values()) for levels in summary["by_policy"].values()) == len(told)
	assert sum(sum(levels.values()) for levels in summary["by_metric"].values()) == len(told)
	assert sum(person["told"] for person in summary["people"].values()) == sum(
		len(one["told"]) for one in told
	)
	assert summary["messages"]["mails_before_digests"] == sum(one["mails"] for one in told)
	assert sum(summary["mails_by_day"].values()) == summary["messages"]["mails"] < 143
	assert summary["nobody_to_tell"] == sum(one["nobody_to_tell"] for one in told)


def test_escalations_of_a_ticket_do_not_depend_on_the_others(capsys, tmp_path):
	header, *rows = SAMPLE_LOG.read_text("utf-8").splitlines()
	some = [row for row in rows if int(row[2:6]) % 7 == 3]
	log = tmp_path / "some.csv"
	log.write_text("\n".join([header, *some]) + "\n", encoding="utf-8")
	now = json.loads((GOLDEN / "sample" / "summary.json").read_text("utf-8"))["evaluated_at"]
	assert run_here(capsys, *replay_arguments(tmp_path / "out", log=log), "--now", now).code == 0
	whole = (GOLDEN / "sample" / "escalations.jsonl").read_text("utf-8").splitlines()
	expected = [line for line in whole if int(json.loads(line)["ticket"][2:]) % 7 == 3]
	assert len(expected) > 10
	assert (tmp_path / "out" / "escalations.jsonl").read_text("utf-8").splitlines() == expected


def test_golden_sample_shows_every_metric_and_midway_every_state():
	whole, midway = (
		[json.loads(line) for line in (GOLDEN / name / "clocks.jsonl").read_text("utf-8").splitlines()]
		for name in ("sample", "sample-midway")
	)
	assert len({clock["metric"] for clock in whole}) == 7
	assert {clock["state"] for clock in midway} == {"Running", "Paused", "Met", "Breached", "Cancelled"}


def test_json_lines_give_the_same_bytes_as_csv(capsys, tmp_path):
	run_here(capsys, *replay_arguments(tmp_path / "out", log=FIXTURES / "sample-log.jsonl"))
	assert bytes_of(tmp_path / "out") == bytes_of(GOLDEN / "sample")


def test_format_can_be_named_when_the_extension_does_not_tell(capsys, tmp_path):
	copied = tmp_path / "sample.txt"
	copied.write_bytes((FIXTURES / "sample-log.jsonl").read_bytes())
	run_here(capsys, *replay_arguments(tmp_path / "out", log=copied), "--format", "jsonl")
	assert bytes_of(tmp_path / "out") == bytes_of(GOLDEN / "sample")


@pytest.mark.parametrize(("seed", "zone"), [("0", "America/New_York"), ("1", "Asia/Tokyo"), ("4711", "UTC")])
def test_hash_seed_and_zone_of_the_machine_do_not_matter(tmp_path, seed, zone):
	assert run_alone(*replay_arguments(tmp_path / "out"), PYTHONHASHSEED=seed, TZ=zone).code == 0
	assert bytes_of(tmp_path / "out") == bytes_of(GOLDEN / "sample")


def test_hash_seed_does_not_matter_to_the_report(tmp_path):
	reports = []
	for seed in ("1", "4711"):
		arguments = [part for part in replay_arguments(tmp_path / seed) if part != "--no-report"]
		assert run_alone(*arguments, PYTHONHASHSEED=seed).code == 0
		reports.append((tmp_path / seed / "report.html").read_bytes())
	assert reports[0] == reports[1]


def test_workers_give_the_same_bytes(tmp_path):
	assert run_alone(*replay_arguments(tmp_path / "out"), "--workers", "3").code == 0
	assert bytes_of(tmp_path / "out") == bytes_of(GOLDEN / "sample")


def test_batches_in_two_processes_add_up_to_the_same_bytes(tmp_path):
	"""Six times the sample are two batches, so tallies of escalations are really added up."""
	header, *rows = SAMPLE_LOG.read_text("utf-8").splitlines()
	log = tmp_path / "long.csv"
	copies = [f"{copy}{row}" for copy in range(6) for row in rows]
	log.write_text("\n".join([header, *copies]) + "\n", encoding="utf-8")
	for workers in ("1", "2"):
		found = run_alone(*replay_arguments(tmp_path / workers, log=log), "--workers", workers)
		assert found.code == 0
	assert bytes_of(tmp_path / "1") == bytes_of(tmp_path / "2")


def test_order_of_rows_of_different_times_does_not_matter(capsys, tmp_path):
	header, *rows = SAMPLE_LOG.read_text("utf-8").splitlines()
	shuffled = tmp_path / "shuffled.csv"
	shuffled.write_text("\n".join([header, *reversed(rows)]) + "\n", encoding="utf-8")
	run_here(capsys, *replay_arguments(tmp_path / "out", log=shuffled))
	assert bytes_of(tmp_path / "out") == bytes_of(GOLDEN / "sample")


def test_byte_order_mark_and_windows_line_ends_change_nothing(capsys, tmp_path):
	windows = tmp_path / "windows.csv"
	windows.write_bytes(b"\xef\xbb\xbf" + SAMPLE_LOG.read_bytes().replace(b"\n", b"\r\n"))
	run_here(capsys, *replay_arguments(tmp_path / "out", log=windows))
	assert bytes_of(tmp_path / "out") == bytes_of(GOLDEN / "sample")


@pytest.mark.parametrize("script", ["make_sample_log.py"])
def test_fixtures_are_what_their_script_writes(tmp_path, script):
	copied = tmp_path / script
	copied.write_bytes((FIXTURES / script).read_bytes())
	subprocess.run([sys.executable, copied], check=True)
	for name in ("sample-log.csv", "sample-log.jsonl"):
		assert (tmp_path / name).read_bytes() == (FIXTURES / name).read_bytes()
