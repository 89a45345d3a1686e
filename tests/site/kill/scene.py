"""What the test plays on: tickets that fall due a millisecond apart, a ladder that tells over every medium and acts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import frappe
import verdict

from cs_center.domain.ledger import missing_events, state_after
from cs_center.services.service_levels import store
from cs_center.services.service_levels.evaluation import evaluate_stored
from cs_center.services.service_levels.facts import state_of
from cs_center.services.service_levels.openings import opening_events
from cs_center.services.service_levels.site_time import to_aware
from cs_center.tests import factories

TICKET, CHANNEL = "HD Ticket", "CS Notification Channel"
TARGET = timedelta(hours=1)
BATCH = 5
"""Tickets in a transaction: few, so that there are many places between two of them."""

ACTING_EVERY = 20
"""One ticket of so many is urgent: its step also moves it, assigns it, makes it a complaint and raises an incident."""

WARM_UP = 10
"""So many more tickets fall due before the others: what workers import as they go is imported for them."""

AGENTS = ("kill.one@service.example", "kill.two@service.example", "kill.three@service.example")
LEAD, TEAM, OTHER_TEAM = "kill.lead@service.example", "Kill Team", "Kill Second Team"


def make(count: int, address: str) -> dict[str, Any]:
	"""Make all of it, committed; returns what the other parts of the test need to know."""
	_settle_earlier_runs()
	_people()
	factories.change_settings(
		enabled=1,
		run_escalations=1,
		write_ticket_deadlines=1,
		evaluation_batch_size=BATCH,
		digest_minutes=0,
		delivery_attempts=20,
		quiet_calendar=None,
		allow_private_addresses=1,
	)
	frappe.db.set_single_value("HD Settings", {"skip_email_workflow": 1})
	channel = _channel(address)
	policies = _policies(channel)
	base = frappe.utils.now_datetime() - timedelta(minutes=20)
	names = _tickets(count + WARM_UP, base - timedelta(milliseconds=WARM_UP))
	frappe.db.commit()
	ours = list(enumerate(names))[WARM_UP:]
	return {
		"began": frappe.utils.now(),
		"deadlocks": verdict.deadlocks(),
		"base": str(base),
		"channel": channel,
		"tickets": count,
		"names": [name for _number, name in ours],
		"acting": [name for number, name in ours if _acts(number)],
		"keys": {kind: policy.steps[0].step_key for kind, policy in policies.items()},
		"team": OTHER_TEAM,
		"told": {name: LEAD if _acts(number) else _agent(number) for number, name in ours},
	}


def _settle_earlier_runs() -> None:
	"""What a run that was broken off left undone is not this one's work."""
	waiting = {"state": ["in", ["Queued", "Sending"]]}
	frappe.db.set_value("CS Notification Delivery", waiting, "state", "Cancelled")
	frappe.db.set_value(TICKET, {"cs_next_escalation_at": ["is", "set"]}, "cs_next_escalation_at", None)
	frappe.db.set_value("CS Service Clock", {"next_event_at": ["is", "set"]}, "next_event_at", None)


def _acts(number: int) -> bool:
	return number % ACTING_EVERY == 7


def _agent(number: int) -> str:
	return AGENTS[number % len(AGENTS)]


def _people() -> None:
	frappe.flags.mute_emails = True
	for user in (*AGENTS, LEAD):
		factories.create_agent(user)
	factories.create_team(TEAM, *AGENTS)
	factories.create_team(OTHER_TEAM, LEAD)


def _channel(address: str) -> str:
	doc = {"doctype": CHANNEL, "channel_name": factories.unique("Kill Group"), "kind": "Generic JSON"}
	name = frappe.get_doc({**doc, "enabled": 1, "webhook_url": address, "timeout_seconds": 1}).insert().name
	# More than the form allows: the rate limit has tests of its own.
	frappe.db.set_value(CHANNEL, name, "messages_per_minute", 1_000_000)
	frappe.clear_document_cache(CHANNEL, name)
	return name


def _policies(channel: str) -> dict[str, Any]:
	"""A target of one hour for every ticket; at its end the ladder's only step."""
	for doctype in ("CS Service Policy", "CS Escalation Policy"):
		frappe.db.set_value(doctype, {"docstatus": 1}, "enabled", 0)
	calendar = factories.create_calendar(windows=(("00:00", "24:00"),), days=factories.EVERY_DAY)
	factories.create_policy(targets=[factories.target("First Reply", 1, "Calendar Hours")], calendar=calendar)
	all_media = {"metric": "First Reply", "in_app": 1, "email": 1, "channel": channel}
	acting = factories.step(
		2,
		**all_media,
		tell="User",
		user=LEAD,
		reassign_team=OTHER_TEAM,
		assign_to_told=1,
		complaint_severity="Important",
		raise_incident=1,
	)
	urgent = [factories.condition("priority", "Equals", "Urgent")]
	return {
		"acting": factories.create_escalation_policy([acting], conditions=urgent, calendar=calendar),
		"telling": factories.create_escalation_policy([factories.step(1, **all_media)], calendar=calendar),
	}


def _tickets(count: int, base: datetime) -> list[str]:
	"""Copies of one real ticket; their ledgers and clocks come from the app's own services."""
	frappe.flags.mute_emails = True
	model = factories.create_ticket(agent_group=TEAM)
	columns = frappe.db.get_table_columns(TICKET)
	values = frappe.db.get_value(TICKET, model.name, "*", as_dict=True)
	first = 1_000_000 * (
		1 + int(frappe.db.sql("select max(cast(name as unsigned)) from `tabHD Ticket`")[0][0]) // 1_000_000
	)
	rows = [_row(values, first + number, number, base) for number in range(1, count + 1)]
	frappe.db.bulk_insert(TICKET, columns, [tuple(row[column] for column in columns) for row in rows])
	for start in range(0, count, 200):
		_begin(rows[start : start + 200])
	frappe.db.delete(TICKET, {"name": model.name})
	store.erase([model.name])
	return [row["name"] for row in rows]


def _row(values: dict[str, Any], name: int, number: int, base: datetime) -> dict[str, Any]:
	opened = base - TARGET + timedelta(milliseconds=number)
	return frappe._dict(
		values,
		name=str(name),
		subject=f"Parcel {number}",
		priority="Urgent" if _acts(number - 1) else "Medium",
		_assign=None if _acts(number - 1) else frappe.as_json([_agent(number - 1)], indent=None),
		creation=opened,
		modified=opened,
	)


def _begin(rows: list[dict[str, Any]]) -> None:
	ledgers = {}
	for row in rows:
		at = to_aware(row["creation"])
		events = opening_events(row, at, "Administrator")
		events += missing_events(state_after(events), state_of(row), at, "Administrator", len(events) + 1)
		ledgers[row["name"]] = events
	store.append_ledgers(ledgers)
	evaluate_stored(list(ledgers), to_aware(max(row["creation"] for row in rows)))
	frappe.db.commit()
