"""The other side of the webhooks: a process that writes down what it got before it answers, well or badly."""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

FAULTS = (("500", 6), ("503", 2), ("hang up", 4), ("429", 1), ("late", 1))
"""What a spoilt answer is, with weights."""

LATE_SECONDS = 1.5
"""Longer than the channel's time-out."""


class _Server(ThreadingHTTPServer):
	daemon_threads = True

	def handle_error(self, *_arguments: Any) -> None:
		"""A sender that was killed hangs up."""


@contextmanager
def running(log: Path, seed: int, faults: float) -> Iterator[str]:
	"""The address of a receiver that listens within the block, in a process of its own."""
	server = _Server(("127.0.0.1", 0), _handler(log, random.Random(seed), faults))
	pid = os.fork()
	if not pid:
		signal.signal(signal.SIGINT, signal.SIG_IGN)
		server.serve_forever(poll_interval=0.05)
		os._exit(0)
	server.socket.close()
	try:
		yield f"http://127.0.0.1:{server.server_port}/hook/kill-test"
	finally:
		os.kill(pid, signal.SIGKILL)
		os.waitpid(pid, 0)


def _handler(log: Path, chance: random.Random, faults: float) -> type[BaseHTTPRequestHandler]:
	file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
	drawing = threading.Lock()

	class Handler(BaseHTTPRequestHandler):
		def do_POST(self) -> None:
			body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
			with drawing:
				fault = _draw(chance, faults)
			row = {
				"key": self.headers.get("Idempotency-Key"),
				"body": body.decode(),
				"answer": fault or "200",
			}
			os.write(file, (json.dumps(row) + "\n").encode())
			self.answer(fault)

		def answer(self, fault: str) -> None:
			if fault == "hang up":
				self.close_connection = True
				return
			if fault == "late":
				time.sleep(LATE_SECONDS)
			self.send_response(int(fault) if fault.isdigit() else 200)
			if fault == "429":
				self.send_header("Retry-After", "1")
			self.send_header("Content-Length", "2")
			self.end_headers()
			self.wfile.write(b"{}")

		def log_message(self, *_arguments: Any) -> None:
			"""The file above is the log."""

	return Handler


def _draw(chance: random.Random, faults: float) -> str:
	if chance.random() >= faults:
		return ""
	names, weights = zip(*FAULTS, strict=True)
	return chance.choices(names, weights)[0]


def read(log: Path) -> list[dict[str, str]]:
	"""What was received, in order. A post that was cut off by a kill is not there: it was never complete."""
	return [json.loads(line) for line in log.read_text().splitlines()]


def counted(received: list[dict[str, str]]) -> str:
	"""How often each answer was given."""
	return ", ".join(
		f"{name}: {count}" for name, count in Counter(row["answer"] for row in received).most_common()
	)
