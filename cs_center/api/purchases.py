"""Purchases from other systems: by REST, many at a time, and by file."""

from __future__ import annotations

import json
from typing import Any

import frappe
from frappe import _

from cs_center.services.customers import importing
from cs_center.services.customers.purchases import PURCHASE
from cs_center.services.customers.reading_cells import COLUMNS
from cs_center.services.customers.reading_csv import Row
from cs_center.services.customers.recording import KEEP, REFUSE, Origin, stage
from cs_center.services.customers.recording import record as record_rows
from cs_center.services.customers.staging import Staging

MOST = 10_000
"""Purchases of one call: about five seconds. Longer lists are sent in parts, or as a file."""

MODES = {"refuse": REFUSE, "keep": KEEP}


@frappe.whitelist(methods=["POST"])
def record(purchases: Any, when_bad: str = "refuse") -> dict[str, Any]:
	"""Record purchases: a list of objects with the columns of the CSV file (order_number, customer, ...).

	``when_bad``: "refuse" records all or none, "keep" leaves the bad ones out. Returns ``recorded`` (a number),
	``refused`` (``row`` counted from 1, ``order_number``, ``problem`` as a sentence) and ``ignored`` (names not read).
	"""
	_require_recorder()
	if when_bad not in MODES:
		frappe.throw(_("{0} is not a way to deal with bad rows. Use refuse or keep.").format(when_bad))
	rows = _rows(purchases)
	with Staging() as staging:
		stage(staging, rows, _silent)
		is_recorded = record_rows(staging, MODES[when_bad], Origin("REST"), _silent)
		return {
			"recorded": staging.count_recorded() if is_recorded else 0,
			"refused": [
				{"row": row.number, "order_number": row.order_number, "problem": row.problem}
				for row in staging.bad_rows()
			],
			"ignored": sorted({name for row in rows for name in row.cells} - set(COLUMNS)),
		}


@frappe.whitelist(methods=["POST"])
def start_import(name: str) -> dict[str, str]:
	"""Start the import of an attached file; returns its ``state`` (Queued when it goes on in the background) and ``message``."""
	_require_import(name, "write")
	state = importing.start(name)
	return {"state": state, "message": frappe.db.get_value(importing.IMPORT, name, "message") or ""}


@frappe.whitelist(methods=["GET", "POST"])
def problems(name: str) -> dict[str, Any]:
	"""The first bad rows of an import (``rows`` of row, order_number, problem), how many there are, and ``progress``."""
	_require_import(name, "read")
	doc = frappe.get_doc(importing.IMPORT, name)
	return {
		"rows": json.loads(doc.problems or "[]"),
		"total": doc.bad_rows or 0,
		"state": doc.state,
		"problem_file": doc.problem_file or "",
		"progress": importing.progress(name),
	}


def _require_recorder() -> None:
	if not frappe.has_permission(PURCHASE, "create"):
		frappe.throw(
			_("You may not record purchases. Ask a CS Manager to do it, or for the role."),
			frappe.PermissionError,
		)


def _require_import(name: str, ptype: str) -> None:
	_require_recorder()
	if not frappe.has_permission(importing.IMPORT, ptype, name):
		frappe.throw(
			_("You may not use the import {0}. Make one of your own.").format(frappe.bold(name)),
			frappe.PermissionError,
		)


def _rows(purchases: Any) -> list[Row]:
	given = frappe.parse_json(purchases)
	if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
		frappe.throw(
			_(
				"Send the purchases as a list of objects, each with order_number, customer, purchased_on, amount."
			)
		)
	if len(given) > MOST:
		frappe.throw(
			_("{0} purchases are too many for one call. Send at most {1}, or import a file.").format(
				len(given), MOST
			)
		)
	return [Row(number, one, ()) for number, one in enumerate(given, start=1)]


def _silent(what: str, done: int) -> None:
	"""A call shows no progress."""
