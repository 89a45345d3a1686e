"""When messages leave: quiet hours, shifts, digests; urgent ones pass all of it."""

import frappe

from cs_center.tests.factories import EVERY_DAY, change_settings, create_calendar
from cs_center.tests.test_notifications.delivery_case import DELIVERY, PROFILE, DeliveryTestCase


class HoldingTestCase(DeliveryTestCase):
	def setUp(self):
		super().setUp()
		frappe.db.delete(PROFILE, {"name": ["in", [self.PERSON, self.OTHER]]})

	def plan(self, *messages):
		"""(time of day or date and time, hold reason) of each, as queued."""
		found = []
		for key in self.queue(*messages):
			row = self.row(key)
			day = "" if row.next_attempt_at.day == 1 else f"{row.next_attempt_at.day}. "
			found.append((f"{day}{row.next_attempt_at:%H:%M}", row.hold_reason))
		return found

	def night(self):
		return create_calendar(windows=(("22:00", "24:00"), ("00:00", "08:00")), days=EVERY_DAY)


class TestQuietHours(HoldingTestCase):
	def test_a_persons_quiet_hours_hold_until_their_end(self):
		self.profile(self.PERSON, quiet_calendar=self.night())
		self.travel("23:30")
		plans = self.plan(self.message("In-App"), self.message("In-App", recipient=self.OTHER))
		self.assertEqual(plans, [("2. 08:00", "Quiet Hours"), ("23:30", "")])

	def test_what_was_held_is_sent_at_their_end_and_not_a_minute_earlier(self):
		self.profile(self.PERSON, quiet_calendar=self.night())
		self.travel("23:30")
		(key,) = self.queue(self.message("In-App"))
		self.travel("2027-03-02 07:59")
		self.assertEqual(self.send("In-App"), 0)
		self.travel("2027-03-02 08:00")
		self.assertEqual(self.send("In-App"), 1)
		self.assertEqual((self.row(key).state, self.row(key).hold_reason), ("Sent", ""))

	def test_the_settings_quiet_hours_hold_for_whoever_has_none(self):
		change_settings(quiet_calendar=self.night())
		self.travel("23:30")
		self.assertEqual(self.plan(self.message("In-App")), [("2. 08:00", "Quiet Hours")])

	def test_an_urgent_message_leaves_in_quiet_hours(self):
		self.profile(self.PERSON, quiet_calendar=self.night())
		self.travel("23:30")
		self.assertEqual(self.plan(self.message("E-mail", urgent=True)), [("23:30", "")])

	def test_off_shift_it_waits_for_the_next_shift(self):
		self.profile(self.PERSON, shift_calendar=create_calendar())
		self.travel("20:00")
		self.assertEqual(self.plan(self.message("In-App")), [("2. 09:00", "Outside Shift")])

	def test_a_channel_has_quiet_hours_of_its_own_and_none_of_the_settings(self):
		change_settings(quiet_calendar=self.night())
		self.travel("23:30")
		quiet, other = self.channel(quiet_calendar=self.night()), self.channel()
		plans = self.plan(self.message(channel=quiet), self.message(channel=other))
		self.assertEqual(plans, [("2. 08:00", "Quiet Hours"), ("23:30", "")])

	def test_a_calendar_that_is_gone_holds_nothing_and_is_logged(self):
		self.profile(self.PERSON)
		frappe.db.set_value(PROFILE, self.PERSON, "quiet_calendar", "No such calendar")
		self.assertEqual(self.plan(self.message("In-App")), [("10:00", "")])

	def test_what_became_pointless_while_it_waited_is_cancelled(self):
		self.profile(self.PERSON, quiet_calendar=self.night())
		self.travel("23:30")
		ended, standing, alarm = (self.escalation(state) for state in ("Acknowledged", "Open", "Resolved"))
		keys = self.queue(
			self.message("In-App", escalation=ended, occasion="Escalation"),
			self.message("In-App", escalation=standing, occasion="Escalation"),
			self.message("In-App", escalation=alarm, occasion="Alarm"),
		)
		self.travel("2027-03-02 08:00")
		self.assertEqual(self.send("In-App"), 2)
		self.assert_states(keys, "Cancelled", "Sent", "Sent")
		self.assertIn("answered or over before", self.row(keys[0]).last_error)

	def test_what_was_not_held_is_sent_although_it_is_over(self):
		(key,) = self.queue(
			self.message("In-App", escalation=self.escalation("Resolved"), occasion="Escalation")
		)
		self.assertEqual(self.send("In-App"), 1)
		self.assertEqual(self.row(key).state, "Sent")

	def test_a_message_about_something_deleted_is_cancelled(self):
		(key,) = self.queue(
			self.message("In-App", reference_name="nobody@nowhere.example", occasion="Reminder")
		)
		self.assertEqual(self.send("In-App"), 0)
		self.assertEqual(self.row(key).state, "Cancelled")
		self.assertIn("deleted", self.row(key).last_error)

	def escalation(self, state):
		name = frappe.generate_hash(length=12)
		now = frappe.utils.now()
		frappe.db.bulk_insert(
			"CS Escalation",
			[
				"name",
				"creation",
				"modified",
				"owner",
				"reference_doctype",
				"reference_name",
				"state",
				"metric",
				"level",
			],
			[(name, now, now, "Administrator", "User", self.PERSON, state, "Resolution", 1)],
		)
		return name


