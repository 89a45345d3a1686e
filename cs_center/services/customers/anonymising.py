"""A customer is made anonymous, for good: the customer's name first, then row by row all that the app holds.

Once the customer has its neutral name there is no way back, only on: what is still to be looked for lies encrypted in the
record of the act until the last batch is done, so that a run that died goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html, now_datetime

from . import belonging, erasing_mentions, erasing_rows, erasing_traces, identity, open_cases
from .identity import Identity
from .personal import PROFILE
from .personal_registry import HELD, Held

CUSTOMER, ERASURE = "HD Customer", "CS Customer Erasure"
RUNNING, DONE = "Running", "Done"
NAMED_BY_TEXT = (
	("Access Log", "export_from", "reference_document"),
	("Notification Log", "document_type", "document_name"),
	("Email Queue", "reference_doctype", "reference_name"),
	("Error Log", "reference_doctype", "reference_name"),
)
"""Where Frappe names a document by a text that does not follow when it is renamed."""

COUNTED = ("HD Ticket", "CS Complaint", "CS Customer Purchase")
ROWS_AT_ONCE, SITE_AT_ONCE = 500, 50_000
"""Up to so many cases and orders of the customer, and events of the site, the manager waits for it: some seconds."""


def anonymise(customer: str, confirm: str) -> dict[str, Any]:
	"""Start, or go on with what was started. See ``api.personal_data.anonymise``; the caller has checked the permission."""
	_check_confirmation(customer, confirm)
	erasure = frappe.db.get_value(ERASURE, {"customer": customer, "state": RUNNING})
	if not erasure:
		open_cases.refuse_open(customer)
		erasure = _start(customer)
	if _takes_long(frappe.db.get_value(ERASURE, erasure, "customer")):
		enqueue(erasure)
	else:
		run(erasure)
	return _answer(erasure)


def enqueue(erasure: str) -> None:
	"""Go on in the background, once the caller's transaction is committed."""
	frappe.enqueue(
		run,
		queue="long",
		enqueue_after_commit=True,
		job_id=f"cs_center_erasure:{erasure}",
		deduplicate=True,
		erasure=erasure,
	)


def resume_unfinished() -> None:
	"""Jobs for erasures that were started and are not done. Safe to repeat."""
	for name in frappe.get_all(ERASURE, {"state": RUNNING}, pluck="name", limit_page_length=0):
		enqueue(name)


def run(erasure: str) -> None:
	"""All batches that are left, each in its own transaction."""
	row = frappe.db.get_value(
		ERASURE, erasure, ["state", "sought", "step", "position"], as_dict=True, for_update=True
	)
	if row.state == DONE:
		return
	who = Identity.unsealed(row.sought)
	steps = dict(_steps(erasure))
	pending = list(steps)[list(steps).index(row.step) if row.step in steps else 0 :]
	position = row.position or ""
	for name in pending:
		while position is not None:
			_remember(erasure, name, position)
			position = steps[name](who, position)
			# A batch is done or not done; the next run goes on behind the last one.
			frappe.db.commit()
		position = ""
	_finish(erasure, who)


def _steps(erasure: str) -> Iterator[tuple[str, erasing_mentions.Step]]:
	for held in HELD:
		yield f"rows {held.doctype}", partial(_erase_batch, held, erasure)
	yield "tickets", _erase_beside_tickets
	yield "imports", erasing_mentions.clean_imports
	for place in erasing_mentions.places():
		yield (
			f"mentions {place.doctype} {' '.join(place.filters)}",
			partial(_clean_place, place),
		)
	yield "mails", erasing_mentions.clean_mails
	yield "search", erasing_mentions.clean_search


def _erase_batch(held: Held, erasure: str, who: Identity, position: str) -> str | None:
	names, following = erasing_rows.page(held, who.neutral, position)
	if names:
		erasing_traces.of_documents(held.doctype, names)
		erasing_rows.erase(held, who, names)
		done = frappe.db.get_value(ERASURE, erasure, "erased_rows")
		frappe.db.set_value(ERASURE, erasure, "erased_rows", done + len(names), update_modified=False)
	return following


def _clean_place(place: erasing_mentions.Place, who: Identity, after: str) -> str | None:
	return erasing_mentions.clean(place, who, after) if who.searched else None


