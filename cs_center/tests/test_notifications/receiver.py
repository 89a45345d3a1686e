"""A receiver of webhooks on the loopback: it remembers what it got and answers as the test says."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Received:
	path: str
	headers: Mapping[str, str]
	body: bytes

	def json(self) -> Any:
		return json.loads(self.body)


Answer = Callable[[BaseHTTPRequestHandler], None]


def status(code: int, body: bytes = b"{}", **headers: str) -> Answer:
	"""Answer with this status; ``Retry_After="7"`` becomes the header Retry-After."""

	def answer(handler: BaseHTTPRequestHandler) -> None:
		handler.send_response(code)
		for name, value in headers.items():
			handler.send_header(name.replace("_", "-"), value)
		handler.send_header("Content-Length", str(len(body)))
		handler.end_headers()
		handler.wfile.write(body)

	return answer


def silence(seconds: float) -> Answer:
	"""Take the request and say nothing."""
	return lambda handler: time.sleep(seconds)


def dripping(seconds: float, in_headers: bool = False) -> Answer:
	"""A byte now and then, each of them sooner than any read would time out."""

	def answer(handler: BaseHTTPRequestHandler) -> None:
		ends = time.monotonic() + seconds
		if in_headers:
			handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
		else:
			handler.send_response(200)
			handler.send_header("Content-Length", "100000")
			handler.end_headers()
		try:
			while time.monotonic() < ends:
				handler.wfile.write(b"x")
				handler.wfile.flush()
				time.sleep(0.1)
		except OSError:
			pass  # the other side has gone: what the test is about

	return answer


class _QuietServer(ThreadingHTTPServer):
	def handle_error(self, *_arguments: Any) -> None:
		"""A sender that hangs up is what some tests are about."""


class Receiver:
	"""``answers`` are used up one by one; the last one stays."""

	def __init__(self) -> None:
		self.received: list[Received] = []
		self.answers: list[Answer] = [status(200)]
		receiver = self

		class Handler(BaseHTTPRequestHandler):
			def do_POST(self) -> None:
				length = int(self.headers.get("Content-Length") or 0)
				body = self.rfile.read(length)
				receiver.received.append(Received(self.path, dict(self.headers), body))
				answers = receiver.answers
				(answers.pop(0) if len(answers) > 1 else answers[0])(self)

			def log_message(self, *_arguments: Any) -> None:
				"""A test run is no place for an access log."""

		self.server = _QuietServer(("127.0.0.1", 0), Handler)
		self.server.daemon_threads = True

	@property
	def url(self) -> str:
		return f"http://127.0.0.1:{self.server.server_port}/hook/s3cr3t-token?key=t0p-s3cret"

	def keys(self) -> list[str]:
		return [one.headers["Idempotency-Key"] for one in self.received]


@contextmanager
def receiver() -> Iterator[Receiver]:
	"""A receiver that listens within the block."""
	one = Receiver()
	thread = threading.Thread(target=one.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
	thread.start()
	try:
		yield one
	finally:
		one.server.shutdown()
		one.server.server_close()
