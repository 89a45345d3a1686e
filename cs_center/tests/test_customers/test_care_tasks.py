"""Tasks of care: each occasion once, for who consents, when the customer may be reached."""

from unittest.mock import patch

import frappe
from frappe.utils import get_datetime

from cs_center import tasks
from cs_center.services.customers import care_making, care_occasions, care_tasks
from cs_center.services.customers.deciding import PROFILE
from cs_center.tests import factories
from cs_center.tests.factories import EVERY_DAY
from cs_center.tests.test_customers.customer_case import RUN, CustomerTestCase

RULE, FOLLOW_UP = "CS Care Rule", "CS Follow Up"
NOT_CARRIED_OUT = "was not carried out"


class CareTestCase(CustomerTestCase):
	"""It is Monday 1 March 2027, three o'clock; customers are reached every day from 9 to 17."""

	def setUp(self):
		super().setUp()
		frappe.db.set_value(RULE, {"enabled": 1}, "enabled", 0)
		frappe.db.set_value(PROFILE, {"consent": "Given"}, "consent", "Withdrawn")
		self.hours = factories.create_calendar(windows=(("09:00", "17:00"),), days=EVERY_DAY)
		factories.change_settings(contact_calendar=self.hours, evaluation_hour=2)
		self.errors_before = len(factories.error_log(NOT_CARRIED_OUT))
		self.travel("03:00")
		frappe.db.commit()

	def rule(self, occasion="Birthday", **values):
		doc = {"doctype": RULE, "title": factories.unique(occasion), "occasion": occasion, "enabled": 1}
		values = {"purpose": "Say something kind", "medium": "Phone", **values}
		name = frappe.get_doc({**doc, **values}).insert().name
		frappe.db.commit()  # by a request of its own
		return name

	def who(self, **values):
		"""A customer who consents; a birthday is entered as people do, encrypted."""
		birthday = values.pop("birthday", None)
		name = self.customer(consent="Given", **values)
		if birthday:
			doc = self.profile(name)
			doc.birthday = birthday
			doc.save()
		frappe.db.commit()  # by a request of its own
		return name

	def due(self, customer, **filters):
		"""(day of the occasion, due at) of the customer's tasks."""
		rows = frappe.get_all(
			FOLLOW_UP,
			{"customer": customer, **filters},
			["occasion_on", "due_at"],
			order_by="occasion_on asc, due_at asc",
		)
		return [(str(row.occasion_on), str(row.due_at)[:16]) for row in rows]

	def task(self, customer):
		return frappe.get_doc(FOLLOW_UP, {"customer": customer})

	def errors(self):
		return len(factories.error_log(NOT_CARRIED_OUT)) - self.errors_before

	def run_on(self, time):
		self.travel(time)
		return care_tasks.run()


