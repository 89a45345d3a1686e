"""The words of follow-ups: their kinds, states and media, as the DocType has them."""

from __future__ import annotations

import frappe

FOLLOW_UP = "CS Follow Up"
OPEN, DONE, UNREACHABLE, CANCELLED = "Open", "Done", "Unreachable", "Cancelled"
CALL_BACK, CARE, VISIT = "Complaint Call-Back", "Care", "Visit"
PHONE = "Phone"

WITHOUT_RESULT = (CARE, VISIT)
"""Kinds that are done when the customer was reached: a greeting solves nothing."""


def is_enabled(user: str | None) -> bool:
	"""Whether there is such an account and it may be used."""
	return bool(user and frappe.db.get_value("User", user, "enabled"))
