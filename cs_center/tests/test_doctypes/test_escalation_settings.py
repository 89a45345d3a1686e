"""The settings of escalations refuse what could not be worked with, and switching on catches up."""

from unittest.mock import patch

import frappe

from cs_center.tests.base import SiteTestCase
from cs_center.tests.test_doctypes.factories import make_calendar

CONTROLLER = "cs_center.cs_center.doctype.cs_center_settings.cs_center_settings"


class TestEscalationSettings(SiteTestCase):
	def settings(self, **values):
		return frappe.get_doc("CS Center Settings").update(values)

	def test_numbers_out_of_range_are_refused(self):
		for field, value, words in (
			("digest_minutes", 1441, ("Digest (minutes)", "Enter 0 to 1440")),
			("longest_snooze_hours", 0, ("Longest snooze (hours)", "Enter 1 to 168")),
			("longest_snooze_hours", 169, ("Enter 1 to 168",)),
			("delivery_attempts", 0, ("Attempts to deliver", "Enter 1 to 20")),
			("delivery_attempts", 21, ("Enter 1 to 20",)),
		):
			self.assert_refused(self.settings(**{field: value}).save, str(value), *words)

	def test_each_message_may_come_by_itself(self):
		self.settings(digest_minutes=0).save()
		self.assertEqual(frappe.db.get_single_value("CS Center Settings", "digest_minutes"), 0)

	def test_quiet_hours_and_the_alarm_role_can_be_used(self):
		closed = make_calendar("Closed Nights", enabled=0).insert()
		self.assert_refused(self.settings(quiet_calendar=closed.name).save, "Closed Nights", "is disabled")
		self.assert_refused(self.settings(alarm_role="All").save, "Alarm role", "nobody is listed")

	def test_the_quiet_hours_of_the_settings_stay(self):
		nights = make_calendar("Settings Nights").insert()
		self.settings(quiet_calendar=nights.name).save()
		self.assert_refused(nights.delete, "Settings Nights", "CS Center Settings")

	def test_switching_escalations_on_looks_at_every_open_ticket(self):
		with patch(f"{CONTROLLER}.request_catching_up") as catching_up:
			self.settings(run_escalations=0).save()
			catching_up.assert_not_called()
			self.settings(run_escalations=1).save()
			catching_up.assert_called_once_with()
