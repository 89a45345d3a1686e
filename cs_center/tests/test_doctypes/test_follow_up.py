"""Calls after a case: attempts that stand, when a customer counts as unreachable, what the gate is told."""

import frappe
from frappe.utils import get_datetime

from cs_center.services.complaints import call_backs
from cs_center.services.follow_ups import saving
from cs_center.tests import factories
from cs_center.tests.base import create_user
from cs_center.tests.test_doctypes.complaint_case import FOLLOW_UP, ComplaintWorkTestCase
from cs_center.tests.ticket_case import as_user, moment

NEXT_DAYS = ("2027-03-02 10:00", "2027-03-03 10:00", "2027-03-04 10:00")
NOTHING = {"result": "", "failed_days": 0, "state": ""}


class FollowUpTestCase(ComplaintWorkTestCase):
	def draft(self, **values):
		row = {
			"doctype": FOLLOW_UP,
			"kind": "Complaint Call-Back",
			"complaint": self.complaint.name,
			"due_at": "2027-03-03 10:00",
			"assigned_to": self.AGENT,
		}
		return frappe.get_doc({**row, **values})

	def follow_up(self, **values):
		return self.stored(self.draft(**values).insert())

	def save(self, doc, **values):
		doc = self.stored(doc)
		doc.update(values)
		return self.stored(doc.save())

	def attempt(self, doc, outcome: str = "No Answer", at: str | None = None, **values):
		"""Saved with one more attempt, made now unless ``at`` says when."""
		doc = self.stored(doc)
		doc.append("attempts", {"attempted_at": at or frappe.utils.now_datetime(), "outcome": outcome})
		doc.update(values)
		return self.stored(doc.save())

	def fail_on(self, doc, *times: str, outcome: str = "No Answer"):
		for time in times:
			self.travel(time)
			doc = self.attempt(doc, outcome)
		return doc


class TestAttempts(FollowUpTestCase):
	def test_whoever_saves_it_made_it(self):
		with as_user(self.AGENT):
			doc = self.attempt(self.follow_up())
		self.assertEqual(doc.attempts[0].attempted_by, self.AGENT)

	def test_an_attempt_is_not_in_the_future(self):
		doc = self.follow_up()
		self.assert_refused(lambda: self.attempt(doc, at="2027-03-01 10:02"), "row 1", "has not come yet")
		self.assertTrue(self.attempt(doc, at="2027-03-01 10:00:30").attempts)

	def test_an_attempt_is_not_before_the_follow_up(self):
		doc = self.follow_up()
		self.travel("2027-03-02 10:00")
		self.assert_refused(
			lambda: self.attempt(doc, at="2027-03-01 09:50"), "2027-03-01 09:50", "when they are made"
		)
		self.assertTrue(self.attempt(doc, at="2027-03-01 10:30").attempts)

	def test_a_new_form_may_have_stood_open_during_the_call(self):
		row = {"outcome": "Busy", "attempted_at": "2027-03-01 09:30"}
		self.assertEqual(len(self.follow_up(attempts=[row]).attempts), 1)
		row["attempted_at"] = "2027-02-26 10:00"
		self.assert_refused(self.draft(attempts=[row]).insert, "before this follow-up was made")

	def test_what_was_recorded_stays(self):
		doc = self.attempt(self.follow_up())
		with as_user(self.AGENT):
			for change in (
				lambda rows: rows[0].update({"outcome": "Reached"}),
				lambda rows: rows[0].update({"attempted_at": "2027-03-01 10:00:20"}),
				lambda rows: rows.clear(),
			):
				again = self.stored(doc)
				change(again.attempts)
				self.assert_refused(again.save, "Attempts, row 1", "what was recorded stays")

	def test_a_lead_corrects_an_attempt(self):
		doc = self.attempt(self.follow_up())
		doc.attempts[0].outcome = "Busy"
		with as_user(self.LEAD):
			doc.save()
		self.assertEqual(self.stored(doc).attempts[0].outcome, "Busy")

	def test_a_follow_up_with_attempts_is_not_deleted(self):
		doc = self.attempt(self.follow_up())
		self.assert_refused(doc.delete, doc.name, "has attempts", "Cancel it instead")
		self.follow_up().delete()


