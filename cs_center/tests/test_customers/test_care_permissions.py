"""Who sees and changes which follow-up: care is its assignee's, its team's and the customer care's."""

from __future__ import annotations

import frappe
from frappe import client

from cs_center.tests import factories
from cs_center.tests.test_customers import permission_case as case
from cs_center.tests.test_customers.permission_case import (
	AGENT,
	AUDITOR,
	CARE,
	COLLEAGUE,
	EVERYBODY,
	FOLLOW_UP,
	HEAD,
	LEAD,
	MANAGER,
	SYSTEM,
	TRAINER,
	PermissionTestCase,
)

CARE_TEAM = "Care Team of Permissions"


class TestCare(PermissionTestCase):
	"""A call-back without its complaint is nobody's but those across teams."""

	@classmethod
	def create_people(cls):
		super().create_people()
		factories.create_team(CARE_TEAM, COLLEAGUE)
		frappe.db.commit()  # as the people: where time stands still Helpdesk cannot save a new team

	def setUp(self):
		super().setUp()
		self.care = self.follow_up(kind="Care")
		self.visit = self.follow_up(kind="Visit", assigned_to=AGENT)
		self.of_team = self.follow_up(kind="Care", team=CARE_TEAM)
		self.call_back = self.follow_up(kind="Complaint Call-Back")
		self.all = {self.care, self.visit, self.of_team, self.call_back}
		self.sees = {
			**{user: set() for user in EVERYBODY},
			**{user: self.all for user in (SYSTEM, MANAGER, LEAD, HEAD, AUDITOR)},
			AGENT: {self.visit},
			COLLEAGUE: {self.of_team},
			CARE: self.all - {self.call_back},
		}

	def follow_up(self, **values) -> str:
		fixed = {"due_at": "2027-03-05 10:00", "state": "Open", "medium": "Phone", "customer": self.customer}
		return self.write_row(FOLLOW_UP, name=factories.unique("CFU"), **fixed, **values)

	def test_who_sees_which(self):
		for way in case.READING_WAYS:
			for user, wanted in self.sees.items():
				found = {name for name in self.all if self.works(user, way, FOLLOW_UP, name)}
				with self.subTest(way=way.__name__, user=user):
					self.assertEqual(found, wanted)

	def test_who_changes_which(self):
		for user, wanted in self.sees.items():
			wanted = set() if user == AUDITOR else wanted
			for name in self.all - {self.call_back}:
				frappe.db.set_value(FOLLOW_UP, name, "purpose", None)
				self.works(user, client.set_value, FOLLOW_UP, name, "purpose", "Changed")
				with self.subTest(user=user, name=name):
					changed = frappe.db.get_value(FOLLOW_UP, name, "purpose") == "Changed"
					self.assertEqual(changed, name in wanted)

	def test_attempts_follow_their_follow_up(self):
		for parent in self.all:
			self.write_row(
				"CS Follow Up Attempt",
				parent=parent,
				parenttype=FOLLOW_UP,
				parentfield="attempts",
				attempted_at="2027-03-01 09:00",
				outcome="Busy",
			)
		for user, wanted in self.sees.items():
			with self.subTest(user):
				found = {parent for parent in self.all if self.works(user, self.has_attempt, parent)}
				self.assertEqual(found, wanted)

	def has_attempt(self, parent: str) -> bool:
		rows = client.get_list(
			"CS Follow Up Attempt",
			parent=FOLLOW_UP,
			filters={"parent": parent},
			fields=["parent"],
			limit_page_length=0,
		)
		return bool(rows)

	def test_the_customer_care_makes_care_and_no_call_backs(self):
		due = {"doctype": FOLLOW_UP, "due_at": "2027-03-05 10:00", "customer": self.customer}
		self.assertTrue(self.works(CARE, client.insert, {**due, "kind": "Care"}))
		self.assertFalse(self.works(TRAINER, client.insert, {**due, "kind": "Care"}))
