"""The automatic acknowledgement: queued only when the channel wants it, with the time the clocks computed."""

from contextlib import contextmanager
from unittest.mock import patch

import frappe

from cs_center.services.service_levels import acknowledgement
from cs_center.tests.factories import condition, create_channel, create_policy, create_ticket, fresh
from cs_center.tests.ticket_case import TicketTestCase

TEXT = "Request {ticket}: {subject}. Answer by {expected_time}, hotline {hotline}.\nGoodbye"
SEND = "cs_center.services.service_levels.acknowledgement.send"


class TestAcknowledgement(TicketTestCase):
	def setUp(self):
		super().setUp()
		create_policy()
		self.channel = create_channel(
			send_acknowledgement=1, acknowledgement_text=TEXT, hotline="400 800 <1>"
		)
		self.silent = create_channel(acknowledgement_text=TEXT)

	@contextmanager
	def queue(self):
		queued = []

		def enqueue(method, **kwargs):
			name = method if isinstance(method, str) else f"{method.__module__}.{method.__name__}"
			if name == SEND:
				queued.append(kwargs)

		with patch.object(frappe, "enqueue", enqueue):
			yield queued

	def test_it_is_queued_once_and_only_after_the_commit(self):
		with self.queue() as queued:
			ticket = create_ticket(cs_channel=self.channel)
		self.assertEqual([job["ticket"] for job in queued], [ticket.name])
		self.assertTrue(queued[0]["enqueue_after_commit"])

	def test_a_channel_that_does_not_want_it_sends_nothing(self):
		with self.queue() as queued:
			create_ticket(cs_channel=self.silent)
		self.assertEqual(queued, [])

	def test_a_sender_without_an_address_gets_nothing(self):
		with self.queue() as queued:
			create_ticket(cs_channel=self.channel, raised_by="Administrator")
		self.assertEqual(queued, [])

	def test_saving_again_sends_nothing_again(self):
		ticket = create_ticket(cs_channel=self.silent)
		with self.queue() as queued:
			doc = fresh(ticket)
			doc.cs_channel = self.channel
			doc.save()
		self.assertEqual(queued, [])

	def test_the_text_names_the_time_of_the_clocks_and_the_hotline(self):
		ticket = create_ticket("Broken <b>cup</b>", cs_channel=self.channel)
		text = acknowledgement.acknowledgement_text(ticket, frappe.get_doc("CS Channel", self.channel))
		self.assertIn(f"Request {ticket.name}: ", text)
		self.assertIn("Answer by 2027-03-01 12:00, hotline 400 800 &lt;1&gt;.", text)
		self.assertIn("<br>Goodbye", text)
		self.assertNotIn("<b>", text)

	def test_a_subject_with_a_placeholder_is_left_as_it_is(self):
		ticket = create_ticket("What is {hotline}?", cs_channel=self.channel)
		text = acknowledgement.acknowledgement_text(ticket, frappe.get_doc("CS Channel", self.channel))
		self.assertIn("What is {hotline}?", text)

	def test_without_a_deadline_it_promises_no_time(self):
		frappe.db.set_value("CS Service Policy", {"docstatus": 1}, "enabled", 0)
		create_policy(conditions=[condition("priority", "Equals", "Urgent")])
		ticket = create_ticket(cs_channel=self.channel)
		ticket.response_by = None
		text = acknowledgement.acknowledgement_text(ticket, frappe.get_doc("CS Channel", self.channel))
		self.assertIn("Answer by as soon as possible", text)

	def test_the_mail_goes_to_the_sender_and_is_marked_as_automatic(self):
		ticket = create_ticket(cs_channel=self.channel)
		with patch.object(frappe, "sendmail") as sendmail:
			acknowledgement.send(ticket.name)
		sent = sendmail.call_args.kwargs
		self.assertEqual(sent["recipients"], ["buyer@shop.example"])
		self.assertIn("X-Auto-Generated", sent["email_headers"])
		self.assertIn("2027-03-01 12:00", sent["message"])

	def test_a_ticket_deleted_before_the_worker_comes_sends_nothing(self):
		ticket = create_ticket(cs_channel=self.channel)
		frappe.delete_doc("HD Ticket", ticket.name)
		with patch.object(frappe, "sendmail") as sendmail:
			acknowledgement.send(ticket.name)
		sendmail.assert_not_called()

	def test_a_broken_queue_never_fails_the_save(self):
		def broken(method, **kwargs):
			if getattr(method, "__module__", "") == acknowledgement.__name__:
				raise ConnectionError("redis is away")

		with patch.object(frappe, "enqueue", broken):
			ticket = create_ticket(cs_channel=self.channel)
		self.assertTrue(frappe.db.exists("HD Ticket", ticket.name))
		self.assertEqual(
			[row.policy for row in [frappe._dict(policy=ticket.cs_policy)] if row.policy], [ticket.cs_policy]
		)

	def test_a_reply_to_the_acknowledgement_is_no_agents_reply(self):
		"""Nothing that we send by ourselves may stop the first-reply clock."""
		ticket = create_ticket(cs_channel=self.channel)
		before = frappe.db.count("Communication", {"reference_name": ticket.name})
		with patch.object(frappe, "sendmail"):
			acknowledgement.send(ticket.name)
		self.assertEqual(frappe.db.count("Communication", {"reference_name": ticket.name}), before)
