"""``cs-center replay``: read a log, a mapping and policies; write clocks, a summary and a report."""

from __future__ import annotations

import gc
import json
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from .errors import UnusableInputError
from .log_limits import refuse_what_the_log_cannot_tell
from .log_mapping import LogMapping, read_mapping
from .moments import read_moment
from .output_folder import write_folder
from .policies_file import read_policies
from .runner import Plan, Result, local_executor, replay
from .summary import REJECTED_LISTED, summarise
from .tally import Tally
from .ticket_log import Rejected, TicketLog, format_of, read_log

REPORT_NEEDS = ("matplotlib", "jinja2", "tqdm")
"""The extra ``replay`` of the package."""


def run(options: Namespace) -> int:
	"""The exit code: 0, or 1 when --strict is given and a row was rejected. Raises UnusableInputError."""
	if not options.no_report:
		_refuse_missing_extra()
	mapping, pack = read_mapping(options.mapping), read_policies(options.policies)
	refuse_what_the_log_cannot_tell(pack, mapping)
	with _without_cycle_search():
		form = format_of(options.log, options.format)
		log = read_log(options.log, form, mapping, pack.facts, for_escalation=pack.escalation is not None)
		plan = Plan(pack, mapping, _evaluation_instant(options, log, mapping))
		result = _run_all(log, plan, options.workers)
	if not result.tally.tickets:
		raise UnusableInputError(options.log, "", f"holds no ticket opened up to {plan.now.isoformat()}.")
	summary = summarise(log, result.tally, pack, plan.now, mapping.zone)
	write_folder(options.out, dict(_files(options, result, summary)))
	_tell_rejected(options.log, sorted([*log.rejected, *result.tally.rejected]))
	_tell_result(options.out, summary)
	return 1 if options.strict and summary["rows_rejected"] else 0


def _refuse_missing_extra() -> None:
	missing = [name for name in REPORT_NEEDS if find_spec(name) is None]
	if missing:
		raise UnusableInputError(
			"report",
			"",
			f"needs {', '.join(missing)}. Install the extra: pip install cs_center[replay]. "
			"Or leave the report out: --no-report.",
		)


@contextmanager
def _without_cycle_search() -> Iterator[None]:
	"""Rows, events and clocks refer to nothing in circles: looking through them again and again costs a tenth."""
	was_on = gc.isenabled()
	gc.disable()
	try:
		yield
	finally:
		if was_on:
			gc.enable()


def _evaluation_instant(options: Namespace, log: TicketLog, mapping: LogMapping) -> datetime:
	"""--now, else the last event of the log: never the real clock, so a run can be repeated."""
	if options.now:
		return read_moment(options.now, mapping.zone, "--now")
	assert log.last is not None
	return log.last


def _run_all(log: TicketLog, plan: Plan, workers: int) -> Result:
	clocks: list[str] = []
	escalations: list[str] = []
	whole = Tally()
	with ExitStack() as stack:
		pool = local_executor(workers)
		executor = stack.enter_context(pool) if pool else None
		for result in _with_progress(replay(log.tickets, plan, executor), len(log.tickets)):
			clocks.append(result.clocks)
			escalations.append(result.escalations)
			whole.add(result.tally)
	return Result("".join(clocks), "".join(escalations), whole)


def _with_progress(results: Iterable[tuple[int, Result]], total: int) -> Iterator[Result]:
	"""A bar on standard error when a person looks at it."""
	if not sys.stderr.isatty() or find_spec("tqdm") is None:
		yield from (result for _, result in results)
		return
	from tqdm import tqdm

	with tqdm(total=total, unit="ticket", file=sys.stderr) as bar:
		for done, result in results:
			yield result
			bar.update(done)


def _files(options: Namespace, result: Result, summary: dict[str, Any]) -> Iterator[tuple[str, str]]:
	yield "clocks.jsonl", result.clocks
	if "escalations" in summary:
		yield "escalations.jsonl", result.escalations
	yield "summary.json", json.dumps(summary, ensure_ascii=False, indent="\t") + "\n"
	if not options.no_report:
		from .report import render_report

		yield "report.html", render_report(summary, options.language)


def _tell_rejected(log: Path, rejected: Sequence[Rejected]) -> None:
	for row in rejected[:REJECTED_LISTED]:
		print(f"{log}:{row.line}: row left out: {row.reason}.", file=sys.stderr)
	if len(rejected) > REJECTED_LISTED:
		print(f"{log}: {len(rejected) - REJECTED_LISTED} more rows left out.", file=sys.stderr)


def _tell_result(folder: Path, summary: dict[str, Any]) -> None:
	escalations = summary.get("escalations")
	told = f"{escalations['raised']} escalations (nobody acknowledges), " if escalations else ""
	print(
		f"{summary['tickets']} tickets, {summary['events']} events, {summary['clocks']} clocks, {told}"
		f"{summary['rows_rejected']} rows left out, as of {summary['evaluated_at']} -> {folder}"
	)
