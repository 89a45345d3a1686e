"""The night's evaluation: who gets which tier, what is told about it, and what a stopped run leaves behind."""

import json
from unittest.mock import patch

import frappe

from cs_center import tasks
from cs_center.services.customers import batches, deciding, evaluating, profiles, tickets_following
from cs_center.services.customers.deciding import CHANGE, PROFILE
from cs_center.tests import factories
from cs_center.tests.test_customers.customer_case import PURCHASE, RUN, TIER, CustomerTestCase

TODAY = "2027-03-01"


class EvaluatingTestCase(CustomerTestCase):
	"""It is Monday 1 March 2027; nobody but the customers of the test is there."""

	def setUp(self):
		super().setUp()
		for doctype in (PURCHASE, CHANGE, RUN, PROFILE):
			frappe.db.delete(doctype)
		others = frappe.get_all("HD Customer", pluck="name", limit_page_length=0)
		self.hide(others)
		frappe.db.commit()  # no real one: a full rollback goes to here

	def hide(self, names):
		"""Customers whom other tests left: without a profile, and not to be found by who is looking for such."""
		table = frappe.qb.DocType("HD Customer")
		if names:
			frappe.qb.from_(table).where(table.name.isin(names)).delete().run()

	def night(self, day, batch=evaluating.BATCH):
		"""The run of a day, at two o'clock; the row of its log."""
		self.travel(f"{day} 02:00")
		return frappe.get_doc(RUN, evaluating.run(batch))

	def tier(self, customer):
		return frappe.db.get_value(PROFILE, customer, "tier")

	def figures(self, customer):
		row = frappe.db.get_value(PROFILE, customer, ["spend", "orders"])
		return float(row[0]), row[1]

	def override(self, customer, tier, begins=TODAY, ends="2027-03-31"):
		values = {"override_tier": tier, "override_from": begins, "override_until": ends}
		values |= {"override_reason": "A promise", "override_by": self.AGENT}
		frappe.db.set_value(PROFILE, customer, values)

	def snapshot(self):
		"""Everything that is decided, but for when it was written down."""
		fields = ["name", "tier", "tier_since", "earned_tier", "below_since", "spend", "orders"]
		told = ["customer", "from_tier", "to_tier", "reason", "direction", "as_of", "spend", "orders"]
		return (
			frappe.get_all(PROFILE, fields=fields, order_by="name", limit_page_length=0),
			frappe.get_all(CHANGE, fields=told, order_by="customer, reason, to_tier", limit_page_length=0),
		)


