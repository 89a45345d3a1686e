"""Make the stand-ins `helpdesk` and `telephony`: DocTypes from the contract, behaviour from `standin_source/`.

The contract (`helpdesk_contract.json`) says which DocTypes, fields, options, names, roles and first records a
Helpdesk 1.25.1 site has; `helpdesk_flags.json` adds which fields are required, unique or filled by default.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import paths

# DocType name prefix -> (app, module, the module's folder)
MODULES = {"HD": ("helpdesk", "Helpdesk", "helpdesk"), "TP": ("telephony", "FTelephony", "ftelephony")}
TABLE_TYPES = ("Table", "Table MultiSelect")
# Fixed, so that the same contract gives the same files (and the same cached site).
WRITTEN_AT = "2024-01-01 00:00:00"
RIGHTS = {"r": "read", "w": "write", "c": "create", "d": "delete"}
# Child tables that the contract names as options without describing them get this one field.
UNDESCRIBED_CHILD = {"autoname": None, "child_table": True, "single": False, "roles": {}}
UNDESCRIBED_FIELDS = {"note": ["Data", ""]}
CONTROLLER = (
	'from frappe.model.document import Document\n\n\nclass {name}(Document):\n\t"""No behaviour."""\n'
)


def generate() -> None:
	"""Write both apps under `.local/bench/apps`, once for each version of what they are made from."""
	key = source_key()
	if paths.is_stamped("standin", key) and (paths.APPS / "helpdesk").exists():
		return
	for app in ("telephony", "helpdesk"):
		shutil.rmtree(paths.APPS / app, ignore_errors=True)
		shutil.copytree(
			paths.STANDIN_SOURCE / app, paths.APPS / app, ignore=shutil.ignore_patterns("__pycache__")
		)
	contract = read_contract()
	for name, facts in described_doctypes(contract).items():
		_write_doctype(name, facts)
	_write_records(contract)
	paths.write_stamp("standin", key)


def source_key() -> str:
	"""Return a hash over everything the stand-in is made from."""
	return paths.fingerprint([paths.CONTRACT, paths.FLAGS, paths.STANDIN_SOURCE, Path(__file__)])


def read_contract() -> dict:
	"""Return the contract as a dict: doctypes, records_after_install, optional_apps."""
	return json.loads(paths.CONTRACT.read_text())


def described_doctypes(contract: dict) -> dict[str, dict]:
	"""Return the contract's DocTypes and the child tables that only their options name."""
	doctypes = dict(contract["doctypes"])
	for facts in contract["doctypes"].values():
		for fieldtype, options in facts["fields"].values():
			if fieldtype in TABLE_TYPES and options.startswith(tuple(MODULES)):
				doctypes.setdefault(options, {**UNDESCRIBED_CHILD, "fields": UNDESCRIBED_FIELDS})
	return doctypes


def doctype_json(name: str, facts: dict, flags: dict) -> dict:
	"""Return the DocType document for one entry of the contract and its flags."""
	fields = [
		field_json(fieldname, *spec, flags.get("fields", {}).get(fieldname, {}))
		for fieldname, spec in facts["fields"].items()
	]
	return {
		"doctype": "DocType",
		"name": name,
		"module": MODULES[name[:2]][1],
		"custom": 0,
		"istable": int(facts["child_table"]),
		"issingle": int(facts["single"]),
		"autoname": facts["autoname"] or "",
		"engine": "InnoDB",
		"creation": WRITTEN_AT,
		"modified": WRITTEN_AT,
		"owner": "Administrator",
		"modified_by": "Administrator",
		"field_order": [field["fieldname"] for field in fields],
		"fields": fields,
		"permissions": [
			permission_json(role, rights, flags.get("roles", {}).get(role, []))
			for role, rights in facts["roles"].items()
		],
		"sort_field": "modified",
		"sort_order": "DESC",
		**flags.get("doctype", {}),
	}


def field_json(fieldname: str, fieldtype: str, options: str, flags: dict) -> dict:
	"""Return one field; the contract joins the options of a Select with `|`."""
	if fieldtype == "Select":
		options = options.replace("|", "\n")
	label = fieldname.replace("_", " ").title()
	return {"fieldname": fieldname, "fieldtype": fieldtype, "label": label, "options": options, **flags}


def permission_json(role: str, rights: str, extra: list[str]) -> dict:
	"""Return one permission row from letters such as `rw--` and further rights by name."""
	granted = [RIGHTS[letter] for letter in rights if letter in RIGHTS] + extra
	return {"role": role, **{right: 1 for right in granted}}


def _write_doctype(name: str, facts: dict) -> None:
	app, _module, folder = MODULES[name[:2]]
	scrubbed = name.lower().replace(" ", "_")
	target = paths.APPS / app / app / folder / "doctype" / scrubbed
	target.mkdir(parents=True, exist_ok=True)
	for package in (target, target.parent, target.parents[1]):
		(package / "__init__.py").touch()
	flags = json.loads(paths.FLAGS.read_text())["doctypes"].get(name, {})
	document = doctype_json(name, facts, flags)
	(target / f"{scrubbed}.json").write_text(json.dumps(document, indent=1) + "\n")
	controller = target / f"{scrubbed}.py"
	if not controller.exists():
		controller.write_text(CONTROLLER.format(name=name.replace(" ", "")))


def _write_records(contract: dict) -> None:
	records = json.dumps(contract["records_after_install"], indent=1)
	(paths.APPS / "helpdesk/helpdesk/setup/records.json").write_text(records + "\n")
