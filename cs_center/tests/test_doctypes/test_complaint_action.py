"""Actions of departments: who may change what, when somebody is reminded, and what the complaint keeps of it."""

from unittest.mock import patch

import frappe
from frappe.utils import add_to_date, get_datetime

from cs_center import tasks
from cs_center.services.complaints import action_reminders, actions
from cs_center.services.service_levels.site_time import current_instant
from cs_center.tests import factories
from cs_center.tests.base import create_user
from cs_center.tests.test_doctypes.complaint_case import ACTION, ComplaintWorkTestCase, both
from cs_center.tests.ticket_case import as_user, moment


class ActionTestCase(ComplaintWorkTestCase):
	"""Due on Thursday 10:00, so that the first reminder goes on Wednesday 10:00."""

	DUE, DAY_BEFORE, LATER = "2027-03-04 10:00:00", "2027-03-03 10:00", "2027-03-04 10:05"

	def draft(self, **values):
		row = {
			"doctype": ACTION,
			"complaint": self.complaint.name,
			"instruction": "Open the parcel and say what is broken.",
			"responsible": self.ENGINEER,
			"due_at": self.DUE,
		}
		return frappe.get_doc({**row, **values})

	def action(self, **values):
		return self.stored(self.draft(**values).insert())

	def save(self, action, **values):
		action = self.stored(action)
		action.update(values)
		return action.save()


class TestWhatAnActionNeeds(ActionTestCase):
	def test_somebody_has_to_do_it(self):
		self.assert_refused(self.draft(responsible=None).insert, "Nobody would do it", "choose a department")
		self.assertTrue(self.action(responsible=None, department=self.DEPARTMENT).name)

	def test_the_responsible_person_can_be_reached(self):
		gone = create_user("gone@work.example", "CS Department User")
		frappe.db.set_value("User", gone, "enabled", 0)
		self.assert_refused(self.draft(responsible=gone).insert, gone, "is disabled", "Choose another")

	def test_the_customer_of_the_complaint_is_not_the_one_to_do_it(self):
		self.assertTrue(self.action(responsible=self.BUYER).name)  # an account of the portal: a partner's
		frappe.db.set_value("CS Complaint", self.complaint.name, "raised_by", self.BUYER)
		for user in (self.BUYER, "Guest"):
			self.assert_refused(
				self.draft(responsible=user).insert, user, "is the customer of this complaint"
			)

	def test_an_action_whose_person_left_can_still_be_saved(self):
		action = self.action()
		frappe.db.set_value("User", self.ENGINEER, "enabled", 0)
		self.assertEqual(self.save(action, partner="Parcel Repair Ltd").partner, "Parcel Repair Ltd")

	def test_it_is_not_due_in_the_past(self):
		self.assert_refused(self.draft(due_at="2027-03-01 09:58").insert, "due in the past")
		self.assertTrue(self.action(due_at="2027-03-01 09:59:30").name)

	def test_what_is_overdue_can_still_be_changed(self):
		action = self.action()
		self.travel(self.LATER)
		self.assertEqual(self.save(action, partner="Parcel Repair Ltd").partner, "Parcel Repair Ltd")

	def test_done_needs_a_result(self):
		action = self.action()
		self.assert_refused(lambda: self.save(action, state="Done", result="  "), "the result is missing")

	def test_cancelling_needs_a_reason(self):
		action = self.action()
		self.assert_refused(lambda: self.save(action, state="Cancelled"), "Say why")
		self.save(action, state="Cancelled", cancelled_reason="The customer found it.")
		self.assertIsNone(self.stored(action).remind_at)

	def test_a_finished_complaint_takes_no_action(self):
		for stage in ("Closed", "Withdrawn", "Rejected"):
			self.put_into(stage)
			self.assert_refused(self.draft().insert, self.complaint.name, stage, "Reopen it first")

	def test_what_was_open_before_the_complaint_ended_can_be_finished_but_not_opened_again(self):
		action = self.action()
		self.put_into("Withdrawn")
		self.save(action, state="Done", result="Repaired.")
		self.assert_refused(lambda: self.save(action, state="Open"), "takes no further action")


