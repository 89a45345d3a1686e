"""The clock, the tickets and the people of the facts about a ticket's life."""

import unittest
from contextlib import ExitStack, contextmanager
from datetime import datetime
from unittest.mock import patch

import frappe

AGREEMENT = "helpdesk.helpdesk.doctype.hd_service_level_agreement.hd_service_level_agreement"
CLOCKS = (
	"frappe.utils.now_datetime",
	f"{AGREEMENT}.now_datetime",
	"helpdesk.helpdesk.doctype.hd_ticket.hd_ticket.now_datetime",
)


def november(day: int, hour: int, minute: int = 0) -> datetime:
	"""November 2026 begins on a Sunday; the 2nd is a Monday."""
	return datetime(2026, 11, day, hour, minute)


@contextmanager
def at(instant: datetime):
	"""Set the clock that Helpdesk reads."""
	with ExitStack() as stack:
		for clock in CLOCKS:
			stack.enter_context(patch(clock, return_value=instant))
		yield


def ticket_at(instant: datetime, **values):
	"""Insert a ticket as of `instant` and return it as stored."""
	values = {"subject": "Lifecycle", "description": "<p>First message</p>", **values}
	with at(instant):
		name = frappe.get_doc({"doctype": "HD Ticket", **values}).insert().name
	return frappe.get_doc("HD Ticket", name)


def change(ticket, instant: datetime, **values):
	"""Save a change as of `instant` and return the ticket as stored."""
	with at(instant):
		ticket.update(values)
		ticket.save()
	return frappe.get_doc("HD Ticket", ticket.name)


def message(ticket, direction: str, instant: datetime, kind: str = "Communication"):
	"""Add a message and return the ticket as stored."""
	with at(instant):
		frappe.get_doc(
			{
				"doctype": "Communication",
				"communication_type": kind,
				"sent_or_received": direction,
				"content": "text",
				"subject": "text",
				"reference_doctype": "HD Ticket",
				"reference_name": ticket.name,
			}
		).insert(ignore_permissions=True)
	return frappe.get_doc("HD Ticket", ticket.name)


class LifecycleCase(unittest.TestCase):
	@classmethod
	def tearDownClass(cls):
		frappe.clear_cache()

	def setUp(self):
		frappe.set_user("Administrator")
		settings = {"auto_update_status": 0, "update_status_to": "Replied", "skip_email_workflow": 1}
		for field, value in settings.items():
			frappe.db.set_single_value("HD Settings", field, value)
		forget_cached_settings()
		# A site in use has agreements of its own; here the Default one shall hold.
		frappe.db.set_value("HD Service Level Agreement", {"default_sla": 0}, "enabled", 0)

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()
		forget_cached_settings()


def forget_cached_settings() -> None:
	"""A rollback does not reach what Frappe keeps in Redis."""
	frappe.clear_document_cache("HD Settings", "HD Settings")
	frappe.clear_document_cache("HD Service Level Agreement", "Default")


def use_holiday_list(name: str, day: str) -> None:
	"""Give the Default agreement a list of 2026 with one holiday."""
	days = {"holiday_list_name": name, "from_date": "2026-01-01", "to_date": "2026-12-31"}
	days["holidays"] = [{"holiday_date": day, "description": "Closed"}]
	frappe.get_doc({"doctype": "HD Service Holiday List", **days}).insert()
	agreement = frappe.get_doc("HD Service Level Agreement", "Default")
	agreement.holiday_list = name
	agreement.save()


def create_user(email: str, **values) -> str:
	"""Insert a user and return the name; no mail goes out."""
	user = frappe.get_doc({"doctype": "User", "email": email, "first_name": email.split("@")[0], **values})
	user.flags.no_welcome_mail = True
	return user.insert(ignore_permissions=True).name


def create_agent(email: str) -> str:
	"""Insert a user who is an agent and return the name."""
	agent = {"doctype": "HD Agent", "user": create_user(email), "agent_name": "Agent"}
	return frappe.get_doc(agent).insert(ignore_permissions=True).name
