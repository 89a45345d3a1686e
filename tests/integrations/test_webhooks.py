"""One POST: what it costs at most, what it never follows, and what it never tells. The receiver is on the loopback."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
import urllib3

from cs_center.integrations import guarded_session, web_addresses, webhooks
from cs_center.integrations.webhooks import MOST_READ, Outcome, post
from cs_center.tests.test_notifications.receiver import Receiver, dripping, receiver, silence, status

SOON = 0.6
"""Seconds: the time agreed with a receiver that takes longer."""


@pytest.fixture
def here() -> Iterator[Receiver]:
	with receiver() as one:
		yield one


def send(here: Receiver, seconds: float = 5, body: bytes = b'{"a":1}') -> Outcome:
	return post(here.url, body, {"Idempotency-Key": "k" * 20}, seconds, allow_private=True)


def took(began: float) -> float:
	return time.monotonic() - began


# --- what arrives --------------------------------------------------------------------------------------------------


def test_body_headers_path_and_query_arrive_as_they_are(here: Receiver) -> None:
	assert send(here, body="你好".encode()) == Outcome("answered", 200)
	(received,) = here.received
	assert received.body == "你好".encode()
	assert received.headers["Idempotency-Key"] == "k" * 20
	assert received.path == "/hook/s3cr3t-token?key=t0p-s3cret"
	assert received.headers["Host"] == f"127.0.0.1:{here.server.server_port}"
	assert received.headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize("code", [200, 204, 400, 401, 404, 408, 410, 500, 503])
def test_a_status_is_told(here: Receiver, code: int) -> None:
	here.answers = [status(code, b"")]
	assert send(here) == Outcome("answered", code)


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_told_and_never_followed(here: Receiver, code: int) -> None:
	with receiver() as elsewhere:
		here.answers = [status(code, b"", Location=elsewhere.url)]
		assert send(here) == Outcome("answered", code)
		assert elsewhere.received == []


def test_proxies_of_the_environment_are_not_used(here: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
	for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
		monkeypatch.setenv(name, "http://127.0.0.1:1")
	assert send(here).status == 200


# --- when to come back ---------------------------------------------------------------------------------------------


def test_retry_after_in_seconds(here: Receiver) -> None:
	here.answers = [status(429, Retry_After="120")]
	assert send(here) == Outcome("answered", 429, 120.0)


def test_retry_after_as_a_date(here: Receiver) -> None:
	here.answers = [status(503, Retry_After=formatdate(time.time() + 90, usegmt=True))]
	assert send(here).retry_after == pytest.approx(90, abs=3)


@pytest.mark.parametrize("text", ["soon", "-5", "", "1e9", "nan", "inf", "Sat, 99 Nov 2026", "9" * 400])
def test_a_retry_after_that_makes_no_sense_breaks_nothing(here: Receiver, text: str) -> None:
	here.answers = [status(503, Retry_After=text)]
	found = send(here)
	assert (found.kind, found.status) == ("answered", 503)
	assert found.retry_after is None or found.retry_after >= 0


def test_feishus_own_header_is_read(here: Receiver) -> None:
	here.answers = [status(429, b'{"code":99991400}', x_ogw_ratelimit_reset="52")]
	assert send(here) == Outcome("answered", 429, 52.0, "99991400")


# --- what the body says --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("body", "code"),
	[
		(b'{"errcode":0,"errmsg":"ok"}', "0"),
		(b'{"errcode":45009,"errmsg":"api freq out of limit"}', "45009"),
		(b'{"code":19021,"msg":"sign match fail"}', "19021"),
		(b'{"StatusCode":0,"StatusMessage":"success"}', "0"),
		(b"no_service", "no_service"),
		(b"ok", ""),
		(b"<html>welcome</html>", ""),
		(b'{"errcode":true}', ""),
		(b'{"errcode":"0; drop"}', ""),
		(b"[1,2]", ""),
		(b"[" * 60_000, ""),
		(b"\xff\xfe\x00", ""),
	],
)
def test_the_vendors_code_is_read(here: Receiver, body: bytes, code: str) -> None:
	here.answers = [status(200, body)]
	assert send(here).vendor_code == code


def test_no_more_of_an_answer_is_read_than_is_needed(here: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
	read = []
	real = urllib3.response.HTTPResponse.read

	def counting(self: urllib3.response.HTTPResponse, *args: Any, **kwargs: Any) -> bytes:
		read.append(real(self, *args, **kwargs))
		return read[-1]

	monkeypatch.setattr(urllib3.response.HTTPResponse, "read", counting)
	here.answers = [status(200, b"x" * 20_000_000)]
	assert send(here).status == 200
	assert [len(part) for part in read] == [MOST_READ]


# --- receivers that take their time --------------------------------------------------------------------------------


def test_silence_ends_with_the_time_agreed(here: Receiver) -> None:
	here.answers = [silence(2)]
	began = time.monotonic()
	assert send(here, SOON) == Outcome("timeout")
	assert took(began) < 2 * SOON


@pytest.mark.parametrize("in_headers", [True, False])
def test_drops_do_not_add_up(here: Receiver, in_headers: bool) -> None:
	"""Each byte comes sooner than a read would time out; only the total does."""
	here.answers = [dripping(3, in_headers)]
	began = time.monotonic()
	assert send(here, SOON) == Outcome("timeout")
	assert took(began) < 2 * SOON


def test_a_receiver_that_takes_no_connection_ends_too() -> None:
	with socket.socket() as busy:
		busy.bind(("127.0.0.1", 0))
		busy.listen(0)
		waiting = []
		for _ in range(4):  # fill the queue of connections that nobody accepts
			one = socket.socket()
			one.setblocking(False)
			one.connect_ex(busy.getsockname())
			waiting.append(one)
		began = time.monotonic()
		found = post(f"http://127.0.0.1:{busy.getsockname()[1]}/", b"", {}, SOON, allow_private=True)
		assert found == Outcome("timeout")
		assert took(began) < 2 * SOON
		for one in waiting:
			one.close()


def test_a_receiver_that_reads_nothing_ends_too() -> None:
	with socket.socket() as deaf:
		deaf.bind(("127.0.0.1", 0))
		deaf.listen(1)
		url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
		assert post(url, b"x" * 50_000_000, {}, SOON, allow_private=True) == Outcome("timeout")


def test_a_closed_port_is_told() -> None:
	with socket.socket() as closed:
		closed.bind(("127.0.0.1", 0))
		port = closed.getsockname()[1]
	assert post(f"http://127.0.0.1:{port}/", b"", {}, 2, allow_private=True) == Outcome("connection")


def test_nonsense_instead_of_http_is_told(here: Receiver) -> None:
	here.answers = [lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH\r\n")]
	assert send(here) == Outcome("connection")


def test_an_answer_that_breaks_off_is_told(here: Receiver) -> None:
	here.answers = [lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")]
	assert send(here).kind in ("answered", "connection")


# --- where it does not go ------------------------------------------------------------------------------------------


def test_nothing_is_sent_into_a_private_network(here: Receiver) -> None:
	url = here.url.replace("http://", "https://")
	assert post(url, b"", {}, 2, allow_private=False) == Outcome("refused", vendor_code="private_address")
	assert here.received == []


def test_a_name_that_is_not_found_may_be_found_later(monkeypatch: pytest.MonkeyPatch) -> None:
	monkeypatch.setattr(web_addresses, "_look_up", lambda *_: [])
	found = post("https://nowhere.example/", b"", {}, 2, allow_private=False)
	assert found == Outcome("connection", vendor_code="unknown_host")


def test_a_name_is_looked_up_once_and_the_socket_goes_to_what_was_checked(
	here: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
	"""A name that answers with a public address first and with a private one then gains nothing."""
	asked = []

	def look_up(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
		asked.append(host)
		address = "127.0.0.1" if len(asked) == 1 else "169.254.169.254"
		return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

	monkeypatch.setattr(web_addresses.socket, "getaddrinfo", look_up)
	url = here.url.replace("127.0.0.1", "rebound.example")
	assert post(url, b"", {}, 2, allow_private=True).status == 200
	assert asked == ["rebound.example"]


def test_the_other_end_of_the_socket_is_looked_at_before_anything_is_sent(
	here: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
	"""Were the check of the name fooled, the one of the socket is not."""
	port = here.server.server_port
	monkeypatch.setattr(webhooks, "resolve", lambda *_: [(socket.AF_INET, ("127.0.0.1", port))])
	found = post(f"https://fooled.example:{port}/", b"", {}, 2, allow_private=False)
	assert found == Outcome("refused", vendor_code="private_address")
	assert here.received == []


# --- what it never tells -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	"url",
	[
		"http://127.0.0.1:1/s3cr3t",
		"https://user:s3cr3t@hooks.example/",
		"http://127.0.0.1:1/s3cr3t\r\nx",
		"http://[s3cr3t",
		"http://127.0.0.1:s3cr3t/",
		"http://127.0.0.1:1/s3cr3t?ü=1",
	],
)
def test_an_outcome_never_holds_the_address(url: str) -> None:
	found = post(url, b"", {}, 1, allow_private=True)
	assert found.kind in ("refused", "connection", "failed")
	assert "s3cr3t" not in repr(found)


def test_a_header_that_cannot_be_sent_raises_nothing(here: Receiver) -> None:
	found = post(here.url, b"", {"X": "a\r\nInjected: yes"}, 1, allow_private=True)
	assert found == Outcome("failed")
	assert here.received == []


# --- certificates --------------------------------------------------------------------------------------------------


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
	program = shutil.which("openssl")
	if not program:
		pytest.skip("openssl makes the certificate of this test")
	key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
	command = [
		program,
		"req",
		"-x509",
		"-newkey",
		"rsa:2048",
		"-nodes",
		"-days",
		"2",
		"-subj",
		"/CN=receiver.example",
	]
	command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
	subprocess.run(command, check=True, capture_output=True)
	return key, certificate


def _speak_tls(here: Receiver, pair: tuple[Path, Path]) -> str:
	context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
	context.load_cert_chain(pair[1], pair[0])
	here.server.socket = context.wrap_socket(here.server.socket, server_side=True)
	return here.url.replace("http://", "https://")


def test_a_certificate_that_nobody_vouches_for_is_refused(
	here: Receiver, certificate: tuple[Path, Path]
) -> None:
	url = _speak_tls(here, certificate)
	assert post(url, b"", {}, 3, allow_private=True) == Outcome("connection", vendor_code="tls")
	assert here.received == []


def test_a_trusted_certificate_is_spoken_to(
	here: Receiver, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
	url = _speak_tls(here, certificate)
	monkeypatch.setattr(guarded_session, "authorities", lambda: str(certificate[1]))
	assert post(url, b"{}", {}, 3, allow_private=True).status == 200


def test_a_trusted_certificate_of_somebody_else_is_refused(
	here: Receiver, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
	url = _speak_tls(here, certificate).replace("127.0.0.1", "localhost")
	monkeypatch.setattr(guarded_session, "authorities", lambda: str(certificate[1]))
	monkeypatch.setattr(
		web_addresses, "_look_up", lambda *_: [(socket.AF_INET, ("127.0.0.1", here.server.server_port))]
	)
	assert post(url, b"", {}, 3, allow_private=True) == Outcome("connection", vendor_code="tls")
