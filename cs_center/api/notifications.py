"""Buttons of deliveries and channels."""

from __future__ import annotations

import frappe

from cs_center.api.permissions import require_manager
from cs_center.services.notifications import administering


@frappe.whitelist(methods=["POST"])
def resend(delivery: str) -> str:
	"""Queue a dead or cancelled message again; returns a sentence."""
	require_manager()
	return administering.resend(delivery)


@frappe.whitelist(methods=["POST"])
def cancel(delivery: str) -> str:
	"""Cancel a waiting message; returns a sentence."""
	require_manager()
	return administering.cancel(delivery)


@frappe.whitelist(methods=["POST"])
def send_test(channel: str) -> str:
	"""Send a test message to a channel and wait for its outcome; returns it as a sentence."""
	require_manager()
	return administering.send_test(channel)
