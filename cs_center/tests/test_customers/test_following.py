"""Open tickets of customers who went up keep or improve their deadlines; those of customers who went down are left alone."""

from unittest.mock import patch

import frappe

from cs_center.services.customers import tickets_following
from cs_center.services.customers.deciding import PROFILE
from cs_center.services.service_levels import explain
from cs_center.tests import factories
from cs_center.tests.factories import (
	TWO_AND_EIGHT,
	clock,
	condition,
	create_policy,
	create_ticket,
	events,
	fresh,
	save,
	set_status,
	target,
)
from cs_center.tests.test_customers.customer_case import CustomerTestCase
from cs_center.tests.ticket_case import moment

ONE_AND_FOUR = (target("First Reply", 1), target("Resolution", 4))


class FollowingTestCase(CustomerTestCase):
	"""A Regular customer's ticket of 10:00, due at 12:00 and 18:00 (first reply in 2, resolution in 8 hours of 9 to 17)."""

	def setUp(self):
		super().setUp()
		self.for_all = create_policy(targets=TWO_AND_EIGHT, order=80)
		self.buyer = self.customer(tier="Regular", earned_tier="Regular")
		self.address = self.buyer_of(self.buyer)

	def promote(self, customer=None, tier="VIP"):
		"""As the night's run leaves a profile that has gone up."""
		values = {"tier": tier, "earned_tier": tier, "tickets_pending": 1}
		frappe.db.set_value(PROFILE, customer or self.buyer, values, update_modified=False)
		frappe.db.commit()  # by the night, a transaction of its own

	def for_vips(self, targets=ONE_AND_FOUR, **values):
		return create_policy(
			targets=targets, conditions=[condition("customer_tier", "Equals", "VIP")], **values
		)

	def is_pending(self, customer=None):
		return frappe.db.get_value(PROFILE, customer or self.buyer, "tickets_pending")

	def due(self, ticket):
		return {metric: row.due_at for (metric, cycle), row in factories.clocks(ticket).items()}

	def tier_events(self, ticket):
		return [frappe.parse_json(one.detail) for one in events(ticket, "Tier Changed")]


