"""Ladders over a complaint's clocks, its severity and its regulators, and what a broken complaint does to the others."""

from __future__ import annotations

from unittest.mock import patch

import frappe

from cs_center.services.complaints import evaluation
from cs_center.services.service_levels.memory import forget_definitions
from cs_center.tests import factories
from cs_center.tests.factories import step
from cs_center.tests.test_complaints.complaint_case import COMPLAINT, TO_FOLLOW_UP
from cs_center.tests.test_complaints.escalating_case import DELIVERY, REPORT, SOLUTION, EscalatingCase
from cs_center.tests.test_complaints.regulator_case import clock


class TestLadders(EscalatingCase):
	def test_a_ladder_on_the_solution(self):
		self.ladder(
			step(1, percent=75, metric=SOLUTION, tell="Assignee"),
			step(2, percent=100, metric=SOLUTION, tell="User", user=self.LEAD, email=1),
			step(
				3,
				"Time After Deadline",
				metric=SOLUTION,
				amount=4,
				unit="Calendar Hours",
				tell="User",
				user=self.MANAGER,
			),
		)
		complaint = self.complaint()
		for time, wanted in (
			("2027-03-02 03:59", []),
			("2027-03-02 04:00", [1]),
			("2027-03-02 10:00", [1, 2]),
			("2027-03-02 13:59", [1, 2]),
			("2027-03-02 14:00", [1, 2, 3]),
			("2027-03-03 14:00", [1, 2, 3]),
		):
			self.pass_at(time)
			self.assertEqual([row[2] for row in self.raised(complaint)], wanted, time)
		self.assertEqual(
			self.told(complaint),
			{("In-App", self.AGENT), ("In-App", self.LEAD), ("E-mail", self.LEAD), ("In-App", self.MANAGER)},
		)

	def test_a_solution_ends_it(self):
		self.ladder(step(1, percent=50, metric=SOLUTION), step(2, percent=100, metric=SOLUTION))
		complaint = self.complaint()
		self.pass_at("22:00")
		self.go(complaint, *TO_FOLLOW_UP[:4])
		self.pass_at("2027-03-02 10:00")
		self.assertEqual(self.raised(complaint), [(SOLUTION, 1, 1, "Resolved")])

	def test_a_severity_that_is_reached(self):
		self.ladder(
			step(1, "Severity Reached", metric="", severity="Important", tell="User", user=self.LEAD),
			step(2, "Severity Reached", metric="", severity="Major", tell="User", user=self.MANAGER),
		)
		complaint = self.complaint()
		self.pass_at("10:01")
		self.assertEqual(self.raised(complaint), [])
		for severity, wanted in (("Important", [1]), ("Major", [1, 2])):
			complaint = self.fresh(complaint)
			complaint.severity = severity
			complaint.save()
			self.pass_at("10:02")
			self.assertEqual([row[2] for row in self.raised(complaint)], wanted)
		complaint = self.fresh(complaint)
		complaint.severity = "General"
		complaint.save()
		complaint.severity = "Major"
		self.fresh(complaint).update({"severity": "Major"}).save()
		self.pass_at("10:03")
		self.assertEqual(len([row for row in self.raised(complaint) if row[2] == 1]), 1)

	def test_two_regulators_have_a_ladder_each(self):
		first, second = self.pack(clock("First", 4)), self.pack(clock("Second", 8))
		self.ladder(
			step(1, percent=75, metric=REPORT, tell="User", user=self.LEAD),
			step(2, percent=90, metric=REPORT, tell="User", user=self.MANAGER),
		)
		complaint = self.complaint()
		self.pass_at("2027-03-04 10:00")
		self.assertEqual([row[2] for row in self.raised(complaint)], [1])
		self.pass_at("2027-03-09 09:00")
		levels = sorted((row[1], row[2]) for row in self.raised(complaint))
		self.assertEqual([level for _cycle, level in levels], [1, 2, 1, 2])
		self.assertEqual(len({cycle for cycle, _level in levels}), 2)
		deliveries = frappe.get_all(DELIVERY, {"reference_name": complaint.name}, ["title", "message"])
		text = " ".join(f"{row.title} {row.message}" for row in deliveries)
		for name in (f"{first}: First", f"{second}: Second"):
			self.assertIn(name, text)

	def test_no_acknowledgement_of_the_level_before(self):
		self.ladder(
			step(1, percent=50, metric=SOLUTION),
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
		complaint = self.complaint()
		self.pass_at("22:00")
		self.pass_at("22:30")
		self.assertEqual([row[2] for row in self.raised(complaint)], [1, 2])

	def test_two_passes_at_once_raise_it_once(self):
		self.ladder(step(1, percent=50, metric=SOLUTION, email=1))
		complaint = self.complaint()
		self.pass_at("22:00")
		frappe.db.set_value(COMPLAINT, complaint.name, "next_escalation_at", "2027-03-01 22:00:00")
		self.pass_complaints()
		self.assertEqual(len(self.raised(complaint)), 1)
		self.assertEqual(len(self.told(complaint)), 2)

	def test_a_ticket_s_policy_does_nothing_to_a_complaint_and_the_other_way_round(self):
		factories.create_escalation_policy([step(1, "Severity Reached", metric="", severity="General")])
		complaint = self.complaint()
		self.pass_at("10:01")
		self.assertEqual(self.raised(complaint), [])
		self.ladder(step(1, "Severity Reached", metric="", severity="General", tell="User", user=self.LEAD))
		ticket = factories.create_ticket(agent_group=self.TEAM)
		self.pass_minute()
		self.assertFalse([row for row in factories.escalations(ticket) if row.policy == self.policy.name])

	def test_a_policy_that_is_switched_off_raises_nothing(self):
		policy = self.ladder(step(1, percent=50, metric=SOLUTION))
		complaint = self.complaint()
		frappe.db.set_value("CS Escalation Policy", policy.name, "enabled", 0)
		frappe.clear_document_cache("CS Escalation Policy", policy.name)
		forget_definitions()
		self.pass_at("22:00")
		self.assertFalse(self.told(complaint))
		self.assertNotIn("Open", [row[3] for row in self.raised(complaint)])

	def test_switched_off_altogether(self):
		self.ladder(step(1, percent=50, metric=SOLUTION))
		complaint = self.complaint()
		factories.change_settings(run_escalations=0)
		self.pass_at("22:00")
		self.assertFalse(self.told(complaint))

	def test_a_withdrawn_complaint_escalates_no_more(self):
		self.ladder(step(1, percent=50, metric=SOLUTION), step(1, percent=50, metric=REPORT))
		self.pack(clock(amount=1))
		complaint = self.move(self.complaint(), "Withdrawn", note="Found it")
		self.pass_at("2027-03-05 10:00")
		self.assertEqual(self.raised(complaint), [])
		self.assertFalse(self.fresh(complaint).next_escalation_at)


class TestBrokenOnes(EscalatingCase):
	def test_one_broken_complaint_stops_no_other_one_and_no_ticket(self):
		self.ladder(step(1, percent=50, metric=SOLUTION))
		broken, sound = self.complaint(), self.complaint()
		frappe.db.set_value(
			"CS Service Event", {"reference_name": broken.name, "kind": "Policy Changed"}, "happened_at", None
		)
		frappe.db.sql(
			"update `tabCS Service Event` set kind = 'Gibberish' where reference_name = %s and kind = 'Received'",
			broken.name,
		)
		self.travel("22:00")
		for _ in range(3):
			self.pass_minute()
			self.pass_complaints()
		self.assertEqual([row[2] for row in self.raised(sound)], [1])
		self.assertEqual(self.clocks(sound)[f"{SOLUTION} 1"].state, "Running")
		self.assertLessEqual(len(factories.error_log(f"complaint {broken.name} was not evaluated")), 1)

	def test_a_broken_complaint_is_tried_again_later_not_each_minute(self):
		self.ladder(step(1, percent=50, metric=SOLUTION))
		complaint = self.complaint()
		self.travel("22:00")
		with patch.object(evaluation, "complaint_clocks", side_effect=ZeroDivisionError("x")):
			for time in ("22:00", "22:01", "22:02", "22:11"):
				self.travel(time)
				self.pass_complaints()
		self.assertEqual(len(factories.error_log(f"complaint {complaint.name} was not evaluated")), 2)
		self.pass_at_quietly("22:30")
		self.assertEqual([row[2] for row in self.raised(complaint)], [1])

	def pass_at_quietly(self, time: str) -> None:
		self.travel(time)
		self.pass_complaints()

	def test_a_save_in_which_the_escalation_policies_fail_is_a_save(self):
		complaint = self.complaint()
		with patch("cs_center.services.complaints.evaluation.decision_of", side_effect=RuntimeError("x")):
			moved = self.move(complaint, "Acknowledged")
		self.assertEqual((moved.stage, moved.evaluation_pending), ("Acknowledged", 1))