class TestSums(EvaluatingTestCase):
	def test_spend_and_orders(self):
		spender, orderer, poor = (self.customer() for _number in range(3))
		self.buy(spender, 600)
		self.buy(spender, 400)
		for _number in range(5):
			self.buy(orderer, 1)
		self.buy(poor, 999.99)
		self.night(TODAY)
		self.assertEqual([self.tier(one) for one in (spender, orderer, poor)], ["VIP", "VIP", "Regular"])
		self.assertEqual(self.figures(spender), (1000, 2))
		self.assertEqual(self.figures(orderer), (5, 5))
		self.assertEqual(self.figures(poor), (999.99, 1))

	def test_both_thresholds(self):
		self.set_tier("VIP", rank=10, spend_threshold=1000, order_threshold=5, needs="Both")
		one, both = self.customer(), self.customer()
		self.buy(one, 4000)
		for _number in range(5):
			self.buy(both, 200)
		self.night(TODAY)
		self.assertEqual((self.tier(one), self.tier(both)), ("Regular", "VIP"))

	def test_two_tiers_at_once(self):
		name = self.customer()
		self.buy(name, 5000)
		self.night(TODAY)
		self.assertEqual(self.changes(name), [("Regular", "Senior VIP", "Thresholds Reached")])

	def test_edges_of_the_window(self):
		"""Twelve months that end on 1 March 2027 begin on 2 March 2026."""
		inside, outside, today, tomorrow = (self.customer() for _number in range(4))
		for name, day in (
			(inside, "2026-03-02"),
			(outside, "2026-03-01"),
			(today, TODAY),
			(tomorrow, "2027-03-02"),
		):
			self.buy(name, 1000, purchased_on=day)
		self.night(TODAY)
		self.assertEqual(
			[self.tier(one) for one in (inside, outside, today, tomorrow)],
			["VIP", "Regular", "VIP", "Regular"],
		)
		self.night("2027-03-02")
		self.assertEqual(self.tier(tomorrow), "VIP")

	def test_a_window_on_29_february(self):
		name, early = self.customer(), self.customer()
		self.travel("2028-02-29 10:00")
		self.buy(name, 1000, purchased_on="2027-03-01")
		self.buy(early, 1000, purchased_on="2027-02-28")
		self.night("2028-02-29")
		self.assertEqual((self.tier(name), self.tier(early)), ("VIP", "Regular"))

	def test_tiers_with_windows_of_their_own(self):
		self.set_tier("VIP", rank=10, spend_threshold=1000, window_months=3)
		self.set_tier("Senior VIP", rank=20, spend_threshold=2000, window_months=24)
		recent, old, long_ago = (self.customer() for _number in range(3))
		self.buy(recent, 1000, purchased_on="2026-12-02")
		self.buy(old, 1000, purchased_on="2026-12-01")
		self.buy(long_ago, 2000, purchased_on="2025-03-02")
		self.night(TODAY)
		self.assertEqual(
			[self.tier(one) for one in (recent, old, long_ago)], ["VIP", "Regular", "Senior VIP"]
		)
		self.assertEqual(self.figures(old), (1000, 1))

	def test_returns_are_subtracted_and_are_no_orders(self):
		name = self.customer()
		order = self.buy(name, 1500)
		self.buy(name, 501, is_return=1, returns_order=order.name)
		for _number in range(3):
			self.buy(name, 0)
		self.night(TODAY)
		self.assertEqual((self.tier(name), self.figures(name)), ("Regular", (999, 4)))

	def test_more_returned_than_bought(self):
		name = self.customer()
		self.buy(name, 700, is_return=1)
		self.night(TODAY)
		self.assertEqual((self.tier(name), self.figures(name)), ("Regular", (-700, 0)))

	def test_cents_do_not_wander(self):
		name = self.customer()
		self.set_tier("VIP", rank=10, spend_threshold=0.3)
		for _number in range(3):
			self.buy(name, 0.1)
		self.night(TODAY)
		self.assertEqual((self.tier(name), self.figures(name)), ("VIP", (0.3, 3)))

	def test_capitals_and_blanks_in_the_customer_of_a_purchase(self):
		name = self.customer()
		for spelled in (name.upper(), f"{name}  ", name.lower()):
			order = self.buy(name, 400)
			frappe.db.set_value(PURCHASE, order.name, "customer", spelled, update_modified=False)
		self.night(TODAY)
		self.assertEqual((self.tier(name), self.figures(name)), ("VIP", (1200, 3)))

	def test_asked_for_by_another_spelling(self):
		name = self.customer()
		self.buy(name, 1000)
		self.night(TODAY)
		for spelled in (name.upper(), f"{name} "):
			evaluating.evaluate_one(spelled)
			self.assertEqual(self.figures(name), (1000, 1), repr(spelled))
			self.assertFalse(frappe.db.get_value(PROFILE, name, "below_since"))

	def test_a_renamed_customer_with_other_capitals(self):
		name = self.customer()
		self.buy(name, 1000)
		renamed = name.replace("Customer", "CUSTOMER")
		frappe.rename_doc("HD Customer", name, renamed, force=True)
		self.night(TODAY)
		self.assertEqual(self.figures(renamed), (1000, 1))
		self.assertEqual(self.tier(renamed), "VIP")

	def test_names_that_nobody_expects(self):
		hostile = [
			'O\'Brien "& Sons"',
			"100 % cotton %s %(name)s",
			"back\\slash\\",
			"{0} {curly}",
			"😀 emoji shop",
			"王小明公司",
			"a & b; drop table --",
			"x" * 140,
			"_under%score",
		]
		made = []
		for name in hostile:
			made.append(factories.create_customer(name))
			self.buy(made[-1], 1000)
		log = self.night(TODAY, batch=2)
		self.assertEqual(log.customers, len(hostile))
		for name in made:
			self.assertEqual((self.tier(name), self.figures(name)), ("VIP", (1000, 1)), name)
			self.assertEqual(self.changes(name), [("Regular", "VIP", "Thresholds Reached")], name)
			self.assertFalse(factories.error_log(f"no profile was made for customer {name}"[:100]), name)

	def test_purchases_of_nobody(self):
		name = self.customer()
		order = self.buy(name, 1000)
		frappe.db.set_value(PURCHASE, order.name, "customer", "Gone for ever")
		log = self.night(TODAY)
		self.assertEqual((log.customers, self.figures(name)), (1, (0, 0)))


