"""The test suites and what they counted. A suite that ran nothing, or died, has failed."""

from __future__ import annotations

import os
import re
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import bench
import paths
import plan
import side_by_side
from console import end_process, run_shown, say

RAN = re.compile(r"^Ran (\d+) tests? in ", re.MULTILINE)
OUTCOME = re.compile(r"^(?:OK|FAILED) \((.*)\)$", re.MULTILINE)
CONTRACT_COUNT = re.compile(r"^contract: (\d+) checked, (\d+) different$", re.MULTILINE)
# Without --skip-before-tests Helpdesk would add an agreement of its own first.
LIFECYCLE = ("--skip-before-tests", "--module", "ticket_lifecycle")
LIFECYCLE_PATH = {"PYTHONPATH": str(paths.HARNESS / "lifecycle")}
TESTS_OFF = "The site refuses tests: run `bench --site NAME set-config allow_tests true`."


@dataclass(frozen=True)
class Result:
	"""The count of one suite; `problem` says why it failed besides failed tests."""

	suite: str
	passed: int = 0
	failed: int = 0
	skipped: int = 0
	problem: str = ""

	@property
	def ok(self) -> bool:
		return not self.failed and not self.problem


class PlainTests:
	"""pytest for everything under `tests/` (no Frappe is needed there), running beside what the caller does."""

	def __init__(self) -> None:
		self._report, self._log = paths.REPORTS / "plain.xml", paths.LOGS / "plain-tests.log"
		for folder in (paths.REPORTS, paths.LOGS):
			folder.mkdir(parents=True, exist_ok=True)
		self._report.unlink(missing_ok=True)
		command = [paths.TEST_VENV / "bin/python", "-m", "pytest", f"--junit-xml={self._report}"]
		with self._log.open("w") as output:
			self.process = subprocess.Popen(
				command, cwd=paths.ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
			)

	def wait(self) -> None:
		"""Return when they have ended."""
		self.process.wait()

	def result(self) -> Result:
		"""Wait for the end, show pytest's output, and return the count."""
		code = self.process.wait()
		say(self._log.read_text(errors="replace"))
		return read_junit("plain tests", self._report, code)


@contextmanager
def plain_tests() -> Iterator[PlainTests]:
	"""Run the plain tests beside the block; they do not outlive it."""
	running = PlainTests()
	try:
		yield running
	finally:
		end_process(running.process)


