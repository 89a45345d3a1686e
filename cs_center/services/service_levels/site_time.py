"""The edge between Frappe's naive datetimes (site's time zone) and the domain's aware ones.

In the hour that the clocks repeat, a naive time means its first pass: what Frappe stores cannot say which.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import frappe
from frappe.utils import get_datetime, get_system_timezone, now_datetime


def site_zone() -> ZoneInfo:
	"""The site's time zone."""
	return ZoneInfo(get_system_timezone())


def current_instant() -> datetime:
	"""Now, aware."""
	return now_datetime().replace(tzinfo=site_zone())


def to_aware(value: str | datetime) -> datetime:
	"""A stored datetime (text or naive) as an instant."""
	moment = get_datetime(value)
	return moment if moment.tzinfo else moment.replace(tzinfo=site_zone())


def to_aware_or_none(value: str | datetime | None) -> datetime | None:
	"""``to_aware`` for a field that may be empty."""
	return to_aware(value) if value else None


def to_stored(moment: datetime | None) -> datetime | None:
	"""An instant as Frappe stores it: naive, in the site's zone."""
	return moment.astimezone(site_zone()).replace(tzinfo=None) if moment else None


def display(moment: datetime | None) -> str:
	"""An instant for a person: the user's date format, site's zone, minutes."""
	stored = to_stored(moment)
	return frappe.utils.format_datetime(stored, "yyyy-MM-dd HH:mm") if stored else ""