class TestGoingUp(FollowingTestCase):
	def test_tier_factors_priority_and_agent(self):
		ticket = create_ticket(raised_by=self.address)
		self.assertEqual(ticket.response_by, moment("12:00"))
		frappe.db.set_value(PROFILE, self.buyer, "dedicated_agent", self.AGENT)
		self.promote()
		self.assertEqual(self.follow(), 1)
		ticket = fresh(ticket)
		self.assertEqual((ticket.cs_customer_tier, ticket.priority), ("VIP", "High"))
		self.assertEqual(ticket.cs_dedicated_agent, self.AGENT)
		self.assertEqual(ticket.response_by, moment("11:00"))
		self.assertEqual(ticket.resolution_by, moment("14:00"))
		self.assertEqual(self.is_pending(), 0)

	def test_the_policy_of_the_tier(self):
		policy = self.for_vips()
		ticket = create_ticket(raised_by=self.address)
		self.assertEqual(ticket.cs_policy, self.for_all.name)
		self.promote()
		self.follow()
		ticket = fresh(ticket)
		self.assertEqual(ticket.cs_policy, policy.name)
		self.assertEqual(ticket.response_by, moment("10:30"))
		self.assertEqual(ticket.resolution_by, moment("12:00"))

	def test_following_twice_changes_nothing(self):
		self.for_vips()
		ticket = create_ticket(raised_by=self.address)
		self.promote()
		self.follow()
		before, told = fresh(ticket).as_dict(), len(events(ticket))
		self.promote()
		self.assertEqual(self.follow(), 0)
		self.assertEqual(len(events(ticket)), told)
		self.assertEqual(fresh(ticket).as_dict(), before)

	def test_two_steps_on_two_days(self):
		ticket = create_ticket(raised_by=self.address, priority="Low")
		self.promote()
		self.follow()
		self.assertEqual(fresh(ticket).priority, "Medium")
		self.promote(tier="Senior VIP")
		self.follow()
		ticket = fresh(ticket)
		self.assertEqual((ticket.cs_customer_tier, ticket.priority), ("Senior VIP", "High"))
		self.assertEqual(ticket.response_by, moment("10:30"))

	def test_the_most_urgent_priority_stays(self):
		ticket = create_ticket(raised_by=self.address, priority="Urgent")
		self.promote()
		self.follow()
		self.assertEqual(fresh(ticket).priority, "Urgent")

	def test_a_ticket_with_a_higher_tier_of_its_own(self):
		ticket = create_ticket(raised_by=self.address, cs_customer_tier="Senior VIP")
		before = fresh(ticket).as_dict()
		self.promote()
		self.assertEqual(self.follow(), 0)
		self.assertEqual(fresh(ticket).as_dict(), before)

	def test_an_agent_of_its_own_stays(self):
		ticket = create_ticket(raised_by=self.address, cs_dedicated_agent=self.OTHER_AGENT)
		frappe.db.set_value(PROFILE, self.buyer, "dedicated_agent", self.AGENT)
		self.promote()
		self.follow()
		self.assertEqual(fresh(ticket).cs_dedicated_agent, self.OTHER_AGENT)

	def test_a_paused_ticket_follows(self):
		ticket = set_status(create_ticket(raised_by=self.address), "Replied")
		self.promote()
		self.follow()
		self.assertEqual(fresh(ticket).cs_customer_tier, "VIP")

	def test_resolved_ones_stay_as_they_are(self):
		ticket = set_status(create_ticket(raised_by=self.address), "Resolved")
		before, told = ticket.as_dict(), len(events(ticket))
		self.promote()
		self.assertEqual(self.follow(), 0)
		self.assertEqual(fresh(ticket).as_dict(), before)
		self.assertEqual(len(events(ticket)), told)

	def test_tickets_of_other_customers(self):
		other = create_ticket(raised_by=self.buyer_of(self.customer(tier="Regular", earned_tier="Regular")))
		before = fresh(other).as_dict()
		self.promote()
		self.follow()
		self.assertEqual(fresh(other).as_dict(), before)

	def test_a_customer_without_tickets_is_unmarked(self):
		self.promote()
		self.assertEqual(self.follow(), 0)
		self.assertEqual(self.is_pending(), 0)

	def test_a_ticket_without_a_ledger_shows_the_tier(self):
		ticket = create_ticket(raised_by=self.address)
		for doctype in ("CS Service Event", "CS Service Clock"):
			frappe.db.delete(doctype, {"reference_name": ticket.name})
		self.promote()
		self.follow()
		self.assertEqual(fresh(ticket).cs_customer_tier, "VIP")

	def test_the_explanation_tells_it(self):
		policy = self.for_vips()
		ticket = create_ticket(raised_by=self.address)
		self.promote()
		self.travel("10:20")
		self.follow()
		told = explain.explain_ticket(ticket.name)
		lines = " | ".join(line["text"] for line in told["timeline"] if "10:20" in line["shown_at"])
		self.assertIn("VIP", lines)
		self.assertEqual(told["policy"]["name"], policy.name)
		self.assertIn("High", lines)

	def test_no_user_is_named_for_it(self):
		ticket = create_ticket(raised_by=self.address)
		told = len(events(ticket))
		self.promote()
		self.follow()
		self.assertEqual({one.actor or "" for one in events(ticket)[told:]}, {""})

	def test_many_customers_in_one_pass(self):
		with patch.object(tickets_following, "CUSTOMERS_AT_A_TIME", 1):
			others = [self.customer(tier="Regular", earned_tier="Regular") for _number in range(2)]
			tickets = [create_ticket(raised_by=self.buyer_of(one)) for one in others]
			for one in others:
				self.promote(one)
			self.assertEqual(self.follow(), 2)
		self.assertEqual([fresh(one).cs_customer_tier for one in tickets], ["VIP", "VIP"])


