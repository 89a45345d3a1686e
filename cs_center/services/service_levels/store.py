"""Rows of the ledger and of the clocks: read, appended, replaced. No decision is made here.

Writers hold the ticket's row lock. Reads for writing are locking reads, so that they see what others committed while
this transaction waited (a plain read would show the snapshot from before the wait).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe.query_builder.functions import Min

from cs_center.domain.clocks import Clock
from cs_center.domain.ledger import Event, EventKind, in_order

from .definitions import label
from .safety import before_writing
from .site_time import to_aware, to_stored

EVENT, CLOCK = "CS Service Event", "CS Service Clock"
TICKET = "HD Ticket"

_AUDIT = ("name", "owner", "creation", "modified", "modified_by", "docstatus", "idx")
_EVENT_FIELDS = (
	"reference_doctype",
	"reference_name",
	"sequence",
	"kind",
	"happened_at",
	"actor",
	"value",
	"source_key",
	"detail",
)
CLOCK_VALUES = (
	"metric",
	"cycle",
	"policy",
	"calendar",
	"team",
	"target_amount",
	"target_unit",
	"pauses",
	"state",
	"started_at",
	"warn_at",
	"due_at",
	"ended_at",
	"breached_at",
	"elapsed_seconds",
	"paused_seconds",
	"overrun_seconds",
	"next_event_at",
	"title",
)
"""What a clock row says; all of it is computed, so a rebuild can compare it."""


def load_events(
	references: Sequence[str], doctype: str = TICKET, lock: bool = False
) -> dict[str, list[Event]]:
	"""Ledgers by reference, each in order; a reference without events is missing. ``lock``: see the module."""
	table = frappe.qb.DocType(EVENT)
	query = (
		frappe.qb.from_(table)
		.select(*(table[name] for name in _EVENT_FIELDS))
		.where((table.reference_doctype == doctype) & table.reference_name.isin(list(references)))
		.orderby(table.reference_name, table.sequence)
	)
	ledgers: dict[str, list[Event]] = defaultdict(list)
	for row in (query.for_update() if lock else query).run(as_dict=True):
		ledgers[row.reference_name].append(_event(row))
	return {reference: in_order(events) for reference, events in ledgers.items()}


def _event(row: Any) -> Event:
	return Event(
		kind=EventKind(row.kind),
		at=to_aware(row.happened_at),
		sequence=row.sequence,
		actor=row.actor or "",
		value=row.value or "",
		detail=json.loads(row.detail) if row.detail else {},
		key=row.source_key or "",
	)


def append_events(reference: str, events: Sequence[Event], doctype: str = TICKET) -> None:
	"""Add events to a ledger; their sequence numbers must be new, the row's name makes sure that they are."""
	append_ledgers({reference: events}, doctype)


def append_ledgers(ledgers: dict[str, Sequence[Event]], doctype: str = TICKET) -> None:
	"""``append_events`` for many references in one statement."""
	rows = [
		_event_row(doctype, reference, event) for reference, events in ledgers.items() for event in events
	]
	if rows:
		before_writing()
		frappe.db.bulk_insert(EVENT, (*_AUDIT, *_EVENT_FIELDS), rows)


def _event_row(doctype: str, reference: str, event: Event) -> tuple[Any, ...]:
	detail = (
		json.dumps(dict(event.detail), ensure_ascii=False, sort_keys=True, default=str)
		if event.detail
		else None
	)
	return (
		*_audit(f"{reference}-{event.sequence}", frappe.utils.now()),
		doctype,
		reference,
		event.sequence,
		event.kind.value,
		to_stored(event.at),
		event.actor,
		event.value,
		event.key,
		detail,
	)


def _audit(name: str, creation: Any) -> tuple[Any, ...]:
	user = frappe.session.user
	return (name, user, creation, frappe.utils.now(), user, 0, 0)


def load_clock_rows(
	references: Sequence[str], doctype: str = TICKET, lock: bool = False
) -> dict[str, list[Any]]:
	"""Stored clock rows (dictionaries of name, creation and CLOCK_VALUES) by reference."""
	table = frappe.qb.DocType(CLOCK)
	query = (
		frappe.qb.from_(table)
		.select(table.name, table.creation, table.reference_name, *(table[name] for name in CLOCK_VALUES))
		.where((table.reference_doctype == doctype) & table.reference_name.isin(list(references)))
	)
	rows: dict[str, list[Any]] = defaultdict(list)
	for row in (query.for_update() if lock else query).run(as_dict=True):
		rows[row.reference_name].append(row)
	return rows


