"""A ticket climbs its ladder: what is raised, who is told, what ends it, on a site."""

import frappe

from cs_center.services.service_levels import moving
from cs_center.tests import factories
from cs_center.tests.factories import step
from cs_center.tests.test_escalation.escalation_case import EscalationTestCase


class TestTheLadder(EscalationTestCase):
	def test_a_ticket_opened_under_a_policy_remembers_it_and_why(self):
		policy = self.ladder(step(1))
		ticket = self.ticket()
		(event,) = factories.events(ticket, "Escalation Policy Changed")
		self.assertEqual(event.value, policy.name)
		self.assertIn('"matched": true', event.detail)

	def test_without_an_escalation_policy_nothing_is_recorded_and_nothing_looked_at(self):
		ticket = self.ticket()
		self.assertEqual(factories.events(ticket, "Escalation Policy Changed"), [])
		self.assertIsNone(factories.fresh(ticket).cs_next_escalation_at)

	def test_the_first_save_says_when_the_pass_has_to_look(self):
		self.ladder(step(1, percent=50))
		ticket = self.ticket()
		self.assertEqual(str(factories.fresh(ticket).cs_next_escalation_at), "2027-03-01 14:00:00")

	def test_each_level_is_raised_at_its_time_and_once(self):
		self.ladder(
			step(0, percent=50),
			step(1, percent=100, tell="Supervisor", supervisor_level=1, email=1),
			step(
				2, "Time After Deadline", amount=1, unit="Business Hours", tell="User", user=self.OTHER_AGENT
			),
		)
		ticket = self.ticket()
		self.pass_at("13:59")
		self.assertEqual(self.states(ticket), [])
		self.pass_at("14:00")
		self.assertEqual(self.states(ticket), [(0, "Open")])
		self.assertEqual(self.told(ticket), [("In-App", self.AGENT)])
		self.pass_at("14:01")
		self.pass_at("2027-03-02 10:00")
		self.pass_at("2027-03-02 11:00")
		self.pass_at("2027-03-02 12:00")
		self.assertEqual(self.states(ticket), [(0, "Open"), (1, "Open"), (2, "Open")])
		self.assertEqual(
			self.told(ticket)[1:],
			[("E-mail", self.OTHER_AGENT), ("In-App", self.OTHER_AGENT), ("In-App", self.OTHER_AGENT)],
		)

	def test_a_pause_moves_the_step(self):
		self.ladder(step(1, percent=50))
		ticket = self.ticket()
		self.travel("11:00")
		factories.set_status(ticket, "Replied")
		self.assertIsNone(factories.fresh(ticket).cs_next_escalation_at)
		self.pass_at("15:00")
		self.assertEqual(self.states(ticket), [])
		factories.set_status(ticket, "Open")
		self.assertEqual(str(factories.fresh(ticket).cs_next_escalation_at), "2027-03-02 10:00:00")

	def test_resolving_resolves_what_was_raised(self):
		self.ladder(step(1, percent=50))
		ticket = self.ticket()
		self.pass_at("14:00")
		self.travel("14:30")
		factories.set_status(ticket, "Resolved")
		self.pass_at("14:31")
		(row,) = factories.escalations(ticket)
		self.assertEqual((row.state, str(row.ended_at)), ("Resolved", "2027-03-01 14:30:00"))

	def test_a_step_that_was_overtaken_by_the_end_is_recorded_as_not_sent(self):
		self.ladder(step(1, percent=50))
		ticket = self.ticket()
		self.travel("14:00:20")
		factories.set_status(ticket, "Resolved")
		self.pass_at("14:01")
		(row,) = factories.escalations(ticket)
		self.assertEqual((row.state, row.suppressed_reason), ("Suppressed", "ended_first"))
		self.assertEqual(factories.deliveries(ticket), [])

	def test_a_policy_switched_off_records_what_it_does_not_send(self):
		policy = self.ladder(step(1, percent=50))
		ticket = self.ticket()
		policy.reload()
		policy.enabled = 0
		policy.save()
		self.pass_at("14:00")
		(row,) = factories.escalations(ticket)
		self.assertEqual((row.state, row.suppressed_reason), ("Suppressed", "policy_off"))

	def test_a_ticket_that_becomes_severe_changes_its_ladder_and_is_escalated_within_the_minute(self):
		self.ladder(step(1, percent=50), order=90)
		self.ladder(
			step(3, "Severity Reached", metric="", severity="Major", tell="User", user=self.OTHER_AGENT),
			conditions=[factories.condition("severity", "Is Set")],
			order=10,
		)
		ticket = self.ticket()
		self.travel("11:00")
		factories.save(ticket, cs_severity="Major")
		self.pass_at("11:01")
		(row,) = factories.escalations(ticket)
		self.assertEqual((row.level, row.metric, row.trigger), (3, "Ticket", "Severity Reached"))
		self.assertIn("Severity Changed", factories.kinds(ticket))

	def test_a_low_rating_after_the_end_waits_for_somebody(self):
		self.ladder(step(1, "Low Satisfaction", metric="", rating="2", tell="User", user=self.OTHER_AGENT))
		ticket = self.ticket()
		self.travel("11:00")
		factories.set_status(ticket, "Resolved")
		self.travel("12:00")
		factories.save(ticket, feedback_rating=0.2)
		self.pass_at("12:01")
		self.pass_at("12:02")
		self.assertEqual(self.states(ticket), [(1, "Open")])

	def test_open_tickets_are_moved_by_an_administrator_and_the_past_is_not_sent(self):
		ticket = self.ticket()
		self.travel("15:00")
		policy = self.ladder(step(1, percent=50), step(2, percent=75))
		moving.run(policy.name, "Administrator", moving.ESCALATION)
		self.assertEqual(str(factories.fresh(ticket).cs_next_escalation_at), "2027-03-01 16:00:00")
		self.pass_at("16:00")
		self.assertEqual(self.states(ticket), [(2, "Open")])

	def test_a_new_version_keeps_what_was_sent(self):
		policy = self.ladder(step(1, percent=50))
		ticket = self.ticket()
		self.pass_at("14:00")
		after = factories.amend(policy)
		moving.run(after.name, "Administrator", moving.ESCALATION)
		self.pass_at("14:05")
		self.assertEqual(len(factories.escalations(ticket)), 1)


