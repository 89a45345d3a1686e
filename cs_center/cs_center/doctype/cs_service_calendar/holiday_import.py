"""Public holidays as exceptions of a calendar. Rows that are there, whoever made them, are never touched."""

import frappe
from frappe import _

from cs_center.integrations.holiday_calendars import (
	HolidayCalendarError,
	SpecialDay,
	list_places,
	read_special_days,
	years_without_notice,
)

DOCTYPE = "CS Service Calendar"
WORKING_WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
MOST_YEARS = 10
"""At one time; a calendar with thousands of rows can no longer be edited in a form."""


@frappe.whitelist(methods=["POST"])
def import_public_holidays(
	calendar: str, country: str, years: str | int | list, subdivision: str | None = None
) -> dict:
	"""Add a country's public holidays (closed) and make-up working days (open) of some years to a calendar.

	``country`` is an ISO code ("CN"), ``years`` a list or a text ("2026, 2027"). Importing twice changes nothing.
	Returns counts ``added`` (of which ``make_up``), ``kept`` (dates that had a row) and ``not_announced`` (years).
	"""
	document = frappe.get_doc(DOCTYPE, calendar)
	document.check_permission("write")
	wanted = _read_years(years)
	special_days = _read_special_days(country, wanted, subdivision)
	counts = _add_exceptions(document, special_days)
	if counts["added"]:
		document.save()
	return {**counts, "not_announced": years_without_notice(country, wanted)}


@frappe.whitelist(methods=["GET"])
def list_holiday_places() -> list[dict]:
	"""Countries and their subdivisions for the dialog: ``{"value", "label", "subdivisions"}``."""
	frappe.new_doc(DOCTYPE).check_permission("read")
	return [
		{
			"value": place["code"],
			"label": f"{_(place['name'])} ({place['code']})",
			"subdivisions": place["subdivisions"],
		}
		for place in list_places()
	]


def _add_exceptions(document, special_days: list[SpecialDay]) -> dict:
	had = {str(row.exception_date) for row in document.exceptions}
	fresh = [special for special in special_days if str(special.day) not in had]
	for special in fresh:
		document.append("exceptions", _exception(special, document))
	make_up = sum(special.is_working_day for special in fresh)
	return {"added": len(fresh), "kept": len(special_days) - len(fresh), "make_up": make_up}


def _exception(special: SpecialDay, document) -> dict:
	if not special.is_working_day:
		return {"exception_date": special.day, "closed": 1, "description": special.name[:140]}
	return {
		"exception_date": special.day,
		"closed": 0,
		"windows": document.windows_text(_ordinary_day(document)),
		"description": _("Make-up working day"),
	}


def _ordinary_day(document) -> str:
	"""A make-up day has Monday's hours; a centre that is closed on Mondays has its first working day's."""
	for weekday in WORKING_WEEK:
		if document.windows_of(weekday):
			return weekday
	return frappe.throw(
		_(
			"{0} has no opening hours from Monday to Friday, so the make-up working days have none. Enter them first."
		).format(frappe.bold(document.name))
	)


def _read_years(years: str | int | list) -> list[int]:
	parts = years if isinstance(years, list) else str(years).strip("[]").replace("，", ",").split(",")
	try:
		wanted = sorted({int(str(part).strip()) for part in parts})
	except ValueError:
		frappe.throw(
			_("{0} is not a list of years. Write for example 2026, 2027.").format(frappe.bold(str(years)))
		)
	if len(wanted) > MOST_YEARS:
		frappe.throw(
			_("{0} years are too many at one time. Import at most {1}.").format(len(wanted), MOST_YEARS)
		)
	return wanted


def _read_special_days(country: str, years: list[int], subdivision: str | None) -> list[SpecialDay]:
	language = "zh_CN" if (frappe.local.lang or "").startswith("zh") else "en_US"
	try:
		return read_special_days(country, years, subdivision, language)
	except HolidayCalendarError as error:
		return frappe.throw(_explain(error))


def _explain(error: HolidayCalendarError) -> str:
	if error.code == "bad_year":
		return _("There are no holidays to import for the year {0}. Choose a year from 2000 to 2100.").format(
			error.value
		)
	if error.code == "unknown_subdivision":
		return _(
			"{0} is not a subdivision of this country. Choose one from the list or leave it empty."
		).format(error.value)
	return _(
		"The holidays of {0} are not known. Choose a country from the list, or enter the dates by hand."
	).format(frappe.bold(error.value or _("(empty)")))