def read_junit(suite: str, report: Path, code: int) -> Result:
	"""Count a JUnit report; `code` is pytest's exit code, 1 meaning that tests failed."""
	if not report.exists():
		return Result(suite, problem=f"pytest ended with {code} before it wrote a report")
	totals = ElementTree.parse(report).getroot().find("testsuite")
	assert totals is not None
	count = {name: int(totals.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")}
	failed = count["failures"] + count["errors"]
	passed = count["tests"] - failed - count["skipped"]
	unexpected = code not in (0, 1) or (code == 1 and not failed)
	return Result(suite, passed, failed, count["skipped"], f"pytest ended with {code}" if unexpected else "")


def site_tests(site: str, arguments: Sequence[str]) -> Result:
	"""Run Frappe's own runner with these arguments, the whole app without any, on a site of the local bench."""
	selected = arguments or ("--app", paths.APP)
	command = bench.frappe_command(site, "run-tests", *selected)
	return _run_site_tests(command, paths.SITES, bench.environment())


def site_tests_on(folder: Path, site: str) -> Result:
	"""Run the same tests on a site of an existing bench."""
	return _run_site_tests(
		_bench_command(folder, site, "run-tests", "--app", paths.APP), folder / "sites", {}
	)


def site_tests_side_by_side(
	sites: Sequence[str], begins_after: Mapping[str, Callable[[], object]] | None = None
) -> Result:
	"""Run the app's tests on several sites of the local bench at a time, which share the modules out.

	`begins_after` may name a function for a site: its worker begins when the function has returned.
	"""
	python, env = paths.ENGINE_VENV / "bin/python", bench.environment()
	return _share_out(sites, python, paths.SITES, env, paths.ROOT / paths.APP, begins_after or {})


def site_tests_side_by_side_on(folder: Path, sites: Sequence[str]) -> Result:
	"""Run the same tests on several sites of an existing bench."""
	app = folder / "apps" / paths.APP / paths.APP
	return _share_out(sites, folder / "env/bin/python", folder / "sites", {}, app, {})


def _share_out(
	sites: Sequence[str],
	python: Path,
	folder: Path,
	env: Mapping[str, str],
	app: Path,
	begins_after: Mapping[str, Callable[[], object]],
) -> Result:
	workers = [
		side_by_side.Worker(
			site,
			[python, paths.HARNESS / "module_runner.py", site],
			cwd=folder,
			env=env,
			begins_after=begins_after.get(site, side_by_side.no_wait),
		)
		for site in sites
	]
	modules = plan.longest_first(plan.find_modules(app), plan.read_times())
	outcomes = side_by_side.run(workers, modules)
	plan.record_times({one.module: one.seconds for one in outcomes if one.seconds})
	return total("site tests", outcomes)


def total(suite: str, outcomes: Sequence[side_by_side.Outcome]) -> Result:
	"""Add up what the modules gave, after naming once more those that failed."""
	failed = [one for one in outcomes if one.failures]
	for one in failed:
		say(f"FAILED {one}")
	passed, skipped = (sum(getattr(one, name) for one in outcomes) for name in ("passed", "skipped"))
	problem = "" if passed or failed else "no test ran"
	return Result(suite, passed, sum(one.failures for one in failed), skipped, problem)


def lifecycle_tests(site: str) -> Result:
	"""Run the facts about a ticket's life on a local site that does not have the app yet."""
	command = bench.frappe_command(site, "run-tests", *LIFECYCLE)
	return _run_site_tests(command, paths.SITES, {**bench.environment(), **LIFECYCLE_PATH}, "ticket's life")


def lifecycle_tests_on(folder: Path, site: str) -> Result:
	"""Run the same facts on a site of an existing bench; the app must not be installed there."""
	command = _bench_command(folder, site, "run-tests", *LIFECYCLE)
	return _run_site_tests(command, folder / "sites", LIFECYCLE_PATH, "ticket's life")


def _bench_command(folder: Path, site: str, *arguments: str) -> list[str]:
	python = str(folder / "env/bin/python")
	return [python, "-m", "frappe.utils.bench_helper", "frappe", "--site", site, *arguments]


def _run_site_tests(
	command: Sequence[str | Path], folder: Path, env: Mapping[str, str], suite: str = "site tests"
) -> Result:
	# Frappe's command reports failed tests by its exit code only where CI is set.
	code, output = run_shown(command, cwd=folder, env={**env, "CI": os.environ.get("CI") or "1"})
	return read_unittest(suite, output, code)


def read_unittest(suite: str, output: str, code: int) -> Result:
	"""Count the closing lines of unittest's text runner."""
	ran = RAN.findall(output)
	if not ran:
		hint = f" {TESTS_OFF}" if "Testing is disabled" in output else ""
		return Result(suite, problem=f"the runner ended with {code} before it ran a test.{hint}")
	words = ", ".join(OUTCOME.findall(output))
	count = {name: int(number) for name, number in re.findall(r"([a-z ]+)=(\d+)", words)}
	count = {name.strip(): number for name, number in count.items()}
	failed = count.get("failures", 0) + count.get("errors", 0) + count.get("unexpected successes", 0)
	skipped, total = count.get("skipped", 0), sum(map(int, ran))
	# An error while a class is set up counts as an error, but not as a test that ran.
	passed = max(total - failed - skipped, 0)
	problem = "" if total else "no test ran"
	if total and code and not failed:
		problem = f"the runner ended with {code}"
	return Result(suite, passed, failed, skipped, problem)


def contract_check(python: Path, sites: Path, site: str, env: Mapping[str, str]) -> Result:
	"""Compare the contract with a site, each DocType and each list of first records being one check."""
	command = [python, paths.HARNESS / "contract.py", site]
	code, output = run_shown(command, cwd=sites, env=env)
	count = CONTRACT_COUNT.search(output)
	if not count:
		return Result("contract", problem=f"the comparison ended with {code}")
	checked, different = map(int, count.groups())
	return Result("contract", checked - different, different)


def kill_test(python: Path, sites: Path, site: str, env: Mapping[str, str], arguments: Sequence[str]) -> int:
	"""Run `kill` in a bench's own Python; returns its exit code. It says itself what it found."""
	return run_shown([python, paths.HARNESS / "kill", site, *arguments], cwd=sites, env=env)[0]


def summary(results: Iterable[Result]) -> tuple[str, bool]:
	"""Return the closing lines, the last one plain (`N passed, N failed`), and whether all is well.

	A suite that failed without a failed test counts as one failure, so that the line cannot look green.
	"""
	results = list(results)
	lines = [_line(result) for result in results]
	passed = sum(result.passed for result in results)
	failed = sum(result.failed or int(not result.ok) for result in results)
	skipped = sum(result.skipped for result in results)
	lines.append(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
	return "\n".join(lines), bool(results) and all(result.ok for result in results)


def _line(result: Result) -> str:
	problem = f" - {result.problem}" if result.problem else ""
	return (
		f"{result.suite}: {result.passed} passed / {result.failed} failed / {result.skipped} skipped{problem}"
	)
