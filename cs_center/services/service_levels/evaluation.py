"""Ledger -> clocks -> ticket, for one ticket while it is saved and for many in the minute task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import frappe

from cs_center.domain.clocks import Clock, compute_clocks
from cs_center.domain.ledger import Event, in_order, state_after
from cs_center.integrations import helpdesk

from . import store
from .definitions import calendars_by_name, policies_by_name
from .settings import ServiceLevelSettings, read_settings
from .site_time import current_instant
from .ticket_fields import SHOWN_FIELDS, show_in_row, shown_values


@dataclass(frozen=True)
class Evaluation:
	"""Clocks of a ticket at one instant and the values its fields should show."""

	clocks: list[Clock]
	shown: dict[str, Any]


def evaluate(events: Sequence[Event], now: datetime, settings: ServiceLevelSettings) -> Evaluation:
	"""Compute, write nothing. Calendars and policies come from the process's memory after the first time."""
	ordered = in_order(events)
	clocks = compute_clocks(ordered, policies_by_name(), calendars_by_name(), now)
	state = state_after(ordered)
	return Evaluation(clocks, shown_values(clocks, state.policy, state.category, now, settings))


def evaluate_stored(tickets: Sequence[str], now: datetime | None = None) -> int:
	"""Bring clocks and fields of stored tickets up to ``now``; returns the number of clock rows that changed.

	The tickets' rows are locked in the order of their names, so that two runs cannot lock each other out.
	"""
	if not tickets:
		return 0
	now, settings = now or current_instant(), read_settings()
	rows = lock_tickets(tickets)
	names = [row.name for row in rows]
	if not names:
		return 0
	ledgers = store.load_events(names, lock=True)
	evaluations = {name: evaluate(ledgers[name], now, settings) for name in names if name in ledgers}
	stored = store.load_clock_rows(list(evaluations), lock=True)
	changed = store.replace_clocks({name: made.clocks for name, made in evaluations.items()}, stored)
	for row in rows:
		if row.name in evaluations:
			show_in_row(row, evaluations[row.name].shown)
	return changed


def lock_tickets(tickets: Sequence[str]) -> list[Any]:
	"""Rows (name and SHOWN_FIELDS) of the tickets that exist, locked until the transaction ends."""
	table = frappe.qb.DocType(helpdesk.TICKET)
	return (
		frappe.qb.from_(table)
		.select(table.name, *(table[field] for field in SHOWN_FIELDS))
		.where(table.name.isin(sorted(set(tickets))))
		.orderby(table.name)
		.for_update()
		.run(as_dict=True)
	)
