"""What a policy refuses before it can promise anything."""

import frappe

from cs_center.cs_center.doctype.cs_service_policy.condition_facts import allowed_facts, list_condition_facts
from cs_center.tests.base import SiteTestCase, create_user
from cs_center.tests.test_doctypes.factories import (
	condition,
	first_reply,
	make_calendar,
	make_policy,
	stored_clock,
	submitted_policy,
)


class TestTargets(SiteTestCase):
	def test_a_policy_promises_something(self):
		self.assert_refused(make_policy(targets=[]).insert, "promises nothing yet", "Add at least one row")

	def test_a_time_is_above_zero(self):
		for amount in (0, -1):
			policy = make_policy(targets=[first_reply(), first_reply(amount, metric="Resolution")])
			self.assert_refused(policy.insert, "Targets, row 2", "above zero")

	def test_a_time_has_a_unit(self):
		policy = make_policy().insert()
		policy.targets[0].unit = None
		self.assert_refused(policy.save, "Targets, row 1", "no unit")

	def test_days_are_whole(self):
		for unit in ("Business Days", "Calendar Days"):
			policy = make_policy(targets=[first_reply(1.5, unit)])
			self.assert_refused(policy.insert, "Targets, row 1", unit, "1.5")
		self.assertTrue(make_policy(targets=[first_reply(1.5, "Business Hours")]).insert().name)

	def test_a_time_is_not_longer_than_the_domain_can_use(self):
		policy = make_policy(targets=[first_reply(), first_reply(99_999_999, metric="Resolution")])
		self.assert_refused(policy.insert, "Targets, row 2", "Business Hours", "longer than 100 years")
		self.assertTrue(make_policy(targets=[first_reply(878_400)]).insert().name)

	def test_a_metric_has_one_target_per_priority(self):
		policy = make_policy(targets=[first_reply(), first_reply(ticket_priority="Urgent"), first_reply(3)])
		self.assert_refused(policy.insert, "rows 1 and 3", "First Reply", "(any)", "Keep one")
		policy = make_policy(
			targets=[first_reply(ticket_priority="Urgent"), first_reply(ticket_priority="Urgent")]
		)
		self.assert_refused(policy.insert, "rows 1 and 2", "Urgent")

	def test_a_warning_of_a_target_lies_below_100_percent(self):
		policy = make_policy(targets=[first_reply(warn_percent=100)])
		self.assert_refused(policy.insert, "Targets, row 1", "1 to 99 %")

	def test_a_disabled_calendar_is_refused(self):
		calendar = make_calendar("Closed Shop", enabled=0).insert()
		self.assert_refused(make_policy(calendar=calendar.name).insert, "Closed Shop", "is disabled")


class TestConditions(SiteTestCase):
	def test_facts_are_fields_that_hold_values_and_the_derived_ones(self):
		facts = allowed_facts()
		for fact in (
			"priority",
			"agent_group",
			"sla",
			"channel",
			"customer_tier",
			"complaint_category",
			"severity",
		):
			self.assertIn(fact, facts)
		for layout in ("subject_section", "cb00", "sla_tab", "cs_service_section"):
			self.assertNotIn(layout, facts)

	def test_the_list_of_the_form_leaves_our_own_fields_to_their_facts(self):
		names = [fact["value"] for fact in list_condition_facts()]
		self.assertIn("severity", names)
		self.assertEqual([name for name in names if name.startswith("cs_")], [])

	def test_an_unknown_fact_is_refused(self):
		policy = make_policy(
			conditions=[condition("priority", "Equals", "High"), condition("colour", "Equals", "red")]
		)
		self.assert_refused(policy.insert, "Conditions, row 2", "colour", "severity")

	def test_an_operator_gets_the_value_it_needs(self):
		for operator in (
			"Equals",
			"Not Equals",
			"In",
			"Not In",
			"Contains",
			"Greater Than",
			"At Most",
			"Under",
		):
			policy = make_policy(conditions=[condition("subject", operator, "  ")])
			self.assert_refused(policy.insert, "Conditions, row 1", operator, "needs a value")

	def test_a_value_that_holds_nothing_is_refused(self):
		for operator, value in (("In", ", ,"), ("Not In", "，"), ("Under", " / ")):
			policy = make_policy(
				conditions=[condition("severity", "Is Set"), condition("subject", operator, value)]
			)
			self.assert_refused(policy.insert, "Conditions, row 2", operator, "holds nothing")

	def test_an_operator_without_value_gets_none(self):
		for operator in ("Is Set", "Is Not Set"):
			policy = make_policy(conditions=[condition("severity", operator, "Major")])
			self.assert_refused(policy.insert, "Conditions, row 1", operator, "takes no value")
			self.assertTrue(make_policy(conditions=[condition("severity", operator)]).insert().name)

	def test_every_operator_and_metric_of_the_form_is_one_of_the_domain(self):
		from cs_center.domain.policy import Metric, Operator, Unit

		for doctype, field, values in (
			("CS Service Policy Condition", "operator", Operator),
			("CS Service Policy Target", "metric", Metric),
			("CS Service Policy Target", "unit", Unit),
			("CS Service Clock", "metric", Metric),
		):
			options = frappe.get_meta(doctype).get_field(field).options.split("\n")
			self.assertEqual(
				{option.lower().replace(" ", "_") for option in options}, {value.value for value in values}
			)


