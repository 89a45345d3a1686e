"""A calendar refuses what it cannot compute with, names the row, and stays as long as something uses it."""

import frappe

from cs_center.tests.base import SiteTestCase
from cs_center.tests.test_doctypes.factories import make_calendar, make_channel, submitted_policy


def closed(date: str, **values) -> dict:
	return {"exception_date": date, "closed": 1, **values}


def opened(date: str, windows: str) -> dict:
	return {"exception_date": date, "closed": 0, "windows": windows}


class TestOpeningHours(SiteTestCase):
	def test_times_are_brought_to_one_form(self):
		calendar = make_calendar(windows=[("Monday", "9:00", "１２：３０"), ("Tuesday", "14:00:00", "24:00")])
		calendar.insert()
		self.assertEqual([row.start_time for row in calendar.windows], ["09:00", "14:00"])
		self.assertEqual([row.end_time for row in calendar.windows], ["12:30", "24:00"])

	def test_the_spec_is_what_the_domain_reads(self):
		calendar = make_calendar(
			windows=[
				("Monday", "09:00", "12:00"),
				("Monday", "14:00", "18:00"),
				("Friday", "21:00", "02:00"),
			],
			exceptions=[closed("2026-10-01"), opened("2026-10-10", "9：00－12:00，14:00-18:00")],
		).insert()
		self.assertEqual(
			calendar.get_spec(),
			{
				"time_zone": "Asia/Shanghai",
				"windows": {
					"monday": [["09:00", "12:00"], ["14:00", "18:00"]],
					"friday": [["21:00", "02:00"]],
				},
				"exceptions": [
					{"date": "2026-10-01", "closed": True},
					{
						"date": "2026-10-10",
						"closed": False,
						"windows": [["09:00", "12:00"], ["14:00", "18:00"]],
					},
				],
			},
		)

	def test_a_time_that_is_none_is_refused_with_its_row(self):
		calendar = make_calendar(windows=[("Monday", "09:00", "12:00"), ("Tuesday", "9 am", "12:00")])
		self.assert_refused(calendar.insert, "Opening hours, row 2", "9 am", "09:00")

	def test_a_missing_time_is_refused_with_its_row(self):
		self.assert_refused(make_calendar(windows=[("Monday", "09:00", "")]).insert, "row 1", "(empty)")

	def test_a_minute_above_59_is_refused(self):
		self.assert_refused(make_calendar(windows=[("Monday", "09:00", "12:75")]).insert, "12:75")

	def test_a_window_without_length_is_refused(self):
		calendar = make_calendar(windows=[("Monday", "09:00", "09:00")])
		self.assert_refused(calendar.insert, "row 1 (Monday 09:00-09:00)", "no length")

	def test_overlapping_windows_are_refused_with_both_rows(self):
		calendar = make_calendar(windows=[("Monday", "09:00", "12:00"), ("Monday", "11:00", "14:00")])
		self.assert_refused(
			calendar.insert, "row 1 (Monday 09:00-12:00)", "row 2 (Monday 11:00-14:00)", "overlap"
		)

	def test_a_night_window_may_not_run_into_the_next_morning(self):
		calendar = make_calendar(windows=[("Monday", "21:00", "02:00"), ("Tuesday", "01:00", "05:00")])
		self.assert_refused(calendar.insert, "row 1 (Monday 21:00-02:00)", "row 2 (Tuesday 01:00-05:00)")

	def test_a_row_without_a_weekday_is_refused(self):
		calendar = make_calendar(windows=[("Monday", "09:00", "12:00"), ("Someday", "09:00", "12:00")])
		self.assert_refused(calendar.insert, "Opening hours, row 2", "the weekday is missing or unknown")

	def test_an_unknown_time_zone_is_refused(self):
		calendar = make_calendar(time_zone="Asia/Peking")
		self.assert_refused(calendar.insert, "Asia/Peking", "Choose one from the list")

	def test_a_calendar_without_windows_is_refused(self):
		self.assert_refused(make_calendar(windows=[]).insert, "never open", "Add at least one row")

	def test_a_calendar_that_was_open_only_in_the_past_is_refused(self):
		calendar = make_calendar(windows=[], exceptions=[opened("2020-01-06", "09:00-12:00")])
		self.assert_refused(calendar.insert, "next 400 days", "Add opening hours")

	def test_time_zones_of_the_list_are_all_accepted_by_the_domain(self):
		from cs_center.cs_center.doctype.cs_service_calendar.cs_service_calendar import list_time_zones
		from cs_center.domain.calendar_spec import read_zone

		zones = list_time_zones()
		self.assertIn("Asia/Shanghai", zones)
		self.assertEqual([zone for zone in zones if str(read_zone(zone)) != zone], [])


