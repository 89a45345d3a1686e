"""The customer's page and its short form: figures counted by hand, and lists that hold what the caller may see."""

import json

import frappe

from cs_center.api import customers as api
from cs_center.services.customers.deciding import PROFILE
from cs_center.tests import factories
from cs_center.tests.base import create_user
from cs_center.tests.factories import create_ticket, save, set_status
from cs_center.tests.test_customers.customer_case import TIER, CustomerTestCase

COMPLAINT, FOLLOW_UP = "CS Complaint", "CS Follow Up"
HOSTILE = '<img src=x onerror="alert(1)"> {0} %s \'"\\'
EMPTY = {"open": 0, "total": 0, "rows": []}

PEOPLE = {
	"CS Manager": "page-manager@tiers.example",
	"CS Team Lead": "page-lead@tiers.example",
	"CS Customer Care": "page-care@tiers.example",
	"CS Quality Auditor": "page-auditor@tiers.example",
	"CS Trainer": "page-trainer@tiers.example",
	"CS Department User": "page-department@tiers.example",
}


class OverviewTestCase(CustomerTestCase):
	@classmethod
	def create_people(cls):
		super().create_people()
		if not frappe.db.exists("User", PEOPLE["CS Department User"]):
			for role, user in PEOPLE.items():
				create_user(user, role)
			frappe.db.commit()  # users are slow: made once for the test site

	def setUp(self):
		super().setUp()
		self.name = self.customer()
		self.policy = factories.create_policy()

	def page(self, user=None):
		with self.as_user(user or "Administrator"):
			return api.overview(self.name)

	def follow_up(self, **values):
		doc = {"doctype": FOLLOW_UP, "kind": "Visit", "customer": self.name, "medium": "Phone"}
		return frappe.get_doc({**doc, "due_at": "2027-03-02 10:00", "purpose": "Ask", **values}).insert()

	def complain(self, ticket, **values):
		doc = {
			"doctype": COMPLAINT,
			"customer": self.name,
			"ticket": ticket.name,
			"subject": "Broken",
			"description": "It is broken",
		}
		return frappe.get_doc({**doc, **values}).insert()