class TestDigest(HoldingTestCase):
	def test_the_first_leaves_at_once_and_the_next_ones_together_at_the_digests_end(self):
		channel = self.channel()
		self.assertEqual(self.plan(self.message(channel=channel)), [("10:00", "")])
		self.send(channel=channel)
		self.travel("10:05")
		self.assertEqual(self.plan(self.message(channel=channel)), [("10:15", "Digest")])
		self.travel("10:09")
		self.assertEqual(self.plan(self.message(channel=channel)), [("10:15", "Digest")])
		self.assertEqual(self.send(channel=channel), 0)
		self.travel("10:15")
		self.assertEqual(self.send(channel=channel), 1)
		first, digest = self.receiver.received
		self.assertEqual(first.json()["title"], "The parcel is late")
		self.assertEqual(digest.json()["title"], "2 notifications")
		self.assertEqual(digest.json()["text"].count("The parcel is late"), 2)

	def test_after_a_digest_the_next_one_waits_again(self):
		channel = self.channel()
		self.queue(self.message(channel=channel))
		self.send(channel=channel)
		self.travel("10:05")
		self.queue(self.message(channel=channel))
		self.travel("10:15")
		self.send(channel=channel)
		self.travel("10:16")
		self.assertEqual(self.plan(self.message(channel=channel)), [("10:30", "Digest")])
		self.travel("10:50")
		self.assertEqual(self.plan(self.message(channel=channel)), [("10:50", "")])

	def test_messages_of_one_moment_leave_as_one(self):
		channel = self.channel()
		keys = self.queue(*[self.message(channel=channel) for _ in range(30)])
		self.assertEqual(self.send(channel=channel), 1)
		(digest,) = self.receiver.received
		self.assertEqual(digest.json()["title"], "30 notifications")
		self.assertIn("and 10 more", digest.json()["text"])
		batch_keys = {self.row(key).batch_key for key in keys}
		self.assertEqual(batch_keys, {digest.headers["Idempotency-Key"]})
		self.assertNotIn(digest.headers["Idempotency-Key"], keys)

	def test_a_digest_keeps_its_key_and_its_members_over_retries(self):
		from cs_center.tests.test_notifications.receiver import status

		channel = self.channel()
		self.receiver.answers = [status(503), status(200)]
		keys = self.queue(self.message(channel=channel), self.message(channel=channel))
		self.send(channel=channel)
		self.travel("10:01")
		late = self.queue(self.message(channel=channel, urgent=False))
		frappe.db.set_value(DELIVERY, late[0], "next_attempt_at", "2027-03-01 10:01:00")
		self.send(channel=channel)
		first, second = (one.headers["Idempotency-Key"] for one in self.receiver.received[:2])
		self.assertEqual({first, second} & {self.row(keys[0]).batch_key}, {first})
		self.assertEqual([one.json()["title"] for one in self.receiver.received].count("2 notifications"), 2)

	def test_urgent_messages_leave_one_by_one_and_at_once(self):
		channel = self.channel()
		self.queue(self.message(channel=channel))
		self.send(channel=channel)
		urgent = [self.message(channel=channel, urgent=True) for _ in range(2)]
		self.assertEqual(self.plan(*urgent), [("10:00", ""), ("10:00", "")])
		self.assertEqual(self.send(channel=channel), 2)

	def test_a_digest_of_zero_minutes_sends_each_by_itself(self):
		change_settings(digest_minutes=0)
		channel = self.channel()
		self.queue(self.message(channel=channel), self.message(channel=channel))
		self.assertEqual(self.send(channel=channel), 2)

	def test_a_persons_own_minutes_win(self):
		self.profile(self.PERSON, digest_minutes=60)
		self.queue(self.message("E-mail"))
		self.travel("10:01")
		frappe.db.set_value(
			DELIVERY, {"recipient": self.PERSON}, {"state": "Sent", "sent_at": "2027-03-01 10:00:00"}
		)
		self.assertEqual(self.plan(self.message("E-mail")), [("11:00", "Digest")])

	def test_the_digest_of_one_holds_nobody_else(self):
		self.queue(self.message("E-mail"))
		self.travel("10:01")
		frappe.db.set_value(
			DELIVERY, {"recipient": self.PERSON}, {"state": "Sent", "sent_at": "2027-03-01 10:00:00"}
		)
		plans = self.plan(self.message("E-mail"), self.message("E-mail", recipient=self.OTHER))
		self.assertEqual(plans, [("10:15", "Digest"), ("10:01", "")])

	def test_notices_in_the_app_are_no_digest(self):
		self.queue(self.message("In-App"))
		self.travel("10:01")
		self.assertEqual(
			self.plan(self.message("In-App"), self.message("In-App")), [("10:01", ""), ("10:01", "")]
		)

	def test_a_digest_that_would_end_in_quiet_hours_waits_for_their_end(self):
		self.profile(self.PERSON, quiet_calendar=self.night())
		self.travel("21:50")
		(key,) = self.queue(self.message("E-mail"))
		frappe.db.set_value(DELIVERY, key, {"state": "Sent", "sent_at": "2027-03-01 21:50:00"})
		self.travel("21:55")
		self.assertEqual(self.plan(self.message("E-mail")), [("2. 08:00", "Digest")])

	def test_a_message_that_is_being_retried_opens_no_digest(self):
		from cs_center.tests.test_notifications.receiver import status

		channel = self.channel()
		self.receiver.answers = [status(500)]
		self.queue(self.message(channel=channel))
		self.send(channel=channel)
		self.assertEqual(self.plan(self.message(channel=channel)), [("10:00", "")])
