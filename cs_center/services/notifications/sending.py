"""One job sends what is due over one medium or to one channel; channels do not wait for each other.

Each message is committed by itself. A receiver that does not answer costs one time-out a job: the rest of its messages is
put off. A job never sleeps: what may not leave yet is left to a later one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

import frappe

from cs_center.domain.delivery import WINDOW, Outcome, OutcomeKind, State, Verdict, after_attempt, next_slot
from cs_center.services.service_levels.site_time import current_instant, to_aware, to_stored

from . import chat, e_mail, in_app
from .claiming import Batch, claim, claim_one
from .messages import DELIVERY, E_MAIL, IN_APP, IS_RATE_LIMITED, IS_RETRY, SENT, WEBHOOK
from .recording import give_back, is_ours, is_rate_limited, put_off, record, tell_channel
from .settings import DeliverySettings, read_delivery_settings

JOB_SECONDS = 120
"""A job claims nothing more after this: with one more time-out it stays far below the queue's limit and the lease."""

ATTEMPTS_OF_A_TEST = 1
"""Whoever tests a channel looks at the outcome; a second attempt an hour later would only astonish."""


DEADLOCK_ATTEMPTS = 5
DATABASE_CONFLICTS = (frappe.QueryDeadlockError, frappe.QueryTimeoutError)
LOST = Outcome(OutcomeKind.FAILED, code="lease_lost")
"""Another worker has taken the batch over: nothing is sent, and nothing is recorded, since the lease is not ours."""

Made = TypeVar("Made")


@dataclass(frozen=True)
class _Pause:
	"""Nothing more is sent: ``until`` None means only that the job's time is over."""

	until: datetime | None
	hold_reason: str = ""


def run(medium: str, channel: str = "") -> int:
	"""The job: send what is due now; returns how many messages left. Commits after each message."""
	return _Job(medium, channel).work()


def send_now(name: str, medium: str, channel: str) -> bool:
	"""Send one queued message at once, in this very request; returns whether it was free to be sent. Commits."""
	job = _Job(medium, channel)
	batches = claim_one(name, current_instant())
	for batch in batches:
		job.send(batch)
	return bool(batches)


