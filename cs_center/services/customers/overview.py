"""The customer on one page: tier, purchases, tickets, complaints, satisfaction, follow-ups, as far as the caller may see."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, fmt_money, formatdate, get_url_to_form

from cs_center.domain.complaints import Stage
from cs_center.integrations import helpdesk
from cs_center.integrations.helpdesk_customers import resolved_statuses
from cs_center.services.escalation.subjects import COMPLAINT
from cs_center.services.service_levels.site_time import display, to_aware_or_none

from . import purchase_source, routing
from .care_tasks import FOLLOW_UP
from .deciding import CHANGE, PROFILE
from .ladder import tier_named
from .purchases import PURCHASE, tier_currency
from .sentences_of_changes import change_text
from .why import Situation, situation_of, why

ROWS, MOST = 10, 1000
"""Rows that a list shows, and so many are counted at most."""

FINAL_STAGES = [stage.value for stage in Stage if stage.is_final]


def overview(customer: str) -> dict[str, Any]:
	"""Everything for the customer's page; texts and dates for the caller. See docs/rest.md for the keys."""
	situation = situation_of(customer)
	return {
		"customer": customer,
		"tier": tier_shown(situation),
		"why": why(situation),
		"figures": _figures(customer, situation),
		"dedicated_agent": _agent(situation),
		"purchases": _purchases(customer),
		"tickets": tickets_of(customer),
		"complaints": complaints_of(customer),
		"satisfaction": satisfaction_of(customer),
		"follow_ups": _follow_ups(customer),
		"changes": _changes(customer),
		"url": get_url_to_form(PROFILE, customer),
	}


def tier_shown(situation: Situation) -> dict[str, Any]:
	"""name, label, colour, since, perks (lines) of the tier that the customer has."""
	tier = tier_named(situation.row["tier"])
	if tier is None:
		return {"name": "", "label": "", "colour": "", "since": "", "perks": []}
	since = situation.row["tier_since"]
	return {
		"name": tier.name,
		"label": _(tier.name),
		"colour": tier.colour or "",
		"since": formatdate(since) if since else "",
		"perks": [line.strip() for line in (tier.perks or "").splitlines() if line.strip()],
	}


def _figures(customer: str, situation: Situation) -> dict[str, Any]:
	"""Sums of the longest window, and month by month."""
	evaluation = situation.evaluation
	spend, orders = evaluation.shown(situation.sums)
	start = evaluation.starts[-1] if evaluation.starts else None
	return {
		"spend": spend,
		"orders": orders,
		"currency": tier_currency(),
		"window_from": formatdate(start) if start else "",
		"window_to": formatdate(evaluation.as_of),
		"months": _months(customer, start, evaluation.as_of) if start else [],
	}


def _months(customer: str, start: date, as_of: date) -> list[dict[str, Any]]:
	"""Spend and orders by calendar month within the window, at most the last thirteen: differences of sums that end today."""
	starts = [max(start, _month_before(as_of.replace(day=1), 12))]
	while (following := _month_before(starts[-1], -1)) <= as_of:
		starts.append(following)
	sums = purchase_source.sums_of(customer, starts, as_of)
	since = [*(sums or [(Decimal(0), 0)] * len(starts)), (Decimal(0), 0)]
	return [
		{
			"month": f"{month:%Y-%m}",
			"spend": float(since[place][0] - since[place + 1][0]),
			"orders": since[place][1] - since[place + 1][1],
		}
		for place, month in enumerate(starts)
	]


def _month_before(month: date, number: int) -> date:
	year, index = divmod(month.year * 12 + month.month - 1 - number, 12)
	return date(year, index + 1, 1)


def _agent(situation: Situation) -> dict[str, Any]:
	tier = tier_named(situation.row["tier"])
	agent = situation.row["dedicated_agent"] or (tier.dedicated_agent if tier is not None else "") or ""
	name = frappe.utils.get_fullname(agent) if agent else ""
	return {"user": agent, "name": name, "here": bool(agent) and not routing.obstacle_of(agent)}


def _purchases(customer: str) -> list[dict[str, Any]]:
	if not frappe.has_permission(PURCHASE, "read"):
		return []
	return [_purchase(row) for row in purchase_source.newest(customer, ROWS)]


def _purchase(row: dict[str, Any]) -> dict[str, Any]:
	may_open = frappe.has_permission(row["doctype"], "read")
	return {
		"order_number": row["name"],
		"purchased_on": formatdate(row["purchased_on"]),
		"amount": row["amount"],
		"currency": row["currency"],
		"is_return": row["is_return"],
		"url": get_url_to_form(row["doctype"], row["name"]) if may_open else "",
	}


def tickets_of(customer: str) -> dict[str, Any]:
	"""open, total (up to MOST), rows: open ones first, the newest of each."""
	fields = ["name", "subject", "status", "cs_service_state", "cs_next_deadline"]
	resolved = ["in", resolved_statuses()]
	unresolved = {"customer": customer, "status": ["not in", resolved[1]]}
	rows = _newest(helpdesk.TICKET, unresolved, fields)
	if len(rows) < ROWS:
		rows += _newest(helpdesk.TICKET, {"customer": customer, "status": resolved}, fields)
	return {
		"open": _count(helpdesk.TICKET, unresolved),
		"total": _count(helpdesk.TICKET, {"customer": customer}),
		"rows": [
			{
				"name": row.name,
				"subject": row.subject,
				"status": row.status,
				"service_state": row.cs_service_state or "",
				"next_deadline": display(to_aware_or_none(row.cs_next_deadline)),
				"url": get_url_to_form(helpdesk.TICKET, row.name),
			}
			for row in rows[:ROWS]
		],
	}


