"""What an administrator does by hand, who may do it, and what nobody ever sees."""

import json
from unittest.mock import patch

import frappe

from cs_center.api import notifications as api
from cs_center.services.notifications import clearing, starting
from cs_center.services.service_levels.site_time import current_instant
from cs_center.tests.factories import create_agent
from cs_center.tests.test_notifications.delivery_case import CHANNEL, DELIVERY, DeliveryTestCase
from cs_center.tests.test_notifications.receiver import silence, status


class TestByHand(DeliveryTestCase):
	def test_a_waiting_message_can_be_cancelled(self):
		channel = self.channel()
		(key,) = self.queue(self.message(channel=channel))
		api.cancel(key)
		self.assertEqual(self.row(key).state, "Cancelled")
		self.assertIn("Administrator", self.row(key).last_error)
		self.assertEqual(self.send(channel=channel), 0)

	def test_what_is_being_sent_or_was_sent_cannot_be_cancelled(self):
		(key,) = self.queue(self.message(channel=self.channel()))
		for state, words in (("Sending", "being sent"), ("Sent", "Only waiting")):
			frappe.db.set_value(DELIVERY, key, "state", state)
			self.assert_refused(lambda: api.cancel(key), words)

	def test_a_message_that_is_not_there_is_told(self):
		for action in (api.resend, api.cancel):
			self.assert_refused(lambda: action("x" * 20), "not there", error=frappe.DoesNotExistError)  # noqa: B023 - called at once

	def test_a_test_message_arrives_at_once_past_quiet_hours_and_digest(self):
		channel = self.channel()
		self.queue(self.message(channel=channel))
		self.send(channel=channel)
		self.assertEqual(api.send_test(channel), "The test message was accepted.")
		self.assertEqual(self.receiver.received[-1].json()["title"], "Test message of CS Center")

	def test_a_channel_can_be_tried_before_it_is_enabled(self):
		self.assertEqual(api.send_test(self.channel(enabled=0)), "The test message was accepted.")

	def test_a_test_that_fails_says_why_and_is_not_tried_again(self):
		self.receiver.answers = [status(500)]
		channel = self.channel()
		self.assertIn("HTTP status 500", api.send_test(channel))
		self.travel("11:00")
		self.assertEqual(self.send(channel=channel), 0)
		self.assertEqual(len(self.receiver.received), 1)

	def test_a_test_sends_nothing_but_itself(self):
		channel = self.channel()
		(key,) = self.queue(self.message(channel=channel))
		api.send_test(channel)
		self.assertEqual(self.row(key).state, "Queued")

	def test_only_managers_may_do_any_of_this(self):
		channel = self.channel()
		(key,) = self.queue(self.message(channel=channel))
		frappe.set_user(self.PERSON)
		for action, argument in ((api.resend, key), (api.cancel, key), (api.send_test, channel)):
			with self.assertRaises(frappe.PermissionError):
				action(argument)
		self.assertEqual(self.receiver.received, [])


class TestStarting(DeliveryTestCase):
	def setUp(self):
		super().setUp()
		frappe.db.set_value(DELIVERY, {"state": ["in", ["Queued", "Sending"]]}, "state", "Cancelled")

	def started(self):
		with patch("frappe.enqueue") as enqueue:
			groups = starting.start_due(current_instant())
		return groups, enqueue.call_args_list

	def test_nothing_due_starts_nothing(self):
		self.assertEqual(self.started(), ([], []))

	def test_one_job_for_each_medium_and_channel_however_many_messages(self):
		one, other = sorted((self.channel(), self.channel()))
		self.queue(
			*[self.message(channel=one) for _ in range(3)],
			self.message(channel=other),
			self.message("In-App"),
			self.message("In-App", recipient=self.OTHER),
			self.message("E-mail"),
		)
		groups, calls = self.started()
		self.assertEqual(groups, [("E-mail", ""), ("In-App", ""), ("Webhook", one), ("Webhook", other)])
		self.assertEqual(len({call.kwargs["job_id"] for call in calls}), 4)
		for call in calls:
			self.assertTrue(call.kwargs["deduplicate"] and call.kwargs["enqueue_after_commit"])

	def test_what_is_held_starts_nothing_and_what_a_dead_worker_left_does(self):
		channel = self.channel()
		(key,) = self.queue(self.message(channel=channel))
		frappe.db.set_value(DELIVERY, key, "next_attempt_at", "2027-03-01 10:01:00")
		self.assertEqual(self.started()[0], [])
		frappe.db.set_value(DELIVERY, key, {"state": "Sending", "leased_until": "2027-03-01 10:00:00"})
		self.assertEqual(self.started()[0], [("Webhook", channel)])

	def test_the_job_that_is_named_can_be_found(self):
		self.assertTrue(callable(frappe.get_attr(starting.JOB)))


