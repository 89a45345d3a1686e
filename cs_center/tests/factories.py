"""Tickets, policies and people for site tests. New arguments come last; users are slow, make them once per class."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from typing import Any

import frappe
from frappe.desk.form import assign_to

from cs_center.tests.base import create_user

WORKING_WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
EVERY_DAY = (*WORKING_WEEK, "Saturday", "Sunday")
SETTINGS = "CS Center Settings"
EVENT, CLOCK = "CS Service Event", "CS Service Clock"

_numbers = count(1)


def unique(text: str) -> str:
	"""A name that no other test of this process uses: caches outlive a rollback."""
	return f"{text} {next(_numbers)}-{frappe.generate_hash(length=6)}"


def create_agent(email: str, *roles: str) -> str:
	"""A Helpdesk agent."""
	if not frappe.db.exists("User", email):
		create_user(email, "Agent", *roles)
	if not frappe.db.exists("HD Agent", email):
		frappe.get_doc({"doctype": "HD Agent", "user": email, "agent_name": email}).insert()
	return email


def create_customer_user(email: str, customer: str | None = None) -> str:
	"""A portal user, contact of ``customer`` when one is named."""
	if not frappe.db.exists("User", email):
		user = frappe.get_doc(
			{
				"doctype": "User",
				"email": email,
				"first_name": email,
				"send_welcome_email": 0,
				"user_type": "Website User",
			}
		)
		user.insert(ignore_permissions=True)  # made by the test, whoever is logged in
	if customer:
		contact = frappe.db.get_value("Contact", {"email_id": email}) or _create_contact(email)
		link_contact(contact, customer)
	return email


def _create_contact(email: str) -> str:
	contact = frappe.get_doc({"doctype": "Contact", "first_name": email})
	contact.append("email_ids", {"email_id": email, "is_primary": 1})
	return contact.insert(ignore_permissions=True).name  # as above


def link_contact(contact: str, customer: str) -> None:
	doc = frappe.get_doc("Contact", contact)
	if customer not in [row.link_name for row in doc.links]:
		doc.append("links", {"link_doctype": "HD Customer", "link_name": customer})
		doc.save(ignore_permissions=True)  # as above


def create_customer(name: str) -> str:
	if not frappe.db.exists("HD Customer", name):
		frappe.get_doc({"doctype": "HD Customer", "customer_name": name}).insert()
	return name


def create_team(name: str, *users: str) -> str:
	"""A team that assigns nothing by itself."""
	if not frappe.db.exists("HD Team", name):
		team = frappe.get_doc({"doctype": "HD Team", "team_name": name})
		for user in users:
			team.append("users", {"user": user})
		team.insert()
		frappe.db.set_value("Assignment Rule", team.assignment_rule, "disabled", 1)
	return name


def create_calendar(
	name: str | None = None,
	windows: Iterable[tuple[str, str]] = (("09:00", "17:00"),),
	days: Iterable[str] = WORKING_WEEK,
) -> str:
	"""Name of a calendar: the same windows on each of the days, 09:00-17:00 on working days."""
	rows = [{"weekday": day, "start_time": start, "end_time": end} for day in days for start, end in windows]
	values = {"time_zone": "Asia/Shanghai", "enabled": 1, "windows": rows}
	doc = {"doctype": "CS Service Calendar", "calendar_name": name or unique("Hours"), **values}
	return frappe.get_doc(doc).insert().name


def target(metric: str, amount: float, unit: str = "Business Hours", **values) -> dict[str, Any]:
	return {"metric": metric, "amount": amount, "unit": unit, "pauses": 1, **values}


def condition(fact: str, operator: str, value: str = "") -> dict[str, str]:
	return {"fact": fact, "operator": operator, "value": value}


TWO_AND_EIGHT = (target("First Reply", 2), target("Resolution", 8))
ALL_METRICS = (
	target("Acknowledgement", 1),
	target("First Reply", 2),
	target("Next Reply", 3),
	target("Periodic Update", 6),
	target("Resolution", 8),
	target("Requester Wait", 16, "Calendar Hours"),
	target("Team Ownership", 4),
)


def make_policy(
	title: str | None = None,
	conditions: Iterable[dict[str, str]] = (),
	targets: Iterable[dict[str, Any]] = TWO_AND_EIGHT,
	calendar: str | None = None,
	order: int | None = None,
	applies_to: str = "Ticket",
):
	"""A draft (inserted). Orders count from 1: tests' policies are tried before shipped and imported ones."""
	return frappe.get_doc(
		{
			"doctype": "CS Service Policy",
			"title": title or unique("Policy"),
			"applies_to": applies_to,
			"priority_number": order or _free_order(),
			"enabled": 1,
			"calendar": calendar or create_calendar(),
			"conditions": list(conditions),
			"targets": [dict(row) for row in targets],
		}
	).insert()


