"""For each DocType of the app: whether it holds anything of a customer, how its rows are found, what becomes of each field.

Every text, link and attachment has its word here. A test walks over all DocTypes and fails for one that nobody classified.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from . import belonging


class Fate(str, Enum):
	"""What becomes of a field when its customer is made anonymous."""

	KEPT = "kept"
	"""Says nothing of a person, or names the staff; links to the customer follow its new name."""
	EMPTIED = "emptied"
	REMOVED = "removed"
	"""As EMPTIED where something has to stand: a short text says that it was removed."""
	REPLACED = "replaced"
	"""A random text stands in its stead, the same for the same value, so that rows stay distinct and linked."""
	SCRUBBED = "scrubbed"
	"""Written by the app, and needed: the customer's names, addresses and numbers are replaced within it."""


@dataclass(frozen=True)
class Held:
	"""A DocType with rows of customers, and the fate of each field.

	They are found by ``belongs``, or with their ``parent``, or ``about_case``: through the case they refer to.
	"""

	doctype: str
	belongs: Callable[[Any, str], Any] | None
	fates: Mapping[str, Fate]
	parent: str = ""
	about_case: bool = False

	def fields(self, *fates: Fate) -> list[str]:
		return [field for field, fate in self.fates.items() if fate in fates]


def _held(
	doctype: str,
	belongs: Callable[[Any, str], Any] | None = None,
	parent: str = "",
	about_case: bool = False,
	**fields: str,
) -> Held:
	"""``fields``: fate = names with blanks between them."""
	fates = {name: Fate(fate) for fate, names in fields.items() for name in names.split()}
	return Held(doctype, belongs, fates, parent, about_case)


HELD = (
	_held(
		"CS Complaint",
		belonging.of_case,
		kept="ticket customer channel customer_tier company category suggested_category repeat_of handler team priority"
		" department solution_approved_by cost_currency closed_by policy escalation_policy root_causes compensations"
		" regulator_packs stage_history",
		emptied="raised_by description remedy_sought stage_note findings evidence accountability meeting_decision solution"
		" consent_person refusal_reason recourse_reference outside_result rejection_reason suggestion_words",
		removed="subject",
		replaced="order_number",
		scrubbed="product reported_to recourse_body",
	),
	_held(
		"CS Complaint Root Cause",
		parent="CS Complaint",
		kept="department",
		emptied="evidence",
		removed="cause",
	),
	_held(
		"CS Complaint Compensation",
		parent="CS Complaint",
		kept="currency decided_by carried_out_by",
		emptied="description decision_note",
	),
	_held("CS Complaint Regulator Pack", parent="CS Complaint", kept="pack", scrubbed="applied_because"),
	_held("CS Complaint Stage Change", parent="CS Complaint", kept="actor", emptied="note"),
	_held(
		"CS Complaint Action",
		belonging.of_complaint,
		kept="complaint department responsible done_by",
		emptied="result evidence cancelled_reason",
		removed="instruction",
		scrubbed="partner",
	),
	_held(
		"CS Follow Up",
		belonging.of_follow_up,
		kept="complaint ticket customer assigned_to team attempts done_by care_rule",
		emptied="contact comment cancelled_reason",
		removed="purpose",
		scrubbed="occasion",
	),
	_held("CS Follow Up Attempt", parent="CS Follow Up", kept="attempted_by", emptied="note"),
	_held(
		"CS Notification Delivery",
		about_case=True,
		kept="recipient channel escalation reference_doctype reference_name link batch_key",
		emptied="message last_error",
		removed="title",
	),
	_held(
		"CS Escalation",
		about_case=True,
		kept="reference_doctype reference_name policy team priority acknowledged_by snoozed_by step_key suppressed_reason",
		emptied="note",
		scrubbed="evidence",
	),
	_held(
		"CS Service Clock",
		about_case=True,
		kept="reference_doctype reference_name policy calendar team",
		scrubbed="title",
	),
	_held(
		"CS Service Event",
		about_case=True,
		kept="reference_doctype reference_name source_key",
		scrubbed="actor value detail",
	),
	_held(
		"CS Tier Change",
		belonging.of_customer,
		kept="customer from_tier to_tier earned_tier actor currency",
		scrubbed="explanation",
	),
	_held(
		"CS Customer Purchase",
		belonging.of_customer,
		kept="customer currency tier_currency import_run",
		replaced="order_number returns_order",
		scrubbed="channel",
	),
	_held(
		"CS Customer Profile",
		belonging.of_customer,
		kept="customer tier earned_tier currency override_tier override_by dedicated_agent",
		emptied="birthday phone address personal_data birthday_key source_customer preferred_channel preferred_from"
		" preferred_until consent_on consent_source renewal_on notes override_reason",
	),
)
NAMED_AFTER = {"CS Customer Purchase": "order_number"}
"""DocTypes whose rows are named after a field that is replaced: their names are replaced with it."""


@dataclass(frozen=True)
class Elsewhere:
	"""A DocType whose rows belong to nobody, but may name a customer: its fields that are searched and scrubbed."""

	reason: str
	scrubbed: tuple[str, ...]
	other: tuple[str, ...] = ()


ELSEWHERE = {
	"CS Purchase Import": Elsewhere(
		"An import holds orders of many customers: its problems are scrubbed, files that name the customer deleted.",
		("problems", "message"),
		("file", "problem_file"),
	),
	"CS Tier Evaluation": Elsewhere(
		"A night's run remembers the last customer.", ("position", "problems"), ("source",)
	),
	"CS Service Policy Condition": Elsewhere(
		"A policy may be for one customer, and goes on to be.", ("value",), ("fact",)
	),
}
