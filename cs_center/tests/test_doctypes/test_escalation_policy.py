"""What a ladder refuses before it can tell anybody, and what it keeps from version to version."""

import frappe

from cs_center.cs_center.policy_versions import make_next_version
from cs_center.tests.base import SiteTestCase, create_user
from cs_center.tests.test_doctypes.factories import (
	condition,
	make_calendar,
	make_escalation_policy,
	make_event,
	make_notification_channel,
	step,
	stored_escalation,
	submitted_escalation_policy,
	submitted_policy,
)

POLICY = "CS Escalation Policy"


class LadderTestCase(SiteTestCase):
	def refused(self, *words: str, steps: list[dict], **values):
		self.assert_refused(make_escalation_policy(steps=steps, **values).insert, *words)

	def saved(self, *steps: dict, **values):
		return make_escalation_policy(steps=list(steps), **values).insert()


class TestTriggers(LadderTestCase):
	def test_a_policy_has_steps(self):
		self.refused("no steps yet", "Add at least one row", steps=[])

	def test_every_trigger_can_be_used(self):
		policy = self.saved(
			step(0, "Time Before Deadline", metric="First Reply", amount=30, unit="Business Minutes"),
			step(1),
			step(1, "Time After Deadline", metric="Resolution", amount=4, unit="Business Hours"),
			step(2, "No Acknowledgement", metric="Resolution", amount=30, unit="Calendar Minutes"),
			step(1, "Severity Reached", severity="Major"),
			step(2, "Reopened", count=1),
			step(3, "Contacts in a Window", count=2, amount=24, unit="Calendar Hours"),
			step(4, "Low Satisfaction", rating="2"),
			step(5, "No Acknowledgement", amount=1, unit="Business Hours"),
		)
		self.assertEqual(len(policy.steps), 9)

	def test_a_deadline_needs_its_metric(self):
		for trigger in ("Time Before Deadline", "Time After Deadline"):
			self.refused(
				"Steps, row 2",
				"Choose the metric",
				steps=[step(), step(2, trigger, amount=1, unit="Business Hours")],
			)
		self.refused("Steps, row 1", "Choose the metric", steps=[step(metric=None)])

	def test_a_share_lies_between_1_and_1000_percent(self):
		for percent in (0, 0.5, 1001):
			self.refused("Steps, row 1", "1 to 1000 percent", steps=[step(percent=percent)])
		for percent in (1, 1000):
			self.assertTrue(self.saved(step(percent=percent)).name)

	def test_a_time_is_above_zero_and_has_a_unit(self):
		for values in (
			{"amount": 0, "unit": "Business Hours"},
			{"amount": -1, "unit": "Business Hours"},
			{"amount": 2},
		):
			bad = step(1, "Time After Deadline", metric="Resolution", **values)
			self.refused("Steps, row 1", "Time After Deadline", "Enter both", steps=[bad])

	def test_a_time_is_not_longer_than_the_domain_can_use(self):
		bad = step(1, "Time After Deadline", metric="Resolution", amount=99_999_999, unit="Calendar Hours")
		self.refused("Steps, row 1", "longer than 100 years", steps=[bad])

	def test_numbers_of_the_ticket_as_a_whole(self):
		self.refused("Steps, row 1", "1 or more", steps=[step(1, "Reopened", count=0)])
		window = {"amount": 24, "unit": "Calendar Hours"}
		self.refused(
			"Steps, row 1",
			"2 or more",
			"opens the ticket",
			steps=[step(1, "Contacts in a Window", count=1, **window)],
		)
		self.refused("Steps, row 1", "Choose 1 to 5", steps=[step(1, "Low Satisfaction")])
		self.refused("Steps, row 1", "severity", "Choose one", steps=[step(1, "Severity Reached")])

	def test_a_level_is_0_to_9(self):
		self.refused("Steps, row 1", "0 (a reminder) to 9", steps=[step(10)])

	def test_a_trigger_that_is_none_is_refused(self):
		self.refused("not in the list of its field", steps=[step(1, "Full Moon")])

	def test_what_the_trigger_does_not_use_is_emptied(self):
		policy = self.saved(
			step(
				1,
				"Reopened",
				count=2,
				metric="Resolution",
				percent=50,
				amount=3,
				unit="Business Hours",
				role="Agent",
			)
		)
		row = policy.steps[0]
		self.assertEqual(
			(row.count, row.metric, row.percent, row.amount, row.unit, row.role), (2, None, 0, 0, None, None)
		)


