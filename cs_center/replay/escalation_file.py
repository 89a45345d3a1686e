"""The parts ``escalation_policies`` and ``people`` of a policies file: ladders of steps, checked as production checks them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cs_center.domain.errors import DomainError
from cs_center.domain.escalation_policy import (
	CLOCK_TRIGGERS,
	SEVERITIES,
	TIMED_TRIGGERS,
	Actions,
	Audience,
	EscalationPolicy,
	EscalationPolicyError,
	Step,
	Trigger,
	Who,
)
from cs_center.domain.policy import Metric

from .errors import UnusableInputError
from .json_input import Part
from .people import People
from .people_file import read_agent, read_people
from .policy_parts import (
	choose_from,
	in_order,
	read_amount,
	read_calendar_name,
	read_conditions,
	read_title,
)

POLICY_KEYS = (
	"comment",
	"name",
	"title",
	"order",
	"calendar",
	"conditions",
	"steps",
	"fallback_role",
	"fallback_user",
)
COMMON_STEP_KEYS = ("comment", "level", "trigger", "tell", "in_app", "email", "channel", "urgent", "actions")
ACTION_KEYS = (
	"comment",
	"reassign_team",
	"assign_to_told",
	"raise_priority_to",
	"complaint_severity",
	"raise_incident",
)
THRESHOLDS = {
	Trigger.SHARE_OF_TARGET: "percent",
	Trigger.REOPENED: "count",
	Trigger.CONTACTS: "count",
	Trigger.LOW_SATISFACTION: "rating",
}
KEYS_OF_AUDIENCE = {Who.SUPERVISOR: "supervisor_level", Who.ROLE: "role", Who.USER: "user"}
OPTIONAL_STEP_KEYS = (
	"metric",
	"percent",
	"count",
	"rating",
	"amount",
	"unit",
	"severity",
	*KEYS_OF_AUDIENCE.values(),
)


@dataclass(frozen=True, slots=True)
class EscalationPack:
	"""Checked escalation policies in ascending order, and the people. ``first_use``: trigger -> place of its first step."""

	policies: tuple[EscalationPolicy, ...]
	people: People
	first_use: Mapping[Trigger, str]


def read_escalation(
	whole: Part, calendars: Collection[str], promised: Collection[Metric]
) -> EscalationPack | None:
	"""None when the file has no escalation policies. ``promised``: metrics with a target in some service policy."""
	people_part, rows = whole.get("people"), whole.get("escalation_policies")
	people = read_people(people_part, calendars) if people_part else People()
	if rows is None:
		return None
	read = _Reader(calendars, promised, people.persons if people_part else None)
	policies = [read.policy(row) for row in rows.rows()]
	return EscalationPack(in_order(rows, policies, "escalation policy"), people, read.first_use)


class _Reader:
	"""Reads escalation policies. ``agents``: names that may be told; None when the file says nothing about people."""

	def __init__(
		self, calendars: Collection[str], promised: Collection[Metric], agents: Collection[str] | None
	) -> None:
		self._calendars, self._promised, self._agents = calendars, promised, agents
		self.first_use: dict[Trigger, str] = {}

	def policy(self, part: Part) -> EscalationPolicy:
		part.only(*POLICY_KEYS)
		name, title = read_title(part)
		steps = part.need("steps")
		parts: dict[str, Any] = {
			"order": part.need("order").as_integer(),
			"calendar": read_calendar_name(part.need("calendar"), title, self._calendars),
			"steps": tuple(self._step(row, number) for number, row in enumerate(steps.rows(), 1)),
			"conditions": read_conditions(part.get("conditions")),
			"fallback": self._fallback(part),
		}
		try:
			return EscalationPolicy(name=name, title=title, family=name, **parts)
		except EscalationPolicyError as error:
			raise _at_its_row(error, steps) from error

	def _fallback(self, part: Part) -> Audience:
		role, user = part.get("fallback_role"), part.get("fallback_user")
		if role and user:
			raise user.refuse("stands beside 'fallback_role'. Keep one of the two.")
		if user:
			return Audience(Who.USER, name=self._user(user))
		return Audience(Who.ROLE, name=role.as_text()) if role else Audience()

	def _user(self, part: Part) -> str:
		return part.as_text() if self._agents is None else read_agent(part, self._agents)

	def _step(self, part: Part, number: int) -> Step:
		part.only(*COMMON_STEP_KEYS, *OPTIONAL_STEP_KEYS)
		trigger = part.need("trigger").as_member(Trigger, "a trigger")
		audience = self._audience(part)
		_refuse_unused(part, trigger, audience.who)
		self.first_use.setdefault(trigger, part.place)
		in_app, email, urgent, channel, severity = (
			part.get(key) for key in ("in_app", "email", "urgent", "channel", "severity")
		)
		return Step(
			key=str(number),
			level=part.need("level").as_integer(),
			trigger=trigger,
			metric=self._metric(part.get("metric")),
			threshold=_read_threshold(part, THRESHOLDS[trigger]) if trigger in THRESHOLDS else 0,
			amount=read_amount(part) if trigger in TIMED_TRIGGERS else None,
			severity=_read_severity(severity) if severity else "",
			audience=audience,
			in_app=in_app.as_bool() if in_app else True,
			email=email.as_bool() if email else False,
			channel=channel.as_text() if channel else "",
			urgent=urgent.as_bool() if urgent else False,
			actions=_read_actions(part.get("actions")),
		)

	def _metric(self, part: Part | None) -> Metric | None:
		if part is None:
			return None
		metric = part.as_member(Metric, "a metric")
		if metric not in self._promised:
			raise part.refuse(
				f"no policy of this file has a target for {metric.value!r}, so the step can never fire. "
				"Add a target, or leave the step out."
			)
		return metric

	def _audience(self, part: Part) -> Audience:
		tell = part.get("tell")
		who = tell.as_member(Who, "somebody to tell") if tell else Who.NOBODY
		if who is Who.SUPERVISOR:
			level = part.get("supervisor_level")
			return Audience(who, level.as_integer() if level else 1)
		if who is Who.ROLE:
			return Audience(who, name=part.need("role").as_text())
		return Audience(who, name=self._user(part.need("user")) if who is Who.USER else "")


def _refuse_unused(part: Part, trigger: Trigger, who: Who) -> None:
	"""A value that neither the trigger nor the audience reads would quietly do nothing."""
	used = {THRESHOLDS.get(trigger), KEYS_OF_AUDIENCE.get(who)}
	if trigger in CLOCK_TRIGGERS or trigger is Trigger.NO_ACKNOWLEDGEMENT:
		used.add("metric")
	if trigger in TIMED_TRIGGERS:
		used.update(("amount", "unit"))
	if trigger is Trigger.SEVERITY:
		used.add("severity")
	for key in OPTIONAL_STEP_KEYS:
		if key not in used and part.get(key):
			told = (
				f"telling {who.value!r}"
				if key in KEYS_OF_AUDIENCE.values()
				else f"the trigger {trigger.value!r}"
			)
			raise part.refuse(f"has the key {key!r}, which {told} does not use. Leave it out.")


def _read_threshold(part: Part, key: str) -> float:
	value = part.need(key)
	return value.as_number() if key == "percent" else value.as_integer()


def _read_severity(part: Part) -> str:
	return choose_from(part, SEVERITIES, "severity", f"Use one of: {', '.join(SEVERITIES)}")


def _read_actions(part: Part | None) -> Actions:
	if part is None:
		return Actions()
	part.only(*ACTION_KEYS)
	team, told, priority, complaint, incident = (part.get(key) for key in ACTION_KEYS[1:])
	return Actions(
		team=team.as_text() if team else "",
		assigns_to_told=told.as_bool() if told else False,
		priority=priority.as_text() if priority else "",
		complaint_severity=_read_severity(complaint) if complaint else "",
		raises_incident=incident.as_bool() if incident else False,
	)


def _at_its_row(error: DomainError, steps: Part) -> UnusableInputError:
	"""The refusal at the step that the domain names, or at the list of them."""
	row = error.params.get("row")
	place = f"{steps.place}[{row - 1}]" if row else steps.place
	return UnusableInputError(Path(steps.source), place, str(error))