class TestGoingDown(EvaluatingTestCase):
	def setUp(self):
		super().setUp()
		self.name = self.customer()
		self.order = self.buy(self.name, 1000)
		self.night(TODAY)
		self.assertEqual(self.tier(self.name), "VIP")

	def now_spends(self, amount):
		frappe.db.set_value(PURCHASE, self.order.name, "base_amount", amount, update_modified=False)

	def below_since(self):
		since = frappe.db.get_value(PROFILE, self.name, "below_since")
		return str(since) if since else None

	def test_ninety_percent_keep_it(self):
		self.now_spends(900)
		log = self.night("2027-03-02")
		self.assertEqual((self.tier(self.name), self.below_since(), log.in_grace), ("VIP", None, 0))

	def test_thirty_days_of_grace(self):
		self.now_spends(899.99)
		log = self.night("2027-03-02")
		self.assertEqual((self.below_since(), log.in_grace), ("2027-03-02", 1))
		self.night("2027-03-31")
		self.assertEqual(self.tier(self.name), "VIP")
		log = self.night("2027-04-01")
		self.assertEqual((self.tier(self.name), self.below_since()), ("Regular", None))
		self.assertEqual((log.downgrades, log.in_grace), (1, 0))
		self.assertEqual(self.changes(self.name)[-1], ("VIP", "Regular", "Below Thresholds"))

	def test_back_within_the_grace(self):
		self.now_spends(100)
		self.night("2027-03-02")
		self.now_spends(950)
		self.night("2027-03-03")
		self.assertEqual((self.tier(self.name), self.below_since()), ("VIP", None))
		self.now_spends(100)
		self.night("2027-03-04")
		self.assertEqual(self.below_since(), "2027-03-04")

	def test_no_grace(self):
		factories.change_settings(grace_days=0, keep_percent=100)
		self.now_spends(999.99)
		self.night("2027-03-02")
		self.assertEqual(self.tier(self.name), "Regular")

	def test_nights_that_were_missed(self):
		self.now_spends(100)
		self.night("2027-03-02")
		self.night("2027-06-01")
		self.assertEqual(self.tier(self.name), "Regular")

	def test_two_steps_down_at_once(self):
		self.now_spends(5000)
		self.night("2027-03-02")
		self.now_spends(950)
		self.night("2027-03-03")
		self.night("2027-04-02")
		self.assertEqual(self.changes(self.name)[-1], ("Senior VIP", "VIP", "Below Thresholds"))
		self.assertEqual(self.tier(self.name), "VIP")

	def test_nobody_flaps(self):
		for day in range(2, 30):
			self.now_spends(1000 if day % 2 else 950)
			self.night(f"2027-03-{day:02d}")
		self.assertEqual(len(self.changes(self.name)), 1)


