"""Regulators' deadlines on complaints: which packs apply, when their clocks start and end, and what a later change of a pack does."""

from __future__ import annotations

import frappe

from cs_center.services.complaints import categories
from cs_center.tests import factories
from cs_center.tests.test_complaints.regulator_case import PACK, RegulatorCase, clock


class TestChoosing(RegulatorCase):
	def test_a_pack_for_all_comes_to_every_complaint(self):
		name = self.pack()
		self.assertEqual(self.packs(self.register(None)), [(name, "Every complaint")])

	def test_a_disabled_pack_comes_to_none(self):
		self.pack(enabled=0)
		self.assertEqual(self.packs(self.register(self.simple)), [])

	def test_a_pack_of_companies(self):
		name = self.pack(companies="Acme Shops\n Acme Bank ")
		factories.change_settings(default_company="acme bank")
		self.assertEqual(self.packs(self.register(None)), [(name, "Company")])
		self.assertEqual(self.packs(self.register(None, company="Acme")), [])
		factories.change_settings(default_company="")
		self.assertEqual(self.packs(self.register(None)), [])

	def test_a_pack_of_a_category_and_all_below_it(self):
		child = self.create_category(parent_complaint_category=self.strict)
		grandchild = self.create_category(parent_complaint_category=child)
		name = self.pack(categories=[{"category": child}])
		for category, wanted in (
			(child, [(name, "Category")]),
			(grandchild, [(name, "Category")]),
			(self.strict, []),
			(self.simple, []),
			(None, []),
		):
			with self.subTest(category):
				self.assertEqual(self.packs(self.register(category)), wanted)

	def test_a_category_that_moves_below_it_counts_from_then_on(self):
		name = self.pack(categories=[{"category": self.strict}])
		frappe.get_doc(categories.CATEGORY, self.simple).update(
			{"parent_complaint_category": self.strict}
		).save()
		self.assertEqual(self.packs(self.register(self.simple)), [(name, "Category")])

	def test_two_packs_at_once_and_none_twice(self):
		first, second = self.pack(), self.pack(categories=[{"category": self.simple}])
		complaint = self.register(self.simple)
		self.assertEqual({pack for pack, _because in self.packs(complaint)}, {first, second})
		complaint.category = self.strict
		complaint.save()
		complaint = self.fresh(complaint)
		complaint.category = self.simple
		complaint.save()
		self.assertEqual(sorted(pack for pack, _because in self.packs(complaint)), sorted([first, second]))
		self.assertEqual(len(self.deadlines(complaint)), 2)

	def test_a_category_that_is_chosen_later_brings_its_pack(self):
		name = self.pack(categories=[{"category": self.simple}])
		complaint = self.register(None)
		self.assertEqual(self.packs(complaint), [])
		self.travel("12:00")
		complaint.category = self.simple
		complaint.save()
		self.assertEqual(self.packs(complaint), [(name, "Category")])
		((_title, (state, due, _ended)),) = self.deadlines(complaint).items()
		self.assertEqual((state, due), ("Running", "2027-03-09 10:00:00"))

	def test_a_save_that_changes_neither_brings_none(self):
		complaint = self.register(self.simple)
		self.pack()
		complaint.findings = "A hole"
		complaint.save()
		self.assertEqual(self.packs(complaint), [])

	def test_one_that_somebody_chooses_stays(self):
		name = self.pack(companies="Elsewhere")
		complaint = self.register(self.simple)
		complaint.append("regulator_packs", {"pack": name})
		complaint.save()
		complaint = self.fresh(complaint)
		complaint.category = self.strict
		complaint.save()
		self.assertEqual([pack for pack, _because in self.packs(complaint)], [name])
		self.assertEqual(len(self.deadlines(complaint)), 1)

	def test_the_same_pack_twice_is_one_deadline(self):
		name = self.pack(companies="Elsewhere")
		complaint = self.register(self.simple)
		for _ in range(2):
			complaint.append("regulator_packs", {"pack": name})
		complaint.save()
		self.assertEqual(len(self.deadlines(complaint)), 1)


