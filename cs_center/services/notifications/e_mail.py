"""A message as an e-mail in Frappe's own e-mail queue, which sends it and tries again by itself."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.utils import escape_html

from cs_center.domain.delivery import Outcome, OutcomeKind

from .claiming import Batch
from .texts import digest_title, speaking


def deliver(batch: Batch) -> Outcome:
	"""Queue one e-mail; the caller commits it together with its being sent."""
	user = frappe.db.get_value("User", batch.recipient, ["enabled", "email", "language"], as_dict=True)
	if not user or not user.enabled:
		return Outcome(OutcomeKind.REFUSED, code="user_disabled")
	if not user.email:
		return Outcome(OutcomeKind.REFUSED, code="no_mail_address")
	if _has_unsubscribed(user.email):
		return Outcome(OutcomeKind.REFUSED, code="not_queued")
	if not _has_account():
		return Outcome(OutcomeKind.FAILED, code="no_mail_account")
	try:
		with speaking(user.language):
			queued = frappe.sendmail(
				recipients=[user.email],
				subject=digest_title(batch.rows),
				message="".join(_paragraph(row) for row in batch.rows),
				add_unsubscribe_link=0,
				now=False,
			)
	except frappe.OutgoingEmailError:
		frappe.clear_last_message()
		return Outcome(OutcomeKind.FAILED, code="no_mail_account")
	# Frappe leaves a recipient out without a word; later versions at least return an empty list.
	return Outcome(OutcomeKind.REFUSED, code="not_queued") if queued == [] else Outcome(OutcomeKind.DELIVERED)


def _has_account() -> bool:
	"""Whether e-mails can leave at all. Where they are muted Frappe does not look, and breaks on an account it lacks."""
	account = {"enable_outgoing": 1, "default_outgoing": 1}
	return bool(frappe.conf.get("mail_server") or frappe.db.exists("Email Account", account))


def _has_unsubscribed(email: str) -> bool:
	return bool(frappe.db.exists("Email Unsubscribe", {"email": email, "global_unsubscribe": 1}))


def _paragraph(row: Any) -> str:
	"""HTML of one message; its texts come from tickets, so from anybody."""
	text = escape_html(row.message or "").replace("\n", "<br>")
	lines = [f"<strong>{escape_html(row.title or '')}</strong>", text]
	if (row.link or "").startswith(("https://", "http://")):
		link = escape_html(row.link)
		lines.append(f'<a href="{link}">{link}</a>')
	return f"<p>{'<br>'.join(line for line in lines if line)}</p>"
