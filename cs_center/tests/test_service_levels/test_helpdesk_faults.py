"""Faults of Helpdesk's own SLA that a ticket must not show where CS Center's clocks govern it."""

import frappe
from helpdesk.helpdesk.doctype.hd_ticket.hd_ticket import update_sla_status_in_ticket

from cs_center.tests import factories
from cs_center.tests.factories import (
	change_settings,
	clock,
	create_policy,
	create_ticket,
	fresh,
	reply_from_agent,
	save,
	set_status,
	target,
)
from cs_center.tests.ticket_case import TicketTestCase, moment

SHOWN = (
	"response_by",
	"resolution_by",
	"agreement_status",
	"cs_policy",
	"cs_service_state",
	"cs_next_deadline",
)


class TestHelpdeskFaults(TicketTestCase):
	def setUp(self):
		super().setUp()
		self.policy = create_policy()
		self.ticket = create_ticket()

	def hourly_job(self):
		update_sla_status_in_ticket()
		return fresh(self.ticket)

	def shown(self):
		return {name: fresh(self.ticket).get(name) for name in SHOWN}

	def test_a_ticket_paused_past_its_target_reads_paused_after_a_save_and_after_the_job(self):
		self.travel("10:30")
		set_status(self.ticket, "Replied")
		self.travel("2027-03-08 10:00")
		self.assertEqual(save(self.ticket, subject="Saved while paused").agreement_status, "Paused")
		self.assertEqual(self.hourly_job().agreement_status, "Paused")
		self.pass_minute()
		self.assertEqual(fresh(self.ticket).agreement_status, "Paused")
		self.assertEqual(clock(self.ticket, "Resolution").state, "Paused")

	def test_the_job_does_not_fail_a_paused_ticket_whose_category_is_stale(self):
		"""``status_category`` may be left behind by a change in the database; the job believes it."""
		self.travel("10:30")
		set_status(self.ticket, "Replied")
		frappe.db.set_value("HD Ticket", self.ticket.name, "status_category", "Open")
		self.travel("2027-03-08 10:00")
		self.assertEqual(self.hourly_job().agreement_status, "Paused")

	def test_paused_to_resolved_counts_the_time_worked(self):
		self.travel("10:30")
		set_status(self.ticket, "Replied")
		self.travel("2027-03-03 14:00")
		set_status(self.ticket, "Resolved")
		resolution = clock(self.ticket, "Resolution")
		self.assertEqual((resolution.state, resolution.elapsed_seconds), ("Met", 1800))
		self.assertEqual(fresh(self.ticket).agreement_status, "Fulfilled")

	def test_a_pause_before_the_first_reply_moves_the_response(self):
		self.travel("10:30")
		set_status(self.ticket, "Replied")
		self.travel("11:30")
		self.assertEqual(set_status(self.ticket, "Open").response_by, moment("13:00"))
		self.assertEqual(self.hourly_job().response_by, moment("13:00"))

	def test_the_next_version_of_the_policy_leaves_open_tickets_where_they_are(self):
		before = self.shown()
		factories.amend(self.policy, targets=[target("First Reply", 0.5), target("Resolution", 1)])
		save(self.ticket, subject="Saved after the amendment")
		self.hourly_job()
		self.pass_minute()
		self.assertEqual(self.shown(), before)
		self.assertEqual(create_ticket().response_by, moment("10:30"))

	def test_an_edited_helpdesk_sla_does_not_move_a_governed_ticket(self):
		before = self.shown()
		sla = frappe.get_doc("HD Service Level Agreement", self.ticket.sla)
		for row in sla.priorities:
			row.response_time = 60
		sla.save()
		save(self.ticket, subject="Saved after the edit")
		self.assertEqual(self.shown(), before)

	def test_the_hourly_job_repeats_what_our_clocks_say(self):
		self.travel("12:30")
		self.pass_minute()
		before = self.shown()
		self.assertEqual(before["agreement_status"], "Failed")
		self.hourly_job()
		self.assertEqual(self.shown(), before)

	def test_the_hourly_job_does_not_fail_a_ticket_whose_deadline_a_pause_moved(self):
		self.travel("10:30")
		set_status(self.ticket, "Replied")
		self.travel("11:30")
		set_status(self.ticket, "Open")
		self.travel("12:30")
		self.assertEqual(self.hourly_job().agreement_status, "First Response Due")

	def test_a_reopened_ticket_whose_first_cycle_was_late_starts_fresh(self):
		reply_from_agent(self.ticket)
		self.travel("2027-03-03 10:00")
		self.assertEqual(set_status(self.ticket, "Resolved").agreement_status, "Failed")
		self.travel("2027-03-03 11:00")
		reopened = set_status(self.ticket, "Open")
		self.assertEqual(reopened.agreement_status, "Resolution Due")
		self.assertEqual(self.hourly_job().agreement_status, "Resolution Due")


