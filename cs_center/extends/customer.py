"""Handler on ERPNext's customer, where there is ERPNext."""

from cs_center.services.customers import purchase_source


def after_rename(doc, method=None, old=None, new=None, merge=False):
	"""Profiles name ERPNext's customer as text: no link of Frappe's follows it."""
	purchase_source.follow_renaming(old, new)
