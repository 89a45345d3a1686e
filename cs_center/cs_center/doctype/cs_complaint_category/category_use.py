"""What a category is used by: nothing that is used is deleted or changes its kind."""

from __future__ import annotations

from functools import reduce
from operator import or_

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Count

from cs_center.cs_center.doctype.cs_complaint_category.category_place import PARENT, below

COMPLAINT = "CS Complaint"

USERS = (
	(COMPLAINT, ("category", "suggested_category")),
	("HD Ticket", ("cs_complaint_category", "cs_suggested_category")),
	("CS Complaint Category", (PARENT,)),
	("CS Regulator Pack Category", ("category",)),
)
"""DocType, and its fields that may name a category."""


def refuse_deletion(category: Document):
	"""Refuse with how many complaints, tickets, categories and packs use it."""
	used = [text for text in uses_in_words(category.name) if text]
	if used:
		frappe.throw(
			_("{0} is in use ({1}). Disable it, or move them to another category and delete it then.").format(
				frappe.bold(category.name), ", ".join(used)
			),
			frappe.LinkExistsError,
		)


def uses_in_words(name: str) -> list[str]:
	"""One phrase for each kind of record that names the category, "" where none does."""
	complaints, tickets, children, packs = (count_uses(doctype, fields, name) for doctype, fields in USERS)
	return [
		_("complaints: {0}").format(complaints) if complaints else "",
		_("tickets: {0}").format(tickets) if tickets else "",
		_("categories below it: {0}").format(children) if children else "",
		_("regulator packs: {0}").format(packs) if packs else "",
	]


def count_uses(doctype: str, fields: tuple[str, ...], name: str) -> int:
	"""Records with the category in one of the fields; a custom field may have been removed from the site."""
	meta, table = frappe.get_meta(doctype), frappe.qb.DocType(doctype)
	conditions = [table[field] == name for field in fields if meta.has_field(field)]
	if not conditions:
		return 0
	return frappe.qb.from_(table).select(Count("*")).where(reduce(or_, conditions)).run()[0][0]


def refuse_change_of_kind(category: Document):
	"""Refuse where complaints are filed under the category or below it."""
	filed = frappe.db.count(COMPLAINT, {"category": ["in", [category.name, *below(category.name)]]})
	if filed:
		frappe.throw(
			_(
				"{0} cannot become {1}: complaints are filed under it or below it ({2}). Move them to another category first, or make a new one."
			).format(frappe.bold(category.name), _(category.kind), filed)
		)