class TestDone(FollowUpTestCase):
	def test_reached_with_a_result_is_done_by_itself(self):
		doc = self.attempt(self.follow_up(), "Reached", result="Solved", score=4)
		self.assertEqual((doc.state, doc.done_at, doc.done_by), ("Done", moment("10:00"), "Administrator"))

	def test_reached_without_a_result_is_not_done(self):
		self.assertEqual(self.attempt(self.follow_up(), "Reached").state, "Open")

	def test_the_result_may_come_later(self):
		doc = self.attempt(self.follow_up(), "Reached")
		self.assertEqual(self.save(doc, result="Not Solved").state, "Done")

	def test_a_result_needs_somebody_who_was_reached(self):
		doc = self.attempt(self.follow_up())
		self.assert_refused(lambda: self.save(doc, result="Solved"), "no attempt that reached", "Reached")

	def test_nobody_says_done_without_both(self):
		doc = self.follow_up()
		self.assert_refused(lambda: self.save(doc, state="Done"), "was reached and there is a result")
		doc = self.attempt(doc, "Reached")
		self.assert_refused(lambda: self.save(doc, state="Done"), "was reached and there is a result")

	def test_who_did_it_and_when_is_put_back(self):
		doc = self.follow_up(done_at="2027-02-01 10:00", done_by=self.LEAD)
		self.assertEqual((doc.done_at, doc.done_by), (None, None))

	def test_a_score_is_0_to_5(self):
		for score in (-1, 6):
			self.assert_refused(self.draft(score=score).insert, f"The score {score}")

	def test_what_is_done_stays_for_all_but_leads(self):
		doc = self.attempt(self.follow_up(), "Reached", result="Not Solved")
		with as_user(self.AGENT):
			self.assert_refused(lambda: self.save(doc, result="Solved"), "stays as it is", "team lead")
		with as_user(self.LEAD):
			doc = self.save(doc, state="Open")
		self.assertEqual((doc.state, doc.result or "", doc.done_at), ("Open", "", None))

	def test_cancelling_needs_a_reason(self):
		doc = self.follow_up()
		self.assert_refused(lambda: self.save(doc, state="Cancelled"), "Say why")
		self.assertEqual(self.save(doc, state="Cancelled", cancelled_reason="Twice").state, "Cancelled")


class TestUnreachable(FollowUpTestCase):
	def test_it_takes_failed_attempts_on_three_days(self):
		doc = self.fail_on(self.follow_up(), *NEXT_DAYS[:2], "2027-03-03 15:00")
		self.assert_refused(
			lambda: self.save(doc, state="Unreachable"), "3 different days", "so far there are 2"
		)
		doc = self.fail_on(doc, NEXT_DAYS[2])
		self.assertEqual(self.save(doc, state="Unreachable").state, "Unreachable")

	def test_the_number_of_days_is_a_setting(self):
		factories.change_settings(failed_attempts=1)
		doc = self.fail_on(self.follow_up(), NEXT_DAYS[0])
		self.assertEqual(self.save(doc, state="Unreachable").state, "Unreachable")

	def test_a_day_on_which_the_customer_was_reached_is_none(self):
		factories.change_settings(failed_attempts=2)
		doc = self.fail_on(self.follow_up(), *NEXT_DAYS[:2])
		doc = self.attempt(doc, "Reached")
		self.assert_refused(lambda: self.save(doc, state="Unreachable"), "so far there are 1")

	def test_a_customer_who_wants_to_be_called_later_is_not_unreachable(self):
		doc = self.fail_on(self.follow_up(), *NEXT_DAYS, outcome="Call Later")
		self.assert_refused(lambda: self.save(doc, state="Unreachable"), "so far there are 0")

	def test_whoever_calls_back_in_the_end_is_asked(self):
		doc = self.save(self.fail_on(self.follow_up(), *NEXT_DAYS), state="Unreachable")
		with as_user(self.AGENT):
			doc = self.attempt(doc, "Reached", result="Solved")
		self.assertEqual(doc.state, "Done")


