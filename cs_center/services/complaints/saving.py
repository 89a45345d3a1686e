"""What happens when a complaint is saved, by whatever way: form, REST, board, import or service.

Gates stand here, so that nobody gets round them. The ledger is written in the same transaction as the complaint.
"""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from cs_center.domain.complaints import Stage
from cs_center.services.escalation import rows as escalation_rows
from cs_center.services.escalation.subjects import COMPLAINT
from cs_center.services.service_levels import store
from cs_center.services.service_levels.settings import read_settings
from cs_center.services.service_levels.site_time import current_instant

from . import arriving, changing, compensation, evaluation, management, protecting, regulator, stages, tickets
from .events import events_of_save
from .ledger import events_of, next_sequence
from .settings import read_complaint_settings

SAVEPOINT = "cs_center_complaint"


def before_insert(doc: Any) -> None:
	"""Fill in what the ticket and the category know."""
	arriving.fill_from_ticket(doc)
	arriving.begin(doc)


def validate(doc: Any) -> None:
	"""Put back what nobody may write, follow the category, and let the gates speak."""
	before = doc.get_doc_before_save()
	protecting.put_back(doc, before)
	changing.follow_category(doc, before)
	changing.check_severity(doc, before)
	changing.check_solution(doc, before)
	changing.check_consent(doc, before)
	compensation.keep_decisions(doc, before)
	settings = read_complaint_settings()
	doc.compensation_cost = compensation.cost_of(doc, settings)
	management.keep_approval(doc, before)
	if before is None or any(before.get(field) != doc.get(field) for field in ("category", "company")):
		regulator.add_packs(doc)
	if before and before.stage != doc.stage:
		stages.check(doc, before.stage)
	elif before is None and doc.stage != Stage.RECEIVED.value:
		frappe.throw(
			_("A new complaint is in the stage {0}. Save it first, then move it.").format(_("Received"))
		)


def before_save(doc: Any) -> None:
	"""Record what happened, and show the clocks that follow from it."""
	before, now = doc.get_doc_before_save(), current_instant()
	ledger = events_of(doc.name) if before else []
	fresh = events_of_save(doc, before, ledger, now, next_sequence(ledger))
	if before and before.stage != doc.stage:
		stages.enter(doc, before.stage, now)
	elif before is None:
		stages.begin_history(doc)
	store.append_events(doc.name, fresh, COMPLAINT)
	if read_settings().enabled:
		_show_clocks(doc, [*ledger, *fresh], now)
	doc.flags.stage_before = before.stage if before else ""
	doc.stage_note = None


def _show_clocks(doc: Any, events: list[Any], now: Any) -> None:
	"""A clock that cannot be computed (a calendar that is gone) never keeps a complaint from being saved."""
	frappe.db.savepoint(SAVEPOINT)
	messages = len(frappe.local.message_log)
	try:
		for field, value in evaluation.save_clocks(doc.name, events, now).items():
			doc.set(field, value)
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		raise  # the database has ended the whole transaction
	except Exception:  # logged, and tried again by the minute task
		frappe.db.rollback(save_point=SAVEPOINT)
		del frappe.local.message_log[messages:]
		frappe.log_error(
			title=f"CS Center: complaint {doc.name} was not evaluated", reference_doctype=COMPLAINT
		)
		doc.evaluation_pending = 1
	else:
		frappe.db.release_savepoint(SAVEPOINT)
		doc.evaluation_pending = 0


def on_update(doc: Any) -> None:
	"""What follows outside the complaint: its ticket, its call-back, the management of a major one."""
	before = doc.get_doc_before_save()
	tickets.follow(doc, before)
	if doc.stage == Stage.FOLLOW_UP.value and doc.flags.get("stage_before") != doc.stage:
		stages.open_call_back(doc)
	management.tell_of_major(doc, before)


def on_trash(doc: Any) -> None:
	"""The number of a deleted complaint may be given again: nothing of it may stay."""
	for doctype in ("CS Complaint Action", "CS Follow Up"):
		for name in frappe.get_all(doctype, {"complaint": doc.name}, pluck="name", limit_page_length=0):
			frappe.delete_doc(doctype, name, ignore_permissions=True, force=True)
	store.erase([doc.name], COMPLAINT)
	escalation_rows.erase([doc.name], COMPLAINT)
	tickets.count_again(doc.ticket, without=doc.name)
