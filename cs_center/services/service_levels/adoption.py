"""Tickets that were there before the ledger: each gets one, reconstructed so that its deadlines stay where they were.

Differences that remain come from Helpdesk's own faults; each is kept in the ledger (``ADOPTION_KEY``) and listed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe.utils import get_datetime

from cs_center.domain.ledger import Category, Event, in_order
from cs_center.domain.policy import Match
from cs_center.domain.reconstruction import Message, OldTicket, Reconstruction, StatusChange
from cs_center.domain.reconstruction import reconstruct as reconstruct_events
from cs_center.integrations import helpdesk

from . import store
from .definitions import load_calendar, load_policy
from .evaluation import Evaluation, evaluate
from .facts import NAMED_FACTS, STATE_FIELDS, facts_of
from .importing import imported_policy, opened_at
from .policy_choice import REASON_ADOPTED, choose, policy_event
from .settings import read_settings
from .site_time import current_instant, to_aware, to_aware_or_none
from .ticket_fields import DEADLINE_FIELDS, SHOWN_FIELDS, show_in_row

ADOPTION_KEY = "adoption"
STATUS_ACTION = "set status to "
OLD_FIELDS = (
	"sla",
	"creation",
	"modified",
	"raised_by",
	"service_level_agreement_creation",
	"first_responded_on",
	"resolution_date",
	"on_hold_since",
	"total_hold_time",
	*NAMED_FACTS.values(),
)


def reconstruct(ticket: Any, now: datetime) -> list[Event]:
	"""The ledger of one old ticket (a document as it was before the save under way)."""
	return list(_reconstruct_all([ticket], now)[ticket.get("name")].events)


def adopt(tickets: Sequence[str], now: datetime | None = None) -> list[dict[str, Any]]:
	"""Give these tickets a ledger and clocks. Those that have one are left alone.

	Returns the deadlines that moved: ticket, field, before, after, reason.
	"""
	now = now or current_instant()
	known = store.load_events(tickets)
	rows = _old_rows([name for name in tickets if name not in known])
	reconstructions = _reconstruct_all(rows, now)
	settings = read_settings()
	evaluations, ledgers, moved = {}, {}, []
	for row in rows:
		made = reconstructions[row.name]
		evaluations[row.name] = evaluate(made.events, now, settings)
		differences = _differences(row, made, evaluations[row.name])
		moved += differences
		ledgers[row.name] = _with_differences(made.events, differences)
	store.append_ledgers(ledgers)
	store.replace_clocks({name: made.clocks for name, made in evaluations.items()}, {})
	for row in rows:
		show_in_row(row, evaluations[row.name].shown)
	return moved


def _old_rows(tickets: Sequence[str]) -> list[Any]:
	if not tickets:
		return []
	fields = dict.fromkeys(("name", *STATE_FIELDS, *SHOWN_FIELDS, *OLD_FIELDS, *_fact_fields()))
	table = frappe.qb.DocType(helpdesk.TICKET)
	return (
		frappe.qb.from_(table)
		.select(*(table[field] for field in fields))
		.where(table.name.isin(sorted(tickets)))
		.orderby(table.name)
		.for_update()
		.run(as_dict=True)
	)


def _fact_fields() -> list[str]:
	"""Ticket fields that conditions ask for; only those that are columns."""
	columns = set(frappe.db.get_table_columns(helpdesk.TICKET))
	rows = frappe.get_all("CS Service Policy Condition", fields=["fact"], distinct=True)
	return [row.fact for row in rows if row.fact in columns]


def _reconstruct_all(rows: Sequence[Any], now: datetime) -> dict[str, Reconstruction]:
	names = [row.get("name") for row in rows]
	messages, changes = _messages(names), _status_changes(names)
	policies: dict[str, str | None] = {}
	made = {}
	for row in rows:
		sla = row.get("sla")
		if sla not in policies:
			policies[sla] = imported_policy(sla)
		match, facts = _match(row, policies[sla])
		old = _old_ticket(row, messages[row.get("name")], changes[row.get("name")])
		given = policy_event(match, facts, old.opened_at, 0, "", REASON_ADOPTED)
		calendar = load_calendar(match.policy.calendar) if match.policy else None
		made[row.get("name")] = reconstruct_events(old, given, calendar, now)
	return made


def _match(row: Any, imported: str | None) -> tuple[Match, dict[str, Any]]:
	"""Helpdesk's own choice stands; a ticket without an imported SLA gets the policy that matches it now."""
	if imported is None:
		return choose(row)
	return Match(load_policy(imported), ()), facts_of(row, sorted(NAMED_FACTS))


