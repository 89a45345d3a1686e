"""Moving open tickets to a version, and the preview of what a policy would have changed."""

from unittest.mock import patch

import frappe

from cs_center.services.service_levels import evaluation, moving
from cs_center.services.service_levels.preview import preview_policies
from cs_center.tests.factories import (
	CLOCK,
	EVENT,
	amend,
	clock,
	condition,
	create_policy,
	create_ticket,
	events,
	fresh,
	kinds,
	make_policy,
	reply_from_agent,
	set_status,
	target,
)
from cs_center.tests.ticket_case import TicketTestCase, moment

STRICT = [target("First Reply", 1), target("Resolution", 2)]


class MovingTestCase(TicketTestCase):
	def setUp(self):
		super().setUp()
		frappe.db.set_value("CS Service Policy", {"docstatus": 1}, "enabled", 0)
		self.policy = create_policy()
		self.ticket = create_ticket()


class TestMoving(MovingTestCase):
	def move(self, policy) -> int:
		frappe.db.commit()  # no real one, see no_commits
		return moving.run(policy.name, "kim@service.example")

	def test_an_open_ticket_gets_the_new_version_and_its_deadlines(self):
		new = amend(self.policy, targets=STRICT)
		self.travel("10:15")
		self.assertEqual(self.move(new), 1)
		ticket = fresh(self.ticket)
		self.assertEqual((ticket.cs_policy, ticket.response_by), (new.name, moment("11:00")))
		event = events(ticket)[-1]
		self.assertEqual(
			(event.kind, event.value, event.actor), ("Policy Changed", new.name, "kim@service.example")
		)
		self.assertEqual(frappe.parse_json(event.detail)["reason"], "moved")

	def test_moving_again_moves_nothing(self):
		new = amend(self.policy, targets=STRICT)
		self.move(new)
		before = kinds(self.ticket)
		self.assertEqual((self.move(new), kinds(self.ticket)), (0, before))

	def test_resolved_tickets_stay(self):
		set_status(self.ticket, "Resolved")
		new = amend(self.policy, targets=STRICT)
		self.assertEqual(self.move(new), 0)
		self.assertEqual(fresh(self.ticket).cs_policy, self.policy.name)

	def test_paused_tickets_move_and_stay_paused(self):
		self.travel("10:15")
		set_status(self.ticket, "Replied")
		new = amend(self.policy, targets=STRICT)
		self.travel("10:30")
		self.assertEqual(self.move(new), 1)
		self.assertEqual(fresh(self.ticket).agreement_status, "Paused")
		self.assertEqual(clock(self.ticket, "Resolution").state, "Paused")

	def test_a_ticket_that_the_policy_does_not_match_stays(self):
		other = create_policy(conditions=[condition("priority", "Equals", "Urgent")], targets=STRICT)
		self.assertEqual(self.move(other), 0)
		self.assertEqual(fresh(self.ticket).cs_policy, self.policy.name)

	def test_a_stricter_target_that_is_missed_already_breaches_at_the_move(self):
		new = amend(self.policy, targets=STRICT)
		self.travel("11:45")
		self.move(new)
		self.pass_minute()
		first = clock(self.ticket, "First Reply")
		self.assertEqual((first.state, first.breached_at), ("Breached", moment("11:45")))

	def test_what_was_met_stays_met(self):
		self.travel("11:30")
		reply_from_agent(self.ticket)
		new = amend(self.policy, targets=STRICT)
		self.travel("11:45")
		self.move(new)
		first = clock(self.ticket, "First Reply")
		self.assertEqual(
			(first.state, first.due_at, first.policy), ("Met", moment("12:00"), self.policy.name)
		)

	def test_tickets_that_stay_are_no_failures(self):
		other = create_policy(conditions=[condition("priority", "Equals", "Urgent")], targets=STRICT)
		with patch.object(frappe, "log_error") as logged:
			self.assertEqual(self.move(other), 0)
		logged.assert_not_called()
		self.assertEqual(fresh(self.ticket).cs_evaluation_pending, 0)

	def test_one_bad_ticket_does_not_stop_the_others(self):
		bad = create_ticket(raised_by="bad@shop.example")
		after = create_ticket()
		new = amend(self.policy, targets=STRICT)
		real = evaluation.evaluate

		def evaluate(ledger, now, settings, escalations=()):
			if any(event.detail.get("raised_by") == "bad@shop.example" for event in ledger):
				raise RuntimeError("this ledger cannot be read")
			return real(ledger, now, settings, escalations)

		with patch.object(evaluation, "evaluate", evaluate):
			self.move(new)
		self.assertEqual((fresh(self.ticket).cs_policy, fresh(after).cs_policy), (new.name, new.name))
		self.assertEqual(fresh(bad).cs_policy, self.policy.name)

	def test_the_api_refuses_a_draft_and_an_agent(self):
		from cs_center.api.administration import move_open_tickets

		draft = make_policy()
		self.assert_refused(lambda: move_open_tickets(draft.name), "not in force", "Submit")
		with self.as_user(self.AGENT):
			self.assert_refused(
				lambda: move_open_tickets(self.policy.name), "CS Manager", error=frappe.PermissionError
			)


