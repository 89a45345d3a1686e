"""The site's own Helpdesk SLAs as calendars and submitted policies, so that joining changes no deadline.

An SLA's work days become windows in the site's zone, its holidays closed days, its times business seconds, its condition
rows. A condition that rows cannot say is kept by its effect instead: Helpdesk goes on choosing its SLA, and the policy
holds where Helpdesk chose it (``sla equals NAME``). Whatever is not carried over is named in the result and on the policy.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

import frappe
from frappe import _
from frappe.utils import get_datetime, get_system_timezone, to_timedelta

from cs_center.domain.policy import Condition
from cs_center.integrations import helpdesk

from .definitions import CALENDAR, POLICY, label
from .importing_conditions import conditions_of

FIRST_ORDER = 1000
"""Imported policies are tried after the shipped ones (100 to 500), which are drafts until switched on."""
ORDER_STEP = 10
DEFAULT_ORDER = 100_000
"""The default SLA takes every ticket, so that it stays behind whatever is imported or written later."""
LONGEST_NAME = 140
LONGEST_TITLE = LONGEST_NAME - len(" v1 (99)")
"""A policy is named after its title, version and a number where the name is taken."""
SETTINGS = "CS Center Settings"


@dataclass
class ImportReport:
	"""What became of each SLA, by name: ``imported`` -> policy, ``present`` -> policy made earlier, ``refused`` -> why.

	``notes``: what an imported policy says in another way than its SLA. ``edited``: SLAs changed in Helpdesk since -> policy.
	"""

	imported: dict[str, str] = field(default_factory=dict)
	present: dict[str, str] = field(default_factory=dict)
	refused: dict[str, str] = field(default_factory=dict)
	notes: dict[str, list[str]] = field(default_factory=dict)
	edited: dict[str, str] = field(default_factory=dict)


def import_helpdesk_service_levels() -> ImportReport:
	"""Import every SLA that has no policy yet. Running it again adds only new ones; nothing is overwritten.

	What needs an administrator's eye is written to CS Center Settings too.
	"""
	report = ImportReport()
	for sla in helpdesk.service_level_agreements():
		known = frappe.db.get_value(POLICY, {"imported_from": sla.name, "docstatus": ["!=", 2]})
		if known:
			report.present[sla.name] = known
			if _edited_since(sla, known):
				report.edited[sla.name] = known
		else:
			_try_to_import(sla, report)
	_tell_administrator(report)
	return report


def _try_to_import(sla: Any, report: ImportReport) -> None:
	"""One SLA that cannot be imported must stop neither the others nor the installation."""
	frappe.db.savepoint("cs_center_import")
	messages = len(frappe.local.message_log)
	try:
		report.imported[sla.name] = _import_one(sla, _next_order(sla), report)
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		raise
	except Exception as error:  # whatever a foreign record holds: the reason is reported, nothing is lost
		frappe.db.rollback(save_point="cs_center_import")
		del frappe.local.message_log[messages:]
		report.refused[sla.name] = frappe.utils.strip_html(str(error)) or type(error).__name__


def _next_order(sla: Any) -> int:
	first, below = (DEFAULT_ORDER, None) if sla.default_sla else (FIRST_ORDER, DEFAULT_ORDER)
	filters = [["priority_number", ">=", first]] + ([["priority_number", "<", below]] if below else [])
	highest = frappe.get_all(
		POLICY, filters=filters, pluck="priority_number", order_by="priority_number desc", limit=1
	)
	return highest[0] + ORDER_STEP if highest else first


def _tell_administrator(report: ImportReport) -> None:
	lines = [_("SLA {0} was not imported: {1}").format(name, why) for name, why in report.refused.items()]
	lines += [
		_("SLA {0} was imported as {1}. {2}").format(name, report.imported[name], note)
		for name, notes in report.notes.items()
		for note in notes
	]
	lines += [
		_(
			"SLA {0} was changed in Helpdesk after it was imported; the policy {1} was not. Make its next version."
		).format(name, policy)
		for name, policy in report.edited.items()
	]
	if lines:
		frappe.db.set_single_value(SETTINGS, "adoption_message", "\n".join(lines), update_modified=False)


def _edited_since(sla: Any, policy: str) -> bool:
	"""Whether the import would make something else of this SLA now. A policy with later versions is its owner's."""
	known = frappe.get_doc(POLICY, policy)
	if known.version > 1:
		return False
	targets = {(row["metric"], row["ticket_priority"], row["amount"]) for row in _targets(sla)}
	conditions = [tuple(_condition_row(row).values()) for row in conditions_of(sla, [])]
	return (
		targets != {(row.metric, row.ticket_priority, row.amount) for row in known.targets}
		or conditions != [(row.fact, row.operator, row.value or "") for row in known.conditions]
		or not _same_hours(sla, known.calendar)
	)


