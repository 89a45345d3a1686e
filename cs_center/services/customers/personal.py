"""The personal fields of a customer: how they are kept secret in the database, and who may look up which for a call."""

import hashlib
import hmac
import json
from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.core.doctype.access_log.access_log import make_access_log
from frappe.utils import escape_html, getdate
from frappe.utils.password import decrypt, encrypt, get_encryption_key

PROFILE, FOLLOW_UP = "CS Customer Profile", "CS Follow Up"
CARE_KINDS, VISIT, OPEN = ("Care", "Visit"), "Visit", "Open"

PERSONAL_FIELDS = ("birthday", "phone", "address")
"""Their columns in the database stay empty: the values lie in ``personal_data``, encrypted with the site's key."""

KEPT_FIELDS = ("personal_data", "birthday_key")
"""What the database holds in their stead. Nobody is shown these."""


class UnreadableError(Exception):
	"""The text was encrypted with another key than the site has now, or is no encrypted text at all."""


def seal(secret: dict) -> str | None:
	"""``{field: value}`` of PERSONAL_FIELDS -> one encrypted text; None when there is nothing to keep.

	The name of the argument matters: Frappe's Error Log writes local variables down, but none called ``secret``.
	"""
	secret = comparable(secret)
	return encrypt(json.dumps(secret)) if secret else None


def unseal(stored: str | None) -> dict:
	"""The values behind ``stored``, the birthday as a date; raises UnreadableError."""
	if not stored:
		return {}
	messages = len(frappe.message_log)
	try:
		secret = json.loads(decrypt(stored))
		if secret.get("birthday"):
			secret["birthday"] = date.fromisoformat(secret["birthday"])
	except Exception as error:  # a wrong key shows itself in many ways: no token, no text, no JSON
		del frappe.message_log[messages:]
		raise UnreadableError from error
	return secret


def comparable(secret: dict) -> dict:
	"""The filled fields as text: what a form sends and what was read are the same when these are."""
	return {field: _text(field, secret[field]) for field in PERSONAL_FIELDS if secret.get(field)}


def _text(field: str, value) -> str:
	return getdate(value).isoformat() if field == "birthday" else str(value)


def birthday_key(month: int, day: int) -> str:
	"""What finds the birthdays of a day without reading one: a hash of month and day that needs the site's key."""
	secret = get_encryption_key().encode()
	return hmac.new(secret, f"cs_center birthday {month:02d}-{day:02d}".encode(), hashlib.sha256).hexdigest()


def birthday_key_of(birthday) -> str | None:
	"""The key of a date (or its text); None without one."""
	if not birthday:
		return None
	born = getdate(birthday)
	return birthday_key(born.month, born.day)


def read_phone(follow_up: str) -> dict[str, str]:
	"""The phone of a follow-up's customer, for a visit the address too; Frappe's Access Log keeps who asked.

	For the assignee of an open care call or visit, and for whoever may read personal data anyway. Returns customer, phone
	and address, "" where there is none.
	"""
	fields = ["customer", "kind", "state", "medium", "assigned_to"]
	row = frappe.db.get_value(FOLLOW_UP, follow_up, fields, as_dict=True)
	_refuse_reader(follow_up, row)
	_require_customer(follow_up, row)
	stored = frappe.db.get_value(PROFILE, row.customer, "personal_data")
	make_access_log(doctype=PROFILE, document=row.customer, method="read_phone", filters=follow_up)
	try:
		secret = unseal(stored)
	except UnreadableError:
		frappe.throw(
			_(
				"The phone of {0} cannot be read: it was stored with another encryption key than the site has now. Ask a system manager."
			).format(frappe.bold(escape_html(row.customer)))
		)
	is_visit = VISIT in (row.kind, row.medium)
	return {
		"customer": row.customer,
		"phone": secret.get("phone") or "",
		"address": (secret.get("address") or "") if is_visit else "",
	}


def may_read_personal_data() -> bool:
	"""Whether the user of the session has a role that reads the personal fields of a profile."""
	field = frappe.get_meta(PROFILE).get_field(PERSONAL_FIELDS[0])
	return field.permlevel in frappe.new_doc(PROFILE).get_permlevel_access("read")


def _refuse_reader(follow_up: str, row: Any) -> None:
	if may_read_personal_data():
		return
	is_own = row and row.assigned_to == frappe.session.user
	if not (is_own and row.state == OPEN and row.kind in CARE_KINDS):
		frappe.throw(
			_(
				"You cannot read the phone for {0}: that may whoever an open care call or visit is assigned to. Ask a service manager to assign it to you."
			).format(frappe.bold(escape_html(follow_up))),
			frappe.PermissionError,
		)


def _require_customer(follow_up: str, row: Any) -> None:
	if not (row and row.customer):
		frappe.throw(
			_(
				"The follow-up {0} names no customer, so there is no phone to read. Enter the customer."
			).format(frappe.bold(escape_html(follow_up)))
		)
