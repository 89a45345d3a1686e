"""Which policy governs a ticket and why not the others; every operator from both sides (SPEC 1.3, 1.4)."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_center.domain import errors
from cs_center.domain.policy import (
	DEFAULT_WARN_PERCENT,
	Amount,
	Condition,
	Metric,
	Operator,
	Policy,
	Target,
	Trial,
	Unit,
	check_condition,
	check_order,
	choose_policy,
	facts_used,
)

HOUR = Amount(1, Unit.BUSINESS_HOURS)
FIRST_REPLY = Target(Metric.FIRST_REPLY, HOUR)


def row(fact: str, operator: Operator, value: str = "") -> Condition:
	return Condition(fact, operator, value)


def policy(
	name: str, order: int, *conditions: Condition, targets: tuple[Target, ...] = (FIRST_REPLY,)
) -> Policy:
	return Policy(name, f"Title of {name}", order, "Office", targets, conditions)


# --- operators -----------------------------------------------------------------------------------------------------

OP = Operator
HOLDS: list[tuple[Operator, str, Any, bool]] = [
	(OP.EQUALS, "High", "High", True),
	(OP.EQUALS, "high", "HIGH", True),
	(OP.EQUALS, " High ", " high", True),
	(OP.EQUALS, "STRASSE", "straße", True),
	(OP.EQUALS, "投诉", "投诉", True),
	(OP.EQUALS, "High", "Highest", False),
	(OP.EQUALS, "High", None, False),
	(OP.EQUALS, "1", 1, True),
	(OP.EQUALS, "100", 100.0, True),
	(OP.EQUALS, "100.50", 100.5, True),
	(OP.EQUALS, "0100", "100", False),
	(OP.EQUALS, "100", "100.0", False),
	(OP.NOT_EQUALS, "High", "Low", True),
	(OP.NOT_EQUALS, "High", None, True),
	(OP.NOT_EQUALS, "High", "HIGH", False),
	(OP.NOT_EQUALS, "100", 100.0, False),
	(OP.IN, "E-mail, Portal", "portal", True),
	(OP.IN, "电话，在线聊天", "在线聊天", True),
	(OP.IN, "电话， 在线聊天,Portal", "Portal", True),
	(OP.IN, "E-mail,Portal", "E-mail,Portal", False),
	(OP.IN, "E-mail, Portal", "Mail", False),
	(OP.IN, "E-mail,,Portal", None, False),
	(OP.IN, "10, 20", 20.0, True),
	(OP.NOT_IN, "E-mail, Portal", "Phone", True),
	(OP.NOT_IN, "E-mail, Portal", "E-MAIL", False),
	(OP.NOT_IN, "E-mail, Portal", None, True),
	(OP.NOT_IN, "E-mail, ", None, True),
	(OP.NOT_IN, "电话，在线聊天", "电话", False),
	(OP.CONTAINS, "refund", "Where is my REFUND?", True),
	(OP.CONTAINS, "退款", "我要退款！", True),
	(OP.CONTAINS, "refund", "Where is my parcel?", False),
	(OP.CONTAINS, "refund", None, False),
	(OP.IS_SET, "", "x", True),
	(OP.IS_SET, "", "  ", False),
	(OP.IS_SET, "", None, False),
	(OP.IS_NOT_SET, "", None, True),
	(OP.IS_NOT_SET, "", "", True),
	(OP.IS_NOT_SET, "", "x", False),
	(OP.GREATER_THAN, "9", "10", True),
	(OP.GREATER_THAN, "9", 9, False),
	(OP.GREATER_THAN, "9", 9.01, True),
	(OP.GREATER_THAN, "-5", "-4", True),
	(OP.GREATER_THAN, "9", None, False),
	(OP.GREATER_THAN, "2026-05-01", "2026-05-02", True),
	(OP.GREATER_THAN, "2026-05-01", "2026-04-30", False),
	(OP.GREATER_THAN, "2026-05-01", "2026-05-01", False),
	(OP.GREATER_THAN, "a", "B", True),
	(OP.LESS_THAN, "10", "9", True),
	(OP.LESS_THAN, "10", "10", False),
	(OP.LESS_THAN, "10", None, False),
	(OP.LESS_THAN, "2026-05-01", "2026-04-30", True),
	(OP.LESS_THAN, "2026-05-01", "2026-05-01", False),
	(OP.LESS_THAN, "B", "a", True),
	(OP.AT_LEAST, "10", "10", True),
	(OP.AT_LEAST, "10", "9.99", False),
	(OP.AT_LEAST, "10", 100, True),
	(OP.AT_LEAST, "0", None, False),
	(OP.AT_MOST, "10", "10.0", True),
	(OP.AT_MOST, "10", "10.01", False),
	(OP.AT_MOST, "10", 9, True),
	(OP.AT_MOST, "10", None, False),
	(OP.UNDER, "Delivery", "Delivery / Late", True),
	(OP.UNDER, "delivery / late", "Delivery/Late/Courier", True),
	(OP.UNDER, "Delivery", "Delivery", True),
	(OP.UNDER, "Delivery / Late", "Delivery", False),
	(OP.UNDER, "Deliver", "Delivery / Late", False),
	(OP.UNDER, "Late", "Delivery / Late", False),
	(OP.UNDER, "Delivery", None, False),
	(OP.UNDER, "/", "Delivery", False),
	(OP.UNDER, "配送", "配送 / 延误", True),
]


@pytest.mark.parametrize(
	("operator", "value", "actual", "expected"), HOLDS, ids=lambda one: str(getattr(one, "value", one))[:24]
)
def test_a_row_holds_or_fails(operator: Operator, value: str, actual: Any, expected: bool) -> None:
	assert row("field", operator, value).holds({"field": actual}) is expected


def test_every_operator_is_tried_from_both_sides() -> None:
	for operator in Operator:
		assert {expected for kind, _, _, expected in HOLDS if kind is operator} == {True, False}


def test_a_missing_fact_is_the_same_as_an_empty_one() -> None:
	for operator in Operator:
		one = row("field", operator, "" if "set" in operator.value else "10")
		assert one.holds({}) is one.holds({"field": None}) is one.holds({"field": "  "})


@pytest.mark.parametrize("strange", ["nan", "inf", "-inf", "1_000"])
def test_a_text_that_only_python_takes_for_a_number_is_a_text(strange: str) -> None:
	both = [row("field", operator, "10").holds({"field": strange}) for operator in (OP.AT_LEAST, OP.AT_MOST)]
	assert sum(both) == 1
	assert not row("field", OP.EQUALS, "1000").holds({"field": strange})


NUMBERS = st.floats(-1e6, 1e6).map(lambda value: round(value, 2))


@given(NUMBERS, NUMBERS)
def test_exactly_one_of_less_equal_and_greater_holds_for_numbers(actual: float, wanted: float) -> None:
	facts = {"amount": actual}
	held = [
		row("amount", operator, str(wanted)).holds(facts)
		for operator in (OP.LESS_THAN, OP.EQUALS, OP.GREATER_THAN)
	]
	assert sum(held) == 1
	at_least, at_most = (
		row("amount", operator, str(wanted)).holds(facts) for operator in (OP.AT_LEAST, OP.AT_MOST)
	)
	assert (at_least, at_most) == (held[1] or held[2], held[0] or held[1])


@given(st.text(max_size=8), st.text(max_size=8))
def test_each_operator_and_its_opposite_never_agree(value: str, actual: str) -> None:
	facts = {"field": actual}
	assert row("field", OP.EQUALS, value).holds(facts) is not row("field", OP.NOT_EQUALS, value).holds(facts)
	assert row("field", OP.IS_SET).holds(facts) is not row("field", OP.IS_NOT_SET).holds(facts)
	if actual.strip():
		assert row("field", OP.IN, value).holds(facts) is not row("field", OP.NOT_IN, value).holds(facts)


# --- checking rows -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("condition", "reason"),
	[
		(row("", OP.EQUALS, "x"), "it names no field"),
		(row("  ", OP.IS_SET), "it names no field"),
		(row("priority", OP.EQUALS), "needs a value"),
		(row("priority", OP.IN, "  "), "needs a value"),
		(row("priority", OP.IS_SET, "x"), "takes no value"),
		(row("priority", OP.IS_NOT_SET, "x"), "takes no value"),
		(row("category", OP.UNDER, " / "), ""),
		(row("channel", OP.IN, ", ，"), ""),
		(row("channel", OP.NOT_IN, ","), ""),
	],
	ids=lambda one: f"{one.operator.value} {one.value!r}" if isinstance(one, Condition) else "",
)
def test_a_row_that_cannot_be_used_is_refused_with_its_field(condition: Condition, reason: str) -> None:
	with pytest.raises(errors.BadConditionError) as caught:
		check_condition(condition)
	assert repr(condition.fact) in str(caught.value)
	assert reason in str(caught.value)


def test_rows_that_can_be_used_are_let_through() -> None:
	for operator, value, _, _ in HOLDS:
		if value.strip(" /") or operator in (OP.IS_SET, OP.IS_NOT_SET):
			assert check_condition(row("field", operator, value)) is None


# --- choosing ------------------------------------------------------------------------------------------------------

VIP = policy("vip", 10, row("tier", OP.EQUALS, "VIP"), row("channel", OP.IN, "E-mail, Portal"))
CHAT = policy("chat", 20, row("channel", OP.EQUALS, "Chat"))
REST = policy("rest", 90)


def test_the_first_policy_in_ascending_order_wins_whatever_the_order_of_the_list() -> None:
	facts = {"tier": "VIP", "channel": "Portal"}
	for seed in range(6):
		shuffled = [VIP, CHAT, REST]
		random.Random(seed).shuffle(shuffled)
		match = choose_policy(shuffled, facts)
		assert match.policy is VIP
		assert [trial.policy for trial in match.trials] == ["vip"]


def test_every_policy_tried_is_told_with_the_row_that_failed_and_what_the_ticket_had() -> None:
	match = choose_policy([REST, CHAT, VIP], {"tier": "vip", "channel": "Phone"})
	assert match.policy is REST
	assert match.trials == (
		Trial("vip", "Title of vip", False, VIP.conditions[1], "Phone"),
		Trial("chat", "Title of chat", False, CHAT.conditions[0], "Phone"),
		Trial("rest", "Title of rest", True),
	)


def test_the_first_failing_row_is_named_not_the_last() -> None:
	match = choose_policy([VIP], {"tier": "Regular", "channel": "Phone"})
	assert match.trials[0].failed == VIP.conditions[0]
	assert match.trials[0].actual == "Regular"


def test_no_match_is_told_with_all_trials() -> None:
	match = choose_policy([VIP, CHAT], {})
	assert match.policy is None
	assert [(trial.policy, trial.matched, trial.actual) for trial in match.trials] == [
		("vip", False, ""),
		("chat", False, ""),
	]


def test_no_policies_at_all_match_nothing() -> None:
	assert choose_policy([], {"tier": "VIP"}).trials == ()


def test_two_policies_with_one_number_are_refused_with_both_titles() -> None:
	with pytest.raises(errors.DuplicateOrderError) as caught:
		check_order([VIP, REST, policy("other", 10)])
	assert "'Title of vip' and 'Title of other' have the same priority number 10" in str(caught.value)
	assert check_order([VIP, CHAT, REST]) is None


def test_equal_numbers_that_slip_through_are_still_decided_by_name_not_by_luck() -> None:
	one, two = policy("a", 5), policy("b", 5)
	assert choose_policy([two, one], {}).policy is choose_policy([one, two], {}).policy is one


def test_the_facts_that_rows_ask_for_are_listed_once() -> None:
	assert facts_used([VIP, CHAT, REST]) == ("channel", "tier")


# --- targets -------------------------------------------------------------------------------------------------------


def test_a_policy_without_targets_is_refused() -> None:
	with pytest.raises(errors.NoTargetsError, match="'Title of empty' has no targets"):
		policy("empty", 1, targets=())


@pytest.mark.parametrize("priority", [None, "High"])
def test_two_targets_for_one_metric_and_priority_are_refused(priority: str | None) -> None:
	twice = (Target(Metric.RESOLUTION, HOUR, priority), Target(Metric.RESOLUTION, HOUR, priority))
	with pytest.raises(errors.DuplicateTargetError) as caught:
		policy("twice", 1, targets=twice)
	assert f"two targets for resolution and priority {priority or 'any'}" in str(caught.value)


@pytest.mark.parametrize("percent", [0, 100, -1, 101])
def test_a_warning_outside_the_target_is_refused(percent: int) -> None:
	with pytest.raises(errors.BadTargetError, match=r"\(resolution\) .* 1 to 99 percent"):
		policy("warn", 1, targets=(Target(Metric.RESOLUTION, HOUR, warn_percent=percent),))


@pytest.mark.parametrize("percent", [1, DEFAULT_WARN_PERCENT, 99])
def test_a_warning_inside_the_target_is_allowed(percent: int) -> None:
	assert policy("warn", 1, targets=(Target(Metric.RESOLUTION, HOUR, warn_percent=percent),)).targets


def test_the_target_of_the_tickets_priority_goes_before_the_one_for_any_priority() -> None:
	high = Target(Metric.RESOLUTION, Amount(4, Unit.BUSINESS_HOURS), "High")
	anyone = Target(Metric.RESOLUTION, Amount(24, Unit.BUSINESS_HOURS))
	both = policy("both", 1, targets=(anyone, high))
	assert both.target(Metric.RESOLUTION, "High") is high
	assert both.target(Metric.RESOLUTION, "Low") is anyone
	assert both.target(Metric.RESOLUTION, None) is anyone
	assert both.target(Metric.RESOLUTION, "") is anyone
	assert both.target(Metric.FIRST_REPLY, "High") is None


def test_a_target_for_one_priority_only_promises_nothing_to_the_others() -> None:
	only = policy("only", 1, targets=(Target(Metric.RESOLUTION, HOUR, "High"),))
	assert only.target(Metric.RESOLUTION, "Low") is None


def test_policies_compare_by_what_they_say_and_can_be_kept_in_a_set() -> None:
	assert policy("a", 1) == policy("a", 1)
	assert policy("a", 1) != policy("a", 2)
	assert len({policy("a", 1), policy("a", 1), policy("b", 1)}) == 2


def test_the_messages_of_the_errors_carry_their_code_and_parameters_for_translation() -> None:
	error = errors.DuplicateOrderError(first="A", second="B", order=3)
	assert (error.code, error.params) == ("duplicate_order", {"first": "A", "second": "B", "order": 3})
	assert isinstance(error, ValueError)
