"""The ledger is only ever added to, and clocks are edited by nobody: through the ORM, REST and bulk tools."""

import frappe
from frappe import client

from cs_center.services.service_levels import store
from cs_center.tests.factories import CLOCK, EVENT, clocks, create_policy, create_ticket, events
from cs_center.tests.ticket_case import TicketTestCase

WORDS = ("ledger", "only ever added to")


class TestAppendOnly(TicketTestCase):
	def setUp(self):
		super().setUp()
		create_policy()
		self.ticket = create_ticket()
		self.event = f"{self.ticket.name}-1"
		self.before = events(self.ticket)

	def assert_nothing_changed(self):
		self.assertEqual(events(self.ticket), self.before)

	def refused(self, action, *words):
		self.assert_refused(action, *(words or WORDS), error=frappe.PermissionError)
		self.assert_nothing_changed()

	def test_administrator_cannot_change_an_event(self):
		event = frappe.get_doc(EVENT, self.event)
		event.kind = "Resolved"
		self.refused(event.save)

	def test_rest_cannot_change_an_event(self):
		self.refused(lambda: client.set_value(EVENT, self.event, "kind", "Resolved"))

	def test_administrator_cannot_delete_an_event(self):
		for force in (False, True):
			self.refused(lambda force=force: frappe.delete_doc(EVENT, self.event, force=force))

	def test_rest_cannot_delete_an_event(self):
		self.refused(lambda: client.delete(EVENT, self.event))

	def test_an_event_cannot_be_renamed(self):
		self.refused(lambda: frappe.rename_doc(EVENT, self.event, "elsewhere", force=True))

	def test_an_event_cannot_be_copied_over_by_the_same_name(self):
		twin = frappe.copy_doc(frappe.get_doc(EVENT, self.event))
		twin.name = self.event
		with self.assertRaises(Exception) as caught:
			twin.insert()
		self.assertIsInstance(caught.exception, frappe.DuplicateEntryError | frappe.PermissionError)
		self.assert_nothing_changed()

	def test_a_clock_is_edited_by_nobody(self):
		name = clocks(self.ticket)["First Reply", 1].name
		row = frappe.get_doc(CLOCK, name)
		row.state = "Met"
		with self.assertRaises(frappe.PermissionError):
			row.save()
		self.assertEqual(frappe.db.get_value(CLOCK, name, "state"), "Running")

	def test_a_clock_is_deleted_by_nobody(self):
		name = clocks(self.ticket)["First Reply", 1].name
		with self.assertRaises(frappe.PermissionError):
			frappe.delete_doc(CLOCK, name)
		self.assertTrue(frappe.db.exists(CLOCK, name))

	def test_only_erasing_removes_a_ledger(self):
		other = create_ticket()
		store.erase([self.ticket.name])
		self.assertEqual((events(self.ticket), clocks(self.ticket)), ([], {}))
		self.assertEqual(len(events(other)), 2)

	def test_erasing_nothing_removes_nothing(self):
		store.erase([])
		self.assert_nothing_changed()
