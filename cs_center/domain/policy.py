"""Service policies: which one governs a ticket, and why not the others. First match in ascending order wins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from .errors import (
	BadConditionError,
	BadTargetError,
	DuplicateOrderError,
	DuplicateTargetError,
	NoTargetsError,
)
from .units import Amount, Unit

__all__ = [
	"Amount",
	"Condition",
	"Match",
	"Metric",
	"Operator",
	"Policy",
	"Target",
	"Trial",
	"Unit",
	"choose_policy",
]

DEFAULT_WARN_PERCENT = 75
"""Warn when three quarters of a target are used: late enough to be rare, early enough to act (house default)."""


class Metric(str, Enum):
	"""What is measured. See ``obligations`` for what starts and ends each."""

	ACKNOWLEDGEMENT = "acknowledgement"
	FIRST_REPLY = "first_reply"
	NEXT_REPLY = "next_reply"
	PERIODIC_UPDATE = "periodic_update"
	RESOLUTION = "resolution"
	REQUESTER_WAIT = "requester_wait"
	TEAM_OWNERSHIP = "team_ownership"


class Operator(str, Enum):
	"""How a condition row compares a fact with its value; texts compare without regard to case."""

	EQUALS = "equals"
	NOT_EQUALS = "not_equals"
	IN = "in"
	NOT_IN = "not_in"
	CONTAINS = "contains"
	IS_SET = "is_set"
	IS_NOT_SET = "is_not_set"
	GREATER_THAN = "greater_than"
	LESS_THAN = "less_than"
	UNDER = "under"


@dataclass(frozen=True, slots=True)
class Condition:
	"""One row. ``value``: a text; comma-separated for in / not in; a path for under (``Delivery / Late``)."""

	fact: str
	operator: Operator
	value: str = ""

	def holds(self, facts: Mapping[str, Any]) -> bool:
		"""Whether the row holds for these facts. A fact that is missing or empty counts as not set."""
		return _COMPARISONS[self.operator](_text(facts.get(self.fact)), self.value.strip())


@dataclass(frozen=True, slots=True)
class Target:
	"""A promise: ``amount`` for one metric, for one ticket priority or (None) for every other one."""

	metric: Metric
	amount: Amount
	priority: str | None = None
	warn_percent: int = DEFAULT_WARN_PERCENT
	pauses: bool = True


@dataclass(frozen=True, slots=True)
class Policy:
	"""One version of a policy. ``family`` is the name of its first version: all versions share it."""

	name: str
	title: str
	order: int
	calendar: str
	targets: tuple[Target, ...]
	conditions: tuple[Condition, ...] = ()
	version: int = 1
	family: str = ""
	_by_key: dict[tuple[Metric, str | None], Target] = field(
		default_factory=dict, init=False, repr=False, compare=False
	)

	def __post_init__(self) -> None:
		if not self.targets:
			raise NoTargetsError(policy=self.title)
		for target in self.targets:
			if not 1 <= target.warn_percent <= 99:
				raise BadTargetError(
					policy=self.title,
					metric=target.metric.value,
					reason="the warning must be at 1 to 99 percent",
				)
			if (target.metric, target.priority) in self._by_key:
				raise DuplicateTargetError(
					policy=self.title, metric=target.metric.value, priority=target.priority or "any"
				)
			self._by_key[target.metric, target.priority] = target

	def target(self, metric: Metric, priority: str | None) -> Target | None:
		"""The target for that ticket priority, else the one for any priority, else None."""
		return self._by_key.get((metric, priority)) or self._by_key.get((metric, None))


@dataclass(frozen=True, slots=True)
class Trial:
	"""One policy that was tried: matched, or the first row that failed with what the ticket had instead."""

	policy: str
	title: str
	matched: bool
	failed: Condition | None = None
	actual: str = ""


@dataclass(frozen=True, slots=True)
class Match:
	"""The policy that was chosen (None: none matched) and every trial up to it, in order."""

	policy: Policy | None
	trials: tuple[Trial, ...]


def choose_policy(policies: Iterable[Policy], facts: Mapping[str, Any]) -> Match:
	"""Try policies in ascending order; the first whose rows all hold wins."""
	trials: list[Trial] = []
	for policy in sorted(policies, key=lambda one: (one.order, one.name)):
		failed = next((row for row in policy.conditions if not row.holds(facts)), None)
		actual = _text(facts.get(failed.fact)) if failed else ""
		trials.append(Trial(policy.name, policy.title, failed is None, failed, actual))
		if failed is None:
			return Match(policy, tuple(trials))
	return Match(None, tuple(trials))


def check_order(policies: Sequence[Policy]) -> None:
	"""DuplicateOrderError when two policies have one priority number: the choice would depend on luck."""
	seen: dict[int, str] = {}
	for policy in policies:
		if policy.order in seen:
			raise DuplicateOrderError(first=seen[policy.order], second=policy.title, order=policy.order)
		seen[policy.order] = policy.title


def facts_used(policies: Iterable[Policy]) -> tuple[str, ...]:
	"""Names of the facts that any condition asks for, sorted."""
	return tuple(sorted({row.fact for policy in policies for row in policy.conditions}))


def check_condition(condition: Condition) -> None:
	"""BadConditionError when the operator needs a value and has none, or has one that it cannot use."""
	needs_none = condition.operator in (Operator.IS_SET, Operator.IS_NOT_SET)
	if not condition.fact.strip():
		raise BadConditionError(fact=condition.fact, reason="it names no field")
	if needs_none and condition.value.strip():
		raise BadConditionError(fact=condition.fact, reason="this operator takes no value")
	if not needs_none and not condition.value.strip():
		raise BadConditionError(fact=condition.fact, reason="this operator needs a value")


PATH_SEPARATOR = "/"


def _text(value: Any) -> str:
	return "" if value is None else str(value).strip()


def _same(actual: str, wanted: str) -> bool:
	return actual.casefold() == wanted.casefold()


def _among(actual: str, wanted: str) -> bool:
	return any(_same(actual, part.strip()) for part in wanted.replace("，", ",").split(","))


def _compare(actual: str, wanted: str) -> int:
	"""-1, 0 or 1: numbers compare as numbers, everything else (ISO dates) as text."""
	try:
		left, right = float(actual), float(wanted)
	except ValueError:
		return (actual > wanted) - (actual < wanted)
	return (left > right) - (left < right)


def _path(text: str) -> list[str]:
	return [part.strip().casefold() for part in text.split(PATH_SEPARATOR) if part.strip()]


def _under(actual: str, wanted: str) -> bool:
	"""The category itself or any category below it: the path of ancestors begins with the wanted path."""
	above, path = _path(wanted), _path(actual)
	return bool(above) and path[: len(above)] == above


_COMPARISONS = {
	Operator.EQUALS: _same,
	Operator.NOT_EQUALS: lambda actual, wanted: not _same(actual, wanted),
	Operator.IN: lambda actual, wanted: bool(actual) and _among(actual, wanted),
	Operator.NOT_IN: lambda actual, wanted: not _among(actual, wanted),
	Operator.CONTAINS: lambda actual, wanted: wanted.casefold() in actual.casefold(),
	Operator.IS_SET: lambda actual, _: bool(actual),
	Operator.IS_NOT_SET: lambda actual, _: not actual,
	Operator.GREATER_THAN: lambda actual, wanted: bool(actual) and _compare(actual, wanted) > 0,
	Operator.LESS_THAN: lambda actual, wanted: bool(actual) and _compare(actual, wanted) < 0,
	Operator.UNDER: _under,
}
