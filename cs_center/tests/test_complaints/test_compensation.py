"""What is promised to the customer: the limit in sum, who decides, what was given stays, other currencies."""

from __future__ import annotations

import frappe

from cs_center.api import complaints
from cs_center.services.complaints import compensation
from cs_center.tests import factories
from cs_center.tests.test_complaints.complaint_case import ComplaintTestCase

ROWS = "CS Complaint Compensation"


def refund(amount: float, **values) -> dict:
	return {"kind": "Refund", "amount": amount, "currency": "EUR", **values}


class CompensationCase(ComplaintTestCase):
	"""Up to 500 EUR in sum a promise counts as approved."""

	def setUp(self):
		super().setUp()
		factories.change_settings(
			compensation_currency="EUR", compensation_limit=500, compensation_role="CS Manager"
		)

	def promised(self, *rows: dict, **values):
		"""A complaint that is looked into, with these promises."""
		made = self.register(self.simple, compensations=list(rows), **values)
		return self.fresh(self.go(made, "Acknowledged", "Classified", "Investigating"))

	def consented(self, *rows: dict, **values):
		"""The same, executed."""
		return self.fresh(self.go(self.promised(*rows, **values), "Solution Proposed", "Executing"))

	def decide(
		self, complaint, number: int = 0, decision: str = "Approved", user: str = "", note: str = "no"
	):
		with self.as_user(user or self.MANAGER):
			row = self.fresh(complaint).compensations[number].name
			complaints.decide_compensation(complaint.name, row, decision, note)
		return self.fresh(complaint)

	def give(self, complaint, number: int = 0):
		row = self.fresh(complaint).compensations[number].name
		complaints.carry_out_compensation(complaint.name, row)
		return self.fresh(complaint)

	def states(self, complaint) -> list[str]:
		return [row.state for row in self.fresh(complaint).compensations]

	def assert_waits(self, complaint, number: int) -> None:
		self.assert_refused(
			lambda: self.go(complaint, "Solution Proposed"), f"Compensation that is not approved: {number}"
		)


class TestTheLimit(CompensationCase):
	def test_up_to_it_nobody_is_asked(self):
		self.assertEqual(self.consented(refund(500)).stage, "Executing")

	def test_a_cent_above_it_somebody_is(self):
		complaint = self.promised(refund(500.01))
		self.assert_waits(complaint, 1)
		self.decide(complaint)
		self.assertEqual(self.go(complaint, "Solution Proposed").stage, "Solution Proposed")

	def test_split_promises_are_one_sum(self):
		complaint = self.promised(refund(200), refund(200), refund(101))
		self.assert_waits(complaint, 3)
		for number in range(3):
			self.decide(complaint, number)
		self.assertEqual(self.go(complaint, "Solution Proposed").stage, "Solution Proposed")

	def test_one_that_is_added_later_makes_all_of_them_wait(self):
		complaint = self.promised(refund(300))
		complaint.append("compensations", refund(300))
		complaint.save()
		self.assert_waits(complaint, 2)

	def test_what_was_given_counts_on(self):
		complaint = self.give(self.consented(refund(400)))
		complaint.append("compensations", refund(200))
		complaint.save()
		self.assert_refused(lambda: self.give(complaint, 1), "not approved")
		self.decide(complaint, 1)
		self.assertEqual(self.states(self.give(complaint, 1)), ["Carried Out", "Carried Out"])

	def test_other_kinds_without_an_amount_cost_nothing(self):
		complaint = self.promised({"kind": "Apology"}, {"kind": "Repair"}, refund(500))
		self.assertEqual(self.go(complaint, "Solution Proposed").stage, "Solution Proposed")

	def test_no_limit_means_each_amount_is_approved(self):
		factories.change_settings(compensation_limit=0)
		self.assert_waits(self.promised(refund(1)), 1)

	def test_another_currency_cannot_be_compared(self):
		complaint = self.promised(refund(1, currency="USD"), refund(100))
		self.assert_waits(complaint, 1)
		self.decide(complaint)
		moved = self.go(complaint, "Solution Proposed")
		self.assertEqual((moved.stage, moved.compensation_cost), ("Solution Proposed", 100))

	def test_where_the_site_has_no_currency_no_amount_can_be_compared(self):
		factories.change_settings(compensation_currency="")
		frappe.db.set_default("currency", "")
		self.addCleanup(frappe.clear_cache)
		self.assert_waits(self.promised(refund(1, currency="USD"), refund(1, currency="JPY")), 2)


