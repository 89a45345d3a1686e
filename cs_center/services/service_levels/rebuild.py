"""Every clock anew from its ledger. Clocks are derived: nothing is lost by computing them again, and it proves the rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import frappe

from . import store
from .evaluation import evaluate_stored
from .settings import read_settings
from .site_time import current_instant


@dataclass
class RebuildReport:
	"""Tickets looked at and clock rows that were not what the ledger says."""

	tickets: int = 0
	rows_changed: int = 0


def rebuild_all() -> dict[str, int]:
	"""Rebuild in batches by key range, committed one by one; safe to stop and start again."""
	report, now, size, position = RebuildReport(), current_instant(), read_settings().batch_size, ""
	for batch in _batches(size, position):
		report.rows_changed += evaluate_stored(batch, now)
		report.tickets += len(batch)
		frappe.db.commit()  # each batch stands on its own
	return asdict(report)


def _batches(size: int, position: str) -> Iterator[list[str]]:
	table = frappe.qb.DocType(store.EVENT)
	while True:
		rows = (
			frappe.qb.from_(table)
			.select(table.reference_name)
			.where((table.reference_doctype == store.TICKET) & (table.reference_name > position))
			.orderby(table.reference_name)
			.groupby(table.reference_name)
			.limit(size)
			.run()
		)
		if not rows:
			return
		yield [row[0] for row in rows]
		position = rows[-1][0]
