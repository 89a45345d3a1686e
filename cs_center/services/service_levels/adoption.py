"""Tickets that were there before the ledger: each gets one, reconstructed so that its deadlines stay where they were.

Differences that remain come from Helpdesk's own faults; each is kept in the ledger and listed (see ``adoption_differences``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe.query_builder.functions import Count

from cs_center.domain.ledger import Category, Event
from cs_center.domain.policy import Match, Metric, Policy, facts_used
from cs_center.domain.reconstruction import Message, OldTicket, Reconstruction, StatusChange
from cs_center.domain.reconstruction import reconstruct as reconstruct_events
from cs_center.integrations import helpdesk

from . import store
from .adoption_differences import adoption_differences, find_differences, with_differences
from .definitions import active_policies, load_calendar, load_policy
from .evaluation import evaluate
from .facts import NAMED_FACTS, STATE_FIELDS, facts_of
from .importing import imported_policy, opened_at
from .policy_choice import REASON_ADOPTED, choose, policy_event
from .settings import read_settings
from .site_time import current_instant, to_aware, to_aware_or_none
from .ticket_fields import SHOWN_FIELDS, show_in_row

__all__ = ["adopt", "adoption_differences", "count_tickets_to_adopt", "reconstruct", "tickets_to_adopt"]

STATUS_ACTION = "set status to "
CLOSED_STATUS = "Closed"
"""Helpdesk's code knows this one status by its name: closing a resolved ticket adds no hold time."""
SLA_FACT = "sla"
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
	"""The ledger of one old ticket (a document as it was before the save under way), with what it moves."""
	made = reconstruct_all([ticket], now)[ticket.get("name")]
	return with_differences(
		made.events, find_differences(ticket, made, evaluate(made.events, now, read_settings()))
	)


def adopt(tickets: Sequence[str], now: datetime | None = None) -> list[dict[str, Any]]:
	"""Give these tickets a ledger and clocks. Those that have one are left alone.

	Returns what Helpdesk had otherwise: ticket, field, before, after, reason. A run beside this one that was quicker with
	a ticket is found out by the ledger's primary key: then this raises a duplicate entry error and writes nothing.
	"""
	now = now or current_instant()
	known = store.load_events(tickets)
	rows = _old_rows([name for name in tickets if name not in known])
	reconstructions = reconstruct_all(rows, now)
	settings = read_settings()
	evaluations, ledgers, found = {}, {}, []
	for row in rows:
		made = reconstructions[row.name]
		evaluations[row.name] = evaluate(made.events, now, settings)
		differences = find_differences(row, made, evaluations[row.name])
		found += differences
		ledgers[row.name] = with_differences(made.events, differences)
	store.append_ledgers(ledgers)
	store.replace_clocks({name: made.clocks for name, made in evaluations.items()}, {})
	for row in rows:
		show_in_row(row, evaluations[row.name].shown)
	return found


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


def reconstruct_all(rows: Sequence[Any], now: datetime) -> dict[str, Reconstruction]:
	"""Ledgers of old tickets by name, in a few queries for all of them. ``rows``: documents or rows with OLD_FIELDS."""
	names = [row.get("name") for row in rows]
	messages, changes = _messages(names), _status_changes(names)
	choices, made = _Choices(), {}
	for row in rows:
		match, facts = choices.match(row)
		old = _old_ticket(row, messages[row.get("name")], changes[row.get("name")])
		given = policy_event(match, facts, old.opened_at, 0, "", REASON_ADOPTED)
		calendar = load_calendar(match.policy.calendar) if match.policy else None
		target = _resolution_target(match.policy, old.priority)
		made[row.get("name")] = reconstruct_events(old, given, calendar, now, target)
	return made


class _Choices:
	"""Which policy each ticket of a batch gets: Helpdesk's own choice of SLA stands, whatever would match now."""

	def __init__(self) -> None:
		self.facts = sorted({*NAMED_FACTS, *facts_used(active_policies())} - {SLA_FACT})
		self.imported: dict[str, str | None] = {}
		self.existing: set[str] = set(frappe.get_all(helpdesk.SLA, pluck="name", limit_page_length=0))

	def match(self, row: Any) -> tuple[Match, dict[str, Any]]:
		"""The facts are kept, so that a later change of theirs is a new choice."""
		sla = row.get("sla")
		if sla not in self.imported:
			self.imported[sla] = imported_policy(sla)
		if name := self.imported[sla]:
			policy = load_policy(name)
			return Match(policy, ()), facts_of(row, self._facts_for(policy))
		if sla in self.existing:
			# An SLA that could not be imported: another policy would move deadlines, so Helpdesk keeps this ticket.
			return Match(None, ()), facts_of(row, self.facts)
		return choose(row)

	def _facts_for(self, policy: Policy) -> list[str]:
		"""Helpdesk chooses its SLA again at each save: that alone is news only where the policy asks for the SLA."""
		return [*self.facts, SLA_FACT] if SLA_FACT in facts_used([policy]) else self.facts


