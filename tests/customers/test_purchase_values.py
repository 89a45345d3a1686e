"""What a purchase is worth, and which values it cannot have. The same for the form, REST and a file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_center.services.customers.purchase_values import (
	MOST,
	Purchase,
	ReturnedOrder,
	base_amount,
	number_key,
	plain,
	problems_of,
	problems_of_return,
	with_rate,
)

TODAY = date(2026, 6, 30)
GOOD = Purchase("A-1", "Acme", date(2026, 3, 1), Decimal("12.50"))
RETURN = replace(GOOD, order_number="A-2", is_return=True, returns_order="A-1", currency="CNY")
ORDER = ReturnedOrder("A-1", "Acme", Decimal(100), "CNY", is_return=False)


def codes(**values: object) -> list[str]:
	return [problem.code for problem in problems_of(replace(GOOD, **values), "CNY", TODAY)]  # type: ignore[arg-type]


# --- worth ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("amount", "rate", "worth"),
	[
		("12.50", "1", "12.50"),
		("1.005", "1", "1.01"),
		("1.004999999", "1", "1.00"),
		("2.675", "1", "2.68"),
		("100", "7.123456789", "712.35"),
		("0.001", "5", "0.01"),
		("0", "7", "0.00"),
	],
)
def test_worth_is_rounded_to_the_cent_with_half_a_cent_going_up(amount: str, rate: str, worth: str) -> None:
	assert base_amount(Decimal(amount), Decimal(rate), False) == Decimal(worth)
	assert base_amount(Decimal(amount), Decimal(rate), True) == -Decimal(worth)


@given(
	amount=st.decimals(min_value=0, max_value=10**9, places=4),
	rate=st.decimals(min_value="0.000000001", max_value=1000, places=9),
)
def test_worth_is_never_more_than_half_a_cent_off(amount: Decimal, rate: Decimal) -> None:
	worth = base_amount(amount, rate, False)
	exact = Fraction(amount) * Fraction(rate)
	assert abs(Fraction(worth) - exact) <= Fraction(1, 200)
	assert worth == round(worth, 2)


def test_an_empty_currency_is_the_tier_currency_at_the_rate_one() -> None:
	for currency in ("", "CNY"):
		assert with_rate(replace(GOOD, currency=currency), "CNY").exchange_rate == 1
		assert with_rate(replace(GOOD, currency=currency), "CNY").currency == "CNY"
	foreign = replace(GOOD, currency="USD", exchange_rate=Decimal(7))
	assert with_rate(foreign, "CNY") == foreign


# --- values ---------------------------------------------------------------------------------------------------------


def test_a_good_purchase_has_no_problem() -> None:
	assert codes() == []
	assert codes(currency="USD", exchange_rate=Decimal("7.1")) == []


@pytest.mark.parametrize("number", ["", " ", "\t"])
def test_an_order_number_of_blanks_is_none(number: str) -> None:
	assert codes(order_number=number) == ["no_order_number"]


def test_the_ends_of_what_is_allowed() -> None:
	assert codes(order_number="x" * 140) == [] and codes(order_number="x" * 141) == ["long_order_number"]
	assert codes(purchased_on=date(1990, 1, 1)) == [] and codes(purchased_on=date(1989, 12, 31)) == [
		"early_date"
	]
	assert codes(purchased_on=TODAY + timedelta(days=1)) == []
	assert codes(purchased_on=TODAY + timedelta(days=2)) == ["future_date"]
	assert codes(amount=Decimal(0)) == [] and codes(amount=Decimal("-0.01")) == ["negative_amount"]
	assert codes(amount=MOST - 1) == [] and codes(amount=MOST) == ["large_amount"]
	assert codes(amount=Decimal("0.123456789")) == [] and codes(amount=Decimal("0.1234567891")) == [
		"fine_amount"
	]
	assert codes(channel="x" * 140) == [] and codes(channel="x" * 141) == ["long_channel"]


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity"])
def test_an_amount_that_is_no_number_is_refused(amount: str) -> None:
	assert codes(amount=Decimal(amount)) == ["unreadable_amount"]


@pytest.mark.parametrize(
	("currency", "rate", "code"),
	[
		("USD", None, "no_rate"),
		("USD", "0", "no_rate"),
		("USD", "-1", "unreadable_rate"),
		("USD", "NaN", "unreadable_rate"),
		("USD", "Infinity", "unreadable_rate"),
		("USD", "100000000000", "large_amount"),
		("CNY", "7", "own_rate"),
		("", "7", "own_rate"),
	],
)
def test_a_rate_is_there_where_it_is_needed_and_only_there(
	currency: str, rate: str | None, code: str
) -> None:
	assert codes(currency=currency, exchange_rate=None if rate is None else Decimal(rate)) == [code]


@pytest.mark.parametrize("rate", [None, "0", "1", "1.000000000"])
def test_the_rate_one_of_the_own_currency_may_be_written_or_left_out(rate: str | None) -> None:
	assert codes(currency="CNY", exchange_rate=None if rate is None else Decimal(rate)) == []


def test_a_worth_that_the_database_cannot_hold_is_refused() -> None:
	assert codes(amount=MOST - 1, currency="USD", exchange_rate=Decimal(2)) == ["large_amount"]


# --- returns --------------------------------------------------------------------------------------------------------


def returns(order: ReturnedOrder | None, **values: object) -> list[str]:
	return [problem.code for problem in problems_of_return(replace(RETURN, **values), order)]  # type: ignore[arg-type]


def test_all_of_an_order_can_be_returned_and_no_cent_more() -> None:
	assert returns(ORDER, amount=Decimal(100)) == []
	assert returns(ORDER, amount=Decimal("100.01")) == ["large_return"]
	assert returns(replace(ORDER, returned=Decimal(60)), amount=Decimal(40)) == []
	assert returns(replace(ORDER, returned=Decimal(60)), amount=Decimal("40.01")) == ["large_return"]


def test_only_an_order_of_the_customer_in_its_currency_is_returned() -> None:
	assert returns(None) == ["no_such_order"]
	assert returns(replace(ORDER, is_return=True)) == ["returns_return"]
	assert returns(replace(ORDER, customer="Bright")) == ["order_of_another"]
	assert returns(replace(ORDER, currency="USD")) == ["return_currency"]


def test_an_order_names_none_that_it_returns_and_a_return_not_itself() -> None:
	assert codes(returns_order="A-0") == ["no_return"]
	assert codes(returns_order=" a-1", is_return=True) == ["returns_itself"]


# --- spelling -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("other", ["a-1", " A-1 ", "Ａ-１", "Á-1"])
def test_numbers_that_the_database_holds_for_the_same_have_one_key(other: str) -> None:
	assert number_key(other) == number_key("A-1")


def test_other_numbers_have_other_keys() -> None:
	assert len({number_key(number) for number in ("A-1", "A1", "A-01", "A-1-1", "")}) == 5


@given(st.decimals(allow_nan=False, allow_infinity=False, places=9, min_value=-(10**11), max_value=10**11))
def test_a_number_is_told_without_zeros_and_without_an_exponent(number: Decimal) -> None:
	assert Decimal(plain(number)) == number
	assert "E" not in plain(number) and (not plain(number).endswith("0") or "." not in plain(number))
