"""The policies file: calendars by name, the policies that use them, and who is told when a promise is in danger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cs_center.domain.calendar import ServiceCalendar
from cs_center.domain.policy import DEFAULT_WARN_PERCENT, Metric, Policy, Target, facts_used

from .errors import blamed_on
from .escalation_file import EscalationPack, read_escalation
from .json_input import Part, read_json
from .policy_parts import in_order, read_amount, read_calendar_name, read_conditions, read_title


@dataclass(frozen=True, slots=True)
class PolicyPack:
	"""Checked calendars and policies (in ascending order) of one file; ``facts``: names that conditions ask for.

	``escalation``: None when the file has no escalation policies.
	"""

	source: Path
	calendars: Mapping[str, ServiceCalendar]
	policies: tuple[Policy, ...]
	facts: tuple[str, ...]
	escalation: EscalationPack | None = None


def read_policies(path: Path) -> PolicyPack:
	"""Read and check ``{"calendars": {...}, "policies": [...], ...}``; UnusableInputError names the place."""
	whole = read_json(path).only("comment", "calendars", "policies", "escalation_policies", "people")
	calendars = read_calendars(whole.need("calendars"))
	rows = whole.need("policies")
	policies = in_order(rows, [_read_policy(row, calendars) for row in rows.rows()], "policy")
	promised = {target.metric for policy in policies for target in policy.targets}
	escalation = read_escalation(whole, calendars, promised)
	asking = (*policies, *escalation.policies) if escalation else policies
	return PolicyPack(path, calendars, policies, facts_used(asking), escalation)


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
	name, title = read_title(part)
	targets = part.get("targets")
	calendar = read_calendar_name(part.need("calendar"), title, calendars)
	with blamed_on(part.source, part.place):
		return Policy(
			name=name,
			title=title,
			order=part.need("order").as_integer(),
			calendar=calendar,
			targets=tuple(_read_target(row) for row in targets.rows()) if targets else (),
			conditions=read_conditions(part.get("conditions")),
			family=name,
		)


def _read_target(part: Part) -> Target:
	part.only("comment", "metric", "priority", "amount", "unit", "warn_percent", "pauses")
	priority, warn, pauses = (part.get(key) for key in ("priority", "warn_percent", "pauses"))
	return Target(
		metric=part.need("metric").as_member(Metric, "a metric"),
		amount=read_amount(part),
		priority=priority.as_text() if priority else None,
		warn_percent=warn.as_integer() if warn else DEFAULT_WARN_PERCENT,
		pauses=pauses.as_bool() if pauses else True,
	)
