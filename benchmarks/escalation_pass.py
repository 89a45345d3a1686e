"""What a minute's pass costs: with few and with many running clocks, with more workers, against Helpdesk's own job.

Run in a bench by ``make bench BENCH=... SITE=... ARGS="--only passes"``. It commits: name a site that can be thrown away.
Its tickets are removed at the end, its policies, agent and team stay.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from unittest.mock import patch

import bulk_tickets
import frappe

from cs_center.integrations import helpdesk
from cs_center.services.service_levels import minute_pass, store
from cs_center.services.service_levels.site_time import current_instant, to_stored

DUE, ROUNDS = 200, 7
FEW, MANY = 10_000, 100_000
"""Running clocks."""

HELPDESKS_SHARE = 300
"""So many tickets are given to Helpdesk's job; its time for all is reckoned from theirs."""

FOR_WORKERS, WORKERS, BATCH_FOR_WORKERS = 1000, (1, 2, 4), 100
WORKER = "--worker"


@dataclass(frozen=True)
class Cost:
	"""Of one pass. ``rows``: rows that the database read for it, which no busy machine changes."""

	seconds: float
	processor: float
	queries: int
	rows: int


def main() -> None:
	print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
	frappe.init(site=sys.argv[1])
	frappe.connect()
	if not frappe.conf.allow_tests:
		raise SystemExit("This writes and commits. Name a scratch site: bench set-config allow_tests true.")
	try:
		bulk_tickets.remove()
		model = bulk_tickets.prepare()
		costs = few_and_many(model)
		against_helpdesk(costs[MANY], MANY // bulk_tickets.CLOCKS_OF_A_TICKET)
		workers(model)
	finally:
		frappe.db.rollback()
		bulk_tickets.remove()
		frappe.destroy()


def few_and_many(model: str) -> dict[int, list[Cost]]:
	"""The same work with ten times the clocks running; few are measured before and after the many."""
	few, many = (count // bulk_tickets.CLOCKS_OF_A_TICKET for count in (FEW, MANY))
	costs: dict[int, list[Cost]] = {FEW: [], MANY: []}
	bulk_tickets.copy_running(model, 1, few)
	costs[FEW] += _passes(model, DUE, ROUNDS // 2 + 1)
	bulk_tickets.copy_running(model, few + 1, many)
	costs[MANY] += _passes(model, DUE, ROUNDS)
	_show_plans()
	idle = [_measured(lambda: minute_pass.run(current_instant())) for _round in range(ROUNDS)]
	bulk_tickets.remove(bulk_tickets.FIRST + few + 1)
	costs[FEW] += _passes(model, DUE, ROUNDS // 2)
	bulk_tickets.copy_running(model, few + 1, many)
	for title, key in (("processor", "processor"), ("wall clock", "seconds")):
		one, two = (sorted(getattr(cost, key) for cost in costs[count]) for count in (MANY, FEW))
		print(
			f"a pass with {DUE} tickets due, {title}: median {statistics.median(one):.3f} s with {MANY:,} running clocks, "
			f"{statistics.median(two):.3f} s with {FEW:,}: ratio {statistics.median(one) / statistics.median(two):.2f} "
			f"(fastest {one[0]:.3f} and {two[0]:.3f}: {one[0] / two[0]:.2f})"
		)
	rows, fewer = (statistics.median(cost.rows for cost in costs[count]) for count in (MANY, FEW))
	print(
		f"rows read: {rows:,.0f} and {fewer:,.0f}: ratio {rows / fewer:.2f}; queries {costs[MANY][0].queries} and {costs[FEW][0].queries}"
	)
	print(
		f"a pass with nothing due among {MANY:,}: {min(cost.seconds for cost in idle) * 1000:.1f} ms, "
		f"{idle[0].queries} queries, {idle[0].rows} rows read"
	)
	return costs


def _passes(model: str, due: int, rounds: int) -> list[Cost]:
	found = []
	for _round in range(rounds):
		now = frappe.utils.now_datetime()
		names = bulk_tickets.make_due(model, due, now, _next_number(due))
		found.append(_measured(lambda: minute_pass.run(current_instant())))
		raised = frappe.db.count("CS Escalation", {"reference_name": ["in", names], "state": "Open"})
		assert raised == due, f"{raised} escalations of {due}"
		# Else the last round would have more messages waiting for the same person than the first.
		bulk_tickets.remove(bulk_tickets.FIRST_DUE)
	return found


_used = [0]


def _next_number(count: int) -> int:
	_used[0] += count
	return _used[0] - count


def _measured(work: Callable[[], Any]) -> Cost:
	with _counted() as queries:
		rows, wall, processor = _rows_read(), time.perf_counter(), time.process_time()
		work()
		seconds, busy = time.perf_counter() - wall, time.process_time() - processor
		count = len(queries)
	return Cost(seconds, busy, count - 1, _rows_read() - rows)


@contextmanager
def _counted() -> Iterator[list[Any]]:
	statements: list[Any] = []
	real = frappe.local.db.sql
	with patch.object(
		frappe.local.db, "sql", lambda *args, **values: statements.append(args) or real(*args, **values)
	):
		yield statements


def _rows_read() -> int:
	return sum(int(row[1]) for row in frappe.db.sql("show session status like 'Handler_read%'"))


def _show_plans() -> None:
	"""How the database finds what is due."""
	now = current_instant()
	for title, ask in (
		("clocks", lambda: store.due_references(now, 100)),
		("escalations", lambda: helpdesk.tickets_up_to("cs_next_escalation_at", to_stored(now), 100)),
	):
		with _counted() as statements:
			ask()
		query, *values = statements[0]
		plan = frappe.db.sql(f"explain {query}", *values, as_dict=True)[0]
		print(f"due {title}: {plan.type} over {plan.key}, {plan.rows} rows expected, {plan.Extra}")


def against_helpdesk(ours: list[Cost], tickets: int) -> None:
	"""Helpdesk's hourly job loads two documents and commits for each open ticket."""
	from helpdesk.helpdesk.doctype.hd_ticket import hd_ticket

	real = frappe.get_all
	asked: list[int] = []

	def some(doctype: str, *args: Any, **values: Any) -> Any:
		names = real(doctype, *args, **values)
		if doctype != bulk_tickets.TICKET:
			return names
		asked.append(len(names))
		return names[:HELPDESKS_SHARE]

	costs = []
	for _round in range(3):
		with patch.object(frappe, "get_all", some):
			costs.append(_measured(hd_ticket.update_sla_status_in_ticket))
	one, pass_ = min(cost.seconds for cost in costs) / HELPDESKS_SHARE, min(cost.seconds for cost in ours)
	processor = min(cost.processor for cost in costs) / HELPDESKS_SHARE
	print(
		f"Helpdesk's update_sla_status_in_ticket: {one * 1000:.2f} ms a ticket ({processor * 1000:.2f} ms of processor time), "
		f"measured on {HELPDESKS_SHARE} of {asked[0]:,} that it takes; for {tickets:,}: {one * tickets:,.0f} s"
	)
	print(
		f"a pass with {DUE} due takes 1/{one * tickets / pass_:,.0f} of that (processor time: "
		f"1/{processor * tickets / min(cost.processor for cost in ours):,.0f})"
	)


def workers(model: str) -> None:
	"""The same tickets due, worked off by passes side by side, in batches small enough for all of them."""
	bulk_tickets.set_batch_size(BATCH_FOR_WORKERS)
	for count in WORKERS:
		now = frappe.utils.now_datetime()
		names = bulk_tickets.make_due(model, FOR_WORKERS, now, _next_number(FOR_WORKERS))
		seconds, processor = _by_workers(count, names)
		bulk_tickets.remove(bulk_tickets.FIRST_DUE)
		print(f"{FOR_WORKERS} due, {count} worker(s): {seconds:.2f} s, {processor:.2f} s of processor time")


def _by_workers(count: int, names: list[str]) -> tuple[float, float]:
	command = [sys.executable, __file__, sys.argv[1], WORKER]
	running = [
		subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
		for _worker in range(count)
	]
	for process in running:
		process.stdout.readline()  # it is connected
	began = time.perf_counter()
	for process in running:
		process.stdin.write("go\n")
		process.stdin.flush()
	processor = sum(float(process.stdout.readline()) for process in running)
	seconds = time.perf_counter() - began
	for process in running:
		process.communicate()
	frappe.db.rollback()
	raised = frappe.db.count("CS Escalation", {"reference_name": ["in", names]})
	assert raised == FOR_WORKERS, f"{raised} escalations"
	return seconds, processor


def work_when_told() -> None:
	"""A worker: one pass."""
	frappe.init(site=sys.argv[1])
	frappe.connect()
	minute_pass.run(datetime(2001, 1, 1).astimezone())
	print("ready", flush=True)
	sys.stdin.readline()
	began = time.process_time()
	minute_pass.run()
	print(time.process_time() - began, flush=True)
	os._exit(0)


if __name__ == "__main__":
	if WORKER in sys.argv:
		work_when_told()
	main()