def _erase_beside_tickets(who: Identity, after: str) -> str | None:
	table = frappe.qb.DocType(belonging.TICKET)
	query = frappe.qb.from_(table).select(table.name).where(table.customer == who.neutral)
	rows = query.where(table.name > after).orderby(table.name).limit(erasing_rows.ROWS_A_BATCH).run()
	names = [row[0] for row in rows]
	if names:
		erasing_traces.of_tickets(names)
	return names[-1] if len(names) == erasing_rows.ROWS_A_BATCH else None


# --- beginning and end ---------------------------------------------------------------------------------------------


def _check_confirmation(customer: str, confirm: str) -> None:
	if confirm.strip() != customer:
		frappe.throw(
			_(
				"Nothing was changed. To make {0} anonymous for good, type the customer's name exactly as it stands."
			).format(frappe.bold(escape_html(customer)))
		)


def _takes_long(customer: str) -> bool:
	"""A customer with many rows, or a site with many to look through."""
	rows = sum(frappe.db.count(doctype, {"customer": customer}) for doctype in COUNTED)
	if rows > ROWS_AT_ONCE:
		return True
	beyond = {"limit_start": SITE_AT_ONCE, "limit_page_length": 1, "order_by": "name asc"}
	return bool(frappe.get_all("CS Service Event", pluck="name", **beyond))


def _start(customer: str) -> str:
	"""The record of the act and the customer's new name, in the caller's transaction."""
	who = identity.of_customer(customer)
	values = {"customer": who.neutral, "state": RUNNING, "requested_by": frappe.session.user}
	record = frappe.get_doc({"doctype": ERASURE, **values, "started_at": now_datetime(), "erased_rows": 0})
	record.sought = who.sealed()
	record.db_insert()
	_rename(customer, who)
	frappe.db.commit()  # from here on the run goes on from the record, even if this process dies
	return record.name


def _rename(customer: str, who: Identity) -> None:
	# Neither the manager's rights on customers nor Helpdesk's wish to keep names stand above the law that asks for this.
	options = {"force": True, "show_alert": False, "rebuild_search": False, "ignore_permissions": True}
	_rename_document(CUSTOMER, customer, who.neutral, options)
	if frappe.db.exists(PROFILE, customer):
		_rename_document(PROFILE, customer, who.neutral, options)
	frappe.db.set_value(
		PROFILE,
		who.neutral,
		{"consent": "Withdrawn", "modified_by": frappe.session.user},
		update_modified=False,
	)
	for doctype, doctype_field, field in NAMED_BY_TEXT:
		filters = {doctype_field: PROFILE, field: customer}
		frappe.db.set_value(doctype, filters, field, who.neutral, update_modified=False)
	frappe.db.set_value("CS Tier Evaluation", {"position": customer}, "position", "", update_modified=False)


def _rename_document(doctype: str, old: str, new: str, options: dict[str, Any]) -> None:
	from frappe.model.rename_doc import rename_doc

	rename_doc(doctype, old, new, **options)
	told = {"reference_doctype": doctype, "reference_name": new, "comment_type": "Edit"}
	newest = frappe.get_all("Comment", told, pluck="name", order_by="creation desc", limit=1)
	frappe.db.delete("Comment", {"name": ["in", newest]})  # "renamed from ..."


def _remember(erasure: str, step: str, position: str) -> None:
	frappe.db.set_value(ERASURE, erasure, {"step": step, "position": position}, update_modified=False)


def _finish(erasure: str, who: Identity) -> None:
	frappe.db.set_value(
		ERASURE,
		erasure,
		{
			"state": DONE,
			"finished_at": now_datetime(),
			"left_over": "\n".join(erasing_mentions.left_over(who)),
			"sought": None,
			"step": "",
			"position": "",
		},
	)
	frappe.clear_document_cache(PROFILE, who.neutral)
	frappe.db.commit()  # the last one: without the words that were looked for


def _answer(erasure: str) -> dict[str, Any]:
	row = frappe.db.get_value(ERASURE, erasure, ["state", "customer", "left_over"], as_dict=True)
	return {"state": row.state, "customer": row.customer, "erasure": erasure, "message": _message(row)}


def _message(row: Any) -> str:
	if row.state == RUNNING:
		return _(
			"The customer is called {0} now. The rest goes on in the background; {1} says when it is done."
		).format(row.customer, _(ERASURE))
	text = _(
		"The customer is anonymous now and is called {0}. Helpdesk's own records were not touched: delete or change the texts of tickets, messages and contacts there."
	).format(row.customer)
	if not row.left_over:
		return text
	return (
		text
		+ " "
		+ _("These settings name the customer still, change them by hand: {0}").format(
			row.left_over.replace("\n", "; ")
		)
	)