class TestClearing(DeliveryTestCase):
	def test_what_ended_long_ago_leaves_and_what_waits_stays(self):
		keys = self.queue(*[self.message("In-App") for _ in range(4)])
		for key, state, modified in zip(
			keys,
			("Sent", "Sent", "Dead", "Queued"),
			("2026-11-30 09:59", "2026-11-30 10:01", "2026-01-01", "2026-01-01"),
			strict=True,
		):
			frappe.db.set_value(DELIVERY, key, {"state": state, "modified": modified}, update_modified=False)
		clearing.clear_before(current_instant(), 91)
		self.assertEqual([bool(self.row(key)) for key in keys], [False, True, False, True])


class TestSecrets(DeliveryTestCase):
	SECRETS = ("s3cr3t-token", "t0p-s3cret", "SEC-of-the-robot")

	def setUp(self):
		super().setUp()
		# Error Log is kept over rollbacks, so what other runs wrote stands there still.
		self.old_errors = set(frappe.get_all("Error Log", pluck="name", limit_page_length=0))

	def assert_silent(self, text, where):
		for secret in self.SECRETS:
			self.assertNotIn(secret, text, where)

	def test_no_row_log_version_or_document_tells_the_address(self):
		channel = self.channel("DingTalk", secret=self.SECRETS[2])
		self.receiver.answers = [silence(1.5), status(500), status(404)]
		(key,) = self.queue(self.message(channel=channel))
		for _attempt in range(3):
			self.travel(str(self.row(key).next_attempt_at))
			self.send(channel=channel)
		frappe.get_doc(CHANNEL, channel).save()
		self.assertEqual(self.row(key).state, "Dead")
		self.look_everywhere(channel)

	def test_an_error_of_our_own_tells_it_no_more(self):
		channel = self.channel("DingTalk", secret=self.SECRETS[2])
		(key,) = self.queue(self.message(channel=channel))
		path = "cs_center.integrations.chat_robots._BUILDERS"
		with patch.dict(path, {"DingTalk": lambda letter: letter.secret + 1}):
			self.send(channel=channel)
		self.assertEqual(self.row(key).state, "Queued")
		logged = frappe.get_all("Error Log", filters={"method": ["like", f"%{channel}%"]}, pluck="error")
		self.assertEqual(len(logged), 1)
		self.assertIn("chat_robots.py", logged[0])
		self.assertIn("TypeError", logged[0])
		self.look_everywhere(channel)

	def look_everywhere(self, channel):
		for doctype in (DELIVERY, CHANNEL, "Error Log", "Version", "Activity Log", "Comment"):
			rows = frappe.get_all(doctype, fields=["*"], limit_page_length=0)
			rows = [row for row in rows if doctype != "Error Log" or row.name not in self.old_errors]
			self.assert_silent(json.dumps(rows, default=str), doctype)
		self.assert_silent(json.dumps(frappe.get_doc(CHANNEL, channel).as_dict(), default=str), "document")

	def test_an_agent_cannot_read_a_channel_at_all(self):
		channel = self.channel()
		create_agent(self.PERSON)
		frappe.set_user(self.PERSON)
		self.assertFalse(frappe.has_permission(CHANNEL, "read", channel))
		with self.assertRaises(frappe.PermissionError):
			frappe.get_doc(CHANNEL, channel).check_permission("read")
