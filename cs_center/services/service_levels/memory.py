"""Definitions (policies, calendars) remembered: for a transaction by name, for the process as long as they do not change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import frappe

Made = TypeVar("Made")

TRANSACTION = "cs_center_definitions"

DEFINITIONS = ("CS Service Policy", "CS Escalation Policy", "CS Service Calendar")
NAMED_BY_DEFINITIONS = frozenset(
	{
		"User",
		"Role",
		"HD Team",
		"HD Ticket Priority",
		"CS Notification Channel",
		"CS Service Calendar",
		*DEFINITIONS,
	}
)
"""DocTypes whose records are named in policies: a new name of theirs changes the policies."""

_REMEMBERED: dict[tuple[str, str, str, str], tuple[str, Any]] = {}
"""(site, DocType, name, variant) -> (modified, value). A calendar's table is worth keeping: laying it out costs ms."""


def recall(doctype: str, name: str, load: Callable[[str], Made]) -> Made:
	"""What this transaction has loaded already: asking even Frappe's cache costs more than a year of calendar."""
	known: dict[tuple[str, str], Any] | None = getattr(frappe.local, TRANSACTION, None)
	if known is None:
		known = {}
		setattr(frappe.local, TRANSACTION, known)
		frappe.db.after_commit.add(forget_definitions)
		frappe.db.after_rollback.add(forget_definitions)
	if (doctype, name) not in known:
		known[doctype, name] = load(name)
	return known[doctype, name]


def forget_definitions() -> None:
	"""After a definition changed, and at the end of each transaction: somebody else may have changed one."""
	if hasattr(frappe.local, TRANSACTION):
		delattr(frappe.local, TRANSACTION)


def remember(doctype: str, name: str, variant: str, make: Callable[[Any], Made]) -> Made:
	"""``make(document)``, kept in this process until the document changes."""
	doc = frappe.get_cached_doc(doctype, name)
	key = (frappe.local.site, doctype, name, variant)
	known = _REMEMBERED.get(key)
	if known and known[0] == str(doc.modified):
		return known[1]
	made = make(doc)
	_REMEMBERED[key] = (str(doc.modified), made)
	return made


def mark_as_changed() -> None:
	"""Have every process read all definitions anew."""
	for doctype in DEFINITIONS:
		for name in frappe.get_all(doctype, pluck="name", limit_page_length=0):
			frappe.db.set_value(doctype, name, "modified", frappe.utils.now(), update_modified=False)
			frappe.clear_document_cache(doctype, name)
	forget_definitions()
