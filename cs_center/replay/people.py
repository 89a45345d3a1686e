"""The people of a replay: who leads, supervises and stands in for whom, and when each may be disturbed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Habits:
	"""When somebody may be disturbed, and how often. Calendars by name, "" for none."""

	quiet_calendar: str = ""
	shift_calendar: str = ""
	digest: timedelta = timedelta()


Stretch = tuple[datetime | None, datetime | None]
"""(from, until); None: since ever, for good."""


@dataclass(frozen=True, slots=True)
class Person:
	"""One person. ``away``: when somebody else is told instead."""

	supervisor: str = ""
	stand_in: str = ""
	away: tuple[Stretch, ...] = ()
	habits: Habits = Habits()

	def is_away(self, instant: datetime) -> bool:
		return any(
			(begin is None or begin <= instant) and (end is None or instant < end) for begin, end in self.away
		)


STRANGER = Person()


@dataclass(frozen=True, slots=True)
class People:
	"""Everybody whom the policies file names. ``habits``: of those who have none of their own."""

	persons: Mapping[str, Person] = field(default_factory=dict)
	leads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
	roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
	habits: Habits = Habits()

	def habits_of(self, user: str) -> Habits:
		"""Their own, or everybody's for a user whom the file does not name."""
		person = self.persons.get(user)
		return person.habits if person else self.habits


class PeopleAt:
	"""``escalation_people.Directory`` at one instant. Whoever worked on a ticket of the log is taken to be there."""

	__slots__ = ("_instant", "_people")

	def __init__(self, people: People, instant: datetime) -> None:
		self._people, self._instant = people, instant

	def is_usable(self, user: str) -> bool:
		return bool(user)

	def is_away(self, user: str) -> bool:
		return self._person(user).is_away(self._instant)

	def stand_in(self, user: str) -> str:
		return self._person(user).stand_in

	def supervisor(self, user: str) -> str:
		return self._person(user).supervisor

	def team_leads(self, team: str) -> Sequence[str]:
		return self._people.leads.get(team, ())

	def members_of_role(self, role: str) -> Sequence[str]:
		return self._people.roles.get(role, ())

	def _person(self, user: str) -> Person:
		return self._people.persons.get(user, STRANGER)
