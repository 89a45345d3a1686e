"""Base class of the tests about what is done for a complaint: a ticket's complaint, its handler, a lead, a department."""

import frappe

from cs_center.tests import factories
from cs_center.tests.base import create_user
from cs_center.tests.test_doctypes.factories import make_complaint
from cs_center.tests.ticket_case import TicketTestCase

ACTION, FOLLOW_UP, DELIVERY = "CS Complaint Action", "CS Follow Up", "CS Notification Delivery"


class ComplaintWorkTestCase(TicketTestCase):
	"""It is Monday 10:00; the complaint is handled by AGENT, whose team it is in."""

	LEAD, DEPARTMENT = "lead@work.example", "Repair Bench"
	ENGINEER, SECOND_ENGINEER = "engineer@work.example", "second@work.example"

	@classmethod
	def create_people(cls):
		super().create_people()
		if frappe.db.exists("User", cls.SECOND_ENGINEER):
			return
		create_user(cls.LEAD, "CS Team Lead")
		create_user(cls.ENGINEER, "CS Department User")
		create_user(cls.SECOND_ENGINEER, "CS Department User")
		frappe.db.commit()  # made once for the test site, as the others

	def setUp(self):
		super().setUp()
		factories.change_settings(reminder_hours=24, failed_attempts=3, quiet_calendar=None, digest_minutes=0)
		# Actions that the site has of its own wait for another day, and nobody of its own is in the department.
		frappe.db.set_value(ACTION, {"remind_at": ["is", "set"]}, "remind_at", None)
		if not frappe.db.exists("CS Department", self.DEPARTMENT):
			frappe.get_doc({"doctype": "CS Department", "department_name": self.DEPARTMENT}).insert()
		for user in (self.ENGINEER, self.SECOND_ENGINEER):
			factories.create_profile(user, department=None)
		self.complaint = self.make_complaint()

	def make_complaint(self, **values):
		ticket = factories.create_ticket(agent_group=self.TEAM)
		return make_complaint(ticket.name, handler=self.AGENT, team=self.TEAM, **values).insert()

	def put_into(self, stage: str, complaint=None) -> None:
		"""The complaint stands in the stage, however it came there."""
		name = (complaint or self.complaint).name
		values = {"stage": stage, "stage_since": frappe.utils.now_datetime()}
		frappe.db.set_value("CS Complaint", name, values, update_modified=False)

	def ledger(self, kind: str) -> list:
		"""(value, detail) of the complaint's events of this kind."""
		rows = frappe.get_all(
			"CS Service Event",
			{"reference_doctype": "CS Complaint", "reference_name": self.complaint.name, "kind": kind},
			["value", "detail"],
			order_by="sequence asc",
		)
		return [(row.value, frappe.parse_json(row.detail)) for row in rows]

	def told(self, doc, title: str = "") -> set[tuple]:
		"""(medium, recipient) of the queued messages about the document whose title begins like this."""
		rows = frappe.get_all(
			DELIVERY,
			{"reference_name": doc.name, "title": ["like", f"{title}%"]},
			["medium", "recipient"],
		)
		return {(row.medium, row.recipient) for row in rows}

	def stored(self, doc):
		return frappe.get_doc(doc.doctype, doc.name)


def both(*users: str) -> set[tuple]:
	"""In the app and by e-mail."""
	return {(medium, user) for medium in ("In-App", "E-mail") for user in users}
