"""ERPNext for tests: the real one where it is installed, else DocTypes of its names. One way to write what is sold."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.utils import now

from cs_center.integrations import erpnext

DATA = "Data"
STAND_INS = {
	erpnext.COMPANY: (("default_currency", DATA),),
	erpnext.CUSTOMER: (("customer_name", DATA),),
	erpnext.INVOICE: (
		("customer", DATA),
		("company", DATA),
		("posting_date", "Date"),
		("currency", DATA),
		("conversion_rate", "Float"),
		("is_return", "Check"),
		("is_debit_note", "Check"),
		("return_against", DATA),
		("base_net_total", "Currency"),
	),
}
"""The fields of ERPNext 15 that are asked for here or that make a scene understandable, with ERPNext's own indexes."""

INDEXED = {(erpnext.INVOICE, field) for field in ("customer", "posting_date", "return_against")}

HOME, ABROAD = "CNY", "EUR"

DRAFT, SUBMITTED, CANCELLED = 0, 1, 2


class StandIn:
	"""Rows of the stand-in DocTypes, with what ERPNext itself would compute."""

	def company(self, currency: str) -> str:
		name = f"Company in {currency}"
		if not frappe.db.exists(erpnext.COMPANY, name):
			_row(erpnext.COMPANY, name, default_currency=currency)
		return name

	def customer(self, title: str) -> str:
		taken = frappe.db.count(erpnext.CUSTOMER, {"customer_name": title})
		return _row(erpnext.CUSTOMER, f"{title} - {taken}" if taken else title, customer_name=title)

	def sell(self, customer: str, day: str, amount: float, company: str, **values: Any) -> str:
		state, rate = values.pop("state", SUBMITTED), values.pop("conversion_rate", 1)
		values.setdefault("currency", frappe.db.get_value(erpnext.COMPANY, company, "default_currency"))
		return _row(
			erpnext.INVOICE,
			f"SINV-{frappe.generate_hash(length=10)}",
			docstatus=state,
			customer=customer,
			company=company,
			posting_date=day,
			conversion_rate=rate,
			base_net_total=amount * rate,
			**values,
		)

	def take_back(self, invoice: str, day: str, amount: float) -> str:
		sold = frappe.db.get_value(erpnext.INVOICE, invoice, ["customer", "company"], as_dict=True)
		return self.sell(sold.customer, day, -amount, sold.company, is_return=1, return_against=invoice)

	def correct(self, invoice: str, day: str, amount: float) -> str:
		"""A debit note: the price was too low."""
		sold = frappe.db.get_value(erpnext.INVOICE, invoice, ["customer", "company"], as_dict=True)
		return self.sell(sold.customer, day, amount, sold.company, is_debit_note=1, return_against=invoice)


class RealOne:
	"""Documents of ERPNext, saved and submitted as its own forms do."""

	ITEM = "CS Center Test Service"

	def company(self, currency: str) -> str:
		return frappe.db.get_value(erpnext.COMPANY, {"default_currency": currency})

	def customer(self, title: str) -> str:
		doc = {"doctype": erpnext.CUSTOMER, "customer_name": title, "customer_type": "Company"}
		return frappe.get_doc(doc).insert().name

	def sell(self, customer: str, day: str, amount: float, company: str, **values: Any) -> str:
		state = values.pop("state", SUBMITTED)
		doc = frappe.get_doc(
			{
				"doctype": erpnext.INVOICE,
				"customer": customer,
				"company": company,
				"set_posting_time": 1,
				"posting_date": day,
				"due_date": day,
				"currency": frappe.get_cached_value(erpnext.COMPANY, company, "default_currency"),
				"conversion_rate": 1,
				"plc_conversion_rate": 1,
				"items": [{"item_code": self.item(), "qty": 1, "rate": amount}],
				**values,
			}
		).insert()
		if state:
			doc.submit()
		if state == CANCELLED:
			doc.cancel()
		return doc.name

	def take_back(self, invoice: str, day: str, amount: float) -> str:
		from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return

		doc = make_sales_return(invoice)
		doc.update({"set_posting_time": 1, "posting_date": day, "due_date": None})
		doc.items[0].qty = -amount / doc.items[0].rate
		return doc.insert().submit().name

	def correct(self, invoice: str, day: str, amount: float) -> str:
		sold = frappe.db.get_value(erpnext.INVOICE, invoice, ["customer", "company"], as_dict=True)
		return self.sell(sold.customer, day, amount, sold.company, is_debit_note=1, return_against=invoice)

	def item(self) -> str:
		if not frappe.db.exists("Item", self.ITEM):
			group = frappe.db.get_value("Item Group", {"is_group": 0})
			item = {"doctype": "Item", "item_code": self.ITEM, "item_group": group}
			# In pieces of hours, so that a part of one can come back.
			frappe.get_doc({**item, "stock_uom": "Hour", "is_stock_item": 0}).insert()
		return self.ITEM


def _row(doctype: str, name: str, **values: Any) -> str:
	columns = ["name", "creation", "modified", "owner", "modified_by", *values]
	row = (name, now(), now(), "Administrator", "Administrator", *values.values())
	frappe.db.bulk_insert(doctype, columns, [row])
	return name


def set_up() -> StandIn | RealOne:
	"""Where ERPNext is missing its DocTypes are made. That commits: call it in ``setUpClass``, and ``take_down`` after."""
	if is_real():
		return RealOne()
	for doctype, fields in STAND_INS.items():
		if not frappe.db.exists("DocType", doctype):
			_make(doctype, fields)
	return StandIn()


def is_real() -> bool:
	return "erpnext" in frappe.get_installed_apps()


def _make(doctype: str, fields: tuple[tuple[str, str], ...]) -> None:
	frappe.get_doc(
		{
			"doctype": "DocType",
			"name": doctype,
			"module": "CS Center",
			"custom": 1,
			"autoname": "prompt",
			"allow_rename": 1,
			"is_submittable": int(doctype == erpnext.INVOICE),
			"fields": [
				{
					"fieldname": name,
					"fieldtype": kind,
					"label": name,
					"search_index": int((doctype, name) in INDEXED),
				}
				for name, kind in fields
			],
			"permissions": [{"role": "System Manager", "read": 1}],
		}
	).insert()


def take_down() -> None:
	"""Remove the stand-ins, never the real ones."""
	if is_real():
		return
	for doctype in STAND_INS:
		if frappe.db.exists("DocType", doctype):
			frappe.delete_doc("DocType", doctype, force=True)
		frappe.db.sql_ddl(f"drop table if exists `tab{doctype}`")
	frappe.db.commit()  # the DocTypes themselves were committed by their tables
