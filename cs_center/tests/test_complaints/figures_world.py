"""Small data for the reports on complaints, and the slow, obvious way to count it: plain Python over plain rows.

The rows go straight into their tables, in a year in which no other test has complaints.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

import frappe

from cs_center.tests import factories

COMPLAINT = "CS Complaint"
FIRST_DAY, LAST_DAY = "2019-01-01", "2019-06-30"
DAYS = 181
STAGES = (
	"Received",
	"Acknowledged",
	"Classified",
	"Investigating",
	"Solution Proposed",
	"Closed",
	"Withdrawn",
)
OPEN_STAGES = STAGES[:5]
TREE = {
	"Figures Alpha": None,
	"Figures Alpha One": "Figures Alpha",
	"Figures Alpha Deep": "Figures Alpha One",
	"Figures Alpha Two": "Figures Alpha",
	"Figures Beta": None,
	"Figures Beta One": "Figures Beta",
}
"""Category -> the one above it."""

TEAMS = ("Figures Team North", "Figures Team South")
CURRENCY, FOREIGN = "CNY", "EUR"

Row = dict[str, Any]


def build(number: int = 160, seed: int = 4) -> list[Row]:
	"""Categories, teams and ``number`` complaints with everything that the reports count; the rows as they are stored."""
	create_tree()
	for team in TEAMS:
		factories.create_team(team)
	for channel in ("Figures Phone", "Figures Chat"):
		if not frappe.db.exists("CS Channel", channel):
			factories.create_channel(channel)
	factories.change_settings(compensation_currency=CURRENCY)
	random = Random(seed)
	rows = [_complaint(random, position) for position in range(number)]
	_store(COMPLAINT, rows, leave_out=("stays", "clock", "compensations"))
	_store("CS Complaint Stage Change", _children(rows, "stays", "stage_history"))
	_store("CS Complaint Compensation", _children(rows, "compensations", "compensations"))
	_store("CS Service Clock", [row["clock"] for row in rows if row["clock"]])
	return rows


def create_tree() -> None:
	for name, parent in TREE.items():
		frappe.get_doc(
			{
				"doctype": "CS Complaint Category",
				"category_name": name,
				"parent_complaint_category": parent,
				"is_group": 1,
				"kind": "Complaint",
				"enabled": 1,
			}
		).insert()


def _complaint(random: Random, position: int) -> Row:
	name = f"FIGURE-{position:04}"
	received = datetime(2019, 1, 1) + timedelta(seconds=random.randrange(DAYS * 86400))
	compensations = [_compensation(random) for _one in range(random.choice((0, 0, 1, 2)))]
	currency = random.choice((CURRENCY, CURRENCY, FOREIGN)) if compensations else None
	stays = _stays(random, received)
	return {
		"name": name,
		"subject": name,
		"received_at": received,
		"category": random.choice((*TREE, None)),
		"team": random.choice((*TEAMS, None)),
		"severity": random.choice(("General", "General", "Important", "Major", None)),
		"product": random.choice(("Lamp", "Kettle", "", None)),
		"customer_tier": random.choice(("VIP", "Regular", None)),
		"channel": random.choice(("Figures Phone", "Figures Chat", None)),
		"department": random.choice(("Customer Service", None)),
		"stage": stays[-1]["stage"],
		"is_repeat": int(random.random() < 0.3),
		"consent": random.choice(("Consented", "Consented", "Refused", None, None)),
		"refusals": random.choice((0, 0, 0, 1, 2)),
		"compensation_cost": sum(one["amount"] for one in compensations if one["state"] != "Refused"),
		"cost_currency": currency,
		"compensations": [{**one, "currency": currency} for one in compensations],
		"stays": stays,
		"clock": _clock(random, name) if random.random() < 0.9 else None,
	}


def _compensation(random: Random) -> Row:
	return {
		"kind": "Refund",
		"amount": random.choice((0, 12.5, 80, 300.25)),
		"points": random.choice((0, 0, 100)),
		"state": random.choice(("Proposed", "Approved", "Refused", "Carried Out")),
	}


def _stays(random: Random, at: datetime) -> list[Row]:
	"""One after the other; some complaints go through a stage twice, some final stage is left again."""
	stages = list(STAGES[: random.randint(1, len(STAGES))])
	if random.random() < 0.3:
		stages += random.choices(OPEN_STAGES, k=2)
	stays = []
	for stage in stages:
		seconds = random.randrange(60, 5 * 86400)
		left = at + timedelta(seconds=seconds)
		stays.append({"stage": stage, "entered_at": at, "left_at": left, "seconds": seconds})
		at = left
	stays[-1] |= {"left_at": None, "seconds": 0}
	return stays


def _clock(random: Random, name: str) -> Row:
	return {
		"name": f"{name}-complaint_acknowledgement-1",
		"reference_doctype": COMPLAINT,
		"reference_name": name,
		"metric": random.choice(
			("Complaint Acknowledgement", "Complaint Acknowledgement", "Complaint Solution")
		),
		"cycle": 1,
		"state": random.choice(("Met", "Met", "Breached", "Running", "Cancelled")),
	}


def _children(parents: list[Row], name: str, field: str) -> list[Row]:
	return [
		{
			"name": f"{parent['name']}-{name}-{position}",
			"idx": position,
			"parent": parent["name"],
			"parenttype": COMPLAINT,
			"parentfield": field,
			**values,
		}
		for parent in parents
		for position, values in enumerate(parent[name], start=1)
	]


def _store(doctype: str, rows: list[Row], leave_out: tuple[str, ...] = ()) -> None:
	"""Rows of equal columns in one statement."""
	audit = {
		"owner": "Administrator",
		"modified_by": "Administrator",
		"creation": "2019-01-01",
		"modified": "2019-01-01",
	}
	kept = [
		{**audit, **{name: value for name, value in row.items() if name not in leave_out}} for row in rows
	]
	if kept:
		frappe.db.bulk_insert(doctype, list(kept[0]), [tuple(row.values()) for row in kept])


def store_tickets(rows: list[Row]) -> None:
	"""Tickets of the year; ``rows``: fields of each."""
	complete = [
		{
			"name": f"FIGURE-{position:04}",
			"subject": "Counted",
			"creation": "2019-02-01 10:00:00",
			"owner": "Administrator",
			"modified": "2019-02-01",
			"agent_group": None,
			"cs_customer_tier": None,
			"cs_channel": None,
			"cs_suggested_category": None,
			"cs_complaint_category": None,
			**row,
		}
		for position, row in enumerate(rows)
	]
	frappe.db.bulk_insert("HD Ticket", list(complete[0]), [tuple(row.values()) for row in complete])


# --- the slow way ---------------------------------------------------------------------------------------------------


def top_of(category: str | None) -> str | None:
	while category and TREE[category]:
		category = TREE[category]
	return category


def is_below(category: str | None, top: str) -> bool:
	while category:
		if category == top:
			return True
		category = TREE[category]
	return False


GROUPS = {
	"First-Level Category": lambda row: top_of(row["category"]) or "",
	"Category": lambda row: row["category"] or "",
	"Team": lambda row: row["team"] or "",
	"Product": lambda row: row["product"] or "",
	"Customer Tier": lambda row: row["customer_tier"] or "",
	"Severity": lambda row: row["severity"] or "",
	"Channel": lambda row: row["channel"] or "",
	"Department": lambda row: row["department"] or "",
	"Month": lambda row: f"{row['received_at']:%Y-%m}",
}


def by_group(rows: list[Row], grouping: str) -> dict[str, list[Row]]:
	found: dict[str, list[Row]] = {}
	for row in rows:
		found.setdefault(GROUPS[grouping](row), []).append(row)
	return found


def share(part: float, whole: float) -> float | None:
	return round(100 * part / whole, 1) if whole else None