def _import_one(sla: Any, order: int, report: ImportReport) -> str:
	notes: list[str] = []
	calendar = _import_calendar(sla)
	policy = frappe.new_doc(POLICY)
	policy.update(
		{
			"title": (sla.service_level or sla.name)[:LONGEST_TITLE],
			"priority_number": order,
			"calendar": calendar,
			"enabled": sla.enabled,
			"description": sla.description,
			"imported_from": sla.name,
			"conditions": [_condition_row(row) for row in conditions_of(sla, notes)],
			"targets": _targets(sla),
		}
	)
	policy.import_notes = "\n".join(notes)
	policy.insert(ignore_permissions=True)  # installation and an administrator's button, both checked before
	policy.reload()  # its own time stamp as stored: a full second reads otherwise than it was written
	policy.submit()
	report.notes[sla.name] = notes
	return policy.name


def _import_calendar(sla: Any) -> str:
	"""A calendar with the SLA's hours: one that is there already, if it still says the same."""
	if not sla.support_and_resolution:
		frappe.throw(
			_("It has no work days, so no deadline can be reached. Add work days to it, then import again.")
		)
	for number in count(1):
		name = _calendar_name(sla.name, number)
		if not frappe.db.exists(CALENDAR, name):
			break
		if _same_hours(sla, name):
			return name
	calendar = frappe.new_doc(CALENDAR)
	calendar.update(
		{
			"calendar_name": name,
			"enabled": 1,
			"time_zone": get_system_timezone(),
			"imported_from": sla.name,
			"windows": _windows(sla),
			"exceptions": _closed_days(sla),
		}
	)
	return calendar.insert(ignore_permissions=True).name  # as above


def _calendar_name(sla: str, number: int) -> str:
	# A name is stored, so it is the same whatever language the administrator reads.
	suffix = "(from Helpdesk)" + (f" {number}" if number > 1 else "")
	return f"{sla[: LONGEST_NAME - len(suffix) - 1].rstrip()} {suffix}"


def _windows(sla: Any) -> list[dict[str, str]]:
	return [
		{"weekday": row.workday, "start_time": _clock(row.start_time), "end_time": _clock(row.end_time)}
		for row in sla.support_and_resolution
	]


def _same_hours(sla: Any, calendar: str) -> bool:
	there = frappe.get_doc(CALENDAR, calendar)
	wanted = frappe.new_doc(CALENDAR)
	wanted.update(
		{
			"time_zone": get_system_timezone(),
			"windows": _windows(sla),
			"exceptions": _closed_days(sla),
		}
	)
	wanted.normalise_windows()
	return there.enabled and _hours(there) == _hours(wanted)


def _hours(calendar: Any) -> tuple[Any, ...]:
	spec = calendar.get_spec()
	windows = {day: sorted(rows) for day, rows in spec["windows"].items()}
	return (spec["time_zone"], windows, sorted(map(str, spec["exceptions"])))


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


def _condition_row(condition: Condition) -> dict[str, str]:
	return {"fact": condition.fact, "operator": label(condition.operator.value), "value": condition.value}


def _targets(sla: Any) -> list[dict[str, Any]]:
	rows = []
	for row in sla.priorities:
		rows.append(_target("First Reply", row.priority, row.response_time))
		if sla.apply_sla_for_resolution and row.resolution_time:
			rows.append(_target("Resolution", row.priority, row.resolution_time))
	return rows


READABLE_UNITS = ((3600, "Business Hours"), (60, "Business Minutes"), (1, "Business Seconds"))


def _target(metric: str, priority: str, seconds: float) -> dict[str, Any]:
	"""In the largest unit that says the time exactly: 8 business hours, not 28,800 seconds."""
	step, unit = next((row for row in READABLE_UNITS if seconds % row[0] == 0), READABLE_UNITS[-1])
	return {
		"metric": metric,
		"ticket_priority": priority,
		"amount": float(seconds) / step,
		"unit": unit,
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
