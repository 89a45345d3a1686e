"""What happens to a ticket, told as stories: the ledger's events and the clocks that follow."""

import frappe
from helpdesk.helpdesk.doctype.hd_ticket.api import merge_ticket

from cs_center.domain.ledger import EventKind
from cs_center.tests import factories
from cs_center.tests.factories import (
	ALL_METRICS,
	TWO_AND_EIGHT,
	assign,
	clock,
	clocks,
	condition,
	create_channel,
	create_policy,
	create_ticket,
	events,
	fresh,
	kinds,
	make_message,
	message_from_customer,
	reply_from_agent,
	save,
	set_status,
	target,
	unassign,
)
from cs_center.tests.ticket_case import TicketTestCase, moment

OPENED = ["Opened", "Policy Changed"]


class EventTestCase(TicketTestCase):
	def setUp(self):
		super().setUp()
		self.policy = create_policy(targets=ALL_METRICS)
		self.ticket = create_ticket()

	def after_opening(self) -> list[str]:
		self.assertEqual(kinds(self.ticket)[:2], OPENED)
		return kinds(self.ticket)[2:]


class TestStatus(EventTestCase):
	def test_each_change_of_category_is_one_event(self):
		for hour, status in ((11, "Replied"), (12, "Open"), (13, "Resolved"), (14, "Open"), (15, "Closed")):
			self.travel(f"{hour}:00")
			set_status(self.ticket, status)
		self.assertEqual(self.after_opening(), ["Paused", "Resumed", "Resolved", "Reopened", "Resolved"])
		self.assertEqual(
			[event.happened_at for event in events(self.ticket)][2:],
			[moment(f"{hour}:00") for hour in (11, 12, 13, 14, 15)],
		)

	def test_resolved_to_paused_reopens_and_pauses(self):
		self.travel("11:00")
		set_status(self.ticket, "Resolved")
		self.travel("12:00")
		set_status(self.ticket, "Replied")
		self.assertEqual(self.after_opening(), ["Resolved", "Reopened", "Paused"])
		self.assertEqual(clock(self.ticket, "Resolution", 1).state, "Met")
		self.assertEqual(clock(self.ticket, "Resolution", 2).state, "Paused")
		self.assertEqual(fresh(self.ticket).agreement_status, "Paused")

	def test_paused_to_resolved_ends_the_pause(self):
		self.travel("11:00")
		set_status(self.ticket, "Replied")
		self.travel("14:00")
		set_status(self.ticket, "Resolved")
		resolution = clock(self.ticket, "Resolution")
		self.assertEqual(self.after_opening(), ["Paused", "Resolved"])
		self.assertEqual(
			(resolution.state, resolution.elapsed_seconds, resolution.paused_seconds), ("Met", 3600, 10800)
		)

	def test_resolved_to_closed_is_no_event(self):
		set_status(self.ticket, "Resolved")
		self.travel("12:00")
		set_status(self.ticket, "Closed")
		self.assertEqual(self.after_opening(), ["Resolved"])

	def test_a_save_that_changes_nothing_of_ours_writes_no_event_and_no_clock(self):
		before = {key: row.modified for key, row in clocks(self.ticket).items()}
		self.travel("10:30")
		save(self.ticket, subject="Another subject")
		self.assertEqual(self.after_opening(), [])
		self.assertEqual({key: row.modified for key, row in clocks(self.ticket).items()}, before)

	def test_the_first_cycles_result_stands_after_reopening(self):
		self.travel("2027-03-03 10:00")
		set_status(self.ticket, "Resolved")
		first = clock(self.ticket, "Resolution", 1)
		self.travel("2027-03-04 10:00")
		set_status(self.ticket, "Open")
		self.assertEqual((first.state, first.breached_at), ("Breached", moment("2027-03-02 10:00")))
		self.assertEqual(clock(self.ticket, "Resolution", 1), first)
		self.assertEqual(clock(self.ticket, "Resolution", 2).due_at, moment("2027-03-05 10:00"))
		self.assertEqual(fresh(self.ticket).resolution_by, moment("2027-03-05 10:00"))

	def test_the_actor_is_who_saved(self):
		with self.as_user(self.AGENT):
			set_status(self.ticket, "Replied")
		self.assertEqual(events(self.ticket, "Paused")[0].actor, self.AGENT)

	def test_a_status_of_the_sites_own_counts_by_its_category(self):
		frappe.get_doc(
			{
				"doctype": "HD Ticket Status",
				"label_agent": "Waiting for Courier",
				"category": "Paused",
				"order": 9,
			}
		).insert(ignore_mandatory=True)
		set_status(self.ticket, "Waiting for Courier")
		self.assertEqual(self.after_opening(), ["Paused"])


