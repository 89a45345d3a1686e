"""What a delivery says of itself, and how several messages read as one. No sentence names an address or a secret."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import frappe
from frappe import _

from cs_center.domain.delivery import Outcome, OutcomeKind, Verdict

MOST_LISTED = 20
"""Messages that a digest shows; the rest is counted. A chat robot takes a few thousand characters."""


@contextmanager
def speaking(language: str | None) -> Iterator[None]:
	"""Within the block sentences are translated into this language; without one, the site's."""
	before = frappe.local.lang
	frappe.local.lang = language or frappe.db.get_default("lang") or before
	try:
		yield
	finally:
		frappe.local.lang = before


def cancel_text(reason: str) -> str:
	"""Why a message was not sent any more."""
	return {
		"ticket_gone": _("What it was about has been deleted."),
		"escalation_ended": _("The escalation was answered or over before the message could be sent."),
		"by_hand": _("Cancelled by {0}.").format(frappe.session.user),
	}[reason]


def failure_text(outcome: Outcome, verdict: Verdict, attempts: int) -> str:
	"""What went wrong and, when nothing more will be tried, that."""
	sentence = _failure(outcome)
	if verdict.is_exhausted:
		return _("{0} Given up after {1} attempts.").format(sentence, attempts)
	return sentence


def _failure(outcome: Outcome) -> str:
	refusals = _refusals()
	if outcome.kind is OutcomeKind.REFUSED and outcome.code in refusals:
		return refusals[outcome.code]
	if outcome.kind is OutcomeKind.ANSWERED:
		return _("The receiver answered with HTTP status {0}.").format(outcome.status)
	return {
		OutcomeKind.RATE_LIMITED: _("The receiver wants fewer messages (code {0}).").format(outcome.code),
		OutcomeKind.REJECTED: _(
			"The receiver rejected the message (code {0}). Check address and secret."
		).format(outcome.code),
		OutcomeKind.TIMEOUT: _("The receiver did not answer in time."),
		OutcomeKind.CONNECTION: _("The receiver could not be reached."),
		OutcomeKind.FAILED: _failed(outcome),
		OutcomeKind.REFUSED: _("The address of the channel cannot be used."),
	}[outcome.kind]


def _failed(outcome: Outcome) -> str:
	if outcome.code == "no_mail_account":
		return _("There is no outgoing e-mail account. Set one up.")
	if outcome.code:
		return _("The receiver answered with code {0}.").format(outcome.code)
	return _("Sending failed. See the Error Log.")


def _refusals() -> dict[str, str]:
	return {
		"channel_missing": _("The channel has been deleted."),
		"channel_disabled": _("The channel is switched off. Enable it and send the message again."),
		"no_address": _("The channel has no address. Enter it and send the message again."),
		"user_disabled": _("The recipient's user is disabled or has been deleted."),
		"no_mail_address": _("The recipient has no e-mail address."),
		"notices_off": _("The recipient has switched off notifications."),
		"not_queued": _(
			"No e-mail was queued: the recipient's address is invalid, a placeholder or unsubscribed. Correct it."
		),
		"private_address": _(
			"The address leads into a private network, which CS Center Settings do not allow."
		),
		"not_https": _("The address does not begin with https://."),
	}


def digest_title(rows: Sequence[Any]) -> str:
	"""The title of one message, or how many there are."""
	return rows[0].title if len(rows) == 1 else _("{0} notifications").format(len(rows))


def digest_text(rows: Sequence[Any]) -> str:
	"""One message's text, or a list of titles with their links."""
	if len(rows) == 1:
		return rows[0].message or ""
	lines = [
		f"{number}. {row.title} {row.link or ''}".rstrip() for number, row in enumerate(rows[:MOST_LISTED], 1)
	]
	return "\n".join([*lines, *_rest(rows)])


def _rest(rows: Sequence[Any]) -> list[str]:
	left = len(rows) - MOST_LISTED
	return [_("and {0} more").format(left)] if left > 0 else []
