"""The page /cs-explain?ticket=NAME: why a ticket's deadlines are what they are, on one screen."""

from urllib.parse import urlencode

import frappe
from frappe import _

from cs_center.api.permissions import require_ticket
from cs_center.services.service_levels.explain import explain_ticket

no_cache = 1


def get_context(context):
	"""Context for the template; sends guests to the login page and refuses who may not see the ticket."""
	if frappe.session.user == "Guest":
		page = f"/cs-explain?{urlencode({'ticket': _requested()})}"
		frappe.local.flags.redirect_location = f"/login?{urlencode({'redirect-to': page})}"
		raise frappe.Redirect
	ticket = _requested()
	require_ticket(ticket)
	context.no_cache = 1
	context.update(explain_ticket(ticket))
	context.title = _("Deadlines of ticket #{0}").format(ticket)
	context.past = [line for line in context.timeline if not line["ahead"]]
	context.ahead = [line for line in context.timeline if line["ahead"]]
	context.language = frappe.local.lang or "en"
	context.helpdesk_url = frappe.utils.get_url(f"/helpdesk/tickets/{ticket}")
	context.desk_url = frappe.utils.get_url_to_form("HD Ticket", ticket)
	return context


def _requested() -> str:
	return frappe.utils.escape_html(str(frappe.form_dict.get("ticket") or "").strip())
