"""The ledger is added to and never changed, whoever asks; clocks and events are made by nobody's hand."""

import frappe

from cs_center.tests.base import SiteTestCase
from cs_center.tests.test_doctypes.factories import make_clock, make_event, stored_clock


class TestServiceEvent(SiteTestCase):
	def setUp(self):
		super().setUp()
		self.event = make_event().insert(ignore_permissions=True)

	def test_the_administrator_cannot_change_an_event(self):
		self.event.happened_at = "2026-03-02 09:00:00"
		self.assert_refused(self.event.save, "TEST-1-1", "only ever added to", error=frappe.PermissionError)
		self.event.reload()
		self.assertEqual(str(self.event.happened_at), "2026-03-02 10:00:00")

	def test_ignoring_permissions_does_not_help(self):
		self.event.kind = "Resolved"
		self.assert_refused(
			lambda: self.event.save(ignore_permissions=True),
			"only ever added to",
			error=frappe.PermissionError,
		)

	def test_the_administrator_cannot_delete_an_event(self):
		self.assert_refused(
			lambda: frappe.delete_doc(
				"CS Service Event", self.event.name, force=True, ignore_permissions=True
			),
			"only ever added to",
			error=frappe.PermissionError,
		)
		self.assertTrue(frappe.db.exists("CS Service Event", self.event.name))

	def test_an_event_is_not_renamed(self):
		self.assert_refused(
			lambda: frappe.rename_doc("CS Service Event", self.event.name, "TEST-1-9", force=True),
			"only ever added to",
			error=frappe.PermissionError,
		)

	def test_erasing_personal_data_may_delete(self):
		self.event.flags.cs_erasure = True
		self.event.delete(ignore_permissions=True)
		self.assertFalse(frappe.db.exists("CS Service Event", self.event.name))

	def test_one_sequence_number_is_one_row(self):
		with self.assertRaises(frappe.DuplicateEntryError):
			make_event().insert(ignore_permissions=True)


class TestServiceClock(SiteTestCase):
	def test_nobody_writes_a_clock_by_hand(self):
		self.assert_refused(
			lambda: make_clock().insert(ignore_permissions=True),
			"computed from the ledger",
			error=frappe.PermissionError,
		)
		clock = stored_clock()
		clock = frappe.get_doc(clock.doctype, clock.name)
		clock.state = "Met"
		self.assert_refused(clock.save, clock.name, "Correct the ticket itself", error=frappe.PermissionError)
		self.assertEqual(frappe.db.get_value(clock.doctype, clock.name, "state"), "Running")

	def test_the_administrator_cannot_delete_or_rename_a_clock(self):
		clock = stored_clock()
		for action in (
			lambda: frappe.delete_doc(clock.doctype, clock.name, force=True),
			lambda: frappe.rename_doc(clock.doctype, clock.name, "other", force=True),
		):
			self.assert_refused(action, "computed from the ledger", error=frappe.PermissionError)
		self.assertTrue(frappe.db.exists(clock.doctype, clock.name))


class TestIndexes(SiteTestCase):
	def test_the_queries_of_a_pass_have_their_indexes(self):
		for doctype, columns in (
			("CS Service Event", ["reference_doctype", "reference_name", "sequence"]),
			("CS Service Clock", ["reference_doctype", "reference_name"]),
			("CS Service Clock", ["metric", "state", "due_at"]),
		):
			self.assertTrue(frappe.db.has_index(f"tab{doctype}", frappe.db.get_index_name(columns)), columns)
		self.assertTrue(frappe.db.get_column_index("tabCS Service Clock", "next_event_at"))
