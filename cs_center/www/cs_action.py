"""The pages /cs-action and /cs-action?name=NAME: what a department is asked to do about a complaint, and its answer.

It shows the action and nothing else of the case. Opening it changes nothing; the answer is a POST of the page's script.
"""

from typing import Any
from urllib.parse import urlencode

import frappe
from frappe import _
from frappe.sessions import get_csrf_token
from frappe.utils import get_fullname, now_datetime, strip_html

from cs_center.api.complaint_permissions import ACTION, require_action
from cs_center.services.complaints.waiting import waiting_for
from cs_center.services.service_levels.site_time import display, site_zone, to_aware_or_none

no_cache = 1

FIELDS = [
	"name",
	"kind",
	"instruction",
	"due_at",
	"state",
	"result",
	"evidence",
	"done_at",
	"done_by",
	"cancelled_reason",
]


def get_context(context):
	"""Context for the template; sends guests to the login page and tells the others plainly when it is not theirs."""
	name = str(frappe.form_dict.get("name") or "").strip()
	if frappe.session.user == "Guest":
		page = f"/cs-action?{urlencode({'name': name})}" if name else "/cs-action"
		frappe.local.flags.redirect_location = f"/login?{urlencode({'redirect-to': page})}"
		raise frappe.Redirect
	context.no_cache = 1
	context.language = frappe.local.lang or "en"
	context.time_zone = site_zone().key
	context.title = _("Actions that wait for you")
	context.action = None
	context.refusal = _refusal(name) if name else ""
	if context.refusal:
		context.title = _("Action", context="CS Complaint Action")
		context.http_status_code = 403
	elif name:
		context.action = _action(name)
		context.title = _("Action {0}").format(name)
		context.csrf_token = get_csrf_token()
	else:
		context.waiting = [_line(row) for row in waiting_for(frappe.session.user)]
	return context


def _refusal(name: str) -> str:
	"""Why the caller may not answer it; "" for who may. It does not tell whether there is such an action."""
	try:
		require_action(name)
	except frappe.PermissionError as refused:
		frappe.clear_messages()
		return strip_html(str(refused))
	return ""


def _action(name: str) -> dict[str, Any]:
	"""The action as the page shows it: times in the site's zone, the people by their names."""
	row = frappe.db.get_value(ACTION, name, FIELDS, as_dict=True)
	return {
		**row,
		"is_open": row.state == "Open",
		"is_overdue": row.state == "Open" and row.due_at < now_datetime(),
		"due": display(to_aware_or_none(row.due_at)),
		"done": display(to_aware_or_none(row.done_at)),
		"done_by": get_fullname(row.done_by) if row.done_by else "",
		"takes_files": row.state == "Open" and frappe.has_permission(ACTION, "write", name),
		"files": _files(name),
	}


def _files(name: str) -> list[dict[str, Any]]:
	"""Attachments of the action itself."""
	attached = {"attached_to_doctype": ACTION, "attached_to_name": name}
	return frappe.get_all("File", attached, ["file_name", "file_url"], order_by="creation asc")


def _line(row: dict[str, Any]) -> dict[str, Any]:
	"""One action of the list, with the address of its page."""
	return {**row, "url": f"/cs-action?{urlencode({'name': row['name']})}"}
