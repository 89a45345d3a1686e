"""A message to a chat group's robot or to another system's webhook.

The address holds a secret. It stays within the functions of this module: nothing raised here leaves them, and what is
logged are places in the code, never values.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field
from datetime import datetime

import frappe

from cs_center.domain.delivery import Outcome, OutcomeKind
from cs_center.integrations import chat_robots, webhooks

from .claiming import Batch
from .messages import CHANNEL
from .texts import digest_text, digest_title, speaking

DEFAULT_PER_MINUTE, DEFAULT_SECONDS = 20, 10
LONGEST_SECONDS = 30


@dataclass(frozen=True)
class Channel:
	"""A channel as a job needs it. ``address`` and ``secret`` never show in a trace."""

	name: str
	kind: str
	is_enabled: bool
	language: str
	per_minute: int
	seconds: float
	address: str = field(repr=False)
	secret: str = field(repr=False)


def read_channel(name: str) -> Channel | None:
	"""The channel with its secrets, read anew; None when it was deleted."""
	try:
		doc = frappe.get_doc(CHANNEL, name)
	except frappe.DoesNotExistError:
		frappe.clear_last_message()
		return None
	return Channel(
		name=doc.name,
		kind=doc.kind,
		is_enabled=bool(doc.enabled),
		language=doc.language or "",
		per_minute=doc.messages_per_minute or DEFAULT_PER_MINUTE,
		seconds=min(doc.timeout_seconds or DEFAULT_SECONDS, LONGEST_SECONDS),
		address=doc.get_password("webhook_url", raise_exception=False) or "",
		secret=doc.get_password("secret", raise_exception=False) or "",
	)


def deliver(batch: Batch, channel: Channel | None, now: datetime, allow_private: bool) -> Outcome:
	"""Post the batch as one message."""
	refusal = _refusal(batch, channel)
	if refusal or channel is None:
		return Outcome(OutcomeKind.REFUSED, code=refusal)
	try:
		found = _post(batch, channel, now, allow_private)
	except Exception as error:  # its frames hold the address: only where it happened may be told
		places = [
			f"{frame.filename}:{frame.lineno} {frame.name}"
			for frame in traceback.extract_tb(error.__traceback__)
		]
		title = f"CS Center: a message to {channel.name} could not be made"
		frappe.log_error(title=title, message="\n".join([*places, type(error).__name__]))
		return Outcome(OutcomeKind.FAILED)
	return Outcome(OutcomeKind(found.kind), found.status, found.retry_after, found.vendor_code)


def _refusal(batch: Batch, channel: Channel | None) -> str:
	if channel is None:
		return "channel_missing"
	if not channel.is_enabled and not batch.is_test:
		return "channel_disabled"
	return "" if channel.address else "no_address"


def _post(batch: Batch, channel: Channel, now: datetime, allow_private: bool) -> webhooks.Outcome:
	with speaking(channel.language):
		title, text = digest_title(batch.rows), digest_text(batch.rows)
	link = (batch.rows[0].link or "") if len(batch.rows) == 1 else ""
	request = chat_robots.build_request(
		channel.kind, channel.address, channel.secret, title, text, link, batch.key, now
	)
	answer = webhooks.post(request.url, request.body, request.headers, channel.seconds, allow_private)
	return chat_robots.read_answer(channel.kind, answer)