class TestTheComplaintOfIt(FollowUpTestCase):
	def test_a_call_back_has_a_complaint_and_takes_its_ticket(self):
		self.assert_refused(self.draft(complaint=None).insert, "belongs to a complaint")
		self.assertEqual(self.follow_up().ticket, self.complaint.ticket)
		self.assertTrue(self.follow_up(kind="Care", complaint=None).name)

	def test_where_the_category_asks_for_a_phone_call_it_is_one(self):
		frappe.db.set_value("CS Complaint", self.complaint.name, "needs_call_back", 1)
		self.assert_refused(self.draft(medium="E-mail").insert, self.complaint.name, "by phone")
		self.assertEqual(self.follow_up().medium, "Phone")
		self.assertTrue(self.follow_up(kind="Visit", medium="Visit").name)

	def test_whoever_it_is_assigned_to_is_there(self):
		gone = create_user("gone.caller@work.example", "Agent")
		frappe.db.set_value("User", gone, "enabled", 0)
		self.assert_refused(self.draft(assigned_to=gone).insert, gone, "disabled")

	def test_each_attempt_and_the_result_are_in_the_ledger(self):
		doc = self.attempt(self.follow_up(), "Busy")
		doc = self.attempt(doc, "Reached", result="Solved", score=5)
		self.save(doc, comment="Very kind.")
		((busy, first), (reached, second)) = self.ledger("Call Attempted")
		self.assertEqual((busy, reached), ("Busy", "Reached"))
		self.assertNotIn("result", first)
		self.assertEqual((second["follow_up"], second["result"], second["score"]), (doc.name, "Solved", 5))

	def test_a_result_that_comes_later_is_in_the_ledger_too(self):
		doc = self.attempt(self.follow_up(), "Reached")
		self.save(doc, result="Solved")
		events = self.ledger("Call Attempted")
		self.assertEqual([value for value, _detail in events], ["Reached", "Reached"])
		self.assertEqual([detail.get("result") for _value, detail in events], [None, "Solved"])


class TestRecording(FollowUpTestCase):
	def test_an_attempt_by_one_call(self):
		doc = self.follow_up()
		with as_user(self.AGENT):
			answer = saving.record_attempt(doc.name, "No Answer", "Rang out")
			self.assertEqual((answer["state"], answer["failed_days"]), ("Open", 1))
			answer = saving.record_attempt(doc.name, "Reached", result="Partly Solved", score=3)
		self.assertEqual((answer["state"], answer["result"], answer["score"]), ("Done", "Partly Solved", 3))
		rows = self.stored(doc).attempts
		self.assertEqual(
			[(row.attempted_by, row.note) for row in rows], [(self.AGENT, "Rang out"), (self.AGENT, "")]
		)
		self.assertEqual(rows[0].attempted_at, moment("10:00"))

	def test_an_outcome_that_is_none_is_refused(self):
		self.assert_refused(lambda: saving.record_attempt(self.follow_up().name, "Flew Away"), "Flew Away")

	def test_others_do_not_record(self):
		doc = self.follow_up()
		with as_user(self.ENGINEER), self.assertRaises(frappe.PermissionError):
			saving.record_attempt(doc.name, "Reached")
		self.assertEqual(self.stored(doc).attempts, [])


