"""A complaint from its receipt to its end, on a site: gates, history, clocks, and who may do what."""

from __future__ import annotations

import frappe

from cs_center.services.complaints import describing, management
from cs_center.tests.test_complaints.complaint_case import TO_FOLLOW_UP, ComplaintTestCase


class TestTheWay(ComplaintTestCase):
	def test_an_ordinary_complaint_goes_from_receipt_to_its_end(self):
		complaint = self.go(self.register(self.simple), *TO_FOLLOW_UP)
		self.call_back(complaint)
		closed = self.move(complaint, "Closed")
		self.assertEqual(closed.stage, "Closed")
		self.assertEqual(closed.closed_by, "Administrator")
		self.assertEqual([row.stage for row in closed.stage_history], ["Received", *TO_FOLLOW_UP, "Closed"])
		self.assertTrue(all(row.left_at for row in closed.stage_history[:-1]))

	def test_the_ledger_tells_who_did_what_when(self):
		with self.as_user(self.AGENT):
			complaint = self.register(self.simple)
			self.travel("10:20")
			self.move(complaint, "Acknowledged", note="Called her")
		history = describing.history_of(self.events(complaint))
		self.assertEqual(history[-1]["actor"], self.AGENT)
		self.assertIn("10:20", history[-1]["at"])
		self.assertIn("Called her", history[-1]["text"])
		self.assertIn("Acknowledged", history[-1]["text"])

	def events(self, complaint):
		from cs_center.services.complaints.ledger import events_of

		return events_of(complaint.name)

	def test_a_note_belongs_to_one_move(self):
		moved = self.move(self.register(self.simple), "Acknowledged", note="Called her")
		self.assertFalse(self.fresh(moved).stage_note)
		self.assertEqual(moved.stage_history[-1].note, "Called her")

	def test_a_new_complaint_is_received(self):
		self.assert_refused(lambda: self.register(self.simple, stage="Closed"), "Received")

	def test_a_stage_that_does_not_follow_names_those_that_do(self):
		complaint = self.register(self.simple)
		self.assert_refused(lambda: self.move(complaint, "Closed"), "Acknowledged", "Withdrawn", "Rejected")

	def test_two_acknowledgements_are_refused(self):
		complaint = self.move(self.register(self.simple), "Acknowledged")
		from cs_center.api import complaints

		self.assert_refused(lambda: complaints.move(complaint.name, "Acknowledged"), "already")

	def test_a_refused_move_leaves_everything_as_it_was(self):
		complaint = self.register(None)
		self.move(complaint, "Acknowledged")
		before = self.ledger(complaint)
		self.assert_refused(lambda: self.move(complaint, "Classified"), "category", "severity")
		self.assertEqual(self.fresh(complaint).stage, "Acknowledged")
		self.assertEqual(self.ledger(complaint), before)

	def test_what_was_refused_by_the_customer_is_proposed_differently(self):
		complaint = self.go(
			self.register(self.simple), "Acknowledged", "Classified", "Investigating", "Solution Proposed"
		)
		back = self.move(complaint, "Investigating", consent="Refused", refusal_reason="Too late")
		self.assertEqual((back.refusals, back.consent), (1, None))
		self.assertIn(("Consent Recorded", "Refused"), self.ledger(complaint))
		self.assert_refused(lambda: self.move(complaint, "Solution Proposed"), "another one")
		again = self.move(complaint, "Solution Proposed", solution="A refund")
		self.assertEqual(again.stage, "Solution Proposed")

	def test_what_was_proposed_stays_as_it_was_worded(self):
		complaint = self.go(
			self.register(self.simple), "Acknowledged", "Classified", "Investigating", "Solution Proposed"
		)
		complaint = self.fresh(complaint)
		offered = complaint.solution
		complaint.solution = "Half of it"
		self.assert_refused(complaint.save, "stays as it was worded", "Investigating")
		consented = {"consent": "Consented", "consent_person": "A buyer", "consent_at": "2027-03-01 10:00:00"}
		self.assert_refused(
			lambda: self.move(complaint.name, "Executing", solution="Half of it", **consented),
			"as it was worded",
		)
		self.assertEqual(self.fresh(complaint).solution, offered)
		self.move(complaint, "Investigating", note="Cheaper")
		back = self.fresh(complaint)
		back.solution = "Half of it"
		self.assertEqual(back.save().solution, "Half of it")

	def test_consent_without_a_person_is_refused(self):
		complaint = self.go(
			self.register(self.simple), "Acknowledged", "Classified", "Investigating", "Solution Proposed"
		)
		self.assert_refused(lambda: self.move(complaint, "Executing", consent="Consented"), "who")

	def test_an_open_action_keeps_it_from_the_follow_up(self):
		complaint = self.go(self.register(self.simple), *TO_FOLLOW_UP[:-1])
		action = self.create_action(complaint)
		self.assert_refused(lambda: self.move(complaint, "Follow-up"), "still open: 1")
		self.finish(action)
		self.assertEqual(self.move(complaint, "Follow-up").stage, "Follow-up")

	def test_three_failed_attempts_on_different_days_stand_for_a_result(self):
		complaint = self.go(self.register(self.simple), *TO_FOLLOW_UP)
		for day in ("2027-03-02 09:00", "2027-03-02 15:00", "2027-03-03 09:00"):
			self.travel(day)
			self.call_back(complaint, "No Answer")
		self.assert_refused(lambda: self.move(complaint, "Closed"), "so far 2")
		self.travel("2027-03-04 09:00")
		self.call_back(complaint, "Busy")
		self.assertEqual(self.move(complaint, "Closed").stage, "Closed")

	def test_a_closed_complaint_is_opened_again_with_a_note(self):
		complaint = self.go(self.register(self.simple), *TO_FOLLOW_UP)
		self.call_back(complaint)
		self.move(complaint, "Closed")
		self.assert_refused(lambda: self.move(complaint, "Investigating"), "note")
		again = self.move(complaint, "Investigating", note="Broken again")
		self.assertEqual((again.reopened_count, again.closed_at), (1, None))
		self.assertIn(("Reopened", ""), self.ledger(complaint))


