"""The harness's own MariaDB and Redis: data, sockets, logs and pids under `.local/`, on 127.0.0.1 only."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import debian
import paths
from console import HarnessError, run_logged, tail

HOST = "127.0.0.1"
ROOT_PASSWORD = "local-tests-only"
START_SECONDS = 60
STOP_SECONDS = 30
# Tests may lose the last second at a power cut; they gain most of the time of every commit.
MARIADB_SETTINGS = (
	f"--bind-address={HOST}",
	"--skip-name-resolve",
	"--skip-log-bin",
	"--character-set-server=utf8mb4",
	"--collation-server=utf8mb4_unicode_ci",
	"--innodb-flush-log-at-trx-commit=0",
	"--innodb-doublewrite=0",
	"--innodb-flush-method=nosync",
	"--innodb-buffer-pool-size=256M",
	"--innodb-log-file-size=128M",
	"--sync-binlog=0",
	"--max-allowed-packet=64M",
	"--performance-schema=OFF",
	"--max-connections=60",
)


def start() -> None:
	"""Start both servers unless they run; safe to call again."""
	programs = debian.find_programs()
	for folder in (paths.RUN, paths.LOGS, paths.REDIS_DATA):
		folder.mkdir(parents=True, exist_ok=True)
	if not is_running("mariadb"):
		_prepare_database(programs)
		_launch("mariadb", _mariadb_command(programs), port("mariadb"))
	if not is_running("redis"):
		_launch("redis", _redis_command(programs), port("redis"))


def stop() -> None:
	"""Stop the servers that this checkout started, each by its recorded pid."""
	for name in ("redis", "mariadb"):
		pid = running_pid(name)
		if pid is None:
			continue
		os.kill(pid, signal.SIGTERM)
		_wait(lambda pid=pid: not _is_ours(pid), STOP_SECONDS, f"{name} (pid {pid}) does not stop.")
		(paths.RUN / f"{name}.pid").unlink(missing_ok=True)


def is_running(name: str) -> bool:
	"""Say whether the recorded process lives and answers on its port."""
	return running_pid(name) is not None and _answers(port(name))


def running_pid(name: str) -> int | None:
	"""Return the pid of our server, or None; a pid that another program got since does not count."""
	record = paths.RUN / f"{name}.pid"
	if not record.exists():
		return None
	pid = int(record.read_text())
	return pid if _is_ours(pid) else None


def _is_ours(pid: int) -> bool:
	try:
		_reap(pid)
		command = Path(f"/proc/{pid}/cmdline").read_bytes()
	except OSError:
		return False
	# Redis rewrites its command line, but keeps its port.
	return str(paths.LOCAL).encode() in command or f"{HOST}:{port('redis')}".encode() in command


def _reap(pid: int) -> None:
	"""Collect a stopped child of this very process, so that it does not linger as a zombie."""
	try:
		os.waitpid(pid, os.WNOHANG)
	except ChildProcessError:
		return


def port(name: str) -> int:
	"""Return the port of a server: chosen free once, then kept in `.local/ports.json`."""
	ports = json.loads(paths.PORTS.read_text()) if paths.PORTS.exists() else {}
	if name not in ports:
		ports[name] = _free_port()
		paths.PORTS.parent.mkdir(parents=True, exist_ok=True)
		paths.PORTS.write_text(json.dumps(ports, indent=1) + "\n")
	return ports[name]


def _free_port() -> int:
	with socket.socket() as probe:
		probe.bind((HOST, 0))
		return probe.getsockname()[1]


def _forget_port_if_taken(name: str) -> None:
	"""Choose another port when a stranger has taken ours since the last run."""
	if not _answers(port(name)):
		return
	ports = json.loads(paths.PORTS.read_text())
	del ports[name]
	paths.PORTS.write_text(json.dumps(ports, indent=1) + "\n")


def _answers(number: int) -> bool:
	with socket.socket() as probe:
		probe.settimeout(1)
		return probe.connect_ex((HOST, number)) == 0


def _prepare_database(programs: dict[str, Path]) -> None:
	"""Make the data folder once; the stamp lies inside it, so that half-made data is made again."""
	stamp = paths.MARIADB_DATA / "prepared"
	if stamp.exists():
		return
	shutil.rmtree(paths.MARIADB_DATA, ignore_errors=True)
	paths.MARIADB_DATA.mkdir(parents=True)
	command = [programs["mariadb-install-db"], "--no-defaults", *_base(programs), *_user()]
	command += ["--auth-root-authentication-method=normal", "--skip-test-db"]
	run_logged([*command, f"--datadir={paths.MARIADB_DATA}"], "mariadb-install", env=debian.library_path())
	stamp.write_text("")


def _base(programs: dict[str, Path]) -> list[str]:
	"""Return where MariaDB's own files lie: beside the server program found."""
	return [f"--basedir={programs['mariadbd'].parents[1]}"]


def _user() -> list[str]:
	"""Name the user to root's server: MariaDB refuses to run as root unless told."""
	return ["--user=root"] if os.geteuid() == 0 else []


def _mariadb_command(programs: dict[str, Path]) -> list[str]:
	_forget_port_if_taken("mariadb")
	base = programs["mariadbd"].parents[1]
	init = paths.RUN / "mariadb-init.sql"
	init.write_text(
		f"CREATE OR REPLACE USER 'root'@'{HOST}' IDENTIFIED BY '{ROOT_PASSWORD}';\n"
		f"GRANT ALL PRIVILEGES ON *.* TO 'root'@'{HOST}' WITH GRANT OPTION;\n"
	)
	return [
		str(programs["mariadbd"]),
		"--no-defaults",
		*_base(programs),
		*_user(),
		f"--datadir={paths.MARIADB_DATA}",
		f"--lc-messages-dir={base}/share/mysql",
		f"--character-sets-dir={base}/share/mysql/charsets",
		f"--port={port('mariadb')}",
		# Relative to the data folder: the full path of a deep checkout is too long for a socket.
		"--socket=mariadb.sock",
		f"--pid-file={paths.RUN}/mariadbd.pid",
		f"--init-file={init}",
		*MARIADB_SETTINGS,
	]


def _redis_command(programs: dict[str, Path]) -> list[str]:
	_forget_port_if_taken("redis")
	command = [str(programs["redis-server"]), "--bind", HOST, "--port", str(port("redis"))]
	return [*command, "--dir", str(paths.REDIS_DATA), "--save", "", "--appendonly", "no"]


def _launch(name: str, command: list[str], number: int) -> None:
	"""Start a server detached from this process, and wait until it answers."""
	log = paths.LOGS / f"{name}.log"
	with log.open("a") as log_file:
		process = subprocess.Popen(
			command,
			stdin=subprocess.DEVNULL,
			stdout=log_file,
			stderr=subprocess.STDOUT,
			env={**os.environ, **debian.library_path()},
			start_new_session=True,
		)
	(paths.RUN / f"{name}.pid").write_text(str(process.pid))

	def is_up() -> bool:
		if process.poll() is not None:
			raise HarnessError(f"{name} did not start.\n{tail(log)}\nFull log: {log}")
		return _answers(number)

	_wait(is_up, START_SECONDS, f"{name} does not answer on {HOST}:{number}; see {log}.")


def _wait(condition, seconds: float, complaint: str) -> None:
	deadline = time.monotonic() + seconds
	while not condition():
		if time.monotonic() > deadline:
			raise HarnessError(complaint)
		time.sleep(0.1)
