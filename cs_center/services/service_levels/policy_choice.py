"""Choosing a policy for a ticket and recording why, as an event. Kept until the ticket's facts or an admin change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cs_center.domain.ledger import Event, EventKind
from cs_center.domain.policy import Match, Policy, Trial, choose_policy, facts_used
from cs_center.services.complaints import categories

from .definitions import active_policies, load_policy
from .facts import NAMED_FACTS, facts_of
from .named_policy import in_force_of

REASON_OPENED, REASON_FACTS, REASON_MOVED, REASON_ADOPTED = "opened", "facts changed", "moved", "adopted"


def choose(ticket: Any, policies: Sequence[Policy] | None = None) -> tuple[Match, dict[str, Any]]:
	"""The match among the active (or given) policies, and the facts that were asked for."""
	candidates = active_policies() if policies is None else policies
	# The named facts are kept even when no policy asks for them yet: a corrected channel is always a new question.
	facts = facts_of(ticket, sorted({*facts_used(candidates), *NAMED_FACTS}))
	named = _named_by_category(ticket, candidates)
	if named:
		return Match(named, (Trial(named.name, named.title, True),)), facts
	return choose_policy(candidates, facts), facts


def _named_by_category(ticket: Any, candidates: Sequence[Policy]) -> Policy | None:
	"""The policy that the ticket's category names, if it is in force: it is not asked for its conditions."""
	category = categories.find(ticket.get(NAMED_FACTS["complaint_category"]))
	return in_force_of(category.ticket_policy, candidates) if category else None


def policy_event(
	match: Match, facts: Mapping[str, Any], at: datetime, sequence: int, actor: str, reason: str
) -> Event:
	"""The event that gives a ticket its policy; its detail says which were tried and which row failed."""
	return Event(
		EventKind.POLICY_CHANGED,
		at,
		sequence,
		actor,
		match.policy.name if match.policy else "",
		{"reason": reason, "facts": dict(facts), "trials": [trial_row(trial) for trial in match.trials]},
	)


def trial_row(trial: Trial) -> dict[str, Any]:
	"""One trial as an event's detail keeps it."""
	row: dict[str, Any] = {"policy": trial.policy, "title": trial.title, "matched": trial.matched}
	if trial.failed:
		row["failed"] = {
			"fact": trial.failed.fact,
			"operator": trial.failed.operator.value,
			"value": trial.failed.value,
			"actual": trial.actual,
		}
	return row


def last_policy_event(events: Sequence[Event]) -> Event | None:
	"""The event that gave the ticket its present policy."""
	return next((event for event in reversed(events) if event.kind is EventKind.POLICY_CHANGED), None)


def facts_changed(ticket: Any, events: Sequence[Event]) -> bool:
	"""Whether a fact that the last choice rested on is another one now."""
	last = last_policy_event(events)
	if last is None:
		return True
	known = last.detail.get("facts") or {}
	return bool(known) and facts_of(ticket, known) != known


def choose_again(
	ticket: Any, events: Sequence[Event], at: datetime, sequence: int, actor: str
) -> list[Event]:
	"""The policy event that changed facts lead to; none when the ticket keeps what it has.

	Another version of the policy that the ticket holds is no reason to move it: that is an administrator's decision.
	"""
	last = last_policy_event(events)
	match, facts = choose(ticket)
	chosen = match.policy.name if match.policy else ""
	if last and last.value and match.policy and same_family(last.value, match.policy):
		chosen_event = policy_event(match, facts, at, sequence, actor, REASON_FACTS)
		return [keeping(chosen_event, last.value)] if last.detail.get("facts") != facts else []
	if last and last.value == chosen and last.detail.get("facts") == facts:
		return []
	return [policy_event(match, facts, at, sequence, actor, REASON_FACTS)]


def same_family(held: str, chosen: Policy) -> bool:
	"""Whether the version that is held and the one that was chosen are of one policy."""
	return load_policy(held).family == chosen.family


def keeping(event: Event, held: str) -> Event:
	"""The event of a new choice that leads to what is held already."""
	return Event(
		event.kind, event.at, event.sequence, event.actor, held, {**event.detail, "kept": held}, event.key
	)
