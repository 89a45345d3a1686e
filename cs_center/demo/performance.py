"""Plays the story on a site: each step through Helpdesk's own controllers, each minute with something due its pass."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import frappe

from cs_center import tasks
from cs_center.demo import complaint, customer, report, story
from cs_center.demo.clock import at
from cs_center.services.escalation import responses
from cs_center.services.notifications import sending, starting
from cs_center.services.service_levels.site_time import current_instant

POLICIES = {
	"CS Service Policy": ("Complaint", "VIP", "Online Chat", "E-mail", "General Service", "Complaint Stages"),
	"CS Escalation Policy": (
		"Complaint Escalation",
		"VIP Escalation",
		"General Escalation",
		"Complaint Path",
	),
}
TEAM = "Demo Service Team"


def run() -> None:
	"""Play the story and print what happened. Refuses sites that are not for tests."""
	if not frappe.conf.allow_tests:
		frappe.throw(
			"The demo invents tickets and moves the clock. Run it on a test site: bench --site SITE set-config allow_tests true"
		)
	frappe.flags.mute_emails = True
	prepare()
	steps = story.tell()
	names = play(steps)
	with at(_end(steps)):
		report.show(names)
	complaint.play(_end(steps), passes_until, TEAM)
	customer.play(_end(steps) + timedelta(days=4))


def prepare() -> None:
	"""Agents with those above them, and the shipped policies switched on."""
	for user in (*story.AGENTS, story.TEAM_LEAD, story.MANAGER):
		_create_agent(user)
	_create_team()
	_create_profiles()
	for doctype, titles in POLICIES.items():
		for title in titles:
			name = frappe.db.get_value(doctype, {"title": title, "docstatus": 0})
			if name:
				frappe.get_doc(doctype, name).submit()
	frappe.db.commit()  # the story starts from here


def _create_team() -> None:
	"""A team whose rule assigns nothing by itself: the story says who takes what."""
	if frappe.db.exists("HD Team", TEAM):
		return
	users = [{"user": user} for user in (*story.AGENTS, story.TEAM_LEAD)]
	team = frappe.get_doc({"doctype": "HD Team", "team_name": TEAM, "users": users}).insert()
	frappe.db.set_value("Assignment Rule", team.assignment_rule, "disabled", 1)


def _create_profiles() -> None:
	"""Agents below the team lead, the team lead below the manager, who has the manager's role."""
	above = dict.fromkeys(story.AGENTS, story.TEAM_LEAD) | {story.TEAM_LEAD: story.MANAGER}
	roles = {story.TEAM_LEAD: "Team Lead", story.MANAGER: "Manager"}
	for user in (story.MANAGER, story.TEAM_LEAD, *story.AGENTS):
		if not frappe.db.exists("CS Agent Profile", user):
			values = {"service_role": roles.get(user, "Agent"), "supervisor": above.get(user)}
			frappe.get_doc({"doctype": "CS Agent Profile", "user": user, **values}).insert()
	frappe.get_doc("User", story.MANAGER).add_roles("CS Manager")


def _create_agent(user: str) -> None:
	if frappe.db.exists("User", user):
		return
	first, last = user.partition("@")[0].split(".")
	roles = [{"role": "Agent"}]
	values = {"email": user, "first_name": first.title(), "last_name": last.title(), "send_welcome_email": 0}
	frappe.get_doc({"doctype": "User", **values, "roles": roles}).insert(ignore_permissions=True)
	frappe.get_doc({"doctype": "HD Agent", "user": user, "agent_name": first.title()}).insert(
		ignore_permissions=True
	)


def play(steps: list[story.Step]) -> dict[int, str]:
	"""Names of the story's tickets by number."""
	names: dict[int, str] = {}
	for step in steps:
		passes_until(step.at)
		with at(step.at):
			_ACTIONS[step.action](names, step)
			frappe.db.commit()  # each step is a request of its own
	passes_until(_end(steps))
	frappe.set_user("Administrator")
	return names