class TestMessages(EventTestCase):
	def test_a_reply_meets_first_reply_and_acknowledgement(self):
		self.travel("10:30")
		reply_from_agent(self.ticket, self.AGENT)
		self.assertEqual(self.after_opening(), ["Agent Replied"])
		self.assertEqual(events(self.ticket, "Agent Replied")[0].actor, self.AGENT)
		self.assertEqual(clock(self.ticket, "First Reply").state, "Met")
		self.assertEqual(clock(self.ticket, "Acknowledgement").elapsed_seconds, 1800)
		self.assertEqual(fresh(self.ticket).agreement_status, "Resolution Due")

	def test_helpdesks_own_reply_button(self):
		with self.as_user(self.AGENT):
			fresh(self.ticket).reply_via_agent("We are looking for it.")
		self.assertEqual(self.after_opening(), ["Agent Replied"])

	def test_a_reply_that_also_changes_the_status(self):
		frappe.db.set_single_value("HD Settings", {"auto_update_status": 1, "update_status_to": "Replied"})
		self.travel("10:30")
		reply_from_agent(self.ticket)
		self.assertEqual(sorted(self.after_opening()), ["Agent Replied", "Paused"])
		self.assertEqual(fresh(self.ticket).agreement_status, "Paused")
		self.assertEqual(clock(self.ticket, "First Reply").elapsed_seconds, 1800)

	def test_the_next_reply_is_owed_from_the_oldest_unanswered_message(self):
		reply_from_agent(self.ticket)
		for time in ("11:00", "11:30", "12:15"):
			self.travel(time)
			message_from_customer(self.ticket)
		self.assertEqual(clock(self.ticket, "Next Reply").started_at, moment("11:00"))
		self.travel("13:00")
		reply_from_agent(self.ticket)
		self.assertEqual(clock(self.ticket, "Next Reply").state, "Met")
		self.travel("15:00")
		message_from_customer(self.ticket)
		self.assertEqual(clock(self.ticket, "Next Reply", 2).due_at, moment("2027-03-02 10:00"))

	def test_a_customer_message_while_the_first_reply_is_owed_starts_nothing(self):
		self.travel("10:20")
		message_from_customer(self.ticket)
		self.assertEqual(self.after_opening(), ["Customer Replied"])
		self.assertNotIn(("Next Reply", 1), clocks(self.ticket))
		self.assertEqual(clock(self.ticket, "First Reply").due_at, moment("12:00"))

	def test_the_customers_answer_on_a_paused_ticket_takes_it_up_again(self):
		reply_from_agent(self.ticket)
		set_status(self.ticket, "Replied")
		self.travel("12:00")
		message_from_customer(self.ticket)
		self.assertEqual(
			sorted(self.after_opening()), ["Agent Replied", "Customer Replied", "Paused", "Resumed"]
		)
		self.assertEqual(clock(self.ticket, "Resolution").due_at, moment("2027-03-02 12:00"))

	def test_the_customers_message_on_a_resolved_ticket_reopens_it(self):
		reply_from_agent(self.ticket)
		set_status(self.ticket, "Resolved")
		self.travel("2027-03-04 09:00")
		message_from_customer(self.ticket)
		self.assertEqual(sorted(self.after_opening()[2:]), ["Customer Replied", "Reopened"])
		self.assertEqual(clock(self.ticket, "Next Reply").started_at, moment("2027-03-04 09:00"))
		self.assertEqual(clock(self.ticket, "Resolution", 2).started_at, moment("2027-03-04 09:00"))

	def test_automated_messages_comments_and_notes_are_no_replies(self):
		make_message(self.ticket, "Sent", communication_type="Automated Message").insert()
		frappe.get_doc(
			{
				"doctype": "HD Ticket Comment",
				"reference_ticket": self.ticket.name,
				"content": "note",
				"commented_by": "Administrator",
			}
		).insert()
		fresh(self.ticket).add_comment("Comment", "A comment")
		self.assertEqual(self.after_opening(), [])
		self.assertEqual(clock(self.ticket, "First Reply").state, "Running")

	def test_a_message_that_is_saved_again_counts_once(self):
		reply = reply_from_agent(self.ticket)
		answer = message_from_customer(self.ticket)
		for message in (reply, answer, reply):
			frappe.get_doc("Communication", message.name).save()
		self.assertEqual(self.after_opening(), ["Agent Replied", "Customer Replied"])

	def test_a_message_about_something_else_leaves_tickets_alone(self):
		make_message(self.ticket, "Sent", reference_doctype="User", reference_name="Administrator").insert()
		make_message(self.ticket, "Sent", reference_doctype=None, reference_name=None).insert()
		self.assertEqual(self.after_opening(), [])

	def test_a_message_on_a_ticket_that_is_gone_is_still_stored(self):
		message = make_message("no-such-ticket", "Received")
		message.flags.ignore_links = True
		try:
			message.insert(ignore_links=True)
		except frappe.DoesNotExistError:
			self.skipTest("this Frappe refuses the message itself")
		self.assertTrue(frappe.db.exists("Communication", message.name))