class TestDeciding(CompensationCase):
	def test_the_role_of_the_settings_decides(self):
		complaint = self.promised(refund(700))
		for user in (self.AGENT, self.LEAD, self.AUDITOR):
			with self.subTest(user):
				self.assertRaises(frappe.PermissionError, self.decide, complaint, user=user)
		factories.change_settings(compensation_role="CS Team Lead")
		self.decide(complaint, user=self.LEAD)
		self.assertEqual(self.states(complaint), ["Approved"])

	def test_nobody_decides_about_the_own_complaint(self):
		complaint = self.promised(refund(700), handler=self.MANAGER)
		complaint.handler = self.MANAGER
		complaint.save()
		self.assert_refused(lambda: self.decide(complaint), "You handle this complaint")
		with self.as_user(self.MANAGER):
			doc = self.fresh(complaint)
			doc.handler = self.AGENT
			doc.save()
		self.assert_refused(lambda: self.decide(complaint), "handle")
		self.decide(complaint, user=self.OTHER_MANAGER)
		self.assertEqual(self.states(complaint), ["Approved"])

	def test_a_decision_is_kept_with_who_and_when(self):
		row = self.decide(self.promised(refund(700)), note="Good customer").compensations[0]
		self.assertEqual(
			(row.state, row.decided_by, str(row.decided_at), row.decision_note),
			("Approved", self.MANAGER, "2027-03-01 10:00:00", "Good customer"),
		)

	def test_a_refusal_says_why_and_keeps_the_complaint_where_it_is(self):
		complaint = self.promised(refund(100))
		self.assert_refused(lambda: self.decide(complaint, decision="Refused", note=" "), "why")
		complaint = self.decide(complaint, decision="Refused", note="Not our fault")
		self.assert_waits(complaint, 1)
		self.assertEqual(complaint.compensation_cost, 0)
		complaint.set("compensations", [])
		complaint.save()
		self.assertEqual(self.go(complaint, "Solution Proposed").stage, "Solution Proposed")

	def test_a_refused_one_is_no_part_of_the_sum(self):
		complaint = self.decide(self.promised(refund(400), refund(400)), decision="Refused", note="no")
		complaint.remove(complaint.compensations[0])
		complaint.save()
		self.assertEqual(self.go(complaint, "Solution Proposed").stage, "Solution Proposed")

	def test_nothing_is_decided_twice_and_in_no_other_way(self):
		complaint = self.decide(self.promised(refund(700)))
		self.assert_refused(lambda: self.decide(complaint), "decided already")
		for decision in ("Carried Out", "Proposed", "", "approved"):
			self.assert_refused(
				lambda decision=decision: self.decide(complaint, decision=decision), "Approved or Refused"
			)

	def test_a_row_of_another_complaint_is_not_decided_through_this_one(self):
		mine, other = self.promised(refund(700)), self.promised(refund(700))
		with self.as_user(self.MANAGER):
			self.assert_refused(
				lambda: complaints.decide_compensation(mine.name, other.compensations[0].name, "Approved"),
				"not there any more",
			)
		self.assertEqual(self.states(other), ["Proposed"])

	def test_changed_terms_are_a_new_promise(self):
		for field, value in (
			("amount", 900),
			("kind", "Coupon"),
			("currency", "USD"),
			("description", "More"),
		):
			complaint = self.decide(self.promised(refund(700)))
			complaint.compensations[0].set(field, value)
			complaint.save()
			with self.subTest(field):
				row = self.fresh(complaint).compensations[0]
				self.assertEqual((row.state, row.decided_by), ("Proposed", None))

	def test_a_form_does_not_decide(self):
		complaint = self.promised(refund(700))
		complaint.compensations[0].update(
			{"state": "Approved", "decided_by": self.MANAGER, "carried_out_at": "2027-03-01 09:00:00"}
		)
		complaint.save()
		row = self.fresh(complaint).compensations[0]
		self.assertEqual((row.state, row.decided_by, row.carried_out_at), ("Proposed", None, None))

	def test_a_new_complaint_is_promised_nothing_that_is_approved(self):
		made = self.register(
			self.simple, compensations=[refund(700, state="Carried Out", decided_by=self.MANAGER)]
		)
		row = made.compensations[0]
		self.assertEqual((row.state, row.decided_by), ("Proposed", None))


