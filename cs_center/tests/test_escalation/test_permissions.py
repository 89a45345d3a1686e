"""Who sees escalations, messages, profiles, ladders and channels: lists, forms, reports, export and REST."""

from contextlib import suppress

import frappe
from frappe import client
from frappe.desk.reportview import export_query, get_count
from frappe.desk.reportview import get as report_view

from cs_center.api import administration, escalations, notifications
from cs_center.tests import factories
from cs_center.tests.test_escalation.people_case import (
	ADDRESS,
	AUDITOR,
	CHANNEL,
	CLERK,
	DELIVERY,
	ESCALATION,
	LEAD,
	MANAGER,
	POLICY,
	PROFILE,
	SEES_ALL,
	TRAINER,
	PeopleTestCase,
)


def report(doctype: str, *fields: str):
	"""What Desk's list and report ask for."""
	frappe.local.form_dict = frappe._dict(
		doctype=doctype,
		fields=frappe.as_json([f"`tab{doctype}`.`{field}`" for field in fields]),
		start=0,
		page_length=500,
	)
	found = report_view()
	return {row[0] for row in found["values"]} if found else set()


class TestEscalations(PeopleTestCase):
	def both(self) -> set[str]:
		return {self.ours.name, self.theirs.name}

	def test_an_agent_sees_those_of_the_tickets_that_helpdesk_shows(self):
		with self.as_user(self.AGENT):
			self.assertEqual(self.listed(), self.both())

	def test_a_restricted_agent_sees_the_own_teams_everywhere(self):
		self.restrict_by_team()
		theirs = frappe.get_doc(ESCALATION, self.their_row.name)
		with self.as_user(self.AGENT):
			self.assertEqual(self.listed(), {self.ours.name})
			self.assertEqual(report(ESCALATION, "reference_name") & self.both(), {self.ours.name})
			self.assertEqual(client.get(ESCALATION, self.our_row.name)["name"], self.our_row.name)
			self.assertFalse(theirs.has_permission("read"))
			self.assertFalse(client.get_value(ESCALATION, "name", self.their_row.name))
			frappe.local.form_dict = frappe._dict(
				doctype=ESCALATION, filters={"reference_name": self.theirs.name}
			)
			self.assertEqual(get_count(), 0)
			for refused in (
				lambda: client.get(ESCALATION, self.their_row.name),
				lambda: escalations.acknowledge(self.their_row.name),
				lambda: escalations.snooze(self.their_row.name, 10),
				lambda: escalations.of_ticket(self.theirs.name),
				lambda: escalations.acknowledge_ticket(self.theirs.name),
				lambda: escalations.snooze_ticket(self.theirs.name, 10),
			):
				with self.assertRaises(frappe.PermissionError):
					refused()
		self.assertEqual(factories.escalations(self.theirs)[0].state, "Open")

	def test_an_agent_does_not_export(self):
		with self.as_user(self.AGENT):
			self.assertFalse(frappe.permissions.can_export(ESCALATION))
			frappe.local.form_dict = frappe._dict(
				doctype=ESCALATION, fields='["name"]', file_format_type="CSV", title="x", cmd="x"
			)
			with self.assertRaises(frappe.PermissionError):
				export_query()

	def test_supervisors_see_every_team(self):
		frappe.db.set_single_value("HD Settings", "restrict_tickets_by_agent_group", 1)
		for user in SEES_ALL:
			with self.subTest(user), self.as_user(user):
				self.assertEqual(self.listed(), self.both())
				self.assertEqual(escalations.of_ticket(self.theirs.name)[0]["name"], self.their_row.name)

	def test_whoever_was_told_answers_though_no_agent(self):
		with self.as_user(CLERK):
			told = escalations.acknowledge(self.their_row.name, "Seen")
			self.assertEqual(told["acknowledged_by"], CLERK)
			for refused in (
				lambda: escalations.acknowledge(self.our_row.name),
				lambda: escalations.of_ticket(self.theirs.name),
				lambda: escalations.acknowledge_ticket(self.theirs.name),
			):
				with self.assertRaises(frappe.PermissionError):
					refused()

	def test_nobody_writes(self):
		for user in (*SEES_ALL, self.AGENT, CLERK, self.BUYER):
			with self.subTest(user), self.as_user(user):
				for action in (
					lambda: client.set_value(ESCALATION, self.our_row.name, "state", "Acknowledged"),
					lambda: client.delete(ESCALATION, self.our_row.name),
					lambda: client.insert({"doctype": ESCALATION, "name": "forged", "state": "Open"}),
				):
					with self.assertRaises(frappe.PermissionError):
						action()

	def test_customers_and_guests_see_nothing_of_any_of_it(self):
		(delivery,) = factories.deliveries(self.ours)
		rows = {
			ESCALATION: self.our_row.name,
			DELIVERY: delivery.name,
			PROFILE: self.AGENT,
			POLICY: self.policy.name,
			CHANNEL: self.channel.name,
		}
		for user in (self.BUYER, "Guest"):
			for doctype, name in rows.items():
				with self.subTest(user=user, doctype=doctype), self.as_user(user):
					seen = []
					with suppress(frappe.PermissionError):
						seen = frappe.get_list(doctype)
					self.assertEqual(seen, [])
					self.assertFalse(frappe.get_doc(doctype, name).has_permission("read"))
					with self.assertRaises(frappe.PermissionError):
						client.get(doctype, name)
					with self.assertRaises(frappe.PermissionError):
						client.get_list(doctype)

	def test_customers_and_guests_call_nothing(self):
		calls = {
			"acknowledge": lambda: escalations.acknowledge(self.our_row.name),
			"snooze": lambda: escalations.snooze(self.our_row.name, 10),
			"of_ticket": lambda: escalations.of_ticket(self.ours.name),
			"acknowledge_ticket": lambda: escalations.acknowledge_ticket(self.ours.name),
			"snooze_ticket": lambda: escalations.snooze_ticket(self.ours.name, 10),
		}
		for user in (self.BUYER, "Guest"):
			for name, call in calls.items():
				with self.subTest(user=user, call=name), self.as_user(user):
					self.assert_refused(call, "cannot see", error=frappe.PermissionError)
		self.assertEqual(factories.escalations(self.ours)[0].state, "Open")


