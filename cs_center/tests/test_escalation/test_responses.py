"""Acknowledging and snoozing: by whom, how often, for how long, and what it does to the next level."""

from functools import partial
from unittest.mock import patch

import frappe

from cs_center.api import escalations as api
from cs_center.services.escalation import responses
from cs_center.services.notifications import sending
from cs_center.tests import factories
from cs_center.tests.factories import step
from cs_center.tests.test_escalation.escalation_case import EscalationTestCase
from cs_center.tests.ticket_case import moment


class ResponseTestCase(EscalationTestCase):
	def setUp(self):
		super().setUp()
		self.ladder(
			step(1, percent=50),
			step(
				2,
				"No Acknowledgement",
				amount=30,
				unit="Calendar Minutes",
				tell="User",
				user=self.OTHER_AGENT,
			),
		)
		self.waiting = self.ticket()
		self.pass_at("14:00")
		self.name = factories.escalations(self.waiting)[0].name

	def row(self, name: str = ""):
		return frappe.get_doc("CS Escalation", name or self.name)

	def levels(self) -> list[int]:
		return [row.level for row in factories.escalations(self.waiting)]


class TestAcknowledging(ResponseTestCase):
	def test_the_next_level_is_not_sent(self):
		with self.as_user(self.AGENT):
			self.travel("14:10")
			answer = api.acknowledge(self.name, "  On it  ")
		row = self.row()
		self.assertEqual(
			(row.state, row.acknowledged_by, row.acknowledged_at, row.note),
			("Acknowledged", self.AGENT, moment("14:10"), "On it"),
		)
		self.assertFalse(answer["can_answer"])
		self.pass_at("15:00")
		self.assertEqual(self.levels(), [1])

	def test_without_it_the_next_level_is_sent(self):
		self.pass_at("14:29")
		self.assertEqual(self.levels(), [1])
		self.pass_at("14:30")
		self.assertEqual(self.levels(), [1, 2])

	def test_the_first_one_stands(self):
		self.travel("14:10")
		api.acknowledge(self.name, "first")
		self.travel("14:20")
		with self.as_user(self.AGENT):
			api.acknowledge(self.name, "second")
		row = self.row()
		self.assertEqual((row.acknowledged_by, row.note), ("Administrator", "first"))
		self.assertEqual(row.acknowledged_at, moment("14:10"))

	def test_after_the_end_it_is_refused(self):
		self.travel("14:10")
		factories.set_status(self.waiting, "Resolved")
		self.pass_at("14:11")
		self.assert_refused(lambda: api.acknowledge(self.name), "over since", "2027-03-01 14:10")
		self.assert_refused(lambda: api.snooze(self.name, 10), "over since")

	def test_a_suppressed_one_is_refused(self):
		frappe.db.set_value(
			"CS Escalation", self.name, {"state": "Suppressed", "suppressed_reason": "policy_off"}
		)
		self.assert_refused(lambda: api.acknowledge(self.name), "not sent", "switched off")
		self.assert_refused(lambda: api.snooze(self.name, 10), "not sent")

	def test_between_the_end_and_the_pass_it_resolves_all_the_same(self):
		self.travel("14:10")
		factories.set_status(self.waiting, "Resolved")
		api.acknowledge(self.name)
		self.pass_at("14:11")
		self.assertEqual(self.row().state, "Resolved")

	def test_an_escalation_that_is_not_there(self):
		for name in ("nothing", "", "' or 1=1 -- ", "x" * 300):
			with self.subTest(name):
				self.assert_refused(
					partial(api.acknowledge, name), "cannot see", error=frappe.PermissionError
				)

	def test_all_of_a_ticket(self):
		self.pass_at("14:30")
		sentence = api.acknowledge_ticket(self.waiting.name, "Both")
		self.assertIn("2", sentence)
		self.assertEqual([row.state for row in factories.escalations(self.waiting)], ["Acknowledged"] * 2)
		self.assertIn("No escalation", api.acknowledge_ticket(self.waiting.name))
		self.assertIn("No escalation", api.snooze_ticket(self.waiting.name, 10))

	def test_the_page_is_told_everything(self):
		told = api.of_ticket(self.waiting.name)
		self.assertEqual([one["name"] for one in told], [self.name])
		self.assertTrue(told[0]["can_answer"])
		self.assertEqual(told[0]["told"], [self.AGENT])


