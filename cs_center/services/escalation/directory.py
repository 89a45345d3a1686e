"""The people of the site: agent profiles, accounts, teams, roles, and employees where they are kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

import frappe

from cs_center.integrations import helpdesk, hrms
from cs_center.services.service_levels.site_time import to_stored

PROFILE = "CS Agent Profile"
TEAM_LEAD = "Team Lead"
NOT_PEOPLE = ("Guest", "Administrator")
"""Accounts that have every role, or none, and belong to nobody."""


class SiteDirectory:
	"""``escalation_people.Directory`` on this site at one instant. Each table is read once, when it is first asked for."""

	def __init__(self, now: datetime) -> None:
		self._now = to_stored(now)
		self._usable: dict[str, bool] = {}
		self._leads: dict[str, list[str]] = {}
		self._roles: dict[str, list[str]] = {}
		self._employed: dict[str, str] = {}

	@cached_property
	def _profiles(self) -> dict[str, Any]:
		fields = ["user", "service_role", "supervisor", "fallback", "away_from", "away_until"]
		rows = frappe.get_all(PROFILE, fields=fields, limit_page_length=0)
		return {row.user: row for row in rows}

	def is_usable(self, user: str) -> bool:
		if user not in self._usable:
			self._usable[user] = bool(frappe.db.get_value("User", user, "enabled"))
		return self._usable[user]

	def is_away(self, user: str) -> bool:
		"""Away from ``away_from`` (or since ever) until ``away_until`` (or for good); neither: there."""
		row = self._profiles.get(user)
		if not row or not (row.away_from or row.away_until):
			return False
		begun = not row.away_from or row.away_from <= self._now
		return begun and (not row.away_until or self._now < row.away_until)

	def stand_in(self, user: str) -> str:
		row = self._profiles.get(user)
		return (row.fallback or "") if row else ""

	def supervisor(self, user: str) -> str:
		"""The profile's, else the one whom the employee record names."""
		row = self._profiles.get(user)
		if row and row.supervisor:
			return row.supervisor
		if user not in self._employed:
			self._employed[user] = hrms.supervisors([user]).get(user, "")
		return self._employed[user]

	def team_leads(self, team: str) -> Sequence[str]:
		if team not in self._leads:
			members = helpdesk.team_members([team]).get(team, [])
			self._leads[team] = [user for user in members if self._is_lead(user)]
		return self._leads[team]

	def _is_lead(self, user: str) -> bool:
		row = self._profiles.get(user)
		return bool(row) and row.service_role == TEAM_LEAD

	def members_of_role(self, role: str) -> Sequence[str]:
		if role not in self._roles:
			self._roles[role] = members_of_roles([role])
		return self._roles[role]


def members_of_roles(roles: Iterable[str]) -> list[str]:
	"""Enabled accounts with one of the roles, in order of their names."""
	has_role, user = frappe.qb.DocType("Has Role"), frappe.qb.DocType("User")
	rows = (
		frappe.qb.from_(has_role)
		.inner_join(user)
		.on(user.name == has_role.parent)
		.select(user.name)
		.distinct()
		.where(
			(has_role.parenttype == "User")
			& has_role.role.isin(list(roles))
			& (user.enabled == 1)
			& user.name.notin(list(NOT_PEOPLE))
		)
		.orderby(user.name)
		.run()
	)
	return [row[0] for row in rows]
