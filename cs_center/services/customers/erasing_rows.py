"""Rows of a customer, batch by batch: emptied, replaced, scrubbed, as the registry says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import frappe
from frappe.utils import cint
from pypika import Case

from cs_center.integrations.database import update_rows

from . import belonging
from .identity import Identity, scrub_stored
from .personal_registry import HELD, NAMED_AFTER, Fate, Held

ROWS_A_BATCH = 500
REMOVED_TEXT = "(removed)"
"""Stored, and therefore not translated."""

SHORT_TEXTS, LONGEST_DATA = ("Data", "Read Only", "Autocomplete"), 140

_NUMBERS_AND_TIMES = ("Date", "Datetime", "Time", "Int", "Float", "Currency", "Check")


def page(held: Held, customer: str, position: str) -> tuple[list[str], str | None]:
	"""Names of some of the customer's rows behind a position ("" at first), and the next position (None at the end)."""
	if held.about_case:
		doctype, cases, following = belonging.page_of_cases(customer, position)
		return _names(
			held.doctype, {"reference_doctype": doctype, "reference_name": ["in", cases]}
		), following
	if held.parent:
		parents, following = page(_of_doctype(held.parent), customer, position)
		return _names(held.doctype, {"parenttype": held.parent, "parent": ["in", parents]}), following
	names = belonging.page_of_names(held.doctype, held.belongs, customer, position, ROWS_A_BATCH)
	return names, names[-1] if len(names) == ROWS_A_BATCH else None


def _of_doctype(doctype: str) -> Held:
	return next(held for held in HELD if held.doctype == doctype)


def _names(doctype: str, filters: dict[str, Any]) -> list[str]:
	return frappe.get_all(doctype, filters, pluck="name", order_by="name asc", limit_page_length=0)


def erase(held: Held, identity: Identity, names: Sequence[str]) -> None:
	"""What the registry says of each field, in these rows. Their time of change stays, and no document event runs."""
	changing = held.fields(Fate.EMPTIED, Fate.REMOVED, Fate.REPLACED, Fate.SCRUBBED)
	if not names:
		return
	table = frappe.qb.DocType(held.doctype)
	query = frappe.qb.from_(table).select(table.name, *(table[field] for field in changing))
	rows = query.where(table.name.isin(list(names))).for_update().run(as_dict=True)
	treatments = {field: _treatment(held, field, identity) for field in changing}
	values = [(row.name, *(treatments[field](row[field]) for field in changing)) for row in rows]
	update_rows(held.doctype, changing, values)
	_forget_comments(held.doctype, [row.name for row in rows])
	if held.doctype in NAMED_AFTER:
		_rename(held.doctype, {row.name: identity.replace(row.name) for row in rows})


def _forget_comments(doctype: str, names: Sequence[str]) -> None:
	"""Frappe keeps the beginnings of a document's comments, and its tags, in columns of its own."""
	own = set(frappe.db.get_table_columns(doctype)) & {"_comments", "_user_tags"}
	if own:
		filters = {"name": ["in", list(names)]}
		frappe.db.set_value(doctype, filters, dict.fromkeys(own), update_modified=False)


def _treatment(held: Held, field: str, identity: Identity) -> Callable[[Any], Any]:
	fate = held.fates[field]
	if fate is Fate.EMPTIED:
		empty = _empty_of(held.doctype, field)
		return lambda value: None if value is None else empty
	if fate is Fate.REMOVED:
		return lambda value: REMOVED_TEXT
	if fate is Fate.REPLACED:
		return lambda value: identity.replace(value) if value else value
	return partial(scrub_column, held.doctype, field, identity)


def scrub_column(doctype: str, field: str, identity: Identity, value: Any, elsewhere: bool = False) -> Any:
	"""``scrub_stored``, cut to what the column holds: the neutral name may be longer than the one it stands for."""
	scrubbed = scrub_stored(identity, value, elsewhere)
	docfield = frappe.get_meta(doctype).get_field(field)
	if not isinstance(scrubbed, str) or docfield.fieldtype not in SHORT_TEXTS:
		return scrubbed
	return scrubbed[: cint(docfield.length) or LONGEST_DATA]


def _empty_of(doctype: str, field: str) -> str | None:
	"""None where "" is no value of the column, or would have to be unique."""
	docfield = frappe.get_meta(doctype).get_field(field)
	return None if docfield.fieldtype in _NUMBERS_AND_TIMES or docfield.unique else ""


def _rename(doctype: str, names: dict[str, str]) -> None:
	"""New names for rows that nothing but their own DocType links to; those links are replaced as a field."""
	table = frappe.qb.DocType(doctype)
	case = Case()
	for old, new in names.items():
		case = case.when(table.name == old, new)
	frappe.qb.update(table).set(table.name, case).where(table.name.isin(list(names))).run()
