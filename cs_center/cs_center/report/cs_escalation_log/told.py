"""Who was told of escalations, from their deliveries."""

from collections import defaultdict

import frappe
from frappe import _

DELIVERY = "CS Notification Delivery"
FAILED = ("Dead", "Cancelled")


def told_by_escalation(escalations: list[str]) -> dict[str, str]:
	"""Escalation -> "Kim Lee (In-App, E-mail), Team Chat (Webhook)"; one query. A message that never arrived says so."""
	if not escalations:
		return {}
	told: dict[str, dict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
	for row in _deliveries(escalations):
		who = row.channel if row.medium == "Webhook" else (row.full_name or row.recipient)
		medium = _("{0}: {1}").format(_(row.medium), _(row.state)) if row.state in FAILED else _(row.medium)
		told[row.escalation][who or ""][medium] = None
	return {
		escalation: ", ".join(f"{who} ({', '.join(media)})" for who, media in people.items())
		for escalation, people in told.items()
	}


def _deliveries(escalations: list[str]) -> list[dict]:
	delivery, user = frappe.qb.DocType(DELIVERY), frappe.qb.DocType("User")
	return (
		frappe.qb.from_(delivery)
		.left_join(user)
		.on(user.name == delivery.recipient)
		.select(
			delivery.escalation,
			delivery.medium,
			delivery.channel,
			delivery.recipient,
			delivery.state,
			user.full_name,
		)
		.where(delivery.escalation.isin(escalations))
		.orderby(delivery.creation, delivery.name)
		.run(as_dict=True)
	)
