"""Switched off and on, after a failure, after an outage, at adoption: what is late is told once, the past never."""

from unittest.mock import patch

import frappe

from cs_center.services.escalation import choice
from cs_center.services.service_levels import minute_pass, safety
from cs_center.tests import factories
from cs_center.tests.factories import step
from cs_center.tests.test_escalation.escalation_case import EscalationTestCase


class TestSwitches(EscalationTestCase):
	def switch(self, policy, enabled: int) -> None:
		policy.reload()
		policy.enabled = enabled
		policy.save()

	def test_escalation_off_and_on_again_sends_nothing_of_the_time_between(self):
		self.ladder(step(1, percent=50), step(2, percent=75))
		ticket = self.ticket()
		factories.change_settings(run_escalations=0)
		self.pass_at("14:00")
		factories.change_settings(run_escalations=1)
		self.pass_at("14:30")
		self.assertEqual(self.states(ticket), [(1, "Suppressed")])
		self.pass_at("16:00")
		self.assertEqual(self.states(ticket), [(1, "Suppressed"), (2, "Open")])
		self.assertEqual(len(self.told(ticket)), 1)

	def test_a_policy_off_and_on_again(self):
		policy = self.ladder(step(1, percent=50), step(2, percent=75))
		ticket = self.ticket()
		self.switch(policy, 0)
		self.pass_at("14:00")
		self.switch(policy, 1)
		self.pass_at("16:00")
		self.assertEqual(self.states(ticket), [(1, "Suppressed"), (2, "Open")])

	def test_a_new_ticket_does_not_come_under_a_policy_that_is_off(self):
		policy = self.ladder(step(1, percent=50))
		self.switch(policy, 0)
		self.assertEqual(factories.events(self.ticket(), "Escalation Policy Changed"), [])

	def test_service_levels_off_nothing_runs_and_saves_go_on(self):
		self.ladder(step(1, percent=50))
		ticket = self.ticket()
		factories.change_settings(enabled=0)
		self.travel("15:00")
		from cs_center import tasks

		tasks.evaluate_due_tickets()
		factories.save(ticket, subject="Still saved")
		self.assertEqual(factories.escalations(ticket), [])

	def test_service_levels_on_again_each_level_at_most_once(self):
		self.ladder(step(1, percent=50), step(2, percent=75))
		ticket = self.ticket()
		factories.change_settings(enabled=0)
		self.travel("16:30")
		factories.change_settings(enabled=1)
		safety.request_catching_up()
		for minute in ("16:31", "16:32", "16:33"):
			self.pass_at(minute)
		self.assertEqual([level for level, _state in self.states(ticket)], [1, 2])

	def test_saving_while_service_levels_are_off_then_on(self):
		self.ladder(step(1, percent=50))
		ticket = self.ticket()
		factories.change_settings(enabled=0)
		self.travel("11:00")
		factories.set_status(ticket, "Resolved")
		factories.change_settings(enabled=1)
		safety.mark_pending(ticket.name)
		self.pass_at("15:00")
		self.pass_at("15:01")
		self.assertEqual(self.told(ticket), [])


class TestOutages(EscalationTestCase):
	def test_three_levels_due_at_once_are_told_in_order(self):
		self.ladder(
			step(1, percent=50, email=1),
			step(2, percent=75, email=1, tell="User", user=self.OTHER_AGENT),
			step(3, percent=100, email=1, tell="User", user=self.OTHER_AGENT),
		)
		ticket = self.ticket()
		self.pass_at("2027-03-03 12:00")
		self.assertEqual(self.states(ticket), [(1, "Open"), (2, "Open"), (3, "Open")])
		self.assertEqual(len(self.told(ticket)), 6)
		due = [str(row.due_at) for row in factories.escalations(ticket)]
		self.assertEqual(due, ["2027-03-01 14:00:00", "2027-03-01 16:00:00", "2027-03-02 10:00:00"])
		self.pass_at("2027-03-03 12:01")
		self.assertEqual(len(factories.escalations(ticket)), 3)

	def test_a_reminder_of_a_deadline_that_has_passed_is_recorded_only(self):
		self.ladder(
			step(0, "Time Before Deadline", amount=1, unit="Business Hours"),
			step(1, percent=100),
		)
		ticket = self.ticket()
		self.pass_at("2027-03-03 12:00")
		rows = factories.escalations(ticket)
		self.assertEqual(
			[(row.level, row.state, row.suppressed_reason) for row in rows],
			[(0, "Suppressed", "deadline_passed"), (1, "Open", None)],
		)

	def test_an_acknowledgement_chain_does_not_run_through_in_one_pass(self):
		"""Nobody could have acknowledged what was told a second ago."""
		wait = {"metric": "Resolution", "amount": 30, "unit": "Calendar Minutes"}
		self.ladder(
			step(1, percent=50),
			step(2, "No Acknowledgement", **wait),
			step(3, "No Acknowledgement", **wait),
		)
		ticket = self.ticket()
		self.pass_at("2027-03-03 12:00")
		self.assertEqual(self.states(ticket), [(1, "Open")])
		self.pass_at("2027-03-03 12:30")
		self.assertEqual(self.states(ticket), [(1, "Open"), (2, "Open")])
		self.pass_at("2027-03-03 13:00")
		self.assertEqual(len(factories.escalations(ticket)), 3)

	def test_several_clocks_at_once(self):
		self.ladder(step(1, percent=50), step(1, percent=50, metric="First Reply"))
		ticket = self.ticket()
		self.pass_at("15:00")
		self.assertEqual({row.metric for row in factories.escalations(ticket)}, {"First Reply", "Resolution"})

	def test_more_than_one_batch(self):
		factories.change_settings(evaluation_batch_size=5)
		self.ladder(step(1, percent=50))
		tickets = [self.ticket() for _number in range(12)]
		self.pass_at("14:00")
		self.assertEqual([len(factories.escalations(ticket)) for ticket in tickets], [1] * 12)

	def test_a_pass_that_comes_twice_or_goes_back_in_time(self):
		self.ladder(step(1, percent=50))
		ticket = self.ticket()
		for time in ("14:00", "14:00", "13:00", "14:01"):
			self.pass_at(time)
		self.assertEqual(len(factories.escalations(ticket)), 1)
		self.assertEqual(len(self.told(ticket)), 1)


