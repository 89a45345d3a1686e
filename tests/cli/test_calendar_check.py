"""``cs-center calendar check``: what agrees, what differs and why, and files that cannot be used."""

from __future__ import annotations

import json

import pytest

from .run_cli import VECTORS, always_open, run_alone, run_here, write_json


def case(**changes):
	return {
		"calendar": "always",
		"start": "2026-03-02T09:00:00+00:00",
		"business_seconds": 3600,
		"deadline": "2026-03-02T10:00:00+00:00",
		**changes,
	}


def vectors(tmp_path, *cases, **calendars):
	return write_json(
		tmp_path / "vectors.json", {"calendars": {"always": always_open(), **calendars}, "cases": list(cases)}
	)


def test_given_vectors_differ_in_one_case_that_counts_wall_clock_time(capsys):
	found = run_here(capsys, "calendar", "check", VECTORS)
	assert found.code == 1
	assert found.out.splitlines() == [
		"case 6 (always): elapsed: expected 2301006, got 2297406; differs by the change of the clocks, 3600 s: "
		"the expected figure counts wall-clock time",
		"40 cases, 120 questions, 119 agree, 1 mismatches",
	]


def test_file_whose_answers_agree_exits_with_0(capsys, tmp_path):
	found = run_here(capsys, "calendar", "check", vectors(tmp_path, case()))
	assert (found.code, found.out) == (0, "1 cases, 1 questions, 1 agree, 0 mismatches\n")


def test_wrong_deadline_is_printed_with_expected_and_got(capsys, tmp_path):
	wrong = case(deadline="2026-03-02T11:00:00+00:00")
	found = run_here(capsys, "calendar", "check", vectors(tmp_path, case(), wrong))
	assert found.code == 1
	assert found.out.splitlines()[0] == (
		"case 2 (always): deadline: expected 2026-03-02T11:00:00+00:00, got 2026-03-02T10:00:00+00:00"
	)


def test_same_instant_written_with_another_offset_agrees(capsys, tmp_path):
	same = case(deadline="2026-03-02T18:00:00+08:00")
	assert run_here(capsys, "calendar", "check", vectors(tmp_path, same)).code == 0


@pytest.mark.parametrize(
	("start", "end", "expected", "is_noted"),
	[
		("2026-03-07T12:00:00-05:00", "2026-03-08T12:00:00-04:00", 86_400, True),
		("2026-10-31T12:00:00-04:00", "2026-11-01T12:00:00-05:00", 86_400, True),
		("2026-03-07T12:00:00-05:00", "2026-03-08T12:00:00-04:00", 86_401, False),
		("2026-06-07T12:00:00-04:00", "2026-06-08T12:00:00-04:00", 90_000, False),
	],
	ids=["spring", "autumn", "another second", "no change of the clocks"],
)
def test_note_on_the_clocks_only_when_the_difference_is_exactly_their_change(
	capsys, tmp_path, start, end, expected, is_noted
):
	asked = {"calendar": "new_york", "start": start, "end": end, "elapsed_seconds": expected}
	found = run_here(
		capsys, "calendar", "check", vectors(tmp_path, asked, new_york=always_open("America/New_York"))
	)
	assert found.code == 1
	assert ("differs by the change of the clocks, 3600 s" in found.out) is is_noted


def test_machine_output_lists_the_mismatches(capsys):
	found = run_here(capsys, "calendar", "check", VECTORS, "--json")
	answer = json.loads(found.out)
	assert found.code == 1
	assert (answer["cases"], answer["questions"]) == (40, 120)
	assert [(row["case"], row["question"], row["got"]) for row in answer["mismatches"]] == [
		(6, "elapsed", "2297406")
	]


def test_calendar_that_cannot_answer_is_a_mismatch_with_its_reason(capsys, tmp_path):
	once = {"time_zone": "UTC", "exceptions": [{"date": "2026-03-02", "windows": [["09:00", "10:00"]]}]}
	late = case(calendar="once", start="2026-03-03T09:00:00+00:00")
	found = run_here(capsys, "calendar", "check", vectors(tmp_path, late, once=once))
	assert found.code == 1
	assert "got an error: The calendar has no open time within 400 days" in found.out


@pytest.mark.parametrize(
	("cases", "message"),
	[
		([], "cases: asks no question"),
		([{"calendar": "always", "start": "2026-03-02T09:00:00+00:00"}], "cases: asks no question"),
		([case(calendar="nobody")], "cases[0].calendar: there is no calendar 'nobody'. Calendars: always."),
		([case(start="yesterday")], "cases[0].start: the time 'yesterday' is not of ISO 8601 form"),
		([case(business_seconds="3600")], "cases[0].business_seconds: must be a whole number"),
		([{key: value for key, value in case().items() if key != "deadline"}], "cases[0]: lacks 'deadline'"),
		([case(dedline="x")], "cases[0]: has the unknown key 'dedline'"),
	],
)
def test_unusable_cases_exit_with_2_and_their_place(capsys, tmp_path, cases, message):
	found = run_here(capsys, "calendar", "check", vectors(tmp_path, *cases))
	assert found.code == 2
	assert message in found.err
	assert not found.out


def test_missing_file_exits_with_2(capsys, tmp_path):
	found = run_here(capsys, "calendar", "check", tmp_path / "none.json")
	assert found.code == 2
	assert "none.json: cannot be read: No such file or directory" in found.err


def test_broken_json_names_line_and_column(capsys, tmp_path):
	path = tmp_path / "broken.json"
	path.write_text('{"calendars": {},\n "cases": [}', encoding="utf-8")
	found = run_here(capsys, "calendar", "check", path)
	assert (found.code, "line 2 column 12" in found.err) == (2, True)


def test_key_written_twice_is_refused(capsys, tmp_path):
	path = tmp_path / "twice.json"
	path.write_text('{"calendars": {"a": {}, "a": {}}, "cases": []}', encoding="utf-8")
	found = run_here(capsys, "calendar", "check", path)
	assert (found.code, "the key 'a' twice" in found.err) == (2, True)


def test_exit_code_reaches_the_shell():
	assert run_alone("calendar", "check", VECTORS).code == 1
