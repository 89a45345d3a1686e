"""The minute pass: only what is due, at the instant it happened, whatever one bad ticket does."""

import re
from unittest.mock import patch

import frappe

from cs_center.services.service_levels import catching_up, evaluation, minute_pass, safety, store
from cs_center.services.service_levels.site_time import current_instant
from cs_center.tests.factories import (
	ALL_METRICS,
	change_settings,
	clock,
	clocks,
	create_policy,
	create_ticket,
	fresh,
	kinds,
	reply_from_agent,
	set_status,
	target,
)
from cs_center.tests.ticket_case import TicketTestCase, moment


class MinutePassTestCase(TicketTestCase):
	def setUp(self):
		super().setUp()
		# What other tickets of the site owe is not this test's business.
		frappe.db.sql("update `tabCS Service Clock` set next_event_at = null")
		frappe.db.sql("update `tabHD Ticket` set cs_evaluation_pending = 0")
		self.policy = create_policy()


class TestBreachAndWarning(MinutePassTestCase):
	def test_a_breach_is_stamped_with_its_own_instant(self):
		ticket = create_ticket()
		self.travel("2027-03-01 12:47")
		self.assertEqual(self.pass_minute(), 1)
		first = clock(ticket, "First Reply")
		self.assertEqual(
			(first.state, first.breached_at, first.next_event_at), ("Breached", moment("12:00"), None)
		)
		ticket = fresh(ticket)
		self.assertEqual((ticket.agreement_status, ticket.cs_service_state), ("Failed", "Breached"))

	def test_a_warning_shows_at_risk(self):
		ticket = create_ticket()
		self.travel("11:31")
		self.pass_minute()
		self.assertEqual(fresh(ticket).cs_service_state, "At Risk")
		self.assertEqual(clock(ticket, "First Reply").state, "Running")
		self.assertEqual(clock(ticket, "First Reply").next_event_at, moment("12:00"))

	def test_exactly_at_the_deadline_it_is_not_yet_missed(self):
		ticket = create_ticket()
		self.travel("12:00")
		self.pass_minute()
		self.assertEqual(clock(ticket, "First Reply").state, "Running")
		self.travel("12:01")
		self.pass_minute()
		self.assertEqual(clock(ticket, "First Reply").breached_at, moment("12:00"))

	def test_a_pass_that_comes_days_late_stamps_the_same_instants(self):
		ticket = create_ticket()
		self.travel("2027-03-20 03:00")
		self.pass_minute()
		self.assertEqual(clock(ticket, "First Reply").breached_at, moment("12:00"))
		self.assertEqual(clock(ticket, "Resolution").breached_at, moment("2027-03-02 10:00"))

	def test_the_save_time_of_a_ticket_is_left_alone(self):
		ticket = create_ticket()
		self.travel("12:30")
		self.pass_minute()
		self.assertEqual(fresh(ticket).modified, ticket.modified)

	def test_a_paused_ticket_is_never_due(self):
		ticket = create_ticket()
		self.travel("10:30")
		set_status(ticket, "Replied")
		self.travel("2027-03-20 03:00")
		self.assertEqual(self.pass_minute(), 0)
		self.assertEqual(fresh(ticket).agreement_status, "Paused")

	def test_a_late_reply_noticed_by_no_pass_is_still_late(self):
		ticket = create_ticket()
		self.travel("13:00")
		reply_from_agent(ticket)
		first = clock(ticket, "First Reply")
		self.assertEqual(
			(first.state, first.breached_at, first.overrun_seconds), ("Breached", moment("12:00"), 3600)
		)


class TestOnlyWhatIsDue(MinutePassTestCase):
	def test_only_due_tickets_are_loaded(self):
		due = create_ticket()
		self.travel("11:00")
		create_ticket()
		self.travel("11:31")
		seen = []
		real = evaluation.lock_tickets
		with patch.object(
			evaluation, "lock_tickets", lambda names, skips=False: seen.extend(names) or real(names)
		):
			self.assertEqual(self.pass_minute(), 1)
		self.assertEqual(seen, [due.name])

	def test_a_second_pass_finds_nothing(self):
		create_ticket()
		self.travel("12:30")
		self.pass_minute()
		self.assertEqual(self.pass_minute(), 0)

	def test_running_twice_gives_the_same_rows(self):
		ticket = create_ticket()
		self.travel("12:30")
		self.pass_minute()
		before = clocks(ticket)
		self.travel("12:31")
		self.pass_minute()
		self.assertEqual(clocks(ticket), before)

	def test_nothing_due_costs_few_queries(self):
		counted = []
		real = frappe.local.db.sql
		with patch.object(frappe.local.db, "sql", lambda *a, **k: counted.append(a[0]) or real(*a, **k)):
			minute_pass.run(current_instant())
		self.assertLessEqual(len(counted), 5)

	def test_switched_off_the_task_does_nothing(self):
		from cs_center import tasks

		ticket = create_ticket()
		change_settings(enabled=0)
		self.travel("12:30")
		tasks.evaluate_due_tickets()
		self.assertEqual(clock(ticket, "First Reply").state, "Running")

	def test_the_index_on_the_next_event_is_used(self):
		"""With many clocks, few of them due, as on any real site."""
		ticket = create_ticket()
		template = clocks(ticket)["Resolution", 1]
		rows = [
			(f"filler-{number}", "HD Ticket", f"filler-{number}", "Resolution", 1, "Met", template.policy)
			for number in range(3000)
		]
		fields = ["name", "reference_doctype", "reference_name", "metric", "cycle", "state", "policy"]
		frappe.db.bulk_insert("CS Service Clock", fields, rows)
		queries = []
		real = frappe.local.db.sql
		with patch.object(frappe.local.db, "sql", lambda *a, **k: queries.append(a) or real(*a, **k)):
			store.due_references(current_instant(), 500)
		query = queries[0]
		plan = frappe.db.sql(f"explain {query[0]}", *query[1:], as_dict=True)[0]
		self.assertRegex(str(plan.key), re.compile("next_event_at"))
		self.assertNotEqual(plan.type, "ALL")


