"""Handler on telephony's call log: a ticket that a call opened came by phone."""

from cs_center.integrations import helpdesk
from cs_center.services.service_levels import channel_corrections
from cs_center.services.service_levels.safety import never_blocking
from cs_center.services.service_levels.settings import read_settings


def on_update(doc, method=None):
	"""Tickets linked to the call, as far as nobody has said another channel."""
	tickets = [row.link_name for row in doc.get("links") or () if row.link_doctype == helpdesk.TICKET]
	if not tickets or not read_settings().enabled:
		return
	for ticket in tickets:
		with never_blocking(ticket):
			channel_corrections.mark_as_call(ticket, doc)