def complaints_of(customer: str) -> dict[str, Any]:
	"""open, total, rows: the newest."""
	fields = ["name", "subject", "stage", "severity"]
	return {
		"open": _count(COMPLAINT, {"customer": customer, "stage": ["not in", FINAL_STAGES]}),
		"total": _count(COMPLAINT, {"customer": customer}),
		"rows": [
			{**row, "severity": row.severity or "", "url": get_url_to_form(COMPLAINT, row.name)}
			for row in _newest(COMPLAINT, {"customer": customer}, fields)
		],
	}


def satisfaction_of(customer: str) -> dict[str, Any]:
	"""average (1 to 5) of the last ratings of tickets and scores of follow-ups, their count, and the newest ones."""
	rated = _list(
		helpdesk.TICKET,
		{"customer": customer, "feedback_rating": [">", 0]},
		["name", "feedback_rating", "modified"],
	)
	scored = _list(
		FOLLOW_UP, {"customer": customer, "score": [">", 0]}, ["name", "kind", "score", "done_at", "modified"]
	)
	given = [
		(row.modified, float(helpdesk.stars(row.feedback_rating)), _("Ticket {0}").format(row.name))
		for row in rated
	]
	given += [(row.done_at or row.modified, float(row.score), _(row.kind)) for row in scored]
	given.sort(key=lambda one: one[0], reverse=True)
	stars = [one[1] for one in given]
	return {
		"average": round(sum(stars) / len(stars), 1) if stars else 0,
		"count": len(stars),
		"rows": [
			{"at": display(to_aware_or_none(at)), "stars": number, "source": source}
			for at, number, source in given[:ROWS]
		],
	}


def _follow_ups(customer: str) -> dict[str, Any]:
	fields = ["name", "kind", "purpose", "due_at", "state"]
	rows = _read(FOLLOW_UP, {"customer": customer}, fields, "due_at desc, name desc", ROWS)
	return {
		"open": _count(FOLLOW_UP, {"customer": customer, "state": "Open"}),
		"rows": [
			{
				**row,
				"purpose": row.purpose or "",
				"due_at": display(to_aware_or_none(row.due_at)),
				"url": get_url_to_form(FOLLOW_UP, row.name),
			}
			for row in rows
		],
	}


def _changes(customer: str) -> list[dict[str, Any]]:
	rows = _read(CHANGE, {"customer": customer}, ["*"], "changed_at desc, creation desc", ROWS)
	for row in rows:
		row.full_name = frappe.utils.get_fullname(row.actor) if row.actor else ""
	return [
		{
			"at": formatdate(row.changed_at),
			"text": f"{_(row.from_tier)} → {_(row.to_tier)}. {change_text(row)}",
		}
		for row in rows
	]


def short(customer: str) -> dict[str, Any]:
	"""What an agent needs while answering a ticket; the keys of ``NOBODY``."""
	situation = situation_of(customer)
	tier, agent = tier_shown(situation), _agent(situation)
	spend, orders = situation.evaluation.shown(situation.sums)
	reason = why(situation)
	notes = [reason["override"] or reason["sentence"], reason["grace"]]
	ratings = satisfaction_of(customer)["rows"]
	return {
		"customer": customer,
		"tier_label": tier["label"],
		"colour": tier["colour"],
		"since": tier["since"],
		"sentence": " ".join(note for note in notes if note),
		"dedicated_agent": agent["name"],
		"perks": tier["perks"],
		"spend": fmt_money(spend, currency=tier_currency()),
		"orders": cint(orders),
		"open_tickets": tickets_of(customer)["open"],
		"open_complaints": complaints_of(customer)["open"],
		"last_rating": f"{ratings[0]['stars']:g}" if ratings else "",
		"url": get_url_to_form(PROFILE, customer),
	}


NOBODY: dict[str, Any] = {
	"customer": "",
	"tier_label": "",
	"colour": "",
	"since": "",
	"sentence": "",
	"dedicated_agent": "",
	"perks": [],
	"spend": "",
	"orders": 0,
	"open_tickets": 0,
	"open_complaints": 0,
	"last_rating": "",
	"url": "",
}
"""The short form of a ticket without a customer."""


def _newest(doctype: str, filters: dict[str, Any], fields: list[str]) -> list[Any]:
	return _read(doctype, filters, fields, "creation desc", ROWS)


def _list(doctype: str, filters: dict[str, Any], fields: list[str]) -> list[Any]:
	return _read(doctype, filters, fields, "modified desc", MOST)


def _count(doctype: str, filters: dict[str, Any]) -> int:
	"""As many as the caller may see; a list of names, because Frappe counts without looking at permissions."""
	return len(_read(doctype, filters, ["name"], "creation desc", MOST))


def _read(doctype: str, filters: dict[str, Any], fields: list[str], order_by: str, most: int) -> list[Any]:
	"""What the caller may see; nothing where the caller's roles do not read such documents at all."""
	if not frappe.has_permission(doctype, "read"):
		return []
	return frappe.get_list(doctype, filters, fields, order_by=order_by, limit_page_length=most)