class TestBirthdays(CareTestCase):
	def test_on_the_day(self):
		self.rule()
		name, tomorrow = self.who(birthday="1980-03-01"), self.who(birthday="1980-03-02")
		self.assertEqual(care_tasks.run(), 1)
		self.assertEqual(self.due(name), [("2027-03-01", "2027-03-01 09:00")])
		self.assertEqual(self.due(tomorrow), [])
		task = self.task(name)
		self.assertEqual((task.kind, task.state, task.medium), ("Care", "Open", "Phone"))
		self.assertEqual(task.purpose, "Say something kind")

	def test_days_before(self):
		self.rule(days_before=3)
		name = self.who(birthday="1980-03-04")
		care_tasks.run()
		self.assertEqual(self.due(name), [("2027-03-04", "2027-03-04 09:00")])

	def test_over_the_turn_of_the_year(self):
		self.rule(days_before=5)
		name = self.who(birthday="1980-01-02")
		self.run_on("2027-12-28 03:00")
		self.assertEqual(self.due(name), [("2028-01-02", "2028-01-02 09:00")])

	def test_born_on_29_february(self):
		self.rule()
		name = self.who(birthday="1980-02-29")
		self.run_on("2027-02-28 03:00")
		self.run_on("2027-03-01 03:00")
		self.assertEqual([day for day, _at in self.due(name)], ["2027-02-28"])
		self.run_on("2028-02-28 03:00")
		self.assertEqual([day for day, _at in self.due(name)], ["2027-02-28"])
		self.run_on("2028-02-29 03:00")
		self.assertEqual([day for day, _at in self.due(name)], ["2027-02-28", "2028-02-29"])

	def test_born_on_28_february(self):
		self.rule()
		name = self.who(birthday="1980-02-28")
		self.run_on("2028-02-28 03:00")
		self.run_on("2028-02-29 03:00")
		self.assertEqual([day for day, _at in self.due(name)], ["2028-02-28"])

	def test_each_year_again(self):
		self.rule()
		name = self.who(birthday="1980-03-01")
		care_tasks.run()
		self.run_on("2028-03-01 03:00")
		self.assertEqual([day for day, _at in self.due(name)], ["2027-03-01", "2028-03-01"])

	def test_a_birthday_that_was_corrected(self):
		self.rule()
		name = self.who(birthday="1980-03-02")
		doc = self.profile(name)
		doc.birthday = "1980-03-01"
		doc.save()
		care_tasks.run()
		self.assertEqual(len(self.due(name)), 1)

	def test_a_birthday_that_was_taken_out(self):
		self.rule()
		name = self.who(birthday="1980-03-01")
		doc = self.profile(name)
		doc.birthday = None
		doc.save()
		self.assertEqual(care_tasks.run(), 0)

	def test_only_from_a_tier_on(self):
		self.rule(lowest_tier="VIP")
		names = [
			self.who(birthday="1980-03-01", tier=tier, earned_tier=tier)
			for tier in ("Regular", "VIP", "Senior VIP")
		]
		care_tasks.run()
		self.assertEqual([len(self.due(name)) for name in names], [0, 1, 1])


class TestHolidays(CareTestCase):
	def test_an_official_one(self):
		self.travel("2026-02-14 03:00")
		self.rule("Holiday", holiday_country="CN", holiday_name="Spring Festival")
		name = self.who()
		self.assertEqual(care_tasks.run(), 0)
		self.assertEqual(self.run_on("2026-02-15 03:00"), 1)
		for day in ("16", "17", "18"):
			self.assertEqual(self.run_on(f"2026-02-{day} 03:00"), 0)
		self.assertEqual(self.due(name), [("2026-02-15", "2026-02-15 09:00")])

	def test_in_chinese(self):
		self.travel("2026-02-15 03:00")
		self.rule("Holiday", holiday_country="CN", holiday_name="春节")
		name = self.who()
		care_tasks.run()
		self.assertEqual(len(self.due(name)), 1)

	def test_a_day_of_its_own(self):
		self.rule("Holiday", fixed_month=3, fixed_day=1)
		name = self.who()
		care_tasks.run()
		self.assertEqual(self.due(name), [("2027-03-01", "2027-03-01 09:00")])

	def test_29_february(self):
		self.rule("Holiday", fixed_month=2, fixed_day=29)
		name = self.who()
		self.run_on("2027-02-28 03:00")
		self.run_on("2028-02-28 03:00")
		self.run_on("2028-02-29 03:00")
		self.assertEqual([day for day, _at in self.due(name)], ["2027-02-28", "2028-02-29"])

	def test_days_before_new_year(self):
		self.rule("Holiday", fixed_month=1, fixed_day=1, days_before=3)
		name = self.who()
		self.run_on("2027-12-29 03:00")
		self.assertEqual(self.due(name), [("2028-01-01", "2028-01-01 09:00")])

	def test_a_list_that_is_gone(self):
		self.travel("2026-02-15 03:00")
		rule = self.rule("Holiday", holiday_country="CN", holiday_name="Spring Festival")
		frappe.db.set_value(RULE, rule, {"holiday_country": "XX"})
		self.who()
		self.assertEqual(care_tasks.run(), 0)
		self.assertEqual(self.errors(), 0)


class TestRenewals(CareTestCase):
	def test_so_many_days_before(self):
		self.rule("Renewal", days_before=14)
		name = self.who(renewal_on="2027-03-15")
		self.who(renewal_on="2027-03-16")
		self.assertEqual(care_tasks.run(), 1)
		self.assertEqual(self.due(name), [("2027-03-15", "2027-03-01 09:00")])

	def test_a_day_that_is_moved_is_another_occasion(self):
		self.rule("Renewal", days_before=14)
		name = self.who(renewal_on="2027-03-15")
		care_tasks.run()
		frappe.db.set_value(PROFILE, name, "renewal_on", "2027-03-16")
		self.run_on("2027-03-02 03:00")
		self.assertEqual([day for day, _at in self.due(name)], ["2027-03-15", "2027-03-16"])


