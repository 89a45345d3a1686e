"""Checks of one policy's rows. Each refuses with a message that names the row and what to do."""

import frappe
from frappe import _
from frappe.utils import cint, flt

from cs_center.cs_center.doctype.cs_service_policy.condition_facts import DERIVED_FACTS, allowed_facts
from cs_center.domain.errors import BadConditionError
from cs_center.domain.policy import Condition, Operator, check_condition
from cs_center.domain.units import Amount, BadAmountError, Unit
from cs_center.services.service_levels.definitions import code

VALUELESS_OPERATORS = ("Is Set", "Is Not Set")
WHOLE_UNITS = ("Business Days", "Calendar Days")
OPERATORS = {operator.value: operator for operator in Operator}
UNITS = {unit.value: unit for unit in Unit}
"""An operator or a unit that is none of these is refused by Frappe, whose list of options they are."""


def check_conditions(policy):
	"""Every condition asks for a known fact and has a value exactly where its operator takes one."""
	facts = allowed_facts() if policy.conditions else {}
	for row in policy.conditions:
		row.fact, row.value = (row.fact or "").strip(), (row.value or "").strip()
		if row.fact not in facts:
			frappe.throw(
				_(
					"Conditions, row {0}: {1} is not a field of the ticket. Choose one from the list, or one of {2}."
				).format(row.idx, frappe.bold(row.fact or _("(empty)")), ", ".join(DERIVED_FACTS))
			)
		_check_value(row)
		_check_comparison(row)


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


def _check_value(row):
	if row.operator in VALUELESS_OPERATORS and row.value:
		frappe.throw(
			_(
				"Conditions, row {0}: the operator {1} takes no value. Clear the value or choose another operator."
			).format(row.idx, _(row.operator))
		)
	if row.operator not in VALUELESS_OPERATORS and not row.value:
		frappe.throw(
			_(
				"Conditions, row {0}: the operator {1} needs a value. Enter one, or choose Is Set or Is Not Set."
			).format(row.idx, _(row.operator or "Equals"))
		)


def _check_comparison(row):
	"""A value like ", ," or "/" is there but holds nothing: such a row could never fit."""
	operator = OPERATORS.get(code(row.operator or ""))
	if not operator:
		return
	try:
		check_condition(Condition(row.fact, operator, row.value))
	except BadConditionError:
		frappe.throw(
			_(
				"Conditions, row {0}: the value {1} holds nothing that the operator {2} could compare with. Enter at least one value."
			).format(row.idx, frappe.bold(frappe.utils.escape_html(row.value)), _(row.operator))
		)


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
