"""Ledger -> clocks -> complaint: for one that is being saved, and for stored ones when something happens or falls due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import frappe
from frappe.utils import get_datetime

from cs_center.domain.clocks import Clock, State
from cs_center.domain.complaint_clocks import complaint_clocks
from cs_center.domain.escalation_values import Decision
from cs_center.domain.ledger import Event, in_order, state_after, to_utc
from cs_center.domain.ticket_summary import service_state
from cs_center.integrations.database import can_skip_locked
from cs_center.services.escalation import carrying_out
from cs_center.services.escalation import rows as escalation_rows
from cs_center.services.escalation.situations import decision_of, is_governed, next_look
from cs_center.services.escalation.subjects import COMPLAINT
from cs_center.services.service_levels import store
from cs_center.services.service_levels.definitions import calendars_by_name, policies_by_name
from cs_center.services.service_levels.settings import read_settings
from cs_center.services.service_levels.site_time import current_instant, to_stored

SHOWN_FIELDS = ("policy", "escalation_policy", "next_deadline", "service_state", "next_escalation_at")


@dataclass(frozen=True)
class Evaluation:
	"""Clocks of a complaint at one instant and the values its fields should show."""

	clocks: list[Clock]
	shown: dict[str, Any]
	decision: Decision


def evaluate(events: Sequence[Event], now: datetime, escalations: Sequence[Any] = ()) -> Evaluation:
	"""Compute, write nothing. ``escalations``: the complaint's stored escalation rows."""
	ordered = in_order(events)
	clocks = complaint_clocks(ordered, policies_by_name(), calendars_by_name(), now)
	state = state_after(ordered)
	decision = decision_of(ordered, clocks, escalations, now)
	owed = [clock.due_at for clock in clocks if clock.is_owed and clock.state is not State.PAUSED]
	shown = {
		"policy": state.policy or None,
		"escalation_policy": state.escalation_policy or None,
		"next_deadline": to_stored(min(owed, key=to_utc, default=None)),
		"service_state": service_state(clocks, to_utc(now)),
		"next_escalation_at": to_stored(next_look(decision, now)),
	}
	return Evaluation(clocks, shown, decision)


def save_clocks(name: str, events: Sequence[Event], now: datetime) -> dict[str, Any]:
	"""Bring the clock rows of one complaint up to ``now``; returns what its fields should show."""
	escalations = escalation_rows.load([name], COMPLAINT).get(name, ()) if is_governed(events) else ()
	made = evaluate(events, now, escalations)
	stored = store.load_clock_rows([name], COMPLAINT, lock=True)
	store.replace_clocks({name: made.clocks}, stored, COMPLAINT)
	return made.shown


def evaluate_stored(names: Sequence[str], now: datetime | None = None, in_pass: bool = False) -> int:
	"""Bring clocks and fields of stored complaints up to ``now``; returns how many clock rows changed.

	As for tickets: rows are locked first and in the order of their names; ``in_pass`` carries out what is due and leaves
	complaints that somebody works on to the next minute.
	"""
	rows = lock(names, in_pass) if names else []
	if not rows or not read_settings().enabled:
		return 0
	now = now or current_instant()
	found = [row.name for row in rows]
	ledgers = {
		name: in_order(events) for name, events in store.load_events(found, COMPLAINT, not in_pass).items()
	}
	governed = [name for name, events in ledgers.items() if is_governed(events)]
	escalations = escalation_rows.load(governed, COMPLAINT)
	made = {name: evaluate(events, now, escalations.get(name, ())) for name, events in ledgers.items()}
	stored = store.load_clock_rows(list(made), COMPLAINT, not in_pass)
	changed = store.replace_clocks({name: one.clocks for name, one in made.items()}, stored, COMPLAINT)
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
	cases = [
		carrying_out.Case(name, ledgers[name], one.clocks, escalations.get(name, ()), one.decision)
		for name, one in made.items()
		if not one.decision.is_idle
	]
	carrying_out.carry_out(cases, now, COMPLAINT)
	for case in cases:
		made[case.ticket].shown["next_escalation_at"] = to_stored(case.decision.next_at)


def lock(names: Sequence[str], skips_locked: bool = False) -> list[Any]:
	"""Rows (name and SHOWN_FIELDS) of the complaints that exist, locked until the transaction ends."""
	table = frappe.qb.DocType(COMPLAINT)
	return (
		frappe.qb.from_(table)
		.select(table.name, *(table[field] for field in SHOWN_FIELDS))
		.where(table.name.isin(sorted(set(names))))
		.orderby(table.name)
		.for_update(skip_locked=skips_locked and can_skip_locked())
		.run(as_dict=True)
	)


def show_in_row(row: Any, values: dict[str, Any]) -> None:
	"""Write what changed into a stored complaint; the save's time stamp stays."""
	changed = {name: value for name, value in values.items() if not _same(row.get(name), value)}
	if changed:
		frappe.db.set_value(COMPLAINT, row.name, changed, update_modified=False)


def _same(stored: Any, value: Any) -> bool:
	if isinstance(value, datetime) and stored:
		return get_datetime(stored) == value
	return (stored or None) == (value or None)