class TestWhoIsTold(EscalationTestCase):
	def test_nobody_assigned_goes_to_the_fallback(self):
		self.ladder(step(1, percent=50), fallback_user=self.OTHER_AGENT)
		ticket = factories.create_ticket()
		self.pass_at("14:00")
		self.assertEqual(self.told(ticket), [("In-App", self.OTHER_AGENT)])

	def test_somebody_away_is_stood_in_for(self):
		self.ladder(step(1, percent=50))
		factories.create_profile(self.AGENT, away_until="2027-03-02 00:00:00", fallback=self.OTHER_AGENT)
		ticket = self.ticket()
		self.pass_at("14:00")
		self.assertEqual(self.told(ticket), [("In-App", self.OTHER_AGENT)])

	def test_nobody_at_all_raises_the_alarm(self):
		self.ladder(step(1, percent=50))
		ticket = factories.create_ticket()
		self.pass_at("14:00")
		(row,) = factories.escalations(ticket)
		self.assertEqual((row.state, row.nobody_to_tell), ("Open", 1))
		self.assertTrue(factories.deliveries(ticket, occasion="Alarm"))

	def test_the_team_lead_is_the_member_whose_profile_says_so(self):
		self.ladder(step(1, percent=50, tell="Team Lead"))
		factories.create_profile(self.AGENT, service_role="Team Lead")
		ticket = factories.create_ticket(agent_group=self.TEAM)
		self.pass_at("14:00")
		self.assertEqual(self.told(ticket), [("In-App", self.AGENT)])

	def test_each_reads_in_the_own_language(self):
		self.ladder(step(1, percent=50), step(1, percent=50, tell="User", user=self.OTHER_AGENT))
		frappe.db.set_value("User", self.OTHER_AGENT, "language", "zh")
		frappe.clear_document_cache("User", self.OTHER_AGENT)
		ticket = self.ticket()
		self.pass_at("14:00")
		titles = {row.recipient: row.title for row in factories.deliveries(ticket)}
		self.assertTrue(titles[self.AGENT].startswith("Level 1"))
		self.assertTrue(titles[self.OTHER_AGENT].startswith("1"), titles[self.OTHER_AGENT])
