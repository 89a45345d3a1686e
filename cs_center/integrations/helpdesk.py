"""Helpdesk seen from here: the names of its DocTypes and fields, and read-only questions to it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import frappe

TICKET = "HD Ticket"
STATUS = "HD Ticket Status"
TEAM, PRIORITY, TICKET_TYPE = "HD Team", "HD Ticket Priority", "HD Ticket Type"
SLA = "HD Service Level Agreement"
HOLIDAY_LIST = "HD Service Holiday List"

MADE_AT_ONCE_SECONDS = 2
"""A message written here is dated when it is stored; a copy keeps the date of its original."""

INCIDENT = "Incident"
"""The ticket type that Helpdesk brings for it."""

OPEN, PAUSED, RESOLVED = "Open", "Paused", "Resolved"


def status_category(status: str | None) -> str:
	"""Open, Paused or Resolved. Read from the status: the copy on the ticket is only filled when it is empty."""
	if not status:
		return OPEN
	return frappe.get_cached_value(STATUS, status, "category") or OPEN


def stars(rating: Any) -> str:
	"""A rating (a share of five stars, as Helpdesk stores it) as "1" to "5"; "" where the customer gave none."""
	share = frappe.utils.flt(rating)
	return f"{round(share * 5, 1):g}" if share > 0 else ""


def assignees(ticket: Any) -> frozenset[str]:
	"""Users in the ticket's ``_assign`` (a JSON list, absent on a new ticket)."""
	try:
		return frozenset(json.loads(ticket.get("_assign") or "[]"))
	except ValueError:
		return frozenset()


def is_agent(user: str) -> bool:
	"""Whether Helpdesk would let the user answer tickets as an agent."""
	return bool({"Agent", "Agent Manager", "System Manager"} & set(frappe.get_roles(user)))


def has_other_customer_message(ticket: str, communication: str) -> bool:
	"""Whether the customer had written before this message (the first one is the opening itself)."""
	query, message = _messages([ticket])
	others = query.where((message.sent_or_received == "Received") & (message.name != communication))
	return bool(others.select(message.name).limit(1).run())


def messages(tickets: Iterable[str]) -> list[dict[str, Any]]:
	"""Messages of these tickets, oldest first: name, reference_name, sent_or_received, creation, sender, owner."""
	query, message = _messages(tickets)
	fields = (
		"name",
		"reference_name",
		"sent_or_received",
		"creation",
		"communication_date",
		"sender",
		"owner",
		"subject",
	)
	found = query.where(message.sent_or_received.isin(["Sent", "Received"]))
	return (
		found.select(*(message[name] for name in fields))
		.orderby(message.creation, message.name)
		.run(as_dict=True)
	)


def _messages(tickets: Iterable[str]) -> tuple[Any, Any]:
	"""Messages made since their ticket was: those of a deleted ticket keep its name until a job clears them."""
	message, ticket = frappe.qb.DocType("Communication"), frappe.qb.DocType(TICKET)
	query = (
		frappe.qb.from_(message)
		.inner_join(ticket)
		.on(ticket.name == message.reference_name)
		.where(
			(message.reference_doctype == TICKET)
			& message.reference_name.isin(list(tickets))
			& (message.communication_type == "Communication")
			& (message.creation >= ticket.creation)
		)
	)
	return query, message


def activities(tickets: Iterable[str]) -> list[dict[str, Any]]:
	"""Helpdesk's activity log of these tickets, oldest first: ticket, action ("set status to Replied"), creation, owner."""
	return frappe.get_all(
		"HD Ticket Activity",
		filters={"ticket": ["in", list(tickets)]},
		fields=["ticket", "action", "creation", "owner"],
		order_by="creation asc, name asc",
		limit_page_length=0,
	)


def is_merge_copy(communication: Any) -> bool:
	"""Whether the message was copied here by a merge: it is dated earlier and stands on another ticket too."""
	sent, made = communication.get("communication_date"), communication.get("creation")
	if not sent or not made:
		return False
	if (
		frappe.utils.get_datetime(made) - frappe.utils.get_datetime(sent)
	).total_seconds() < MADE_AT_ONCE_SECONDS:
		return False
	return bool(
		frappe.db.exists(
			"Communication",
			{
				"reference_doctype": TICKET,
				"reference_name": ["!=", communication.reference_name],
				"communication_date": sent,
				"subject": communication.subject,
				"sender": communication.sender,
				"name": ["!=", communication.name],
			},
		)
	)


def team_members(teams: Iterable[str]) -> dict[str, list[str]]:
	"""Users of each team, in the order in which they are listed."""
	rows = frappe.get_all(
		"HD Team Member",
		filters={"parenttype": TEAM, "parent": ["in", list(teams)]},
		fields=["parent", "user"],
		order_by="parent asc, idx asc",
		limit_page_length=0,
	)
	members: dict[str, list[str]] = {}
	for row in rows:
		members.setdefault(row.parent, []).append(row.user)
	return members


