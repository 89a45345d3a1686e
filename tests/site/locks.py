"""Several commands may run in one checkout: who sets up, who uses which site, who may stop the servers."""

from __future__ import annotations

import fcntl
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import IO

import paths
import services
from console import say

KEEP = "keep-servers"


@contextmanager
def exclusive(name: str) -> Iterator[None]:
	"""Hold the lock `name`; waits, and says so, while another command of this checkout holds it."""
	with _open(name) as handle:
		if not _try(handle, fcntl.LOCK_EX):
			say(f"waiting for another command in this checkout ({name}) ...")
			fcntl.flock(handle, fcntl.LOCK_EX)
		yield


@contextmanager
def all_exclusive(names: Iterable[str]) -> Iterator[None]:
	"""Hold several locks, taken in the order given."""
	with ExitStack() as held:
		for name in names:
			held.enter_context(exclusive(name))
		yield


@contextmanager
def servers_in_use() -> Iterator[None]:
	"""Keep the servers while anyone uses them; the last user stops them, unless `make setup` asked for them."""
	with _open("servers") as handle:
		fcntl.flock(handle, fcntl.LOCK_SH)
		try:
			yield
		finally:
			if not _keep() and _try(handle, fcntl.LOCK_EX):
				services.stop()


def keep_servers(keep: bool) -> None:
	"""Remember whether the servers stay up after the commands that use them."""
	paths.RUN.mkdir(parents=True, exist_ok=True)
	mark = paths.RUN / KEEP
	if keep:
		mark.touch()
	else:
		mark.unlink(missing_ok=True)


def _keep() -> bool:
	return (paths.RUN / KEEP).exists()


def _open(name: str) -> IO[str]:
	paths.RUN.mkdir(parents=True, exist_ok=True)
	return (paths.RUN / f"{name}.lock").open("a")


def _try(handle: IO[str], kind: int) -> bool:
	try:
		fcntl.flock(handle, kind | fcntl.LOCK_NB)
	except BlockingIOError:
		return False
	return True
