"""What the demo prints: the tickets and their deadlines, what was met and missed, one ticket explained."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import frappe

from cs_center.services.service_levels.explain import explain_ticket

SHOWN_TICKETS = 12


def show(names: dict[int, str]) -> None:
	"""Print the report on the story's tickets."""
	tickets = list(names.values())
	clocks = frappe.get_all(
		"CS Service Clock",
		filters={"reference_name": ["in", tickets]},
		fields=[
			"reference_name",
			"metric",
			"cycle",
			"state",
			"policy",
			"due_at",
			"breached_at",
			"overrun_seconds",
		],
		order_by="started_at asc",
		limit_page_length=0,
	)
	_show_tickets(tickets)
	_show_metrics(clocks)
	_show_breaches(clocks)
	_show_timeline(_most_telling(tickets))
	_show_escalations(tickets)


def _show_tickets(tickets: list[str]) -> None:
	rows = frappe.get_all(
		"HD Ticket",
		filters={"name": ["in", tickets]},
		fields=[
			"name",
			"subject",
			"cs_channel",
			"cs_policy",
			"status",
			"response_by",
			"resolution_by",
			"agreement_status",
		],
		order_by="creation asc",
		limit_page_length=0,
	)
	_say(f"\n{len(rows)} tickets, the first {SHOWN_TICKETS}:")
	_table(
		(
			"ticket",
			"subject",
			"channel",
			"policy",
			"status",
			"first reply by",
			"resolution by",
			"Helpdesk shows",
		),
		[
			(
				row.name,
				row.subject,
				row.cs_channel,
				row.cs_policy,
				row.status,
				_short(row.response_by),
				_short(row.resolution_by),
				row.agreement_status,
			)
			for row in rows[:SHOWN_TICKETS]
		],
	)


def _show_metrics(clocks: list[Any]) -> None:
	states: dict[str, Counter[str]] = defaultdict(Counter)
	for clock in clocks:
		states[clock.metric][clock.state] += 1
	_say(f"\n{len(clocks)} clocks:")
	_table(
		("metric", "met", "breached", "running", "paused", "in time"),
		[
			(metric, found["Met"], found["Breached"], found["Running"], found["Paused"], _share(found))
			for metric, found in sorted(states.items())
		],
	)


def _share(found: Counter[str]) -> str:
	ended = found["Met"] + found["Breached"]
	return f"{100 * found['Met'] / ended:.0f} % of {ended}" if ended else "-"


def _show_breaches(clocks: list[Any]) -> None:
	breaches = [clock for clock in clocks if clock.breached_at]
	_say(f"\n{len(breaches)} deadlines missed, each stamped with the instant it happened:")
	_table(
		("ticket", "metric", "missed at", "late by (min)"),
		[
			(
				clock.reference_name,
				clock.metric,
				clock.breached_at.strftime("%a %d %b %H:%M:%S"),
				clock.overrun_seconds // 60,
			)
			for clock in breaches[:SHOWN_TICKETS]
		],
	)


def _most_telling(tickets: list[str]) -> str:
	"""The ticket with the longest ledger among those that were paused."""
	lengths = Counter(
		row.reference_name
		for row in frappe.get_all(
			"CS Service Event", {"reference_name": ["in", tickets]}, ["reference_name"], limit_page_length=0
		)
	)
	paused = set(
		frappe.get_all(
			"CS Service Event", {"reference_name": ["in", tickets], "kind": "Paused"}, pluck="reference_name"
		)
	)
	return max(sorted(paused or tickets), key=lambda name: lengths[name])


def _show_timeline(ticket: str) -> None:
	explained = explain_ticket(ticket)
	_say(f"\nTicket {ticket} explained: {explained['ticket']['subject']}")
	_say(f"  {explained['policy']['reason']}")
	for trial in explained["policy"]["trials"]:
		_say(f"    {'+' if trial['matched'] else '-'} {trial['text']}")
	for line in explained["timeline"]:
		_say(f"  {line['shown_at']}  {'(ahead) ' if line['ahead'] else ''}{line['text']}")


def _show_escalations(tickets: list[str]) -> None:
	"""How many steps were sent and not sent, and the ticket that climbed highest with the reason for each step."""
	found = frappe.get_all(
		"CS Escalation",
		filters={"reference_name": ["in", tickets]},
		fields=["reference_name", "level", "state", "acknowledged_by"],
		limit_page_length=0,
	)
	levels: dict[int, Counter[str]] = defaultdict(Counter)
	for row in found:
		levels[row.level][row.state] += 1
	_say(f"\n{len(found)} escalation steps fell due:")
	states = ("Open", "Acknowledged", "Snoozed", "Resolved", "Suppressed")
	_table(
		("level", *(state.lower() for state in states)),
		[
			(level or "reminder", *(counted[state] or "" for state in states))
			for level, counted in sorted(levels.items())
		],
	)
	_show_messages(tickets)
	answered = sorted(row.reference_name for row in found if row.acknowledged_by)
	if answered:
		_show_ladder(answered[0])


def _show_messages(tickets: list[str]) -> None:
	rows = frappe.get_all(
		"CS Notification Delivery",
		filters={"reference_name": ["in", tickets]},
		fields=["recipient", "medium", "state"],
		limit_page_length=0,
	)
	people: dict[str, Counter[str]] = defaultdict(Counter)
	for row in rows:
		people[row.recipient or "(channel)"][f"{row.medium}, {row.state.lower()}"] += 1
	_say(f"\n{len(rows)} messages:")
	kinds = sorted({kind for counted in people.values() for kind in counted})
	_table(
		("to", *kinds),
		[(who, *(counted[kind] or "" for kind in kinds)) for who, counted in sorted(people.items())],
	)


def _show_ladder(ticket: str) -> None:
	explained = explain_ticket(ticket)
	_say(f"\nTicket {ticket} climbs its ladder: {explained['ticket']['subject']}")
	_say(f"  {explained['escalation']['policy']['reason']}")
	for line in explained["timeline"]:
		_say(f"  {line['shown_at']}  {'(ahead) ' if line['ahead'] else ''}{line['text']}")


def _short(value: Any) -> str:
	return value.strftime("%a %d %H:%M") if value else ""


def _table(head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
	texts = [tuple("" if cell is None else str(cell) for cell in row) for row in [head, *rows]]
	widths = [max(len(row[column]) for row in texts) for column in range(len(head))]
	for row in texts:
		_say("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _say(text: str) -> None:
	print(text)  # the demo is a command: its output is what it is for
