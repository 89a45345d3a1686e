"""Indexes on other apps' tables that our questions need. Of several columns: Frappe's sync drops single ones it does not know."""

import frappe

INDEXES = (("HD Ticket", ("customer", "status")),)
"""A customer's tickets: asked when the tier changes and for the customer's page."""


def create_indexes():
	for doctype, fields in INDEXES:
		frappe.db.add_index(doctype, list(fields))


def drop_indexes():
	"""The statement commits: it comes with the dropping of columns, at the very end."""
	for doctype, fields in INDEXES:
		name = frappe.db.get_index_name(list(fields))
		if frappe.db.has_index(f"tab{doctype}", name):
			frappe.db.sql_ddl(f"ALTER TABLE `tab{doctype}` DROP INDEX `{name}`")
