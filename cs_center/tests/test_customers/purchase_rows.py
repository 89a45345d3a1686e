"""Purchases for tests, written as rows: the controller's own checks are tested where they belong."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.utils import now

from cs_center.services.customers.purchases import PURCHASE
from cs_center.tests import factories

_FIELDS = (
	"order_number",
	"customer",
	"purchased_on",
	"amount",
	"currency",
	"exchange_rate",
	"base_amount",
	"is_return",
	"returns_order",
	"channel",
	"source",
	"import_run",
)


def buy(customer: str, day: str, amount: float, **values: Any) -> str:
	"""The number of a purchase in the tier currency; ``is_return=1`` takes the amount away."""
	number = values.pop("order_number", None) or factories.unique("O")
	is_return = values.get("is_return", 0)
	row = {"exchange_rate": 1, "currency": "CNY", "source": "Form", "is_return": is_return, **values}
	row.update({"order_number": number, "customer": customer, "purchased_on": day, "amount": amount})
	row.setdefault("base_amount", -amount if is_return else amount)
	columns = ["name", "creation", "modified", "owner", "modified_by", *_FIELDS]
	start = [number, now(), now(), "Administrator", "Administrator"]
	frappe.db.bulk_insert(PURCHASE, columns, [(*start, *(row.get(name) for name in _FIELDS))])
	return number


def purchases(**filters: Any) -> list[Any]:
	"""Stored purchases, by order number."""
	return frappe.get_all(PURCHASE, filters=filters, fields=["*"], order_by="name asc")
