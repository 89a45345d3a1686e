"""The profile of a customer: made with the customer, renamed, merged and deleted with it, and its tier kept right."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate, now_datetime
from pypika.terms import ValueWrapper

from cs_center.integrations import erpnext
from cs_center.services.follow_ups.kinds import is_enabled

from . import purchase_source, tickets_following
from .deciding import CHANGE, DECIDED, PROFILE, READ, present_evaluation
from .ladder import base_tier
from .purchases import tier_currency
from .writing import insert_changes

CUSTOMER = "HD Customer"
OVERRIDE = ("override_tier", "override_from", "override_until")
CARRIED = (
	"birthday",
	"phone",
	"address",
	"preferred_channel",
	"preferred_from",
	"preferred_until",
	"renewal_on",
	"dedicated_agent",
	"notes",
	"source_customer",
)
"""What a profile that is merged into another one brings with it, where the other has nothing."""


def create(customer: str) -> None:
	"""Make the customer's profile if it has none."""
	if not frappe.db.exists(PROFILE, {"customer": customer}):
		doc = frappe.get_doc({"doctype": PROFILE, "customer": customer})
		doc.insert(ignore_permissions=True)  # it comes with the customer, whoever made that


def make_missing() -> None:
	"""A profile for each customer without one, in one statement: customers that are older than the app, or imported."""
	customer, profile = frappe.qb.DocType(CUSTOMER), frappe.qb.DocType(PROFILE)
	base, now, user = base_tier() or None, now_datetime(), frappe.session.user
	fixed = {
		"owner": user,
		"creation": now,
		"modified": now,
		"modified_by": user,
		"tier": base,
		"earned_tier": base,
		"tier_since": now.date(),
		"currency": tier_currency() or None,
		"consent": "Not Asked",
	}
	query = (
		frappe.qb.into(profile)
		.columns("name", "customer", *fixed)
		.from_(customer)
		.left_join(profile)
		.on(profile.customer == customer.name)
		.select(customer.name, customer.name, *(ValueWrapper(value) for value in fixed.values()))
		.where(profile.name.isnull())
	)
	query.run()


def link_to_erpnext(customers: Iterable[str]) -> None:
	"""Profiles without a customer of ERPNext get the one of the same name, if no other profile has it."""
	unlinked = frappe.get_all(
		PROFILE,
		{"name": ["in", list(customers)], "source_customer": ["is", "not set"]},
		pluck="name",
		limit_page_length=0,
	)
	if not unlinked:
		return
	found = erpnext.customers_named(unlinked)
	taken = set(
		frappe.get_all(
			PROFILE,
			{"source_customer": ["in", list(found.values())]},
			pluck="source_customer",
			limit_page_length=0,
		)
	)
	for name, foreign in found.items():
		if foreign not in taken:
			taken.add(foreign)
			frappe.db.set_value(PROFILE, name, "source_customer", foreign, update_modified=False)


# --- called by the DocType's controller ----------------------------------------------------------------------------


def before_save(doc: Any) -> None:
	"""Decide the tier anew for a new profile, and where an override was given, changed or taken back."""
	before = doc.get_doc_before_save()
	if before is not None and not any(_changed(doc, before, field) for field in OVERRIDE):
		return
	if before is None:
		doc.tier = doc.earned_tier = base_tier() or None
		doc.tier_since, doc.currency = getdate(), tier_currency() or None
	_decide(doc)


def _decide(doc: Any) -> None:
	evaluation = present_evaluation(frappe.session.user)
	row = {field: doc.get(field) for field in READ}
	row.update({field: getdate(row[field]) if row[field] else None for field in _DATES})
	figures = purchase_source.sums_of(doc.customer, evaluation.starts, evaluation.as_of)
	outcome = evaluation.decide(row, figures)
	doc.update({"spend": outcome.spend, "orders": outcome.orders})
	if outcome.values is not None:
		doc.update(dict(zip(DECIDED, outcome.values, strict=True)))
	doc.flags.tier_change = outcome.change


_DATES = ("tier_since", "below_since", "override_from", "override_until")


def on_update(doc: Any) -> None:
	"""Record the change of tier; open tickets follow; care that the customer does not consent to any more ends."""
	from . import care_tasks

	change, doc.flags.tier_change = doc.flags.tier_change, None
	if change:
		insert_changes([change])
	if doc.tickets_pending:
		tickets_following.start()
	before = doc.get_doc_before_save()
	if before and before.consent == "Given" and doc.consent != "Given":
		care_tasks.cancel_open(doc.customer)


def on_trash(doc: Any) -> None:
	"""A profile goes with its customer, and takes its history along."""
	if not doc.flags.goes_with_customer and frappe.db.exists(CUSTOMER, doc.customer):
		frappe.throw(
			_(
				"The profile belongs to the customer {0} and goes with it. Delete the customer instead."
			).format(frappe.bold(frappe.utils.escape_html(doc.customer)))
		)
	frappe.db.delete(CHANGE, {"customer": doc.customer})


def _changed(doc: Any, before: Any, field: str) -> bool:
	return str(doc.get(field) or "") != str(before.get(field) or "")


# --- called by handlers on Helpdesk's customer ---------------------------------------------------------------------


def remove(customer: str) -> None:
	"""The customer is being deleted."""
	name = frappe.db.get_value(PROFILE, {"customer": customer})
	if name:
		doc = frappe.get_doc(PROFILE, name)
		doc.flags.goes_with_customer = True
		doc.delete(ignore_permissions=True, force=True)


def follow_rename(old: str, new: str) -> None:
	"""The customer has got another name; Frappe changed the links, the profile's own name is changed here."""
	name = frappe.db.get_value(PROFILE, {"customer": new})
	if name and name != new:
		frappe.rename_doc(PROFILE, name, new, force=True, show_alert=False)


def _is_still_good(field: str, value: Any) -> bool:
	"""An agent who was switched off and a customer that ERPNext lost are left behind: they would refuse the merge."""
	if field == "dedicated_agent":
		return is_enabled(value)
	if field == "source_customer":
		return bool(value) and bool(erpnext.customers_named([value]))
	return bool(value)


def _merge_consent(kept: Any, gone: Any) -> None:
	"""Whoever withdrew the consent under one of the names has withdrawn it; a consent is not handed on."""
	if gone.consent == "Withdrawn":
		kept.update({field: gone.get(field) for field in ("consent", "consent_on", "consent_source")})


def merge(old: str, new: str) -> None:
	"""Before a customer is merged into another one: what its profile knows and the other's does not is carried over."""
	name = frappe.db.get_value(PROFILE, {"customer": old})
	if not name:
		return
	gone = frappe.get_doc(PROFILE, name)
	known = {field: gone.get(field) for field in CARRIED if _is_still_good(field, gone.get(field))}
	create(new)
	gone.flags.goes_with_customer = True
	frappe.db.set_value(CHANGE, {"customer": old}, "customer", new, update_modified=False)
	gone.delete(ignore_permissions=True, force=True)
	kept = frappe.get_doc(PROFILE, {"customer": new})
	for field, value in known.items():
		if not kept.get(field):
			kept.set(field, value)
	_merge_consent(kept, gone)
	kept.save(ignore_permissions=True)  # whoever may merge the customers