class TestGraveOnes(ComplaintTestCase):
	def major(self) -> str:
		complaint = self.register(self.simple, severity="Major", handler=self.AGENT)
		complaint = self.go(complaint, "Acknowledged")
		complaint = self.move(complaint, "Classified")
		return self.move(complaint, "Investigating")

	def propose(self, complaint):
		complaint = self.fresh(complaint)
		complaint.update(
			{
				"solution": "A new one",
				"evidence": "A photo",
				"root_causes": [{"cause": "A thin box", "kind": "Process"}],
				"meeting_on": "2027-03-01",
				"meeting_decision": "Recall the batch",
				"accountability": "The packer is trained again",
			}
		)
		complaint.save()
		complaint = self.fresh(complaint)
		management.report(complaint, "Ms. Chief")
		complaint.save()
		with self.as_user(self.OTHER_MANAGER):
			complaint = self.fresh(complaint)
			management.approve_solution(complaint)
			complaint.save()
		return self.move(complaint, "Solution Proposed")

	def to_follow_up(self):
		complaint = self.propose(self.major())
		action = self.create_action(complaint)
		complaint = self.move(
			complaint,
			"Executing",
			consent="Consented",
			consent_person="Ms. Buyer",
			consent_at="2027-03-01 10:00:00",
		)
		self.finish(action)
		complaint = self.move(complaint, "Follow-up")
		self.call_back(complaint)
		return complaint

	def test_a_major_one_asks_for_report_meeting_cause_and_approval(self):
		complaint = self.major()
		self.assert_refused(
			lambda: self.move(complaint, "Solution Proposed", solution="A new one"),
			"root cause",
			"evidence",
			"Report the major complaint",
			"management meeting",
			"a service manager",
		)

	def test_a_major_one_is_not_closed_by_its_agent_alone(self):
		complaint = self.to_follow_up()
		with self.as_user(self.AGENT):
			self.assert_refused(lambda: self.move(complaint, "Closed"), "a service manager", "somebody else")
		with self.as_user(self.MANAGER):
			self.assertEqual(self.move(complaint, "Closed").stage, "Closed")

	def test_nor_by_a_manager_who_handled_it(self):
		complaint = self.to_follow_up()
		frappe.db.set_value("CS Complaint", complaint.name, "handler", self.MANAGER)
		with self.as_user(self.MANAGER):
			self.assert_refused(lambda: self.move(complaint, "Closed"), "somebody else")

	def test_nor_after_making_it_a_general_one(self):
		complaint = self.to_follow_up()
		with self.as_user(self.AGENT):
			doc = self.fresh(complaint)
			doc.severity = "General"
			self.assert_refused(doc.save, "a service manager", error=frappe.PermissionError)
		with self.as_user(self.LEAD):
			doc = self.fresh(complaint)
			doc.severity = "Important"
			self.assert_refused(doc.save, "a service manager", error=frappe.PermissionError)

	def test_an_approval_is_of_a_text(self):
		complaint = self.fresh(self.propose(self.major()))
		self.assertEqual(complaint.solution_approved_by, self.OTHER_MANAGER)
		complaint = self.fresh(self.move(complaint, "Investigating", note="Cheaper"))
		complaint.solution = "Nothing at all"
		self.assertFalse(complaint.save().solution_approved_by)

	def test_managers_are_told_at_once(self):
		complaint = self.register(self.simple)
		told = {"reference_doctype": "CS Complaint", "reference_name": complaint.name}
		self.assertEqual(frappe.db.count("CS Notification Delivery", told), 0)
		complaint.severity = "Major"
		complaint.save()
		recipients = frappe.get_all("CS Notification Delivery", told, pluck="recipient")
		self.assertIn(self.MANAGER, recipients)

	def test_computed_fields_are_put_back(self):
		complaint = self.register(self.simple)
		complaint.update(
			{
				"reported_at": "2027-03-01 10:00:00",
				"solution_approved_by": self.MANAGER,
				"closed_by": self.MANAGER,
				"is_repeat": 1,
				"needs_investigation": 1,
			}
		)
		saved = self.fresh(complaint.save())
		fields = ("reported_at", "solution_approved_by", "closed_by", "is_repeat", "needs_investigation")
		self.assertEqual([saved.get(field) or 0 for field in fields], [0, 0, 0, 0, 0])