class TestExceptions(SiteTestCase):
	def test_a_date_listed_twice_is_refused_with_both_rows(self):
		calendar = make_calendar(
			exceptions=[closed("2026-10-01"), closed("2026-10-02"), closed("2026-10-01")]
		)
		self.assert_refused(calendar.insert, "rows 1, 3", "2026-10-01", "Keep one row")

	def test_closed_with_windows_is_refused(self):
		calendar = make_calendar(exceptions=[closed("2026-10-01", windows="09:00-12:00")])
		self.assert_refused(
			calendar.insert, "Exceptions, row 1", "2026-10-01", "either be closed or have open windows"
		)

	def test_neither_closed_nor_open_is_refused(self):
		calendar = make_calendar(exceptions=[opened("2026-10-01", "")])
		self.assert_refused(calendar.insert, "Exceptions, row 1", "2026-10-01")

	def test_windows_that_cannot_be_read_are_refused(self):
		calendar = make_calendar(exceptions=[opened("2026-10-10", "morning")])
		self.assert_refused(calendar.insert, "Exceptions, row 1", "morning", "09:00-12:00, 14:00-18:00")

	def test_an_exception_without_a_date_is_refused(self):
		calendar = make_calendar(exceptions=[closed(None)])
		self.assert_refused(calendar.insert, "Exceptions, row 1", "the date is missing")

	def test_an_exception_outside_the_calendars_years_is_refused_with_its_row_and_date(self):
		for date in ("1850-01-01", "2201-01-01"):
			calendar = make_calendar(exceptions=[closed("2026-10-01"), closed(date)])
			self.assert_refused(calendar.insert, "Exceptions, row 2", date, "1900 to 2200")

	def test_an_open_exception_may_not_meet_the_night_before(self):
		calendar = make_calendar(
			windows=[("Friday", "21:00", "02:00")], exceptions=[opened("2026-10-10", "01:00-05:00")]
		)
		self.assert_refused(
			calendar.insert, "2026-10-09", "Exceptions, row 1 (2026-10-10 01:00-05:00)", "overlap"
		)


class TestCalendarInUse(SiteTestCase):
	def setUp(self):
		super().setUp()
		self.calendar = make_calendar("Hours in Use").insert()

	def disable(self):
		self.calendar.reload()
		self.calendar.enabled = 0
		self.calendar.save()

	def test_a_free_calendar_can_be_disabled_and_deleted(self):
		self.disable()
		self.assertEqual(frappe.db.get_value("CS Service Calendar", self.calendar.name, "enabled"), 0)
		self.calendar.delete()
		self.assertFalse(frappe.db.exists("CS Service Calendar", self.calendar.name))

	def test_a_submitted_policy_keeps_its_calendar(self):
		submitted_policy("Keeper", calendar=self.calendar.name)
		self.assert_refused(self.disable, "cannot be disabled", "Keeper", "another calendar")
		self.assert_refused(self.calendar.delete, "cannot be deleted", "Keeper")

	def test_a_channel_keeps_its_calendar(self):
		make_channel("Kept Channel", calendar=self.calendar.name).insert()
		self.assert_refused(self.disable, "cannot be disabled", "Kept Channel")
		self.assert_refused(self.calendar.delete, "cannot be deleted", "Kept Channel")

	def test_the_settings_keep_their_calendar(self):
		frappe.db.set_single_value("CS Center Settings", "default_calendar", self.calendar.name)
		self.assert_refused(self.disable, "cannot be disabled", "CS Center Settings")
