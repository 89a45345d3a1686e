"""The messages of an escalation: for each person and medium one, in the language of whoever reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import frappe
from frappe import _
from frappe.utils import get_url

from cs_center.integrations import helpdesk
from cs_center.services.notifications.messages import (
	ALARM,
	CHANNEL,
	E_MAIL,
	IN_APP,
	OF_ESCALATION,
	REMINDER,
	WEBHOOK,
)
from cs_center.services.notifications.queue import Message

from .directory import members_of_roles
from .rows import evidence_of
from .sentences import cause_text, ladder_text, level_text, listed, ways_text
from .settings import read_escalation_settings

LAST_RESORT = "Administrator"
RAISED, WOKEN, NOBODY = "raised", "woken", "nobody"


def messages_of(row: Mapping[str, Any], ticket: Mapping[str, Any], woken_at: str = "") -> Iterator[Message]:
	"""Messages of an escalation row. ``woken_at``: it was snoozed until then, and its people are told again."""
	evidence = evidence_of(row)
	occasion = REMINDER if woken_at else OF_ESCALATION
	key = f"{WOKEN} {woken_at}" if woken_at else RAISED
	for medium in (IN_APP, E_MAIL):
		if medium in evidence["media"]:
			for user in evidence["told"]:
				yield _message(row, ticket, medium, "", user, occasion, key)
	if evidence.get("channel"):
		yield _message(row, ticket, WEBHOOK, evidence["channel"], "", occasion, key)
	if row["nobody_to_tell"] and not woken_at:
		yield from _alarm(row, ticket)


def _alarm(row: Mapping[str, Any], ticket: Mapping[str, Any]) -> Iterator[Message]:
	"""Nobody to tell is told to those who can put it right."""
	people = members_of_roles([read_escalation_settings().alarm_role]) or members_of_roles(["System Manager"])
	for user in people or [LAST_RESORT]:
		yield _message(row, ticket, IN_APP, "", user, ALARM, NOBODY)
		if user != LAST_RESORT:
			yield _message(row, ticket, E_MAIL, "", user, ALARM, NOBODY)


def _message(
	row: Mapping[str, Any],
	ticket: Mapping[str, Any],
	medium: str,
	channel: str,
	user: str,
	occasion: str,
	key: str,
) -> Message:
	with reading_as(_language_of_channel(channel) if channel else _language_of_user(user)):
		title, text = title_of(row, ticket, occasion), text_of(row, ticket, occasion)
	return Message(
		medium=medium,
		channel=channel,
		recipient=user,
		escalation=row["name"],
		reference_doctype=row["reference_doctype"],
		reference_name=row["reference_name"],
		occasion=occasion,
		occasion_key=key,
		title=title,
		message=text,
		link=link_to(row["name"]),
		urgent=bool(evidence_of(row).get("urgent")) or occasion == ALARM,
	)


def link_to(escalation: str) -> str:
	"""The page on which the escalation is acknowledged or snoozed."""
	return get_url(f"/cs-escalation?name={frappe.utils.quote(escalation)}")


def title_of(row: Mapping[str, Any], ticket: Mapping[str, Any], occasion: str = OF_ESCALATION) -> str:
	"""Level 2 · #0042 The parcel is late · Resolution."""
	heading = (
		f"{level_text(row['level'])} · {ticket['label']} · {ladder_text(row['metric'], evidence_of(row))}"
	)
	if occasion == ALARM:
		return _("Nobody to tell: {0}").format(heading)
	return _("Again: {0}").format(heading) if occasion == REMINDER else heading


def text_of(row: Mapping[str, Any], ticket: Mapping[str, Any], occasion: str = OF_ESCALATION) -> str:
	"""What happened, the ticket's figures, and what to do: a few short lines of plain text."""
	evidence = evidence_of(row)
	lines = [_("Reason: {0}.").format(cause_text(evidence, row["metric"]))]
	if occasion == ALARM:
		lines.append(_("This step found nobody to tell: {0}.").format(ways_text(evidence["ways"])))
		lines.append(
			_("Name a supervisor, a team lead or a fallback, so that the next one reaches somebody.")
		)
	if evidence.get("deadline"):
		lines.append(_("Deadline: {0}").format(evidence["deadline"][:16]))
	lines += _ticket_lines(ticket)
	return "\n".join(lines)


def _ticket_lines(ticket: Mapping[str, Any]) -> Iterable[str]:
	yield _("Status: {0}").format(_(ticket.get("status") or ""))
	yield _("Priority: {0}").format(_(ticket.get("priority") or ""))
	if ticket.get("agent_group"):
		yield _("Team: {0}").format(ticket["agent_group"])
	people = listed(sorted(helpdesk.assignees(ticket)))
	yield _("Assigned to: {0}").format(people or _("nobody"))
	if ticket.get("customer"):
		yield _("Customer: {0}").format(ticket["customer"])


@contextmanager
def reading_as(language: str) -> Iterator[None]:
	"""Within the block ``_`` translates into ``language``."""
	before = frappe.local.lang
	frappe.local.lang = language or before
	try:
		yield
	finally:
		frappe.local.lang = before


def _language_of_user(user: str) -> str:
	return frappe.get_cached_value("User", user, "language") or _site_language()


def _language_of_channel(channel: str) -> str:
	return frappe.get_cached_value(CHANNEL, channel, "language") or _site_language()


def _site_language() -> str:
	return frappe.db.get_single_value("System Settings", "language") or "en"
