"""Personal data of customers: looking up a phone for a call, handing out what is held, and making it anonymous."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from cs_center.services.customers import anonymising, exporting, personal
from cs_center.services.customers.personal import PROFILE

MANAGERS = {"CS Manager", "System Manager"}


@frappe.whitelist(methods=["POST"])
def read_phone(follow_up: str) -> dict[str, str]:
	"""Customer, phone and (for a visit) address of a follow-up's customer; refuses who may not, and logs who did."""
	return personal.read_phone(str(follow_up))


@frappe.whitelist(methods=["POST"])
def export(customer: str) -> None:
	"""Answers with a JSON file of everything that this app holds about the customer. For service managers."""
	_require_manager(customer)
	frappe.local.response.update(
		{
			"type": "download",
			"filename": "customer-data.json",
			"filecontent": exporting.export(str(customer)),
			"display_content_as": "attachment",
		}
	)


@frappe.whitelist(methods=["POST"])
def anonymise(customer: str, confirm: str = "") -> dict[str, Any]:
	"""Irreversible. ``confirm`` is the customer's name as the manager typed it.

	Returns ``message``, ``state`` (Running or Done), ``customer`` (the neutral name) and ``erasure`` (the record of the act).
	"""
	_require_manager(customer)
	return anonymising.anonymise(str(customer), str(confirm))


def _require_manager(customer: str) -> None:
	allowed = MANAGERS & set(frappe.get_roles()) and frappe.has_permission(PROFILE, "write")
	if not allowed:
		frappe.throw(
			_(
				"Only a service manager or a system manager hands out or erases what is held about a customer."
			),
			frappe.PermissionError,
		)
	if not frappe.db.exists("HD Customer", customer):
		frappe.throw(
			_("There is no customer {0}. Reload the page; it may have another name now.").format(
				frappe.bold(frappe.utils.escape_html(str(customer)))
			)
		)
