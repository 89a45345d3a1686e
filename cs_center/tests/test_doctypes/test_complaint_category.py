"""The tree of complaint categories: places, names, codes, kinds, phrases, and what keeps a category from being deleted."""

import frappe

from cs_center.services.complaints import categories
from cs_center.tests.base import SiteTestCase, create_user
from cs_center.tests.factories import create_ticket, unique
from cs_center.tests.test_doctypes.factories import make_category, make_complaint, make_policy

CATEGORY = "CS Complaint Category"
COMPLAINT = "CS Complaint"


class CategoryTestCase(SiteTestCase):
	"""No category of a test outlives it, not even in the cache."""

	def setUp(self):
		super().setUp()
		self.addCleanup(categories.forget)

	def create(self, name: str = "Test Parcels", parent: str = "", **values):
		return make_category(unique(name), parent, **values).insert()

	def create_line(self, length: int) -> list[str]:
		"""Names of categories, each below the one before it."""
		line: list[str] = []
		for number in range(length):
			line.append(self.create(f"Level {number + 1}", line[-1] if line else "").name)
		return line

	def stored(self, name: str):
		return frappe.get_doc(CATEGORY, name)

	def path(self, name: str) -> tuple[str, ...]:
		return categories.find(name).path

	def assert_sound(self):
		"""Every category lies within its parent's span and no two spans cross."""
		rows = frappe.get_all(CATEGORY, fields=["name", "lft", "rgt", "parent_complaint_category as parent"])
		spans = {row.name: row for row in rows}
		bounds = [bound for row in rows for bound in (row.lft, row.rgt)]
		self.assertEqual(len(bounds), len(set(bounds)))
		for row in rows:
			self.assertLess(row.lft, row.rgt, row.name)
			within = {one.name for one in rows if one.lft < row.lft and row.rgt < one.rgt}
			above, wanted = row.parent, set()
			while above:
				wanted.add(above)
				above = spans[above].parent
			self.assertEqual(within, wanted, row.name)


class TestPlace(CategoryTestCase):
	def test_a_category_that_gets_a_child_becomes_a_group(self):
		parent = self.create()
		child = self.create(parent=parent.name)
		self.assertEqual(self.stored(parent.name).is_group, 1)
		self.assertEqual(self.path(child.name), (parent.name, child.name))
		self.assert_sound()

	def test_moving_a_category_takes_those_below_along_and_keeps_the_tree_sound(self):
		first, second, third = self.create_line(3)
		other = self.create("Other root")
		moved = self.stored(second)
		moved.parent_complaint_category = other.name
		moved.save()
		self.assertEqual(self.path(third), (other.name, second, third))
		self.assertEqual(self.path(first), (first,))
		self.assert_sound()
		moved = self.stored(second)
		moved.parent_complaint_category = None
		moved.save()
		self.assertEqual(self.path(third), (second, third))
		self.assert_sound()

	def test_a_category_cannot_stand_below_itself(self):
		first, _second, third = self.create_line(3)
		for parent in (first, third):
			category = self.stored(first)
			category.parent_complaint_category = parent
			self.assert_refused(
				category.save, first, "cannot stand below itself", "Choose a parent outside of it"
			)
		self.assert_sound()

	def test_a_sixth_level_is_refused(self):
		line = self.create_line(5)
		sixth = make_category(unique("Level 6"), line[-1])
		self.assert_refused(sixth.insert, line[-1], "6 levels; 5 are possible", "nearer to the top")

	def test_a_branch_is_not_moved_to_where_it_would_be_too_deep(self):
		line = self.create_line(4)
		branch = self.create_line(2)
		category = self.stored(branch[0])
		category.parent_complaint_category = line[-1]
		self.assert_refused(category.save, "6 levels; 5 are possible")
		category = self.stored(branch[0])
		category.parent_complaint_category = line[-2]
		category.save()
		self.assertEqual(len(self.path(branch[1])), 5)


