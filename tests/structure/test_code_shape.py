"""Sizes, names and leftovers (STYLE.md): short functions, no drawers for odds and ends, no marks, no machine paths."""

from __future__ import annotations

import ast
import re

from .source_tree import PACKAGE, app_modules, short, text_files, tree_of

LONGEST_FUNCTION = 50
SHORT_FUNCTION = 30
SHORT_SHARE = 0.9
LONGEST_MODULE = 300
LONGEST_CONTROLLER = 150
LONGEST_HANDLER_FILE = 60
LONGEST_PATCH = 25

IMITATED = "tests/site/standin_source/"
"""The stand-in for Helpdesk carries Helpdesk's own file names, because the app imports them by these names."""

TALKS_TO_A_TERMINAL = {"replay", "demo"}
"""Command lines: the replay's, and the demo that an administrator runs by hand."""

DRAWERS = {"utils.py", "helpers.py", "helper.py", "util.py", "misc.py", "common.py", "manager.py"}


def functions() -> list[tuple[str, int]]:
	"""(where, lines) of each function of the app, from ``def`` to its last line."""
	return [
		(f"{short(path)}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1)
		for path in app_modules()
		for node in ast.walk(tree_of(path))
		if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
	]


def lines_of(path: object) -> int:
	return len(path.read_text(encoding="utf-8").splitlines())  # type: ignore[attr-defined]


def test_no_function_is_longer_than_a_screen() -> None:
	assert [(name, length) for name, length in functions() if length > LONGEST_FUNCTION] == []


def test_nine_functions_of_ten_are_short() -> None:
	lengths = [length for _, length in functions()]
	assert sum(length <= SHORT_FUNCTION for length in lengths) >= SHORT_SHARE * len(lengths)


def test_no_module_is_longer_than_three_hundred_lines() -> None:
	assert [(short(path), lines_of(path)) for path in app_modules() if lines_of(path) > LONGEST_MODULE] == []


def test_controllers_handlers_and_patches_are_thin() -> None:
	limits = {"extends": LONGEST_HANDLER_FILE, "patches": LONGEST_PATCH}
	wrong = []
	for path in app_modules():
		parts = path.relative_to(PACKAGE).parts
		limit = LONGEST_CONTROLLER if parts[:2] == ("cs_center", "doctype") else limits.get(parts[0])
		if limit and lines_of(path) > limit:
			wrong.append((short(path), lines_of(path), limit))
	assert wrong == []


def test_there_is_no_drawer_for_odds_and_ends() -> None:
	assert [
		short(path) for path in text_files() if path.name in DRAWERS and IMITATED not in short(path)
	] == []


def test_nothing_is_left_to_be_done() -> None:
	marks = re.compile(
		r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3, "HA" + "CK")) + r")\b(?![\"'\w])"
	)
	wrong = []
	for path in text_files():
		for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
			if marks.search(line) and path.suffix in (".py", ".js", ".html", ".css", ".sh", ".toml"):
				wrong.append(f"{short(path)}:{number} {line.strip()[:80]}")
	assert wrong == []


def test_no_path_of_somebodys_machine_is_written_down() -> None:
	somebody = re.compile(
		"|".join(
			(
				"/ro" + "ot/",
				"/wo" + "rk/(main|shared)",
				"/Us" + "ers/[a-z]",
				r"C:\\Us" + "ers",
				"bash_" + "jobs",
			)
		)
	)
	wrong = []
	for path in text_files():
		for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
			if somebody.search(line):
				wrong.append(f"{short(path)}:{number} {line.strip()[:80]}")
	assert wrong == []


def test_the_server_prints_nothing() -> None:
	wrong = [
		f"{short(path)}:{node.lineno}"
		for path in app_modules()
		if path.relative_to(PACKAGE).parts[0] not in TALKS_TO_A_TERMINAL
		for node in ast.walk(tree_of(path))
		if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
	]
	assert wrong == []


def test_no_error_is_swallowed_without_a_word() -> None:
	wrong = []
	for path in app_modules():
		for node in ast.walk(tree_of(path)):
			if not isinstance(node, ast.ExceptHandler):
				continue
			broad = node.type is None or ast.unparse(node.type) in ("Exception", "BaseException")
			if broad and all(isinstance(part, ast.Pass) for part in node.body):
				wrong.append(f"{short(path)}:{node.lineno}")
	assert wrong == []


def test_the_domain_has_a_docstring_on_every_module_and_every_public_function_and_class() -> None:
	missing = []
	for path in app_modules():
		if path.relative_to(PACKAGE).parts[0] != "domain":
			continue
		module = tree_of(path)
		if not ast.get_docstring(module):
			missing.append(short(path))
		for node in module.body:
			if (
				isinstance(node, ast.FunctionDef)
				and not node.name.startswith("_")
				and not ast.get_docstring(node)
			):
				missing.append(f"{short(path)}:{node.lineno} {node.name}")
			if (
				isinstance(node, ast.ClassDef)
				and not node.name.startswith("_")
				and not _says_what_it_is(node)
			):
				missing.append(f"{short(path)}:{node.lineno} {node.name}")
	assert missing == []


def _says_what_it_is(node: ast.ClassDef) -> bool:
	"""A docstring, or for an error the sentence that it tells."""
	return bool(ast.get_docstring(node)) or any(
		isinstance(part, ast.Assign) and ast.unparse(part.targets[0]) == "message" for part in node.body
	)


def test_the_tests_of_the_domain_are_half_as_long_again_as_the_domain() -> None:
	domain = sum(lines_of(path) for path in app_modules() if path.relative_to(PACKAGE).parts[0] == "domain")
	tests = sum(
		lines_of(path) for path in text_files() if "tests/domain/" in path.as_posix() and path.suffix == ".py"
	)
	assert tests >= 1.5 * domain
