"""When may somebody be disturbed? Compared with asking every single minute."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cs_center.domain.calendar import ServiceCalendar
from cs_center.domain.quiet_hours import (
	LONGEST_HOLD,
	NO_RELEASE,
	OUTSIDE_SHIFT,
	QUIET_HOURS,
	Release,
	release,
)

from .calendar_oracle import WEEKDAYS, slow_is_open
from .calendar_strategies import CHANGES, instants, specs

SHANGHAI = ZoneInfo("Asia/Shanghai")
WARSAW = ZoneInfo("Europe/Warsaw")
MINUTE = timedelta(minutes=1)


def calendar(
	*rows: tuple[str, str], zone: str = "Asia/Shanghai", days: tuple[str, ...] = WEEKDAYS, **spec: Any
) -> ServiceCalendar:
	windows = {day: [list(row) for row in rows] for day in days}
	return ServiceCalendar({"time_zone": zone, "windows": windows, **spec})


def local(day: int, time: str, zone: ZoneInfo = SHANGHAI, month: int = 11) -> datetime:
	hours, minutes = map(int, time.split(":"))
	return datetime(2026, month, day, hours, minutes, tzinfo=zone)


NIGHT = calendar(("22:00", "24:00"), ("00:00", "08:00"))
OVER_MIDNIGHT = calendar(("22:00", "08:00"))
OFFICE = calendar(("09:00", "17:00"), days=WEEKDAYS[:5])
ALWAYS = calendar(("00:00", "24:00"))


# --- examples (2026-11-21 is a Saturday) ---------------------------------------------------------------------------


def test_without_calendars_everything_leaves_at_once() -> None:
	assert release(local(21, "03:00"), None, None) == Release(local(21, "03:00"), "")


def test_outside_quiet_hours_it_leaves_at_once() -> None:
	assert release(local(21, "12:00"), NIGHT, None) == Release(local(21, "12:00"), "")


@pytest.mark.parametrize("quiet", [NIGHT, OVER_MIDNIGHT])
@pytest.mark.parametrize(("day", "time"), [(20, "22:00"), (20, "23:59"), (21, "00:00"), (21, "07:59")])
def test_windows_that_meet_at_midnight_are_one_night(quiet: ServiceCalendar, day: int, time: str) -> None:
	assert release(local(day, time), quiet, None) == Release(local(21, "08:00"), QUIET_HOURS)


def test_the_end_of_quiet_hours_is_not_quiet() -> None:
	assert release(local(21, "08:00"), NIGHT, None) == Release(local(21, "08:00"), "")


def test_the_second_before_quiet_hours_is_not_quiet() -> None:
	now = local(21, "22:00") - timedelta(seconds=1)
	assert release(now, NIGHT, None) == Release(now, "")


def test_off_shift_it_waits_for_the_next_working_day() -> None:
	assert release(local(20, "17:00"), None, OFFICE) == Release(local(23, "09:00"), OUTSIDE_SHIFT)


def test_on_shift_it_leaves_at_once() -> None:
	assert release(local(23, "09:00"), None, OFFICE) == Release(local(23, "09:00"), "")


def test_quiet_hours_into_the_shift_delay_its_beginning() -> None:
	sleeping_in = calendar(("22:00", "10:30"))
	assert release(local(22, "23:00"), sleeping_in, OFFICE) == Release(local(23, "10:30"), QUIET_HOURS)


def test_the_reason_is_what_holds_now() -> None:
	"""On Saturday noon nobody is quiet, but nobody works; the night that follows is not the reason."""
	assert release(local(21, "12:00"), NIGHT, OFFICE) == Release(local(23, "09:00"), OUTSIDE_SHIFT)


def test_it_goes_on_from_one_calendar_to_the_other_until_both_agree() -> None:
	shift = calendar(("06:00", "07:00"), ("09:30", "10:00"), ("14:00", "15:00"))
	quiet = calendar(("05:00", "08:00"), ("09:00", "14:20"))
	assert release(local(21, "04:00"), quiet, shift) == Release(local(21, "14:20"), OUTSIDE_SHIFT)


def test_two_zones_are_compared_as_instants() -> None:
	warsaw_shift = calendar(("09:00", "17:00"), zone="Europe/Warsaw")
	found = release(local(21, "09:00"), NIGHT, warsaw_shift)
	assert found.at == local(21, "16:00")


def test_who_is_always_quiet_is_told_at_once() -> None:
	now = local(21, "12:00")
	assert release(now, ALWAYS, None) == Release(now, NO_RELEASE)


@pytest.mark.parametrize(
	("first_free_day", "reason"), [("2027-11-21", QUIET_HOURS), ("2028-03-01", NO_RELEASE)]
)
def test_who_is_quiet_for_more_than_four_hundred_days_is_told_at_once(
	first_free_day: str, reason: str
) -> None:
	quiet = calendar(("00:00", "24:00"), exceptions=[{"date": first_free_day, "closed": True}])
	found = release(local(21, "12:00"), quiet, None)
	assert found.reason == reason
	assert (found.at == local(21, "12:00")) == (reason == NO_RELEASE)


def test_a_shift_that_lies_within_quiet_hours_never_opens() -> None:
	now = local(21, "12:00")
	nights = calendar(("23:00", "24:00"))
	assert release(now, NIGHT, nights) == Release(now, NO_RELEASE)


def test_a_shift_that_never_comes_again_is_no_reason_to_wait() -> None:
	over = ServiceCalendar(
		{
			"time_zone": "Asia/Shanghai",
			"windows": {},
			"exceptions": [{"date": "2024-01-05", "windows": [["09:00", "10:00"]]}],
		}
	)
	now = local(21, "12:00")
	assert release(now, None, over) == Release(now, NO_RELEASE)


def test_an_instant_outside_the_years_of_calendars_is_no_reason_to_fail() -> None:
	now = datetime(2399, 1, 1, tzinfo=timezone.utc)
	assert release(now, NIGHT, None) == Release(now, NO_RELEASE)


# --- the clocks change (Warsaw: 29 March 02:00 -> 03:00, 25 October 03:00 -> 02:00) ---------------------------------

SLEEP = calendar(("22:00", "07:00"), zone="Europe/Warsaw")
SMALL_HOURS = calendar(("02:00", "02:30"), zone="Europe/Warsaw")


def test_the_short_night_ends_at_seven_on_the_wall() -> None:
	found = release(local(28, "23:00", WARSAW, 3), SLEEP, None)
	assert found.at == local(29, "07:00", WARSAW, 3)
	assert found.at - local(28, "23:00", WARSAW, 3).astimezone(timezone.utc) == timedelta(hours=7)


def test_the_long_night_ends_at_seven_on_the_wall() -> None:
	found = release(local(24, "23:00", WARSAW, 10), SLEEP, None)
	assert found.at == local(25, "07:00", WARSAW, 10)
	assert found.at - local(24, "23:00", WARSAW, 10).astimezone(timezone.utc) == timedelta(hours=9)


def test_a_quiet_window_that_the_clocks_skip_holds_nothing() -> None:
	"""02:00-02:30 does not happen on 29 March; half past one UTC+1 is followed by three o'clock."""
	before = local(29, "01:59", WARSAW, 3)
	assert release(before, SMALL_HOURS, None) == Release(before, "")
	after = datetime(2026, 3, 29, 1, 0, tzinfo=timezone.utc)
	assert release(after, SMALL_HOURS, None) == Release(after, "")


