"""The one place that reads CS Center Settings for complaints."""

from __future__ import annotations

from dataclasses import dataclass

import frappe
from frappe.utils import cint, flt

DEFAULT_REPEAT_DAYS = 30
DEFAULT_FAILED_ATTEMPTS = 3
DEFAULT_ROLE = "CS Manager"


@dataclass(frozen=True)
class ComplaintSettings:
	"""What an administrator chose. ``compensation_limit`` is in ``currency``; above it somebody has to approve."""

	suggests: bool
	repeat_days: int
	currency: str
	compensation_limit: float
	compensation_role: str
	reminder_hours: int
	major_report_role: str
	company: str
	failed_attempts: int
	default_calendar: str


def read_complaint_settings() -> ComplaintSettings:
	"""Settings of this site, from Frappe's document cache."""
	doc = frappe.get_cached_doc("CS Center Settings")
	return ComplaintSettings(
		suggests=bool(doc.get("suggest_categories")),
		repeat_days=cint(doc.get("repeat_days")) or DEFAULT_REPEAT_DAYS,
		currency=doc.get("compensation_currency") or site_currency(),
		compensation_limit=flt(doc.get("compensation_limit")),
		compensation_role=doc.get("compensation_role") or DEFAULT_ROLE,
		reminder_hours=cint(doc.get("reminder_hours")),
		major_report_role=doc.get("major_report_role") or DEFAULT_ROLE,
		company=doc.get("default_company") or "",
		failed_attempts=cint(doc.get("failed_attempts")) or DEFAULT_FAILED_ATTEMPTS,
		default_calendar=doc.get("default_calendar") or "",
	)


def site_currency() -> str:
	"""The currency that the site shows amounts in, "" where none was chosen."""
	return frappe.db.get_default("currency") or ""
