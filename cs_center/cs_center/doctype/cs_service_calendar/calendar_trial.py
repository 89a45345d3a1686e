""" "Test this calendar": from a start and an amount to the deadline, with the open time that was used."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import frappe
from frappe import _
from frappe.utils import flt, get_datetime

from cs_center.cs_center.doctype.cs_service_calendar.calendar_messages import explain_calendar_error
from cs_center.domain.calendar import ServiceCalendar
from cs_center.domain.errors import DomainError
from cs_center.domain.units import Amount, Unit, add_amount

DOCTYPE = "CS Service Calendar"

LARGEST_AMOUNT = 10_000
"""In any unit; enough for a year of hours, and answered at once."""

MOST_INTERVALS = 200
"""Rows shown; the rest is counted."""


@frappe.whitelist(methods=["POST"])
def test_calendar(calendar: str, start: str, amount: float, unit: str) -> dict:
	"""The deadline of ``amount`` (of a unit like "Business Hours") after ``start``, local time of the calendar.

	``calendar`` is a name, or the JSON of a form that is not saved yet. Returns ``deadline``, ``time_zone``,
	``intervals`` (``from``, ``to``, ``seconds``; at most 200), ``hidden`` (how many more) and ``seconds`` in all.
	"""
	document = _read_calendar(calendar)
	amount, chosen = flt(amount), _read_unit(unit)
	if not 0 < amount <= LARGEST_AMOUNT:
		frappe.throw(
			_("The time {0} is out of range. Enter more than 0 and at most {1}.").format(
				amount, LARGEST_AMOUNT
			)
		)
	hours = document.check_opening_hours()
	begin = _read_start(start, hours.zone)
	try:
		deadline = add_amount(hours, begin, Amount(amount, chosen))
		intervals = _intervals_used(hours, begin, deadline, chosen)
	except DomainError as error:
		frappe.throw(explain_calendar_error(error, document))
	rows = [_interval_row(*interval) for interval in intervals]
	return {
		"deadline": _local_text(deadline),
		"time_zone": str(hours.zone),
		"intervals": rows[:MOST_INTERVALS],
		"hidden": max(0, len(rows) - MOST_INTERVALS),
		"seconds": sum(row["seconds"] for row in rows),
	}


def _read_calendar(calendar: str):
	"""The saved calendar, or an unsaved one made from a form's rows; permission first."""
	if not calendar.lstrip().startswith("{"):
		document = frappe.get_doc(DOCTYPE, calendar)
		document.check_permission("read")
		return document
	document = frappe.new_doc(DOCTYPE)
	document.check_permission("read")
	form = json.loads(calendar)
	document.update({field: form.get(field) for field in ("calendar_name", "time_zone")})
	for table, fields in _TABLES.items():
		for row in form.get(table) or []:
			document.append(table, {field: row.get(field) for field in fields})
	document.normalise_windows()
	document.normalise_exceptions()
	return document


_TABLES = {
	"windows": ("weekday", "start_time", "end_time"),
	"exceptions": ("exception_date", "closed", "windows"),
}


def _read_unit(label: str) -> Unit:
	try:
		return Unit(label.lower().replace(" ", "_"))
	except ValueError:
		return frappe.throw(_("{0} is not a unit. Choose one from the list.").format(frappe.bold(label)))


def _read_start(text: str, zone: ZoneInfo) -> datetime:
	try:
		moment = get_datetime(text)
	except ValueError:
		moment = None
	if moment is None:
		frappe.throw(_("{0} is not a date and time. Enter the start again.").format(frappe.bold(text)))
	return moment.replace(tzinfo=zone)


def _intervals_used(hours: ServiceCalendar, start: datetime, deadline: datetime, unit: Unit):
	if not unit.is_business:
		return [(start, deadline)]
	intervals = hours.open_intervals(start, deadline)
	if unit is Unit.BUSINESS_DAYS:
		# The start's date is not counted, so its hours are none of the time that was used.
		return [interval for interval in intervals if interval[0].date() > start.date()]
	return intervals


def _interval_row(start: datetime, end: datetime) -> dict:
	# Timestamps, because subtracting two local times would not see the clocks change.
	seconds = round(end.timestamp() - start.timestamp())
	return {"from": _local_text(start), "to": _local_text(end), "seconds": seconds}


def _local_text(moment: datetime) -> str:
	return moment.replace(tzinfo=None, microsecond=0).isoformat(sep=" ")