class TestOverrides(EvaluatingTestCase):
	def test_begins_in_the_future_and_ends(self):
		name = self.customer()
		self.override(name, "Senior VIP", "2027-03-03", "2027-03-05")
		held = {}
		for day in range(1, 8):
			self.night(f"2027-03-0{day}")
			held[day] = self.tier(name)
		self.assertEqual([day for day, tier in held.items() if tier == "Senior VIP"], [3, 4, 5])
		self.assertEqual(
			self.changes(name),
			[("Regular", "Senior VIP", "Override Set"), ("Senior VIP", "Regular", "Override Ended")],
		)
		rows = frappe.get_all(CHANGE, {"customer": name}, ["actor", "reason"], order_by="as_of")
		self.assertEqual([row.actor or "" for row in rows], [self.AGENT, ""])

	def test_ends_without_grace_to_what_is_earned(self):
		name = self.customer()
		self.buy(name, 1000)
		self.override(name, "Senior VIP", TODAY, "2027-03-02")
		for day in range(1, 4):
			self.night(f"2027-03-0{day}")
		self.assertEqual(self.changes(name)[-1], ("Senior VIP", "VIP", "Override Ended"))

	def test_a_lower_tier_by_hand(self):
		name = self.customer()
		self.buy(name, 5000)
		self.night(TODAY)
		self.override(name, "Regular", "2027-03-02", "2027-03-02")
		self.night("2027-03-02")
		self.assertEqual(self.tier(name), "Regular")
		self.assertEqual(frappe.db.get_value(PROFILE, name, "earned_tier"), "Senior VIP")
		self.night("2027-03-03")
		self.assertEqual(self.tier(name), "Senior VIP")
		self.assertEqual(self.changes(name)[-1], ("Regular", "Senior VIP", "Override Ended"))

	def test_what_is_earned_goes_on_beneath(self):
		name = self.customer()
		self.buy(name, 1000)
		self.night(TODAY)
		self.override(name, "Senior VIP", "2027-03-02", "2027-05-31")
		frappe.db.set_value(PURCHASE, {"customer": name}, "base_amount", 1)
		self.night("2027-03-02")
		self.night("2027-04-05")
		self.assertEqual(frappe.db.get_value(PROFILE, name, "earned_tier"), "Regular")
		self.night("2027-06-01")
		self.assertEqual(self.tier(name), "Regular")

	def test_a_tier_that_was_disabled(self):
		name = self.customer()
		self.override(name, "Senior VIP")
		self.night(TODAY)
		frappe.db.set_value(TIER, "Senior VIP", "enabled", 0)
		frappe.clear_document_cache(TIER, "Senior VIP")
		log = self.night("2027-03-02")
		self.assertEqual(self.tier(name), "Regular")
		self.assertEqual(self.changes(name)[-1], ("Senior VIP", "Regular", "Tiers Changed"))
		self.assertEqual((log.upgrades, log.downgrades), (0, 1))

	def test_an_earned_tier_that_was_disabled(self):
		name = self.customer()
		self.buy(name, 5000)
		self.night(TODAY)
		frappe.db.set_value(PROFILE, name, "tickets_pending", 0)
		frappe.db.set_value(TIER, "Senior VIP", "enabled", 0)
		frappe.clear_document_cache(TIER, "Senior VIP")
		self.night("2027-03-02")
		row = frappe.get_all(CHANGE, {"customer": name, "as_of": "2027-03-02"}, ["*"])[0]
		self.assertEqual((row.to_tier, row.reason, row.direction), ("VIP", "Tiers Changed", "Downgrade"))