class TestPreview(MovingTestCase):
	def rows(self, *policies, days: int = 30):
		found = preview_policies([policy.name for policy in policies], days)
		return {(row["ticket"], row["metric"]): row for row in found}

	def test_a_draft_is_compared_with_what_is_in_force(self):
		draft = make_policy(targets=[target("First Reply", 1), target("Resolution", 8)])
		frappe.db.set_value("CS Service Policy", draft.name, "priority_number", 0)
		self.travel("11:30")
		rows = self.rows(frappe.get_doc("CS Service Policy", draft.name))
		reply, resolution = rows[self.ticket.name, "First Reply"], rows[self.ticket.name, "Resolution"]
		self.assertEqual((reply["current_policy"], reply["preview_policy"]), (self.policy.name, draft.name))
		self.assertEqual((reply["current_due"], reply["preview_due"]), (moment("12:00"), moment("11:00")))
		self.assertEqual((reply["current_state"], reply["preview_state"]), ("Running", "Breached"))
		self.assertEqual((reply["changed"], resolution["changed"]), (1, 0))

	def test_a_draft_that_matches_no_ticket_changes_nothing(self):
		draft = make_policy(conditions=[condition("priority", "Equals", "Urgent")], order=90, targets=STRICT)
		self.assertEqual({row["changed"] for row in self.rows(draft).values()}, {0})

	def test_a_metric_that_the_draft_drops_is_told(self):
		draft = make_policy(targets=[target("First Reply", 2)])
		frappe.db.set_value("CS Service Policy", draft.name, "priority_number", 0)
		row = self.rows(frappe.get_doc("CS Service Policy", draft.name))[self.ticket.name, "Resolution"]
		self.assertEqual((row["preview_due"], row["preview_state"], row["changed"]), (None, "", 1))

	def test_it_writes_nothing(self):
		draft = make_policy(targets=STRICT)
		old = frappe.db.sql("select name, modified from `tabHD Ticket` order by name")
		counts = [frappe.db.count(doctype) for doctype in (EVENT, CLOCK)]
		written = []
		real = frappe.local.db.sql

		def sql(query, *args, **kwargs):
			if str(query).strip().split()[0].lower() in ("insert", "update", "delete", "replace", "alter"):
				written.append(str(query))
			return real(query, *args, **kwargs)

		with patch.object(frappe.local.db, "sql", sql):
			self.rows(draft)
		self.assertEqual(written, [])
		self.assertEqual([frappe.db.count(doctype) for doctype in (EVENT, CLOCK)], counts)
		self.assertEqual(frappe.db.sql("select name, modified from `tabHD Ticket` order by name"), old)

	def test_a_ticket_without_a_ledger_is_previewed_too(self):
		frappe.db.delete(EVENT, {"reference_name": self.ticket.name})
		draft = make_policy(targets=STRICT)
		self.assertIn((self.ticket.name, "First Reply"), self.rows(draft))

	def test_older_tickets_are_left_out(self):
		self.travel("2027-03-20 10:00")
		self.assertNotIn((self.ticket.name, "First Reply"), self.rows(make_policy(targets=STRICT), days=7))
