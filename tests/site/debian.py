"""Programs of Debian packages: the system's own, else unpacked under `.local/debian` and not installed.

apt gets its own state and cache folders and only downloads; `dpkg -x` unpacks. No root is needed and
nothing outside `.local/` changes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import paths
from console import HarnessError, run_logged

# The server and client programs without the packages that set up system services.
SERVER_PACKAGES = (
	"mariadb-server-core",
	"mariadb-client-core",
	"mariadb-client",
	"redis-server",
	"redis-tools",
)
SERVER_PROGRAMS = ("mariadbd", "mariadb-install-db", "mysql", "mysqldump", "redis-server")
SYSTEM_FOLDERS = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
# Tests of the harness set this to take the way of a machine that has no servers.
HIDE_SYSTEM = "CS_HIDE_SYSTEM_SERVERS"
NO_APT = """{missing} not found, and there is no apt-get to fetch Debian's packages with.
Install MariaDB (10.6 or newer, server and client) and Redis, or run the tests on your own bench:
make test BENCH=/path/to/bench SITE=name"""


def find_programs() -> dict[str, Path]:
	"""Return the path of every server program; fetches Debian's packages when the system lacks one."""
	found = _from_system()
	missing = [name for name in SERVER_PROGRAMS if name not in found]
	if not missing:
		return found
	if not shutil.which("apt-get") or not shutil.which("dpkg"):
		raise HarnessError(NO_APT.format(missing=", ".join(missing)))
	root = unpack(SERVER_PACKAGES)
	return {name: _inside(root, name) for name in SERVER_PROGRAMS}


def _from_system() -> dict[str, Path]:
	if os.environ.get(HIDE_SYSTEM):
		return {}
	search = os.pathsep.join([os.environ.get("PATH", ""), *SYSTEM_FOLDERS])
	found = {name: shutil.which(name, path=search) for name in SERVER_PROGRAMS}
	return {name: Path(path) for name, path in found.items() if path}


def _inside(root: Path, name: str) -> Path:
	for folder in ("usr/sbin", "usr/bin"):
		if (root / folder / name).exists():
			return root / folder / name
	raise HarnessError(f"{name} is not in Debian's packages {', '.join(SERVER_PACKAGES)}.")


def unpack(packages: Sequence[str]) -> Path:
	"""Download the named packages with what they depend on, unpack them, and return the folder."""
	stamp = "debian-" + packages[0]
	if not paths.is_stamped(stamp, " ".join(packages)):
		archives = _download(packages)
		for package in archives:
			run_logged(["dpkg", "-x", package, paths.DEBIAN], "dpkg-unpack")
		paths.write_stamp(stamp, " ".join(packages))
	return paths.DEBIAN


def _download(packages: Sequence[str]) -> list[Path]:
	"""Fetch with apt into own folders. `--reinstall` also fetches what the system has already."""
	apt = paths.DOWNLOADS / "apt"
	for folder in ("state/lists/partial", "cache/archives/partial"):
		(apt / folder).mkdir(parents=True, exist_ok=True)
	run_logged(["apt-get", *_apt_options(apt), "update"], "apt-update")
	install = ["install", "--yes", "--download-only", "--reinstall", "--no-install-recommends", *packages]
	run_logged(["apt-get", *_apt_options(apt), *install], "apt-download")
	found = sorted((apt / "cache/archives").glob("*.deb"))
	if not found:
		raise HarnessError("apt-get downloaded no package; see .local/logs/apt-download.log.")
	return found


def _apt_options(apt: Path) -> list[str]:
	options = {
		"Dir::State": apt / "state",
		"Dir::State::lists": apt / "state/lists",
		"Dir::State::status": "/var/lib/dpkg/status",
		"Dir::Cache": apt / "cache",
		"Dir::Etc::apt.conf.d": "/etc/apt/apt.conf.d",
		"Debug::NoLocking": "1",
		# Root's downloads would otherwise drop to a user that cannot write in the checkout.
		"APT::Sandbox::User": "root",
	}
	return [part for name, value in options.items() for part in ("-o", f"{name}={value}")]


def library_path() -> dict[str, str]:
	"""Return the environment with which unpacked programs find the libraries unpacked beside them."""
	folders = [paths.DEBIAN / "usr/lib", paths.DEBIAN / "lib", *paths.DEBIAN.glob("usr/lib/*-linux-gnu*")]
	folders += paths.DEBIAN.glob("lib/*-linux-gnu*")
	existing = [str(folder) for folder in folders if folder.is_dir()]
	if not existing:
		return {}
	inherited = os.environ.get("LD_LIBRARY_PATH")
	return {"LD_LIBRARY_PATH": os.pathsep.join([*existing, *([inherited] if inherited else [])])}
