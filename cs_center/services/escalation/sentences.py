"""What escalations say, in the language of the request. Every sentence is written out once, to be translated whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from typing import Any

from frappe import _

from cs_center.domain.escalation_instants import Missing
from cs_center.domain.escalation_people import Way
from cs_center.domain.escalation_policy import Trigger, Who
from cs_center.domain.escalation_values import Suppression
from cs_center.domain.ledger import Event
from cs_center.domain.units import Amount, Unit
from cs_center.services.service_levels.definitions import label
from cs_center.services.service_levels.explain_amounts import amount_text
from cs_center.services.service_levels.policy_choice import REASON_FACTS, REASON_MOVED, REASON_OPENED


def choice_text(event: Event) -> str:
	"""Why a ticket follows its escalation policy; ``event``: the one that gave it."""
	if not event.value:
		return _("No escalation policy matches this ticket")
	if event.detail.get("kept"):
		return _(
			"Escalation policy {0} is kept: the facts changed, but it is still the one that matches"
		).format(event.value)
	reasons = {
		REASON_OPENED: _("Escalation policy {0}: the first that matched at the beginning"),
		REASON_FACTS: _("Escalation policy {0}: chosen again because the ticket's facts changed"),
		REASON_MOVED: _("Escalation policy {0}: open tickets were moved to it by {1}"),
	}
	text = reasons.get(event.detail.get("reason") or "", _("Escalation policy {0}"))
	return text.format(event.value, event.actor or _("the system"))


def listed(items: Iterable[str]) -> str:
	"""a, b"""
	return _joined(_("{0}, {1}"), items)


def one_after_another(items: Iterable[str]) -> str:
	"""Half sentences: first; second."""
	return _joined(_("{0}; {1}"), items)


def sentences_of(items: Iterable[str]) -> str:
	"""First. Second"""
	return _joined(_("{0}. {1}"), items)


def _joined(pattern: str, items: Iterable[str]) -> str:
	texts = list(items)
	return reduce(pattern.format, texts) if texts else ""


def level_text(level: int) -> str:
	"""Reminder, Level 1, Level 2."""
	return _("Level {0}").format(level) if level else _("Reminder")


def ladder_text(metric: str, evidence: Mapping[str, Any] | None = None) -> str:
	"""First Reply, or the ticket as a whole; ``metric`` as the row holds it. A regulator's clock is called by its title."""
	title = (evidence or {}).get("title")
	if title:
		return str(title)
	return _("the ticket as a whole") if metric == "Ticket" else _(metric)


def cause_text(evidence: Mapping[str, Any], metric: str) -> str:
	"""Why the step falls due; ``evidence``: see ``evidence.evidence_of_step``."""
	sentences = {
		Trigger.SHARE_OF_TARGET: _("{0} % of the target for {1} are used"),
		Trigger.BEFORE_DEADLINE: _("the deadline for {1} is {2} ahead"),
		Trigger.AFTER_DEADLINE: _("the deadline for {1} has passed {2} ago"),
		Trigger.SEVERITY: _("the severity has reached {3}"),
		Trigger.REOPENED: _("reopenings have reached {0}"),
		Trigger.CONTACTS: _("the customer made contact {0} times within {2}"),
		Trigger.LOW_SATISFACTION: _("the customer gave {0} of 5 stars or fewer"),
		Trigger.NO_ACKNOWLEDGEMENT: _("nobody acknowledged the level before within {2}"),
	}
	return sentences[Trigger(evidence["trigger"])].format(
		f"{evidence.get('threshold') or 0:g}",
		ladder_text(metric, evidence),
		stored_amount_text(evidence.get("amount")),
		_(evidence.get("severity") or ""),
	)


def stored_amount_text(amount: Any) -> str:
	"""[2, "business_hours"] as 2 business hours."""
	return amount_text(Amount(amount[0], Unit(amount[1]))) if amount else ""


def audience_text(who: list[Any]) -> str:
	"""Whom a step is meant to tell."""
	texts = {
		Who.NOBODY: _("nobody"),
		Who.ASSIGNEE: _("the assignee"),
		Who.TEAM_LEAD: _("the team lead"),
		Who.SUPERVISOR: _("supervisor level {0}"),
		Who.ROLE: _("the role {1}"),
		Who.USER: "{1}",
		Who.DEDICATED_AGENT: _("the dedicated agent"),
	}
	return texts[Who(who[0])].format(who[1], _(who[2]) if who[0] == Who.ROLE.value else who[2])


