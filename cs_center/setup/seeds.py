"""First records: calendars, channels, draft policies and the settings that name them.

Each is inserted once in the life of a site. What an administrator changed or deleted stays as it is.
"""

import json
from pathlib import Path

import frappe

from cs_center.setup.install_record import INSERTED_SEEDS, add_to_record, read_record

DATA = Path(__file__).parent.parent / "data"
SETTINGS = "CS Center Settings"

SEED_FILES = (
	("service_calendars.json", "CS Service Calendar", "calendar_name"),
	("channels.json", "CS Channel", "channel_name"),
	("service_policies.json", "CS Service Policy", "title"),
)
"""File, DocType, and the field that tells whether the record is there already. Order matters: later ones link earlier."""


def insert_seeds():
	"""Insert the seeds that this site has never had. Policies stay drafts: submitting them is a decision."""
	had = set(read_record(INSERTED_SEEDS))
	for file_name, doctype, identity in SEED_FILES:
		for values in read_seed_file(file_name):
			entry = f"{doctype}: {values[identity]}"
			if entry in had:
				continue
			if not frappe.db.exists(doctype, {identity: values[identity]}):
				frappe.get_doc({"doctype": doctype, **values}).insert()
			add_to_record(INSERTED_SEEDS, [entry])
	_fill_settings(had)


def read_seed_file(file_name: str):
	"""The parsed JSON of a file in ``data/``."""
	return json.loads((DATA / file_name).read_text(encoding="utf-8"))


def _fill_settings(had: set[str]):
	for field, value in read_seed_file("settings.json").items():
		entry = f"{SETTINGS}: {field}"
		if entry in had:
			continue
		if not frappe.db.get_single_value(SETTINGS, field):
			frappe.db.set_single_value(SETTINGS, field, value)
		add_to_record(INSERTED_SEEDS, [entry])
