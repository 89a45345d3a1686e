"""Public holidays and make-up working days from the ``holidays`` library. Knows nothing of Frappe.

The library version that Frappe 15 allows was made before some official notices appeared; ``data/official_holidays.json``
holds those years as they were announced, and a year that stands there is taken from there alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import NamedTuple

OFFICIAL = Path(__file__).parent.parent / "data" / "official_holidays.json"

FIRST_YEAR, LAST_YEAR = 2000, 2100
"""Years outside are typing errors; the library would compute them without a word."""

MAKE_UP_NAME = "Make-up working day"


class HolidayCalendarError(ValueError):
	"""Holidays that cannot be had. ``code``: unknown_country, unknown_subdivision or bad_year; ``value``: which."""

	def __init__(self, code: str, value: object) -> None:
		self.code, self.value = code, value
		super().__init__(f"{code}: {value}")


class SpecialDay(NamedTuple):
	"""A date that differs from its weekday: a public holiday, or a weekend day that is worked."""

	day: date
	name: str
	is_working_day: bool


def read_special_days(
	country: str, years: Iterable[int], subdivision: str | None = None, language: str | None = None
) -> list[SpecialDay]:
	"""Holidays and make-up working days of a country (ISO code, "CN") in the given years, in order of date.

	``language`` is taken where the library has it ("zh_CN", "en_US"), else the country's own is used.
	Raises HolidayCalendarError.
	"""
	wanted = sorted(set(years))
	for year in wanted:
		if not FIRST_YEAR <= year <= LAST_YEAR:
			raise HolidayCalendarError("bad_year", year)
	code = _check_place(country, subdivision)
	official = _official_years(code)
	found = {}
	for year in wanted:
		notice = official.get(str(year))
		days = _from_notice(notice) if notice else _from_library(code, year, subdivision, language)
		found.update({special.day: special for special in days})
	return [found[day] for day in sorted(found)]


def years_without_notice(country: str, years: Iterable[int]) -> list[int]:
	"""Years whose make-up working days are not known, in a country that announces them year by year."""
	official = [int(year) for year in _official_years(country.strip().upper())]
	return [year for year in sorted(set(years)) if official and year > max(official)]


def list_places() -> list[dict]:
	"""Countries of the library: ``{"code": "CN", "name": "China", "subdivisions": [...]}``, by name."""
	from holidays import list_supported_countries
	from holidays.registry import COUNTRIES

	subdivisions = list_supported_countries()
	places = [
		{"code": names[1], "name": _spaced(names[0]), "subdivisions": list(subdivisions.get(names[1], []))}
		for names in COUNTRIES.values()
	]
	return sorted(places, key=lambda place: place["name"])


def _official_years(code: str) -> dict[str, dict]:
	return json.loads(OFFICIAL.read_text(encoding="utf-8")).get(code, {})


def _check_place(country: str, subdivision: str | None) -> str:
	places = {place["code"]: place for place in list_places()}
	code = (country or "").strip().upper()
	if code not in places:
		raise HolidayCalendarError("unknown_country", country)
	if subdivision and subdivision not in places[code]["subdivisions"]:
		raise HolidayCalendarError("unknown_subdivision", subdivision)
	return code


def _from_notice(notice: dict) -> list[SpecialDay]:
	holidays = [SpecialDay(date.fromisoformat(day), name, False) for day, name in notice["holidays"]]
	worked = [SpecialDay(date.fromisoformat(day), MAKE_UP_NAME, True) for day in notice["working_days"]]
	return holidays + worked


def _from_library(code: str, year: int, subdivision: str | None, language: str | None) -> list[SpecialDay]:
	from holidays import country_holidays

	# A holiday in January can be made up in December before it: that day stands with the following year.
	calendar = country_holidays(code, subdiv=subdivision or None, years=[year, year + 1], observed=True)
	if language in (getattr(calendar, "supported_languages", None) or ()):
		calendar = country_holidays(
			code, subdiv=subdivision or None, years=[year, year + 1], language=language
		)
	holidays = [SpecialDay(day, name, False) for day, name in calendar.items() if day.year == year]
	worked = getattr(calendar, "weekend_workdays", ())
	return holidays + [SpecialDay(day, MAKE_UP_NAME, True) for day in worked if day.year == year]


def _spaced(class_name: str) -> str:
	"""The library's registry has class names: "UnitedStates" -> "United States"."""
	return "".join(f" {letter}" if letter.isupper() else letter for letter in class_name).strip()