class TestVisits(CareTestCase):
	def test_the_size_of_the_sample(self):
		names = [self.who() for _number in range(40)]
		self.rule("Visit", sample_percent=10)
		self.assertEqual(care_tasks.run(), 4)
		drawn = [name for name in names if self.due(name)]
		self.assertEqual(len(drawn), 4)
		self.assertEqual({self.task(name).kind for name in drawn}, {"Visit"})
		for name in drawn:
			(on, at), *others = self.due(name)
			self.assertEqual((on, others), ("2027-03-01", []))
			self.assertTrue("2027-03-01 09:00" <= at <= "2027-03-31 17:00", at)

	def test_at_most_so_many_and_at_least_one(self):
		for _number in range(10):
			self.who()
		self.rule("Visit", sample_percent=100, sample_most=3)
		self.rule("Visit", sample_percent=1)
		self.assertEqual(care_tasks.run(), 4)

	def test_nobody_qualifies(self):
		self.rule("Visit", sample_percent=100)
		self.assertEqual(care_tasks.run(), 0)
		self.assertEqual(self.errors(), 0)

	def test_once_a_month(self):
		for _number in range(10):
			self.who()
		self.rule("Visit", sample_percent=20)
		made = [self.run_on(f"2027-03-{day:02d} 03:00") for day in (1, 2, 15, 31)]
		self.assertEqual(made, [2, 0, 0, 0])
		self.assertEqual(self.run_on("2027-04-01 03:00"), 2)

	def test_begun_in_the_middle_of_the_month(self):
		for _number in range(10):
			self.who()
		rule = self.rule("Visit", sample_percent=50)
		self.assertEqual(self.run_on("2027-03-20 03:00"), 5)
		days = frappe.get_all(FOLLOW_UP, {"care_rule": rule}, pluck="due_at")
		self.assertTrue(all(day >= get_datetime("2027-03-20 09:00") for day in days), days)

	def test_on_the_last_evening_of_the_month(self):
		for _number in range(3):
			self.who()
		rule = self.rule("Visit", sample_percent=100)
		self.assertEqual(self.run_on("2027-03-31 18:00"), 3)
		days = {str(day) for day in frappe.get_all(FOLLOW_UP, {"care_rule": rule}, pluck="due_at")}
		self.assertEqual(days, {"2027-04-01 09:00:00"})

	def test_more_customers_meanwhile_draw_nobody_else(self):
		for _number in range(10):
			self.who()
		rule = self.rule("Visit", sample_percent=20)
		care_tasks.run()
		for _number in range(20):
			self.who()
		frappe.db.set_value(RULE, rule, "last_run_on", None)
		before = set(frappe.get_all(FOLLOW_UP, {"care_rule": rule}, pluck="customer"))
		self.run_on("2027-03-02 03:00")
		after = set(frappe.get_all(FOLLOW_UP, {"care_rule": rule}, pluck="customer"))
		self.assertTrue(before <= after)
		self.assertLessEqual(len(after), 6)

	def test_stopped_half_way_the_same_are_drawn(self):
		for _number in range(12):
			self.who()
		rule = self.rule("Visit", sample_percent=50)
		wanted = sorted(care_occasions.customers_of(care_occasions.read_rule(rule), get_day("2027-03-01")))
		self.assertEqual(len(wanted), 6)
		real, calls = care_making._insert, []

		def stopping(values):
			calls.append(1)
			if len(calls) == 4:
				raise KeyboardInterrupt
			return real(values)

		with (
			patch.object(care_tasks, "AT_A_TIME", 1),
			patch.object(care_making, "_insert", stopping),
			self.assertRaises(KeyboardInterrupt),
		):
			care_tasks.run()
		frappe.db.rollback()
		self.assertEqual(frappe.db.count(FOLLOW_UP, {"care_rule": rule}), 3)
		self.assertEqual(self.run_on("2027-03-02 03:00"), 3)
		self.assertEqual(sorted(frappe.get_all(FOLLOW_UP, {"care_rule": rule}, pluck="customer")), wanted)


