"""From a ticket to its complaints: which category is taken, what the ticket takes over, repeats, deletion, merging."""

from __future__ import annotations

import frappe
from helpdesk.helpdesk.doctype.hd_ticket.api import merge_ticket

from cs_center.api import complaints
from cs_center.services.complaints import categories, registering
from cs_center.tests import factories
from cs_center.tests.test_complaints.complaint_case import (
	ACTION,
	COMPLAINT,
	FOLLOW_UP,
	TO_FOLLOW_UP,
	ComplaintTestCase,
)


class RegisteringCase(ComplaintTestCase):
	def take(self, ticket=None, **values) -> frappe._dict:
		"""The complaint that the method registers."""
		return self.fresh(complaints.register((ticket or self.ticket).name, **values)["name"])

	def ticket_now(self, ticket=None):
		return factories.fresh(ticket or self.ticket)


class TestCategory(RegisteringCase):
	def suggest(self, category: str | None, accepted: str | None = None) -> None:
		values = {"cs_suggested_category": category, "cs_complaint_category": accepted}
		frappe.db.set_value("HD Ticket", self.ticket.name, values)

	def test_the_accepted_one_is_taken_before_the_suggested_one(self):
		self.suggest(self.simple, self.strict)
		self.assertEqual(self.take().category, self.strict)

	def test_the_suggested_one_is_taken_where_none_was_accepted(self):
		self.suggest(self.simple)
		taken = self.take()
		self.assertEqual((taken.category, taken.suggested_category), (self.simple, self.simple))

	def test_an_explicit_one_wins(self):
		self.suggest(self.simple, self.simple)
		taken = self.take(category=self.strict)
		self.assertEqual((taken.category, taken.suggested_category), (self.strict, self.simple))

	def test_none_is_taken_where_the_agent_says_so(self):
		self.suggest(self.simple, self.strict)
		for no in (0, "0", False):
			self.assertFalse(self.take(classified=no).category)

	def test_none_is_taken_where_nothing_is_known(self):
		self.suggest(None)
		self.assertFalse(self.take().category)

	def test_an_enquiry_is_no_complaint(self):
		enquiry = self.create_category(kind="Enquiry")
		self.suggest(self.simple, enquiry)
		self.assertEqual(self.take().category, self.simple)
		self.suggest(enquiry, enquiry)
		self.assertFalse(self.take().category)
		self.assert_refused(lambda: self.take(category=enquiry), enquiry)
		self.assert_refused(lambda: self.register(enquiry), enquiry)

	def test_a_disabled_one_is_not_taken_and_not_accepted(self):
		frappe.db.set_value(categories.CATEGORY, self.strict, "enabled", 0)
		categories.forget()
		self.suggest(self.strict, self.strict)
		self.assertFalse(self.take().category)
		self.assert_refused(lambda: self.take(category=self.strict), self.strict, "is disabled")
		self.assert_refused(
			lambda: complaints.accept_suggestion(self.ticket.name, self.strict), "not a category in use"
		)

	def test_one_that_does_not_exist_is_refused(self):
		for name in ("Nowhere", "<b>x</b>", ""):
			with self.subTest(name):
				self.assert_refused(
					lambda name=name: complaints.accept_suggestion(self.ticket.name, name), "not a category"
				)
		self.assertRaises(frappe.ValidationError, self.take, category="Nowhere")

	def test_a_severity_that_there_is_not_is_refused(self):
		for severity in ("major", "Catastrophic"):
			self.assert_refused(
				lambda severity=severity: self.take(severity=severity), "General, Important, Major"
			)

	def test_accepting_says_what_the_ticket_is_about(self):
		with self.as_user(self.AGENT):
			told = complaints.accept_suggestion(self.ticket.name, self.strict)
		self.assertIn(self.strict, told)
		self.assertEqual(self.ticket_now().cs_complaint_category, self.strict)
		self.assertEqual(frappe.db.count(COMPLAINT, {"ticket": self.ticket.name}), 0)


