"""A failure of ours: the agent's save succeeds, nothing is half written, the minute pass heals."""

from unittest.mock import patch

import frappe
from frappe.utils import strip_html

from cs_center.services.service_levels import safety, store, ticket_events
from cs_center.services.service_levels.memory import forget_definitions
from cs_center.tests.factories import (
	ALL_METRICS,
	TWO_AND_EIGHT,
	assign,
	clock,
	clocks,
	condition,
	create_policy,
	create_ticket,
	error_log,
	events,
	fresh,
	kinds,
	message_from_customer,
	reply_from_agent,
	save,
	set_status,
	target,
)
from cs_center.tests.ticket_case import TicketTestCase, moment


def broken(*args, **kwargs):
	frappe.throw("The calendar of the moon is missing")


class FailureTestCase(TicketTestCase):
	def setUp(self):
		super().setUp()
		self.policy = create_policy(targets=ALL_METRICS)
		self.ticket = create_ticket()
		frappe.local.message_log = []
		frappe.cache().delete_keys(
			"cs_center_failure"
		)  # one entry an hour and ticket; names come again after a rollback
		self.logged_before = self.log_entries(self.ticket)

	def log_entries(self, ticket) -> int:
		"""Error Log is no transactional table: entries of earlier runs are still there."""
		return len(error_log(f"ticket {ticket.name} was not evaluated"))

	def break_evaluation(self):
		return patch.object(ticket_events, "evaluate", broken)

	def assert_marked_and_logged(self):
		self.assertEqual(fresh(self.ticket).cs_evaluation_pending, 1)
		self.assertEqual(self.log_entries(self.ticket), self.logged_before + 1)

	def assert_no_message_of_ours(self):
		shown = strip_html(str(frappe.local.message_log))
		self.assertNotIn("calendar of the moon", shown)


class TestFailingEvaluation(FailureTestCase):
	def test_a_save_succeeds_and_leaves_no_event_and_the_old_clocks(self):
		before = clocks(self.ticket)
		self.travel("10:30")
		with self.break_evaluation():
			set_status(self.ticket, "Replied")
		self.assertEqual(fresh(self.ticket).status, "Replied")
		self.assertEqual(kinds(self.ticket), ["Opened", "Policy Changed"])
		self.assertEqual(clocks(self.ticket), before)
		self.assert_marked_and_logged()
		self.assert_no_message_of_ours()

	def test_a_failure_after_the_events_were_written_takes_them_back(self):
		self.travel("10:30")
		with patch.object(store, "replace_clocks", broken):
			set_status(self.ticket, "Replied")
		self.assertEqual(kinds(self.ticket), ["Opened", "Policy Changed"])
		self.assertEqual(fresh(self.ticket).status, "Replied")
		self.assert_marked_and_logged()

	def test_a_failure_while_showing_leaves_the_document_as_it_was(self):
		before = fresh(self.ticket)
		self.travel("10:30")
		real = ticket_events.show_on_document

		def show(doc, values):
			real(doc, {**values, "cs_policy": None, "response_by": None, "agreement_status": "Failed"})
			broken()

		with patch.object(ticket_events, "show_on_document", show):
			after = save(self.ticket, priority="High")
		for field in ("cs_policy", "cs_service_state", "cs_next_deadline"):
			self.assertEqual(after.get(field), before.get(field), field)
		self.assertNotEqual(after.agreement_status, "Failed")
		self.assert_marked_and_logged()

	def test_a_message_is_stored_and_leaves_no_event(self):
		self.travel("10:30")
		with self.break_evaluation():
			reply = reply_from_agent(self.ticket)
		self.assertTrue(frappe.db.exists("Communication", reply.name))
		self.assertTrue(fresh(self.ticket).first_responded_on)
		self.assertEqual(kinds(self.ticket), ["Opened", "Policy Changed"])
		self.assert_marked_and_logged()
		self.assert_no_message_of_ours()

	def test_an_assignment_is_stored_and_leaves_no_event(self):
		with self.break_evaluation():
			assign(self.ticket, self.AGENT)
		self.assertIn(self.AGENT, fresh(self.ticket).get("_assign"))
		self.assertEqual(kinds(self.ticket), ["Opened", "Policy Changed"])
		self.assert_marked_and_logged()
		self.assert_no_message_of_ours()

	def test_a_new_ticket_is_stored_without_a_ledger(self):
		with self.break_evaluation():
			ticket = create_ticket(description=None)
		self.assertEqual((kinds(ticket), clocks(ticket)), ([], {}))
		self.assertTrue(ticket.response_by)
		self.assertEqual(ticket.cs_evaluation_pending, 1)
		self.assert_no_message_of_ours()

	def test_a_new_ticket_with_a_description_is_stored(self):
		with self.break_evaluation():
			ticket = create_ticket()
		self.assertEqual((kinds(ticket), ticket.cs_evaluation_pending), ([], 1))

	def test_one_log_entry_an_hour(self):
		with self.break_evaluation():
			for number in range(3):
				save(self.ticket, subject=f"Number {number}")
		self.assertEqual(self.log_entries(self.ticket), self.logged_before + 1)