class TestConsent(CareTestCase):
	def test_none_without_consent(self):
		self.rule("Holiday", fixed_month=3, fixed_day=1)
		for consent in ("Not Asked", "Withdrawn", None):
			self.customer(consent=consent)
		self.assertEqual(care_tasks.run(), 0)

	def test_withdrawing_cancels_what_is_open(self):
		self.rule("Holiday", fixed_month=3, fixed_day=1)
		self.rule("Visit", sample_percent=100)
		name, other = self.who(), self.who()
		care_tasks.run()
		self.assertEqual(len(self.due(name, state="Open")), 2)
		with self.as_user(self.AGENT):
			doc = self.profile(name)
			doc.consent = "Withdrawn"
			doc.save()
		self.assertEqual(self.due(name, state="Open"), [])
		self.assertEqual(len(self.due(other, state="Open")), 2)
		self.assertTrue(all(frappe.get_all(FOLLOW_UP, {"customer": name}, pluck="cancelled_reason")))

	def test_done_ones_and_call_backs_stay(self):
		self.rule("Holiday", fixed_month=3, fixed_day=1)
		name = self.who()
		care_tasks.run()
		task = self.task(name)
		frappe.db.set_value(FOLLOW_UP, task.name, "state", "Done")
		other = frappe.get_doc(
			{
				"doctype": FOLLOW_UP,
				"kind": "Visit",
				"customer": name,
				"medium": "Phone",
				"due_at": "2027-03-02 10:00",
				"purpose": "By hand",
			}
		).insert()
		doc = self.profile(name)
		doc.consent = "Withdrawn"
		doc.save()
		self.assertEqual(frappe.db.get_value(FOLLOW_UP, task.name, "state"), "Done")
		self.assertEqual(frappe.db.get_value(FOLLOW_UP, other.name, "state"), "Open")

	def test_withdrawn_while_the_run_is_under_way(self):
		self.rule("Holiday", fixed_month=3, fixed_day=1)
		names = sorted(self.who() for _number in range(3))
		real = care_making._insert

		def withdrawing(values):
			frappe.db.set_value(PROFILE, names[2], "consent", "Withdrawn")
			return real(values)

		with patch.object(care_tasks, "AT_A_TIME", 1), patch.object(care_making, "_insert", withdrawing):
			care_tasks.run()
		self.assertEqual([len(self.due(name)) for name in names], [1, 1, 0])

	def test_given_again_on_the_same_day(self):
		self.rule("Holiday", fixed_month=3, fixed_day=1)
		name = self.who()
		care_tasks.run()
		for consent in ("Withdrawn", "Given"):
			doc = self.profile(name)
			doc.consent = consent
			doc.save()
		frappe.db.set_value(RULE, {"enabled": 1}, "last_run_on", None)
		self.assertEqual(care_tasks.run(), 0)
		self.assertEqual(len(self.due(name)), 1)