class TestTicket(RegisteringCase):
	def test_what_the_ticket_knows_is_taken_over(self):
		channel = factories.create_channel()
		ticket = factories.create_ticket(
			"Kettle leaks",
			"<p>It <b>leaks</b></p>",
			agent_group=self.TEAM,
			customer="Acme Trading",
			cs_channel=channel,
			cs_customer_tier="VIP",
			priority="High",
		)
		with self.as_user(self.AGENT):
			taken = self.take(ticket, remedy_sought="A new one", description="", severity="Important")
		fields = (
			"subject",
			"customer",
			"channel",
			"customer_tier",
			"team",
			"priority",
			"handler",
			"description",
		)
		self.assertEqual(
			[taken.get(field) for field in fields],
			[
				"Kettle leaks",
				"Acme Trading",
				channel,
				"VIP",
				self.TEAM,
				ticket.priority,
				self.AGENT,
				"It leaks",
			],
		)
		self.assertEqual(
			(taken.remedy_sought, taken.severity, taken.stage), ("A new one", "Important", "Received")
		)

	def test_one_ticket_holds_several_and_counts_the_open_ones(self):
		first, second = self.take(), self.take(category=self.simple)
		self.assertNotEqual(first.name, second.name)
		self.assertEqual(self.ticket_now().cs_open_complaints, 2)
		self.move(first, "Withdrawn", note="Found it")
		self.assertEqual(self.ticket_now().cs_open_complaints, 1)
		closed = self.go(second, *TO_FOLLOW_UP)
		self.call_back(closed)
		self.move(closed, "Closed")
		self.assertEqual(self.ticket_now().cs_open_complaints, 0)
		self.move(closed, "Investigating", note="Again")
		self.assertEqual(self.ticket_now().cs_open_complaints, 1)

	def test_the_ticket_follows(self):
		category = self.create_category(default_severity="Important", team=self.OTHER_TEAM, priority="Urgent")
		taken = self.take(category=category)
		ticket = self.ticket_now()
		self.assertEqual(
			(taken.severity, taken.team, taken.priority), ("Important", self.OTHER_TEAM, "Urgent")
		)
		self.assertEqual(
			(ticket.cs_complaint_category, ticket.cs_severity, ticket.agent_group, ticket.priority),
			(category, "Important", self.OTHER_TEAM, "Urgent"),
		)

	def test_the_ticket_is_never_lowered(self):
		factories.save(self.ticket, priority="Urgent", cs_severity="Major")
		category = self.create_category(default_severity="General", priority="Low")
		taken = self.take(category=category)
		self.assertEqual((taken.severity, taken.priority), ("General", "Urgent"))
		ticket = self.ticket_now()
		self.assertEqual((ticket.cs_severity, ticket.priority), ("Major", "Urgent"))

	def test_a_graver_complaint_raises_its_ticket_and_a_milder_one_leaves_it(self):
		taken = self.take(category=self.simple)
		self.assertEqual(self.ticket_now().cs_severity, "General")
		for severity, wanted in (("Major", "Major"), ("General", "Major")):
			taken = self.fresh(taken)
			taken.severity = severity
			taken.save()
			self.assertEqual(self.ticket_now().cs_severity, wanted)

	def test_a_ticket_that_somebody_moved_stays_where_it_is(self):
		"""A graver complaint raises severity and priority; it does not fetch the ticket back to the category's team."""
		category = self.create_category(default_severity="General", team=self.OTHER_TEAM)
		taken = self.take(category=category)
		factories.save(self.ticket, agent_group=self.TEAM, cs_complaint_category=self.simple)
		taken = self.fresh(taken)
		taken.severity = "Major"
		taken.save()
		ticket = self.ticket_now()
		self.assertEqual(
			(ticket.cs_severity, ticket.agent_group, ticket.cs_complaint_category),
			("Major", self.TEAM, self.simple),
		)

	def test_a_finished_complaint_changes_no_ticket(self):
		taken = self.move(self.take(category=self.simple), "Withdrawn", note="Found it")
		taken = self.fresh(taken)
		taken.severity = "Major"
		taken.save()
		self.assertEqual(self.ticket_now().cs_severity, "General")

	def test_a_ticket_that_cannot_be_saved_does_not_keep_a_complaint_away(self):
		from unittest.mock import patch

		from helpdesk.helpdesk.doctype.hd_ticket.hd_ticket import HDTicket

		frappe.db.delete("Error Log")  # a rollback does not reach it
		refuse = patch.object(HDTicket, "validate", side_effect=frappe.ValidationError("No such type"))
		with refuse:
			taken = self.take(category=self.simple, severity="Major")
		self.assertTrue(frappe.db.exists(COMPLAINT, taken.name))
		self.assertEqual(self.ticket_now().cs_open_complaints, 1)
		self.assertTrue(any("No such type" in str(one) for one in frappe.local.message_log))
		self.assertTrue(factories.error_log("did not follow its complaint"))


