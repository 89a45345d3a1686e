"""Sentences for the domain's codes. Every sentence is written out once, so that it can be translated as a whole."""

from __future__ import annotations

from typing import Any

from frappe import _

from cs_center.domain.clocks import Clock
from cs_center.domain.explanation import Kind, Line
from cs_center.domain.ledger import Event, EventKind
from cs_center.services.escalation.sentences import choice_text

from .definitions import label
from .explain_amounts import amount_text, counted_text, length_text
from .explain_tiers import tier_text
from .policy_choice import REASON_ADOPTED, REASON_FACTS, REASON_MOVED, REASON_OPENED
from .site_time import display


def line_text(line: Line) -> str:
	"""The sentence of one line of the timeline."""
	if line.event:
		return event_text(line.event)
	assert line.clock is not None
	return _clock_sentences()[line.kind].format(*_clock_values(line.clock))


def _clock_sentences() -> dict[Kind, str]:
	"""{0} metric, {1} target, {2} late by, {3} took, {4} calendar, {5} standing still in all, {6} deadline."""
	return {
		Kind.STARTED: _("{0}: the clock starts, target {1}, calendar {4}"),
		Kind.WARNED: _("{0}: warning reached"),
		Kind.BREACHED: _("{0}: deadline missed (target {1})"),
		Kind.MET: _("{0}: done in time, took {3} of {1}"),
		Kind.ENDED_LATE: _("{0}: done, late by {2}"),
		Kind.CANCELLED: _("{0}: no longer owed"),
		Kind.WARNING_AHEAD: _("{0}: warning ahead"),
		Kind.DEADLINE_AHEAD: _("{0}: deadline ahead (target {1})"),
		Kind.STANDS_STILL: _("{0}: stands still while the ticket is paused; the deadline was {6}"),
	}


def _clock_values(clock: Clock) -> tuple[str, ...]:
	metric = _(label(clock.metric.value))
	if clock.team:
		metric = _("{0} of {1}").format(metric, clock.team)
	elif clock.cycle > 1:
		metric = _("{0} (no. {1})").format(metric, clock.cycle)
	return (
		metric,
		amount_text(clock.amount),
		counted_text(clock.overrun, clock.amount),
		length_text(clock.elapsed),
		clock.calendar,
		length_text(clock.paused),
		display(clock.due_at),
	)


def event_text(event: Event) -> str:
	"""The sentence of one event."""
	if event.kind is EventKind.POLICY_CHANGED:
		return _policy_text(event)
	if event.kind is EventKind.ESCALATION_POLICY_CHANGED:
		return choice_text(event)
	if event.kind is EventKind.TIER_CHANGED:
		return tier_text(event)
	if event.kind is EventKind.PAUSED and event.detail.get("reconstructed"):
		return _("Paused (from Helpdesk's record)")
	value = _(event.value) if event.kind in _TRANSLATED_VALUES else event.value
	return _event_sentences()[event.kind].format(value or _("nobody"), event.actor or _("the system"))


_TRANSLATED_VALUES = (EventKind.PRIORITY_CHANGED, EventKind.CHANNEL_CHANGED, EventKind.SEVERITY_CHANGED)


def _event_sentences() -> dict[EventKind, str]:
	"""{0} value, {1} actor."""
	return {
		EventKind.OPENED: _("Ticket opened by {1}"),
		EventKind.ACKNOWLEDGED: _("Acknowledged by {1}"),
		EventKind.AGENT_REPLIED: _("{1} replied to the customer"),
		EventKind.CUSTOMER_REPLIED: _("Customer {1} wrote"),
		EventKind.PAUSED: _("Paused by {1}"),
		EventKind.RESUMED: _("Taken up again by {1}"),
		EventKind.RESOLVED: _("Resolved by {1}"),
		EventKind.REOPENED: _("Reopened by {1}"),
		EventKind.ASSIGNED: _("Assigned to {0} by {1}"),
		EventKind.UNASSIGNED: _("Taken away from {0} by {1}"),
		EventKind.TEAM_CHANGED: _("Team is now {0} (by {1})"),
		EventKind.PRIORITY_CHANGED: _("Priority is now {0} (by {1})"),
		EventKind.SEVERITY_CHANGED: _("Severity is now {0} (by {1})"),
		EventKind.RATED: _("The customer rated the service with {0} of 5 stars"),
		EventKind.CHANNEL_CHANGED: _("Channel is now {0} (by {1})"),
		EventKind.MERGED: _("Merged into ticket {0} by {1}"),
		EventKind.CANCELLED: _("Cancelled by {1}"),
	}


def _policy_text(event: Event) -> str:
	if not event.value:
		return _("No policy matches this ticket")
	reasons = {
		REASON_OPENED: _("Policy {0}: the first that matched at the beginning"),
		REASON_FACTS: _("Policy {0}: chosen again because the ticket's facts changed"),
		REASON_MOVED: _("Policy {0}: open tickets were moved to it by {1}"),
		REASON_ADOPTED: _("Policy {0}: the one that Helpdesk's own SLA became when CS Center was installed"),
	}
	if event.detail.get("instead_of"):
		return _("Policy {0} is kept: {1} matches the new tier, but would promise less").format(
			event.value, event.detail["instead_of"]
		)
	if event.detail.get("kept"):
		return _("Policy {0} is kept: the facts changed, but it is still the one that matches").format(
			event.value
		)
	text = reasons.get(event.detail.get("reason") or "", _("Policy {0}")).format(event.value, event.actor)
	moved = [moved_text(row) for row in event.detail.get("moved") or ()]
	return ". ".join([text, *moved])


def moved_text(row: dict[str, Any]) -> str:
	"""A deadline that adoption corrected: fields ``field``, ``before``, ``after``, ``reason``."""
	names = {"response_by": _("first response"), "resolution_by": _("resolution")}
	return _("The deadline for {0} moved from {1} to {2}: {3}").format(
		names.get(row["field"], row["field"]), row["before"], row["after"], reason_text(row["reason"])
	)


def reason_text(reason: str) -> str:
	"""Why Helpdesk's own deadline was not right."""
	return {
		"pause_before_first_reply": _(
			"Helpdesk does not move the first response when a ticket is paused before it"
		),
		"hold_time_differs_from_log": _("Helpdesk's sum of hold time is not what its activity log shows"),
		"hold_time_longer_than_ticket": _(
			"Helpdesk's sum of hold time is longer than the ticket has existed"
		),
		"hold_time_not_countable": _("the hold time cannot be counted in the SLA's calendar"),
		"pause_past_deadline": _("Helpdesk fails a ticket that is paused when its deadline passes"),
		"nothing_promised": _("the SLA promises no resolution; Helpdesk shows a time all the same"),
		"sla_is_gone": _("the ticket's SLA does not exist any more"),
		"clocks_changed": _(
			"the clocks change between opening and deadline, and Helpdesk counts wall-clock hours"
		),
		"sla_changed_after_last_save": _("the SLA was edited after Helpdesk last saved the ticket"),
	}.get(reason, reason)


def trial_text(row: dict[str, Any]) -> str:
	"""Why a policy matched or not: fields ``title``, ``matched``, ``failed`` (fact, operator, value, actual)."""
	if row["matched"]:
		return _("{0}: all its conditions hold").format(row["title"])
	failed = row["failed"]
	return (
		_("{0}: no, because {1} is {2}, and the condition is {1} {3} {4}")
		.format(
			row["title"],
			_(label(failed["fact"])),
			failed["actual"] or _("empty"),
			_(label(failed["operator"])).lower(),
			failed["value"],
		)
		.rstrip()
	)
