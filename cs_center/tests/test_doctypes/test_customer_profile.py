"""Customer profiles: a tier set by hand, how to get in touch, consent, and what nobody writes."""

import frappe
from frappe.utils import getdate

from cs_center.cs_center.doctype.cs_customer_profile.profile_writing import AGENT_FIELDS, COMPUTED_FIELDS
from cs_center.tests import factories
from cs_center.tests.base import create_user
from cs_center.tests.site_clock import at
from cs_center.tests.test_doctypes.customer_case import BASE, MIDDLE, PROFILE, TIER, TOP, CustomerTestCase
from cs_center.tests.ticket_case import as_user

GIVEN = {"override_tier": TOP, "override_reason": "Chamber of commerce", "override_until": "2027-06-30"}


class ProfileTestCase(CustomerTestCase):
	def setUp(self):
		super().setUp()
		self.profile()

	def refused(self, *words: str, error: type[Exception] = frappe.ValidationError, **values):
		self.assert_refused(lambda: self.profile(**values), *words, error=error)


class TestOverride(ProfileTestCase):
	def test_it_has_a_reason_and_an_end(self):
		self.refused("Fill in: Reason, Last Day", override_tier=TOP)
		self.refused("Fill in: Reason", **{**GIVEN, "override_reason": "  "})
		self.refused("Fill in: Last Day", **{**GIVEN, "override_until": None})

	def test_it_begins_today_unless_somebody_says_otherwise(self):
		profile = self.profile(**GIVEN)
		self.assertEqual(profile.override_from, getdate("2027-03-01"))
		self.assertEqual(profile.override_by, "Administrator")
		self.assertEqual(self.profile(override_from="2027-03-10").override_from, getdate("2027-03-10"))

	def test_it_ends_after_it_begins(self):
		self.refused(
			"end on",
			"before it begins",
			**{**GIVEN, "override_from": "2027-07-01"},
		)
		self.assertTrue(self.profile(**{**GIVEN, "override_from": "2027-06-30"}).override_by)

	def test_it_has_not_ended_when_it_is_entered(self):
		days = {"override_from": "2027-02-01", "override_until": "2027-02-28"}
		self.refused("has passed", "clear the tier", **{**GIVEN, **days})
		self.assertTrue(self.profile(**{**GIVEN, "override_until": "2027-03-01"}).override_by)

	def test_one_that_ended_lets_the_rest_be_saved(self):
		self.profile(**GIVEN)
		with at("2027-08-01 10:00"):
			self.assertEqual(self.profile(notes="Called").override_tier, TOP)
			self.refused("has passed", override_reason="Another one")

	def test_it_gives_no_disabled_tier(self):
		frappe.db.set_value(TIER, TOP, "enabled", 0)
		self.refused(TOP, "is disabled", **GIVEN)

	def test_whoever_changes_it_has_set_it(self):
		lead = create_user("given@people.example", "CS Team Lead")
		self.profile(**GIVEN)
		with as_user(lead):
			self.assertEqual(self.profile(notes="Called").override_by, "Administrator")
			self.assertEqual(self.profile(override_until="2027-07-01").override_by, lead)

	def test_a_request_cannot_say_who_set_it(self):
		self.assertEqual(self.profile(**GIVEN, override_by="Guest").override_by, "Administrator")
		self.assertEqual(self.profile(override_by="Guest").override_by, "Administrator")

	def test_taking_the_tier_away_takes_all_of_it_away(self):
		self.profile(**GIVEN)
		profile = self.profile(override_tier=None)
		left = {
			field: profile.get(field)
			for field in ("override_reason", "override_from", "override_until", "override_by")
		}
		self.assertEqual(set(left.values()), {None})

	def test_days_without_a_tier_are_asked_about(self):
		self.refused("Last Day is filled in", "Choose the tier", override_until="2027-06-30")

	def test_the_tier_follows_at_once_and_the_change_is_kept(self):
		self.assertEqual(self.profile(**GIVEN).tier, TOP)
		change = frappe.get_last_doc("CS Tier Change", {"customer": self.customer})
		self.assertEqual((change.from_tier, change.to_tier, change.reason), (BASE, TOP, "Override Set"))
		self.assertEqual(change.currency, "CNY")


