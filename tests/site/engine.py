"""The registry engine: Frappe's server side, made from a wheel on PyPI, for tests and the local demo only.

Frappe is not on PyPI under its own name. The wheel `criscostack` 1.0.0 carries its develop branch of
5 August 2023 (15.0.0-dev) with the words replaced in text and in paths. This module undoes the replacement
on disk and lays the package out as a bench expects it. The app never depends on any of this.
"""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from pathlib import Path, PurePosixPath

import paths
from console import HarnessError, run_logged
from venvs import make_venv

WHEEL_NAME = "criscostack"
WHEEL_VERSION = "1.0.0"
WHEEL_SHA256 = "dc58aaf29c59b7666edc953596e5b31f77d7286b2ed6b14c6a205b217c210349"

# Longest first: what is left of "Crisco" after the others is Frappe's name inside class names.
WORDS = (
	(b"criscostack", b"frappe"),
	(b"Criscostack", b"Frappe"),
	(b"CRISCOSTACK", b"FRAPPE"),
	(b"criscoerp", b"erpnext"),
	(b"Criscoerp", b"ERPNext"),
	(b"Crisco", b"Frappe"),
)
PATH_WORDS = (("criscostack", "frappe"), ("brik_helper", "bench_helper"))
# The last Python for which the engine's libraries have wheels; see engine-requirements.txt.
NEWEST_PYTHON = (3, 12)
# Left in the wheel by the machine that built it.
STRAY_FILES = {".DS_Store"}


def install() -> None:
	"""Unpack the engine into `.local/bench/apps/frappe` and its dependencies into `.local/engine-venv`."""
	unpack_engine()
	make_venv(paths.ENGINE_VENV, paths.ENGINE_REQUIREMENTS, newest=NEWEST_PYTHON)
	_link_apps_into_venv()


def unpack_engine() -> None:
	"""Download the wheel (checked by hash) and restore its words, once for each version of this module."""
	key = paths.fingerprint([Path(__file__)])
	if paths.is_stamped("engine", key) and paths.ENGINE.exists():
		return
	wheel = download_wheel()
	shutil.rmtree(paths.ENGINE, ignore_errors=True)
	restore_words(wheel, paths.ENGINE)
	paths.write_stamp("engine", key)


def download_wheel() -> Path:
	"""Return the wheel's path; it comes from the package index pip is configured for."""
	wheel = paths.DOWNLOADS / f"{WHEEL_NAME}-{WHEEL_VERSION}-py3-none-any.whl"
	if not wheel.exists():
		paths.DOWNLOADS.mkdir(parents=True, exist_ok=True)
		target = ["--no-deps", "--dest", paths.DOWNLOADS, f"{WHEEL_NAME}=={WHEEL_VERSION}"]
		run_logged([pip_python(), "-m", "pip", "download", *target], "engine-download")
	found = hashlib.sha256(wheel.read_bytes()).hexdigest()
	if found != WHEEL_SHA256:
		wheel.unlink()
		raise HarnessError(f"{wheel.name} has sha256 {found}, not {WHEEL_SHA256}. It was removed: run again.")
	return wheel


def pip_python() -> Path:
	"""Return a Python that has pip: the test environment's, which is always made first."""
	return paths.TEST_VENV / "bin" / "python"


def restore_words(wheel: Path, target: Path) -> None:
	"""Write the wheel's files to `target`, Frappe's words restored in text and paths; binary files as they are."""
	with zipfile.ZipFile(wheel) as archive:
		for name in archive.namelist():
			restored = restore_path(name)
			if restored is None:
				continue
			path = target / restored
			path.parent.mkdir(parents=True, exist_ok=True)
			path.write_bytes(restore_text(archive.read(name)))


def restore_path(name: str) -> str | None:
	"""Return where a file of the wheel belongs, or None for what is no part of the framework."""
	if name.endswith("/") or PurePosixPath(name).name in STRAY_FILES or ".dist-info/" in name:
		return None
	for replaced, original in PATH_WORDS:
		name = name.replace(replaced, original)
	return name


def restore_text(data: bytes) -> bytes:
	"""Undo the replacement of words; data with a NUL byte is binary and stays as it is."""
	if b"\0" in data:
		return data
	for replaced, original in WORDS:
		data = data.replace(replaced, original)
	return data


def _link_apps_into_venv() -> None:
	"""Put the bench's apps and this checkout on the engine's path, as bench's editable installs do."""
	site_packages = next((paths.ENGINE_VENV / "lib").glob("python3.*/site-packages"))
	apps = [paths.APPS / name for name in ("frappe", "telephony", "helpdesk")]
	lines = [str(path) for path in (*apps, paths.ROOT)]
	(site_packages / "bench_apps.pth").write_text("\n".join(lines) + "\n")


def python() -> Path:
	"""Return the engine's Python."""
	return paths.ENGINE_VENV / "bin" / "python"
