"""The one place that reads CS Center Settings for escalation."""

from __future__ import annotations

from dataclasses import dataclass

import frappe
from frappe.utils import cint

DEFAULT_ALARM_ROLE = "CS Manager"
DEFAULT_LONGEST_SNOOZE_HOURS = 24


@dataclass(frozen=True)
class EscalationSettings:
	"""What an administrator chose."""

	enabled: bool
	alarm_role: str
	longest_snooze_hours: int


def read_escalation_settings() -> EscalationSettings:
	"""Settings of this site, from Frappe's document cache."""
	doc = frappe.get_cached_doc("CS Center Settings")
	return EscalationSettings(
		enabled=bool(doc.enabled) and bool(doc.get("run_escalations")),
		alarm_role=doc.get("alarm_role") or DEFAULT_ALARM_ROLE,
		longest_snooze_hours=cint(doc.get("longest_snooze_hours")) or DEFAULT_LONGEST_SNOOZE_HOURS,
	)
