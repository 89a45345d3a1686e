"""What a policy is for, tickets or complaints, decides what it may measure, watch, ask about and do."""

import frappe
from frappe import _

from cs_center.services.service_levels.definitions import FOR_COMPLAINTS, FOR_TICKETS

TICKET_METRICS = (
	"Acknowledgement",
	"First Reply",
	"Next Reply",
	"Periodic Update",
	"Resolution",
	"Requester Wait",
	"Team Ownership",
)
COMPLAINT_METRICS = (
	"Complaint Acknowledgement",
	"Complaint Solution",
	"Complaint Call Back",
	"Complaint Closure",
	"Major Report",
)
REGULATORY = "Regulatory Deadline"
"""Promised by regulator packs, never by a policy; steps of complaint policies may watch it."""

TICKET_TRIGGERS = ("Contacts in a Window", "Low Satisfaction")
"""A complaint has no replies and no stars of its own."""

TICKET_ACTIONS = ("raise_priority_to", "complaint_severity", "raise_incident")
"""Fields of a step whose effect is one on a ticket."""


def subject_of(policy) -> str:
	"""Ticket or Complaint; a policy that was written before there were complaints is for tickets."""
	return policy.get("applies_to") or FOR_TICKETS


def is_for_complaints(policy) -> bool:
	return subject_of(policy) == FOR_COMPLAINTS


def check_subject(policy):
	"""All versions of a policy are for the same: a ticket that holds one cannot be moved to one for complaints."""
	before = policy.previous_version and frappe.db.get_value(
		policy.doctype, policy.previous_version, ["applies_to"], as_dict=True
	)
	if before and subject_of(before) != subject_of(policy):
		frappe.throw(
			_(
				"{0} applies to another kind of record, and its next version must apply to the same. Choose {1} again, or write a new policy."
			).format(frappe.bold(policy.previous_version), frappe.bold(_(subject_of(before))))
		)


def check_target_metrics(policy):
	"""Each target measures what the policy is for."""
	for row in policy.targets:
		if row.metric == REGULATORY:
			frappe.throw(
				_(
					"Targets, row {0}: regulators' deadlines come from the regulator packs, not from a policy. Remove the row."
				).format(row.idx)
			)
		_check_metric(policy, row, _("Targets, row {0}").format(row.idx))


def check_steps(policy):
	"""Each step watches what the policy is for, and does what can be done to it."""
	for row in policy.steps:
		place = _("Steps, row {0}").format(row.idx)
		if row.metric:
			_check_metric(policy, row, place)
		if is_for_complaints(policy):
			_refuse_work_on_tickets(row, place)


def _check_metric(policy, row, place: str):
	of_complaints = (*COMPLAINT_METRICS, REGULATORY)
	if is_for_complaints(policy) and row.metric in TICKET_METRICS:
		frappe.throw(
			_(
				"{0}: {1} is measured on tickets, and this policy is for complaints. Choose one of: {2}."
			).format(place, frappe.bold(_(row.metric)), ", ".join(_(metric) for metric in COMPLAINT_METRICS))
		)
	if not is_for_complaints(policy) and row.metric in of_complaints:
		frappe.throw(
			_(
				"{0}: {1} is measured on complaints, and this policy is for tickets. Choose one of: {2}."
			).format(place, frappe.bold(_(row.metric)), ", ".join(_(metric) for metric in TICKET_METRICS))
		)


def _refuse_work_on_tickets(row, place: str):
	if row.trigger in TICKET_TRIGGERS:
		frappe.throw(
			_(
				"{0}: the trigger {1} watches tickets, and this policy is for complaints. Choose another trigger."
			).format(place, frappe.bold(_(row.trigger)))
		)
	for fieldname in TICKET_ACTIONS:
		if row.get(fieldname):
			label = _(row.meta.get_label(fieldname), context=row.doctype)
			frappe.throw(
				_("{0}: {1} works on tickets only, and this policy is for complaints. Clear it.").format(
					place, frappe.bold(label)
				)
			)
