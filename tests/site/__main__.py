"""`python3 tests/site COMMAND`: what the Makefile calls. Needs Python's standard library only."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

import bench
import demo
import locks
import paths
import prepare
import services
import suites
from console import HarnessError, Steps, run_shown, say


def test(options: argparse.Namespace) -> int:
	"""Run all tests here, or the site tests and the contract check on an existing bench."""
	results = _test_on_bench(options) if options.bench else _test_here(options)
	text, ok = suites.summary(results)
	say(text)
	return 0 if ok else 1


def _test_here(options: argparse.Namespace) -> list[suites.Result]:
	site = options.site or bench.TEST_SITE
	steps = Steps(prepare.STEPS + 5)
	with locks.servers_in_use(), locks.exclusive(site):
		prepare.everything(steps)
		# Two cores: the plain tests run on one while the database and the site tests keep the other busy.
		with suites.plain_tests() as finish_plain_tests:
			results = _test_site(steps, site)
			with steps.step("plain tests (begun before the site)"):
				results.append(finish_plain_tests())
	return results


def _test_site(steps: Steps, site: str) -> list[suites.Result]:
	with steps.step("ticket's life on the stand-in"):
		bench.restore_site(site)
		results = [suites.lifecycle_tests(site)]
	with steps.step(f"fresh site {site} with {paths.APP}"):
		prepare.fresh_site(site)
	with steps.step("contract of the stand-in"):
		results.append(_check_stand_in(site))
	with steps.step("site tests"):
		results.append(suites.site_tests(site))
	return results


def _check_stand_in(site: str) -> suites.Result:
	python = paths.ENGINE_VENV / "bin/python"
	return suites.contract_check(python, paths.SITES, site, bench.environment())


def _test_on_bench(options: argparse.Namespace) -> list[suites.Result]:
	folder = _bench_with_site(options)
	steps = Steps(2)
	with steps.step("contract of the real site"):
		python = folder / "env/bin/python"
		results = [suites.contract_check(python, folder / "sites", options.site, {})]
	with steps.step("site tests"):
		results.append(suites.site_tests_on(folder, options.site))
	return results


def _bench_with_site(options: argparse.Namespace) -> Path:
	folder = Path(options.bench).resolve()
	if not options.site or not (folder / "sites" / options.site).is_dir():
		raise HarnessError(f"Name a site of {folder} with SITE=name.")
	return folder


def lifecycle(options: argparse.Namespace) -> int:
	"""Ask an existing bench's site for the facts about a ticket's life: the stand-in is judged by it."""
	if not options.bench or not options.site:
		raise HarnessError("Name a bench and a site without the app: make lifecycle BENCH=... SITE=...")
	folder = Path(options.bench).resolve()
	text, ok = suites.summary([suites.lifecycle_tests_on(folder, options.site)])
	say(text)
	return 0 if ok else 1


def site_test(options: argparse.Namespace) -> int:
	"""Run site tests only; `--keep` uses the site as it is, further words go to Frappe's run-tests."""
	site = options.site or bench.TEST_SITE
	with locks.servers_in_use(), locks.exclusive(site):
		prepare.everything(Steps(prepare.STEPS))
		if not (options.keep and bench.site_exists(site)):
			prepare.fresh_site(site)
		text, ok = suites.summary([suites.site_tests(site, options.words)])
	say(text)
	return 0 if ok else 1


def run_demo(options: argparse.Namespace) -> int:
	"""Run the demo on its own fresh site, then the replay of the sample."""
	steps = Steps(prepare.STEPS + 3)
	with locks.servers_in_use(), locks.exclusive(bench.DEMO_SITE):
		prepare.everything(steps)
		with steps.step("fresh demo site"):
			prepare.fresh_site(bench.DEMO_SITE)
		with steps.step("demo on the site"):
			demo.run_on_site(bench.DEMO_SITE)
		with steps.step("replay of the sample log"):
			demo.replay_fixture()
	return 0