class TestOpening(FollowUpTestCase):
	def test_it_is_made_once(self):
		name = call_backs.open_for(self.complaint.name)
		self.assertEqual(call_backs.open_for(self.complaint.name), name)
		doc = frappe.get_doc(FOLLOW_UP, name)
		self.assertEqual(
			(doc.state, doc.medium, doc.assigned_to, doc.team, doc.due_at),
			("Open", "Phone", self.AGENT, self.TEAM, get_datetime("2027-03-03 10:00")),
		)

	def test_after_one_that_is_done_there_is_another(self):
		name = call_backs.open_for(self.complaint.name)
		self.attempt(frappe.get_doc(FOLLOW_UP, name), "Reached", result="Not Solved")
		self.assertNotEqual(call_backs.open_for(self.complaint.name), name)

	def test_it_is_due_when_its_clock_is(self):
		frappe.get_doc(
			{
				"doctype": "CS Service Clock",
				"name": f"{self.complaint.name}-call-back",
				"reference_doctype": "CS Complaint",
				"reference_name": self.complaint.name,
				"metric": "Complaint Call Back",
				"cycle": 1,
				"state": "Running",
				"due_at": "2027-03-02 12:00",
			}
		).db_insert()
		doc = frappe.get_doc(FOLLOW_UP, call_backs.open_for(self.complaint.name))
		self.assertEqual(doc.due_at, get_datetime("2027-03-02 12:00"))

	def test_it_says_whom_to_call(self):
		contact = frappe.get_doc({"doctype": "Contact", "first_name": "Ada", "last_name": "Lin"})
		contact.append("phone_nos", {"phone": "+86 21 5555 0100", "is_primary_mobile_no": 1})
		contact.insert()
		frappe.db.set_value("HD Ticket", self.complaint.ticket, "contact", contact.name)
		doc = frappe.get_doc(FOLLOW_UP, call_backs.open_for(self.complaint.name))
		self.assertEqual(doc.contact, "Ada Lin, +86 21 5555 0100")

	def test_a_handler_who_left_is_not_given_it(self):
		frappe.db.set_value("User", self.AGENT, "enabled", 0)
		doc = frappe.get_doc(FOLLOW_UP, call_backs.open_for(self.complaint.name))
		self.assertIsNone(doc.assigned_to)


class TestOutcome(FollowUpTestCase):
	def outcome(self) -> dict:
		return call_backs.outcome_of(self.complaint.name)

	def test_without_a_call_back_there_is_none(self):
		self.assertEqual(self.outcome(), NOTHING)
		self.assertEqual(call_backs.outcome_of(""), NOTHING)
		self.follow_up(kind="Care")
		self.assertEqual(self.outcome(), NOTHING)

	def test_failed_days_are_counted(self):
		self.put_into("Follow-up")
		self.fail_on(self.follow_up(), *NEXT_DAYS)
		self.assertEqual(self.outcome(), {"result": "", "failed_days": 3, "state": "Open"})

	def test_the_result_is_that_of_the_call(self):
		self.put_into("Follow-up")
		self.attempt(self.follow_up(), "Reached", result="Solved")
		self.assertEqual(self.outcome(), {"result": "Solved", "failed_days": 0, "state": "Done"})

	def test_what_was_before_the_present_follow_up_does_not_count(self):
		self.put_into("Follow-up")
		self.fail_on(self.attempt(self.follow_up(), "No Answer"), *NEXT_DAYS[:2])
		self.attempt(self.follow_up(), "Reached", result="Not Solved")
		self.travel("2027-03-05 10:00")
		self.put_into("Follow-up")
		self.follow_up()
		self.assertEqual(self.outcome(), {"result": "", "failed_days": 0, "state": "Open"})

	def test_a_cancelled_one_does_not_count(self):
		self.put_into("Follow-up")
		doc = self.fail_on(self.follow_up(), *NEXT_DAYS)
		self.save(doc, state="Cancelled", cancelled_reason="Twice")
		self.assertEqual(self.outcome(), {"result": "", "failed_days": 0, "state": "Cancelled"})