def _old_ticket(row: Any, messages: Sequence[Message], changes: Sequence[StatusChange]) -> OldTicket:
	return OldTicket(
		opened_at=to_aware(opened_at(row)),
		category=Category(helpdesk.status_category(row.get("status"))),
		raised_by=row.get("raised_by") or "",
		team=row.get("agent_group") or "",
		priority=row.get("priority") or "",
		channel=row.get("cs_channel") or "",
		assignees=tuple(sorted(helpdesk.assignees(row))),
		merged_into=(row.get("merged_with") or "") if row.get("is_merged") else "",
		first_replied_at=to_aware_or_none(row.get("first_responded_on")),
		resolved_at=to_aware_or_none(row.get("resolution_date")),
		paused_since=to_aware_or_none(row.get("on_hold_since")),
		held=timedelta(seconds=float(row.get("total_hold_time") or 0)),
		changes=tuple(changes),
		messages=tuple(messages),
	)


def _messages(tickets: Sequence[str]) -> dict[str, list[Message]]:
	found: dict[str, list[Message]] = defaultdict(list)
	for row in helpdesk.messages(tickets):
		found[row.reference_name].append(
			Message(
				at=to_aware(row.creation),
				from_agent=row.sent_or_received == "Sent",
				key=f"Communication:{row.name}",
				sender=row.sender or row.owner or "",
			)
		)
	return found


def _status_changes(tickets: Sequence[str]) -> dict[str, list[StatusChange]]:
	"""Status changes from Helpdesk's activity log; a status that exists no more is left out."""
	found: dict[str, list[StatusChange]] = defaultdict(list)
	for row in helpdesk.activities(tickets):
		if (row.action or "").startswith(STATUS_ACTION):
			status = row.action[len(STATUS_ACTION) :].strip()
			if frappe.db.exists(helpdesk.STATUS, status, cache=True):
				category = Category(helpdesk.status_category(status))
				found[row.ticket].append(StatusChange(to_aware(row.creation), category))
	return found


def _differences(row: Any, made: Reconstruction, evaluation: Evaluation) -> list[dict[str, Any]]:
	"""Deadlines of Helpdesk's that ours do not repeat, with the fault that explains them."""
	found = []
	for name in DEADLINE_FIELDS[:2]:
		before, after = row.get(name), evaluation.shown.get(name)
		before = get_datetime(before) if before else None
		if name in evaluation.shown and before and after and before != after:
			reason = made.doubt or _reason(row, name, made.events)
			found.append(
				{"ticket": row.name, "field": name, "before": before, "after": after, "reason": reason}
			)
	return found


def _reason(row: Any, name: str, events: Sequence[Event]) -> str:
	"""Why Helpdesk's value was another one: see the reasons' texts in ``explain_messages``."""
	first = to_aware_or_none(row.get("first_responded_on"))
	if name == "response_by" and any(
		event.kind.value == "Paused" and (first is None or event.at < first) for event in events
	):
		return "pause_before_first_reply"
	return "sla_changed_after_last_save"


def _with_differences(events: Sequence[Event], differences: Sequence[dict[str, Any]]) -> list[Event]:
	"""Keep what moved with the event that gave the ticket its policy."""
	if not differences:
		return list(events)
	told = [{**row, "before": str(row["before"]), "after": str(row["after"])} for row in differences]
	kept = []
	for event in in_order(events):
		if event.kind.value == "Policy Changed":
			event = replace(event, key=ADOPTION_KEY, detail={**event.detail, "moved": told})
		kept.append(event)
	return kept


def tickets_to_adopt(after: str, limit: int) -> list[str]:
	"""Names of open and paused tickets without a ledger, in the order of their names, after a position."""
	ticket, status, event = (
		frappe.qb.DocType(name) for name in (helpdesk.TICKET, helpdesk.STATUS, store.EVENT)
	)
	rows = (
		frappe.qb.from_(ticket)
		.inner_join(status)
		.on(status.name == ticket.status)
		.left_join(event)
		.on(
			(event.reference_doctype == helpdesk.TICKET)
			& (event.reference_name == ticket.name)
			& (event.sequence == 1)
		)
		.select(ticket.name)
		.where((status.category != helpdesk.RESOLVED) & (ticket.name > after) & event.name.isnull())
		.orderby(ticket.name)
		.limit(limit)
		.run()
	)
	return [row[0] for row in rows]


def adoption_differences() -> list[dict[str, Any]]:
	"""Every deadline that adoption moved, with Helpdesk's value, ours and the reason."""
	table = frappe.qb.DocType(store.EVENT)
	rows = frappe.qb.from_(table).select(table.detail).where(table.source_key == ADOPTION_KEY).run()
	return [moved for (detail,) in rows for moved in frappe.parse_json(detail).get("moved", ())]
