"""What is delivered: the value that callers hand in, and the names of the stored row."""

from __future__ import annotations

from dataclasses import dataclass

DELIVERY, CHANNEL, PROFILE, ESCALATION = (
	"CS Notification Delivery",
	"CS Notification Channel",
	"CS Agent Profile",
	"CS Escalation",
)

IN_APP, E_MAIL, WEBHOOK = "In-App", "E-mail", "Webhook"
QUEUED, SENDING, SENT, DEAD, CANCELLED = "Queued", "Sending", "Sent", "Dead", "Cancelled"
OF_ESCALATION, REMINDER, ALARM, TEST = "Escalation", "Reminder", "Alarm", "Test"

IS_QUIET, IS_DIGEST, IS_RATE_LIMITED, IS_RETRY, IS_OFF_SHIFT = (
	"Quiet Hours",
	"Digest",
	"Rate Limit",
	"Retry",
	"Outside Shift",
)
"""Hold reasons."""

DIGESTED_MEDIA = (E_MAIL, WEBHOOK)
"""Notices in the app stand in a list of their own and disturb nobody by their number."""


@dataclass(frozen=True)
class Message:
	"""One message to one recipient (a user) or one channel, in plain text and in the recipient's language.

	``occasion``: Escalation, Reminder, Alarm or Test. ``occasion_key``: what tells this message from others of the
	same escalation, for example "raised" or "woken 2026-11-21T10:00:00+00:00": the same key is never queued twice.
	``urgent``: at once, also in quiet hours and past the digest. ``link``: a full address, or "".
	"""

	medium: str
	channel: str
	recipient: str
	escalation: str
	reference_doctype: str
	reference_name: str
	occasion: str
	occasion_key: str
	title: str
	message: str
	link: str = ""
	urgent: bool = False

	@property
	def group(self) -> tuple[str, str]:
		"""Whom it reaches: messages of one group can leave together."""
		return (self.medium, self.channel if self.medium == WEBHOOK else self.recipient)
