"""What an escalation can be about: a ticket or a complaint, as a row with the same names for the same things."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import frappe

from cs_center.integrations import helpdesk

TICKET, COMPLAINT = helpdesk.TICKET, "CS Complaint"

TICKET_FIELDS = (
	"name",
	"subject",
	"status",
	"priority",
	"agent_group",
	"customer",
	"_assign",
	"cs_dedicated_agent",
)
COMPLAINT_FIELDS = (
	"name",
	"subject",
	"stage",
	"severity",
	"priority",
	"team",
	"customer",
	"handler",
	"ticket",
)


def load(doctype: str, names: Sequence[str]) -> dict[str, Any]:
	"""Rows (TICKET_FIELDS and ``label``) by name. A locking read: a plain one would show them as before the wait."""
	table = frappe.qb.DocType(doctype)
	fields = COMPLAINT_FIELDS if doctype == COMPLAINT else TICKET_FIELDS
	found = (
		frappe.qb.from_(table)
		.select(*(table[field] for field in fields))
		.where(table.name.isin(sorted(names)))
		.orderby(table.name)
		.for_update()
		.run(as_dict=True)
	)
	return {row.name: _as_complaint(row) if doctype == COMPLAINT else _as_ticket(row) for row in found}


def _as_ticket(row: Any) -> Any:
	row.label = f"#{row.name} {row.subject}"
	return row


def _as_complaint(row: Any) -> Any:
	row.label = f"{row.name} {row.subject}"
	row.status, row.agent_group = row.stage, row.team
	row["_assign"] = json.dumps([row.handler]) if row.handler else None
	row.cs_dedicated_agent = ""
	return row