class TestDeliveries(PeopleTestCase):
	def test_an_agent_sees_none_not_even_the_own(self):
		(delivery,) = factories.deliveries(self.ours)
		with self.as_user(self.AGENT):
			with self.assertRaises(frappe.PermissionError):
				frappe.get_list(DELIVERY)
			with self.assertRaises(frappe.PermissionError):
				client.get(DELIVERY, delivery.name)

	def test_supervisors_read_and_nobody_writes(self):
		(delivery,) = factories.deliveries(self.ours)
		for user in SEES_ALL:
			with self.subTest(user), self.as_user(user):
				self.assertIn(self.ours.name, self.listed(DELIVERY))
				with self.assertRaises(frappe.PermissionError):
					client.set_value(DELIVERY, delivery.name, "state", "Sent")

	def test_only_managers_resend_cancel_and_test(self):
		(delivery,) = factories.deliveries(self.ours)
		for user in (self.AGENT, LEAD, AUDITOR, TRAINER, self.BUYER, "Guest"):
			with self.subTest(user), self.as_user(user):
				for refused in (
					lambda: notifications.resend(delivery.name),
					lambda: notifications.cancel(delivery.name),
					lambda: notifications.send_test(self.channel.name),
					lambda: administration.move_open_tickets_to_escalation(self.policy.name),
				):
					self.assert_refused(refused, "CS Manager", error=frappe.PermissionError)


class TestProfilesAndPolicies(PeopleTestCase):
	def test_an_agent_sees_the_own_profile_only(self):
		factories.create_profile(self.OTHER_AGENT)
		others = frappe.get_doc(PROFILE, self.OTHER_AGENT)
		with self.as_user(self.AGENT):
			self.assertEqual(frappe.get_list(PROFILE, pluck="name"), [self.AGENT])
			self.assertEqual(report(PROFILE, "name"), {self.AGENT})
			self.assertEqual(client.get(PROFILE, self.AGENT)["name"], self.AGENT)
			self.assertFalse(others.has_permission("read"))
			for refused in (
				lambda: client.get(PROFILE, self.OTHER_AGENT),
				lambda: client.set_value(PROFILE, self.AGENT, "supervisor", self.AGENT),
				lambda: client.set_value(PROFILE, self.AGENT, "daily_cap", 1),
				lambda: client.insert({"doctype": PROFILE, "user": CLERK}),
			):
				with self.assertRaises(frappe.PermissionError):
					refused()

	def test_an_agent_does_not_read_ladders_or_channels(self):
		with self.as_user(self.AGENT):
			for doctype, name in ((POLICY, self.policy.name), (CHANNEL, self.channel.name)):
				with self.assertRaises(frappe.PermissionError):
					client.get(doctype, name)

	def test_supervisors_do_not_change_ladders(self):
		for user in (LEAD, AUDITOR):
			with self.subTest(user), self.as_user(user):
				self.assertEqual(client.get(POLICY, self.policy.name)["name"], self.policy.name)
				with self.assertRaises(frappe.PermissionError):
					client.set_value(POLICY, self.policy.name, "enabled", 0)


class TestSecrets(PeopleTestCase):
	def test_nobody_reads_them_anywhere(self):
		self.channel.reload()
		self.channel.webhook_url = ADDRESS + "2"
		self.channel.save()
		for user in (MANAGER, "Administrator"):
			with self.subTest(user), self.as_user(user):
				told = [
					client.get(CHANNEL, self.channel.name),
					client.get_list(CHANNEL, fields=["*"]),
					frappe.get_doc(CHANNEL, self.channel.name).as_dict(),
					frappe.get_all("Version", filters={"ref_doctype": CHANNEL}, fields=["data"]),
					frappe.get_all(DELIVERY, fields=["*"]),
					frappe.get_all(ESCALATION, fields=["*"]),
				]
				text = frappe.as_json(told)
				self.assertNotIn("address-secret", text)
				self.assertNotIn("signing-secret", text)

	def test_those_who_only_read_deliveries_do_not_see_the_channel(self):
		with self.as_user(AUDITOR), self.assertRaises(frappe.PermissionError):
			client.get(CHANNEL, self.channel.name)
