"""Which test modules the app has, and the order in which workers take them: the longest first, so that all end together."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import paths

TIMES = paths.REPORTS / "site-test-seconds.json"
# For a module that was never timed: about what a site test takes.
SECONDS_PER_TEST = 0.4
TEST = re.compile(r"^\s+def test_", re.MULTILINE)
# What Frappe's own runner does not look into.
SKIPPED_FOLDERS = {"locals", "public", "__pycache__"}


def find_modules(app: Path) -> dict[str, Path]:
	"""Return the file of each test module below the app's package, by its dotted name.

	As with Frappe's own runner a file beside the package's `__init__.py` does not count.
	"""
	files = {path.relative_to(app): path for path in app.rglob("test_*.py")}
	return {
		".".join([app.name, *relative.with_suffix("").parts]): path
		for relative, path in sorted(files.items())
		if len(relative.parts) > 1 and not SKIPPED_FOLDERS.intersection(relative.parts)
	}


def longest_first(modules: Mapping[str, Path], times: Mapping[str, float]) -> list[str]:
	"""Return the names, longest module first; `times` are the seconds of an earlier run, else tests are counted."""

	def seconds(name: str) -> float:
		return times.get(name) or len(TEST.findall(modules[name].read_text())) * SECONDS_PER_TEST

	return sorted(modules, key=lambda name: (-seconds(name), name))


def read_times() -> dict[str, float]:
	"""Return the seconds that modules took when they last ran to their end; empty before the first run."""
	try:
		return json.loads(TIMES.read_text())
	except (OSError, ValueError):
		return {}


def record_times(times: Mapping[str, float]) -> None:
	"""Keep the seconds for the next run; modules that are not named keep theirs."""
	TIMES.parent.mkdir(parents=True, exist_ok=True)
	kept = {name: round(seconds, 2) for name, seconds in sorted({**read_times(), **times}.items())}
	unfinished = TIMES.with_suffix(".part")
	unfinished.write_text(json.dumps(kept, indent=1) + "\n")
	unfinished.rename(TIMES)
