"""An agent's save never fails and never waits for an escalation; the pass heals what a failure left behind."""

from unittest.mock import patch

import frappe

from cs_center.services.escalation import actions, carrying_out, choice, rows, situations, telling
from cs_center.services.notifications import queue
from cs_center.services.service_levels import minute_pass, safety
from cs_center.tests import factories
from cs_center.tests.factories import step
from cs_center.tests.test_escalation.escalation_case import EscalationTestCase


def broken(*args, **kwargs):
	frappe.throw("The ladder leans against the moon")


IN_A_SAVE = {
	"decide": (situations, "decide"),
	"load": (rows, "load"),
	"choose again": (choice, "facts_of"),
	"ladder": (situations, "escalation_policies_by_name"),
}
IN_THE_PASS = {
	"people": (carrying_out, "find_people"),
	"messages": (carrying_out, "messages_of"),
	"text": (telling, "text_of"),
	"enqueue": (carrying_out, "enqueue"),
	"insert": (rows, "insert"),
	"holding": (queue, "plan_all"),
}


class FailureTestCase(EscalationTestCase):
	def setUp(self):
		super().setUp()
		# Failures are what is tested here: the pass logs them.
		self.enterContext_(patch.object(minute_pass, "log_failure", safety.log_failure))
		self.ladder(
			step(1, percent=50, raise_priority_to="High"),
			step(2, "Severity Reached", metric="", severity="Major"),
		)
		self.waiting = self.ticket()
		frappe.local.message_log = []
		frappe.cache().delete_keys("cs_center_failure")
		self.logged_before = self.log_entries()

	def log_entries(self) -> int:
		return len(factories.error_log(f"ticket {self.waiting.name} was not evaluated"))

	def assert_logged_once(self):
		self.assertEqual(self.log_entries(), self.logged_before + 1)

	def assert_no_message_of_ours(self):
		self.assertNotIn("moon", str(frappe.local.message_log))


class TestSaves(FailureTestCase):
	def acts(self) -> dict:
		return {
			"status": lambda: factories.set_status(self.waiting, "Replied"),
			"severity": lambda: factories.save(self.waiting, cs_severity="Major"),
			"reply": lambda: factories.reply_from_agent(self.waiting),
			"message": lambda: factories.message_from_customer(self.waiting),
			"assignment": lambda: factories.assign(self.waiting, self.OTHER_AGENT),
		}

	def test_whatever_breaks_the_agents_act_succeeds(self):
		for name, (module, function) in IN_A_SAVE.items():
			for act in self.acts():
				with self.subTest(broken=name, act=act):
					frappe.db.savepoint("one_act")
					with patch.object(module, function, broken):
						self.acts()[act]()
					self.assert_no_message_of_ours()
					frappe.db.rollback(save_point="one_act")

	def test_the_change_is_stored_the_failure_logged_and_the_pass_told(self):
		self.travel("11:00")
		with patch.object(situations, "decide", broken):
			after = factories.save(self.waiting, cs_severity="Major", subject="Worse")
		self.assertEqual((after.cs_severity, after.subject), ("Major", "Worse"))
		self.assertEqual(after.cs_evaluation_pending, 1)
		self.assertNotIn("Severity Changed", factories.kinds(self.waiting))
		self.assert_logged_once()

	def test_the_pass_makes_it_up(self):
		self.travel("11:00")
		with patch.object(situations, "decide", broken):
			factories.save(self.waiting, cs_severity="Major")
		self.pass_at("11:01")
		self.assertEqual(factories.fresh(self.waiting).cs_evaluation_pending, 0)
		self.pass_at("11:02")
		self.assertEqual(self.states(self.waiting), [(2, "Open")])
		(event,) = factories.events(self.waiting, "Severity Changed")
		self.assertEqual(str(event.happened_at), "2027-03-01 11:00:00")

	def test_a_new_ticket_is_stored(self):
		for name, (module, function) in {**IN_A_SAVE, "first choice": (choice, "first_choice")}.items():
			with self.subTest(name), patch.object(module, function, broken):
				ticket = factories.create_ticket()
				self.assertTrue(frappe.db.exists("HD Ticket", ticket.name))
			self.assert_no_message_of_ours()

	def test_a_new_ticket_that_missed_its_ladder_gets_it(self):
		with patch.object(choice, "first_choice", broken):
			ticket = factories.create_ticket()
		self.assertEqual(ticket.cs_evaluation_pending, 1)
		self.pass_at("10:01")
		self.assertEqual(len(factories.events(ticket, "Escalation Policy Changed")), 1)
		self.assertEqual(str(factories.fresh(ticket).cs_next_escalation_at), "2027-03-01 14:00:00")

	def test_a_save_sends_nothing_however_much_is_due(self):
		self.travel("2027-03-04 12:00")
		with patch.object(carrying_out, "carry_out", broken), patch.object(actions, "act", broken):
			factories.save(self.waiting, subject="Late")
		self.assertEqual(factories.escalations(self.waiting), [])
		self.assertEqual(self.log_entries(), self.logged_before)


