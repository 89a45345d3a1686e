"""How and when the customer wants to be reached, whether the customer agreed to it, and the day of birth."""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import formatdate, getdate

from cs_center.cs_center.doctype.cs_customer_profile.profile_writing import is_changed
from cs_center.cs_center.doctype.cs_service_calendar.time_windows import UnreadableTimeError, normalise_time

HOURS = ("preferred_from", "preferred_until")
LAST_MINUTE = "23:59"
EARLIEST_BIRTHDAY = date(1900, 1, 1)
NOT_ASKED = "Not Asked"


def check_contact(profile: Document) -> None:
	"""Refuse what cannot be; fill in today where a consent has no date."""
	_check_hours(profile)
	_check_consent(profile)
	_check_birthday(profile)


def _check_hours(profile: Document) -> None:
	first, last = (_time_of_day(profile, field) for field in HOURS)
	if not first and not last:
		return
	if not first or not last:
		frappe.throw(
			_("{0} and {1} go together. Enter both times, or none.").format(
				*(_label(profile, field) for field in HOURS)
			)
		)
	if first >= last:
		frappe.throw(
			_("The customer could never be reached: {0} is not before {1}. Correct one of the times.").format(
				first, last
			)
		)


def _time_of_day(profile: Document, field: str) -> str | None:
	"""The time as it is kept, "HH:MM"; also written into the profile. The end of a day is its last minute."""
	entered = profile.get(field)
	if not str(entered or "").strip():
		profile.set(field, None)
		return None
	try:
		time = normalise_time(entered)[:5]
	except UnreadableTimeError:
		frappe.throw(
			_("{0}: {1} is not a time of day. Write it as 09:30.").format(
				_label(profile, field), frappe.bold(frappe.utils.escape_html(str(entered)))
			)
		)
	profile.set(field, LAST_MINUTE if time == "24:00" else time)
	return profile.get(field)


def _check_consent(profile: Document) -> None:
	"""Each change has a day of its own; without one it is today."""
	profile.consent = profile.consent or NOT_ASKED
	if profile.consent == NOT_ASKED:
		profile.consent_on = profile.consent_source = None
		return
	is_new_answer = is_changed(profile, "consent") and not is_changed(profile, "consent_on")
	if not profile.consent_on or is_new_answer:
		profile.consent_on = getdate()
	if getdate(profile.consent_on) > getdate():
		frappe.throw(
			_(
				"The consent cannot have been given or withdrawn on {0}, which is still to come. Enter the day on which it was."
			).format(formatdate(profile.consent_on))
		)


def _check_birthday(profile: Document) -> None:
	if not profile.get("birthday") or not is_changed(profile, "birthday"):
		return
	if not EARLIEST_BIRTHDAY <= getdate(profile.get("birthday")) <= getdate():
		frappe.throw(
			_("The birthday is before 1900 or in the future. Enter the day on which the customer was born.")
		)


def _label(profile: Document, field: str) -> str:
	return _(profile.meta.get_label(field), context=profile.doctype)
