"""Open tickets after their customer's tier changed: they keep or improve their deadlines and lose none.

Only tickets of customers who went up are looked at: what was promised at a higher tier stays promised.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import frappe

from cs_center.domain.clocks import compute_clocks
from cs_center.domain.governing import REPLY_FACTOR, RESOLUTION_FACTOR, factors_of
from cs_center.domain.keeping_promises import loses_nothing
from cs_center.domain.ledger import Category, Event, EventKind, in_order, state_after
from cs_center.integrations import helpdesk, helpdesk_customers
from cs_center.services.escalation import choice as escalation_choice
from cs_center.services.service_levels import store
from cs_center.services.service_levels.definitions import calendars_by_name, policies_by_name
from cs_center.services.service_levels.evaluation import evaluate_stored, lock_tickets
from cs_center.services.service_levels.policy_choice import choose_again, keeping
from cs_center.services.service_levels.safety import log_failure
from cs_center.services.service_levels.settings import read_settings
from cs_center.services.service_levels.site_time import current_instant
from cs_center.services.service_levels.tier_events import FIELD, factors_of_tier, last_tier, tier_event

from .arriving import DEDICATED
from .deciding import PROFILE
from .ladder import rank_of, tier_named

CUSTOMERS_AT_A_TIME = 2000
JOB = "cs_center_tickets_follow_tiers"
REASON_EVALUATED = "customer"
NOT_BETTER = "would promise less"


def is_due() -> bool:
	"""Whether a customer's tickets still have to follow: a job was stopped, or a ticket could not."""
	return bool(frappe.db.exists(PROFILE, {"tickets_pending": 1}))


def start() -> None:
	"""Queue what is pending, once this request's changes are there."""
	frappe.enqueue(
		follow_pending,
		queue="long",
		timeout=3600,
		job_id=JOB,
		deduplicate=True,
		enqueue_after_commit=True,
	)


def follow_pending() -> int:
	"""Bring the open tickets of every marked customer to the customer's tier; how many there were. Commits in batches."""
	followed, behind = 0, ""
	while pending := _pending(behind):
		behind = list(pending)[-1]  # in the database's order of names
		tickets = helpdesk_customers.open_tickets_of(pending)
		frappe.db.commit()  # what is read behind the locks below must not be older than they
		failed: set[str] = set()
		size = read_settings().batch_size
		for place in range(0, len(tickets), size):
			followed += _follow_guarded(tickets[place : place + size], failed)
		_unmark(pending, _customers_of(failed))
		frappe.db.commit()  # what has followed need not be looked at again
	return followed


def _pending(behind: str) -> dict[str, str]:
	"""Tier by customer of the next ones whose tickets still have to follow, in the order of their names."""
	rows = frappe.get_all(
		PROFILE,
		{"tickets_pending": 1, "customer": [">", behind]},
		["customer", "tier"],
		order_by="customer asc",
		limit_page_length=CUSTOMERS_AT_A_TIME,
	)
	return {row.customer: row.tier or "" for row in rows}


def _customers_of(tickets: set[str]) -> set[str]:
	"""Customers of the tickets that could not follow."""
	found = frappe.get_all(
		helpdesk.TICKET, {"name": ["in", list(tickets)]}, pluck="customer", limit_page_length=0
	)
	return set(found) if tickets else set()


def _unmark(pending: dict[str, str], failed: set[str]) -> None:
	"""Who has gone up once more meanwhile stays marked, and so does whose tickets could not follow: next time again."""
	profile = frappe.qb.DocType(PROFILE)
	done = {customer: tier for customer, tier in pending.items() if customer not in failed}
	for tier in set(done.values()):
		customers = [customer for customer, its in done.items() if its == tier]
		(
			frappe.qb.update(profile)
			.set(profile.tickets_pending, 0)
			.where(profile.customer.isin(customers) & (profile.tier == tier))
			.run()
		)


def _follow_guarded(tickets: list[str], failed: set[str]) -> int:
	"""The batch as a whole; when that fails, one by one, so that one bad ticket does not stop the others."""
	try:
		followed = follow(tickets)
		frappe.db.commit()  # each batch stands on its own
		return followed
	except Exception:  # found out below, ticket by ticket
		frappe.db.rollback()
	if len(tickets) == 1:
		log_failure(tickets[0])
		failed.add(tickets[0])
		return 0
	return sum(_follow_guarded([ticket], failed) for ticket in tickets)