class TestHealing(FailureTestCase):
	def test_a_missed_pause_heals_at_the_time_of_the_save(self):
		self.travel("10:30")
		with self.break_evaluation():
			set_status(self.ticket, "Replied")
		self.travel("10:31")
		self.pass_minute()
		paused = events(self.ticket, "Paused")
		self.assertEqual([event.happened_at for event in paused], [moment("10:30")])
		self.assertEqual(clock(self.ticket, "Resolution").state, "Paused")
		self.assertEqual(fresh(self.ticket).cs_evaluation_pending, 0)
		self.assertEqual(fresh(self.ticket).agreement_status, "Paused")

	def test_a_missed_reply_heals_at_its_own_time_and_with_its_sender(self):
		self.travel("10:30")
		with self.break_evaluation():
			reply = reply_from_agent(self.ticket, self.AGENT)
		self.travel("12:30")
		self.pass_minute()
		event = events(self.ticket, "Agent Replied")[0]
		self.assertEqual(
			(event.happened_at, event.actor, event.source_key),
			(moment("10:30"), self.AGENT, f"Communication:{reply.name}"),
		)
		self.assertEqual(clock(self.ticket, "First Reply").state, "Met")

	def test_a_missed_assignment_heals_at_its_own_time_and_by_who_made_it(self):
		self.travel("10:30")
		with self.break_evaluation(), self.as_user(self.AGENT):
			assign(self.ticket, self.AGENT)
		self.travel("10:45")
		self.pass_minute()
		event = events(self.ticket, "Assigned")[0]
		self.assertEqual(
			(event.happened_at, event.actor, event.value), (moment("10:30"), self.AGENT, self.AGENT)
		)
		acknowledgement = clock(self.ticket, "Acknowledgement")
		self.assertEqual((acknowledgement.state, acknowledgement.elapsed_seconds), ("Met", 1800))

	def test_a_missed_opening_heals_to_the_policy_that_opening_would_have_chosen(self):
		"""Helpdesk's SLA was imported as a policy too, but ours stands before it."""
		with self.break_evaluation():
			ticket = create_ticket()
		self.travel("10:05")
		self.pass_minute()
		ticket = fresh(ticket)
		self.assertEqual(kinds(ticket), ["Opened", "Policy Changed"])
		self.assertEqual(events(ticket)[0].happened_at, moment("10:00"))
		self.assertEqual((ticket.cs_policy, ticket.response_by), (self.policy.name, moment("12:00")))

	def test_an_opening_that_fails_once_heals_to_the_right_policy_within_the_insert(self):
		real, calls = ticket_events.evaluate, []

		def failing_once(*args, **kwargs):
			calls.append(1)
			return broken() if len(calls) == 1 else real(*args, **kwargs)

		with patch.object(ticket_events, "evaluate", failing_once):
			ticket = create_ticket()
		self.pass_minute()
		ticket = fresh(ticket)
		self.assertEqual(kinds(ticket), ["Opened", "Policy Changed"])
		self.assertEqual((ticket.cs_policy, ticket.response_by), (self.policy.name, moment("12:00")))

	def test_the_channel_is_derived_when_a_missed_opening_heals(self):
		from cs_center.tests.factories import change_settings, create_channel

		channel = create_channel(channel_type="Online Chat")
		change_settings(default_channel=channel, agent_channel=channel)
		with patch.object(ticket_events, "derive_channel", broken):
			ticket = create_ticket()
		self.pass_minute()
		self.assertEqual(fresh(ticket).cs_channel, channel)

	def test_healing_twice_adds_nothing(self):
		with self.break_evaluation():
			reply_from_agent(self.ticket)
			set_status(self.ticket, "Replied")
		self.pass_minute()
		before = kinds(self.ticket)
		safety.mark_pending(self.ticket.name)
		self.pass_minute()
		self.assertEqual(kinds(self.ticket), before)

	def test_the_opening_message_is_no_reply_when_a_ticket_heals(self):
		ticket = create_ticket(description=None)
		with self.break_evaluation():
			message_from_customer(ticket)
		safety.mark_pending(ticket.name)
		self.pass_minute()
		self.assertEqual(kinds(ticket), ["Opened", "Policy Changed"])

	def test_the_next_save_heals_too_and_clears_the_mark(self):
		self.travel("10:30")
		with self.break_evaluation():
			set_status(self.ticket, "Replied")
		self.travel("10:40")
		ticket = save(self.ticket, subject="Other")
		self.assertEqual(kinds(ticket)[2:], ["Paused"])

	def test_a_save_after_a_missed_reply_does_not_lose_the_reply(self):
		"""The mark must stay until the messages have been looked at, or the reply is never found again."""
		self.travel("10:30")
		with self.break_evaluation():
			reply_from_agent(self.ticket)
		self.travel("10:40")
		save(self.ticket, subject="Other")
		self.pass_minute()
		self.assertEqual(kinds(self.ticket)[2:], ["Agent Replied"])
		self.assertEqual(clock(self.ticket, "First Reply").ended_at, moment("10:30"))

	def test_a_reply_after_a_missed_reply_does_not_lose_it(self):
		self.travel("10:30")
		with self.break_evaluation():
			reply_from_agent(self.ticket)
		self.travel("11:30")
		message_from_customer(self.ticket)
		self.pass_minute()
		self.assertEqual(sorted(kinds(self.ticket)[2:]), ["Agent Replied", "Customer Replied"])
		self.assertEqual(clock(self.ticket, "First Reply").ended_at, moment("10:30"))


