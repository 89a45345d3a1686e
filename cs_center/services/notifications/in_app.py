"""A message as an entry of Frappe's own list of notifications, and for agents under the bell of their ticket screen."""

from __future__ import annotations

import frappe
from frappe.desk.doctype.notification_settings.notification_settings import is_notifications_enabled
from frappe.utils import escape_html

from cs_center.domain.delivery import Outcome, OutcomeKind
from cs_center.integrations import helpdesk

from .claiming import Batch


def deliver(batch: Batch) -> Outcome:
	"""Insert the entries; the caller commits them together with their being sent."""
	refusal = _refusal(batch.recipient)
	if refusal:
		return Outcome(OutcomeKind.REFUSED, code=refusal)
	for row in batch.rows:
		entry = {
			"doctype": "Notification Log",
			"type": "Alert",
			"for_user": batch.recipient,
			"from_user": "Administrator",
			"subject": escape_html(row.title or ""),
			"email_content": escape_html(row.message or "").replace("\n", "<br>"),
			"document_type": row.reference_doctype,
			"document_name": row.reference_name,
			"link": row.link,
		}
		frappe.get_doc(entry).insert(ignore_permissions=True)  # the worker writes into a user's own list
		if row.reference_doctype == helpdesk.TICKET and helpdesk.is_agent(batch.recipient):
			helpdesk.notify(batch.recipient, row.reference_name, row.title or "")
	return Outcome(OutcomeKind.DELIVERED)


def _refusal(user: str) -> str:
	if not frappe.db.get_value("User", user, "enabled"):
		return "user_disabled"
	return "" if is_notifications_enabled(user) else "notices_off"
