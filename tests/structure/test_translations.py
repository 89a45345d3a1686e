"""Every sentence that a user reads is there in Simplified Chinese (SPEC 12.1): Python, JavaScript, pages and DocTypes.

A sentence must also be translatable at all: one constant text, put together after the translation, never before it.
"""

from __future__ import annotations

import ast
import csv
import json
import re
from functools import cache
from pathlib import Path

import pytest

from .source_tree import MODULE_FOLDER, PACKAGE, all_files, app_modules, doctypes, short, tree_of

CHINESE = PACKAGE / "translations" / "zh.csv"

OPTIONS_ARE_WORDS = {"Select"}
"""Field types whose options are shown to the user; those of links and code fields are names."""

SAME_IN_CHINESE = {"CS Center", "JSON", "URL", "ID", "CSV", "PDF", "SLA", "OLA", "NPS", "CSAT"}
"""Names and abbreviations that a Chinese screen shows as they are."""


@cache
def translations() -> dict[str, str]:
	if not CHINESE.exists():
		return {}
	with CHINESE.open(encoding="utf-8", newline="") as file:
		return {row[0]: row[1] for row in csv.reader(file) if len(row) >= 2}


def untranslated(found: dict[str, str]) -> list[str]:
	"""(text -> where) without a translation, as readable lines."""
	return [
		f"{where}: {text!r}"
		for text, where in sorted(found.items())
		if text.strip() and text not in SAME_IN_CHINESE and not translations().get(text, "").strip()
	]


# --- Python --------------------------------------------------------------------------------------------------------

MARKERS = {"_", "frappe._", "_lt", "frappe._lt", "N_"}


def _translated_calls(path: Path) -> list[ast.Call]:
	return [
		node
		for node in ast.walk(tree_of(path))
		if isinstance(node, ast.Call) and ast.unparse(node.func) in MARKERS and node.args
	]


def sentences_of_python() -> dict[str, str]:
	found = {}
	for path in app_modules():
		for call in _translated_calls(path):
			text = call.args[0]
			if isinstance(text, ast.Constant) and isinstance(text.value, str):
				found[text.value] = f"{short(path)}:{call.lineno}"
	return found


def _filled_in_before(text: ast.expr) -> bool:
	"""An f-string, a sum or a ``.format()`` inside the brackets: no translation has such a source."""
	formatted = isinstance(text, ast.Call) and ast.unparse(text.func).endswith(".format")
	return formatted or isinstance(text, ast.JoinedStr | ast.BinOp)


def test_a_sentence_is_translated_before_it_is_filled_in() -> None:
	wrong = [
		f"{short(path)}:{call.lineno} {ast.unparse(call)[:70]}"
		for path in app_modules()
		for call in _translated_calls(path)
		if _filled_in_before(call.args[0])
	]
	assert wrong == []


def _called_at_import(node: ast.AST) -> list[ast.Call]:
	"""Calls that run when the module is imported: everything but the bodies of functions."""
	found = [node] if isinstance(node, ast.Call) else []
	for child in ast.iter_child_nodes(node):
		if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
			found += _called_at_import(child)
	return found


def test_nothing_is_translated_when_a_module_is_imported() -> None:
	"""The language of a request is not known then; lazy marks are fine."""
	wrong = [
		f"{short(path)}:{call.lineno} {ast.unparse(call)[:70]}"
		for path in app_modules()
		for call in _called_at_import(tree_of(path))
		if ast.unparse(call.func) in ("_", "frappe._")
	]
	assert wrong == []


def test_every_sentence_of_the_server_is_there_in_chinese() -> None:
	assert untranslated(sentences_of_python()) == []


# --- JavaScript and pages ------------------------------------------------------------------------------------------

QUOTED = r"""(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`((?:[^`\\$]|\\.)*)`)"""
JS_SENTENCE = re.compile(r"(?<![\w.])__\(\s*" + QUOTED)
PAGE_SENTENCE = re.compile(r"(?<![\w.])_{1,2}\(\s*" + QUOTED)
JS_BROKEN = re.compile(r"(?<![\w.])__\(\s*(?:`[^`]*\$\{|(?:\"[^\"]*\"|'[^']*')\s*\+)")