class TestNames(CategoryTestCase):
	def test_a_second_category_of_a_name_is_refused(self):
		first = self.create()
		for name in (first.name, first.name.upper(), f"  {first.name} "):
			self.assert_refused(
				make_category(name).insert,
				"There is a category",
				"Choose another name",
				error=frappe.DuplicateEntryError,
			)

	def test_a_name_has_no_slash_because_paths_have(self):
		self.assert_refused(make_category("Late / early").insert, "Late / early", "a slash", "Leave it out")
		category = self.create()
		self.assert_refused(
			lambda: frappe.rename_doc(CATEGORY, category.name, "Late/early", show_alert=False),
			"a slash",
			"Leave it out",
		)

	def test_a_code_is_made_from_the_name(self):
		words = unique("Courier's attitude")
		made = make_category(words).insert().code
		self.assertTrue(made.startswith("COURIER_S_ATTITUDE_"), made)
		self.assertRegex(made, r"^[A-Z0-9_]+$")

	def test_a_name_without_latin_letters_gets_a_code_too_and_the_second_one_another(self):
		codes = [make_category(name).insert().code for name in ("测试配送", "测试支付")]
		self.assertEqual(codes[0][:8], "CATEGORY")
		self.assertEqual(len(set(codes)), 2)

	def test_a_code_is_written_in_capitals_and_can_change(self):
		category = self.create(code="test_parcels_one")
		self.assertEqual(category.code, "TEST_PARCELS_ONE")
		category.code = "TEST_PARCELS_TWO"
		category.save()
		self.assertEqual(categories.by_code("TEST_PARCELS_TWO").name, category.name)

	def test_a_code_with_other_signs_is_refused(self):
		for code in ("LATE-DELIVERY", "LATE DELIVERY", "迟"):
			self.assert_refused(
				make_category(unique("Late"), code=code).insert,
				code,
				"capital letters, digits and underscores",
			)

	def test_a_code_that_is_taken_is_refused_with_its_owner(self):
		first = self.create(code="TEST_TAKEN")
		self.assert_refused(
			make_category(unique("Late"), code="test_taken").insert,
			"TEST_TAKEN belongs to the category",
			first.name,
			error=frappe.DuplicateEntryError,
		)

	def test_renaming_keeps_complaints_and_children(self):
		parent, child = self.create_line(2)
		complaint = make_complaint(create_ticket().name, category=parent).insert()
		new = unique("Renamed")
		frappe.rename_doc(CATEGORY, parent, new, show_alert=False)
		self.assertEqual(frappe.db.get_value(COMPLAINT, complaint.name, "category"), new)
		self.assertEqual(self.stored(new).category_name, new)
		self.assertEqual(self.path(child), (new, child))
		self.assert_sound()


class TestMerging(CategoryTestCase):
	def merge(self, old: str, new: str):
		frappe.rename_doc(CATEGORY, old, new, merge=True, show_alert=False)

	def test_merging_moves_complaints_and_children(self):
		(old, child), (new, _other) = self.create_line(2), self.create_line(2)
		complaint = make_complaint(create_ticket().name, category=old).insert()
		self.merge(old, new)
		self.assertFalse(frappe.db.exists(CATEGORY, old))
		self.assertEqual(frappe.db.get_value(COMPLAINT, complaint.name, "category"), new)
		self.assertEqual(self.path(child), (new, child))
		self.assert_sound()

	def test_a_category_is_not_merged_into_one_below_it(self):
		first, _second, third = self.create_line(3)
		frappe.db.set_value(CATEGORY, third, "is_group", 1)
		self.assert_refused(lambda: self.merge(first, third), "which stands below it", "elsewhere first")

	def test_a_complaint_is_not_merged_into_an_enquiry(self):
		complaint, enquiry = self.create(), self.create(kind="Enquiry")
		self.assert_refused(
			lambda: self.merge(complaint.name, enquiry.name), "different kinds", "Complaint, Enquiry"
		)

	def test_merging_does_not_make_the_tree_too_deep(self):
		branch, line = self.create_line(3), self.create_line(4)
		frappe.db.set_value(CATEGORY, line[-1], "is_group", 1)
		self.assert_refused(lambda: self.merge(branch[0], line[-1]), "6 levels; 5 are possible")


class TestKind(CategoryTestCase):
	def test_a_child_is_of_its_parents_kind_whatever_it_says(self):
		parent = self.create(kind="Enquiry")
		self.assertEqual(self.create(parent=parent.name, kind="Complaint").kind, "Enquiry")

	def test_a_new_kind_reaches_all_below(self):
		first, second, third = self.create_line(3)
		category = self.stored(first)
		category.kind = "Enquiry"
		category.save()
		self.assertEqual({self.stored(name).kind for name in (first, second, third)}, {"Enquiry"})

	def test_a_branch_that_moves_takes_the_new_kind(self):
		enquiries = self.create(kind="Enquiry")
		first, second = self.create_line(2)
		category = self.stored(first)
		category.parent_complaint_category = enquiries.name
		category.save()
		self.assertEqual(self.stored(second).kind, "Enquiry")
		self.assert_sound()

	def test_the_kind_stays_while_complaints_are_filed_below(self):
		first, second = self.create_line(2)
		make_complaint(create_ticket().name, category=second).insert()
		category = self.stored(first)
		category.kind = "Enquiry"
		self.assert_refused(category.save, first, "cannot become Enquiry", "(1)", "another category first")


class TestPhrases(CategoryTestCase):
	def phrases(self, *rows):
		return [{"phrase": phrase, "weight": weight} for phrase, weight in rows]

	def refuse(self, *rows_and_words):
		*rows, words = rows_and_words
		self.assert_refused(make_category(unique("Late"), phrases=self.phrases(*rows)).insert, *words)

	def test_spaces_around_and_within_a_phrase_are_tidied(self):
		category = self.create(phrases=self.phrases(("  not   arrived ", 2)))
		self.assertEqual([(row.phrase, row.weight) for row in category.phrases], [("not arrived", 2)])

	def test_a_negative_weight_speaks_against(self):
		category = self.create(phrases=self.phrases(("thank you", -10), ("late", 10)))
		self.assertEqual([row.weight for row in self.stored(category.name).phrases], [-10, 10])

	def test_a_phrase_of_spaces_is_refused(self):
		self.refuse(("late", 1), ("  ", 1), ("row 2", "no words", "remove the row"))

	def test_a_weight_out_of_range_is_refused(self):
		for weight in (0, 10.5, -11, float("inf"), float("nan")):
			self.refuse(("late", weight), ("row 1", "out of range", "-10 to 10, but not 0"))

	def test_a_phrase_that_is_there_twice_is_refused(self):
		self.refuse(("Late", 1), ("lost", 1), ("late ", 2), ("late", "rows 1 and 3", "Keep one"))


