"""What Frappe keeps beside a document: its history, comments, notices, mails, attachments. It goes with the customer's name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import frappe

from .erasing_rows import REMOVED_TEXT

_BY_DOCUMENT = (
	("Version", "ref_doctype", "docname"),
	("Comment", "reference_doctype", "reference_name"),
	("Notification Log", "document_type", "document_name"),
	("View Log", "reference_doctype", "reference_name"),
)
"""Rows that are deleted: (DocType, field of the document's DocType, field of its name)."""

ACKNOWLEDGEMENT = "cs-center-acknowledgement"
"""The header of the mails that acknowledge a ticket."""


def of_documents(doctype: str, names: Sequence[str]) -> None:
	"""Delete what there is about these documents of the app; assignments stay, without their words."""
	_delete_files(doctype, names)
	for other, doctype_field, name_field in _BY_DOCUMENT:
		frappe.db.delete(other, {doctype_field: doctype, name_field: ["in", names]})
	frappe.db.set_value(
		"ToDo",
		{"reference_type": doctype, "reference_name": ["in", names]},
		"description",
		REMOVED_TEXT,
		update_modified=False,
	)
	_delete_mails({"reference_doctype": doctype, "reference_name": ["in", names]})


def of_tickets(names: Sequence[str]) -> None:
	"""What the app itself wrote about Helpdesk's tickets: notices to the staff, acknowledgements to the customer."""
	own_notices = {"type": "Alert", "from_user": "Administrator"}
	frappe.db.delete(
		"Notification Log", {"document_type": "HD Ticket", "document_name": ["in", names], **own_notices}
	)
	frappe.db.delete(
		"HD Notification",
		{
			"reference_ticket": ["in", names],
			"notification_type": "Reaction",
			"user_from": "Administrator",
		},
	)
	_delete_mails(
		{
			"reference_doctype": "HD Ticket",
			"reference_name": ["in", names],
			"message": ["like", f"%{ACKNOWLEDGEMENT}%"],
		}
	)


def _delete_mails(filters: dict[str, Any]) -> None:
	delete_mails(frappe.get_all("Email Queue", filters, pluck="name", limit_page_length=0))


def delete_mails(names: Sequence[str]) -> None:
	"""Mails of the queue, sent or not, with their recipients."""
	if names:
		frappe.db.delete("Email Queue Recipient", {"parent": ["in", names]})
		frappe.db.delete("Email Queue", {"name": ["in", names]})


def _delete_files(doctype: str, names: Sequence[str]) -> None:
	attached = {"attached_to_doctype": doctype, "attached_to_name": ["in", names]}
	for name in frappe.get_all("File", attached, pluck="name", limit_page_length=0):
		delete_file(name)


def delete_file(name: str) -> None:
	"""A file and what it says, unless another document has the same one."""
	# Who makes a customer anonymous may do so for every file of the app.
	frappe.delete_doc("File", name, ignore_permissions=True, force=True, delete_permanently=True)