class TestGiving(CompensationCase):
	def test_it_is_given_once_with_who_and_when(self):
		complaint = self.consented(refund(100))
		self.travel("11:00")
		with self.as_user(self.AGENT):
			row = self.give(complaint).compensations[0]
		self.assertEqual(
			(row.state, row.carried_out_by, str(row.carried_out_at)),
			("Carried Out", self.AGENT, "2027-03-01 11:00:00"),
		)
		self.assert_refused(lambda: self.give(complaint), "already")

	def test_it_is_not_given_before_the_customer_consents(self):
		self.assert_refused(lambda: self.give(self.promised(refund(100))), "not consented")

	def test_nor_on_a_consent_that_came_with_a_new_complaint(self):
		made = self.register(
			self.simple,
			compensations=[refund(100)],
			consent="Consented",
			consent_person="Mx Buyer",
			consent_at="2027-03-01 10:00:00",
		)
		self.assertFalse(made.consent)
		self.assert_refused(lambda: self.give(made), "not consented")

	def test_nor_when_it_was_refused_or_is_not_approved(self):
		complaint = self.consented(refund(100))
		complaint.append("compensations", refund(900))
		complaint.save()
		self.assert_refused(lambda: self.give(complaint, 1), "not approved")
		self.decide(complaint, 1, "Refused", note="no")
		self.assert_refused(lambda: self.give(complaint, 1), "not approved")

	def test_what_was_given_is_neither_changed_nor_removed(self):
		complaint = self.give(self.consented(refund(100)))
		for change in (
			lambda doc: doc.compensations[0].set("amount", 1),
			lambda doc: doc.compensations[0].set("description", "Something else"),
			lambda doc: doc.set("compensations", []),
			lambda doc: doc.set("compensations", [refund(100)]),
		):
			doc = self.fresh(complaint)
			change(doc)
			self.assert_refused(doc.save, "carried out")
		self.assertEqual(self.states(complaint), ["Carried Out"])

	def test_the_call_back_comes_after_it_is_given(self):
		complaint = self.consented(refund(100))
		self.assert_refused(lambda: self.go(complaint, "Follow-up"), "not carried out: 1")
		self.give(complaint)
		self.assertEqual(self.go(complaint, "Follow-up").stage, "Follow-up")

	def test_a_complaint_is_not_closed_while_something_is_promised(self):
		complaint = self.go(self.consented(), "Follow-up")
		self.call_back(complaint)
		complaint = self.fresh(complaint)
		complaint.append("compensations", refund(100))
		complaint.save()
		self.assert_refused(lambda: self.move(complaint, "Closed"), "not carried out: 1")
		self.give(complaint)
		self.assertEqual(self.move(complaint, "Closed").stage, "Closed")

	def test_a_complaint_is_not_rejected_while_something_is_promised(self):
		made = self.go(self.register(self.simple, compensations=[refund(100)]), "Acknowledged", "Classified")
		self.assert_refused(
			lambda: self.move(made, "Rejected", rejection_reason="Not ours"), "promised", "not carried out: 1"
		)

	def test_the_ledger_tells_each_decision_once(self):
		complaint = self.decide(self.promised(refund(700)))
		self.give(self.go(complaint, "Solution Proposed", "Executing"))
		told = [value for kind, value in self.ledger(complaint) if kind == "Compensation Decided"]
		self.assertEqual(told, ["Approved", "Carried Out"])

	def test_two_who_give_it_at_once_give_it_once(self):
		complaint = self.consented(refund(100))
		first, second = self.fresh(complaint), self.fresh(complaint)
		row = complaint.compensations[0].name
		compensation.carry_out(first, row)
		first.save()
		compensation.carry_out(second, row)
		frappe.db.set_value(
			"CS Complaint", complaint.name, "modified", "2027-03-01 10:00:01", update_modified=False
		)
		self.assertRaises(frappe.TimestampMismatchError, second.save)


class TestCost(CompensationCase):
	def test_what_is_promised_without_approval_or_approved_or_given_costs(self):
		complaint = self.promised(refund(100), refund(50))
		self.assertEqual(complaint.compensation_cost, 150)

	def test_what_waits_for_approval_costs_nothing_yet(self):
		complaint = self.promised(refund(700))
		self.assertEqual(complaint.compensation_cost, 0)
		self.assertEqual(self.decide(complaint).compensation_cost, 700)
