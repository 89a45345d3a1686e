"""Where a customer may be named beside its own rows: other customers' texts, logs, imports, mails, settings."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

import frappe
from frappe import _

from cs_center.integrations.database import update_rows
from cs_center.services.service_levels import memory

from . import erasing_traces
from .erasing_rows import ROWS_A_BATCH, scrub_column
from .identity import Identity
from .impersonal_doctypes import IMPERSONAL
from .personal_registry import ELSEWHERE, HELD, Fate

MODULE = "CS Center"
CONDITION = "CS Service Policy Condition"
TEXTS = ("Data", "Small Text", "Text", "Long Text", "Code", "JSON", "Text Editor", "HTML Editor")


@dataclass(frozen=True)
class Place:
	"""Columns of a table that are searched: scrubbed, or their rows deleted. ``filters`` narrow down to what is the app's."""

	doctype: str
	columns: tuple[str, ...]
	deletes: bool = False
	filters: dict[str, Any] = field(default_factory=dict)


def places() -> list[Place]:
	"""All of them: rows of the app, then what Frappe keeps about the app's documents."""
	found = [
		Place(one.doctype, columns)
		for one in HELD
		if (columns := _texts(one.doctype, one.fields(Fate.EMPTIED, Fate.REMOVED, Fate.SCRUBBED)))
	]
	found += [Place(doctype, one.scrubbed) for doctype, one in ELSEWHERE.items()]
	own = ["in", own_doctypes()]
	return [
		*found,
		Place("Version", ("data",), filters={"ref_doctype": own}),
		Place("Comment", ("content", "subject"), filters={"reference_doctype": own}),
		Place("ToDo", ("description",), filters={"reference_type": own}),
		Place("Notification Log", ("subject", "email_content"), filters={"document_type": own}),
		Place("Access Log", ("reference_document", "filters", "page"), filters={"export_from": own}),
		Place("Access Log", ("filters", "page"), filters={"report_name": ["in", own_reports()]}),
		Place("Deleted Document", ("data", "deleted_name"), True, {"deleted_doctype": own}),
		Place("Data Import Log", ("messages", "exception"), True),
		Place("Error Log", ("method", "error"), True),
		Place("Route History", ("route",), True),
		Place("Webhook Request Log", ("data", "reference_document"), True),
	]


def own_doctypes() -> list[str]:
	"""The app's DocTypes."""
	return frappe.get_all("DocType", {"module": MODULE}, pluck="name", limit_page_length=0)


def own_reports() -> list[str]:
	"""The app's reports."""
	return frappe.get_all("Report", {"module": MODULE}, pluck="name", limit_page_length=0)


def _texts(doctype: str, fields: Sequence[str]) -> tuple[str, ...]:
	meta = frappe.get_meta(doctype)
	return tuple(name for name in fields if meta.get_field(name).fieldtype in TEXTS)


def clean(place: Place, identity: Identity, after: str) -> str | None:
	"""One batch behind the name ``after``; returns the last name, None at the end."""
	rows = _rows(place, identity, after)
	hit = [row for row in rows if any(identity.is_in(str(row[column] or "")) for column in place.columns)]
	if place.deletes and hit:
		frappe.db.delete(place.doctype, {"name": ["in", [row.name for row in hit]]})
	elif hit:
		values = [
			(
				row.name,
				*(
					scrub_column(place.doctype, column, identity, row[column], True)
					for column in place.columns
				),
			)
			for row in hit
		]
		update_rows(place.doctype, place.columns, values)
		if place.doctype == CONDITION:
			memory.mark_as_changed()
	return rows[-1].name if len(rows) == ROWS_A_BATCH else None


def _rows(place: Place, identity: Identity, after: str) -> list[Any]:
	table = frappe.qb.DocType(place.doctype)
	named = reduce(
		or_, (table[column].like(_like(form)) for column in place.columns for form in identity.searched)
	)
	query = frappe.qb.from_(table).select(table.name, *(table[column] for column in place.columns))
	for name, (_operator, values) in place.filters.items():
		query = query.where(table[name].isin(values))
	return query.where((table.name > after) & named).orderby(table.name).limit(ROWS_A_BATCH).run(as_dict=True)


