"""Messages about complaint actions: to whom one was given, before it is due, and when it is overdue.

A row's ``remind_at`` says when it is to be looked at next: first ahead of ``due_at``, then at it, then never again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import get_datetime, get_url, now_datetime

from cs_center.domain.complaints import Stage
from cs_center.integrations.database import can_skip_locked
from cs_center.services.escalation.directory import members_of_roles
from cs_center.services.escalation.settings import read_escalation_settings
from cs_center.services.escalation.telling import reading_as
from cs_center.services.notifications.messages import E_MAIL, IN_APP, PROFILE, REMINDER
from cs_center.services.notifications.queue import Message, enqueue
from cs_center.services.service_levels.site_time import current_instant, display, to_aware, to_stored

from .settings import read_complaint_settings

ACTION, COMPLAINT = "CS Complaint Action", "CS Complaint"
GIVEN, AHEAD, OVERDUE = "given", "ahead", "overdue"
BATCH_SIZE = 50
"""Rows whose locks are held at once: somebody who saves one of them meanwhile waits for so long."""

RETRY = timedelta(hours=1)
"""After a failure of one row it is tried again later; the others go on."""

LONGEST_INSTRUCTION = 1000
FIELDS = (
	"name",
	"complaint",
	"kind",
	"instruction",
	"department",
	"responsible",
	"due_at",
	"remind_at",
	"state",
)


def first_reminder(doc: Any) -> datetime:
	"""When the first reminder of a document is due (site's time): some hours ahead, not before it was created."""
	hours = timedelta(hours=read_complaint_settings().reminder_hours)
	created = now_datetime() if doc.is_new() else get_datetime(doc.creation)
	return max(get_datetime(doc.due_at) - hours, created)


def tell_responsible(doc: Any) -> None:
	"""Queue a message for whoever has to do it now; who gave it to themselves knows it already."""
	people = [user for user in _people_of(doc) if user != frappe.session.user]
	enqueue(_messages(doc, people, GIVEN), current_instant())


def send_reminders(now: datetime | None = None, limit: int = 500) -> int:
	"""Queue what is due at ``now`` (aware); returns how many actions were looked at. Commits after each batch.

	Actions that somebody is saving are left to the next run. The messages' keys keep a second run from sending twice.
	"""
	now = now or current_instant()
	names = _due(now, limit)
	for start in range(0, len(names), BATCH_SIZE):
		_remind_guarded(names[start : start + BATCH_SIZE], now)
	return len(names)


def _due(now: datetime, limit: int) -> list[str]:
	table = frappe.qb.DocType(ACTION)
	rows = (
		frappe.qb.from_(table)
		.select(table.name)
		.where(table.remind_at <= to_stored(now))
		.orderby(table.remind_at)
		.limit(limit)
		.run()
	)
	return [row[0] for row in rows]


def _remind_guarded(names: Sequence[str], now: datetime) -> None:
	"""The batch as a whole; when that fails, one by one, so that one bad row does not stop the others."""
	frappe.db.commit()  # the transaction of the batch begins with its locks
	try:
		_remind(names, now)
	except Exception:  # found out below, row by row
		frappe.db.rollback()
		if len(names) > 1:
			for name in names:
				_remind_guarded([name], now)
			return
		frappe.log_error(
			title=f"CS Center: no reminder of {names[0]}", reference_doctype=ACTION, reference_name=names[0]
		)
		_write(names[0], {"remind_at": to_stored(now + RETRY)})
	frappe.db.commit()  # a batch stands on its own: a crash later must not send it again


def _remind(names: Sequence[str], now: datetime) -> None:
	rows = _locked(names)
	complaints = _complaints([row.complaint for row in rows])
	messages: list[Message] = []
	for row in rows:
		complaint = complaints.get(row.complaint)
		is_over = row.state != "Open" or not complaint or Stage(complaint.stage).is_final
		is_overdue = get_datetime(row.due_at) <= to_stored(now)
		if not is_over:
			messages += _reminders(row, complaint, is_overdue)
		_write(row.name, _after(row, now, is_over, is_overdue))
	enqueue(messages, now)


def _locked(names: Sequence[str]) -> list[Any]:
	table = frappe.qb.DocType(ACTION)
	return (
		frappe.qb.from_(table)
		.select(*(table[field] for field in FIELDS))
		.where(table.name.isin(sorted(names)))
		.orderby(table.name)
		.for_update(skip_locked=can_skip_locked())
		.run(as_dict=True)
	)


def _complaints(names: Iterable[str]) -> dict[str, Any]:
	rows = frappe.get_all(
		COMPLAINT,
		filters={"name": ["in", sorted(set(names))]},
		fields=["name", "stage", "handler"],
		limit_page_length=0,
	)
	return {row.name: row for row in rows}


def _reminders(row: Any, complaint: Any, is_overdue: bool) -> Iterator[Message]:
	people = _people_of(row, complaint.handler)
	if not is_overdue:
		yield from _messages(row, people, AHEAD)
		return
	yield from _messages(row, [*people, *_usable([complaint.handler])], OVERDUE)


def _after(row: Any, now: datetime, is_over: bool, is_overdue: bool) -> dict[str, Any]:
	if is_over:
		return {"remind_at": None}
	return {"remind_at": None if is_overdue else row.due_at, "reminded_at": to_stored(now)}


def _write(name: str, values: dict[str, Any]) -> None:
	frappe.db.set_value(ACTION, name, values, update_modified=False)


# --- whom ----------------------------------------------------------------------------------------------------------


def _people_of(action: Any, handler: str | None = None) -> list[str]:
	"""The responsible person, else the department's people, else the complaint's handler, else the alarm role's."""
	found = _usable([action.responsible]) or _department_members(action.department)
	if found:
		return found
	handler = handler or frappe.db.get_value(COMPLAINT, action.complaint, "handler")
	roles = [role for role in (read_escalation_settings().alarm_role, "System Manager") if role]
	return _usable([handler]) or next((people for role in roles if (people := members_of_roles([role]))), [])


def _usable(users: Iterable[str | None]) -> list[str]:
	return [user for user in users if user and frappe.db.get_value("User", user, "enabled")]


def _department_members(department: str | None) -> list[str]:
	if not department:
		return []
	profile, user = frappe.qb.DocType(PROFILE), frappe.qb.DocType("User")
	rows = (
		frappe.qb.from_(profile)
		.inner_join(user)
		.on(user.name == profile.user)
		.select(user.name)
		.where((profile.department == department) & (user.enabled == 1))
		.orderby(user.name)
		.run()
	)
	return [row[0] for row in rows]


# --- what ----------------------------------------------------------------------------------------------------------


def _messages(action: Any, people: Iterable[str], what: str) -> Iterator[Message]:
	for user in dict.fromkeys(people):
		with reading_as(_language_of(user)):
			title, text = _title(action, what), _text(action)
		for medium in (IN_APP, E_MAIL):
			yield Message(
				medium=medium,
				channel="",
				recipient=user,
				escalation="",
				reference_doctype=ACTION,
				reference_name=action.name,
				occasion=REMINDER,
				occasion_key=_occasion_key(action, what),
				title=title,
				message=text,
				link=link_to(action.name),
			)


def _occasion_key(action: Any, what: str) -> str:
	"""Another due time is another occasion; so is giving it to somebody a second time."""
	when = now_datetime() if what == GIVEN else get_datetime(action.due_at)
	return f"{what} {when:%Y-%m-%d %H:%M:%S}"


def link_to(action: str) -> str:
	"""The page on which the action is read and finished."""
	return get_url(f"/cs-action?name={frappe.utils.quote(action)}")


def _title(action: Any, what: str) -> str:
	due = display(to_aware(action.due_at))
	return {
		GIVEN: _("To do by {0}: {1}"),
		AHEAD: _("Reminder, due {0}: {1}"),
		OVERDUE: _("Overdue since {0}: {1}"),
	}[what].format(due, f"{_(action.kind)} {action.name}")


def _text(action: Any) -> str:
	"""The instruction, as far as a message should carry it, and what to do. Nothing else of the case."""
	instruction = (action.instruction or "").strip()
	if len(instruction) > LONGEST_INSTRUCTION:
		instruction = f"{instruction[:LONGEST_INSTRUCTION]}…"
	return "\n".join([instruction, _("Open the link to write the result when it is done.")])


def _language_of(user: str) -> str:
	site = frappe.db.get_single_value("System Settings", "language") or "en"
	return frappe.get_cached_value("User", user, "language") or site
