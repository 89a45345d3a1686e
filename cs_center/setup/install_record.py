"""What this app put on the site, so that it takes away exactly that, and does not bring back what was deleted."""

import json

import frappe

CREATED_ROLES = "cs_center_created_roles"
INSERTED_SEEDS = "cs_center_inserted_seeds"

_KEEPER = "__global"


def read_record(key: str) -> list[str]:
	"""The list kept under the key; empty when nothing was recorded.

	Read from the table: a dry run of the uninstall empties the cache of defaults and then takes its changes back.
	"""
	kept = frappe.db.get_value("DefaultValue", {"parent": _KEEPER, "defkey": key}, "defvalue")
	return json.loads(kept or "[]")


def add_to_record(key: str, entries: list[str]):
	"""Append entries that are not yet in the list."""
	recorded = read_record(key)
	fresh = [entry for entry in entries if entry not in recorded]
	if fresh:
		frappe.db.set_global(key, json.dumps(recorded + fresh, ensure_ascii=False))


def forget_records():
	"""Remove the lists themselves (the last step of an uninstall)."""
	for key in (CREATED_ROLES, INSERTED_SEEDS):
		frappe.defaults.clear_default(key=key, parent=_KEEPER)
