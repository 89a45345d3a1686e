"""Starts the parts that need a Frappe site, in the bench's own Python; the rest of the benchmarks need no site."""

from __future__ import annotations

import argparse
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent


def run(options: argparse.Namespace) -> None:
	"""Calendars and the cost of the app; nothing stays."""
	_start("in_bench.py", options)


def passes(options: argparse.Namespace) -> None:
	"""Escalation passes on 100,000 running clocks: for a site that can be thrown away."""
	_start_when_asked("escalation_pass.py", "passes", options)


def complaints(options: argparse.Namespace) -> None:
	"""Lists, board and reports of 100,000 complaints: for a site that can be thrown away."""
	_start_when_asked("complaints_scale.py", "complaints", options)


def tiers(options: argparse.Namespace) -> None:
	"""A night's evaluation of 100,000 customers with a million purchases: for a site that can be thrown away."""
	_start_when_asked("tiers_scale.py", "tiers", options)


def _start_when_asked(program: str, word: str, options: argparse.Namespace) -> None:
	if options.only:
		_start(program, options)
	else:
		print(f"Left out: it fills the site. Ask for it by its name: --only {word}")


def _start(program: str, options: argparse.Namespace) -> None:
	if not options.bench or not options.site:
		print("Left out: needs a site. Give one with: make bench BENCH=/path/to/bench SITE=name")
		return
	bench = options.bench.resolve()
	python = bench / "env" / "bin" / "python"
	subprocess.run([python, HERE / program, options.site], cwd=bench / "sites", check=True)
