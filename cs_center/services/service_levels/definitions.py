"""Policies and calendars: from documents to the domain's values, remembered for as long as they do not change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import frappe

from cs_center.domain.calendar import ServiceCalendar
from cs_center.domain.policy import (
	Amount,
	Condition,
	Metric,
	Operator,
	Policy,
	Target,
	Unit,
)

from .memory import Made, recall, remember
from .safety import log_unusable
from .settings import read_settings

POLICY, CALENDAR = "CS Service Policy", "CS Service Calendar"

FOR_TICKETS, FOR_COMPLAINTS = "Ticket", "Complaint"
"""What a policy applies to."""


def label(code: str) -> str:
	"""first_reply -> First Reply: how the enums' values stand in Select fields."""
	return code.replace("_", " ").title()


def code(text: str) -> str:
	"""First Reply -> first_reply."""
	return text.strip().lower().replace(" ", "_")


def active_policies(applies_to: str = FOR_TICKETS) -> list[Policy]:
	"""Submitted and enabled policies for tickets (or complaints) in the order in which they are tried."""
	return in_force(POLICY, load_policy, applies_to)


def in_force(doctype: str, load: Callable[[str], Made], applies_to: str = FOR_TICKETS) -> list[Made]:
	"""Submitted and enabled policies in their order; those that cannot be used are left out and logged."""
	# A policy that was written before there were complaints says nothing, and is for tickets.
	wanted = FOR_COMPLAINTS if applies_to == FOR_COMPLAINTS else ["!=", FOR_COMPLAINTS]
	names = frappe.get_all(
		doctype,
		filters={"docstatus": 1, "enabled": 1, "applies_to": wanted},
		pluck="name",
		order_by="priority_number asc, name asc",
	)
	return [made for name in names if (made := load_if_usable(doctype, name, load)) is not None]


def load_if_usable(doctype: str, name: str, load: Callable[[str], Made]) -> Made | None:
	"""One definition; None when it cannot be used (edited behind the form's back), so that the others still are."""
	try:
		return load(name)
	except (ValueError, TypeError):  # DomainError is one; a bad enum or an empty amount raises its own
		log_unusable(doctype, name)
		return None


def load_policy(name: str) -> Policy:
	"""One policy version, submitted or not; raises a PolicyError when it cannot be used."""
	return recall(POLICY, name, _policy_from_cache)


def _policy_from_cache(name: str) -> Policy:
	warn_percent = read_settings().warn_percent
	return remember(POLICY, name, str(warn_percent), lambda doc: policy_of(doc, warn_percent))


def policy_of(doc: Any, warn_percent: int) -> Policy:
	"""The domain's policy of a CS Service Policy document; ``warn_percent`` fills targets that name none."""
	return Policy(
		name=doc.name,
		title=doc.title,
		order=doc.priority_number or 0,
		calendar=doc.calendar,
		version=doc.version or 1,
		family=doc.get("family") or doc.name,
		conditions=tuple(
			Condition(row.fact, Operator(code(row.operator)), row.value or "") for row in doc.conditions
		),
		targets=tuple(
			Target(
				metric=Metric(code(row.metric)),
				amount=Amount(row.amount, Unit(code(row.unit))),
				priority=row.ticket_priority or None,
				warn_percent=row.warn_percent or warn_percent,
				pauses=bool(row.pauses),
			)
			for row in doc.targets
		),
	)


def load_calendar(name: str) -> ServiceCalendar:
	"""One calendar; raises a CalendarError when it cannot be used."""
	return recall(CALENDAR, name, _calendar_from_cache)


def _calendar_from_cache(name: str) -> ServiceCalendar:
	return remember(CALENDAR, name, "", lambda doc: ServiceCalendar.from_dict(doc.get_spec()))


class Definitions(Mapping[str, Any]):
	"""A mapping that loads what is asked for: hand it to the domain where it wants policies or calendars by name."""

	def __init__(self, load: Callable[[str], Any], exists: Callable[[str], bool]) -> None:
		self._load, self._exists = load, exists
		self._known: dict[str, Any] = {}

	def __getitem__(self, name: str) -> Any:
		if name not in self._known:
			if not name or not self._exists(name):
				raise KeyError(name)
			self._known[name] = self._load(name)
		return self._known[name]

	def __iter__(self) -> Iterable[str]:
		return iter(self._known)

	def __len__(self) -> int:
		return len(self._known)


def policies_by_name() -> Mapping[str, Policy]:
	"""Every policy version by name, loaded when asked for."""
	return Definitions(load_policy, lambda name: is_there(POLICY, name))


def calendars_by_name() -> Mapping[str, ServiceCalendar]:
	"""Every calendar by name, loaded when asked for."""
	return Definitions(load_calendar, lambda name: is_there(CALENDAR, name))


def is_there(doctype: str, name: str) -> bool:
	try:
		frappe.get_cached_doc(doctype, name)
	except frappe.DoesNotExistError:
		frappe.clear_last_message()
		return False
	return True
