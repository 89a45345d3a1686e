"""What happens when the app leaves a site: the steps of ``setup.install`` taken back.

Frappe itself removes the module's DocTypes with their tables, its reports and workspaces.
"""

import frappe

from cs_center.setup.custom_fields import MODULE, drop_columns, remove_fields
from cs_center.setup.form_script import remove_script
from cs_center.setup.indexes import drop_indexes
from cs_center.setup.install_record import forget_records
from cs_center.setup.roles import remove_roles
from cs_center.setup.ticket_template import remove_rows

LEFTOVERS = {
	"Singles": "doctype",
	"Version": "ref_doctype",
	"Comment": "reference_doctype",
	"DocShare": "share_doctype",
	"Custom DocPerm": "parent",
	"Property Setter": "doc_type",
	"Custom Field": "dt",
	"ToDo": "reference_type",
	"Notification Log": "document_type",
	"Tag Link": "document_type",
	"Logs To Clear": "ref_doctype",
	"Document Follow": "ref_doctype",
	"List Filter": "reference_doctype",
	"User Permission": "allow",
}
"""DocType -> field that names a DocType: rows about our DocTypes that Frappe would leave behind."""

WITH_ROWS = {"Kanban Board": "reference_doctype", "Assignment Rule": "document_type"}
"""The same for what has rows of its own and is therefore deleted as a document."""

DETACHED = {
	"Communication": ("reference_doctype", "reference_name"),
	"Activity Log": ("reference_doctype", "reference_name"),
	"File": ("attached_to_doctype", "attached_to_name"),
}
"""DocType -> fields that are emptied: people's letters and files outlive the records that they hung on."""


def before_uninstall():
	"""Deletes and changes rows only, so that a dry run, which commits nothing, changes nothing."""
	remove_rows()
	remove_script()
	remove_fields()
	remove_leftovers()
	remove_roles()
	forget_records()


def after_uninstall():
	"""Dropping columns commits: it waits until the app is really gone (a dry run leaves it installed)."""
	if "cs_center" not in frappe.get_installed_apps():
		drop_indexes()
		drop_columns()


def remove_leftovers():
	doctypes = frappe.get_all("DocType", {"module": MODULE}, pluck="name")
	for doctype, field in LEFTOVERS.items():
		frappe.db.delete(doctype, {field: ["in", doctypes]})
	for doctype, field in WITH_ROWS.items():
		for name in frappe.get_all(doctype, {field: ["in", doctypes]}, pluck="name"):
			frappe.delete_doc(doctype, name, force=True, ignore_missing=True, delete_permanently=True)
	for doctype, fields in DETACHED.items():
		frappe.db.set_value(
			doctype, {fields[0]: ["in", doctypes]}, dict.fromkeys(fields), update_modified=False
		)
	remove_scheduled_jobs()


def remove_scheduled_jobs():
	"""Frappe clears the jobs of an app that is gone only at a later migrate; until then they would fail."""
	for name in frappe.get_all("Scheduled Job Type", {"method": ["like", "cs_center.%"]}, pluck="name"):
		frappe.db.delete("Scheduled Job Log", {"scheduled_job_type": name})
		frappe.db.delete("Scheduled Job Type", {"name": name})
