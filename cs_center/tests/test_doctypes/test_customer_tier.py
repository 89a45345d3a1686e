"""Customer tiers: what one refuses, how the ladder is kept whole, and who keeps a tier from going away."""

import frappe

from cs_center.setup.install_record import INSERTED_SEEDS, read_record
from cs_center.setup.seeds import insert_seeds, read_seed_file
from cs_center.tests import factories
from cs_center.tests.base import create_user
from cs_center.tests.test_doctypes.customer_case import (
	BASE,
	MIDDLE,
	PROFILE,
	RULE,
	TIER,
	TOP,
	CustomerTestCase,
	benefits,
	equal_benefits,
	make_tier,
)


class TestValues(CustomerTestCase):
	def refused(self, *words: str, **values):
		self.assert_refused(make_tier(**values).insert, *words)

	def test_numbers_lie_in_their_ranges(self):
		self.refused("Rank", "1001", "0 to 1000", rank=1001)
		self.refused("Window (months)", "0", "1 to 120", window_months=0)
		self.refused("Window (months)", "121", window_months=121)
		self.refused("Priority Raised By", "4", "0 to 3", priority_uplift=4)
		self.refused("First-Reply Factor", "0.05", "0.1 to 1", reply_factor=0.05)
		self.refused("Resolution Factor", "1.5", resolution_factor=1.5)
		self.refused("First-Reply Factor", "nan", reply_factor="nan")

	def test_a_sum_is_one_that_can_be_spent(self):
		self.refused("Spend", "inf", "no sum", spend_threshold="inf")
		self.refused("Spend", spend_threshold=10**12)
		self.refused("-5", spend_threshold=-5)

	def test_the_edges_of_the_ranges_are_inside(self):
		tier = make_tier(
			rank=1000, window_months=120, reply_factor=0.1, resolution_factor=0.1, priority_uplift=3
		).insert()
		self.assertEqual((tier.rank, tier.window_months, tier.reply_factor), (1000, 120, 0.1))

	def test_a_name_has_no_comma_and_no_spare_blanks(self):
		for name in ("Gold, Silver", "金，银"):
			self.refused("comma", name=name)
		self.assertEqual(make_tier("  Test   Jade ").insert().name, "Test Jade")
		self.assert_refused(
			lambda: frappe.rename_doc(TIER, TOP, "Gold, yes", force=True, show_alert=False), "comma"
		)

	def test_a_rank_is_given_once_even_to_a_disabled_tier(self):
		error = frappe.UniqueValidationError
		self.assert_refused(make_tier(rank=3).insert, "rank 3", TOP, "another one", error=error)
		self.save(self.top, enabled=0)
		self.assert_refused(make_tier(rank=3).insert, "rank 3", TOP, error=error)

	def test_the_dedicated_agent_reads_messages(self):
		agent = create_user("tiered@people.example", "Agent")
		self.assertEqual(make_tier("Test One", 800, dedicated_agent=agent).insert().dedicated_agent, agent)
		frappe.db.set_value("User", agent, "enabled", 0)
		self.refused("Dedicated Agent", "is disabled", dedicated_agent=agent)
		self.assertTrue(self.save(frappe.get_doc(TIER, "Test One"), perks="Flowers").perks)

	def test_amounts_are_shown_in_the_currency_of_the_settings(self):
		self.assertEqual(self.top.currency, "CNY")
		factories.change_settings(tier_currency="EUR")
		self.assertEqual(self.save(self.top, perks="Flowers").currency, "EUR")