class TestWhatIsTold(EvaluatingTestCase):
	def test_the_change_and_its_explanation(self):
		name = self.customer()
		order = self.buy(name, 1200)
		self.buy(name, 100, is_return=1, returns_order=order.name)
		self.night(TODAY)
		rows = frappe.get_all(CHANGE, {"customer": name}, ["*"])
		self.assertEqual(len(rows), 1)
		row = rows[0]
		self.assertEqual(
			(row.from_tier, row.to_tier, row.direction, row.reason),
			("Regular", "VIP", "Upgrade", "Thresholds Reached"),
		)
		self.assertEqual((row.spend, row.orders, row.currency, row.earned_tier), (1100, 1, "CNY", "VIP"))
		self.assertEqual(
			[str(row[field]) for field in ("window_from", "window_to", "as_of")],
			["2026-03-02", TODAY, TODAY],
		)
		self.assertFalse(row.actor)
		trials = json.loads(row.explanation)
		self.assertEqual([trial["tier"] for trial in trials], ["Senior VIP", "VIP"])
		self.assertEqual(
			[(trial["reached"], trial["kept"]) for trial in trials], [(False, False), (True, True)]
		)
		self.assertEqual(float(trials[1]["spend"]), 1100)
		self.assertEqual((float(trials[1]["asked_spend"]), trials[1]["asked_orders"]), (1000, 5))

	def test_the_log(self):
		up, down, grace, still = (self.customer() for _number in range(4))
		self.buy(up, 1000)
		for name, since in ((down, "2027-01-01"), (grace, None)):
			frappe.db.set_value(PROFILE, name, {"tier": "VIP", "earned_tier": "VIP", "below_since": since})
		log = self.night(TODAY, batch=1)
		self.assertEqual(
			(log.state, log.customers, log.upgrades, log.downgrades, log.in_grace), ("Done", 4, 1, 1, 1)
		)
		self.assertEqual((str(log.as_of), log.source, log.position), (TODAY, PURCHASE, log.position))
		self.assertTrue(log.finished_at)
		self.assertEqual(self.changes(still), [])
		self.assertEqual(str(frappe.db.get_value(PROFILE, up, "tier_since")), TODAY)

	def test_time_stamps_of_profiles_stay(self):
		name = self.customer()
		before = frappe.db.get_value(PROFILE, name, "modified")
		self.buy(name, 1000)
		self.night(TODAY)
		self.assertEqual(frappe.db.get_value(PROFILE, name, "modified"), before)

	def test_an_open_form_is_not_refused_and_takes_nothing_back(self):
		name = self.customer()
		held = self.profile(name)
		self.buy(name, 1000)
		self.night(TODAY)
		held.notes = "Likes tea"
		held.save()
		self.assertEqual((self.tier(name), self.profile(name).notes), ("VIP", "Likes tea"))

	def test_unchanged_customers_are_not_written(self):
		name = self.customer()
		self.buy(name, 1000)
		self.night(TODAY)
		with patch.object(evaluating, "write_profiles") as written:
			self.night("2027-03-02")
		self.assertEqual([row for call in written.call_args_list for row in call.args[0]], [])

	def test_open_tickets_are_marked_of_who_went_up_alone(self):
		up, down = self.customer(), self.customer(tier="VIP", earned_tier="VIP", below_since="2027-01-01")
		self.buy(up, 1000)
		with patch.object(tickets_following, "follow_pending"):
			self.night(TODAY)
		marked = frappe.get_all(PROFILE, {"tickets_pending": 1}, pluck="name")
		self.assertEqual(marked, [up])
		self.assertEqual(self.tier(down), "Regular")


class TestProfilesThatAreMissing(EvaluatingTestCase):
	def test_they_are_made(self):
		names = [self.customer() for _number in range(3)]
		frappe.db.delete(PROFILE)
		self.buy(names[1], 1000)
		log = self.night(TODAY)
		self.assertEqual(log.customers, 3)
		self.assertEqual([self.tier(name) for name in names], ["Regular", "VIP", "Regular"])
		doc = self.profile(names[0])
		self.assertEqual((doc.consent, doc.owner, str(doc.tier_since)), ("Not Asked", "Administrator", TODAY))
		doc.notes = "It can be saved"
		doc.save()

	def test_hostile_names(self):
		names = [factories.create_customer(one) for one in ("50 % 'off' \"now\"", "back\\slash", "😀")]
		frappe.db.delete(PROFILE)
		self.night(TODAY)
		self.assertEqual([self.tier(name) for name in names], ["Regular"] * 3)

	def test_without_any_tier(self):
		name = self.customer()
		self.buy(name, 1000)
		frappe.db.delete(PROFILE)
		frappe.db.set_value(TIER, {"enabled": 1}, "enabled", 0)
		log = self.night(TODAY)
		self.assertEqual(log.state, "Running")
		self.assertTrue(log.problems)
		frappe.db.set_value(TIER, {"name": ["in", ["Regular", "VIP", "Senior VIP"]]}, "enabled", 1)
		frappe.clear_cache(doctype=TIER)
		log = self.night(TODAY)
		self.assertEqual((log.state, self.tier(name)), ("Done", "VIP"))
		self.assertEqual(frappe.db.get_value(PROFILE, name, "earned_tier"), "VIP")


