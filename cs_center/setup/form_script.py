"""The buttons on the agent's ticket screen: one HD Form Script, kept equal to the file that ships with the app."""

from pathlib import Path

import frappe

DOCTYPE = "HD Form Script"
NAME = "CS Center - Service level"
SOURCE = Path(__file__).parent.parent / "public" / "form_scripts" / "hd_ticket.js"

MANAGED_MARK = "// Kept up to date by CS Center."
"""First words of the shipped script. A script without them is an administrator's own and is left alone."""


def install_script():
	"""Insert the script, or bring a managed one up to date; switching it off in the list is respected."""
	text = SOURCE.read_text(encoding="utf-8")
	current = frappe.db.get_value(DOCTYPE, NAME, "script")
	if current is None:
		values = {"dt": "HD Ticket", "apply_to": "Form", "enabled": 1, "script": text}
		frappe.get_doc({"doctype": DOCTYPE, "name": NAME, **values}).insert()
	elif current.startswith(MANAGED_MARK) and current != text:
		frappe.db.set_value(DOCTYPE, NAME, "script", text)


def update_script():
	"""After a migrate: a new version of a managed script. A script that was deleted does not come back."""
	if frappe.db.exists(DOCTYPE, NAME):
		install_script()


def remove_script():
	frappe.delete_doc(DOCTYPE, NAME, force=True, ignore_missing=True)
