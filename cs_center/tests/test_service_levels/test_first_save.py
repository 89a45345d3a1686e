"""What a ticket shows after its very first save, whichever way it came."""

from unittest.mock import patch

import frappe
from frappe.email.receive import InboundMail

from cs_center.services.service_levels import channel_corrections, channels, ticket_events
from cs_center.services.service_levels.site_time import current_instant
from cs_center.tests.factories import (
	TWO_AND_EIGHT,
	change_settings,
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
	target,
	unique,
)
from cs_center.tests.ticket_case import TicketTestCase, moment


class TestFirstSave(TicketTestCase):
	def test_the_document_itself_shows_policy_and_deadlines_before_any_reload(self):
		policy = create_policy()
		ticket = frappe.get_doc(
			{"doctype": "HD Ticket", "subject": "Late", "raised_by": self.BUYER, "priority": "Medium"}
		).insert()
		self.assertEqual(ticket.cs_policy, policy.name)
		self.assertEqual(ticket.response_by, moment("12:00"))
		self.assertEqual(ticket.resolution_by, moment("2027-03-02 10:00"))
		self.assertEqual(ticket.agreement_status, "First Response Due")

	def test_the_stored_row_shows_policy_deadlines_and_state(self):
		policy = create_policy()
		ticket = create_ticket()
		self.assertEqual(ticket.cs_policy, policy.name)
		self.assertEqual(ticket.response_by, moment("12:00"))
		self.assertEqual(ticket.resolution_by, moment("2027-03-02 10:00"))
		self.assertEqual(ticket.cs_next_deadline, moment("12:00"))
		self.assertEqual(ticket.agreement_status, "First Response Due")
		self.assertEqual(ticket.cs_service_state, "On Track")
		self.assertEqual(ticket.cs_evaluation_pending, 0)

	def test_the_description_is_the_opening_and_no_customer_message(self):
		create_policy()
		self.assertEqual(kinds(create_ticket(description="Where is it?")), ["Opened", "Policy Changed"])

	def test_a_ticket_without_description_and_its_first_message_are_one_opening(self):
		create_policy(targets=(*TWO_AND_EIGHT, target("Next Reply", 1)))
		ticket = create_ticket(description=None)
		self.travel("10:01")
		message_from_customer(ticket)
		self.assertEqual(kinds(ticket), ["Opened", "Policy Changed"])
		self.assertEqual(set(clocks(ticket)), {("First Reply", 1), ("Resolution", 1)})

	def test_a_customer_message_after_an_agents_reply_counts_though_it_is_the_first_of_the_customer(self):
		"""An agent opened the ticket without words, wrote first, and the customer answered."""
		create_policy()
		ticket = create_ticket(description=None)
		reply_from_agent(ticket)
		message_from_customer(ticket)
		self.assertEqual(kinds(ticket)[2:], ["Agent Replied", "Customer Replied"])

	def test_a_condition_on_the_customer_holds_at_the_first_save(self):
		"""Helpdesk sets the customer after it chose its SLA, so its own condition misses."""
		policy = create_policy(conditions=[condition("customer", "Equals", "Acme Trading")])
		ticket = create_ticket(raised_by=self.BUYER)
		self.assertEqual(ticket.customer, "Acme Trading")
		self.assertEqual(ticket.cs_policy, policy.name)
		self.assertEqual(ticket.response_by, moment("12:00"))

	def test_the_opening_remembers_team_priority_channel_and_sender(self):
		create_policy()
		channel = create_channel()
		ticket = create_ticket(agent_group=self.TEAM, priority="High", cs_channel=channel)
		detail = frappe.parse_json(events(ticket, "Opened")[0].detail)
		self.assertEqual(
			{name: detail[name] for name in ("team", "priority", "channel", "raised_by")},
			{"team": self.TEAM, "priority": "High", "channel": channel, "raised_by": "buyer@shop.example"},
		)

	def test_the_target_of_the_tickets_priority_counts(self):
		create_policy(
			targets=[target("First Reply", 4), target("First Reply", 1, ticket_priority="Urgent")],
		)
		self.assertEqual(create_ticket(priority="Urgent").response_by, moment("11:00"))
		self.assertEqual(create_ticket(priority="Low").response_by, moment("14:00"))

	def test_without_a_matching_policy_helpdesks_own_deadlines_stay(self):
		frappe.db.set_value("CS Service Policy", {"docstatus": 1}, "enabled", 0)
		ticket = create_ticket()
		self.assertEqual((ticket.cs_policy, ticket.cs_service_state or ""), (None, ""))
		self.assertTrue(ticket.response_by)
		self.assertEqual(kinds(ticket), ["Opened", "Policy Changed"])
		self.assertEqual(events(ticket)[1].value or "", "")

	def test_a_ticket_outside_hours_counts_from_the_next_opening(self):
		create_policy()
		self.travel("2027-03-06 23:00")
		self.assertEqual(create_ticket().response_by, moment("2027-03-08 11:00"))

	def test_two_tickets_in_one_request_each_have_an_opening_of_their_own(self):
		create_policy()
		one, two = create_ticket(), create_ticket()
		message_from_customer(one)
		message_from_customer(two)
		self.assertEqual(kinds(one), ["Opened", "Policy Changed", "Customer Replied"])
		self.assertEqual(kinds(two), ["Opened", "Policy Changed", "Customer Replied"])

	def test_after_an_insert_that_failed_later_messages_of_that_name_still_count(self):
		"""One request makes several tickets (mail is pulled in batches); the refused one must leave no trace."""
		create_policy()
		older = create_ticket()
		with (
			self.assertRaises(frappe.ValidationError),
			patch(
				"helpdesk.helpdesk.doctype.hd_ticket.hd_ticket.HDTicket.after_insert",
				side_effect=frappe.ValidationError("refused"),
			),
		):
			create_ticket()
		message_from_customer(older)
		self.assertEqual(kinds(older)[2:], ["Customer Replied"])


