"""Every clock anew from its ledger. Clocks are derived: nothing is lost by computing them again, and it proves the rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import frappe

from cs_center.services.complaints import evaluation as complaints
from cs_center.services.escalation.subjects import COMPLAINT, TICKET

from . import store
from .evaluation import evaluate_stored
from .settings import read_settings
from .site_time import current_instant


@dataclass
class RebuildReport:
	"""Tickets and complaints looked at, and clock rows that were not what the ledger says."""

	tickets: int = 0
	complaints: int = 0
	rows_changed: int = 0


def rebuild_all() -> dict[str, int]:
	"""Rebuild in batches by key range, committed one by one; safe to stop and start again."""
	report, now, size = RebuildReport(), current_instant(), read_settings().batch_size
	for batch in _batches(TICKET, size):
		report.rows_changed += evaluate_stored(batch, now)
		report.tickets += len(batch)
		frappe.db.commit()  # each batch stands on its own
	for batch in _batches(COMPLAINT, size):
		report.rows_changed += complaints.evaluate_stored(batch, now)
		report.complaints += len(batch)
		frappe.db.commit()  # as above
	return asdict(report)


def _batches(doctype: str, size: int) -> Iterator[list[str]]:
	table, position = frappe.qb.DocType(store.EVENT), ""
	while True:
		rows = (
			frappe.qb.from_(table)
			.select(table.reference_name)
			.where((table.reference_doctype == doctype) & (table.reference_name > position))
			.orderby(table.reference_name)
			.groupby(table.reference_name)
			.limit(size)
			.run()
		)
		if not rows:
			return
		yield [row[0] for row in rows]
		position = rows[-1][0]