class TestWhatTheServerKeeps(ActionTestCase):
	def test_who_did_it_and_when(self):
		action = self.action()
		self.travel("11:30")
		with as_user(self.ENGINEER):
			self.save(action, state="Done", result="Repaired.")
		action = self.stored(action)
		self.assertEqual((action.done_by, action.done_at), (self.ENGINEER, moment("11:30")))

	def test_what_people_write_there_is_put_back(self):
		forged = {
			"done_by": self.LEAD,
			"done_at": "2027-02-01 10:00",
			"remind_at": None,
			"reminded_at": self.DUE,
		}
		action = self.action(**forged)
		self.assertEqual((action.done_by, action.done_at, action.reminded_at), (None, None, None))
		action = self.stored(self.save(action, **forged))
		self.assertEqual((action.done_by, action.done_at, action.reminded_at), (None, None, None))
		self.assertEqual(action.remind_at, get_datetime(self.DAY_BEFORE))
		with as_user(self.ENGINEER):
			self.save(action, state="Done", result="Repaired.")
		self.assertEqual(self.stored(self.save(action, done_by=self.LEAD)).done_by, self.ENGINEER)

	def test_the_reminder_follows_the_due_time(self):
		self.assertEqual(self.action().remind_at, get_datetime(self.DAY_BEFORE))
		soon = self.action(due_at="2027-03-01 15:00")
		self.assertEqual(soon.remind_at, moment("10:00"))
		self.travel("12:00")
		self.save(soon, due_at="2027-03-05 10:00")
		self.assertEqual(self.stored(soon).remind_at, get_datetime("2027-03-04 10:00"))

	def test_the_ledger_of_the_complaint_tells_what_happened(self):
		action = self.action(kind="Corrective Action", instruction="x" * 200)
		self.save(action, state="Done", result="Repaired.")
		((opened, first), (done, last)) = self.ledger("Action Changed")
		self.assertEqual((opened, done), ("Open", "Done"))
		self.assertEqual((first["action"], first["by"]), (action.name, "Administrator"))
		self.assertEqual(len(first["instruction"]), 140)
		self.assertEqual(last["result"], "Repaired.")

	def test_saving_without_a_change_of_state_is_no_event(self):
		action = self.action()
		self.save(action, evidence="Photo 12")
		self.assertEqual(len(self.ledger("Action Changed")), 1)

	def test_the_complaint_keeps_that_a_deleted_action_was_there(self):
		self.action().delete()
		self.assertEqual([value for value, _detail in self.ledger("Action Changed")], ["Open", "Deleted"])


class TestWhoMayChangeWhat(ActionTestCase):
	def test_a_department_writes_the_result_and_nothing_else(self):
		action = self.action()
		with as_user(self.ENGINEER):
			self.save(action, result="It was the hinge.", evidence="Photo 12")
			for values, label in (
				({"instruction": "Nothing to do."}, "Instruction"),
				({"due_at": "2027-04-04 10:00"}, "Due At"),
				({"responsible": self.SECOND_ENGINEER}, "Responsible"),
				({"kind": "Other", "result": "x"}, "Kind"),
			):
				with self.subTest(values):
					self.assert_refused(
						lambda values=values: self.save(action, **values),
						label,
						"cannot be changed by the department",
						error=frappe.PermissionError,
					)
		self.assertEqual(self.stored(action).instruction, "Open the parcel and say what is broken.")

	def test_a_department_says_that_it_is_done_but_does_not_cancel(self):
		action = self.action()
		with as_user(self.ENGINEER):
			self.assert_refused(
				lambda: self.save(action, state="Cancelled", result="No time"),
				"cancelled by the service centre",
				error=frappe.PermissionError,
			)
			self.assert_refused(
				lambda: self.save(action, state="Cancelled", cancelled_reason="No time"),
				"cannot be changed by the department",
				error=frappe.PermissionError,
			)
			self.assertEqual(self.save(action, state="Done", result="Repaired.").state, "Done")

	def test_a_department_does_not_see_others_actions(self):
		action = self.action()
		with as_user(self.SECOND_ENGINEER):
			self.assertFalse(frappe.has_permission(ACTION, "read", action.name))
			self.assertEqual(frappe.get_list(ACTION, {"name": action.name}), [])

	def test_what_is_finished_stays_for_all_but_leads(self):
		action = self.action()
		self.save(action, state="Done", result="Repaired.")
		for user in (self.AGENT, self.ENGINEER):
			with as_user(user):
				self.assert_refused(lambda: self.save(action, result="Not repaired."), "stays as it is")
				self.assert_refused(lambda: self.save(action, state="Open"), "team lead")

	def test_a_lead_opens_it_again(self):
		action = self.action()
		self.save(action, state="Done", result="Repaired.")
		with as_user(self.LEAD):
			self.save(action, state="Open")
		action = self.stored(action)
		self.assertEqual((action.done_at, action.done_by), (None, None))
		self.assertEqual(action.remind_at, get_datetime(self.DAY_BEFORE))
		self.assertEqual(
			[value for value, _detail in self.ledger("Action Changed")], ["Open", "Done", "Open"]
		)

	def test_an_agent_may_change_the_instruction_of_an_open_one(self):
		action = self.action()
		with as_user(self.AGENT):
			self.save(action, instruction="Open the parcel and take a photo.")
		self.assertIn("photo", self.stored(action).instruction)