class TestChannelOfANewTicket(TicketTestCase):
	def setUp(self):
		super().setUp()
		frappe.db.set_value("CS Channel", {"enabled": 1}, "enabled", 0)
		self.channels = {
			kind: create_channel(channel_type=kind)
			for kind in ("Portal", "E-mail", "Phone Hotline", "Online Chat")
		}
		change_settings(agent_channel=None, api_channel=None, default_channel=None)
		create_policy()

	def test_what_an_agent_chose_is_never_overruled(self):
		chat = self.channels["Online Chat"]
		self.assertEqual(create_ticket(cs_channel=chat, via_customer_portal=1).cs_channel, chat)

	def test_the_portal(self):
		with self.as_user(self.BUYER):
			ticket = create_ticket(via_customer_portal=1, raised_by=self.BUYER)
		self.assertEqual(ticket.cs_channel, self.channels["Portal"])
		self.assertEqual(kinds(ticket), ["Opened", "Policy Changed", "Tier Changed"])

	def test_the_channel_of_the_mail_account_comes_before_the_first_mail_channel(self):
		account = self.mail_account()
		special = create_channel(email_accounts=[{"email_account": account}])
		self.assertEqual(create_ticket(email_account=account).cs_channel, special)

	def test_a_mail_makes_one_ticket_with_one_opening(self):
		account = self.mail_account()
		ticket = self.receive(account, "My parcel is late", "one@mail.example")
		self.assertEqual(ticket.cs_channel, self.channels["E-mail"])
		self.assertEqual(self.without_correction(ticket), ["Opened"])
		self.assertEqual(ticket.response_by.replace(microsecond=0), moment("12:00"))
		self.assertEqual(ticket.cs_evaluation_pending, 0)

	def test_a_mail_that_the_pull_job_stores_as_administrator_is_no_phone_call(self):
		change_settings(agent_channel=self.channels["Phone Hotline"])
		ticket = self.receive(self.mail_account(), "My parcel is late", "one@mail.example")
		self.assertEqual(ticket.cs_channel, self.channels["E-mail"])

	def test_a_policy_for_mail_governs_a_mails_ticket(self):
		policy = create_policy(
			conditions=[condition("channel", "Equals", self.channels["E-mail"])],
			targets=[target("First Reply", 1)],
			order=90,
		)
		frappe.db.set_value("CS Service Policy", {"docstatus": 1, "name": ["!=", policy.name]}, "enabled", 0)
		ticket = self.receive(self.mail_account(), "My parcel is late", "one@mail.example")
		self.assertEqual(ticket.cs_policy, policy.name)

	def test_the_second_mail_of_a_thread_is_a_customer_message(self):
		account = self.mail_account()
		ticket = self.receive(account, "Parcel", "one@mail.example")
		first = frappe.get_all(
			"Communication", {"reference_name": ticket.name, "reference_doctype": "HD Ticket"}, ["message_id"]
		)
		self.travel("10:30")
		again = self.receive(account, "Re: Parcel", "two@mail.example", reply_to=first[0].message_id)
		self.assertEqual(again.name, ticket.name)
		self.assertEqual(self.without_correction(ticket), ["Opened", "Customer Replied"])

	def without_correction(self, ticket) -> list[str]:
		"""Frappe 15 makes a mail's ticket before it says which account it came by: the channel follows at once."""
		return [kind for kind in kinds(ticket) if kind not in ("Channel Changed", "Policy Changed")]

	def test_the_agents_channel(self):
		change_settings(agent_channel=self.channels["Phone Hotline"])
		with self.as_user(self.AGENT):
			self.assertEqual(create_ticket().cs_channel, self.channels["Phone Hotline"])

	def test_the_default_channel_for_everyone_else(self):
		change_settings(default_channel=self.channels["Online Chat"])
		with self.as_user(self.BUYER):
			self.assertEqual(create_ticket(raised_by=self.BUYER).cs_channel, self.channels["Online Chat"])

	def test_a_program_that_signs_in_with_a_key(self):
		change_settings(
			api_channel=self.channels["Online Chat"], agent_channel=self.channels["Phone Hotline"]
		)
		with patch.object(channels, "_came_by_token", return_value=True), self.as_user(self.AGENT):
			ticket = create_ticket()
		self.assertEqual(ticket.cs_channel, self.channels["Online Chat"])

	def test_a_call_that_opened_the_ticket_makes_it_a_phone_ticket(self):
		ticket = create_ticket()
		self.travel("10:05")
		self.log_call(ticket, "2027-03-01 09:58:00")
		ticket = fresh(ticket)
		self.assertEqual(ticket.cs_channel, self.channels["Phone Hotline"])
		self.assertEqual(kinds(ticket), ["Opened", "Policy Changed", "Channel Changed", "Policy Changed"])

	def test_a_call_about_an_old_ticket_does_not_change_its_channel(self):
		ticket = create_ticket(cs_channel=self.channels["Online Chat"])
		self.travel("2027-03-03 10:00")
		self.log_call(ticket, "2027-03-03 09:59:00")
		self.assertEqual(fresh(ticket).cs_channel, self.channels["Online Chat"])

	def test_an_open_form_can_still_be_saved_after_the_call_was_logged(self):
		"""The agent who answers the call has the ticket open: its time stamp must not move."""
		ticket = create_ticket()
		self.travel("10:05")
		self.log_call(ticket, "2027-03-01 09:58:00")
		self.assertEqual(fresh(ticket).modified, ticket.modified)

	def test_a_failure_does_not_stop_the_telephone_system(self):
		ticket = create_ticket()
		with patch.object(channel_corrections, "catch_up", side_effect=RuntimeError("broken")):
			call = self.log_call(ticket, "2027-03-01 09:58:00")
		self.assertTrue(frappe.db.exists("TP Call Log", call))
		self.assertEqual(fresh(ticket).cs_channel, None)
		self.assertEqual(fresh(ticket).cs_evaluation_pending, 1)

	def log_call(self, ticket, start: str) -> str:
		call = frappe.get_doc(
			{
				"doctype": "TP Call Log",
				"id": unique("call"),
				"from": "+86 10 1",
				"to": "+86 10 2",
				"type": "Incoming",
				"status": "Completed",
				"telephony_medium": "Manual",
				"medium": "Manual",
				"start_time": start,
				"links": [{"link_doctype": "HD Ticket", "link_name": ticket.name}],
			}
		)
		return call.insert(ignore_permissions=True, ignore_mandatory=True).name  # as the telephone system

	def mail_account(self) -> str:
		name = unique("Shop Mail")
		account = frappe.get_doc(
			{
				"doctype": "Email Account",
				"email_account_name": name,
				"email_id": f"{frappe.scrub(name)}@shop.example",
				"enable_incoming": 0,
				"enable_outgoing": 0,
				"append_to": "HD Ticket",
			}
		)
		account.flags.ignore_validate = True
		return account.insert(ignore_mandatory=True).name

	def receive(self, account: str, subject: str, message_id: str, reply_to: str | None = None):
		answer = f"In-Reply-To: <{reply_to}>\n" if reply_to else ""
		if frappe.__version__.startswith("15.0.0-dev"):
			return self.receive_in_two_steps(account, subject, reply_to)
		raw = (
			f"From: Ann <ann@client.example>\nTo: shop@shop.example\nSubject: {subject}\n"
			f"Message-ID: <{unique('id').replace(' ', '')}-{message_id}>\n{answer}"
			"Date: Mon, 02 Mar 2026 01:58:00 +0000\nContent-Type: text/plain\n\nWhere is my parcel?\n"
		)
		self.travel(
			f"{current_instant():%Y-%m-%d %H:%M}:00.000001"
		)  # Frappe writes a whole second in two ways
		mail = InboundMail(raw, frappe.get_doc("Email Account", account), append_to="HD Ticket")
		return fresh(mail.process().reference_name)

	def receive_in_two_steps(self, account: str, subject: str, reply_to: str | None):
		"""What InboundMail does, for an engine whose own look-up of a thread is broken."""
		known = (
			frappe.db.get_value("Communication", {"message_id": reply_to}, "reference_name")
			if reply_to
			else None
		)
		ticket = fresh(known) if known else create_ticket(subject, None, raised_by="ann@client.example")
		values = {"email_account": account, "message_id": unique("id"), "sender": "ann@client.example"}
		make_message(ticket, "Received", subject=subject, **values).insert(
			ignore_permissions=True
		)  # as the pull
		return fresh(ticket)


