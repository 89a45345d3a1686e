"""``cs-center calendar deadline`` and ``elapsed``."""

from __future__ import annotations

import json

import pytest

from .run_cli import VECTORS, always_open, run_here, write_json


def ask(capsys, *arguments, name="split_shanghai"):
	return run_here(capsys, "calendar", *arguments, "--calendar", VECTORS, "--name", name)


def test_deadline_over_the_national_holiday_shows_the_intervals_it_used(capsys):
	found = ask(
		capsys,
		"deadline",
		"--start",
		"2026-09-30T16:00:00+08:00",
		"--amount",
		"8",
		"--unit",
		"business_hours",
	)
	assert found.code == 0
	assert "deadline:  2026-10-08T17:00:00+08:00" in found.out
	assert "3 open intervals:" in found.out
	assert "2026-10-08T14:00:00+08:00 - 2026-10-08T17:00:00+08:00  3:00:00 h" in found.out


@pytest.mark.parametrize(
	("unit", "amount", "deadline"),
	[
		("business_seconds", "90", "2026-11-19T09:01:30+08:00"),
		("business_minutes", "30", "2026-11-19T09:30:00+08:00"),
		("business_hours", "1.5", "2026-11-19T10:30:00+08:00"),
		("business_days", "2", "2026-11-23T18:00:00+08:00"),
		("calendar_seconds", "90", "2026-11-19T01:38:29+08:00"),
		("calendar_minutes", "30", "2026-11-19T02:06:59+08:00"),
		("calendar_hours", "1", "2026-11-19T02:36:59+08:00"),
		("calendar_days", "2", "2026-11-21T01:36:59+08:00"),
	],
)
def test_deadline_in_each_of_the_eight_units(capsys, unit, amount, deadline):
	found = ask(
		capsys,
		"deadline",
		"--start",
		"2026-11-19T01:36:59+08:00",
		"--amount",
		amount,
		"--unit",
		unit,
		"--json",
	)
	answer = json.loads(found.out)
	assert (answer["deadline"], answer["unit"]) == (deadline, unit)
	used = sum(row["seconds"] for row in answer["intervals"])
	assert used == {"business_seconds": 90, "business_minutes": 1800, "business_hours": 5400}.get(unit, used)
	assert bool(answer["intervals"]) is unit.startswith("business")


def test_time_without_an_offset_is_local_time_of_the_calendar(capsys):
	with_offset, without = (
		ask(capsys, "deadline", "--start", start, "--amount", "1", "--unit", "business_hours", "--json").out
		for start in ("2026-11-19T10:00:00+08:00", "2026-11-19T10:00:00")
	)
	assert with_offset == without


def test_elapsed_counts_real_seconds_over_a_change_of_the_clocks(capsys):
	span = ("--start", "2026-03-04T18:36:00-05:00", "--end", "2026-03-31T09:46:06-04:00")
	found = ask(capsys, "elapsed", *span, "--json", name="always")
	answer = json.loads(found.out)
	assert answer["elapsed_seconds"] == 2_297_406 == sum(row["seconds"] for row in answer["intervals"])


def test_elapsed_for_a_reader(capsys):
	found = ask(capsys, "elapsed", "--start", "2026-11-19T10:00", "--end", "2026-11-20T10:00")
	assert "elapsed:         7:00:00 h" in found.out


def test_file_with_one_bare_calendar_needs_no_name(capsys, tmp_path):
	path = write_json(tmp_path / "shop.json", always_open("Asia/Shanghai"))
	found = run_here(
		capsys,
		"calendar",
		"deadline",
		"--calendar",
		path,
		"--start",
		"2026-01-01T00:00",
		"--amount",
		"1",
		"--unit",
		"business_days",
	)
	assert (found.code, "deadline:  2026-01-03T00:00:00+08:00" in found.out) == (0, True)


@pytest.mark.parametrize(
	("arguments", "message"),
	[
		(
			("--name", "nobody", "--start", "2026-01-01T00:00"),
			"has no calendar 'nobody'. Choose one with --name:",
		),
		(("--start", "2026-01-01T00:00"), "holds several calendars. Choose one with --name:"),
		(("--name", "always", "--start", "noon"), "--start: the time 'noon' is not of ISO 8601 form"),
	],
)
def test_unusable_question_exits_with_2(capsys, arguments, message):
	found = run_here(
		capsys,
		"calendar",
		"deadline",
		"--calendar",
		VECTORS,
		"--amount",
		"1",
		"--unit",
		"business_hours",
		*arguments,
	)
	assert (found.code, message in found.err) == (2, True)


@pytest.mark.parametrize(
	("amount", "unit", "message"),
	[
		("-1", "business_hours", "must be above zero"),
		("nan", "business_hours", "must be above zero"),
		("1.5", "business_days", "days must be whole"),
	],
)
def test_unusable_amount_exits_with_2(capsys, amount, unit, message):
	found = ask(capsys, "deadline", "--start", "2026-01-01T00:00", f"--amount={amount}", "--unit", unit)
	assert (found.code, message in found.err) == (2, True)


def test_end_before_start_exits_with_2(capsys):
	found = ask(capsys, "elapsed", "--start", "2026-01-02T00:00", "--end", "2026-01-01T00:00")
	assert (found.code, "is before the start" in found.err) == (2, True)


def test_unknown_unit_is_refused_with_the_eight_that_exist(capsys):
	with pytest.raises(SystemExit) as exit_info:
		ask(capsys, "deadline", "--start", "2026-01-01T00:00", "--amount", "1", "--unit", "hours")
	assert exit_info.value.code == 2
	assert "calendar_days" in capsys.readouterr().err
