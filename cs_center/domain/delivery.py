"""One message on its way: its key, what an attempt's outcome means, and when the next attempt may be made.

A failure that time can heal is tried again, each time later; one that it cannot heal ends the message at once. Nothing
here draws a random number: the spread of the waits comes from the message's key, so that a run can be repeated.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

KEY_LENGTH = 20
"""Hexadecimal digits of a key: 80 bits, enough to tell any two messages of a site apart."""

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
"""Waits double from the first to the longest: eight attempts take a bit more than an hour."""

SPREAD = 0.5
"""A wait is longer by up to this share. Less than 1, so that a later wait (doubled) is never the shorter one."""

LONGEST_RETRY_AFTER = timedelta(days=1)
"""A receiver may ask for a pause; nobody waits longer than a day because a header says so."""

WINDOW = timedelta(minutes=1)

PASSING_STATUSES = frozenset((408, 425, 429))
"""HTTP answers below 500 that time can heal: request time-out, too early, too many requests."""


class OutcomeKind(str, Enum):
	"""How an attempt ended. ``ANSWERED``: judge by the HTTP status; the others have been judged already."""

	DELIVERED = "delivered"
	ANSWERED = "answered"
	RATE_LIMITED = "rate_limited"
	TIMEOUT = "timeout"
	CONNECTION = "connection"
	FAILED = "failed"
	REJECTED = "rejected"
	REFUSED = "refused"


class State(str, Enum):
	"""What becomes of a message after an attempt."""

	SENT = "Sent"
	RETRY = "Retry"
	DEAD = "Dead"


@dataclass(frozen=True)
class Outcome:
	"""An attempt's end. ``retry_after``: seconds that the receiver asked for. ``code``: the receiver's own word."""

	kind: OutcomeKind
	status: int = 0
	retry_after: float | None = None
	code: str = ""

	@property
	def is_silence(self) -> bool:
		"""Whether nobody answered: the receiver's other messages need not be tried now."""
		return self.kind in (OutcomeKind.TIMEOUT, OutcomeKind.CONNECTION)


@dataclass(frozen=True)
class Verdict:
	"""``next_at``: the earliest instant of the next attempt, None when there is none. ``reason``: a code.

	``is_exhausted``: it could have been tried again, but the attempts are used up.
	"""

	state: State
	next_at: datetime | None
	reason: str
	is_exhausted: bool = False


def delivery_key(escalation: str, occasion: str, medium: str, channel: str, recipient: str) -> str:
	"""The same for the same message, whoever computes it; ``occasion`` tells an escalation's messages apart."""
	parts = json.dumps([escalation, occasion, medium, channel, recipient], ensure_ascii=False)
	return _digest(parts)


def batch_key(keys: Iterable[str]) -> str:
	"""The key of several messages that leave as one; a single message keeps its own."""
	ordered = sorted(keys)
	return ordered[0] if len(ordered) == 1 else _digest(json.dumps(ordered))


def _digest(text: str) -> str:
	return hashlib.sha256(text.encode()).hexdigest()[:KEY_LENGTH]


def back_off(attempts: int, key: str) -> timedelta:
	"""The wait after ``attempts`` attempts (at least 1); never shorter than the wait before it."""
	doublings = min(max(attempts, 1) - 1, 16)
	seconds = FIRST_WAIT.total_seconds() * 2**doublings
	seconds *= 1 + SPREAD * _fraction(f"{key} {attempts}")
	return min(timedelta(seconds=seconds), LONGEST_WAIT)


def _fraction(text: str) -> float:
	"""0 <= fraction < 1, the same for the same text."""
	return int(hashlib.sha256(text.encode()).hexdigest()[:12], 16) / 16**12


def after_attempt(outcome: Outcome, attempts: int, limit: int, now: datetime, key: str) -> Verdict:
	"""What becomes of a message after its ``attempts``-th attempt, of ``limit``, has ended with ``outcome``."""
	if _is_delivered(outcome):
		return Verdict(State.SENT, None, OutcomeKind.DELIVERED.value)
	reason = outcome.kind.value
	if not _can_heal(outcome):
		return Verdict(State.DEAD, None, reason)
	if attempts >= limit:
		return Verdict(State.DEAD, None, reason, is_exhausted=True)
	return Verdict(State.RETRY, now + max(back_off(attempts, key), _asked_for(outcome)), reason)


def _is_delivered(outcome: Outcome) -> bool:
	if outcome.kind is OutcomeKind.ANSWERED:
		return 200 <= outcome.status < 300
	return outcome.kind is OutcomeKind.DELIVERED


def _can_heal(outcome: Outcome) -> bool:
	if outcome.kind is OutcomeKind.ANSWERED:
		return outcome.status in PASSING_STATUSES or 500 <= outcome.status < 600
	return outcome.kind not in (OutcomeKind.REJECTED, OutcomeKind.REFUSED)


def _asked_for(outcome: Outcome) -> timedelta:
	longest = LONGEST_RETRY_AFTER.total_seconds()
	return timedelta(seconds=min(max(0.0, outcome.retry_after or 0.0), longest))


def next_slot(sent_times: Iterable[datetime], per_minute: int, now: datetime) -> datetime:
	"""The earliest instant from ``now`` on at which one more leaves at most ``per_minute`` in any minute."""
	recent = sorted(moment for moment in sent_times if moment > now - WINDOW)
	per_minute = max(per_minute, 1)
	if len(recent) < per_minute:
		return now
	return max(now, recent[-per_minute] + WINDOW)
