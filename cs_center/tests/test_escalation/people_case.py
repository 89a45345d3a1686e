"""Everybody who may or may not see escalations, and two tickets of two teams with an escalation each."""

import frappe

from cs_center.tests import factories
from cs_center.tests.base import create_user
from cs_center.tests.factories import step
from cs_center.tests.test_escalation.escalation_case import EscalationTestCase

AUDITOR, LEAD, MANAGER, TRAINER, CLERK = (
	f"{name}@ladder.example" for name in ("auditor", "lead", "manager", "trainer", "clerk")
)
SEES_ALL = (AUDITOR, LEAD, MANAGER)
ESCALATION, DELIVERY, PROFILE = "CS Escalation", "CS Notification Delivery", "CS Agent Profile"
POLICY, CHANNEL = "CS Escalation Policy", "CS Notification Channel"
ADDRESS, SECRET = "https://93.184.215.14/hook?key=address-secret", "signing-secret"


class PeopleTestCase(EscalationTestCase):
	"""``ours`` is the agent's team's, ``theirs`` the other team's; the clerk, who is no agent, is told of ``theirs``."""

	@classmethod
	def create_people(cls):
		super().create_people()
		if not frappe.db.exists("User", CLERK):
			create_user(AUDITOR, "CS Quality Auditor")
			create_user(LEAD, "CS Team Lead")
			create_user(MANAGER, "CS Manager")
			create_user(TRAINER, "CS Trainer")
			create_user(CLERK, "Report Manager")
			frappe.db.commit()  # once for the test site

	def setUp(self):
		super().setUp()
		self.channel = frappe.get_doc(
			{
				"doctype": CHANNEL,
				"channel_name": factories.unique("Group"),
				"kind": "Generic JSON",
				"enabled": 1,
				"webhook_url": ADDRESS,
				"secret": SECRET,
			}
		).insert()
		mine = step(1, percent=50)
		clerks = step(1, percent=50, tell="Role", role="Report Manager", channel=self.channel.name)
		other = factories.condition("agent_group", "Equals", self.OTHER_TEAM)
		self.policy = self.ladder(clerks, conditions=[other])
		self.ladder(mine)
		self.ours = self.ticket(raised_by=self.BUYER)
		self.theirs = factories.create_ticket(agent_group=self.OTHER_TEAM, raised_by=self.BUYER)
		self.pass_at("14:00")
		(self.our_row,) = factories.escalations(self.ours)
		(self.their_row,) = factories.escalations(self.theirs)

	def restrict_by_team(self):
		frappe.db.set_single_value("HD Settings", "restrict_tickets_by_agent_group", 1)
		with self.as_user(self.AGENT):
			if self.theirs.name in frappe.get_list("HD Ticket", pluck="name", limit_page_length=0):
				self.skipTest("this Helpdesk does not restrict tickets by team")

	def listed(self, doctype: str = ESCALATION, field: str = "reference_name") -> set[str]:
		rows = frappe.get_list(doctype, fields=[field], limit_page_length=0)
		return {row[field] for row in rows} & {self.ours.name, self.theirs.name}
