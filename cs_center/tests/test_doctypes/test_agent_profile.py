"""Who somebody is in the centre: chains without circles, people who can be reached, times in their order."""

import frappe

from cs_center.tests.base import SiteTestCase, create_user
from cs_center.tests.test_doctypes.factories import (
	make_calendar,
	make_profile,
	step,
	submitted_escalation_policy,
)

PROFILE = "CS Agent Profile"


class TestAgentProfile(SiteTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.ann, cls.ben, cls.cem, cls.gone = (
			create_user(f"profile.{name}@example.com", "Agent") for name in ("ann", "ben", "cem", "gone")
		)
		frappe.db.set_value("User", cls.gone, "enabled", 0)
		cls.customer = create_user("profile.customer@example.com")

	def test_a_profile_is_named_after_its_user_and_shows_the_name(self):
		profile = make_profile(self.ann).insert()
		self.assertEqual((profile.name, profile.service_role), (self.ann, "Agent"))
		self.assertEqual(profile.agent_name, frappe.db.get_value("User", self.ann, "full_name"))

	def test_a_user_has_one_profile(self):
		make_profile(self.ann).insert()
		with self.assertRaises(frappe.DuplicateEntryError):
			make_profile(self.ann).insert()

	def test_only_staff_has_a_profile(self):
		self.assert_refused(make_profile(self.gone).insert, self.gone, "is disabled")
		self.assert_refused(make_profile(self.customer).insert, self.customer, "not a user of the Desk")

	def test_a_profile_of_somebody_who_left_can_still_name_a_fallback(self):
		profile = make_profile(self.ann).insert()
		frappe.db.set_value("User", self.ann, "enabled", 0)
		profile.fallback = self.ben
		profile.save()
		self.assertEqual(frappe.db.get_value(PROFILE, self.ann, "fallback"), self.ben)

	def test_nobody_is_their_own_supervisor_or_fallback(self):
		for field, label in (("supervisor", "Supervisor"), ("fallback", "Fallback")):
			profile = make_profile(self.ann, **{field: self.ann})
			self.assert_refused(profile.insert, label, self.ann, "Choose somebody else")

	def test_supervisors_and_fallbacks_can_be_reached(self):
		for field in ("supervisor", "fallback"):
			for user, words in ((self.gone, "is disabled"), (self.customer, "not a user of the Desk")):
				self.assert_refused(make_profile(self.ann, **{field: user}).insert, user, words)

	def test_a_circle_is_refused_and_shown(self):
		for field in ("supervisor", "fallback"):
			make_profile(self.ann, **{field: self.ben}).insert()
			make_profile(self.ben, **{field: self.cem}).insert()
			profile = make_profile(self.cem, **{field: self.ann})
			chain = f"{self.cem} → {self.ann} → {self.ben} → {self.cem}"
			self.assert_refused(profile.insert, "comes back to", chain, "outside of it")
			for user in (self.ann, self.ben):
				frappe.delete_doc(PROFILE, user)

	def test_a_circle_of_others_is_not_followed_for_ever(self):
		make_profile(self.ann).insert()
		make_profile(self.ben).insert()
		frappe.db.set_value(PROFILE, self.ann, "supervisor", self.ben)
		frappe.db.set_value(PROFILE, self.ben, "supervisor", self.ann)
		profile = make_profile(self.cem, supervisor=self.ann).insert()
		self.assertEqual(profile.chain_of("supervisor"), [self.cem, self.ann, self.ben, self.ann])

	def test_a_supervisor_who_left_does_not_keep_the_profile_from_being_saved(self):
		profile = make_profile(self.ann, supervisor=self.ben).insert()
		frappe.db.set_value("User", self.ben, "enabled", 0)
		profile.daily_cap = 40
		profile.save()
		self.assertEqual(frappe.db.get_value(PROFILE, self.ann, "daily_cap"), 40)

	def test_an_absence_ends_after_it_begins(self):
		times = {"away_from": "2026-03-05 09:00:00", "away_until": "2026-03-05 09:00:00"}
		self.assert_refused(make_profile(self.ann, **times).insert, "ends before it begins", "Exchange")
		self.assertTrue(
			make_profile(self.ann, **{**times, "away_until": "2026-03-05 09:00:01"}).insert().name
		)

	def test_an_absence_may_be_open_on_either_side(self):
		self.assertTrue(make_profile(self.ann, away_from="2026-03-05 09:00:00").insert().name)
		self.assertTrue(make_profile(self.ben, away_until="2026-03-05 09:00:00").insert().name)

	def test_numbers_out_of_range_are_refused(self):
		for cap in (0, 1001):
			self.assert_refused(make_profile(self.ann, daily_cap=cap).insert, str(cap), "Enter 1 to 1000")
		self.assert_refused(make_profile(self.ann, digest_minutes=1441).insert, "1441", "Enter 0 to 1440")

	def test_disabled_calendars_are_refused_and_used_ones_stay(self):
		closed = make_calendar("Closed Nights", enabled=0).insert()
		for field in ("shift_calendar", "quiet_calendar"):
			self.assert_refused(make_profile(self.ann, **{field: closed.name}).insert, "is disabled")
		nights = make_calendar("Used Nights").insert()
		make_profile(self.ann, quiet_calendar=nights.name, shift_calendar=nights.name).insert()
		self.assert_refused(nights.delete, "Used Nights", self.ann)

	def test_a_profile_whose_user_a_policy_in_force_names_stays(self):
		make_profile(self.ann).insert()
		make_profile(self.ben).insert()
		submitted_escalation_policy("Naming Ann", 7030, steps=[step(tell="User", user=self.ann)])
		submitted_escalation_policy("Falling Back", 7031, fallback_user=self.ben)
		for user, policy in ((self.ann, "Naming Ann v1"), (self.ben, "Falling Back v1")):
			self.assert_refused(lambda: frappe.delete_doc(PROFILE, user), policy, "next version")  # noqa: B023 called at once
			self.assertTrue(frappe.db.exists(PROFILE, user))

	def test_a_department_with_people_stays(self):
		department = frappe.get_doc({"doctype": "CS Department", "department_name": "Returns"}).insert()
		make_profile(self.ann, department=department.name).insert()
		self.assert_refused(department.delete, "Returns", self.ann, error=frappe.LinkExistsError)
