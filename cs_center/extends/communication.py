"""Handler on Frappe's Communication: replies to and from customers."""

from cs_center.integrations import helpdesk
from cs_center.services.customers import routing
from cs_center.services.service_levels import channel_corrections, ticket_events
from cs_center.services.service_levels.safety import never_blocking
from cs_center.services.service_levels.settings import read_settings


def before_insert(doc, method=None):
	"""Before Helpdesk loads the ticket to save it: a mail that opens one says by which account it came."""
	if (
		doc.reference_doctype != helpdesk.TICKET
		or not doc.reference_name
		or doc.sent_or_received != "Received"
	):
		return
	with never_blocking(doc.reference_name):
		routing.hand_over(doc.reference_name)
	if doc.get("email_account") and read_settings().enabled:
		with never_blocking(doc.reference_name):
			channel_corrections.mark_as_mail(doc.reference_name, doc.email_account)


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
