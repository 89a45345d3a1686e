"""What a tier is used by: one that customers have, or that a policy or a care rule asks for, stays as it is."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.query_builder.functions import Count

from cs_center.domain.policy import list_parts

PROFILE, CONDITION = "CS Customer Profile", "CS Service Policy Condition"
TIER_FIELDS = ("tier", "earned_tier", "override_tier")

FACTS = ("customer_tier", "cs_customer_tier")
"""Names under which a policy's condition asks for the tier of a ticket or of a complaint."""

POLICIES = ("CS Service Policy", "CS Escalation Policy")


def refuse_disabling(name: str) -> None:
	"""Refuse with the customers, policies and care rules that use the tier."""
	if used := uses_in_words(name):
		frappe.throw(
			_(
				"{0} is in use ({1}) and cannot be disabled. Merge it with another tier (Menu > Rename), so that its customers get that one, and name another tier in the policies and rules."
			).format(frappe.bold(_(name)), ", ".join(used))
		)


def refuse_deletion(name: str) -> None:
	"""The same for a tier that somebody deletes."""
	if used := uses_in_words(name):
		frappe.throw(
			_(
				"{0} is in use ({1}) and cannot be deleted. Merge it with another tier (Menu > Rename), so that its customers get that one, and name another tier in the policies and rules."
			).format(frappe.bold(_(name)), ", ".join(used)),
			frappe.LinkExistsError,
		)


def refuse_renaming(name: str) -> None:
	"""A submitted policy keeps the name that its condition asks for, and would never fit again."""
	if policies := policies_naming(name):
		frappe.throw(
			_(
				"{0} cannot be renamed: {1} asks for it by this name. Name another tier in the next version of the policy first."
			).format(frappe.bold(_(name)), ", ".join(frappe.bold(policy) for policy in policies))
		)


def uses_in_words(name: str) -> list[str]:
	"""A phrase for each kind of record that uses the tier; empty when nothing does."""
	customers, policies, rules = count_customers(name), policies_naming(name), _care_rules(name)
	return [
		*([_("customers: {0}").format(customers)] if customers else ()),
		*([_("policies: {0}").format(", ".join(policies))] if policies else ()),
		*([_("care rules: {0}").format(", ".join(rules))] if rules else ()),
	]


def count_customers(name: str) -> int:
	"""Customers who have the tier, have earned it, or were given it by hand."""
	profile = frappe.qb.DocType(PROFILE)
	has, earned, given = (profile[field] == name for field in TIER_FIELDS)
	return frappe.qb.from_(profile).select(Count("*")).where(has | earned | given).run()[0][0]


def policies_naming(name: str) -> list[str]:
	"""Policies in force of which a condition asks for the tier by its name."""
	rows = frappe.get_all(
		CONDITION,
		{"fact": ["in", FACTS], "parenttype": ["in", POLICIES]},
		["parent", "parenttype", "operator", "value"],
	)
	found = {(row.parenttype, row.parent) for row in rows if _asks_for(row, name)}
	return sorted(policy for doctype, policy in found if _is_in_force(doctype, policy))


def _asks_for(row, name: str) -> bool:
	parts = list_parts(row.value or "") if row.operator in ("In", "Not In") else [(row.value or "").strip()]
	return name.casefold() in {part.casefold() for part in parts}


def _is_in_force(doctype: str, policy: str) -> bool:
	return bool(frappe.db.exists(doctype, {"name": policy, "docstatus": 1, "enabled": 1}))


def _care_rules(name: str) -> list[str]:
	return frappe.get_all("CS Care Rule", {"lowest_tier": name, "enabled": 1}, pluck="name")
