"""Messages to a channel: arrive, are tried again, are given up, and never hold another channel up."""

import time

import frappe

from cs_center.services.notifications import administering
from cs_center.tests.factories import change_settings
from cs_center.tests.test_notifications.delivery_case import CHANNEL, DELIVERY, DeliveryTestCase
from cs_center.tests.test_notifications.receiver import silence, status


class TestArriving(DeliveryTestCase):
	def test_a_message_arrives_with_its_key_and_is_marked_as_sent(self):
		channel = self.channel()
		(key,) = self.queue(self.message(channel=channel))
		self.assertEqual(self.send(channel=channel), 1)
		(received,) = self.receiver.received
		self.assertEqual(received.json()["title"], "The parcel is late")
		self.assertEqual(received.headers["Idempotency-Key"], key)
		row = self.row(key)
		self.assertEqual((row.state, row.attempts, row.last_status), ("Sent", 1, 200))
		self.assertEqual(str(row.sent_at), "2027-03-01 10:00:00")
		self.assertTrue(frappe.db.get_value(CHANNEL, channel, "last_sent_at"))

	def test_what_was_sent_is_not_sent_again(self):
		channel = self.channel()
		message = self.message(channel=channel)
		self.assertEqual(len(self.queue(message)), 1)
		self.send(channel=channel)
		self.assertEqual(self.queue(message), [])
		self.send(channel=channel)
		self.assertEqual(len(self.receiver.received), 1)

	def test_the_same_message_twice_in_one_call_is_one_message(self):
		message = self.message(channel=self.channel())
		self.assertEqual(len(self.queue(message, message)), 1)

	def test_queueing_a_hundred_messages_costs_no_more_queries_than_three(self):
		channel = self.channel()
		few = self.count_queries([self.message(channel=channel) for _ in range(3)])
		many = self.count_queries([self.message(channel=channel) for _ in range(100)])
		self.assertLessEqual(many, few)
		self.assertLessEqual(many, 12)

	def count_queries(self, messages):
		real, count = frappe.db.sql, []

		def counting(*args, **kwargs):
			count.append(args)
			return real(*args, **kwargs)

		frappe.db.sql = counting
		try:
			self.queue(*messages)
		finally:
			frappe.db.sql = real
		return len(count)


class TestFailing(DeliveryTestCase):
	def test_a_failure_is_tried_again_later_and_later(self):
		self.receiver.answers = [status(500)]
		channel = self.channel()
		(key,) = self.queue(self.message(channel=channel))
		waits = []
		for _attempt in range(4):
			before = self.now_of(key)
			self.travel(str(before))
			self.send(channel=channel)
			waits.append((self.now_of(key) - before).total_seconds())
		self.assertEqual(len(self.receiver.received), 4)
		for wait, shortest in zip(waits, (30, 60, 120, 240), strict=True):
			self.assertTrue(shortest <= wait <= shortest * 1.5, waits)
		row = self.row(key)
		self.assertEqual(
			(row.state, row.hold_reason, row.attempts, row.last_status), ("Queued", "Retry", 4, 500)
		)
		self.assertEqual(row.last_error, "The receiver answered with HTTP status 500.")

	def now_of(self, key):
		return self.row(key).next_attempt_at

	def test_nothing_is_tried_before_its_time(self):
		self.receiver.answers = [status(503), status(200)]
		channel = self.channel()
		(key,) = self.queue(self.message(channel=channel))
		self.send(channel=channel)
		self.travel("2027-03-01 10:00:20")
		self.assertEqual(self.send(channel=channel), 0)
		self.travel("2027-03-01 10:01:00")
		self.assertEqual(self.send(channel=channel), 1)
		self.assertEqual(self.row(key).state, "Sent")

	def test_after_the_last_attempt_it_is_dead_and_says_so(self):
		change_settings(delivery_attempts=3)
		self.receiver.answers = [status(502)]
		channel = self.channel()
		(key,) = self.queue(self.message(channel=channel))
		for _attempt in range(5):
			self.travel(str(self.row(key).next_attempt_at))
			self.send(channel=channel)
		self.assertEqual(len(self.receiver.received), 3)
		row = self.row(key)
		self.assertEqual((row.state, row.attempts), ("Dead", 3))
		self.assertIn("Given up after 3 attempts", row.last_error)

	def test_a_dead_message_can_be_sent_again_under_the_same_key(self):
		self.receiver.answers = [status(404), status(200)]
		channel = self.channel()
		(key,) = self.queue(self.message(channel=channel))
		self.send(channel=channel)
		self.assertEqual(self.row(key).state, "Dead")
		administering.resend(key)
		self.assertEqual((self.row(key).state, self.row(key).attempts), ("Queued", 0))
		self.send(channel=channel)
		self.assertEqual(self.row(key).state, "Sent")
		self.assertEqual(self.receiver.keys(), [key, key])

	def test_a_sent_message_cannot_be_sent_again(self):
		channel = self.channel()
		(key,) = self.queue(self.message(channel=channel))
		self.send(channel=channel)
		self.assert_refused(lambda: administering.resend(key), "dead or cancelled", "Sent")

	def test_a_refused_signature_is_dead_at_once(self):
		self.receiver.answers = [status(200, b'{"errcode":310000,"errmsg":"sign not match"}')]
		channel = self.channel("DingTalk", secret="SECabc")
		(key,) = self.queue(self.message(channel=channel))
		self.send(channel=channel)
		self.assertEqual(self.row(key).state, "Dead")
		self.assertIn("310000", self.row(key).last_error)

	def test_a_robot_that_wants_fewer_messages_is_left_alone(self):
		self.receiver.answers = [status(200, b'{"errcode":130101,"errmsg":"send too fast"}')]
		channel = self.channel("DingTalk", digest_minutes=0)
		change_settings(digest_minutes=0)
		keys = self.queue(*[self.message(channel=channel) for _ in range(3)])
		self.send(channel=channel)
		self.assertEqual(len(self.receiver.received), 1)
		self.assert_states(keys, "Queued", "Queued", "Queued")
		for key in keys:
			row = self.row(key)
			self.assertEqual(row.hold_reason, "Rate Limit")
			self.assertGreaterEqual(str(row.next_attempt_at), "2027-03-01 10:10:00")

	def test_a_receivers_wish_to_wait_is_respected(self):
		self.receiver.answers = [status(429, Retry_After="600")]
		channel = self.channel()
		(key,) = self.queue(self.message(channel=channel))
		self.send(channel=channel)
		self.assertEqual(str(self.row(key).next_attempt_at), "2027-03-01 10:10:00")

	def test_a_disabled_or_deleted_channel_is_a_dead_letter_and_no_error(self):
		off, gone, empty = self.channel(), self.channel(), self.channel(webhook_url=self.receiver.url)
		keys = self.queue(*[self.message(channel=name) for name in (off, gone, empty)])
		frappe.db.set_value(CHANNEL, off, "enabled", 0)
		frappe.db.delete(CHANNEL, {"name": gone})
		frappe.db.delete("__Auth", {"doctype": CHANNEL, "name": empty})
		frappe.db.set_value(CHANNEL, empty, "webhook_url", "")
		for name in (off, gone, empty):
			self.send(channel=name)
		self.assert_states(keys, "Dead", "Dead", "Dead")
		self.assertIn("switched off", self.row(keys[0]).last_error)
		self.assertIn("deleted", self.row(keys[1]).last_error)
		self.assertIn("no address", self.row(keys[2]).last_error)
		self.assertEqual(self.receiver.received, [])

	def test_without_the_setting_nothing_is_sent_into_a_private_network(self):
		channel = self.channel()
		change_settings(allow_private_addresses=0)
		(key,) = self.queue(self.message(channel=channel))
		self.send(channel=channel)
		self.assertEqual(self.row(key).state, "Dead")
		self.assertEqual(self.receiver.received, [])


