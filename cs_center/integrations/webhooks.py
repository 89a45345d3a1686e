"""One POST to an address that an administrator typed: not into our own network, not for longer than agreed.

Nothing here follows a redirect, reads a proxy from the environment or tells an exception's text: that would contain the
address, and the address is the secret.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import requests
import urllib3

from .guarded_session import THREAD, Deadline, Guard, guarded_session
from .web_addresses import (
	UNKNOWN_HOST,
	AddressRefused,
	check_address,
	checked_parts,
	resolve,
	shown_address,
)

__all__ = ["AddressRefused", "Outcome", "check_address", "post", "shown_address"]

MOST_READ = 64 * 1024
"""Bytes of an answer that are read; receivers answer with a few dozen."""

MOST_SECONDS_ASKED = 7 * 86_400.0
"""A longer Retry-After is read as this: it is a slip, or an attempt to silence us."""

ANSWERED, TIMEOUT, CONNECTION, FAILED, REFUSED = (
	"answered",
	"timeout",
	"connection",
	"failed",
	"refused",
)

_DIGITS = re.compile(r"[0-9]{1,12}")
_WORD = re.compile(r"[a-z][a-z_]{2,60}")


@dataclass(frozen=True)
class Outcome:
	"""How a POST ended. ``kind``: answered (see ``status``), timeout, connection, failed or refused (never sent).

	``retry_after``: seconds. ``vendor_code``: the receiver's own code ("0" is good) or word from the answer's body, ""
	where it has none.
	"""

	kind: str
	status: int = 0
	retry_after: float | None = None
	vendor_code: str = ""


def post(
	url: str, body: bytes, headers: Mapping[str, str], timeout_seconds: float, allow_private: bool
) -> Outcome:
	"""POST once; from the look-up of the name to the answer's last byte it takes ``timeout_seconds`` at most."""
	deadline = Deadline(timeout_seconds)
	try:
		parts = checked_parts(url, allow_private)
		guard = Guard(resolve(parts, allow_private, deadline.left()), allow_private, deadline)
	except AddressRefused as refused:
		# A name that is not found now may be found in a minute.
		kind = CONNECTION if refused.code == UNKNOWN_HOST else REFUSED
		return Outcome(kind, vendor_code=refused.code)
	except TimeoutError:
		return Outcome(TIMEOUT)
	return _within(deadline, guard, lambda: _exchange(url, body, headers, guard))


def _within(deadline: Deadline, guard: Guard, exchange: Callable[[], Outcome]) -> Outcome:
	"""``requests`` limits each single wait, so that drops add up to hours; this ends the exchange as a whole."""
	done: list[Outcome] = []
	worker = threading.Thread(target=lambda: done.append(exchange()), name=THREAD, daemon=True)
	worker.start()
	worker.join(deadline.rest())
	if done:
		return done[0]
	guard.hang_up()
	return Outcome(TIMEOUT)


def _exchange(url: str, body: bytes, headers: Mapping[str, str], guard: Guard) -> Outcome:
	"""No exception leaves: its text and its frames name the secret address."""
	try:
		wait = guard.deadline.left()
		with (
			guarded_session(guard) as session,
			session.post(
				url,
				data=body,
				headers=dict(headers),
				timeout=(wait, wait),
				allow_redirects=False,
				stream=True,
			) as answer,
		):
			text = answer.raw.read(MOST_READ, decode_content=False)
			return Outcome(ANSWERED, answer.status_code, _retry_after(answer.headers.get), _vendor_code(text))
	except AddressRefused as refused:
		return Outcome(REFUSED, vendor_code=refused.code)
	except (TimeoutError, requests.Timeout, urllib3.exceptions.TimeoutError):
		return Outcome(TIMEOUT)
	except (
		ValueError
	):  # requests' own for a header or an address that cannot be sent; tried again it fails again
		return Outcome(FAILED)
	except requests.exceptions.SSLError:
		return Outcome(CONNECTION, vendor_code="tls")
	except (requests.ConnectionError, urllib3.exceptions.HTTPError, OSError):
		return Outcome(TIMEOUT if guard.is_timed_out else CONNECTION)
	except Exception:  # see above
		return Outcome(FAILED)


# --- the answer ----------------------------------------------------------------------------------------------------


def _retry_after(header: Callable[[str], str | None]) -> float | None:
	"""Seconds of Retry-After (a number or a date) or of the header that Feishu sends instead."""
	text = (header("Retry-After") or header("x-ogw-ratelimit-reset") or "").strip()
	if not text:
		return None
	if _DIGITS.fullmatch(text):
		return min(float(text), MOST_SECONDS_ASKED)
	try:
		return min(max(parsedate_to_datetime(text).timestamp() - time.time(), 0.0), MOST_SECONDS_ASKED)
	except (ValueError, TypeError, OverflowError):
		return None


def _vendor_code(body: bytes) -> str:
	"""``errcode`` or ``code`` of a JSON answer, or a lone word such as Slack's ``no_service``."""
	text = body.decode("utf-8", "replace").strip()
	if _WORD.fullmatch(text):
		return text
	try:
		answer = json.loads(text)
	except (ValueError, RecursionError):
		return ""
	if not isinstance(answer, dict):
		return ""
	code = next((answer[name] for name in ("errcode", "code", "StatusCode") if name in answer), None)
	return str(code) if isinstance(code, int) and not isinstance(code, bool) else ""
