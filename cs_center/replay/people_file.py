"""The part ``people`` of a policies file: agents with their supervisors, teams and habits, and roles."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta

from .errors import RowError
from .json_input import Part
from .log_times import ISO, read_iso, time_reader
from .people import Habits, People, Person, Stretch
from .policy_parts import choose_from

LONGEST_DIGEST_MINUTES = 24 * 60
"""A digest that leaves less than once a day would be no alert any more."""

HABIT_KEYS = ("quiet_calendar", "shift_calendar", "digest_minutes")
AGENT_KEYS = ("comment", "supervisor", "leads", "stand_in", "roles", "away", *HABIT_KEYS)


def read_people(part: Part, calendars: Collection[str]) -> People:
	"""Read and check the part; UnusableInputError names the place."""
	part.only("comment", "agents", "roles", *HABIT_KEYS)
	agents = dict(found.items()) if (found := part.get("agents")) else {}
	everybody = _read_habits(part, calendars, Habits())
	people = People(
		persons={name: _read_person(row, agents, calendars, everybody) for name, row in agents.items()},
		leads=_collected(agents, "leads"),
		roles=_with_members(part.get("roles"), agents),
		habits=everybody,
	)
	_refuse_circles(
		agents, "supervisor", "supervises", {name: one.supervisor for name, one in people.persons.items()}
	)
	_refuse_circles(
		agents, "stand_in", "stands in for", {name: one.stand_in for name, one in people.persons.items()}
	)
	return people


def _read_person(
	part: Part, agents: Collection[str], calendars: Collection[str], everybody: Habits
) -> Person:
	part.only(*AGENT_KEYS)
	supervisor, stand_in, away = (part.get(key) for key in ("supervisor", "stand_in", "away"))
	return Person(
		supervisor=read_agent(supervisor, agents) if supervisor else "",
		stand_in=read_agent(stand_in, agents) if stand_in else "",
		away=tuple(_read_stretch(row) for row in away.rows()) if away else (),
		habits=_read_habits(part, calendars, everybody),
	)


def read_agent(part: Part, agents: Collection[str]) -> str:
	"""The name of one of the agents."""
	return choose_from(part, agents, "agent", "Add it under people.agents, an empty object will do")


def _read_habits(part: Part, calendars: Collection[str], otherwise: Habits) -> Habits:
	quiet, shift, digest = (part.get(key) for key in HABIT_KEYS)
	return Habits(
		choose_from(quiet, calendars, "calendar", "Add it under calendars")
		if quiet
		else otherwise.quiet_calendar,
		choose_from(shift, calendars, "calendar", "Add it under calendars")
		if shift
		else otherwise.shift_calendar,
		_read_digest(digest) if digest else otherwise.digest,
	)


def _read_digest(part: Part) -> timedelta:
	minutes = part.as_integer()
	if not 0 <= minutes <= LONGEST_DIGEST_MINUTES:
		raise part.refuse(f"must be 0 (each mail by itself) to {LONGEST_DIGEST_MINUTES} minutes.")
	return timedelta(minutes=minutes)


def _read_stretch(part: Part) -> Stretch:
	part.only("comment", "from", "until")
	begin, end = (_read_instant(found) if (found := part.get(key)) else None for key in ("from", "until"))
	if begin is None and end is None:
		raise part.refuse("lacks both 'from' and 'until'. Give at least one.")
	if begin and end and end <= begin:
		raise part.refuse("ends before it begins. Put 'until' after 'from'.")
	return begin, end


def _read_instant(part: Part) -> datetime:
	try:
		moment = read_iso(part.as_text())
		if moment.tzinfo is not None:
			return time_reader(ISO, moment.tzinfo)(part.value)
		reason = "has no offset"
	except RowError as error:
		reason = str(error)
	raise part.refuse(f"{reason}. Write it like 2026-03-04T18:36:00+08:00.")


def _collected(agents: Mapping[str, Part], key: str) -> dict[str, tuple[str, ...]]:
	"""From each agent's list of teams (or roles) to the agents of each, in the file's order."""
	found: dict[str, tuple[str, ...]] = {}
	for name, part in agents.items():
		for group in dict.fromkeys(_texts(part.get(key))):
			found[group] = (*found.get(group, ()), name)
	return found


def _texts(part: Part | None) -> Iterator[str]:
	yield from (row.as_text() for row in part.rows()) if part else ()


def _with_members(part: Part | None, agents: Mapping[str, Part]) -> dict[str, tuple[str, ...]]:
	"""Roles as the agents name them, and those that name their agents."""
	roles = _collected(agents, "roles")
	for role, members in part.items() if part else ():
		named = [read_agent(row, agents) for row in members.rows()]
		roles[role] = tuple(dict.fromkeys((*roles.get(role, ()), *named)))
	return roles


def _refuse_circles(agents: Mapping[str, Part], key: str, verb: str, following: Mapping[str, str]) -> None:
	for name in following:
		chain = [name]
		while (above := following.get(chain[-1], "")) and above not in chain:
			chain.append(above)
		if above == name:
			circle = " > ".join([*chain, name])
			raise agents[name].refuse(
				f"each {verb} the one before, in a circle: {circle}. Take one {key!r} out."
			)