class TestOneBadTicket(MinutePassTestCase):
	def break_ticket(self, bad: str):
		real = evaluation.evaluate

		def evaluate(events, now, settings, escalations=()):
			if any(event.detail.get("raised_by") == bad for event in events):
				raise RuntimeError("this ledger cannot be read")
			return real(events, now, settings, escalations)

		return patch.object(evaluation, "evaluate", evaluate)

	def test_the_others_are_evaluated_and_the_bad_one_is_marked(self):
		bad = create_ticket(raised_by="bad@shop.example")
		good = create_ticket()
		self.travel("12:30")
		with self.break_ticket("bad@shop.example"):
			self.pass_minute()
		self.assertEqual(fresh(good).agreement_status, "Failed")
		self.assertEqual(fresh(bad).cs_evaluation_pending, 1)
		self.pass_minute()
		self.assertEqual(fresh(bad).agreement_status, "Failed")
		self.assertEqual(fresh(bad).cs_evaluation_pending, 0)

	def test_as_many_bad_tickets_as_a_batch_holds_do_not_starve_the_rest(self):
		change_settings(evaluation_batch_size=2)
		bad = [create_ticket(raised_by="bad@shop.example") for _ in range(3)]
		good = create_ticket()
		for ticket in (*bad, good):
			safety.mark_pending(ticket.name)
		self.travel("12:30")
		with patch.object(catching_up, "evaluate_stored", wraps=self.failing_for(bad)):
			self.pass_minute()
		self.assertEqual(fresh(good).cs_evaluation_pending, 0)
		self.assertEqual(fresh(good).agreement_status, "Failed")
		self.assertEqual([fresh(ticket).cs_evaluation_pending for ticket in bad], [1, 1, 1])

	def test_one_pass_tries_a_bad_ticket_once(self):
		change_settings(evaluation_batch_size=1)
		bad = create_ticket()
		safety.mark_pending(bad.name)
		tried = []

		def catch_up(ticket, now):
			tried.append(ticket)
			raise RuntimeError("bad")

		with patch.object(catching_up, "catch_up", catch_up):
			self.pass_minute()
		self.assertEqual(tried, [bad.name])

	def failing_for(self, bad):
		names = {ticket.name for ticket in bad}

		def evaluate_stored(tickets, now=None, **how):
			if names & set(tickets):
				raise RuntimeError("bad")
			return evaluation.evaluate_stored(tickets, now, **how)

		return evaluate_stored


class TestBatches(MinutePassTestCase):
	def test_everything_due_is_done_in_one_pass_whatever_the_batch(self):
		frappe.db.set_value("CS Service Policy", self.policy.name, "enabled", 0)
		create_policy(targets=ALL_METRICS)
		tickets = [create_ticket() for _ in range(5)]
		change_settings(evaluation_batch_size=2)
		self.travel("2027-03-05 10:00")
		self.pass_minute()
		self.assertEqual({fresh(ticket).agreement_status for ticket in tickets}, {"Failed"})
		self.assertEqual(store.due_references(current_instant(), 100), [])

	def test_each_batch_is_committed(self):
		change_settings(evaluation_batch_size=1)
		for _ in range(3):
			create_ticket()
		self.travel("12:30")
		self.commits.clear()
		self.pass_minute()
		self.assertGreaterEqual(len(self.commits), 3)

	def test_the_longest_waiting_come_first(self):
		early = create_ticket()
		self.travel("10:30")
		late = create_ticket()
		self.travel("16:00")
		names = [
			name for name in store.due_references(current_instant(), 10) if name in (early.name, late.name)
		]
		self.assertEqual(names, [early.name, late.name])

	def test_a_pass_ends_after_its_batches(self):
		change_settings(evaluation_batch_size=1)
		for _ in range(4):
			create_ticket()
		self.travel("12:30")
		with patch.object(minute_pass, "MOST_BATCHES", 2):
			self.assertEqual(self.pass_minute(), 2)
		self.assertEqual(self.pass_minute(), 2)


class TestPausesAndBreaches(MinutePassTestCase):
	def test_a_breach_during_a_target_that_does_not_pause(self):
		frappe.db.set_value("CS Service Policy", self.policy.name, "enabled", 0)
		create_policy(targets=[target("First Reply", 2, pauses=0), target("Resolution", 8)])
		ticket = create_ticket()
		self.travel("10:30")
		set_status(ticket, "Replied")
		self.travel("12:30")
		self.pass_minute()
		self.assertEqual(clock(ticket, "First Reply").breached_at, moment("12:00"))
		self.assertEqual(fresh(ticket).agreement_status, "Paused")
		self.assertEqual(kinds(ticket)[2:], ["Paused"])
