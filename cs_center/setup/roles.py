"""The centre's roles. Helpdesk's own (Agent, Agent Manager) are used beside them and never touched."""

import frappe

from cs_center.setup.install_record import CREATED_ROLES, add_to_record, read_record

ROLES = (
	"CS Manager",
	"CS Team Lead",
	"CS Quality Auditor",
	"CS Trainer",
	"CS Department User",
	"CS Customer Care",
)


def create_roles():
	"""Insert the roles that are absent.

	Has to run before the DocTypes are synced: Frappe then creates every role that a DocType names, and nobody
	could tell later whether the role had been the administrator's.
	"""
	for name in ROLES:
		if not frappe.db.exists("Role", name):
			frappe.get_doc({"doctype": "Role", "role_name": name, "desk_access": 1}).insert()
			add_to_record(CREATED_ROLES, [name])


def remove_roles():
	"""Delete the roles that ``create_roles`` inserted, with their assignments; a role that was there before stays."""
	created = read_record(CREATED_ROLES)
	if not created:
		return
	frappe.db.delete("Has Role", {"role": ["in", created]})
	frappe.db.delete("Custom DocPerm", {"role": ["in", created]})
	for name in created:
		frappe.delete_doc("Role", name, force=True, ignore_missing=True)
