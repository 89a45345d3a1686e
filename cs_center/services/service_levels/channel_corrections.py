"""The channel of a ticket known better a moment after it was made: by the mail or the call that opened it.

Written into the row without touching its time stamp: somebody may have the ticket open.
"""

from __future__ import annotations

from typing import Any

import frappe

from cs_center.integrations import helpdesk

from .catching_up import catch_up
from .channels import EMAIL, PHONE, channel_of_account, first_enabled_by_type
from .safety import before_writing
from .site_time import current_instant

CALL_OPENS_WITHIN_SECONDS = 3600
"""A ticket made while or up to an hour after a call is the call's own; an older one was only called about."""


def mark_as_mail(ticket: str, account: str) -> None:
	"""Give a ticket that a mail opens the channel of its account. Frappe 15 makes the ticket without naming it."""
	channel = channel_of_account(account) or first_enabled_by_type().get(EMAIL, "")
	row = _row(ticket)
	if not channel or not row or row.cs_channel == channel or row.via_customer_portal:
		return
	if not _was_corrected(ticket) and not helpdesk.has_other_customer_message(ticket, ""):
		_correct(ticket, channel)


def mark_as_call(ticket: str, call: Any) -> None:
	"""Give a ticket the phone channel when this call opened it and nobody corrected its channel before."""
	phone, row = first_enabled_by_type().get(PHONE), _row(ticket)
	if not phone or not row or row.cs_channel == phone or row.via_customer_portal or row.email_account:
		return
	began = frappe.utils.get_datetime(call.get("start_time") or call.creation)
	if 0 <= (row.creation - began).total_seconds() <= CALL_OPENS_WITHIN_SECONDS and not _was_corrected(
		ticket
	):
		_correct(ticket, phone)


def _row(ticket: str) -> Any:
	fields = ["cs_channel", "creation", "via_customer_portal", "email_account"]
	return frappe.db.get_value(helpdesk.TICKET, ticket, fields, as_dict=True)


def _was_corrected(ticket: str) -> bool:
	return bool(
		frappe.db.exists(
			"CS Service Event",
			{"reference_doctype": helpdesk.TICKET, "reference_name": ticket, "kind": "Channel Changed"},
		)
	)


def _correct(ticket: str, channel: str) -> None:
	before_writing()
	frappe.db.set_value(helpdesk.TICKET, ticket, "cs_channel", channel, update_modified=False)
	catch_up(ticket, current_instant())
