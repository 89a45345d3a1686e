"""What a step does to a complaint: its team and its handler. The others are a ticket's."""

from __future__ import annotations

import frappe
from frappe import _

from cs_center.integrations import helpdesk
from cs_center.services.complaints import acting

from . import rows
from .fired import Fired, NothingToDo


def _change_team(one: Fired) -> str:
	name, team = one.row["reference_name"], one.step.actions.team
	if acting.present(name).team == team:
		raise NothingToDo(_("the complaint is with {0} already").format(team))
	acting.change(name, team=team)
	return team


def _assign(one: Fired) -> str:
	"""The first of the people told who may handle complaints."""
	name, told = one.row["reference_name"], rows.evidence_of(one.row).get("told", [])
	agent = next((user for user in told if helpdesk.is_agent(user)), None)
	if agent is None:
		frappe.throw(_("none of the people told is an agent"))
	if acting.present(name).handler == agent:
		raise NothingToDo(_("the complaint is with {0} already").format(agent))
	acting.change(name, handler=agent)
	return agent


ACTIONS = {"team": _change_team, "assign": _assign}
