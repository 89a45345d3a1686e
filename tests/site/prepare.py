"""The set-up in steps; each is skipped when it is done already for the same inputs."""

from __future__ import annotations

from collections.abc import Sequence

import bench
import engine
import locks
import paths
import services
import standin
from console import Steps, run_logged, say
from venvs import make_venv

# How many numbered steps `everything` takes.
STEPS = 4


def everything(steps: Steps) -> None:
	"""Prepare both environments, the servers and the dump of a site without the app."""
	with locks.exclusive("setup"):
		with steps.step("Python environment of the plain tests"):
			test_environment()
		with steps.step("registry engine"):
			engine.install()
			standin.generate()
		with steps.step("MariaDB and Redis"):
			services.start()
			bench.lay_out()
		with steps.step("site without the app"):
			bench.base_dump()


def test_environment() -> None:
	"""Make `.local/test-venv` with pytest, the linters and the app's own command `cs-center`."""
	make_venv(paths.TEST_VENV, paths.TEST_REQUIREMENTS)
	key = paths.fingerprint([paths.ROOT / "pyproject.toml", paths.TEST_REQUIREMENTS])
	if paths.is_stamped("app-command", key):
		return
	if not (paths.ROOT / "README.md").exists():
		say("README.md is missing, which the package needs: the command cs-center is not installed.")
		return
	pip = [paths.TEST_VENV / "bin/python", "-m", "pip", "install"]
	run_logged([*pip, "--no-deps", "--no-build-isolation", "--editable", paths.ROOT], "app-command")
	paths.write_stamp("app-command", key)


def fresh_site(site: str) -> None:
	"""Make `site` anew from the dump and install the app on it."""
	bench.restore_site(site)
	bench.install_app(site)


def fresh_sites(sites: Sequence[str]) -> None:
	"""Make the first site anew with the app, and the others as copies of it."""
	fresh_site(sites[0])
	for site in sites[1:]:
		bench.copy_site(sites[0], site)