class TestFirstMessageIsStoredOnce(TicketTestCase):
	def test_saving_the_opening_message_again_is_no_customer_message(self):
		create_policy()
		ticket = create_ticket()
		name = frappe.db.get_value(
			"Communication", {"reference_name": ticket.name, "reference_doctype": "HD Ticket"}
		)
		self.travel("11:00")
		frappe.get_doc("Communication", name).save()
		self.assertEqual(kinds(ticket), ["Opened", "Policy Changed"])
		self.assertEqual(clock(ticket, "First Reply").state, "Running")

	def test_an_opening_message_that_is_saved_after_a_reply_is_no_customer_message(self):
		"""The mail's read mark or a link is stored long after the agent's answer."""
		create_policy(targets=(*TWO_AND_EIGHT, target("Next Reply", 1)))
		ticket = create_ticket()
		opening = frappe.db.get_value(
			"Communication", {"reference_name": ticket.name, "reference_doctype": "HD Ticket"}
		)
		self.travel("11:00")
		reply_from_agent(ticket)
		self.travel("11:30")
		frappe.get_doc("Communication", opening).save()
		self.assertEqual(kinds(ticket), ["Opened", "Policy Changed", "Agent Replied"])
		self.assertNotIn(("Next Reply", 1), clocks(ticket))

	def test_a_mail_that_opened_a_ticket_and_is_saved_after_a_reply_is_no_customer_message(self):
		create_policy(targets=(*TWO_AND_EIGHT, target("Next Reply", 1)))
		ticket = create_ticket(description=None)
		opening = message_from_customer(ticket)
		self.travel("11:00")
		reply_from_agent(ticket)
		frappe.get_doc("Communication", opening.name).save()
		self.assertEqual(kinds(ticket), ["Opened", "Policy Changed", "Agent Replied"])

	def test_a_message_without_type_or_direction_leaves_the_ledger_alone(self):
		create_policy()
		ticket = create_ticket()
		make_message(ticket, "Sent", communication_type="Automated Message").insert()
		self.assertEqual(kinds(ticket), ["Opened", "Policy Changed"])


class TestATicketWithoutALedger(TicketTestCase):
	def test_an_assignment_by_a_rule_begins_the_ledger_with_its_clocks(self):
		create_policy(targets=TWO_AND_EIGHT)
		ticket = create_ticket()
		for doctype in ("CS Service Event", "CS Service Clock"):
			frappe.db.delete(doctype, {"reference_name": ticket.name})
		ticket_events.record_assignment(ticket.name, "")
		self.assertEqual(kinds(ticket), ["Opened", "Policy Changed"])
		self.assertEqual(clock(ticket, "First Reply").state, "Running")
