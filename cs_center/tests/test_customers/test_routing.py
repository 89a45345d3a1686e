"""A customer's new ticket goes to the dedicated agent who is there, else to the tier's team."""

from unittest.mock import patch

import frappe

from cs_center.services.customers import routing
from cs_center.services.customers.deciding import PROFILE
from cs_center.services.service_levels import explain
from cs_center.tests import factories
from cs_center.tests.factories import condition, create_policy, create_ticket, events, fresh
from cs_center.tests.test_customers.customer_case import CustomerTestCase

BY_ITSELF, SHARED = "Quick Team", "Shared Team"
"""Teams whose rule assigns at once: lee is the one's only member, and the other's first."""


class RoutingTestCase(CustomerTestCase):
	"""A VIP whose agent is kim; lee is whom an assignment rule chooses."""

	@classmethod
	def create_people(cls):
		super().create_people()
		if frappe.db.exists("HD Team", SHARED):
			return
		for name, members in ((BY_ITSELF, [cls.OTHER_AGENT]), (SHARED, [cls.OTHER_AGENT, cls.AGENT])):
			if not frappe.db.exists("HD Team", name):
				team = frappe.get_doc({"doctype": "HD Team", "team_name": name})
				for user in members:
					team.append("users", {"user": user})
				team.insert()
		frappe.db.commit()  # made once for the test site

	def setUp(self):
		super().setUp()
		frappe.flags.pop(routing.WAITING, None)
		self.vip = self.customer(tier="VIP", earned_tier="VIP", dedicated_agent=self.AGENT)
		self.address = self.buyer_of(self.vip)
		self.policy = create_policy()
		frappe.db.delete("ToDo", {"allocated_to": ["in", [self.AGENT, self.OTHER_AGENT]]})

	def assigned(self, ticket):
		return sorted(frappe.parse_json(fresh(ticket)._assign or "[]"))

	def told(self, ticket):
		return frappe.parse_json(events(ticket, "Tier Changed")[0].detail)

	def ticket(self, **values):
		return create_ticket(raised_by=self.address, **values)

	def agent_is(self, **values):
		factories.create_profile(self.AGENT, **values)

	def assert_not_taken(self, ticket, why):
		self.assertEqual(self.assigned(ticket), [])
		told = self.told(ticket)
		self.assertEqual((told.get("agent_not"), told.get("why_not")), (self.AGENT, why))
		self.assertNotIn("agent", told)


class TestTheAgent(RoutingTestCase):
	def test_is_there(self):
		ticket = self.ticket()
		self.assertEqual(self.assigned(ticket), [self.AGENT])
		self.assertEqual(ticket.cs_dedicated_agent, self.AGENT)
		self.assertEqual(self.told(ticket)["agent"], self.AGENT)
		self.assertTrue(
			frappe.db.exists("HD Notification", {"reference_ticket": ticket.name, "user_to": self.AGENT})
		)

	def test_of_the_tier(self):
		frappe.db.set_value(PROFILE, self.vip, "dedicated_agent", None)
		self.set_tier("VIP", rank=10, spend_threshold=1000, dedicated_agent=self.OTHER_AGENT)
		self.assertEqual(self.assigned(self.ticket()), [self.OTHER_AGENT])

	def test_of_the_customer_before_that_of_the_tier(self):
		self.set_tier("VIP", rank=10, spend_threshold=1000, dedicated_agent=self.OTHER_AGENT)
		self.assertEqual(self.assigned(self.ticket()), [self.AGENT])

	def test_of_a_regular_customer(self):
		frappe.db.set_value(PROFILE, self.vip, {"tier": "Regular", "earned_tier": "Regular"})
		self.assertEqual(self.assigned(self.ticket()), [self.AGENT])

	def test_is_away(self):
		self.agent_is(away_from="2027-02-28 00:00:00", away_until="2027-03-05 00:00:00")
		self.assert_not_taken(self.ticket(), routing.AWAY)

	def test_is_back(self):
		self.agent_is(away_from="2027-02-01 00:00:00", away_until="2027-03-01 10:00:00")
		self.assertEqual(self.assigned(self.ticket()), [self.AGENT])

	def test_is_off_duty(self):
		self.agent_is(shift_calendar=factories.create_calendar(windows=(("12:00", "20:00"),)))
		self.assert_not_taken(self.ticket(), routing.OFF_DUTY)
		self.travel("12:00")
		self.assertEqual(self.assigned(self.ticket()), [self.AGENT])

	def test_at_the_last_minute_of_the_shift(self):
		self.agent_is(shift_calendar=factories.create_calendar(windows=(("08:00", "10:00"),)))
		self.assert_not_taken(self.ticket(), routing.OFF_DUTY)
		self.travel("09:59")
		self.assertEqual(self.assigned(self.ticket()), [self.AGENT])

	def test_is_full(self):
		self.agent_is(daily_cap=2)
		taken = [self.assigned(self.ticket()) for _number in range(3)]
		self.assertEqual(taken, [[self.AGENT], [self.AGENT], []])
		self.travel("2027-03-02 00:00")
		self.assertEqual(self.assigned(self.ticket()), [self.AGENT])

	def test_is_full_by_other_work(self):
		self.agent_is(daily_cap=1)
		factories.assign(create_ticket(raised_by="nobody@shop.example"), self.AGENT)
		self.assert_not_taken(self.ticket(), routing.FULL)

	def test_is_disabled(self):
		frappe.db.set_value("User", self.AGENT, "enabled", 0)
		frappe.clear_document_cache("User", self.AGENT)
		self.assert_not_taken(self.ticket(), routing.NO_AGENT)

	def test_is_no_active_agent(self):
		frappe.db.set_value("HD Agent", {"user": self.AGENT}, "is_active", 0)
		self.assert_not_taken(self.ticket(), routing.NO_AGENT)

	def test_is_no_agent_any_more(self):
		frappe.db.delete("HD Agent", {"user": self.AGENT})
		self.assert_not_taken(self.ticket(), routing.NO_AGENT)

	def test_does_not_exist_any_more(self):
		frappe.db.set_value(PROFILE, self.vip, "dedicated_agent", "gone@service.example")
		ticket = self.ticket()
		self.assertEqual(self.assigned(ticket), [])
		self.assertEqual(ticket.cs_customer_tier, "VIP")
		self.assertFalse(ticket.cs_dedicated_agent)

	def test_the_setting_is_switched_off(self):
		factories.change_settings(route_to_dedicated=0)
		self.set_tier("VIP", rank=10, spend_threshold=1000, team=self.TEAM)
		ticket = self.ticket()
		self.assertEqual((self.assigned(ticket), ticket.agent_group or ""), ([], ""))
		self.assertEqual((ticket.cs_customer_tier, ticket.cs_dedicated_agent), ("VIP", self.AGENT))

	def test_service_levels_are_switched_off(self):
		factories.change_settings(enabled=0)
		self.assertEqual(self.assigned(self.ticket()), [self.AGENT])


