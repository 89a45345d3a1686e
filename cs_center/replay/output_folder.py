"""Results appear all at once or not at all: written beside the folder first, then moved in."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from .errors import UnusableInputError

OWN_FILES = ("clocks.jsonl", "escalations.jsonl", "summary.json", "report.html")
"""The files a replay writes; one that this run does not write is removed, for it would tell of another run."""


def write_folder(folder: Path, files: Mapping[str, str]) -> None:
	"""Put these files (name -> text) into ``folder``, made if absent; other people's files in it stay."""
	try:
		folder.parent.mkdir(parents=True, exist_ok=True)
		waiting = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
	except OSError as error:
		raise UnusableInputError(folder, "", f"cannot be written: {error.strerror or error}.") from error
	try:
		for name, text in files.items():
			(waiting / name).write_bytes(text.encode())
		_move_in(waiting, folder, files)
	except OSError as error:
		raise UnusableInputError(folder, "", f"cannot be written: {error.strerror or error}.") from error
	finally:
		shutil.rmtree(waiting, ignore_errors=True)


def _move_in(waiting: Path, folder: Path, files: Mapping[str, str]) -> None:
	folder.mkdir(exist_ok=True)
	for name in OWN_FILES:
		if name in files:
			os.replace(waiting / name, folder / name)
		else:
			(folder / name).unlink(missing_ok=True)
