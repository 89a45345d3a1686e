"""Base class of the tests about customers' records: a ladder of three tiers, a customer with a profile."""

from __future__ import annotations

from typing import Any

import frappe

from cs_center.tests import factories
from cs_center.tests.base import SiteTestCase
from cs_center.tests.site_clock import at

TIER, PROFILE, PURCHASE, RULE = (
	"CS Customer Tier",
	"CS Customer Profile",
	"CS Customer Purchase",
	"CS Care Rule",
)
TODAY = "2027-03-01"

BASE, MIDDLE, TOP = "Test Everybody", "Test Silver", "Test Gold"


def make_tier(name: str = "Test Platinum", rank: int = 900, **values):
	"""An unsaved tier above the others: 90,000 in 12 months."""
	row = {"doctype": TIER, "tier_name": name, "rank": rank, "spend_threshold": 90_000, "window_months": 12}
	factors = {"reply_factor": 0.4, "resolution_factor": 0.4, "priority_uplift": 2}
	return frappe.get_doc({**row, "enabled": 1, "needs": "Either", **factors, **values})


def make_purchase(order_number: str = "", customer: str = "", **values):
	"""An unsaved order of 100 in the tiers' currency."""
	row = {"doctype": PURCHASE, "order_number": order_number or factories.unique("ORD"), "customer": customer}
	return frappe.get_doc({**row, "purchased_on": TODAY, "amount": 100, **values})


class CustomerTestCase(SiteTestCase):
	"""It is Monday 1 March 2027. The site's own tiers, profiles and purchases are away for the time of a test."""

	CURRENCY = "CNY"

	def setUp(self):
		super().setUp()
		clock = at(f"{TODAY} 10:00")
		clock.__enter__()
		self.addCleanup(clock.__exit__, None, None, None)
		for doctype in (TIER, PROFILE, PURCHASE, RULE):
			frappe.db.delete(doctype)
		factories.change_settings(tier_currency=self.CURRENCY, purchase_source=PURCHASE)
		self.base = stored(make_tier(BASE, 1, spend_threshold=0, **equal_benefits()))
		self.middle = stored(make_tier(MIDDLE, 2, spend_threshold=1000, order_threshold=10, **benefits(0.8)))
		self.top = stored(make_tier(TOP, 3, spend_threshold=5000, order_threshold=50, **benefits(0.6)))
		self.customer = self.create_customer()

	def tearDown(self):
		super().tearDown()
		frappe.local.db.value_cache.clear()  # a rollback does not reach it
		frappe.clear_document_cache(factories.SETTINGS, factories.SETTINGS)

	def create_customer(self) -> str:
		return factories.create_customer(factories.unique("Buyer"))

	def profile(self, customer: str = "", **values: Any):
		"""The customer's profile as it is stored, with values saved into it."""
		customer = customer or self.customer
		if not frappe.db.exists(PROFILE, customer):
			frappe.get_doc({"doctype": PROFILE, "customer": customer}).insert()
		if values:
			doc = frappe.get_doc(PROFILE, customer)
			doc.update(values)
			doc.save()
		return frappe.get_doc(PROFILE, customer)

	def save(self, doc, **values: Any):
		"""The document as it stands after these values were saved."""
		doc = frappe.get_doc(doc.doctype, doc.name)
		doc.update(values)
		doc.save()
		return frappe.get_doc(doc.doctype, doc.name)


def stored(doc):
	"""Inserted, as it is stored: where time stands still the inserted document writes its time differently."""
	return frappe.get_doc(doc.doctype, doc.insert().name)


def equal_benefits() -> dict[str, Any]:
	return {"reply_factor": 1, "resolution_factor": 1, "priority_uplift": 0}


def benefits(factor: float, uplift: int = 1) -> dict[str, Any]:
	return {"reply_factor": factor, "resolution_factor": factor, "priority_uplift": uplift}
