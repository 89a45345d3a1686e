"""Compare the contract with a site, the stand-in's or a real one; prints every difference.

Run by the harness with the site's own Python in the bench's `sites` folder: `python contract.py SITE`.
It stands alone: nothing of the harness is imported, because it runs in another bench's environment too.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

CONTRACT = Path(__file__).resolve().parent / "helpdesk_contract.json"
# Fields that only lay out the form are no part of the contract.
LAYOUT = {"Section Break", "Column Break", "Tab Break", "HTML", "Button", "Heading", "Image", "Fold"}
RIGHTS = (("read", "r"), ("write", "w"), ("create", "c"), ("delete", "d"))


def compare(contract: dict, doctypes: dict, records: dict) -> tuple[int, dict[str, list[str]]]:
	"""Return how many things were checked, and the differences of each that has any.

	`doctypes` and `records` have the contract's own shape. A site may hold further records: only missing
	or different ones are reported.
	"""
	found: dict[str, list[str]] = {}
	for name, expected in contract["doctypes"].items():
		found[name] = compare_doctype(expected, doctypes.get(name))
	for doctype, expected in contract["records_after_install"].items():
		found[f"records of {doctype}"] = compare_records(expected, records.get(doctype, {}))
	return len(found), {name: lines for name, lines in found.items() if lines}


def compare_doctype(expected: dict, actual: dict | None) -> list[str]:
	"""Return the differences between one DocType of the contract and of the site."""
	if actual is None:
		return ["the site has no such DocType"]
	lines = [
		f"{key}: contract {expected[key]!r}, site {actual[key]!r}"
		for key in ("autoname", "child_table", "single")
		if expected[key] != actual[key]
	]
	for part in ("fields", "roles"):
		lines += _differences(part[:-1], expected[part], actual[part])
	return lines


def compare_records(expected: list, actual: dict) -> list[str]:
	"""Return which of the contract's records (names, or dicts of values) the site lacks or has otherwise."""
	lines = []
	for row in expected:
		values = row if isinstance(row, dict) else {"name": row}
		name = values["name"]
		if name not in actual:
			lines.append(f"{name}: missing on the site")
			continue
		lines += [
			f"{name}.{field}: contract {value!r}, site {actual[name].get(field)!r}"
			for field, value in values.items()
			if (value or None) != (actual[name].get(field) or None)
		]
	return lines


def _differences(what: str, expected: dict, actual: dict) -> list[str]:
	lines = [f"{what} {name}: missing on the site" for name in expected.keys() - actual.keys()]
	lines += [f"{what} {name}: not in the contract" for name in actual.keys() - expected.keys()]
	lines += [
		f"{what} {name}: contract {expected[name]!r}, site {actual[name]!r}"
		for name in expected.keys() & actual.keys()
		if expected[name] != actual[name]
	]
	return sorted(lines)


def read_doctype(frappe, name: str) -> dict | None:
	"""Read a DocType as its app ships it: custom fields and changed properties are left out."""
	head = frappe.db.get_value("DocType", name, ["autoname", "istable", "issingle"], as_dict=True)
	if not head:
		return None
	columns = ["fieldname", "fieldtype", "options"]
	fields = frappe.get_all("DocField", {"parent": name}, columns, order_by="idx")
	permissions = frappe.get_all("DocPerm", {"parent": name, "permlevel": 0}, ["role", *dict(RIGHTS)])
	return {
		"autoname": head.autoname or None,
		"child_table": bool(head.istable),
		"single": bool(head.issingle),
		"fields": {row.fieldname: field_facts(row) for row in fields if row.fieldtype not in LAYOUT},
		"roles": role_facts(permissions),
	}


def field_facts(row) -> list[str]:
	"""Return [type, options] as the contract writes them."""
	return [row.fieldtype, (row.options or "").replace("\n", "|")]


def role_facts(permissions) -> dict[str, str]:
	"""Return role -> letters such as `rw--`; several rows of a role add up."""
	granted: dict[str, set[str]] = {}
	for row in permissions:
		granted.setdefault(row.role, set()).update(right for right, _letter in RIGHTS if row[right])
	return {
		role: "".join(letter if right in rights else "-" for right, letter in RIGHTS)
		for role, rights in granted.items()
	}


def read_records(frappe, doctype: str, expected: list) -> dict[str, dict]:
	"""Read the values that the contract states for the records of a DocType, by name."""
	fields = {"name"}.union(*(row.keys() for row in expected if isinstance(row, dict)))
	return {row.name: dict(row) for row in frappe.get_all(doctype, fields=list(fields))}


def check_site(site: str) -> int:
	"""Compare the contract with `site`, print the outcome, and return the number of different things."""
	import frappe

	contract = json.loads(CONTRACT.read_text())
	frappe.init(site=site)
	frappe.connect()
	try:
		doctypes = {name: read_doctype(frappe, name) for name in contract["doctypes"]}
		first = contract["records_after_install"]
		records = {doctype: read_records(frappe, doctype, rows) for doctype, rows in first.items()}
	finally:
		frappe.destroy()
	checked, different = compare(contract, {k: v for k, v in doctypes.items() if v}, records)
	for name, lines in different.items():
		print(f"{name}:\n" + "\n".join(f"  {line}" for line in lines))
	print(f"contract: {checked} checked, {len(different)} different")
	return len(different)


if __name__ == "__main__":
	# The harness's modules must not stand in for modules of the bench's environment.
	sys.path.remove(str(Path(__file__).resolve().parent))
	sys.exit(1 if check_site(sys.argv[1]) else 0)
