"""Where a category stands in the tree: no circles, at most five levels, one kind from the top down."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

CATEGORY = "CS Complaint Category"
PARENT = "parent_complaint_category"
DEEPEST = 5
"""Levels. Nobody finds a category below more, and a path of five names still fits a line."""


def check_parent(category: Document):
	"""Refuse a parent that is the category itself or below it, and one that makes the tree too deep."""
	parent = category.get(PARENT)
	if not parent or not category.has_value_changed(PARENT):
		return
	line = line_of(parent)
	if category.name in line:
		frappe.throw(
			_("{0} cannot stand below itself ({1}). Choose a parent outside of it.").format(
				frappe.bold(category.name), " / ".join(reversed(line))
			)
		)
	refuse_depth(category.name, parent, len(line) + levels_from(category.name))


def check_merge(category: Document, new: str):
	"""Refuse to merge a category into itself, into one below it, or into one of the other kind."""
	if new == category.name or category.name in line_of(new):
		frappe.throw(
			_("{0} cannot be merged into {1}, which stands below it. Move that one elsewhere first.").format(
				frappe.bold(category.name), frappe.bold(new)
			)
		)
	kind = frappe.db.get_value(CATEGORY, new, "kind")
	if kind and kind != category.kind:
		frappe.throw(
			_("{0} and {1} are of different kinds ({2}, {3}). Merge categories of one kind.").format(
				frappe.bold(category.name), frappe.bold(new), _(category.kind), _(kind)
			)
		)
	refuse_depth(category.name, new, len(line_of(new)) + levels_from(category.name) - 1)


def refuse_depth(name: str, parent: str, levels: int):
	if levels > DEEPEST:
		frappe.throw(
			_("{0} below {1} makes {2} levels; {3} are possible. Choose a parent nearer to the top.").format(
				frappe.bold(name), frappe.bold(parent), levels, DEEPEST
			)
		)


def line_of(name: str) -> list[str]:
	"""The category and those above it, itself first. Ends where a broken tree comes back to itself."""
	line, above = [], name
	while above and above not in line:
		line.append(above)
		above = frappe.db.get_value(CATEGORY, above, PARENT)
	return line


def levels_from(name: str) -> int:
	"""Levels of the category and what is below it: 1 for a leaf or a new one."""
	level, levels = [name], 0
	while level and levels <= DEEPEST:
		levels += 1
		level = frappe.get_all(CATEGORY, {PARENT: ["in", level]}, pluck="name")
	return levels


def below(name: str) -> list[str]:
	"""All categories below this one, by their parents: a tree that is being moved has no order of its own yet."""
	found: list[str] = []
	level = [name]
	while level:
		level = frappe.get_all(
			CATEGORY, {PARENT: ["in", level], "name": ["not in", [*found, ""]]}, pluck="name"
		)
		found += level
	return found


def mark_parent_as_group(category: Document):
	"""Tree and merging go by ``is_group``: whoever gets a child is one."""
	parent = category.get(PARENT)
	if parent and not frappe.db.get_value(CATEGORY, parent, "is_group"):
		frappe.db.set_value(CATEGORY, parent, "is_group", 1)


def spread_kind(category: Document):
	"""Those below are of the same kind."""
	before = category.get_doc_before_save()
	if before and before.kind != category.kind:
		frappe.db.set_value(CATEGORY, {"name": ["in", below(category.name) or [""]]}, "kind", category.kind)