class TestTheTeam(RoutingTestCase):
	def setUp(self):
		super().setUp()
		self.set_tier("VIP", rank=10, spend_threshold=1000, team=self.TEAM)

	def away(self):
		self.agent_is(away_from="2027-02-28 00:00:00")

	def test_takes_what_the_agent_cannot(self):
		self.away()
		ticket = self.ticket()
		self.assertEqual((ticket.agent_group, self.assigned(ticket)), (self.TEAM, []))
		self.assertEqual(self.told(ticket)["team"], self.TEAM)
		self.assertEqual(self.told(ticket)["why_not"], routing.AWAY)

	def test_takes_what_has_no_agent(self):
		frappe.db.set_value(PROFILE, self.vip, "dedicated_agent", None)
		self.assertEqual(self.ticket().agent_group, self.TEAM)

	def test_does_not_take_what_the_agent_can(self):
		self.assertFalse(self.ticket().agent_group)

	def test_a_team_that_was_chosen_stays(self):
		self.away()
		ticket = self.ticket(agent_group=self.OTHER_TEAM)
		self.assertEqual(ticket.agent_group, self.OTHER_TEAM)
		self.assertNotIn("team", self.told(ticket))

	def test_policies_see_it_on_the_first_save(self):
		self.away()
		policy = create_policy(conditions=[condition("agent_group", "Equals", self.TEAM)], order=88)
		frappe.db.set_value("CS Service Policy", self.policy.name, "enabled", 0)
		from cs_center.services.service_levels.memory import forget_definitions

		forget_definitions()
		self.assertIn(self.ticket().cs_policy, (policy.name,))

	def test_no_agent_and_no_team(self):
		self.set_tier("VIP", rank=10, spend_threshold=1000)
		self.away()
		ticket = self.ticket()
		self.assertFalse(ticket.agent_group)

	def test_the_explanation_tells_it(self):
		self.away()
		ticket = self.ticket()
		lines = " | ".join(line["text"] for line in explain.explain_ticket(ticket.name)["timeline"])
		self.assertIn("VIP", lines)
		self.assertIn(self.TEAM, lines)
		self.assertIn(frappe.utils.get_fullname(self.AGENT), lines)

	def test_only_new_tickets_are_routed(self):
		ticket = create_ticket(raised_by="nobody@shop.example")
		ticket = factories.save(ticket, customer=self.vip)
		self.assertEqual((self.assigned(ticket), ticket.agent_group or ""), ([], ""))
		self.assertEqual(ticket.cs_dedicated_agent, self.AGENT)


