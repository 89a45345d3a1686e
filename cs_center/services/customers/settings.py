"""The one place that reads CS Center Settings for customers."""

from __future__ import annotations

from dataclasses import dataclass

import frappe
from frappe.utils import cint

from cs_center.domain.tiers import Rules

DEFAULT_RULES = Rules()


@dataclass(frozen=True)
class CustomerSettings:
	"""What an administrator chose. ``evaluation_hour``: the site's hour from which a night's evaluation begins."""

	rules: Rules
	evaluation_hour: int
	routes_to_dedicated: bool
	contact_calendar: str


def read_customer_settings() -> CustomerSettings:
	"""Settings of this site, from Frappe's document cache."""
	doc = frappe.get_cached_doc("CS Center Settings")
	grace = doc.get("grace_days")
	return CustomerSettings(
		rules=Rules(
			keep_percent=cint(doc.get("keep_percent")) or DEFAULT_RULES.keep_percent,
			grace_days=DEFAULT_RULES.grace_days if grace is None else cint(grace),
		),
		evaluation_hour=cint(doc.get("evaluation_hour")),
		routes_to_dedicated=bool(cint(doc.get("route_to_dedicated"))),
		contact_calendar=doc.get("contact_calendar") or doc.get("default_calendar") or "",
	)
