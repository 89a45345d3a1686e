"""A site that had the complaint category as free text: texts become links, and what names none is kept in comments."""

import frappe

from cs_center.patches.v1_0 import create_department_user_role, link_tickets_to_complaint_categories
from cs_center.services.complaints import categories
from cs_center.setup.install_record import CREATED_ROLES, read_record
from cs_center.setup.ticket_categories import CUSTOM_FIELD, FIELD, category_of, read_tree
from cs_center.tests.base import SiteTestCase
from cs_center.tests.factories import create_ticket, error_log, fresh, unique
from cs_center.tests.test_doctypes.factories import make_category

TICKET = "HD Ticket"
TITLE = "complaint categories that are not in the tree"


class TestTicketCategories(SiteTestCase):
	def setUp(self):
		super().setUp()
		self.addCleanup(categories.forget)
		self.addCleanup(frappe.clear_cache, doctype=TICKET)
		make_category("Test Shipping", code="TEST_SHIPPING").insert()
		make_category("Test Too Late", "Test Shipping", code="TEST_LATE").insert()
		make_category("Test Paying", code="TEST_PAYING").insert()
		values = {"fieldtype": "Data", "options": None, "description": "Old.", "in_standard_filter": 0}
		frappe.db.set_value("Custom Field", CUSTOM_FIELD, values)
		frappe.clear_cache(doctype=TICKET)

	def ticket_with(self, text: str) -> str:
		name = create_ticket().name
		frappe.db.set_value(TICKET, name, FIELD, text, update_modified=False)
		return name

	def convert(self):
		link_tickets_to_complaint_categories.execute()

	def stored(self, ticket: str) -> str | None:
		return frappe.db.get_value(TICKET, ticket, FIELD)

	def comments(self, ticket: str) -> list[str]:
		filters = {"reference_doctype": TICKET, "reference_name": ticket, "comment_type": "Info"}
		return frappe.get_all(
			"Comment", {**filters, "content": ["like", "%tree of categories%"]}, pluck="content"
		)

	def test_a_path_a_name_and_a_code_become_the_category_they_name(self):
		texts = (
			"Test Shipping / Test Too Late",
			"Test Shipping/Test Too Late",
			" test shipping > TEST_LATE ",
			"Test Too Late",
			"TEST_LATE",
		)
		tickets = [self.ticket_with(text) for text in texts]
		self.convert()
		self.assertEqual([self.stored(ticket) for ticket in tickets], ["Test Too Late"] * len(texts))
		self.assertEqual([self.comments(ticket) for ticket in tickets], [[]] * len(texts))

	def test_the_field_is_a_link_afterwards_and_the_ticket_can_be_saved(self):
		ticket = self.ticket_with("Test Shipping / Test Too Late")
		self.convert()
		field = frappe.get_meta(TICKET).get_field(FIELD)
		self.assertEqual((field.fieldtype, field.options), ("Link", "CS Complaint Category"))
		self.assertNotEqual(field.description, "Old.")
		doc = fresh(ticket)
		doc.subject = "Changed"
		doc.save()
		self.assertEqual(self.stored(ticket), "Test Too Late")

	def test_a_path_that_does_not_lead_to_the_category_names_none(self):
		for text in (
			"Test Paying / Test Too Late",
			"Test Too Late / Test Shipping",
			"Elsewhere / Test Too Late",
			"/",
		):
			self.assertIsNone(category_of(text, read_tree()), text)

	def test_a_shipped_category_is_known_by_its_chinese_name(self):
		late = frappe.db.get_value("CS Complaint Category", {"code": "LATE"})
		self.assertEqual(category_of("配送服务 / 送货速度慢", read_tree()), late)

	def test_a_text_that_names_no_category_is_kept_on_each_ticket_and_in_the_log(self):
		text = unique("Slow <b>ship</b>")  # entries of the log outlive a rollback
		tickets = [self.ticket_with(text) for _number in range(2)]
		self.convert()
		for ticket in tickets:
			self.assertFalse(self.stored(ticket))
			(comment,) = self.comments(ticket)
			self.assertIn("Slow &lt;b&gt;ship", comment)
		(entry,) = [one for one in error_log(TITLE) if text in one.error]
		self.assertIn(f"{text}: 2", entry.error)
		fresh(tickets[0]).save()

	def test_nothing_is_changed_the_second_time(self):
		ticket = self.ticket_with("Slow")
		self.convert()
		self.convert()
		self.assertEqual(len(self.comments(ticket)), 1)

	def test_a_site_that_removed_the_field_has_its_texts_put_in_order(self):
		tickets = [self.ticket_with("Test Shipping / Test Too Late"), self.ticket_with("Slow")]
		frappe.db.delete("Custom Field", {"name": CUSTOM_FIELD})
		frappe.clear_cache(doctype=TICKET)
		self.convert()
		self.assertEqual([self.stored(ticket) for ticket in tickets], ["Test Too Late", None])
		self.assertEqual(len(self.comments(tickets[1])), 1)

	def test_what_is_a_link_already_is_left_alone(self):
		frappe.db.set_value("Custom Field", CUSTOM_FIELD, {"fieldtype": "Link", "options": "HD Team"})
		ticket = self.ticket_with("Slow")
		self.convert()
		self.assertEqual(self.stored(ticket), "Slow")

	def test_the_ticket_is_not_marked_as_changed(self):
		ticket = self.ticket_with("Test Too Late")
		before = frappe.db.get_value(TICKET, ticket, "modified")
		self.convert()
		self.assertEqual(frappe.db.get_value(TICKET, ticket, "modified"), before)


class TestDepartmentUserRole(SiteTestCase):
	def test_a_site_in_use_gets_the_role_and_remembers_that_it_came_with_the_app(self):
		frappe.db.set_global(CREATED_ROLES, "[]")
		frappe.delete_doc("Role", "CS Department User", force=True)
		create_department_user_role.execute()
		self.assertEqual(frappe.db.get_value("Role", "CS Department User", "desk_access"), 1)
		self.assertEqual(read_record(CREATED_ROLES), ["CS Department User"])
