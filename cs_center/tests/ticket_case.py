"""Base class of the ticket integration's tests: one policy's world, stopped time, no commit leaves a test."""

from contextlib import ExitStack, contextmanager
from datetime import datetime
from unittest.mock import patch

import frappe
from frappe.utils import get_datetime

from cs_center.services.service_levels import minute_pass
from cs_center.services.service_levels.memory import forget_definitions
from cs_center.services.service_levels.site_time import current_instant
from cs_center.services.service_levels.ticket_events import OPENING_FLAG
from cs_center.tests import factories
from cs_center.tests.base import SiteTestCase
from cs_center.tests.site_clock import at

MONDAY = "2027-03-01"
"""Later than the day on which the app came to any test site: older tickets are adopted, not opened."""
NOTICES = "frappe.desk.doctype.notification_log.notification_log"


class TicketTestCase(SiteTestCase):
	"""Agents, a customer's user and two teams; time stands still from Monday 10:00 on."""

	AGENT, OTHER_AGENT, BUYER = "kim@service.example", "lee@service.example", "buyer@service.example"
	TEAM, OTHER_TEAM = "Parcel Team", "Payment Team"

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		cls.create_people()

	@classmethod
	def create_people(cls):
		"""Made once for the test site and left there: a user takes seconds, and clears every cache."""
		if frappe.db.exists("HD Team", cls.OTHER_TEAM):
			return
		factories.create_agent(cls.AGENT)
		factories.create_agent(cls.OTHER_AGENT)
		factories.create_customer_user(cls.BUYER, factories.create_customer("Acme Trading"))
		factories.create_team(cls.TEAM, cls.AGENT)
		factories.create_team(cls.OTHER_TEAM, cls.OTHER_AGENT)
		frappe.db.commit()  # see above

	def setUp(self):
		super().setUp()
		self.time = ExitStack()
		self.addCleanup(self.time.close)
		frappe.flags[OPENING_FLAG] = None
		frappe.clear_document_cache(factories.SETTINGS, factories.SETTINGS)
		factories.change_settings(enabled=1, write_ticket_deadlines=1)
		# The site's own policies stand back, save those made from Helpdesk's SLAs, which tests' policies precede.
		frappe.db.set_value(
			"CS Service Policy", {"docstatus": 1, "imported_from": ["is", "not set"]}, "enabled", 0
		)
		frappe.db.set_value("CS Escalation Policy", {"docstatus": 1}, "enabled", 0)
		forget_definitions()
		frappe.db.set_single_value("HD Settings", {"skip_email_workflow": 1, "auto_update_status": 0})
		frappe.db.commit()  # no real one, see SiteTestCase: a full rollback goes to here
		# A test site has no mail account, and notices by mail would fail for the want of one.
		self.enterContext_(patch(f"{NOTICES}.send_notification_email"))
		self.travel("10:00")

	def tearDown(self):
		frappe.flags[OPENING_FLAG] = None
		super().tearDown()
		frappe.local.db.value_cache.clear()  # a rollback does not reach it
		forget_definitions()
		for single in (factories.SETTINGS, "HD Settings"):
			frappe.clear_document_cache(single, single)

	def enterContext_(self, manager):  # unittest has enterContext from 3.11 on
		value = manager.__enter__()
		self.addCleanup(manager.__exit__, None, None, None)
		return value

	def travel(self, time: str) -> datetime:
		"""It is ``time`` from now on: "2027-03-02 09:00", or "10:00" on Monday 1 March 2027."""
		self.time.close()
		self.time = ExitStack()
		self.addCleanup(self.time.close)
		return self.time.enter_context(at(moment(time)))

	def pass_minute(self) -> int:
		"""The scheduler's minute task, now; what went before was committed by its own requests."""
		frappe.db.commit()
		return minute_pass.run(current_instant())

	def as_user(self, user: str):
		return as_user(user)


def moment(time: str) -> datetime:
	return get_datetime(time if "-" in time else f"{MONDAY} {time}")


@contextmanager
def as_user(user: str):
	before = frappe.session.user
	frappe.set_user(user)
	try:
		yield
	finally:
		frappe.set_user(before)
