"""Clocks of complaints are derived: computed anew from the ledger they are the stored ones, as often as one likes."""

from __future__ import annotations

import frappe

from cs_center.services.complaints import evaluation
from cs_center.services.service_levels import rebuild, store
from cs_center.tests.test_complaints.complaint_case import COMPLAINT, TO_FOLLOW_UP
from cs_center.tests.test_complaints.escalating_case import EscalatingCase
from cs_center.tests.test_complaints.regulator_case import clock


class TestRebuilding(EscalatingCase):
	def lives(self) -> list:
		"""Complaints in several states, each with a life behind it."""
		self.pack(
			clock("Final", 56), clock("Notice", 2, starts_at="Regulator Notice", ends_at="Solution Proposed")
		)
		made = [self.complaint(severity=severity) for severity in ("General", "Important", "Major")]
		self.travel("11:30")
		self.go(made[0], *TO_FOLLOW_UP)
		self.travel("2027-03-02 15:00")
		self.call_back(made[0])
		self.move(made[0], "Closed")
		self.go(made[1], *TO_FOLLOW_UP[:3])
		doc = self.fresh(made[1])
		doc.update({"regulator_notice_at": "2027-03-02 14:00:00", "team": self.OTHER_TEAM})
		doc.save()
		self.travel("2027-03-03 09:00")
		self.pass_complaints()
		self.move(made[0], "Investigating", note="Again")
		return made

	def rows(self) -> list[tuple]:
		return frappe.get_all(
			store.CLOCK,
			{"reference_doctype": COMPLAINT},
			["name", "reference_name", *store.CLOCK_VALUES],
			order_by="name asc",
			as_list=True,
		)

	def test_clocks_made_anew_from_the_ledger_are_the_stored_ones(self):
		made = self.lives()
		before = self.rows()
		self.assertGreater(len(before), 10)
		frappe.db.delete(store.CLOCK, {"reference_doctype": COMPLAINT})
		names = [one.name for one in made]
		evaluation.evaluate_stored(names)
		self.assertEqual(self.rows(), before)
		self.assertEqual(evaluation.evaluate_stored(names), 0)
		self.assertEqual(evaluation.evaluate_stored(names), 0)
		self.assertEqual(self.rows(), before)

	def test_the_rebuilding_of_all_clocks_rebuilds_those_of_complaints(self):
		self.lives()
		before = self.rows()
		frappe.db.delete(store.CLOCK, {"reference_doctype": COMPLAINT})
		rebuild.rebuild_all()
		self.assertEqual(self.rows(), before)

	def test_shown_fields_follow(self):
		made = self.lives()
		fields = evaluation.SHOWN_FIELDS
		before = [[self.fresh(one).get(field) for field in fields] for one in made]
		for one in made:
			frappe.db.set_value(
				COMPLAINT, one.name, {"policy": None, "next_deadline": None, "service_state": ""}
			)
		evaluation.evaluate_stored([one.name for one in made])
		self.assertEqual([[self.fresh(one).get(field) for field in fields] for one in made], before)