def service_level_agreements() -> list[Any]:
	"""All SLAs as documents, those tried first in front (Helpdesk itself tries them in no order), the default last."""
	names = frappe.get_all(
		SLA, pluck="name", order_by="default_sla asc, creation asc, name asc", limit_page_length=0
	)
	return [frappe.get_doc(SLA, name) for name in names]


def holidays(holiday_list: str | None) -> list[tuple[Any, str]]:
	"""(date, description) of a Helpdesk holiday list, oldest first."""
	if not holiday_list or not frappe.db.exists(HOLIDAY_LIST, holiday_list):
		return []
	rows = frappe.get_doc(HOLIDAY_LIST, holiday_list).holidays
	return sorted(
		((row.holiday_date, frappe.utils.strip_html(row.description or "")) for row in rows), key=str
	)


def number_fields() -> set[str]:
	"""Ticket fields that hold a number (0 or 1 among them): their truth is being other than 0."""
	kinds = ("Check", "Int", "Float", "Currency", "Percent", "Duration", "Rating")
	return {field.fieldname for field in frappe.get_meta(TICKET).fields if field.fieldtype in kinds}


def enabled_priorities() -> set[str]:
	"""Names of the ticket priorities in use."""
	return set(frappe.get_all("HD Ticket Priority", filters={"disabled": 0}, pluck="name"))


def is_more_urgent(one: str, other: str | None) -> bool:
	"""Whether the first priority is the more urgent one: Helpdesk gives it the smaller number."""
	numbers = dict(
		frappe.get_all(
			PRIORITY,
			filters={"name": ["in", [one, other or ""]]},
			fields=["name", "integer_value"],
			as_list=True,
		)
	)
	if one not in numbers:
		frappe.throw(frappe._("the priority {0} does not exist any more").format(one))
	return other not in numbers or (numbers[one] or 0) < (numbers[other] or 0)


def raised_priority(present: str | None, steps: int) -> str | None:
	"""The enabled priority so many steps more urgent than ``present``, or the most urgent one; unknown ones stay."""
	rows = frappe.get_all(
		PRIORITY,
		filters={"disabled": 0},
		fields=["name"],
		order_by="integer_value asc, name asc",
		pluck="name",
	)
	return rows[max(rows.index(present) - steps, 0)] if present in rows else present


def notify(user: str, ticket: str, message: str) -> None:
	"""An entry under the bell of the agents' own screen. Of its three kinds only "Reaction" shows a text of its own."""
	entry = {
		"doctype": "HD Notification",
		"notification_type": "Reaction",
		"user_from": "Administrator",
		"user_to": user,
		"reference_ticket": ticket,
		"message": message,
	}
	frappe.get_doc(entry).insert(ignore_permissions=True)  # Helpdesk itself writes them so
	# The screen that is open reloads its list at this event.
	frappe.publish_realtime("helpdesk:comment-reaction-update", user=user, after_commit=True)


def create_incident(**values: Any) -> str:
	"""Name of a new ticket of the type Incident; ``team`` and the ticket's other fields as given."""
	team = values.pop("team", None)
	ticket = frappe.get_doc({"doctype": TICKET, "ticket_type": INCIDENT, "agent_group": team, **values})
	return ticket.insert(ignore_permissions=True).name  # on behalf of a policy that somebody submitted


def open_tickets(after: str, limit: int) -> list[str]:
	"""Names of open and paused tickets behind a position, in the order of their names."""
	ticket, status = frappe.qb.DocType(TICKET), frappe.qb.DocType(STATUS)
	rows = (
		frappe.qb.from_(ticket)
		.inner_join(status)
		.on(status.name == ticket.status)
		.select(ticket.name)
		.where((status.category != RESOLVED) & (ticket.name > after))
		.orderby(ticket.name)
		.limit(limit)
		.run()
	)
	return [row[0] for row in rows]


def tickets_up_to(field: str, moment: datetime, limit: int) -> list[str]:
	"""Names of tickets whose ``field`` (one of ours, a time with an index) has come, the longest waiting first."""
	ticket = frappe.qb.DocType(TICKET)
	rows = (
		frappe.qb.from_(ticket)
		.select(ticket.name)
		.where(ticket[field] <= moment)
		.orderby(ticket[field])
		.limit(limit)
		.run()
	)
	return [row[0] for row in rows]


def mark_open_tickets(field: str, value: int) -> None:
	"""Set one of our own fields on every open and paused ticket in one statement."""
	ticket, status = frappe.qb.DocType(TICKET), frappe.qb.DocType(STATUS)
	resolved = frappe.qb.from_(status).select(status.name).where(status.category == RESOLVED)
	frappe.qb.update(ticket).set(ticket[field], value).where(ticket.status.notin(resolved)).run()


def apply_own_targets(ticket: Any) -> None:
	"""Let Helpdesk write its own deadlines onto a ticket being saved that no policy of ours governs any more."""
	if ticket.get("sla") and frappe.db.exists(SLA, ticket.sla):
		sla = frappe.get_doc(SLA, ticket.sla)
		sla.handle_targets(ticket)
		sla.handle_agreement_status(ticket)
