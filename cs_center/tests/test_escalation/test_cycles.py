"""Reopened, merged, cancelled: each opening has its own ladder, and an end ends what was raised."""

from cs_center.services.service_levels import moving
from cs_center.tests import factories
from cs_center.tests.factories import step
from cs_center.tests.test_escalation.escalation_case import EscalationTestCase


class TestReopening(EscalationTestCase):
	def test_each_opening_climbs_anew_and_once(self):
		self.ladder(step(1, percent=50))
		ticket = self.ticket()
		for start, due, end in (
			("10:00", "14:00", "14:30"),
			("2027-03-02 09:00", "2027-03-02 13:00", "2027-03-02 13:30"),
			("2027-03-03 09:00", "2027-03-03 13:00", "2027-03-03 13:30"),
		):
			self.travel(start)
			if start != "10:00":
				factories.set_status(ticket, "Open")
			self.pass_at(due)
			self.pass_at(due)
			self.travel(end)
			factories.set_status(ticket, "Resolved")
			self.pass_minute()
		rows = factories.escalations(ticket)
		self.assertEqual(
			[(row.cycle, row.state) for row in rows], [(1, "Resolved"), (2, "Resolved"), (3, "Resolved")]
		)
		self.assertEqual(len(self.told(ticket)), 3)

	def test_reopened_twice_tells_at_the_second_time_only(self):
		self.ladder(step(1, "Reopened", metric="", count=2, tell="User", user=self.OTHER_AGENT))
		ticket = self.ticket()
		for resolved, reopened, expected in (
			("11:00", "12:00", 0),
			("13:00", "14:00", 1),
			("15:00", "16:00", 1),
		):
			self.travel(resolved)
			factories.set_status(ticket, "Resolved")
			self.travel(reopened)
			factories.set_status(ticket, "Open")
			self.pass_minute()
			self.assertEqual(len(self.told(ticket)), expected)

	def test_contacts_in_a_window(self):
		self.ladder(step(1, "Contacts in a Window", metric="", count=3, amount=2, unit="Calendar Hours"))
		ticket = self.ticket()
		for time in ("10:30", "13:00"):
			self.travel(time)
			factories.message_from_customer(ticket)
			self.pass_minute()
		self.assertEqual(self.told(ticket), [])
		for time in ("14:00", "14:30"):
			self.travel(time)
			factories.message_from_customer(ticket)
			self.pass_minute()
		self.assertEqual(len(self.told(ticket)), 1)

	def test_one_ticket_s_acknowledgement_does_not_carry_over_to_the_next_opening(self):
		self.ladder(
			step(1, percent=50),
			step(2, "No Acknowledgement", amount=30, unit="Calendar Minutes"),
		)
		from cs_center.api import escalations as api

		ticket = self.ticket()
		self.pass_at("14:00")
		api.acknowledge(factories.escalations(ticket)[0].name)
		factories.set_status(ticket, "Resolved")
		self.travel("2027-03-02 09:00")
		factories.set_status(ticket, "Open")
		self.pass_at("2027-03-02 13:00")
		self.pass_at("2027-03-02 13:30")
		self.assertEqual(
			sorted((row.cycle, row.level) for row in factories.escalations(ticket)), [(1, 1), (2, 1), (2, 2)]
		)


class TestEnds(EscalationTestCase):
	def setUp(self):
		super().setUp()
		self.ladder(
			step(1, percent=50),
			step(2, percent=75),
			step(3, "Severity Reached", metric="", severity="Major", tell="User", user=self.OTHER_AGENT),
		)

	def test_a_merged_ticket_is_over(self):
		ticket, into = self.ticket(cs_severity="Major"), self.ticket()
		self.pass_at("14:00")
		self.travel("14:10")
		factories.save(ticket, is_merged=1, merged_with=into.name, status="Closed")
		self.pass_at("14:11")
		self.pass_at("2027-03-03 12:00")
		self.assertEqual({state for _level, state in self.states(ticket)}, {"Resolved"})
		self.assertEqual(sorted(level for level, _state in self.states(ticket)), [1, 3])

	def test_a_policy_change_that_takes_the_target_away_ends_its_ladder(self):
		ticket = self.ticket()
		self.pass_at("14:00")
		policy = factories.create_policy(
			targets=[factories.target("First Reply", 2)],
			conditions=[factories.condition("priority", "Equals", "Low")],
			order=1 if not self.is_taken(1) else None,
		)
		self.travel("14:10")
		factories.save(ticket, priority="Low")
		if factories.fresh(ticket).cs_policy != policy.name:
			self.skipTest("another policy stands before it")
		self.pass_at("14:11")
		self.assertEqual(self.states(ticket), [(1, "Resolved")])
		self.pass_at("2027-03-03 12:00")
		self.assertEqual(self.states(ticket), [(1, "Resolved")])

	def is_taken(self, order: int) -> bool:
		import frappe

		return bool(frappe.db.exists("CS Service Policy", {"priority_number": order, "docstatus": 1}))

	def test_a_resolved_ticket_is_looked_at_no_more(self):
		ticket = self.ticket()
		self.travel("11:00")
		factories.set_status(ticket, "Resolved")
		self.pass_at("11:01")
		self.assertIsNone(factories.fresh(ticket).cs_next_escalation_at)
		self.travel("2027-03-03 12:00")
		self.assertEqual(self.pass_minute(), 0)


class TestMoving(EscalationTestCase):
	def test_only_open_tickets_that_match_are_moved(self):
		matching, resolved, other = self.ticket(priority="High"), self.ticket(priority="High"), self.ticket()
		factories.set_status(resolved, "Resolved")
		policy = self.ladder(
			step(1, percent=50), conditions=[factories.condition("priority", "Equals", "High")]
		)
		moving.run(policy.name, "Administrator", moving.ESCALATION)
		moving.run(policy.name, "Administrator", moving.ESCALATION)
		found = [
			len(factories.events(one, "Escalation Policy Changed")) for one in (matching, resolved, other)
		]
		self.assertEqual(found, [1, 0, 0])

	def test_the_ladder_is_kept_where_facts_change_and_it_still_matches(self):
		policy = self.ladder(step(1, percent=50), conditions=[factories.condition("priority", "Is Set")])
		ticket = self.ticket()
		after = factories.amend(policy)
		self.travel("11:00")
		factories.save(ticket, priority="High")
		values = [event.value for event in factories.events(ticket, "Escalation Policy Changed")]
		self.assertEqual(values, [policy.name, policy.name])
		moving.run(after.name, "Administrator", moving.ESCALATION)
		values = [event.value for event in factories.events(ticket, "Escalation Policy Changed")]
		self.assertEqual(values[-1], after.name)

	def test_facts_that_call_for_no_ladder_end_it(self):
		self.ladder(step(1, percent=50), conditions=[factories.condition("priority", "Equals", "High")])
		ticket = self.ticket(priority="High")
		self.travel("11:00")
		factories.save(ticket, priority="Low")
		self.assertEqual(factories.events(ticket, "Escalation Policy Changed")[-1].value, "")
		self.assertIsNone(factories.fresh(ticket).cs_next_escalation_at)
		self.pass_at("14:00")
		self.assertEqual(factories.escalations(ticket), [])
		factories.save(ticket, priority="High")
		self.pass_at("14:01")
		self.assertEqual(self.states(ticket), [(1, "Open")])
