"""Who may see what about customers, where the DocTypes' own permissions are not enough: calls and visits of care."""

from __future__ import annotations

import frappe

CARE = "CS Customer Care"
"""The role that greets and visits customers, and may read their birthday, phone and address."""

CARE_KINDS = ("Care", "Visit")


def is_care(user: str) -> bool:
	"""Whether all greetings and visits are the user's work."""
	return CARE in frappe.get_roles(user)


def care_condition() -> str:
	"""SQL condition for the follow-ups that are greetings and visits."""
	kinds = ", ".join(frappe.db.escape(kind) for kind in CARE_KINDS)
	return f"`tabCS Follow Up`.kind in ({kinds})"


def may_use_care(kind: str | None, user: str) -> bool:
	"""Whether a follow-up of this kind is the user's work because it is care."""
	return kind in CARE_KINDS and is_care(user)
