"""Changes of a complaint's category, severity, solution and consent, and who may make them."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import cint

from cs_center.domain.complaints import Stage, Standing, lowering_needs, lowering_needs_second_person
from cs_center.integrations import helpdesk

from . import categories
from .arriving import CONSENT_FIELDS, earlier_complaint
from .handling import has_handled
from .people import acting_standing
from .sentences import standing_text

BEFORE_THE_SOLUTION = (
	Stage.RECEIVED.value,
	Stage.ACKNOWLEDGED.value,
	Stage.CLASSIFIED.value,
	Stage.INVESTIGATING.value,
)
CONSENT_IS_OPEN = (Stage.SOLUTION_PROPOSED.value, Stage.ESCALATED_OUTSIDE.value)


def follow_category(doc: Any, before: Any) -> None:
	"""A new category brings its severity, team, priority, department, and what it asks for; repeats are looked for."""
	if before and before.category == doc.category:
		if any(_changed(doc, before, field) for field in ("customer", "raised_by")):
			find_repeat(doc)
		return
	if before and before.category and doc.stage not in BEFORE_THE_SOLUTION:
		_require(
			Standing.LEAD,
			_("A solution has been proposed: the category is now changed by {0}."),
		)
	category = categories.find(doc.category)
	doc.needs_investigation = int(bool(category and category.needs_investigation))
	doc.needs_corrective_action = int(bool(category and category.needs_corrective_action))
	doc.needs_call_back = int(bool(category and category.needs_call_back))
	if category:
		_take_over(doc, category, before)
	find_repeat(doc)


def find_repeat(doc: Any) -> None:
	"""Whether the customer complained of the same not long ago."""
	doc.repeat_of = earlier_complaint(doc) or None
	doc.is_repeat = int(bool(doc.repeat_of))


def _take_over(doc: Any, category: categories.Category, before: Any) -> None:
	"""A person's own choice in the same save wins over the category's; the severity is only ever raised by it."""
	if not doc.severity and category.severity:
		doc.severity = category.severity
	said = {
		field
		for field in ("team", "department")
		if before and (before.get(field) or "") != (doc.get(field) or "")
	}
	if category.team and "team" not in said:
		doc.team = category.team
	if category.department and "department" not in said:
		doc.department = category.department
	if category.priority and (not doc.priority or helpdesk.is_more_urgent(category.priority, doc.priority)):
		doc.priority = category.priority


def check_severity(doc: Any, before: Any) -> None:
	"""Whoever lowers a severity must be somebody who could close the complaint as it was."""
	if before is None or (before.severity or "") == (doc.severity or ""):
		return
	needed = lowering_needs(before.severity or "", doc.severity or "")
	if needed > Standing.AGENT and before.severity:
		_require(needed, _("The severity of this complaint is lowered by {0}. Ask one, or keep it."))
	if lowering_needs_second_person(before.severity or "", doc.severity or "") and has_handled(before):
		frappe.throw(
			_("You handle this complaint. Somebody else has to lower its severity."), frappe.PermissionError
		)


def check_solution(doc: Any, before: Any) -> None:
	"""What the customer was offered stands: another solution is proposed anew, and the customer asked again."""
	if before is None or not _changed(doc, before, "solution"):
		return
	if before.stage not in BEFORE_THE_SOLUTION and doc.stage not in BEFORE_THE_SOLUTION:
		frappe.throw(
			_(
				"The solution was proposed to the customer and stays as it was worded. Move the complaint back to {0}, then write another one."
			).format(frappe.bold(_(Stage.INVESTIGATING.value)))
		)


def check_consent(doc: Any, before: Any) -> None:
	"""Consent is recorded while a solution lies before the customer; afterwards it stands."""
	if before is None or not any(_changed(doc, before, field) for field in CONSENT_FIELDS):
		return
	if before.stage not in CONSENT_IS_OPEN and doc.stage not in CONSENT_IS_OPEN:
		frappe.throw(
			_(
				"The consent is recorded while a solution is before the customer (stage {0}). This complaint is in {1}."
			).format(_(Stage.SOLUTION_PROPOSED.value), _(before.stage, context="CS Complaint"))
		)
	if before.consent == "Refused" and doc.consent == "Consented":
		doc.refusals = cint(doc.refusals) + 1  # one that led back to work is counted there


def _changed(doc: Any, before: Any, field: str) -> bool:
	return str(doc.get(field) or "") != str(before.get(field) or "")


def _require(needed: Standing, sentence: str) -> None:
	if acting_standing() < needed:
		frappe.throw(sentence.format(standing_text(needed.name.lower())), frappe.PermissionError)
