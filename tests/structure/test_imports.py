"""The direction of imports of ARCHITECTURE.md: nothing imports upward, and the pure core imports nothing but Python."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from .source_tree import PACKAGE, REPOSITORY, app_modules, dotted_name, imported_names, short, tree_of

LAYERS = {
	"hooks": (),
	"extends": ("services", "integrations", "domain"),
	"overrides": ("services", "integrations", "domain"),
	"tasks": ("services", "integrations", "domain"),
	"api": ("services", "integrations", "domain"),
	"www": ("api", "services", "integrations", "domain"),
	"cs_center": ("services", "integrations", "domain"),
	"setup": ("services", "integrations", "domain"),
	"patches": ("setup", "services", "integrations", "domain"),
	"demo": ("tasks", "setup", "services", "integrations", "domain"),
	"services": ("domain", "integrations"),
	"integrations": (),
	"replay": ("domain",),
	"domain": (),
}
"""What a layer may import besides itself. ``cs_center`` is the Frappe module: controllers and reports. The demo plays the
administrator and the scheduler, so it may call what they call."""

ENTRY_LAYERS = ("extends", "overrides", "tasks", "api", "cs_center")
"""They turn to ``services`` for work; from the domain they take values and errors, never a decision to write."""

PURE_LAYERS = ("domain", "replay")

SPEAKS_NO_FRAPPE = {"frappe", "helpdesk", "erpnext", "hrms", "telephony"}


def layer_of(dotted: str) -> str:
	"""``cs_center.services.x`` -> services; the package itself -> ""."""
	parts = dotted.split(".")
	return parts[1] if len(parts) > 1 else ""


def of_layer(layer: str) -> list[Path]:
	return [path for path in app_modules() if layer_of(dotted_name(path)) == layer]


def own_imports(path: Path) -> list[tuple[int, str]]:
	return [(line, name) for line, name in imported_names(path) if name.split(".")[0] == "cs_center"]


def test_every_folder_of_the_package_has_its_layer() -> None:
	layers = {layer_of(dotted_name(path)) for path in app_modules()} - {""}
	assert layers <= set(LAYERS), f"say in LAYERS what these may import: {sorted(layers - set(LAYERS))}"


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_imports_itself_and_what_lies_below_it(layer: str) -> None:
	allowed = {layer, "__version__", *LAYERS[layer]}
	upward = [
		f"{short(path)}:{line} imports {name}"
		for path in of_layer(layer)
		for line, name in own_imports(path)
		if layer_of(name) not in allowed
	]
	assert upward == []


def test_nothing_imports_hooks_tasks_or_the_tests() -> None:
	wrong = [
		f"{short(path)}:{line} imports {name}"
		for path in app_modules()
		for line, name in own_imports(path)
		if layer_of(name) in ("hooks", "tasks", "tests")
		and layer_of(name) not in (own_layer := layer_of(dotted_name(path)), *LAYERS.get(own_layer, ()))
	]
	assert wrong == []


def test_the_domain_imports_the_standard_library_only() -> None:
	foreign = [
		f"{short(path)}:{line} imports {name}"
		for path in of_layer("domain")
		for line, name in imported_names(path)
		if name.split(".")[0] not in {*sys.stdlib_module_names, "cs_center", "__future__"}
	]
	assert foreign == []


@pytest.mark.parametrize("layer", PURE_LAYERS)
def test_the_pure_layers_never_name_frappe_or_its_apps(layer: str) -> None:
	wrong = [
		f"{short(path)}:{line} imports {name}"
		for path in of_layer(layer)
		for line, name in imported_names(path)
		if name.split(".")[0] in SPEAKS_NO_FRAPPE
	]
	assert wrong == []


def test_services_do_not_import_other_apps_directly() -> None:
	"""Only ``integrations`` knows foreign apps; they may be absent."""
	wrong = [
		f"{short(path)}:{line} imports {name}"
		for layer in ("services", *ENTRY_LAYERS, "setup")
		for path in of_layer(layer)
		for line, name in imported_names(path)
		if name.split(".")[0] in SPEAKS_NO_FRAPPE - {"frappe"} and layer != "overrides"
	]
	assert wrong == []


def test_hooks_and_the_package_itself_import_nothing() -> None:
	for path in (PACKAGE / "hooks.py", PACKAGE / "__init__.py"):
		assert imported_names(path) == [], short(path)


# --- what the core may not do --------------------------------------------------------------------------------------

CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter", "localtime", "gmtime"}
CLOCK_OWNERS = {"datetime", "date", "time", "dt"}


def _calls(path: Path) -> list[tuple[int, str, ast.Call]]:
	return [
		(node.lineno, ast.unparse(node.func), node)
		for node in ast.walk(tree_of(path))
		if isinstance(node, ast.Call)
	]


def test_the_domain_never_reads_the_clock() -> None:
	wrong = []
	for path in of_layer("domain"):
		for line, function, _ in _calls(path):
			owner, _, name = function.rpartition(".")
			if name in CLOCKS and owner.split(".")[-1] in CLOCK_OWNERS:
				wrong.append(f"{short(path)}:{line} calls {function}")
	assert wrong == []


def test_the_domain_draws_no_random_number_without_a_seed() -> None:
	wrong = []
	for path in of_layer("domain"):
		wrong += [
			f"{short(path)}:{line} imports {name}"
			for line, name in imported_names(path)
			if name.startswith(("random.", "secrets", "uuid")) and name != "random.Random"
		]
		wrong += [
			f"{short(path)}:{line} calls {function} without a seed"
			for line, function, call in _calls(path)
			if function in ("Random", "random.Random") and not call.args
		]
		wrong += [
			f"{short(path)}:{line} calls {function}"
			for line, function, _ in _calls(path)
			if function.startswith("random.") and function != "random.Random"
		]
	assert wrong == []


def test_the_domain_opens_no_file_no_socket_and_no_process_and_prints_nothing() -> None:
	forbidden = {"open", "print", "input", "eval", "exec", "compile", "__import__", "breakpoint"}
	modules = {
		"os",
		"sys",
		"socket",
		"subprocess",
		"pathlib",
		"logging",
		"threading",
		"asyncio",
		"sqlite3",
		"urllib",
	}
	wrong = []
	for path in of_layer("domain"):
		wrong += [f"{short(path)}:{line} {name}" for line, name, _ in _calls(path) if name in forbidden]
		wrong += [
			f"{short(path)}:{line} {name}"
			for line, name in imported_names(path)
			if name.split(".")[0] in modules
		]
	assert wrong == []


# --- really importing it -------------------------------------------------------------------------------------------

OPTIONAL = ("matplotlib", "jinja2", "tqdm", "pyarrow", "pandas", "holidays")

IMPORT_WITHOUT_FRAPPE = """
import importlib, sys
class Refuse:
	def find_spec(self, name, path=None, target=None):
		if name.split(".")[0] in {blocked!r}:
			raise AssertionError(f"{{name}} was imported")
