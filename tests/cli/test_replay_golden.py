"""The same input gives the same bytes: against the golden files, twice, in another order, in several processes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from .run_cli import FIXTURES, GOLDEN, SAMPLE_LOG, replay_arguments, run_alone, run_here

FILES = ("clocks.jsonl", "summary.json")
MIDWAY = "2026-04-24T20:00:00+08:00"


def bytes_of(folder: Path) -> dict[str, bytes]:
	return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.mark.parametrize(("golden", "more"), [("sample", ()), ("sample-midway", ("--now", MIDWAY))])
def test_sample_gives_the_golden_bytes(capsys, tmp_path, golden, more):
	found = run_here(capsys, *replay_arguments(tmp_path / "out"), *more)
	assert (found.code, found.err) == (0, "")
	assert sorted(bytes_of(tmp_path / "out")) == sorted(FILES)
	assert bytes_of(tmp_path / "out") == bytes_of(GOLDEN / golden)


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
