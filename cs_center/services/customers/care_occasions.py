"""Whose occasion is it on a day? Birthdays, holidays and renewals by the day, visits by a sample of the month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import frappe
from frappe.utils import cint, flt

from cs_center.domain.care import Sample, birthdays_kept_on, draw, yearly_day
from cs_center.integrations.holiday_calendars import HolidayCalendarError

from .deciding import PROFILE
from .holidays import first_day
from .ladder import TIER
from .personal import birthday_key

BIRTHDAY, HOLIDAY, RENEWAL, VISIT = "Birthday", "Holiday", "Renewal", "Visit"
RULE = "CS Care Rule"
LOOKS_BACK_DAYS = 6
"""For how many missed days tasks are made up: later than that nobody wants to be congratulated."""


@dataclass(frozen=True)
class CareRule:
	"""One rule as it is carried out. ``days_before``: so many days before the occasion its task is made."""

	name: str
	occasion: str
	days_before: int
	country: str
	holiday: str
	month: int
	day: int
	lowest_tier: str
	sample: Sample
	purpose: str
	medium: str
	team: str
	last_run_on: date | None


def read_rule(name: str) -> CareRule:
	"""The rule as it is stored."""
	doc = frappe.get_doc(RULE, name)
	return CareRule(
		name=doc.name,
		occasion=doc.occasion,
		days_before=cint(doc.days_before),
		country=doc.holiday_country or "",
		holiday=doc.holiday_name or "",
		month=cint(doc.fixed_month),
		day=cint(doc.fixed_day),
		lowest_tier=doc.lowest_tier or "",
		sample=Sample(flt(doc.sample_percent), cint(doc.sample_most)),
		purpose=doc.purpose or "",
		medium=doc.medium or "Phone",
		team=doc.team or "",
		last_run_on=doc.last_run_on,
	)


def days_of(rule: CareRule, today: date) -> list[date]:
	"""The days to look at: today and those missed since the last run; for visits the month, once."""
	if rule.occasion == VISIT:
		is_done = rule.last_run_on and (rule.last_run_on.year, rule.last_run_on.month) == (
			today.year,
			today.month,
		)
		return [] if is_done else [today]
	first = rule.last_run_on + timedelta(days=1) if rule.last_run_on else today
	first = max(first, today - timedelta(days=LOOKS_BACK_DAYS))
	return [first + timedelta(days=number) for number in range((today - first).days + 1)]


def day_before_first(rule: CareRule, today: date) -> date:
	"""As if the rule had been looked at before today, or before this month."""
	return (today.replace(day=1) if rule.occasion == VISIT else today) - timedelta(days=1)


def occasion_on(rule: CareRule, day: date) -> date:
	"""The day that is celebrated, or the first of the month in which is visited."""
	return day.replace(day=1) if rule.occasion == VISIT else day + timedelta(days=rule.days_before)


def customers_of(rule: CareRule, day: date) -> list[str]:
	"""Who is due when the rule is looked at on that day, in the order of their names; only who consents."""
	on = occasion_on(rule, day)
	if rule.occasion == BIRTHDAY:
		keys = [birthday_key(month, day_of_month) for month, day_of_month in birthdays_kept_on(on)]
		return _customers(rule, {"birthday_key": ["in", keys]})
	if rule.occasion == RENEWAL:
		return _customers(rule, {"renewal_on": on})
	if rule.occasion == HOLIDAY:
		return _customers(rule, {}) if holiday_of(rule, on.year) == on else []
	return sorted(_drawn(rule, on))


def _drawn(rule: CareRule, month: date) -> list[str]:
	"""The month's sample, less whom an earlier, stopped run has drawn already."""
	qualified = _customers(rule, {})
	seed = f"{rule.name}|{month:%Y-%m}"
	there = frappe.get_all(
		"CS Follow Up",
		{"care_rule": rule.name, "occasion_on": month},
		pluck="customer",
		limit_page_length=0,
	)
	left = rule.sample.size(len(qualified)) - len(there)
	fresh = [name for name in draw(qualified, rule.sample, seed) if name not in set(there)]
	return fresh[: max(left, 0)]


def holiday_of(rule: CareRule, year: int) -> date | None:
	"""The day of a holiday's rule in a year; None where the official list does not have it."""
	if rule.occasion != HOLIDAY:
		return None
	if rule.month:
		return yearly_day(year, rule.month, rule.day)
	try:
		return first_day(rule.country, rule.holiday, year)
	except HolidayCalendarError:
		return None


def _customers(rule: CareRule, filters: dict[str, Any]) -> list[str]:
	wanted = {"consent": "Given", **filters}
	if rule.lowest_tier:
		rank = cint(frappe.db.get_value(TIER, rule.lowest_tier, "rank"))
		tiers = frappe.get_all(TIER, {"rank": [">=", rank]}, pluck="name", limit_page_length=0)
		wanted["tier"] = ["in", tiers]
	return frappe.get_all(PROFILE, wanted, pluck="customer", order_by="name asc", limit_page_length=0)
