"""In-app messages reach an agent where the agent works: under the bell of the helpdesk's own screen."""

import frappe

from cs_center.services.notifications import sending
from cs_center.tests.factories import step
from cs_center.tests.test_escalation.escalation_case import EscalationTestCase


class TestTheAgentsBell(EscalationTestCase):
	def bell_of(self, user: str) -> list:
		return frappe.get_all(
			"HD Notification",
			filters={"user_to": user, "notification_type": "Reaction"},
			fields=["reference_ticket", "message"],
		)

	def test_an_agent_finds_the_escalation_under_the_bell(self):
		self.ladder(step(1, percent=50))
		ticket = self.ticket()
		self.pass_at("14:00")
		sending.run("In-App")
		(entry,) = [row for row in self.bell_of(self.AGENT) if row.reference_ticket == ticket.name]
		self.assertIn("The parcel is late", entry.message)

	def test_somebody_who_is_no_agent_has_no_such_bell(self):
		manager = "service.manager@service.example"
		if not frappe.db.exists("User", manager):
			values = {"email": manager, "first_name": "Manager", "send_welcome_email": 0}
			frappe.get_doc({"doctype": "User", **values, "roles": [{"role": "CS Manager"}]}).insert()
		self.ladder(step(1, percent=50, tell="User", user=manager))
		self.ticket()
		self.pass_at("14:00")
		sending.run("In-App")
		self.assertEqual(self.bell_of(manager), [])
		self.assertTrue(frappe.db.exists("Notification Log", {"for_user": manager}))
