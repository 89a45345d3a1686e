"""A session of ``requests`` that connects to checked addresses only.

The host's name was looked up once and its addresses were checked; the session goes to these and to no others, whatever the
name means a moment later, and looks at the other end before anything is sent.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import time
from collections.abc import Sequence
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from .web_addresses import PRIVATE_ADDRESS, AddressRefused, is_public

THREAD = "cs_center_webhook"
"""Name of the threads in which exchanges run."""


class Deadline:
	"""The time that is left of the time agreed."""

	def __init__(self, seconds: float) -> None:
		self.end = time.monotonic() + seconds

	def rest(self) -> float:
		"""Seconds left, 0 when it is over."""
		return max(self.end - time.monotonic(), 0.0)

	def left(self) -> float:
		"""Seconds left; TimeoutError when it is over."""
		left = self.rest()
		if left <= 0:
			raise TimeoutError
		return left


class Guard:
	"""The addresses that may be connected to, and the connection that was made."""

	def __init__(self, addresses: Sequence[tuple[int, Any]], allow_private: bool, deadline: Deadline) -> None:
		self.addresses, self.allow_private, self.deadline = addresses, allow_private, deadline
		self.is_timed_out = False
		self._connected: socket.socket | None = None

	def connect(self) -> socket.socket:
		"""A socket to the first address that takes it."""
		error: OSError = ConnectionError()
		for family, address in self.addresses:
			connecting = socket.socket(family, socket.SOCK_STREAM)
			try:
				connecting.settimeout(self.deadline.left())
				connecting.connect(address)
				if not self.allow_private and not is_public(connecting.getpeername()[0]):
					raise AddressRefused(PRIVATE_ADDRESS)
			except AddressRefused:
				connecting.close()
				raise
			except OSError as failed:
				connecting.close()
				self.is_timed_out, error = isinstance(failed, TimeoutError), failed
			else:
				self._connected = connecting
				return connecting
		raise error

	def hang_up(self) -> None:
		"""End the exchange from another thread: who waits for the receiver waits no longer."""
		if self._connected is not None:
			with contextlib.suppress(OSError):
				socket.socket(fileno=socket.dup(self._connected.fileno())).shutdown(socket.SHUT_RDWR)


def guarded_session(guard: Guard) -> requests.Session:
	"""One POST's session: no proxies and passwords from the environment, no cookies, certificates verified."""
	session = requests.Session()
	session.trust_env = False
	session.verify = authorities()
	session.headers.clear()
	session.headers.update({"User-Agent": "CS-Center", "Accept": "*/*", "Accept-Encoding": "identity"})
	adapter = _GuardedAdapter(guard)
	session.mount("https://", adapter)
	session.mount("http://", adapter)
	return session


def authorities() -> bool | str:
	"""Whose certificates are believed: those of ``requests`` itself (certifi). A path would name a bundle of one's own."""
	return True


class _GuardedAdapter(HTTPAdapter):
	def __init__(self, guard: Guard) -> None:
		self._guard = guard
		super().__init__(max_retries=0)

	def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
		super().init_poolmanager(*args, **kwargs)
		guard = self._guard

		class Plain(HTTPConnection):
			def _new_conn(self) -> socket.socket:
				return guard.connect()

		class Secured(HTTPSConnection):
			def _new_conn(self) -> socket.socket:
				return guard.connect()

		class PlainPool(HTTPConnectionPool):
			ConnectionCls = Plain

		class SecuredPool(HTTPSConnectionPool):
			ConnectionCls = Secured

		self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecuredPool}


class _NotOfWebhooks(logging.Filter):
	"""urllib3 tells each request's path when it debugs, and the path is the secret."""

	def filter(self, record: logging.LogRecord) -> bool:
		return record.threadName != THREAD


for _name in ("urllib3.connectionpool", "urllib3.util.retry"):
	logging.getLogger(_name).addFilter(_NotOfWebhooks())