class TestNothingIsLost(FollowingTestCase):
	def test_a_policy_that_promises_less(self):
		self.for_vips(targets=(target("First Reply", 40), target("Resolution", 80)))
		ticket = create_ticket(raised_by=self.address)
		before = self.due(ticket)
		self.promote()
		self.follow()
		after = self.due(ticket)
		self.assertEqual(set(after), set(before))
		for metric in before:
			self.assertLessEqual(after[metric], before[metric])
		ticket = fresh(ticket)
		self.assertEqual((ticket.cs_customer_tier, ticket.cs_policy), ("VIP", self.for_all.name))

	def test_a_policy_that_promises_nothing(self):
		self.for_vips(targets=(target("Acknowledgement", 1),))
		ticket = create_ticket(raised_by=self.address)
		self.promote()
		self.follow()
		ticket = fresh(ticket)
		self.assertEqual(ticket.cs_policy, self.for_all.name)
		for metric in ("First Reply", "Resolution"):
			self.assertNotEqual(clock(ticket, metric).state, "Cancelled")
		self.assertLessEqual(ticket.resolution_by, moment("2027-03-02 10:00"))

	def test_what_was_kept_stays_kept_by_the_next_saves(self):
		self.for_vips(targets=(target("First Reply", 40), target("Resolution", 80)))
		ticket = create_ticket(raised_by=self.address)
		self.promote()
		self.follow()
		kept = self.due(ticket)
		for values in ({"subject": "Later"}, {"ticket_type": "Question"}, {"subject": "Later still"}):
			ticket = save(ticket, **values)
			self.assertEqual(ticket.cs_policy, self.for_all.name, values)
			self.assertEqual(self.due(ticket), kept, values)
		self.assertEqual(set_status(ticket, "Replied").cs_policy, self.for_all.name)

	def test_the_explanation_says_what_was_kept(self):
		policy = self.for_vips(targets=(target("First Reply", 40), target("Resolution", 80)))
		ticket = create_ticket(raised_by=self.address)
		self.promote()
		self.follow()
		told = explain.explain_ticket(ticket.name)
		self.assertIn("would promise less", told["policy"]["reason"])
		self.assertIn(policy.title, told["policy"]["reason"])

	def test_no_deadline_is_broken_by_the_change_itself(self):
		"""Half an hour before the end a half of the time would have been over for long."""
		ticket = create_ticket(raised_by=self.address)
		self.travel("11:30")
		self.promote()
		self.follow()
		ticket = fresh(ticket)
		self.assertEqual(ticket.cs_customer_tier, "VIP")
		row = clock(ticket, "First Reply")
		self.assertFalse(row.breached_at)
		self.assertLessEqual(row.due_at, moment("12:00"))
		self.assertGreater(row.due_at, moment("11:30"))
		self.assertEqual(clock(ticket, "Resolution").breached_at, None)

	def test_a_missed_deadline_stays_missed(self):
		ticket = create_ticket(raised_by=self.address)
		self.travel("13:00")
		self.pass_minute()
		missed = clock(ticket, "First Reply").breached_at
		self.assertEqual(missed, moment("12:00"))
		self.promote()
		self.follow()
		after = clock(ticket, "First Reply").breached_at
		self.assertTrue(after)
		self.assertEqual(fresh(ticket).cs_customer_tier, "VIP")

	def test_a_tier_with_weaker_factors_than_the_ticket_has(self):
		"""The tiers were edited since: what the ticket was promised stays."""
		self.set_tier("Regular", rank=0, factor=0.25, spend_threshold=0, order_threshold=0)
		ticket = create_ticket(raised_by=self.address)
		self.assertEqual(ticket.response_by, moment("10:30"))
		self.promote()
		self.follow()
		self.assertEqual(fresh(ticket).response_by, moment("10:30"))

	def test_a_priority_whose_targets_are_longer(self):
		targets = (
			*TWO_AND_EIGHT,
			target("First Reply", 30, ticket_priority="High"),
			target("Resolution", 60, ticket_priority="High"),
		)
		frappe.db.set_value("CS Service Policy", self.for_all.name, "enabled", 0)
		create_policy(targets=targets)
		ticket = create_ticket(raised_by=self.address)
		before = self.due(ticket)
		self.promote()
		self.follow()
		after = self.due(ticket)
		for metric in before:
			self.assertLessEqual(after[metric], before[metric])

	def test_going_down_leaves_the_tickets(self):
		frappe.db.set_value(PROFILE, self.buyer, {"tier": "VIP", "earned_tier": "VIP"})
		ticket = create_ticket(raised_by=self.address)
		before, told = fresh(ticket).as_dict(), len(events(ticket))
		frappe.db.set_value(PROFILE, self.buyer, "below_since", "2026-12-01")
		self.evaluate()
		self.assertEqual(self.profile(self.buyer).tier, "Regular")
		self.assertEqual(self.is_pending(), 0)
		self.assertEqual(fresh(ticket).as_dict(), before)
		self.assertEqual(len(events(ticket)), told)
		self.assertEqual(save(ticket, subject="Later").response_by, ticket.response_by)


