"""Everything that the app holds about a customer as one readable JSON text, in the language of whoever asks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import frappe
from frappe import _
from frappe.core.doctype.access_log.access_log import make_access_log
from frappe.utils import get_fullname, now_datetime

from . import belonging, erasing_rows, personal
from .personal import PROFILE
from .personal_registry import HELD, Held

NOT_SHOWN = {"personal_data", "birthday_key", "source_key", "step_key", "batch_key"}
"""Keys of the app for itself; what ``personal_data`` hides stands in the file in plain words."""

LAYOUT = ("Section Break", "Column Break", "Tab Break", "HTML", "Heading", "Button")
TABLES = ("Table", "Table MultiSelect")
TICKET_FIELDS = ("name", "subject", "opening_date", "status")
"""What says which ticket is meant; its texts are Helpdesk's."""


def export(customer: str) -> bytes:
	"""UTF-8 JSON: ``customer``, ``made_at``, ``made_by``, ``note`` and ``records`` {DocType's label: [row]}.

	A row is {field's label: value}, with tables, comments, history and names of attachments inside. Frappe's Access Log keeps
	who asked.
	"""
	make_access_log(doctype=PROFILE, document=customer, method="export", file_type="JSON")
	head = {
		_("Customer"): customer,
		_("Made At"): str(now_datetime()),
		_("Made By"): get_fullname(),
		_("Note"): _(
			"What CS Center holds about this customer. Messages, contacts and texts of tickets are kept by Helpdesk and exported there."
		),
	}
	parts = [json.dumps(head, ensure_ascii=False, indent=1)[:-2], f',\n "{_("Records")}": {{']
	separator = ""
	for label, rows in _sections(customer):
		parts.append(f"{separator}\n{json.dumps(label, ensure_ascii=False)}: [")
		parts.append(",\n".join(json.dumps(row, ensure_ascii=False, default=str, indent=1) for row in rows))
		parts.append("]")
		separator = ","
	return "".join([*parts, "\n}\n}\n"]).encode()


def _sections(customer: str) -> Iterator[tuple[str, Iterator[dict[str, Any]]]]:
	own = [held for held in reversed(HELD) if not held.parent]
	for held in own:
		yield _(held.doctype), _rows(held, customer)
	yield _(belonging.TICKET), _tickets(customer)


def _rows(held: Held, customer: str) -> Iterator[dict[str, Any]]:
	position: str | None = ""
	while position is not None:
		names, position = erasing_rows.page(held, customer, position)
		if names:
			yield from _batch(held.doctype, names)


def _batch(doctype: str, names: Sequence[str]) -> Iterator[dict[str, Any]]:
	rows = frappe.get_all(doctype, {"name": ["in", names]}, ["*"], order_by="name asc", limit_page_length=0)
	tables = {
		docfield.fieldname: _children(docfield.options, docfield.fieldname, names)
		for docfield in frappe.get_meta(doctype).get_table_fields()
	}
	comments, history, files = _comments(doctype, names), _history(doctype, names), _files(doctype, names)
	for row in rows:
		if doctype == PROFILE:
			row.update(_secret(row))
		values = {_("ID"): row.name, **_labelled(doctype, row)}
		for field, found in tables.items():
			values[_label(doctype, field)] = found.get(row.name, [])
		for label, found in ((_("Comments"), comments), (_("History"), history), (_("Attachments"), files)):
			if row.name in found:
				values[label] = found[row.name]
		yield values


def _labelled(doctype: str, row: Any) -> dict[str, Any]:
	"""{label: value} of the filled fields; choices in the reader's language, stored JSON as what it says."""
	shown: dict[str, Any] = {}
	for docfield in frappe.get_meta(doctype).fields:
		value = row.get(docfield.fieldname)
		if docfield.fieldtype in (*LAYOUT, *TABLES) or docfield.fieldname in NOT_SHOWN or value in (None, ""):
			continue
		label = _label(doctype, docfield.fieldname)
		shown[f"{label} ({docfield.fieldname})" if label in shown else label] = _shown(docfield, value)
	shown.setdefault(_("Created On"), str(row.creation))
	return shown


