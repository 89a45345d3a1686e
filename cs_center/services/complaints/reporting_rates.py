"""Complaints for every thousand tickets, and for every thousand orders where the site knows orders.

Category and severity stand on a ticket because of its complaint, and no ticket knows a product or a department: those
groups are compared with all tickets of the period, the others with the tickets of the same group.
"""

from __future__ import annotations

from typing import Any

import frappe
from frappe.model.db_query import DatabaseQuery
from frappe.query_builder.functions import Count

from cs_center.integrations import helpdesk
from cs_center.services.escalation.subjects import COMPLAINT

from .reporting import Question, links, permission
from .reporting_figures import Figures, figures_by_group
from .reporting_groups import MONTH, Grouping, month_term

PURCHASE, PURCHASED_ON = "CS Customer Purchase", "purchased_on"
PER = 1000

TICKET_FIELDS = {"Team": "agent_group", "Customer Tier": "cs_customer_tier", "Channel": "cs_channel"}
"""Groupings that tickets have too -> their field."""

TICKET_FILTERS = {"team": "agent_group", "customer_tier": "cs_customer_tier"}
"""Filters that choose tickets too -> their field."""


def is_of_the_group(grouping: Grouping) -> bool:
	"""Whether tickets are counted by the same groups, and not all of the period for each."""
	return grouping.is_month or grouping.name in TICKET_FIELDS


def own_teams() -> list[str] | None:
	"""The user's teams where the user sees only their complaints; None: all complaints.

	A complaint of another team that the user handles would be compared with tickets that it does not belong to.
	"""
	if not DatabaseQuery(COMPLAINT, user=frappe.session.user).get_permission_query_conditions():
		return None
	return frappe.get_all(
		"HD Team Member",
		{"parenttype": helpdesk.TEAM, "user": frappe.session.user},
		pluck="parent",
		distinct=True,
	)


def rates(question: Question, grouping: Grouping) -> tuple[list[dict[str, Any]], dict[str, Figures]]:
	"""(rows, figures by group). A row has ``complaints``, ``tickets`` and ``per_1000_tickets``, and where orders are
	known ``orders`` and ``per_1000_orders``; a rate without a ticket is None."""
	teams = own_teams()
	by_group = figures_by_group(question, grouping, teams)
	tickets, orders = _tickets(question, grouping, teams), _orders(question, grouping)
	keys = set(by_group) | (set(tickets) if is_of_the_group(grouping) else set())
	rows = [
		_row(question, grouping, key, by_group.get(key, Figures()).complaints, tickets, orders, teams)
		for key in keys
	]
	if grouping.is_month:
		return sorted(rows, key=lambda row: row["key"]), by_group
	return sorted(
		rows, key=lambda row: (-(row["per_1000_tickets"] or 0), -row["complaints"], row["key"])
	), by_group


def _row(
	question: Question,
	grouping: Grouping,
	key: str,
	count: int,
	tickets: dict[str, int],
	orders: dict[str, int] | None,
	teams: list[str] | None,
) -> dict[str, Any]:
	here = links(question) | grouping.link(key, question)
	if teams is not None and "team" not in here:
		here["team"] = ["in", teams]
	beside = tickets.get(key if is_of_the_group(grouping) else "", 0)
	row = {
		"key": key,
		"group": grouping.label(key),
		"complaints": count,
		"tickets": beside,
		"per_1000_tickets": per_thousand(count, beside),
		"links": {"complaints": here},
	}
	if orders is not None:
		number = orders.get(key if grouping.name == MONTH else "", 0)
		row |= {"orders": number, "per_1000_orders": per_thousand(count, number)}
	return row


def per_thousand(count: int, whole: int) -> float | None:
	"""Two decimals; None where there is nothing to compare with."""
	return round(PER * count / whole, 2) if whole else None


def _tickets(question: Question, grouping: Grouping, teams: list[str] | None) -> dict[str, int]:
	"""Group's key -> tickets opened in the period; "" -> all of them where tickets do not have these groups.

	Who sees all complaints may know how many tickets there are; for others only those of the list count.
	"""
	table = frappe.qb.DocType(helpdesk.TICKET)
	query = (
		frappe.qb.from_(table).where(table.creation >= question.first).where(table.creation < question.end)
	)
	for name, field in TICKET_FILTERS.items():
		if getattr(question, name):
			query = query.where(table[field] == getattr(question, name))
	if permission(COMPLAINT) and (permitted := permission(helpdesk.TICKET)):
		query = query.where(permitted)
	if teams is not None:
		query = query.where(table.agent_group.isin(teams or [""]))
	if grouping.is_month:
		return _counts(query, month_term(table.creation))
	field = TICKET_FIELDS.get(grouping.name)
	return _counts(query, table[field]) if field else {"": query.select(Count("*")).run()[0][0]}


def _orders(question: Question, grouping: Grouping) -> dict[str, int] | None:
	"""Month -> purchases, or "" -> those of the period, returns left out; None on a site that knows no purchases."""
	if not frappe.get_all(PURCHASE, limit_page_length=1):
		return None
	table = frappe.qb.DocType(PURCHASE)
	day = table[PURCHASED_ON]
	query = frappe.qb.from_(table).where(day >= question.first).where(day < question.end)
	if frappe.get_meta(PURCHASE).has_field("is_return"):
		query = query.where(table.is_return == 0)
	if grouping.name == MONTH:
		return _counts(query, month_term(day))
	return {"": query.select(Count("*")).run()[0][0]}


def _counts(query: Any, term: Any) -> dict[str, int]:
	found: dict[str, int] = {}
	for value, number in query.select(term, Count("*")).groupby(term).run():
		found[value or ""] = found.get(value or "", 0) + number
	return found
