"""What CS Center costs and saves on a site: run by ``make bench BENCH=... SITE=...``. Everything is rolled back.

Both sides of every ratio run in one process, taking turns. "Without" is the same site with this app's document events
and its SLA class left out.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import frappe

from cs_center.services.service_levels.memory import forget_definitions

ROUNDS = 40
WARM_UP = 4
SPAN_DAYS = 30
CALENDAR_ROUNDS = 100


def main() -> None:
	frappe.init(site=sys.argv[1])
	frappe.connect()
	frappe.flags.mute_emails = True
	try:
		calendar_against_helpdesk()
		queries = _Queries()
		ticket_costs(queries)
		escalation_costs(queries)
	finally:
		frappe.db.rollback()
		frappe.destroy()


def calendar_against_helpdesk() -> None:
	"""Helpdesk's own arithmetic on its default SLA against the imported calendar, taken from the site's cache."""
	from cs_center.services.service_levels.definitions import load_calendar, load_policy
	from cs_center.services.service_levels.importing import imported_policy
	from cs_center.services.service_levels.site_time import to_aware

	sla = frappe.get_last_doc("HD Service Level Agreement", {"default_sla": 1})
	name = load_policy(imported_policy(sla.name)).calendar
	start = datetime(2026, 3, 2, 10, 30)
	end = start + timedelta(days=SPAN_DAYS)
	seconds = sla.calc_elapsed_time(start, end)
	row = sla.priorities[0]
	row.resolution_time = seconds
	ours = load_calendar(name)
	assert ours.elapsed(to_aware(start), to_aware(end)) == seconds, "the two must answer the same"
	theirs = sla.calc_time(start, row.priority, "resolution_time")
	assert ours.deadline(to_aware(start), seconds) == to_aware(theirs), "the two must answer the same"
	aware_start, aware_end = to_aware(start), to_aware(end)
	_ratio(
		f"deadline over {SPAN_DAYS} days",
		lambda: load_calendar(name).deadline(aware_start, seconds),
		lambda: sla.calc_time(start, row.priority, "resolution_time"),
	)
	_ratio(
		f"elapsed over {SPAN_DAYS} days",
		lambda: load_calendar(name).elapsed(aware_start, aware_end),
		lambda: sla.calc_elapsed_time(start, end),
	)


def _ratio(title: str, ours: Callable[[], Any], theirs: Callable[[], Any]) -> None:
	mine, other = [], []
	for _round in range(CALENDAR_ROUNDS):
		# Ours is over before a clock can tell it: a hundred calls are one reading.
		mine.append(_timed(lambda: [ours() for _call in range(100)]) / 100)
		other.append(_timed(theirs))
	one, two = statistics.median(mine), statistics.median(other)
	print(f"{title}: {one * 1e6:.1f} us against Helpdesk's {two * 1e6:.0f} us, {two / one:.0f} times faster")


def _timed(work: Callable[[], Any]) -> float:
	start = time.perf_counter()
	work()
	return time.perf_counter() - start


def ticket_costs(queries: _Queries) -> None:
	"""Insert, status save and reply: time ratio and number of queries, with the app against without."""
	switch = _Switch()
	_compare(queries, switch.turn)
	switch.turn(True)


def escalation_costs(queries: _Queries) -> None:
	"""The same with an escalation policy of four levels in force against none, the app being there both times."""
	from cs_center.tests import factories

	frappe.db.set_value("CS Escalation Policy", {"docstatus": 1}, "enabled", 0)
	steps = [
		factories.step(level, metric=metric, percent=percent)
		for metric in ("First Reply", "Resolution")
		for level, percent in ((0, 50), (1, 75), (2, 100), (3, 150))
	]
	policy = factories.create_escalation_policy(steps)

	def turn(in_force: bool) -> None:
		frappe.db.set_value(policy.doctype, policy.name, "enabled", int(in_force))
		frappe.clear_document_cache(policy.doctype, policy.name)

	print("with and without an escalation policy:")
	_compare(queries, turn)


def _compare(queries: _Queries, turn: Callable[[bool], None]) -> None:
	"""Both sides take turns; what each step of a ticket's life costs is printed as medians."""
	for _round in range(WARM_UP):
		for with_it in (True, False):
			turn(with_it)
			list(_life(queries))
	found: dict[tuple[bool, str], list[tuple[float, int]]] = {}
	for number in range(ROUNDS):
		for with_it in (True, False) if number % 2 else (False, True):
			turn(with_it)
			for step, seconds, count in _life(queries):
				found.setdefault((with_it, step), []).append((seconds, count))
	for step in ("insert", "status save", "reply"):
		_print_cost(step, found[True, step], found[False, step])


