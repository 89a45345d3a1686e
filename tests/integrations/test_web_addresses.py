"""Addresses that a webhook must not have, in every spelling. Names are resolved by a table, never by a network."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from cs_center.integrations import web_addresses
from cs_center.integrations.web_addresses import AddressRefused, check_address, is_public, shown_address
from cs_center.integrations.webhooks import Outcome, post

NAMES = {
	"hooks.example": ["93.184.216.34"],
	"hooks.example.": ["93.184.216.34"],
	"both.example": ["93.184.216.34", "10.0.0.7"],
	"inside.example": ["192.168.1.10"],
	"six.example": ["2606:2800:220:1:248:1893:25c8:1946"],
	"six-inside.example": ["fd00::1"],
	"mapped.example": ["::ffff:93.184.216.34"],
	"translated.example": ["64:ff9b::7f00:1"],
}


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
	real = socket.getaddrinfo

	def look_up(host: str, port: int, *arguments: Any, **options: Any) -> list[Any]:
		if host in NAMES:
			rows = []
			for address in NAMES[host]:
				family = socket.AF_INET6 if ":" in address else socket.AF_INET
				end = (address, port, 0, 0) if ":" in address else (address, port)
				rows.append((family, socket.SOCK_STREAM, 6, "", end))
			return rows
		# Numbers in whatever spelling are the system's to read; a name that is not in the table is not found.
		return real(host, port, socket.AF_UNSPEC, socket.SOCK_STREAM, 0, socket.AI_NUMERICHOST)

	monkeypatch.setattr(web_addresses.socket, "getaddrinfo", look_up)
	yield


def refusal(url: str, allow_private: bool = False) -> str:
	try:
		check_address(url, allow_private)
	except AddressRefused as refused:
		return refused.code
	return ""


@pytest.mark.parametrize(
	"url",
	[
		"https://hooks.example/send?key=1",
		"https://hooks.example:8443/x",
		"https://hooks.example./x",
		"https://six.example/",
		"https://93.184.216.34/x",
		"https://[2606:2800:220:1:248:1893:25c8:1946]/x",
	],
)
def test_public_addresses_are_fine(names: None, url: str) -> None:
	assert refusal(url) == ""


@pytest.mark.parametrize(
	"url",
	[
		"",
		"hooks.example/send",
		"ftp://hooks.example/",
		"file:///etc/passwd",
		"javascript:alert(1)",
		"https://",
		"https:///path",
		"https://hooks.example:notaport/",
		"https://hooks.example:0/",
		"https://hooks.example:99999/",
		"https://hooks.example/a b",
		"https://hooks.example/\r\nHost: other",
		"https://hooks.example\\@inside.example/",
		"https://[::1/",
		"https://" + "a" * 70 + ".example/",
	],
)
def test_what_is_no_web_address_is_told(names: None, url: str) -> None:
	assert refusal(url) == "not_a_url"


def test_plain_http_is_for_private_networks_only(names: None) -> None:
	assert refusal("http://hooks.example/") == "not_https"
	assert refusal("http://inside.example/", allow_private=True) == ""


@pytest.mark.parametrize(
	"url", ["https://user:pass@hooks.example/", "https://token@hooks.example/", "https://@hooks.example/"]
)
def test_credentials_in_the_address_are_refused(names: None, url: str) -> None:
	assert refusal(url) == "has_credentials"


def test_a_name_that_nobody_knows_is_told(names: None) -> None:
	assert refusal("https://nowhere.example/") == "unknown_host"


@pytest.mark.parametrize(
	"host",
	[
		"127.0.0.1",
		"127.1",
		"127.0.0.1.",
		"0x7f000001",
		"0x7f.0.0.1",
		"0177.0.0.1",
		"2130706433",
		"0",
		"0.0.0.0",
		"10.1.2.3",
		"172.16.0.1",
		"172.31.255.255",
		"192.168.0.1",
		"169.254.169.254",
		"100.64.0.1",
		"100.127.255.254",
		"224.0.0.1",
		"255.255.255.255",
		"240.0.0.1",
		"198.18.0.1",
		"[::1]",
		"[::]",
		"[fe80::1]",
		"[fc00::1]",
		"[fd12:3456::1]",
		"[fec0::1]",
		"[ff02::1]",
		"[::ffff:127.0.0.1]",
		"[::ffff:8.8.8.8]",
		"[64:ff9b::a00:1]",
		"[64:ff9b:1::a00:1]",
		"[2002:7f00:1::]",
		"[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
		"[2001:db8::1]",
		"inside.example",
		"both.example",
		"six-inside.example",
		"mapped.example",
		"translated.example",
	],
)
def test_nothing_leads_into_a_private_network(names: None, host: str) -> None:
	"""Odd spellings are no matter of text: the system resolves them, and what it resolves to is looked at.

	A spelling that this system does not read as an address is a name that nobody knows.
	"""
	assert refusal(f"https://{host}/x") in ("private_address", "unknown_host")
	assert refusal(f"https://{host}/x") == "private_address" or host == "127.0.0.1."


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "inside.example", "both.example"])
def test_an_administrator_may_allow_private_networks(names: None, host: str) -> None:
	assert refusal(f"https://{host}/x", allow_private=True) == ""


def test_the_real_localhost_is_private() -> None:
	assert refusal("https://localhost/") in ("private_address", "unknown_host")
	assert refusal("https://localhost./") in ("private_address", "unknown_host")


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111"])
def test_public_numbers_are_public(address: str) -> None:
	assert is_public(address)


@pytest.mark.parametrize("address", ["nonsense", "", "fe80::1%eth0", "192.0.2.1", "203.0.113.9", "192.0.0.8"])
def test_what_is_no_public_number_is_not(address: str) -> None:
	assert not is_public(address)


def test_what_is_shown_of_an_address_holds_no_secret() -> None:
	assert shown_address("https://hooks.example/services/T0/B0/abc?key=def") == "https://hooks.example"
	assert shown_address("https://user:pass@hooks.example/x") == "https://hooks.example"
	assert shown_address("no address") == ""


def test_a_refusal_names_the_host_and_never_the_path(names: None) -> None:
	with pytest.raises(AddressRefused) as caught:
		check_address("https://inside.example/secret-token?key=abc", False)
	assert caught.value.params == {"host": "inside.example"}
	assert "secret-token" not in f"{caught.value!r} {caught.value}"


def test_a_name_service_that_hangs_does_not_hold_us(monkeypatch: pytest.MonkeyPatch) -> None:
	asked = threading.Event()
	monkeypatch.setattr(web_addresses.socket, "getaddrinfo", lambda *a, **b: asked.wait(2) and [])
	monkeypatch.setattr(web_addresses, "LOOK_UP_SECONDS", 0.05)
	assert refusal("https://slow.example/") == "unknown_host"
	assert post("https://slow.example/", b"", {}, 0.05, allow_private=False) == Outcome("timeout")
	asked.set()
