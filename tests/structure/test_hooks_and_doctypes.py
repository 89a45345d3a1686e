"""hooks.py names only what exists; every DocType has its controller and links to what exists."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cs_center.domain.clocks import State
from cs_center.domain.ledger import EventKind
from cs_center.domain.policy import Metric, Operator
from cs_center.domain.units import Unit

from .source_tree import (
	MODULE_FOLDER,
	PACKAGE,
	REPOSITORY,
	doctypes,
	resolves,
	short,
	top_level_names,
	tree_of,
)

HOOKS = PACKAGE / "hooks.py"
CONTRACT = json.loads((REPOSITORY / "tests/site/helpdesk_contract.json").read_text(encoding="utf-8"))

FRAPPE_DOCTYPES = {
	"DocType", "DocField", "User", "Role", "Email Account", "Email Template", "File", "ToDo", "Communication",
	"Contact", "Country", "Currency", "Language", "Module Def", "Notification", "Print Format", "Report", "Workspace",
	"Letter Head", "Tag", "Comment", "Assignment Rule", "Number Card", "Dashboard Chart", "Has Role", "Custom Field",
}  # fmt: skip
"""DocTypes of Frappe itself that ours may link to."""

LAYERS_HOOKS_MAY_NAME = {"extends", "overrides", "tasks", "api", "setup"}


def hooks() -> dict[str, Any]:
	found = {}
	for node in tree_of(HOOKS).body:
		if isinstance(node, ast.Assign):
			(name,) = node.targets
			found[ast.unparse(name)] = ast.literal_eval(node.value)
	return found


def strings_in(value: Any) -> Iterator[str]:
	if isinstance(value, str):
		yield value
	elif isinstance(value, dict):
		for key, inner in value.items():
			yield from strings_in(key)
			yield from strings_in(inner)
	elif isinstance(value, list | tuple):
		for inner in value:
			yield from strings_in(inner)


# --- hooks ---------------------------------------------------------------------------------------------------------


def test_hooks_are_plain_values_and_nothing_else() -> None:
	odd = [
		f"line {node.lineno}: {ast.unparse(node)[:60]}"
		for node in tree_of(HOOKS).body
		if not isinstance(node, ast.Assign)
		and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
	]
	assert odd == []
	assert {type(value) for value in hooks().values()} <= {str, list, dict, bool, int}


def test_every_dotted_name_in_hooks_is_there() -> None:
	names = [name for name in strings_in(hooks()) if re.fullmatch(r"cs_center(\.\w+)+", name)]
	assert names
	assert [name for name in names if not resolves(name)] == []


def test_hooks_name_only_the_layers_that_are_entry_points() -> None:
	names = [name for name in strings_in(hooks()) if re.fullmatch(r"cs_center(\.\w+)+", name)]
	assert [name for name in names if name.split(".")[1] not in LAYERS_HOOKS_MAY_NAME] == []


def test_every_file_that_hooks_name_is_there() -> None:
	missing = []
	for text in strings_in(hooks()):
		if text.startswith("public/"):
			missing += [text] * (not (PACKAGE / text).exists())
		elif text.startswith("/assets/cs_center/"):
			missing += [text] * (not (PACKAGE / "public" / text.removeprefix("/assets/cs_center/")).exists())
	assert missing == []


def test_every_doctype_that_hooks_name_is_ours_or_in_the_contract() -> None:
	named = hooks()
	keys = [
		key
		for hook in (
			"doc_events",
			"doctype_js",
			"permission_query_conditions",
			"has_permission",
			"override_doctype_class",
		)
		for key in named.get(hook, {})
	]
	keys += named.get("ignore_links_on_delete", [])
	assert [key for key in keys if key not in known_doctypes() | {"*"}] == []


def test_helpdesk_is_required_by_the_name_that_bench_understands() -> None:
	assert "frappe/helpdesk" in hooks()["required_apps"]


def test_every_patch_is_there() -> None:
	lines = (PACKAGE / "patches.txt").read_text(encoding="utf-8").splitlines()
	named = [line.split()[0] for line in lines if line.startswith("cs_center.")]
	assert [name for name in named if not resolves(name)] == []
	files = {f"cs_center.patches.v1_0.{path.stem}" for path in (PACKAGE / "patches/v1_0").glob("*.py")}
	assert {name for name in files if not name.endswith("__init__")} <= set(named)


# --- DocTypes ------------------------------------------------------------------------------------------------------


def known_doctypes() -> set[str]:
	optional = {name for names in CONTRACT["optional_apps"].values() for name in names}
	return {*doctypes(), *CONTRACT["doctypes"], *FRAPPE_DOCTYPES, *optional}


ALL = sorted(doctypes())


def fields_of(name: str) -> list[dict[str, Any]]:
	return doctypes()[name][1]["fields"]


@pytest.mark.parametrize("name", ALL)
def test_a_doctype_has_its_folder_its_controller_and_its_class(name: str) -> None:
	path, _ = doctypes()[name]
	scrubbed = name.replace(" ", "_").replace("-", "_").lower()
	assert (path.parent.name, path.stem) == (scrubbed, scrubbed)
	assert (path.parent / "__init__.py").exists()
	assert name.replace(" ", "").replace("-", "") in top_level_names(path.with_suffix(".py"))


@pytest.mark.parametrize("name", ALL)
def test_a_doctype_is_named_like_the_others_and_belongs_to_the_module(name: str) -> None:
	content = doctypes()[name][1]
	assert name.startswith("CS ")
	assert content["module"] == "CS Center"
	assert not content.get("custom")


@pytest.mark.parametrize("name", ALL)
def test_the_order_of_the_fields_names_each_field_once(name: str) -> None:
	names = [field["fieldname"] for field in fields_of(name)]
	assert sorted(doctypes()[name][1].get("field_order", names)) == sorted(set(names))
	assert len(names) == len(set(names))


@pytest.mark.parametrize("name", ALL)
def test_a_link_leads_to_a_doctype_that_exists_and_a_table_to_a_child_of_ours(name: str) -> None:
	wrong = []
	for field in fields_of(name):
		options, kind = field.get("options"), field["fieldtype"]
		if kind == "Link" and options not in known_doctypes():
			wrong.append((field["fieldname"], options))
		if kind in ("Table", "Table MultiSelect") and not doctypes().get(options, (None, {}))[1].get(
			"istable"
		):
			wrong.append((field["fieldname"], options))
		if kind == "Dynamic Link" and options not in {other["fieldname"] for other in fields_of(name)}:
			wrong.append((field["fieldname"], options))
	assert wrong == []


@pytest.mark.parametrize("name", ALL)
def test_a_doctype_shows_and_searches_only_fields_that_it_has(name: str) -> None:
	content = doctypes()[name][1]
	names = {field["fieldname"] for field in fields_of(name)} | {
		"name",
		"creation",
		"modified",
		"owner",
		"idx",
	}
	wanted = [part.strip() for part in (content.get("search_fields") or "").split(",") if part.strip()]
	wanted += [content[key] for key in ("title_field", "sort_field", "image_field") if content.get(key)]
	assert [one for one in wanted if one not in names] == []


@pytest.mark.parametrize("name", [name for name in ALL if not doctypes()[name][1].get("istable")])
def test_somebody_may_read_each_doctype_and_customers_may_not(name: str) -> None:
	rows = doctypes()[name][1].get("permissions") or []
	assert any(row.get("read") for row in rows)
	assert not {row["role"] for row in rows} & {"All", "Guest", "Desk User", "Customer"}


# --- the words of the core are the options of the fields -----------------------------------------------------------


def options_of(doctype: str, fieldname: str) -> list[str]:
	(field,) = [one for one in fields_of(doctype) if one["fieldname"] == fieldname]
	return [option for option in field["options"].split("\n") if option]


def titled(values: list[str]) -> list[str]:
	return [value.replace("_", " ").title() for value in values]


def test_the_states_kinds_and_units_of_the_core_are_the_options_on_the_screen() -> None:
	assert options_of("CS Service Clock", "state") == [state.value for state in State]
	assert options_of("CS Service Event", "kind") == [kind.value for kind in EventKind]
	assert options_of("CS Service Clock", "metric") == titled([metric.value for metric in Metric])
	assert options_of("CS Service Policy Target", "metric") == titled([metric.value for metric in Metric])
	assert options_of("CS Service Policy Target", "unit") == titled([unit.value for unit in Unit])
	assert options_of("CS Service Policy Condition", "operator") == titled([one.value for one in Operator])


# --- everything else that Frappe syncs from files ------------------------------------------------------------------


def synced_records() -> list[Path]:
	return [path for path in sorted(MODULE_FOLDER.glob("*/*/*.json")) if path.parent.parent.name != "doctype"]


@pytest.mark.parametrize("path", synced_records(), ids=short)
def test_a_synced_record_is_standard_in_our_module_and_leads_to_what_exists(path: Path) -> None:
	content = json.loads(path.read_text(encoding="utf-8"))
	assert content.get("module", "CS Center") == "CS Center"
	for key in ("ref_doctype", "document_type", "reference_doctype"):
		assert not content.get(key) or content[key] in known_doctypes()


def test_every_json_file_can_be_read() -> None:
	broken = []
	for path in PACKAGE.rglob("*.json"):
		try:
			json.loads(path.read_text(encoding="utf-8"))
		except ValueError as error:
			broken.append(f"{short(path)}: {error}")
	assert broken == []
