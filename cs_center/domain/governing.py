"""Which target governs when: a ticket's policy and priority over time, read from its ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from .errors import PolicyError
from .ledger import Event, EventKind
from .obligations import Obligation
from .policy import Policy, Target


class UnknownPolicyError(PolicyError):
	code = "unknown_policy"
	message = "The ticket's ledger names the policy {policy!r}, which is not there."


class Term(NamedTuple):
	"""The target that governs from ``at`` on; a target of None: the policy promises nothing for the metric."""

	at: datetime
	policy: Policy | None
	target: Target | None


Governing = tuple[datetime, Policy | None, str]


def governing_over_time(events: Sequence[Event], policies: Mapping[str, Policy]) -> list[Governing]:
	"""(from when, policy, priority), one entry a change."""
	rows: list[Governing] = []
	policy: Policy | None = None
	priority = ""
	for event in events:
		if event.kind is EventKind.POLICY_CHANGED:
			policy = _find_policy(policies, event.value)
		elif event.kind is EventKind.PRIORITY_CHANGED:
			priority = event.value
		elif event.kind in (EventKind.OPENED, EventKind.RECEIVED):
			priority = str(event.detail.get("priority") or "")
		else:
			continue
		if rows and rows[-1][0] == event.at:
			rows.pop()
		rows.append((event.at, policy, priority))
	return rows


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
		at, policy, priority = governing[0]
		return [Term(at, policy, policy.target(owed.metric, priority) if policy else None)]
	terms: list[Term] = []
	for at, policy, priority in governing:
		if owed.ended_at is not None and at >= owed.ended_at and terms and at > owed.started_at:
			break
		term = Term(at, policy, policy.target(owed.metric, priority) if policy else None)
		if at <= owed.started_at:
			terms = [term]
		elif not terms or _differ(terms[-1], term):
			terms.append(term)
	return terms


def _differ(one: Term, two: Term) -> bool:
	calendars = [term.policy.calendar if term.policy else "" for term in (one, two)]
	return one.target != two.target or calendars[0] != calendars[1] or one.policy is not two.policy
