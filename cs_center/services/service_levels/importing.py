"""The site's own Helpdesk SLAs as calendars and submitted policies, so that joining changes no deadline.

An SLA's work days become windows in the site's zone, its holidays closed days, its times business seconds, its condition
rows. A condition that rows cannot say is kept by its effect instead: Helpdesk goes on choosing its SLA, and the policy
holds where Helpdesk chose it (``sla equals NAME``). Whatever is not carried over is named in the result and on the policy.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_days, get_datetime, get_system_timezone, to_timedelta

from cs_center.domain.condition_text import InexpressibleError, conditions_from_expression
from cs_center.domain.errors import DomainError
from cs_center.domain.policy import Condition, Operator
from cs_center.integrations import helpdesk

from .definitions import CALENDAR, POLICY, label

FIRST_ORDER = 1000
"""Imported policies are tried after the shipped ones (100 to 500), which are drafts until switched on."""
ORDER_STEP = 10


@dataclass
class ImportReport:
	"""What became of each SLA, by name: ``imported`` -> policy, ``present`` -> policy made earlier, ``refused`` -> why."""

	imported: dict[str, str] = field(default_factory=dict)
	present: dict[str, str] = field(default_factory=dict)
	refused: dict[str, str] = field(default_factory=dict)
	notes: dict[str, list[str]] = field(default_factory=dict)


def import_helpdesk_service_levels() -> ImportReport:
	"""Import every SLA that has no policy yet. Running it again adds only new ones; nothing is overwritten."""
	report = ImportReport()
	order = _next_order()
	for sla in helpdesk.service_level_agreements():
		known = frappe.db.get_value(POLICY, {"imported_from": sla.name, "docstatus": ["!=", 2]})
		if known:
			report.present[sla.name] = known
			continue
		frappe.db.savepoint("cs_center_import")
		try:
			report.imported[sla.name] = _import_one(sla, order, report)
			order += ORDER_STEP
		except (DomainError, frappe.ValidationError) as error:
			frappe.db.rollback(save_point="cs_center_import")
			frappe.clear_last_message()
			report.refused[sla.name] = frappe.utils.strip_html(str(error))
	return report


def _next_order() -> int:
	highest = frappe.get_all(POLICY, fields=["priority_number"], order_by="priority_number desc", limit=1)
	return max(FIRST_ORDER, (highest[0].priority_number if highest else 0) + ORDER_STEP)


def _import_one(sla: Any, order: int, report: ImportReport) -> str:
	notes: list[str] = []
	calendar = _import_calendar(sla)
	policy = frappe.new_doc(POLICY)
	policy.update(
		{
			"title": sla.service_level or sla.name,
			"priority_number": order,
			"calendar": calendar,
			"enabled": sla.enabled,
			"description": sla.description,
			"imported_from": sla.name,
			"conditions": [_condition_row(row) for row in _conditions(sla, notes)],
			"targets": _targets(sla),
		}
	)
	policy.import_notes = "\n".join(notes)
	policy.insert(ignore_permissions=True)  # installation and an administrator's button, both checked before
	policy.submit()
	report.notes[sla.name] = notes
	return policy.name


def _import_calendar(sla: Any) -> str:
	name = _("{0} (from Helpdesk)").format(sla.name)
	if frappe.db.exists(CALENDAR, name):
		return name
	if not sla.support_and_resolution:
		frappe.throw(
			_("It has no work days, so no deadline can be reached. Add work days to it, then import again.")
		)
	calendar = frappe.new_doc(CALENDAR)
	calendar.update(
		{
			"calendar_name": name,
			"enabled": 1,
			"time_zone": get_system_timezone(),
			"imported_from": sla.name,
			"windows": [
				{
					"weekday": row.workday,
					"start_time": _clock(row.start_time),
					"end_time": _clock(row.end_time),
				}
				for row in sla.support_and_resolution
			],
			"exceptions": _closed_days(sla),
		}
	)
	return calendar.insert(ignore_permissions=True).name  # as above


def _closed_days(sla: Any) -> list[dict[str, Any]]:
	"""Each holiday once; Helpdesk's lists may name a date twice."""
	days = {str(date): description for date, description in helpdesk.holidays(sla.holiday_list)}
	return [
		{"exception_date": date, "closed": 1, "description": description[:140]}
		for date, description in days.items()
	]


def _clock(value: Any) -> str:
	"""A Time field as HH:MM, or HH:MM:SS where seconds matter; 23:59:59 stays what Helpdesk counts to."""
	seconds = (
		int(to_timedelta(value).total_seconds())
		if not isinstance(value, timedelta)
		else int(value.total_seconds())
	)
	text = f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"
	return text if seconds % 60 == 0 else f"{text}:{seconds % 60:02d}"


def _conditions(sla: Any, notes: list[str]) -> list[Condition]:
	if sla.default_sla:
		return []
	return [*_written_conditions(sla, notes), *_date_conditions(sla), *_priority_conditions(sla)]


def _written_conditions(sla: Any, notes: list[str]) -> list[Condition]:
	try:
		rows = list(conditions_from_expression(sla.condition, helpdesk.number_fields()))
		_refuse_unknown_fields(sla, rows)
		return rows
	except InexpressibleError as error:
		notes.append(
			_(
				"The condition could not be written as rows, so the policy holds where Helpdesk chose this SLA: {0}"
			).format(str(error))
		)
		return [Condition("sla", Operator.EQUALS, sla.name)]


def _refuse_unknown_fields(sla: Any, rows: list[Condition]) -> None:
	meta = frappe.get_meta(helpdesk.TICKET)
	for row in rows:
		if not meta.has_field(row.fact):
			raise InexpressibleError(text=sla.condition, reason=f"the ticket has no field {row.fact}")


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
	if helpdesk.enabled_priorities() <= listed:
		return []
	return [Condition("priority", Operator.IN, ", ".join(sorted(listed)))]


def _condition_row(condition: Condition) -> dict[str, str]:
	return {"fact": condition.fact, "operator": label(condition.operator.value), "value": condition.value}


def _targets(sla: Any) -> list[dict[str, Any]]:
	rows = []
	for row in sla.priorities:
		rows.append(_target("First Reply", row.priority, row.response_time))
		if sla.apply_sla_for_resolution and row.resolution_time:
			rows.append(_target("Resolution", row.priority, row.resolution_time))
	return rows


def _target(metric: str, priority: str, seconds: float) -> dict[str, Any]:
	return {
		"metric": metric,
		"ticket_priority": priority,
		"amount": float(seconds),
		"unit": "Business Seconds",
		"pauses": 1,
	}


def not_imported() -> list[str]:
	"""Names of the SLAs that no policy was made from, cancelled policies left aside."""
	made = frappe.get_all(
		POLICY,
		filters={"imported_from": ["is", "set"], "docstatus": ["!=", 2]},
		pluck="imported_from",
		limit_page_length=0,
	)
	return frappe.get_all(
		helpdesk.SLA, filters={"name": ["not in", made or [""]]}, pluck="name", order_by="name"
	)


def imported_policy(sla: str | None) -> str | None:
	"""The policy in force that was made from this SLA (its newest version), None when there is none."""
	if not sla:
		return None
	return frappe.db.get_value(
		POLICY, {"imported_from": sla, "docstatus": 1}, "name", order_by="version desc, creation desc"
	)


def opened_at(ticket: Any) -> Any:
	"""When Helpdesk started counting: its own start, else the ticket's creation."""
	return get_datetime(ticket.get("service_level_agreement_creation") or ticket.get("creation"))
