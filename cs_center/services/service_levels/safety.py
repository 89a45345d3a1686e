"""A failure of ours never blocks an agent's save: it is undone, logged and tried again by the minute task."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import frappe

from cs_center.integrations import helpdesk

SAVEPOINT = "cs_center_service_levels"
GUARD = "cs_center_guard"
DEADLINE_FIELDS = ("response_by", "resolution_by", "agreement_status")
LOG_EVERY_SECONDS = 3600
"""One log entry an hour for a ticket that keeps failing; the minute task tries it again each minute."""


class _Guard:
	"""What runs under ``never_blocking``. The savepoint is set by the first write: most saves write nothing of ours."""

	def __init__(self, outer: _Guard | None) -> None:
		self.outer = outer
		self.has_savepoint = False
		# A save within a save (a channel that a message corrects) needs a savepoint of its own name.
		self.depth: int = outer.depth + 1 if outer else 1
		self.name = f"{SAVEPOINT}_{self.depth}"

	def before_writing(self) -> None:
		if self.outer:
			self.outer.before_writing()
		if not self.has_savepoint:
			frappe.db.savepoint(self.name)
			self.has_savepoint = True

	def undo(self) -> None:
		if self.has_savepoint:
			frappe.db.rollback(save_point=self.name)

	def keep(self) -> None:
		if self.has_savepoint:
			frappe.db.release_savepoint(self.name)


def before_writing() -> None:
	"""Called by whoever is about to write rows: what follows can be undone without the agent's own changes."""
	guard = getattr(frappe.local, GUARD, None)
	if guard:
		guard.before_writing()


@contextmanager
def never_blocking(ticket: str, doc: object | None = None) -> Iterator[None]:
	"""Run the body; on an error undo what it wrote, log, mark the ticket for evaluation and carry on.

	``doc``: the document that is being saved; it is marked in memory, its own save stores the mark. Deadlocks and lost
	locks are not ours to swallow: the database has ended the whole transaction, so the save itself must fail.
	"""
	outer = getattr(frappe.local, GUARD, None)
	guard = _Guard(outer)
	messages = len(frappe.local.message_log)
	fields = _computed_fields(doc) if doc is not None else {}
	setattr(frappe.local, GUARD, guard)
	try:
		yield
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		raise
	except Exception:  # whatever it is: an agent's save comes first, the log tells the rest
		guard.undo()
		for name, value in fields.items():
			setattr(doc, name, value)
		# The agent's save succeeds: a message of ours would only tell them otherwise.
		del frappe.local.message_log[messages:]
		log_failure(ticket)
		mark_pending(ticket, doc)
	else:
		guard.keep()
	finally:
		setattr(frappe.local, GUARD, outer)


def _computed_fields(doc: object) -> dict[str, object]:
	"""The fields of a ticket that we write, as they are now: a failure puts them back."""
	return {
		name: value for name, value in vars(doc).items() if name.startswith("cs_") or name in DEADLINE_FIELDS
	}


def log_failure(ticket: str) -> None:
	"""Write the current exception to the Error Log, at most once an hour for a ticket."""
	log_once_an_hour(f"ticket {ticket} was not evaluated", helpdesk.TICKET)


def log_unusable(doctype: str, name: str) -> None:
	"""Write to the Error Log that a definition is left out because it cannot be used, at most once an hour."""
	log_once_an_hour(f"{doctype} {name} cannot be used and is left out", doctype)


def log_once_an_hour(title: str, doctype: str) -> None:
	"""Write the current exception to the Error Log, at most once an hour for a title."""
	key = f"cs_center_failure:{title}"
	if frappe.cache().get_value(key, expires=True):
		return
	frappe.cache().set_value(key, 1, expires_in_sec=LOG_EVERY_SECONDS)
	frappe.log_error(title=f"CS Center: {title}", reference_doctype=doctype)


def mark_pending(ticket: str, doc: object | None = None) -> None:
	"""Ask the minute task to evaluate the ticket again."""
	if doc is not None:
		doc.cs_evaluation_pending = 1  # type: ignore[attr-defined]
	else:
		frappe.db.set_value(helpdesk.TICKET, ticket, "cs_evaluation_pending", 1, update_modified=False)


def request_catching_up() -> None:
	"""Ask the minute task to look at every open ticket once: something may have happened that nobody recorded."""
	helpdesk.mark_open_tickets("cs_evaluation_pending", 1)
