"""Checks of a tier's own values, and of how it stands to the site's other tiers."""

from __future__ import annotations

import math
from collections.abc import Iterable

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt

from cs_center.cs_center.ranges import require_ranges
from cs_center.domain.tier_values import (
	LEAST_FACTOR,
	LONGEST_WINDOW,
	MOST_UPLIFT,
	Tier,
	TierError,
	check_ladder,
)
from cs_center.services.customers.ladder import TIER, as_tier, read_tiers
from cs_center.services.customers.tier_messages import explain_tier_error

HIGHEST_RANK = 1000
LARGEST_SPEND = 10**11
"""The database's columns hold twelve digits before the point."""

RANGES = {
	"rank": (0, HIGHEST_RANK),
	"order_threshold": (0, 10**6),
	"window_months": (1, LONGEST_WINDOW),
	"priority_uplift": (0, MOST_UPLIFT),
}
"""Field -> least and most."""

FACTORS = ("reply_factor", "resolution_factor")


def check_name(name: str | None) -> str:
	"""The name without spaces around it; refused with a comma, which separates the values of a policy's condition."""
	name = " ".join((name or "").split())
	if "," in name or "，" in name:
		frappe.throw(
			_(
				"The name {0} has a comma, which stands between the values of a policy's condition. Leave it out."
			).format(frappe.bold(frappe.utils.escape_html(name)))
		)
	return name


def check_values(tier: Document) -> None:
	"""Refuse numbers that are out of range, each with what they may be."""
	require_ranges(tier, RANGES)
	for field in FACTORS:
		if not LEAST_FACTOR <= flt(tier.get(field)) <= 1:
			frappe.throw(
				_("{0}: {1} is out of range. Enter {2} to {3}.").format(
					_label(tier, field), tier.get(field), LEAST_FACTOR, 1
				)
			)
	spend = flt(tier.spend_threshold)
	if not math.isfinite(spend) or not 0 <= spend < LARGEST_SPEND:
		frappe.throw(
			_("{0}: {1} is no sum that a customer can spend. Enter 0 for none, or a sum above it.").format(
				_label(tier, "spend_threshold"), tier.spend_threshold
			)
		)


def check_rank(tier: Document) -> None:
	"""Refuse a rank that another tier has, enabled or not."""
	other = frappe.db.get_value(TIER, {"rank": cint(tier.rank), "name": ["!=", tier.name or ""]})
	if other:
		frappe.throw(
			_("The rank {0} belongs to the tier {1}. Choose another one.").format(
				cint(tier.rank), frappe.bold(_(other))
			),
			frappe.UniqueValidationError,
		)


def check_ladder_with(tier: Document) -> None:
	"""Refuse a tier that does not fit to the enabled others; one that is disabled must leave a ladder behind."""
	own = [as_tier(tier, tier.tier_name)] if tier.enabled else []
	_check([*read_tiers(without=tier.name or ""), *own])


def check_ladder_without(tier: Document) -> None:
	"""Refuse where the enabled tiers make no ladder without this one."""
	_check(read_tiers(without=tier.name))


def check_merge(tier: Document, target: str) -> None:
	"""Customers of the tier get the other one, which has to be in use."""
	if not frappe.db.get_value(TIER, target, "enabled"):
		frappe.throw(
			_("The tier {0} is disabled. Choose another one to merge with, or enable it.").format(
				frappe.bold(_(target))
			)
		)
	if tier.enabled:
		check_ladder_without(tier)


def _check(tiers: Iterable[Tier]) -> None:
	try:
		check_ladder(tuple(tiers))
	except TierError as error:
		frappe.throw(explain_tier_error(error))


def _label(tier: Document, field: str) -> str:
	return _(tier.meta.get_label(field), context=tier.doctype)
