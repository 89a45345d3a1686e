"""What a person may decide about complaints."""

from __future__ import annotations

import frappe

from cs_center.domain.complaints import Standing
from cs_center.integrations import helpdesk

MANAGERS = {"CS Manager", "System Manager", "Agent Manager"}
LEADS = {"CS Team Lead"}


def standing_of(user: str) -> Standing:
	"""The highest standing that the user's roles give."""
	if user == "Administrator":
		return Standing.MANAGER
	roles = set(frappe.get_roles(user))
	if MANAGERS & roles:
		return Standing.MANAGER
	if LEADS & roles:
		return Standing.LEAD
	return Standing.AGENT if helpdesk.is_agent(user) else Standing.NOBODY


def acting_standing() -> Standing:
	"""The standing of whoever makes this request."""
	return standing_of(frappe.session.user)
