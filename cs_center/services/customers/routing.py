"""Who takes a customer's new ticket: the dedicated agent when there, on duty and not full, else the tier's team."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.utils import cint, get_datetime

from cs_center.integrations import helpdesk_assignments
from cs_center.services.escalation.directory import PROFILE as AGENT_PROFILE
from cs_center.services.escalation.directory import SiteDirectory
from cs_center.services.service_levels.definitions import calendars_by_name
from cs_center.services.service_levels.site_time import current_instant, to_stored

from .settings import read_customer_settings

WAITING = "cs_center_tickets_to_hand_over"
"""frappe.flags entry: new ticket -> agent, until the ticket's row exists."""

DEFAULT_CAP = 50
AWAY, OFF_DUTY, FULL, NO_AGENT = "away", "off_duty", "full", "no_agent"
"""Why a dedicated agent does not get a ticket."""


def choose(doc: Any, tier: Any) -> dict[str, Any]:
	"""Note the dedicated agent for a new ticket, or name the tier's team for it; returns what was decided and why."""
	if not read_customer_settings().routes_to_dedicated:
		return {}
	agent = doc.get("cs_dedicated_agent")
	obstacle = obstacle_of(agent) if agent else ""
	if agent and not obstacle:
		frappe.flags.setdefault(WAITING, {})[doc.name] = agent
		return {"agent": agent}
	decided: dict[str, Any] = {"agent_not": agent, "why_not": obstacle} if agent else {}
	if tier is not None and tier.team and not doc.get("agent_group"):
		decided["team"] = tier.team
	return decided


def obstacle_of(agent: str) -> str:
	"""Why the agent cannot take a ticket now: AWAY, OFF_DUTY, FULL, NO_AGENT; "" when nothing stands in the way."""
	now = current_instant()
	people = SiteDirectory(now)
	if not (people.is_usable(agent) and helpdesk_assignments.is_active_agent(agent)):
		return NO_AGENT
	if people.is_away(agent):
		return AWAY
	row = frappe.db.get_value(AGENT_PROFILE, agent, ["shift_calendar", "daily_cap"], as_dict=True)
	shift = calendars_by_name().get(row.shift_calendar) if row and row.shift_calendar else None
	if shift is not None and not shift.is_open(now):
		return OFF_DUTY
	cap = cint(row.daily_cap) if row else DEFAULT_CAP
	today = get_datetime(to_stored(now)).replace(hour=0, minute=0, second=0, microsecond=0)
	return FULL if cap and helpdesk_assignments.assigned_since(agent, today) >= cap else ""


def hand_over(ticket: str, is_last: bool = False) -> None:
	"""Assign a new ticket to the agent noted for it as soon as its row is there: assignment rules then leave it.

	Asked again until its insert ends (``is_last``): Helpdesk takes a new ticket from whoever is not in its team.
	"""
	waiting = frappe.flags.get(WAITING) or {}
	agent = waiting.pop(ticket, None) if is_last else waiting.get(ticket)
	if agent and agent not in helpdesk_assignments.open_assignees(ticket):
		helpdesk_assignments.assign_new(ticket, agent)