class TestFigures(OverviewTestCase):
	def test_an_empty_customer(self):
		page = self.page()
		self.assertEqual((page["customer"], page["tier"]["name"]), (self.name, "Regular"))
		self.assertEqual((page["figures"]["spend"], page["figures"]["orders"]), (0, 0))
		self.assertEqual((page["tickets"], page["complaints"], page["purchases"]), (EMPTY, EMPTY, []))
		self.assertEqual(page["satisfaction"], {"average": 0, "count": 0, "rows": []})
		self.assertEqual(page["follow_ups"], {"open": 0, "rows": []})
		self.assertEqual(page["dedicated_agent"], {"user": "", "name": "", "here": False})
		json.dumps(page, default=str)

	def test_spend_orders_and_months(self):
		order = self.buy(self.name, 600, purchased_on="2026-06-10")
		self.buy(self.name, 100, purchased_on="2026-06-20", is_return=1, returns_order=order.name)
		self.buy(self.name, 50, purchased_on="2027-03-01")
		self.buy(self.name, 7, purchased_on="2026-03-02")
		self.buy(self.name, 1000, purchased_on="2026-03-01")
		self.buy(self.name, 1000, purchased_on="2027-03-02")
		figures = self.page()["figures"]
		self.assertEqual((figures["spend"], figures["orders"], figures["currency"]), (557, 3, "CNY"))
		months = {row["month"]: (row["spend"], row["orders"]) for row in figures["months"]}
		self.assertEqual((months["2026-06"], months["2027-03"]), ((500, 1), (50, 1)))
		self.assertEqual(months["2026-07"], (0, 0))
		self.assertEqual(sum(row["spend"] for row in figures["months"]), figures["spend"])
		self.assertEqual(sum(row["orders"] for row in figures["months"]), figures["orders"])
		self.assertEqual([*months], sorted(months))

	def test_months_on_hard_days(self):
		for today, window in (("2028-02-29", 12), ("2027-12-31", 1), ("2027-01-01", 12), ("2027-05-31", 24)):
			self.set_tier("VIP", rank=10, spend_threshold=1000, window_months=window)
			self.set_tier("Senior VIP", rank=20, spend_threshold=5000, window_months=window)
			self.travel(f"{today} 00:00:00")
			buyer = self.name = self.customer()
			for day in (0, 27, 30, 31, 60, 200):
				self.buy(buyer, 10, days_ago=day)
			months = self.page()["figures"]["months"]
			names = [row["month"] for row in months]
			self.assertEqual((names, names[-1]), (sorted(set(names)), today[:7]), today)
			if window <= 12:
				figures = self.page()["figures"]
				self.assertEqual(sum(row["spend"] for row in months), figures["spend"], today)

	def test_purchases(self):
		orders = [self.buy(self.name, 10 + number, days_ago=number) for number in range(12)]
		self.buy(self.name, 3, days_ago=0, is_return=1, returns_order=orders[0].name)
		rows = self.page()["purchases"]
		self.assertEqual(len(rows), 10)
		self.assertEqual((rows[0]["amount"], rows[0]["is_return"]), (-3, True))
		self.assertIn(orders[0].name, [row["order_number"] for row in rows])
		self.assertTrue(rows[0]["url"])

	def test_tickets(self):
		address = self.buyer_of(self.name)
		tickets = [create_ticket(raised_by=address) for _number in range(12)]
		for ticket in tickets[:3]:
			set_status(ticket, "Resolved")
		create_ticket(raised_by="nobody@shop.example")
		found = self.page()["tickets"]
		self.assertEqual((found["open"], found["total"], len(found["rows"])), (9, 12, 10))
		self.assertEqual([row["status"] == "Resolved" for row in found["rows"]], [False] * 9 + [True])
		self.assertTrue(all(row["next_deadline"] for row in found["rows"][:9]))

	def test_complaints_follow_ups_and_satisfaction(self):
		address = self.buyer_of(self.name)
		ticket = create_ticket(raised_by=address)
		frappe.db.set_value("HD Ticket", ticket.name, "feedback_rating", 0.8)
		self.complain(ticket)
		open_one, done = self.follow_up(), self.follow_up()
		frappe.db.set_value(
			FOLLOW_UP, done.name, {"state": "Done", "score": 3, "done_at": "2027-03-01 09:00:00"}
		)
		page = self.page()
		self.assertEqual((page["complaints"]["open"], page["complaints"]["total"]), (1, 1))
		self.assertEqual((page["follow_ups"]["open"], len(page["follow_ups"]["rows"])), (1, 2))
		self.assertIn(open_one.name, [row["name"] for row in page["follow_ups"]["rows"]])
		self.assertEqual((page["satisfaction"]["average"], page["satisfaction"]["count"]), (3.5, 2))

	def test_changes(self):
		self.buy(self.name, 1000)
		self.evaluate()
		changes = self.page()["changes"]
		self.assertEqual(len(changes), 1)
		self.assertIn("VIP", changes[0]["text"])
		self.assertIn("1,000", changes[0]["text"])

	def test_the_agent(self):
		frappe.db.set_value(PROFILE, self.name, "dedicated_agent", self.AGENT)
		self.assertEqual(self.page()["dedicated_agent"]["here"], True)
		factories.create_profile(self.AGENT, away_from="2027-02-01 00:00:00")
		agent = self.page()["dedicated_agent"]
		self.assertEqual((agent["user"], agent["here"]), (self.AGENT, False))

	def test_the_reasons(self):
		self.buy(self.name, 1000)
		self.assertIn("VIP", self.page()["why"]["sentence"])
		self.evaluate()
		why = self.page()["why"]
		self.assertIn("reach the tier VIP", why["sentence"])
		self.assertEqual(
			[(row["tier"], row["met"]) for row in why["rows"]], [("VIP", True), ("Senior VIP", False)]
		)
		asked = {one["what"]: (one["has"], one["wanted"], one["met"]) for one in why["rows"][0]["asked"]}
		self.assertEqual(asked, {"spend": (1000, 1000, True), "orders": (1, 5, False)})
		self.assertEqual((why["grace"], why["override"]), ("", ""))

	def test_the_grace(self):
		frappe.db.set_value(
			PROFILE, self.name, {"tier": "VIP", "earned_tier": "VIP", "below_since": "2027-02-20"}
		)
		grace = self.page()["why"]["grace"]
		self.assertIn(frappe.utils.formatdate("2027-02-20"), grace)
		self.assertIn(frappe.utils.formatdate("2027-03-22"), grace)

	def test_an_override_now_and_to_come(self):
		values = {"override_tier": "VIP", "override_reason": "A {0} promise %s.", "override_by": self.AGENT}
		for begins, tier in (("2027-02-01", "VIP"), ("2027-03-20", "Regular")):
			values |= {"override_from": begins, "override_until": "2027-03-31", "tier": tier}
			frappe.db.set_value(PROFILE, self.name, values)
			self.assertIn("A {0} promise %s", self.page()["why"]["override"])
		frappe.db.set_value(
			PROFILE, self.name, {"override_until": "2027-02-28", "override_from": "2027-02-01"}
		)
		self.assertEqual(self.page()["why"]["override"], "")

	def test_by_another_spelling(self):
		self.buy(self.name, 1000)
		for spelled in (self.name.upper(), f"{self.name} "):
			page = api.overview(spelled)
			self.assertEqual((page["figures"]["spend"], page["customer"]), (1000, self.name), spelled)

	def test_a_tier_without_colour_and_perks(self):
		frappe.db.set_value(TIER, "Regular", {"colour": None, "perks": None})
		frappe.clear_document_cache(TIER, "Regular")
		tier = self.page()["tier"]
		self.assertEqual((tier["colour"], tier["perks"]), ("", []))

	def test_a_tier_that_is_disabled_or_gone(self):
		for tier in ("VIP", "Gone", None):
			frappe.db.set_value(TIER, "VIP", "enabled", 0)
			frappe.clear_document_cache(TIER, "VIP")
			frappe.db.set_value(PROFILE, self.name, {"tier": tier, "earned_tier": tier})
			page = self.page()
			self.assertTrue(page["why"]["sentence"], tier)

	def test_tiers_that_are_no_ladder(self):
		"""What is wrong is said, in words that a user can use."""
		frappe.db.set_value(TIER, "VIP", "spend_threshold", 100000)
		frappe.clear_document_cache(TIER, "VIP")
		try:
			self.assertIn("tickets", self.page())
		except frappe.ValidationError as error:
			self.assertIn("Senior VIP", str(error))

	def test_reading_changes_nothing(self):
		self.buy(self.name, 1000)
		before = frappe.db.get_value(PROFILE, self.name, "*", as_dict=True)
		self.page()
		self.assertEqual(frappe.db.get_value(PROFILE, self.name, "*", as_dict=True), before)


