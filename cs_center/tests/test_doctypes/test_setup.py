"""What install puts on the site, uninstall takes away: the same lists serve both."""

import frappe

from cs_center.setup import custom_fields, form_script, roles, ticket_template
from cs_center.setup.custom_fields import TICKET, TICKET_FIELDS
from cs_center.setup.install_record import (
	CREATED_ROLES,
	INSERTED_SEEDS,
	add_to_record,
	forget_records,
	read_record,
)
from cs_center.setup.uninstall import DETACHED, LEFTOVERS, WITH_ROWS, remove_leftovers
from cs_center.tests.base import SiteTestCase

FIELDNAMES = [field["fieldname"] for field in TICKET_FIELDS]
COMPUTED = (
	"cs_policy",
	"cs_next_deadline",
	"cs_service_state",
	"cs_evaluation_pending",
	"cs_open_complaints",
	"cs_suggested_category",
	"cs_suggestion_confidence",
	"cs_suggestion_words",
)


class TestCustomFields(SiteTestCase):
	def tearDown(self):
		super().tearDown()
		frappe.clear_cache(doctype=TICKET)

	def fields(self) -> dict:
		rows = frappe.get_all(
			"Custom Field", {"dt": TICKET, "fieldname": ["in", FIELDNAMES]}, ["fieldname", "module"]
		)
		return {row.fieldname: row.module for row in rows}

	def test_every_field_is_there_and_belongs_to_the_module(self):
		self.assertEqual(self.fields(), dict.fromkeys(FIELDNAMES, "CS Center"))

	def test_names_have_our_prefix_and_computed_fields_are_neither_typed_nor_copied(self):
		for field in TICKET_FIELDS:
			self.assertTrue(field["fieldname"].startswith("cs_"))
		for field in TICKET_FIELDS:
			if field["fieldname"] in COMPUTED:
				self.assertEqual((field["read_only"], field["no_copy"]), (1, 1), field["fieldname"])

	def test_pending_tickets_are_found_by_an_index(self):
		self.assertTrue(frappe.db.get_column_index(f"tab{TICKET}", "cs_evaluation_pending"))

	def test_removing_leaves_neither_fields_nor_their_property_setters(self):
		frappe.get_doc(
			{
				"doctype": "Property Setter",
				"doctype_or_field": "DocField",
				"doc_type": TICKET,
				"field_name": "cs_channel",
				"property": "hidden",
				"property_type": "Check",
				"value": "1",
			}
		).insert()
		custom_fields.remove_fields()
		self.assertEqual(self.fields(), {})
		self.assertFalse(
			frappe.db.exists("Property Setter", {"doc_type": TICKET, "field_name": "cs_channel"})
		)
		self.assertFalse(frappe.get_meta(TICKET).has_field("cs_channel"))

	def test_an_administrators_change_to_a_field_stays(self):
		frappe.db.set_value("Custom Field", f"{TICKET}-cs_channel", "label", "Kanal")
		custom_fields.create_fields()
		self.assertEqual(frappe.db.get_value("Custom Field", f"{TICKET}-cs_channel", "label"), "Kanal")

	def test_a_description_of_an_earlier_version_is_renewed(self):
		field = f"{TICKET}-cs_next_deadline"
		frappe.db.set_value("Custom Field", field, "description", "The earliest deadline of a running clock.")
		custom_fields.create_fields()
		self.assertFalse(frappe.db.get_value("Custom Field", field, "description"))

	def test_a_description_that_an_administrator_wrote_stays(self):
		field = f"{TICKET}-cs_next_deadline"
		frappe.db.set_value("Custom Field", field, "description", "Look here first.")
		custom_fields.create_fields()
		self.assertEqual(frappe.db.get_value("Custom Field", field, "description"), "Look here first.")


class TestTicketTemplate(SiteTestCase):
	def rows(self) -> list:
		return frappe.get_all(
			ticket_template.ROW,
			{"parent": "Default", "fieldname": ["in", ticket_template.SHOWN_FIELDS]},
			["fieldname", "required", "hide_from_customer"],
			order_by="idx",
		)

	def test_the_agents_screen_shows_our_fields_and_the_customers_does_not(self):
		rows = self.rows()
		self.assertEqual([row.fieldname for row in rows], list(ticket_template.SHOWN_FIELDS))
		self.assertEqual({(row.required, row.hide_from_customer) for row in rows}, {(0, 1)})

	def test_adding_twice_adds_once(self):
		ticket_template.add_rows()
		self.assertEqual(len(self.rows()), len(ticket_template.SHOWN_FIELDS))

	def test_the_template_can_still_be_saved(self):
		frappe.get_doc(ticket_template.TEMPLATE, "Default").save()
		self.assertEqual(len(self.rows()), len(ticket_template.SHOWN_FIELDS))

	def test_removing_leaves_the_other_rows(self):
		template = frappe.get_doc(ticket_template.TEMPLATE, "Default")
		template.append("fields", {"fieldname": "customer"})
		template.save()
		ticket_template.remove_rows()
		template.reload()
		self.assertEqual([row.fieldname for row in template.fields], ["customer"])