class TestReaching(CareTestCase):
	def setUp(self):
		super().setUp()
		self.made = self.rule("Holiday", fixed_month=3, fixed_day=1)

	def test_the_preferred_channel_and_hours(self):
		name = self.who(preferred_channel="Message", preferred_from="14:30", preferred_until="16:00")
		care_tasks.run()
		self.assertEqual(self.task(name).medium, "Message")
		self.assertEqual(self.due(name), [("2027-03-01", "2027-03-01 14:30")])

	def test_preferred_hours_that_are_over(self):
		name = self.who(preferred_from="09:00", preferred_until="10:00")
		self.run_on("2027-03-01 11:00")
		self.assertEqual(self.due(name), [("2027-03-01", "2027-03-02 09:00")])

	def test_hours_that_never_meet(self):
		name, other = self.who(preferred_from="20:00", preferred_until="21:00"), self.who()
		title = f"nobody can be reached for care rule {self.made}"
		care_tasks.run()
		self.assertEqual((self.due(name), len(self.due(other))), ([], 1))
		self.assertEqual(len(factories.error_log(title[:100])), 1)

	def test_quiet_hours_and_closed_days(self):
		closed = factories.create_calendar(windows=(("10:00", "12:00"),), days=("Wednesday",))
		factories.change_settings(contact_calendar=closed)
		name = self.who()
		care_tasks.run()
		self.assertEqual(self.due(name), [("2027-03-01", "2027-03-03 10:00")])

	def test_the_default_calendar(self):
		factories.change_settings(contact_calendar=None, default_calendar=self.hours)
		name = self.who()
		care_tasks.run()
		self.assertEqual(len(self.due(name)), 1)

	def test_no_calendar_at_all(self):
		factories.change_settings(contact_calendar=None, default_calendar=None)
		name = self.who()
		self.assertEqual(care_tasks.run(), 0)
		self.assertFalse(frappe.db.get_value(RULE, self.made, "last_run_on"))
		factories.change_settings(contact_calendar=self.hours)
		self.travel("03:15")
		self.assertEqual(care_tasks.run(), 1)
		self.assertEqual(len(self.due(name)), 1)

	def test_that_is_not_told_each_quarter_of_an_hour(self):
		factories.change_settings(contact_calendar=None, default_calendar=None)
		self.who()
		for minute in ("00", "15", "30", "45"):
			self.run_on(f"2027-03-01 03:{minute}")
		self.assertEqual(self.errors(), 1)

	def test_the_dedicated_agent_and_the_team(self):
		frappe.db.set_value(RULE, self.made, "team", self.TEAM)
		with_agent, without = self.who(dedicated_agent=self.AGENT), self.who()
		care_tasks.run()
		self.assertEqual(self.task(with_agent).assigned_to, self.AGENT)
		self.assertEqual((self.task(without).assigned_to or "", self.task(without).team), ("", self.TEAM))

	def test_a_disabled_agent(self):
		frappe.db.set_value("User", self.OTHER_AGENT, "enabled", 0)
		name = self.who(dedicated_agent=self.OTHER_AGENT)
		care_tasks.run()
		self.assertFalse(self.task(name).assigned_to)

	def test_a_contact_with_long_names(self):
		name, other = self.who(), self.who()
		contact = frappe.get_doc({"doctype": "Contact", "first_name": "A" * 45, "last_name": "B" * 45})
		contact.append("email_ids", {"email_id": f"{'c' * 60}@buyers.example", "is_primary": 1})
		contact.append("links", {"link_doctype": "HD Customer", "link_name": name})
		contact.insert(ignore_permissions=True)
		frappe.db.commit()
		self.assertEqual(care_tasks.run(), 2)
		self.assertEqual((len(self.due(name)), len(self.due(other))), (1, 1))
		self.assertEqual(self.errors(), 0)

	def test_one_customer_who_cannot_be_served(self):
		"""The others get their tasks, and nobody is asked again each quarter of an hour."""
		names = sorted(self.who() for _number in range(3))
		frappe.db.set_value(PROFILE, names[0], {"preferred_from": "noon", "preferred_until": "13:00"})
		frappe.db.commit()
		care_tasks.run()
		self.assertEqual([len(self.due(name)) for name in names], [0, 1, 1])

	def test_customers_with_hostile_names(self):
		names = ['O\'Brien "& Sons"', "100 % %s {0}", "back\\slash", "😀", "y" * 140]
		for name in names:
			factories.create_customer(name)
			frappe.db.set_value(PROFILE, name, "consent", "Given")
		self.assertEqual(care_tasks.run(), len(names))
		self.assertEqual([len(self.due(name)) for name in names], [1] * len(names))
		frappe.db.set_value(RULE, self.made, "last_run_on", None)
		self.assertEqual(care_tasks.run(), 0)

	def test_a_purpose_with_markup(self):
		frappe.db.set_value(RULE, self.made, "purpose", "<b>Say</b> {0} %s")
		name = self.who()
		care_tasks.run()
		self.assertIn("{0} %s", self.task(name).purpose)


