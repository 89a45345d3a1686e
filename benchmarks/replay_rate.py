"""How many tickets a second the offline replay does: reading the log, the clocks, and writing both files.

The report with its charts is left out (its time does not grow with the log). So are the start of Python and imports.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import io
import json
import os
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cs_center.replay.cli import main as cs_center  # noqa: E402 - the path comes first

FIXTURES = ROOT / "fixtures"
COPIES = 80
"""The sample's 60 tickets, told so many times under other names: 4,800, about the size of the real log."""
ROUNDS = 5


def run(options: argparse.Namespace | None = None) -> None:
	"""Print the rate on the multiplied sample and, where its path is given, on the real log."""
	with tempfile.TemporaryDirectory() as folder:
		multiplied = Path(folder) / "sample.csv"
		multiply_sample(multiplied)
		_measure("sample", multiplied, "sample", Path(folder))
		real = getattr(options, "log", None)
		if real:
			_measure("real log", Path(real), "helpdesk-log", Path(folder))
		else:
			print("real log: not given (--log helpdesk_event_log.csv or $CS_CENTER_REPLAY_LOG)")


def multiply_sample(path: Path) -> None:
	"""Write the sample's rows ``COPIES`` times, each time with tickets of their own."""
	with (FIXTURES / "sample-log.csv").open(encoding="utf-8", newline="") as source:
		header, *rows = csv.reader(source)
	with path.open("w", encoding="utf-8", newline="") as target:
		writer = csv.writer(target, lineterminator="\n")
		writer.writerow(header)
		for copy in range(COPIES):
			writer.writerows([f"{row[0]}-{copy}", *row[1:]] for row in rows)


def _measure(title: str, log: Path, fixture: str, folder: Path) -> None:
	for workers in (1, os.cpu_count() or 1):
		times = [_replay(log, fixture, folder / "out", workers) for _ in range(ROUNDS)]
		wall, processor = min(times), min(times, key=lambda pair: pair[1])[1]
		summary = json.loads((folder / "out" / "summary.json").read_text("utf-8"))
		tickets = summary["tickets"]
		print(
			f"{title}, {workers} worker(s): {tickets} tickets, {summary['rows']} rows, {summary['clocks']} clocks "
			f"in {wall[0]:.2f} s: {tickets / wall[0]:,.0f} tickets/s"
			+ (
				f" ({processor:.2f} s of processor time: {tickets / processor:,.0f} tickets/s)"
				if workers == 1
				else ""
			)
		)


def _replay(log: Path, fixture: str, out: Path, workers: int) -> tuple[float, float]:
	"""(wall seconds, processor seconds of this process)"""
	arguments = [
		*("replay", "--no-report", "--log", log, "--out", out, "--workers", workers),
		*(
			"--mapping",
			FIXTURES / f"mapping-{fixture}.json",
			"--policies",
			FIXTURES / f"policies-{fixture}.json",
		),
	]
	began, busy = perf_counter(), process_time()
	with contextlib.redirect_stdout(io.StringIO()):
		code = cs_center([str(part) for part in arguments])
	if code:
		raise SystemExit(f"the replay of {log} ended with {code}")
	return perf_counter() - began, process_time() - busy


if __name__ == "__main__":
	run(argparse.Namespace(log=sys.argv[1] if len(sys.argv) > 1 else os.environ.get("CS_CENTER_REPLAY_LOG")))
