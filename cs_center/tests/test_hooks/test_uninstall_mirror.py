"""What an uninstall takes away, within a transaction. The whole cycle is run on a throw-away site, see docs."""

import frappe

from cs_center.setup import uninstall
from cs_center.setup.custom_fields import TICKET_FIELDS
from cs_center.tests.base import SiteTestCase

MODULE = "CS Center"


class TestUninstallMirror(SiteTestCase):
	def tearDown(self):
		super().tearDown()
		frappe.clear_cache()

	def test_before_uninstall_leaves_no_row_of_ours_outside_our_tables(self):
		doctypes = frappe.get_all("DocType", {"module": MODULE}, pluck="name")
		uninstall.before_uninstall()
		fields = [field["fieldname"] for field in TICKET_FIELDS]
		for doctype, filters in (
			("Custom Field", {"dt": "HD Ticket", "fieldname": ["in", fields]}),
			("Property Setter", {"doc_type": "HD Ticket", "field_name": ["in", fields]}),
			("HD Ticket Template Field", {"fieldname": ["like", "cs\\_%"]}),
			("HD Form Script", {"name": ["like", "CS Center%"]}),
			("Scheduled Job Type", {"method": ["like", "cs_center.%"]}),
			("Role", {"name": ["like", "CS %"]}),
			("Has Role", {"role": ["like", "CS %"]}),
			("DefaultValue", {"defkey": ["like", "cs_center%"]}),
			("Version", {"ref_doctype": ["in", doctypes]}),
		):
			with self.subTest(doctype):
				self.assertEqual(frappe.get_all(doctype, filters=filters, pluck="name"), [])
		self.assertEqual(
			frappe.db.sql("select field from tabSingles where doctype in %s", [doctypes or [""]]), ()
		)

	def test_a_ticket_saves_while_the_fields_are_gone_and_the_app_is_still_there(self):
		"""Between the two steps of an uninstall the handlers still run."""
		frappe.db.set_single_value("CS Center Settings", "enabled", 0)
		frappe.clear_document_cache("CS Center Settings", "CS Center Settings")
		ticket = frappe.get_doc(
			{"doctype": "HD Ticket", "subject": "Late", "raised_by": "a@shop.example", "priority": "Medium"}
		).insert()
		self.assertTrue(frappe.db.exists("HD Ticket", ticket.name))