class TestNeverTwice(CareTestCase):
	def setUp(self):
		super().setUp()
		self.made = self.rule("Holiday", fixed_month=3, fixed_day=1)
		self.names = sorted(self.who() for _number in range(5))
		frappe.db.commit()

	def again(self):
		"""As if nobody knew of the run."""
		frappe.db.set_value(RULE, {"enabled": 1}, "last_run_on", None)
		return care_tasks.run()

	def numbers(self, names=None):
		return [len(self.due(name)) for name in names or self.names]

	def test_run_again(self):
		self.assertEqual((care_tasks.run(), care_tasks.run(), self.again()), (5, 0, 0))

	def test_the_first_run_of_all_is_stopped(self):
		real, calls = care_making._insert, []

		def stopping(values):
			made = real(values)
			calls.append(1)
			if len(calls) == 3:
				raise KeyboardInterrupt
			return made

		with (
			patch.object(care_tasks, "AT_A_TIME", 2),
			patch.object(care_making, "_insert", stopping),
			self.assertRaises(KeyboardInterrupt),
		):
			care_tasks.run()
		frappe.db.rollback()
		self.assertEqual(sum(self.numbers()), 2)
		self.travel("2027-03-02 03:00")
		care_tasks.run()
		self.assertEqual(self.numbers(), [1] * 5)

	def test_restarted_after_a_kill(self):
		frappe.db.set_value(RULE, self.made, "last_run_on", "2027-02-28")
		frappe.db.commit()
		self.test_the_first_run_of_all_is_stopped()

	def test_two_runs_side_by_side(self):
		"""The other one makes each task between our look and our insert."""
		real = care_making.Maker._make_guarded

		def other_first(maker, *args):
			self.assertEqual(real(maker, *args), 1)
			return real(maker, *args)

		with patch.object(care_making.Maker, "_make_guarded", other_first):
			self.assertEqual(care_tasks.run(), 0)
		self.assertEqual(self.numbers(), [1] * 5)
		self.assertEqual(frappe.local.message_log, [])

	def test_the_rule_is_renamed(self):
		care_tasks.run()
		frappe.rename_doc(RULE, self.made, factories.unique("Renamed"), force=True)
		self.assertEqual(self.again(), 0)

	def test_a_customer_is_renamed(self):
		care_tasks.run()
		new = factories.unique("Renamed")
		frappe.rename_doc("HD Customer", self.names[0], new, force=True)
		self.assertEqual(self.again(), 0)
		self.assertEqual(self.numbers([new]), [1])

	def test_a_customer_is_renamed_by_capitals(self):
		care_tasks.run()
		new = self.names[0].upper()
		frappe.rename_doc("HD Customer", self.names[0], new, force=True)
		self.assertEqual(self.again(), 0)
		self.assertEqual(self.numbers([new]), [1])

	def test_customers_are_merged(self):
		care_tasks.run()
		frappe.rename_doc("HD Customer", self.names[0], self.names[1], merge=True, force=True)
		self.assertEqual(self.again(), 0)

	def test_a_task_that_was_cancelled(self):
		care_tasks.run()
		task = self.task(self.names[0])
		task.update({"state": "Cancelled", "cancelled_reason": "No"})
		task.save()
		self.assertEqual(self.again(), 0)

	def test_a_task_cannot_be_deleted(self):
		care_tasks.run()
		task = self.task(self.names[0])
		self.assert_refused(task.delete, "Cancel it instead")
		self.assert_refused(lambda: frappe.delete_doc(FOLLOW_UP, task.name), "Cancel it instead")
		self.assertTrue(frappe.db.exists(FOLLOW_UP, task.name))

	def test_a_task_that_is_copied_or_changed_by_hand(self):
		care_tasks.run()
		task = self.task(self.names[0])
		copy = frappe.copy_doc(task)
		copy.insert()
		self.assertFalse(copy.occasion)
		task.update({"occasion": None, "care_rule": None, "occasion_on": None})
		task.save()
		self.assertEqual(self.again(), 0)

	def test_two_rules_for_one_day(self):
		self.rule("Holiday", fixed_month=3, fixed_day=1)
		self.assertEqual(care_tasks.run(), 10)