def _screen_files(ending: str) -> list[Path]:
	return [path for path in all_files() if path.suffix == ending and PACKAGE in path.parents]


def _unescaped(text: str) -> str:
	return re.sub(r"\\(.)", lambda match: {"n": "\n", "t": "\t"}.get(match[1], match[1]), text)


def sentences_of_screens() -> dict[str, str]:
	found = {}
	for ending, pattern in ((".js", JS_SENTENCE), (".html", PAGE_SENTENCE)):
		for path in _screen_files(ending):
			if "replay" in path.relative_to(PACKAGE).parts:
				continue
			for match in pattern.finditer(path.read_text(encoding="utf-8")):
				text = next(part for part in match.groups() if part is not None)
				found[_unescaped(text)] = short(path)
	return found


def test_a_sentence_of_a_screen_is_one_text_not_pieces() -> None:
	wrong = [
		f"{short(path)}: {match[0][:60]}"
		for path in _screen_files(".js")
		for match in JS_BROKEN.finditer(path.read_text(encoding="utf-8"))
	]
	assert wrong == []


def test_every_sentence_of_the_screens_is_there_in_chinese() -> None:
	assert untranslated(sentences_of_screens()) == []


# --- DocTypes, reports and what else is synced ---------------------------------------------------------------------


def words_of_doctypes() -> dict[str, str]:
	found: dict[str, str] = {}
	for name, (path, content) in doctypes().items():
		where = short(path)
		texts = [name, content.get("description"), content.get("documentation_label")]
		for field in content["fields"]:
			texts += [field.get("label"), field.get("description"), field.get("placeholder")]
			if field["fieldtype"] in OPTIONS_ARE_WORDS:
				texts += (field.get("options") or "").split("\n")
		found |= {text: where for text in texts if text}
	return found


def test_every_word_of_the_doctypes_is_there_in_chinese() -> None:
	assert untranslated(words_of_doctypes()) == []


def words_of_synced_records() -> dict[str, str]:
	found: dict[str, str] = {}
	for path in sorted(MODULE_FOLDER.glob("*/*/*.json")):
		if path.parent.parent.name == "doctype":
			continue
		content = json.loads(path.read_text(encoding="utf-8"))
		texts = [content.get(key) for key in ("label", "title", "chart_name", "report_name", "subject")]
		for table in ("shortcuts", "links", "columns", "filters", "charts", "number_cards"):
			rows = content.get(table)
			texts += (
				[row.get("label") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
			)
		found |= {text: short(path) for text in texts if text}
	return found


def test_every_word_of_reports_cards_and_workspaces_is_there_in_chinese() -> None:
	assert untranslated(words_of_synced_records()) == []


# --- the translations themselves -----------------------------------------------------------------------------------


def rows() -> list[tuple[int, list[str]]]:
	if not CHINESE.exists():
		pytest.fail("cs_center/translations/zh.csv is not written yet")
	with CHINESE.open(encoding="utf-8", newline="") as file:
		return [(number, row) for number, row in enumerate(csv.reader(file), start=1) if row]


PLACEHOLDER = re.compile(r"\{(\w*)\}")


def test_a_translation_keeps_the_places_that_are_filled_in() -> None:
	wrong = [
		f"row {number}: {row[0]!r} -> {row[1]!r}"
		for number, row in rows()
		if sorted(PLACEHOLDER.findall(row[0])) != sorted(PLACEHOLDER.findall(row[1]))
	]
	assert wrong == []


def test_a_sentence_is_translated_once_per_context() -> None:
	keys = [(row[0], row[2] if len(row) > 2 else "") for _, row in rows()]
	assert [key for key in set(keys) if keys.count(key) > 1] == []


def test_a_translation_is_chinese_not_a_copy() -> None:
	copies = [
		f"row {number}: {row[0]!r}"
		for number, row in rows()
		if row[0] not in SAME_IN_CHINESE and not re.search(r"[\u4e00-\u9fff]", row[1])
	]
	assert copies == []


def test_every_row_has_a_source_and_a_translation() -> None:
	assert [f"row {number}" for number, row in rows() if len(row) < 2 or not row[0].strip()] == []
