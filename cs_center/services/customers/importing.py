"""Importing a CSV file of purchases: at once when it is small, else in the background; what is interrupted can go on.

A run reads the whole file again. Rows that it finds on the site with its own name it has recorded before, so it goes on
where an interrupted one ended. A file that is refused as a whole is recorded in one transaction: there is all or nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import now_datetime
from frappe.utils.background_jobs import is_job_enqueued

from .import_files import is_short, open_file, write_problem_file
from .purchase_sentences import file_sentence
from .reading_csv import CsvTable, FileRefused, open_table
from .recording import KEEP, Origin, record, stage
from .staging import Staging

IMPORT = "CS Purchase Import"

DRAFT, QUEUED, RUNNING, DONE, REFUSED, FAILED = "Draft", "Queued", "Running", "Done", "Refused", "Failed"
UNDER_WAY = (QUEUED, RUNNING)

SMALL = 500
"""Lines of a file that is imported while the user waits: about a second."""

SMALL_BYTES = 200 * SMALL

SHOWN_PROBLEMS = 200
"""Problems kept on the import for its form; the file of bad rows has them all."""

ABANDONED_AFTER = timedelta(minutes=15)
"""By then a queue has noticed that the worker of a job is gone."""

TIMEOUT = 3 * 3600
PROGRESS = "cs_center_purchase_import"


def start(name: str) -> str:
	"""Import a file, now or in the background; returns the state in which the import is left."""
	doc = frappe.get_doc(IMPORT, name, for_update=True)
	if doc.state == DONE:
		frappe.throw(
			_("{0} is imported already. Make a new import for another file.").format(frappe.bold(name))
		)
	if is_under_way(doc):
		frappe.throw(_("{0} is being imported already. Wait until it is done.").format(frappe.bold(name)))
	with open_file(doc.file) as stream:
		is_small = is_short(stream, SMALL, SMALL_BYTES)
	if is_small:
		run(name, frappe.local.lang)
	else:
		enqueue(name)
	return frappe.db.get_value(IMPORT, name, "state")


def enqueue(name: str) -> None:
	"""Queue an import; a second job is not queued while one is."""
	_set(name, state=QUEUED, message="", finished_at=None)
	frappe.enqueue(
		run,
		queue="long",
		timeout=TIMEOUT,
		job_id=_job(name),
		deduplicate=True,
		enqueue_after_commit=True,
		name=name,
		language=frappe.local.lang,
	)


def is_under_way(doc: Any) -> bool:
	"""Whether a job of this import waits or runs. One whose worker died leaves its state behind, but no job."""
	return doc.state in UNDER_WAY and is_job_enqueued(_job(doc.name))


def resume_interrupted() -> list[str]:
	"""Queue imports again whose worker died; returns their names. For the scheduler."""
	rows = frappe.get_all(
		IMPORT,
		filters={"state": ["in", UNDER_WAY], "modified": ["<", now_datetime() - ABANDONED_AFTER]},
		fields=["name", "state"],
		order_by="creation asc",
		limit_page_length=100,
	)
	names = [row.name for row in rows if not is_under_way(row)]
	for name in names:
		enqueue(name)
	return names


def _job(name: str) -> str:
	return f"{PROGRESS}_{name}"


def run(name: str, language: str = "") -> None:
	"""Import a file to the end. Sentences are in ``language``, that of whoever started it."""
	frappe.local.lang = language or frappe.local.lang
	doc = frappe.get_doc(IMPORT, name)
	_set(name, state=RUNNING, started_at=now_datetime(), finished_at=None, message="")
	frappe.db.commit()  # others see that it runs; what was recorded before stays
	try:
		_run(doc)
	except FileRefused as refused:
		frappe.db.rollback()
		_finish(name, REFUSED, message=file_sentence(refused.problem))
	except Exception:  # the user is told; the log has the rest
		frappe.db.rollback()
		frappe.log_error(title=f"CS Center: {name} failed", reference_doctype=IMPORT, reference_name=name)
		message = _(
			"The import stopped because of an error. An administrator finds it in the Error Log. Start it again afterwards: nothing is recorded twice."
		)
		_finish(name, FAILED, message=message)
	frappe.db.commit()  # the end of the run
	_tell(name, "done", 0, 0)


def _run(doc: Any) -> None:
	with open_file(doc.file) as stream, Staging() as staging:
		table = open_table(stream)
		report = _reporter(doc, staging)
		stage(staging, table.rows(), report)
		if not staging.count():
			raise FileRefused("no_rows")
		is_recorded = record(staging, doc.when_rows_are_bad, Origin("Import", doc.name), report)
		_write_outcome(doc, table, staging, is_recorded)


def _reporter(doc: Any, staging: Staging) -> Callable[[str, int], None]:
	"""Shows progress. Where good rows are kept each batch is committed; else all of them are one transaction."""

	def report(what: str, done: int) -> None:
		_tell(doc.name, what, done, staging.count())
		if what == "recorded" and doc.when_rows_are_bad == KEEP:
			_set(doc.name, imported_rows=done)
			frappe.db.commit()  # a batch stands on its own; an interrupted run goes on behind it

	return report


def _tell(name: str, what: str, done: int, total: int) -> None:
	values = {"name": name, "what": what, "done": done, "total": total}
	frappe.cache().set_value(f"{PROGRESS}:{name}", values, expires_in_sec=TIMEOUT)
	frappe.publish_realtime(PROGRESS, values, doctype=IMPORT, docname=name)


def progress(name: str) -> dict[str, Any]:
	"""How far a run is: ``what`` ("read", "checked", "recorded", "done"), ``done`` and ``total`` rows."""
	return frappe.cache().get_value(f"{PROGRESS}:{name}", expires=True) or {}


def _write_outcome(doc: Any, table: CsvTable, staging: Staging, is_recorded: bool) -> None:
	total, bad = staging.count(), staging.count_bad()
	values = {
		"total_rows": total,
		"bad_rows": bad,
		"good_rows": total - bad,
		"imported_rows": staging.count_recorded() if is_recorded else 0,
		"problems": json.dumps(_first_problems(staging), ensure_ascii=False),
		"problem_file": write_problem_file(doc.name, table.headings, staging.bad_rows()) if bad else None,
	}
	message = _outcome(table, values, is_recorded)
	_finish(doc.name, DONE if is_recorded else REFUSED, message=message, **values)


def _first_problems(staging: Staging) -> list[dict[str, Any]]:
	return [
		{"row": row.number, "order_number": row.order_number, "problem": row.problem}
		for row, _place in zip(staging.bad_rows(), range(SHOWN_PROBLEMS), strict=False)
	]


def _outcome(table: CsvTable, values: dict[str, Any], is_recorded: bool) -> str:
	if not is_recorded:
		first = _(
			"Nothing was imported. Rows with a problem: {0} of {1}. Correct them in your file, or choose to keep the good rows."
		).format(values["bad_rows"], values["total_rows"])
	elif values["bad_rows"]:
		first = _(
			"Imported rows: {0}. Rows with a problem: {1}. Correct these in the file below and import that file."
		).format(values["imported_rows"], values["bad_rows"])
	else:
		first = _("Imported rows: {0}.").format(values["imported_rows"])
	lines = [first]
	if table.ignored:
		lines.append(_("Columns that were not read: {0}.").format(", ".join(table.ignored)))
	if table.encoding == "gb18030":
		lines.append(_("The file was read as GB18030. Check a name with other than English letters."))
	return "\n".join(lines)


def _finish(name: str, state: str, **values: Any) -> None:
	_set(name, state=state, finished_at=now_datetime(), **values)


def _set(name: str, **values: Any) -> None:
	frappe.db.set_value(IMPORT, name, values)
