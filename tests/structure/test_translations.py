"""Every sentence that a user reads is there in Simplified Chinese (SPEC 12.1): Python, JavaScript, pages and records.

A sentence must also be translatable at all: one constant text, put together after the translation, never before it.

Frappe keeps one dictionary for all apps of a site, and the app that was installed last wins. A common word that other
screens use in another sense ("State" is a province there) is therefore translated with a context: Frappe passes a
field's DocType with its label, and code passes ``context=`` (Python, pages) or a third argument (JavaScript).
"""

from __future__ import annotations

import ast
import csv
import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from .source_tree import MODULE_FOLDER, PACKAGE, all_files, app_modules, doctypes, short, tree_of

CHINESE = PACKAGE / "translations" / "zh.csv"
TICKET = "HD Ticket"

Words = dict[tuple[str, str], str]
"""(text, context or "") -> where it stands."""

SAME_IN_CHINESE = {"CS Center", "JSON", "URL", "ID", "CSV", "PDF", "SLA", "OLA", "NPS", "CSAT"}
"""Names and abbreviations that a Chinese screen shows as they are."""

OTHER_SENSE_ELSEWHERE = {"State", "From", "To", "Order", "Closed", "Days", "Reference", "Reference Type"}
"""Frappe's and ERPNext's screens mean something else by these words: a row without a context would change them."""

LEFT_TO_FRAPPE = {"From", "To"}
"""Said without a context in our scripts: Frappe's own translation is shown. Meant to become empty."""

OF_HELPDESK = {"Urgent": "a priority", "Team": "a field"}
"""Words of records that are not ours, shown by us, that neither Frappe nor Helpdesk translates (or not always)."""


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
		if needs_a_row(text) and not row_of(text, context) and text not in LEFT_TO_FRAPPE
	]


def without_context(texts: Iterable[str | None], where: str) -> Words:
	return {(text, ""): where for text in texts if text}


# --- Python --------------------------------------------------------------------------------------------------------

MARKERS = {"_", "frappe._", "_lt", "frappe._lt", "N_"}


def _translated_calls(path: Path) -> list[ast.Call]:
	return [
		node
		for node in ast.walk(tree_of(path))
		if isinstance(node, ast.Call) and ast.unparse(node.func) in MARKERS and node.args
	]


def _constant(node: ast.expr | None) -> str | None:
	return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _context(call: ast.Call) -> str:
	return next((_constant(word.value) or "" for word in call.keywords if word.arg == "context"), "")


def sentences_of_python() -> Words:
	return {
		(text, _context(call)): f"{short(path)}:{call.lineno}"
		for path in app_modules()
		for call in _translated_calls(path)
		if (text := _constant(call.args[0])) is not None
	}


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


# --- words that the server hands on in a variable -------------------------------------------------------------------


def _assigned(file: str, name: str) -> ast.expr:
	"""What the module's top level assigns to a name."""
	for node in tree_of(PACKAGE / file).body:
		if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
			return node.value
	raise AssertionError(f"{file} no longer has {name}: say here where its words went")


def words_of_ticket_fields() -> Words:
	"""Labels, descriptions and options of our fields on the ticket."""
	where, found = "cs_center/setup/custom_fields.py", {}
	for field in ast.literal_eval(_assigned("setup/custom_fields.py", "TICKET_FIELDS")):
		if field.get("label"):
			found[field["label"], TICKET] = where
		options = field.get("options", "").split("\n") if field["fieldtype"] == "Select" else []
		found |= without_context([field.get("description"), *options], where)
	return found


def words_of_roles() -> Words:
	return without_context(ast.literal_eval(_assigned("setup/roles.py", "ROLES")), "cs_center/setup/roles.py")


def words_of_channels() -> Words:
	"""The explain page shows a channel's name translated; the shipped ones are named in English."""
	channels = json.loads((PACKAGE / "data" / "channels.json").read_text(encoding="utf-8"))
	return without_context([channel["channel_name"] for channel in channels], "cs_center/data/channels.json")


def words_of_facts() -> Words:
	"""What a policy's condition asks about, as the list of fields names it."""
	where = "cs_center/cs_center/doctype/cs_service_policy/condition_facts.py"
	labels = [
		_constant(value)
		for node in ast.walk(tree_of(PACKAGE.parent / where))
		if isinstance(node, ast.Dict)
		for value in node.values
	]
	return without_context(labels, where)


