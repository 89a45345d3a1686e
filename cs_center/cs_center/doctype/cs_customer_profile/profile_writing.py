"""Which fields of a profile somebody may write: none of what is computed, and an agent only how to get in touch."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model import no_value_fields
from frappe.model.document import Document

COMPUTED_FIELDS = (
	"tier",
	"tier_since",
	"earned_tier",
	"below_since",
	"spend",
	"orders",
	"override_by",
	"tickets_pending",
)
"""Written by the services, past the document or in its ``before_save``."""

AGENT_FIELDS = (
	"preferred_channel",
	"preferred_from",
	"preferred_until",
	"consent",
	"consent_on",
	"consent_source",
	"notes",
	"renewal_on",
)
"""What an agent hears from the customer on the phone."""

WRITES_ALL = {"System Manager", "CS Manager", "CS Team Lead", "CS Customer Care"}


def keep_computed(profile: Document) -> None:
	"""What a request says about computed fields counts for nothing: they stay as they are stored."""
	before = profile.get_doc_before_save()
	for field in COMPUTED_FIELDS:
		profile.set(field, before.get(field) if before else None)


def refuse_beyond_agents(profile: Document) -> None:
	"""Refuse an agent's change of a field that is not for agents, and say which one it is."""
	user = frappe.session.user
	if (
		profile.flags.ignore_permissions
		or user == "Administrator"
		or WRITES_ALL & set(frappe.get_roles(user))
	):
		return
	changed = [
		_(field.label, context=profile.doctype)
		for field in profile.meta.fields
		if field.label and _is_beyond_agents(field) and is_changed(profile, field.fieldname)
	]
	if changed:
		frappe.throw(
			_(
				"Agents cannot change this in a customer profile: {0}. Ask a team lead or the customer care."
			).format(", ".join(changed)),
			frappe.PermissionError,
		)


def _is_beyond_agents(field) -> bool:
	"""Fields of a higher permission level are Frappe's to keep: it puts back what somebody may not write."""
	return not (
		field.permlevel
		or field.read_only
		or field.fieldtype in no_value_fields
		or field.fieldname in AGENT_FIELDS
	)


def is_changed(profile: Document, field: str) -> bool:
	"""Whether a save writes another value; a day as text and as a date are the same, and so are "" and nothing."""
	before = profile.get_doc_before_save()
	return str(profile.get(field) or "") != str((before.get(field) if before else None) or "")
