"""Two passes and two senders at work, killed and begun anew until each kind has died often enough and all is done."""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import mmap
import os
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import deaths
import verdict
import worker
from frappe.utils import get_datetime

KINDS = ("pass", "pass", "sender", "sender")
PATIENCE_SECONDS = 6
"""A worker that does not come to its line is killed where it is."""

TRACE_SECONDS = 0.02
"""Time for the last trace to be written before the kill."""

MOST_LIVES, MOST_AHEAD = 10_000, 2
FREEZE_SECONDS = worker.LEASE_SECONDS + 1.5
LOOK_EVERY_SECONDS, TELL_EVERY_SECONDS = 2, 30


@dataclass
class Kills:
	"""Where workers died, by kind."""

	places: list[tuple[str, deaths.Place]] = field(default_factory=list)
	freezes: int = 0
	failures: Counter = field(default_factory=Counter)

	def inside(self, kind: str) -> list[deaths.Place]:
		return [place for one, place in self.places if one == kind and place.is_at_work]

	def idle(self, kind: str) -> list[deaths.Place]:
		return [place for one, place in self.places if one == kind and not place.is_at_work]

	def histogram(self, kind: str) -> list[tuple[int, str]]:
		counts = Counter(place.where for place in self.inside(kind))
		return [(count, where) for where, count in counts.most_common()]


@dataclass
class Life:
	"""One worker from its fork to its death."""

	kind: str
	number: int
	pid: int
	death: deaths.Death
	traces: Path
	began: float = 0
	frozen_until: float = 0


class _Shared(ctypes.Structure):
	"""What controller and workers both see. `released`: how many milliseconds after the base are over, so how many
	tickets have fallen due; in the end it is now. `ready`: by life, whether it is at work."""

	_fields_ = (
		("released", ctypes.c_long),
		("is_all_released", ctypes.c_bool),
		("ready", ctypes.c_byte * MOST_LIVES),
	)


class Crowd:
	"""The controller. It never touches the site itself."""

	def __init__(self, site: str, made: dict[str, Any], options: argparse.Namespace, folder: Path) -> None:
		self.site, self.made, self.options, self.folder = site, made, options, folder
		self.chance = random.Random(options.seed)
		self.kills = Kills()
		self.shared = _Shared.from_buffer(mmap.mmap(-1, ctypes.sizeof(_Shared)))
		self.lives = 0
		self.looked, self.told = 0.0, time.monotonic()

	def work(self) -> Kills:
		running = [self._begin(kind) for kind in KINDS]
		ends = time.monotonic() + self.options.seconds
		try:
			while time.monotonic() < ends and not self._is_done():
				self._release()
				running[:] = [self._tend(life) for life in running]
				self._tell()
				time.sleep(0.005)
		finally:
			for life in running:
				self._end(life)
		failures = self.folder / worker.FAILURES
		self.kills.failures = Counter(failures.read_text().splitlines() if failures.exists() else ())
		return self.kills

	def _tell(self) -> None:
		"""Now and then where it stands."""
		if time.monotonic() - self.told > TELL_EVERY_SECONDS:
			self.told = time.monotonic()
			counts = ", ".join(f"{kind}: {len(self.kills.inside(kind))} kills" for kind in sorted(set(KINDS)))
			print(f"{counts}; {self.shared.released} tickets have fallen due", flush=True)

	def _begin(self, kind: str) -> Life:
		self.lives += 1
		traces = self.folder / f"trace-{self.lives}"
		death = deaths.NEVER if self._has_enough(kind) else deaths.draw(kind, self.chance)
		if kind == "pass":
			loop = worker.pass_loop(get_datetime(self.made["base"]), self.shared)
		else:
			loop = worker.sender_loop(self.made["channel"], self.lives)
		number = self.lives
		pid = worker.begin(self.site, loop, death, traces, lambda: self.shared.ready.__setitem__(number, 1))
		return Life(kind, number, pid, death, traces)

	def _tend(self, life: Life) -> Life:
		"""The same life, or a new one of its kind."""
		pid, _status = os.waitpid(life.pid, os.WNOHANG)
		if pid:  # it came to its line
			return self._buried(life)
		now = time.monotonic()
		if life.frozen_until:
			return self._thawed(life, now)
		if not life.began and self.shared.ready[life.number]:
			life.began = now
		if life.began and life.death is deaths.NEVER and not self._has_enough(life.kind):
			life.death, life.began = deaths.at_a_moment(self.chance), now
		limit = PATIENCE_SECONDS if life.death.is_own else life.death.seconds
		if not life.began or now - life.began < limit or self._has_enough(life.kind):
			return life
		if life.kind == "sender" and not life.death.is_own and self._freezes():
			self.kills.freezes += 1
			os.kill(life.pid, signal.SIGSTOP)
			life.frozen_until = now + FREEZE_SECONDS
			return life
		self._end(life)
		return self._buried(life, is_dead=True)

	def _freezes(self) -> bool:
		"""A few senders stand still for longer than their lease instead of dying: their work is then done twice."""
		return self.kills.freezes < self.options.freezes and self.chance.random() < 0.5

	def _thawed(self, life: Life, now: float) -> Life:
		if now < life.frozen_until:
			return life
		os.kill(life.pid, signal.SIGCONT)
		life.frozen_until, life.began = 0, now
		return life

	def _buried(self, life: Life, is_dead: bool = False) -> Life:
		trace = life.traces.read_text() if life.traces.exists() else ""
		self.kills.places.append((life.kind, deaths.place_of(life.kind, trace)))
		life.traces.unlink(missing_ok=True)
		return self._begin(life.kind)

	def _end(self, life: Life) -> None:
		"""Let it say where it is, and kill it."""
		for number, wait in ((signal.SIGCONT, 0), (signal.SIGUSR1, TRACE_SECONDS), (signal.SIGKILL, 0)):
			try:
				os.kill(life.pid, number)
			except ProcessLookupError:
				break
			time.sleep(wait)
		with contextlib.suppress(ChildProcessError):
			os.waitpid(life.pid, 0)

	def _has_enough(self, kind: str) -> bool:
		"""For the moment: nobody gets far ahead of the other kind, so that there is work for both to the end."""
		count = len(self.kills.inside(kind))
		return count >= self.options.kills or count > self._fewest() + MOST_AHEAD

	def _fewest(self) -> int:
		return min(len(self.kills.inside(kind)) for kind in KINDS)

	def _release(self) -> None:
		"""Tickets fall due as the kills go on, so that no kill meets workers that have nothing to do."""
		self.shared.is_all_released = self._fewest() >= self.options.kills
		share = (self._fewest() + 1) / (self.options.kills + 1)
		self.shared.released = int(self.made["tickets"] * min(share, 1))

	def _is_done(self) -> bool:
		if not self.shared.is_all_released:
			return False
		if time.monotonic() - self.looked < LOOK_EVERY_SECONDS:
			return False
		self.looked = time.monotonic()
		return worker.in_child(self.site, lambda: verdict.is_all_done(self.made))