class TestSilence(DeliveryTestCase):
	def test_a_receiver_that_hangs_costs_one_time_out_and_no_other_channel_waits(self):
		change_settings(digest_minutes=0)
		self.receiver.answers = [silence(3)]
		hanging = self.channel()
		well = self.enter_second_receiver()
		stuck = self.queue(*[self.message(channel=hanging) for _ in range(10)])
		(fine,) = self.queue(self.message(channel=well))
		began = time.monotonic()
		self.send(channel=hanging)
		self.assertLess(time.monotonic() - began, 2)
		self.assertEqual(len(self.receiver.received), 1)
		self.send(channel=well)
		self.assertEqual(self.row(fine).state, "Sent")
		rows = [self.row(key) for key in stuck]
		self.assertEqual({row.state for row in rows}, {"Queued"})
		self.assertEqual(sum(row.attempts for row in rows), 1)
		self.assertTrue(all(str(row.next_attempt_at) >= "2027-03-01 10:00:30" for row in rows))
		tried = next(row for row in rows if row.attempts)
		self.assertEqual(tried.last_error, "The receiver did not answer in time.")

	def enter_second_receiver(self):
		from cs_center.tests.test_notifications.receiver import receiver

		return self.channel(webhook_url=self.enter(receiver()).url)

	def test_all_of_them_arrive_when_the_receiver_is_back(self):
		change_settings(digest_minutes=0)
		self.receiver.answers = [silence(1.5), status(200)]
		channel = self.channel()
		keys = self.queue(*[self.message(channel=channel) for _ in range(4)])
		self.send(channel=channel)
		self.travel("2027-03-01 10:01:00")
		self.assertEqual(self.send(channel=channel), 4)
		self.assert_states(keys, "Sent", "Sent", "Sent", "Sent")


class TestPace(DeliveryTestCase):
	def test_no_more_than_agreed_leave_in_a_minute(self):
		change_settings(digest_minutes=0)
		channel = self.channel(messages_per_minute=3)
		keys = self.queue(*[self.message(channel=channel) for _ in range(5)])
		self.assertEqual(self.send(channel=channel), 3)
		waiting = [self.row(key) for key in keys if self.row(key).state == "Queued"]
		self.assertEqual(
			{(row.hold_reason, row.attempts, row.batch_key) for row in waiting}, {("Rate Limit", 0, None)}
		)
		self.travel("2027-03-01 10:00:59")
		self.assertEqual(self.send(channel=channel), 0)
		self.travel("2027-03-01 10:01:00")
		self.assertEqual(self.send(channel=channel), 2)

	def test_a_worker_that_died_gives_its_messages_back_under_the_same_key(self):
		channel = self.channel()
		(key,) = self.queue(self.message(channel=channel))
		lost = {
			"state": "Sending",
			"leased_until": "2027-03-01 10:10:00",
			"attempts": 1,
			"batch_key": "b" * 20,
		}
		frappe.db.set_value(DELIVERY, key, lost)
		self.travel("10:09")
		self.assertEqual(self.send(channel=channel), 0)
		self.travel("10:10")
		self.assertEqual(self.send(channel=channel), 1)
		self.assertEqual(self.receiver.keys(), ["b" * 20])
		self.assertEqual(self.row(key).attempts, 2)
