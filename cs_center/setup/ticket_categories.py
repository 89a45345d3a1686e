"""The complaint category of a ticket, once free text, becomes a link to the tree. Nothing that was written is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator

import frappe
from frappe import _
from frappe.utils import escape_html, now

from cs_center.setup.category_seeds import CATEGORY, CATEGORY_FILE, PARENT_CATEGORY
from cs_center.setup.custom_fields import TICKET, TICKET_FIELDS
from cs_center.setup.seeds import read_seed_file

FIELD = "cs_complaint_category"
CUSTOM_FIELD = f"{TICKET}-{FIELD}"

BETWEEN_LEVELS = re.compile(r"\s*[/／>]\s*")
Tree = tuple[dict[str, str | None], dict[str, set[str]]]
"""Parent of each category, and what each may be called, in small letters."""

LINKED = ("fieldtype", "options", "description", "in_standard_filter")


def link_categories():
	"""Turn the field into a link. Texts that name a category, by its path or alone, stay as links to it.

	Other texts go into a comment on each of their tickets and, with their numbers, into the error log. A field that was
	removed comes back with the next migrate and finds its column as it was left: that is put in order too.
	"""
	if frappe.db.get_value("Custom Field", CUSTOM_FIELD, "fieldtype") == "Link":
		return
	if not frappe.db.has_column(TICKET, FIELD):
		return
	unknown, tree = {}, read_tree()
	for text in texts_of_tickets(FIELD):
		category = category_of(text, tree)
		if category:
			frappe.db.set_value(TICKET, {FIELD: text}, FIELD, category, update_modified=False)
		else:
			sentence = _(
				"The complaint category of this ticket was {0}, which is not in the tree of categories. Choose one from the tree."
			)
			unknown[text] = keep_as_comments(text, FIELD, sentence)
	if unknown:
		lines = [f"{text}: {number}" for text, number in sorted(unknown.items())]
		frappe.log_error("CS Center: complaint categories that are not in the tree", "\n".join(lines))
	field = next(field for field in TICKET_FIELDS if field["fieldname"] == FIELD)
	frappe.db.set_value("Custom Field", CUSTOM_FIELD, {**{key: field[key] for key in LINKED}, "length": 0})
	frappe.clear_cache(doctype=TICKET)


def texts_of_tickets(field: str) -> list[str]:
	"""Each text that stands in the field of some ticket."""
	return frappe.get_all(TICKET, {field: ["is", "set"]}, pluck=field, distinct=True, order_by=field)


def category_of(text: str, tree: Tree) -> str | None:
	"""The category that a path such as "Delivery / Late delivery" ends in; None for no category and for several."""
	*above, last = [part.strip().casefold() for part in BETWEEN_LEVELS.split(text.strip())]
	parents, known_as = tree
	found = [
		name for name in parents if last in known_as[name] and _stands_below(name, above, parents, known_as)
	]
	return found[0] if len(found) == 1 else None


def read_tree() -> Tree:
	"""The site's tree. A category may be called by its name, by its code, a shipped one by its Chinese name too."""
	rows = frappe.get_all(
		CATEGORY, fields=["name", "code", f"{PARENT_CATEGORY} as parent_category"], order_by="lft"
	)
	chinese = {row["code"]: row["name_zh"] for row in read_seed_file(CATEGORY_FILE)}
	known_as = {
		row.name: {word.casefold() for word in (row.name, row.code, chinese.get(row.code)) if word}
		for row in rows
	}
	return {row.name: row.parent_category for row in rows}, known_as


def _stands_below(
	name: str, above: list[str], parents: dict[str, str | None], known_as: dict[str, set[str]]
) -> bool:
	"""Whether the words name ancestors of the category, from the top down; some may be left out."""
	wanted = [word for word in above if word]
	for ancestor in _ancestors(name, parents):
		if wanted and wanted[-1] in known_as[ancestor]:
			wanted.pop()
	return not wanted


def _ancestors(name: str, parents: dict[str, str | None]) -> Iterator[str]:
	seen = {name}
	while (above := parents.get(name)) in parents and above not in seen:
		yield above
		seen.add(above)
		name = above


def keep_as_comments(text: str, field: str, sentence: str) -> int:
	"""Move the text out of the field into a comment (``sentence``, {0} the text) on each of its tickets; how many."""
	tickets = frappe.get_all(TICKET, {field: text}, pluck="name", limit_page_length=0)
	words = sentence.format(frappe.bold(escape_html(text)))
	stamp, user = now(), frappe.session.user
	values = {"creation": stamp, "modified": stamp, "owner": user, "modified_by": user, "comment_email": user}
	values |= {"comment_type": "Info", "content": words, "reference_doctype": TICKET}
	frappe.db.bulk_insert(
		"Comment",
		["name", "reference_name", *values],
		[(frappe.generate_hash(length=10), ticket, *values.values()) for ticket in tickets],
	)
	frappe.db.set_value(TICKET, {field: text}, field, None, update_modified=False)
	return len(tickets)
