"""The profile of a customer: it comes, changes its name and goes with the customer; a tier by hand is told and followed."""

from unittest.mock import patch

import frappe
from frappe.utils import getdate

from cs_center.services.customers import profiles, tickets_following
from cs_center.services.customers.deciding import CHANGE, PROFILE
from cs_center.tests import factories
from cs_center.tests.test_customers.customer_case import PURCHASE, TIER, CustomerTestCase

CUSTOMER, FOLLOW_UP = "HD Customer", "CS Follow Up"
HOSTILE = ['O\'Brien "& Sons"', "100 % cotton %s %(x)s", "back\\slash\\", "{0} {x}", "😀 shop", "x" * 140]


class TestWithTheCustomer(CustomerTestCase):
	def test_it_is_made(self):
		name = factories.create_customer(factories.unique("New"))
		doc = self.profile(name)
		self.assertEqual((doc.name, doc.customer), (name, name))
		self.assertEqual(
			(doc.tier, doc.earned_tier, str(doc.tier_since)), ("Regular", "Regular", "2027-03-01")
		)
		self.assertEqual((doc.consent, doc.tickets_pending, doc.below_since), ("Not Asked", 0, None))
		self.assertEqual(self.changes(name), [])

	def test_made_by_whoever_makes_customers(self):
		with self.as_user(self.AGENT):
			doc = frappe.get_doc({"doctype": CUSTOMER, "customer_name": factories.unique("New")})
			doc.insert(ignore_permissions=True)
		self.assertTrue(frappe.db.exists(PROFILE, doc.name))

	def test_hostile_names(self):
		for name in HOSTILE:
			factories.create_customer(name)
			self.assertEqual(self.profile(name).tier, "Regular", name)
			frappe.delete_doc(CUSTOMER, name)
			self.assertFalse(frappe.db.exists(PROFILE, name), name)

	def test_names_that_differ_by_capitals_or_blanks(self):
		name = factories.create_customer(factories.unique("Twin"))
		for other in (name.upper(), f"{name}  "):
			with self.assertRaises(
				(frappe.DuplicateEntryError, frappe.NameError, frappe.UniqueValidationError)
			):
				frappe.get_doc({"doctype": CUSTOMER, "customer_name": other}).insert()
			frappe.local.message_log = []
		self.assertEqual(frappe.db.count(PROFILE, {"customer": name}), 1)

	def test_a_failure_keeps_no_customer_from_being_made(self):
		with patch.object(profiles, "create", side_effect=RuntimeError("no")):
			name = factories.create_customer(factories.unique("New"))
		self.assertTrue(frappe.db.exists(CUSTOMER, name))
		self.assertFalse(frappe.db.exists(PROFILE, name))
		profiles.make_missing()
		self.assertEqual(self.profile(name).tier, "Regular")

	def test_without_any_tier(self):
		frappe.db.set_value(TIER, {"enabled": 1}, "enabled", 0)
		name = factories.create_customer(factories.unique("New"))
		self.assertTrue(frappe.db.exists(CUSTOMER, name))

	def test_made_once(self):
		name = factories.create_customer(factories.unique("New"))
		profiles.create(name)
		profiles.create(name.upper())
		profiles.make_missing()
		self.assertEqual(frappe.db.count(PROFILE, {"customer": name}), 1)

	def test_a_second_one_is_refused(self):
		name = factories.create_customer(factories.unique("New"))
		for spelled in (name, name.upper(), f" {name} "):
			with self.assertRaises((frappe.ValidationError, frappe.DuplicateEntryError)):
				frappe.get_doc({"doctype": PROFILE, "customer": spelled}).insert()
			frappe.local.message_log = []


