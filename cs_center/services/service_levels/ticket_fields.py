"""What a ticket shows of its clocks, written onto the document being saved or straight into its row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import frappe
from frappe.utils import get_datetime

from cs_center.domain.clocks import Clock
from cs_center.domain.ledger import TicketState
from cs_center.domain.ticket_summary import summarise
from cs_center.integrations import helpdesk

from .safety import DEADLINE_FIELDS, before_writing
from .settings import ServiceLevelSettings, read_settings
from .site_time import to_stored

SHOWN_FIELDS = (
	"cs_policy",
	"cs_next_deadline",
	"cs_service_state",
	"cs_next_escalation_at",
	*DEADLINE_FIELDS,
)


def shown_values(
	clocks: Sequence[Clock],
	state: TicketState,
	next_escalation_at: datetime | None,
	now: datetime,
	settings: ServiceLevelSettings,
) -> dict[str, Any]:
	"""Field values for the ticket. Helpdesk's own fields only where the setting says so and a clock governs them."""
	summary = summarise(clocks, state.category, now)
	policy = state.policy
	values: dict[str, Any] = {
		"cs_policy": policy or None,
		"cs_next_deadline": to_stored(summary.next_deadline),
		"cs_service_state": summary.service_state,
		"cs_next_escalation_at": to_stored(next_escalation_at),
	}
	if policy and settings.writes_deadlines and summary.agreement_status:
		values["agreement_status"] = summary.agreement_status
		values["response_by"] = to_stored(summary.response_by)
		values["resolution_by"] = to_stored(summary.resolution_by)
	return values


def follows_our_clocks(ticket: Any) -> bool:
	"""Whether the ticket's own deadline fields are written by us: a policy governs it and the setting is on."""
	if not ticket.get("cs_policy"):
		return False
	settings = read_settings()
	return settings.enabled and settings.writes_deadlines


def show_on_document(doc: Any, values: dict[str, Any]) -> None:
	"""Set the values on a document that is about to be stored. A ticket that loses its policy goes back to Helpdesk."""
	governed_before = bool(doc.get("cs_policy"))
	for name, value in values.items():
		if doc.get(name) != value:
			doc.set(name, value)
	if governed_before and not values["cs_policy"] and not doc.is_new():
		helpdesk.apply_own_targets(doc)


def show_in_row(ticket: Any, values: dict[str, Any]) -> bool:
	"""Write what changed into a stored ticket (a row with name and SHOWN_FIELDS); the save's time stamp stays."""
	changed = {name: value for name, value in values.items() if not _same(ticket.get(name), value)}
	if changed:
		before_writing()
		frappe.db.set_value(helpdesk.TICKET, ticket.name, changed, update_modified=False)
	return bool(changed)


def _same(stored: Any, value: Any) -> bool:
	if isinstance(value, datetime) and stored:
		return get_datetime(stored) == value
	return (stored or None) == (value or None)
