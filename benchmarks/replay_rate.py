"""How many tickets a second the offline replay does: reading the log, the clocks, escalations, and writing the files.

Each log is replayed without escalation policies and with them, turn by turn, so that a busy machine slows both alike.
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
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter, process_time

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cs_center.replay.cli import main as cs_center  # noqa: E402 - the path comes first

FIXTURES = ROOT / "fixtures"
COPIES = 80
"""The sample's 60 tickets, told so many times under other names: 4,800, about the size of the real log."""
ROUNDS = 5

Times = tuple[float, float]
"""(wall seconds, processor seconds of this process)"""


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
	whole = FIXTURES / f"policies-{fixture}.json"
	packs = {"without escalation": without_escalation(whole, folder / "plain.json"), "with": whole}
	for workers in (1, os.cpu_count() or 1):
		times: dict[str, list[Times]] = {name: [] for name in packs}
		for _ in range(ROUNDS):
			for name, pack in packs.items():
				times[name].append(_replay(log, fixture, pack, folder / name, workers))
		for name, found in times.items():
			_tell(f"{title}, {workers} worker(s), {name}", folder / name, found, workers)
		# Wall time of one process is the system's business too; processor time of several is not this process's.
		part = 1 if workers == 1 else 0
		plain, escalated = (min(one[part] for one in found) for found in times.values())
		print(f"{title}, {workers} worker(s): with escalation {escalated / plain:.2f} times as long")


def without_escalation(source: Path, target: Path) -> Path:
	"""The same policies file with nothing on escalation in it."""
	pack = json.loads(source.read_text("utf-8"))
	for key in ("escalation_policies", "people"):
		pack.pop(key, None)
	target.write_text(json.dumps(pack, ensure_ascii=False), encoding="utf-8")
	return target


def _tell(title: str, out: Path, times: Sequence[Times], workers: int) -> None:
	wall, processor = (min(one[part] for one in times) for part in (0, 1))
	summary = json.loads((out / "summary.json").read_text("utf-8"))
	tickets = summary["tickets"]
	escalations = summary.get("escalations")
	told = f", {escalations['raised']} escalations" if escalations else ""
	own = (
		f" ({processor:.2f} s of processor time: {tickets / processor:,.0f} tickets/s)"
		if workers == 1
		else ""
	)
	print(
		f"{title}: {tickets} tickets, {summary['rows']} rows, {summary['clocks']} clocks{told} "
		f"in {wall:.2f} s: {tickets / wall:,.0f} tickets/s{own}"
	)


def _replay(log: Path, fixture: str, policies: Path, out: Path, workers: int) -> Times:
	arguments = [
		*("replay", "--no-report", "--log", log, "--out", out, "--workers", workers),
		*("--mapping", FIXTURES / f"mapping-{fixture}.json", "--policies", policies),
	]
	began, busy = perf_counter(), process_time()
	with contextlib.redirect_stdout(io.StringIO()):
		code = cs_center([str(part) for part in arguments])
	if code:
		raise SystemExit(f"the replay of {log} ended with {code}")
	return perf_counter() - began, process_time() - busy


if __name__ == "__main__":
	run(argparse.Namespace(log=sys.argv[1] if len(sys.argv) > 1 else os.environ.get("CS_CENTER_REPLAY_LOG")))