class TestPeopleAtWork(FollowingTestCase):
	def test_an_open_form_is_not_refused(self):
		ticket = create_ticket(raised_by=self.address)
		held = fresh(ticket)
		self.promote()
		self.follow()
		self.assertEqual(fresh(ticket).modified, held.modified)
		held.subject = "Written meanwhile"
		held.save()
		self.assertEqual(fresh(ticket).subject, "Written meanwhile")

	def test_an_open_form_takes_nothing_back(self):
		"""Desk sends the whole document, also what nobody can change there."""
		self.for_vips()
		ticket = create_ticket(raised_by=self.address)
		frappe.db.set_value(PROFILE, self.buyer, "dedicated_agent", self.AGENT)
		held = fresh(ticket)
		self.promote()
		self.follow()
		due = self.due(ticket)
		held.subject = "Written meanwhile"
		held.save()
		ticket = fresh(ticket)
		self.assertEqual(ticket.subject, "Written meanwhile")
		self.assertEqual(ticket.cs_customer_tier, "VIP")
		self.assertEqual(ticket.cs_dedicated_agent, self.AGENT)
		self.assertEqual(ticket.priority, "High")
		self.assertEqual(self.due(ticket), due)

	def test_an_open_form_with_a_priority_of_its_own(self):
		ticket = create_ticket(raised_by=self.address)
		held = fresh(ticket)
		self.promote()
		self.follow()
		held.priority = "Urgent"
		held.save()
		ticket = fresh(ticket)
		self.assertEqual((ticket.priority, ticket.cs_customer_tier), ("Urgent", "VIP"))

	def test_a_supervisor_may_still_take_the_tier_away(self):
		ticket = create_ticket(raised_by=self.address)
		self.promote()
		self.follow()
		ticket = save(ticket, cs_customer_tier="Senior VIP")
		self.assertEqual(ticket.cs_customer_tier, "Senior VIP")

	def test_service_levels_switched_off(self):
		"""The tier is shown; deadlines that nobody asked for are not written."""
		factories.change_settings(enabled=0)
		ticket = create_ticket(raised_by=self.address)
		before = fresh(ticket)
		self.promote()
		self.follow()
		ticket = fresh(ticket)
		self.assertEqual(ticket.cs_customer_tier, "VIP")
		self.assertEqual(
			(ticket.response_by, ticket.resolution_by), (before.response_by, before.resolution_by)
		)
		self.assertEqual(events(ticket), [])


