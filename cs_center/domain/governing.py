"""Which target governs when: a ticket's policy, priority and customer tier over time, read from its ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from .errors import PolicyError
from .ledger import Event, EventKind
from .obligations import Obligation
from .policy import Metric, Policy, Target
from .tier_values import LEAST_FACTOR
from .units import shortened


class UnknownPolicyError(PolicyError):
	code = "unknown_policy"
	message = "The ticket's ledger names the policy {policy!r}, which is not there."


class Term(NamedTuple):
	"""The target that governs from ``at`` on; a target of None: the policy promises nothing for the metric."""

	at: datetime
	policy: Policy | None
	target: Target | None


class Factors(NamedTuple):
	"""What the customer's tier makes of the targets for first reply and resolution: 1 leaves them as they are."""

	first_reply: float = 1.0
	resolution: float = 1.0

	def of(self, metric: Metric) -> float:
		if metric is Metric.FIRST_REPLY:
			return self.first_reply
		return self.resolution if metric is Metric.RESOLUTION else 1.0


PLAIN = Factors()
REPLY_FACTOR, RESOLUTION_FACTOR = "reply_factor", "resolution_factor"
"""In the detail of a TIER_CHANGED event."""

Governing = tuple[datetime, Policy | None, str, Factors]


def governing_over_time(events: Sequence[Event], policies: Mapping[str, Policy]) -> list[Governing]:
	"""(from when, policy, priority, factors of the customer's tier), one entry a change."""
	rows: list[Governing] = []
	policy: Policy | None = None
	priority, factors = "", PLAIN
	for event in events:
		if event.kind is EventKind.POLICY_CHANGED:
			policy = _find_policy(policies, event.value)
		elif event.kind is EventKind.PRIORITY_CHANGED:
			priority = event.value
		elif event.kind is EventKind.TIER_CHANGED:
			factors = factors_of(event.detail)
		elif event.kind in (EventKind.OPENED, EventKind.RECEIVED):
			priority = str(event.detail.get("priority") or "")
		else:
			continue
		if rows and rows[-1][0] == event.at:
			rows.pop()
		rows.append((event.at, policy, priority, factors))
	return rows


def factors_of(detail: Mapping[str, Any]) -> Factors:
	"""The factors in a TIER_CHANGED event's detail; what is missing or no share of a target leaves it as it is."""
	return Factors(_share(detail.get(REPLY_FACTOR)), _share(detail.get(RESOLUTION_FACTOR)))


def _share(value: Any) -> float:
	is_share = isinstance(value, int | float) and LEAST_FACTOR <= value <= 1
	return float(value) if is_share else 1.0


def _find_policy(policies: Mapping[str, Policy], name: str) -> Policy | None:
	if not name:
		return None
	try:
		return policies[name]
	except KeyError:
		raise UnknownPolicyError(policy=name) from None


def terms_of(owed: Obligation, governing: Sequence[Governing]) -> list[Term]:
	"""The targets in force while the obligation ran, oldest first, repeated ones left out."""
	if len(governing) == 1:  # nearly every ticket: one policy, one priority, from its opening on
		at, policy, priority, factors = governing[0]
		return [Term(at, policy, _target(policy, owed.metric, priority, factors))]
	terms: list[Term] = []
	for at, policy, priority, factors in governing:
		if owed.ended_at is not None and at >= owed.ended_at and terms and at > owed.started_at:
			break
		term = Term(at, policy, _target(policy, owed.metric, priority, factors))
		if at <= owed.started_at:
			terms = [term]
		elif not terms or _differ(terms[-1], term):
			terms.append(term)
	return terms


def _target(policy: Policy | None, metric: Metric, priority: str, factors: Factors) -> Target | None:
	"""What the policy promises, shortened by the customer's tier."""
	target = policy.target(metric, priority) if policy else None
	if target is None or factors is PLAIN:
		return target
	factor = factors.of(metric)
	return target if factor == 1 else _shortened(target, factor)


@lru_cache(maxsize=4096)
def _shortened(target: Target, factor: float) -> Target:
	return replace(target, amount=shortened(target.amount, factor))


def _differ(one: Term, two: Term) -> bool:
	calendars = [term.policy.calendar if term.policy else "" for term in (one, two)]
	return one.target != two.target or calendars[0] != calendars[1] or one.policy is not two.policy
