"""An action that fails is undone and told; the others run, and the people are told all the same."""

from unittest.mock import patch

import frappe

from cs_center.services.escalation import ticket_actions
from cs_center.services.service_levels.memory import forget_definitions
from cs_center.tests import factories
from cs_center.tests.factories import step
from cs_center.tests.test_escalation.action_case import ActionTestCase

EVERYTHING = {
	"reassign_team": "Payment Team",
	"tell": "User",
	"user": "lee@service.example",
	"assign_to_told": 1,
	"raise_priority_to": "Urgent",
	"complaint_severity": "Major",
	"raise_incident": 1,
}


class TestFailingActions(ActionTestCase):
	def forget(self, doctype: str, name: str) -> None:
		"""The scheduler's job begins with an empty memory."""
		frappe.clear_document_cache(doctype, name)
		frappe.local.db.value_cache.clear()

	def outcome(self, ticket) -> dict[str, bool]:
		return {one["code"]: "error" not in one for one in self.done(ticket)}

	def test_all_work(self):
		ticket = self.act(EVERYTHING)
		self.assertEqual(
			self.outcome(ticket), dict.fromkeys(("team", "assign", "priority", "complaint", "incident"), True)
		)

	def test_each_that_fails_is_undone_and_told_and_the_others_run(self):
		def broken(one):
			raise ValueError("<b>the moon</b>")

		for code in ("team", "assign", "priority", "complaint", "incident"):
			with self.subTest(code), patch.dict(ticket_actions.ACTIONS, {code: broken}):
				ticket = self.act(EVERYTHING)
			self.assertEqual(
				{name for name, worked in self.outcome(ticket).items() if not worked},
				{code},
				self.done(ticket),
			)
			error = next(one["error"] for one in self.done(ticket) if "error" in one)
			self.assertEqual(error, "the moon")
			self.assertEqual(self.states(ticket), [(1, "Open")])
			self.assertTrue(self.told(ticket))
			frappe.db.set_value("CS Escalation Policy", {"docstatus": 1}, "enabled", 0)
			forget_definitions()
			self.travel("10:00")

	def test_a_team_that_was_deleted(self):
		self.time.close()  # Helpdesk saves a new team twice, which a clock that stands still does not let it do
		team = factories.create_team(factories.unique("Gone Team"), self.AGENT)
		self.travel("10:00")
		self.ladder(step(1, percent=50, **{**EVERYTHING, "reassign_team": team}))
		ticket = self.ticket()
		frappe.db.delete("HD Team", {"name": team})
		self.forget("HD Team", team)
		frappe.local.message_log = []
		self.pass_at("14:00")
		self.assertEqual(
			self.outcome(ticket),
			{"team": False, "assign": True, "priority": True, "complaint": True, "incident": True},
		)
		self.assertEqual(frappe.local.message_log, [])

	def test_a_ticket_that_cannot_be_saved(self):
		"""Somebody made a field mandatory that this ticket does not have."""
		from frappe.custom.doctype.property_setter.property_setter import make_property_setter

		self.ladder(step(1, percent=50, **EVERYTHING))
		ticket = self.ticket()
		make_property_setter("HD Ticket", "customer", "reqd", 1, "Check")
		self.addCleanup(frappe.clear_cache, doctype="HD Ticket")
		frappe.clear_cache(doctype="HD Ticket")
		self.pass_at("14:00")
		outcome = self.outcome(ticket)
		self.assertEqual((outcome["team"], outcome["priority"]), (False, False))
		self.assertEqual((outcome["assign"], outcome["incident"]), (True, False))
		# The complaint is a record of its own: it stands though its ticket could not follow it.
		self.assertTrue(outcome["complaint"])
		complaint = {"ticket": ticket.name, "severity": "Major"}
		self.assertEqual(frappe.db.count("CS Complaint", complaint), 1)
		after = factories.fresh(ticket)
		self.assertEqual(
			(after.priority, after.agent_group, after.cs_severity or ""), ("Medium", self.TEAM, "")
		)
		self.assertEqual(self.states(ticket), [(1, "Open")])

	def test_the_ticket_type_is_gone(self):
		self.ladder(step(1, percent=50, **EVERYTHING))
		ticket = self.ticket()
		frappe.db.delete("HD Ticket Type", {"name": "Incident"})
		self.forget("HD Ticket Type", "Incident")
		self.pass_at("14:00")
		self.assertEqual([code for code, worked in self.outcome(ticket).items() if not worked], ["incident"])

	def test_the_database_gives_up(self):
		"""A deadlock ends the transaction: the actions are done a minute later, nothing is half done."""
		self.ladder(step(1, percent=50, raise_priority_to="Urgent"))
		ticket = self.ticket()
		real, calls = ticket_actions.ACTIONS["priority"], []

		def once(one):
			calls.append(1)
			if len(calls) == 1:
				raise frappe.QueryDeadlockError("lost")
			return real(one)

		with patch.dict(ticket_actions.ACTIONS, {"priority": once}):
			self.pass_at("14:00")
			self.assertEqual(self.codes(ticket), [])
			self.pass_at("14:01")
		self.assertEqual(len(factories.escalations(ticket)), 1)
		self.assertEqual(self.codes(ticket), [("priority", "Urgent")])