class TestLadders(LadderTestCase):
	def test_two_identical_steps_are_refused(self):
		self.refused("rows 1 and 3 are the same", "Remove one", steps=[step(), step(2), step()])

	def test_steps_that_tell_different_people_are_not_identical(self):
		self.assertEqual(len(self.saved(step(), step(tell="Assignee")).steps), 2)

	def test_waiting_for_an_acknowledgement_needs_a_lower_level_of_the_same_ladder(self):
		waiting = {"amount": 30, "unit": "Calendar Minutes"}
		self.refused(
			"Steps, row 2 can never fire",
			"the ladder of Resolution",
			"lower level",
			steps=[step(1), step(2, "No Acknowledgement", metric="Resolution", **waiting)],
		)
		self.refused(
			"Steps, row 2 can never fire",
			"the ticket as a whole",
			steps=[step(1), step(2, "No Acknowledgement", **waiting)],
		)
		self.refused(
			"can never fire", steps=[step(1), step(1, "No Acknowledgement", metric="First Reply", **waiting)]
		)

	def test_a_step_that_neither_tells_nor_does_anything_is_refused(self):
		self.refused("Steps, row 1 tells nobody and does nothing", steps=[step(tell="", in_app=0)])
		self.assertTrue(self.saved(step(tell="", in_app=0, raise_priority_to="High")).name)


