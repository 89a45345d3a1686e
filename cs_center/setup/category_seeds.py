"""The shipped tree of complaint categories as documents: the file names parents by their codes, in any order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import frappe
from frappe.utils import now

CATEGORY = "CS Complaint Category"
CATEGORY_FILE = "complaint_categories.json"
PARENT_CATEGORY = "parent_complaint_category"
PHRASE = "CS Complaint Phrase"

COPIED = (
	"code",
	"kind",
	"description",
	"default_severity",
	"department",
	"needs_investigation",
	"needs_corrective_action",
	"needs_call_back",
)


def shape_categories(records: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
	"""Values of each category, those above it first. To be inserted one by one: the next one may be its child.

	A category whose parent is not on the site, because it was refused or deleted there, is left out. The phrases of a
	category that was inserted follow when the next one is asked for.
	"""
	by_code = {record["code"]: record for record in records}
	parents = {record["parent"] for record in records if record.get("parent")}
	for record in parents_first(records):
		parent = _name_on_site(by_code[record["parent"]]) if record.get("parent") else None
		if record.get("parent") and not parent:
			continue
		was_there = _is_seeded(record)
		yield {
			**{field: record[field] for field in COPIED if record.get(field)},
			"category_name": record["name"],
			PARENT_CATEGORY: parent,
			"is_group": int(record["code"] in parents),
		}
		if not was_there and _is_seeded(record):
			_insert_phrases(record)


def _is_seeded(record: dict[str, Any]) -> bool:
	return bool(frappe.db.exists(CATEGORY, {"code": record["code"]}))


def _insert_phrases(record: dict[str, Any]):
	"""All at once: as documents the thousands of them would take most of a migrate's time."""
	stamp, user = now(), frappe.session.user
	values = {"creation": stamp, "modified": stamp, "owner": user, "modified_by": user, "docstatus": 0}
	values |= {"parent": record["name"], "parenttype": CATEGORY, "parentfield": "phrases"}
	rows = enumerate(record.get("phrases", ()), start=1)
	frappe.db.bulk_insert(
		PHRASE,
		["name", "idx", "phrase", "weight", *values],
		[
			(frappe.generate_hash(length=10), place, row["text"], row["weight"], *values.values())
			for place, row in rows
		],
	)


def parents_first(records: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
	"""The records in their order, each after its parent."""
	waiting, placed, ordered = list(records), {None, ""}, []
	while ready := [record for record in waiting if record.get("parent") in placed]:
		ordered += ready
		placed |= {record["code"] for record in ready}
		waiting = [record for record in waiting if record["code"] not in placed]
	if waiting:
		raise ValueError(f"no way down to these categories: {[record['code'] for record in waiting]}")
	return ordered


def _name_on_site(record: dict[str, Any]) -> str | None:
	"""A shipped category may have been renamed there, or its name may have been taken by one of the site's own."""
	return frappe.db.get_value(CATEGORY, {"code": record["code"]}) or frappe.db.exists(
		CATEGORY, record["name"]
	)
