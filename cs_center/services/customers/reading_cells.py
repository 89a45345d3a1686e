"""The cells of one row as a purchase. Dates and numbers that could mean two things are refused, never guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from .purchase_values import Problem, Purchase

COLUMNS = (
	"order_number",
	"customer",
	"purchased_on",
	"amount",
	"currency",
	"exchange_rate",
	"is_return",
	"returns_order",
	"channel",
)

_YEAR_FIRST = (
	re.compile(r"(?P<year>[0-9]{4})([-/.])(?P<month>[0-9]{1,2})\2(?P<day>[0-9]{1,2})"),
	re.compile(r"(?P<year>[0-9]{4})年(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})日"),
)
_TIME_OF_DAY = re.compile(r"[ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?$")
_DAY_OR_MONTH_FIRST = re.compile(r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.]([0-9]{4}|[0-9]{2})")
_NUMBER = re.compile(r"[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?")
_SHORTENED = re.compile(r"[0-9]([.,][0-9]+)?E\+[0-9]+", re.IGNORECASE)
_FORMULA_TEXT = re.compile(r'="(.*)"')
_LONGEST_NUMBER = 40
"""Digits: a longer one is no amount, whatever it is."""

_YES = frozenset(("1", "1.0", "true", "yes", "y", "x", "return", "是", "真", "退货"))
_NO = frozenset(("", "0", "0.0", "false", "no", "n", "否", "假"))


@dataclass(frozen=True)
class ReadRow:
	"""What could be read of a row. ``purchase`` is None when something needed could not be; then there are problems."""

	order_number: str
	purchase: Purchase | None
	problems: tuple[Problem, ...]


def read_row(cells: Mapping[str, Any]) -> ReadRow:
	"""A row by column name; cells are text, or what JSON gives. Checks the spelling alone, not the values."""
	texts = {name: _text(cells.get(name)) for name in COLUMNS}
	problems: list[Problem] = []
	number = _order_number(texts["order_number"], problems)
	if not texts["customer"]:
		problems.append(Problem("no_customer"))
	day = _date(texts["purchased_on"], problems)
	amount = _amount(texts["amount"], problems)
	rate = _rate(texts["exchange_rate"], problems)
	is_return = _is_return(texts["is_return"], problems)
	if problems or day is None or amount is None:
		return ReadRow(number, None, tuple(problems))
	purchase = Purchase(
		order_number=number,
		customer=texts["customer"],
		purchased_on=day,
		amount=amount,
		currency=texts["currency"].upper(),
		exchange_rate=rate,
		is_return=is_return,
		returns_order=_unwrapped(texts["returns_order"]),
		channel=texts["channel"],
	)
	return ReadRow(number, purchase, ())


def _text(value: Any) -> str:
	if value is None:
		return ""
	if isinstance(value, bool):
		return str(int(value))
	return _without_mark(str(value).strip())


def _without_mark(text: str) -> str:
	"""The apostrophe that keeps a spreadsheet from taking a value for a formula is no part of the value."""
	return text[1:].strip() if text[:1] == "'" and text[1:2] in tuple("=+-@＝＋－＠'") else text


def _unwrapped(number: str) -> str:
	"""Shops write ="0012" or '0012, so that a spreadsheet leaves the number alone."""
	wrapped = _FORMULA_TEXT.fullmatch(number)
	return (wrapped[1] if wrapped else number).removeprefix("'").strip()


def _order_number(text: str, problems: list[Problem]) -> str:
	number = _unwrapped(text)
	if not number:
		problems.append(Problem("no_order_number"))
	elif _SHORTENED.fullmatch(number):
		problems.append(Problem("shortened_order_number", (number,)))
	return number


def _date(text: str, problems: list[Problem]) -> date | None:
	if not text:
		problems.append(Problem("no_date"))
		return None
	day = _TIME_OF_DAY.sub("", unicodedata.normalize("NFKC", text))
	for pattern in _YEAR_FIRST:
		if match := pattern.fullmatch(day):
			with suppress(ValueError):  # 30 February: told below
				return date(int(match["year"]), int(match["month"]), int(match["day"]))
	code = "ambiguous_date" if _DAY_OR_MONTH_FIRST.fullmatch(day) else "unreadable_date"
	problems.append(Problem(code, (_shown(text),)))
	return None


def _amount(text: str, problems: list[Problem]) -> Decimal | None:
	if not text:
		problems.append(Problem("no_amount"))
		return None
	return _number(text, "unreadable_amount", problems)


def _rate(text: str, problems: list[Problem]) -> Decimal | None:
	return _number(text, "unreadable_rate", problems) if text else None


def _number(text: str, code: str, problems: list[Problem]) -> Decimal | None:
	plain = unicodedata.normalize("NFKC", text)
	if any(unicodedata.category(sign) == "Sc" for sign in plain):
		code = "currency_sign"
	elif len(plain) <= _LONGEST_NUMBER and _NUMBER.fullmatch(plain):
		return Decimal(plain.replace(",", ""))
	problems.append(Problem(code, (_shown(text),)))
	return None


def _is_return(text: str, problems: list[Problem]) -> bool:
	word = unicodedata.normalize("NFKC", text).casefold()
	if word not in _YES | _NO:
		problems.append(Problem("unreadable_return", (_shown(text),)))
	return word in _YES


def _shown(text: str) -> str:
	"""Enough of a cell to find it again."""
	return text if len(text) <= _LONGEST_NUMBER else text[:_LONGEST_NUMBER] + "…"