class TestAudiences(LadderTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.lead = create_user("ladder.lead@example.com", "CS Team Lead")
		cls.gone = create_user("ladder.gone@example.com", "CS Team Lead")
		frappe.db.set_value("User", cls.gone, "enabled", 0)
		cls.customer = create_user("ladder.customer@example.com")

	def test_media_need_somebody_to_reach(self):
		for medium in ({"in_app": 1}, {"in_app": 0, "email": 1}):
			bad = step(tell="", **medium, raise_priority_to="High")
			self.refused("Steps, row 1", "nobody to tell", "Choose whom to tell", steps=[bad])

	def test_somebody_to_tell_needs_a_medium(self):
		self.refused(
			"Steps, row 1", "Team Lead", "not be told by any means", steps=[step(in_app=0, raise_incident=1)]
		)
		self.assertTrue(self.saved(step(in_app=0, assign_to_told=1)).name)

	def test_a_group_chat_needs_nobody(self):
		channel = make_notification_channel().insert()
		self.assertTrue(self.saved(step(tell="", in_app=0, channel=channel.name)).name)

	def test_a_role_and_a_user_are_named(self):
		self.refused("Steps, row 1 tells a role", steps=[step(tell="Role")])
		self.refused("Steps, row 1 tells a user", steps=[step(tell="User")])
		self.refused("1 (the direct supervisor) to 9", steps=[step(tell="Supervisor", supervisor_level=10)])

	def test_who_is_named_can_read_it(self):
		for user, words in (
			(self.gone, ("is disabled", "Enable the user")),
			(self.customer, ("not a user of the Desk", "Choose a System User")),
			("Guest", ("not a user of the Desk",)),
		):
			self.refused("Steps, row 1", user, *words, steps=[step(tell="User", user=user)])
			self.refused("When nobody is found", user, *words, steps=[step()], fallback_user=user)
		self.assertTrue(self.saved(step(tell="User", user=self.lead), fallback_user=self.lead).name)

	def test_an_unknown_user_or_channel_is_refused(self):
		for values in ({"tell": "User", "user": "nobody@example.com"}, {"channel": "No Such Chat"}):
			with self.assertRaises(frappe.LinkValidationError):
				make_escalation_policy(steps=[step(**values)]).insert()

	def test_a_role_without_members_of_its_own_is_refused(self):
		self.refused("Steps, row 1", "nobody is listed", steps=[step(tell="Role", role="All")])
		self.refused("When nobody is found", "nobody is listed", steps=[step()], fallback_role="Guest")
		frappe.get_doc({"doctype": "Role", "role_name": "Former Staff", "disabled": 1}).insert()
		self.refused(
			"Former Staff", "is disabled", "choose another", steps=[step(tell="Role", role="Former Staff")]
		)

	def test_disabled_channels_and_priorities_are_refused(self):
		channel = make_notification_channel("Closed Chat", enabled=0).insert()
		self.refused("Steps, row 1", "Closed Chat", "is disabled", steps=[step(channel=channel.name)])
		frappe.db.set_value("HD Ticket Priority", "High", "disabled", 1)
		self.refused("Steps, row 1", "High", "is disabled", steps=[step(raise_priority_to="High")])

	def test_assigning_to_who_is_told_needs_somebody(self):
		channel = make_notification_channel().insert()
		bad = step(tell="", in_app=0, channel=channel.name, assign_to_told=1)
		self.refused("Steps, row 1 assigns the ticket", "Choose whom to tell", steps=[bad])

	def test_a_disabled_calendar_is_refused(self):
		calendar = make_calendar("Closed Shop", enabled=0).insert()
		self.refused("Closed Shop", "is disabled", steps=[step()], calendar=calendar.name)

	def test_conditions_are_checked_as_those_of_service_policies(self):
		self.refused(
			"Conditions, row 1", "colour", steps=[step()], conditions=[condition("colour", "Equals", "red")]
		)
		self.refused(
			"Conditions, row 1", "needs a value", steps=[step()], conditions=[condition("priority", "Equals")]
		)


class TestStepKeys(LadderTestCase):
	def test_each_step_gets_a_key_of_its_own(self):
		policy = self.saved(step(1), step(2))
		keys = [row.step_key for row in policy.steps]
		self.assertEqual(len(set(keys)), 2)
		for key in keys:
			self.assertRegex(key, r"^[0-9a-z]{10}$")

	def test_saving_keeps_keys_and_a_copied_row_gets_a_new_one(self):
		policy = self.saved(step(1), step(2))
		keys = [row.step_key for row in policy.steps]
		policy.append("steps", {**step(3), "step_key": keys[0]})
		policy.save()
		self.assertEqual([row.step_key for row in policy.steps][:2], keys)
		self.assertNotIn(policy.steps[2].step_key, keys)

	def test_a_key_that_could_not_be_part_of_a_name_is_replaced(self):
		policy = self.saved(step(step_key="../x"))
		self.assertRegex(policy.steps[0].step_key, r"^[0-9a-z]{10}$")

	def test_the_next_version_keeps_the_keys(self):
		policy = submitted_escalation_policy(steps=[step(1), step(2)])
		following = frappe.get_doc(POLICY, make_next_version(POLICY, policy.name))
		self.assertEqual([row.step_key for row in following.steps], [row.step_key for row in policy.steps])


class TestVersions(LadderTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.lead = create_user("ladder.lead@example.com", "CS Team Lead")

	def test_the_next_version_replaces_the_one_before(self):
		first = submitted_escalation_policy("Versioned Ladder", 7010)
		self.assertEqual(first.name, "Versioned Ladder v1")
		second = frappe.get_doc(POLICY, make_next_version(POLICY, first.name))
		self.assertEqual(
			(second.name, second.version, second.previous_version, second.family),
			("Versioned Ladder v2", 2, first.name, first.name),
		)
		second.submit()
		self.assertEqual(frappe.db.get_value(POLICY, first.name, "docstatus"), 2)

	def test_a_version_is_asked_for_of_policies_only(self):
		self.assert_refused(lambda: make_next_version("User", "Administrator"), "User", "has no versions")

	def test_a_team_lead_reads_and_makes_no_version(self):
		first = submitted_escalation_policy("Read Ladder", 7011)
		frappe.set_user(self.lead)
		self.assertTrue(frappe.get_doc(POLICY, first.name).has_permission("read"))
		with self.assertRaises(frappe.PermissionError):
			make_next_version(POLICY, first.name)

	def test_orders_are_unique_among_policies_of_the_same_kind(self):
		submitted_policy("Service", 7012)
		first = submitted_escalation_policy("Ladder", 7012)
		self.assertEqual(first.docstatus, 1)
		second = make_escalation_policy("Other Ladder", 7012).insert()
		self.assert_refused(second.submit, "The order 7012 is taken by Ladder")

	def test_a_submitted_ladder_cannot_change_but_be_switched_off(self):
		policy = submitted_escalation_policy()
		policy.steps[0].percent = 50
		with self.assertRaises(frappe.UpdateAfterSubmitError):
			policy.save()
		policy.reload()
		policy.enabled = 0
		policy.save()
		self.assertEqual(frappe.db.get_value(POLICY, policy.name, "enabled"), 0)


class TestDeleting(LadderTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.lead = create_user("ladder.named@example.com", "CS Team Lead")

	def test_a_policy_with_escalations_is_cancelled_and_not_deleted(self):
		policy = submitted_escalation_policy()
		stored_escalation("LADDER-1", policy=policy.name)
		policy.cancel()
		self.assert_refused(policy.delete, policy.name, "it was given to", "Leave it cancelled")

	def test_a_policy_of_the_ledger_is_not_deleted(self):
		policy = submitted_escalation_policy()
		event = make_event(kind="Escalation Policy Changed", value=policy.name)
		event.db_insert()
		policy.cancel()
		self.assert_refused(policy.delete, policy.name, "Leave it cancelled")

	def test_a_draft_and_a_policy_that_nobody_was_given_are_deleted(self):
		make_escalation_policy("Never Used").insert().delete()
		policy = submitted_escalation_policy("Hardly Used", 7020)
		policy.cancel()
		policy.delete()
		self.assertFalse(frappe.db.exists(POLICY, {"title": ["in", ["Never Used", "Hardly Used"]]}))

	def assert_kept(self, doctype: str, name: str, policy: str):
		self.assert_refused(lambda: frappe.delete_doc(doctype, name), policy, error=frappe.LinkExistsError)
		self.assertTrue(frappe.db.exists(doctype, name))

	def test_who_and_what_a_ladder_names_is_not_deleted(self):
		frappe.get_doc({"doctype": "HD Team", "team_name": "Named Team"}).insert()
		channel = make_notification_channel("Named Chat").insert()
		named = step(tell="User", user=self.lead, channel=channel.name, reassign_team="Named Team")
		draft = make_escalation_policy("Naming Draft", 7021, steps=[named]).insert()
		self.assert_all_kept(channel.name, draft.name)
		draft.submit()
		self.assert_all_kept(channel.name, draft.name)

	def assert_all_kept(self, channel: str, policy: str):
		self.assert_kept("User", self.lead, policy)
		self.assert_kept("HD Team", "Named Team", policy)
		self.assert_kept("CS Notification Channel", channel, policy)

	def test_a_calendar_in_use_is_neither_disabled_nor_deleted(self):
		calendar = make_calendar("Ladder Hours").insert()
		submitted_escalation_policy("Timed Ladder", 7023, calendar=calendar.name)
		self.assert_refused(calendar.delete, "Ladder Hours", "Timed Ladder")
		calendar.enabled = 0
		self.assert_refused(calendar.save, "cannot be disabled", "Timed Ladder")


class TestWords(SiteTestCase):
	def test_every_option_of_the_form_is_one_of_the_domain(self):
		from cs_center.domain.escalation_policy import Trigger, Who
		from cs_center.domain.policy import Metric

		for doctype, field, values in (
			("CS Escalation Step", "trigger", {one.value for one in Trigger}),
			("CS Escalation", "trigger", {one.value for one in Trigger}),
			("CS Escalation Step", "tell", {one.value for one in Who}),
			("CS Escalation Step", "metric", {"", *(one.value for one in Metric)}),
			("CS Escalation", "metric", {"ticket", *(one.value for one in Metric)}),
		):
			options = frappe.get_meta(doctype).get_field(field).options.split("\n")
			self.assertEqual(
				{option.lower().replace(" ", "_") for option in options}, values, (doctype, field)
			)
