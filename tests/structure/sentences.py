"""The sentences and words of the app that a user reads, each with where it stands. Found in the source, nothing is run."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from .source_tree import MODULE_FOLDER, PACKAGE, all_files, app_modules, doctypes, short, tree_of

TICKET = "HD Ticket"

Words = dict[tuple[str, str], str]
"""(text, context or "") -> where it stands. A field's label has its DocType as context."""

OF_HELPDESK = {"Urgent": "a priority", "Team": "a field"}
"""Words of records that are not ours, shown by us, that neither Frappe nor Helpdesk translates (or not always)."""


def without_context(texts: Iterable[str | None], where: str) -> Words:
	return {(text, ""): where for text in texts if text}


# --- Python --------------------------------------------------------------------------------------------------------

MARKERS = {"_", "frappe._", "_lt", "frappe._lt", "N_"}


def translated_calls(path: Path) -> list[ast.Call]:
	return [
		node
		for node in ast.walk(tree_of(path))
		if isinstance(node, ast.Call) and ast.unparse(node.func) in MARKERS and node.args
	]


def constant(node: ast.expr | None) -> str | None:
	return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _context(call: ast.Call) -> str:
	return next((constant(word.value) or "" for word in call.keywords if word.arg == "context"), "")


def sentences_of_python() -> Words:
	return {
		(text, _context(call)): f"{short(path)}:{call.lineno}"
		for path in app_modules()
		for call in translated_calls(path)
		if (text := constant(call.args[0])) is not None
	}


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


def _seeds(file: str) -> tuple[list[dict], str]:
	"""Records that an installation writes, and where they stand."""
	path = PACKAGE / "data" / file
	return json.loads(path.read_text(encoding="utf-8")), short(path)


def words_of_channels() -> Words:
	"""The explain page shows a channel's name translated; the shipped ones are named in English."""
	channels, where = _seeds("channels.json")
	return without_context([channel["channel_name"] for channel in channels], where)


def words_of_categories() -> Words:
	"""Frappe translates a category's name wherever a field, a list or the tree shows it."""
	categories, where = _seeds("complaint_categories.json")
	return without_context([category["name"] for category in categories], where)


def words_of_departments() -> Words:
	"""Printed records show a department's name translated; "Administration" is something else on Frappe's screens."""
	departments, where = _seeds("departments.json")
	return {(department["department_name"], "CS Department"): where for department in departments}


def words_of_boards() -> Words:
	"""A board's name is the title of its page; its columns are options of a field, which stand in the DocType."""
	boards, where = _seeds("kanban_boards.json")
	return without_context([board["kanban_board_name"] for board in boards], where)


def words_of_tiers() -> Words:
	"""Frappe translates the names of tiers and care rules wherever a field or a list shows them."""
	tiers, of_tiers = _seeds("customer_tiers.json")
	rules, of_rules = _seeds("care_rules.json")
	return without_context([tier["tier_name"] for tier in tiers], of_tiers) | without_context(
		[rule["title"] for rule in rules], of_rules
	)


def words_of_facts() -> Words:
	"""What a policy's condition asks about, as the list of fields names it."""
	where = "cs_center/cs_center/doctype/cs_service_policy/condition_facts.py"
	labels = [
		constant(value)
		for node in ast.walk(tree_of(PACKAGE.parent / where))
		if isinstance(node, ast.Dict)
		for value in node.values
	]
	return without_context(labels, where)


def words_handed_on() -> Words:
	of_helpdesk = without_context(OF_HELPDESK, "Helpdesk's records")
	of_seeds = words_of_channels() | words_of_categories() | words_of_departments() | words_of_boards()
	of_seeds |= words_of_tiers()
	return words_of_ticket_fields() | words_of_roles() | words_of_facts() | of_seeds | of_helpdesk


# --- JavaScript and pages ------------------------------------------------------------------------------------------

QUOTED = r"""(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`((?:[^`\\$]|\\.)*)`)"""
JS_SENTENCE = re.compile(r"(?<![\w.])__\(\s*" + QUOTED + r"(?:,\s*null,\s*\"([^\"]+)\")?")
PAGE_SENTENCE = re.compile(r"(?<![\w.])_{1,2}\(\s*" + QUOTED + r"(?:,\s*context=\"([^\"]+)\")?")
AGENT_SENTENCE = re.compile(r'(?<![\w.])say\(\s*"([^"]+)",\s*"([^"]+)",?\s*\)')


def screen_files(ending: str) -> Iterator[tuple[Path, str]]:
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
		for path, source in screen_files(ending):
			for *texts, context in pattern.findall(source):
				found[_unescaped("".join(texts)), context] = short(path)
	return found


def agent_sentences() -> list[tuple[str, str, str]]:
	"""(where, English, Chinese) of the agent's screen, which may have no translations at hand and brings its own."""
	return [
		(short(path), english, chinese)
		for path, source in screen_files(".js")
		for english, chinese in AGENT_SENTENCE.findall(source)
	]


# --- DocTypes, reports and what else is synced ---------------------------------------------------------------------


OPTIONS_IN_FRAPPES_WORDS = {"Closed"}
"""Frappe and Helpdesk translate it themselves: a list, which asks without the DocType, shows their word, a form ours."""


def words_of_doctypes() -> Words:
	"""A label is translated with its DocType, and so is an option in a form; lists show options, and forms
	descriptions and the headings of tables, without it."""
	found: Words = {}
	for name, (path, content) in doctypes().items():
		where = short(path)
		found |= without_context(
			[name, content.get("description"), content.get("documentation_label")], where
		)
		for field in content["fields"]:
			if field.get("label"):
				found[field["label"], name] = where
			if field["fieldtype"] == "Table":
				found[field["label"], ""] = where
			options = (field.get("options") or "").split("\n") if field["fieldtype"] == "Select" else []
			found |= {(option, name): where for option in options if option}
			in_lists = [option for option in options if option not in OPTIONS_IN_FRAPPES_WORDS]
			found |= without_context([field.get("description"), field.get("placeholder"), *in_lists], where)
	return found


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
		kind, content = path.parent.parent.name, json.loads(path.read_text(encoding="utf-8"))
		headings = _headings(content.get("content")) if kind == "workspace" else []
		names = [content["name"]] if kind == "print_format" else []
		found |= without_context([*_words_of_record(content), *headings, *names], short(path))
	return found
