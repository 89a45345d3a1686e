"""What chosen policies would have changed for the tickets of the last days: one row per ticket and metric."""

import frappe
from frappe import _
from frappe.utils import cint

DEFAULT_DAYS = 30
MOST_DAYS = 366
"""Every ticket of the period is computed twice; a year is as much as a person waits for."""


def execute(filters: dict | None = None):
	"""Columns, rows, message, no chart, summary. Filters: policy (names), days, only_changed."""
	filters = frappe._dict(filters or {})
	policies = read_policies(filters.policy)
	if not policies:
		return get_columns(), [], _("Choose one or more policies, drafts too, to see what they would change.")
	rows = preview(policies, read_days(filters.days))
	shown = [row for row in rows if row["changed"] or not cint(filters.only_changed)]
	return get_columns(), shown, None, None, summarise(rows)


def preview(policies: list[str], days: int) -> list[dict]:
	"""Rows of the service, as they are."""
	from cs_center.services.service_levels.preview import preview_policies

	return preview_policies(policies, days)


def read_policies(chosen: str | list | None) -> list[str]:
	"""Names of the filter (a list, or its JSON), all of which must be readable by the user."""
	names = frappe.parse_json(chosen) if isinstance(chosen, str) and chosen.startswith("[") else chosen
	names = [names] if isinstance(names, str) else list(names or [])
	for name in names:
		policy = frappe.get_cached_doc("CS Service Policy", name)
		policy.check_permission("read")
		if policy.applies_to == "Complaint":
			frappe.throw(
				_("{0} applies to complaints and changes nothing for tickets. Take it out.").format(
					frappe.bold(name)
				)
			)
	return names


def read_days(days: str | int | None) -> int:
	number = cint(days) if days else DEFAULT_DAYS
	if not 1 <= number <= MOST_DAYS:
		frappe.throw(_("{0} days are out of range. Enter 1 to {1}.").format(days, MOST_DAYS))
	return number


def summarise(rows: list[dict]) -> list[dict]:
	"""Tickets looked at, tickets changed, and breaches now and then."""
	return [
		_figure(_("Tickets looked at"), len({row["ticket"] for row in rows}), "Blue"),
		_figure(_("Tickets changed"), len({row["ticket"] for row in rows if row["changed"]}), "Blue"),
		_figure(_("Breaches now"), _breaches(rows, "current_state"), "Red"),
		_figure(_("Breaches with the chosen policies"), _breaches(rows, "preview_state"), "Red"),
	]


def get_columns() -> list[dict]:
	return [
		_link("ticket", _("Ticket"), "HD Ticket", 90),
		_column("subject", _("Subject"), "Data", 220),
		_column("metric", _("Metric"), "Data", 130),
		_link("current_policy", _("Policy Now"), "CS Service Policy", 170),
		_link("preview_policy", _("Policy Then"), "CS Service Policy", 170),
		_column("current_state", _("State Now"), "Data", 110),
		_column("preview_state", _("State Then"), "Data", 110),
		_column("changed", _("Changed"), "Check", 90),
		_column("current_due", _("Due Now"), "Datetime", 185),
		_column("preview_due", _("Due Then"), "Datetime", 185),
		_column("opened_at", _("Opened"), "Datetime", 185),
	]


def _breaches(rows: list[dict], field: str) -> int:
	return sum(row[field] == "Breached" for row in rows)


def _figure(label: str, value: int, indicator: str) -> dict:
	return {"label": label, "value": value, "datatype": "Int", "indicator": indicator}


def _column(fieldname: str, label: str, fieldtype: str, width: int) -> dict:
	return {"fieldname": fieldname, "label": label, "fieldtype": fieldtype, "width": width}


def _link(fieldname: str, label: str, doctype: str, width: int) -> dict:
	return {**_column(fieldname, label, "Link", width), "options": doctype}
