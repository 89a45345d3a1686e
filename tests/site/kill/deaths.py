"""How a worker dies, always by SIGKILL: at a moment, at a line of the app, or right after a commit, all drawn.

A line is drawn among the different lines that the worker comes to after some moment, so that one which runs once has the
same chance as one which runs a thousand times. After a commit is where half of something is there for good, if ever.
"""

from __future__ import annotations

import faulthandler
import math
import os
import random
import re
import signal
import sys
from dataclasses import dataclass
from types import FrameType
from typing import Any, TextIO

import frappe

import cs_center

APP = os.path.dirname(cs_center.__file__) + os.sep
MOST_SECONDS = 0.5
MOST_LINES = {"pass": 1000, "sender": 400}
"""About as many different lines of the app as one goes through."""

MOST_COMMITS = 12

_FRAME = re.compile(r'^  File "(.+)", line (\d+) in (.+)$', re.MULTILINE)
WORK = {"pass": ("minute_pass.py", "run"), "sender": ("sending.py", "run")}


@dataclass(frozen=True)
class Death:
	"""After `seconds`; with `lines`, at that one of the different lines that come from then on; or after `commits`."""

	seconds: float
	lines: int = 0
	commits: int = 0

	@property
	def is_own(self) -> bool:
		"""Whether the worker kills itself."""
		return bool(self.lines or self.commits)

	def prepare(self, traces: TextIO) -> None:
		"""In the worker, connected to its site: see to it that it comes to pass, where that is not the controller's."""
		if self.commits:
			_die_after(self.commits, traces)
		if not self.lines:
			return
		tracer = _Tracer(self.lines, traces)
		signal.signal(signal.SIGALRM, tracer.arm)
		signal.setitimer(signal.ITIMER_REAL, max(self.seconds, 0.001))


def _die_after(commits: int, traces: TextIO) -> None:
	real, left = frappe.local.db.commit, [commits]

	def commit(*args: Any, **values: Any) -> None:
		real(*args, **values)
		left[0] -= 1
		if not left[0]:
			_die(traces)

	frappe.local.db.commit = commit


def _die(traces: TextIO) -> None:
	faulthandler.dump_traceback(traces, all_threads=False)
	os.kill(os.getpid(), signal.SIGKILL)


class _Tracer:
	"""Counts different lines of the app, and kills its own process at the last one."""

	def __init__(self, lines: int, traces: TextIO) -> None:
		self.lines, self.traces = lines, traces
		self.seen: set[tuple[str, int]] = set()

	def arm(self, _signal: int, frame: FrameType | None) -> None:
		"""From now on, also in the calls that are under way."""
		while frame:
			if _is_ours(frame):
				frame.f_trace = self.on_line
			frame = frame.f_back
		sys.settrace(self.on_call)

	def on_call(self, frame: FrameType, _event: str, _arg: Any) -> Any:
		return self.on_line if _is_ours(frame) else None

	def on_line(self, frame: FrameType, event: str, _arg: Any) -> Any:
		if event == "line":
			self.seen.add((frame.f_code.co_filename, frame.f_lineno))
			if len(self.seen) >= self.lines:
				_die(self.traces)
		return self.on_line


def _is_ours(frame: FrameType) -> bool:
	return frame.f_code.co_filename.startswith(APP)


NEVER = Death(math.inf)


def draw(kind: str, chance: random.Random) -> Death:
	"""One of the three ways, each as likely."""
	return chance.choice((at_a_moment, lambda chance: _at_a_line(kind, chance), _after_a_commit))(chance)


def at_a_moment(chance: random.Random) -> Death:
	"""By its controller's hand."""
	return Death(chance.uniform(0, MOST_SECONDS))


def _at_a_line(kind: str, chance: random.Random) -> Death:
	return Death(chance.uniform(0, MOST_SECONDS), lines=chance.randint(1, MOST_LINES[kind]))


def _after_a_commit(chance: random.Random) -> Death:
	return Death(0, commits=chance.randint(1, MOST_COMMITS))


@dataclass(frozen=True)
class Place:
	"""Where a worker was: the app's innermost function, and what that had called (a query, a post)."""

	is_at_work: bool
	where: str


def place_of(kind: str, trace: str) -> Place:
	"""Read the worker's last trace, innermost call first."""
	frames = _FRAME.findall(trace)
	ours = [(file, name) for file, _line, name in frames if file.startswith(APP)]
	file_name, function = WORK[kind]
	is_at_work = any(file.endswith(file_name) and name == function for file, name in ours)
	if not ours:
		return Place(False, "not at work")
	file, name = ours[0]
	return Place(is_at_work, f"{file.removeprefix(APP)} {name}{_within(frames)}")


def _within(frames: list[tuple[str, str, str]]) -> str:
	"""What the app was waiting for, when it was not its own line."""
	outside = []
	for file, _line, name in frames:
		if file.startswith(APP):
			break
		outside.append(name)
	for known in ("commit", "rollback", "sql", "request", "getresponse", "read"):
		if known in outside:
			return f" (in {known})"
	return " (in Frappe)" if outside else ""