class TestMissedNights(CareTestCase):
	def test_up_to_six_days(self):
		rule = self.rule()
		days = [f"2027-03-{day:02d}" for day in range(1, 10)]
		names = {day: self.who(birthday=f"1980{day[4:]}") for day in days}
		frappe.db.set_value(RULE, rule, "last_run_on", "2027-02-28")
		self.run_on("2027-03-09 03:00")
		made = [day for day in days if self.due(names[day])]
		self.assertEqual(made, days[2:])
		self.assertEqual(self.due(names["2027-03-03"]), [("2027-03-03", "2027-03-09 09:00")])

	def test_a_rule_that_was_never_run_makes_up_nothing(self):
		self.rule()
		name = self.who(birthday="1980-02-28")
		self.assertEqual(care_tasks.run(), 0)
		self.assertEqual(self.due(name), [])

	def test_a_rule_that_was_switched_off_for_long(self):
		rule = self.rule()
		name = self.who(birthday="1980-03-01")
		frappe.db.set_value(RULE, rule, "last_run_on", "2026-01-01")
		self.assertEqual(care_tasks.run(), 1)
		self.assertEqual(len(self.due(name)), 1)

	def test_the_clock_is_put_back(self):
		rule = self.rule()
		name = self.who(birthday="1980-03-01")
		care_tasks.run()
		self.run_on("2027-02-28 03:00")
		self.run_on("2027-03-01 03:00")
		self.assertEqual(len(self.due(name)), 1)
		self.assertEqual(str(frappe.db.get_value(RULE, rule, "last_run_on")), "2027-03-01")


class TestTheTask(CareTestCase):
	def test_its_hour(self):
		self.rule("Holiday", fixed_month=3, fixed_day=1)
		self.night("Running")
		for time, is_due in (("01:59", False), ("02:00", False), ("05:59", False), ("06:00", True)):
			self.travel(time)
			self.assertEqual(care_tasks.is_due(frappe.utils.now_datetime()), is_due, time)
		self.night()
		for time, is_due in (("01:59", False), ("02:00", True), ("23:59", True)):
			self.travel(time)
			self.assertEqual(care_tasks.is_due(frappe.utils.now_datetime()), is_due, time)
		care_tasks.run()
		self.assertFalse(care_tasks.is_due(frappe.utils.now_datetime()))

	def test_it_waits_for_a_night_that_has_not_begun(self):
		self.rule("Holiday", fixed_month=3, fixed_day=1)
		frappe.db.delete(RUN)
		self.travel("02:00")
		self.assertFalse(care_tasks.is_due(frappe.utils.now_datetime()))

	def night(self, state="Done"):
		frappe.db.delete(RUN)
		doc = {"doctype": RUN, "as_of": "2027-03-01", "state": state, "started_at": "2027-03-01 02:00:00"}
		frappe.get_doc(doc).insert()

	def test_a_late_hour_and_a_night_that_is_never_done(self):
		"""Tasks wait for the tiers, but not for ever."""
		factories.change_settings(evaluation_hour=23)
		self.rule("Holiday", fixed_month=3, fixed_day=1)
		self.night("Running")
		frappe.db.set_value(RUN, {"state": "Running"}, "started_at", "2027-03-01 23:00:00")
		hours = [f"2027-03-0{day} {hour:02d}:45" for day in (1, 2, 3) for hour in range(24)]
		due = []
		for hour in hours:
			self.travel(hour)
			due.append(care_tasks.is_due(frappe.utils.now_datetime()))
		self.assertIn(True, due)

	def test_without_a_rule(self):
		self.assertFalse(care_tasks.is_due(frappe.utils.now_datetime()))

	def test_it_is_queued_once(self):
		self.rule("Holiday", fixed_month=3, fixed_day=1)
		self.night()
		with patch.object(care_tasks.frappe, "enqueue") as queued:
			tasks.make_care_tasks()
		self.assertTrue(queued.call_args.kwargs["deduplicate"])

	def test_a_rule_that_fails_does_not_stop_the_others(self):
		first, second = sorted([self.rule("Holiday", fixed_month=3, fixed_day=1) for _number in range(2)])
		name = self.who()
		frappe.db.commit()
		real = care_tasks.run_rule

		def failing(rule, today):
			if rule.name == first:
				raise RuntimeError("no")
			return real(rule, today)

		with patch.object(care_tasks, "run_rule", failing):
			self.assertEqual(care_tasks.run(), 1)
		self.assertEqual(frappe.get_all(FOLLOW_UP, {"customer": name}, pluck="care_rule"), [second])
		self.assertEqual(self.errors(), 1)
		self.assertEqual(care_tasks.run(), 1)


def get_day(text):
	return get_datetime(text).date()
