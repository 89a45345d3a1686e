"""Versions: the next one replaces the one before it at the moment it is submitted, without a gap."""

import frappe

from cs_center.cs_center.policy_versions import make_next_version
from cs_center.tests.base import SiteTestCase, create_user
from cs_center.tests.test_doctypes.factories import condition, first_reply, make_policy, submitted_policy

DOCTYPE = "CS Service Policy"


def docstatus(name: str) -> int:
	return frappe.db.get_value(DOCTYPE, name, "docstatus")


class TestNextVersion(SiteTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.agent = create_user("policy.agent@example.com", "Agent")

	def setUp(self):
		super().setUp()
		self.first = submitted_policy(
			"Versioned",
			7010,
			conditions=[condition("severity", "Is Set")],
			targets=[first_reply(2), resolution(24)],
		)

	def next_draft(self):
		return frappe.get_doc(DOCTYPE, make_next_version(DOCTYPE, self.first.name))

	def amend(self, policy, **values):
		"""What the form's Amend button sends."""
		amended = frappe.copy_doc(policy, ignore_no_copy=False)
		amended.update({"amended_from": policy.name, "docstatus": 0, **values})
		return amended.insert()

	def test_the_draft_copies_everything_and_counts_on(self):
		draft = self.next_draft()
		self.assertEqual((draft.docstatus, draft.version, draft.previous_version), (0, 2, self.first.name))
		self.assertEqual((draft.title, draft.priority_number), ("Versioned", 7010))
		self.assertEqual([row.amount for row in draft.targets], [2, 24])
		self.assertEqual([row.fact for row in draft.conditions], ["severity"])
		self.assertEqual(
			(self.first.version, self.first.family, draft.family), (1, self.first.name, self.first.name)
		)

	def test_the_first_version_stays_in_force_while_the_next_is_a_draft(self):
		self.next_draft()
		self.assertEqual(docstatus(self.first.name), 1)

	def test_submitting_the_draft_cancels_the_version_before(self):
		draft = self.next_draft()
		draft.targets[0].amount = 1
		draft.save()
		draft.submit()
		self.assertEqual((docstatus(self.first.name), docstatus(draft.name)), (2, 1))

	def test_a_draft_that_cannot_be_submitted_leaves_the_version_before(self):
		draft = self.next_draft()
		submitted_policy("Neighbour", 7011)
		draft.priority_number = 7011
		self.assert_refused(draft.submit, "The order 7011 is taken by Neighbour")
		self.assertEqual(docstatus(self.first.name), 1)

	def test_a_replaced_chain_goes_on(self):
		second = self.next_draft()
		second.submit()
		third = frappe.get_doc(DOCTYPE, make_next_version(DOCTYPE, second.name))
		third.submit()
		self.assertEqual(
			(third.version, third.previous_version, third.family), (3, second.name, self.first.name)
		)
		third.enabled = 0
		third.save()
		self.assertEqual(docstatus(second.name), 2)

	def test_asking_twice_gives_the_same_draft(self):
		self.assertEqual(
			make_next_version(DOCTYPE, self.first.name), make_next_version(DOCTYPE, self.first.name)
		)

	def test_a_draft_has_no_next_version(self):
		draft = make_policy("Never in Force", 7012).insert()
		self.assert_refused(lambda: make_next_version(DOCTYPE, draft.name), draft.name, "not in force")

	def test_cancel_and_amend_counts_on_too(self):
		self.first.cancel()
		amended = self.amend(self.first)
		self.assertEqual((amended.version, amended.previous_version), (2, self.first.name))
		self.assertEqual((amended.name, amended.family), ("Versioned v2", self.first.name))
		amended.submit()
		self.assertEqual(docstatus(amended.name), 1)

	def test_a_version_has_one_successor(self):
		second = self.next_draft()
		second.submit()
		rival = self.amend(frappe.get_doc(DOCTYPE, self.first.name), priority_number=7013)
		self.assert_refused(rival.submit, second.name, "already follows", self.first.name)

	def test_an_agent_cannot_make_a_version(self):
		frappe.set_user(self.agent)
		with self.assertRaises(frappe.PermissionError):
			make_next_version(DOCTYPE, self.first.name)


def resolution(hours: float) -> dict:
	return first_reply(hours, metric="Resolution")
