"""Running the command line in this process and in one of its own, and small files to feed it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cs_center.replay.cli import main

REPOSITORY = Path(__file__).resolve().parents[2]
FIXTURES = REPOSITORY / "fixtures"
GOLDEN = FIXTURES / "golden"
VECTORS = REPOSITORY / "tests" / "vectors" / "calendar.json"
SAMPLE_LOG = FIXTURES / "sample-log.csv"
SAMPLE_MAPPING = FIXTURES / "mapping-sample.json"
SAMPLE_POLICIES = FIXTURES / "policies-sample.json"


class Outcome(NamedTuple):
	code: int
	out: str
	err: str


def run_here(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> Outcome:
	"""``main`` in this process."""
	capsys.readouterr()
	code = main([str(argument) for argument in arguments])
	captured = capsys.readouterr()
	return Outcome(code, captured.out, captured.err)


def run_alone(*arguments: str | Path, before: str = "", **environment: str) -> Outcome:
	"""``main`` in a Python of its own; ``before``: a statement to run first."""
	script = f"{before}\nimport sys\nfrom cs_center.replay.cli import main\nsys.exit(main())"
	found = subprocess.run(
		[sys.executable, "-c", script, *map(str, arguments)],
		capture_output=True,
		text=True,
		encoding="utf-8",
		cwd=REPOSITORY,
		env={**os.environ, "PYTHONPATH": str(REPOSITORY), **environment},
		check=False,
		timeout=120,
	)
	return Outcome(found.returncode, found.stdout, found.stderr)


def replay_arguments(out: Path, **changes: str | Path) -> list[str | Path]:
	"""Arguments to replay the sample without a report; ``changes``: log, mapping or policies of another path."""
	paths = {"log": SAMPLE_LOG, "mapping": SAMPLE_MAPPING, "policies": SAMPLE_POLICIES, **changes}
	named = [part for name, path in paths.items() for part in (f"--{name}", path)]
	return ["replay", *named, "--out", out, "--no-report"]


def write_json(path: Path, value: Any) -> Path:
	path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
	return path


def read_lines(path: Path) -> list[dict[str, Any]]:
	return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def small_mapping(**changes: Any) -> dict[str, Any]:
	"""Four columns, UTC, the kinds of events as activities, and work that resumes and reopens."""
	kinds = (
		"Opened",
		"Acknowledged",
		"Agent Replied",
		"Customer Replied",
		"Paused",
		"Resumed",
		"Resolved",
		"Reopened",
		"Merged",
		"Cancelled",
	)
	return {
		"columns": {
			"ticket": "ticket",
			"time": "time",
			"activity": "activity",
			"actor": "actor",
			"team": "team",
			"priority": "priority",
		},
		"time": {"format": "iso", "zone": "UTC"},
		"activities": {
			**{kind: {"events": [kind]} for kind in kinds},
			"Work": {"events": [], "work": True},
			"Note": {"ignore": True},
		},
		"implied": [
			{"state": "Paused", "when": "work", "events": ["Resumed"]},
			{"state": "Resolved", "when": "work", "events": ["Reopened"]},
		],
		**changes,
	}


def always_open(zone: str = "UTC") -> dict[str, Any]:
	days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
	return {"time_zone": zone, "windows": {day: [["00:00", "24:00"]] for day in days}}


def small_policies(*targets: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
	"""One policy for every ticket, always open; by default resolution in 8 business hours."""
	promised = list(targets) or [{"metric": "resolution", "amount": 8, "unit": "business_hours"}]
	policy = {"name": "only", "order": 1, "calendar": "always", "targets": promised, **changes}
	return {"calendars": {"always": always_open()}, "policies": [policy]}


def small_log(path: Path, rows: Sequence[Sequence[str]]) -> Path:
	"""Rows (ticket, time, activity), and, where given, actor, team and priority."""
	lines = ["ticket,time,activity,actor,team,priority"]
	lines += [",".join([*row, *[""] * (6 - len(row))]) for row in rows]
	path.write_text("\n".join(lines) + "\n", encoding="utf-8")
	return path
