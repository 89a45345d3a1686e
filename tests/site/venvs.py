"""Virtual environments inside `.local/`, also where Debian's `python3 -m venv` comes without pip."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import debian
import paths
from console import HarnessError, run_logged

OLDEST_PYTHON = (3, 10)
NO_PIP = """This Python has neither `ensurepip` nor `pip`, and Debian's pip wheel could not be fetched.
Install `python3-venv` (Debian: apt-get install python3-venv) or run make with PYTHON=/path/to/python3."""


def make_venv(venv: Path, requirements: Path, newest: tuple[int, int] | None = None) -> None:
	"""Make `venv` with the pinned `requirements`; `newest` is the last Python that the pins work with.

	New pins are installed into the environment that is there, so that commands which use it go on;
	another Python makes it anew.
	"""
	stamp, pins = f"venv-{venv.name}", paths.fingerprint([requirements])
	same_python = paths.is_stamped(f"{stamp}-python", sys.version) and (venv / "bin" / "python").exists()
	if same_python and paths.is_stamped(stamp, pins):
		return
	_check_python(newest)
	if not same_python:
		shutil.rmtree(venv, ignore_errors=True)
		_create(venv)
		paths.write_stamp(f"{stamp}-python", sys.version)
	pip = [venv / "bin" / "python", "-m", "pip", "install", "--no-compile", "--requirement", requirements]
	run_logged(pip, f"pip-{venv.name}")
	paths.write_stamp(stamp, pins)


def _check_python(newest: tuple[int, int] | None) -> None:
	running = sys.version_info[:2]
	if running >= OLDEST_PYTHON and (newest is None or running <= newest):
		return
	wanted = (
		f"{_dotted(OLDEST_PYTHON)} to {_dotted(newest)}" if newest else f"{_dotted(OLDEST_PYTHON)} or newer"
	)
	raise HarnessError(
		f"Python {wanted} is needed, this is {_dotted(running)}. Run make with PYTHON=/path/to/python3."
	)


def _dotted(version: tuple[int, ...]) -> str:
	return ".".join(map(str, version))


def _create(venv: Path) -> None:
	venv.parent.mkdir(parents=True, exist_ok=True)
	if importlib.util.find_spec("ensurepip") and not os.environ.get("CS_HIDE_ENSUREPIP"):
		run_logged([sys.executable, "-m", "venv", venv], f"venv-{venv.name}")
		return
	run_logged([sys.executable, "-m", "venv", "--without-pip", venv], f"venv-{venv.name}")
	_install_pip(venv / "bin" / "python")


def _install_pip(python: Path) -> None:
	"""Install pip into a bare environment: by the system's pip, else from Debian's package of pip's wheel."""
	if importlib.util.find_spec("pip") and not os.environ.get("CS_HIDE_ENSUREPIP"):
		run_logged([sys.executable, "-m", "pip", "--python", python, "install", "pip"], "pip-bootstrap")
		return
	wheel = _debian_pip_wheel()
	run_logged([python, f"{wheel}/pip", "install", "--no-index", wheel], "pip-bootstrap")


def _debian_pip_wheel() -> Path:
	try:
		root = debian.unpack(["python3-pip-whl"])
	except (HarnessError, OSError, subprocess.SubprocessError) as error:
		raise HarnessError(f"{NO_PIP}\n{error}") from error
	wheels = sorted((root / "usr/share/python-wheels").glob("pip-*.whl"))
	if not wheels:
		raise HarnessError(NO_PIP)
	return wheels[-1]
