"""Policies apply to tickets or to complaints: what each may measure, watch, ask and do, and whom it governs."""

import frappe

from cs_center.api import administration
from cs_center.cs_center.doctype.cs_service_policy.condition_facts import allowed_facts, list_condition_facts
from cs_center.cs_center.policy_subjects import COMPLAINT_METRICS, REGULATORY, TICKET_METRICS
from cs_center.cs_center.policy_versions import make_next_version
from cs_center.cs_center.report.cs_policy_preview.cs_policy_preview import read_policies
from cs_center.domain.policy import Metric
from cs_center.patches.v1_0 import say_what_policies_apply_to
from cs_center.services.escalation.policies import active_escalation_policies
from cs_center.services.service_levels.definitions import active_policies, label
from cs_center.services.service_levels.memory import forget_definitions
from cs_center.setup.seeds import insert_seeds
from cs_center.tests import factories as tickets
from cs_center.tests.base import SiteTestCase
from cs_center.tests.test_doctypes.factories import (
	condition,
	first_reply,
	make_escalation_policy,
	make_policy,
	step,
	submitted_policy,
)
from cs_center.tests.ticket_case import TicketTestCase

FOR_COMPLAINTS = {"applies_to": "Complaint"}


def acknowledged(amount: float = 1, unit: str = "Calendar Hours", **values) -> dict:
	return first_reply(amount, unit, metric="Complaint Acknowledgement", **values)


def complaint_policy(title: str = "Stages", order: int = 7001, **values):
	"""An unsaved service policy for complaints with one target."""
	return make_policy(title, order, **{**FOR_COMPLAINTS, "targets": [acknowledged()], **values})


def complaint_ladder(*steps: dict, **values):
	"""An unsaved escalation policy for complaints."""
	return make_escalation_policy(**{**FOR_COMPLAINTS, "steps": list(steps), **values})


def submitted(policy):
	policy.insert()
	policy.reload()  # where time stands still the inserted document and its row write one time differently
	policy.submit()
	return policy


class TestMetrics(SiteTestCase):
	def test_every_metric_is_one_of_tickets_of_complaints_or_of_regulators(self):
		known = [label(metric.value) for metric in Metric]
		self.assertEqual(known, [*TICKET_METRICS, *COMPLAINT_METRICS, REGULATORY])

	def test_a_complaint_policy_measures_complaints(self):
		rows = [first_reply(1, metric=metric) for metric in COMPLAINT_METRICS]
		self.assertEqual(len(complaint_policy(targets=rows).insert().targets), 5)
		for metric in TICKET_METRICS:
			policy = complaint_policy(targets=[acknowledged(), first_reply(metric=metric)])
			self.assert_refused(policy.insert, "Targets, row 2", metric, "is for complaints", "Major Report")

	def test_a_ticket_policy_measures_tickets(self):
		for metric in COMPLAINT_METRICS:
			policy = make_policy(targets=[first_reply(metric=metric)])
			self.assert_refused(policy.insert, "Targets, row 1", metric, "is for tickets", "First Reply")

	def test_no_policy_promises_what_regulators_ask_for(self):
		for make in (make_policy, complaint_policy):
			policy = make(targets=[first_reply(metric=REGULATORY)])
			self.assert_refused(policy.insert, "Targets, row 1", "regulator packs", "Remove the row")

	def test_steps_watch_what_the_ladder_is_for(self):
		for metric in (*COMPLAINT_METRICS, REGULATORY):
			self.assertTrue(complaint_ladder(step(metric=metric)).insert().name)
			self.assert_refused(
				make_escalation_policy(steps=[step(metric=metric)]).insert,
				"Steps, row 1",
				metric,
				"is for tickets",
			)
		for metric in TICKET_METRICS:
			self.assert_refused(
				complaint_ladder(step(metric=metric)).insert, "Steps, row 1", metric, "is for complaints"
			)