class TestSettings(TicketTestCase):
	def test_deadlines_switched_off_leave_helpdesks_own_values(self):
		create_policy()
		change_settings(write_ticket_deadlines=0)
		ticket = create_ticket()
		change_settings(enabled=0)
		plain = create_ticket()
		self.assertEqual((ticket.response_by, ticket.resolution_by), (plain.response_by, plain.resolution_by))
		self.assertEqual(clock(ticket, "First Reply").due_at, moment("12:00"))
		self.assertTrue(ticket.cs_policy)

	def test_deadlines_switched_off_let_helpdesks_job_decide(self):
		create_policy()
		change_settings(write_ticket_deadlines=0)
		ticket = create_ticket()
		frappe.db.set_value("HD Ticket", ticket.name, "response_by", moment("10:01"))
		self.travel("10:30")
		update_sla_status_in_ticket()
		self.assertEqual(fresh(ticket).agreement_status, "Failed")

	def test_deadlines_switched_on_again_are_ours_with_the_next_save(self):
		create_policy()
		change_settings(write_ticket_deadlines=0)
		ticket = create_ticket()
		change_settings(write_ticket_deadlines=1)
		self.assertEqual(save(ticket, subject="Other").response_by, moment("12:00"))

	def test_switched_off_nothing_of_ours_happens_and_tickets_still_save(self):
		create_policy()
		channel = factories.create_channel(send_acknowledgement=1, acknowledgement_text="Received")
		change_settings(enabled=0)
		with factories_enqueued() as enqueued:
			ticket = create_ticket(cs_channel=channel)
			reply_from_agent(ticket)
			factories.message_from_customer(ticket)
			factories.assign(ticket, self.AGENT)
			set_status(ticket, "Resolved")
		self.assertEqual((factories.kinds(ticket), factories.clocks(ticket)), ([], {}))
		self.assertEqual(fresh(ticket).status, "Resolved")
		self.assertIn(fresh(ticket).cs_policy, (None, ""))
		self.assertEqual([name for name in enqueued if "cs_center" in name], [])

	def test_switched_on_again_what_was_missed_is_caught_up(self):
		create_policy()
		ticket = create_ticket()
		settings = frappe.get_doc(factories.SETTINGS)
		settings.enabled = 0
		settings.save()
		self.travel("10:30")
		reply_from_agent(ticket)
		self.travel("11:00")
		set_status(ticket, "Replied")
		settings = frappe.get_doc(factories.SETTINGS)
		settings.enabled = 1
		settings.save()
		self.travel("11:30")
		self.pass_minute()
		self.assertEqual(factories.kinds(ticket)[2:], ["Agent Replied", "Paused"])
		self.assertEqual(clock(ticket, "First Reply").ended_at, moment("10:30"))
		self.assertEqual(fresh(ticket).agreement_status, "Paused")

	def test_a_ticket_made_while_it_was_off_gets_its_ledger_with_the_next_save(self):
		create_policy()
		change_settings(enabled=0)
		ticket = create_ticket()
		change_settings(enabled=1)
		self.travel("10:30")
		ticket = save(ticket, subject="Other")
		self.assertEqual(factories.kinds(ticket)[0], "Opened")
		self.assertEqual(factories.events(ticket)[0].happened_at, moment("10:00"))
		self.assertTrue(ticket.cs_policy)


def factories_enqueued():
	"""Names of what is queued within the block, instead of queueing it."""
	from contextlib import contextmanager
	from unittest.mock import patch

	@contextmanager
	def recording():
		names: list[str] = []

		def enqueue(method, *args, **kwargs):
			names.append(method if isinstance(method, str) else f"{method.__module__}.{method.__name__}")

		with patch.object(frappe, "enqueue", enqueue):
			yield names

	return recording()
