"""Decisions become rows and queued messages, for many tickets in a handful of statements and in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cs_center.domain.clocks import Clock
from cs_center.domain.escalation import ladder_of
from cs_center.domain.escalation_people import Subject, Told, find_people
from cs_center.domain.escalation_policy import Audience, EscalationPolicy, Step, Who
from cs_center.domain.escalation_values import Decision, EscalationState, Prospect
from cs_center.domain.ledger import Event
from cs_center.integrations import helpdesk
from cs_center.services.notifications.messages import E_MAIL, IN_APP
from cs_center.services.notifications.queue import Message, enqueue
from cs_center.services.service_levels.site_time import to_stored

from . import rows, subjects
from .directory import SiteDirectory
from .evidence import evidence
from .policies import escalation_policies_by_name
from .sentences import trigger_label
from .settings import read_escalation_settings
from .telling import messages_of


@dataclass(frozen=True)
class Case:
	"""A ticket (or complaint) with something to carry out: ledger, clocks, stored escalation rows and the decision."""

	ticket: str
	events: Sequence[Event]
	clocks: Sequence[Clock]
	stored: Sequence[Any]
	decision: Decision


def carry_out(cases: Sequence[Case], now: datetime, doctype: str = subjects.TICKET) -> None:
	"""Insert what is due, resolve what is over, wake what was snoozed, queue the messages. Commits nothing.

	Actions are only marked as pending: each is done later, in a transaction of its own (see ``actions``).
	"""
	if not cases:
		return
	tickets = subjects.load(doctype, [case.ticket for case in cases])
	directory = SiteDirectory(now)
	fired: list[tuple[dict[str, Any], Mapping[str, Any]]] = []
	messages: list[Message] = []
	for case in cases:
		ticket = tickets.get(case.ticket)
		if ticket is None:
			continue
		messages += _close_and_wake(case, ticket, now)
		fired += [
			({**_fire(case, one, ticket, directory, now), "reference_doctype": doctype}, ticket)
			for one in case.decision.due
		]
	rows.insert([row for row, _ in fired])
	for row, ticket in fired:
		if row["state"] != EscalationState.SUPPRESSED.value:
			messages += messages_of(row, ticket)
	enqueue(messages, now)


def _close_and_wake(case: Case, ticket: Mapping[str, Any], now: datetime) -> Iterable[Message]:
	by_key = {rows.key_of_row(row): row for row in case.stored}
	for over in case.decision.over:
		values = {"state": EscalationState.RESOLVED.value, "ended_at": to_stored(over.at)}
		rows.change(by_key[over.key].name, values)
	policy = _policy(case)
	is_on = read_escalation_settings().enabled and policy is not None and policy.is_active
	for key in case.decision.woken:
		row = by_key[key]
		rows.change(row.name, {"state": EscalationState.OPEN.value})
		if is_on:
			yield from messages_of(row, ticket, woken_at=str(row.snoozed_until))


def _fire(
	case: Case, prospect: Prospect, ticket: Mapping[str, Any], directory: SiteDirectory, now: datetime
) -> dict[str, Any]:
	"""The row of a step that fires, or that is recorded as not sent."""
	step, suppression = prospect.step, prospect.suppression
	policy = _policy(case)
	told = Told() if suppression else _people(step, policy, ticket, directory)
	clock = _clock(case, prospect)
	known = evidence(step, clock, told, _media(step))
	known["channel"] = step.channel
	state = EscalationState.SUPPRESSED if suppression else EscalationState.OPEN
	nobody = not suppression and step.audience.who is not Who.NOBODY and not told.users
	return {
		"name": rows.row_name(case.ticket, prospect.key),
		"reference_name": case.ticket,
		"metric": rows.ladder_label(prospect.key.ladder),
		"cycle": prospect.key.cycle,
		"level": step.level,
		"policy": policy.name if policy else None,
		"step_key": step.key,
		"trigger": trigger_label(step.trigger),
		"state": state.value,
		"team": ticket.get("agent_group"),
		"priority": ticket.get("priority"),
		"due_at": to_stored(prospect.at),
		"raised_at": to_stored(now),
		"ended_at": to_stored(now) if suppression else None,
		"suppressed_reason": suppression.value if suppression else None,
		"nobody_to_tell": int(nobody),
		"actions_pending": int(not suppression and not step.actions.is_nothing),
		"evidence": rows.to_evidence(known),
	}


def _policy(case: Case) -> EscalationPolicy | None:
	ladder = ladder_of(case.events, escalation_policies_by_name())
	return ladder.policy if ladder else None


def _clock(case: Case, prospect: Prospect) -> Clock | None:
	place = (prospect.key.ladder, prospect.key.cycle)
	return next((clock for clock in case.clocks if (clock.metric.value, clock.cycle) == place), None)


def _people(
	step: Step, policy: EscalationPolicy | None, ticket: Mapping[str, Any], directory: SiteDirectory
) -> Told:
	subject = Subject(
		assignees=tuple(sorted(helpdesk.assignees(ticket))),
		team=ticket.get("agent_group") or "",
		dedicated_agent=ticket.get("cs_dedicated_agent") or "",
	)
	fallbacks: tuple[Audience, ...] = (policy.fallback,) if policy else ()
	return find_people(step.audience, subject, directory, fallbacks)


def _media(step: Step) -> list[str]:
	return [medium for medium, is_on in ((IN_APP, step.in_app), (E_MAIL, step.email)) if is_on]
