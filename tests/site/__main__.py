"""`python3 tests/site COMMAND`: what the Makefile calls. Needs Python's standard library only."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
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

MOST_JOBS = 4


def test(options: argparse.Namespace) -> int:
	"""Run all tests here, or the site tests and the contract check on an existing bench."""
	results = _test_on_bench(options) if options.bench else _test_here(options)
	text, ok = suites.summary(results)
	say(text)
	return 0 if ok else 1


def _test_here(options: argparse.Namespace) -> list[suites.Result]:
	sites = bench.side_sites(options.site or bench.TEST_SITE, options.jobs)
	steps = Steps(prepare.STEPS + 5)
	with locks.servers_in_use(), locks.all_exclusive(sites):
		prepare.everything(steps)
		# They keep one core busy while the sites are made on another.
		with suites.plain_tests() as plain:
			results = _test_sites(steps, sites, plain)
			with steps.step("plain tests (begun before the sites)"):
				results.append(plain.result())
	return results


def _test_sites(steps: Steps, sites: list[str], plain: suites.PlainTests) -> list[suites.Result]:
	with steps.step("ticket's life on the stand-in"):
		bench.restore_site(sites[0])
		results = [suites.lifecycle_tests(sites[0])]
	with steps.step(f"fresh {', '.join(sites)} with {paths.APP}"):
		prepare.fresh_sites(sites)
	with steps.step("contract of the stand-in"):
		results.append(_check_stand_in(sites[0]))
	with steps.step("site tests"):
		# The plain tests keep one core busy until their end; a site's worker takes it over then.
		turns = {sites[-1]: plain.wait} if len(sites) > 1 else {}
		results.append(suites.site_tests_side_by_side(sites, turns))
	return results


def _check_stand_in(site: str) -> suites.Result:
	python = paths.ENGINE_VENV / "bin/python"
	return suites.contract_check(python, paths.SITES, site, bench.environment())


def _test_on_bench(options: argparse.Namespace) -> list[suites.Result]:
	"""Several sites, `SITE="a b"`, share the tests out; what must be true of one is asked of the first."""
	folder, sites = _bench_and_sites(options)
	steps = Steps(2)
	with steps.step("contract of the real site"):
		python = folder / "env/bin/python"
		results = [suites.contract_check(python, folder / "sites", sites[0], {})]
	with steps.step("site tests"):
		if len(sites) == 1:
			results.append(suites.site_tests_on(folder, sites[0]))
		else:
			results.append(suites.site_tests_side_by_side_on(folder, sites))
	return results


def _bench_and_sites(options: argparse.Namespace) -> tuple[Path, list[str]]:
	folder, sites = Path(options.bench).resolve(), options.site.split()
	if not sites or not all((folder / "sites" / site).is_dir() for site in sites):
		raise HarnessError(f"Name a site of {folder} with SITE=name.")
	return folder, sites


def lifecycle(options: argparse.Namespace) -> int:
	"""Ask an existing bench's site for the facts about a ticket's life: the stand-in is judged by it."""
	if not options.bench or not options.site:
		raise HarnessError("Name a bench and a site without the app: make lifecycle BENCH=... SITE=...")
	folder = Path(options.bench).resolve()
	text, ok = suites.summary([suites.lifecycle_tests_on(folder, options.site)])
	say(text)
	return 0 if ok else 1


def site_test(options: argparse.Namespace) -> int:
	"""Run site tests only. `--keep` uses the site as it is, further words go to Frappe's run-tests: one site then."""
	is_all = not options.keep and not options.words
	sites = bench.side_sites(options.site or bench.TEST_SITE, options.jobs if is_all else 1)
	with locks.servers_in_use(), locks.all_exclusive(sites):
		prepare.everything(Steps(prepare.STEPS))
		if not (options.keep and bench.site_exists(sites[0])):
			prepare.fresh_sites(sites)
		result = (
			suites.site_tests_side_by_side(sites) if is_all else suites.site_tests(sites[0], options.words)
		)
		text, ok = suites.summary([result])
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
		folder, sites = _bench_and_sites(options)
		return suites.kill_test(folder / "env/bin/python", folder / "sites", sites[0], {}, options.words)
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
	parser.add_argument("--jobs", type=_jobs, default=_default_jobs(), help="sites for tests at a time")
	options, options.words = parser.parse_known_args()
	# An order to end is an exception, so that what this command started ends too.
	signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
	try:
		return COMMANDS[options.command](options)
	except HarnessError as error:
		say(f"FAILED: {error}")
		return 1
	except KeyboardInterrupt:
		say("interrupted")
		return 128 + signal.SIGINT


def _jobs(text: str) -> int:
	if not text.isdigit() or not int(text):
		raise argparse.ArgumentTypeError(f"{text!r} is no number of sites, such as 2")
	return int(text)


def _default_jobs() -> int:
	"""A site for each core: the database works while a test waits for it, so one test keeps one core busy."""
	return min(len(os.sched_getaffinity(0)), MOST_JOBS)


if __name__ == "__main__":
	sys.exit(main())
