"""The category tree on the Desk: its nodes with their kinds, and a new node below another one."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.utils import cint

CATEGORY = "CS Complaint Category"
PARENT = "parent_complaint_category"


@frappe.whitelist(methods=["GET", "POST"])
def children(doctype: str = CATEGORY, parent: str = "", **_others: Any) -> list[dict[str, Any]]:
	"""Categories directly below ``parent`` ("": those of the first level), as Frappe's tree wants them.

	Each has value, title, expandable, kind and enabled. Frappe's own method looks for another name of the parent field.
	"""
	return frappe.get_list(
		CATEGORY,
		filters={PARENT: parent} if parent else {PARENT: ["is", "not set"]},
		fields=["name as value", "category_name as title", "is_group as expandable", "kind", "enabled"],
		order_by="lft asc",
		limit_page_length=0,
	)


@frappe.whitelist(methods=["POST"])
def add_child(
	category_name: str,
	parent: str = "",
	is_root: str | bool | int = False,
	kind: str = "",
	is_group: int | str = 0,
) -> str:
	"""Insert a category below ``parent``, or on the first level where that is the tree's own root; returns its name."""
	on_first_level = str(is_root).lower() in ("1", "true")
	values = {
		"category_name": category_name,
		"is_group": cint(is_group),
		PARENT: "" if on_first_level else parent,
	}
	if kind:
		values["kind"] = kind
	return frappe.get_doc({"doctype": CATEGORY, **values}).insert().name
