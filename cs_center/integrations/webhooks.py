"""One POST to an address that an administrator typed: not into our own network, not for longer than agreed.

Nothing here follows a redirect, reads a proxy from the environment or tells an exception's text: that would contain the
address, and the address is the secret.
"""

from __future__ import annotations

import http.client
import io
import json
import re
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import SplitResult

from .web_addresses import (
	PRIVATE_ADDRESS,
	UNKNOWN_HOST,
	AddressRefused,
	check_address,
	checked_parts,
	is_public,
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
	try:
		return _exchange(url, body, headers, _Deadline(timeout_seconds), allow_private)
	except AddressRefused as refused:
		# A name that is not found now may be found in a minute.
		kind = CONNECTION if refused.code == UNKNOWN_HOST else REFUSED
		return Outcome(kind, vendor_code=refused.code)
	except TimeoutError:
		return Outcome(TIMEOUT)
	except ssl.SSLError:
		return Outcome(CONNECTION, vendor_code="tls")
	except (OSError, http.client.HTTPException):
		return Outcome(CONNECTION)
	except Exception:  # its text and its frames name the secret address, so it must not get any further
		return Outcome(FAILED)


class _Deadline:
	"""The time that is left of the time agreed."""

	def __init__(self, seconds: float) -> None:
		self.end = time.monotonic() + seconds

	def left(self) -> float:
		left = self.end - time.monotonic()
		if left <= 0:
			raise TimeoutError
		return left


# --- the exchange --------------------------------------------------------------------------------------------------


def _exchange(
	url: str, body: bytes, headers: Mapping[str, str], deadline: _Deadline, allow_private: bool
) -> Outcome:
	parts = checked_parts(url, allow_private)
	addresses = resolve(parts, allow_private, deadline.left())
	connected = _connect(addresses, allow_private, deadline)
	try:
		connected = _secured(connected, parts, deadline)
		connection = _Connection(parts, _TimedSocket(connected, deadline))
		path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
		connection.request("POST", path, body=body, headers=dict(headers))
		answer = connection.getresponse()
		text = answer.read(MOST_READ)
		retry_after = _retry_after(answer.getheader)
		return Outcome(ANSWERED, answer.status, retry_after, _vendor_code(text))
	finally:
		connected.close()


def _connect(addresses: list[tuple[int, Any]], allow_private: bool, deadline: _Deadline) -> socket.socket:
	"""A socket to the first address that takes it, its other end looked at before anything is sent."""
	error: OSError = ConnectionError()
	for family, address in addresses:
		connecting = socket.socket(family, socket.SOCK_STREAM)
		try:
			connecting.settimeout(deadline.left())
			connecting.connect(address)
			if not allow_private and not is_public(connecting.getpeername()[0]):
				raise AddressRefused(PRIVATE_ADDRESS)
			return connecting
		except AddressRefused:
			connecting.close()
			raise
		except OSError as failed:
			connecting.close()
			error = failed
	raise error


def _secured(connected: socket.socket, parts: SplitResult, deadline: _Deadline) -> socket.socket:
	if parts.scheme != "https":
		return connected
	connected.settimeout(deadline.left())
	return _tls().wrap_socket(connected, server_hostname=(parts.hostname or "").rstrip("."))


def _tls() -> ssl.SSLContext:
	"""Certificates are verified against the system's authorities and, where it is installed, certifi's."""
	context = ssl.create_default_context()
	try:
		import certifi
	except ImportError:
		return context
	context.load_verify_locations(certifi.where())
	return context


class _Connection(http.client.HTTPConnection):
	"""HTTP over a socket that is connected already."""

	def __init__(self, parts: SplitResult, connected: Any) -> None:
		super().__init__(parts.hostname or "", parts.port)
		# The Host header leaves the scheme's own port out.
		self.default_port = 443 if parts.scheme == "https" else 80
		self.port = parts.port or self.default_port
		self.sock = connected
		self.auto_open = 0


class _TimedSocket:
	"""What ``http.client`` needs of a socket, each step with the time that is left: drops do not add up to hours."""

	def __init__(self, connected: socket.socket, deadline: _Deadline) -> None:
		self._socket, self._deadline = connected, deadline

	def sendall(self, data: bytes) -> None:
		self._socket.settimeout(self._deadline.left())
		self._socket.sendall(data)

	def makefile(self, _mode: str) -> io.BufferedReader:
		return io.BufferedReader(_TimedReader(self._socket, self._deadline))

	def close(self) -> None:
		"""The exchange closes the socket itself, after the answer was read."""


class _TimedReader(io.RawIOBase):
	def __init__(self, connected: socket.socket, deadline: _Deadline) -> None:
		self._socket, self._deadline = connected, deadline

	def readable(self) -> bool:
		return True

	def readinto(self, buffer: Any) -> int:
		self._socket.settimeout(self._deadline.left())
		return self._socket.recv_into(buffer)


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
