"""Care rules: which day, which customers; and follow-ups that a rule made."""

import frappe

from cs_center.setup.install_record import INSERTED_SEEDS, read_record
from cs_center.setup.seeds import insert_seeds
from cs_center.tests.base import create_user
from cs_center.tests.test_doctypes.customer_case import RULE, TIER, TOP, CustomerTestCase
from cs_center.tests.ticket_case import as_user

FOLLOW_UP = "CS Follow Up"
HOLIDAY = {"occasion": "Holiday"}
FESTIVAL = {**HOLIDAY, "holiday_country": "CN", "holiday_name": "Spring Festival"}


def make_rule(**values):
	"""An unsaved rule for birthdays, off."""
	row = {
		"doctype": RULE,
		"title": "Test Care",
		"occasion": "Birthday",
		"purpose": "Say hello",
		"enabled": 0,
	}
	return frappe.get_doc({**row, **values})


class RuleTestCase(CustomerTestCase):
	def refused(self, *words: str, **values):
		self.assert_refused(make_rule(**values).insert, *words)


class TestDay(RuleTestCase):
	def test_a_holiday_has_one_day(self):
		self.refused("has one day", "Enter one of the two", **HOLIDAY)
		self.refused("has one day", **FESTIVAL, fixed_month=5, fixed_day=1)

	def test_a_public_holiday_has_a_country_and_a_name(self):
		self.refused("its country and its name", **{**FESTIVAL, "holiday_country": ""})
		self.refused("its country and its name", **{**FESTIVAL, "holiday_name": " "})

	def test_a_public_holiday_is_one_that_the_list_knows(self):
		self.refused(
			"CN have no Thanksgiving", "Spring Festival", **{**FESTIVAL, "holiday_name": "Thanksgiving"}
		)
		self.refused(
			"holidays of QQ are not known", "for example CN", **{**FESTIVAL, "holiday_country": "qq"}
		)

	def test_it_may_be_named_in_chinese_or_in_small_letters(self):
		for name in ("春节", "spring  festival"):
			rule = make_rule(**{**FESTIVAL, "holiday_name": name, "holiday_country": " cn "}).insert()
			self.assertEqual(rule.holiday_country, "CN")
			rule.delete()

	def test_a_day_of_ones_own_is_in_the_calendar(self):
		for month, day in ((2, 31), (13, 1), (0, 5), (6, 0), (4, 31)):
			self.refused(f"no day {day} in month {month}", **HOLIDAY, fixed_month=month, fixed_day=day)
		self.assertEqual(make_rule(**HOLIDAY, fixed_month=2, fixed_day=29).insert().fixed_day, 29)

	def test_other_occasions_keep_no_day(self):
		rule = make_rule(**FESTIVAL).insert()
		rule = self.save(rule, occasion="Birthday")
		self.assertFalse(rule.holiday_country or rule.holiday_name or rule.fixed_month)

	def test_days_before_lie_in_their_range(self):
		self.refused("Days Before", "91", "0 to 90", days_before=91)
		self.assertEqual(make_rule(days_before=90).insert().days_before, 90)


class TestSample(RuleTestCase):
	def test_a_visit_draws_a_share(self):
		for percent in (0, 100.5, -3, "nan"):
			self.refused("sample", "more than 0 and up to 100", occasion="Visit", sample_percent=percent)
		self.assertEqual(make_rule(occasion="Visit", sample_percent=100).insert().sample_percent, 100)

	def test_a_visit_comes_before_nothing_and_others_draw_nothing(self):
		rule = make_rule(occasion="Visit", sample_percent=5, sample_most=20, days_before=9).insert()
		self.assertEqual((rule.days_before, rule.sample_most), (0, 20))
		rule = self.save(rule, occasion="Renewal")
		self.assertEqual((rule.sample_percent, rule.sample_most), (0, 0))


