"""The customer's page, its short form on a ticket, and what is asked while tiers and care rules are set up."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html, getdate

from cs_center.api.permissions import require_ticket
from cs_center.integrations import helpdesk
from cs_center.integrations.holiday_calendars import HolidayCalendarError
from cs_center.services.customers import care_tasks, evaluating
from cs_center.services.customers import holidays as official
from cs_center.services.customers import overview as page
from cs_center.services.customers.deciding import PROFILE
from cs_center.services.customers.why import situation_of
from cs_center.services.customers.why import why as explain

YEARS_AHEAD = 2
MAY_EVALUATE = {"System Manager", "CS Manager", "CS Team Lead", "CS Customer Care"}


@frappe.whitelist(methods=["GET", "POST"])
def overview(customer: str) -> dict[str, Any]:
	"""Everything of one customer for the page; lists hold what the caller may see."""
	return page.overview(require_customer(customer))


@frappe.whitelist(methods=["GET", "POST"])
def why(customer: str) -> dict[str, Any]:
	"""Why the customer has this tier: sentence, rows, grace, override."""
	return explain(situation_of(require_customer(customer)))


@frappe.whitelist(methods=["GET", "POST"])
def short(ticket: str) -> dict[str, Any]:
	"""The ticket's customer in short, for whoever works with the ticket; empty values when it has none."""
	require_ticket(ticket)
	customer = frappe.db.get_value(helpdesk.TICKET, ticket, "customer")
	if not customer or not frappe.db.exists(PROFILE, {"customer": customer}):
		return dict(page.NOBODY)
	return page.short(require_customer(customer))


@frappe.whitelist(methods=["POST"])
def evaluate(customer: str) -> dict[str, Any]:
	"""Decide the customer's tier now instead of tonight; returns the page as it is then."""
	customer = require_customer(customer)
	if frappe.session.user != "Administrator" and not MAY_EVALUATE & set(frappe.get_roles()):
		frappe.throw(
			_("Only a team lead, the customer care or a manager can evaluate a customer."),
			frappe.PermissionError,
		)
	evaluating.evaluate_one(customer)
	return page.overview(customer)


@frappe.whitelist(methods=["GET", "POST"])
def holidays(country: str) -> list[dict[str, Any]]:
	"""Official holidays of a country from this year on: ``[{"name", "dates": [...]}]``, for the form of a care rule."""
	frappe.has_permission("CS Care Rule", "read", throw=True)
	this_year = getdate().year
	found: dict[str, list[str]] = {}
	try:
		years = range(this_year, this_year + YEARS_AHEAD)
		for name in official.lasting_names(country, years):
			days = [official.first_day(country, name, year) for year in years]
			found[name] = [str(day) for day in days if day]
	except HolidayCalendarError:
		frappe.throw(
			_("There is no list of holidays for {0}. Enter the code of a country, for example CN.").format(
				frappe.bold(escape_html(country))
			)
		)
	return [{"name": name, "dates": dates} for name, dates in found.items()]


@frappe.whitelist(methods=["GET", "POST"])
def next_dates(rule: str) -> list[str]:
	"""The next days of a holiday's care rule."""
	frappe.has_permission("CS Care Rule", "read", rule, throw=True)
	return [str(day) for day in care_tasks.next_dates(rule)]


def require_customer(customer: str) -> str:
	"""The customer's name as it is stored. Refuses who may not read the profile, without telling whether there is one."""
	name = frappe.db.get_value(PROFILE, {"customer": customer})
	if not name or not frappe.has_permission(PROFILE, "read", name):
		frappe.throw(
			_("You cannot see the customer {0}. Ask a team lead if you should.").format(
				frappe.bold(escape_html(customer))
			),
			frappe.PermissionError,
		)
	return frappe.db.get_value(PROFILE, name, "customer")