class TestRunsThatStop(EvaluatingTestCase):
	CUSTOMERS, SIZE = 7, 2

	def setUp(self):
		super().setUp()
		self.names = [self.customer() for _number in range(self.CUSTOMERS)]
		for place, name in enumerate(self.names):
			self.buy(name, 500 * place, purchased_on="2026-03-02")
		frappe.db.set_value(PROFILE, self.names[0], {"tier": "VIP", "earned_tier": "VIP"})
		frappe.db.set_value(
			PROFILE, self.names[1], {"tier": "VIP", "earned_tier": "VIP", "below_since": "2027-01-01"}
		)
		self.override(self.names[2], "Senior VIP", TODAY, TODAY)
		frappe.db.commit()

	def undisturbed(self):
		frappe.db.savepoint("cs_undisturbed")
		log = self.night(TODAY, self.SIZE)
		counted = (log.customers, log.upgrades, log.downgrades, log.in_grace)
		result = self.snapshot()
		frappe.db.rollback(save_point="cs_undisturbed")
		frappe.db.commit()
		return result, counted

	def finish(self, wanted, counted):
		"""The next morning: all of the window's first day would be lost to a run that took today's date."""
		frappe.db.rollback()
		self.travel("2027-03-02 02:15")
		evaluating.run(self.SIZE)
		runs = frappe.get_all(RUN, fields=["*"])
		self.assertEqual([(str(row.as_of), row.state) for row in runs], [(TODAY, "Done")])
		self.assertEqual(self.snapshot(), wanted)
		row = runs[0]
		self.assertEqual((row.customers, row.upgrades, row.downgrades, row.in_grace), counted)

	def test_before_each_batch(self):
		wanted, counted = self.undisturbed()
		for stops_at in range(5):
			with self.subTest(batch=stops_at):
				frappe.db.savepoint("cs_round")
				self.stop(evaluating, "evaluate_batch", stops_at)
				self.finish(wanted, counted)
				frappe.db.rollback(save_point="cs_round")
				frappe.db.commit()

	def test_inside_each_batch_after_its_writes(self):
		wanted, counted = self.undisturbed()
		for stops_at in range(4):
			with self.subTest(batch=stops_at):
				frappe.db.savepoint("cs_round")
				self.stop(evaluating, "insert_changes", stops_at, after=True)
				self.finish(wanted, counted)
				frappe.db.rollback(save_point="cs_round")
				frappe.db.commit()

	def test_before_the_tickets_follow(self):
		"""The run is done; what is marked is taken up by the next quarter of an hour."""
		wanted, _counted = self.undisturbed()
		self.stop(tickets_following, "follow_pending", 0)
		frappe.db.rollback()
		self.assertEqual(self.snapshot(), wanted)
		self.assertTrue(frappe.db.exists(PROFILE, {"tickets_pending": 1}))
		self.travel(f"{TODAY} 02:15")
		with patch.object(tickets_following, "start") as started:
			tasks.evaluate_customer_tiers()
		started.assert_called_once()
		self.follow()
		self.assertFalse(frappe.db.exists(PROFILE, {"tickets_pending": 1}))
		with patch.object(tickets_following, "start") as started:
			tasks.evaluate_customer_tiers()
		started.assert_not_called()
		self.assertEqual(self.snapshot(), wanted)

	def stop(self, module, name, call, after=False):
		"""Kill the run at so manieth call of the function, before or after it did its work."""
		real, calls = getattr(module, name), []

		def stopping(*args, **values):
			calls.append(1)
			if len(calls) > call and not after:
				raise KeyboardInterrupt
			made = real(*args, **values)
			if len(calls) > call:
				raise KeyboardInterrupt
			return made

		self.travel(f"{TODAY} 02:00")
		with patch.object(module, name, stopping), self.assertRaises(KeyboardInterrupt):
			evaluating.run(self.SIZE)

	def test_then_the_day_that_was_late(self):
		"""The unfinished night first, then the one whose hour has come."""
		self.stop(evaluating, "evaluate_batch", 1)
		frappe.db.rollback()
		self.travel("2027-03-02 02:15")
		self.assertTrue(evaluating.is_due(frappe.utils.now_datetime()))
		evaluating.run(self.SIZE)
		self.assertTrue(evaluating.is_due(frappe.utils.now_datetime()))
		evaluating.run(self.SIZE)
		self.assertFalse(evaluating.is_due(frappe.utils.now_datetime()))
		days = frappe.get_all(RUN, pluck="as_of", order_by="as_of")
		self.assertEqual([str(day) for day in days], [TODAY, "2027-03-02"])
		reasons = {reason for _before, _after, reason in self.changes(self.names[2])}
		self.assertEqual(reasons, {"Override Set", "Override Ended"})
		self.assertEqual(self.tier(self.names[2]), "VIP")

	def test_two_runs_side_by_side(self):
		wanted, counted = self.undisturbed()
		self.travel(f"{TODAY} 02:00")
		real, busy = evaluating.evaluate_batch, []

		def other_first(name, size):
			if not busy:
				busy.append(1)
				real(name, size)  # another worker's batch
				frappe.db.commit()
				busy.clear()
			return real(name, size)

		with patch.object(evaluating, "evaluate_batch", other_first):
			evaluating.run(self.SIZE)
		self.assertEqual(self.snapshot(), wanted)
		row = frappe.get_all(RUN, fields=["*"])[0]
		self.assertEqual((row.customers, row.upgrades, row.downgrades, row.in_grace), counted)

	def test_two_that_begin_together(self):
		real, begun = profiles.make_missing, []

		def other_begins():
			if not begun:
				begun.append(1)
				evaluating._begin()
			return real()

		self.travel(f"{TODAY} 02:00")
		with patch.object(profiles, "make_missing", other_begins):
			try:
				evaluating.run(self.SIZE)
			except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
				frappe.db.rollback()  # refused: the other one goes on
		self.assertLessEqual(frappe.db.count(RUN), 1)

	def test_again_on_the_same_day(self):
		log = self.night(TODAY)
		wanted = self.snapshot()
		self.buy(self.names[3], 100000)
		self.assertFalse(evaluating.is_due(frappe.utils.now_datetime()))
		again = self.night(TODAY)
		self.assertEqual((again.name, again.customers), (log.name, self.CUSTOMERS))
		self.assertEqual(self.snapshot(), wanted)

	def test_a_customer_evaluated_by_hand_between(self):
		wanted, _counted = self.undisturbed()
		self.travel(f"{TODAY} 01:00")
		for name in self.names:
			evaluating.evaluate_one(name)
			evaluating.evaluate_one(name)
		self.night(TODAY)
		self.assertEqual(self.snapshot(), wanted)

	def test_customers_who_come_and_go_meanwhile(self):
		self.stop(evaluating, "evaluate_batch", 2)
		frappe.db.rollback()
		frappe.db.delete(PROFILE, {"name": self.names[-1]})
		late = factories.create_customer("0000 first of all")
		evaluating.run(self.SIZE)
		self.assertEqual(frappe.get_all(RUN, pluck="state"), ["Done"])
		self.assertEqual(self.tier(late), "Regular")
		self.assertFalse(frappe.db.exists(PROFILE, self.names[-1]))


