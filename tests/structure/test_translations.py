"""Every sentence that a user reads is there in Simplified Chinese (SPEC 12.1): Python, JavaScript, pages and records.

A sentence must also be translatable at all: one constant text, put together after the translation, never before it.

Frappe keeps one dictionary for all apps of a site, and the app that was installed last wins. A common word that other
screens use in another sense ("State" is a province there) is therefore translated with a context: Frappe passes a
field's DocType with its label, and code passes ``context=`` (Python, pages) or a third argument (JavaScript).
"""

from __future__ import annotations

import ast
import csv
import re
from functools import cache

from .sentences import (
	Words,
	agent_sentences,
	screen_files,
	sentences_of_python,
	sentences_of_screens,
	translated_calls,
	without_context,
	words_handed_on,
	words_of_doctypes,
	words_of_synced_records,
)
from .source_tree import PACKAGE, app_modules, doctypes, short, tree_of

CHINESE = PACKAGE / "translations" / "zh.csv"
PLACEHOLDER = re.compile(r"\{(\w*)\}")

SAME_IN_CHINESE = {
	"CS Center",
	"JSON",
	"URL",
	"ID",
	"CSV",
	"PDF",
	"SLA",
	"OLA",
	"NPS",
	"CSAT",
	"VIP",
	"ERPNext",
}
"""Names and abbreviations that a Chinese screen shows as they are."""

OTHER_SENSE_ELSEWHERE = {"State", "From", "To", "Order", "Closed", "Days", "Reference", "Reference Type"}
"""Frappe's and ERPNext's screens mean something else by these words: a row without a context would change them."""


@cache
def rows() -> tuple[tuple[int, list[str]], ...]:
	with CHINESE.open(encoding="utf-8", newline="") as file:
		return tuple((number, row) for number, row in enumerate(csv.reader(file), start=1) if row)


@cache
def translations() -> dict[tuple[str, str], str]:
	return {(row[0], row[2] if len(row) > 2 else ""): row[1] for _, row in rows() if len(row) >= 2}


def is_readable(text: str) -> bool:
	"""Whether there is anything to translate once the places that are filled in are left out."""
	return any(letter.isalpha() for letter in PLACEHOLDER.sub("", text))


def needs_a_row(text: str) -> bool:
	return is_readable(text) and text not in SAME_IN_CHINESE


def row_of(text: str, context: str) -> tuple[str, str] | None:
	"""The row that Frappe takes: the one of this context, else the general one."""
	return next((key for key in ((text, context), (text, "")) if translations().get(key, "").strip()), None)


def untranslated(found: Words) -> list[str]:
	"""Readable lines for what has no translation."""
	return [
		f"{where}: {text!r}" + (f" in {context}" if context else "")
		for (text, context), where in sorted(found.items())
		if needs_a_row(text) and not row_of(text, context)
	]


# --- Python --------------------------------------------------------------------------------------------------------


def _filled_in_before(text: ast.expr) -> bool:
	"""An f-string, a sum or a ``.format()`` inside the brackets: no translation has such a source."""
	formatted = isinstance(text, ast.Call) and ast.unparse(text.func).endswith(".format")
	return formatted or isinstance(text, ast.JoinedStr | ast.BinOp)


