"""What must be there at the end: each escalation once, each of its deliveries once, each delivered, nothing left behind."""

from __future__ import annotations

import email
import email.policy
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import frappe

from cs_center.domain.delivery import delivery_key

TICKET, ESCALATION, DELIVERY = "HD Ticket", "CS Escalation", "CS Notification Delivery"
MEDIA = ("In-App", "E-mail", "Webhook")


def is_all_done(made: dict[str, Any]) -> bool:
	"""Whether nothing is due any more: no ticket that has not escalated, no action to do, no delivery on its way."""
	pending = {"reference_name": ["in", made["names"]], "actions_pending": 1}
	if _is_any_due(made) or frappe.db.count(ESCALATION, pending):
		return False
	on_the_way = {"reference_name": ["in", made["names"]], "state": ["in", ["Queued", "Sending"]]}
	return not frappe.db.count(DELIVERY, on_the_way)


def _is_any_due(made: dict[str, Any]) -> bool:
	waiting = {"name": ["in", made["names"]], "cs_next_escalation_at": ["<=", frappe.utils.now()]}
	return bool(frappe.db.exists(TICKET, waiting))


def site_state(made: dict[str, Any]) -> dict[str, Any]:
	"""What the site holds of this run, as plain values."""
	ours = {"reference_name": ["in", made["names"]]}
	return {
		"escalations": _rows(ESCALATION, ours, "name", "reference_name", "state", "evidence"),
		"deliveries": _rows(
			DELIVERY,
			ours,
			"name",
			"medium",
			"channel",
			"recipient",
			"escalation",
			"state",
			"batch_key",
			"last_error",
			"attempts",
		),
		"incidents": _rows(TICKET, {"cs_raised_from": ["in", made["names"]]}, "name", "cs_raised_from"),
		"tickets": _rows(
			TICKET,
			{"name": ["in", made["names"]]},
			*(
				"name",
				"cs_next_escalation_at",
				"cs_evaluation_pending",
				"agent_group",
				"_assign",
				"cs_severity",
			),
		),
		"clocks": _rows("CS Service Clock", ours, "reference_name", "metric", "state", "next_event_at"),
		"notices": [
			[row.document_name, row.for_user]
			for row in _rows(
				"Notification Log",
				{"document_name": ["in", made["names"]], "type": "Alert"},
				"document_name",
				"for_user",
			)
		],
		"mails": _mails(made),
		"errors": dict(Counter(_logged(made))),
		"deadlocks": deadlocks() - made["deadlocks"],
	}


def deadlocks() -> int:
	"""How often the database server has ended a transaction for another's sake."""
	rows = frappe.db.sql("show global status like 'Innodb_deadlocks'")
	return int(rows[0][1]) if rows else 0


def _rows(doctype: str, filters: dict[str, Any], *fields: str) -> list[Any]:
	return frappe.get_all(doctype, filters=filters, fields=list(fields), limit_page_length=0)


def _mails(made: dict[str, Any]) -> list[list[str]]:
	"""(ticket, receiver) of each e-mail in the queue that tells of one of our escalations."""
	ours, found = set(made["names"]), []
	for row in _rows("Email Queue", {"creation": [">", made["base"]]}, "name", "message"):
		subject = str(email.message_from_string(row.message, policy=email.policy.default)["Subject"])
		number = _ticket_of(subject)
		if subject.startswith("Level ") and number in ours:
			receivers = frappe.get_all(
				"Email Queue Recipient", filters={"parent": row.name}, pluck="recipient"
			)
			found += [[number, receiver] for receiver in receivers]
	return found


def _logged(made: dict[str, Any]) -> Iterator[str]:
	"""Titles and last lines of the error log, names taken out."""
	for row in _rows("Error Log", {"creation": [">", made["began"]]}, "method", "error"):
		last = (row.error or "").strip().splitlines()[-1:] or [""]
		yield re.sub(r"\b[0-9]{4,}\S*", "N", f"{row.method}: {last[0][:120]}")


