"""The mapping file: which column of a log means what, how its times read, and which events an activity stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from cs_center.domain.calendar_spec import read_zone
from cs_center.domain.ledger import EventKind

from .errors import blamed_on
from .json_input import Part, read_json
from .log_times import ISO, TimeReader, time_reader
from .ticket_states import WHEN_ANY, WHEN_WORK, Activity, Implied, Standing

NEEDED_ROLES = ("ticket", "time", "activity")
OPTIONAL_ROLES = ("actor", "assignee", "priority", "team", "channel", "merged_into")
ESCALATION_ROLES = ("rating", "dedicated_agent")
"""Read only when there are escalation policies: nothing else asks for them."""

SEVERITY = "severity"
"""The fact whose changes escalation watches."""

FROM_COLUMNS = {
	EventKind.PRIORITY_CHANGED: "priority",
	EventKind.TEAM_CHANGED: "team",
	EventKind.CHANNEL_CHANGED: "channel",
	EventKind.RATED: "rating",
}
"""Kinds that are seen in the columns, whatever the activity says."""

FIRST_ROW_OPENS = (Implied(Standing.NEW, WHEN_ANY, (EventKind.OPENED,)),)
"""What a mapping without ``implied`` implies."""


@dataclass(frozen=True, slots=True)
class LogMapping:
	"""A checked mapping. ``columns``: role -> column; ``facts``: fact -> column."""

	source: Path
	columns: Mapping[str, str]
	facts: Mapping[str, str]
	delimiter: str
	time_form: str
	zone: ZoneInfo
	activities: Mapping[str, Activity]
	implied: tuple[Implied, ...]

	@property
	def kinds(self) -> frozenset[EventKind]:
		"""Kinds of events that the log can tell."""
		named = (*self.activities.values(), *self.implied)
		seen = {kind for kind, role in FROM_COLUMNS.items() if role in self.columns}
		if SEVERITY in self.facts:
			seen.add(EventKind.SEVERITY_CHANGED)
		return frozenset(seen.union(*(one.kinds for one in named)))

	@property
	def known_facts(self) -> tuple[str, ...]:
		"""Names that a policy's condition may ask for."""
		return (*(role for role in ("priority", "team", "channel") if role in self.columns), *self.facts)

	def column_of_fact(self, fact: str) -> str:
		"""The column that holds a known fact."""
		return self.facts.get(fact) or self.columns[fact]

	def time_reader(self) -> TimeReader:
		"""A reader of this log's times."""
		return time_reader(self.time_form, self.zone)


def read_mapping(path: Path) -> LogMapping:
	"""Read and check a mapping file; UnusableInputError names the place."""
	whole = read_json(path).only("comment", "columns", "delimiter", "time", "activities", "implied")
	columns, facts = _read_columns(whole.need("columns"))
	time_form, zone = _read_time(whole.need("time"))
	activities = {name: _read_activity(part) for name, part in whole.need("activities").items()}
	if not activities:
		raise whole.need("activities").refuse("names no activity. Add at least one.")
	implied = whole.get("implied")
	return LogMapping(
		source=path,
		columns=columns,
		facts=facts,
		delimiter=_read_delimiter(whole.get("delimiter")),
		time_form=time_form,
		zone=zone,
		activities=activities,
		implied=tuple(_read_implied(row) for row in implied.rows()) if implied else FIRST_ROW_OPENS,
	)


def _read_columns(part: Part) -> tuple[dict[str, str], dict[str, str]]:
	part.only(*NEEDED_ROLES, *OPTIONAL_ROLES, *ESCALATION_ROLES, "facts")
	needed = {role: part.need(role).as_text() for role in NEEDED_ROLES}
	optional = {
		role: found.as_text() for role in (*OPTIONAL_ROLES, *ESCALATION_ROLES) if (found := part.get(role))
	}
	facts = found.items() if (found := part.get("facts")) else ()
	for fact, column in facts:
		if fact in ("priority", "team", "channel"):
			raise column.refuse(f"{fact!r} is a column of its own, not a fact. Name it beside 'ticket'.")
	return needed | optional, {fact: column.as_text() for fact, column in facts}


def _read_delimiter(part: Part | None) -> str:
	if part is None:
		return ","
	if not isinstance(part.value, str) or len(part.value) != 1:
		raise part.refuse("must be one character.")
	return part.value


def _read_time(part: Part) -> tuple[str, ZoneInfo]:
	part.only("format", "zone")
	form = part.need("format").as_text()
	zone = part.need("zone")
	if form != ISO and "%" not in form:
		raise part.need("format").refuse(f"{form!r} is neither 'iso' nor a pattern like '%Y-%m-%d %H:%M:%S'.")
	with blamed_on(part.source, zone.place):
		return form, read_zone(zone.as_text())


def _read_activity(part: Part) -> Activity:
	part.only("events", "work", "ignore", "why")
	if (ignore := part.get("ignore")) and ignore.as_bool():
		if part.get("events") or part.get("work"):
			raise part.refuse("is ignored and mapped at once. Keep one.")
		return Activity(is_ignored=True)
	work = part.get("work")
	return Activity(_read_kinds(part.need("events")), is_work=work.as_bool() if work else False)


def _read_kinds(part: Part) -> tuple[EventKind, ...]:
	return tuple(_read_kind(row) for row in part.rows())


def _read_kind(part: Part) -> EventKind:
	kind = part.as_member(EventKind, "a kind of event")
	if kind in FROM_COLUMNS:
		role = FROM_COLUMNS[kind]
		raise part.refuse(
			f"{kind.value!r} is read from the column {role!r}. Name that column; leave this out."
		)
	if kind is EventKind.SEVERITY_CHANGED:
		raise part.refuse(
			f"{kind.value!r} is read from the fact {SEVERITY!r}. Name its column under facts; leave this out."
		)
	if kind in (EventKind.POLICY_CHANGED, EventKind.ESCALATION_POLICY_CHANGED):
		raise part.refuse("policies are chosen by their conditions, not read from a log. Leave this out.")
	if kind is EventKind.TIER_CHANGED:
		raise part.refuse("tiers and their factors belong to a site, not to a log. Leave this out.")
	return kind


def _read_implied(part: Part) -> Implied:
	part.only("state", "when", "events", "why")
	when = part.need("when")
	if when.as_text() not in (WHEN_ANY, WHEN_WORK):
		_read_kind(when)
	return Implied(
		part.need("state").as_member(Standing, "a state"), when.value, _read_kinds(part.need("events"))
	)