def _shown(docfield: Any, value: Any) -> Any:
	if docfield.fieldtype == "Select":
		return _(value, context=docfield.parent)
	if docfield.fieldtype == "Check":
		return _("Yes") if value else _("No")
	if docfield.fieldtype in ("JSON", "Code"):
		try:
			return json.loads(value)
		except ValueError:
			return value
	return value if isinstance(value, int | float) else str(value)


def _label(doctype: str, field: str) -> str:
	docfield = frappe.get_meta(doctype).get_field(field)
	return _(docfield.label, context=doctype) if docfield and docfield.label else field


def _secret(row: Any) -> dict[str, Any]:
	try:
		return personal.unseal(row.personal_data)
	except personal.UnreadableError:
		frappe.throw(
			_(
				"The personal data of this customer cannot be read with the site's encryption key, and an export without it would not be complete. Put the earlier encryption_key back into site_config.json."
			)
		)


# --- what stands beside a row --------------------------------------------------------------------------------------


def _children(doctype: str, field: str, parents: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
	filters = {"parent": ["in", parents], "parentfield": field}
	rows = frappe.get_all(doctype, filters, ["*"], order_by="parent asc, idx asc", limit_page_length=0)
	return _by_document(rows, "parent", lambda row: _labelled(doctype, row))


def _comments(doctype: str, names: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
	filters = {"reference_doctype": doctype, "reference_name": ["in", names]}
	fields = ["reference_name", "creation", "owner", "content"]
	rows = frappe.get_all("Comment", filters, fields, order_by="creation asc", limit_page_length=0)
	return _by_document(
		rows,
		"reference_name",
		lambda row: {_("At"): str(row.creation), _("By"): row.owner, _("Text"): row.content or ""},
	)


def _history(doctype: str, names: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
	filters = {"ref_doctype": doctype, "docname": ["in", names]}
	fields = ["docname", "creation", "owner", "data"]
	rows = frappe.get_all("Version", filters, fields, order_by="creation asc", limit_page_length=0)
	return _by_document(rows, "docname", lambda row: _change(doctype, row))


def _change(doctype: str, row: Any) -> dict[str, Any]:
	changed = [part for part in json.loads(row.data or "{}").get("changed") or [] if part[0] not in NOT_SHOWN]
	return {
		_("At"): str(row.creation),
		_("By"): row.owner,
		_("Changes"): {_label(doctype, field): [old, new] for field, old, new in changed},
	}


def _files(doctype: str, names: Sequence[str]) -> dict[str, list[str]]:
	filters = {"attached_to_doctype": doctype, "attached_to_name": ["in", names]}
	rows = frappe.get_all("File", filters, ["attached_to_name", "file_name"], limit_page_length=0)
	return _by_document(rows, "attached_to_name", lambda row: row.file_name)


def _by_document(rows: Sequence[Any], key: str, shown: Any) -> dict[str, list[Any]]:
	found: dict[str, list[Any]] = {}
	for row in rows:
		found.setdefault(row[key], []).append(shown(row))
	return found


def _tickets(customer: str) -> Iterator[dict[str, Any]]:
	"""The app's own fields on the customer's tickets."""
	meta = frappe.get_meta(belonging.TICKET)
	own = [
		docfield.fieldname
		for docfield in meta.fields
		if docfield.fieldname.startswith("cs_") and docfield.fieldtype not in LAYOUT
	]
	shown = [name for name in TICKET_FIELDS if name == "name" or meta.has_field(name)]
	after = ""
	while rows := frappe.get_all(
		belonging.TICKET,
		{"customer": customer, "name": [">", after]},
		[*shown, *own, "creation"],
		order_by="name asc",
		limit_page_length=erasing_rows.ROWS_A_BATCH,
	):
		for row in rows:
			yield {_("ID"): row.name, **_labelled(belonging.TICKET, row)}
		after = rows[-1].name
