"""Working seconds as Helpdesk counts them: at most one window a weekday, whole-day holidays, no time zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class BusinessHours:
	"""`windows`: weekday number (Monday is 0) -> (opens, closes) since midnight."""

	windows: dict[int, tuple[timedelta, timedelta]]
	holidays: frozenset[date]

	def window(self, day: date) -> tuple[datetime, datetime] | None:
		"""Return the day's opening and closing instant, or None on a closed day."""
		if day in self.holidays or day.weekday() not in self.windows:
			return None
		midnight = datetime.combine(day, time.min)
		opens, closes = self.windows[day.weekday()]
		return midnight + opens, midnight + closes

	def add(self, start: datetime, seconds: float) -> datetime:
		"""Return the instant at which `seconds` of work are done.

		Without a single work day the search runs to the end of the calendar and ends in OverflowError,
		as it does on a real site.
		"""
		left, day, at = timedelta(seconds=seconds), start.date(), start
		while left:
			window = self.window(day)
			if window:
				opens, closes = max(window[0], start), window[1]
				done = min(left, max(closes - opens, timedelta()))
				left -= done
				at = opens + done
			day += ONE_DAY
		return at

	def between(self, start: datetime, end: datetime) -> float:
		"""Return the working seconds from `start` to `end`; none when they come in the wrong order."""
		total, day = timedelta(), start.date()
		while day <= end.date():
			window = self.window(day)
			if window:
				total += max(min(end, window[1]) - max(start, window[0]), timedelta())
			day += ONE_DAY
		return total.total_seconds()

	def is_open(self, at: datetime) -> bool:
		"""Say whether `at` lies in the day's window, holidays not asked."""
		window = BusinessHours(self.windows, frozenset()).window(at.date())
		return bool(window) and window[0] <= at < window[1]