class TestAssignmentRules(RoutingTestCase):
	"""A team whose rule assigns at once: the dedicated agent stays the only one."""

	def assert_one(self, ticket, agent):
		self.assertEqual(self.assigned(ticket), [agent])
		todos = frappe.get_all(
			"ToDo", {"reference_type": "HD Ticket", "reference_name": ticket.name}, ["allocated_to", "status"]
		)
		self.assertEqual([(todo.allocated_to, todo.status) for todo in todos], [(agent, "Open")])

	def test_with_a_description(self):
		self.assert_one(self.ticket(agent_group=SHARED), self.AGENT)

	def test_without_a_description(self):
		self.assert_one(self.ticket(agent_group=SHARED, description=None), self.AGENT)

	def test_that_rule_works_for_others(self):
		ticket = create_ticket(raised_by="nobody@shop.example", agent_group=SHARED)
		self.assert_one(ticket, self.OTHER_AGENT)

	def test_the_team_of_the_tier_by_its_rule(self):
		self.agent_is(away_from="2027-02-28 00:00:00")
		self.set_tier("VIP", rank=10, spend_threshold=1000, team=BY_ITSELF)
		self.assert_one(self.ticket(), self.OTHER_AGENT)

	def test_an_agent_outside_the_team(self):
		"""Helpdesk takes tickets from who is no member of their new team; a ticket that is just made has no new team."""
		ticket = self.ticket(agent_group=BY_ITSELF)
		self.assertEqual(self.assigned(ticket), [self.AGENT])

	def test_later_saves(self):
		ticket = self.ticket(agent_group=SHARED)
		factories.save(ticket, subject="Later")
		factories.message_from_customer(ticket, self.address)
		self.assert_one(ticket, self.AGENT)

	def test_by_the_customer_on_the_portal(self):
		factories.create_customer_user(self.address)
		for description in ("Where is it?", None):
			with self.as_user(self.address):
				doc = {"doctype": "HD Ticket", "subject": "Late", "description": description}
				values = {"raised_by": self.address, "via_customer_portal": 1, "agent_group": SHARED}
				ticket = frappe.get_doc({**doc, **values}).insert(ignore_permissions=True)
			ticket = fresh(ticket)
			self.assertEqual((ticket.cs_customer_tier, ticket.cs_dedicated_agent), ("VIP", self.AGENT))
			self.assert_one(ticket, self.AGENT)

	def test_a_customer_chooses_no_agent(self):
		factories.create_customer_user(self.address)
		with self.as_user(self.address):
			doc = {"doctype": "HD Ticket", "subject": "Late", "description": "x", "raised_by": self.address}
			values = {"cs_dedicated_agent": self.OTHER_AGENT, "cs_customer_tier": "Senior VIP"}
			ticket = frappe.get_doc({**doc, **values}).insert(ignore_permissions=True)
		ticket = fresh(ticket)
		self.assertEqual((ticket.cs_customer_tier, ticket.cs_dedicated_agent), ("VIP", self.AGENT))
		self.assertEqual(self.assigned(ticket), [self.AGENT])

	def test_by_an_agent_for_the_customer(self):
		with self.as_user(self.OTHER_AGENT):
			ticket = self.ticket(agent_group=SHARED)
		self.assert_one(ticket, self.AGENT)

	def test_by_the_agent_self(self):
		with self.as_user(self.AGENT):
			ticket = self.ticket(agent_group=SHARED)
		self.assert_one(ticket, self.AGENT)
		self.assertFalse(
			frappe.db.exists("HD Notification", {"reference_ticket": ticket.name, "user_to": self.AGENT})
		)

	def test_by_mail(self):
		ticket = self.receive_mail(self.address, agent_group=SHARED)
		self.assertEqual((ticket.customer, ticket.cs_customer_tier), (self.vip, "VIP"))
		self.assert_one(ticket, self.AGENT)


class TestFailures(RoutingTestCase):
	def test_a_failing_routing_leaves_the_ticket_as_without_us(self):
		with patch.object(routing, "choose", side_effect=RuntimeError("no")):
			ticket = self.ticket()
		self.assertEqual(ticket.priority, "High" if ticket.cs_customer_tier else "Medium")

	def test_a_failing_assignment_does_not_block_the_ticket(self):
		with patch.object(routing.helpdesk_assignments, "assign_new", side_effect=RuntimeError("no")):
			ticket = self.ticket(agent_group=SHARED)
		self.assertEqual(ticket.cs_customer_tier, "VIP")
		self.assertEqual(self.assigned(ticket), [self.OTHER_AGENT])

	def test_nobody_waits_for_a_ticket_that_was_not_made(self):
		with (
			patch.object(frappe.model.document.Document, "db_insert", side_effect=RuntimeError("no")),
			self.assertRaises(RuntimeError),
		):
			self.ticket()
		frappe.db.set_value(PROFILE, self.vip, "dedicated_agent", None)
		self.assertEqual(self.assigned(self.ticket()), [])

	def test_a_tier_without_colour_and_perks(self):
		frappe.db.set_value("CS Customer Tier", "VIP", {"colour": None, "perks": None})
		frappe.clear_document_cache("CS Customer Tier", "VIP")
		self.assertEqual(self.ticket().cs_customer_tier, "VIP")

	def test_a_tier_that_is_gone(self):
		frappe.db.set_value(PROFILE, self.vip, "tier", "Gone")
		ticket = self.ticket()
		self.assertTrue(ticket.name)
		self.assertEqual(self.assigned(ticket), [self.AGENT])
