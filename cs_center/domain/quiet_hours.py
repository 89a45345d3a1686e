"""When may a person or a group be disturbed? At the end of quiet hours, and within the shift."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from .calendar import HORIZON_DAYS, CalendarError, ServiceCalendar

LONGEST_HOLD = timedelta(days=HORIZON_DAYS)
"""Whoever cannot be disturbed for longer than this is told at once: a message must not wait for ever."""

MOST_STEPS = 4 * HORIZON_DAYS
"""How often the search moves on between the two calendars: a quiet window and a shift twice a day, all the time."""

LOOK_AHEAD = timedelta(days=2)
"""A window is at most a day long; neighbours are walked one after the other."""

QUIET_HOURS, OUTSIDE_SHIFT, NO_RELEASE = "quiet_hours", "outside_shift", "no_release"


@dataclass(frozen=True)
class Release:
	"""``at``: the earliest instant. ``reason``: what holds until then ("" for nothing), or ``no_release``."""

	at: datetime
	reason: str = ""


def release(now: datetime, quiet: ServiceCalendar | None, shift: ServiceCalendar | None) -> Release:
	"""The earliest instant from ``now`` on that is outside the quiet windows and inside the shift.

	The open windows of ``quiet`` are the quiet hours; without a ``shift`` calendar every hour is worked.
	"""
	try:
		return _search(now, quiet, shift)
	except CalendarError:  # no shift in 400 days, or outside the years in which calendars are laid out
		return Release(now, NO_RELEASE)


def _search(now: datetime, quiet: ServiceCalendar | None, shift: ServiceCalendar | None) -> Release:
	at, first_reason = now, ""
	for _step in range(MOST_STEPS):
		moved, reason = _move_on(at, quiet, shift)
		if not reason:
			return Release(at, first_reason)
		at, first_reason = moved, first_reason or reason
		if at - now > LONGEST_HOLD:
			break
	return Release(now, NO_RELEASE)


def _move_on(
	at: datetime, quiet: ServiceCalendar | None, shift: ServiceCalendar | None
) -> tuple[datetime, str]:
	"""The end of what holds at ``at``, and what that is."""
	if quiet is not None and quiet.is_open(at):
		return quiet.open_intervals(at, at + LOOK_AHEAD)[0][1], QUIET_HOURS
	if shift is not None and not shift.is_open(at):
		return shift.next_open(at), OUTSIDE_SHIFT
	return at, ""
