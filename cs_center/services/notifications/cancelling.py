"""Messages that waited too long: what they tell is over, so they are not sent any more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import frappe

from .messages import CANCELLED, DELIVERY, ESCALATION, OF_ESCALATION, REMINDER
from .texts import cancel_text

ENDED_STATES = ("Resolved", "Acknowledged", "Suppressed")

TICKET_GONE, ESCALATION_ENDED = "ticket_gone", "escalation_ended"


def cancel_unwanted(rows: Sequence[Any]) -> list[Any]:
	"""Cancel the rows that nobody needs any more and return the others. Alarms and tests are always wanted."""
	about_escalations = [row for row in rows if row.occasion in (OF_ESCALATION, REMINDER)]
	gone = _with_missing_reference(about_escalations)
	ended = _with_ended_escalation([row for row in about_escalations if row.hold_reason]) - gone
	cancel(gone, TICKET_GONE)
	cancel(ended, ESCALATION_ENDED)
	return [row for row in rows if row.name not in gone | ended]


def cancel(names: Iterable[str], reason: str) -> None:
	"""Mark rows as cancelled, with the reason in words."""
	names = list(names)
	if not names:
		return
	table = frappe.qb.DocType(DELIVERY)
	(
		frappe.qb.update(table)
		.set(table.state, CANCELLED)
		.set(table.last_error, cancel_text(reason))
		.set(table.leased_until, None)
		.set(table.hold_reason, "")
		.where(table.name.isin(names))
		.run()
	)


def _with_missing_reference(rows: Sequence[Any]) -> set[str]:
	by_doctype: dict[str, set[str]] = defaultdict(set)
	for row in rows:
		if row.reference_doctype and row.reference_name:
			by_doctype[row.reference_doctype].add(row.reference_name)
	present = {doctype: _present(doctype, names) for doctype, names in by_doctype.items()}
	return {
		row.name
		for row in rows
		if row.reference_doctype in present and row.reference_name not in present[row.reference_doctype]
	}


def _present(doctype: str, names: set[str]) -> set[str]:
	found = frappe.get_all(
		doctype, filters={"name": ["in", sorted(names)]}, pluck="name", limit_page_length=0
	)
	return {str(name) for name in found}


def _with_ended_escalation(rows: Sequence[Any]) -> set[str]:
	escalations = sorted({row.escalation for row in rows if row.escalation})
	if not escalations:
		return set()
	ended = set(
		frappe.get_all(
			ESCALATION,
			filters={"name": ["in", escalations], "state": ["in", ENDED_STATES]},
			pluck="name",
			limit_page_length=0,
		)
	)
	return {row.name for row in rows if row.escalation in ended}
