"""What people read and answer about a complaint's escalation, and what its steps do to the complaint."""

from __future__ import annotations

from unittest.mock import patch

import frappe

from cs_center.api import escalations
from cs_center.services.complaints.ledger import events_of
from cs_center.services.escalation import rows
from cs_center.tests import factories
from cs_center.tests.factories import step
from cs_center.tests.test_complaints.complaint_case import COMPLAINT
from cs_center.tests.test_complaints.escalating_case import DELIVERY, SOLUTION, EscalatingCase
from cs_center.tests.test_escalation.test_pages import PageCase


class TestAnswers(PageCase, EscalatingCase):
	def setUp(self):
		super().setUp()
		self.ladder(
			step(1, percent=50, metric=SOLUTION, tell="User", user=self.DEPARTMENT_USER, email=1),
			step(
				2,
				"No Acknowledgement",
				metric=SOLUTION,
				amount=30,
				unit="Calendar Minutes",
				tell="User",
				user=self.LEAD,
			),
		)
		self.kettle = self.complaint(subject="Kettle <b>leaks</b>")
		self.pass_at("22:00")
		(self.row,) = factories.escalations(self.kettle)

	def test_the_message_names_the_complaint_and_leads_to_the_page(self):
		(mail,) = frappe.get_all(DELIVERY, {"escalation": self.row.name, "medium": "E-mail"}, ["*"])
		self.assertIn(f"{self.kettle.name} Kettle", mail.title)
		self.assertNotIn("#", mail.title)
		self.assertIn(f"/cs-escalation?name={frappe.utils.quote(self.row.name)}", mail.link)
		for line in (
			"Deadline: 2027-03-02 10:00",
			"Status: Received",
			"Team: Parcel Team",
			f"Assigned to: {self.AGENT}",
			"Customer: Acme Trading",
		):
			self.assertIn(line, mail.message)
		self.assertEqual((mail.reference_doctype, mail.reference_name), (COMPLAINT, self.kettle.name))

	def test_whoever_was_told_answers_without_seeing_the_complaint(self):
		with self.as_user(self.DEPARTMENT_USER):
			self.assertFalse(frappe.has_permission(COMPLAINT, "read", self.kettle.name))
			told = escalations.acknowledge(self.row.name, "Seen")
		self.assertEqual((told["state"], told["acknowledged_by"]), ("Acknowledged", self.DEPARTMENT_USER))
		self.pass_at("23:00")
		self.assertEqual(len(self.raised(self.kettle)), 1)

	def test_a_snooze_begins_the_wait_anew_and_tells_again(self):
		with self.as_user(self.AGENT):
			escalations.snooze(self.row.name, 60)
		self.pass_at("22:40")
		self.assertEqual(len(self.raised(self.kettle)), 1)
		self.pass_at("23:00")
		self.assertEqual(self.raised(self.kettle)[0][3], "Open")
		self.assertEqual(frappe.db.count(DELIVERY, {"escalation": self.row.name, "occasion": "Reminder"}), 2)

	def test_those_who_see_the_complaint_answer_and_others_do_not(self):
		for user in (self.OTHER_AGENT, self.BUYER, "Guest"):
			with self.subTest(user), self.as_user(user):
				for call in (
					lambda: escalations.acknowledge(self.row.name),
					lambda: escalations.snooze(self.row.name, 10),
				):
					self.assert_refused(call, "cannot see", error=frappe.PermissionError)
		with self.as_user(self.AGENT):
			self.assertEqual(escalations.acknowledge(self.row.name)["state"], "Acknowledged")

	def test_the_page_tells_of_the_complaint(self):
		with self.as_user(self.AGENT):
			html = self.escalation_page(self.row.name)
			words = self.words(html)
		for expected in (
			f"of complaint {self.kettle.name}",
			"Kettle <b>leaks</b>",
			"Status Received",
			f"Team {self.TEAM}",
			"Customer Acme Trading",
			"Acknowledge escalation",
			"Open in Desk",
		):
			self.assertIn(expected, words)
		self.assertNotIn("<b>leaks", html)
		self.assertNotIn("Open in Helpdesk", words)

	def test_the_page_of_whoever_was_told_leads_nowhere_else(self):
		with self.as_user(self.DEPARTMENT_USER):
			words = self.words(self.escalation_page(self.row.name))
		self.assertIn("Acknowledge escalation", words)
		self.assertNotIn("Open in Desk", words)

	def test_the_page_refuses_the_others(self):
		for user in (self.OTHER_AGENT, self.BUYER):
			with self.subTest(user), self.as_user(user):
				words = self.words(self.escalation_page(self.row.name))
				self.assertIn("cannot see the escalation", words)
				self.assertNotIn("Kettle", words)


class TestActions(EscalatingCase):
	def act(self, **values):
		self.ladder(step(1, percent=50, metric=SOLUTION, **values))
		complaint = self.complaint()
		self.pass_at("22:00")
		return self.fresh(complaint)

	def done(self, complaint) -> list[tuple]:
		(row,) = factories.escalations(complaint)
		self.assertFalse(row.actions_pending)
		return [
			(one["code"], one.get("value") or one.get("error")) for one in rows.evidence_of(row)["actions"]
		]

	def test_another_team(self):
		complaint = self.act(reassign_team=self.OTHER_TEAM)
		self.assertEqual(complaint.team, self.OTHER_TEAM)
		self.assertEqual(self.done(complaint), [("team", self.OTHER_TEAM)])
		(event,) = [one for one in events_of(complaint.name) if one.kind.value == "Team Changed"]
		self.assertEqual(event.actor, "")

	def test_the_first_agent_who_is_told_handles_it(self):
		complaint = self.act(tell="User", user=self.OTHER_AGENT, assign_to_told=1)
		self.assertEqual(complaint.handler, self.OTHER_AGENT)
		self.assertEqual(self.done(complaint), [("assign", self.OTHER_AGENT)])

	def test_nobody_told_is_an_agent(self):
		complaint = self.act(tell="User", user=self.DEPARTMENT_USER, assign_to_told=1)
		self.assertEqual(complaint.handler, self.AGENT)
		((_code, text),) = self.done(complaint)
		self.assertIn("agent", text)

	def test_what_it_has_already(self):
		complaint = self.act(reassign_team=self.TEAM)
		((code, text),) = self.done(complaint)
		self.assertEqual(code, "none")
		self.assertIn(self.TEAM, text)

	def test_an_action_that_fails_is_told_and_the_step_has_fired(self):
		with patch(
			"cs_center.services.complaints.acting.change", side_effect=frappe.ValidationError("No way")
		):
			complaint = self.act(reassign_team=self.OTHER_TEAM)
		self.assertEqual(self.done(complaint), [("team", "No way")])
		self.assertEqual([row[2] for row in self.raised(complaint)], [1])

	def test_what_is_a_ticket_s_is_refused_in_a_policy_for_complaints(self):
		for values in (
			{"complaint_severity": "Major"},
			{"raise_incident": 1},
			{"raise_priority_to": "Urgent"},
		):
			self.assert_refused(
				lambda values=values: self.ladder(step(1, percent=50, metric=SOLUTION, **values))
			)
