"""Many tickets with ledger, clocks and an escalation policy, made in seconds: copies of one ticket that was really opened.

For scratch sites: it commits. Names are numbers from ``FIRST`` on, so that all of it can be taken away again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import frappe

from cs_center.domain.ledger import missing_events, state_after
from cs_center.services.service_levels import store
from cs_center.services.service_levels.evaluation import evaluate_stored
from cs_center.services.service_levels.facts import state_of
from cs_center.services.service_levels.openings import opening_events
from cs_center.services.service_levels.settings import DEFAULT_BATCH_SIZE
from cs_center.services.service_levels.site_time import to_aware
from cs_center.tests import factories

TICKET, EVENT, CLOCK = "HD Ticket", "CS Service Event", "CS Service Clock"
FIRST, FIRST_DUE = 10_000_000, 90_000_000
TARGET = timedelta(days=30)
AGENT, TEAM = "measured@service.example", "Measured Team"
REFERRING = (EVENT, CLOCK, "CS Escalation", "CS Notification Delivery")
CLOCKS_OF_A_TICKET = 2


def prepare() -> str:
	"""One policy with two clocks, one ladder that tells the assignee over two media; returns the model's name."""
	frappe.flags.mute_emails = True
	factories.create_agent(AGENT)
	factories.create_team(TEAM, AGENT)
	factories.change_settings(enabled=1, run_escalations=1, quiet_calendar=None, digest_minutes=0)
	set_batch_size(DEFAULT_BATCH_SIZE)
	for doctype in ("CS Service Policy", "CS Escalation Policy"):
		frappe.db.set_value(doctype, {"docstatus": 1}, "enabled", 0)
	calendar = factories.create_calendar(windows=(("00:00", "24:00"),), days=factories.EVERY_DAY)
	hours = TARGET.days * 24
	targets = [factories.target(metric, hours, "Calendar Hours") for metric in ("First Reply", "Resolution")]
	factories.create_policy(targets=targets, calendar=calendar)
	step = factories.step(1, metric="First Reply", percent=50, in_app=1, email=1)
	factories.create_escalation_policy([step], calendar=calendar)
	model = factories.create_ticket(agent_group=TEAM)
	factories.assign(model, AGENT)
	frappe.db.commit()
	return model.name


def set_batch_size(size: int) -> None:
	"""Tickets in one transaction of a pass."""
	factories.change_settings(evaluation_batch_size=size)
	frappe.db.commit()


def copy_running(model: str, first: int, last: int) -> None:
	"""Tickets number ``first`` to ``last`` with the model's ledger and clocks, each of them due a second later."""
	later = {"cs_next_escalation_at", "next_event_at", "due_at", "warn_at"}
	number = f"({FIRST} + n.seq)"
	_copy(TICKET, f"t.name = '{model}'", first, last, {"name": number}, later)
	for doctype, ending in ((EVENT, "t.sequence"), (CLOCK, f"substr(t.name, {len(model) + 2})")):
		new = {"name": f"concat({number}, '-', {ending})", "reference_name": number}
		_copy(doctype, f"t.reference_name = '{model}'", first, last, new, later)
	frappe.db.commit()
	for doctype in (TICKET, EVENT, CLOCK):
		frappe.db.sql(f"analyze table `tab{doctype}`")


def _copy(doctype: str, which: str, first: int, last: int, new: dict[str, str], later: set[str]) -> None:
	columns = frappe.db.get_table_columns(doctype)
	values = [
		new.get(name) or (f"t.`{name}` + interval n.seq second" if name in later else f"t.`{name}`")
		for name in columns
	]
	listed = ", ".join(f"`{name}`" for name in columns)
	frappe.db.sql(
		f"insert into `tab{doctype}` ({listed}) select {', '.join(values)}"
		f" from `tab{doctype}` t join seq_{first}_to_{last} n where {which}"
	)


def make_due(model: str, count: int, now: datetime, first: int) -> list[str]:
	"""Tickets opened so long ago that their step fell due within the last minute; the app's services make all but the row."""
	values = frappe.db.get_value(TICKET, model, "*", as_dict=True)
	columns = frappe.db.get_table_columns(TICKET)
	rows = [_due_row(values, first + number, number, now) for number in range(count)]
	frappe.db.bulk_insert(TICKET, columns, [tuple(row[column] for column in columns) for row in rows])
	ledgers = {row["name"]: _ledger(row) for row in rows}
	store.append_ledgers(ledgers)
	evaluate_stored(list(ledgers), to_aware(now - TARGET / 2))
	frappe.db.commit()
	return list(ledgers)


def _due_row(values: dict[str, Any], name: int, number: int, now: datetime) -> dict[str, Any]:
	opened = now - TARGET / 2 - timedelta(milliseconds=10 * (number + 1))
	return frappe._dict(values, name=str(FIRST_DUE + name), creation=opened, modified=opened)


def _ledger(row: dict[str, Any]) -> list[Any]:
	at = to_aware(row["creation"])
	events = opening_events(row, at, "Administrator")
	return events + missing_events(state_after(events), state_of(row), at, "Administrator", len(events) + 1)


def remove(first: int = FIRST) -> None:
	"""All tickets from this number on, with all that refers to them."""
	for doctype in REFERRING:
		frappe.db.sql(
			f"delete from `tab{doctype}` where reference_doctype = %s and cast(reference_name as unsigned) >= %s",
			(TICKET, first),
		)
	frappe.db.sql(f"delete from `tab{TICKET}` where cast(name as unsigned) >= %s", first)
	frappe.db.commit()