class TestFailures(FollowingTestCase):
	def failing(self, bad, error=RuntimeError, once=False):
		"""Entitling this ticket fails."""
		real, left = tickets_following._entitle, [1]

		def entitle(row, profile):
			if row.name == bad.name and (left or not once):
				if left and once:
					left.pop()
				raise error("no")
			return real(row, profile)

		return patch.object(tickets_following, "_entitle", entitle)

	def test_one_that_fails_does_not_stop_the_others(self):
		tickets = [create_ticket(raised_by=self.address) for _number in range(3)]
		self.promote()
		with self.failing(tickets[1]):
			self.assertEqual(self.follow(), 2)
		self.assertEqual([fresh(one).cs_customer_tier for one in tickets], ["VIP", "Regular", "VIP"])
		self.assertTrue(factories.error_log(f"ticket {tickets[1].name} "))
		self.assertEqual(len(self.tier_events(tickets[1])), 1)

	def test_one_that_failed_follows_later(self):
		ticket = create_ticket(raised_by=self.address)
		self.promote()
		with self.failing(ticket, frappe.QueryTimeoutError):
			self.follow()
		self.assertEqual(fresh(ticket).cs_customer_tier, "Regular")
		self.assertEqual(self.is_pending(), 1)
		self.assertEqual(self.follow(), 1)
		self.assertEqual(fresh(ticket).cs_customer_tier, "VIP")
		self.assertEqual(self.is_pending(), 0)

	def test_marks_survive_a_kill(self):
		tickets = [create_ticket(raised_by=self.address) for _number in range(3)]
		self.promote()
		frappe.db.commit()
		real, done = tickets_following._follow_guarded, []

		def killed(names, failed):
			if done:
				raise KeyboardInterrupt
			done.append(names)
			return real(names, failed)

		with (
			patch.object(tickets_following, "_follow_guarded", killed),
			patch.object(
				tickets_following,
				"read_settings",
				lambda: frappe._dict(batch_size=1, enabled=1, write_ticket_deadlines=1),
			),
			self.assertRaises(KeyboardInterrupt),
		):
			self.follow()
		frappe.db.rollback()
		self.assertEqual(self.is_pending(), 1)
		self.follow()
		self.assertEqual({fresh(one).cs_customer_tier for one in tickets}, {"VIP"})
		self.assertEqual([len(self.tier_events(one)) for one in tickets], [2, 2, 2])

	def test_who_goes_up_once_more_meanwhile(self):
		ticket = create_ticket(raised_by=self.address)
		self.promote()
		real = tickets_following.follow
		told = []

		def follow(tickets, now=None):
			made = real(tickets, now)
			if not told:
				told.append(1)
				self.promote(tier="Senior VIP")
			return made

		with patch.object(tickets_following, "follow", follow):
			self.follow()
		self.assertEqual(self.is_pending(), 1)
		self.follow()
		self.assertEqual(self.is_pending(), 0)
		self.assertEqual(fresh(ticket).cs_customer_tier, "Senior VIP")

	def test_a_mark_without_a_tier_ends(self):
		frappe.db.set_value(PROFILE, self.buyer, {"tier": None, "tickets_pending": 1})
		rounds = []

		def count(tickets):
			rounds.append(1)
			if len(rounds) > 3:
				raise KeyboardInterrupt
			return []

		with patch.object(tickets_following.helpdesk_customers, "open_tickets_of", count):
			self.follow()
		self.assertEqual(len(rounds), 1)

	def test_what_is_read_is_as_new_as_the_lock(self):
		"""A plain read keeps what it saw first: whoever saved while we waited for the lock must not be overwritten."""
		create_ticket(raised_by=self.address)
		self.promote()
		told = []
		database = frappe.local.db
		real_sql, real_commit = database.sql, database.commit

		def sql(query, *args, **values):
			text = str(query).lower()
			if "for update" in text and "tabhd ticket" in text:
				told.append("lock")
			elif text.startswith("select"):
				told.append("read")
			return real_sql(query, *args, **values)

		def commit(*args, **values):
			told.append("end")
			return real_commit(*args, **values)

		with patch.object(database, "sql", sql), patch.object(database, "commit", commit):
			self.follow()
		self.assertIn("lock", told)
		before = told[: told.index("lock")]
		self.assertEqual(before[-1:], ["end"], told[: told.index("lock") + 1])
