"""The site's tiers: as the ladder that decides, and one by one for what each gives to a ticket."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import frappe
from frappe.utils import cint, flt

from cs_center.domain.tier_values import Tier, TierError
from cs_center.domain.tiers import Ladder

from .settings import read_customer_settings
from .tier_messages import explain_tier_error

TIER = "CS Customer Tier"
FIELDS = (
	"name",
	"rank",
	"spend_threshold",
	"order_threshold",
	"needs",
	"window_months",
	"reply_factor",
	"resolution_factor",
	"priority_uplift",
)


def as_tier(row: Any, name: str) -> Tier:
	"""The domain's tier of a document or row; a threshold of 0 is not asked for."""
	spend, orders = Decimal(str(flt(row.spend_threshold))), cint(row.order_threshold)
	return Tier(
		name=name,
		rank=cint(row.rank),
		spend=spend or None,
		orders=orders or None,
		needs_both=row.needs == "Both",
		months=cint(row.window_months),
		reply_factor=flt(row.reply_factor),
		resolution_factor=flt(row.resolution_factor),
		uplift=cint(row.priority_uplift),
	)


def read_tiers(without: str = "") -> list[Tier]:
	"""The enabled tiers, but for one."""
	rows = frappe.get_all(TIER, {"enabled": 1, "name": ["!=", without]}, list(FIELDS), limit_page_length=0)
	return [as_tier(row, row.name) for row in rows]


def read_ranks() -> dict[str, int]:
	"""Rank of every tier, enabled or not."""
	return {
		row.name: cint(row.rank) for row in frappe.get_all(TIER, fields=["name", "rank"], limit_page_length=0)
	}


def read_ladder() -> Ladder:
	"""The enabled tiers with the settings' rules; refuses, with what to do, where they make no ladder."""
	try:
		return Ladder(read_tiers(), read_customer_settings().rules)
	except TierError as error:
		frappe.throw(explain_tier_error(error))


def base_tier() -> str:
	"""Name of everybody's tier, "" where no tier is enabled."""
	tiers = read_tiers()
	return min(tiers, key=lambda tier: tier.rank).name if tiers else ""


def tier_named(name: str | None) -> Any:
	"""The tier's document from Frappe's cache, None where there is no such tier."""
	if not name or not frappe.db.exists(TIER, name, cache=True):
		return None
	return frappe.get_cached_doc(TIER, name)


def rank_of(name: str | None) -> int:
	"""The tier's rank, -1 for none."""
	tier = tier_named(name)
	return cint(tier.rank) if tier else -1
