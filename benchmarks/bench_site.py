"""Starts the parts that need a Frappe site, in the bench's own Python; the rest of the benchmarks need no site."""

from __future__ import annotations

import argparse
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent


def run(options: argparse.Namespace) -> None:
	"""Run ``in_bench.py`` on ``options.site`` of ``options.bench``."""
	if not options.bench or not options.site:
		print("Left out: needs a site. Give one with: make bench BENCH=/path/to/bench SITE=name")
		return
	bench = options.bench.resolve()
	python = bench / "env" / "bin" / "python"
	subprocess.run([python, HERE / "in_bench.py", options.site], cwd=bench / "sites", check=True)
