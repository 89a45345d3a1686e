"""Amounts with an explicit unit, and how each unit is added to an instant.

Business units count open time of a calendar; business days end with the last window of the N-th open date after the
start's date; calendar minutes and hours are real time; calendar days keep the local time of day.

The functions on ``int`` are the core: instants and lengths in microseconds (see ``calendar_table``).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from enum import Enum

from .calendar import ServiceCalendar, require_range
from .calendar_table import DAY_MICRO, MICRO, to_datetime, to_instant, to_micro
from .errors import InvertedSpanError, NegativeAmountError, PolicyError

MOST_SECONDS = 100 * 366 * 86_400
"""A target of more than a hundred years is a slip of the keyboard."""

_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400}


class Unit(str, Enum):
	"""The eight units a target may have. ``is_business``: only open time counts. ``is_days``: whole days are counted."""

	BUSINESS_SECONDS = "business_seconds"
	BUSINESS_MINUTES = "business_minutes"
	BUSINESS_HOURS = "business_hours"
	BUSINESS_DAYS = "business_days"
	CALENDAR_SECONDS = "calendar_seconds"
	CALENDAR_MINUTES = "calendar_minutes"
	CALENDAR_HOURS = "calendar_hours"
	CALENDAR_DAYS = "calendar_days"

	is_business: bool
	is_days: bool
	seconds: int

	def __init__(self, value: str) -> None:
		kind, _, step = value.partition("_")
		self.is_business = kind == "business"
		self.is_days = step == "days"
		self.seconds = _SECONDS[step]


class BadAmountError(PolicyError):
	code = "bad_amount"
	message = "{value} {unit} is not a usable amount: {reason}."


@dataclass(frozen=True, slots=True)
class Amount:
	"""A positive number of one unit; days are whole. ``micro``: its length in microseconds, 0 for days."""

	value: float
	unit: Unit
	micro: int = field(init=False, repr=False, compare=False)

	def __post_init__(self) -> None:
		if not 0 < self.value < float("inf"):
			raise BadAmountError(value=self.value, unit=self.unit.value, reason="it must be above zero")
		if self.unit.is_days and self.value != int(self.value):
			raise BadAmountError(value=self.value, unit=self.unit.value, reason="days must be whole")
		if self.value > MOST_SECONDS / self.unit.seconds:
			raise BadAmountError(value=self.value, unit=self.unit.value, reason="it is longer than 100 years")
		micro = 0 if self.unit.is_days else round(self.value * self.unit.seconds * MICRO)
		object.__setattr__(self, "micro", micro)

	@property
	def length(self) -> timedelta:
		"""The amount as a length of (open or real) time; for days it has no meaning and is refused."""
		if self.unit.is_days:
			raise BadAmountError(value=self.value, unit=self.unit.value, reason="a day has no fixed length")
		return timedelta(microseconds=self.micro)


def shortened(amount: Amount, factor: float) -> Amount:
	"""The amount times a factor of at most 1. Days stay whole: they are rounded down, to no less than one."""
	value = round(amount.value * factor, 9)
	return replace(amount, value=max(1.0, float(int(value))) if amount.unit.is_days else value)


def add_amount(calendar: ServiceCalendar, start: datetime, amount: Amount) -> datetime:
	"""The deadline of ``amount`` after ``start``, in the calendar's zone."""
	return to_datetime(add_to_instant(calendar, to_instant(start), amount), calendar.zone)


def add_to_instant(calendar: ServiceCalendar, start: int, amount: Amount) -> int:
	"""``add_amount`` on instants."""
	if not amount.unit.is_days:
		return move_instant(calendar, start, amount.micro, amount.unit)
	if amount.unit.is_business:
		return calendar.business_days_instant(start, int(amount.value))
	return to_instant(add_local_days(calendar, to_datetime(start, calendar.zone), int(amount.value)))


def add_local_days(calendar: ServiceCalendar, start: datetime, days: int) -> datetime:
	"""The same local time ``days`` dates later; a time skipped by the clocks moves on by the length of the gap."""
	require_range(to_instant(start) + days * DAY_MICRO)
	wall = start.astimezone(timezone.utc).astimezone(calendar.zone).replace(tzinfo=None) + timedelta(
		days=days
	)
	return wall.replace(tzinfo=calendar.zone).astimezone(timezone.utc).astimezone(calendar.zone)


def move_on(calendar: ServiceCalendar, start: datetime, length: timedelta, unit: Unit) -> datetime:
	"""``start`` plus a length of time as the unit counts it: open time for business units, else real time."""
	return to_datetime(move_instant(calendar, to_instant(start), to_micro(length), unit), calendar.zone)


def move_instant(calendar: ServiceCalendar, start: int, length: int, unit: Unit) -> int:
	"""``move_on`` on instants."""
	if unit.is_business:
		return calendar.advance_instant(start, length)
	if length < 0:
		raise NegativeAmountError(amount=f"{length} microseconds")
	require_range(start + length)
	return start + length


def measure(calendar: ServiceCalendar, start: datetime, end: datetime, unit: Unit) -> timedelta:
	"""Length between two instants as the unit counts it; InvertedSpanError when end is before start."""
	return timedelta(microseconds=measure_instants(calendar, to_instant(start), to_instant(end), unit))


def measure_instants(calendar: ServiceCalendar, start: int, end: int, unit: Unit) -> int:
	"""``measure`` on instants."""
	if unit.is_business:
		return calendar.span_instants(start, end)
	if end < start:
		raise InvertedSpanError(
			start=to_datetime(start, calendar.zone).isoformat(),
			end=to_datetime(end, calendar.zone).isoformat(),
		)
	return end - start
