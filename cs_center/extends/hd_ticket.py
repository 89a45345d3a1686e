"""Handlers on Helpdesk's ticket. Thin: what happened is recorded by ``services.service_levels.ticket_events``."""

from cs_center.services.complaints import suggesting, tickets
from cs_center.services.customers import arriving, routing
from cs_center.services.escalation import rows
from cs_center.services.service_levels import acknowledgement, store, ticket_events
from cs_center.services.service_levels.facts import keep_from_customers
from cs_center.services.service_levels.safety import never_blocking
from cs_center.services.service_levels.settings import read_settings


def before_save(doc, method=None):
	"""After Helpdesk's own before_save: deadlines set here are what is stored, on the first save too."""
	with never_blocking(doc.name, doc):
		keep_from_customers(doc)
	with never_blocking(doc.name, doc):
		arriving.arrive(doc)
	if read_settings().enabled:
		with never_blocking(doc.name, doc):
			ticket_events.record_save(doc)
	if doc.is_new():
		with never_blocking(doc.name, doc):
			suggesting.suggest_on_arrival(doc)


def after_insert(doc, method=None):
	with never_blocking(doc.name):
		routing.hand_over(doc.name)
	ticket_events.finish_opening(doc)
	if not read_settings().enabled:
		return
	with never_blocking(doc.name):
		acknowledgement.send_when_wanted(doc)


def on_update(doc, method=None):
	"""After Helpdesk's own on_update and before assignment rules look at the ticket."""
	with never_blocking(doc.name):
		routing.hand_over(doc.name, is_last=bool(doc.flags.in_insert))


def after_delete(doc, method=None):
	tickets.forget(doc.name)


def on_trash(doc, method=None):
	"""Helpdesk gives the name of a deleted last ticket to the next one, which must not inherit its ledger."""
	store.erase([doc.name])
	rows.erase([doc.name])
