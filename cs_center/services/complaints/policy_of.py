"""The service policy of a complaint: the one that its category names, else the first for complaints that fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cs_center.domain.ledger import Event
from cs_center.domain.policy import Match, Policy, Trial
from cs_center.services.service_levels.definitions import FOR_COMPLAINTS, active_policies
from cs_center.services.service_levels.named_policy import in_force_of
from cs_center.services.service_levels.policy_choice import (
	REASON_FACTS,
	REASON_OPENED,
	choose,
	keeping,
	last_policy_event,
	policy_event,
	same_family,
)

from . import categories


def first_choice(doc: Any, facts: Mapping[str, Any], at: datetime, sequence: int, actor: str) -> Event:
	"""The event of a new complaint."""
	match, asked = _choose(doc, facts)
	return policy_event(match, asked, at, sequence, actor, REASON_OPENED)


def choose_again(
	doc: Any, facts: Mapping[str, Any], events: Sequence[Event], at: datetime, sequence: int, actor: str
) -> list[Event]:
	"""The event that changed facts lead to; none when the complaint keeps what it has."""
	last = last_policy_event(events)
	match, asked = _choose(doc, facts)
	if last and last.detail.get("facts") == asked:
		return []
	event = policy_event(match, asked, at, sequence, actor, REASON_FACTS)
	if last and last.value and match.policy and same_family(last.value, match.policy):
		return [keeping(event, last.value)]
	return [event]


def _choose(doc: Any, facts: Mapping[str, Any]) -> tuple[Match, dict[str, Any]]:
	policies = active_policies(FOR_COMPLAINTS)
	match, asked = choose(facts, policies)
	named = _named(doc, policies)
	if named:
		match = Match(named, (Trial(named.name, named.title, True),))
	return match, asked


def _named(doc: Any, policies: Sequence[Policy]) -> Policy | None:
	category = categories.find(doc.category)
	return in_force_of(category.complaint_policy, policies) if category else None