class TestClocks(ComplaintTestCase):
	def setUp(self):
		super().setUp()
		self.policy = self.submit_policy()

	def test_stages_have_their_clocks(self):
		complaint = self.register(self.simple)
		clocks = self.clocks(complaint)
		self.assertEqual(str(clocks["Complaint Acknowledgement 1"].due_at), "2027-03-01 11:00:00")
		self.assertEqual(str(clocks["Complaint Solution 1"].due_at), "2027-03-02 10:00:00")
		self.assertEqual(str(complaint.next_deadline), "2027-03-01 11:00:00")
		self.assertEqual((complaint.policy, complaint.service_state), (self.policy.name, "On Track"))

	def test_an_acknowledgement_in_time_is_met_and_a_late_solution_is_breached(self):
		complaint = self.register(self.simple)
		self.travel("10:30")
		self.go(complaint, "Acknowledged", "Classified", "Investigating")
		self.assertEqual(self.clocks(complaint)["Complaint Acknowledgement 1"].state, "Met")
		self.travel("2027-03-02 10:30")
		self.pass_complaints()
		self.assertEqual(self.clocks(complaint)["Complaint Solution 1"].state, "Breached")
		self.assertEqual(self.fresh(complaint).service_state, "Breached")

	def test_the_call_back_runs_from_the_follow_up_until_the_customer_is_reached(self):
		complaint = self.go(self.register(self.simple), *TO_FOLLOW_UP)
		self.assertEqual(str(self.clocks(complaint)["Complaint Call Back 1"].due_at), "2027-03-03 10:00:00")
		self.travel("15:00")
		self.call_back(complaint)
		clock = self.clocks(complaint)["Complaint Call Back 1"]
		self.assertEqual((clock.state, str(clock.ended_at)), ("Met", "2027-03-01 15:00:00"))

	def test_a_category_names_the_policy(self):
		other = self.submit_policy(
			[{**row, "amount": row["amount"] * 2} for row in map(dict, self.targets())]
		)
		self.assertEqual(self.register(self.simple).policy, self.policy.name)
		named = self.create_category(complaint_policy=other.name)
		self.assertEqual(self.register(named).policy, other.name)

	def targets(self):
		from cs_center.tests.test_complaints.complaint_case import STAGE_TARGETS

		return STAGE_TARGETS

	def test_a_calendar_that_is_gone_does_not_keep_a_complaint_from_being_saved(self):
		complaint = self.register(self.simple)
		from unittest.mock import patch

		with patch("cs_center.services.complaints.evaluation.complaint_clocks", side_effect=KeyError("x")):
			moved = self.move(complaint, "Acknowledged")
		self.assertEqual((moved.stage, moved.evaluation_pending), ("Acknowledged", 1))
		self.pass_complaints()
		self.assertEqual(self.fresh(complaint).evaluation_pending, 0)
		self.assertEqual(self.clocks(complaint)["Complaint Acknowledgement 1"].state, "Met")