def judge(made: dict[str, Any], found: dict[str, Any], received: list[dict[str, str]]) -> list[str]:
	"""What is wrong, each thing once; nothing when all is well."""
	wanted = set(_wanted_escalations(made))
	problems = _compare("escalation", wanted, [row["name"] for row in found["escalations"]])
	deliveries = dict(_wanted_deliveries(made))
	problems += _compare("delivery", deliveries, [row["name"] for row in found["deliveries"]])
	problems += [
		f"delivery {row['name']} is {row['state']} ({row['last_error']})"
		for row in found["deliveries"]
		if row["state"] != "Sent"
	]
	problems += _of_own_media(made, found)
	problems += _of_receiver(deliveries, _ours(made, received))
	problems += _of_actions(made, found)
	problems += _left_behind(found)
	return problems


def _wanted_escalations(made: dict[str, Any]) -> Iterator[str]:
	acting = set(made["acting"])
	for name in made["names"]:
		yield f"{name}-first_reply-1-{made['keys']['acting' if name in acting else 'telling']}"


def _wanted_deliveries(made: dict[str, Any]) -> Iterator[tuple[str, tuple[str, str]]]:
	"""(key, (medium, ticket))"""
	for name, escalation in zip(made["names"], _wanted_escalations(made), strict=True):
		for medium in MEDIA:
			is_chat = medium == "Webhook"
			channel, recipient = (made["channel"], "") if is_chat else ("", made["told"][name])
			yield delivery_key(escalation, "raised", medium, channel, recipient), (medium, name)


def _compare(what: str, wanted: Iterable[Any], found: Iterable[Any]) -> list[str]:
	wanted, counts = set(wanted), Counter(found)
	problems = [f"{what} {one} is missing" for one in sorted(wanted - counts.keys())]
	problems += [f"{what} {one} was not expected" for one in sorted(counts.keys() - wanted)]
	return problems + [f"{what} {one} is there {count} times" for one, count in counts.items() if count > 1]


def _of_own_media(made: dict[str, Any], found: dict[str, Any]) -> list[str]:
	wanted = set(made["told"].items())
	problems = _compare("entry in the app", wanted, map(tuple, found["notices"]))
	return problems + _compare("e-mail", wanted, map(tuple, found["mails"]))


def _ours(made: dict[str, Any], received: list[dict[str, str]]) -> list[dict[str, str]]:
	"""Posts about our tickets: their number stands in the title."""
	names = set(made["names"])
	return [row for row in received if _ticket_of(json.loads(row["body"])["title"]) in names]


def _ticket_of(title: str) -> str:
	return title.partition("#")[2].partition(" ")[0]


def _of_receiver(deliveries: dict[str, Any], received: list[dict[str, str]]) -> list[str]:
	"""Each webhook's key arrived and was answered well at least once; each message under one key alone."""
	wanted = {key for key, (medium, _ticket) in deliveries.items() if medium == "Webhook"}
	problems = _compare("key at the receiver", wanted, {row["key"] for row in received})
	well = {row["key"] for row in received if row["answer"] in ("200", "late")}
	problems += [f"key {key} was never taken" for key in sorted(wanted - well)]
	keys_of = defaultdict(set)
	for row in received:
		keys_of[json.loads(row["body"])["link"]].add(row["key"])
	return problems + [
		f"{link} came under {len(keys)} keys" for link, keys in keys_of.items() if len(keys) > 1
	]


def _of_actions(made: dict[str, Any], found: dict[str, Any]) -> list[str]:
	acting = set(made["acting"])
	problems = _compare("incident of", acting, [row["cs_raised_from"] for row in found["incidents"]])
	for row in found["tickets"]:
		done = (row["agent_group"] == made["team"], row["cs_severity"] == "Important")
		if row["name"] in acting and (
			not all(done) or json.loads(row["_assign"] or "[]") != [made["told"][row["name"]]]
		):
			problems.append(f"ticket {row['name']}: its actions were not carried out: {row}")
	for row in found["escalations"]:
		actions = json.loads(row["evidence"])["actions"]
		if row["reference_name"] in acting and (len(actions) != 4 or any("error" in one for one in actions)):
			problems.append(f"escalation {row['name']} tells of other actions: {actions}")
	return problems


def _left_behind(found: dict[str, Any]) -> list[str]:
	problems = [
		f"ticket {row['name']} is left behind: {row}"
		for row in found["tickets"]
		if row["cs_next_escalation_at"] or row["cs_evaluation_pending"]
	]
	problems += [
		f"clock of {row['reference_name']} is {row['state']}"
		for row in found["clocks"]
		if row["state"] != "Breached" or row["next_event_at"]
	]
	return problems
