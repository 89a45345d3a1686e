"""Who sees which ticket: its owner, sender, contact and customer; agents all, or their teams' where so set."""

import json

import frappe

from helpdesk.people import customers_of, is_agent

OWN_FIELDS = ("owner", "contact", "raised_by")


def may_see(ticket, user: str) -> bool:
	"""Say whether `user` may see one ticket."""
	own = user in [ticket.get(field) for field in OWN_FIELDS]
	if own or sees_all(user) or (ticket.customer and ticket.customer in customers_of(user)):
		return True
	if not is_agent(user):
		return False
	assigned = user in json.loads(ticket.get("_assign") or "[]")
	return assigned or ticket.agent_group in teams_of(user) or (not ticket.agent_group and sees_teamless())


def condition(user: str) -> str:
	"""Return the same rule as the text of a condition for lists; empty for all tickets."""
	if sees_all(user):
		return ""
	own = frappe.db.escape(user)
	terms = [f"`tabHD Ticket`.`{field}` = {own}" for field in OWN_FIELDS]
	terms += [_equals("customer", name) for name in customers_of(user)]
	if is_agent(user):
		terms += [_equals("agent_group", team) for team in teams_of(user)]
		terms.append(f"json_search(`tabHD Ticket`.`_assign`, 'all', {own}) is not null")
		if sees_teamless():
			terms.append("ifnull(`tabHD Ticket`.`agent_group`, '') = ''")
	return "(" + " or ".join(terms) + ")"


def sees_all(user: str) -> bool:
	"""Agents do, unless the settings restrict them to their teams and none of these is exempt."""
	if user == "Administrator":
		return True
	if not is_agent(user):
		return False
	if not frappe.db.get_single_value("HD Settings", "restrict_tickets_by_agent_group"):
		return True
	exempt = {"name": ["in", teams_of(user)], "ignore_restrictions": 1}
	return bool(frappe.db.exists("HD Team", exempt))


def sees_teamless() -> bool:
	"""Say whether tickets without a team are for every agent."""
	return bool(frappe.db.get_single_value("HD Settings", "do_not_restrict_tickets_without_an_agent_group"))


def teams_of(user: str) -> list[str]:
	"""Names of the teams that a user is a member of."""
	return frappe.get_all("HD Team Member", {"user": user, "parenttype": "HD Team"}, pluck="parent")


def _equals(field: str, value: str) -> str:
	return f"`tabHD Ticket`.`{field}` = {frappe.db.escape(value)}"
