"""Which channel a new ticket came by. What an agent chose is never overruled."""

from __future__ import annotations

from typing import Any

import frappe

from cs_center.integrations import helpdesk

from .settings import ServiceLevelSettings

PORTAL, EMAIL, PHONE = "Portal", "E-mail", "Phone Hotline"
TOKEN_SCHEMES = ("token ", "basic ", "bearer ")


def derive_channel(ticket: Any, settings: ServiceLevelSettings) -> str:
	"""Name of the channel, or "" when none of the enabled ones fits: account, portal, call, API, agent, default."""
	by_type = first_enabled_by_type()
	account = ticket.get("email_account")
	if account:
		return channel_of_account(account) or by_type.get(EMAIL, "")
	if ticket.get("via_customer_portal"):
		return by_type.get(PORTAL, "")
	if settings.api_channel and _came_by_token():
		return settings.api_channel
	if settings.agent_channel and _entered_by_agent():
		return settings.agent_channel
	return settings.default_channel


def _entered_by_agent() -> bool:
	"""Whether a person who is an agent made the ticket; jobs that fetch mail run as Administrator."""
	user = frappe.session.user
	return user not in ("Administrator", "Guest") and helpdesk.is_agent(user)


def first_enabled_by_type() -> dict[str, str]:
	"""The oldest enabled channel of each type."""
	rows = frappe.get_all(
		"CS Channel",
		filters={"enabled": 1},
		fields=["name", "channel_type"],
		order_by="creation asc, name asc",
	)
	found: dict[str, str] = {}
	for row in rows:
		found.setdefault(row.channel_type, row.name)
	return found


def channel_of_account(account: str) -> str:
	"""The channel that an e-mail account belongs to, "" when none names it."""
	channels = frappe.get_all(
		"CS Channel Email Account", filters={"email_account": account}, pluck="parent", limit=1
	)
	return channels[0] if channels else ""


def _came_by_token() -> bool:
	"""Whether the request signed in with an API key or OAuth token, that is: another program made it."""
	if not getattr(frappe.local, "request", None):
		return False
	return (frappe.get_request_header("Authorization") or "").lower().startswith(TOKEN_SCHEMES)