def create_policy(*args, **values):
	"""A submitted policy: first reply in 2, resolution in 8 business hours, for every ticket."""
	return _submit(make_policy(*args, **values))


def _submit(doc):
	doc.reload()  # where time stands still the inserted document and its row write one time differently
	doc.submit()
	return doc


def amend(policy, **values):
	"""The next version, submitted: what the Amend button does."""
	policy = frappe.get_doc(policy.doctype, policy.name)
	policy.cancel()
	after = frappe.copy_doc(policy)
	after.amended_from = policy.name
	after.docstatus = 0
	after.update({"enabled": 1, **values})
	return _submit(after.insert())


def _free_order(doctype: str = "CS Service Policy") -> int:
	taken = set(frappe.get_all(doctype, pluck="priority_number"))
	return next(number for number in range(1, 90) if number not in taken)


def create_channel(name: str | None = None, channel_type: str = "E-mail", **values) -> str:
	doc = {"doctype": "CS Channel", "channel_name": name or unique("Channel"), "channel_type": channel_type}
	return frappe.get_doc({**doc, "enabled": 1, **values}).insert().name


def create_ticket(subject: str = "The parcel is late", description: str | None = "Where is it?", **values):
	"""A saved ticket, as it stands after its insert (with its first message, when it has a description)."""
	doc = {"doctype": "HD Ticket", "subject": subject, "raised_by": "buyer@shop.example"}
	ticket = frappe.get_doc({**doc, "description": description, "priority": "Medium", **values}).insert()
	return fresh(ticket)


def fresh(ticket):
	"""The ticket as it is stored now."""
	return frappe.get_doc("HD Ticket", getattr(ticket, "name", ticket))


def make_message(ticket, sent_or_received: str, **values):
	doc = {
		"doctype": "Communication",
		"communication_type": "Communication",
		"communication_medium": "Email",
		"sent_or_received": sent_or_received,
		"subject": "Re",
		"content": "Words",
		"sender": frappe.session.user,
		"status": "Linked",
		"reference_doctype": "HD Ticket",
		"reference_name": getattr(ticket, "name", ticket),
	}
	return frappe.get_doc({**doc, **values})


def reply_from_agent(ticket, agent: str = "Administrator", **values):
	"""An agent's reply; returns the Communication."""
	return make_message(ticket, "Sent", sender=agent, **values).insert(ignore_permissions=True)  # as Helpdesk


def message_from_customer(ticket, sender: str = "buyer@shop.example", **values):
	"""A customer's message; returns the Communication."""
	return make_message(ticket, "Received", sender=sender, **values).insert(
		ignore_permissions=True
	)  # as Helpdesk


def save(ticket, **values):
	"""Load, change, save: one agent's save. Returns the ticket as stored."""
	doc = fresh(ticket)
	doc.update(values)
	doc.save()
	return fresh(doc)


def set_status(ticket, status: str):
	return save(ticket, status=status)


