"""Who may do what with which DocType, asked of Frappe with a user of exactly one role."""

import frappe

from cs_center.tests.base import SiteTestCase, create_user
from cs_center.tests.test_doctypes.factories import make_calendar, make_event

EDITED = ("CS Channel", "CS Service Calendar")
POLICY = "CS Service Policy"
SETTINGS = "CS Center Settings"
LEDGER = ("CS Service Event", "CS Service Clock", "CS Escalation")
LADDER, PROFILE, DEPARTMENT = "CS Escalation Policy", "CS Agent Profile", "CS Department"
CHANNEL, DELIVERY = "CS Notification Channel", "CS Notification Delivery"

EDITORS = ("System Manager", "CS Manager", "Agent Manager")
EXPORTERS = ("System Manager", "CS Manager", "CS Quality Auditor")

READERS = {
	"CS Channel": ("CS Team Lead", "CS Quality Auditor", "CS Trainer", "Agent"),
	"CS Service Calendar": ("CS Team Lead", "CS Quality Auditor", "Agent"),
	POLICY: ("CS Team Lead", "CS Quality Auditor", "CS Trainer", "Agent"),
}
LEDGER_READERS = (*EDITORS, "CS Team Lead", "CS Quality Auditor", "Agent")

EDIT = ("read", "write", "create", "delete", "report", "export", "print")
VERSION = ("submit", "cancel", "amend")
ESCALATION = (LADDER, PROFILE, DEPARTMENT, CHANNEL, DELIVERY)
MANAGERS = ("System Manager", "CS Manager")


class TestPermissions(SiteTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		roles = {*EDITORS, *LEDGER_READERS, *READERS[POLICY]}
		cls.users = {
			role: create_user(f"{frappe.scrub(role)}@cs.example.com", role) for role in sorted(roles)
		}
		cls.customer = create_user("portal.customer@example.com")

	def rights(self, doctype: str, user: str, *rights: str) -> set[str]:
		return {right for right in rights if frappe.has_permission(doctype, right, user=user)}

	def test_editors_do_everything_with_channels_and_calendars(self):
		for role in EDITORS:
			for doctype in EDITED:
				self.assertEqual(self.rights(doctype, self.users[role], *EDIT), set(EDIT), (role, doctype))

	def test_editors_submit_cancel_and_amend_policies(self):
		for role in EDITORS:
			wanted = {*EDIT, *VERSION}
			self.assertEqual(self.rights(POLICY, self.users[role], *wanted), wanted, role)

	def test_readers_only_read(self):
		for doctype, roles in READERS.items():
			for role in roles:
				found = self.rights(
					doctype, self.users[role], "read", "write", "create", "delete", "export", *VERSION
				)
				self.assertEqual(found, {"read"}, (role, doctype))

	def test_a_trainer_does_not_see_calendars_or_the_ledger(self):
		for doctype in ("CS Service Calendar", *LEDGER, DELIVERY, CHANNEL, LADDER):
			self.assertEqual(self.rights(doctype, self.users["CS Trainer"], "read"), set(), doctype)

	def test_managers_do_everything_with_ladders_profiles_departments_and_channels(self):
		for role in MANAGERS:
			for doctype in (PROFILE, DEPARTMENT, CHANNEL):
				self.assertEqual(self.rights(doctype, self.users[role], *EDIT), set(EDIT), (role, doctype))
			wanted = {*EDIT, *VERSION}
			self.assertEqual(self.rights(LADDER, self.users[role], *wanted), wanted, role)

	def test_others_read_what_they_work_with(self):
		asked = ("read", "write", "create", "delete", "export", *VERSION)
		writing = {"read", "write", "create"}
		wanted = {
			LADDER: {"CS Team Lead": {"read"}, "CS Quality Auditor": {"read"}, "Agent Manager": {"read"}},
			PROFILE: {
				"CS Team Lead": writing,
				**{role: {"read"} for role in ("CS Quality Auditor", "CS Trainer", "Agent Manager", "Agent")},
			},
			DEPARTMENT: {role: {"read"} for role in self.users if role not in MANAGERS},
			CHANNEL: {},
			DELIVERY: {
				"CS Team Lead": {"read"},
				"Agent Manager": {"read"},
				"CS Quality Auditor": {"read", "export"},
			},
		}
		for doctype, roles in wanted.items():
			for role, user in self.users.items():
				if role not in MANAGERS:
					self.assertEqual(
						self.rights(doctype, user, *asked), roles.get(role, set()), (doctype, role)
					)

	def test_a_manager_reads_and_exports_deliveries_and_edits_none(self):
		for role in MANAGERS:
			found = self.rights(
				DELIVERY, self.users[role], "read", "report", "export", "write", "create", "delete"
			)
			self.assertEqual(found, {"read", "report", "export"}, role)

	def test_settings_belong_to_two_roles(self):
		for role, user in self.users.items():
			wanted = {"read", "write"} if role in ("System Manager", "CS Manager") else set()
			self.assertEqual(self.rights(SETTINGS, user, "read", "write"), wanted, role)

	def test_the_ledger_is_read_and_reported_and_changed_by_nobody(self):
		for doctype in LEDGER:
			for role in LEDGER_READERS:
				found = self.rights(doctype, self.users[role], "read", "report", "write", "create", "delete")
				self.assertEqual(found, {"read", "report"}, (role, doctype))

	def test_only_three_roles_export_the_ledger(self):
		for doctype in LEDGER:
			found = {role for role, user in self.users.items() if self.rights(doctype, user, "export")}
			self.assertEqual(found, set(EXPORTERS), doctype)

	def test_a_customer_sees_nothing(self):
		for doctype in (*EDITED, POLICY, SETTINGS, *LEDGER, *ESCALATION):
			self.assertEqual(
				self.rights(doctype, self.customer, "read", "write", "create", "export"), set(), doctype
			)

	def test_a_customer_gets_no_list(self):
		frappe.set_user(self.customer)
		for doctype in (*EDITED, POLICY, *LEDGER, *ESCALATION):
			with self.assertRaises(frappe.PermissionError):
				frappe.get_list(doctype)

	def test_an_agent_cannot_save_a_calendar(self):
		calendar = make_calendar("Agents Hands Off").insert()
		frappe.set_user(self.users["Agent"])
		calendar.description = "changed"
		with self.assertRaises(frappe.PermissionError):
			calendar.save()

	def test_a_manager_cannot_insert_an_event(self):
		frappe.set_user(self.users["CS Manager"])
		with self.assertRaises(frappe.PermissionError):
			make_event().insert()