class TestClocks(RegulatorCase):
	def test_each_clock_has_its_own_start_unit_and_end(self):
		calendar = factories.create_calendar()
		name = self.pack(
			clock("Accept", 7, "Business Days", ends_at="Acknowledged", calendar=calendar),
			clock("Mediate", 45, "Business Days", starts_at="Acknowledged", calendar=calendar),
			clock("Final", 56),
		)
		complaint = self.register(self.simple)
		found = self.deadlines(complaint)
		self.assertEqual(set(found), {f"{name}: Accept", f"{name}: Final"})
		self.assertEqual(found[f"{name}: Accept"][1], "2027-03-10 17:00:00")
		self.travel("2027-03-03 12:00")
		self.go(complaint, "Acknowledged")
		found = self.deadlines(complaint)
		self.assertEqual(found[f"{name}: Accept"], ("Met", "2027-03-10 17:00:00", "2027-03-03 12:00:00"))
		self.assertEqual(found[f"{name}: Mediate"][0], "Running")

	def test_a_deadline_that_passes_is_breached_by_the_minute_pass(self):
		name = self.pack(clock(amount=1))
		complaint = self.register(self.simple)
		self.assertEqual(str(complaint.next_deadline), "2027-03-02 10:00:00")
		self.travel("2027-03-02 10:01")
		self.pass_complaints()
		self.assertEqual(self.deadlines(complaint)[f"{name}: Final answer"][0], "Breached")
		self.assertEqual(self.fresh(complaint).service_state, "Breached")

	def test_the_regulators_notice_starts_a_clock(self):
		name = self.pack(clock("Reply", 2, starts_at="Regulator Notice", ends_at="Solution Proposed"))
		complaint = self.register(self.simple)
		self.assertEqual(self.deadlines(complaint), {})
		self.travel("2027-03-02 12:00")
		complaint.regulator_notice_at = "2027-03-02 09:00:00"
		complaint.save()
		self.assertEqual(self.deadlines(complaint)[f"{name}: Reply"][:2], ("Running", "2027-03-04 09:00:00"))
		self.go(complaint, "Acknowledged", "Classified", "Investigating", "Solution Proposed")
		self.assertEqual(self.deadlines(complaint)[f"{name}: Reply"][0], "Met")

	def test_a_withdrawn_complaint_owes_nothing(self):
		name = self.pack()
		complaint = self.move(self.register(self.simple), "Withdrawn", note="Found it")
		self.assertEqual(self.deadlines(complaint)[f"{name}: Final answer"][0], "Cancelled")
		self.assertFalse(self.fresh(complaint).next_deadline)

	def test_a_pack_that_is_taken_away_owes_nothing_any_more(self):
		name = self.pack()
		complaint = self.register(self.simple)
		complaint.set("regulator_packs", [])
		complaint.save()
		self.assertEqual(self.deadlines(complaint)[f"{name}: Final answer"][0], "Cancelled")
		complaint = self.fresh(complaint)
		complaint.append("regulator_packs", {"pack": name})
		complaint.save()
		self.assertIn("Running", {state for state, _due, _ended in self.deadlines(complaint).values()})

	def test_a_pack_without_a_calendar_uses_the_settings_one(self):
		factories.change_settings(default_calendar=factories.create_calendar())
		name = self.pack(clock("Accept", 2, "Business Days"))
		complaint = self.register(self.simple)
		self.assertEqual(self.deadlines(complaint)[f"{name}: Accept"][1], "2027-03-03 17:00:00")

	def test_without_any_calendar_the_complaint_and_its_other_clocks_are_there(self):
		"""The settings lost their calendar after the pack had been switched on."""
		calendar = factories.create_calendar()
		factories.change_settings(default_calendar=calendar)
		self.submit_policy()
		lost = self.pack(clock("Accept", 2, "Business Days"))
		name = self.pack(clock("Final", 56, calendar=calendar))
		factories.change_settings(default_calendar=None)
		complaint = self.register(self.simple)
		self.assertIn("Complaint Solution 1", self.clocks(complaint))
		self.assertEqual(set(self.deadlines(complaint)), {f"{name}: Final"})
		self.assertFalse(complaint.evaluation_pending)
		factories.change_settings(default_calendar=calendar)
		complaint.findings = "A hole"
		complaint.save()
		self.assertEqual(self.deadlines(complaint)[f"{lost}: Accept"][:2], ("Running", "2027-03-03 17:00:00"))

	def test_a_pack_is_not_switched_on_without_a_calendar(self):
		factories.change_settings(default_calendar=None)
		self.assert_refused(lambda: self.pack(clock("Accept", 2, "Business Days")), "row 1", "no calendar")

	def test_the_ledger_tells_of_it(self):
		name = self.pack()
		complaint = self.register(self.simple)
		complaint.set("regulator_packs", [])
		complaint.save()
		told = [value for kind, value in self.ledger(complaint) if kind == "Regulator Clocks Set"]
		self.assertEqual(told, [name, name])


class TestLaterChanges(RegulatorCase):
	def setUp(self):
		super().setUp()
		self.name = self.pack(clock(amount=8))
		self.complaint = self.register(self.simple)
		self.before = self.deadlines(self.complaint)

	def assert_unchanged(self):
		self.travel("12:00")
		complaint = self.fresh(self.complaint)
		complaint.findings = "A hole"
		complaint.save()
		self.pass_complaints()
		self.assertEqual(self.deadlines(complaint), self.before)

	def test_a_changed_pack_moves_no_running_clock(self):
		pack = frappe.get_doc(PACK, self.name)
		pack.clocks[0].amount = 99
		pack.append("clocks", clock("Another", 1))
		pack.save()
		self.assert_unchanged()

	def test_a_disabled_pack_moves_no_running_clock(self):
		frappe.get_doc(PACK, self.name).update({"enabled": 0}).save()
		self.assert_unchanged()
		self.assertEqual([pack for pack, _because in self.packs(self.complaint)], [self.name])

	def test_a_renamed_pack_moves_no_running_clock(self):
		frappe.rename_doc(PACK, self.name, f"{self.name} of 2027")
		self.travel("12:00")
		complaint = self.fresh(self.complaint)
		complaint.findings = "A hole"
		complaint.save()
		running = [row for row in self.deadlines(complaint).values() if row[0] == "Running"]
		self.assertEqual(running, list(self.before.values()))

	def test_a_pack_that_complaints_carry_is_not_deleted(self):
		self.assert_refused(lambda: frappe.delete_doc(PACK, self.name), "1 complaints carry it", "Disable it")

	def test_a_pack_whose_row_is_broken_keeps_no_complaint_from_being_registered(self):
		row = frappe.get_doc(PACK, self.name).clocks[0].name
		for field, value in (
			("unit", "Fortnights"),
			("amount", -1),
			("ends_at", "Nowhere"),
			("warn_percent", 400),
		):
			frappe.db.set_value("CS Regulator Clock", row, field, value)
			frappe.clear_document_cache(PACK, self.name)
			with self.subTest(field):
				made = self.register(self.simple)
				self.assertEqual((self.deadlines(made), made.evaluation_pending), ({}, 0))