class TestSteps(SiteTestCase):
	def test_triggers_that_watch_tickets_are_refused(self):
		for bad in (
			step(1, "Contacts in a Window", count=2, amount=24, unit="Calendar Hours"),
			step(1, "Low Satisfaction", rating="2"),
		):
			self.assert_refused(
				complaint_ladder(bad).insert, "Steps, row 1", bad["trigger"], "watches tickets"
			)

	def test_actions_on_tickets_are_refused(self):
		for values, name in (
			({"raise_priority_to": "High"}, "Raise Priority to"),
			({"complaint_severity": "Major"}, "Open a Complaint of Severity"),
			({"raise_incident": 1}, "Raise an incident"),
		):
			bad = step(1, "Severity Reached", severity="Major", **values)
			self.assert_refused(complaint_ladder(bad).insert, "Steps, row 1", name, "Clear it")
			self.assertTrue(make_escalation_policy(steps=[bad]).insert().name)

	def test_the_others_can_be_used(self):
		ladder = complaint_ladder(
			step(1, "Severity Reached", severity="Important", assign_to_told=1),
			step(2, "Reopened", count=1),
			step(0, "Time Before Deadline", metric="Complaint Solution", amount=1, unit="Business Hours"),
			step(1, metric="Complaint Solution"),
			step(2, "No Acknowledgement", metric="Complaint Solution", amount=1, unit="Business Hours"),
			step(2, metric=REGULATORY, percent=90),
		)
		self.assertEqual(len(ladder.insert().steps), 6)


class TestConditions(SiteTestCase):
	def test_facts_are_those_of_the_kind(self):
		facts = allowed_facts("Complaint")
		for name in (
			"channel",
			"customer_tier",
			"complaint_category",
			"severity",
			"handler",
			"is_legal",
			"stage",
		):
			self.assertIn(name, facts)
		for name in ("agent_group", "status", "policy", "next_deadline", "stage_note", "root_causes"):
			self.assertNotIn(name, facts)
		self.assertNotIn("handler", allowed_facts())

	def test_the_list_of_the_form_follows_the_kind(self):
		names = {fact["value"] for fact in list_condition_facts("Complaint")}
		self.assertIn("is_safety", names)
		self.assertNotIn("is_safety", {fact["value"] for fact in list_condition_facts()})

	def test_a_fact_of_the_other_kind_is_refused(self):
		rows = [condition("severity", "Is Set"), condition("agent_group", "Is Set")]
		for policy in (
			complaint_policy(conditions=rows),
			complaint_ladder(step(metric=REGULATORY), conditions=rows),
		):
			self.assert_refused(policy.insert, "Conditions, row 2", "agent_group", "field of the complaint")
		rows = [condition("is_safety", "Equals", "1")]
		self.assertTrue(complaint_policy(conditions=rows).insert().name)
		self.assert_refused(make_policy(conditions=rows).insert, "is_safety", "not a field of the ticket")


class TestVersionsAndOrder(SiteTestCase):
	def test_a_policy_is_for_tickets_unless_it_says_otherwise(self):
		self.assertEqual(make_policy().insert().applies_to, "Ticket")

	def test_the_order_is_one_for_both_kinds(self):
		submitted_policy("Tickets", 7021)
		policy = complaint_policy("Stages", 7021).insert()
		self.assert_refused(policy.submit, "The order 7021 is taken by Tickets")

	def test_the_next_version_is_for_the_same(self):
		policy = submitted_policy("Tickets", 7022)
		draft = frappe.get_doc("CS Service Policy", make_next_version("CS Service Policy", policy.name))
		draft.update({**FOR_COMPLAINTS, "targets": [acknowledged()]})
		self.assert_refused(draft.save, policy.name, "Choose Ticket again", "write a new policy")

	def test_the_next_version_of_one_for_complaints_stays_one(self):
		policy = complaint_policy("Stages", 7023).insert()
		policy.submit()
		draft = frappe.get_doc("CS Service Policy", make_next_version("CS Service Policy", policy.name))
		self.assertEqual(draft.applies_to, "Complaint")

	def test_the_patch_says_it_of_older_policies(self):
		old, new = make_policy().insert(), complaint_policy("Stages", 7024).insert()
		ladder = make_escalation_policy().insert()
		for doc in (old, ladder):
			frappe.db.set_value(doc.doctype, doc.name, "applies_to", None, update_modified=False)
		say_what_policies_apply_to.execute()
		self.assertEqual(
			[frappe.db.get_value(doc.doctype, doc.name, "applies_to") for doc in (old, ladder, new)],
			["Ticket", "Ticket", "Complaint"],
		)


