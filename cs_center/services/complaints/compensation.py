"""Compensation: what is promised to the customer, who approved it, and whether it was carried out.

Up to the limit a promise counts as approved. Above it, in sum, or in a currency that cannot be compared with the limit,
somebody with the role of the settings approves it.
"""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import flt

from cs_center.services.service_levels.site_time import current_instant, to_stored

from .handling import has_handled
from .settings import ComplaintSettings, read_complaint_settings

PROPOSED, APPROVED, REFUSED, CARRIED_OUT = "Proposed", "Approved", "Refused", "Carried Out"
TERMS = ("kind", "description", "amount", "currency", "points")
DECIDED = ("state", "decided_by", "decided_at", "decision_note", "carried_out_at", "carried_out_by")


def keep_decisions(doc: Any, before: Any) -> None:
	"""Decisions are made through ``decide`` and ``carry_out``: what a form writes into their fields is put back.

	A row whose terms changed is a new promise; one that was carried out is not changed any more.
	"""
	known = {row.name: row for row in before.compensations} if before else {}
	for row in doc.compensations:
		old = known.pop(row.name, None)
		if doc.flags.get("decides_compensation") == row.name and row.name:
			continue
		if old is None:
			_set(row, {**dict.fromkeys(DECIDED), "state": PROPOSED})
			continue
		changed = any(_differs(row.get(field), old.get(field)) for field in TERMS)
		if changed and old.state == CARRIED_OUT:
			frappe.throw(
				_(
					"Compensation, row {0}: it has been carried out and cannot be changed. Add a new row."
				).format(row.idx)
			)
		_set(row, {field: old.get(field) for field in DECIDED})
		if changed:
			_set(row, {**dict.fromkeys(DECIDED), "state": PROPOSED})
	gone = [row for row in known.values() if row.state == CARRIED_OUT]
	if gone:
		frappe.throw(
			_("Compensation that has been carried out cannot be removed: {0}.").format(_(gone[0].kind))
		)


def _set(row: Any, values: dict[str, Any]) -> None:
	for field, value in values.items():
		row.set(field, value)


def _differs(one: Any, other: Any) -> bool:
	if isinstance(one, int | float) or isinstance(other, int | float):
		return flt(one) != flt(other)
	return (one or "") != (other or "")


def needs_approval(doc: Any, settings: ComplaintSettings | None = None) -> list[Any]:
	"""The rows that somebody has to approve: all that cost something once their sum is over the limit."""
	settings = settings or read_complaint_settings()
	standing = [row for row in doc.compensations if row.state != REFUSED and flt(row.amount) > 0]
	foreign = [row for row in standing if _is_foreign(row, settings)]
	own = [row for row in standing if not _is_foreign(row, settings)]
	over = sum(flt(row.amount) for row in own) > settings.compensation_limit
	return [*foreign, *(own if over else [])]


def _is_foreign(row: Any, settings: ComplaintSettings) -> bool:
	"""Whether the amount cannot be compared with the limit. Without a currency in the settings none can."""
	return flt(row.amount) > 0 and (row.currency or "") != settings.currency


def unapproved(doc: Any) -> int:
	"""Rows that stand in the way of a promise: not approved where that is needed, or refused and not taken out."""
	needing = {id(row) for row in needs_approval(doc)}
	waiting = [row for row in doc.compensations if id(row) in needing and row.state == PROPOSED]
	refused = [row for row in doc.compensations if row.state == REFUSED]
	return len(waiting) + len(refused)


def not_carried_out(doc: Any) -> int:
	"""Promised rows that nobody has carried out yet."""
	return sum(row.state in (PROPOSED, APPROVED) for row in doc.compensations)


def cost_of(doc: Any, settings: ComplaintSettings) -> float:
	"""What is promised or paid, in the settings' currency. Refused rows, those that wait for approval and other currencies
	are left out."""
	waiting = {id(row) for row in needs_approval(doc, settings) if row.state == PROPOSED}
	standing = [row for row in doc.compensations if row.state != REFUSED and id(row) not in waiting]
	return sum(flt(row.amount) for row in standing if not _is_foreign(row, settings))


def is_approver() -> bool:
	"""Whether the caller may approve compensation."""
	role = read_complaint_settings().compensation_role
	return frappe.session.user == "Administrator" or role in frappe.get_roles()


def require_approver() -> None:
	"""Refuse who may not approve compensation."""
	if not is_approver():
		role = read_complaint_settings().compensation_role
		frappe.throw(
			_("Compensation above the limit is approved by somebody with the role {0}.").format(_(role)),
			frappe.PermissionError,
		)


def decide(doc: Any, row_name: str, decision: str, note: str) -> Any:
	"""Approve or refuse one row of a document that the caller saves; returns the row."""
	if decision not in (APPROVED, REFUSED):
		frappe.throw(_("A compensation is Approved or Refused, not {0}.").format(decision))
	require_approver()
	row = _row(doc, row_name)
	if row.state != PROPOSED:
		frappe.throw(_("Compensation, row {0}: it is decided already ({1}).").format(row.idx, _(row.state)))
	if decision == APPROVED and has_handled(doc):
		frappe.throw(
			_(
				"You handle this complaint. Somebody else with the role {0} has to approve its compensation."
			).format(_(read_complaint_settings().compensation_role))
		)
	if decision == REFUSED and not (note or "").strip():
		frappe.throw(_("Say in a note why the compensation is refused."))
	_set(
		row,
		{
			"state": decision,
			"decided_by": frappe.session.user,
			"decided_at": to_stored(current_instant()),
			"decision_note": (note or "").strip(),
		},
	)
	doc.flags.decides_compensation = row.name
	return row


def carry_out(doc: Any, row_name: str) -> Any:
	"""Say that one row has been given to the customer; returns the row of a document that the caller saves."""
	row = _row(doc, row_name)
	if row.state == CARRIED_OUT:
		frappe.throw(_("Compensation, row {0}: it has been carried out already.").format(row.idx))
	if row.state == REFUSED or (row.state == PROPOSED and any(one is row for one in needs_approval(doc))):
		frappe.throw(_("Compensation, row {0}: it is not approved. Have it approved first.").format(row.idx))
	if doc.consent != "Consented":
		frappe.throw(_("The customer has not consented yet: record the consent first."))
	_set(
		row,
		{
			"state": CARRIED_OUT,
			"carried_out_at": to_stored(current_instant()),
			"carried_out_by": frappe.session.user,
		},
	)
	doc.flags.decides_compensation = row.name
	return row


def _row(doc: Any, name: str) -> Any:
	row = next((one for one in doc.compensations if one.name == name), None)
	if row is None:
		frappe.throw(_("This compensation is not there any more. Reload the complaint."))
	return row
