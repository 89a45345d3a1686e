"""First records: calendars, channels, categories, tiers, care rules, draft policies, and the settings that name them.

Each is inserted once in the life of a site. What an administrator changed or deleted stays as it is.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import frappe

from cs_center.setup.category_seeds import CATEGORY, CATEGORY_FILE, shape_categories
from cs_center.setup.install_record import INSERTED_SEEDS, add_to_record, read_record

DATA = Path(__file__).parent.parent / "data"
SETTINGS = "CS Center Settings"
CALENDAR = "CS Service Calendar"
SAVEPOINT = "cs_center_seed"

SEED_FILES = (
	("service_calendars.json", "CS Service Calendar", "calendar_name"),
	("channels.json", "CS Channel", "channel_name"),
	("departments.json", "CS Department", "department_name"),
	(CATEGORY_FILE, CATEGORY, "code"),
	("service_policies.json", "CS Service Policy", "title"),
	("escalation_policies.json", "CS Escalation Policy", "title"),
	("regulator_packs.json", "CS Regulator Pack", "pack_name"),
	("kanban_boards.json", "Kanban Board", "kanban_board_name"),
	("customer_tiers.json", "CS Customer Tier", "tier_name"),
	("care_rules.json", "CS Care Rule", "title"),
)
"""File, DocType, and the field that tells whether the record is there already. Order matters: later ones link earlier."""


def insert_seeds():
	"""Insert the seeds that this site has never had. Policies stay drafts: submitting them is a decision."""
	had = set(read_record(INSERTED_SEEDS))
	fresh = [entry for file in SEED_FILES for entry in _insert_file(*file, had)]
	_remember([*fresh, *_fill_settings(had)])


def insert_categories():
	"""The complaint categories and the departments that they name, for a patch that needs the tree earlier."""
	had = set(read_record(INSERTED_SEEDS))
	files = [file for file in SEED_FILES if file[1] in ("CS Department", CATEGORY)]
	_remember([entry for file in files for entry in _insert_file(*file, had)])


def _remember(entries: list[str]):
	"""All at once: Frappe empties every cache of the site with each change of a global value."""
	if entries:
		add_to_record(INSERTED_SEEDS, entries)


def _insert_file(file_name: str, doctype: str, identity: str, had: set[str]) -> Iterator[str]:
	"""The entries of the record for what is there now and was not before."""
	records = read_seed_file(file_name)
	for values in shape_categories(records) if doctype == CATEGORY else records:
		entry = f"{doctype}: {values[identity]}"
		if entry in had:
			continue
		if _is_there(doctype, identity, values) or _insert(frappe.get_doc({"doctype": doctype, **values})):
			yield entry


def _is_there(doctype: str, identity: str, values: dict) -> bool:
	"""Whether the site has the record, or one of its own under the name that the record would get."""
	if frappe.db.exists(doctype, {identity: values[identity]}):
		return True
	_none, by_field, naming_field = (frappe.get_meta(doctype).autoname or "").partition("field:")
	return bool(by_field and frappe.db.exists(doctype, values[naming_field]))


def read_seed_file(file_name: str):
	"""The parsed JSON of a file in ``data/``."""
	return json.loads((DATA / file_name).read_text(encoding="utf-8"))


def _insert(doc) -> bool:
	"""Whether the site takes the seed. What a seed names may have been renamed or removed there: a priority, a calendar.

	A seed that is refused is logged and tried again at the next migrate; it must not stop this one.
	"""
	for part in (doc, *doc.get_all_children()):
		for field in part.meta.get_link_fields():
			if part.get(field.fieldname) and not _is_usable(field.options, part.get(field.fieldname)):
				part.set(field.fieldname, _any_calendar() if field.options == CALENDAR else None)
	frappe.db.savepoint(SAVEPOINT)
	try:
		doc.insert()
	except frappe.ValidationError:
		frappe.db.rollback(save_point=SAVEPOINT)
		frappe.clear_last_message()
		frappe.log_error(title=f"CS Center: a {doc.doctype} could not be seeded")
		return False
	return True


def _is_usable(doctype: str, name: str) -> bool:
	enabled = {"enabled": 1} if doctype == CALENDAR else {}
	return bool(frappe.db.exists(doctype, {"name": name, **enabled}))


def _any_calendar() -> str | None:
	"""The default calendar, else one that is in use."""
	default = frappe.db.get_single_value(SETTINGS, "default_calendar")
	if default and _is_usable(CALENDAR, default):
		return default
	return frappe.db.get_value(CALENDAR, {"enabled": 1}, order_by="creation asc")


def _fill_settings(had: set[str]) -> Iterator[str]:
	for field, value in read_seed_file("settings.json").items():
		entry = f"{SETTINGS}: {field}"
		if entry in had:
			continue
		if not frappe.db.get_single_value(SETTINGS, field):
			frappe.db.set_single_value(SETTINGS, field, value)
		yield entry
