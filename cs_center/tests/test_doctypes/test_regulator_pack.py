"""Regulator packs: what one refuses, and that the shipped ones are off, complete and name their source."""

import re

import frappe

from cs_center.domain.complaint_clocks import NOTICE
from cs_center.domain.complaints import Stage
from cs_center.setup.seeds import insert_seeds, read_seed_file
from cs_center.tests.base import SiteTestCase, create_user
from cs_center.tests.factories import create_ticket
from cs_center.tests.test_doctypes.factories import make_calendar, make_category, make_complaint

PACK = "CS Regulator Pack"
CHECKED = {"checked_by": "Administrator", "checked_on": "2026-01-05"}


def clock(title: str = "Final response", **values) -> dict:
	row = {"starts_at": "Received", "ends_at": "Solution Proposed", "amount": 30, "unit": "Calendar Days"}
	return {"title": title, "warn_percent": 75, **row, **values}


def make_pack(name: str = "Test Regulator", **values):
	"""An unsaved pack with one clock, off."""
	row = {"doctype": PACK, "pack_name": name, "source": "Act 1, section 2", "clocks": [clock()]}
	return frappe.get_doc({**row, **values})


class TestClocks(SiteTestCase):
	def refused(self, *words: str, **values):
		self.assert_refused(make_pack(clocks=[clock("First"), clock(**values)]).insert, *words)

	def test_a_pack_has_clocks(self):
		self.assert_refused(make_pack(clocks=[]).insert, "no clocks yet")

	def test_each_has_a_name_of_its_own(self):
		self.refused("rows 1 and 2", "the same name", title=" first ")

	def test_a_time_can_be_measured(self):
		self.refused("Clocks, row 2", "above zero", amount=0)
		self.refused("Clocks, row 2", "Business Days", "counted whole", amount=1.5, unit="Business Days")
		self.refused("Clocks, row 2", "longer than 100 years", amount=99_999)
		self.refused("Clocks, row 2", "1 to 99 %", warn_percent=100)

	def test_it_ends_after_it_starts(self):
		self.refused(
			"Clocks, row 2",
			"Acknowledged",
			"Choose another end",
			starts_at="Classified",
			ends_at="Acknowledged",
		)
		self.refused("row 2", "Escalated Outside", starts_at="Escalated Outside", ends_at="Escalated Outside")
		self.assertTrue(
			make_pack(clocks=[clock(starts_at="Regulator Notice", ends_at="Closed")]).insert().name
		)

	def test_its_calendar_is_in_use(self):
		calendar = make_calendar("Closed Office", enabled=0).insert()
		self.refused("Closed Office", "is disabled", calendar=calendar.name)

	def test_starts_and_ends_are_those_of_the_core(self):
		known = {stage.value for stage in Stage}
		for field, further in (("starts_at", {NOTICE}), ("ends_at", set())):
			options = frappe.get_meta("CS Regulator Clock").get_field(field).options.split("\n")
			self.assertLessEqual(set(options) - further, known)


class TestSwitchingOn(SiteTestCase):
	def test_somebody_compared_it_with_the_primary_text(self):
		for values in ({}, {"checked_by": "Administrator"}, {"checked_on": "2026-01-05"}):
			pack = make_pack(enabled=1, for_all=1, **values)
			self.assert_refused(pack.insert, "Nobody has compared", "enter who checked it and when")
		self.assertEqual(make_pack(enabled=1, for_all=1, **CHECKED).insert().enabled, 1)

	def test_it_was_not_checked_tomorrow(self):
		tomorrow = frappe.utils.add_days(frappe.utils.nowdate(), 1)
		pack = make_pack(**{**CHECKED, "checked_on": tomorrow})
		self.assert_refused(pack.insert, "has not come yet")

	def test_a_colleague_checked_it(self):
		customer = create_user("pack.customer@example.com")
		self.assert_refused(make_pack(**{**CHECKED, "checked_by": customer}).insert, "Checked by", customer)

	def test_it_says_for_which_complaints(self):
		self.assert_refused(
			make_pack(enabled=1, companies=" \n", **CHECKED).insert, "No complaint would carry"
		)
		self.assertTrue(make_pack("By Company", enabled=1, companies="Acme", **CHECKED).insert().name)
		category = make_category("Test Banking").insert()
		rows = [{"category": category.name}]
		self.assertTrue(make_pack("By Category", enabled=1, categories=rows, **CHECKED).insert().name)

	def test_lists_have_no_doubles(self):
		self.assertEqual(make_pack(companies="Acme\n\n Acme \nBolt").insert().companies, "Acme\nBolt")
		category = make_category("Test Insurance").insert()
		rows = [{"category": category.name}, {"category": category.name}]
		self.assert_refused(make_pack("Twice", categories=rows).insert, "Categories, row 2", "there already")

	def test_a_pack_that_complaints_carry_is_not_deleted(self):
		pack = make_pack().insert()
		complaint = make_complaint(create_ticket().name, regulator_packs=[{"pack": pack.name}]).insert()
		self.assertEqual([row.pack for row in complaint.regulator_packs], [pack.name])
		self.assert_refused(pack.delete, pack.name, "1 complaints carry it", "Disable it")

	def test_only_managers_write_packs(self):
		agent = create_user("pack.agent@example.com", "Agent")
		manager = create_user("pack.manager@example.com", "CS Manager")
		self.assertTrue(frappe.has_permission(PACK, "read", user=agent))
		self.assertFalse(frappe.has_permission(PACK, "write", user=agent))
		self.assertTrue(frappe.has_permission(PACK, "write", user=manager))


