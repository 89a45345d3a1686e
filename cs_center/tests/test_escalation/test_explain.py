"""Explaining a ticket's escalation: every step with its reason, sentences complete, lines in order."""

import re

import frappe

from cs_center.api import escalations as api
from cs_center.services.service_levels.explain import explain_ticket
from cs_center.tests import factories
from cs_center.tests.factories import step
from cs_center.tests.test_escalation.escalation_case import EscalationTestCase

UNFILLED = re.compile(r"\{\d*\}|None|Missing\.|\bnan\b")
EVERY_TRIGGER = (
	step(0, "Time Before Deadline", amount=1, unit="Business Hours"),
	step(1, percent=50, email=1),
	step(1, percent=50, metric="Periodic Update"),
	step(2, "No Acknowledgement", amount=30, unit="Calendar Minutes"),
	step(3, "Time After Deadline", amount=1, unit="Business Hours", tell="Supervisor", supervisor_level=2),
	step(4, "Severity Reached", metric="", severity="Major", tell="Role", role="CS Manager"),
	step(4, "Reopened", metric="", count=1, tell="Team Lead"),
	step(
		4, "Contacts in a Window", metric="", count=2, amount=1, unit="Calendar Hours", tell="Dedicated Agent"
	),
	step(4, "Low Satisfaction", metric="", rating="2", tell="User", user="lee@service.example"),
)


class ExplainTestCase(EscalationTestCase):
	def texts(self, ticket) -> list[str]:
		return [line["text"] for line in explain_ticket(ticket.name)["timeline"]]

	def line(self, ticket, words: str) -> str:
		return next((text for text in self.texts(ticket) if words in text), "")

	def standings(self, ticket) -> list[str]:
		return [one["standing"] for one in explain_ticket(ticket.name)["escalation"]["steps"]]

	def assert_complete(self, ticket) -> None:
		told = explain_ticket(ticket.name)
		steps = told["escalation"]["steps"]
		words = [line["text"] for line in told["timeline"]]
		words += [one[field] for one in steps for field in ("heading", "cause", "for", "standing")]
		words += [told["escalation"]["policy"]["reason"]]
		for text in words:
			self.assertTrue(text.strip())
			self.assertIsNone(UNFILLED.search(text), text)
		order = [(line["ahead"], line["at"]) for line in told["timeline"]]
		self.assertEqual(order, sorted(order))
		frappe.as_json(told)


class TestWords(ExplainTestCase):
	def test_every_trigger_at_every_stage_of_a_life(self):
		self.ladder(*EVERY_TRIGGER, fallback_user=self.OTHER_AGENT)
		ticket = self.ticket()
		self.assertEqual(len(self.standings(ticket)), len(EVERY_TRIGGER))
		acts = (
			("10:30", lambda: factories.message_from_customer(ticket)),
			("11:00", lambda: factories.save(ticket, cs_severity="Major")),
			("14:00", lambda: None),
			("14:31", lambda: None),
			("14:40", lambda: api.snooze_ticket(ticket.name, 10, "Later")),
			("14:55", lambda: api.acknowledge(factories.escalations(ticket)[0].name, "<b>On it</b>")),
			("2027-03-02 12:00", lambda: factories.set_status(ticket, "Replied")),
			("2027-03-02 13:00", lambda: factories.set_status(ticket, "Resolved")),
			("2027-03-02 14:00", lambda: factories.set_status(ticket, "Open")),
			("2027-03-02 15:00", lambda: factories.set_status(ticket, "Resolved")),
			("2027-03-02 16:00", lambda: factories.save(ticket, feedback_rating=0.2)),
		)
		for time, act in acts:
			self.travel(time)
			act()
			self.assert_complete(ticket)
			self.pass_minute()
		triggers = {row.trigger.lower() for row in factories.escalations(ticket)}
		self.assertEqual(len(triggers), 8, triggers)

	def test_the_stored_values_are_options_of_their_fields(self):
		self.ladder(*EVERY_TRIGGER, fallback_user=self.OTHER_AGENT)
		ticket = self.ticket(cs_severity="Major")
		factories.message_from_customer(ticket)
		self.pass_at("2027-03-04 12:00")
		meta = frappe.get_meta("CS Escalation")
		for row in factories.escalations(ticket):
			for field in ("trigger", "metric", "state"):
				self.assertIn(row[field], meta.get_field(field).options.split("\n"))

	def test_a_ticket_without_a_ladder(self):
		told = explain_ticket(self.ticket().name)["escalation"]
		self.assertEqual((told["policy"]["name"], told["steps"]), ("", []))

	def test_no_ladder_matches(self):
		self.ladder(step(1), conditions=[factories.condition("priority", "Equals", "Urgent")])
		ticket = self.ticket()
		told = explain_ticket(ticket.name)["escalation"]["policy"]
		self.assertIn("No escalation policy matches", told["reason"])
		self.assertFalse(told["trials"][0]["matched"])
		self.assertIn("Urgent", told["trials"][0]["text"])