def kill_test(options: argparse.Namespace) -> int:
	"""Kill passes and senders at random points on a site of its own; further words go to `kill` (--kills, --seed)."""
	if options.bench:
		folder = _bench_with_site(options)
		return suites.kill_test(folder / "env/bin/python", folder / "sites", options.site, {}, options.words)
	site = options.site or bench.KILL_SITE
	with locks.servers_in_use(), locks.exclusive(site):
		prepare.everything(Steps(prepare.STEPS))
		if not (options.keep and bench.site_exists(site)):
			prepare.fresh_site(site)
		python = paths.ENGINE_VENV / "bin/python"
		return suites.kill_test(python, paths.SITES, site, bench.environment(), options.words)


def lint(options: argparse.Namespace) -> int:
	"""Run ruff and mypy with the settings of pyproject.toml."""
	with locks.exclusive("setup"):
		prepare.test_environment()
	programs = paths.TEST_VENV / "bin"
	commands = (
		[programs / "ruff", "check", "."],
		[programs / "ruff", "format", "--check", "."],
		[programs / "mypy", f"{paths.APP}/domain"],
	)
	# All three run, so that one round of mending sees everything.
	codes = [run_shown(command, cwd=paths.ROOT)[0] for command in commands]
	return 1 if any(codes) else 0


def benchmark(options: argparse.Namespace) -> int:
	"""Run the benchmarks; a bench and its site are passed on when they are given."""
	with locks.exclusive("setup"):
		prepare.test_environment()
	run_shown(
		[paths.TEST_VENV / "bin/pip", "install", "--quiet", "--requirement", "benchmarks/requirements.txt"],
		cwd=paths.ROOT,
	)
	where = [f"--bench={Path(options.bench).resolve()}", f"--site={options.site}"] if options.bench else []
	command = [paths.TEST_VENV / "bin/python", "benchmarks/run.py", *where, *options.words]
	return run_shown(command, cwd=paths.ROOT)[0]


def set_up(options: argparse.Namespace) -> int:
	"""Prepare everything and keep the servers running until `stop`."""
	locks.keep_servers(True)
	prepare.everything(Steps(prepare.STEPS))
	site = options.site or bench.TEST_SITE
	with locks.exclusive(site):
		if not bench.site_exists(site):
			prepare.fresh_site(site)
	say(f"Site {site} is ready. Example: python3 tests/site frappe --site {site} console")
	return 0


def frappe(options: argparse.Namespace) -> int:
	"""Hand over to one of frappe's commands on a local site (console, execute, migrate, mariadb ...)."""
	command = [str(part) for part in bench.frappe_command(options.site or bench.TEST_SITE, *options.words)]
	os.chdir(paths.SITES)
	os.execve(command[0], command, {**os.environ, **bench.environment()})


def stop(options: argparse.Namespace) -> int:
	"""Stop the servers of this checkout."""
	locks.keep_servers(False)
	services.stop()
	return 0


def clean(options: argparse.Namespace) -> int:
	"""Stop the servers and remove everything the harness made."""
	stop(options)
	shutil.rmtree(paths.LOCAL, ignore_errors=True)
	return 0


COMMANDS = {
	"setup": set_up,
	"test": test,
	"site-test": site_test,
	"lifecycle": lifecycle,
	"demo": run_demo,
	"kill-test": kill_test,
	"lint": lint,
	"bench": benchmark,
	"frappe": frappe,
	"stop": stop,
	"clean": clean,
}


def main() -> int:
	parser = argparse.ArgumentParser(prog="python3 tests/site", description=__doc__, allow_abbrev=False)
	parser.add_argument("command", choices=COMMANDS)
	parser.add_argument("--bench", default="", help="folder of an existing bench")
	parser.add_argument("--site", default="", help="site to use")
	parser.add_argument("--keep", action="store_true", help="site-test, kill-test: use the site as it is")
	options, options.words = parser.parse_known_args()
	try:
		return COMMANDS[options.command](options)
	except HarnessError as error:
		say(f"FAILED: {error}")
		return 1


if __name__ == "__main__":
	sys.exit(main())