class TestShippedPacks(SiteTestCase):
	def setUp(self):
		super().setUp()
		insert_seeds()
		self.packs = [
			frappe.get_doc(PACK, values["pack_name"]) for values in read_seed_file("regulator_packs.json")
		]

	def times(self, name: str) -> list[tuple]:
		pack = next(pack for pack in self.packs if pack.name == name)
		return [(row.starts_at, row.ends_at, row.amount, row.unit) for row in pack.clocks]

	def test_all_are_off_and_nobody_has_checked_them(self):
		self.assertEqual(len(self.packs), 5)
		for pack in self.packs:
			self.assertEqual((pack.enabled, pack.checked_by, pack.checked_on), (0, None, None), pack.name)

	def test_each_names_its_source_and_the_caution_in_both_languages(self):
		for pack in self.packs:
			for text in (pack.source, pack.caution, *(row.source for row in pack.clocks)):
				self.assertRegex(text, re.compile("[A-Za-z]{4}"))
				self.assertRegex(text, re.compile("[\u4e00-\u9fff]"))
			self.assertIn("compare them with the primary text", pack.caution)

	def test_the_deadlines_are_those_of_the_specification(self):
		self.assertEqual(
			[row[2:] for row in self.times("China market regulator")],
			[(7, "Business Days"), (45, "Business Days")],
		)
		self.assertEqual(
			self.times("China banking and insurance"),
			[("Received", "Solution Proposed", days, "Calendar Days") for days in (15, 30, 60)],
		)
		self.assertEqual([row[2:] for row in self.times("China telecommunications")], [(15, "Calendar Days")])
		self.assertEqual(
			[row[2:] for row in self.times("UK Financial Conduct Authority")],
			[(3, "Business Days"), (8 * 7, "Calendar Days")],
		)
		self.assertEqual(
			[row[1:] for row in self.times("Australia ASIC RG 271")],
			[("Acknowledged", 24, "Calendar Hours"), ("Solution Proposed", 30, "Calendar Days")],
		)

	def test_each_can_be_switched_on(self):
		for pack in self.packs:
			pack.update({"enabled": 1, "for_all": 1, **CHECKED})
			self.assertEqual(pack.save().enabled, 1)


class TestStageBoard(SiteTestCase):
	BOARD = "Complaints by Stage"

	def setUp(self):
		super().setUp()
		insert_seeds()

	def test_its_columns_are_the_stages(self):
		board = frappe.get_doc("Kanban Board", self.BOARD)
		stages = frappe.get_meta("CS Complaint").get_field("stage").options.split("\n")
		self.assertEqual([row.column_name for row in board.columns], stages)
		self.assertEqual((board.field_name, board.private, board.owner), ("stage", 0, "Administrator"))
		self.assertTrue(all(row.indicator for row in board.columns))

	def test_it_shows_fields_that_a_complaint_has(self):
		board = frappe.get_doc("Kanban Board", self.BOARD)
		names = {field.fieldname for field in frappe.get_meta("CS Complaint").fields}
		shown = [*frappe.parse_json(board.fields), *(row[1] for row in frappe.parse_json(board.filters))]
		self.assertEqual([name for name in shown if name not in names], [])

	def test_moving_a_card_meets_the_gate(self):
		from frappe.desk.doctype.kanban_board.kanban_board import update_order, update_order_for_single_card

		complaint = make_complaint(create_ticket().name).insert()
		update_order(
			self.BOARD, frappe.as_json({"Received": [complaint.name]})
		)  # as the board does when it opens
		move = {"from_colname": "Received", "old_index": 0, "new_index": 0}
		update_order_for_single_card(self.BOARD, complaint.name, to_colname="Acknowledged", **move)
		self.assertEqual(frappe.db.get_value("CS Complaint", complaint.name, "stage"), "Acknowledged")
		move["from_colname"] = "Acknowledged"
		self.assert_refused(
			lambda: update_order_for_single_card(self.BOARD, complaint.name, to_colname="Closed", **move),
			"cannot go from",
		)
