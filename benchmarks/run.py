"""All benchmarks, one section after the other: ``make bench`` or ``python benchmarks/run.py``.

Absolute figures belong to the machine they were measured on; the ratios, measured side by side in one run, travel better.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import bench_site  # noqa: E402 - the path comes first
import calendar_arithmetic  # noqa: E402
import classification  # noqa: E402
import replay_rate  # noqa: E402

Section = tuple[str, Callable[[argparse.Namespace], None]]

SECTIONS: list[Section] = [
	("Calendar arithmetic", calendar_arithmetic.run),
	("Replay rate", replay_rate.run),
	("Classification of complaints", classification.run),
	("On a site: calendar against Helpdesk, cost of the app", bench_site.run),
	("On a scratch site: escalation passes", bench_site.passes),
	("On a scratch site: a hundred thousand complaints", bench_site.complaints),
	("On a scratch site: tiers of a hundred thousand customers", bench_site.tiers),
]
"""(title, what to run). In-bench parts use ``options.bench`` and ``options.site`` and say so when these are not given."""


def main() -> int:
	options = build_parser().parse_args()
	print(
		f"Python {platform.python_version()}, {os.cpu_count()} processors, {platform.system()} {platform.machine()}"
	)
	for title, run in SECTIONS:
		if options.only.casefold() in title.casefold():
			print(f"\n== {title} ==")
			run(options)
	return 0


def build_parser() -> argparse.ArgumentParser:
	parser = argparse.ArgumentParser(description=__doc__)
	parser.add_argument("--bench", type=Path, help="a Frappe bench, for the parts that need a site")
	parser.add_argument("--site", help="a site of that bench")
	parser.add_argument(
		"--only", default="", metavar="WORD", help="only sections with this word in their title"
	)
	parser.add_argument(
		"--log",
		type=Path,
		default=os.environ.get("CS_CENTER_REPLAY_LOG"),
		help="helpdesk_event_log.csv for the replay rate (default: $CS_CENTER_REPLAY_LOG)",
	)
	return parser


if __name__ == "__main__":
	sys.exit(main())
