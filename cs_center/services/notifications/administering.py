"""What an administrator does by hand: send again, cancel, try a channel."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import frappe
from frappe import _

from cs_center.services.service_levels.site_time import current_instant, to_stored

from .cancelling import cancel as mark_as_cancelled
from .messages import CANCELLED, CHANNEL, DEAD, DELIVERY, QUEUED, SENDING, SENT, TEST, WEBHOOK, Message
from .queue import enqueue
from .sending import send_now
from .starting import start_due
from .texts import speaking


def resend(name: str) -> str:
	"""Queue a dead or cancelled message again under its own key; returns the sentence for the screen."""
	state = _locked_state(name)
	if state not in (DEAD, CANCELLED):
		frappe.throw(
			_("Only messages that are dead or cancelled can be sent again. {0} is {1}.").format(
				name, _(state)
			)
		)
	now = current_instant()
	again = {
		"state": QUEUED,
		"attempts": 0,
		"next_attempt_at": to_stored(now),
		"hold_reason": "",
		"batch_key": None,
		"leased_until": None,
		"last_error": "",
	}
	frappe.db.set_value(DELIVERY, name, again)
	start_due(now)
	return _("The message will be sent again within a minute.")


def cancel(name: str) -> str:
	"""Cancel a message that waits; returns the sentence for the screen."""
	state = _locked_state(name)
	if state == SENDING:
		frappe.throw(_("This message is being sent. Wait a moment and look again."))
	if state != QUEUED:
		frappe.throw(_("Only waiting messages can be cancelled. {0} is {1}.").format(name, _(state)))
	mark_as_cancelled([name], "by_hand")
	return _("The message will not be sent.")


def _locked_state(name: str) -> str:
	state = frappe.db.get_value(DELIVERY, name, "state", for_update=True)
	if not state:
		frappe.throw(_("Message {0} is not there any more.").format(name), frappe.DoesNotExistError)
	return state


def send_test(channel: str) -> str:
	"""Send a test message within this request; returns what became of it in a sentence. Commits."""
	if not frappe.db.exists(CHANNEL, channel):
		frappe.throw(_("Channel {0} is not there any more.").format(channel), frappe.DoesNotExistError)
	now = current_instant()
	with speaking(frappe.db.get_value(CHANNEL, channel, "language")):
		message = _test_message(channel, now)
	keys = enqueue([message], now)
	if not keys or not send_now(keys[0], WEBHOOK, channel):
		frappe.throw(_("Another test of this channel is under way. Wait a moment and try again."))
	return _outcome(frappe.db.get_value(DELIVERY, keys[0], ["state", "last_error"], as_dict=True))


def _test_message(channel: str, now: datetime) -> Message:
	return Message(
		medium=WEBHOOK,
		channel=channel,
		recipient="",
		escalation="",
		reference_doctype=CHANNEL,
		reference_name=channel,
		occasion=TEST,
		occasion_key=f"test {now.isoformat()}",
		title=_("Test message of CS Center"),
		message=_("If you can read this, messages of {0} arrive here.").format(channel),
		urgent=True,
	)


def _outcome(row: Any) -> str:
	if row.state == SENT:
		return _("The test message was accepted.")
	return _("The test message did not arrive. {0}").format(row.last_error)
