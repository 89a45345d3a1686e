"""Care for customers: whose occasion is it, who is visited this month, and when may somebody call?"""

from __future__ import annotations

from calendar import isleap, monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import NamedTuple

from .calendar import CalendarError, ServiceCalendar
from .calendar_spec import FIRST_YEAR, LAST_YEAR
from .calendar_table import local_instant, to_datetime
from .ledger import to_utc

DAY_SECONDS = 24 * 3600

LATEST_DELAY_DAYS = 14
"""A greeting that cannot be brought within so many days is not brought: it would only embarrass."""


class Preference(NamedTuple):
	"""The hours of the day in which a customer likes to be reached; None: the centre's own."""

	begins: time | None = None
	ends: time | None = None


@dataclass(frozen=True, slots=True)
class Sample:
	"""``percent`` of those who qualify, at most ``most`` (0: no limit); at least one where any share is asked for."""

	percent: float
	most: int = 0

	def size(self, qualified: int) -> int:
		"""How many of so many customers are drawn."""
		if not qualified or not self.percent > 0:
			return 0
		wanted = max(1, round(qualified * min(self.percent, 100) / 100))
		return min(wanted, self.most) if self.most > 0 else wanted


def birthdays_kept_on(day: date) -> list[tuple[int, int]]:
	"""(month, day) of the birthdays that are kept on this day: those of 29 February on the 28th in other years."""
	found = [(day.month, day.day)]
	if (day.month, day.day) == (2, 28) and not isleap(day.year):
		found.append((2, 29))
	return found


def yearly_day(year: int, month: int, day: int) -> date:
	"""A day that comes back every year; 29 February is the 28th in other years. ValueError when there is no such day."""
	if (month, day) == (2, 29) and not isleap(year):
		return date(year, 2, 28)
	return date(year, month, day)


def draw(customers: Iterable[str], sample: Sample, seed: str) -> list[str]:
	"""Who is drawn: the same for the same seed, whatever the order in which customers come. Returned in drawn order.

	Each customer gets a number that depends on the seed and the name alone; the smallest numbers are drawn. One customer
	more or less therefore moves one place in the draw, not the whole of it.
	"""
	numbered = sorted((_number(seed, name), name) for name in set(customers))
	return [name for _number_of, name in numbered[: sample.size(len(numbered))]]


def visiting_day(customer: str, seed: str, month: date) -> date:
	"""A day of the month (any date of it), spread evenly over its days by the customer's number."""
	days = monthrange(month.year, month.month)[1]
	return month.replace(day=1 + _number(f"{seed}|day", customer) % days)


def _number(seed: str, name: str) -> int:
	return int.from_bytes(sha256(f"{seed}\n{name}".encode()).digest()[:8], "big")


def contact_instant(
	day: date, hours: ServiceCalendar, preference: Preference, not_before: datetime
) -> datetime | None:
	"""The first instant, on the day or after it, at which the customer may be reached; aware, in the calendar's zone.

	Within the open windows of ``hours`` and the preferred hours of the day. On a day on which the two do not meet the
	centre's hours are no use to the customer, and the next day is tried. None when there is no such instant within
	LATEST_DELAY_DAYS.
	"""
	earliest = to_utc(not_before)
	if not FIRST_YEAR <= day.year <= LAST_YEAR:
		return None
	for after in range(LATEST_DELAY_DAYS + 1):
		begins, ends = _wanted(day + timedelta(days=after), hours, preference)
		begins = max(begins, earliest)
		if begins >= ends:
			continue
		intervals = _open(hours, begins, ends)
		if intervals:
			return intervals[0][0]
	return None


def _wanted(day: date, hours: ServiceCalendar, preference: Preference) -> tuple[datetime, datetime]:
	"""Beginning and end of what the customer prefers on that day, in UTC."""
	begins = _seconds(preference.begins) if preference.begins else 0
	ends = _seconds(preference.ends) if preference.ends else DAY_SECONDS
	first, last = (local_instant(hours.zone, day.toordinal(), seconds) for seconds in (begins, ends))
	return to_utc(to_datetime(first, hours.zone)), to_utc(to_datetime(last, hours.zone))


def _seconds(moment: time) -> int:
	"""Since midnight; a part of a second counts as a whole one."""
	return moment.hour * 3600 + moment.minute * 60 + moment.second + (moment.microsecond > 0)


def _open(hours: ServiceCalendar, begins: datetime, ends: datetime) -> Sequence[tuple[datetime, datetime]]:
	try:
		return hours.open_intervals(begins, ends)
	except CalendarError:  # outside the years in which calendars are laid out
		return ()
