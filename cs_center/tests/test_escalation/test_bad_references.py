"""What a ladder names is deleted, disabled or renamed: refused with what to do, or a fallback; never a failing pass."""

import frappe
from frappe.model.rename_doc import rename_doc

from cs_center.services.service_levels.memory import forget_definitions
from cs_center.tests import factories
from cs_center.tests.base import create_user
from cs_center.tests.factories import step
from cs_center.tests.test_escalation.escalation_case import EscalationTestCase


class ReferenceTestCase(EscalationTestCase):
	def vanish(self, doctype: str, name: str) -> None:
		"""Deleted past every check, as by force or in the database."""
		frappe.db.delete(doctype, {"name": name})
		self.forget(doctype, name)

	def forget(self, doctype: str, name: str) -> None:
		frappe.clear_document_cache(doctype, name)
		frappe.local.db.value_cache.clear()
		forget_definitions()

	def assert_raised(self, ticket, *told):
		self.assertEqual(self.states(ticket), [(1, "Open")])
		self.assertEqual(self.told(ticket, occasion="Escalation"), list(told))


class TestUsers(ReferenceTestCase):
	def setUp(self):
		super().setUp()
		self.ladder(
			step(1, percent=50, tell="User", user=self.OTHER_AGENT, email=1), fallback_user=self.AGENT
		)
		self.waiting = self.ticket()

	def test_a_named_user_is_not_deleted(self):
		with self.assertRaises(frappe.LinkExistsError):
			frappe.delete_doc("User", self.OTHER_AGENT)

	def test_disabled_the_fallback_is_told(self):
		frappe.db.set_value("User", self.OTHER_AGENT, "enabled", 0)
		self.pass_at("14:00")
		self.assert_raised(self.waiting, ("E-mail", self.AGENT), ("In-App", self.AGENT))

	def test_vanished_the_fallback_is_told(self):
		self.vanish("User", self.OTHER_AGENT)
		self.pass_at("14:00")
		self.assert_raised(self.waiting, ("E-mail", self.AGENT), ("In-App", self.AGENT))

	def test_both_vanished_the_alarm_goes_out(self):
		for user in (self.AGENT, self.OTHER_AGENT):
			self.vanish("User", user)
		self.pass_at("14:00")
		self.assert_raised(self.waiting)
		self.assertTrue(factories.deliveries(self.waiting, occasion="Alarm"))
		self.assertEqual(factories.escalations(self.waiting)[0].nobody_to_tell, 1)

	def test_vanished_between_deciding_and_reading_the_page(self):
		from cs_center.services.escalation.describing import escalations_of

		self.pass_at("14:00")
		self.vanish("User", self.OTHER_AGENT)
		self.assertEqual(escalations_of(self.waiting.name)[0]["told"], [self.OTHER_AGENT])


class TestRenaming(EscalationTestCase):
	def test_a_renamed_user_is_told_under_the_new_name(self):
		old, new = (
			f"{factories.unique('u').replace(' ', '')}@ladder.example".lower() for _number in range(2)
		)
		create_user(old, "Agent")
		policy = self.ladder(step(1, percent=50, tell="User", user=old))
		factories.create_profile(old)
		before = self.ticket()
		self.pass_at("14:00")
		rename_doc("User", old, new, force=True, show_alert=False)
		forget_definitions()
		frappe.local.db.value_cache.clear()
		self.assertTrue(frappe.db.exists("CS Agent Profile", {"user": new}))
		self.assertEqual(frappe.db.get_value("CS Escalation Step", {"parent": policy.name}, "user"), new)
		ticket = factories.create_ticket()
		self.pass_at("2027-03-02 10:00")
		self.assertEqual(self.told(ticket), [("In-App", new)])
		self.assertEqual(self.told(before), [("In-App", new)])


