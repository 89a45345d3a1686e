"""Fields and rows of a complaint that cannot be are refused with a message; gates and stages have tests of their own."""

from datetime import timedelta

import frappe
from frappe.utils import get_datetime, now_datetime

from cs_center.services.complaints import categories
from cs_center.tests.base import SiteTestCase, create_user
from cs_center.tests.factories import change_settings, create_ticket, unique
from cs_center.tests.test_doctypes.factories import make_category, make_complaint

COMPLAINT = "CS Complaint"
CATEGORY = "CS Complaint Category"

EVERYTHING = frozenset(("read", "write", "create", "delete", "report", "export", "print"))
COMPLAINTS = {
	"System Manager": EVERYTHING,
	"CS Manager": EVERYTHING,
	"CS Team Lead": EVERYTHING - {"delete"},
	"Agent Manager": EVERYTHING - {"delete"},
	"CS Quality Auditor": {"read", "report", "export", "print"},
	"Agent": {"read", "write", "create", "report", "print"},
	"CS Department User": set(),
	"CS Trainer": set(),
}
READING = frozenset(("read", "report", "print"))
CATEGORIES = {
	**dict.fromkeys(COMPLAINTS, READING),
	"System Manager": EVERYTHING,
	"CS Manager": EVERYTHING,
	"CS Department User": set(),
}


