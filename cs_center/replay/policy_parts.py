"""What service policies and escalation policies of a file have in common: name, calendar, conditions, amounts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol, TypeVar

from cs_center.domain.errors import UnknownCalendarError
from cs_center.domain.policy import Condition, Operator, check_condition, check_order
from cs_center.domain.units import Amount, Unit

from .errors import blamed_on
from .json_input import Part


class Named(Protocol):
	"""A policy of either kind."""

	@property
	def name(self) -> str: ...

	@property
	def order(self) -> int: ...


AnyPolicy = TypeVar("AnyPolicy", bound=Named)


def in_order(rows: Part, policies: Sequence[AnyPolicy], what: str) -> tuple[AnyPolicy, ...]:
	"""The policies in ascending order; refused when there is none, or when two share a name or a number.

	``what``: a noun with its article left out, for the message: "policy".
	"""
	if not policies:
		raise rows.refuse(f"holds no {what}. Add at least one.")
	_refuse_repeated_names(rows, policies, what)
	with blamed_on(rows.source, rows.place):
		check_order(policies)  # type: ignore[arg-type]
	return tuple(sorted(policies, key=lambda policy: policy.order))


def _refuse_repeated_names(rows: Part, policies: Sequence[Named], what: str) -> None:
	"""Results name their policy; two of one name could not be told apart."""
	seen: set[str] = set()
	for policy, row in zip(policies, rows.rows(), strict=True):
		if policy.name in seen:
			article = "an" if what[0] in "aeiou" else "a"
			raise row.refuse(
				f"{article} {what} with the name {policy.name!r} stands above. Give each its own name."
			)
		seen.add(policy.name)


def read_title(part: Part) -> tuple[str, str]:
	"""(name, title); the title is the name where none is given."""
	name = part.need("name").as_text()
	return name, found.as_text() if (found := part.get("title")) else name


def read_calendar_name(part: Part, title: str, calendars: Collection[str]) -> str:
	"""The name of one of the file's calendars; ``title``: of the policy that asks."""
	name = part.as_text()
	if name not in calendars:
		error = UnknownCalendarError(policy=title, calendar=name)
		raise part.refuse(f"{error} Calendars of this file: {', '.join(calendars) or 'none'}.")
	return name


def read_conditions(part: Part | None) -> tuple[Condition, ...]:
	"""All rows of a list of conditions; none without a list."""
	return tuple(_read_condition(row) for row in part.rows()) if part else ()


def _read_condition(part: Part) -> Condition:
	part.only("comment", "fact", "operator", "value")
	value = part.get("value")
	condition = Condition(
		fact=part.need("fact").as_text(),
		operator=part.need("operator").as_member(Operator, "an operator"),
		value=str(value.value) if value else "",
	)
	with blamed_on(part.source, part.place):
		check_condition(condition)
	return condition


def read_amount(part: Part) -> Amount:
	"""``amount`` and ``unit`` of a target or a step."""
	unit = part.need("unit").as_member(Unit, "a unit")
	amount = part.need("amount")
	with blamed_on(part.source, amount.place):
		return Amount(amount.as_number(), unit)


def choose_from(part: Part, known: Collection[str], what: str, advice: str) -> str:
	"""A text that is one of ``known``; refused with what to do when it is not."""
	name = part.as_text()
	if name not in known:
		raise part.refuse(f"there is no {what} {name!r}. {advice}, or correct the name.")
	return name
