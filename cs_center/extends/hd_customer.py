"""Handlers on Helpdesk's customer: the profile comes and goes with it. Thin: ``services.customers.profiles`` does it."""

import frappe

from cs_center.services.customers import profiles

SAVEPOINT = "cs_center_customer_profile"


def after_insert(doc, method=None):
	"""A failure of ours does not keep a customer from being made: the night's evaluation makes up for it."""
	frappe.db.savepoint(SAVEPOINT)
	try:
		profiles.create(doc.name)
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		raise
	except Exception:  # whatever it is, the customer comes first and the log tells the rest
		frappe.db.rollback(save_point=SAVEPOINT)
		frappe.log_error(title=f"CS Center: no profile was made for customer {doc.name}")
	else:
		frappe.db.release_savepoint(SAVEPOINT)


def before_rename(doc, method=None, old=None, new=None, merge=False):
	"""Frappe gives every link the new name next: two profiles of one customer would be in each other's way."""
	if merge:
		profiles.merge(old, new)


def after_rename(doc, method=None, old=None, new=None, merge=False):
	profiles.follow_rename(old, new)


def on_trash(doc, method=None):
	profiles.remove(doc.name)
