"""Base class of the tests of deliveries: a channel that leads to a receiver on the loopback, and stopped time."""

from contextlib import ExitStack
from datetime import datetime

import frappe

from cs_center.services.notifications import sending
from cs_center.services.notifications.queue import Message, enqueue
from cs_center.services.service_levels.memory import forget_definitions
from cs_center.services.service_levels.site_time import current_instant
from cs_center.tests import factories
from cs_center.tests.base import SiteTestCase, create_user
from cs_center.tests.site_clock import at
from cs_center.tests.test_notifications.receiver import receiver
from cs_center.tests.ticket_case import moment

DELIVERY, CHANNEL, PROFILE = "CS Notification Delivery", "CS Notification Channel", "CS Agent Profile"


class DeliveryTestCase(SiteTestCase):
	"""It is Monday 10:00; settings are as shipped, save that addresses may be private."""

	PERSON, OTHER = "noor@service.example", "sasha@service.example"

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		if not frappe.db.exists("User", cls.OTHER):
			for user in (cls.PERSON, cls.OTHER):
				create_user(user, "Agent")
			frappe.db.commit()  # a user takes seconds, so both stay for the site

	def setUp(self):
		super().setUp()
		self.time = ExitStack()
		self.addCleanup(lambda: self.time.close())
		self.receiver = self.enter(receiver())
		factories.change_settings(
			allow_private_addresses=1, digest_minutes=15, delivery_attempts=8, quiet_calendar=None
		)
		forget_definitions()
		self.travel("10:00")

	def tearDown(self):
		super().tearDown()
		frappe.local.db.value_cache.clear()  # a rollback does not reach it
		forget_definitions()

	def enter(self, manager):
		value = manager.__enter__()
		self.addCleanup(manager.__exit__, None, None, None)
		return value

	def travel(self, time: str) -> datetime:
		"""It is ``time`` from now on: "10:00" on Monday 1 March 2027, or with a date of its own."""
		self.time.close()
		self.time = ExitStack()
		self.time.enter_context(at(moment(time)))
		return current_instant()

	def channel(self, kind: str = "Generic JSON", **values) -> str:
		doc = {
			"doctype": CHANNEL,
			"channel_name": factories.unique("Group"),
			"kind": kind,
			"enabled": 1,
			"webhook_url": self.receiver.url,
			"messages_per_minute": 20,
			"timeout_seconds": 1,
		}
		return frappe.get_doc({**doc, **values}).insert().name

	def profile(self, user: str, **values) -> None:
		frappe.get_doc({"doctype": PROFILE, "user": user, **values}).insert()

	def message(self, medium: str = "Webhook", **values) -> Message:
		base = {
			"medium": medium,
			"channel": "",
			"recipient": self.PERSON if medium != "Webhook" else "",
			"escalation": "",
			"reference_doctype": "User",
			"reference_name": self.PERSON,
			"occasion": "Alarm",
			"occasion_key": factories.unique("raised"),
			"title": "The parcel is late",
			"message": "Ticket 0007 has used 75 % of its time.",
			"link": "https://desk.example/app/hd-ticket/0007",
		}
		return Message(**{**base, **values})

	def queue(self, *messages: Message) -> list[str]:
		"""Queued at the stopped time; returns the keys."""
		return enqueue(messages, current_instant())

	def send(self, medium: str = "Webhook", channel: str = "") -> int:
		"""The job of one medium or channel, now; what went before was committed by its own request."""
		frappe.db.commit()
		return sending.run(medium, channel)

	def row(self, name: str):
		return frappe.db.get_value(DELIVERY, name, "*", as_dict=True)

	def assert_states(self, names: list[str], *states: str) -> None:
		self.assertEqual([self.row(name).state for name in names], list(states))