class TestLadder(CustomerTestCase):
	def setUp(self):
		super().setUp()
		frappe.db.delete(PROFILE)

	def refused(self, doc, *words: str, **values):
		doc.update(values)
		self.assert_refused(doc.save if not doc.is_new() else doc.insert, *words)

	def test_the_lowest_tier_asks_for_nothing(self):
		self.refused(self.base, BASE, "lowest rank", "Set its thresholds to 0", spend_threshold=10)
		self.refused(make_tier("Test Low", 0, **equal_benefits()), "Test Low", "lowest rank")

	def test_a_higher_tier_asks_for_something(self):
		self.refused(make_tier(spend_threshold=0), "Test Platinum", "asks for nothing")

	def test_a_disabled_tier_may_still_ask_for_nothing(self):
		self.assertTrue(make_tier(spend_threshold=0, enabled=0).insert().name)

	def test_a_higher_tier_asks_for_more(self):
		self.refused(self.top, TOP, MIDDLE, "less spend", "900.00", "1,000.00", spend_threshold=900)
		self.top.reload()
		self.refused(self.top, TOP, MIDDLE, "fewer orders", "(9, not 10", order_threshold=9)

	def test_other_windows_cannot_be_compared(self):
		self.top.update({"window_months": 3, "spend_threshold": 900, "order_threshold": 9})
		self.assertEqual(self.top.save().window_months, 3)

	def test_two_tiers_do_not_ask_for_the_same(self):
		self.refused(
			make_tier(spend_threshold=5000, order_threshold=50, rank=4),
			f"Whoever reaches {TOP} reaches Test Platinum too",
			"ask for more",
		)

	def test_a_higher_tier_gives_no_less(self):
		for values, words in (
			({"reply_factor": 0.9}, ("waits longer for the first reply", "0.9", "0.8")),
			({"resolution_factor": 0.9}, ("waits longer for the solution", "0.9", "0.8")),
			({"priority_uplift": 0}, ("fewer steps", "(0, not 1")),
		):
			self.top.reload()
			self.refused(self.top, TOP, MIDDLE, *words, **values)

	def test_the_tiers_of_the_site_are_asked_as_they_are_stored(self):
		frappe.db.set_value(TIER, MIDDLE, "enabled", 0)
		self.top.update({"spend_threshold": 900})
		self.assertEqual(self.top.save().spend_threshold, 900)

	def test_everybodys_tier_cannot_go(self):
		self.refused(self.base, MIDDLE, "lowest rank", enabled=0)
		self.assert_refused(lambda: frappe.delete_doc(TIER, BASE), MIDDLE, "lowest rank")

	def test_the_last_tier_cannot_go(self):
		frappe.db.set_value(TIER, {"name": ["in", (MIDDLE, TOP)]}, "enabled", 0)
		self.refused(self.base, "no other enabled tier", enabled=0)
		self.assert_refused(lambda: frappe.delete_doc(TIER, BASE), "no other enabled tier")


class TestUse(CustomerTestCase):
	def disable(self, tier: str):
		doc = frappe.get_doc(TIER, tier)
		doc.enabled = 0
		return doc.save()

	def assert_used(self, *words: str, tier: str = TOP):
		self.assert_refused(lambda: self.disable(tier), tier, "cannot be disabled", *words)
		self.assert_refused(
			lambda: frappe.delete_doc(TIER, tier),
			tier,
			"cannot be deleted",
			*words,
			error=frappe.LinkExistsError,
		)

	def test_a_tier_that_nobody_has_goes_away(self):
		self.profile()
		self.assertFalse(self.disable(MIDDLE).enabled)
		frappe.delete_doc(TIER, TOP)
		self.assertFalse(frappe.db.exists(TIER, TOP))

	def test_a_tier_that_customers_have_stays(self):
		self.profile()
		for field in ("tier", "earned_tier", "override_tier"):
			frappe.db.set_value(PROFILE, self.customer, field, TOP)
			self.assert_used("customers: 1", "Merge it")
			frappe.db.set_value(PROFILE, self.customer, field, BASE)

	def test_a_disabled_tier_can_still_be_saved(self):
		self.disable(TOP)
		frappe.db.set_value(PROFILE, self.profile().name, "earned_tier", TOP)
		self.assertEqual(self.save(self.top, perks="Flowers").enabled, 0)

	def test_a_tier_that_a_policy_asks_for_stays(self):
		policy = factories.create_policy(
			"Gold Service", conditions=[factories.condition("customer_tier", "In", f"x, {TOP.upper()}")]
		)
		self.assert_used("policies", policy.name)
		self.assert_refused(
			lambda: frappe.rename_doc(TIER, TOP, "Test Diamond", show_alert=False),
			policy.name,
			"cannot be renamed",
		)
		frappe.db.set_value("CS Service Policy", policy.name, "enabled", 0)
		self.assertFalse(self.disable(TOP).enabled)

	def test_so_does_one_that_an_escalation_policy_asks_for(self):
		policy = factories.create_escalation_policy(
			[factories.step(1)],
			"Gold Ladder",
			conditions=[factories.condition("customer_tier", "Equals", TOP)],
		)
		self.assert_used(policy.name)

	def test_other_conditions_do_not_count(self):
		factories.create_policy(
			"Gold Priority",
			conditions=[
				factories.condition("priority", "Equals", TOP),
				factories.condition("customer_tier", "Is Set"),
			],
		)
		self.assertFalse(self.disable(TOP).enabled)

	def test_a_tier_that_a_rule_of_care_asks_for_stays(self):
		rule = {"doctype": RULE, "title": "Gold Birthday", "occasion": "Birthday", "purpose": "Greet"}
		rule = frappe.get_doc({**rule, "enabled": 1, "lowest_tier": TOP}).insert()
		self.assert_used("care rules", "Gold Birthday")
		self.save(rule, enabled=0)
		self.assertFalse(self.disable(TOP).enabled)

	def test_merging_gives_its_customers_the_other_tier(self):
		self.profile()
		frappe.db.set_value(PROFILE, self.customer, {"tier": TOP, "earned_tier": TOP})
		frappe.rename_doc(TIER, TOP, MIDDLE, merge=True, show_alert=False)
		self.assertFalse(frappe.db.exists(TIER, TOP))
		stored = frappe.db.get_value(PROFILE, self.customer, ["tier", "earned_tier"])
		self.assertEqual(stored, (MIDDLE, MIDDLE))

	def test_nobodys_tier_becomes_a_disabled_one(self):
		self.disable(MIDDLE)
		self.assert_refused(
			lambda: frappe.rename_doc(TIER, TOP, MIDDLE, merge=True, show_alert=False),
			MIDDLE,
			"is disabled",
		)

	def test_everybodys_tier_is_not_merged_away(self):
		self.assert_refused(
			lambda: frappe.rename_doc(TIER, BASE, MIDDLE, merge=True, show_alert=False), "lowest rank"
		)

	def test_customers_follow_a_new_name(self):
		self.profile()
		frappe.rename_doc(TIER, BASE, "Test Anybody", show_alert=False)
		self.assertEqual(frappe.db.get_value(PROFILE, self.customer, "tier"), "Test Anybody")


