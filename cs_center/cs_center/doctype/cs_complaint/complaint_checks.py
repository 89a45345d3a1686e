"""Checks of a complaint's single fields and rows. What a stage needs is said by the gates of the services."""

from __future__ import annotations

from datetime import datetime, timedelta

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import format_datetime, now_datetime

from cs_center.cs_center.doctype.cs_complaint.compensation_checks import check_compensations
from cs_center.services.service_levels.site_time import to_aware, to_stored

SLACK = timedelta(minutes=1)
"""Clocks of two machines differ a little: a time of just now is no time of the future."""

PAST_TIMES = ("received_at", "consent_at", "recourse_told_at", "regulator_notice_at")
"""When something happened, so not in the future."""

AFTER_RECEIPT = ("consent_at", "recourse_told_at")
"""What can only follow the complaint. A regulator may have written before somebody registered it here."""

UNREADABLE = (ValueError, TypeError, OverflowError, AttributeError)
"""What texts that are no times raise; the last one because Frappe reads some of them as nothing."""


def check_fields(complaint: Document):
	"""Refuse what cannot be, each with a message that says what to do."""
	check_category(complaint)
	check_times(complaint)
	check_consent(complaint)
	check_causes(complaint)
	check_compensations(complaint)


def check_category(complaint: Document):
	"""A disabled category keeps its complaints and gets no further ones; one of enquiries gets none at all."""
	category = complaint.category
	if not category or not complaint.has_value_changed("category"):
		return
	enabled, kind = frappe.db.get_value("CS Complaint Category", category, ["enabled", "kind"])
	if kind == "Enquiry":
		frappe.throw(
			_("{0} is a category of enquiries. Choose one of complaints.").format(frappe.bold(_(category)))
		)
	if not enabled:
		frappe.throw(
			_("The category {0} is disabled. Choose another one, or enable it.").format(
				frappe.bold(_(category))
			)
		)


def check_times(complaint: Document):
	now = now_datetime()
	for field in PAST_TIMES:
		moment = _moment_of(complaint, field)
		if moment and complaint.has_value_changed(field) and moment > now + SLACK:
			frappe.throw(
				_("{0}: {1} lies in the future, it is now {2}. Enter when it happened.").format(
					_label(complaint, field), _shown(moment), _shown(now)
				)
			)
	received = _moment_of(complaint, "received_at")
	for field in AFTER_RECEIPT:
		moment = _moment_of(complaint, field)
		if moment and received and moment < received - SLACK:
			frappe.throw(
				_("{0}: {1} is before the complaint was received ({2}). Correct the time.").format(
					_label(complaint, field), _shown(moment), _shown(received)
				)
			)


def _moment_of(complaint: Document, field: str) -> datetime | None:
	"""The field as the database keeps it: naive, in the site's zone, whatever zone was sent."""
	value = complaint.get(field)
	if not value:
		return None
	try:
		moment = to_stored(to_aware(value))
	except UNREADABLE:
		moment = None
	if moment is None:
		frappe.throw(
			_("{0}: {1} is not a time. Write date and time, for example 2026-03-02 14:30.").format(
				_label(complaint, field), frappe.bold(frappe.utils.escape_html(str(value)))
			)
		)
	if "T" in str(value):
		complaint.set(field, moment)
	return moment


def check_consent(complaint: Document):
	"""Consent that nobody can be asked about is none."""
	if complaint.consent != "Consented":
		return
	missing = [
		field for field in ("consent_person", "consent_at") if not str(complaint.get(field) or "").strip()
	]
	if missing:
		frappe.throw(
			_("The customer's consent is recorded with who gave it and when. Fill in: {0}.").format(
				", ".join(_label(complaint, field) for field in missing)
			)
		)


def check_causes(complaint: Document):
	for row in complaint.root_causes:
		row.cause = (row.cause or "").strip()
		if not row.cause:
			frappe.throw(
				_("Root causes, row {0}: there is no cause. Write it, or remove the row.").format(row.idx)
			)


def _label(complaint: Document, field: str) -> str:
	return _(complaint.meta.get_label(field), context=complaint.doctype)


def _shown(moment: datetime) -> str:
	return format_datetime(moment, "yyyy-MM-dd HH:mm")
