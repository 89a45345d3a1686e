"""A public holiday by its name: on which day it is kept in a year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from cs_center.integrations.holiday_calendars import read_special_days

LANGUAGES = ("en_US", "zh_CN")
"""In which a holiday may be named; official notices have both in one."""


def first_day(country: str, name: str, year: int) -> date | None:
	"""First day of the year on which the holiday is kept, None where the list does not have it.

	``name``: the holiday's name or a part of it, in English or Chinese; capitals do not count. Raises HolidayCalendarError.
	"""
	wanted = name.strip().casefold()
	days = [day for day, named in _holidays(country, year) if wanted and wanted in named.casefold()]
	return min(days, default=None)


def lasting_names(country: str, years: Sequence[int]) -> list[str]:
	"""Names by which the holidays of the first year are found in the others too, in their order; full names of the rest.

	Lists change their wording from year to year: a part of a name ("Spring Festival", "劳动节") often lasts longer.
	"""
	found = [_lasting(country, name, years[1:]) for name in names_of(country, years[0])]
	return list(dict.fromkeys(found))


def _lasting(country: str, name: str, years: Sequence[int]) -> str:
	for part in (name, *_parts(name)):
		if all(first_day(country, part, year) for year in years):
			return part
	return name


def _parts(name: str) -> list[str]:
	"""What stands before, in and behind brackets, and words of one script."""
	rough = re.split(r"[()（）;/]|(?<=[\u0000-\u02ff])\s+(?=[\u4e00-\u9fff])", name)
	return [part.strip() for part in rough if part and len(part.strip()) > 1]


def names_of(country: str, year: int) -> list[str]:
	"""Names of the year's holidays in English, or the country's own language, in their order. Raises HolidayCalendarError."""
	found = read_special_days(country, [year], language=LANGUAGES[0])
	return list(dict.fromkeys(special.name for special in found if not special.is_working_day))


def _holidays(country: str, year: int) -> list[tuple[date, str]]:
	return [
		(special.day, special.name)
		for language in LANGUAGES
		for special in read_special_days(country, [year], language=language)
		if not special.is_working_day
	]