def assign(ticket, user: str, **values) -> None:
	assign_to.add({"assign_to": [user], "doctype": "HD Ticket", "name": ticket.name, **values})


def unassign(ticket, user: str) -> None:
	assign_to.remove("HD Ticket", ticket.name, user)


def change_settings(**values) -> None:
	for name, value in values.items():
		frappe.db.set_single_value(SETTINGS, name, value)
	frappe.clear_document_cache(SETTINGS, SETTINGS)


def kinds(ticket) -> list[str]:
	"""Kinds of the ledger's events, in the order in which they were recorded."""
	return [event.kind for event in events(ticket)]


def events(ticket, kind: str | None = None) -> list[Any]:
	rows = frappe.get_all(
		EVENT,
		filters={"reference_doctype": "HD Ticket", "reference_name": getattr(ticket, "name", ticket)},
		fields=["name", "sequence", "kind", "happened_at", "actor", "value", "source_key", "detail"],
		order_by="sequence asc",
	)
	return [row for row in rows if kind in (None, row.kind)]


def clocks(ticket) -> dict[tuple[str, int], Any]:
	"""Clock rows by (metric, cycle)."""
	rows = frappe.get_all(
		CLOCK,
		filters={"reference_doctype": "HD Ticket", "reference_name": getattr(ticket, "name", ticket)},
		fields=["*"],
	)
	return {(row.metric, row.cycle): row for row in rows}


def clock(ticket, metric: str, cycle: int = 1):
	return clocks(ticket)[metric, cycle]


def error_log(text: str) -> list[Any]:
	"""Error Log entries with this in their title."""
	return frappe.get_all("Error Log", filters={"method": ["like", f"%{text}%"]}, fields=["method", "error"])


def step(
	level: int, trigger: str = "Share of Target Used", metric: str = "Resolution", **values
) -> dict[str, Any]:
	"""A step of an escalation policy: tells the assignee in the app at 100 % unless ``values`` say otherwise."""
	percent = 100 if trigger == "Share of Target Used" else 0
	row = {"level": level, "trigger": trigger, "metric": metric, "percent": percent, "in_app": 1}
	return {**row, "tell": "Assignee", **values}


def make_escalation_policy(
	steps: Iterable[dict[str, Any]],
	title: str | None = None,
	conditions: Iterable[dict[str, str]] = (),
	calendar: str | None = None,
	order: int | None = None,
	**values,
):
	"""A draft (inserted)."""
	return frappe.get_doc(
		{
			"doctype": "CS Escalation Policy",
			"title": title or unique("Ladder"),
			"priority_number": order or _free_order("CS Escalation Policy"),
			"enabled": 1,
			"calendar": calendar or create_calendar(),
			"conditions": list(conditions),
			"steps": [dict(row) for row in steps],
			**values,
		}
	).insert()


def create_escalation_policy(*args, **values):
	"""A submitted escalation policy."""
	return _submit(make_escalation_policy(*args, **values))


def create_profile(user: str, **values) -> str:
	"""An agent profile, new or changed."""
	if frappe.db.exists("CS Agent Profile", user):
		doc = frappe.get_doc("CS Agent Profile", user)
		doc.update(values)
		return doc.save().name
	return frappe.get_doc({"doctype": "CS Agent Profile", "user": user, **values}).insert().name


def escalations(ticket) -> list[Any]:
	"""Escalation rows of a ticket in the order in which they were raised."""
	return frappe.get_all(
		"CS Escalation",
		filters={"reference_name": getattr(ticket, "name", ticket)},
		fields=["*"],
		order_by="raised_at asc, level asc, name asc",
	)


def deliveries(ticket, **filters) -> list[Any]:
	"""Queued messages about a ticket."""
	return frappe.get_all(
		"CS Notification Delivery",
		filters={"reference_name": getattr(ticket, "name", ticket), **filters},
		fields=["*"],
		order_by="creation asc, medium asc, recipient asc",
	)