class TestFinishing(ActionTestCase):
	def test_the_responsible_person_finishes_it(self):
		action = self.action()
		with as_user(self.ENGINEER):
			answer = actions.finish(action.name, "Repaired.", "Photo 12")
		self.assertEqual((answer["state"], answer["done_by"]), ("Done", self.ENGINEER))
		action = self.stored(action)
		self.assertEqual((action.result, action.evidence), ("Repaired.", "Photo 12"))

	def test_without_new_evidence_the_old_one_stays(self):
		action = self.action(evidence="Photo 11")
		actions.finish(action.name, "Repaired.")
		self.assertEqual(self.stored(action).evidence, "Photo 11")

	def test_the_responsible_person_needs_no_role(self):
		helper = create_user("helper@work.example", "CS Trainer")
		action = self.action(responsible=helper)
		with as_user(helper):
			self.assertEqual(actions.finish(action.name, "Repaired.")["done_by"], helper)

	def test_nobody_else_finishes_it(self):
		action = self.action()
		with as_user(self.SECOND_ENGINEER), self.assertRaises(frappe.PermissionError):
			actions.finish(action.name, "Repaired.")
		self.assertEqual(self.stored(action).state, "Open")

	def test_it_is_finished_once(self):
		action = self.action()
		actions.finish(action.name, "Repaired.")
		self.assert_refused(lambda: actions.finish(action.name, "Again."), action.name, "Done", "Reload")
		self.assertEqual(self.stored(action).result, "Repaired.")


class TestTelling(ActionTestCase):
	def test_whoever_has_to_do_it_is_told_with_a_link_and_without_the_case(self):
		action = self.action()
		self.assertEqual(self.told(action, "To do by 2027-03-04 10:00"), both(self.ENGINEER))
		row = factories.deliveries(action)[0]
		self.assertTrue(row.link.endswith(f"/cs-action?name={action.name}"))
		self.assertIn("Open the parcel", row.message)
		for word in (self.complaint.subject, self.complaint.name, "Acme"):
			self.assertNotIn(word, f"{row.title} {row.message}")

	def test_a_long_instruction_is_cut_in_the_message(self):
		row = factories.deliveries(self.action(instruction="long " * 1000))[0]
		self.assertLess(len(row.message), 1200)

	def test_a_department_is_told_where_no_person_is_named(self):
		for user in (self.ENGINEER, self.SECOND_ENGINEER):
			factories.create_profile(user, department=self.DEPARTMENT)
		action = self.action(responsible=None, department=self.DEPARTMENT)
		self.assertEqual(self.told(action, "To do"), both(self.ENGINEER, self.SECOND_ENGINEER))

	def test_another_person_is_told_too_and_the_first_one_not_twice(self):
		action = self.action()
		self.travel("11:00")
		self.save(action, evidence="Photo 12")
		self.assertEqual(len(factories.deliveries(action)), 2)
		self.save(action, responsible=self.SECOND_ENGINEER)
		self.assertEqual(self.told(action, "To do"), both(self.ENGINEER, self.SECOND_ENGINEER))

	def test_whoever_takes_it_on_is_not_told(self):
		with as_user(self.AGENT):
			action = self.action(responsible=self.AGENT)
		self.assertEqual(self.told(action), set())

	def test_everybody_reads_it_in_their_own_language(self):
		before = frappe.local.lang
		frappe.db.set_value("User", self.ENGINEER, "language", "zh")
		frappe.clear_document_cache("User", self.ENGINEER)
		self.addCleanup(frappe.clear_document_cache, "User", self.ENGINEER)  # a rollback does not reach it
		seen = []
		with patch.object(action_reminders, "_", lambda text, *rest: seen.append(frappe.local.lang) or text):
			self.action()
		self.assertEqual(set(seen), {"zh"})
		self.assertEqual(frappe.local.lang, before)


