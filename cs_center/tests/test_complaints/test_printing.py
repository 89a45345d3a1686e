"""The printed record of a complaint: complete, and nothing that somebody wrote becomes part of the page."""

import frappe

from cs_center.tests.test_complaints.complaint_case import ComplaintTestCase

HOSTILE = '<img src=x onerror="alert(1)">'
ESCAPED = "&lt;img src=x onerror="


class TestPrintedRecord(ComplaintTestCase):
	def printed(self, complaint) -> str:
		return frappe.get_print("CS Complaint", complaint.name, "CS Complaint Record", no_letterhead=True)

	def test_it_has_the_whole_way_with_actions_and_history(self):
		complaint = self.register(self.create_category(), remedy_sought="A new kettle")
		self.create_action(complaint, instruction="Look for the parcel")
		self.move(complaint, "Acknowledged")
		html = self.printed(complaint)
		for told in (
			complaint.name,
			"A new kettle",
			"Look for the parcel",
			"Acknowledged",
			"Complaint received by",
		):
			self.assertIn(told, html)

	def test_what_customers_and_departments_wrote_is_text_and_nothing_else(self):
		complaint = self.register(self.create_category())
		action = self.create_action(complaint)
		fields = (
			"subject",
			"description",
			"remedy_sought",
			"findings",
			"solution",
			"refusal_reason",
			"recourse_body",
		)
		frappe.db.set_value("CS Complaint", complaint.name, dict.fromkeys(fields, HOSTILE))
		frappe.db.set_value(
			action.doctype, action.name, {"instruction": HOSTILE, "result": HOSTILE, "partner": HOSTILE}
		)
		frappe.db.set_value("CS Complaint Stage Change", {"parent": complaint.name}, "note", HOSTILE)
		frappe.clear_document_cache("CS Complaint", complaint.name)
		html = self.printed(complaint)
		self.assertNotIn("<img", html)
		self.assertGreaterEqual(html.count(ESCAPED), len(fields) + 4)