class TestRaising(RegisteringCase):
	"""What an escalation's action does."""

	def test_none_is_registered_twice_and_an_open_one_is_raised(self):
		name = registering.raise_to(self.ticket.name, "Important")
		self.assertEqual(self.fresh(name).severity, "Important")
		self.assertIsNone(registering.raise_to(self.ticket.name, "General"))
		self.assertIsNone(registering.raise_to(self.ticket.name, "Important"))
		self.assertEqual(registering.raise_to(self.ticket.name, "Major"), name)
		self.assertEqual(self.fresh(name).severity, "Major")
		self.assertEqual(frappe.db.count(COMPLAINT, {"ticket": self.ticket.name}), 1)

	def test_a_finished_one_does_not_stand_for_it(self):
		self.move(self.take(category=self.simple, severity="Major"), "Withdrawn", note="Found it")
		name = registering.raise_to(self.ticket.name, "General")
		self.assertEqual(self.fresh(name).stage, "Received")

	def test_a_category_of_a_higher_severity_is_no_lowering(self):
		category = self.create_category(default_severity="Major")
		frappe.db.set_value("HD Ticket", self.ticket.name, "cs_complaint_category", category)
		self.assertIn(
			self.fresh(registering.raise_to(self.ticket.name, "Important")).severity, ("Important", "Major")
		)


class TestDeleting(RegisteringCase):
	def test_nothing_of_a_deleted_complaint_stays(self):
		self.submit_policy()
		taken = self.go(self.take(category=self.simple, severity="Major"), "Acknowledged")
		self.create_action(taken)
		frappe.get_doc(
			{"doctype": FOLLOW_UP, "complaint": taken.name, "due_at": "2027-03-02 10:00:00"}
		).insert()
		frappe.delete_doc(COMPLAINT, taken.name)
		for doctype in ("CS Service Event", "CS Service Clock", "CS Escalation", "CS Notification Delivery"):
			found = {"reference_doctype": COMPLAINT, "reference_name": taken.name}
			self.assertEqual(frappe.db.count(doctype, found), 0, doctype)
		for doctype in (ACTION, FOLLOW_UP):
			self.assertEqual(frappe.db.count(doctype, {"complaint": taken.name}), 0, doctype)
		self.assertEqual(self.ticket_now().cs_open_complaints, 0)

	def test_messages_about_the_actions_of_a_deleted_complaint_go_too(self):
		taken = self.take(category=self.simple)
		action = self.create_action(taken, responsible=self.DEPARTMENT_USER)
		told = {"reference_doctype": ACTION, "reference_name": action.name}
		self.assertTrue(frappe.db.count("CS Notification Delivery", told))
		frappe.delete_doc(COMPLAINT, taken.name)
		self.assertEqual(frappe.db.count("CS Notification Delivery", told), 0)

	def test_a_complaint_that_others_repeat_is_deleted_with_its_marks(self):
		first = self.take(category=self.simple)
		second = self.take(category=self.simple)
		self.assertEqual(second.repeat_of, first.name)
		try:
			frappe.delete_doc(COMPLAINT, first.name)
		except frappe.LinkExistsError as refused:
			self.assertIn(second.name, frappe.utils.strip_html(str(refused)))
		else:
			self.assertFalse(self.fresh(second).repeat_of)

	def test_a_ticket_with_complaints_is_not_deleted(self):
		taken = self.take(category=self.simple)
		self.assertRaises(frappe.LinkExistsError, frappe.delete_doc, "HD Ticket", self.ticket.name)
		self.assertTrue(frappe.db.exists(COMPLAINT, taken.name))

	def test_no_complaint_of_a_ticket_that_is_deleted_by_force_comes_to_the_next_ticket(self):
		"""Helpdesk gives the number of a deleted last ticket to the next one."""
		taken = self.take(category=self.simple)
		frappe.delete_doc("HD Ticket", self.ticket.name, force=True)
		following = factories.create_ticket()
		if following.name != self.ticket.name:
			self.skipTest("this Helpdesk does not give the number again")
		self.assertEqual(complaints.suggestion(following.name)["complaints"], [])
		self.assertFalse(frappe.db.exists(COMPLAINT, taken.name))


class TestMerging(RegisteringCase):
	def test_a_complaint_stays_with_the_ticket_on_which_it_was_received(self):
		target = factories.create_ticket(agent_group=self.TEAM, customer="Acme Trading")
		taken = self.take(category=self.simple)
		merge_ticket(self.ticket.name, target.name)
		self.assertEqual(self.fresh(taken).ticket, self.ticket.name)
		self.assertEqual(self.ticket_now().cs_open_complaints, 1)
		moved = self.fresh(self.go(taken, "Acknowledged"))
		self.assertEqual(moved.stage, "Acknowledged")
		moved.severity = "Major"
		moved.save()
		self.assertEqual(self.fresh(moved).severity, "Major")
		self.assertEqual(factories.fresh(target).status, target.status)
