"""Actions that wait for a person: by name, or for the department that the person belongs to."""

from __future__ import annotations

from typing import Any

import frappe

from cs_center.services.service_levels.site_time import display, to_aware_or_none

ACTION, PROFILE = "CS Complaint Action", "CS Agent Profile"
FIELDS = ("name", "kind", "instruction", "department", "responsible", "partner", "due_at", "state")


def waiting_for(user: str) -> list[dict[str, Any]]:
	"""Open actions of the user, those due first in front; ``due_shown`` and ``is_overdue`` for a screen."""
	table = frappe.qb.DocType(ACTION)
	mine = table.responsible == user
	department = frappe.db.get_value(PROFILE, user, "department")
	if department:
		nobody = table.responsible.isnull() | (table.responsible == "")
		mine = mine | (nobody & (table.department == department))
	rows = (
		frappe.qb.from_(table)
		.select(*(table[name] for name in FIELDS))
		.where(mine & (table.state == "Open"))
		.orderby(table.due_at)
		.limit(200)
		.run(as_dict=True)
	)
	now = frappe.utils.now_datetime()
	for row in rows:
		row.is_overdue = row.due_at < now
		row.due_shown = display(to_aware_or_none(row.due_at))
	return rows