class TestRenaming(CustomerTestCase):
	def setUp(self):
		super().setUp()
		self.old = self.customer()
		self.buy(self.old, 1000)
		doc = self.profile(self.old)
		doc.update({"notes": "Likes tea", "birthday": "1980-03-01", "phone": "+86 139 1234 5678"})
		doc.save()
		self.by_hand(self.old, "Senior VIP")

	def by_hand(self, customer, tier):
		doc = self.profile(customer)
		doc.update({"override_tier": tier, "override_reason": "A promise", "override_until": "2027-04-01"})
		doc.save()

	def test_everything_comes_along(self):
		for new in (factories.unique("New"), *HOSTILE[:4]):
			frappe.rename_doc(CUSTOMER, self.old, new, force=True)
			doc = self.profile(new)
			self.assertEqual(
				(doc.name, doc.customer, doc.tier, doc.notes), (new, new, "Senior VIP", "Likes tea")
			)
			self.assertEqual((str(doc.birthday), doc.phone), ("1980-03-01", "+86 139 1234 5678"))
			self.assertFalse(frappe.db.exists(PROFILE, self.old))
			self.assertEqual([one[2] for one in self.changes(new)], ["Override Set"])
			self.assertEqual(frappe.db.get_value(PURCHASE, {"customer": new}, "amount"), 1000)
			doc.notes = "Likes tea"
			doc.save()
			self.old = new

	def test_by_capitals_alone(self):
		new = self.old.upper()
		frappe.rename_doc(CUSTOMER, self.old, new, force=True)
		doc = self.profile(new)
		self.assertEqual((doc.customer, doc.notes), (new, "Likes tea"))
		self.assertEqual(doc.name, new)
		self.assertEqual(frappe.db.count(PROFILE, {"customer": new}), 1)

	def test_without_a_profile(self):
		frappe.db.delete(PROFILE, {"name": self.old})
		new = factories.unique("New")
		frappe.rename_doc(CUSTOMER, self.old, new, force=True)
		self.assertTrue(frappe.db.exists(CUSTOMER, new))


class TestMerging(CustomerTestCase):
	def setUp(self):
		super().setUp()
		self.old, self.new = self.customer(), self.customer()

	def merge(self):
		frappe.rename_doc(CUSTOMER, self.old, self.new, merge=True, force=True)
		return self.profile(self.new)

	def fill(self, customer, **values):
		doc = self.profile(customer)
		doc.update(values)
		doc.save()

	def test_what_the_other_has_not(self):
		self.fill(
			self.old,
			birthday="1980-03-01",
			phone="+86 139 1234 5678",
			preferred_channel="Phone",
			preferred_from="09:00",
			preferred_until="12:00",
			dedicated_agent=self.AGENT,
		)
		self.fill(self.new, phone="+86 139 8765 4321", notes="Likes tea")
		doc = self.merge()
		self.assertEqual((str(doc.birthday), doc.phone), ("1980-03-01", "+86 139 8765 4321"))
		self.assertEqual(
			(doc.preferred_channel, doc.preferred_from, doc.preferred_until), ("Phone", "09:00", "12:00")
		)
		self.assertEqual((doc.dedicated_agent, doc.notes), (self.AGENT, "Likes tea"))
		self.assertFalse(frappe.db.exists(PROFILE, self.old))

	def test_hours_that_do_not_go_together(self):
		self.fill(self.old, preferred_from="09:00", preferred_until="12:00")
		self.fill(self.new, preferred_from="14:00", preferred_until="18:00")
		doc = self.merge()
		self.assertEqual((doc.preferred_from, doc.preferred_until), ("14:00", "18:00"))

	def test_consent_is_not_handed_on(self):
		self.fill(self.old, consent="Given", consent_source="By phone")
		self.assertEqual(self.merge().consent, "Not Asked")

	def test_a_withdrawn_consent_counts_for_both(self):
		"""Whoever did not want to be contacted under one of the names does not want it under the other."""
		self.fill(self.old, consent="Withdrawn")
		self.fill(self.new, consent="Given")
		self.assertEqual(self.merge().consent, "Withdrawn")

	def test_history_and_purchases(self):
		self.buy(self.old, 700)
		self.buy(self.new, 300)
		self.fill(self.old, override_tier="VIP", override_reason="A promise", override_until="2027-04-01")
		doc = self.merge()
		self.assertEqual(self.changes(self.new), [("Regular", "VIP", "Override Set")])
		self.evaluate()
		self.assertEqual(self.profile(doc.name).tier, "VIP")
		self.assertEqual(self.profile(doc.name).spend, 1000)

	def test_an_agent_who_is_disabled_meanwhile(self):
		frappe.db.set_value(PROFILE, self.old, "dedicated_agent", self.OTHER_AGENT)
		frappe.db.set_value("User", self.OTHER_AGENT, "enabled", 0)
		frappe.clear_document_cache("User", self.OTHER_AGENT)
		self.merge()
		self.assertFalse(frappe.db.exists(CUSTOMER, self.old))

	def test_without_profiles(self):
		frappe.db.delete(PROFILE, {"name": ["in", [self.old, self.new]]})
		frappe.rename_doc(CUSTOMER, self.old, self.new, merge=True, force=True)
		self.assertFalse(frappe.db.exists(CUSTOMER, self.old))

	def test_one_has_no_profile(self):
		frappe.db.delete(PROFILE, {"name": self.new})
		self.fill(self.old, notes="Likes tea")
		self.assertEqual(self.merge().notes, "Likes tea")

	def test_tickets_and_follow_ups(self):
		ticket = factories.create_ticket(raised_by=self.buyer_of(self.old))
		self.merge()
		self.assertEqual(factories.fresh(ticket).customer, self.new)


