"""Who handles a complaint, or ever did: naming another handler at the end makes nobody a second person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import frappe

from cs_center.domain.ledger import Event, EventKind

from .ledger import events_of


def has_handled(doc: Any, ledger: Sequence[Event] | None = None) -> bool:
	"""Whether the caller is or was the handler of a stored complaint; ``ledger``: its events where they are at hand."""
	user = frappe.session.user
	events = events_of(doc.name) if ledger is None else ledger
	return doc.handler == user or any(
		event.kind is EventKind.ASSIGNED and event.value == user for event in events
	)
