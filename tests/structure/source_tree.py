"""The repository as text and syntax trees. Nothing of the app is imported, so no Frappe is needed."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGE = REPOSITORY / "cs_center"
MODULE_FOLDER = PACKAGE / "cs_center"

SKIPPED_FOLDERS = {"__pycache__", "node_modules", "dist", "build"}
TEXT_ENDINGS = {
	".py",
	".js",
	".json",
	".md",
	".html",
	".css",
	".csv",
	".toml",
	".txt",
	".yml",
	".yaml",
	".sh",
}


def _files_below(folder: Path) -> Iterator[Path]:
	for path in sorted(folder.iterdir()):
		if path.name in SKIPPED_FOLDERS or (
			path.name.startswith(".") and path.name not in (".github", ".ci")
		):
			continue
		if path.is_dir():
			yield from _files_below(path)
		else:
			yield path


@cache
def all_files() -> tuple[Path, ...]:
	"""Every file of the repository that belongs to it (caches, environments and hidden folders left out)."""
	return tuple(_files_below(REPOSITORY))


def text_files() -> list[Path]:
	return [path for path in all_files() if path.suffix in TEXT_ENDINGS]


@cache
def app_modules() -> tuple[Path, ...]:
	"""Python files of the app, its own site tests left out."""
	return tuple(
		path
		for path in all_files()
		if path.suffix == ".py"
		and PACKAGE in path.parents
		and "tests" not in path.relative_to(PACKAGE).parts
		and not path.name.startswith("test_")
	)


@cache
def tree_of(path: Path) -> ast.Module:
	return ast.parse(path.read_text(encoding="utf-8"), str(path))


def short(path: Path) -> str:
	return path.relative_to(REPOSITORY).as_posix()


def dotted_name(path: Path) -> str:
	parts = path.relative_to(REPOSITORY).with_suffix("").parts
	return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _absolute(path: Path, node: ast.ImportFrom) -> str:
	"""The module that ``from ... import`` names, relative dots resolved."""
	if not node.level:
		return node.module or ""
	package = dotted_name(path).split(".")
	if path.name != "__init__.py":
		package = package[:-1]
	base = package[: len(package) - node.level + 1]
	return ".".join([*base, *([node.module] if node.module else [])])


def imported_names(path: Path) -> list[tuple[int, str]]:
	"""(line, dotted name) of every import anywhere in the file; ``from a import b`` gives ``a.b``."""
	found: list[tuple[int, str]] = []
	for node in ast.walk(tree_of(path)):
		if isinstance(node, ast.Import):
			found += [(node.lineno, alias.name) for alias in node.names]
		elif isinstance(node, ast.ImportFrom):
			module = _absolute(path, node)
			found += [(node.lineno, f"{module}.{alias.name}") for alias in node.names]
	return found


@cache
def doctypes() -> dict[str, tuple[Path, dict[str, Any]]]:
	"""Name of each of our DocTypes -> (path of its JSON, the JSON)."""
	found = {}
	for path in sorted((MODULE_FOLDER / "doctype").glob("*/*.json")):
		content = json.loads(path.read_text(encoding="utf-8"))
		if content.get("doctype") == "DocType":
			found[content["name"]] = (path, content)
	return found


def top_level_names(path: Path) -> set[str]:
	"""Names that a module defines or imports at its top level."""
	names: set[str] = set()
	for node in tree_of(path).body:
		if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
			names.add(node.name)
		elif isinstance(node, ast.Assign):
			names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
		elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
			names.add(node.target.id)
		elif isinstance(node, ast.Import | ast.ImportFrom):
			names |= {alias.asname or alias.name for alias in node.names}
	return names


def resolves(name: str) -> bool:
	"""Whether a dotted name of ours is a module, or a top-level name of one."""
	module, _, attribute = name.rpartition(".")
	whole, parent = (REPOSITORY.joinpath(*one.split(".")) for one in (name, module))
	if whole.with_suffix(".py").exists() or (whole / "__init__.py").exists():
		return True
	for path in (parent.with_suffix(".py"), parent / "__init__.py"):
		if path.exists():
			return attribute in top_level_names(path)
	return False
