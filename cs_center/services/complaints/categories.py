"""The category tree as the services ask about it: paths, and what a category drives, its own or inherited from above."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import frappe

CATEGORY = "CS Complaint Category"
PATH_SEPARATOR = " / "
CACHE_KEY = "cs_center_complaint_categories"
WORDS_KEY = "cs_center_complaint_words"
"""A stamp of the categories' phrases: who has built something from them compares it."""

INHERITED = ("default_severity", "team", "priority", "department", "ticket_policy", "complaint_policy")
"""Fields that an empty category takes from the nearest one above it."""

_FIELDS = (
	"name",
	"code",
	"parent_complaint_category",
	"kind",
	"enabled",
	*INHERITED,
	"needs_investigation",
	"needs_corrective_action",
	"needs_call_back",
)


@dataclass(frozen=True)
class Category:
	"""One category. ``path``: names from the top level down to its own. Texts are "" where nobody says anything."""

	name: str
	code: str
	kind: str
	enabled: bool
	path: tuple[str, ...]
	severity: str
	team: str
	priority: str
	department: str
	ticket_policy: str
	complaint_policy: str
	needs_investigation: bool
	needs_corrective_action: bool
	needs_call_back: bool

	@property
	def is_complaint(self) -> bool:
		return self.kind != "Enquiry"

	@property
	def path_text(self) -> str:
		"""Delivery / Late delivery: what policy conditions compare with."""
		return PATH_SEPARATOR.join(self.path)


def find(name: str | None) -> Category | None:
	"""The category of that name; None for an empty or unknown one."""
	return _tree().get(name) if name else None


def by_code(code: str | None) -> Category | None:
	"""The category with that code; None where there is none (any more)."""
	return next((one for one in _tree().values() if one.code == code), None) if code else None


def everything() -> list[Category]:
	"""All categories."""
	return list(_tree().values())


def path_of(name: str | None) -> str:
	"""A category's path; a name that is no category stands for itself."""
	category = find(name)
	return category.path_text if category else (name or "")


def forget() -> None:
	"""After a category changed."""
	frappe.cache().delete_value([CACHE_KEY, WORDS_KEY])
	frappe.local.cs_center_categories = None


def _tree() -> dict[str, Category]:
	known: dict[str, Category] | None = getattr(frappe.local, "cs_center_categories", None)
	if known is None:
		rows = frappe.cache().get_value(CACHE_KEY, _read)
		known = frappe.local.cs_center_categories = _made(rows)
	return known


def _read() -> list[dict[str, Any]]:
	rows = frappe.get_all(CATEGORY, fields=list(_FIELDS), order_by="lft asc, name asc", limit_page_length=0)
	return [dict(row) for row in rows]


def _made(rows: list[dict[str, Any]]) -> dict[str, Category]:
	by_name = {row["name"]: row for row in rows}
	return {row["name"]: _category(row, _line(row, by_name)) for row in rows}


def _line(row: dict[str, Any], by_name: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
	"""The category and those above it, nearest first."""
	line, seen = [row], {row["name"]}
	while (above := by_name.get(line[-1]["parent_complaint_category"] or "")) and above["name"] not in seen:
		line.append(above)
		seen.add(above["name"])
	return line


def _category(row: dict[str, Any], line: list[dict[str, Any]]) -> Category:
	inherited = {field: next((one[field] for one in line if one[field]), "") for field in INHERITED}
	severity = inherited.pop("default_severity")
	return Category(
		name=row["name"],
		code=row["code"] or "",
		kind=row["kind"] or "Complaint",
		enabled=bool(row["enabled"]),
		path=tuple(one["name"] for one in reversed(line)),
		severity=severity,
		needs_investigation=bool(row["needs_investigation"]),
		needs_corrective_action=bool(row["needs_corrective_action"]),
		needs_call_back=bool(row["needs_call_back"]),
		**inherited,
	)