def follow(tickets: Sequence[str], now: datetime | None = None) -> int:
	"""Give these tickets the tier their customer has now, where it is a higher one; how many got it."""
	if not tickets:
		return 0
	lock_tickets(tickets)
	now = now or current_instant()
	rows = frappe.get_all(helpdesk.TICKET, {"name": ["in", list(tickets)]}, ["*"], limit_page_length=0)
	profiles = _profiles_of({row.customer for row in rows if row.customer})
	ledgers = store.load_events([row.name for row in rows], lock=True)
	fresh: dict[str, list[Event]] = {}
	followed = 0
	for row in rows:
		profile = profiles.get(row.customer)
		if profile is None or rank_of(profile.tier) <= rank_of(row.get(FIELD)):
			continue
		followed += 1
		events = in_order(ledgers.get(row.name) or [])
		values = _entitle(row, profile)
		if events and state_after(events).category is not Category.RESOLVED:
			made, values["priority"] = _best_change(row, events, values, now)
			fresh[row.name] = made
		frappe.db.set_value(helpdesk.TICKET, row.name, values, update_modified=False)
	store.append_ledgers(fresh)
	evaluate_stored(list(fresh), now)
	return followed


def _profiles_of(customers: set[str]) -> dict[str, Any]:
	fields = ["customer", "tier", "dedicated_agent"]
	rows = frappe.get_all(PROFILE, {"customer": ["in", list(customers)]}, fields, limit_page_length=0)
	return {row.customer: row for row in rows}


def _entitle(row: Any, profile: Any) -> dict[str, Any]:
	"""What the ticket's fields get: the tier, its agent where the ticket has none, its priority."""
	old, new = tier_named(row.get(FIELD)), tier_named(profile.tier)
	agent = (
		row.get(DEDICATED) or profile.dedicated_agent or (new.dedicated_agent if new is not None else None)
	)
	steps = (new.priority_uplift or 0) - ((old.priority_uplift or 0) if old is not None else 0)
	priority = helpdesk.raised_priority(row.priority, steps) if steps > 0 else row.priority
	return {FIELD: profile.tier, DEDICATED: agent, "priority": priority}


def _best_change(
	row: Any, events: Sequence[Event], values: dict[str, Any], now: datetime
) -> tuple[list[Event], str]:
	"""The events that give most without taking anything, and the priority that goes with them.

	Tried in this order: policy and priority of the new tier; its priority with the policy that is held; the policy of
	the new tier with the priority that is held; the tier's factors alone. Where even these would make a deadline that
	is over already, the ticket keeps its times and only shows the tier.
	"""
	policies, calendars = policies_by_name(), calendars_by_name()
	before = compute_clocks(events, policies, calendars, now)
	for candidate, priority in _candidates(row, events, values, now):
		if loses_nothing(before, compute_clocks([*events, *candidate], policies, calendars, now)):
			return candidate, priority
	held = last_tier(events)
	unchanged = {**values, "priority": row.priority, "factors": factors_of(held.detail if held else {})}
	return _events(row, events, unchanged, now, changes_policy=False), row.priority


def _candidates(
	row: Any, events: Sequence[Event], values: dict[str, Any], now: datetime
) -> Iterator[tuple[list[Event], str]]:
	for priority in dict.fromkeys((values["priority"], row.priority)):
		wanted = {**values, "priority": priority}
		for changes_policy in (True, False):
			yield _events(row, events, wanted, now, changes_policy), priority


def _events(
	row: Any, events: Sequence[Event], values: dict[str, Any], now: datetime, changes_policy: bool
) -> list[Event]:
	"""Tier, priority, and the policies chosen by the new facts, or kept in spite of them."""
	sequence = max(event.sequence for event in events) + 1
	wanted = frappe._dict({**row, **values})
	wanted.pop("factors", None)
	made = [tier_event(values[FIELD], now, sequence, "", _detail(row, events, values))]
	if values["priority"] != row.priority:
		made.append(Event(EventKind.PRIORITY_CHANGED, now, sequence + 1, "", values["priority"]))
	for event in choose_again(wanted, events, now, sequence + len(made), ""):
		made.append(event if changes_policy else _kept(event, state_after(events).policy))
	made += escalation_choice.choose_again(wanted, events, now, sequence + len(made), "")
	return made


def _detail(row: Any, events: Sequence[Event], values: dict[str, Any]) -> dict[str, Any]:
	"""The better of the factors that the ticket has and those of the tier, and what became of the priority."""
	last = last_tier(events)
	held = factors_of(last.detail if last else {})
	new = values.get("factors") or factors_of(factors_of_tier(values[FIELD]))
	detail: dict[str, Any] = {
		"reason": REASON_EVALUATED,
		REPLY_FACTOR: min(held.first_reply, new.first_reply),
		RESOLUTION_FACTOR: min(held.resolution, new.resolution),
	}
	if values["priority"] != row.priority:
		detail |= {"priority_from": row.priority, "priority_to": values["priority"]}
	return detail


def _kept(event: Event, held: str) -> Event:
	"""The choice is recorded with its facts, so that the next save does not choose again, but changes nothing."""
	if event.value == held:
		return event
	kept = keeping(event, held)
	return Event(
		kept.kind,
		kept.at,
		kept.sequence,
		kept.actor,
		held,
		{**kept.detail, "instead_of": event.value, "why_kept": NOT_BETTER},
		kept.key,
	)
