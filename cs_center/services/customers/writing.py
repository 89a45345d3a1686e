"""Writing what an evaluation decided: profiles and changes of tier, many rows in one statement each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import frappe

from cs_center.integrations.database import insert_rows

from .deciding import CHANGE, DECIDED, PROFILE

CHANGE_FIELDS = (
	"customer",
	"changed_at",
	"from_tier",
	"to_tier",
	"direction",
	"reason",
	"spend",
	"orders",
	"currency",
	"window_from",
	"window_to",
	"earned_tier",
	"as_of",
	"actor",
	"explanation",
)
_AUDIT = ("name", "owner", "creation", "modified", "modified_by", "docstatus", "idx")


def write_profiles(rows: Sequence[tuple[str, tuple[Any, ...]]]) -> None:
	"""Rows of (name, values of DECIDED) into profiles that exist. Their time stamps stay: an open form is not refused for it.

	Most customers of a night share their values (another tier since today): those are written in one statement.
	"""
	profile = frappe.qb.DocType(PROFILE)
	names: dict[tuple[Any, ...], list[str]] = {}
	for name, values in rows:
		names.setdefault(values, []).append(name)
	for values, its in names.items():
		query = frappe.qb.update(profile).where(profile.name.isin(its))
		for field, value in zip(DECIDED, values, strict=True):
			query = query.set(profile[field], value)
		query.run()


def write_figures(name: str, spend: float, orders: int) -> None:
	"""Spend and orders that one profile shows."""
	frappe.db.set_value(PROFILE, name, {"spend": spend, "orders": orders}, update_modified=False)


def insert_changes(changes: Sequence[dict[str, Any]]) -> None:
	"""Rows of CS Tier Change."""
	if not changes:
		return
	stamp, user = frappe.utils.now(), frappe.session.user
	insert_rows(
		CHANGE,
		(*_AUDIT, *CHANGE_FIELDS),
		[
			(
				frappe.generate_hash(length=10),
				user,
				stamp,
				stamp,
				user,
				0,
				0,
				*(change[field] for field in CHANGE_FIELDS),
			)
			for change in changes
		],
	)