class TestAssignment(EventTestCase):
	def test_taking_a_ticket_oneself_acknowledges_it(self):
		self.travel("10:30")
		with self.as_user(self.AGENT):
			assign(self.ticket, self.AGENT)
		event = events(self.ticket, "Assigned")[0]
		self.assertEqual((event.actor, event.value), (self.AGENT, self.AGENT))
		self.assertEqual(clock(self.ticket, "Acknowledgement").state, "Met")

	def test_being_given_a_ticket_does_not_acknowledge_it(self):
		assign(self.ticket, self.AGENT)
		self.assertEqual(self.after_opening(), ["Assigned"])
		self.assertEqual(clock(self.ticket, "Acknowledgement").state, "Running")

	def test_being_given_a_ticket_by_a_rule_while_one_saves_it_does_not_acknowledge_it(self):
		rule = frappe.get_all("Assignment Rule", limit=1, pluck="name")[0]
		with self.as_user(self.AGENT):
			assign(self.ticket, self.AGENT, assignment_rule=rule)
		self.assertEqual(self.after_opening(), ["Assigned"])
		self.assertEqual(clock(self.ticket, "Acknowledgement").state, "Running")

	def test_a_team_that_assigns_by_itself(self):
		rule = frappe.db.get_value("HD Team", self.TEAM, "assignment_rule")
		frappe.db.set_value("Assignment Rule", rule, "disabled", 0)
		frappe.cache().delete_value("assignment_rule_map")
		frappe.clear_cache(doctype="HD Ticket")
		ticket = create_ticket(agent_group=self.TEAM)
		assigned = [event.value for event in events(ticket, "Assigned")]
		self.assertEqual(assigned, [user for user in [self.AGENT] if user in (ticket.get("_assign") or "")])
		self.assertEqual(clock(ticket, "Acknowledgement").state, "Running")

	def test_an_assignment_that_is_taken_away_names_who_took_it_away(self):
		assign(self.ticket, self.AGENT)
		with self.as_user(self.OTHER_AGENT):
			unassign(self.ticket, self.AGENT)
		event = events(self.ticket, "Unassigned")[0]
		self.assertEqual((event.value, event.actor), (self.AGENT, self.OTHER_AGENT))

	def test_reassigning_and_clearing(self):
		assign(self.ticket, self.AGENT)
		assign(self.ticket, self.OTHER_AGENT)
		factories.assign_to.clear("HD Ticket", self.ticket.name)
		self.assertEqual(self.after_opening(), ["Assigned", "Assigned", "Unassigned", "Unassigned"])

	def test_deleting_the_todo_leaves_ledger_and_ticket_saying_the_same(self):
		"""Frappe itself goes on showing the assignee: it reads the rows before the row is gone."""
		assign(self.ticket, self.AGENT)
		todo = frappe.db.get_value(
			"ToDo", {"reference_name": self.ticket.name, "reference_type": "HD Ticket"}
		)
		frappe.delete_doc("ToDo", todo)
		still_shown = self.AGENT in (fresh(self.ticket).get("_assign") or "")
		self.assertEqual(self.after_opening(), ["Assigned"] if still_shown else ["Assigned", "Unassigned"])

	def test_a_changed_due_date_of_an_assignment_is_no_event(self):
		assign(self.ticket, self.AGENT)
		todo = frappe.get_last_doc(
			"ToDo", {"reference_name": self.ticket.name, "reference_type": "HD Ticket"}
		)
		todo.description = "Other words"
		todo.save()
		self.assertEqual(self.after_opening(), ["Assigned"])

	def test_the_next_save_does_not_repeat_or_undo_assignments(self):
		stale = fresh(self.ticket)
		assign(self.ticket, self.AGENT)
		save(self.ticket, subject="Other")
		self.assertEqual(self.after_opening(), ["Assigned"])
		self.assertEqual(stale.get("_assign"), None)