def way_text(way: str, about: str, instead: str) -> str:
	"""One turn on the way to the people told."""
	if way == Way.NO_TEAM_LEAD.value and not about:
		return _("the ticket has no team")
	if way == Way.FALLBACK.value and about == instead:
		return _("went to {0} instead").format(instead)
	return {
		Way.NO_ASSIGNEE: _("the ticket is assigned to nobody"),
		Way.NO_TEAM_LEAD: _("the team {0} has no lead on record"),
		Way.NO_SUPERVISOR: _("{0} has no supervisor on record"),
		Way.SUPERVISOR_LOOP: _("the supervisors above {0} run in a circle"),
		Way.NO_DEDICATED_AGENT: _("the customer has no dedicated agent"),
		Way.EMPTY_ROLE: _("nobody has the role {0}"),
		Way.GONE: _("the account {0} is disabled or gone"),
		Way.AWAY: _("{0} is away"),
		Way.STOOD_IN: _("{1} stands in for {0}"),
		Way.FALLBACK: _("went to {0} instead: {1}"),
		Way.NOBODY: _("nobody to tell"),
	}[Way(way)].format(_about(way, about), instead)


def _about(way: str, about: str) -> str:
	"""A fallback is named by its kind (team_lead) or by the role or user itself."""
	if way == Way.FALLBACK.value and about in {who.value for who in Who}:
		return audience_text([about, 1, ""])
	# Roles have names in the reader's language, people and teams have not.
	return _(about) if about and way in (Way.FALLBACK.value, Way.EMPTY_ROLE.value) else about or _("(none)")


def ways_text(ways: Iterable[Sequence[str]]) -> str:
	"""The turns of a search, the last one left out where it only says that nobody was found."""
	return one_after_another(way_text(*way) for way in ways if way[0] != Way.NOBODY.value)


def suppression_text(reason: str) -> str:
	"""Why a step that fell due told nobody."""
	return {
		Suppression.POLICY_OFF.value: _("escalation was switched off"),
		Suppression.ENDED_FIRST.value: _("it was over before the step could be carried out"),
		Suppression.DEADLINE_PASSED.value: _(
			"the deadline had passed, a reminder of it was of no use any more"
		),
		Suppression.HIGHER_LEVEL.value: _("a higher level of the same ladder was due at the same time"),
	}.get(reason, reason)


def missing_text(missing: Missing) -> str:
	"""Why a step has no instant as things stand."""
	return {
		Missing.STANDS_STILL: _("the clock stands still while the ticket is paused"),
		Missing.TARGET_TOO_SHORT: _("the whole target is shorter than the reminder's lead"),
		Missing.OUT_OF_RANGE: _("its time cannot be counted in the calendar"),
		Missing.NOT_PROMISED: _("the ticket's service policy promises no such target"),
		Missing.NOT_HAPPENED: _("nothing of the kind has happened"),
		Missing.WAITS_FOR_LEVEL: _("the level before has not been sent"),
		Missing.ACKNOWLEDGED: _("the level before was acknowledged"),
	}[missing]


def action_text(action: Mapping[str, Any]) -> str:
	"""One action and what became of it: ``code``, ``value``, and ``error`` where it failed."""
	done = {
		"team": _("team changed to {0}"),
		"assign": _("assigned to {0}"),
		"priority": _("priority raised to {0}"),
		"complaint": _("complaint {0} registered or raised"),
		"incident": _("incident raised: ticket {0}"),
		"none": _("nothing to change: {0}"),
	}
	failed = {
		"team": _("the team could not be changed: {0}"),
		"assign": _("the ticket could not be assigned: {0}"),
		"priority": _("the priority could not be raised: {0}"),
		"complaint": _("the complaint could not be opened: {0}"),
		"incident": _("the incident could not be raised: {0}"),
	}
	if action.get("error"):
		return failed[action["code"]].format(action["error"])
	value = action.get("value") or ""
	return done[action["code"]].format(_(value) if action["code"] == "priority" else value)


def trigger_label(trigger: Trigger) -> str:
	"""How a trigger stands in its Select field."""
	return label(trigger.value).replace(" Of ", " of ").replace(" In A ", " in a ")