class TestPolicies(CategoryTestCase):
	def test_a_policy_of_the_other_kind_is_refused(self):
		policy = make_policy(unique("Tickets only"), 7077, applies_to="Ticket").insert().name
		category = self.create(ticket_policy=policy)
		category.complaint_policy = policy
		self.assert_refused(category.save, "Service Policy of Complaints", policy, "applies to: Complaint")


class TestDeletion(CategoryTestCase):
	def refuse(self, name: str, *words: str):
		self.assert_refused(
			lambda: frappe.delete_doc(CATEGORY, name),
			f"{name} is in use",
			*words,
			"Disable it, or move them",
			error=frappe.LinkExistsError,
		)

	def test_what_is_used_by_nothing_is_deleted(self):
		parent, child = self.create_line(2)
		self.assertEqual(self.path(child), (parent, child))
		frappe.delete_doc(CATEGORY, child)
		frappe.delete_doc(CATEGORY, parent)
		self.assertFalse(frappe.db.exists(CATEGORY, parent))
		self.assertIsNone(categories.find(parent))
		self.assert_sound()

	def test_complaints_and_children_are_counted(self):
		parent, _child = self.create_line(2)
		for _number in range(2):
			make_complaint(create_ticket().name, category=parent).insert()
		self.refuse(parent, "complaints: 2", "categories below it: 1")

	def test_tickets_are_counted(self):
		category = self.create().name
		frappe.db.set_value("HD Ticket", create_ticket().name, "cs_complaint_category", category)
		frappe.db.set_value("HD Ticket", create_ticket().name, "cs_suggested_category", category)
		self.refuse(category, "(tickets: 2)")

	def test_regulator_packs_are_counted(self):
		category = self.create().name
		row = {
			"doctype": "CS Regulator Pack Category",
			"category": category,
			"parenttype": "CS Regulator Pack",
		}
		frappe.get_doc({**row, "parent": "A pack", "parentfield": "categories"}).db_insert()
		self.refuse(category, "regulator packs: 1")

	def test_a_suggestion_counts_once_with_the_choice(self):
		category = self.create().name
		ticket = create_ticket().name
		values = {"cs_complaint_category": category, "cs_suggested_category": category}
		frappe.db.set_value("HD Ticket", ticket, values)
		self.refuse(category, "tickets: 1")


class TestTree(CategoryTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.manager = create_user("tree.manager@cs.example.com", "CS Manager")
		cls.agent = create_user("tree.agent@cs.example.com", "Agent")
		cls.customer = create_user("tree.customer@cs.example.com")

	def call(self, method: str, **values):
		return frappe.get_attr(f"cs_center.api.complaint_categories.{method}")(**values)

	def test_nodes_come_level_by_level_with_kind_and_state(self):
		parent, child = self.create_line(2)
		self.stored(child).update({"enabled": 0}).save()
		frappe.set_user(self.agent)
		roots = {row.value: row for row in self.call("children", doctype=CATEGORY, parent="", is_root="true")}
		self.assertEqual(
			(roots[parent].kind, roots[parent].enabled, roots[parent].expandable), ("Complaint", 1, 1)
		)
		self.assertNotIn(child, roots)
		(node,) = self.call("children", doctype=CATEGORY, parent=parent)
		self.assertEqual((node.value, node.enabled, node.expandable), (child, 0, 0))

	def test_a_manager_adds_a_category_below_another_one(self):
		parent, name = self.create(kind="Enquiry").name, unique("Added")
		frappe.set_user(self.manager)
		self.call("add_child", category_name=name, parent=parent, is_root="false", kind="Complaint")
		self.assertEqual(self.path(name), (parent, name))
		self.assertEqual(self.stored(name).kind, "Enquiry")

	def test_what_is_added_to_the_trees_root_is_on_the_first_level(self):
		name = unique("Added")
		self.call(
			"add_child", category_name=name, parent=CATEGORY, is_root="true", kind="Enquiry", is_group="1"
		)
		category = self.stored(name)
		self.assertEqual((self.path(name), category.kind, category.is_group), ((name,), "Enquiry", 1))

	def test_agents_read_the_tree_and_add_nothing_and_customers_see_none(self):
		frappe.set_user(self.agent)
		with self.assertRaises(frappe.PermissionError):
			self.call("add_child", category_name=unique("Added"), is_root=1)
		frappe.set_user(self.customer)
		with self.assertRaises(frappe.PermissionError):
			self.call("children")
