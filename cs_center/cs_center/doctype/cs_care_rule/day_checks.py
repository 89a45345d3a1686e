"""Checks of the day of a holiday's rule: an official holiday that is known, or a day of the centre's own."""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, getdate

from cs_center.integrations.holiday_calendars import HolidayCalendarError
from cs_center.services.customers.holidays import first_day, names_of

LEAP_YEAR = 2024
"""29 February is a day too."""


def check_day(rule: Document) -> None:
	"""Refuse a rule without a day, with two of them, or with one that there is not."""
	rule.holiday_country = (rule.holiday_country or "").strip().upper() or None
	rule.holiday_name = " ".join((rule.holiday_name or "").split()) or None
	is_official = bool(rule.holiday_country or rule.holiday_name)
	is_own = bool(cint(rule.fixed_month) or cint(rule.fixed_day))
	if is_official == is_own:
		frappe.throw(
			_(
				"A holiday's rule has one day: either the country and the name of a public holiday, or a month and a day. Enter one of the two."
			)
		)
	if is_own:
		_check_own_day(rule)
	else:
		_check_holiday(rule)


def _check_own_day(rule: Document) -> None:
	month, day = cint(rule.fixed_month), cint(rule.fixed_day)
	try:
		date(LEAP_YEAR, month, day)
	except (ValueError, OverflowError):
		frappe.throw(
			_("There is no day {0} in month {1}. Enter a month from 1 to 12 and one of its days.").format(
				day, month
			)
		)


def _check_holiday(rule: Document) -> None:
	if not (rule.holiday_country and rule.holiday_name):
		frappe.throw(_("A public holiday needs its country and its name. Enter both."))
	year = getdate().year
	try:
		known = any(first_day(rule.holiday_country, rule.holiday_name, each) for each in (year, year + 1))
		names = [] if known else names_of(rule.holiday_country, year)
	except HolidayCalendarError:
		frappe.throw(
			_(
				"The holidays of {0} are not known. Enter the two letters of a country, for example CN."
			).format(_shown(rule.holiday_country))
		)
	if not known:
		frappe.throw(
			_(
				"The public holidays of {0} have no {1}, this year or next. Enter one of these, or a month and a day instead: {2}."
			).format(
				_shown(rule.holiday_country),
				_shown(rule.holiday_name),
				frappe.utils.escape_html(", ".join(names)),
			)
		)


def _shown(text: str) -> str:
	return frappe.bold(frappe.utils.escape_html(text))