class TestDatabaseErrors(FailureTestCase):
	def test_deadlocks_and_lost_locks_are_not_swallowed(self):
		"""The database has ended the transaction: saying "saved" would be a lie."""
		for error in (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
			for action in (
				lambda: save(self.ticket, status="Replied"),
				lambda: reply_from_agent(self.ticket),
				lambda: assign(self.ticket, self.AGENT),
			):
				with (
					self.subTest(error=error.__name__),
					patch.object(ticket_events, "evaluate", side_effect=error("lost")),
					self.assertRaises(error),
				):
					frappe.db.savepoint("one_try")
					action()
				frappe.db.rollback(save_point="one_try")


class TestBrokenDefinitions(FailureTestCase):
	def assert_saves(self):
		ticket = set_status(self.ticket, "Replied")
		reply_from_agent(ticket)
		assign(ticket, self.AGENT)
		self.assertEqual(fresh(ticket).status, "Replied")
		self.assertEqual(fresh(ticket).cs_evaluation_pending, 1)

	def forget(self, doctype: str, name: str):
		"""What an edit past Frappe would not do: the next request reads the definition anew."""
		forget_definitions()
		frappe.clear_document_cache(doctype, name)

	def test_a_policy_deleted_in_the_database_does_not_block_saves(self):
		frappe.db.delete("CS Service Policy", {"name": self.policy.name})
		self.forget("CS Service Policy", self.policy.name)
		self.assert_saves()
		self.assertEqual(frappe.local.message_log, [])

	def test_a_calendar_deleted_in_the_database_does_not_block_saves(self):
		frappe.db.delete("CS Service Calendar", {"name": self.policy.calendar})
		self.forget("CS Service Calendar", self.policy.calendar)
		self.assert_saves()
		self.assertEqual(frappe.local.message_log, [])

	def test_a_deleted_calendar_does_not_block_new_tickets(self):
		frappe.db.delete("CS Service Calendar", {"name": self.policy.calendar})
		self.forget("CS Service Calendar", self.policy.calendar)
		self.assertEqual(create_ticket().cs_evaluation_pending, 1)

	def test_a_calendar_without_open_time_does_not_block_saves(self):
		frappe.db.delete("CS Service Calendar Window", {"parent": self.policy.calendar})
		frappe.db.set_value(
			"CS Service Calendar", self.policy.calendar, "description", "emptied"
		) if frappe.get_meta("CS Service Calendar").has_field("description") else frappe.db.set_value(
			"CS Service Calendar", self.policy.calendar, "enabled", 1
		)
		self.travel("10:00:01")
		frappe.db.set_value("CS Service Calendar", self.policy.calendar, "enabled", 1)
		self.forget("CS Service Calendar", self.policy.calendar)
		self.assert_saves()

	def test_a_condition_on_a_field_that_is_gone_does_not_block_new_tickets(self):
		policy = create_policy(conditions=[condition("priority", "Is Set")], targets=TWO_AND_EIGHT)
		frappe.db.set_value("CS Service Policy Condition", {"parent": policy.name}, "fact", "no_such_field")
		self.forget("CS Service Policy", policy.name)
		self.assertEqual(create_ticket().cs_policy, self.policy.name)

	def test_one_unusable_policy_does_not_take_every_new_ticket_with_it(self):
		"""A bad row (edited in the database, or by an older version) belongs to that policy alone."""
		bad = create_policy(order=90, targets=[target("First Reply", 1)])
		frappe.db.delete("CS Service Policy Target", {"parent": bad.name})
		self.forget("CS Service Policy", bad.name)
		ticket = create_ticket()
		self.assertEqual((ticket.cs_policy, ticket.cs_evaluation_pending), (self.policy.name, 0))

	def test_the_pass_brings_the_ticket_back_when_the_calendar_is_repaired(self):
		calendar = self.policy.calendar
		frappe.db.sql("update `tabCS Service Calendar` set name = 'away' where name = %s", calendar)
		self.forget("CS Service Calendar", calendar)
		self.travel("10:30")
		set_status(self.ticket, "Replied")
		frappe.db.sql("update `tabCS Service Calendar` set name = %s where name = 'away'", calendar)
		self.forget("CS Service Calendar", calendar)
		self.travel("11:00")
		self.pass_minute()
		self.assertEqual(kinds(self.ticket)[2:], ["Paused"])
		self.assertEqual(fresh(self.ticket).cs_evaluation_pending, 0)
