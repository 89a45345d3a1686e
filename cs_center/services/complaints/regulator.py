"""Regulators' deadlines: which packs a complaint is under, and what the ledger has to be told about that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import frappe
from frappe.utils import cint, flt

from cs_center.domain.complaint_clocks import RegulatorClock, applied_clocks
from cs_center.domain.ledger import Event
from cs_center.domain.policy import Amount, Unit
from cs_center.services.service_levels.definitions import calendars_by_name, code
from cs_center.services.service_levels.safety import log_unusable

from . import categories
from .settings import read_complaint_settings

PACK = "CS Regulator Pack"
FOR_ALL, FOR_COMPANY, FOR_CATEGORY = "Every complaint", "Company", "Category"


def add_packs(doc: Any) -> None:
	"""Put the packs that are switched on for this complaint into its table; those that somebody added stay."""
	present = {row.pack for row in doc.regulator_packs}
	for name in frappe.get_all(PACK, {"enabled": 1}, pluck="name", order_by="name asc"):
		because = "" if name in present else _because(frappe.get_cached_doc(PACK, name), doc)
		if because:
			doc.append("regulator_packs", {"pack": name, "applied_because": because})


def _because(pack: Any, doc: Any) -> str:
	if pack.for_all:
		return FOR_ALL
	companies = [line.strip().casefold() for line in (pack.companies or "").splitlines() if line.strip()]
	if doc.company and doc.company.strip().casefold() in companies:
		return FOR_COMPANY
	category = categories.find(doc.category)
	wanted = {row.category for row in pack.categories}
	return FOR_CATEGORY if category and wanted & set(category.path) else ""


def changes(doc: Any, ledger: Sequence[Event]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
	"""(pack, its clocks) for every pack that came or went; an empty list: it does not apply any more.

	A pack that is on the complaint already keeps the promises of the day on which it was applied.
	"""
	applied = {one.pack for one in applied_clocks(ledger) if one.removed_by is None}
	wanted = list(dict.fromkeys(row.pack for row in doc.regulator_packs))
	for pack in wanted:
		if pack not in applied and (clocks := _clocks(pack)):
			yield pack, clocks
	for pack in sorted(applied - set(wanted)):
		yield pack, []


def _clocks(pack: str) -> list[dict[str, Any]]:
	default, known = read_complaint_settings().default_calendar, calendars_by_name()
	try:
		clocks = [_clock(row, default) for row in frappe.get_cached_doc(PACK, pack).clocks]
	except (ValueError, TypeError):  # edited behind the form's back: the complaint is saved without it
		log_unusable(PACK, pack)
		return []
	usable = [clock for clock in clocks if clock.calendar in known]
	if len(usable) < len(clocks):
		log_unusable(PACK, pack)
	return [clock.to_dict() for clock in usable]


def _clock(row: Any, default_calendar: str) -> RegulatorClock:
	return RegulatorClock(
		title=row.title,
		starts_at=row.starts_at,
		ends_at=row.ends_at,
		amount=Amount(flt(row.amount), Unit(code(row.unit))),
		calendar=row.calendar or default_calendar,
		warn_percent=cint(row.warn_percent) or 75,
	)