class TestSeeds(CustomerTestCase):
	def forget(self):
		"""The site never had tiers."""
		frappe.db.delete(TIER)
		kept = [entry for entry in read_record(INSERTED_SEEDS) if not entry.startswith((TIER, RULE))]
		frappe.db.set_global(INSERTED_SEEDS, frappe.as_json(kept))

	def test_the_shipped_ladder(self):
		self.forget()
		insert_seeds()
		rows = frappe.get_all(
			TIER,
			fields=["name", "rank", "spend_threshold", "order_threshold", "needs", "reply_factor"],
			filters={"enabled": 1},
			order_by="`rank` asc",
			as_list=True,
		)
		self.assertEqual(
			[tuple(row) for row in rows],
			[
				("Regular", 0, 0, 0, "Either", 1),
				("VIP", 10, 10_000, 12, "Either", 1),
				("Senior VIP", 20, 50_000, 40, "Either", 0.75),
			],
		)

	def test_what_an_administrator_changed_stays(self):
		self.forget()
		insert_seeds()
		self.save(frappe.get_doc(TIER, "VIP"), spend_threshold=8000)
		frappe.delete_doc(TIER, "Senior VIP")
		insert_seeds()
		self.assertEqual(frappe.db.get_value(TIER, "VIP", "spend_threshold"), 8000)
		self.assertFalse(frappe.db.exists(TIER, "Senior VIP"))

	def test_a_site_with_tiers_of_its_own_gets_those_that_fit(self):
		self.forget()
		make_tier("Standard", 0, spend_threshold=0, **equal_benefits()).insert()
		make_tier("Best", 15, **benefits(0.5, uplift=1)).insert()
		insert_seeds()
		self.assertFalse(frappe.db.exists(TIER, "Regular"))
		self.assertTrue(frappe.db.exists(TIER, "VIP"))
		self.assertFalse(frappe.db.exists(TIER, "Senior VIP"))

	def test_the_settings_that_come_with_them(self):
		seeds = read_seed_file("settings.json")
		wanted = {"purchase_source": "Automatic", "keep_percent": 90, "grace_days": 30, "evaluation_hour": 2}
		self.assertEqual({field: seeds[field] for field in wanted}, wanted)