class TestReasons(ExplainTestCase):
	def test_ahead_with_its_time_and_whom(self):
		self.ladder(step(1, percent=50))
		(text,) = [one for one in self.texts(self.ticket()) if "Level 1" in one]
		self.assertIn("the assignee", text)
		self.assertIn("50 %", text)

	def test_a_pause(self):
		self.ladder(step(1, percent=50))
		ticket = self.ticket()
		factories.set_status(ticket, "Replied")
		self.assertIn("stands still", self.standings(ticket)[0])

	def test_not_needed(self):
		self.ladder(step(1, percent=50))
		ticket = self.ticket()
		self.travel("11:00")
		factories.set_status(ticket, "Resolved")
		self.assertIn("not needed", self.line(ticket, "Level 1"))

	def test_quiet_hours_and_until_when(self):
		quiet = factories.create_calendar(windows=(("13:00", "16:00"),), days=factories.EVERY_DAY)
		factories.change_settings(quiet_calendar=quiet)
		self.ladder(step(1, percent=50))
		ticket = self.ticket()
		self.pass_at("14:00")
		self.assertIn("Quiet Hours", self.line(ticket, "held until"))
		self.assertIn("16:00", self.line(ticket, "held until"))

	def test_nobody_on_record_went_to_the_role(self):
		self.ladder(step(1, percent=50, tell="Supervisor", supervisor_level=1), fallback_user=self.AGENT)
		ticket = factories.create_ticket(agent_group=self.TEAM)
		self.pass_at("14:00")
		text = self.line(ticket, "instead")
		self.assertIn(self.AGENT, text)
		self.assertIn("assigned to nobody", text)

	def test_switched_off(self):
		self.ladder(step(1, percent=50))
		ticket = self.ticket()
		factories.change_settings(run_escalations=0)
		self.pass_at("14:00")
		self.assertIn("switched off", self.line(ticket, "not sent"))

	def test_acknowledged_so_the_next_level_is_not_sent(self):
		self.ladder(step(1, percent=50), step(2, "No Acknowledgement", amount=30, unit="Calendar Minutes"))
		ticket = self.ticket()
		self.pass_at("14:00")
		with self.as_user(self.AGENT):
			api.acknowledge(factories.escalations(ticket)[0].name, "On it")
		self.assertIn(f"acknowledged by {self.AGENT}: On it", self.line(ticket, "acknowledged by"))
		self.assertIn("acknowledged", self.standings(ticket)[1])

	def test_a_failed_action_is_told(self):
		from unittest.mock import patch

		from cs_center.services.escalation import ticket_actions

		def broken(one):
			raise ValueError("no such {0} thing")

		self.ladder(step(1, percent=50, raise_priority_to="Urgent"))
		ticket = self.ticket()
		with patch.dict(ticket_actions.ACTIONS, {"priority": broken}):
			self.pass_at("14:00")
		self.assertIn("priority could not be raised: no such", self.line(ticket, "could not be raised"))

	def test_a_policy_that_is_gone_leaves_what_it_did(self):
		from cs_center.services.service_levels.memory import forget_definitions

		policy = self.ladder(step(1, percent=50))
		ticket = self.ticket()
		self.pass_at("14:00")
		frappe.db.delete("CS Escalation Policy", {"name": policy.name})
		frappe.clear_document_cache("CS Escalation Policy", policy.name)
		forget_definitions()
		self.assertTrue(self.line(ticket, "Level 1"))

	def test_moved_later_than_the_step(self):
		from cs_center.services.service_levels import moving

		ticket = self.ticket()
		self.travel("15:00")
		policy = self.ladder(step(1, percent=50))
		moving.run(policy.name, "Administrator", moving.ESCALATION)
		self.assertIn("came under this policy at", self.standings(ticket)[0])

	def test_nothing_is_changed_by_explaining(self):
		self.ladder(step(1, percent=50))
		ticket = self.ticket()
		self.travel("15:00")
		explain_ticket(ticket.name)
		self.assertEqual(factories.escalations(ticket), [])