def clock_name(reference: str, metric: str, cycle: int) -> str:
	"""The row's name: one row for each reference, metric and cycle, by the primary key."""
	return f"{reference}-{metric}-{cycle}"


def clock_values(clock: Clock) -> dict[str, Any]:
	"""A computed clock as the row's values (CLOCK_VALUES)."""
	return {
		"metric": label(clock.metric.value),
		"cycle": clock.cycle,
		"policy": clock.policy,
		"calendar": clock.calendar,
		"team": clock.team or None,
		"target_amount": float(clock.amount.value),
		"target_unit": label(clock.amount.unit.value),
		"pauses": int(clock.pauses),
		"state": clock.state.value,
		"started_at": to_stored(clock.started_at),
		"warn_at": to_stored(clock.warn_at),
		"due_at": to_stored(clock.due_at),
		"ended_at": to_stored(clock.ended_at),
		"breached_at": to_stored(clock.breached_at),
		"elapsed_seconds": _seconds(clock.elapsed),
		"paused_seconds": _seconds(clock.paused),
		"overrun_seconds": _seconds(clock.overrun),
		"next_event_at": to_stored(clock.next_event_at),
		"title": clock.title or None,
	}


def _seconds(length: timedelta | None) -> int:
	return int(length.total_seconds()) if length else 0


def replace_clocks(
	computed: dict[str, Sequence[Clock]], stored: dict[str, list[Any]], doctype: str = TICKET
) -> int:
	"""Bring the stored rows to what was computed; returns how many rows changed.

	Two statements whatever the number of rows: changed rows leave and come back with their creation kept.
	"""
	leaving: list[str] = []
	coming: list[tuple[Any, ...]] = []
	for reference, clocks in computed.items():
		old = {row.name: row for row in stored.get(reference, ())}
		new = {
			clock_name(reference, clock.metric.value, clock.cycle): clock_values(clock) for clock in clocks
		}
		leaving += [name for name in old if name not in new]
		for name, values in new.items():
			if name not in old or differs(old[name], values):
				leaving += [name] if name in old else []
				coming.append(_clock_row(doctype, reference, name, values, old.get(name)))
	_write_clock_rows(leaving, coming)
	return len(set(leaving) | {row[0] for row in coming})


def differs(row: Any, values: dict[str, Any]) -> bool:
	"""Whether a stored row says something else than the computed values."""
	return any((row[name] or None) != (values[name] or None) for name in CLOCK_VALUES)


def _clock_row(doctype: str, reference: str, name: str, values: dict[str, Any], old: Any) -> tuple[Any, ...]:
	creation = old.creation if old else frappe.utils.now()
	return (*_audit(name, creation), doctype, reference, *(values[field] for field in CLOCK_VALUES))


def _write_clock_rows(leaving: list[str], coming: list[tuple[Any, ...]]) -> None:
	if leaving or coming:
		before_writing()
	if leaving:
		frappe.db.delete(CLOCK, {"name": ["in", leaving]})
	if coming:
		fields = (*_AUDIT, "reference_doctype", "reference_name", *CLOCK_VALUES)
		frappe.db.bulk_insert(CLOCK, fields, coming)


def due_references(now: datetime, limit: int, doctype: str = TICKET) -> list[str]:
	"""References with a clock whose next event has come, the longest waiting first. An index range, never a scan."""
	table = frappe.qb.DocType(CLOCK)
	rows = (
		frappe.qb.from_(table)
		.select(table.reference_name)
		.where((table.next_event_at <= to_stored(now)) & (table.reference_doctype == doctype))
		.groupby(table.reference_name)
		.orderby(Min(table.next_event_at))
		.limit(limit)
		.run()
	)
	return [row[0] for row in rows]


def erase(references: Iterable[str], doctype: str = TICKET) -> None:
	"""Remove ledger and clocks of references that exist no more (or whose personal data is erased)."""
	for table in (EVENT, CLOCK):
		frappe.db.delete(table, {"reference_doctype": doctype, "reference_name": ["in", list(references)]})
