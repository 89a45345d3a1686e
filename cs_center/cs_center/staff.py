"""Users and roles that may be told something: named in policies and profiles, and able to read it on the Desk."""

import frappe
from frappe import _

AUTOMATIC_ROLES = ("All", "Guest", "Desk User", "Administrator")
"""Frappe gives these by itself and lists nobody under them."""


def require_staff(user: str | None, place: str):
	"""Refuse a user who is disabled or cannot open the Desk; ``place`` (translated) says where the user is named."""
	if not user:
		return
	found = frappe.db.get_value("User", user, ["enabled", "user_type"], as_dict=True)
	if found and not found.enabled:
		frappe.throw(
			_("{0}: the user {1} is disabled. Enable the user or choose another one.").format(
				place, frappe.bold(user)
			)
		)
	if not found or found.user_type != "System User":
		frappe.throw(
			_(
				"{0}: {1} is not a user of the Desk, so messages would not be read. Choose a System User."
			).format(place, frappe.bold(user))
		)


def require_role_with_members(role: str | None, place: str):
	"""Refuse a role that cannot have members, with a message; ``place`` as above."""
	if not role:
		return
	if role in AUTOMATIC_ROLES:
		frappe.throw(
			_("{0}: nobody is listed under the role {1}. Choose a role that is given to users.").format(
				place, frappe.bold(_(role))
			)
		)
	if frappe.db.get_value("Role", role, "disabled"):
		frappe.throw(
			_("{0}: the role {1} is disabled. Enable it or choose another one.").format(
				place, frappe.bold(_(role))
			)
		)
