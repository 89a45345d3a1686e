from datetime import datetime, timezone

import frappe
from frappe import _
from frappe.model.document import Document

from cs_center.cs_center.doctype.cs_service_calendar.calendar_messages import explain_calendar_error
from cs_center.cs_center.doctype.cs_service_calendar.time_windows import (
	UnreadableTimeError,
	normalise_time,
	read_windows,
	write_windows,
)
from cs_center.domain.calendar import CalendarError, ServiceCalendar
from cs_center.services.service_levels.memory import forget_definitions


class CSServiceCalendar(Document):
	"""Opening hours of one time zone, as rows. What they mean is decided by ``domain.calendar``."""

	def validate(self):
		self.normalise_windows()
		self.normalise_exceptions()
		self.check_opening_hours()
		if not self.enabled and not self.is_new():
			self.refuse_when_used(
				_(
					"The calendar {0} cannot be disabled: it is used by {1}. Give these another calendar first."
				)
			)

	def on_change(self):
		forget_definitions()

	def on_trash(self):
		self.refuse_when_used(
			_("The calendar {0} cannot be deleted: it is used by {1}. Give these another calendar first.")
		)

	def get_spec(self) -> dict:
		"""The plain form that ``ServiceCalendar.from_dict`` reads; raises UnreadableTimeError for bad exceptions."""
		windows: dict[str, list[list[str]]] = {}
		for row in self.windows:
			windows.setdefault((row.weekday or "").lower(), []).append([row.start_time, row.end_time])
		return {
			"time_zone": self.time_zone,
			"windows": windows,
			"exceptions": [_exception_spec(row) for row in self.exceptions],
		}

	def windows_of(self, weekday: str) -> list[list[str]]:
		"""The weekly windows of a weekday ("Monday"), in the order of the rows."""
		return [[row.start_time, row.end_time] for row in self.windows if row.weekday == weekday]

	def windows_text(self, weekday: str) -> str:
		"""The same as an exception writes it: "09:00-12:00, 14:00-18:00"."""
		return write_windows(self.windows_of(weekday))

	def normalise_windows(self):
		for row in self.windows:
			try:
				row.start_time, row.end_time = normalise_time(row.start_time), normalise_time(row.end_time)
			except UnreadableTimeError as error:
				frappe.throw(
					_(
						"Opening hours, row {0}: {1} is not a time of day. Write hours and minutes, for example 09:00."
					).format(row.idx, frappe.bold(error.text or _("(empty)")))
				)

	def normalise_exceptions(self):
		for row in self.exceptions:
			try:
				row.windows = write_windows(read_windows(row.windows))
			except UnreadableTimeError as error:
				frappe.throw(
					_(
						"Exceptions, row {0}: {1} is not a window. Write for example 09:00-12:00, 14:00-18:00."
					).format(row.idx, frappe.bold(error.text))
				)

	def check_opening_hours(self) -> ServiceCalendar:
		"""The domain's calendar of these rows; a message instead when it refuses them."""
		try:
			calendar = ServiceCalendar.from_dict(self.get_spec())
			calendar.next_open(datetime.now(timezone.utc))
		except CalendarError as error:
			frappe.throw(explain_calendar_error(error, self))
		return calendar

	def refuse_when_used(self, message: str):
		"""Throw the (translated) message with the calendar and its users filled in, if it has users."""
		users = _users_of(self.name)
		if users:
			frappe.throw(message.format(frappe.bold(self.name), ", ".join(users)))


def require_enabled_calendar(calendar: str | None):
	"""Refuse a disabled calendar with a message; nothing to check when none is named."""
	if calendar and not frappe.db.get_value("CS Service Calendar", calendar, "enabled"):
		frappe.throw(
			_("The calendar {0} is disabled. Enable it or choose another one.").format(frappe.bold(calendar))
		)


@frappe.whitelist(methods=["GET"])
def list_time_zones() -> list[str]:
	"""Names of the zones that a calendar can have, for the form's list."""
	frappe.new_doc("CS Service Calendar").check_permission("read")
	from zoneinfo import available_timezones

	places = (name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
	return [*sorted(places), "UTC"]


def _exception_spec(row) -> dict:
	spec = {"date": str(row.exception_date), "closed": bool(row.closed)}
	windows = read_windows(row.windows)
	return {**spec, "windows": windows} if windows else spec


CALENDAR_FIELDS = {
	"CS Service Policy": ("calendar",),
	"CS Escalation Policy": ("calendar",),
	"CS Channel": ("calendar",),
	"CS Notification Channel": ("quiet_calendar",),
	"CS Agent Profile": ("shift_calendar", "quiet_calendar"),
}
SETTINGS_FIELDS = ("default_calendar", "quiet_calendar")
"""Where a calendar can be named. A policy holds on to it while it is submitted."""


def _users_of(calendar: str) -> list[str]:
	"""Titles of what a calendar cannot be taken away from: submitted policies, channels, profiles, the settings."""
	users = []
	for doctype, fields in CALENDAR_FIELDS.items():
		is_policy = frappe.get_meta(doctype).is_submittable
		for field in fields:
			filters = {field: calendar, **({"docstatus": 1} if is_policy else {})}
			users += frappe.get_all(doctype, filters, pluck="title" if is_policy else "name", limit=5)
	for field in SETTINGS_FIELDS:
		if frappe.db.get_single_value("CS Center Settings", field) == calendar:
			users.append(_("CS Center Settings"))
	return list(dict.fromkeys(users))