def _resolution_target(policy: Policy | None, priority: str) -> timedelta | None:
	"""Open time promised until the resolution; None where the promise is none, or is not counted in open time."""
	target = policy.target(Metric.RESOLUTION, priority) if policy else None
	if not target or not target.pauses or target.amount.unit.is_days or not target.amount.unit.is_business:
		return None
	return timedelta(microseconds=target.amount.micro)


def _old_ticket(row: Any, messages: Sequence[Message], changes: Sequence[StatusChange]) -> OldTicket:
	return OldTicket(
		opened_at=to_aware(opened_at(row)),
		category=Category(helpdesk.status_category(row.get("status"))),
		raised_by=row.get("raised_by") or "",
		team=row.get("agent_group") or "",
		priority=row.get("priority") or "",
		channel=row.get("cs_channel") or "",
		severity=row.get("cs_severity") or "",
		rating=helpdesk.stars(row.get("feedback_rating")),
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
	copies = _merged_messages(tickets)
	for row in helpdesk.messages(tickets):
		if _identity(row) in copies[row.reference_name]:
			continue
		found[row.reference_name].append(
			Message(
				at=to_aware(row.creation),
				from_agent=row.sent_or_received == "Sent",
				key=f"Communication:{row.name}",
				sender=row.sender or row.owner or "",
			)
		)
	return found


def _merged_messages(tickets: Sequence[str]) -> dict[str, set[tuple[Any, ...]]]:
	"""Messages of tickets that were merged into these, by the surviving ticket: their copies are no new messages."""
	merged = frappe.get_all(
		helpdesk.TICKET,
		filters={"is_merged": 1, "merged_with": ["in", list(tickets)]},
		fields=["name", "merged_with"],
		limit_page_length=0,
	)
	found: dict[str, set[tuple[Any, ...]]] = defaultdict(set)
	into = {row.name: row.merged_with for row in merged}
	for row in helpdesk.messages(into) if into else ():
		found[into[row.reference_name]].add(_identity(row))
	return found


def _identity(message: Any) -> tuple[Any, ...]:
	"""What a copy made by a merge has in common with its original."""
	return (message.communication_date, message.subject, message.sender)


def _status_changes(tickets: Sequence[str]) -> dict[str, list[StatusChange]]:
	"""Status changes from Helpdesk's activity log; a status that exists no more is left out."""
	found: dict[str, list[StatusChange]] = defaultdict(list)
	for row in helpdesk.activities(tickets):
		if (row.action or "").startswith(STATUS_ACTION):
			status = row.action[len(STATUS_ACTION) :].strip()
			if frappe.db.exists(helpdesk.STATUS, status, cache=True):
				category = Category(helpdesk.status_category(status))
				found[row.ticket].append(
					StatusChange(to_aware(row.creation), category, status == CLOSED_STATUS)
				)
	return found


def tickets_to_adopt(after: str, limit: int) -> list[str]:
	"""Names of open and paused tickets without a ledger, in the order of their names, after a position."""
	query, ticket = _waiting()
	rows = query.select(ticket.name).where(ticket.name > after).orderby(ticket.name).limit(limit).run()
	return [row[0] for row in rows]


def count_tickets_to_adopt() -> int:
	"""How many open and paused tickets have no ledger."""
	query, ticket = _waiting()
	return query.select(Count(ticket.name)).run()[0][0]


def _waiting() -> tuple[Any, Any]:
	"""A status that was deleted counts as open, as it does for ``helpdesk.status_category``."""
	ticket, status, event = (
		frappe.qb.DocType(name) for name in (helpdesk.TICKET, helpdesk.STATUS, store.EVENT)
	)
	query = (
		frappe.qb.from_(ticket)
		.left_join(status)
		.on(status.name == ticket.status)
		.left_join(event)
		.on(
			(event.reference_doctype == helpdesk.TICKET)
			& (event.reference_name == ticket.name)
			& (event.sequence == 1)
		)
		.where(event.name.isnull() & (status.category.isnull() | (status.category != helpdesk.RESOLVED)))
	)
	return query, ticket