sys.meta_path.insert(0, Refuse())
for name in {names!r}:
	try:
		importlib.import_module(name)
	except ModuleNotFoundError as error:
		if error.name is None or error.name.split(".")[0] not in {optional!r}:
			raise
assert "frappe" not in sys.modules
print("imported", len({names!r}))
"""


def _import_alone(names: list[str]) -> str:
	script = IMPORT_WITHOUT_FRAPPE.format(blocked=SPEAKS_NO_FRAPPE, names=names, optional=OPTIONAL)
	done = subprocess.run(
		[sys.executable, "-c", script],
		cwd=REPOSITORY,
		capture_output=True,
		text=True,
		check=False,
		timeout=60,
	)
	return done.stdout + done.stderr


@pytest.mark.parametrize("layer", ["", *PURE_LAYERS])
def test_the_package_the_domain_and_the_replay_can_be_imported_where_frappe_is_refused(layer: str) -> None:
	names = [
		dotted_name(path)
		for path in of_layer(layer)
		if path.name != "hooks.py" and path.name != "__main__.py"
	]
	assert names
	assert _import_alone(names).startswith(f"imported {len(names)}")


def test_the_refusal_is_seen_when_frappe_is_asked_for() -> None:
	"""A test that cannot fail is worse than none."""
	assert "frappe was imported" in _import_alone(["frappe"])