class TestReminders(ActionTestCase):
	def remind_at(self, time: str) -> int:
		self.travel(time)
		return actions.send_reminders(current_instant())

	def test_one_before_it_is_due_and_one_when_it_is(self):
		action = self.action()
		self.assertEqual(self.remind_at("2027-03-03 09:59"), 0)
		self.assertEqual(self.remind_at(self.DAY_BEFORE), 1)
		self.assertEqual(self.told(action, "Reminder, due 2027-03-04 10:00"), both(self.ENGINEER))
		stored = self.stored(action)
		self.assertEqual(
			(stored.remind_at, stored.reminded_at), (get_datetime(self.DUE), moment(self.DAY_BEFORE))
		)
		self.remind_at(self.LATER)
		self.assertEqual(self.told(action, "Overdue since 2027-03-04 10:00"), both(self.ENGINEER, self.AGENT))
		self.assertIsNone(self.stored(action).remind_at)
		self.assertEqual(self.remind_at("2027-03-09 10:00"), 0)

	def test_the_run_does_not_change_when_people_last_did(self):
		action = self.action()
		self.remind_at(self.DAY_BEFORE)
		self.assertEqual(self.stored(action).modified, action.modified)

	def test_running_twice_sends_once(self):
		action = self.action()
		self.remind_at(self.DAY_BEFORE)
		before = len(factories.deliveries(action))
		frappe.db.set_value(ACTION, action.name, "remind_at", self.DAY_BEFORE)
		self.remind_at(self.DAY_BEFORE)
		self.assertEqual(len(factories.deliveries(action)), before)

	def test_a_new_due_time_is_a_new_reminder(self):
		action = self.action()
		self.remind_at(self.DAY_BEFORE)
		self.save(action, due_at="2027-03-08 10:00")
		self.remind_at("2027-03-07 10:00")
		self.assertEqual(self.told(action, "Reminder, due 2027-03-08 10:00"), both(self.ENGINEER))

	def test_what_was_missed_is_told_as_overdue_alone(self):
		action = self.action()
		self.remind_at(self.LATER)
		self.assertEqual(self.told(action, "Reminder"), set())
		self.assertEqual(self.told(action, "Overdue"), both(self.ENGINEER, self.AGENT))

	def test_a_department_without_people_falls_back_to_the_handler(self):
		action = self.action(responsible=None, department=self.DEPARTMENT)
		self.remind_at(self.DAY_BEFORE)
		self.assertEqual(self.told(action, "Reminder"), both(self.AGENT))

	def test_where_nobody_is_left_the_alarm_role_is_told(self):
		factories.change_settings(alarm_role="CS Team Lead")
		action = self.action()
		frappe.db.set_value("User", self.ENGINEER, "enabled", 0)
		frappe.db.set_value("CS Complaint", self.complaint.name, "handler", None)
		self.remind_at(self.DAY_BEFORE)
		self.assertIn(("In-App", self.LEAD), self.told(action, "Reminder"))

	def test_actions_of_a_finished_complaint_are_let_go(self):
		action = self.action()
		self.put_into("Withdrawn")
		self.remind_at(self.DAY_BEFORE)
		self.assertEqual(self.told(action, "Reminder"), set())
		self.assertIsNone(self.stored(action).remind_at)

	def test_one_bad_row_does_not_stop_the_others(self):
		bad, good = self.action(), self.action(instruction="Another one.")
		real = action_reminders._reminders

		def failing(row, *rest):
			if row.name == bad.name:
				raise RuntimeError("broken")
			return real(row, *rest)

		with patch.object(action_reminders, "_reminders", failing):
			self.remind_at(self.DAY_BEFORE)
		self.assertEqual(self.told(good, "Reminder"), both(self.ENGINEER))
		self.assertEqual(self.told(bad, "Reminder"), set())
		self.assertEqual(self.stored(bad).remind_at, add_to_date(moment(self.DAY_BEFORE), hours=1))
		self.assertTrue(factories.error_log(bad.name))

	def test_each_batch_is_committed_and_the_limit_is_kept(self):
		for number in range(5):
			self.action(instruction=f"Number {number}")
		self.travel(self.DAY_BEFORE)
		before = len(self.commits)
		with patch.object(action_reminders, "BATCH_SIZE", 2):
			self.assertEqual(actions.send_reminders(current_instant(), limit=3), 3)
		self.assertEqual(len(self.commits) - before, 4)
		self.assertEqual(actions.send_reminders(current_instant()), 2)

	def test_rows_that_somebody_saves_are_left_out(self):
		self.action()
		self.travel(self.DAY_BEFORE)
		statements = []
		real = frappe.db.sql
		with (
			patch.object(action_reminders, "can_skip_locked", lambda: True),
			patch.object(
				frappe.db,
				"sql",
				lambda query, *args, **kw: statements.append(str(query)) or real(query, *args, **kw),
			),
		):
			actions.send_reminders(current_instant())
		locking = [text for text in statements if "FOR UPDATE" in text and ACTION in text]
		self.assertTrue(locking)
		self.assertTrue(all("SKIP LOCKED" in text for text in locking))

	def test_the_scheduler_calls_it(self):
		action = self.action()
		self.travel(self.DAY_BEFORE)
		tasks.remind_of_complaint_actions()
		self.assertEqual(self.told(action, "Reminder"), both(self.ENGINEER))
