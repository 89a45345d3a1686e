"""Checks of the compensation that a complaint promises. Who approves it is said by the services."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt

from cs_center.services.complaints.settings import read_complaint_settings

POINTS = "Points"


def name_currencies(complaint: Document):
	"""New compensations without a currency get that of the settings; so does the complaint's sum."""
	rows = complaint.get("compensations")
	if not rows:
		return
	currency = read_complaint_settings().currency or None
	complaint.cost_currency = currency
	for row in rows:
		if row.is_new() or flt(row.amount) > 0:
			row.currency = row.currency or currency


def check_compensations(complaint: Document):
	name_currencies(complaint)
	for row in complaint.compensations:
		_check_kind_and_sums(row)
		if flt(row.amount) > 0 and not row.currency:
			frappe.throw(
				_(
					"Compensation, row {0}: an amount needs its currency. Choose one, or name one for all in CS Center Settings."
				).format(row.idx)
			)


def _check_kind_and_sums(row: Any):
	if flt(row.amount) < 0 or cint(row.points) < 0:
		frappe.throw(
			_(
				"Compensation, row {0}: an amount or points below zero cannot be given. Correct the row."
			).format(row.idx)
		)
	if not row.kind:
		frappe.throw(_("Compensation, row {0}: say what kind it is, for example Refund.").format(row.idx))
	if cint(row.points) and row.kind != POINTS:
		frappe.throw(
			_(
				"Compensation, row {0}: only the kind Points has points, and this one is {1}. Add a row of its own for the points."
			).format(row.idx, frappe.bold(_(row.kind)))
		)
