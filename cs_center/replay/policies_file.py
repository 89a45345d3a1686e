"""The policies file: calendars by name, and the policies that use them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cs_center.domain.calendar import ServiceCalendar
from cs_center.domain.errors import UnknownCalendarError
from cs_center.domain.policy import (
	DEFAULT_WARN_PERCENT,
	Condition,
	Metric,
	Operator,
	Policy,
	Target,
	check_condition,
	check_order,
	facts_used,
)
from cs_center.domain.units import Amount, Unit

from .errors import blamed_on
from .json_input import Part, read_json


@dataclass(frozen=True, slots=True)
class PolicyPack:
	"""Checked calendars and policies (in ascending order) of one file; ``facts``: names that conditions ask for."""

	source: Path
	calendars: Mapping[str, ServiceCalendar]
	policies: tuple[Policy, ...]
	facts: tuple[str, ...]


def read_policies(path: Path) -> PolicyPack:
	"""Read and check ``{"calendars": {...}, "policies": [...]}``; UnusableInputError names the place."""
	whole = read_json(path).only("comment", "calendars", "policies")
	calendars = read_calendars(whole.need("calendars"))
	rows = whole.need("policies")
	policies = [_read_policy(row, calendars) for row in rows.rows()]
	if not policies:
		raise rows.refuse("holds no policy. Add at least one.")
	_refuse_repeated_names(rows, policies)
	with blamed_on(path, "policies"):
		check_order(policies)
	policies.sort(key=lambda policy: policy.order)
	return PolicyPack(path, calendars, tuple(policies), facts_used(policies))


def read_calendars(part: Part) -> dict[str, ServiceCalendar]:
	"""Calendars by name from an object of specifications."""
	return {name: read_calendar(spec) for name, spec in part.items()}


def read_calendar(part: Part) -> ServiceCalendar:
	"""One calendar from its specification, whose keys are checked too."""
	part.only("comment", "time_zone", "windows", "exceptions")
	for _, rows in windows.items() if (windows := part.get("windows")) else ():
		rows.rows()
	for row in exceptions.rows() if (exceptions := part.get("exceptions")) else ():
		if own := row.only("comment", "date", "closed", "windows").get("windows"):
			own.rows()
	with blamed_on(part.source, part.place or "calendar"):
		return ServiceCalendar.from_dict(part.as_object())


def _read_policy(part: Part, calendars: Mapping[str, ServiceCalendar]) -> Policy:
	part.only("comment", "name", "title", "order", "calendar", "conditions", "targets")
	name = part.need("name").as_text()
	title = found.as_text() if (found := part.get("title")) else name
	calendar = part.need("calendar")
	if calendar.as_text() not in calendars:
		error = UnknownCalendarError(policy=title, calendar=calendar.value)
		raise calendar.refuse(f"{error} Calendars of this file: {', '.join(calendars) or 'none'}.")
	conditions = part.get("conditions")
	targets = part.get("targets")
	with blamed_on(part.source, part.place):
		return Policy(
			name=name,
			title=title,
			order=part.need("order").as_integer(),
			calendar=calendar.value,
			targets=tuple(_read_target(row) for row in targets.rows()) if targets else (),
			conditions=tuple(_read_condition(row) for row in conditions.rows()) if conditions else (),
			family=name,
		)


def _read_condition(part: Part) -> Condition:
	part.only("comment", "fact", "operator", "value")
	value = part.get("value")
	condition = Condition(
		fact=part.need("fact").as_text(),
		operator=part.need("operator").as_member(Operator, "an operator"),
		value=str(value.value) if value else "",
	)
	with blamed_on(part.source, part.place):
		check_condition(condition)
	return condition


def _read_target(part: Part) -> Target:
	part.only("comment", "metric", "priority", "amount", "unit", "warn_percent", "pauses")
	priority, warn, pauses = (part.get(key) for key in ("priority", "warn_percent", "pauses"))
	metric = part.need("metric").as_member(Metric, "a metric")
	unit = part.need("unit").as_member(Unit, "a unit")
	amount = part.need("amount")
	with blamed_on(part.source, amount.place):
		return Target(
			metric=metric,
			amount=Amount(amount.as_number(), unit),
			priority=priority.as_text() if priority else None,
			warn_percent=warn.as_integer() if warn else DEFAULT_WARN_PERCENT,
			pauses=pauses.as_bool() if pauses else True,
		)


def _refuse_repeated_names(part: Part, policies: list[Policy]) -> None:
	"""Clocks name their policy; two of one name could not be told apart."""
	seen: set[str] = set()
	for policy, row in zip(policies, part.rows(), strict=True):
		if policy.name in seen:
			raise row.refuse(f"a policy with the name {policy.name!r} stands above. Give each its own name.")
		seen.add(policy.name)
