"""Workers share the modules out; whatever happens to a worker, its modules are in the sum and never green."""

import os
import signal
import subprocess
import sys
import threading
import time
from textwrap import dedent

import bench
import console
import paths
import pytest
import side_by_side
import suites
from side_by_side import Outcome, Worker

# What stands for module_runner.py: the name of a module says what happens in it.
FAKE = dedent(
	"""
	import json, os, sys, time

	def answer(**facts):
		print(json.dumps(facts), flush=True)

	if sys.argv[1] == "unborn.localhost":
		sys.exit("no such database")
	answer(ready=True)
	for line in iter(sys.stdin.readline, ""):
		name = line.strip()
		print("running", name, "on", sys.argv[1], file=sys.stderr, flush=True)
		if name.startswith("slow"):
			time.sleep(0.3)
		if name.startswith("endless"):
			time.sleep(60)
		if name.startswith("dies"):
			os._exit(139)
		if name.startswith("red"):
			print("AssertionError: 1 != 2", file=sys.stderr, flush=True)
		failed = int(name.startswith("red"))
		problem = "no test ran" if name.startswith("empty") else ""
		answer(passed=3, failed=failed, skipped=1, seconds=0.1, problem=problem)
	"""
)


@pytest.fixture
def workers(tmp_path, monkeypatch):
	"""Return a function that makes a worker for each site named."""
	monkeypatch.setattr(paths, "LOGS", tmp_path / "logs")
	script = tmp_path / "fake_runner.py"
	script.write_text(FAKE)
	made = []

	def make(*sites, **options):
		for site in sites:
			command = [sys.executable, script, site]
			made.append(Worker(site, command, cwd=tmp_path, env={}, **options))
		return made[-len(sites) :]

	yield make
	for worker in made:
		worker.end()


def test_every_module_runs_once_and_the_sum_is_the_total(workers, capsys):
	names = [f"green_{number}" for number in range(9)]
	outcomes = side_by_side.run(workers("a.localhost", "b.localhost"), names)
	assert sorted(one.module for one in outcomes) == names
	assert suites.total("site tests", outcomes) == suites.Result("site tests", 27, 0, 9)
	assert "[9/9] " in capsys.readouterr().out


def test_who_is_free_takes_the_next_module(workers):
	outcomes = side_by_side.run(workers("a.localhost", "b.localhost"), ["slow", "one", "two", "three"])
	site = {one.module: one.site for one in outcomes}
	assert site["one"] == site["two"] == site["three"] != site["slow"]


def test_a_failure_is_shown_whole_with_its_module_and_site(workers, capsys):
	outcomes = side_by_side.run(workers("a.localhost"), ["green", "red"])
	result = suites.total("site tests", outcomes)
	shown = capsys.readouterr().out
	assert (result.passed, result.failed, result.ok) == (6, 1, False)
	assert "running red on a.localhost\nAssertionError: 1 != 2" in shown
	assert "running green" not in shown
	assert "FAILED red: 3 passed / 1 failed / 1 skipped (a.localhost, 0 s)" in shown


def test_a_worker_that_dies_is_a_failure_and_the_others_go_on(workers):
	outcomes = side_by_side.run(workers("a.localhost", "b.localhost"), ["dies", "slow", "one", "two"])
	result = suites.total("site tests", outcomes)
	assert (result.passed, result.failed) == (9, 1)
	dead = next(one for one in outcomes if one.module == "dies")
	assert dead.problem == f"the worker on {dead.site} ended with 139 in the middle of it"


def test_modules_that_nobody_was_left_to_run_are_failures(workers):
	outcomes = side_by_side.run(workers("a.localhost"), ["green", "dies", "one", "two"])
	assert [one.module for one in outcomes if one.problem == side_by_side.NOBODY_LEFT] == ["one", "two"]
	assert suites.total("site tests", outcomes).failed == 3


def test_a_worker_that_never_began_is_a_failure_though_all_tests_are_green(workers, capsys):
	outcomes = side_by_side.run(workers("unborn.localhost", "b.localhost"), ["one", "two"])
	result = suites.total("site tests", outcomes)
	assert (result.passed, result.failed, result.ok) == (6, 1, False)
	assert "the worker on unborn.localhost ended with 1 before a test\nno such database" in (
		capsys.readouterr().out
	)


def test_a_module_without_tests_is_a_failure(workers):
	outcomes = side_by_side.run(workers("a.localhost"), ["empty"])
	assert suites.total("site tests", outcomes).failed == 1


def test_no_outcome_at_all_is_a_failure():
	assert suites.total("site tests", []).ok is False


def test_a_worker_waits_for_its_turn(workers):
	turn = threading.Event()
	first, last = workers("a.localhost", "b.localhost")
	last.begins_after = turn.wait
	threading.Timer(0.6, turn.set).start()
	outcomes = side_by_side.run([first, last], ["one", "two", "slow", "three"])
	assert {one.site for one in outcomes} == {"a.localhost"}


def test_an_interrupted_run_ends_its_workers_and_nobody_else(workers):
	bystander = subprocess.Popen(["sleep", "30"])
	pair = workers("a.localhost", "b.localhost")
	threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
	started = time.monotonic()
	with pytest.raises(KeyboardInterrupt):
		side_by_side.run(pair, ["endless_1", "endless_2", "one"])
	assert time.monotonic() - started < 10
	assert all(worker.process.poll() is not None for worker in pair)
	assert bystander.poll() is None
	bystander.terminate()
	bystander.wait()


def test_a_process_that_does_not_want_to_end_is_killed(monkeypatch):
	monkeypatch.setattr(console, "END_SECONDS", 0.2)
	stubborn = subprocess.Popen(
		[
			sys.executable,
			"-c",
			"import signal, time; signal.signal(15, print); print(1, flush=True); time.sleep(60)",
		],
		stdout=subprocess.PIPE,
	)
	stubborn.stdout.readline()
	console.end_process(stubborn)
	assert stubborn.returncode == -signal.SIGKILL


def test_an_interrupted_command_does_not_outlive_the_run(tmp_path):
	mark = tmp_path / "pid"
	script = f"import os, time; open({str(mark)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
	threading.Timer(1, os.kill, (os.getpid(), signal.SIGINT)).start()
	with pytest.raises(KeyboardInterrupt):
		console.run_shown([sys.executable, "-c", script])
	with pytest.raises(ProcessLookupError):
		os.kill(int(mark.read_text()), 0)


def test_the_sites_beside_the_first_are_named_after_it():
	assert bench.side_sites("test.localhost", 1) == ["test.localhost"]
	assert bench.side_sites("own.localhost", 3) == ["own.localhost", "own-2.localhost", "own-3.localhost"]


def test_outcomes_say_what_happened_in_one_line():
	assert str(Outcome("tests.test_x", "a.localhost", 3, 0, 1, 12.4)) == (
		"tests.test_x: 3 passed / 0 failed / 1 skipped (a.localhost, 12 s)"
	)