class TestContact(ProfileTestCase):
	def test_both_hours_or_none(self):
		self.refused("Not Before and Not After go together", preferred_from="09:00")
		self.refused("go together", preferred_until="18:00")

	def test_hours_are_brought_to_one_form(self):
		profile = self.profile(preferred_from="9:5", preferred_until="１８：３０")
		self.assertEqual((profile.preferred_from, profile.preferred_until), ("09:05", "18:30"))
		profile = self.profile(preferred_from="00:00", preferred_until="24:00")
		self.assertEqual((profile.preferred_from, profile.preferred_until), ("00:00", "23:59"))
		profile = self.profile(preferred_from=" ", preferred_until="")
		self.assertEqual((profile.preferred_from, profile.preferred_until), (None, None))

	def test_the_first_hour_comes_first(self):
		self.refused("18:00 is not before 09:00", preferred_from="18:00", preferred_until="09:00")
		self.refused("09:00 is not before 09:00", preferred_from="09:00", preferred_until="9:00")

	def test_a_time_can_be_read(self):
		self.refused("Not Before", "noon", "09:30", preferred_from="noon", preferred_until="18:00")

	def test_a_new_profile_prefers_no_hour(self):
		profile = frappe.new_doc(PROFILE)
		self.assertFalse(profile.get("preferred_from") or profile.get("preferred_until"))

	def test_consent_has_a_day(self):
		self.assertEqual(self.profile(consent="Given").consent_on, getdate("2027-03-01"))
		with at("2027-04-05 10:00"):
			self.assertEqual(self.profile(consent="Withdrawn").consent_on, getdate("2027-04-05"))
			profile = self.profile(consent="Given", consent_on="2027-04-01", consent_source="By phone")
			self.assertEqual(profile.consent_on, getdate("2027-04-01"))

	def test_consent_is_not_of_tomorrow(self):
		self.refused("still to come", consent="Given", consent_on="2027-03-02")

	def test_who_was_not_asked_gave_no_consent_on_any_day(self):
		self.profile(consent="Given", consent_source="By phone")
		profile = self.profile(consent="Not Asked")
		self.assertEqual((profile.consent_on, profile.consent_source), (None, None))

	def test_a_birthday_is_one_of_somebody_alive(self):
		for day in ("1899-12-31", "2027-03-02"):
			self.refused("birthday", "before 1900 or in the future", birthday=day)
		for day in ("1900-01-01", "2027-03-01"):
			self.assertEqual(getdate(self.profile(birthday=day).birthday), getdate(day))

	def test_the_dedicated_agent_reads_messages(self):
		buyer = factories.create_customer_user("profiled@shop.example")
		self.refused("Dedicated Agent", "not a user of the Desk", dedicated_agent=buyer)
		agent = create_user("profiled@people.example", "Agent")
		self.profile(dedicated_agent=agent)
		frappe.db.set_value("User", agent, "enabled", 0)
		self.assertEqual(self.profile(notes="Left").dedicated_agent, agent)


class TestOne(ProfileTestCase):
	def test_a_customer_has_one_profile(self):
		second = frappe.get_doc({"doctype": PROFILE, "customer": self.customer})
		self.assert_refused(
			second.insert, self.customer, "has a profile already", error=frappe.DuplicateEntryError
		)

	def test_a_customer_of_erpnext_is_counted_once(self):
		self.profile(source_customer=" Acme Ltd ")
		self.assertEqual(self.profile().source_customer, "Acme Ltd")
		other = self.create_customer()
		self.assert_refused(
			lambda: self.profile(other, source_customer="Acme Ltd"),
			"Acme Ltd",
			self.customer,
			error=frappe.DuplicateEntryError,
		)
		self.assertIsNone(self.profile(other, source_customer=" ").source_customer)

	def test_a_profile_goes_with_its_customer_only(self):
		self.assert_refused(lambda: frappe.delete_doc(PROFILE, self.customer), "goes with it")

	def test_it_is_in_the_currency_of_the_tiers(self):
		self.assertEqual(self.profile().currency, "CNY")
		factories.change_settings(tier_currency="EUR")
		self.assertEqual(self.profile(notes="Called").currency, "EUR")


