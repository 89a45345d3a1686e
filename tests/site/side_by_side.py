"""Site tests on several sites at a time: one worker a site, which takes the next module when it is through with one."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import paths
from console import end_process, say

NOBODY_LEFT = "did not run: no worker was left"


@dataclass(frozen=True)
class Outcome:
	"""What one module gave on one site; `problem` says why it failed besides failed tests."""

	module: str
	site: str = ""
	passed: int = 0
	failed: int = 0
	skipped: int = 0
	seconds: float = 0.0
	problem: str = ""
	output: str = ""

	@property
	def failures(self) -> int:
		"""How many failures this is: a module that ended without its count is one."""
		return self.failed or int(bool(self.problem))

	def __str__(self) -> str:
		counts = f"{self.passed} passed / {self.failed} failed / {self.skipped} skipped"
		where = f" ({self.site}, {self.seconds:.0f} s)" if self.seconds else ""
		return f"{self.module or self.site}: {self.problem or counts}{where}"


def no_wait() -> None:
	"""A worker that may begin at once."""


class Worker:
	"""A process on one site, its output in `.local/logs/site-tests-<site>.log`."""

	def __init__(
		self,
		site: str,
		command: Sequence[str | Path],
		*,
		cwd: Path,
		env: Mapping[str, str],
		begins_after: Callable[[], object] = no_wait,
	):
		self.site = site
		self.log = paths.LOGS / f"site-tests-{site}.log"
		self.begins_after = begins_after
		paths.LOGS.mkdir(parents=True, exist_ok=True)
		with self.log.open("w") as log_file:
			self.process = subprocess.Popen(
				[str(part) for part in command],
				cwd=cwd,
				env={**os.environ, **env},
				stdin=subprocess.PIPE,
				stdout=subprocess.PIPE,
				stderr=log_file,
				text=True,
			)

	def work(self, modules: deque[str], tell: Callable[[Outcome], None]) -> None:
		"""Run modules until none is left, or this worker has died; tells each outcome."""
		self.begins_after()
		if not self._answer():
			tell(Outcome("", self.site, problem=self._death("before a test"), output=self._output(0)))
			return
		while module := _next(modules):
			begins = self.log.stat().st_size
			self._order(module)
			answer = self._answer()
			facts = answer or {"problem": self._death("in the middle of it")}
			tell(Outcome(module, self.site, output=self._output(begins), **facts))
			if not answer:
				return

	def end(self) -> None:
		"""End the process, whatever it is doing."""
		end_process(self.process)

	def _order(self, module: str) -> None:
		assert self.process.stdin is not None
		try:
			self.process.stdin.write(module + "\n")
			self.process.stdin.flush()
		except BrokenPipeError:
			return  # it has died: there will be no answer

	def _answer(self) -> dict:
		assert self.process.stdout is not None
		line = self.process.stdout.readline()
		return json.loads(line) if line else {}

	def _death(self, when: str) -> str:
		return f"the worker on {self.site} ended with {self.process.wait()} {when}"

	def _output(self, begins: int) -> str:
		with self.log.open(errors="replace") as log_file:
			log_file.seek(begins)
			return log_file.read()


def _next(modules: deque[str]) -> str:
	try:
		return modules.popleft()
	except IndexError:
		return ""


def run(workers: Sequence[Worker], modules: Sequence[str]) -> list[Outcome]:
	"""Run the modules in this order, each on the first worker that is free; shows each outcome as it comes.

	Returns an outcome for each module, one that nobody ran included, and one for each worker that never began.
	Whatever happens, the workers' processes have ended afterwards.
	"""
	waiting: deque[str] = deque(modules)
	outcomes: list[Outcome] = []
	speaking = threading.Lock()

	def tell(outcome: Outcome) -> None:
		with speaking:
			outcomes.append(outcome)
			ended = sum(bool(one.module) for one in outcomes)
			say(f"[{ended}/{len(modules)}] {outcome}")
			if outcome.failures:
				say(outcome.output)

	# Daemons: an interrupted run does not wait for them, it ends their processes.
	threads = [threading.Thread(target=one.work, args=(waiting, tell), daemon=True) for one in workers]
	try:
		for thread in threads:
			thread.start()
		for thread in threads:
			thread.join()
	finally:
		waiting.clear()
		for worker in workers:
			worker.end()
	ran = {one.module for one in outcomes}
	return outcomes + [Outcome(name, problem=NOBODY_LEFT) for name in modules if name not in ran]