class TestOtherRecords(ReferenceTestCase):
	def test_a_role_that_vanished_or_lost_its_members(self):
		role = frappe.get_doc({"doctype": "Role", "role_name": factories.unique("Duty")}).insert().name
		frappe.get_doc("User", self.OTHER_AGENT).add_roles(role)
		self.ladder(step(1, percent=50, tell="Role", role=role), fallback_user=self.AGENT)
		lost, vanished = self.ticket(), self.ticket()
		frappe.db.delete("Has Role", {"role": role})
		self.pass_at("14:00")
		self.assert_raised(lost, ("In-App", self.AGENT))
		self.assert_raised(vanished, ("In-App", self.AGENT))

	def test_a_channel_in_use_is_not_deleted_and_a_vanished_one_is_told_as_dead(self):
		from cs_center.services.notifications import sending

		channel = frappe.get_doc(
			{
				"doctype": "CS Notification Channel",
				"channel_name": factories.unique("Group"),
				"kind": "Slack",
				"enabled": 1,
				"webhook_url": "https://93.184.215.14/hook",
			}
		).insert()
		self.ladder(step(1, percent=50, channel=channel.name))
		ticket = self.ticket()
		with self.assertRaises(frappe.ValidationError):
			frappe.delete_doc("CS Notification Channel", channel.name)
		self.vanish("CS Notification Channel", channel.name)
		self.pass_at("14:00")
		self.assert_raised(ticket, ("In-App", self.AGENT), ("Webhook", channel.name))
		sending.run("Webhook", channel.name)
		(row,) = factories.deliveries(ticket, medium="Webhook")
		self.assertEqual(row.state, "Dead")
		self.assertTrue(row.last_error)

	def test_a_priority_that_vanished(self):
		name = factories.unique("Purple")
		frappe.get_doc({"doctype": "HD Ticket Priority", "name": name, "integer_value": 50}).insert()
		self.ladder(step(1, percent=50, raise_priority_to=name))
		ticket = self.ticket()
		self.vanish("HD Ticket Priority", name)
		self.pass_at("14:00")
		self.assert_raised(ticket, ("In-App", self.AGENT))
		self.assertEqual(factories.fresh(ticket).priority, "Medium")

	def test_a_profile_in_use_is_refused_or_does_without(self):
		self.ladder(
			step(1, percent=50, tell="Supervisor", supervisor_level=1), fallback_user=self.OTHER_AGENT
		)
		ticket = self.ticket()
		self.vanish("CS Agent Profile", self.AGENT)
		self.pass_at("14:00")
		self.assert_raised(ticket, ("In-App", self.OTHER_AGENT))

	def test_a_supervisor_circle_made_in_the_database(self):
		self.ladder(
			step(1, percent=50, tell="Supervisor", supervisor_level=5), fallback_user=self.OTHER_AGENT
		)
		factories.create_profile(self.OTHER_AGENT)
		frappe.db.set_value("CS Agent Profile", self.OTHER_AGENT, "supervisor", self.AGENT)
		ticket = self.ticket()
		self.pass_at("14:00")
		self.assertEqual(self.states(ticket), [(1, "Open")])
		self.assertTrue(self.told(ticket))

	def test_the_calendar_of_a_ladder_is_not_deleted(self):
		calendar = factories.create_calendar()
		self.ladder(step(1, percent=50), calendar=calendar)
		with self.assertRaises(frappe.ValidationError):
			frappe.delete_doc("CS Service Calendar", calendar)

	def test_a_vanished_calendar_fails_neither_save_nor_pass(self):
		calendar = factories.create_calendar()
		self.ladder(
			step(1, percent=50), step(2, "Severity Reached", metric="", severity="Major"), calendar=calendar
		)
		ticket = self.ticket()
		self.vanish("CS Service Calendar", calendar)
		factories.save(ticket, cs_severity="Major")
		self.assertEqual(factories.fresh(ticket).cs_evaluation_pending, 0)
		self.pass_at("14:00")
		self.assertIn((1, "Open"), self.states(ticket))

	def test_a_policy_that_vanished_governs_nothing_and_the_ticket_goes_on(self):
		policy = self.ladder(step(1, percent=50))
		ticket = self.ticket()
		self.vanish("CS Escalation Policy", policy.name)
		frappe.db.delete("CS Escalation Step", {"parent": policy.name})
		after = factories.set_status(ticket, "Replied")
		self.assertEqual((after.status, after.cs_evaluation_pending), ("Replied", 0))
		self.pass_at("14:00")
		self.assertEqual(self.states(ticket), [])

	def test_a_policy_that_was_spoilt_in_the_database(self):
		policy = self.ladder(step(1, percent=50))
		ticket = self.ticket()
		for values in ({"trigger": "Full Moon"}, {"metric": "Moon"}, {"tell": "Ghost"}, {"percent": -4}):
			with self.subTest(values):
				frappe.db.savepoint("one_spoilt")
				frappe.db.set_value("CS Escalation Step", {"parent": policy.name}, values)
				frappe.db.set_value("CS Escalation Policy", policy.name, "description", str(values))
				self.forget("CS Escalation Policy", policy.name)
				after = factories.save(ticket, subject=str(values))
				self.assertEqual(after.cs_evaluation_pending, 0)
				self.assertTrue(factories.create_ticket().name)
				self.pass_minute()
				frappe.db.rollback(save_point="one_spoilt")


class TestDeletedTickets(EscalationTestCase):
	def test_everything_of_a_deleted_ticket_goes_and_its_name_starts_clean(self):
		self.ladder(step(1, percent=50))
		ticket = self.ticket()
		self.pass_at("14:00")
		frappe.delete_doc("HD Ticket", ticket.name, force=True)
		self.assertEqual(factories.escalations(ticket), [])
		self.assertEqual(factories.deliveries(ticket), [])
		self.travel("14:05")
		again = frappe.get_doc(
			{"doctype": "HD Ticket", "subject": "New", "description": "x", "raised_by": "b@shop.example"}
		)
		again.name = ticket.name
		again.flags.name_set = True
		again.insert(set_name=ticket.name)
		self.assertEqual(again.name, ticket.name)
		self.pass_at("14:06")
		self.assertEqual(factories.escalations(again), [])
		self.assertEqual(str(factories.fresh(again).cs_next_escalation_at), "2027-03-02 10:05:00")
		self.pass_at("2027-03-02 10:05")
		self.assertEqual(self.states(again), [(1, "Open")])
		self.assertTrue(factories.deliveries(again))
