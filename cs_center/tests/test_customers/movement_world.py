"""Six customers of a year in which no other test has any, whose movements can be counted by hand.

| customer | profile made | first tier | changes |
|---|---|---|---|
| Movement A | 2019-01-10 | Regular | 01-20 VIP, 03-05 Senior VIP |
| Movement B | 2019-01-10 | Regular | 02-28 VIP (one second before midnight), 04-01 Regular (at midnight) |
| Movement C | 2019-01-10 | Regular | 02-10 Senior VIP by hand, 03-31 Regular |
| Movement D | 2019-01-10 | Regular | |
| Movement E | 2019-02-15 | Regular | 03-15 VIP |
| Movement F | 2018-12-01 | VIP | 06-01 Regular |
"""

from __future__ import annotations

import json
from typing import Any

import frappe

CHANGE, PROFILE = "CS Tier Change", "CS Customer Profile"
REGULAR, VIP, SENIOR = "Regular", "VIP", "Senior VIP"
RANKS = (REGULAR, VIP, SENIOR)
FIRST_DAY, LAST_DAY = "2019-01-01", "2019-04-30"

PROFILES = {
	"Movement A": ("2019-01-10 09:00:00", SENIOR),
	"Movement B": ("2019-01-10 09:00:00", REGULAR),
	"Movement C": ("2019-01-10 09:00:00", REGULAR),
	"Movement D": ("2019-01-10 09:00:00", REGULAR),
	"Movement E": ("2019-02-15 09:00:00", VIP),
	"Movement F": ("2018-12-01 09:00:00", REGULAR),
}
"""Customer -> (made, tier today)."""

CHANGES = (
	("Movement A", "2019-01-20 03:00:00", REGULAR, VIP, "Thresholds Reached"),
	("Movement A", "2019-03-05 03:00:00", VIP, SENIOR, "Thresholds Reached"),
	("Movement B", "2019-02-28 23:59:59", REGULAR, VIP, "Thresholds Reached"),
	("Movement B", "2019-04-01 00:00:00", VIP, REGULAR, "Below Thresholds"),
	("Movement C", "2019-02-10 11:30:00", REGULAR, SENIOR, "Override Set"),
	("Movement C", "2019-03-31 03:00:00", SENIOR, REGULAR, "Override Ended"),
	("Movement E", "2019-03-15 03:00:00", REGULAR, VIP, "Thresholds Reached"),
	("Movement F", "2019-06-01 03:00:00", VIP, REGULAR, "Tiers Changed"),
)

SIZES = {
	"2019-01": {SENIOR: 0, VIP: 2, REGULAR: 3},
	"2019-02": {SENIOR: 1, VIP: 3, REGULAR: 2},
	"2019-03": {SENIOR: 1, VIP: 3, REGULAR: 2},
	"2019-04": {SENIOR: 1, VIP: 2, REGULAR: 3},
}
"""Month -> tier -> customers at its end, counted in the table above."""

MOVES = {"2019-01": (1, 0), "2019-02": (2, 0), "2019-03": (2, 1), "2019-04": (0, 1)}
"""Month -> (upgrades, downgrades)."""

FLOWS = {
	(REGULAR, VIP): 3,
	(VIP, SENIOR): 1,
	(REGULAR, SENIOR): 1,
	(SENIOR, REGULAR): 1,
	(VIP, REGULAR): 1,
}
"""Changes of the period by (from, to)."""

TRIALS = [
	{
		"tier": SENIOR,
		"months": 12,
		"spend": "6200.50",
		"orders": 31,
		"asked_spend": "20000",
		"asked_orders": 30,
		"needs_both": False,
		"reached": True,
		"kept": True,
		"keep_percent": 90,
	},
	{
		"tier": VIP,
		"months": 6,
		"spend": "4100",
		"orders": 4,
		"asked_spend": "5000",
		"asked_orders": 10,
		"needs_both": True,
		"reached": False,
		"kept": False,
		"keep_percent": 90,
	},
]
"""What every change keeps as its explanation."""


def build() -> None:
	"""The rows as they are stored, straight into their tables."""
	store(PROFILE, [_profile(name, *values) for name, values in PROFILES.items()])
	store(CHANGE, [_change(number, *values) for number, values in enumerate(CHANGES)])


def _profile(name: str, made: str, tier: str) -> dict[str, Any]:
	return {"name": name, "customer": name, "tier": tier, "creation": made}


def _change(number: int, customer: str, at: str, start: str, end: str, reason: str) -> dict[str, Any]:
	return {
		"name": f"movement-{number}",
		"customer": customer,
		"changed_at": at,
		"from_tier": start,
		"to_tier": end,
		"direction": "Upgrade" if RANKS.index(end) > RANKS.index(start) else "Downgrade",
		"reason": reason,
		"spend": 8000,
		"orders": 33,
		"currency": "CNY",
		"window_from": "2018-03-06",
		"window_to": "2019-03-05",
		"earned_tier": REGULAR if reason.startswith("Override") else end,
		"explanation": json.dumps(TRIALS),
		"actor": "Administrator" if reason == "Override Set" else None,
		"creation": at,
	}


def store(doctype: str, rows: list[dict[str, Any]]) -> None:
	"""Rows of equal columns in one statement, past every controller."""
	audit = {"owner": "Administrator", "modified_by": "Administrator", "modified": "2019-01-01"}
	kept = [audit | row for row in rows]
	frappe.db.bulk_insert(doctype, list(kept[0]), [tuple(row.values()) for row in kept])