def _print_cost(step: str, with_app: list[tuple[float, int]], without: list[tuple[float, int]]) -> None:
	one, two = (statistics.median(row[0] for row in rows) * 1000 for rows in (with_app, without))
	many, few = (statistics.median(row[1] for row in rows) for rows in (with_app, without))
	print(
		f"{step}: {one:.1f} ms with, {two:.1f} ms without, ratio {one / two:.3f}; queries {many:g} and {few:g}"
	)


def _life(queries: _Queries) -> Iterator[tuple[str, float, int]]:
	"""One ticket's insert, pause and agent reply, each timed and its queries counted, each as a request of its own."""
	ticket = frappe.get_doc(
		{
			"doctype": "HD Ticket",
			"subject": "Measured",
			"description": "Measured",
			"raised_by": "c@example.com",
		}
	)
	forget_definitions()
	yield "insert", *queries.during(ticket.insert)
	forget_definitions()
	ticket = frappe.get_doc("HD Ticket", ticket.name)
	ticket.status = "Replied"
	yield "status save", *queries.during(ticket.save)
	reply = frappe.get_doc(
		{
			"doctype": "Communication",
			"communication_type": "Communication",
			"communication_medium": "Email",
			"sent_or_received": "Sent",
			"reference_doctype": "HD Ticket",
			"reference_name": ticket.name,
			"subject": "Re: Measured",
			"content": "Measured",
			"sender": "agent@example.com",
		}
	)
	forget_definitions()
	yield "reply", *queries.during(lambda: reply.insert(ignore_permissions=True))
	frappe.local.message_log = []


class _Queries:
	"""Counts statements sent to the database."""

	def __init__(self) -> None:
		self.count = 0
		original = frappe.db.sql

		def counted(*args: Any, **kwargs: Any) -> Any:
			self.count += 1
			return original(*args, **kwargs)

		frappe.db.sql = counted

	def during(self, work: Callable[[], Any]) -> tuple[float, int]:
		before = self.count
		seconds = _timed(work)
		return seconds, self.count - before


class _Switch:
	"""Turns this app's document events and its SLA class on and off for the process."""

	def __init__(self) -> None:
		self.with_app = True
		self.all_events = dict(frappe.get_doc_hooks())
		self.other_events = {
			doctype: {event: [name for name in names if not _ours(name)] for event, names in events.items()}
			for doctype, events in self.all_events.items()
		}
		self.get_hooks = frappe.get_hooks
		frappe.get_hooks = self._hooks

	def turn(self, with_app: bool) -> None:
		self.with_app = with_app
		frappe.local.doc_events_hooks = self.all_events if with_app else self.other_events
		frappe.controllers.get(frappe.local.site, {}).pop("HD Service Level Agreement", None)

	def _hooks(self, hook: Any = None, *args: Any, **kwargs: Any) -> Any:
		found = self.get_hooks(hook, *args, **kwargs)
		if self.with_app or hook != "override_doctype_class":
			return found
		kept = {doctype: [name for name in names if not _ours(name)] for doctype, names in found.items()}
		return {doctype: names for doctype, names in kept.items() if names}


def _ours(name: str) -> bool:
	return name.startswith("cs_center.")


if __name__ == "__main__":
	main()
