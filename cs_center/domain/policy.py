"""Service policies: which one governs a ticket, and why not the others. First match in ascending order wins."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from math import isfinite
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
	"""What is measured. ``obligations`` says what starts and ends each on a ticket, ``complaint_obligations`` on a complaint."""

	ACKNOWLEDGEMENT = "acknowledgement"
	FIRST_REPLY = "first_reply"
	NEXT_REPLY = "next_reply"
	PERIODIC_UPDATE = "periodic_update"
	RESOLUTION = "resolution"
	REQUESTER_WAIT = "requester_wait"
	TEAM_OWNERSHIP = "team_ownership"
	COMPLAINT_ACKNOWLEDGEMENT = "complaint_acknowledgement"
	COMPLAINT_SOLUTION = "complaint_solution"
	COMPLAINT_CALL_BACK = "complaint_call_back"
	COMPLAINT_CLOSURE = "complaint_closure"
	MAJOR_REPORT = "major_report"
	REGULATORY_DEADLINE = "regulatory_deadline"

	# Enum's own hash is written in Python, and targets are looked up for every clock.
	__hash__ = str.__hash__


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
	AT_LEAST = "at_least"
	AT_MOST = "at_most"
	UNDER = "under"


@dataclass(frozen=True, slots=True)
class Condition:
	"""One row. ``value``: a text; comma-separated for in / not in; a path for under (``Delivery / Late``)."""

	fact: str
	operator: Operator
	value: str = ""

	def holds(self, facts: Mapping[str, Any]) -> bool:
		"""Whether the row holds for these facts. A fact that is missing or empty counts as not set."""
		return _COMPARISONS[self.operator](facts.get(self.fact), self.value.strip())


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
	if condition.operator in (Operator.IN, Operator.NOT_IN) and not list_parts(condition.value):
		raise BadConditionError(fact=condition.fact, reason="the list of values is empty")
	if condition.operator is Operator.UNDER and not _path(condition.value):
		raise BadConditionError(fact=condition.fact, reason="the path is empty")


PATH_SEPARATOR = "/"


def _text(value: Any) -> str:
	return "" if value is None else str(value).strip()


def _same(actual: Any, wanted: str) -> bool:
	"""A fact that is a number compares as one; a text stays a text: order 0100 is not order 100."""
	if isinstance(actual, int | float):
		number = _number(wanted)
		return number is not None and number == float(actual)
	return _text(actual).casefold() == wanted.casefold()


def list_parts(value: str) -> list[str]:
	"""The parts of a comma-separated value (Chinese commas too), empty ones left out."""
	return [part.strip() for part in value.replace("，", ",").split(",") if part.strip()]


def _among(actual: Any, wanted: str) -> bool:
	return any(_same(actual, part) for part in list_parts(wanted))


def _number(text: str) -> float | None:
	"""A plain finite number; no underscores, no nan."""
	try:
		number = float(text)
	except ValueError:
		return None
	return number if isfinite(number) and "_" not in text else None


def _compare(actual: Any, wanted: str) -> int | None:
	"""-1, 0 or 1; None when the fact is not set. Numbers compare as numbers, all else (ISO dates) as text."""
	text = _text(actual)
	if not text:
		return None
	left, right = _number(text), _number(wanted)
	if left is not None and right is not None:
		return (left > right) - (left < right)
	one, two = text.casefold(), wanted.casefold()
	return (one > two) - (one < two)


def _path(text: str) -> list[str]:
	return [part.strip().casefold() for part in text.split(PATH_SEPARATOR) if part.strip()]


def _under(actual: Any, wanted: str) -> bool:
	"""The category itself or any category below it: the path of ancestors begins with the wanted path."""
	above, path = _path(wanted), _path(_text(actual))
	return bool(above) and path[: len(above)] == above


_COMPARISONS: dict[Operator, Callable[[Any, str], bool]] = {
	Operator.EQUALS: _same,
	Operator.NOT_EQUALS: lambda actual, wanted: not _same(actual, wanted),
	Operator.IN: lambda actual, wanted: bool(_text(actual)) and _among(actual, wanted),
	Operator.NOT_IN: lambda actual, wanted: not _among(actual, wanted),
	Operator.CONTAINS: lambda actual, wanted: wanted.casefold() in _text(actual).casefold(),
	Operator.IS_SET: lambda actual, _: bool(_text(actual)),
	Operator.IS_NOT_SET: lambda actual, _: not _text(actual),
	Operator.GREATER_THAN: lambda actual, wanted: _compare(actual, wanted) == 1,
	Operator.LESS_THAN: lambda actual, wanted: _compare(actual, wanted) == -1,
	Operator.AT_LEAST: lambda actual, wanted: _compare(actual, wanted) in (0, 1),
	Operator.AT_MOST: lambda actual, wanted: _compare(actual, wanted) in (-1, 0),
	Operator.UNDER: _under,
}