class TestDeleting(CustomerTestCase):
	def test_with_its_customer(self):
		name = self.customer()
		doc = self.profile(name)
		doc.update({"override_tier": "VIP", "override_reason": "A promise", "override_until": "2027-04-01"})
		doc.save()
		frappe.delete_doc(CUSTOMER, name)
		self.assertFalse(frappe.db.exists(PROFILE, name))
		self.assertFalse(frappe.db.exists(CHANGE, {"customer": name}))

	def test_never_without(self):
		name = self.customer()
		self.assert_refused(lambda: frappe.delete_doc(PROFILE, name), "Delete the customer instead")
		self.assertTrue(frappe.db.exists(PROFILE, name))

	def test_a_customer_with_purchases_stays(self):
		name = self.customer()
		self.buy(name, 10)
		with self.assertRaises(frappe.LinkExistsError):
			frappe.delete_doc(CUSTOMER, name)
		frappe.local.message_log = []

	def test_one_whose_customer_is_gone(self):
		name = self.customer()
		frappe.db.delete(CUSTOMER, {"name": name})
		frappe.delete_doc(PROFILE, name, force=True)
		self.assertFalse(frappe.db.exists(PROFILE, name))


class TestByHand(CustomerTestCase):
	def setUp(self):
		super().setUp()
		self.name = self.customer()
		self.started = self.enterContext_(patch.object(tickets_following, "start"))
		self.minutes = iter(range(1, 60))

	def wait(self):
		"""A minute passes, so that changes have an order."""
		self.travel(f"10:{next(self.minutes):02d}")

	def give(self, **values):
		self.wait()
		doc = self.profile(self.name)
		values = {
			"override_tier": "VIP",
			"override_reason": "A promise",
			"override_until": "2027-03-31",
			**values,
		}
		doc.update(values)
		doc.save()
		return self.profile(self.name)

	def take_back(self):
		self.wait()
		doc = self.profile(self.name)
		doc.override_tier = None
		doc.save()
		return self.profile(self.name)

	def rows(self):
		return frappe.get_all(CHANGE, {"customer": self.name}, ["*"], order_by="changed_at asc")

	def test_given(self):
		doc = self.give()
		self.assertEqual((doc.tier, doc.earned_tier, str(doc.tier_since)), ("VIP", "Regular", "2027-03-01"))
		self.assertEqual((doc.override_by, str(doc.override_from)), ("Administrator", "2027-03-01"))
		self.assertEqual(self.changes(self.name), [("Regular", "VIP", "Override Set")])
		row = self.rows()[0]
		self.assertEqual((row.actor, row.direction, row.earned_tier), ("Administrator", "Upgrade", "Regular"))
		self.assertEqual(doc.tickets_pending, 1)
		self.started.assert_called()

	def test_open_tickets_follow(self):
		ticket = factories.create_ticket(raised_by=self.buyer_of(self.name))
		self.give()
		frappe.db.commit()
		self.follow()
		self.assertEqual(factories.fresh(ticket).cs_customer_tier, "VIP")

	def test_changed(self):
		self.give()
		doc = self.give(override_tier="Senior VIP")
		self.assertEqual(doc.tier, "Senior VIP")
		self.assertEqual(self.changes(self.name)[1:], [("VIP", "Senior VIP", "Override Set")])

	def test_lowered(self):
		self.give(override_tier="Senior VIP")
		frappe.db.set_value(PROFILE, self.name, "tickets_pending", 0)
		doc = self.give(override_tier="VIP")
		self.assertEqual((doc.tier, doc.tickets_pending), ("VIP", 0))
		self.assertEqual(self.rows()[1].direction, "Downgrade")

	def test_taken_back(self):
		self.give()
		doc = self.take_back()
		self.assertEqual((doc.tier, doc.override_tier, doc.override_reason), ("Regular", None, None))
		self.assertEqual(self.changes(self.name)[1:], [("VIP", "Regular", "Override Ended")])
		self.assertEqual(self.rows()[1].actor, "Administrator")

	def test_taken_back_to_what_was_earned_meanwhile(self):
		self.give(override_tier="Senior VIP")
		self.buy(self.name, 1000)
		self.assertEqual(self.take_back().tier, "VIP")

	def test_the_end_moved(self):
		self.give()
		doc = self.give(override_until="2027-06-30")
		self.assertEqual((doc.tier, len(self.rows())), ("VIP", 1))

	def test_in_the_future(self):
		doc = self.give(override_from="2027-03-10")
		self.assertEqual((doc.tier, self.rows()), ("Regular", []))
		self.assertEqual(doc.tickets_pending, 0)

	def test_moved_into_the_future(self):
		self.give()
		doc = self.give(override_from="2027-03-10")
		self.assertEqual((doc.tier, self.changes(self.name)[-1][2]), ("Regular", "Override Ended"))

	def test_another_save_decides_nothing(self):
		self.give()
		self.buy(self.name, 5000)
		doc = self.profile(self.name)
		doc.notes = "Likes tea"
		doc.save()
		self.assertEqual((self.profile(self.name).tier, len(self.rows())), ("VIP", 1))

	def test_on_the_first_save_of_a_profile(self):
		frappe.db.delete(PROFILE, {"name": self.name})
		values = {"override_tier": "VIP", "override_reason": "A promise", "override_until": "2027-03-31"}
		frappe.get_doc({"doctype": PROFILE, "customer": self.name, **values}).insert()
		self.assertEqual(self.profile(self.name).tier, "VIP")
		self.assertEqual(self.changes(self.name), [("Regular", "VIP", "Override Set")])

	def test_refused_ones(self):
		for values, words in (
			({"override_reason": " "}, "reason"),
			({"override_until": None}, "last day"),
			({"override_from": "2027-03-20", "override_until": "2027-03-19"}, "before it begins"),
			({"override_from": "2027-02-01", "override_until": "2027-02-28"}, "passed"),
		):
			self.assert_refused(lambda values=values: self.give(**values), words)
		self.assertEqual(self.rows(), [])

	def test_a_disabled_tier(self):
		frappe.db.set_value(TIER, "Senior VIP", "enabled", 0)
		frappe.clear_document_cache(TIER, "Senior VIP")
		self.assert_refused(lambda: self.give(override_tier="Senior VIP"), "disabled")

	def test_what_is_computed_cannot_be_written(self):
		doc = self.profile(self.name)
		doc.update(
			{"tier": "Senior VIP", "earned_tier": "VIP", "spend": 9, "orders": 9, "tickets_pending": 1}
		)
		doc.update({"tier_since": "2020-01-01", "below_since": "2020-01-01", "override_by": self.AGENT})
		doc.save()
		doc = self.profile(self.name)
		self.assertEqual((doc.tier, doc.earned_tier, doc.spend, doc.orders), ("Regular", "Regular", 0, 0))
		self.assertEqual((doc.tickets_pending, doc.below_since, doc.override_by), (0, None, None))
		self.assertEqual(getdate(doc.tier_since), getdate("2027-03-01"))

	def test_an_agent_gives_none(self):
		with self.as_user(self.AGENT):
			self.assert_refused(self.give, "Agents cannot change", error=frappe.PermissionError)
		self.assertEqual(self.rows(), [])

	def test_while_the_tiers_are_no_ladder(self):
		"""What to do is said; no page of code."""
		frappe.db.set_value(TIER, "VIP", "spend_threshold", 100000)
		frappe.clear_document_cache(TIER, "VIP")
		self.assert_refused(self.give, "Senior VIP")
		self.assertEqual(self.profile(self.name).tier, "Regular")

	def test_a_profile_can_be_saved_while_the_tiers_are_no_ladder(self):
		frappe.db.set_value(TIER, "VIP", "spend_threshold", 100000)
		frappe.clear_document_cache(TIER, "VIP")
		doc = self.profile(self.name)
		doc.consent = "Given"
		doc.save()
		self.assertEqual(self.profile(self.name).consent, "Given")