def test_a_sentence_is_translated_before_it_is_filled_in() -> None:
	wrong = [
		f"{short(path)}:{call.lineno} {ast.unparse(call)[:70]}"
		for path in app_modules()
		for call in translated_calls(path)
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


# --- errors of the domain -------------------------------------------------------------------------------------------

CALENDAR_SCREEN = PACKAGE / "cs_center" / "doctype" / "cs_service_calendar" / "calendar_messages.py"

NEVER_ON_THE_CALENDAR_SCREEN = {
	"bad_time": "the form brings times into shape first, with a message of its own",
	"duplicate_weekday": "rows of one weekday become one list",
	"bad_shape": "the form makes the shape",
	"naive_datetime": "the form's start gets the calendar's zone",
	"inverted_span": "the trial measures forwards",
	"negative_amount": "the trial refuses it first",
}


def _codes_of_calendar_errors() -> set[str]:
	return {
		node.body[0].value.value
		for node in tree_of(PACKAGE / "domain" / "errors.py").body
		if isinstance(node, ast.ClassDef) and ast.unparse(node.bases[0]) == "CalendarError"
	}


def _explained_codes() -> set[str]:
	table = next(
		node.value
		for node in tree_of(CALENDAR_SCREEN).body
		if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_EXPLANATIONS"
	)
	return {ast.literal_eval(key) for key in table.keys}


def test_every_calendar_error_that_reaches_the_screen_has_a_sentence() -> None:
	without = _codes_of_calendar_errors() - _explained_codes() - set(NEVER_ON_THE_CALENDAR_SCREEN)
	assert without == set()


# --- words that the server hands on in a variable -------------------------------------------------------------------


def test_every_word_that_is_handed_on_is_there_in_chinese() -> None:
	assert untranslated(words_handed_on()) == []


# --- JavaScript and pages ------------------------------------------------------------------------------------------

JS_BROKEN = re.compile(r"(?<![\w.])__\(\s*(?:`[^`]*\$\{|(?:\"[^\"]*\"|'[^']*')\s*\+)")


def test_a_sentence_of_a_screen_is_one_text_not_pieces() -> None:
	wrong = [
		f"{short(path)}: {match[0][:60]}"
		for path, source in screen_files(".js")
		for match in JS_BROKEN.finditer(source)
	]
	assert wrong == []


def test_every_sentence_of_the_screens_is_there_in_chinese() -> None:
	assert untranslated(sentences_of_screens()) == []


def test_the_agents_screen_says_the_same_with_and_without_helpdesks_translations() -> None:
	assert agent_sentences(), "the buttons of the agent's screen are no longer found"
	wrong = [
		f"{where}: {english!r}"
		for where, english, chinese in agent_sentences()
		if translations().get((english, "")) != chinese
	]
	assert wrong == []


# --- DocTypes, reports and what else is synced ---------------------------------------------------------------------


def test_every_word_of_the_doctypes_is_there_in_chinese() -> None:
	assert untranslated(words_of_doctypes()) == []


def test_a_time_of_day_field_of_a_form_has_no_description() -> None:
	"""Frappe appends the time zone to it before it is translated, so that it stays English: say it in the section."""
	wrong = [
		f"{short(path)}: {field['fieldname']}"
		for path, content in doctypes().values()
		for field in content["fields"]
		if field["fieldtype"] == "Datetime" and field.get("description")
	]
	assert wrong == []


def test_every_word_of_reports_cards_and_workspaces_is_there_in_chinese() -> None:
	assert untranslated(words_of_synced_records()) == []


# --- the translations themselves -----------------------------------------------------------------------------------


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
		if row[1] == row[0] or (is_readable(row[1]) and not re.search(r"[\u4e00-\u9fff]", row[1]))
	]
	assert copies == []


def test_a_row_has_a_source_a_translation_and_no_stray_spaces() -> None:
	wrong = [
		f"row {number}"
		for number, row in rows()
		if len(row) not in (2, 3) or any(not part or part != part.strip() for part in row)
	]
	assert wrong == []


def test_a_row_is_still_said_somewhere() -> None:
	agents = without_context([english for _, english, _ in agent_sentences()], "agent's screen")
	said = sentences_of_python() | sentences_of_screens() | words_of_doctypes() | words_of_synced_records()
	taken = {row_of(*key) for key in said | words_handed_on() | agents}
	assert sorted(key for key in translations() if key not in taken) == []


def test_common_words_of_other_screens_are_left_alone() -> None:
	assert (
		sorted(text for text, context in translations() if not context and text in OTHER_SENSE_ELSEWHERE)
		== []
	)
