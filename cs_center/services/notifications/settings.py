"""The one place that reads CS Center Settings for deliveries."""

from __future__ import annotations

from dataclasses import dataclass

import frappe

DEFAULT_DIGEST_MINUTES = 15
DEFAULT_ATTEMPTS = 8


@dataclass(frozen=True)
class DeliverySettings:
	"""``digest_minutes`` 0: each message leaves by itself. ``attempts``: how often a message is tried."""

	quiet_calendar: str
	digest_minutes: int
	attempts: int
	allows_private_addresses: bool


def read_delivery_settings() -> DeliverySettings:
	"""Settings of this site, from Frappe's document cache."""
	doc = frappe.get_cached_doc("CS Center Settings")
	digest_minutes = doc.get("digest_minutes")
	return DeliverySettings(
		quiet_calendar=doc.get("quiet_calendar") or "",
		digest_minutes=DEFAULT_DIGEST_MINUTES if digest_minutes is None else int(digest_minutes),
		attempts=doc.get("delivery_attempts") or DEFAULT_ATTEMPTS,
		allows_private_addresses=bool(doc.get("allow_private_addresses")),
	)
