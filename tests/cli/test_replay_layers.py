"""Replay stands on the domain alone."""

from __future__ import annotations

import ast

import pytest

from .run_cli import GOLDEN, REPOSITORY, replay_arguments, run_alone

REPLAY = REPOSITORY / "cs_center" / "replay"
EXTRAS = {
	"charts.py": {"matplotlib"},
	"escalation_charts.py": {"matplotlib"},
	"report.py": {"jinja2"},
	"replay_command.py": {"tqdm"},
}


def imported(path):
	"""Full names of what a module imports, relative ones as ``.name``."""
	for node in ast.walk(ast.parse(path.read_text("utf-8"))):
		if isinstance(node, ast.Import):
			yield from (alias.name for alias in node.names)
		elif isinstance(node, ast.ImportFrom):
			yield "." * node.level + (node.module or "")


@pytest.mark.parametrize("path", sorted(REPLAY.glob("*.py")), ids=lambda path: path.name)
def test_module_imports_only_the_domain_and_its_neighbours(path):
	for name in imported(path):
		if name.startswith("cs_center"):
			assert name == "cs_center" or name.startswith("cs_center.domain")
		assert not name.startswith("..")
		assert name.split(".")[0] not in {"frappe", "matplotlib", "jinja2", "tqdm"} - EXTRAS.get(
			path.name, set()
		)


def test_command_runs_where_frappe_cannot_be_imported(tmp_path):
	block = "import sys; sys.modules['frappe'] = None; sys.modules['matplotlib'] = None; sys.modules['jinja2'] = None"
	assert run_alone(*replay_arguments(tmp_path / "out"), before=block).code == 0
	assert (tmp_path / "out" / "clocks.jsonl").read_bytes() == (
		GOLDEN / "sample" / "clocks.jsonl"
	).read_bytes()


def test_version_and_help_are_there():
	assert run_alone("--version").out.startswith("cs-center ")
	assert "--workers" in run_alone("replay", "--help").out