class TestNotes(ResponseTestCase):
	def test_a_long_one_is_refused_and_changes_nothing(self):
		self.assert_refused(lambda: api.acknowledge(self.name, "x" * 501), "501", "500")
		self.assertEqual(self.row().state, "Open")
		api.acknowledge(self.name, "x" * 500)
		self.assertEqual(len(self.row().note), 500)

	def test_tags_and_placeholders_stay_text(self):
		for note in ("<img src=x onerror=alert(1)>", "{0} {1} {nothing}", "100 % {"):
			with self.subTest(note):
				frappe.db.set_value("CS Escalation", self.name, "state", "Open")
				told = api.acknowledge(self.name, note)
				self.assertEqual(told["note"], note)
				self.assertEqual(self.row().note, note)

	def test_an_empty_one_keeps_the_earlier_one(self):
		api.snooze(self.name, 5, "Customer is at lunch")
		api.acknowledge(self.name, "   ")
		self.assertEqual(self.row().note, "Customer is at lunch")


class TestSnoozing(ResponseTestCase):
	def test_its_people_are_told_again_once_and_the_wait_begins_anew(self):
		self.travel("14:10")
		with self.as_user(self.AGENT):
			api.snooze(self.name, 60)
		self.assertEqual(self.row().snoozed_by, self.AGENT)
		self.pass_at("14:45")
		self.assertEqual(self.levels(), [1])
		self.pass_at("15:09")
		self.assertEqual(self.row().state, "Snoozed")
		self.pass_at("15:10")
		self.pass_at("15:11")
		self.assertEqual(self.row().state, "Open")
		self.assertEqual(self.told(self.waiting, occasion="Reminder"), [("In-App", self.AGENT)])
		self.pass_at("15:39")
		self.assertEqual(self.levels(), [1])
		self.pass_at("15:40")
		self.assertEqual(self.levels(), [1, 2])

	def test_again_and_again(self):
		for start, end in (("14:10", "14:20"), ("14:25", "14:35"), ("14:40", "14:50")):
			self.travel(start)
			api.snooze(self.name, 10)
			self.pass_at(end)
		self.assertEqual(len(self.told(self.waiting, occasion="Reminder")), 3)
		self.assertEqual(self.levels(), [1])

	def test_a_snooze_of_a_snooze_moves_its_end(self):
		api.snooze(self.name, 60)
		self.travel("14:05")
		api.snooze(self.name, 10)
		self.assertEqual(self.row().snoozed_until, moment("14:15"))
		self.pass_at("14:15")
		self.assertEqual(self.row().state, "Open")

	def test_it_ends_with_the_ticket_and_nobody_is_told_again(self):
		api.snooze(self.name, 30)
		self.travel("14:10")
		factories.set_status(self.waiting, "Resolved")
		self.pass_at("14:31")
		self.assertEqual(self.row().state, "Resolved")
		self.assertEqual(self.told(self.waiting, occasion="Reminder"), [])

	def test_limits(self):
		for minutes in (0, -5, 24 * 60 + 1, 10**6):
			with self.subTest(minutes):
				self.assert_refused(partial(api.snooze, self.name, minutes), "cannot be snoozed", "1440")
		api.snooze(self.name, 24 * 60)
		self.assertEqual(self.row().snoozed_until, moment("2027-03-02 14:00"))

	def test_a_number_beyond_all_measure(self):
		for minutes in (10**12, 10**30):
			with self.subTest(minutes):
				self.assert_refused(partial(api.snooze, self.name, minutes), "cannot be snoozed")
				self.assert_refused(
					partial(api.snooze_ticket, self.waiting.name, minutes), "cannot be snoozed"
				)

	def test_text_is_no_number(self):
		for minutes in ("", "soon", "ten"):
			with self.subTest(minutes), self.assertRaises((frappe.ValidationError, TypeError)):
				api.snooze(self.name, minutes)
		self.assertEqual(self.row().state, "Open")

	def test_the_longest_is_a_setting(self):
		factories.change_settings(longest_snooze_hours=1)
		self.assert_refused(lambda: api.snooze(self.name, 61), "60")
		api.snooze(self.name, 60)

	def test_an_acknowledged_one_is_refused(self):
		api.acknowledge(self.name)
		self.assert_refused(lambda: api.snooze(self.name, 10), "Administrator", "nothing to snooze")

	def test_the_whole_ticket(self):
		self.pass_at("14:30")
		self.assertIn("2", api.snooze_ticket(self.waiting.name, 15))
		self.assertEqual({row.state for row in factories.escalations(self.waiting)}, {"Snoozed"})
		self.pass_at("14:45")
		self.assertEqual({row.state for row in factories.escalations(self.waiting)}, {"Open"})
		self.assertEqual(len(self.told(self.waiting, occasion="Reminder")), 2)

	def test_switched_off_while_snoozed_nobody_is_woken(self):
		api.snooze(self.name, 10)
		factories.change_settings(run_escalations=0)
		self.pass_at("14:10")
		self.assertEqual(self.told(self.waiting, occasion="Reminder"), [])


