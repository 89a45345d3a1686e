"""Columns of each view."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from frappe import _

from cs_center.services.customers.reporting_movement import TierRow

Columns = list[dict[str, Any]]


def numbered(tiers: Sequence[TierRow]) -> Iterator[tuple[str, TierRow]]:
	"""Fieldname of each tier's column: a tier's own name may hold what no fieldname may."""
	return ((f"tier_{number}", tier) for number, tier in enumerate(tiers))


def flow(ends: Sequence[TierRow]) -> Columns:
	return [
		_text("tier", _("From Tier"), 180),
		*(_number(column, _("To {0}").format(tier.label), 150) for column, tier in numbered(ends)),
		_number("left", _("Left the Tier"), 140),
		_number("came", _("Came to the Tier"), 150),
		_number("net", _("Net")),
	]


def by_month(tiers: Sequence[TierRow]) -> Columns:
	return [
		_text("month", _("Month"), 110),
		_number("upgrades", _("Upgrades")),
		_number("downgrades", _("Downgrades")),
		_number("net", _("Net")),
		*(_number(column, _("{0} at the End").format(tier.label), 170) for column, tier in numbered(tiers)),
	]


def changes() -> Columns:
	return [
		{**_text("changed_at", _("Changed At"), 175), "fieldtype": "Datetime"},
		_link("customer", _("Customer"), "CS Customer Profile", 170),
		_text("from_label", _("From Tier"), 105),
		_text("to_label", _("To Tier"), 105),
		_text("direction", _("Direction"), 125),
		_text("text", _("Explanation"), 560),
		_text("reason", _("Reason"), 160),
		_link("name", _("Tier Change"), "CS Tier Change", 120),
	]


def _link(fieldname: str, label: str, doctype: str, width: int) -> dict[str, Any]:
	return {**_text(fieldname, label, width), "fieldtype": "Link", "options": doctype}


def _text(fieldname: str, label: str, width: int) -> dict[str, Any]:
	# The table aligns by the first row's value, and takes an empty one for a number.
	return {"fieldname": fieldname, "label": label, "fieldtype": "Data", "width": width, "align": "left"}


def _number(fieldname: str, label: str, width: int = 120) -> dict[str, Any]:
	return {"fieldname": fieldname, "label": label, "fieldtype": "Int", "width": width}
