"""Making one rule's tasks of care: when the customer may be reached, by whom and how, and each task only once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

import frappe
from frappe import _

from cs_center.domain.calendar import ServiceCalendar
from cs_center.domain.care import Preference, contact_instant, visiting_day
from cs_center.integrations import helpdesk_customers
from cs_center.services.follow_ups.kinds import CARE, FOLLOW_UP, VISIT, is_enabled
from cs_center.services.service_levels.definitions import calendars_by_name
from cs_center.services.service_levels.site_time import current_instant, to_stored

from .care_occasions import RENEWAL, CareRule
from .deciding import PROFILE
from .ladder import tier_named
from .settings import read_customer_settings

SAVEPOINT = "cs_center_care_task"
LONGEST_CONTACT = 140


class Maker:
	"""Makes the tasks of one rule; remembers who could not be reached in time."""

	def __init__(self, rule: CareRule) -> None:
		self.rule = rule
		self.now = current_instant()
		self.hours = contact_hours()
		self.unreachable: list[str] = []

	def make(self, customers: Sequence[str], on: date, first_day: date) -> int:
		made = 0
		there = self._there(customers, on)
		for row in _profiles(customers):
			if row.customer not in there:
				made += self._make_guarded(row, on, first_day)
		return made

	def _make_guarded(self, row: Any, on: date, first_day: date) -> int:
		"""1 where a task was made; 0 where another run was faster, or where it failed: that is logged, the others go on."""
		frappe.db.savepoint(SAVEPOINT)
		try:
			return self._make_one(row, on, first_day)
		except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
			raise
		except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
			frappe.db.rollback(save_point=SAVEPOINT)
			frappe.clear_last_message()
		except Exception:  # one customer's data, whatever is wrong with them
			frappe.db.rollback(save_point=SAVEPOINT)
			frappe.log_error(title=f"CS Center: no care task was made for {row.customer}"[:140])
		return 0

	def _there(self, customers: Sequence[str], on: date) -> set[str]:
		"""Who has the task already, also under a name that the customer did not have then."""
		filters = {"care_rule": self.rule.name, "occasion_on": on, "customer": ["in", list(customers)]}
		return set(frappe.get_all(FOLLOW_UP, filters, pluck="customer", limit_page_length=0))

	def _make_one(self, row: Any, on: date, first_day: date) -> int:
		day = max(self._wanted_day(row.customer, on), first_day)
		preference = Preference(_time(row.preferred_from), _time(row.preferred_until))
		due = contact_instant(day, self.hours, preference, self.now)
		if due is None:
			self.unreachable.append(row.customer)
			return 0
		tier = tier_named(row.tier)
		agent = row.dedicated_agent or (tier.dedicated_agent if tier is not None else None)
		values = {
			"doctype": FOLLOW_UP,
			"kind": VISIT if self.rule.occasion == VISIT else CARE,
			"customer": row.customer,
			"contact": helpdesk_customers.contact_of(row.customer)[:LONGEST_CONTACT],
			"purpose": self.rule.purpose,
			"due_at": to_stored(due),
			"assigned_to": agent if is_enabled(agent) else None,
			"team": self.rule.team or (tier.team if tier is not None else None),
			"medium": row.preferred_channel or self.rule.medium,
			"care_rule": self.rule.name,
			"occasion_on": on,
			"occasion": occasion_key(self.rule.name, on, row.customer),
		}
		_insert(values)
		return 1

	def _wanted_day(self, customer: str, on: date) -> date:
		"""A greeting comes on the day itself, a renewal is spoken of before it, visits are spread over the month."""
		if self.rule.occasion == VISIT:
			return visiting_day(customer, self.rule.name, on)
		return on - timedelta(days=self.rule.days_before) if self.rule.occasion == RENEWAL else on

	def tell_unreachable(self) -> None:
		"""Preferred hours and the centre's never meet for these: somebody has to look."""
		if self.unreachable:
			frappe.log_error(
				title=f"CS Center: nobody can be reached for care rule {self.rule.name}",
				message="\n".join(self.unreachable[:1000]),
			)


def _insert(values: dict[str, Any]) -> None:
	frappe.get_doc(values).insert(ignore_permissions=True)  # the rule was switched on by who may


def occasion_key(rule: str, on: date, customer: str) -> str:
	"""What makes the task of an occasion the only one."""
	return sha256(f"{rule}\n{on.isoformat()}\n{customer}".encode()).hexdigest()


def contact_hours() -> ServiceCalendar:
	"""When customers may be contacted: outside of that are their quiet hours."""
	name = read_customer_settings().contact_calendar
	hours = calendars_by_name().get(name)
	if hours is None:
		frappe.throw(
			_(
				"Care tasks need to know when customers may be contacted. Choose the calendar in CS Center Settings."
			)
		)
	return hours


def _profiles(customers: Sequence[str]) -> list[Any]:
	fields = [
		"customer",
		"tier",
		"dedicated_agent",
		"preferred_channel",
		"preferred_from",
		"preferred_until",
	]
	return frappe.get_all(
		PROFILE,
		{"customer": ["in", list(customers)], "consent": "Given"},
		fields,
		order_by="name asc",
		limit_page_length=0,
	)


def _time(value: Any) -> time | None:
	"""A Time field as the database gives it (a length since midnight)."""
	if value is None:
		return None
	length = value if isinstance(value, timedelta) else frappe.utils.to_timedelta(str(value))
	return (datetime.min + length).time()
