"""Handler on Frappe's Communication: replies to and from customers."""

from cs_center.integrations import helpdesk
from cs_center.services.service_levels import ticket_events
from cs_center.services.service_levels.safety import never_blocking
from cs_center.services.service_levels.settings import read_settings


def on_update(doc, method=None):
	"""A message on a ticket, sent or received; notes, mails of the system and other references are none."""
	if doc.reference_doctype != helpdesk.TICKET or not doc.reference_name:
		return
	if doc.communication_type != "Communication" or doc.sent_or_received not in ("Sent", "Received"):
		return
	# A message counts when it arrives at the ticket; read marks and attachments save it again.
	if doc.has_value_changed("reference_name") and read_settings().enabled:
		with never_blocking(doc.reference_name):
			ticket_events.record_message(doc)
