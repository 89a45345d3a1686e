"""Servers are recognised by what they are, not by a number; ports are kept; steps resume by their stamps."""

import os
import subprocess

import debian
import paths
import pytest
import services


@pytest.fixture
def own_local(tmp_path, monkeypatch):
	"""Point the harness at an empty folder."""
	monkeypatch.setattr(paths, "LOCAL", tmp_path)
	for name in ("RUN", "STAMPS", "DEBIAN"):
		monkeypatch.setattr(paths, name, tmp_path / name.lower())
		(tmp_path / name.lower()).mkdir()
	monkeypatch.setattr(paths, "PORTS", tmp_path / "ports.json")
	return tmp_path


def test_pid_of_a_strange_program_is_not_ours(own_local):
	stranger = subprocess.Popen(["sleep", "30"])
	(paths.RUN / "mariadb.pid").write_text(str(stranger.pid))
	assert services.running_pid("mariadb") is None
	services.stop()
	assert stranger.poll() is None
	stranger.terminate()
	stranger.wait()


def test_pid_of_an_ended_program_is_not_running(own_local):
	ended = subprocess.Popen(["true"])
	ended.wait()
	(paths.RUN / "redis.pid").write_text(str(ended.pid))
	assert services.running_pid("redis") is None


def test_port_is_chosen_once(own_local):
	assert services.port("mariadb") == services.port("mariadb")
	assert services.port("mariadb") != services.port("redis")


def test_stamp_holds_only_for_the_same_inputs(own_local):
	paths.write_stamp("engine", "one")
	assert paths.is_stamped("engine", "one")
	assert not paths.is_stamped("engine", "two")


def test_fingerprint_changes_with_content_and_name(tmp_path):
	first, second = tmp_path / "a.txt", tmp_path / "b.txt"
	first.write_text("x")
	second.write_text("x")
	assert paths.fingerprint([first]) != paths.fingerprint([second])
	before = paths.fingerprint([tmp_path])
	first.write_text("y")
	assert paths.fingerprint([tmp_path]) != before


def test_programs_of_the_system_can_be_hidden(monkeypatch):
	monkeypatch.setenv(debian.HIDE_SYSTEM, "1")
	assert debian._from_system() == {}


def test_unpacked_libraries_come_first(own_local, monkeypatch):
	(paths.DEBIAN / "usr/lib/x86_64-linux-gnu").mkdir(parents=True)
	monkeypatch.setenv("LD_LIBRARY_PATH", "/elsewhere")
	folders = debian.library_path()["LD_LIBRARY_PATH"].split(os.pathsep)
	assert folders[-1] == "/elsewhere"
	assert str(paths.DEBIAN / "usr/lib/x86_64-linux-gnu") in folders