def words_handed_on() -> Words:
	of_helpdesk = without_context(OF_HELPDESK, "Helpdesk's records")
	return words_of_ticket_fields() | words_of_roles() | words_of_channels() | words_of_facts() | of_helpdesk


def test_every_word_that_is_handed_on_is_there_in_chinese() -> None:
	assert untranslated(words_handed_on()) == []


# --- JavaScript and pages ------------------------------------------------------------------------------------------

QUOTED = r"""(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`((?:[^`\\$]|\\.)*)`)"""
JS_SENTENCE = re.compile(r"(?<![\w.])__\(\s*" + QUOTED + r"(?:,\s*null,\s*\"([^\"]+)\")?")
PAGE_SENTENCE = re.compile(r"(?<![\w.])_{1,2}\(\s*" + QUOTED + r"(?:,\s*context=\"([^\"]+)\")?")
AGENT_SENTENCE = re.compile(r'(?<![\w.])say\(\s*"([^"]+)",\s*"([^"]+)",?\s*\)')
JS_BROKEN = re.compile(r"(?<![\w.])__\(\s*(?:`[^`]*\$\{|(?:\"[^\"]*\"|'[^']*')\s*\+)")


def _screen_files(ending: str) -> Iterator[tuple[Path, str]]:
	"""Scripts and pages with their text; the offline report has its words in Python, in both languages."""
	for path in all_files():
		of_app = PACKAGE in path.parents and "replay" not in path.relative_to(PACKAGE).parts
		if of_app and path.suffix == ending:
			yield path, path.read_text(encoding="utf-8")


def _unescaped(text: str) -> str:
	return re.sub(r"\\(.)", lambda match: {"n": "\n", "t": "\t"}.get(match[1], match[1]), text)


def sentences_of_screens() -> Words:
	found: Words = {}
	for ending, pattern in ((".js", JS_SENTENCE), (".html", PAGE_SENTENCE)):
		for path, source in _screen_files(ending):
			for *texts, context in pattern.findall(source):
				found[_unescaped("".join(texts)), context] = short(path)
	return found


def agent_sentences() -> list[tuple[str, str, str]]:
	"""(where, English, Chinese) of the agent's screen, which may have no translations at hand and brings its own."""
	return [
		(short(path), english, chinese)
		for path, source in _screen_files(".js")
		for english, chinese in AGENT_SENTENCE.findall(source)
	]


def test_a_sentence_of_a_screen_is_one_text_not_pieces() -> None:
	wrong = [
		f"{short(path)}: {match[0][:60]}"
		for path, source in _screen_files(".js")
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


def words_of_doctypes() -> Words:
	"""A label is translated with its DocType; lists show options, and forms descriptions, without it."""
	found: Words = {}
	for name, (path, content) in doctypes().items():
		where = short(path)
		found |= without_context(
			[name, content.get("description"), content.get("documentation_label")], where
		)
		for field in content["fields"]:
			if field.get("label"):
				found[field["label"], name] = where
			options = (field.get("options") or "").split("\n") if field["fieldtype"] == "Select" else []
			found |= without_context([field.get("description"), field.get("placeholder"), *options], where)
	return found


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


def _headings(content: str | None) -> list[str]:
	"""Headings of a workspace, whose text is kept with its markup."""
	blocks = json.loads(content or "[]")
	return [re.sub(r"<[^>]+>", "", block["data"]["text"]) for block in blocks if block["type"] == "header"]


def _words_of_record(content: dict) -> list[str]:
	texts = [content.get(key) for key in ("label", "title", "chart_name", "report_name", "subject")]
	for table in ("shortcuts", "links", "columns", "filters", "charts", "number_cards"):
		table_rows = [row for row in content.get(table) or () if isinstance(row, dict)]
		texts += [row.get(key) for row in table_rows for key in ("label", "format")]
	return [text for text in texts if text]


def words_of_synced_records() -> Words:
	found: Words = {}
	for path in sorted(MODULE_FOLDER.glob("*/*/*.json")):
		if path.parent.parent.name == "doctype":
			continue
		content = json.loads(path.read_text(encoding="utf-8"))
		headings = _headings(content.get("content")) if path.parent.parent.name == "workspace" else []
		found |= without_context([*_words_of_record(content), *headings], short(path))
	return found


def test_every_word_of_reports_cards_and_workspaces_is_there_in_chinese() -> None:
	assert untranslated(words_of_synced_records()) == []


# --- the translations themselves -----------------------------------------------------------------------------------

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
