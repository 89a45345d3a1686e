"""Checks of the settings about customers, and what follows from another currency."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from cs_center.cs_center.doctype.cs_service_calendar.cs_service_calendar import require_enabled_calendar
from cs_center.services.complaints.settings import site_currency
from cs_center.services.customers.ladder import TIER
from cs_center.services.customers.purchases import PURCHASE

PROFILE = "CS Customer Profile"

RANGES = {"keep_percent": (50, 100), "grace_days": (0, 365), "evaluation_hour": (0, 23)}
"""Field -> least and most."""


def check_customers(settings: Document) -> None:
	require_enabled_calendar(settings.contact_calendar)
	if is_other_currency(settings) and frappe.db.exists(PURCHASE, {"name": ["is", "set"]}):
		frappe.throw(
			_(
				"The currency of the tiers cannot become {0}: there are purchases, which were converted to {1} one by one. Delete them first, and import them again afterwards."
			).format(currency_of(settings), currency_of(settings.get_doc_before_save()))
		)


def spread_currency(settings: Document) -> None:
	"""Amounts of tiers and profiles are shown in the new currency. Numbers of thresholds stay as they are."""
	if not is_other_currency(settings):
		return
	for doctype in (TIER, PROFILE):
		table = frappe.qb.DocType(doctype)
		frappe.qb.update(table).set(table.currency, currency_of(settings)).run()
	for name in frappe.get_all(TIER, pluck="name"):
		frappe.clear_document_cache(TIER, name)


def is_other_currency(settings: Document) -> bool:
	before = settings.get_doc_before_save()
	return bool(before) and currency_of(before) != currency_of(settings)


def currency_of(settings: Document) -> str:
	"""The currency in which these settings compare customers."""
	return settings.tier_currency or site_currency()
