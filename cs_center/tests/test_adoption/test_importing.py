"""The site's SLAs become calendars and policies in force, once, and what cannot be carried over is named."""

import frappe

from cs_center.services.service_levels.importing import DEFAULT_ORDER
from cs_center.tests.factories import unique

from .old_site import POLICY, OldSiteTestCase, create_holiday_list, create_sla


class TestImporting(OldSiteTestCase):
	def imported(self, sla):
		report = self.install()
		self.assertIn(sla.name, report.imported, report.refused)
		return frappe.get_doc(POLICY, report.imported[sla.name]), report

	def rows(self, policy):
		return [(row.fact, row.operator, row.value) for row in policy.conditions]

	def test_a_condition_becomes_rows_and_the_policy_is_in_force(self):
		sla = create_sla(condition="doc.priority in ['High', 'Urgent'] and doc.customer != 'Acme'")
		policy, report = self.imported(sla)
		self.assertEqual(
			self.rows(policy), [("priority", "In", "High, Urgent"), ("customer", "Not Equals", "Acme")]
		)
		self.assertEqual((policy.docstatus, policy.enabled, report.notes[sla.name]), (1, 1, []))

	def test_a_condition_that_rows_cannot_say_holds_where_helpdesk_chose_the_sla_and_is_named(self):
		sla = create_sla(condition="doc.customer == 'A' or doc.customer == 'B'")
		policy, report = self.imported(sla)
		self.assertEqual(self.rows(policy), [("sla", "Equals", sla.name)])
		self.assertIn("alternatives with 'or'", policy.import_notes)
		self.assertEqual(report.notes[sla.name], [policy.import_notes])
		message = frappe.db.get_single_value("CS Center Settings", "adoption_message")
		self.assertIn(sla.name, message)

	def test_an_empty_text_to_look_for_does_not_refuse_the_sla(self):
		sla = create_sla()
		sla.db_set("condition", "'' in doc.subject")
		policy, _report = self.imported(sla)
		self.assertEqual([row.fact for row in policy.conditions], ["sla"])

	def test_validity_disabled_and_seconds_are_carried_over(self):
		sla = create_sla(hours=("08:30:15", "23:59:59"), end_date="2027-04-30", enabled=0)
		policy, _report = self.imported(sla)
		self.assertEqual(self.rows(policy), [("opening_date", "At Most", "2027-04-29")])
		self.assertFalse(policy.enabled)
		calendar = frappe.get_doc("CS Service Calendar", policy.calendar)
		self.assertEqual(
			{(row.start_time, row.end_time) for row in calendar.windows}, {("08:30:15", "23:59:59")}
		)

	def test_a_holiday_that_is_listed_twice_is_closed_once(self):
		sla = create_sla()
		holidays = frappe.get_doc("HD Service Holiday List", create_holiday_list("2027-03-04"))
		row = holidays.holidays[0].as_dict()
		frappe.get_doc({**row, "name": None, "idx": 2}).db_insert()
		sla.db_set("holiday_list", holidays.name)
		policy, _report = self.imported(sla)
		closed = frappe.get_doc("CS Service Calendar", policy.calendar).exceptions
		self.assertEqual([(str(one.exception_date), one.closed) for one in closed], [("2027-03-04", 1)])

	def test_importing_twice_adds_nothing(self):
		sla = create_sla()
		policy, _report = self.imported(sla)
		counts = [frappe.db.count(name) for name in (POLICY, "CS Service Calendar")]
		again = self.install()
		self.assertEqual((again.imported, again.present[sla.name], again.edited), ({}, policy.name, {}))
		self.assertEqual([frappe.db.count(name) for name in (POLICY, "CS Service Calendar")], counts)

	def test_a_refused_sla_is_named_with_what_to_do_and_the_others_are_imported(self):
		bad, good = create_sla(days=()), create_sla()
		_policy, report = self.imported(good)
		self.assertIn("Add work days to it", report.refused[bad.name])
		message = frappe.db.get_single_value("CS Center Settings", "adoption_message")
		self.assertIn(bad.name, message)

	def test_a_very_long_name_is_cut(self):
		sla = create_sla(name=unique("Service " * 14)[:140])
		policy, _report = self.imported(sla)
		self.assertEqual(policy.imported_from, sla.name)

	def test_an_sla_that_was_edited_after_its_import_is_told(self):
		sla = create_sla()
		policy, _report = self.imported(sla)
		sla.reload()
		sla.priorities[0].response_time += 60
		sla.save()
		self.assertEqual(self.install().edited, {sla.name: policy.name})

	def test_an_sla_that_was_renamed_is_still_known(self):
		sla = create_sla()
		policy, _report = self.imported(sla)
		renamed = frappe.rename_doc(sla.doctype, sla.name, unique("Renamed"), force=True, show_alert=False)
		self.assertEqual(self.install().present[renamed], policy.name)

	def test_other_hours_are_never_taken_from_a_calendar_of_the_same_name(self):
		sla = create_sla()
		policy, _report = self.imported(sla)
		policy.cancel()
		frappe.db.set_value("HD Service Day", {"parent": sla.name}, "end_time", "12:00:00")
		frappe.clear_document_cache(sla.doctype, sla.name)
		again, _report = self.imported(sla)
		self.assertNotEqual(again.calendar, policy.calendar)

	def test_the_default_sla_stays_behind_those_that_are_imported_later(self):
		self.install()
		policy, _report = self.imported(create_sla())
		self.assertLess(policy.priority_number, DEFAULT_ORDER)
		default = frappe.db.get_value("HD Service Level Agreement", {"default_sla": 1})
		order = frappe.db.get_value(POLICY, {"imported_from": default, "docstatus": 1}, "priority_number")
		self.assertGreater(order, policy.priority_number)
