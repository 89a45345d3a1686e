"""A tier that somebody gives by hand has a reason, an author and an end."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import formatdate, getdate

from cs_center.cs_center.doctype.cs_customer_profile.profile_writing import is_changed

DETAILS = ("override_reason", "override_from", "override_until")


def check_override(profile: Document) -> None:
	"""Refuse an incomplete one; fill in its first day and who set it. Taking the tier away takes its details away."""
	profile.override_reason = (profile.override_reason or "").strip() or None
	if not profile.override_tier:
		_clear(profile)
		return
	if not any(is_changed(profile, field) for field in ("override_tier", *DETAILS)):
		return
	_require_details(profile)
	_check_days(profile)
	if is_changed(profile, "override_tier"):
		_refuse_disabled(profile.override_tier)
	profile.override_by = frappe.session.user


def _clear(profile: Document) -> None:
	before = profile.get_doc_before_save()
	given = [field for field in DETAILS if profile.get(field)]
	if given and not (before and before.override_tier):
		frappe.throw(
			_("{0} is filled in, but no tier is set by hand. Choose the tier, or clear the rest.").format(
				", ".join(_label(profile, field) for field in given)
			)
		)
	profile.update(dict.fromkeys((*DETAILS, "override_by")))


def _require_details(profile: Document) -> None:
	missing = [field for field in ("override_reason", "override_until") if not profile.get(field)]
	if missing:
		frappe.throw(
			_("A tier set by hand needs a reason and a last day. Fill in: {0}.").format(
				", ".join(_label(profile, field) for field in missing)
			)
		)


def _check_days(profile: Document) -> None:
	today = getdate()
	profile.override_from = getdate(profile.override_from) if profile.override_from else today
	begins, ends = profile.override_from, getdate(profile.override_until)
	if ends < begins:
		frappe.throw(
			_(
				"The tier set by hand would end on {0}, before it begins on {1}. Correct one of the days."
			).format(formatdate(ends), formatdate(begins))
		)
	if ends < today:
		frappe.throw(
			_(
				"The last day of the tier set by hand, {0}, has passed. Enter today or a later day; to end it now, clear the tier."
			).format(formatdate(ends))
		)


def _refuse_disabled(tier: str) -> None:
	if not frappe.db.get_value("CS Customer Tier", tier, "enabled"):
		frappe.throw(
			_("The tier {0} is disabled. Choose another one, or enable it.").format(frappe.bold(_(tier)))
		)


def _label(profile: Document, field: str) -> str:
	return _(profile.meta.get_label(field), context=profile.doctype)
