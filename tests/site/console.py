"""What the harness says and how it runs commands: numbered steps, logs, errors that say what to do."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import paths

TAIL_LINES = 40
END_SECONDS = 10


class HarnessError(Exception):
	"""A step cannot go on; the message says what happened and what to do."""


class Steps:
	"""Counts the steps of one command: `[3/7] site restored ... 4 s`."""

	def __init__(self, total: int):
		self.total = total
		self.done = 0

	@contextmanager
	def step(self, title: str) -> Iterator[None]:
		self.done += 1
		say(f"[{self.done}/{self.total}] {title} ...")
		started = time.monotonic()
		yield
		say(f"[{self.done}/{self.total}] {title}: {time.monotonic() - started:.0f} s")


def say(text: str) -> None:
	"""Print at once, so that a log shows where a long step stands."""
	print(text, flush=True)


def run_logged(
	command: Sequence[str | Path],
	log: str,
	*,
	cwd: Path | None = None,
	env: Mapping[str, str] | None = None,
	stdin: Path | None = None,
	stdout: Path | None = None,
) -> None:
	"""Run a command, its output in `.local/logs/<log>.log`; on failure raise HarnessError with the log's end.

	`stdin` and `stdout` name files to read from and write to (only messages go to the log then).
	"""
	paths.LOGS.mkdir(parents=True, exist_ok=True)
	log_path = paths.LOGS / f"{log}.log"
	with log_path.open("w") as log_file, _open(stdin, "rb") as source, _open(stdout, "wb") as target:
		log_file.write("$ " + " ".join(map(str, command)) + "\n")
		log_file.flush()
		result = subprocess.run(
			[str(part) for part in command],
			cwd=cwd,
			env={**os.environ, **(env or {})},
			stdin=source or subprocess.DEVNULL,
			stdout=target or log_file,
			stderr=log_file if target else subprocess.STDOUT,
		)
	if result.returncode:
		raise HarnessError(
			f"{command[0]} ended with {result.returncode}.\n{tail(log_path)}\nFull log: {log_path}"
		)


@contextmanager
def _open(path: Path | None, mode: str) -> Iterator[object]:
	if path is None:
		yield None
		return
	with path.open(mode) as handle:
		yield handle


def tail(path: Path, lines: int = TAIL_LINES) -> str:
	"""Return the last lines of a log."""
	return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])


def run_shown(
	command: Sequence[str | Path], *, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> tuple[int, str]:
	"""Run a command, show its output while it runs, and return (exit code, the output)."""
	process = subprocess.Popen(
		[str(part) for part in command],
		cwd=cwd,
		env={**os.environ, **(env or {})},
		stdin=subprocess.DEVNULL,
		stdout=subprocess.PIPE,
		stderr=subprocess.STDOUT,
		text=True,
		errors="replace",
	)
	shown: list[str] = []
	assert process.stdout is not None
	try:
		for line in process.stdout:
			sys.stdout.write(line)
			sys.stdout.flush()
			shown.append(line)
		return process.wait(), "".join(shown)
	finally:
		end_process(process)


def end_process(process: subprocess.Popen) -> None:
	"""End a process that this command started, unless it has ended by itself."""
	if process.poll() is not None:
		return
	process.terminate()
	try:
		process.wait(END_SECONDS)
	except subprocess.TimeoutExpired:
		process.kill()
		process.wait()
