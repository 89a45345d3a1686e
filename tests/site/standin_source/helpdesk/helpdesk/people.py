"""Who is an agent, and which customer a contact belongs to."""

import frappe

AGENT_ROLES = {"Agent", "Agent Manager"}


def is_agent(user: str | None = None) -> bool:
	"""Administrator, a holder of an agent's role, or a user with an HD Agent record."""
	user = user or frappe.session.user
	if user == "Administrator" or AGENT_ROLES & set(frappe.get_roles(user)):
		return True
	return bool(frappe.db.exists("HD Agent", user))


def customers_of(contact_or_email: str | None) -> list[str]:
	"""Names of the HD Customers that a contact, given by name or by e-mail address, is linked to."""
	if not contact_or_email:
		return []
	link, contact = frappe.qb.DocType("Dynamic Link"), frappe.qb.DocType("Contact")
	rows = (
		frappe.qb.from_(link)
		.join(contact)
		.on(link.parent == contact.name)
		.where((link.parenttype == "Contact") & (link.link_doctype == "HD Customer"))
		.where((contact.name == contact_or_email) | (contact.email_id == contact_or_email))
		.select(link.link_name)
		.run()
	)
	return [name for (name,) in rows]
