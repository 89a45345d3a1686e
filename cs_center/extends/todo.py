"""Handler on Frappe's ToDo: assignments of tickets."""

from cs_center.integrations import helpdesk
from cs_center.services.service_levels import ticket_events
from cs_center.services.service_levels.safety import never_blocking
from cs_center.services.service_levels.settings import read_settings


def on_update(doc, method=None):
	"""After Frappe brought the ticket's own list of assignees up to date."""
	if doc.reference_type == helpdesk.TICKET and doc.reference_name and read_settings().enabled:
		with never_blocking(doc.reference_name):
			ticket_events.record_assignment(doc.reference_name, doc.assigned_by)


def on_trash(doc, method=None):
	on_update(doc)
