"""A purchase as plain values, what it is worth, and what can be wrong with it. Speaks no Frappe and reads no clock."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
LONGEST_NAME = 140
MOST = Decimal(10) ** 11
"""The database's columns hold twelve digits before the point."""

MOST_DECIMALS = 9
"""After the point they hold nine."""

EARLIEST = date(1990, 1, 1)
"""Older dates are slips of the keyboard."""

AHEAD = timedelta(days=1)
"""The shop may be in a time zone where it is tomorrow already."""


@dataclass(frozen=True)
class Problem:
	"""What is wrong with a purchase: a code, for which ``purchase_sentences`` has the sentence, and the sentence's values."""

	code: str
	values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Purchase:
	"""One order, or a return of one. ``exchange_rate`` None: not given. An empty currency is the tier currency."""

	order_number: str
	customer: str
	purchased_on: date
	amount: Decimal
	currency: str = ""
	exchange_rate: Decimal | None = None
	is_return: bool = False
	returns_order: str = ""
	channel: str = ""


def with_rate(purchase: Purchase, tier_currency: str) -> Purchase:
	"""The purchase with its currency spelled out, and with the rate 1 where that is the tier currency."""
	if purchase.currency and purchase.currency != tier_currency:
		return purchase
	return replace(purchase, currency=tier_currency, exchange_rate=Decimal(1))


def base_amount(amount: Decimal, exchange_rate: Decimal, is_return: bool) -> Decimal:
	"""Amount in the tier currency to the cent (half a cent goes up, away from zero); negative for a return.

	``exchange_rate``: how much one unit of the purchase's currency is worth in the tier currency.
	"""
	worth = (amount * exchange_rate).quantize(CENT, ROUND_HALF_UP)
	return -worth if is_return else worth


def problems_of(purchase: Purchase, tier_currency: str, today: date) -> list[Problem]:
	"""What is wrong with the values of a purchase, looked at alone."""
	found = [
		*_problems_of_number(purchase.order_number),
		*_problems_of_date(purchase.purchased_on, today),
		*problems_of_amount(purchase.amount),
		*_problems_of_rate(purchase, tier_currency),
		*_problems_of_link(purchase),
	]
	if len(purchase.channel) > LONGEST_NAME:
		found.append(Problem("long_channel", (purchase.channel[:20] + "…",)))
	if found:
		return found
	return _problems_of_worth(with_rate(purchase, tier_currency))


def _problems_of_number(number: str) -> list[Problem]:
	if not number.strip():
		return [Problem("no_order_number")]
	if len(number) > LONGEST_NAME:
		return [Problem("long_order_number", (number[:20] + "…",))]
	return []


def _problems_of_date(day: date, today: date) -> list[Problem]:
	if day > today + AHEAD:
		return [Problem("future_date", (day.isoformat(),))]
	if day < EARLIEST:
		return [Problem("early_date", (day.isoformat(),))]
	return []


def problems_of_amount(amount: Decimal) -> list[Problem]:
	"""What is wrong with an amount, as a number."""
	if not amount.is_finite():
		return [Problem("unreadable_amount", (str(amount),))]
	if amount < 0:
		return [Problem("negative_amount", (plain(amount),))]
	return _problems_of_size(amount)


def _problems_of_size(number: Decimal) -> list[Problem]:
	if abs(number) >= MOST:
		return [Problem("large_amount", (plain(number),))]
	if number != round(number, MOST_DECIMALS):
		return [Problem("fine_amount", (plain(number), str(MOST_DECIMALS)))]
	return []


def _problems_of_rate(purchase: Purchase, tier_currency: str) -> list[Problem]:
	rate = purchase.exchange_rate
	if not purchase.currency or purchase.currency == tier_currency:
		return [] if rate in (None, 0, 1) else [Problem("own_rate", (tier_currency, plain(rate)))]
	if not rate:
		return [Problem("no_rate", (purchase.currency, tier_currency))]
	if not rate.is_finite() or rate < 0:
		return [Problem("unreadable_rate", (plain(rate),))]
	return _problems_of_size(rate)


def _problems_of_link(purchase: Purchase) -> list[Problem]:
	if purchase.returns_order and not purchase.is_return:
		return [Problem("no_return", (purchase.returns_order,))]
	if purchase.returns_order and same_number(purchase.returns_order, purchase.order_number):
		return [Problem("returns_itself", (purchase.order_number,))]
	return []


def _problems_of_worth(purchase: Purchase) -> list[Problem]:
	worth = base_amount(purchase.amount, purchase.exchange_rate or Decimal(1), False)
	return _problems_of_size(worth)


@dataclass(frozen=True)
class ReturnedOrder:
	"""The order that a return names. ``returned``: amount of its other returns, in the order's own currency."""

	order_number: str
	customer: str
	amount: Decimal
	currency: str
	is_return: bool
	returned: Decimal = Decimal(0)


def problems_of_return(purchase: Purchase, order: ReturnedOrder | None) -> list[Problem]:
	"""What is wrong between a return and the order that it names; ``purchase`` has its currency spelled out."""
	if order is None:
		return [Problem("no_such_order", (purchase.returns_order,))]
	if order.is_return:
		return [Problem("returns_return", (order.order_number,))]
	if order.customer != purchase.customer:
		return [Problem("order_of_another", (order.order_number, order.customer))]
	if order.currency != purchase.currency:
		return [Problem("return_currency", (order.order_number, order.currency))]
	if order.returned + purchase.amount > order.amount:
		told = (order.order_number, plain(order.amount), plain(order.returned + purchase.amount))
		return [Problem("large_return", told)]
	return []


def number_key(number: str) -> str:
	"""What two order numbers share that the database holds for the same: capitals, accents and width do not count."""
	decomposed = unicodedata.normalize("NFKD", number.strip())
	return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).casefold()


def same_number(one: str, other: str) -> bool:
	"""Whether two order numbers are the same one."""
	return number_key(one) == number_key(other)


def plain(number: Decimal) -> str:
	"""1234.5 for 1234.500000000: without zeros at the end and without an exponent."""
	text = f"{number:f}"
	return text.rstrip("0").rstrip(".") if "." in text else text
