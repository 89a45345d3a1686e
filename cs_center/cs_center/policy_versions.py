"""Versions of a policy of either kind: each is a document of its own, chained by ``previous_version``."""

import frappe
from frappe import _
from frappe.utils import get_link_to_form

VERSIONED = ("CS Service Policy", "CS Escalation Policy")


@frappe.whitelist(methods=["POST"])
def make_next_version(doctype: str, policy: str) -> str:
	"""Name of a draft copy of a submitted policy, one version on; the draft that is there already, if there is one.

	The submitted policy stays in force until the draft is submitted.
	"""
	if doctype not in VERSIONED:
		frappe.throw(_("{0} has no versions. Choose a policy.").format(frappe.bold(_(doctype))))
	document = frappe.get_doc(doctype, policy)
	document.check_permission("read")
	document.check_permission("create")
	if document.docstatus != 1:
		frappe.throw(
			_(
				"{0} is not in force, so it has no next version. Submit it, or amend it if it was cancelled."
			).format(frappe.bold(document.name))
		)
	draft = frappe.db.get_value(doctype, {"previous_version": policy, "docstatus": 0})
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
		policy.doctype, policy.previous_version, ["version", "family"], as_dict=True
	)
	policy.version = (before.version if before else 0) + 1
	policy.family = (before.family or policy.previous_version) if before else (policy.name or "")


def readable_name(policy) -> str:
	"""Title and version; a number behind them where another policy has that name."""
	name = f"{policy.title} v{policy.version}"
	taken, number = name, 1
	while frappe.db.exists(policy.doctype, taken):
		number += 1
		taken = f"{name} ({number})"
	return taken


def refuse_second_successor(policy):
	"""Two versions after the same one would both claim its tickets."""
	if not policy.previous_version:
		return
	other = frappe.db.get_value(
		policy.doctype,
		{"previous_version": policy.previous_version, "docstatus": 1, "name": ["!=", policy.name]},
	)
	if other:
		frappe.throw(
			_("{0} already follows {1}. Make the next version of {0} instead.").format(
				get_link_to_form(policy.doctype, other), frappe.bold(policy.previous_version)
			)
		)


def retire_previous_version(policy):
	"""Cancel the version that this one replaces, in the same transaction: there is no moment without a policy."""
	if not policy.previous_version:
		return
	previous = frappe.get_doc(policy.doctype, policy.previous_version)
	if previous.docstatus == 1:
		previous.cancel()


def policies_with_same_order(policy) -> list[str]:
	"""Titles of enabled policies in force with this one's number, its own previous version left out."""
	return frappe.get_all(
		policy.doctype,
		{
			"priority_number": policy.priority_number,
			"docstatus": 1,
			"enabled": 1,
			"name": ["not in", [policy.name or "", policy.previous_version or ""]],
		},
		pluck="title",
	)
