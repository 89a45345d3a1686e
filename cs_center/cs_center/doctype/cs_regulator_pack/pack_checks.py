"""Checks of a regulator pack. Each refuses with a message that names the row and what to do."""

import frappe
from frappe import _
from frappe.utils import cint, flt, getdate

from cs_center.cs_center.doctype.cs_service_calendar.cs_service_calendar import require_enabled_calendar
from cs_center.cs_center.staff import require_staff
from cs_center.domain.units import Amount, BadAmountError, Unit
from cs_center.services.service_levels.definitions import code

WHOLE_UNITS = ("Business Days", "Calendar Days")
UNITS = {unit.value: unit for unit in Unit}
NEVER_BEFORE = {"Acknowledged": ("Acknowledged", "Classified", "Escalated Outside")}
"""End -> starts that come with it or after it: such a clock could never end."""


def check_clocks(pack):
	"""At least one; each with a name of its own, a time that can be measured, and an end after its start."""
	if not pack.clocks:
		frappe.throw(_("The pack has no clocks yet. Add at least one row."))
	seen = {}
	for row in pack.clocks:
		_check_title(row, seen)
		_check_time(row)
		_check_ends(row)
		require_enabled_calendar(row.calendar)


def check_use(pack):
	"""Lists without doubles; a pack that is switched on says for which complaints."""
	lines = [line.strip() for line in (pack.companies or "").splitlines() if line.strip()]
	pack.companies = "\n".join(dict.fromkeys(lines))
	seen = set()
	for row in pack.categories:
		if row.category in seen:
			frappe.throw(
				_("Categories, row {0}: {1} is there already. Remove the row.").format(
					row.idx, frappe.bold(row.category)
				)
			)
		seen.add(row.category)
	if pack.enabled and not (cint(pack.for_all) or lines or pack.categories):
		frappe.throw(
			_("No complaint would carry the pack. Choose every complaint, companies or categories first.")
		)


def check_calendars(pack):
	"""A pack that is switched on can be counted: each clock has a calendar, its own or the settings'."""
	if not pack.enabled or frappe.db.get_single_value("CS Center Settings", "default_calendar"):
		return
	without = [row.idx for row in pack.clocks if not row.calendar]
	if without:
		frappe.throw(
			_(
				"Clocks, row {0}: it has no calendar, and the settings name no default one. Choose one of the two."
			).format(without[0])
		)


def check_comparison(pack):
	"""A pack is switched on by somebody who compared it with the primary text."""
	if pack.checked_on and getdate(pack.checked_on) > getdate():
		frappe.throw(_("The day on which the pack was checked has not come yet. Correct it."))
	if pack.checked_by and pack.has_value_changed("checked_by"):
		require_staff(pack.checked_by, _("Checked by"))
	if pack.enabled and not (pack.checked_by and pack.checked_on):
		frappe.throw(
			_(
				"Nobody has compared this pack with the primary text yet. Read the source, correct the clocks, then enter who checked it and when."
			)
		)


def _check_title(row, seen: dict[str, int]):
	row.title = (row.title or "").strip()
	name = row.title.casefold()
	if name in seen:
		frappe.throw(
			_(
				"Clocks, rows {0} and {1} have the same name. Rename one: it is shown on the complaint."
			).format(seen[name], row.idx)
		)
	seen[name] = row.idx


def _check_time(row):
	place = _("Clocks, row {0}").format(row.idx)
	if flt(row.amount) <= 0:
		frappe.throw(_("{0}: the time must be above zero. Enter it, or remove the row.").format(place))
	if row.unit in WHOLE_UNITS and flt(row.amount) != int(flt(row.amount)):
		frappe.throw(
			_("{0}: {1} are counted whole, {2} is not. Round it or take hours.").format(
				place, _(row.unit), flt(row.amount)
			)
		)
	if not 1 <= cint(row.warn_percent) <= 99:
		frappe.throw(_("{0}: the warning must be at 1 to 99 %.").format(place))
	unit = UNITS.get(code(row.unit or ""))
	try:
		return unit and Amount(flt(row.amount), unit)
	except BadAmountError:
		frappe.throw(
			_("{0}: {1} {2} are longer than 100 years. Enter a shorter time.").format(
				place, flt(row.amount), _(row.unit)
			)
		)


def _check_ends(row):
	if row.starts_at == row.ends_at or row.starts_at in NEVER_BEFORE.get(row.ends_at, ()):
		frappe.throw(
			_("Clocks, row {0}: it starts at {1}, after which {2} does not come. Choose another end.").format(
				row.idx, frappe.bold(_(row.starts_at)), frappe.bold(_(row.ends_at))
			)
		)