class TestWhenTheyBegin(EvaluatingTestCase):
	def test_the_hour(self):
		self.customer()
		for time, is_due in (("01:59", False), ("02:00", True), ("23:59", True)):
			self.travel(f"{TODAY} {time}")
			self.assertEqual(evaluating.is_due(frappe.utils.now_datetime()), is_due, time)

	def test_midnight(self):
		factories.change_settings(evaluation_hour=0)
		name = self.customer()
		self.buy(name, 1000)
		self.travel(f"{TODAY} 00:00:00")
		self.assertTrue(evaluating.is_due(frappe.utils.now_datetime()))
		log = frappe.get_doc(RUN, evaluating.run())
		self.assertEqual((str(log.as_of), self.tier(name)), (TODAY, "VIP"))
		self.assertFalse(evaluating.is_due(frappe.utils.now_datetime()))

	def test_marks_do_not_begin_the_night(self):
		name = self.customer()
		frappe.db.set_value(PROFILE, name, {"tier": "VIP", "earned_tier": "VIP", "tickets_pending": 1})
		self.travel(f"{TODAY} 00:15")
		with patch.object(evaluating.frappe, "enqueue") as queued:
			tasks.evaluate_customer_tiers()
		frappe.db.commit()
		for call in queued.call_args_list:
			call.args[0]()
		self.assertEqual(frappe.get_all(RUN), [])
		self.assertFalse(frappe.db.get_value(PROFILE, name, "tickets_pending"))

	def test_the_task_queues_it_once(self):
		self.travel(f"{TODAY} 02:00")
		with patch.object(evaluating.frappe, "enqueue") as queued:
			tasks.evaluate_customer_tiers()
		self.assertEqual(queued.call_args.kwargs["deduplicate"], True)
		self.travel(f"{TODAY} 01:00")
		with patch.object(evaluating.frappe, "enqueue") as queued:
			tasks.evaluate_customer_tiers()
		queued.assert_not_called()

	def test_the_clock_is_put_back(self):
		"""The site's time zone changed: it is yesterday again."""
		name = self.customer()
		self.buy(name, 1000)
		self.night("2027-03-02")
		told = self.changes(name)
		self.night(TODAY)
		self.assertEqual(self.changes(name), told)
		self.assertEqual(self.tier(name), "VIP")


