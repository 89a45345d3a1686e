"""A hundred thousand complaints with history, clocks, compensations and tickets, made in a minute. For scratch sites: it commits.

Names begin with ``MARK``, so that all of it can be taken away again. The shape is the same in every run (seed).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

import frappe

from cs_center.tests import factories

MARK = "SCALE"
TICKET, COMPLAINT = "HD Ticket", "CS Complaint"
STAY, CLOCK, CATEGORY = "CS Complaint Stage Change", "CS Service Clock", "CS Complaint Category"
MONTHS, TEAMS, CUSTOMERS, HANDLERS, PRODUCTS = 24, 20, 5_000, 200, 300
LEAST_CATEGORIES = 44
AGENT = "scale.agent@service.example"
BRANCH = f"{MARK} Branch"
"""A category with two below it that is given ``IN_THE_BRANCH`` complaints, to be moved."""

IN_THE_BRANCH = 10_000
WAY = (
	"Received",
	"Acknowledged",
	"Classified",
	"Investigating",
	"Solution Proposed",
	"Executing",
	"Follow-up",
	"Closed",
)
OPEN_DAYS = 30
"""Of the complaints of so many last days two of five are still open, of older ones one of a hundred."""

WORDS = "The parcel came late, the box was open and nobody answered the telephone for two days. " * 5
CHUNK = 5_000


def prepare() -> None:
	"""The agent, teams, and categories that are measured; ``remove`` takes them away."""
	frappe.flags.mute_emails = True
	factories.create_agent(AGENT)
	for number in range(TEAMS):
		factories.create_team(team(number), *([AGENT] if number == TEAMS - 1 else []))
	for name, parent in ((BRANCH, None), (f"{MARK} Twig 1", BRANCH), (f"{MARK} Twig 2", BRANCH)):
		if not frappe.db.exists(CATEGORY, name):
			doc = {"doctype": CATEGORY, "category_name": name, "parent_complaint_category": parent}
			frappe.get_doc({**doc, "is_group": 1, "kind": "Complaint", "enabled": 1}).insert()
	wanted = LEAST_CATEGORIES - frappe.db.count(CATEGORY, {"kind": "Complaint"})
	for number in range(max(0, wanted)):
		doc = {
			"doctype": CATEGORY,
			"category_name": f"{MARK} Leaf {number}",
			"parent_complaint_category": "Other",
		}
		frappe.get_doc({**doc, "kind": "Complaint", "enabled": 1}).insert()
	_insert("HD Customer", ({"name": customer(n), "customer_name": customer(n)} for n in range(CUSTOMERS)))
	frappe.db.commit()


def team(number: int) -> str:
	return f"{MARK} Team {number:02}"


def customer(number: int) -> str:
	return f"{MARK} Customer {number:05}"


def insert(count: int, seed: int = 4) -> None:
	"""``count`` complaints over the last 24 months, each with its ticket, about five stays and two clocks."""
	now = datetime.now().replace(microsecond=0)
	_insert(TICKET, _tickets(count, now, Random(seed)))
	_insert(COMPLAINT, _complaints(count, now, Random(seed)))
	_insert_stays()
	_insert_clocks()
	_insert_compensations()
	frappe.db.commit()
	for doctype in (TICKET, COMPLAINT, STAY, CLOCK, "CS Complaint Compensation"):
		frappe.db.sql(f"analyze table `tab{doctype}`")


def _insert(doctype: str, rows: Iterator[dict[str, Any]]) -> None:
	audit = {"owner": "Administrator", "modified_by": "Administrator"}
	chunk: list[dict[str, Any]] = []
	for row in rows:
		chunk.append({**audit, "creation": "2020-01-01", "modified": "2020-01-01", **row})
		if len(chunk) == CHUNK:
			_send(doctype, chunk)
			chunk = []
	if chunk:
		_send(doctype, chunk)


def _send(doctype: str, rows: list[dict[str, Any]]) -> None:
	frappe.db.bulk_insert(
		doctype,
		list(rows[0]),
		[tuple(row.values()) for row in rows],
		ignore_duplicates=True,
		chunk_size=CHUNK,
	)
	frappe.db.commit()


def _tickets(count: int, now: datetime, random: Random) -> Iterator[dict[str, Any]]:
	for number in range(count):
		at = _moment(number, count, now)
		yield {
			"name": f"{MARK}-{number:06}",
			"creation": at,
			"modified": at,
			"subject": "The parcel is late",
			"status": "Closed",
			"priority": "Medium",
			"customer": customer(random.randrange(CUSTOMERS)),
			"agent_group": team(random.randrange(TEAMS)),
		}


def _moment(number: int, count: int, now: datetime) -> datetime:
	"""Evenly over the months, the last one just now."""
	return now - timedelta(seconds=int((count - 1 - number) * MONTHS * 30.4 * 86_400 / count))


def _complaints(count: int, now: datetime, random: Random) -> Iterator[dict[str, Any]]:
	names = [
		name
		for name in frappe.get_all(CATEGORY, {"kind": "Complaint"}, pluck="name", order_by="lft asc")
		if not name.startswith(BRANCH) and "Twig" not in name
	]
	random.shuffle(names)
	weights = [1 / rank for rank in range(1, len(names) + 1)]
	every = count // IN_THE_BRANCH or 1
	for number in range(count):
		at = _moment(number, count, now)
		drawn = random.choices(names, weights)[0]
		category = f"{MARK} Twig {number // every % 2 + 1}" if number % every == 0 else drawn
		yield _complaint(number, at, now, category, random)


def _complaint(number: int, at: datetime, now: datetime, category: str, random: Random) -> dict[str, Any]:
	is_open = random.random() < (0.4 if (now - at).days < OPEN_DAYS else 0.01)
	stage = (
		WAY[random.randrange(7)]
		if is_open
		else random.choices(("Closed", "Withdrawn", "Rejected"), (90, 6, 4))[0]
	)
	left = min(now, at + timedelta(seconds=random.randrange(3600, 20 * 86_400)))
	is_final = stage in ("Closed", "Withdrawn", "Rejected")
	consent = random.choices(("Consented", "Refused", None), (80, 12, 8))[0]
	return {
		"name": f"{MARK}-{number:06}",
		"creation": at,
		"modified": left,
		"ticket": f"{MARK}-{number:06}",
		"subject": "The parcel came late and open",
		"customer": customer(random.randrange(CUSTOMERS)),
		"raised_by": "buyer@shop.example",
		"received_at": at,
		"product": f"Article {random.randrange(PRODUCTS)}",
		"customer_tier": random.choice(("Regular", "VIP", "Senior VIP")),
		"description": WORDS,
		"findings": WORDS,
		"solution": WORDS,
		"category": category,
		"severity": random.choices(("General", "Important", "Major"), (80, 17, 3))[0],
		"is_repeat": int(random.random() < 0.08),
		"stage": stage,
		"stage_since": left,
		"handler": f"handler{random.randrange(HANDLERS)}@service.example",
		"team": team(random.randrange(TEAMS)),
		"priority": "Medium",
		"consent": consent,
		"refusals": int(random.random() < 0.1),
		"compensation_cost": random.choice((0, 0, 0, 20, 50)),
		"cost_currency": frappe.db.get_default("currency"),
		"closed_at": left if is_final else None,
		"service_state": "Met" if is_final else "On Track",
		"next_deadline": None if is_final else at + timedelta(days=1),
	}


def _insert_stays() -> None:
	"""Five lines a complaint: what it went through, the last one still open."""
	stages = ", ".join(f"'{stage}'" for stage in WAY)
	frappe.db.sql(f"""
		insert into `tab{STAY}` (name, creation, modified, owner, modified_by, parent, parenttype, parentfield, idx,
			stage, entered_at, actor, left_at, seconds)
		select concat(c.name, '-', n.seq), c.creation, c.modified, c.owner, c.owner, c.name, '{COMPLAINT}', 'stage_history',
			n.seq, if(n.seq = 5, c.stage, elt(n.seq, {stages})), c.received_at + interval (n.seq - 1) * 9 hour,
			c.handler, if(n.seq = 5, null, c.received_at + interval n.seq * 9 hour),
			if(n.seq = 5, 0, mod(crc32(concat(c.name, n.seq)), 400000))
		from `tab{COMPLAINT}` c join seq_1_to_5 n where c.name like '{MARK}-%'""")
	frappe.db.commit()


def _insert_clocks() -> None:
	frappe.db.sql(f"""
		insert into `tab{CLOCK}` (name, creation, modified, owner, modified_by, reference_doctype, reference_name, metric,
			cycle, state, team, started_at, due_at)
		select concat(c.name, '-', n.seq), c.creation, c.modified, c.owner, c.owner, '{COMPLAINT}', c.name,
			elt(n.seq, 'Complaint Acknowledgement', 'Complaint Solution'), 1,
			if(mod(crc32(concat(c.name, n.seq)), 10) = 0, 'Breached', 'Met'), c.team, c.received_at,
			c.received_at + interval 1 hour
		from `tab{COMPLAINT}` c join seq_1_to_2 n where c.name like '{MARK}-%'""")
	frappe.db.commit()


def _insert_compensations() -> None:
	frappe.db.sql(f"""
		insert into `tabCS Complaint Compensation` (name, creation, modified, owner, modified_by, parent, parenttype,
			parentfield, idx, kind, amount, currency, state)
		select concat(c.name, '-1'), c.creation, c.modified, c.owner, c.owner, c.name, '{COMPLAINT}', 'compensations', 1,
			'Refund', c.compensation_cost, c.cost_currency, 'Carried Out'
		from `tab{COMPLAINT}` c where c.name like '{MARK}-%' and c.compensation_cost > 0""")
	frappe.db.commit()


def remove() -> None:
	"""All that was made here but the agent's user."""
	like = f"{MARK}-%"
	for doctype, field in (
		(STAY, "parent"),
		("CS Complaint Compensation", "parent"),
		(CLOCK, "reference_name"),
		(COMPLAINT, "name"),
		(TICKET, "name"),
	):
		frappe.db.sql(f"delete from `tab{doctype}` where `{field}` like %s", like)
		frappe.db.commit()
	frappe.db.sql("delete from `tabHD Customer` where name like %s", f"{MARK} Customer %")
	names = frappe.get_all(CATEGORY, {"name": ["like", f"{MARK} %"]}, pluck="name", order_by="lft desc")
	for name in names:
		frappe.delete_doc(CATEGORY, name, force=True)
	for number in range(TEAMS):
		frappe.delete_doc("HD Team", team(number), force=True, ignore_missing=True)
	frappe.db.commit()