class TestFieldsOfTheTicket(EventTestCase):
	def test_team_ownership_ends_with_the_next_team(self):
		save(self.ticket, agent_group=self.TEAM)
		self.travel("12:00")
		save(self.ticket, agent_group=self.OTHER_TEAM)
		self.assertEqual(
			[event.value for event in events(self.ticket, "Team Changed")], [self.TEAM, self.OTHER_TEAM]
		)
		first, second = (clock(self.ticket, "Team Ownership", cycle) for cycle in (1, 2))
		self.assertEqual((first.state, first.team, first.elapsed_seconds), ("Met", self.TEAM, 7200))
		self.assertEqual(
			(second.state, second.team, second.due_at), ("Running", self.OTHER_TEAM, moment("16:00"))
		)

	def test_a_stricter_priority_moves_the_deadline(self):
		create_policy(
			targets=[target("First Reply", 4), target("First Reply", 1, ticket_priority="Urgent")],
			conditions=[condition("subject", "Contains", "strict")],
			order=1
			if not frappe.db.exists("CS Service Policy", {"priority_number": 1, "docstatus": 1})
			else 89,
		)
		frappe.db.set_value("CS Service Policy", self.policy.name, "enabled", 0)
		ticket = create_ticket("strict one")
		self.assertEqual(ticket.response_by, moment("14:00"))
		self.travel("10:30")
		self.assertEqual(save(ticket, priority="Urgent").response_by, moment("11:00"))
		self.assertEqual(kinds(ticket)[2:], ["Priority Changed"])

	def test_a_corrected_channel_chooses_the_policy_again(self):
		chat = create_channel(channel_type="Online Chat")
		frappe.db.set_value("CS Service Policy", {"docstatus": 1}, "enabled", 0)
		fast = create_policy(
			conditions=[condition("channel", "Equals", chat)], targets=[target("First Reply", 1)]
		)
		slow = create_policy()
		ticket = create_ticket()
		self.assertEqual(ticket.cs_policy, slow.name)
		self.travel("10:10")
		ticket = save(ticket, cs_channel=chat)
		self.assertEqual(kinds(ticket)[2:], ["Channel Changed", "Policy Changed"])
		self.assertEqual((ticket.cs_policy, ticket.response_by), (fast.name, moment("11:00")))

	def test_a_customer_who_is_set_later_chooses_the_policy_again(self):
		frappe.db.set_value("CS Service Policy", {"docstatus": 1}, "enabled", 0)
		special = create_policy(
			conditions=[condition("customer", "Equals", "Acme Trading")], targets=[target("First Reply", 1)]
		)
		create_policy()
		ticket = create_ticket()
		ticket = save(ticket, customer="Acme Trading")
		self.assertEqual((ticket.cs_policy, ticket.response_by), (special.name, moment("11:00")))

	def test_facts_that_change_within_the_family_keep_the_version(self):
		frappe.db.set_value("CS Service Policy", {"docstatus": 1}, "enabled", 0)
		first = create_policy(conditions=[condition("priority", "Is Set")])
		ticket = create_ticket()
		second = factories.amend(first, targets=[target("First Reply", 1)])
		ticket = save(ticket, priority="High")
		self.assertNotEqual(first.name, second.name)
		self.assertEqual((ticket.cs_policy, ticket.response_by), (first.name, moment("12:00")))

	def test_a_policy_that_holds_no_longer_leaves_the_ticket_to_helpdesk(self):
		"""Nothing of ours governs it: Helpdesk's own deadlines and status are shown, on the save and after the job."""
		frappe.db.set_value("CS Service Policy", {"docstatus": 1}, "enabled", 0)
		create_policy(conditions=[condition("priority", "Equals", "High")])
		ticket = create_ticket(priority="High")
		self.travel("10:30")
		ticket = save(ticket, priority="Medium")
		self.assertIn(ticket.cs_policy, (None, ""))
		self.assertEqual(clock(ticket, "First Reply").state, "Cancelled")
		self.assertEqual(ticket.agreement_status, "First Response Due")
		self.assertNotEqual(ticket.response_by, moment("12:00"))