class TestWhoMaySee(OverviewTestCase):
	def setUp(self):
		super().setUp()
		self.address = self.buyer_of(self.name)
		self.ticket = create_ticket(raised_by=self.address)
		self.buy(self.name, 100)
		self.follow_up()
		self.complain(self.ticket)

	def test_each_role_of_the_centre(self):
		for role in ("CS Manager", "CS Team Lead", "CS Customer Care", "CS Quality Auditor", "CS Trainer"):
			with self.subTest(role):
				page = self.page(PEOPLE[role])
				self.assertEqual(page["customer"], self.name)
				self.assert_as_lists(page, PEOPLE[role])
		self.assert_as_lists(self.page(self.AGENT), self.AGENT)

	def assert_as_lists(self, page, user):
		"""Numbers are those of the lists that the user can open."""
		with self.as_user(user):
			for key, doctype in (("tickets", "HD Ticket"), ("complaints", COMPLAINT)):
				seen = set()
				if frappe.has_permission(doctype, "read"):
					seen = set(frappe.get_list(doctype, {"customer": self.name}, pluck="name"))
				self.assertEqual({row["name"] for row in page[key]["rows"]}, seen, (user, key))
				self.assertEqual(page[key]["total"], len(seen), (user, key))
			may_buy = frappe.has_permission("CS Customer Purchase", "read")
			self.assertEqual(bool(page["purchases"]), may_buy, user)

	def test_customers_guests_and_other_departments(self):
		factories.create_customer_user(self.address)
		for user in (self.address, "Guest", PEOPLE["CS Department User"]):
			with self.as_user(user):
				for call in (api.overview, api.why, api.evaluate):
					self.assert_refused(
						lambda call=call: call(self.name), "You cannot see", error=frappe.PermissionError
					)
				with self.assertRaises(frappe.PermissionError):
					api.short(self.ticket.name)
			frappe.local.message_log = []

	def test_a_customer_who_is_not_there_is_refused_alike(self):
		self.assert_refused(lambda: api.overview(HOSTILE), "You cannot see", error=frappe.PermissionError)
		self.assertNotIn("<img", str(frappe.local.message_log))

	def test_who_may_evaluate(self):
		for role, may in (
			("CS Manager", True),
			("CS Team Lead", True),
			("CS Customer Care", True),
			("CS Quality Auditor", False),
			("CS Trainer", False),
		):
			with self.as_user(PEOPLE[role]):
				if may:
					self.assertEqual(api.evaluate(self.name)["figures"]["spend"], 100, role)
				else:
					with self.assertRaises(frappe.PermissionError):
						api.evaluate(self.name)
			frappe.local.message_log = []
		with self.as_user(self.AGENT), self.assertRaises(frappe.PermissionError):
			api.evaluate(self.name)

	def test_evaluating_by_hand(self):
		self.buy(self.name, 900)
		page = api.evaluate(self.name)
		self.assertEqual(page["tier"]["name"], "VIP")
		self.assertEqual(len(page["changes"]), 1)
		api.evaluate(self.name)
		self.assertEqual(self.changes(self.name), [("Regular", "VIP", "Thresholds Reached")])

	def test_evaluating_is_no_get(self):
		self.assertEqual(frappe.allowed_http_methods_for_whitelisted_func[api.evaluate], ["POST"])