def _end(steps: list[story.Step]) -> datetime:
	"""The story is told an hour after its last step."""
	return steps[-1].at + timedelta(hours=1)


def passes_until(moment: datetime) -> None:
	"""The scheduler's minutes up to ``moment`` at which something is due."""
	while (due := _next_due()) and due < moment:
		minute = due.replace(second=0, microsecond=0) + timedelta(minutes=1)
		with at(min(minute, moment)):
			tasks.evaluate_due_tickets()
			frappe.db.commit()  # as the scheduler does
			_deliver()
		if minute >= moment:
			return


def _deliver() -> None:
	"""What the workers would do: send what is due."""
	for medium, channel in starting.start_due(current_instant()):
		sending.run(medium, channel)


def _next_due() -> datetime | None:
	"""The next instant at which a clock, an escalation or a message has its turn."""
	found = (_earliest(*place) for place in _QUEUES)
	return min((moment for moment in found if moment), default=None)


_QUEUES = (
	("CS Service Clock", "next_event_at", {}),
	("HD Ticket", "cs_next_escalation_at", {}),
	("CS Complaint", "next_escalation_at", {}),
	("CS Notification Delivery", "next_attempt_at", {"state": "Queued"}),
)
"""DocType, its field with an instant, and which rows count."""


def _earliest(doctype: str, field: str, filters: dict[str, str]) -> datetime | None:
	rows = frappe.get_all(
		doctype, {**filters, field: ["is", "set"]}, pluck=field, order_by=f"{field} asc", limit=1
	)
	return rows[0] if rows else None


def _open(names: dict[int, str], step: story.Step) -> None:
	detail = step.detail
	frappe.set_user("Administrator")
	ticket = frappe.get_doc(
		{
			"doctype": "HD Ticket",
			"subject": detail["subject"],
			"description": detail["subject"],
			"raised_by": detail["customer"],
			"priority": detail["priority"],
			"cs_channel": detail["channel"],
			"cs_severity": detail["severity"],
			"cs_customer_tier": detail["tier"],
			"agent_group": TEAM,
		}
	).insert(ignore_permissions=True)
	names[step.number] = ticket.name


def _assign(names: dict[int, str], step: story.Step) -> None:
	from frappe.desk.form.assign_to import add

	frappe.set_user(step.detail["agent"])
	add({"doctype": "HD Ticket", "name": names[step.number], "assign_to": [step.detail["agent"]]})


def _message(names: dict[int, str], step: story.Step, direction: str, sender: str) -> None:
	frappe.get_doc(
		{
			"doctype": "Communication",
			"communication_type": "Communication",
			"communication_medium": "Email",
			"sent_or_received": direction,
			"reference_doctype": "HD Ticket",
			"reference_name": names[step.number],
			"subject": "Re",
			"content": "…",
			"sender": sender,
		}
	).insert(ignore_permissions=True)


def _reply(names: dict[int, str], step: story.Step) -> None:
	frappe.set_user(step.detail["agent"])
	_message(names, step, "Sent", step.detail["agent"])


def _customer(names: dict[int, str], step: story.Step) -> None:
	frappe.set_user("Administrator")
	sender = frappe.db.get_value("HD Ticket", names[step.number], "raised_by")
	_message(names, step, "Received", sender)


def _set_status(names: dict[int, str], step: story.Step, status: str) -> None:
	frappe.set_user(step.detail["agent"])
	ticket: Any = frappe.get_doc("HD Ticket", names[step.number])
	ticket.status = status
	ticket.save(ignore_permissions=True)


def _answer_escalation(names: dict[int, str], step: story.Step) -> None:
	frappe.set_user(step.detail["agent"])
	responses.answer_all(
		names[step.number], lambda name: responses.acknowledge(name, "I call the customer today.")
	)


_ACTIONS = {
	"open": _open,
	"assign": _assign,
	"reply": _reply,
	"customer": _customer,
	"answer escalation": _answer_escalation,
	"pause": lambda names, step: _set_status(names, step, "Replied"),
	"resolve": lambda names, step: _set_status(names, step, "Resolved"),
}
