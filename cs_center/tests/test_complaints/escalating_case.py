"""Base class of the tests of complaints' escalation: a solution is owed, a ladder can be put over it, the minutes pass."""

from __future__ import annotations

import frappe

from cs_center.tests import factories
from cs_center.tests.test_complaints.complaint_case import COMPLAINT
from cs_center.tests.test_complaints.regulator_case import RegulatorCase

SOLUTION, REPORT = "Complaint Solution", "Regulatory Deadline"
DELIVERY = "CS Notification Delivery"


class EscalatingCase(RegulatorCase):
	"""A solution is owed in 24 hours, from Monday 10:00 on."""

	def setUp(self):
		super().setUp()
		factories.change_settings(run_escalations=1, quiet_calendar=None, digest_minutes=0)
		frappe.db.delete("Error Log")  # a rollback does not reach it
		self.policy = self.submit_policy()

	def ladder(self, *steps: dict, **values):
		return factories.create_escalation_policy(steps, applies_to="Complaint", **values)

	def complaint(self, **values):
		return self.register(self.simple, handler=self.AGENT, **values)

	def pass_at(self, time: str) -> None:
		self.travel(time)
		self.pass_complaints()
		self.assertFalse(factories.error_log("was not evaluated"))

	def raised(self, complaint) -> list[tuple]:
		return [(row.metric, row.cycle, row.level, row.state) for row in factories.escalations(complaint)]

	def told(self, complaint, **filters) -> set[tuple]:
		found = {"reference_doctype": COMPLAINT, "reference_name": complaint.name, "escalation": ["!=", ""]}
		rows = frappe.get_all(DELIVERY, {**found, **filters}, ["medium", "recipient"])
		return {(row.medium, row.recipient) for row in rows}
