"""Which addresses a webhook may have: those of the public internet, whatever way they are spelled.

A name is resolved once and each resolved address is checked; whoever connects uses these addresses and no second look-up,
so that a name that changes its mind between two look-ups gains nothing.
"""

from __future__ import annotations

import contextlib
import ipaddress
import re
import socket
import threading
from typing import Any
from urllib.parse import SplitResult, urlsplit

LOOK_UP_SECONDS = 5.0
"""How long a name may take to resolve where nothing shorter was agreed."""

NOT_A_URL, NOT_HTTPS, HAS_CREDENTIALS, UNKNOWN_HOST, PRIVATE_ADDRESS = (
	"not_a_url",
	"not_https",
	"has_credentials",
	"unknown_host",
	"private_address",
)

_GLOBAL_SIX = ipaddress.ip_network("2000::/3")
"""All of IPv6 that is routed publicly. Mapped and translated IPv4 addresses (::ffff:0:0/96, 64:ff9b::/96) lie outside."""

_NEVER = tuple(
	ipaddress.ip_network(text)
	for text in (
		"100.64.0.0/10",  # shared by providers
		"192.0.0.0/24",  # protocol assignments; Python versions differ about them
		"192.88.99.0/24",  # relays into 6to4
		"2001::/23",  # protocol assignments, among them Teredo, which carries an IPv4 address
		"2002::/16",  # 6to4, which carries one too
		"3fff::/20",  # documentation, unknown to older Pythons
	)
)

_NOT_IN_URLS = re.compile(r"[\x00-\x20\x7f\\]")


class AddressRefused(ValueError):
	"""An address that is not posted to. ``code`` names the reason; ``params``: ``host`` where it is known."""

	def __init__(self, code: str, **params: str) -> None:
		self.code, self.params = code, params
		super().__init__(code)


def shown_address(url: str) -> str:
	"""Scheme and host, the part of the address that is no secret; "" when it is no address."""
	try:
		parts = _split(url)
	except AddressRefused:
		return ""
	return f"{parts.scheme}://{parts.hostname}"


def check_address(url: str, allow_private: bool) -> None:
	"""Refuse an address that must not be posted to; raises AddressRefused. Asks the name service."""
	parts = checked_parts(url, allow_private)
	try:
		resolve(parts, allow_private, LOOK_UP_SECONDS)
	except TimeoutError:
		raise AddressRefused(UNKNOWN_HOST, host=parts.hostname or "") from None


def _split(url: str) -> SplitResult:
	try:
		if not isinstance(url, str) or _NOT_IN_URLS.search(url):
			raise ValueError
		parts = urlsplit(url)
		if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
			raise ValueError
		parts.hostname.encode("idna")
	except ValueError:  # UnicodeError is one; the port is no number
		raise AddressRefused(NOT_A_URL) from None
	return parts


def checked_parts(url: str, allow_private: bool) -> SplitResult:
	parts = _split(url)
	if parts.username is not None or parts.password is not None:
		raise AddressRefused(HAS_CREDENTIALS, host=parts.hostname or "")
	if parts.scheme != "https" and not allow_private:
		raise AddressRefused(NOT_HTTPS, host=parts.hostname or "")
	return parts


def _port(parts: SplitResult) -> int:
	return parts.port or (443 if parts.scheme == "https" else 80)


def resolve(parts: SplitResult, allow_private: bool, seconds: float) -> list[tuple[int, Any]]:
	"""(family, socket address) of the host, all of them allowed."""
	host = parts.hostname or ""
	found = _look_up(host, _port(parts), seconds)
	if not found:
		raise AddressRefused(UNKNOWN_HOST, host=host)
	if not allow_private and not all(is_public(address[0]) for _family, address in found):
		raise AddressRefused(PRIVATE_ADDRESS, host=host)
	return found


def _look_up(host: str, port: int, seconds: float) -> list[tuple[int, Any]]:
	"""What the system resolves the host to (also its odd spellings); empty for nothing. It has no time-out of its own."""
	found: list[tuple[int, Any]] = []

	def ask() -> None:
		with contextlib.suppress(OSError, UnicodeError):
			rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
			found.extend((row[0], row[4]) for row in rows)

	asking = threading.Thread(target=ask, daemon=True)
	asking.start()
	asking.join(seconds)
	if asking.is_alive():
		raise TimeoutError
	return found


def is_public(address: str) -> bool:
	"""Whether an IP address lies in the public internet: nothing private, local, shared, reserved or translated."""
	try:
		ip = ipaddress.ip_address(address.split("%")[0])
	except ValueError:
		return False
	if (ip.version == 6 and ip not in _GLOBAL_SIX) or any(ip in network for network in _NEVER):
		return False
	unusual = ip.is_private or ip.is_loopback or ip.is_link_local or ip.is_multicast
	return ip.is_global and not (unusual or ip.is_reserved or ip.is_unspecified)
