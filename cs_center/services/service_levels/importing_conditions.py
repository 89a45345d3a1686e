"""When an SLA of Helpdesk holds, as condition rows: its condition, its dates, its priorities."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import add_days

from cs_center.domain.condition_text import InexpressibleError, conditions_from_expression
from cs_center.domain.policy import Condition, Operator
from cs_center.integrations import helpdesk


def conditions_of(sla: Any, notes: list[str]) -> list[Condition]:
	"""Rows that hold where Helpdesk would choose this SLA; what they cannot say is added to ``notes``."""
	if sla.default_sla:
		return []
	return [*_written_conditions(sla, notes), *_date_conditions(sla), *_priority_conditions(sla)]


def _written_conditions(sla: Any, notes: list[str]) -> list[Condition]:
	try:
		boxes = _fields_of_kind("Check")
		rows = list(conditions_from_expression(sla.condition, boxes, helpdesk.number_fields() - boxes))
		_refuse_unsure_fields(sla, rows)
		return rows
	except InexpressibleError as error:
		notes.append(
			_(
				"The condition could not be written as rows, so the policy holds where Helpdesk chose this SLA: {0}"
			).format(str(error))
		)
		return [Condition("sla", Operator.EQUALS, sla.name)]


def _refuse_unsure_fields(sla: Any, rows: list[Condition]) -> None:
	"""Fields that the ticket has not, and numbers that can be empty: Python's idea of those depends on the case."""
	meta = frappe.get_meta(helpdesk.TICKET)
	unsure = _fields_of_kind("Duration", "Rating")
	for row in rows:
		if not meta.has_field(row.fact):
			raise InexpressibleError(text=sla.condition, reason=f"the ticket has no field {row.fact}")
		if row.fact in unsure:
			raise InexpressibleError(text=sla.condition, reason=f"the number {row.fact} may be empty")


def _fields_of_kind(*kinds: str) -> set[str]:
	return {field.fieldname for field in frappe.get_meta(helpdesk.TICKET).fields if field.fieldtype in kinds}


def _date_conditions(sla: Any) -> list[Condition]:
	"""An SLA's validity is a pair of conditions on the opening date."""
	rows = []
	if sla.start_date:
		rows.append(Condition("opening_date", Operator.AT_LEAST, str(sla.start_date)))
	if sla.end_date:
		# Helpdesk compares the end date with the time of day too: on the date itself it no longer holds.
		rows.append(Condition("opening_date", Operator.AT_MOST, str(add_days(sla.end_date, -1))))
	return rows


def _priority_conditions(sla: Any) -> list[Condition]:
	"""Helpdesk leaves out an SLA that does not list the ticket's priority."""
	listed = {row.priority for row in sla.priorities}
	if helpdesk.enabled_priorities() <= listed or any("," in name or "，" in name for name in listed):
		return []
	return [Condition("priority", Operator.IN, ", ".join(sorted(listed)))]
