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
	by_type = _first_enabled_by_type()
	account = ticket.get("email_account")
	if account:
		return _channel_of_account(account) or by_type.get(EMAIL, "")
	if ticket.get("via_customer_portal"):
		return by_type.get(PORTAL, "")
	if settings.api_channel and _came_by_token():
		return settings.api_channel
	if settings.agent_channel and _entered_by_agent():
		return settings.agent_channel
	return settings.default_channel


CALL_OPENS_WITHIN_SECONDS = 3600
"""A ticket made while or up to an hour after a call is the call's own; an older one was only called about."""


def mark_as_call(ticket: str, call: Any) -> None:
	"""Give a ticket the phone channel when this call opened it and nobody corrected its channel before."""
	phone = _first_enabled_by_type().get(PHONE)
	row = frappe.db.get_value(
		helpdesk.TICKET,
		ticket,
		["cs_channel", "creation", "via_customer_portal", "email_account"],
		as_dict=True,
	)
	if not phone or not row or row.cs_channel == phone or row.via_customer_portal or row.email_account:
		return
	began = frappe.utils.get_datetime(call.get("start_time") or call.creation)
	if not 0 <= (row.creation - began).total_seconds() <= CALL_OPENS_WITHIN_SECONDS or _was_corrected(ticket):
		return
	_correct(ticket, phone)


def mark_as_mail(ticket: str, account: str) -> None:
	"""Give a ticket that a mail opened the channel of its account. Frappe 15 makes the ticket without naming it."""
	channel = _channel_of_account(account) or _first_enabled_by_type().get(EMAIL, "")
	row = frappe.db.get_value(helpdesk.TICKET, ticket, ["cs_channel", "via_customer_portal"], as_dict=True)
	if (
		not channel
		or not row
		or row.cs_channel == channel
		or row.via_customer_portal
		or _was_corrected(ticket)
	):
		return
	_correct(ticket, channel)


def _correct(ticket: str, channel: str) -> None:
	doc = frappe.get_doc(helpdesk.TICKET, ticket)
	doc.cs_channel = channel
	doc.save(ignore_permissions=True)  # a call or a mail says so, whoever's session it arrived in


def _entered_by_agent() -> bool:
	"""Whether a person who is an agent made the ticket; jobs that fetch mail run as Administrator."""
	user = frappe.session.user
	return user not in ("Administrator", "Guest") and helpdesk.is_agent(user)


def _was_corrected(ticket: str) -> bool:
	return bool(
		frappe.db.exists(
			"CS Service Event",
			{"reference_doctype": helpdesk.TICKET, "reference_name": ticket, "kind": "Channel Changed"},
		)
	)


def _first_enabled_by_type() -> dict[str, str]:
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


def _channel_of_account(account: str) -> str:
	channels = frappe.get_all(
		"CS Channel Email Account", filters={"email_account": account}, pluck="parent", limit=1
	)
	return channels[0] if channels else ""


def _came_by_token() -> bool:
	"""Whether the request signed in with an API key or OAuth token, that is: another program made it."""
	if not getattr(frappe.local, "request", None):
		return False
	return (frappe.get_request_header("Authorization") or "").lower().startswith(TOKEN_SCHEMES)