class TestMergeSplitDelete(EventTestCase):
	def test_merged_copies_are_no_replies_on_the_target(self):
		source = create_ticket("The same again")
		self.travel("10:20")
		reply_from_agent(source)
		self.travel("10:25")
		message_from_customer(source)
		self.travel("11:00")
		merge_ticket(source.name, self.ticket.name)
		self.assertEqual(self.after_opening(), [])
		self.assertEqual(clock(self.ticket, "First Reply").state, "Running")

	def test_a_merge_right_after_the_message_copies_no_replies_either(self):
		source = create_ticket("The same again")
		reply_from_agent(source)
		self.travel("10:00:30")
		merge_ticket(source.name, self.ticket.name)
		self.assertEqual(self.after_opening(), [])

	def test_a_merged_ticket_owes_nothing_more(self):
		source = create_ticket("The same again")
		self.travel("11:00")
		merge_ticket(source.name, self.ticket.name)
		self.assertEqual(events(source, "Merged")[0].value, self.ticket.name)
		self.assertEqual({row.state for row in clocks(source).values()}, {"Cancelled"})
		self.assertEqual({row.next_event_at for row in clocks(source).values()}, {None})

	def test_a_deleted_tickets_name_comes_back_without_its_past(self):
		self.travel("11:00")
		reply_from_agent(self.ticket)
		name = self.ticket.name
		frappe.delete_doc("HD Ticket", name, force=True)
		self.assertEqual((kinds(name), clocks(name)), ([], {}))
		self.travel("12:00")
		again = create_ticket("Another one")
		self.assertEqual(again.name, name)
		self.assertEqual(kinds(again), OPENED)
		self.assertEqual(again.response_by, moment("14:00"))

	def test_messages_left_behind_by_a_deleted_ticket_are_not_the_new_ones(self):
		"""Frappe unlinks a deleted ticket's messages in a background job, which may come later than the next ticket."""
		old = message_from_customer(self.ticket)
		name = self.ticket.name
		frappe.delete_doc("HD Ticket", name, force=True)
		self.travel("12:00")
		again = create_ticket("Another one", description=None)
		self.assertEqual(again.name, name)
		frappe.db.set_value(
			"Communication",
			old.name,
			{"reference_doctype": "HD Ticket", "reference_name": name},
			update_modified=False,
		)
		self.travel("12:01")
		message_from_customer(again)
		self.assertEqual(kinds(again), OPENED)

	def test_a_ticket_with_a_ledger_can_be_deleted_by_who_may(self):
		frappe.delete_doc("HD Ticket", self.ticket.name)
		self.assertFalse(frappe.db.exists("HD Ticket", self.ticket.name))

	def test_a_split_ticket_opens_with_clocks_of_its_own(self):
		api = frappe.get_module("helpdesk.helpdesk.doctype.hd_ticket.api")
		if not hasattr(api, "split_ticket"):
			self.skipTest("the stand-in cannot split")
		reply_from_agent(self.ticket)
		self.travel("11:00")
		second = message_from_customer(self.ticket)
		self.travel("13:00")
		new = fresh(api.split_ticket("The second matter", second.name))
		self.assertEqual(kinds(new)[0], "Opened")
		self.assertEqual([kind for kind in kinds(new) if kind == "Opened"], ["Opened"])
		self.assertEqual(clock(new, "First Reply").state, "Running")
		self.assertEqual(new.cs_evaluation_pending, 0)


class TestEveryKindIsStorable(TicketTestCase):
	def test_the_doctypes_options_are_the_domains_kinds(self):
		options = frappe.get_meta("CS Service Event").get_field("kind").options.split("\n")
		self.assertEqual(set(options), {kind.value for kind in EventKind})


class TestPauseBeforeFirstReply(TicketTestCase):
	def test_each_pause_moves_every_later_deadline(self):
		create_policy(targets=TWO_AND_EIGHT)
		ticket = create_ticket()
		for start, end in (("10:30", "11:00"), ("11:15", "12:15")):
			self.travel(start)
			set_status(ticket, "Replied")
			self.travel(end)
			set_status(ticket, "Open")
		ticket = fresh(ticket)
		self.assertEqual(ticket.response_by, moment("13:30"))
		self.assertEqual(ticket.resolution_by, moment("2027-03-02 11:30"))
