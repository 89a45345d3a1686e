"""Versions of a policy: each is a document of its own, chained by ``previous_version``."""

import frappe
from frappe import _
from frappe.utils import get_link_to_form

DOCTYPE = "CS Service Policy"


@frappe.whitelist(methods=["POST"])
def make_next_version(policy: str) -> str:
	"""Name of a draft copy of a submitted policy, one version on; the draft that is there already, if there is one.

	The submitted policy stays in force until the draft is submitted.
	"""
	document = frappe.get_doc(DOCTYPE, policy)
	document.check_permission("read")
	document.check_permission("create")
	if document.docstatus != 1:
		frappe.throw(
			_(
				"{0} is not in force, so it has no next version. Submit it, or amend it if it was cancelled."
			).format(frappe.bold(document.name))
		)
	draft = frappe.db.get_value(DOCTYPE, {"previous_version": policy, "docstatus": 0})
	if draft:
		return draft
	copy = frappe.copy_doc(document, ignore_no_copy=False)
	copy.update({"previous_version": document.name, "docstatus": 0})
	return copy.insert().name


def number_version(policy):
	"""Version and family of a draft: one more than the version it was made from, else 1 of a family of its own."""
	if policy.amended_from:
		policy.previous_version = policy.amended_from
	before = policy.previous_version and frappe.db.get_value(
		DOCTYPE, policy.previous_version, ["version", "family"], as_dict=True
	)
	policy.version = (before.version if before else 0) + 1
	policy.family = (before.family or policy.previous_version) if before else (policy.name or "")


def readable_name(policy) -> str:
	"""Title and version; a number behind them where another policy has that name."""
	name = f"{policy.title} v{policy.version}"
	taken, number = name, 1
	while frappe.db.exists(DOCTYPE, taken):
		number += 1
		taken = f"{name} ({number})"
	return taken


def refuse_second_successor(policy):
	"""Two versions after the same one would both claim its tickets."""
	if not policy.previous_version:
		return
	other = frappe.db.get_value(
		DOCTYPE,
		{"previous_version": policy.previous_version, "docstatus": 1, "name": ["!=", policy.name]},
	)
	if other:
		frappe.throw(
			_("{0} already follows {1}. Make the next version of {0} instead.").format(
				get_link_to_form(DOCTYPE, other), frappe.bold(policy.previous_version)
			)
		)


def retire_previous_version(policy):
	"""Cancel the version that this one replaces, in the same transaction: there is no moment without a policy."""
	if not policy.previous_version:
		return
	previous = frappe.get_doc(DOCTYPE, policy.previous_version)
	if previous.docstatus == 1:
		previous.cancel()


def policies_with_same_order(policy) -> list[str]:
	"""Titles of enabled policies in force with this one's number, its own previous version left out."""
	return frappe.get_all(
		DOCTYPE,
		{
			"priority_number": policy.priority_number,
			"docstatus": 1,
			"enabled": 1,
			"name": ["not in", [policy.name or "", policy.previous_version or ""]],
		},
		pluck="title",
	)