class TestFormScript(SiteTestCase):
	def script(self) -> str:
		return frappe.db.get_value(form_script.DOCTYPE, form_script.NAME, "script")

	def test_the_script_of_the_site_is_the_shipped_one(self):
		values = frappe.db.get_value(
			form_script.DOCTYPE, form_script.NAME, ["dt", "apply_to", "enabled", "apply_to_customer_portal"]
		)
		self.assertEqual(values, ("HD Ticket", "Form", 1, 0))
		self.assertEqual(self.script(), form_script.SOURCE.read_text(encoding="utf-8"))

	def test_an_older_shipped_script_is_brought_up_to_date(self):
		frappe.db.set_value(
			form_script.DOCTYPE, form_script.NAME, "script", form_script.MANAGED_MARK + "\n// old"
		)
		form_script.update_script()
		self.assertEqual(self.script(), form_script.SOURCE.read_text(encoding="utf-8"))

	def test_an_administrators_own_script_is_left_alone(self):
		frappe.db.set_value(form_script.DOCTYPE, form_script.NAME, "script", "function setupForm() {}")
		form_script.update_script()
		self.assertEqual(self.script(), "function setupForm() {}")

	def test_a_deleted_script_does_not_come_back_with_a_migrate(self):
		form_script.remove_script()
		form_script.update_script()
		self.assertIsNone(self.script())


class TestRoles(SiteTestCase):
	def test_the_roles_have_desk_access(self):
		rows = frappe.get_all("Role", {"name": ["in", roles.ROLES]}, ["name", "desk_access"])
		self.assertEqual({row.name: row.desk_access for row in rows}, dict.fromkeys(roles.ROLES, 1))

	def test_only_roles_of_our_making_are_removed(self):
		frappe.db.set_global(CREATED_ROLES, '["CS Trainer"]')
		roles.remove_roles()
		self.assertFalse(frappe.db.exists("Role", "CS Trainer"))
		self.assertTrue(frappe.db.exists("Role", "CS Manager"))

	def test_removing_a_role_takes_it_from_its_users(self):
		frappe.db.set_global(CREATED_ROLES, '["CS Trainer"]')
		frappe.get_doc("User", "Administrator").append("roles", {"role": "CS Trainer"}).db_insert()
		roles.remove_roles()
		self.assertFalse(frappe.db.exists("Has Role", {"role": "CS Trainer"}))


class TestUninstallRecords(SiteTestCase):
	def test_the_records_are_forgotten(self):
		add_to_record(CREATED_ROLES, ["CS Trainer"])
		add_to_record(INSERTED_SEEDS, ["CS Channel: E-mail"])
		forget_records()
		self.assertEqual((read_record(CREATED_ROLES), read_record(INSERTED_SEEDS)), ([], []))

	def test_the_leftovers_name_real_fields(self):
		for doctype, field in (LEFTOVERS | WITH_ROWS).items():
			self.assertIn(field, frappe.db.get_table_columns(doctype), doctype)
		for doctype, fields in DETACHED.items():
			self.assertLessEqual(set(fields), set(frappe.db.get_table_columns(doctype)), doctype)

	def test_nothing_about_our_doctypes_is_left_over(self):
		channel = frappe.get_doc("CS Channel", "Portal")
		channel.hotline = "1"
		channel.save()
		channel.add_comment("Comment", "a comment")
		self.leave_a_board_and_a_rule()
		remove_leftovers()
		ours = frappe.get_all("DocType", {"module": "CS Center"}, pluck="name")
		for doctype, field in (LEFTOVERS | WITH_ROWS).items():
			self.assertEqual(
				frappe.db.count(doctype, {field: ["in", ours]}) if doctype != "Singles" else 0, 0, doctype
			)
		for rows in ("Kanban Board Column", "Assignment Rule User"):
			self.assertFalse(frappe.db.exists(rows, {"parent": "Complaints of Mine"}), rows)

	def leave_a_board_and_a_rule(self):
		board = {"doctype": "Kanban Board", "kanban_board_name": "Complaints of Mine", "field_name": "stage"}
		columns = [{"column_name": "Received", "status": "Active"}]
		frappe.get_doc({**board, "reference_doctype": "CS Complaint", "columns": columns}).insert()
		rule = {"doctype": "Assignment Rule", "name": "Complaints of Mine", "document_type": "CS Complaint"}
		rule |= {"description": "x", "assign_condition": "True", "rule": "Round Robin", "priority": 0}
		rule |= {"users": [{"user": "Administrator"}], "assignment_days": [{"day": "Monday"}]}
		frappe.get_doc(rule).insert()

	def test_letters_and_files_of_people_stay_without_their_record(self):
		letter = frappe.get_doc(
			{
				"doctype": "Communication",
				"communication_type": "Communication",
				"subject": "About the complaint",
				"content": "Words",
				"reference_doctype": "CS Channel",
				"reference_name": "Portal",
			}
		).insert()
		file = frappe.get_doc(
			{
				"doctype": "File",
				"file_name": "evidence.txt",
				"content": "It was open.",
				"attached_to_doctype": "CS Channel",
				"attached_to_name": "Portal",
			}
		).insert()
		self.addCleanup(file.delete_file_from_filesystem)
		remove_leftovers()
		for doc, fields in ((letter, DETACHED["Communication"]), (file, DETACHED["File"])):
			self.assertEqual(frappe.db.get_value(doc.doctype, doc.name, fields), (None, None))
