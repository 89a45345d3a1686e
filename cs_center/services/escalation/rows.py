"""Rows of escalations: read, inserted, changed. No decision is made here; writers hold the ticket's row lock.

The row's name is its key, so the database itself sees to it that a step fires once for each cycle of its ladder.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import frappe

from cs_center.domain.escalation_values import TICKET_LADDER, EscalationState, Raised, StepKey
from cs_center.integrations import helpdesk
from cs_center.services.service_levels.definitions import code, label
from cs_center.services.service_levels.safety import before_writing
from cs_center.services.service_levels.site_time import to_aware, to_aware_or_none

ESCALATION = "CS Escalation"

_AUDIT = ("name", "owner", "creation", "modified", "modified_by", "docstatus", "idx")
FIELDS = (
	"reference_doctype",
	"reference_name",
	"metric",
	"cycle",
	"level",
	"policy",
	"step_key",
	"trigger",
	"state",
	"team",
	"priority",
	"due_at",
	"raised_at",
	"ended_at",
	"suppressed_reason",
	"nobody_to_tell",
	"actions_pending",
	"evidence",
)
READ_FIELDS = (
	"name",
	*FIELDS,
	"acknowledged_by",
	"acknowledged_at",
	"snoozed_by",
	"snoozed_until",
	"note",
)


def load(
	references: Sequence[str], doctype: str = helpdesk.TICKET, lock: bool = False
) -> dict[str, list[Any]]:
	"""Escalation rows (READ_FIELDS) by reference, in the order in which they were raised."""
	if not references:
		return {}
	table = frappe.qb.DocType(ESCALATION)
	query = (
		frappe.qb.from_(table)
		.select(*(table[name] for name in READ_FIELDS))
		.where((table.reference_doctype == doctype) & table.reference_name.isin(list(references)))
		.orderby(table.raised_at, table.level, table.name)
	)
	rows: dict[str, list[Any]] = defaultdict(list)
	for row in (query.for_update() if lock else query).run(as_dict=True):
		rows[row.reference_name].append(row)
	return rows


def raised_of(rows: Iterable[Any]) -> dict[StepKey, Raised]:
	"""What the domain wants to know of the rows."""
	found = (
		Raised(
			key_of_row(row),
			EscalationState(row.state),
			to_aware(row.raised_at),
			to_aware_or_none(row.snoozed_until),
		)
		for row in rows
	)
	return {one.key: one for one in found}


def key_of_row(row: Any) -> StepKey:
	return StepKey(code(row.metric), row.cycle, row.step_key)


def row_name(reference: str, key: StepKey) -> str:
	"""One row for each reference, ladder, cycle and step, by the primary key."""
	return f"{reference}-{key.ladder}-{key.cycle}-{key.step}"


def ladder_label(ladder: str) -> str:
	"""How a ladder stands in the field Metric."""
	return "Ticket" if ladder == TICKET_LADDER else label(ladder)


def insert(rows: Sequence[Mapping[str, Any]]) -> None:
	"""Insert rows (``name`` and FIELDS). A row that is there already raises: the whole decision is then made anew."""
	if not rows:
		return
	before_writing()
	now, user = frappe.utils.now(), frappe.session.user
	values = [
		(row["name"], user, now, now, user, 0, 0, *(row.get(field) for field in FIELDS)) for row in rows
	]
	frappe.db.bulk_insert(ESCALATION, (*_AUDIT, *FIELDS), values)


def change(name: str, values: Mapping[str, Any]) -> None:
	"""Change one row."""
	before_writing()
	frappe.db.set_value(ESCALATION, name, dict(values))


def evidence_of(row: Any) -> dict[str, Any]:
	"""Why it fired, who was told and why, what was done."""
	return json.loads(row["evidence"]) if row.get("evidence") else {}


def to_evidence(values: Mapping[str, Any]) -> str:
	return json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)


def erase(references: Iterable[str], doctype: str = helpdesk.TICKET) -> None:
	"""Remove the escalations and the deliveries of references that exist no more."""
	for table in (ESCALATION, "CS Notification Delivery"):
		frappe.db.delete(table, {"reference_doctype": doctype, "reference_name": ["in", list(references)]})
