""" "Test this calendar" answers like the domain, for saved calendars and for forms that are not saved yet."""

import frappe

from cs_center.cs_center.doctype.cs_service_calendar.calendar_trial import test_calendar as try_calendar
from cs_center.tests.base import SiteTestCase, create_user
from cs_center.tests.test_doctypes.factories import make_calendar


class TestCalendarTrial(SiteTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.customer = create_user("calendar.customer@example.com")

	def setUp(self):
		super().setUp()
		self.calendar = make_calendar(
			"Trial Hours", exceptions=[{"exception_date": "2026-10-01", "closed": 1}]
		).insert()

	def test_the_deadline_comes_with_the_intervals_it_used(self):
		answer = try_calendar(self.calendar.name, "2026-09-30 16:00", 3, "Business Hours")
		self.assertEqual(answer["deadline"], "2026-10-02 11:00:00")
		self.assertEqual(answer["time_zone"], "Asia/Shanghai")
		self.assertEqual(
			answer["intervals"],
			[
				{"from": "2026-09-30 16:00:00", "to": "2026-09-30 17:00:00", "seconds": 3600},
				{"from": "2026-10-02 09:00:00", "to": "2026-10-02 11:00:00", "seconds": 7200},
			],
		)
		self.assertEqual(answer["seconds"], 3 * 3600)

	def test_a_form_that_is_not_saved_is_computed_as_it_stands(self):
		form = make_calendar("Never Saved", windows=[("Monday", "9:00", "12:00")]).as_json()
		answer = try_calendar(form, "2026-03-02 09:00", 180, "Business Minutes")
		self.assertEqual(answer["deadline"], "2026-03-02 12:00:00")
		self.assertFalse(frappe.db.exists("CS Service Calendar", "Never Saved"))

	def test_an_unsaved_form_with_a_mistake_gets_the_same_message_as_saving_it(self):
		form = make_calendar(windows=[("Monday", "09:00", "12:00"), ("Monday", "11:00", "14:00")]).as_json()
		self.assert_refused(
			lambda: try_calendar(form, "2026-03-02 09:00", 1, "Business Hours"), "row 1", "overlap"
		)

	def test_business_days_do_not_count_the_date_of_the_start(self):
		answer = try_calendar(self.calendar.name, "2026-09-29 10:00", 2, "Business Days")
		self.assertEqual(answer["deadline"], "2026-10-02 17:00:00")
		self.assertEqual([row["from"][:10] for row in answer["intervals"]], ["2026-09-30", "2026-10-02"])

	def test_calendar_units_run_through_the_night(self):
		answer = try_calendar(self.calendar.name, "2026-09-30 16:00", 24, "Calendar Hours")
		self.assertEqual(answer["deadline"], "2026-10-01 16:00:00")
		self.assertEqual(answer["seconds"], 24 * 3600)

	def test_a_long_answer_is_cut_and_says_so(self):
		answer = try_calendar(self.calendar.name, "2026-01-01 00:00", 8 * 300, "Business Hours")
		self.assertEqual((len(answer["intervals"]), answer["hidden"]), (200, 100))
		self.assertEqual(answer["seconds"], 8 * 300 * 3600)

	def test_bad_input_is_refused_with_a_message(self):
		for start, amount, unit, words in (
			("2026-03-02 09:00", 0, "Business Hours", "out of range"),
			("2026-03-02 09:00", 10_001, "Business Hours", "at most 10000"),
			("2026-03-02 09:00", 1, "Fortnights", "Fortnights is not a unit"),
			("2026-03-02 09:00", 1.5, "Business Days", "days must be whole"),
			("2300-03-02 09:00", 1, "Business Hours", "for the years 1900 to 2200 only"),
			("2199-03-02 09:00", 9_999, "Calendar Days", "for the years 1900 to 2200 only"),
			("yesterday", 1, "Business Hours", "yesterday is not a date and time"),
		):
			self.assert_refused(lambda: try_calendar(self.calendar.name, start, amount, unit), words)  # noqa: B023 called at once

	def test_a_customer_may_not_look_at_calendars(self):
		form = make_calendar("Never Saved").as_json()
		frappe.set_user(self.customer)
		for calendar in (self.calendar.name, form):
			with self.assertRaises(frappe.PermissionError):
				try_calendar(calendar, "2026-03-02 09:00", 1, "Business Hours")
