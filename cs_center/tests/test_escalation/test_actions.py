"""What a step does to the ticket: each action, and each action's failure."""

from unittest.mock import patch

import frappe

from cs_center.integrations import helpdesk
from cs_center.services.complaints import registering
from cs_center.services.service_levels.acting import acting_for_the_system
from cs_center.services.service_levels.memory import forget_definitions
from cs_center.tests import factories
from cs_center.tests.factories import step
from cs_center.tests.test_escalation.action_case import ActionTestCase


class TestTeamAndAgent(ActionTestCase):
	def test_the_team_is_changed_by_the_system(self):
		ticket = self.act({"reassign_team": self.OTHER_TEAM})
		self.assertEqual(ticket.agent_group, self.OTHER_TEAM)
		self.assertEqual(self.codes(ticket), [("team", self.OTHER_TEAM)])
		self.assertEqual(self.actors(ticket, "Team Changed"), [""])

	def test_the_row_keeps_the_team_that_had_the_ticket(self):
		ticket = self.act({"reassign_team": self.OTHER_TEAM})
		self.assertEqual(factories.escalations(ticket)[0].team, self.TEAM)

	def test_a_team_that_has_the_ticket_already_is_told(self):
		ticket = self.act({"reassign_team": self.TEAM})
		((code, value),) = self.codes(ticket)
		self.assertEqual(code, "none")
		self.assertIn(self.TEAM, value)

	def test_the_ticket_goes_to_the_first_agent_told_and_from_the_others(self):
		ticket = self.act({"tell": "User", "user": self.OTHER_AGENT, "assign_to_told": 1})
		self.assertEqual(helpdesk.assignees(ticket), {self.OTHER_AGENT})
		self.assertEqual(self.codes(ticket), [("assign", self.OTHER_AGENT)])
		self.assertEqual(self.actors(ticket, "Assigned")[-1], "")
		self.assertEqual(self.actors(ticket, "Unassigned"), [""])

	def test_team_and_agent_together(self):
		ticket = self.act(
			{
				"tell": "User",
				"user": self.OTHER_AGENT,
				"assign_to_told": 1,
				"reassign_team": self.OTHER_TEAM,
			}
		)
		self.assertEqual(ticket.agent_group, self.OTHER_TEAM)
		self.assertEqual(helpdesk.assignees(ticket), {self.OTHER_AGENT})

	def test_whoever_lost_the_ticket_with_its_team_and_is_told_has_it_again(self):
		"""Helpdesk takes a ticket from agents outside a new team that assigns by itself."""
		rule = frappe.db.get_value("HD Team", self.OTHER_TEAM, "assignment_rule")
		frappe.db.set_value("Assignment Rule", rule, "disabled", 0)
		ticket = self.act({"tell": "Assignee", "assign_to_told": 1, "reassign_team": self.OTHER_TEAM})
		self.assertEqual(ticket.agent_group, self.OTHER_TEAM)
		codes = self.codes(ticket)
		self.assertIn(self.AGENT, helpdesk.assignees(ticket), codes)

	def test_nobody_told_is_an_agent(self):
		with patch.object(helpdesk, "is_agent", return_value=False):
			ticket = self.act({"tell": "User", "user": self.OTHER_AGENT, "assign_to_told": 1})
		(action,) = self.done(ticket)
		self.assertEqual(action["code"], "assign")
		self.assertIn("agent", action["error"])
		self.assertEqual(helpdesk.assignees(ticket), {self.AGENT})

	def test_a_disabled_agent_is_not_given_the_ticket(self):
		frappe.db.set_value("User", self.OTHER_AGENT, "enabled", 0)
		frappe.clear_document_cache("User", self.OTHER_AGENT)
		ticket = self.act({"assign_to_told": 1, "tell": "Supervisor", "supervisor_level": 1})
		self.assertNotIn(self.OTHER_AGENT, helpdesk.assignees(ticket))
		self.assertEqual(self.states(ticket), [(1, "Open")])


class TestPriority(ActionTestCase):
	def test_it_is_raised(self):
		ticket = self.act({"raise_priority_to": "Urgent"})
		self.assertEqual(ticket.priority, "Urgent")
		self.assertEqual(self.actors(ticket, "Priority Changed"), [""])

	def test_it_is_never_lowered(self):
		ticket = self.act({"raise_priority_to": "Low"}, priority="High")
		self.assertEqual(ticket.priority, "High")
		self.assertEqual(self.done(ticket)[0]["code"], "none")

	def test_an_equal_one_changes_nothing(self):
		ticket = self.act({"raise_priority_to": "Medium"})
		self.assertEqual(ticket.priority, "Medium")
		self.assertEqual(factories.events(ticket, "Priority Changed"), [])

	def test_two_steps_at_once_do_not_lower_what_the_first_one_raised(self):
		ticket = self.act({"raise_priority_to": "Urgent"}, {"raise_priority_to": "High"}, priority="Low")
		self.assertEqual(ticket.priority, "Urgent")

	def test_the_clocks_follow_the_new_priority_and_the_row_shows_it(self):
		"""The pass writes the ticket's row before the actions save the ticket: nothing stale may come after them."""
		targets = [
			factories.target("Resolution", 8),
			factories.target("Resolution", 6, ticket_priority="Urgent"),
		]
		frappe.db.set_value("CS Service Policy", {"docstatus": 1}, "enabled", 0)
		forget_definitions()
		factories.create_policy(targets=targets)
		ticket = self.act({"raise_priority_to": "Urgent"})
		due = str(factories.clock(ticket, "Resolution").due_at)
		self.assertEqual(due, "2027-03-01 16:00:00")
		self.assertEqual(str(ticket.resolution_by), due)
		self.assertEqual(str(ticket.cs_next_deadline), due)


