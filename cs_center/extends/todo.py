"""Handler on Frappe's ToDo: assignments of tickets."""

import frappe

from cs_center.integrations import helpdesk
from cs_center.services.service_levels import ticket_events
from cs_center.services.service_levels.acting import acting_user
from cs_center.services.service_levels.safety import never_blocking
from cs_center.services.service_levels.settings import read_settings


def on_update(doc, method=None):
	"""After Frappe brought the ticket's own list of assignees up to date."""
	if doc.reference_type == helpdesk.TICKET and doc.reference_name and read_settings().enabled:
		with never_blocking(doc.reference_name):
			ticket_events.record_assignment(doc.reference_name, _actor(doc))


def _actor(doc) -> str:
	"""Who assigned: nobody where a rule did, even if it ran in the assignee's own request."""
	if doc.get("assignment_rule") or not acting_user():
		return ""
	is_assignment = doc.get_doc_before_save() is None and doc.status == "Open"
	return (doc.assigned_by if is_assignment else "") or frappe.session.user


def on_trash(doc, method=None):
	on_update(doc)
