"""The night's run against the rules of the domain: the database may tell who is quiet, never who has which tier."""

import random
from datetime import date, timedelta
from decimal import Decimal

import frappe

from cs_center.domain.tier_values import Sums
from cs_center.domain.tiers import Override, Standing, decide, window_start
from cs_center.services.customers import evaluating
from cs_center.services.customers.deciding import CHANGE, PROFILE
from cs_center.services.customers.ladder import read_ladder
from cs_center.tests import factories
from cs_center.tests.test_customers.customer_case import PURCHASE, RUN
from cs_center.tests.test_customers.test_evaluating import EvaluatingTestCase

TODAY = date(2027, 3, 1)
TIERS = ("Regular", "VIP", "Senior VIP")
LADDERS = {
	"either": (
		{"spend_threshold": 1000, "order_threshold": 5},
		{"spend_threshold": 5000, "order_threshold": 20},
	),
	"both": (
		{"spend_threshold": 1000, "order_threshold": 3, "needs": "Both"},
		{"spend_threshold": 3000, "order_threshold": 6, "needs": "Both"},
	),
	"windows": (
		{"spend_threshold": 1000, "window_months": 1},
		{"spend_threshold": 2000, "window_months": 12},
	),
	"orders alone": ({"order_threshold": 2}, {"order_threshold": 4}),
	"cents": ({"spend_threshold": 0.3}, {"spend_threshold": 0.7}),
}
CUSTOMERS, NIGHTS = 40, 4


class TestByRules(EvaluatingTestCase):
	def test_each_ladder(self):
		for number, (title, (middle, top)) in enumerate(LADDERS.items()):
			with self.subTest(title):
				for doctype in (PROFILE, PURCHASE, CHANGE, RUN):
					frappe.db.delete(doctype)
				self.chance = random.Random(f"{title} {number}")
				empty = {"spend_threshold": 0, "order_threshold": 0}
				self.set_tier("VIP", **{"rank": 10, "factor": 0.5, "uplift": 1, **empty, **middle})
				self.set_tier("Senior VIP", **{"rank": 20, "factor": 0.25, "uplift": 2, **empty, **top})
				factories.change_settings(
					keep_percent=self.chance.choice([50, 90, 100]), grace_days=self.chance.choice([0, 1, 2])
				)
				self.check_nights(max(middle.get("spend_threshold", 0), 1))

	def check_nights(self, amount):
		self.names = [f"{self.chance.choice('abA Bz%_')}ustomer {number}" for number in range(CUSTOMERS)]
		for name in self.names:
			self.write_customer(name.strip())
		self.names = [name.strip() for name in self.names]
		for night in range(NIGHTS):
			today = TODAY + timedelta(days=night)
			for name in self.chance.sample(self.names, CUSTOMERS // 2):
				self.write_purchase(name, today, amount)
			wanted = {name: self.decided(name, today) for name in self.names}
			told = frappe.db.count(CHANGE)
			log = self.night(str(today), batch=self.chance.choice([1, 7, 1000]))
			self.assertEqual((log.state, log.problems or ""), ("Done", ""))
			for name in self.names:
				self.assertEqual(self.stored(name), wanted[name][:6], (name, str(today)))
			changed = [one for one in wanted.values() if one[6]]
			self.assertEqual(frappe.db.count(CHANGE) - told, len(changed))
			self.assertEqual(evaluating.run(), evaluating.run())

	def write_customer(self, name):
		tier, earned = self.chance.choices([*TIERS, None, "Gone"], [6, 4, 2, 1, 1], k=2)
		if self.chance.random() < 0.6:
			earned = tier
		values = {"tier": tier, "earned_tier": earned, "tier_since": "2027-01-01", "spend": 1, "orders": 1}
		if self.chance.random() < 0.3:
			values["below_since"] = TODAY - timedelta(days=self.chance.randint(0, 3))
		if self.chance.random() < 0.4:
			begins = TODAY + timedelta(days=self.chance.randint(-2, 2))
			values |= {
				"override_tier": self.chance.choice([*TIERS, "Gone"]),
				"override_from": self.chance.choice([begins, None]),
				"override_until": begins + timedelta(days=self.chance.randint(0, 2)),
			}
		fields = ["name", "customer", *values]
		frappe.db.bulk_insert(PROFILE, fields, [(name, name, *values.values())])

	def write_purchase(self, name, today, amount):
		edge = window_start(today, self.chance.choice([1, 12]))
		day = self.chance.choice([today, edge, edge - timedelta(days=1), today + timedelta(days=1)])
		share = self.chance.choice(["0.1", "0.45", "0.5", "0.9", "1", "1.01", "3"])
		is_return = self.chance.random() < 0.2
		sign = -1 if is_return else 1
		row = {
			"name": factories.unique("Order"),
			"customer": name,
			"purchased_on": day,
			"is_return": int(is_return),
			"base_amount": sign * round(Decimal(str(amount)) * Decimal(share), 2),
		}
		frappe.db.bulk_insert(PURCHASE, list(row), [tuple(row.values())])

	def decided(self, name, today):
		"""tier, earned, below_since, spend, orders, tier_since and whether a change is told: by the domain alone."""
		row = frappe.db.get_value(PROFILE, name, "*", as_dict=True)
		ladder = read_ladder()
		sums = {months: self.sums(name, window_start(today, months), today) for months in ladder.months}
		override = None
		if row.override_tier:
			override = Override(row.override_tier, row.override_from or date.min, row.override_until)
		standing = Standing(row.tier or "", row.earned_tier or "", row.below_since, override)
		made = decide(ladder, standing, sums, today)
		spend, orders = sums[ladder.months[-1]]
		since = today if made.tier != standing.tier else row.tier_since
		return made.tier, made.earned, made.below_since, float(spend), orders, since, made.reason

	def sums(self, name, start, today):
		rows = frappe.get_all(
			PURCHASE, {"customer": name}, ["purchased_on", "is_return", "base_amount"], limit_page_length=0
		)
		rows = [row for row in rows if start <= row.purchased_on <= today]
		spend = sum((round(Decimal(str(row.base_amount)), 2) for row in rows), Decimal(0))
		return Sums(spend, sum(1 for row in rows if not row.is_return))

	def stored(self, name):
		row = frappe.db.get_value(
			PROFILE, name, ["tier", "earned_tier", "below_since", "spend", "orders", "tier_since"]
		)
		return (*row[:3], float(row[3]), *row[4:])