class TestWhomTheyGovern(TicketTestCase):
	def setUp(self):
		super().setUp()
		self.stages = submitted(complaint_policy(order=1))
		self.path = submitted(complaint_ladder(step(1, "Severity Reached", severity="Major"), order=1))
		self.replies = tickets.create_policy(order=2)
		self.ladder = tickets.create_escalation_policy([tickets.step(1)], order=2)
		forget_definitions()

	def names(self, policies) -> list[str]:
		mine = [doc.name for doc in (self.stages, self.path, self.replies, self.ladder)]
		return [policy.name for policy in policies if policy.name in mine]

	def test_each_kind_is_listed_by_itself(self):
		self.assertEqual(self.names(active_policies()), [self.replies.name])
		self.assertEqual(self.names(active_policies("Complaint")), [self.stages.name])
		self.assertEqual(self.names(active_escalation_policies()), [self.ladder.name])
		self.assertEqual(self.names(active_escalation_policies("Complaint")), [self.path.name])

	def test_a_policy_that_says_nothing_is_for_tickets(self):
		for doc in (self.replies, self.ladder):
			frappe.db.set_value(doc.doctype, doc.name, "applies_to", None, update_modified=False)
		forget_definitions()
		self.assertEqual(self.names(active_policies()), [self.replies.name])
		self.assertEqual(self.names(active_escalation_policies()), [self.ladder.name])
		self.assertEqual(self.names(active_policies("Complaint")), [self.stages.name])

	def test_a_ticket_is_given_one_for_tickets(self):
		ticket = tickets.create_ticket(cs_severity="Major")
		self.assertEqual(ticket.cs_policy, self.replies.name)
		values = {event.kind: event.value for event in tickets.events(ticket)}
		self.assertEqual(values["Escalation Policy Changed"], self.ladder.name)

	def test_tickets_are_not_moved_to_one_for_complaints(self):
		for move, policy in (
			(administration.move_open_tickets, self.stages),
			(administration.move_open_tickets_to_escalation, self.path),
		):
			self.assert_refused(lambda m=move, p=policy: m(p.name), policy.name, "applies to complaints")

	def test_it_is_not_previewed_on_tickets(self):
		self.assert_refused(lambda: read_policies([self.stages.name]), self.stages.name, "Take it out")


class TestShippedPolicies(SiteTestCase):
	def setUp(self):
		super().setUp()
		insert_seeds()

	def shipped(self, doctype: str, title: str):
		return frappe.get_doc(doctype, {"title": title})

	def test_the_stages_are_those_of_the_specification(self):
		policy = self.shipped("CS Service Policy", "Complaint Stages")
		self.assertEqual((policy.applies_to, policy.docstatus), ("Complaint", 0))
		self.assertEqual(
			{row.metric: (row.amount, row.unit) for row in policy.targets},
			{
				"Complaint Acknowledgement": (1, "Calendar Hours"),
				"Complaint Solution": (24, "Calendar Hours"),
				"Complaint Call Back": (48, "Calendar Hours"),
				"Major Report": (4, "Business Hours"),
			},
		)

	def test_a_major_complaint_is_told_urgently(self):
		ladder = self.shipped("CS Escalation Policy", "Complaint Path")
		self.assertEqual((ladder.applies_to, ladder.docstatus), ("Complaint", 0))
		told = [(row.severity, row.role, row.urgent, row.email) for row in ladder.steps if row.severity]
		self.assertEqual(told, [("Important", "CS Manager", 0, 1), ("Major", "CS Manager", 1, 1)])
		regulator = [(row.percent, row.tell) for row in ladder.steps if row.metric == REGULATORY]
		self.assertEqual(regulator, [(75, "Team Lead"), (90, "Role")])

	def test_both_can_be_submitted(self):
		for doctype, title in (
			("CS Service Policy", "Complaint Stages"),
			("CS Escalation Policy", "Complaint Path"),
		):
			policy = self.shipped(doctype, title)
			policy.submit()
			self.assertEqual(policy.docstatus, 1)