class TestFirstPolicy(EscalationTestCase):
	def test_tickets_made_before_it_are_left_alone(self):
		ticket = self.ticket()
		self.travel("11:00")
		self.ladder(step(1, percent=50))
		factories.save(ticket, priority="Urgent")
		factories.set_status(ticket, "Replied")
		factories.set_status(ticket, "Open")
		self.pass_at("2027-03-03 12:00")
		self.assertEqual(factories.events(ticket, "Escalation Policy Changed"), [])
		self.assertEqual(factories.escalations(ticket), [])

	def test_a_policy_made_later_takes_a_ticket_whose_severity_changes(self):
		"""As service policies do: a changed severity is always a new question."""
		self.ladder(step(1, percent=50), order=50)
		ticket = self.ticket()
		later = self.ladder(
			step(1, percent=75), conditions=[factories.condition("severity", "Is Set")], order=10
		)
		self.travel("11:00")
		factories.save(ticket, cs_severity="Major")
		self.assertEqual(factories.events(ticket, "Escalation Policy Changed")[-1].value, later.name)


class TestAfterFailure(EscalationTestCase):
	def test_a_ticket_made_while_we_failed_climbs_from_its_own_opening(self):
		self.enterContext_(patch.object(minute_pass, "log_failure", safety.log_failure))
		self.ladder(step(1, percent=50), step(2, percent=75))
		with patch.object(choice, "first_choice", side_effect=ValueError("moon")):
			ticket = self.ticket()
		self.pass_at("14:30")
		self.pass_at("14:31")
		self.assertEqual(self.states(ticket), [(1, "Open")])
		self.assertEqual(str(factories.escalations(ticket)[0].due_at), "2027-03-01 14:00:00")


class TestAdoption(EscalationTestCase):
	def adopt(self, **values):
		"""A ticket from before the app: no ledger, an old creation."""
		from cs_center.services.service_levels import adoption, store
		from cs_center.services.service_levels.site_time import current_instant

		ticket = self.ticket(**values)
		store.erase([ticket.name])
		frappe.db.set_value(
			"HD Ticket", ticket.name, {"creation": "2020-01-06 10:00:00"}, update_modified=False
		)
		adoption.adopt([ticket.name], current_instant())
		return ticket

	def test_an_old_severe_and_badly_rated_ticket_tells_nobody_of_its_past(self):
		self.ladder(
			step(1, percent=50),
			step(2, "Severity Reached", metric="", severity="General"),
			step(3, "Low Satisfaction", metric="", rating="3"),
		)
		ticket = self.adopt(cs_severity="Major", feedback_rating=0.2)
		for time in ("14:00", "2027-03-04 12:00"):
			self.pass_at(time)
		self.assertEqual(self.told(ticket), [])

	def test_moved_to_a_ladder_it_tells_nobody_of_its_past_either(self):
		from cs_center.services.service_levels import moving

		ticket = self.adopt(cs_severity="Major", feedback_rating=0.2)
		policy = self.ladder(
			step(2, "Severity Reached", metric="", severity="General"),
			step(3, "Low Satisfaction", metric="", rating="3"),
		)
		self.travel("11:00")
		moving.run(policy.name, "Administrator", moving.ESCALATION)
		self.pass_at("11:01")
		self.assertEqual(len(factories.events(ticket, "Escalation Policy Changed")), 1)
		self.assertEqual(self.told(ticket), [])
