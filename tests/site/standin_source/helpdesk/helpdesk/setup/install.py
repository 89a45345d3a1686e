"""The records of a fresh install: named by the contract, with the values that the contract leaves open."""

import json
from pathlib import Path

import frappe
from frappe.utils import getdate

WORKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
OPENS, CLOSES = "10:00:00", "18:00:00"
HOUR = 3600
# priority -> (seconds to the first response, seconds to the resolution)
TARGETS = {
	"Low": (24 * HOUR, 72 * HOUR),
	"Medium": (8 * HOUR, 24 * HOUR),
	"High": (1 * HOUR, 4 * HOUR),
	"Urgent": (HOUR // 2, 2 * HOUR),
}
DEFAULT_PRIORITY = "Medium"
FALLBACK_TYPE = "Unspecified"
STATUS_ORDER = ("Open", "Replied", "Resolved", "Closed")
COLORS = {"Open": "Red", "Replied": "Blue", "Resolved": "Green", "Closed": "Gray"}


def after_install():
	records = json.loads((Path(__file__).parent / "records.json").read_text())
	_add_statuses(records["HD Ticket Status"])
	for row in records["HD Ticket Priority"]:
		_add("HD Ticket Priority", **row)
	for name in records["HD Ticket Type"]:
		_add("HD Ticket Type", name=name, is_system=int(name == FALLBACK_TYPE))
	for name in records["HD Team"]:
		_add("HD Team", team_name=name)
	for name in records["HD Ticket Template"]:
		_add("HD Ticket Template", template_name=name)
	for row in records["HD Ticket Feedback Option"]:
		_add("HD Ticket Feedback Option", label=row["name"], rating=row["rating"])
	for row in records["HD Service Level Agreement"]:
		_add_agreement(row)


def _add(doctype: str, **values):
	frappe.get_doc({"doctype": doctype, **values}).insert(ignore_if_duplicate=True)


def _add_statuses(rows):
	for row in rows:
		label = row["name"]
		order = STATUS_ORDER.index(label) + 1
		_add("HD Ticket Status", **{**row, "label_agent": label, "order": order, "color": COLORS[label]})
	for field in ("default_ticket_status", "ticket_reopen_status"):
		frappe.db.set_single_value("HD Settings", field, "Open")


def _add_agreement(row):
	year = getdate().year
	holidays = row["holiday_list"]
	first, last = f"{year}-01-01", f"{year + 1}-01-01"
	_add("HD Service Holiday List", holiday_list_name=holidays, from_date=first, to_date=last)
	_add(
		"HD Service Level Agreement",
		service_level=row["name"],
		default_sla=row["default_sla"],
		enabled=1,
		holiday_list=holidays,
		priorities=[
			{
				"priority": priority,
				"response_time": response,
				"resolution_time": resolution,
				"default_priority": int(priority == DEFAULT_PRIORITY),
			}
			for priority, (response, resolution) in TARGETS.items()
		],
		support_and_resolution=[
			{"workday": day, "start_time": OPENS, "end_time": CLOSES} for day in WORKDAYS
		],
	)