class ComplaintTestCase(SiteTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.ticket = create_ticket().name

	def setUp(self):
		super().setUp()
		self.addCleanup(categories.forget)
		change_settings(compensation_currency="EUR")

	def make(self, **values):
		return make_complaint(self.ticket, **values)

	def received(self, **values):
		"""A complaint of three hours ago, saved."""
		return self.make(received_at=self.ago(hours=3), **values).insert()

	def ago(self, **time):
		return now_datetime() - timedelta(**time)

	def refuse(self, complaint, *words: str):
		self.assert_refused(complaint.insert if complaint.is_new() else complaint.save, *words)


class TestTimes(ComplaintTestCase):
	def test_a_complaint_is_not_received_tomorrow(self):
		self.refuse(
			self.make(received_at=self.ago(days=-1)),
			"Received At",
			"lies in the future",
			"Enter when it happened",
		)

	def test_clocks_may_differ_by_a_minute(self):
		complaint = self.make(received_at=self.ago(seconds=-50)).insert()
		self.assertTrue(frappe.db.exists(COMPLAINT, complaint.name))

	def test_a_complaint_without_a_time_is_received_now(self):
		before = now_datetime()
		complaint = self.make().insert()
		self.assertLess(abs(get_datetime(complaint.received_at) - before), timedelta(minutes=1))

	def test_the_time_of_receipt_is_written_once(self):
		complaint = self.received()
		complaint.received_at = self.ago(hours=1)
		self.assert_refused(complaint.save, "Received At", error=frappe.CannotChangeConstantError)

	def test_a_text_that_is_no_time_is_refused(self):
		for text in ("yesterday", "2026-13-45 10:00:00", "0001-01-01 00:00:00"):
			self.refuse(self.make(received_at=text), "Received At", "is not a time", "for example")

	def test_a_time_with_a_zone_is_stored_in_the_sites(self):
		complaint = self.make(received_at="2026-03-02T10:00:00+00:00").insert()
		stored = frappe.db.get_value(COMPLAINT, complaint.name, "received_at")
		zone = frappe.utils.get_system_timezone()
		wanted = frappe.utils.convert_utc_to_timezone(get_datetime("2026-03-02 10:00:00"), zone)
		self.assertEqual(stored, wanted.replace(tzinfo=None))

	def test_recourse_is_told_after_the_receipt_and_not_tomorrow(self):
		complaint = self.received()
		for told_at, words in (
			(self.ago(hours=4), ("before the complaint was received", "Correct the time")),
			(self.ago(hours=-1), ("lies in the future", "Enter when it happened")),
		):
			complaint.reload()
			complaint.update({"recourse_body": "Consumer association", "recourse_told_at": told_at})
			self.refuse(complaint, "Customer Told At", *words)
		complaint.reload()
		complaint.update({"recourse_body": "Consumer association", "recourse_told_at": self.ago(hours=2)})
		complaint.save()
		self.assertTrue(frappe.db.get_value(COMPLAINT, complaint.name, "recourse_told_at"))

	def test_a_regulators_notice_may_be_older_than_the_registration_but_not_of_tomorrow(self):
		complaint = self.received(regulator_notice_at=self.ago(days=2))
		complaint.regulator_notice_at = self.ago(days=-1)
		self.refuse(complaint, "Notice of the Regulator Received At", "lies in the future")


class TestConsent(ComplaintTestCase):
	def consented(self, **values):
		complaint = self.received()
		# As it stands while a solution lies before the customer; the way there is tested with the gates.
		frappe.db.set_value(
			COMPLAINT, complaint.name, {"stage": "Solution Proposed", "solution": "A new one"}
		)
		complaint.reload()
		given = {"consent": "Consented", "consent_person": "Mx Buyer", "consent_at": self.ago(hours=1)}
		return complaint.update({**given, **values})

	def test_consent_needs_who_and_when(self):
		words = ("who gave it and when",)
		self.refuse(self.consented(consent_person=" "), *words, "Fill in: Who Answered.")
		self.refuse(self.consented(consent_at=None), *words, "Fill in: Answered At.")
		self.refuse(
			self.consented(consent_person="", consent_at=""), *words, "Fill in: Who Answered, Answered At."
		)

	def test_consent_is_given_after_the_receipt_and_not_tomorrow(self):
		self.refuse(
			self.consented(consent_at=self.ago(hours=5)), "Answered At", "before the complaint was received"
		)
		self.refuse(self.consented(consent_at=self.ago(days=-1)), "Answered At", "lies in the future")

	def test_consent_with_person_and_time_is_kept(self):
		complaint = self.consented().save()
		self.assertEqual(
			frappe.db.get_value(COMPLAINT, complaint.name, ["consent", "consent_person"]),
			("Consented", "Mx Buyer"),
		)


class TestCompensation(ComplaintTestCase):
	def with_row(self, **values):
		return self.make(compensations=[{"kind": "Apology"}, values])

	def test_amounts_and_points_below_zero_are_refused(self):
		words = ("row 2", "below zero", "Correct the row")
		self.refuse(self.with_row(kind="Refund", amount=-1), *words)
		self.refuse(self.with_row(kind="Points", points=-5), *words)

	def test_an_amount_without_a_kind_is_refused(self):
		self.refuse(self.with_row(amount=5), "row 2", "say what kind it is")

	def test_only_points_have_points(self):
		self.refuse(
			self.with_row(kind="Coupon", points=100), "row 2", "only the kind Points has points", "Coupon"
		)
		complaint = self.with_row(kind="Points", points=100).insert()
		self.assertEqual(complaint.compensations[1].points, 100)

	def test_an_amount_gets_the_currency_of_the_settings(self):
		complaint = self.with_row(kind="Refund", amount=12.5).insert()
		self.assertEqual([row.currency for row in complaint.compensations], ["EUR", "EUR"])
		self.assertEqual(complaint.cost_currency, "EUR")

	def test_a_site_with_a_currency_of_its_own_does_not_overrule_the_settings(self):
		frappe.db.set_default("currency", "CNY")
		self.addCleanup(frappe.clear_cache)
		complaint = self.make().insert()
		complaint.append("compensations", {"kind": "Refund", "amount": 5})
		complaint.save()
		self.assertEqual([row.currency for row in complaint.compensations], ["EUR"])
		other = self.with_row(kind="Refund", amount=5).insert()
		self.assertEqual(other.compensations[1].currency, "EUR")

	def test_an_amount_keeps_its_own_currency(self):
		complaint = self.with_row(kind="Coupon", amount=5, currency="USD").insert()
		self.assertEqual(complaint.compensations[1].currency, "USD")

	def test_an_amount_where_nobody_named_a_currency_is_refused(self):
		change_settings(compensation_currency="")
		frappe.db.set_default("currency", "")
		self.addCleanup(frappe.clear_cache)
		self.refuse(
			self.with_row(kind="Refund", amount=5), "row 2", "needs its currency", "CS Center Settings"
		)


class TestRows(ComplaintTestCase):
	def test_a_root_cause_of_spaces_is_refused(self):
		for cause in ("", "  \n "):
			complaint = self.make(root_causes=[{"cause": "No padding"}, {"cause": cause, "kind": "Process"}])
			self.refuse(complaint, "row 2", "there is no cause", "remove the row")


class TestCategory(ComplaintTestCase):
	def create_category(self, **values) -> str:
		return make_category(unique("Late"), **values).insert().name

	def test_a_disabled_category_takes_no_new_complaint(self):
		category = self.create_category(enabled=0)
		self.refuse(self.make(category=category), category, "is disabled", "Choose another one")
		complaint = self.make().insert()
		complaint.category = category
		self.refuse(complaint, category, "is disabled")

	def test_complaints_of_a_category_that_is_disabled_later_can_be_saved(self):
		complaint = self.make(category=self.create_category()).insert()
		frappe.db.set_value(CATEGORY, complaint.category, "enabled", 0)
		complaint.findings = "The box was open."
		complaint.save()
		self.assertEqual(frappe.db.get_value(COMPLAINT, complaint.name, "findings"), "The box was open.")


class TestForm(SiteTestCase):
	"""What the DocType itself promises."""

	def test_lists_filter_by_what_people_ask_for(self):
		meta = frappe.get_meta(COMPLAINT)
		shown = [field.fieldname for field in meta.fields if field.in_list_view]
		filters = {field.fieldname for field in meta.fields if field.in_standard_filter}
		# The stage is the list's indicator.
		self.assertEqual(shown, ["subject", "category", "severity", "next_deadline"])
		self.assertLessEqual(
			{"stage", "severity", "category", "team", "handler", "customer", "is_repeat"}, filters
		)

	def test_lists_and_reports_have_their_indexes(self):
		wanted = {
			("stage", "modified"),
			(
				"received_at",
				"category",
				"is_repeat",
				"consent",
				"refusals",
				"compensation_cost",
				"cost_currency",
			),
			("category", "received_at"),
			("customer", "category", "received_at"),
			("ticket",),
			("team",),
			("next_escalation_at",),
			("evaluation_pending",),
		}
		rows = frappe.db.sql(f"show index from `tab{COMPLAINT}`", as_dict=True)
		names = {row.Key_name for row in rows}
		present = {
			tuple(
				row.Column_name
				for row in sorted(rows, key=lambda row: row.Seq_in_index)
				if row.Key_name == name
			)
			for name in names
		}
		# A longer one that begins with the same columns serves as well.
		missing = [one for one in wanted if not any(index[: len(one)] == one for index in present)]
		self.assertEqual(missing, [])

	def test_numbers_tell_the_year(self):
		complaint = make_complaint(create_ticket().name).insert()
		self.assertRegex(complaint.name, rf"^CMP-{now_datetime().year}-\d{{5}}$")


class TestRights(SiteTestCase):
	"""What the roles may do at all; which complaints an agent sees is said by the permission hooks."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.users = {role: create_user(f"{frappe.scrub(role)}@cs.example.com", role) for role in COMPLAINTS}
		cls.customer = create_user("portal.customer@example.com")

	def rights(self, doctype: str, user: str) -> set[str]:
		return {right for right in EVERYTHING if frappe.has_permission(doctype, right, user=user)}

	def test_each_role_may_do_its_part_with_complaints_and_categories(self):
		for doctype, wanted in ((COMPLAINT, COMPLAINTS), (CATEGORY, CATEGORIES)):
			for role, user in self.users.items():
				self.assertEqual(self.rights(doctype, user), set(wanted[role]), (doctype, role))

	def test_a_customer_may_nothing(self):
		for doctype in (COMPLAINT, CATEGORY):
			self.assertEqual(self.rights(doctype, self.customer), set(), doctype)