class TestHeldMessages(EscalationTestCase):
	def setUp(self):
		super().setUp()
		quiet = factories.create_calendar(windows=(("13:00", "16:00"),), days=factories.EVERY_DAY)
		factories.change_settings(quiet_calendar=quiet)
		self.ladder(step(1, percent=50))
		self.waiting = self.ticket()
		self.pass_at("14:00")
		self.name = factories.escalations(self.waiting)[0].name

	def delivery(self):
		(row,) = factories.deliveries(self.waiting)
		return row

	def send_at(self, time: str):
		self.travel(time)
		sending.run("In-App")

	def test_quiet_hours_hold_it(self):
		self.send_at("14:01")
		self.assertEqual((self.delivery().state, self.delivery().hold_reason), ("Queued", "Quiet Hours"))
		self.send_at("16:00")
		self.assertEqual(self.delivery().state, "Sent")

	def test_acknowledged_meanwhile_it_is_not_sent(self):
		self.travel("14:30")
		api.acknowledge(self.name)
		self.send_at("16:00")
		self.assertEqual(self.delivery().state, "Cancelled")
		self.assertTrue(self.delivery().last_error)

	def test_resolved_meanwhile_it_is_not_sent(self):
		self.travel("14:30")
		factories.set_status(self.waiting, "Resolved")
		self.pass_at("14:31")
		self.send_at("16:00")
		self.assertEqual(self.delivery().state, "Cancelled")

	def test_resolved_just_before_they_end_it_is_not_sent_though_the_pass_comes_later(self):
		self.travel("15:59:50")
		factories.set_status(self.waiting, "Resolved")
		self.pass_at("16:00")
		self.send_at("16:00")
		self.assertEqual(self.delivery().state, "Cancelled")


class TestRacing(ResponseTestCase):
	def test_an_answer_waits_for_the_ticket(self):
		"""The ticket's row is locked before the escalation is read: nothing is decided on what is over."""
		order: list[str] = []
		real_lock, real_load = responses.references.lock, responses.rows.load

		def lock(*args, **kwargs):
			order.append("lock")
			return real_lock(*args, **kwargs)

		def load(*args, **kwargs):
			order.append("load" if kwargs.get("lock") else "plain load")
			return real_load(*args, **kwargs)

		with patch.object(responses.references, "lock", lock), patch.object(responses.rows, "load", load):
			responses.acknowledge(self.name)
		self.assertEqual(order[:2], ["lock", "load"])
