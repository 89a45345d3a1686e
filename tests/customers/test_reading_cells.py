"""Cells as shops write them. What could mean two things is refused, and the refusal says what was written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_center.services.customers.reading_cells import ReadRow, read_row

GOOD = {"order_number": "A-1", "customer": "Acme", "purchased_on": "2026-03-01", "amount": "12.50"}


def read(**cells: object) -> ReadRow:
	return read_row({**GOOD, **cells})


def value(name: str, cell: object) -> object:
	row = read(**{name: cell})
	assert row.problems == (), row.problems
	return getattr(row.purchase, name)


def problem(name: str, cell: object) -> tuple[str, str]:
	row = read(**{name: cell})
	assert row.purchase is None
	(found,) = row.problems
	return found.code, "".join(found.values)


def test_a_row_is_a_purchase() -> None:
	purchase = read().purchase
	assert purchase is not None
	assert (purchase.order_number, purchase.customer) == ("A-1", "Acme")
	assert (purchase.purchased_on, purchase.amount) == (date(2026, 3, 1), Decimal("12.50"))
	assert (purchase.currency, purchase.exchange_rate, purchase.is_return) == ("", None, False)


# --- dates ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	"text",
	[
		"2026-03-01",
		"2026/3/1",
		"2026.3.1",
		"2026-3-1",
		"2026/03/01",
		"2026年3月1日",
		"２０２６-０３-０１",
		" 2026-03-01 ",
		"2026-03-01 23:59",
		"2026-03-01 23:59:59",
		"2026-03-01T08:00:00.123",
	],
)
def test_a_date_with_the_year_in_front_is_read(text: str) -> None:
	assert value("purchased_on", text) == date(2026, 3, 1)


@pytest.mark.parametrize("text", ["03/04/2026", "3.4.2026", "31/12/2026", "12-31-2026", "3/4/26", "01/02/03"])
def test_a_date_with_the_day_or_the_month_in_front_is_refused_as_ambiguous(text: str) -> None:
	assert problem("purchased_on", text) == ("ambiguous_date", text)


@pytest.mark.parametrize(
	"text",
	[
		"2026-13-01",
		"2026-02-30",
		"2026-03/01",
		"46082",
		"yesterday",
		"2026-03",
		"0000-00-00",
		"2026-03-01 25",
		"26-3",
	],
)
def test_what_is_no_date_is_refused(text: str) -> None:
	assert problem("purchased_on", text) == ("unreadable_date", text)


@given(st.dates())
def test_every_date_is_read_as_it_is_written(day: date) -> None:
	assert value("purchased_on", day.isoformat()) == day
	assert value("purchased_on", f"{day.year:04}/{day.month}/{day.day}") == day


# --- amounts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("text", "amount"),
	[
		("1234.5", "1234.5"),
		("1,234.50", "1234.50"),
		("1,234,567", "1234567"),
		("１２３４．５", "1234.5"),
		("0", "0"),
		("0012.10", "12.10"),
		("+5", "5"),
		("-5", "-5"),
		("'-5", "-5"),
	],
)
def test_an_amount_is_read_exactly(text: str, amount: str) -> None:
	read_amount = value("amount", text)
	assert isinstance(read_amount, Decimal)
	assert str(read_amount) == amount


@pytest.mark.parametrize("text", ["¥12", "￥12", "12€", "$1,234.50", "US$5"])
def test_a_currency_sign_is_refused_because_it_may_contradict_the_currency(text: str) -> None:
	assert problem("amount", text) == ("currency_sign", text)


@pytest.mark.parametrize(
	"text",
	[
		"nan",
		"NaN",
		"inf",
		"-Infinity",
		"1e400",
		"1E3",
		"12,5",
		"1.234,50",
		"1,2345",
		"1 234",
		"12.",
		".5",
		"--5",
		"0x10",
		"१२",
		"#REF!",
	],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
	assert problem("amount", text) == ("unreadable_amount", text)


def test_a_number_without_end_is_refused_and_told_in_short() -> None:
	code, shown = problem("amount", "9" * 100_000)
	assert code == "unreadable_amount"
	assert len(shown) < 50


@pytest.mark.parametrize("number", [12.5, 12, True])
def test_numbers_of_json_are_read_by_their_shortest_spelling(number: float) -> None:
	assert value("amount", number) == Decimal(str(number if number is not True else 1))


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 1e22, [1], {"a": 1}])
def test_numbers_of_json_that_are_no_amount_are_refused(number: object) -> None:
	assert problem("amount", number)[0] == "unreadable_amount"


@given(st.decimals(min_value=0, max_value=10**10, places=2))
def test_every_amount_is_read_with_and_without_commas(amount: Decimal) -> None:
	assert value("amount", f"{amount:f}") == amount
	assert value("amount", f"{amount:,f}") == amount


def test_a_rate_is_read_and_a_wrong_one_refused() -> None:
	assert value("exchange_rate", "7.123456789") == Decimal("7.123456789")
	assert value("exchange_rate", "") is None
	assert problem("exchange_rate", "7,1") == ("unreadable_rate", "7,1")


# --- numbers of orders ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["A-1", " A-1 ", "A-1\t", '="A-1"', "'A-1"])
def test_what_shops_write_around_an_order_number_is_taken_off(text: str) -> None:
	assert value("order_number", text) == "A-1"


def test_zeros_in_front_of_an_order_number_stay() -> None:
	assert value("order_number", "000123") == "000123"


@pytest.mark.parametrize("text", ["1.23457E+15", "1E+10", "2,5E+17", "1.2e+3"])
def test_an_order_number_that_a_spreadsheet_shortened_is_refused(text: str) -> None:
	assert problem("order_number", text) == ("shortened_order_number", text)


@pytest.mark.parametrize("text", ["", "  ", '=""', "'", None])
def test_an_order_number_is_needed(text: str | None) -> None:
	assert problem("order_number", text)[0] == "no_order_number"


@pytest.mark.parametrize("text", ["'=cmd()", "'+49", "'-A", "'@home"])
def test_the_apostrophe_that_defused_a_formula_is_taken_off_again(text: str) -> None:
	assert value("customer", text) == text[1:]


def test_other_apostrophes_belong_to_the_name() -> None:
	assert value("customer", "'s-Hertogenbosch Trading") == "'s-Hertogenbosch Trading"


# --- the rest -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["1", "yes", "Y", "TRUE", "是", "退货", 1, True, "x"])
def test_a_return_is_marked_in_many_ways(cell: object) -> None:
	assert value("is_return", cell) is True


@pytest.mark.parametrize("cell", ["", "0", "no", "false", "否", 0, False, None])
def test_and_so_is_an_order(cell: object) -> None:
	assert value("is_return", cell) is False


@pytest.mark.parametrize("cell", ["2", "maybe", "-1", "?"])
def test_what_says_neither_is_refused(cell: str) -> None:
	assert problem("is_return", cell) == ("unreadable_return", cell)


def test_a_currency_is_read_in_capitals() -> None:
	assert value("currency", "usd") == "USD"


def test_all_problems_of_a_row_are_told_and_the_order_number_with_them() -> None:
	row = read(customer="", purchased_on="03/04/2026", amount="ten", exchange_rate="x", is_return="?")
	assert row.order_number == "A-1"
	assert [one.code for one in row.problems] == [
		"no_customer",
		"ambiguous_date",
		"unreadable_amount",
		"unreadable_rate",
		"unreadable_return",
	]


@given(st.dictionaries(st.sampled_from(list(GOOD)), st.text(max_size=30)))
def test_any_text_is_a_purchase_or_a_problem(cells: dict[str, str]) -> None:
	row = read(**cells)
	assert (row.purchase is None) == bool(row.problems)