class TestComplaint(ActionTestCase):
	def complaints(self, ticket) -> list:
		return frappe.get_all("CS Complaint", filters={"ticket": ticket.name}, fields=["*"])

	def test_it_is_registered_by_the_system(self):
		ticket = self.act({"complaint_severity": "Important"})
		(complaint,) = self.complaints(ticket)
		self.assertEqual(
			(complaint.severity, complaint.stage, complaint.subject, complaint.handler),
			("Important", "Received", ticket.subject, None),
		)
		self.assertEqual(self.codes(ticket), [("complaint", complaint.name)])
		self.assertEqual((ticket.cs_severity, ticket.cs_open_complaints), ("Important", 1))
		self.assertEqual(self.actors(ticket, "Severity Changed"), [""])
		(event,) = frappe.get_all(
			"CS Service Event", {"reference_name": complaint.name, "kind": "Received"}, pluck="actor"
		)
		self.assertEqual(event, "")

	def test_an_open_one_is_raised_and_none_is_lowered(self):
		ticket = self.act({"complaint_severity": "General"})
		(complaint,) = self.complaints(ticket)
		again = self.act_again(ticket, "Major")
		self.assertEqual([(one.name, one.severity) for one in again], [(complaint.name, "Major")])
		again = self.act_again(ticket, "Important")
		self.assertEqual([(one.name, one.severity) for one in again], [(complaint.name, "Major")])
		self.assertEqual(factories.fresh(ticket).cs_severity, "Major")

	def act_again(self, ticket, severity: str) -> list:
		with acting_for_the_system():
			registering.raise_to(ticket.name, severity)
		return self.complaints(ticket)

	def test_a_graver_ticket_is_not_lowered(self):
		ticket = self.act({"complaint_severity": "General"}, cs_severity="Major")
		self.assertEqual(ticket.cs_severity, "Major")
		self.assertEqual([one.severity for one in self.complaints(ticket)], ["General"])

	def test_two_steps_at_once_register_one(self):
		ticket = self.act(
			{"complaint_severity": "Important"},
			{"complaint_severity": "Major", "tell": "User", "user": self.OTHER_AGENT},
		)
		self.assertEqual([one.severity for one in self.complaints(ticket)], ["Major"])

	def test_a_complaint_that_is_opened_sets_off_the_steps_that_watch_severity(self):
		self.ladder(
			step(1, percent=50, complaint_severity="Major"),
			step(2, "Severity Reached", metric="", severity="Major", tell="User", user=self.OTHER_AGENT),
		)
		ticket = self.ticket()
		self.pass_at("14:00")
		self.pass_at("14:01")
		self.assertEqual([row.level for row in factories.escalations(ticket)], [1, 2])


class TestIncident(ActionTestCase):
	def incidents(self, ticket) -> list:
		return frappe.get_all("HD Ticket", filters={"cs_raised_from": ticket.name}, fields=["*"])

	def test_it_stands_beside_the_ticket(self):
		ticket = self.act({"raise_incident": 1}, priority="High")
		(incident,) = self.incidents(ticket)
		self.assertEqual(
			(incident.ticket_type, incident.agent_group, incident.priority),
			("Incident", self.TEAM, "High"),
		)
		self.assertIn(ticket.subject, incident.subject)
		self.assertEqual(self.codes(ticket), [("incident", incident.name)])
		self.assertNotEqual(incident.raised_by, ticket.raised_by)
		self.assertFalse(incident.customer)

	def test_it_raises_no_further_one(self):
		ticket = self.act({"raise_incident": 1})
		(incident,) = self.incidents(ticket)
		self.pass_at("2027-03-05 14:00")
		self.pass_at("2027-03-08 14:00")
		self.assertEqual(self.incidents(incident), [])
		self.assertEqual(self.done(incident)[0]["code"], "none")

	def test_the_customer_gets_no_acknowledgement_of_it(self):
		channel = factories.create_channel(
			send_acknowledgement=1, acknowledgement_text="We have it.", hotline="1"
		)
		factories.change_settings(default_channel=channel, agent_channel=channel)
		self.ladder(step(1, percent=50, raise_incident=1))
		ticket = self.ticket(raised_by=self.BUYER)
		self.travel("14:00")
		with patch.object(frappe, "enqueue") as enqueue:
			self.pass_minute()
		(incident,) = self.incidents(ticket)
		queued = [call for call in enqueue.call_args_list if "acknowledgement" in str(call)]
		self.assertNotEqual(incident.raised_by, self.BUYER)
		self.assertEqual(queued, [])

	def test_two_steps_at_once(self):
		ticket = self.act(
			{"raise_incident": 1}, {"raise_incident": 1, "tell": "User", "user": self.OTHER_AGENT}
		)
		self.assertEqual(len(self.incidents(ticket)), 2)
