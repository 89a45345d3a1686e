"""Attempts to reach a customer: each is entered when it is made and then stands, and some count as failed days.

A day on which only nobody was reached (no answer, busy, wrong number) is a failed day. Whoever asked to be called later was
reached, though not for the result: such an attempt counts neither way.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import format_datetime, get_datetime, now_datetime

from cs_center.domain.complaints import Standing
from cs_center.services.complaints.people import acting_standing

REACHED = "Reached"
FAILED_OUTCOMES = ("No Answer", "Busy", "Wrong Number")

SLACK = timedelta(minutes=1)
"""Between choosing "now" in the form and saving it."""

FORM_SLACK = timedelta(hours=1)
"""A new form may stand open while the call is made. A call of another day cannot be added afterwards."""


def check_attempts(doc: Any, before: Any) -> None:
	"""Refuse attempts of the future and of before the follow-up, and any change of one that was recorded."""
	_refuse_rewriting(doc, before)
	known = {row.name for row in before.attempts} if before else set()
	created = get_datetime(doc.creation) - (FORM_SLACK if doc.is_new() else SLACK)
	latest = now_datetime() + SLACK
	for row in doc.attempts:
		row.attempted_by = row.attempted_by or frappe.session.user
		if row.name in known:
			continue
		made = get_datetime(row.attempted_at)
		if made > latest:
			frappe.throw(
				_("Attempts, row {0}: {1} has not come yet. Enter when the attempt was made.").format(
					row.idx, format_datetime(made, "yyyy-MM-dd HH:mm")
				)
			)
		if made < created:
			frappe.throw(
				_(
					"Attempts, row {0}: {1} is before this follow-up was made. Attempts are entered when they are made, not afterwards."
				).format(row.idx, format_datetime(made, "yyyy-MM-dd HH:mm"))
			)


def _refuse_rewriting(doc: Any, before: Any) -> None:
	"""An attempt that was recorded stands: three failed days are worth something only when nobody can write them later."""
	if not before or acting_standing() >= Standing.LEAD:
		return
	now = {row.name: _told(row) for row in doc.attempts}
	for row in before.attempts:
		if now.get(row.name) != _told(row):
			frappe.throw(
				_(
					"Attempts, row {0}: what was recorded stays. Reload the page and add a row instead."
				).format(row.idx)
			)


def _told(row: Any) -> tuple[Any, ...]:
	return (get_datetime(row.attempted_at), row.outcome, row.attempted_by)


def has_reached(doc: Any) -> bool:
	"""Whether the customer was spoken to."""
	return any(row.outcome == REACHED for row in doc.attempts)


def last_reached(doc: Any) -> Any:
	"""The latest attempt that reached the customer; there is one."""
	return [row for row in doc.attempts if row.outcome == REACHED][-1]


def failed_days(attempts: Iterable[Any]) -> set[date]:
	"""Dates (the site's) with a failed attempt and without one that reached the customer."""
	days: dict[str, set[date]] = {"failed": set(), "reached": set()}
	for row in attempts:
		day = get_datetime(row.attempted_at).date()
		if row.outcome in FAILED_OUTCOMES:
			days["failed"].add(day)
		elif row.outcome == REACHED:
			days["reached"].add(day)
	return days["failed"] - days["reached"]
