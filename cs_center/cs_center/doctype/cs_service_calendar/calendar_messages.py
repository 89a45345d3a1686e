"""What an administrator reads when the domain refuses a calendar: the row, what is wrong, what to do."""

from typing import TYPE_CHECKING

from frappe import _

from cs_center.domain.calendar_spec import FIRST_YEAR, LAST_YEAR
from cs_center.domain.errors import DomainError

if TYPE_CHECKING:
	from cs_center.cs_center.doctype.cs_service_calendar.cs_service_calendar import CSServiceCalendar


def explain_calendar_error(error: DomainError, calendar: "CSServiceCalendar") -> str:
	"""A translated sentence for a domain error; codes without a sentence of their own keep the domain's words."""
	explain = _EXPLANATIONS.get(error.code)
	return explain(error.params, calendar) if explain else str(error)


def _unknown_zone(params, calendar):
	return _("The time zone {0} is not known. Choose one from the list, for example Asia/Shanghai.").format(
		calendar.time_zone
	)


def _empty_window(params, calendar):
	return _("{0} has no length. Give it an end after its start; a whole day is 00:00 to 24:00.").format(
		_name_window(f"{params['day']} {params['start']}-{params['end']}", calendar)
	)


def _overlapping_windows(params, calendar):
	return _("{0} and {1} overlap. Join them into one window or move one of them.").format(
		_name_window(params["first"], calendar), _name_window(params["second"], calendar)
	)


def _duplicate_exception(params, calendar):
	return _("Exceptions, rows {0}: the date {1} is listed more than once. Keep one row.").format(
		_rows(calendar.exceptions, lambda row: str(row.exception_date) == params["date"]), params["date"]
	)


def _bad_exception(params, calendar):
	return _(
		"Exceptions, row {0}: {1} must either be closed or have open windows. Clear one of the two, or fill one in."
	).format(
		_rows(calendar.exceptions, lambda row: str(row.exception_date) == params["date"]), params["date"]
	)


def _unknown_weekday(params, calendar):
	return _(
		"Opening hours, row {0}: the weekday is missing or unknown. Choose one from Monday to Sunday."
	).format(
		_rows(calendar.windows, lambda row: (row.weekday or "").lower() == str(params["weekday"]).lower())
	)


def _bad_date(params, calendar):
	missing = _rows(calendar.exceptions, lambda row: not row.exception_date)
	if missing:
		return _("Exceptions, row {0}: the date is missing. Enter it or remove the row.").format(missing)
	return _(
		"Exceptions, row {0}: {1} is not a date of the years {2} to {3}. Correct it or remove the row."
	).format(
		_rows(calendar.exceptions, lambda row: str(row.exception_date) == str(params["value"])),
		params["value"],
		FIRST_YEAR,
		LAST_YEAR,
	)


def _out_of_range(params, calendar):
	return _(
		"The calendar is laid out for the years {0} to {1} only. Choose an earlier start or a shorter time."
	).format(params["first"], params["last"])


def _never_open(params, calendar):
	return _("The calendar is never open. Add at least one row to the opening hours.")


def _horizon(params, calendar):
	return _("The calendar is not open at any time in the next {0} days. Add opening hours.").format(
		params["days"]
	)


def _bad_amount(params, calendar):
	return _("{0} is not a usable time. Enter a number above zero; days must be whole.").format(
		params["value"]
	)


def _name_window(label: str, calendar) -> str:
	"""The table and row of a window that the domain names by day and span, for example "monday 09:00-12:00"."""
	day, _space, span = label.partition(" ")
	rows = _rows(
		calendar.windows,
		lambda row: (row.weekday or "").lower() == day and f"{row.start_time}-{row.end_time}" == span,
	)
	if rows:
		return _("Opening hours, row {0} ({1} {2})").format(rows, _(day.title()), span)
	rows = _rows(calendar.exceptions, lambda row: str(row.exception_date) == day)
	if rows:
		return _("Exceptions, row {0} ({1} {2})").format(rows, day, span)
	return _("The opening hours of {0} ({1})").format(day, span)


def _rows(table, fits) -> str:
	return ", ".join(str(row.idx) for row in table if fits(row))


_EXPLANATIONS = {
	"unknown_zone": _unknown_zone,
	"unknown_weekday": _unknown_weekday,
	"bad_date": _bad_date,
	"out_of_range": _out_of_range,
	"empty_window": _empty_window,
	"overlapping_windows": _overlapping_windows,
	"duplicate_exception": _duplicate_exception,
	"bad_exception": _bad_exception,
	"never_open": _never_open,
	"horizon": _horizon,
	"bad_amount": _bad_amount,
}
