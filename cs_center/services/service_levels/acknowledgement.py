"""The automatic acknowledgement: the customer reads when to expect an answer, as the clocks compute it."""

from __future__ import annotations

import re
from typing import Any

import frappe
from frappe import _

from .settings import read_settings
from .site_time import display, to_aware

PLACEHOLDER = re.compile(r"\{(ticket|subject|expected_time|hotline)\}")


def send_when_wanted(ticket: Any) -> None:
	"""Queue the channel's acknowledgement for a new ticket; sent after the commit, by a worker, never by the save."""
	if not ticket.get("cs_channel") or frappe.flags.initial_sync or frappe.flags.in_patch:
		return
	channel = frappe.get_cached_doc("CS Channel", ticket.cs_channel)
	if not channel.send_acknowledgement or "@" not in (ticket.raised_by or ""):
		return
	frappe.enqueue(
		send,
		queue="short",
		enqueue_after_commit=True,
		job_id=f"cs_center_acknowledgement:{ticket.name}",
		deduplicate=True,
		ticket=ticket.name,
	)


def send(ticket: str) -> None:
	"""Send the acknowledgement of a ticket by Frappe's mail queue, unless it or the wish for it is gone by now."""
	if not read_settings().enabled or not frappe.db.exists("HD Ticket", ticket):
		return
	doc = frappe.get_doc("HD Ticket", ticket)
	channel = frappe.get_doc("CS Channel", doc.cs_channel)
	frappe.sendmail(
		recipients=[doc.raised_by],
		subject=_("We have received your request #{0}").format(doc.name),
		message=acknowledgement_text(doc, channel),
		reference_doctype="HD Ticket",
		reference_name=doc.name,
		email_headers={"X-Auto-Generated": "cs-center-acknowledgement"},
	)


def acknowledgement_text(ticket: Any, channel: Any) -> str:
	"""The channel's text with its placeholders filled: {ticket}, {subject}, {expected_time}, {hotline}."""
	expected = ticket.response_by or ticket.cs_next_deadline
	values = {
		"ticket": str(ticket.name),
		"subject": frappe.utils.escape_html(ticket.subject or ""),
		"expected_time": display(to_aware(expected)) if expected else _("as soon as possible"),
		"hotline": frappe.utils.escape_html(channel.hotline or ""),
	}
	# In one go: what a customer wrote into the subject is not filled in again.
	text = PLACEHOLDER.sub(lambda found: values[found.group(1)], channel.acknowledgement_text or "")
	return text.replace("\n", "<br>")
