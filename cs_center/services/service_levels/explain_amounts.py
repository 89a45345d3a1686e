"""Amounts and lengths of time in words."""

from __future__ import annotations

from datetime import timedelta

from frappe import _

from cs_center.domain.units import Amount

from .definitions import label


def counted_text(length: timedelta | None, amount: Amount) -> str:
	"""A length with how it is counted: open time for business units."""
	kind = _("{0} of business time") if amount.unit.is_business else _("{0} of calendar time")
	return kind.format(length_text(length))


def amount_text(amount: Amount) -> str:
	"""2 business hours, with the unit's own name."""
	number = f"{amount.value:g}"
	seconds = amount.unit.value.endswith("seconds")
	if seconds and amount.value >= 60 and amount.value % 60 == 0:
		return counted_text(timedelta(seconds=amount.value), amount)
	return _("{0} {1}").format(number, _(label(amount.unit.value)).lower())


def length_text(length: timedelta | None) -> str:
	"""1 h 30 min; seconds only below a minute."""
	total = int(length.total_seconds()) if length else 0
	if total < 60:
		return _("{0} s").format(total)
	hours, minutes = total // 3600, total % 3600 // 60
	if not hours:
		return _("{0} min").format(minutes)
	return _("{0} h {1} min").format(hours, minutes) if minutes else _("{0} h").format(hours)