class TestOrder(SiteTestCase):
	def test_a_taken_order_is_a_warning_on_a_draft_and_refused_at_submit(self):
		submitted_policy("First", 7005)
		frappe.local.message_log = []
		draft = make_policy("Second", 7005).insert()
		self.assertIn("7005", str(frappe.local.message_log))
		self.assertIn("First", str(frappe.local.message_log))
		self.assert_refused(draft.submit, "The order 7005 is taken by First")
		self.assertEqual(frappe.db.get_value("CS Service Policy", draft.name, "docstatus"), 0)

	def test_drafts_and_disabled_policies_take_no_order(self):
		make_policy("Draft", 7006).insert()
		submitted_policy("Off", 7006, enabled=0)
		policy = submitted_policy("On", 7006)
		self.assertEqual(policy.docstatus, 1)

	def test_enabling_a_policy_again_checks_the_order(self):
		first = submitted_policy("First", 7007)
		first.enabled = 0
		first.save()
		submitted_policy("Second", 7007)
		first.reload()
		first.enabled = 1
		self.assert_refused(first.save, "The order 7007 is taken by Second")


class TestSubmittedPolicy(SiteTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.manager = create_user("policy.manager@example.com", "CS Manager", "Agent Manager", "Agent")

	def test_a_submitted_policy_cannot_change(self):
		policy = submitted_policy()
		for field, value in (("title", "Other"), ("priority_number", 7099), ("calendar", "24x7")):
			policy.reload()
			policy.set(field, value)
			with self.assertRaises(frappe.UpdateAfterSubmitError):
				policy.save()
		policy.reload()
		policy.targets[0].amount = 99
		with self.assertRaises(frappe.UpdateAfterSubmitError):
			policy.save()

	def test_it_can_be_switched_off(self):
		policy = submitted_policy()
		policy.enabled = 0
		policy.save()
		self.assertEqual(frappe.db.get_value("CS Service Policy", policy.name, "enabled"), 0)

	def test_cancelling_leaves_the_clocks_that_hold_it(self):
		policy = submitted_policy()
		clock = stored_clock(policy=policy.name)
		policy.cancel()
		self.assertEqual(policy.docstatus, 2)
		self.assertEqual(frappe.db.get_value("CS Service Clock", clock.name, "policy"), policy.name)

	def test_a_policy_that_measured_tickets_is_not_deleted(self):
		policy = submitted_policy()
		stored_clock(policy=policy.name)
		policy.cancel()
		self.assert_refused(policy.delete, policy.name, "measured by it")

	def test_a_manager_goes_through_the_whole_life_of_a_policy(self):
		frappe.set_user(self.manager)
		policy = submitted_policy()
		policy.cancel()
		self.assertEqual(policy.docstatus, 2)