class TestBadSurroundings(EvaluatingTestCase):
	NOT_EVALUATED = "customer tiers were not evaluated"

	def setUp(self):
		super().setUp()
		# The Error Log is no part of a transaction: what earlier tests left stays.
		self.logged_before = len(factories.error_log(self.NOT_EVALUATED))

	def logged(self):
		return len(factories.error_log(self.NOT_EVALUATED)) - self.logged_before

	def break_ladder(self):
		frappe.db.set_value(TIER, "VIP", "spend_threshold", 100000)
		frappe.clear_document_cache(TIER, "VIP")

	def test_tiers_that_are_no_ladder(self):
		name = self.customer()
		self.buy(name, 1000)
		self.break_ladder()
		log = self.night(TODAY)
		self.assertEqual((log.state, self.tier(name)), ("Running", "Regular"))
		self.assertIn("Senior VIP", log.problems)
		self.travel(f"{TODAY} 02:15")
		evaluating.run()
		self.assertEqual(self.logged(), 1)
		self.set_tier("VIP", rank=10, spend_threshold=1000, order_threshold=5, factor=0.5, uplift=1)
		log = self.night("2027-03-02")
		self.assertEqual((log.state, self.tier(name), str(log.as_of)), ("Done", "VIP", TODAY))

	def test_customers_are_made_all_the_same(self):
		self.break_ladder()
		name = self.customer()
		self.assertTrue(frappe.db.exists("HD Customer", name))
		self.set_tier("VIP", rank=10, spend_threshold=1000, order_threshold=5, factor=0.5, uplift=1)
		self.night(TODAY)
		self.assertEqual(self.tier(name), "Regular")

	def test_erpnext_is_gone(self):
		self.customer()
		factories.change_settings(purchase_source="ERPNext")
		with patch("cs_center.integrations.erpnext.is_installed", return_value=False):
			log = self.night(TODAY)
			self.travel(f"{TODAY} 02:15")
			evaluating.run()
		self.assertIn("ERPNext", log.problems)
		self.assertEqual(log.state, "Running")
		self.assertEqual(self.logged(), 1)

	def test_no_customer_at_all(self):
		log = self.night(TODAY)
		self.assertEqual((log.state, log.customers), ("Done", 0))

	def test_a_base_tier_alone(self):
		name = self.customer(tier="VIP", earned_tier="VIP")
		frappe.db.set_value(TIER, {"name": ["in", ["VIP", "Senior VIP"]]}, "enabled", 0)
		self.buy(name, 1000)
		log = self.night(TODAY)
		self.assertEqual((log.state, self.tier(name)), ("Done", "Regular"))


class TestQueries(EvaluatingTestCase):
	def test_a_batch_costs_the_same_for_one_and_for_many(self):
		counted = []
		for number in (1, 30):
			frappe.db.delete(RUN)
			frappe.db.set_value(
				PROFILE, {"name": ["is", "set"]}, {"tier": "Regular", "earned_tier": "Regular"}
			)
			for _number in range(number):
				self.buy(self.customer(), 1000)
			frappe.db.commit()
			self.travel(f"{TODAY} 02:00")
			name = evaluating._begin()
			batches.create_table(deciding.present_evaluation())
			counted.append(len(self.queries(lambda: evaluating.evaluate_batch(name))))  # noqa: B023
		self.assertEqual(counted[0], counted[1])
		self.assertLessEqual(counted[1], 15)

	def queries(self, action):
		told, real = [], frappe.local.db.sql

		def sql(query, *args, **values):
			told.append(str(query))
			return real(query, *args, **values)

		with patch.object(frappe.local.db, "sql", sql):
			action()
		return told
