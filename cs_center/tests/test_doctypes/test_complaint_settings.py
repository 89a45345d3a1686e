"""The settings of complaints refuse what could not be worked with, and have their shipped values."""

import frappe

from cs_center.setup.seeds import read_seed_file
from cs_center.tests.base import SiteTestCase

SETTINGS = "CS Center Settings"


class TestComplaintSettings(SiteTestCase):
	def settings(self, **values):
		return frappe.get_doc(SETTINGS).update(values)

	def test_numbers_out_of_range_are_refused(self):
		for field, value, words in (
			("repeat_days", 0, ("Repeated within (days)", "Enter 1 to 365")),
			("repeat_days", 366, ("Enter 1 to 365",)),
			("failed_attempts", 0, ("Failed attempts to call back", "Enter 1 to 10")),
			("failed_attempts", 11, ("Enter 1 to 10",)),
			("reminder_hours", 0, ("Remind before due (hours)", "Enter 1 to 720")),
			("reminder_hours", 721, ("Enter 1 to 720",)),
		):
			self.assert_refused(self.settings(**{field: value}).save, str(value), *words)

	def test_a_limit_below_zero_is_refused_and_zero_is_none(self):
		self.assert_refused(
			self.settings(compensation_limit=-1).save, "below zero cannot be a limit", "Enter 0"
		)
		self.settings(compensation_limit=0).save()
		self.assertEqual(frappe.db.get_single_value(SETTINGS, "compensation_limit"), 0)

	def test_roles_that_are_told_have_members(self):
		self.assert_refused(
			self.settings(compensation_role="All").save, "Approves compensation", "nobody is listed"
		)
		frappe.db.set_value("Role", "CS Trainer", "disabled", 1)
		self.assert_refused(
			self.settings(major_report_role="CS Trainer").save,
			"Major complaints are reported to",
			"CS Trainer is disabled",
		)

	def test_the_shipped_values_are_those_that_the_form_shows(self):
		seeds, meta = read_seed_file("settings.json"), frappe.get_meta(SETTINGS)
		for field in (
			"suggest_categories",
			"repeat_days",
			"failed_attempts",
			"reminder_hours",
			"compensation_limit",
		):
			self.assertEqual(str(seeds[field]), meta.get_field(field).default, field)
		self.assertEqual(
			(seeds["compensation_role"], seeds["major_report_role"]), ("CS Manager", "CS Manager")
		)