FORGED = {
	"tier": MIDDLE,
	"tier_since": "2020-01-01",
	"earned_tier": MIDDLE,
	"below_since": "2020-01-01",
	"spend": 99_999,
	"orders": 99,
	"override_by": "Guest",
	"tickets_pending": 1,
}
"""What a request may try to write into fields that are computed."""


class TestComputed(ProfileTestCase):
	def test_the_list_is_complete(self):
		self.assertEqual(set(FORGED), set(COMPUTED_FIELDS))

	def test_what_a_request_says_about_them_counts_for_nothing(self):
		before = self.profile()
		after = self.profile(notes="Changed", **FORGED)
		self.assertEqual(after.notes, "Changed")
		self.assertEqual(
			{field: after.get(field) for field in COMPUTED_FIELDS},
			{field: before.get(field) for field in COMPUTED_FIELDS},
		)

	def test_nor_in_a_new_profile(self):
		customer = self.create_customer()
		frappe.db.delete(PROFILE, {"customer": customer})
		frappe.get_doc({"doctype": PROFILE, "customer": customer, **FORGED}).insert()
		profile = self.profile(customer)
		self.assertEqual((profile.tier, profile.earned_tier, profile.spend), (BASE, BASE, 0))
		self.assertFalse(profile.override_by or profile.below_since)


class TestAgents(ProfileTestCase):
	def setUp(self):
		super().setUp()
		self.agent = create_user("profile.agent@people.example", "Agent")
		self.supervisor = create_user("profile.head@people.example", "Agent Manager")

	def test_agents_write_what_the_customer_tells_them(self):
		told = {
			"preferred_channel": "Phone",
			"preferred_from": "09:00",
			"preferred_until": "12:00",
			"consent": "Given",
			"consent_on": "2027-02-01",
			"consent_source": "By phone",
			"notes": "Likes tea",
			"renewal_on": "2027-12-31",
		}
		self.assertEqual(set(told), set(AGENT_FIELDS))
		for user in (self.agent, self.supervisor):
			with as_user(user):
				self.assertEqual(self.profile(**told).notes, "Likes tea")
				self.profile(notes="", consent="Not Asked")

	def test_and_nothing_else(self):
		for user in (self.agent, self.supervisor):
			for field, value, label in (
				("override_tier", TOP, "Tier Set by Hand"),
				("override_reason", "Friend", "Reason"),
				("override_until", "2027-06-30", "Last Day"),
				("dedicated_agent", user, "Dedicated Agent"),
				("source_customer", "Acme Ltd", "Customer in ERPNext"),
			):
				with self.subTest(user=user, field=field), as_user(user):
					self.refused(
						"Agents cannot change", label, error=frappe.PermissionError, **{field: value}
					)

	def test_they_leave_standing_what_a_manager_set(self):
		self.profile(**GIVEN, dedicated_agent=self.agent)
		with as_user(self.agent):
			self.assertEqual(self.profile(notes="Called", override_from="2027-03-01").override_tier, TOP)
			self.refused("Tier Set by Hand", error=frappe.PermissionError, override_tier=None)

	def test_an_agent_with_another_role_writes_what_that_role_writes(self):
		lead = create_user("profile.lead@people.example", "Agent", "CS Team Lead")
		with as_user(lead):
			self.assertEqual(self.profile(**GIVEN).tier, TOP)

	def test_a_service_writes_for_an_agent(self):
		with as_user(self.agent):
			doc = frappe.get_doc(PROFILE, self.customer)
			doc.dedicated_agent = self.agent
			doc.save(ignore_permissions=True)  # as merging customers does
		self.assertEqual(self.profile().dedicated_agent, self.agent)