class TestThePass(FailureTestCase):
	def test_whatever_breaks_the_clocks_go_on_and_it_is_tried_again(self):
		for name, (module, function) in IN_THE_PASS.items():
			with self.subTest(name):
				frappe.db.savepoint("one_break")
				frappe.cache().delete_keys("cs_center_failure")
				before = self.log_entries()
				with patch.object(module, function, broken):
					self.pass_at("14:00")
				self.assertEqual(factories.escalations(self.waiting), [])
				self.assertEqual(factories.deliveries(self.waiting), [])
				self.assertEqual(self.log_entries(), before + 1)
				self.assertEqual(
					str(factories.fresh(self.waiting).cs_next_escalation_at), "2027-03-01 14:10:00"
				)
				self.pass_at("14:10")
				self.assertEqual(self.states(self.waiting), [(1, "Open")])
				self.assertEqual(self.told(self.waiting), [("In-App", self.AGENT)])
				frappe.db.rollback(save_point="one_break")

	def test_actions_that_break_are_logged_stay_and_stop_nobody(self):
		first, second = self.waiting, self.ticket()
		real, before = actions.act, len(factories.error_log("were not done"))

		def act(name):
			return broken() if name.startswith(first.name) else real(name)

		with patch.object(actions, "act", act):
			self.pass_at("14:00")
		self.assertEqual(factories.fresh(second).priority, "High")
		self.assertEqual(factories.fresh(first).priority, "Medium")
		self.assertEqual(len(factories.error_log("were not done")), before + 1)
		self.pass_at("14:01")
		self.assertEqual(factories.fresh(first).priority, "High")

	def test_one_bad_ticket_does_not_stop_the_others(self):
		others = [self.ticket() for _number in range(5)]
		bad = self.waiting.name
		real_fire = carrying_out._fire

		def fire(case, *args):
			return broken() if case.ticket == bad else real_fire(case, *args)

		with patch.object(carrying_out, "_fire", fire):
			self.pass_at("14:00")
		for ticket in others:
			self.assertEqual(self.states(ticket), [(1, "Open")])
		self.assertEqual(factories.escalations(self.waiting), [])
		self.assert_logged_once()

	def test_a_ticket_whose_decision_fails_comes_back_and_the_log_says_it_once_an_hour(self):
		with patch.object(situations, "decide", broken):
			for minute in ("14:00", "14:01", "14:02"):
				self.pass_at(minute)
		self.assert_logged_once()
		self.assertEqual(factories.fresh(self.waiting).cs_evaluation_pending, 1)
		self.pass_at("14:03")
		self.pass_at("14:04")
		self.assertEqual(self.states(self.waiting), [(1, "Open")])

	def test_a_row_that_is_there_already_is_not_raised_twice(self):
		"""By another pass, or restored from elsewhere: the key is the row's name."""
		self.pass_at("14:00")
		with patch.object(rows, "load", return_value={}):
			frappe.db.set_value(
				"HD Ticket", self.waiting.name, "cs_next_escalation_at", "2027-03-01 14:00:00"
			)
			self.pass_at("14:01")
		self.assertEqual(len(factories.escalations(self.waiting)), 1)
		self.assertEqual(self.told(self.waiting), [("In-App", self.AGENT)])

	def test_a_broken_evidence_breaks_neither_pass_nor_page(self):
		self.pass_at("14:00")
		frappe.db.set_value("CS Escalation", {"reference_name": self.waiting.name}, "evidence", "")
		self.travel("14:30")
		factories.set_status(self.waiting, "Resolved")
		self.pass_at("14:31")
		self.assertEqual(self.states(self.waiting), [(1, "Resolved")])
