"""Where the harness keeps its things. Everything is under the git-ignored `.local/` of this checkout."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

HARNESS = Path(__file__).resolve().parent
ROOT = HARNESS.parents[1]
APP = "cs_center"

LOCAL = Path(os.environ.get("CS_LOCAL") or ROOT / ".local").resolve()
DOWNLOADS = LOCAL / "downloads"
DEBIAN = LOCAL / "debian"
LOGS = LOCAL / "logs"
RUN = LOCAL / "run"
REPORTS = LOCAL / "reports"
STAMPS = LOCAL / "stamps"
DUMPS = LOCAL / "dumps"
PORTS = LOCAL / "ports.json"
MARIADB_DATA = LOCAL / "mariadb"
REDIS_DATA = LOCAL / "redis"

BENCH = LOCAL / "bench"
APPS = BENCH / "apps"
SITES = BENCH / "sites"
ENGINE = APPS / "frappe"
ENGINE_VENV = LOCAL / "engine-venv"
TEST_VENV = LOCAL / "test-venv"

CONTRACT = HARNESS / "helpdesk_contract.json"
FLAGS = HARNESS / "helpdesk_flags.json"
STANDIN_SOURCE = HARNESS / "standin_source"
ENGINE_REQUIREMENTS = HARNESS / "engine-requirements.txt"
TEST_REQUIREMENTS = HARNESS / "test-requirements.txt"


def fingerprint(paths: Iterable[Path]) -> str:
	"""Return one short hash over the names and contents of files, folders taken with all they hold."""
	digest = hashlib.sha256()
	for path in sorted(_files(paths)):
		digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
	return digest.hexdigest()[:16]


def _files(paths: Iterable[Path]) -> set[Path]:
	found: set[Path] = set()
	for path in paths:
		inside = path.rglob("*") if path.is_dir() else [path]
		found.update(p for p in inside if p.is_file() and p.suffix != ".pyc")
	return found


def is_stamped(name: str, value: str) -> bool:
	"""Say whether step `name` was finished for exactly this `value` (a hash of what went into it)."""
	stamp = STAMPS / name
	return stamp.exists() and stamp.read_text() == value


def write_stamp(name: str, value: str) -> None:
	"""Record that step `name` is finished; written last, so that an interrupted step is done again."""
	STAMPS.mkdir(parents=True, exist_ok=True)
	(STAMPS / name).write_text(value)
