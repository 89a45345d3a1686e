"""Care: the follow-ups of birthdays, holidays, renewals and monthly visits, each once, for customers who consent.

A task carries a hash of rule, day and customer that only one row can have: two runs side by side make it once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import frappe
from frappe import _
from frappe.utils import getdate, now_datetime

from cs_center.services.follow_ups.kinds import CANCELLED, FOLLOW_UP, OPEN
from cs_center.services.service_levels.safety import log_once_an_hour

from . import evaluating
from .care_making import Maker
from .care_occasions import (
	CareRule,
	customers_of,
	day_before_first,
	days_of,
	holiday_of,
	occasion_on,
	read_rule,
)
from .settings import read_customer_settings

RULE = "CS Care Rule"
JOB = "cs_center_care_tasks"
AT_A_TIME = 200
WAITS_FOR_TIERS = timedelta(hours=4)
"""For so long tasks wait for a night's evaluation that is not done; then they go by the tiers that there are."""


def is_due(now: datetime) -> bool:
	"""Whether a rule that is in use has not been looked at today, and the night's evaluation has had its hour."""
	if now.hour < read_customer_settings().evaluation_hour or _is_evaluation_under_way(now):
		return False
	return bool(_due_rules(now.date()))


def _is_evaluation_under_way(now: datetime) -> bool:
	"""Whether the night's evaluation is about to begin or under way, and not stuck."""
	started = frappe.db.get_value(evaluating.RUN, {"state": evaluating.RUNNING}, "started_at")
	if started:
		return now - started < WAITS_FOR_TIERS
	return not frappe.db.exists(evaluating.RUN, {"as_of": now.date()})


def _due_rules(today: date) -> list[str]:
	rows = frappe.get_all(
		RULE, {"enabled": 1}, ["name", "last_run_on"], order_by="name asc", limit_page_length=0
	)
	return [row.name for row in rows if not row.last_run_on or row.last_run_on < today]


def start() -> None:
	"""Queue the day's run."""
	frappe.enqueue(run, queue="long", timeout=3 * 3600, job_id=JOB, deduplicate=True)


def run() -> int:
	"""Make what is due and not there yet; returns how many tasks. Commits in batches; running again makes the rest."""
	today, made = now_datetime().date(), 0
	for name in _due_rules(today):
		try:
			made += run_rule(read_rule(name), today)
			frappe.db.set_value(RULE, name, "last_run_on", today, update_modified=False)
			frappe.db.commit()  # each rule stands on its own
		except Exception:  # one rule that cannot be carried out does not stop the others; it is tried again
			frappe.db.rollback()
			log_once_an_hour(f"care rule {name} was not carried out", RULE)
			frappe.db.commit()  # the log
	return made


def run_rule(rule: CareRule, today: date) -> int:
	"""The tasks of one rule: for today, and for the days on which nobody looked."""
	maker, made = Maker(rule), 0
	if rule.last_run_on is None:  # a first run that is stopped goes on tomorrow with what it left
		frappe.db.set_value(
			RULE, rule.name, "last_run_on", day_before_first(rule, today), update_modified=False
		)
	for day in days_of(rule, today):
		for customers in _parts(customers_of(rule, day)):
			made += maker.make(customers, occasion_on(rule, day), today)
			frappe.db.commit()  # a run that is stopped goes on behind what is there
	maker.tell_unreachable()
	return made


def _parts(customers: Sequence[str]) -> Iterable[Sequence[str]]:
	return (customers[start : start + AT_A_TIME] for start in range(0, len(customers), AT_A_TIME))


def cancel_open(customer: str) -> int:
	"""The customer does not want to be contacted any more: open tasks of care are cancelled; how many."""
	filters = {"customer": customer, "state": OPEN, "care_rule": ["is", "set"]}
	names = frappe.get_all(FOLLOW_UP, filters, pluck="name", limit_page_length=0)
	for name in names:
		doc = frappe.get_doc(FOLLOW_UP, name)
		doc.update({"state": CANCELLED, "cancelled_reason": _("The customer withdrew the consent.")})
		doc.save(ignore_permissions=True)  # follows from the consent, whoever recorded that
	return len(names)


def next_dates(rule: str, number: int = 3) -> list[date]:
	"""The next days on which a holiday's rule makes tasks, for its form."""
	read, today = read_rule(rule), getdate()
	found = [day for year in range(3) if (day := holiday_of(read, today.year + year))]
	return [day for day in found if day >= today][:number]