def _like(form: str) -> str:
	escaped = form.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
	return f"%{escaped}%"


def clean_imports(identity: Identity, after: str) -> str | None:
	"""Files of purchase imports, and of Frappe's own imports, that hold the customer's orders or name."""
	for doctype, name, files in _imports(identity):
		for file in files:
			if file.is_certain or identity.is_in(_text_of(file.name)):
				erasing_traces.delete_file(file.name)
				if file.attached_to_field:
					frappe.db.set_value(doctype, name, file.attached_to_field, None, update_modified=False)
	return None


def _imports(identity: Identity) -> Iterator[tuple[str, str, list[Any]]]:
	runs = frappe.get_all(
		"CS Customer Purchase",
		{"customer": identity.neutral, "import_run": ["is", "set"]},
		pluck="import_run",
		distinct=True,
		limit_page_length=0,
	)
	for doctype, filters in (
		("CS Purchase Import", {"state": ["!=", "Draft"]}),
		("Data Import", {"reference_doctype": ["in", own_doctypes()]}),
	):
		for name in frappe.get_all(doctype, filters, pluck="name", limit_page_length=0):
			fields = ["name", "attached_to_field"]
			files = frappe.get_all("File", {"attached_to_doctype": doctype, "attached_to_name": name}, fields)
			for file in files:
				file.is_certain = name in runs
			yield doctype, name, files


def _text_of(file: str) -> str:
	try:
		content = frappe.get_doc("File", file).get_content()
	except OSError:  # the row is there, the file is not: nothing to read in it
		return ""
	if isinstance(content, str):
		return content
	if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
		return content.decode("utf-16", errors="replace")
	try:
		return content.decode("utf-8")
	except UnicodeDecodeError:
		return content.decode("gb18030", errors="replace")


def clean_mails(identity: Identity, after: str) -> str | None:
	"""Mails to the staff belong to no document in Frappe's queue; their text is encoded, so each is read."""
	table = frappe.qb.DocType("Email Queue")
	query = frappe.qb.from_(table).select(table.name, table.message)
	query = query.where(
		(table.name > after) & (table.reference_doctype.isnull() | (table.reference_doctype == ""))
	)
	rows = query.orderby(table.name).limit(ROWS_A_BATCH).run(as_dict=True)
	erasing_traces.delete_mails([row.name for row in rows if identity.is_in(_words_of(row.message))])
	return rows[-1].name if len(rows) == ROWS_A_BATCH else None


def _words_of(message: str | None) -> str:
	parsed = email.message_from_string(message or "", policy=email.policy.default)
	texts = [str(parsed.get("subject") or "")]
	for part in parsed.walk():
		if part.get_content_maintype() == "text":
			payload = part.get_payload(decode=True) or b""
			texts.append(payload.decode(part.get_content_charset() or "utf-8", errors="replace"))
	return "\n".join(texts)


def clean_search(identity: Identity, after: str) -> str | None:
	"""What the search over everything knows of the app's documents."""
	table = frappe.qb.Table("__global_search")
	named = reduce(
		or_,
		(
			column.like(_like(form))
			for column in (table.content, table.title, table.name)
			for form in identity.searched
		),
	)
	frappe.qb.from_(table).delete().where(table.doctype.isin(own_doctypes()) & named).run()
	return None


def left_over(identity: Identity) -> list[str]:
	"""Settings that name the customer are for people to decide about: "Service Policy: Title (2)" for each field."""
	lines = []
	for doctype, (_reason, names) in IMPERSONAL.items():
		meta = frappe.get_meta(doctype)
		fields = [meta.get_field(name) for name in names.split() if meta.get_field(name)]
		if meta.issingle or doctype == "CS Customer Erasure":
			continue
		for docfield in fields:
			if docfield.fieldtype not in (*TEXTS, "Link"):
				continue
			rows = _rows(Place(doctype, (docfield.fieldname,)), identity, "")
			found = [row for row in rows if identity.is_in(str(row[docfield.fieldname]))]
			if found:
				lines.append(f"{_(doctype)}: {_(docfield.label)} ({len(found)})")
	return lines


Step = Callable[[Identity, str], str | None]
"""One batch of an erasure behind a position; returns the next position, None when there is nothing left."""
