"""Checks of a policy's conditions. Each refuses with a message that names the row and what to do."""

import frappe
from frappe import _

from cs_center.cs_center.doctype.cs_service_policy.condition_facts import DERIVED_FACTS, allowed_facts
from cs_center.cs_center.policy_subjects import is_for_complaints, subject_of
from cs_center.domain.errors import BadConditionError
from cs_center.domain.policy import Condition, Operator, check_condition
from cs_center.services.service_levels.definitions import code

VALUELESS_OPERATORS = ("Is Set", "Is Not Set")
OPERATORS = {operator.value: operator for operator in Operator}
"""An operator that is none of these is refused by Frappe, whose list of options they are."""


def check_conditions(policy):
	"""Every condition asks for a known fact and has a value exactly where its operator takes one."""
	facts = allowed_facts(subject_of(policy)) if policy.conditions else {}
	for row in policy.conditions:
		row.fact, row.value = (row.fact or "").strip(), (row.value or "").strip()
		if row.fact not in facts:
			_refuse_fact(policy, row)
		_check_value(row)
		_check_comparison(row)


def _refuse_fact(policy, row):
	sentence = (
		_(
			"Conditions, row {0}: {1} is not a field of the complaint that a condition can ask for. Choose one from the list, or one of {2}."
		)
		if is_for_complaints(policy)
		else _(
			"Conditions, row {0}: {1} is not a field of the ticket. Choose one from the list, or one of {2}."
		)
	)
	fact = frappe.bold(frappe.utils.escape_html(row.fact) or _("(empty)"))
	frappe.throw(sentence.format(row.idx, fact, ", ".join(DERIVED_FACTS)))


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
