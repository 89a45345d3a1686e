"""Choosing an escalation policy for a ticket and recording why, as an event of its ledger.

A ticket keeps what it was given until its facts call for another one or an administrator moves it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from cs_center.domain.clocks import compute_clocks
from cs_center.domain.escalation import decide
from cs_center.domain.escalation_policy import EscalationPolicy
from cs_center.domain.escalation_values import Ladder
from cs_center.domain.ledger import Event, EventKind, in_order
from cs_center.domain.policy import Match, choose_policy, facts_used
from cs_center.services.service_levels.definitions import FOR_TICKETS, calendars_by_name, policies_by_name
from cs_center.services.service_levels.facts import NAMED_FACTS, facts_of
from cs_center.services.service_levels.policy_choice import (
	REASON_FACTS,
	REASON_MOVED,
	REASON_OPENED,
	trial_row,
)

from .policies import active_escalation_policies, escalation_policies_by_name

KIND = EventKind.ESCALATION_POLICY_CHANGED


def first_choice(
	ticket: Any, at: datetime, sequence: int, actor: str, applies_to: str = FOR_TICKETS
) -> list[Event]:
	"""The event of a ticket's (or complaint's) opening; none where the site has no escalation policy in force for it."""
	policies = active_escalation_policies(applies_to)
	if not policies:
		return []
	match, facts = choose(ticket, policies)
	return [_event(match, facts, at, sequence, actor, REASON_OPENED)]


def choose(ticket: Any, policies: Sequence[EscalationPolicy]) -> tuple[Match, dict[str, Any]]:
	"""The match among the policies, and the facts that were asked for."""
	# The named facts are kept even when no policy asks for them yet: a later policy may.
	facts = facts_of(ticket, sorted({*facts_used(policies), *NAMED_FACTS}))
	return choose_policy(policies, facts), facts


def choose_again(
	ticket: Any,
	events: Sequence[Event],
	at: datetime,
	sequence: int,
	actor: str,
	applies_to: str = FOR_TICKETS,
) -> list[Event]:
	"""The event that changed facts lead to; none when they have not changed.

	A ticket that came before the site's first escalation policy is left alone: an administrator moves it.
	"""
	last = last_choice(events)
	if last is None:
		return []
	known = last.detail.get("facts") or {}
	if facts_of(ticket, known) == known:
		return []
	match, facts = choose(ticket, active_escalation_policies(applies_to))
	chosen = _event(match, facts, at, sequence, actor, REASON_FACTS)
	if last.value and match.policy and _family(last.value) == match.policy.family:
		return [replace(chosen, value=last.value, detail={**chosen.detail, "kept": last.value})]
	return [chosen]


def move_event(ticket: Any, events: Sequence[Event], wanted: str, at: datetime, actor: str) -> Event | None:
	"""The event that moves a ticket to the policy, where it is the one that matches. It does not look back."""
	last = last_choice(events)
	if last and last.value == wanted:
		return None
	match, facts = choose(ticket, active_escalation_policies())
	if not match.policy or match.policy.name != wanted:
		return None
	sequence = max(event.sequence for event in events) + 1
	moved = _event(match, facts, at, sequence, actor, REASON_MOVED)
	passed = _passed(wanted, events, at)
	return replace(moved, detail={**moved.detail, "passed": passed}) if passed else moved


def _passed(policy: str, events: Sequence[Event], at: datetime) -> list[list[Any]]:
	"""Keys of the steps that have been reached by now."""
	ordered = in_order(events)
	calendars = calendars_by_name()
	clocks = compute_clocks(ordered, policies_by_name(), calendars, at)
	ladder = Ladder(escalation_policies_by_name()[policy], at)
	return [list(one.key) for one in decide(ladder, ordered, clocks, calendars, {}, at).due]


def last_choice(events: Sequence[Event]) -> Event | None:
	"""The event that gave the ticket its present escalation policy."""
	return next((event for event in reversed(events) if event.kind is KIND), None)


def _event(
	match: Match, facts: Mapping[str, Any], at: datetime, sequence: int, actor: str, reason: str
) -> Event:
	detail = {
		"reason": reason,
		"facts": dict(facts),
		"trials": [trial_row(trial) for trial in match.trials],
		"looks_back": reason != REASON_MOVED,
	}
	return Event(KIND, at, sequence, actor, match.policy.name if match.policy else "", detail)


def _family(name: str) -> str:
	policy = escalation_policies_by_name().get(name)
	return policy.family if policy else ""
