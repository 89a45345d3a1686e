"""The page /cs-escalation?name=NAME, to which an escalation's messages lead: what happened, who was told, what to answer.

Opening it changes nothing: programs that look into mails open the links too. Answers are POSTs of the page's script.
"""

from datetime import timedelta
from urllib.parse import urlencode

import frappe
from frappe import _
from frappe.sessions import get_csrf_token
from frappe.utils import get_fullname, get_url, get_url_to_form, strip_html

from cs_center.api.complaint_permissions import COMPLAINT
from cs_center.api.permissions import may_explain, require_escalation
from cs_center.integrations import helpdesk
from cs_center.services.escalation.describing import describe, escalations_of
from cs_center.services.escalation.responses import reference_of
from cs_center.services.escalation.settings import read_escalation_settings
from cs_center.services.service_levels.explain_amounts import length_text
from cs_center.services.service_levels.site_time import site_zone

no_cache = 1

SNOOZE_MINUTES = (15, 30, 60, 240)
TICKET_FIELDS = ["name", "subject", "status", "priority", "agent_group", "customer", "_assign"]


def get_context(context):
	"""Context for the template; sends guests to the login page and tells the others plainly when they may not see it."""
	name = str(frappe.form_dict.get("name") or "").strip()
	if frappe.session.user == "Guest":
		page = f"/cs-escalation?{urlencode({'name': name})}"
		frappe.local.flags.redirect_location = f"/login?{urlencode({'redirect-to': page})}"
		raise frappe.Redirect
	context.no_cache = 1
	context.language = frappe.local.lang or "en"
	context.title = _("Escalation")
	context.refusal = _refusal(name)
	if context.refusal:
		context.http_status_code = 403
		return context
	escalation = describe(name)
	context.escalation = escalation
	context.people = {user: get_fullname(user) for user in _people(escalation)}
	context.time_zone = site_zone().key
	context.csrf_token = get_csrf_token()
	doctype, reference = reference_of(name)
	if doctype == COMPLAINT:
		context.update(_complaint(reference))
		context.title = _("{0} of complaint {1}").format(escalation["level_text"], reference)
	else:
		context.update(_ticket(reference))
		context.title = _("{0} of ticket #{1}").format(escalation["level_text"], reference)
	context.update(_snoozing())
	return context


def _refusal(name: str) -> str:
	"""Why the caller may not see it; "" for who may."""
	try:
		require_escalation(name)
	except frappe.PermissionError as refused:
		frappe.clear_messages()
		return strip_html(str(refused))
	return ""


def _people(escalation) -> set[str]:
	recipients = {one["to"] for one in escalation["deliveries"]}
	users = {*escalation["told"], *recipients, escalation["acknowledged_by"], escalation["snoozed_by"]}
	return users - {"", None}


def _ticket(name: str) -> dict:
	"""The ticket's figures, as its messages tell them to everybody; links and other escalations for whoever works with it."""
	ticket = frappe.db.get_value(helpdesk.TICKET, name, TICKET_FIELDS, as_dict=True)
	user, works_with_it = frappe.session.user, may_explain(name)
	reads_it = frappe.has_permission(helpdesk.TICKET, "read", name)
	is_agent = helpdesk.is_agent(user) and reads_it
	return {
		"ticket": ticket,
		"assignees": [get_fullname(one) for one in sorted(helpdesk.assignees(ticket))],
		"helpdesk_url": get_url(f"/helpdesk/tickets/{name}") if is_agent else "",
		"desk_url": get_url_to_form(helpdesk.TICKET, name) if works_with_it and reads_it else "",
		"explain_url": f"/cs-explain?{urlencode({'ticket': name})}" if works_with_it else "",
		"others_heading": _("Other escalations of this ticket"),
		"others": _others(name) if works_with_it else [],
	}


def _complaint(name: str) -> dict:
	"""The complaint's figures, in the words of a ticket's."""
	fields = ["name", "subject", "stage as status", "priority", "team as agent_group", "customer", "handler"]
	complaint = frappe.db.get_value(COMPLAINT, name, fields, as_dict=True)
	may_read = frappe.has_permission(COMPLAINT, "read", name)
	return {
		"ticket": complaint,
		"assignees": [get_fullname(complaint.handler)] if complaint.handler else [],
		"helpdesk_url": "",
		"desk_url": get_url_to_form(COMPLAINT, name) if may_read else "",
		"explain_url": "",
		"others_heading": _("Other escalations of this complaint"),
		"others": _others(name, COMPLAINT) if may_read else [],
	}


def _others(reference: str, doctype: str = helpdesk.TICKET) -> list[dict]:
	"""The other escalations of the ticket or complaint, newest first."""
	shown = frappe.form_dict.get("name")
	return [
		{**one, "url": f"/cs-escalation?{urlencode({'name': one['name']})}"}
		for one in escalations_of(reference, doctype)
		if one["name"] != shown
	]


def _snoozing() -> dict:
	most = read_escalation_settings().longest_snooze_hours * 60
	lengths = [
		{"minutes": minutes, "label": length_text(timedelta(minutes=minutes))}
		for minutes in SNOOZE_MINUTES
		if minutes <= most
	]
	return {"snooze_lengths": lengths, "most_minutes": most}