# --- against asking every minute -----------------------------------------------------------------------------------

UTC_DAY_MINUTES = 24 * 60


def slow_release(now: datetime, quiet: Any, shift: Any, minutes: int) -> datetime | None:
	"""Ask minute by minute; None when no minute of these will do. Windows begin and end on whole minutes."""
	moment = now
	for _ in range(minutes):
		is_quiet = quiet is not None and slow_is_open(quiet, moment)
		is_off = shift is not None and not slow_is_open(shift, moment)
		if not is_quiet and not is_off:
			return moment
		moment = (moment + MINUTE).replace(second=0, microsecond=0)
	return None


def made(spec: Any) -> ServiceCalendar | None:
	return ServiceCalendar(spec) if spec else None


@st.composite
def two_calendars(draw: st.DrawFn) -> tuple[Any, Any, datetime]:
	quiet = draw(st.one_of(st.none(), specs()))
	shift = draw(st.one_of(st.none(), specs()))
	zone = (quiet or shift or {"time_zone": draw(st.sampled_from(sorted(CHANGES)))})["time_zone"]
	return quiet, shift, draw(instants(zone))


@settings(max_examples=40)
@given(two_calendars())
def test_it_is_the_first_minute_that_will_do(drawn: tuple[Any, Any, datetime]) -> None:
	quiet, shift, now = drawn
	expected = slow_release(now, quiet, shift, UTC_DAY_MINUTES)
	found = release(now, made(quiet), made(shift))
	if expected is None:
		assert found.reason != ""
		assert found.reason == NO_RELEASE or found.at > now + timedelta(hours=23)
	else:
		assert found.at == expected
		assert (found.reason == "") == (expected == now)


@given(two_calendars())
def test_a_release_is_bounded_never_earlier_than_asked_and_really_free(
	drawn: tuple[Any, Any, datetime],
) -> None:
	quiet, shift, now = drawn
	found = release(now, made(quiet), made(shift))
	assert now <= found.at <= now + LONGEST_HOLD
	assume(found.reason != NO_RELEASE)
	assert quiet is None or not made(quiet).is_open(found.at)  # type: ignore[union-attr]
	assert shift is None or made(shift).is_open(found.at)  # type: ignore[union-attr]
	assert release(found.at, made(quiet), made(shift)) == Release(found.at, "")


@given(two_calendars(), st.integers(0, 40 * 60))
def test_whoever_asks_later_is_released_no_earlier(drawn: tuple[Any, Any, datetime], minutes: int) -> None:
	quiet, shift, now = drawn
	first = release(now, made(quiet), made(shift))
	later = release(now + minutes * MINUTE, made(quiet), made(shift))
	assume(NO_RELEASE not in (first.reason, later.reason))
	assert first.at <= later.at