@dataclass
class _Job:
	medium: str
	channel_name: str
	settings: DeliverySettings = field(default_factory=read_delivery_settings)
	pause: _Pause | None = None

	def __post_init__(self) -> None:
		self.ends = time.monotonic() + JOB_SECONDS
		is_chat = self.medium == WEBHOOK
		self.channel = chat.read_channel(self.channel_name) if is_chat else None
		self.sent_times = _sent_times(self.channel_name) if is_chat else []

	def work(self) -> int:
		sent = 0
		while not self.pause and (batches := claim(self.medium, self.channel_name, current_instant())):
			sent += self._send_all(batches)
		return sent

	def _send_all(self, batches: Sequence[Batch]) -> int:
		sent = 0
		for position, batch in enumerate(batches):
			self.pause = self.pause or self._reason_to_stop()
			if self.pause:
				self._give_back(batches[position:], self.pause)
				break
			sent += self.send(batch).state is State.SENT
		return sent

	def _reason_to_stop(self) -> _Pause | None:
		if time.monotonic() > self.ends:
			return _Pause(None)
		if self.channel is None:
			return None
		now = current_instant()
		slot = next_slot(self.sent_times, self.channel.per_minute, now)
		return _Pause(slot, IS_RATE_LIMITED) if slot > now else None

	def _give_back(self, batches: Sequence[Batch], pause: _Pause) -> None:
		again_after_deadlock(lambda: self._given_back(batches, pause))

	def _given_back(self, batches: Sequence[Batch], pause: _Pause) -> None:
		give_back(batches, pause.until, pause.hold_reason)
		if pause.until:
			put_off(self.channel_name, pause.until, pause.hold_reason)
		frappe.db.commit()  # the job ends here

	def send(self, batch: Batch) -> Verdict:
		"""One batch: send, record, commit. The channel's row is written afterwards, and by itself: two jobs that held
		deliveries and waited for a channel, and the other way round, would end each other.
		"""
		outcome = self._posted(batch) if self.medium == WEBHOOK else None
		outcome, verdict = again_after_deadlock(lambda: self._recorded(batch, outcome))
		now = current_instant()
		if outcome is LOST:
			return verdict
		self.sent_times.append(now)
		again_after_deadlock(lambda: self._told(batch, outcome, verdict, now))
		return verdict

	def _recorded(self, batch: Batch, outcome: Outcome | None) -> tuple[Outcome, Verdict]:
		"""One transaction. Entries and e-mails are written in it as well: both or neither."""
		if outcome is None:
			outcome = self._written(batch) if is_ours(batch) else LOST
		now = current_instant()
		limit = ATTEMPTS_OF_A_TEST if batch.is_test else self.settings.attempts
		verdict = after_attempt(outcome, batch.attempts, limit, now, batch.key)
		record(batch, outcome, verdict, now)
		frappe.db.commit()  # what left has left, whatever happens to the next one
		return outcome, verdict

	def _told(self, batch: Batch, outcome: Outcome, verdict: Verdict, now: datetime) -> None:
		tell_channel(batch, outcome, verdict, now)
		frappe.db.commit()  # see send
		self._look_at_silence(outcome, verdict, now)
		frappe.db.commit()  # see send

	def _posted(self, batch: Batch) -> Outcome:
		held = is_ours(batch)
		frappe.db.commit()  # no row stays locked while a receiver takes its time
		if not held:
			return LOST
		return chat.deliver(batch, self.channel, current_instant(), self.settings.allows_private_addresses)

	def _written(self, batch: Batch) -> Outcome:
		try:
			outcome = _WRITERS[self.medium](batch)
		except DATABASE_CONFLICTS:
			raise  # the whole transaction is gone: it is made anew
		except Exception:  # one message that cannot be written must not stop the others
			frappe.db.rollback()
			frappe.log_error(title=f"CS Center: delivery {batch.key} failed", reference_doctype=DELIVERY)
			return Outcome(OutcomeKind.FAILED)
		if outcome.kind is not OutcomeKind.DELIVERED:
			frappe.db.rollback()  # nothing half written
		return outcome

	def _look_at_silence(self, outcome: Outcome, verdict: Verdict, now: datetime) -> None:
		"""Who does not answer, or asks for fewer messages, is left alone until the next attempt."""
		if self.medium != WEBHOOK or not (outcome.is_silence or is_rate_limited(outcome)):
			return
		reason = IS_RATE_LIMITED if is_rate_limited(outcome) else IS_RETRY
		until = verdict.next_at or now + WINDOW
		self.pause = _Pause(until, reason)
		put_off(self.channel_name, until, reason)


def again_after_deadlock(work: Callable[[], Made]) -> Made:
	"""``work`` as one transaction, made anew where another one got in its way; the last failure is the caller's."""
	for _attempt in range(DEADLOCK_ATTEMPTS - 1):
		try:
			return work()
		except DATABASE_CONFLICTS:
			frappe.db.rollback()
	return work()


_WRITERS = {IN_APP: in_app.deliver, E_MAIL: e_mail.deliver}


def _sent_times(channel: str) -> list[datetime]:
	"""When this channel got its messages of the last minute; a digest counts once."""
	table = frappe.qb.DocType(DELIVERY)
	since = to_stored(current_instant() - WINDOW)
	rows = (
		frappe.qb.from_(table)
		.select(table.batch_key, table.sent_at)
		.distinct()
		.where(
			(table.medium == WEBHOOK)
			& (table.channel == channel)
			& (table.state == SENT)
			& (table.sent_at > since)
		)
		.run()
	)
	return [to_aware(sent_at) for _key, sent_at in rows]
