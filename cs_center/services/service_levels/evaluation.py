"""Ledger -> clocks -> ticket, for one ticket while it is saved and for many in the minute task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import frappe

from cs_center.domain.clocks import Clock, compute_clocks
from cs_center.domain.escalation_values import Decision
from cs_center.domain.ledger import Event, in_order, state_after
from cs_center.integrations import helpdesk
from cs_center.integrations.database import can_skip_locked
from cs_center.services.escalation import carrying_out
from cs_center.services.escalation import rows as escalation_rows
from cs_center.services.escalation.situations import decision_of, is_governed, next_look

from . import store
from .definitions import calendars_by_name, policies_by_name
from .settings import ServiceLevelSettings, read_settings
from .site_time import current_instant, to_stored
from .ticket_fields import SHOWN_FIELDS, show_in_row, shown_values


@dataclass(frozen=True)
class Evaluation:
	"""Clocks of a ticket at one instant and the values its fields should show."""

	clocks: list[Clock]
	shown: dict[str, Any]
	decision: Decision


def evaluate(
	events: Sequence[Event],
	now: datetime,
	settings: ServiceLevelSettings,
	escalations: Sequence[Any] = (),
) -> Evaluation:
	"""Compute, write nothing. Calendars and policies come from the process's memory after the first time.

	``escalations``: the ticket's stored escalation rows, which decide when the minute pass looks at it next.
	"""
	ordered = in_order(events)
	clocks = compute_clocks(ordered, policies_by_name(), calendars_by_name(), now)
	state = state_after(ordered)
	decision = decision_of(ordered, clocks, escalations, now)
	shown = shown_values(clocks, state, next_look(decision, now), now, settings)
	return Evaluation(clocks, shown, decision)


def evaluate_stored(tickets: Sequence[str], now: datetime | None = None, in_pass: bool = False) -> int:
	"""Bring clocks and fields of stored tickets up to ``now``; returns the number of clock rows that changed.

	The tickets' rows are locked in the order of their names, so that two runs cannot lock each other out.
	``in_pass``: the minute pass, whose transaction begins here: what is due is carried out as well, and tickets that
	somebody works on are left to the next minute.
	"""
	if not tickets:
		return 0
	# First of all: where a transaction begins with this lock, what is read after it is what others committed before.
	rows = lock_tickets(tickets, in_pass)
	now, settings = now or current_instant(), read_settings()
	names = [row.name for row in rows]
	if not names:
		return 0
	# A locking read that finds nothing locks the gap: two passes with neighbouring tickets would end each other.
	must_lock = not in_pass
	ledgers = {name: in_order(events) for name, events in store.load_events(names, lock=must_lock).items()}
	escalations = escalation_rows.load([name for name, events in ledgers.items() if is_governed(events)])
	made = {
		name: evaluate(events, now, settings, escalations.get(name, ())) for name, events in ledgers.items()
	}
	stored = store.load_clock_rows(list(made), lock=must_lock)
	changed = store.replace_clocks({name: one.clocks for name, one in made.items()}, stored)
	if in_pass:
		_escalate(made, ledgers, escalations, now)
	for row in rows:
		if row.name in made:
			show_in_row(row, made[row.name].shown)
	return changed


def _escalate(
	made: dict[str, Evaluation],
	ledgers: dict[str, list[Event]],
	escalations: dict[str, list[Any]],
	now: datetime,
) -> None:
	"""Carry out what is due; the tickets are then looked at again at the next instant, not now."""
	cases = [
		carrying_out.Case(name, ledgers[name], one.clocks, escalations.get(name, ()), one.decision)
		for name, one in made.items()
		if not one.decision.is_idle
	]
	carrying_out.carry_out(cases, now)
	for case in cases:
		made[case.ticket].shown["cs_next_escalation_at"] = to_stored(case.decision.next_at)


def lock_tickets(tickets: Sequence[str], skips_locked: bool = False) -> list[Any]:
	"""Rows (name and SHOWN_FIELDS) of the tickets that exist, locked until the transaction ends.

	``skips_locked``: tickets whose row another transaction holds are left out, where the database can do that.
	"""
	table = frappe.qb.DocType(helpdesk.TICKET)
	return (
		frappe.qb.from_(table)
		.select(table.name, *(table[field] for field in SHOWN_FIELDS))
		.where(table.name.isin(sorted(set(tickets))))
		.orderby(table.name)
		.for_update(skip_locked=skips_locked and can_skip_locked())
		.run(as_dict=True)
	)