class TestShort(OverviewTestCase):
	def test_of_a_ticket(self):
		address = self.buyer_of(self.name)
		frappe.db.set_value(PROFILE, self.name, {"tier": "VIP", "dedicated_agent": self.AGENT})
		frappe.db.set_value(TIER, "VIP", "perks", "Tea\n\n Cake ")
		frappe.clear_document_cache(TIER, "VIP")
		self.buy(self.name, 1234)
		ticket = create_ticket(raised_by=address)
		self.complain(ticket)
		frappe.db.set_value("HD Ticket", ticket.name, "feedback_rating", 0.6)
		with self.as_user(self.AGENT):
			short = api.short(ticket.name)
		self.assertEqual(
			(short["customer"], short["tier_label"], short["perks"]), (self.name, "VIP", ["Tea", "Cake"])
		)
		self.assertEqual((short["orders"], short["open_tickets"]), (1, 1))
		self.assertIn("1,234", short["spend"])
		self.assertEqual(short["last_rating"], "3")
		self.assertTrue(short["dedicated_agent"])

	def test_without_a_customer_and_without_a_profile(self):
		ticket = create_ticket(raised_by="nobody@shop.example")
		self.assertEqual(api.short(ticket.name)["customer"], "")
		ticket = save(ticket, customer=self.name)
		frappe.db.delete(PROFILE, {"name": self.name})
		self.assertEqual(api.short(ticket.name)["customer"], "")

	def test_the_same_keys_always(self):
		ticket = create_ticket(raised_by=self.buyer_of(self.name))
		other = create_ticket(raised_by="nobody@shop.example")
		self.assertEqual(set(api.short(ticket.name)), set(api.short(other.name)))

	def test_a_ticket_that_is_not_there(self):
		for name in ("0", HOSTILE):
			self.assert_refused(
				lambda name=name: api.short(name), "You cannot see", error=frappe.PermissionError
			)


class TestHostileTexts(OverviewTestCase):
	def test_they_come_as_they_are_and_break_nothing(self):
		frappe.db.set_value(TIER, "Regular", "perks", HOSTILE)
		frappe.clear_document_cache(TIER, "Regular")
		ticket = create_ticket(raised_by=self.buyer_of(self.name))
		frappe.db.set_value("HD Ticket", ticket.name, "subject", HOSTILE)
		values = {"override_tier": "VIP", "override_reason": HOSTILE, "override_until": "2027-03-31"}
		frappe.db.set_value(PROFILE, self.name, values)
		page = self.page()
		self.assertEqual(page["tier"]["perks"], [HOSTILE])
		self.assertEqual(page["tickets"]["rows"][0]["subject"], HOSTILE)
		self.assertIn(HOSTILE, page["why"]["override"])
		self.assertEqual(json.loads(json.dumps(page, default=str))["tier"]["perks"], [HOSTILE])

	def test_hostile_names(self):
		for name in (
			'O\'Brien "& Sons"',
			"100 % cotton %s",
			"back\\slash\\",
			"{0} {x}",
			"😀 shop",
			"x" * 140,
		):
			self.name = factories.create_customer(name)
			self.buy(name, 1000)
			ticket = create_ticket(customer=name)
			page = self.page()
			self.assertEqual((page["customer"], page["figures"]["spend"]), (name, 1000), name)
			self.assertEqual(page["tickets"]["total"], 1, name)
			self.assertEqual(api.short(ticket.name)["customer"], name)
			self.assertEqual(api.evaluate(name)["tier"]["name"], "VIP", name)

	def test_in_chinese(self):
		self.buy(self.name, 1000)
		self.evaluate()
		frappe.local.lang = "zh"
		try:
			page = self.page()
		finally:
			frappe.local.lang = "en"
		self.assertTrue(page["why"]["sentence"])
