"""Whom an escalation tells, with the way that led there: absent people's stand-ins, missing ones' fallbacks.

Every search is bounded: chains that run in a circle end where they meet themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, Protocol

from .escalation_policy import Audience, Who

LONGEST_CHAIN = 20
"""Links followed in a chain of supervisors or stand-ins."""


class Directory(Protocol):
	"""What is known about people. Users are named by their account; "" stands for nobody."""

	def is_usable(self, user: str) -> bool:
		"""Whether the account exists and is enabled."""

	def is_away(self, user: str) -> bool:
		"""Whether the user is away now."""

	def stand_in(self, user: str) -> str:
		"""Who is told instead of somebody who is away or gone."""

	def supervisor(self, user: str) -> str:
		"""The direct supervisor."""

	def team_leads(self, team: str) -> Sequence[str]:
		"""The leads of a team."""

	def members_of_role(self, role: str) -> Sequence[str]:
		"""Everybody who has the role."""


@dataclass(frozen=True, slots=True)
class Subject:
	"""The people around a ticket."""

	assignees: tuple[str, ...] = ()
	team: str = ""
	dedicated_agent: str = ""


class Way(str, Enum):
	"""A turn that the search took."""

	NO_ASSIGNEE = "no_assignee"
	NO_TEAM_LEAD = "no_team_lead"
	NO_SUPERVISOR = "no_supervisor"
	SUPERVISOR_LOOP = "supervisor_loop"
	NO_DEDICATED_AGENT = "no_dedicated_agent"
	EMPTY_ROLE = "empty_role"
	GONE = "gone"
	AWAY = "away"
	STOOD_IN = "stood_in"
	FALLBACK = "fallback"
	NOBODY = "nobody"


class Remark(NamedTuple):
	"""One turn: ``about`` whom (or which role or team), and ``instead`` who is told."""

	way: Way
	about: str = ""
	instead: str = ""


@dataclass(frozen=True, slots=True)
class Told:
	"""``users`` in order, each once; empty when nobody could be found. ``remarks``: how they were found."""

	users: tuple[str, ...] = ()
	remarks: tuple[Remark, ...] = ()


def find_people(
	audience: Audience, subject: Subject, directory: Directory, fallbacks: Sequence[Audience] = ()
) -> Told:
	"""The people of ``audience``; when there are none, those of the first fallback that has any."""
	if audience.who is Who.NOBODY:
		return Told()
	remarks: list[Remark] = []
	fallbacks = (*_OWN_FALLBACKS.get(audience.who, ()), *fallbacks)
	users = _present(_FINDERS[audience.who](audience, subject, directory, remarks), directory, remarks)
	for fallback in fallbacks:
		if users or fallback.who is Who.NOBODY:
			continue
		users = _present(_FINDERS[fallback.who](fallback, subject, directory, remarks), directory, remarks)
		if users:
			remarks.append(Remark(Way.FALLBACK, fallback.name or fallback.who.value, ", ".join(users)))
	if not users:
		remarks.append(Remark(Way.NOBODY))
	return Told(tuple(users), tuple(remarks))


def _present(users: Sequence[str], directory: Directory, remarks: list[Remark]) -> list[str]:
	"""Each user, or the first of their stand-ins who is there; each once."""
	found = (_there(user, directory, remarks) for user in users)
	return list(dict.fromkeys(user for user in found if user))


def _there(user: str, directory: Directory, remarks: list[Remark]) -> str:
	for one in _chain(user, directory.stand_in):
		gone = not directory.is_usable(one)
		if not gone and not directory.is_away(one):
			if one != user:
				remarks.append(Remark(Way.STOOD_IN, user, one))
			return one
		remarks.append(Remark(Way.GONE if gone else Way.AWAY, one))
	# All are away: better one of them told late than nobody.
	found = next((one for one in _chain(user, directory.stand_in) if directory.is_usable(one)), "")
	if found and found != user:
		remarks.append(Remark(Way.STOOD_IN, user, found))
	return found


def _chain(first: str, following: Callable[[str], str]) -> Iterator[str]:
	"""``first`` and those who follow, each once, up to LONGEST_CHAIN."""
	seen: set[str] = set()
	one = first
	while one and one not in seen and len(seen) < LONGEST_CHAIN:
		yield one
		seen.add(one)
		one = following(one)


def _assignees(
	audience: Audience, subject: Subject, directory: Directory, remarks: list[Remark]
) -> Sequence[str]:
	assignees = [user for user in subject.assignees if user]
	if not assignees:
		remarks.append(Remark(Way.NO_ASSIGNEE))
	return assignees


def _team_leads(
	audience: Audience, subject: Subject, directory: Directory, remarks: list[Remark]
) -> Sequence[str]:
	leads = directory.team_leads(subject.team) if subject.team else ()
	if not leads:
		remarks.append(Remark(Way.NO_TEAM_LEAD, subject.team))
	return leads


def _supervisors(
	audience: Audience, subject: Subject, directory: Directory, remarks: list[Remark]
) -> Sequence[str]:
	found = (
		_supervisor(user, audience.level, directory, remarks)
		for user in _assignees(audience, subject, directory, remarks)
	)
	return [user for user in found if user]


def _supervisor(user: str, level: int, directory: Directory, remarks: list[Remark]) -> str:
	"""``level`` links up the chain. A shorter chain gives its top: the highest there is."""
	chain = list(_chain(user, directory.supervisor))
	if len(chain) > level:
		return chain[level]
	top = chain[-1]
	if directory.supervisor(top):
		remarks.append(Remark(Way.SUPERVISOR_LOOP, top))
	else:
		remarks.append(Remark(Way.NO_SUPERVISOR, top))
	return top if top != user else ""


def _role(audience: Audience, subject: Subject, directory: Directory, remarks: list[Remark]) -> Sequence[str]:
	users = directory.members_of_role(audience.name)
	if not users:
		remarks.append(Remark(Way.EMPTY_ROLE, audience.name))
	return users


def _user(audience: Audience, subject: Subject, directory: Directory, remarks: list[Remark]) -> Sequence[str]:
	return (audience.name,)


def _dedicated_agent(
	audience: Audience, subject: Subject, directory: Directory, remarks: list[Remark]
) -> Sequence[str]:
	if subject.dedicated_agent:
		return (subject.dedicated_agent,)
	remarks.append(Remark(Way.NO_DEDICATED_AGENT))
	return ()


_FINDERS = {
	Who.ASSIGNEE: _assignees,
	Who.TEAM_LEAD: _team_leads,
	Who.SUPERVISOR: _supervisors,
	Who.ROLE: _role,
	Who.USER: _user,
	Who.DEDICATED_AGENT: _dedicated_agent,
}

_OWN_FALLBACKS = {
	Who.ASSIGNEE: (Audience(Who.TEAM_LEAD),),
	Who.SUPERVISOR: (Audience(Who.TEAM_LEAD),),
	Who.TEAM_LEAD: (Audience(Who.SUPERVISOR, 1),),
	Who.DEDICATED_AGENT: (Audience(Who.ASSIGNEE), Audience(Who.TEAM_LEAD)),
}
"""Who is asked before the policy's fallback: a ticket that nobody has taken is its team lead's, a team without a lead the
assignee's supervisor's, a customer without an agent of their own the assignee's."""