class TestTier(RuleTestCase):
	def test_an_enabled_rule_is_for_an_enabled_tier(self):
		frappe.db.set_value(TIER, TOP, "enabled", 0)
		self.refused(TOP, "is disabled", lowest_tier=TOP, enabled=1)
		self.assertEqual(make_rule(lowest_tier=TOP).insert().lowest_tier, TOP)


class TestWriting(RuleTestCase):
	def test_when_it_last_ran_is_nobodys_to_say(self):
		rule = make_rule(last_run_on="2030-01-01").insert()
		self.assertIsNone(frappe.db.get_value(RULE, rule.name, "last_run_on"))
		frappe.db.set_value(RULE, rule.name, "last_run_on", "2027-02-28")
		self.assertEqual(str(self.save(rule, last_run_on="2030-01-01").last_run_on), "2027-02-28")

	def test_a_rule_with_follow_ups_is_not_deleted(self):
		rule = make_rule().insert()
		self.follow_up(rule)
		self.assert_refused(rule.delete, error=frappe.LinkExistsError)

	def follow_up(self, rule):
		"""As the night makes one."""
		doc = {"doctype": FOLLOW_UP, "kind": "Care", "due_at": "2027-03-02 10:00", "customer": self.customer}
		occasion = {"care_rule": rule.name, "occasion": f"{rule.name}|2027-03-02|{self.customer}"}
		doc = frappe.get_doc({**doc, **occasion, "occasion_on": "2027-03-02"})
		return frappe.get_doc(FOLLOW_UP, doc.insert(ignore_permissions=True).name)  # as the service does

	def test_a_follow_up_of_a_rule_is_cancelled_not_deleted(self):
		doc = self.follow_up(make_rule().insert())
		self.assert_refused(doc.delete, doc.name, "Test Care", "Cancel it instead")
		cancelled = self.save(doc, state="Cancelled", cancelled_reason="On holiday")
		self.assert_refused(cancelled.delete, "Cancel it instead")

	def test_a_follow_up_keeps_its_occasion(self):
		doc = self.follow_up(make_rule().insert())
		saved = self.save(doc, occasion="", care_rule=None, occasion_on="2030-01-01", purpose="Sing")
		self.assertEqual(
			(saved.purpose, saved.occasion, saved.care_rule), ("Sing", doc.occasion, "Test Care")
		)
		self.assertEqual(str(saved.occasion_on), "2027-03-02")

	def test_nobody_gives_a_follow_up_an_occasion(self):
		rule = make_rule().insert()
		agent = create_user("rules@people.example", "Agent")
		with as_user(agent):
			doc = {"doctype": FOLLOW_UP, "kind": "Care", "due_at": "2027-03-02 10:00", "care_rule": rule.name}
			name = frappe.get_doc({**doc, "occasion": "x|y|z", "assigned_to": agent}).insert().name
		stored = frappe.db.get_value(FOLLOW_UP, name, ["care_rule", "occasion"])
		self.assertEqual(stored, (None, None))


class TestSeeds(RuleTestCase):
	def test_the_shipped_rules_are_complete_and_off(self):
		frappe.db.delete(TIER)
		kept = [entry for entry in read_record(INSERTED_SEEDS) if not entry.startswith((TIER, RULE))]
		frappe.db.set_global(INSERTED_SEEDS, frappe.as_json(kept))
		insert_seeds()
		rules = {
			row.name: row
			for row in frappe.get_all(
				RULE, fields=["name", "enabled", "occasion", "lowest_tier", "days_before", "sample_percent"]
			)
		}
		self.assertEqual(
			set(rules),
			{"Birthday Greeting", "Spring Festival Greeting", "Renewal Reminder", "Monthly Visit"},
		)
		self.assertEqual({row.enabled for row in rules.values()}, {0})
		self.assertEqual(rules["Renewal Reminder"].days_before, 14)
		visit = rules["Monthly Visit"]
		self.assertEqual((visit.occasion, visit.lowest_tier, visit.sample_percent), ("Visit", "VIP", 5))
		for name in rules:
			doc = frappe.get_doc(RULE, name)
			doc.enabled = 1
			self.assertEqual(doc.save().enabled, 1)
