"""Amounts with an explicit unit, and how each unit is added to an instant.

Business units count open time of a calendar; business days end with the last window of the N-th open date after the
start's date; calendar minutes and hours are real time; calendar days keep the local time of day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import Enum

from .calendar import ServiceCalendar
from .errors import NegativeAmountError, PolicyError


class Unit(str, Enum):
	"""The eight units a target may have."""

	BUSINESS_SECONDS = "business_seconds"
	BUSINESS_MINUTES = "business_minutes"
	BUSINESS_HOURS = "business_hours"
	BUSINESS_DAYS = "business_days"
	CALENDAR_SECONDS = "calendar_seconds"
	CALENDAR_MINUTES = "calendar_minutes"
	CALENDAR_HOURS = "calendar_hours"
	CALENDAR_DAYS = "calendar_days"

	@property
	def is_business(self) -> bool:
		"""Whether only open time counts."""
		return self.value.startswith("business")

	@property
	def is_days(self) -> bool:
		"""Whether whole days are counted, not seconds."""
		return self.value.endswith("days")


_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600}


class BadAmountError(PolicyError):
	code = "bad_amount"
	message = "{value} {unit} is not a usable amount: {reason}."


@dataclass(frozen=True, slots=True)
class Amount:
	"""A positive number of one unit; days are whole."""

	value: float
	unit: Unit

	def __post_init__(self) -> None:
		if not self.value > 0 or self.value != self.value or self.value == float("inf"):
			raise BadAmountError(value=self.value, unit=self.unit.value, reason="it must be above zero")
		if self.unit.is_days and self.value != int(self.value):
			raise BadAmountError(value=self.value, unit=self.unit.value, reason="days must be whole")

	@property
	def length(self) -> timedelta:
		"""The amount as a length of (open or real) time; for days it has no meaning and is refused."""
		if self.unit.is_days:
			raise BadAmountError(value=self.value, unit=self.unit.value, reason="a day has no fixed length")
		return timedelta(seconds=self.value * _SECONDS[self.unit.value.partition("_")[2]])


def add_amount(calendar: ServiceCalendar, start: datetime, amount: Amount) -> datetime:
	"""The deadline of ``amount`` after ``start``, in the calendar's zone."""
	if amount.unit is Unit.BUSINESS_DAYS:
		return calendar.business_days_deadline(start, int(amount.value))
	if amount.unit is Unit.CALENDAR_DAYS:
		return add_local_days(calendar, start, int(amount.value))
	return move_on(calendar, start, amount.length, amount.unit)


def add_local_days(calendar: ServiceCalendar, start: datetime, days: int) -> datetime:
	"""The same local time ``days`` dates later; a time skipped by the clocks moves on by the length of the gap."""
	wall = start.astimezone(calendar.zone).replace(tzinfo=None) + timedelta(days=days)
	return wall.replace(tzinfo=calendar.zone).astimezone(timezone.utc).astimezone(calendar.zone)


def move_on(calendar: ServiceCalendar, start: datetime, length: timedelta, unit: Unit) -> datetime:
	"""``start`` plus a length of time as the unit counts it: open time for business units, else real time."""
	if unit.is_business:
		return calendar.advance(start, length)
	if length < timedelta():
		raise NegativeAmountError(amount=length)
	return (start.astimezone(timezone.utc) + length).astimezone(calendar.zone)


def measure(calendar: ServiceCalendar, start: datetime, end: datetime, unit: Unit) -> timedelta:
	"""Length between two instants as the unit counts it."""
	if unit.is_business:
		return calendar.span(start, end)
	return end.astimezone(timezone.utc) - start.astimezone(timezone.utc)
