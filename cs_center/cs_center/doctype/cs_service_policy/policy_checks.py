"""Checks of a service policy's targets. Each refuses with a message that names the row and what to do."""

import frappe
from frappe import _
from frappe.utils import cint, flt

from cs_center.domain.units import Amount, BadAmountError, Unit
from cs_center.services.service_levels.definitions import code

WHOLE_UNITS = ("Business Days", "Calendar Days")
UNITS = {unit.value: unit for unit in Unit}
"""A unit that is none of these is refused by Frappe, whose list of options they are."""


def check_targets(policy):
	"""At least one target; each with a time above zero, a unit and its own metric and priority."""
	if not policy.targets:
		frappe.throw(_("The policy promises nothing yet. Add at least one row to the targets."))
	seen = {}
	for row in policy.targets:
		_check_amount(row)
		_check_length(row)
		if not 0 <= cint(row.warn_percent) <= 99:
			frappe.throw(
				_("Targets, row {0}: the warning must be at 1 to 99 %, or 0 for the setting's value.").format(
					row.idx
				)
			)
		key = (row.metric, row.ticket_priority or None)
		if key in seen:
			frappe.throw(
				_(
					"Targets, rows {0} and {1} are both for {2} and the priority {3}. Keep one of them."
				).format(seen[key], row.idx, _(row.metric), row.ticket_priority or _("(any)"))
			)
		seen[key] = row.idx


def _check_amount(row):
	if flt(row.amount) <= 0:
		frappe.throw(
			_("Targets, row {0}: the time must be above zero. Enter it, or remove the row.").format(row.idx)
		)
	if not row.unit:
		frappe.throw(_("Targets, row {0}: the time has no unit. Choose one.").format(row.idx))
	if row.unit in WHOLE_UNITS and flt(row.amount) != int(flt(row.amount)):
		frappe.throw(
			_("Targets, row {0}: {1} are counted whole, {2} is not. Round it or take hours.").format(
				row.idx, _(row.unit), flt(row.amount)
			)
		)


def _check_length(row):
	"""A slip of the keyboard is found here, not when the first ticket is measured."""
	unit = UNITS.get(code(row.unit))
	if not unit:
		return
	try:
		Amount(flt(row.amount), unit)
	except BadAmountError:
		frappe.throw(
			_("Targets, row {0}: {1} {2} are longer than 100 years. Enter a shorter time.").format(
				row.idx, flt(row.amount), _(row.unit)
			)
		)
