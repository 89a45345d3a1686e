"""Public holidays: each date once, nothing of the administrator's overwritten, make-up days with Monday's hours."""

import unittest
from datetime import date

import frappe

from cs_center.cs_center.doctype.cs_service_calendar.holiday_import import (
	import_public_holidays,
	list_holiday_places,
)
from cs_center.integrations.holiday_calendars import (
	HolidayCalendarError,
	read_special_days,
	years_without_notice,
)
from cs_center.tests.base import SiteTestCase, create_user
from cs_center.tests.test_doctypes.factories import make_calendar


class TestReadSpecialDays(unittest.TestCase):
	def test_china_2024_has_its_make_up_weekends(self):
		worked = [special.day for special in read_special_days("CN", [2024]) if special.is_working_day]
		self.assertEqual(
			worked,
			[
				date(2024, 2, 4),
				date(2024, 2, 18),
				date(2024, 4, 7),
				date(2024, 4, 28),
				date(2024, 5, 11),
				date(2024, 9, 14),
				date(2024, 9, 29),
				date(2024, 10, 12),
			],
		)
		self.assertTrue(all(day.weekday() >= 5 for day in worked))

	def test_a_january_holiday_made_up_in_december_belongs_to_december(self):
		worked = [special.day for special in read_special_days("CN", [2005]) if special.is_working_day]
		self.assertIn(date(2005, 12, 31), worked)

	def test_china_2026_follows_the_official_notice(self):
		special_days = {special.day: special for special in read_special_days("cn", [2026])}
		self.assertFalse(special_days[date(2026, 10, 7)].is_working_day)
		self.assertTrue(special_days[date(2026, 10, 10)].is_working_day)
		self.assertEqual(len([day for day in special_days if day.month == 10]), 8)

	def test_no_date_is_both_a_holiday_and_worked(self):
		for year in range(2018, 2028):
			days = [special.day for special in read_special_days("CN", [year, year])]
			self.assertEqual(len(days), len(set(days)))
			self.assertEqual({day.year for day in days}, {year})

	def test_a_year_after_the_last_notice_is_told(self):
		self.assertEqual(years_without_notice("CN", [2026, 2031]), [2031])
		self.assertEqual(years_without_notice("DE", [2031]), [])

	def test_unknown_places_and_years_are_named_errors(self):
		for arguments, code in (
			(("XX", [2026]), "unknown_country"),
			(("", [2026]), "unknown_country"),
			(("US", [2026], "ZZ"), "unknown_subdivision"),
			(("CN", [26]), "bad_year"),
		):
			with self.assertRaises(HolidayCalendarError) as caught:
				read_special_days(*arguments)
			self.assertEqual(caught.exception.code, code)


class TestImportPublicHolidays(SiteTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.agent = create_user("calendar.agent@example.com", "Agent")

	def setUp(self):
		super().setUp()
		windows = [("Monday", "08:30", "12:00"), ("Monday", "13:00", "17:30"), ("Tuesday", "09:00", "17:00")]
		self.calendar = make_calendar("Holiday Hours", windows=windows).insert()

	def rows(self) -> dict:
		self.calendar.reload()
		return {str(row.exception_date): row for row in self.calendar.exceptions}

	def test_holidays_are_closed_and_make_up_days_have_mondays_hours(self):
		counts = import_public_holidays(self.calendar.name, "CN", "2026")
		rows = self.rows()
		self.assertEqual(counts, {"added": 39, "kept": 0, "make_up": 6, "not_announced": []})
		self.assertEqual(len(rows), 39)
		self.assertEqual(rows["2026-10-01"].closed, 1)
		self.assertEqual(
			(rows["2026-10-10"].closed, rows["2026-10-10"].windows), (0, "08:30-12:00, 13:00-17:30")
		)

	def test_importing_twice_changes_nothing(self):
		import_public_holidays(self.calendar.name, "CN", [2026])
		before = {day: row.name for day, row in self.rows().items()}
		counts = import_public_holidays(self.calendar.name, "CN", "2026")
		self.assertEqual((counts["added"], counts["kept"]), (0, 39))
		self.assertEqual({day: row.name for day, row in self.rows().items()}, before)

	def test_a_row_made_by_hand_stays(self):
		self.calendar.append(
			"exceptions",
			{"exception_date": "2026-10-01", "closed": 0, "windows": "10:00-12:00", "description": "Ours"},
		)
		self.calendar.save()
		counts = import_public_holidays(self.calendar.name, "CN", "2026")
		row = self.rows()["2026-10-01"]
		self.assertEqual((counts["added"], counts["kept"]), (38, 1))
		self.assertEqual((row.closed, row.windows, row.description), (0, "10:00-12:00", "Ours"))

	def test_a_calendar_closed_on_mondays_takes_its_first_working_day(self):
		calendar = make_calendar("Tuesday Hours", windows=[("Tuesday", "09:00", "17:00")]).insert()
		import_public_holidays(calendar.name, "CN", "2026")
		calendar.reload()
		worked = [row.windows for row in calendar.exceptions if not row.closed]
		self.assertEqual(set(worked), {"09:00-17:00"})

	def test_make_up_days_need_a_working_day_to_copy(self):
		calendar = make_calendar("Weekend Hours", windows=[("Saturday", "09:00", "17:00")]).insert()
		self.assert_refused(
			lambda: import_public_holidays(calendar.name, "CN", "2026"),
			"no opening hours from Monday to Friday",
		)

	def test_bad_input_is_refused_with_a_message(self):
		for country, years, subdivision, words in (
			("Narnia", "2026", None, "The holidays of Narnia are not known"),
			("US", "2026", "ZZ", "ZZ is not a subdivision"),
			("CN", "next year", None, "next year is not a list of years"),
			("CN", "26", None, "for the year 26"),
			(
				"CN",
				"2010, 2011, 2012, 2013, 2014, 2015, 2016, 2017, 2018, 2019, 2020",
				None,
				"11 years are too many",
			),
		):
			self.assert_refused(
				lambda: import_public_holidays(self.calendar.name, country, years, subdivision),  # noqa: B023 called at once
				words,
			)
		self.assertEqual(self.rows(), {})

	def test_an_agent_may_not_import(self):
		frappe.set_user(self.agent)
		with self.assertRaises(frappe.PermissionError):
			import_public_holidays(self.calendar.name, "CN", "2026")
		frappe.set_user("Administrator")
		self.assertEqual(self.rows(), {})

	def test_the_list_of_countries_has_subdivisions(self):
		places = {place["value"]: place for place in list_holiday_places()}
		self.assertIn("CA", places["US"]["subdivisions"])
		self.assertEqual(places["CN"]["subdivisions"], [])
