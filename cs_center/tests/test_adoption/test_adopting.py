"""Adopting the tickets of a site in use: no deadline moves, save for Helpdesk's own faults, and those are listed."""

from unittest.mock import patch

import frappe
from helpdesk.helpdesk.doctype.hd_ticket.hd_ticket import update_sla_status_in_ticket

from cs_center.services.service_levels import adoption, adoption_run
from cs_center.tests.factories import (
	assign,
	clock,
	create_policy,
	error_log,
	events,
	fresh,
	kinds,
	message_from_customer,
	reply_from_agent,
	save,
	set_status,
	unique,
)

from .old_site import OldSiteTestCase

HISTORIES = {
	"untouched": (),
	"answered": (("11:07:31.123456", "reply"),),
	"paused now": (("10:30", "reply"), ("11:15:02.9", "Replied")),
	"paused without a reply and taken up again": (("10:20:59.999", "Replied"), ("15:40:00.001", "Open")),
	"paused twice": (
		("10:10", "reply"),
		("10:11:12.7", "Replied"),
		("12:00:00.3", "Open"),
		("14:30", "Replied"),
		("2027-03-02 09:59:59.5", "Open"),
	),
	"paused after its deadline": (
		("10:10", "reply"),
		("2027-03-05 11:00", "Replied"),
		("2027-03-05 16:00", "Open"),
	),
	"paused at night after its deadline": (
		("10:10", "reply"),
		("2027-03-06 02:00", "Replied"),
		("2027-03-06 03:00", "Open"),
		("2027-03-08 10:00", "Replied"),
		("2027-03-08 12:00", "Open"),
	),
	"resolved and reopened": (("10:10", "reply"), ("12:00", "Resolved"), ("2027-03-02 11:30:01.25", "Open")),
	"resolved out of a pause and reopened": (
		("10:10:00.1", "Replied"),
		("13:00:00.9", "Resolved"),
		("2027-03-02 11:30", "Open"),
	),
	"paused after a resolution": (("10:30", "Resolved"), ("12:30", "Replied"), ("14:00", "Open")),
	"another priority": (("10:30", "priority"),),
}
NOW = "2027-03-08 15:00"


class Killed(BaseException):
	"""What no handler for errors may swallow."""


class TestAdopting(OldSiteTestCase):
	def setUp(self):
		super().setUp()
		self.subject = unique("Old story")
		self.sla = self.sla_for(self.subject)

	def live(self, ticket, history):
		for time, act in history:
			self.travel(time)
			if act == "reply":
				reply_from_agent(ticket, self.AGENT)
			elif act == "priority":
				save(ticket, priority="High")
			else:
				set_status(ticket, act)

	def old_ticket(self, history=(), at="10:00", **values):
		self.travel(at)
		ticket = self.ticket(self.subject, **values)
		self.live(ticket, history)
		return fresh(ticket)

	def install_and_adopt(self, at=NOW):
		"""Helpdesk's own hourly job has run just before."""
		self.travel(at)
		update_sla_status_in_ticket()
		frappe.clear_document_cache("HD Ticket")
		before = {
			row.name: row
			for row in frappe.get_all(
				"HD Ticket",
				{"subject": self.subject},
				["name", "response_by", "resolution_by", "agreement_status"],
			)
		}
		self.install()
		self.adopt()
		return before

	def listed(self):
		return {(row["ticket"], row["field"]): row["reason"] for row in adoption.adoption_differences()}

	def assert_unmoved(self, before, but=()):
		listed = self.listed()
		for name, row in before.items():
			for field, now in self.deadlines(name).items():
				if (name, field) not in but:
					self.assertEqual(now, row[field], f"{field} of {name} {listed.get((name, field))}")
					self.assertNotIn((name, field), listed)

	def test_no_deadline_moves_whatever_the_ticket_has_lived_through(self):
		tickets = {title: self.old_ticket(history).name for title, history in HISTORIES.items()}
		before = self.install_and_adopt()
		late = {(tickets["paused now"], "agreement_status")}
		self.assert_unmoved(before, but=late)
		for ticket in tickets.values():
			self.assertEqual(fresh(ticket).cs_policy, f"{self.sla.name} v1")

	def test_tickets_opened_at_night_at_the_weekend_and_on_a_holiday_keep_their_deadlines(self):
		for opened in (
			"2027-03-02 23:59:59.999999",
			"2027-03-06 11:00:00.000001",
			"2027-03-03 10:00",
			"2027-03-02 17:59:59.5",
		):
			self.old_ticket(at=opened)
		self.assert_unmoved(self.install_and_adopt())

	def test_a_pause_without_a_log_keeps_the_deadline(self):
		ticket = self.old_ticket(HISTORIES["paused twice"])
		frappe.db.delete("HD Ticket Activity", {"ticket": ticket.name})
		self.assert_unmoved(self.install_and_adopt())

	def test_a_log_that_begins_late_keeps_the_deadline(self):
		ticket = self.old_ticket(HISTORIES["paused twice"])
		frappe.db.delete("HD Ticket Activity", {"ticket": ticket.name, "creation": ["<", "2027-03-01 14:00"]})
		self.assert_unmoved(self.install_and_adopt())

	def test_a_ticket_paused_past_its_target_reads_paused_and_that_is_listed(self):
		ticket = self.old_ticket(HISTORIES["paused now"])
		self.travel(NOW)
		ticket = save(ticket, subject=self.subject)
		self.assertEqual(ticket.agreement_status, "Failed")
		before = self.install_and_adopt()
		self.assertEqual(fresh(ticket).agreement_status, "Paused")
		self.assertEqual(self.listed()[ticket.name, "agreement_status"], "pause_past_deadline")
		self.assert_unmoved(before, but={(ticket.name, "agreement_status")})

	def test_a_stretch_that_helpdesk_counted_twice_is_taken_off_and_listed(self):
		"""Closed, then Resolved without being opened: Helpdesk adds the hour at once, and again at the reopening."""
		ticket = self.old_ticket((("10:30", "Closed"), ("11:30", "Resolved"), ("12:30", "Open")))
		self.assertEqual(ticket.total_hold_time, 3 * 3600)
		self.install_and_adopt()
		self.assertEqual(self.listed()[ticket.name, "resolution_by"], "hold_time_differs_from_log")
		self.assertEqual(str(fresh(ticket).resolution_by), "2027-03-04 10:00:00")

	def test_an_sla_that_was_edited_under_open_tickets_is_listed(self):
		ticket = self.old_ticket()
		self.sla.reload()
		self.sla.priorities[1].resolution_time = 20 * 3600
		self.sla.save()
		before = self.install_and_adopt()
		self.assertEqual(self.listed(), {(ticket.name, "resolution_by"): "sla_changed_after_last_save"})
		self.assert_unmoved(before, but={(ticket.name, "resolution_by")})

	def test_saving_an_adopted_ticket_and_helpdesks_hourly_job_move_nothing(self):
		tickets = [
			self.old_ticket(HISTORIES[title])
			for title in ("untouched", "paused twice", "paused after its deadline")
		]
		before = self.install_and_adopt()
		for ticket in tickets:
			save(ticket, description="An agent's remark")
		self.assert_unmoved(before)
		update_sla_status_in_ticket()
		self.assert_unmoved(before)
		self.assertNotIn("Customer Replied", kinds(tickets[0]))

	def test_an_adopted_ticket_is_answered_paused_and_resolved_like_any_other(self):
		ticket = self.old_ticket()
		self.install_and_adopt("11:00")
		reply_from_agent(ticket, self.AGENT)
		self.assertEqual(clock(ticket, "First Reply").state, "Met")
		self.travel("12:00")
		set_status(ticket, "Replied")
		self.travel("14:00")
		self.assertEqual(str(set_status(ticket, "Open").resolution_by), "2027-03-04 10:00:00")
		self.travel("15:00")
		set_status(ticket, "Resolved")
		self.assertEqual(clock(ticket, "Resolution").state, "Met")

	def test_running_again_adds_nothing(self):
		ticket = self.old_ticket(HISTORIES["paused twice"])
		self.install_and_adopt()
		before = (events(ticket), self.deadlines(ticket))
		self.assertEqual(self.adopt(), {"adopted": 0, "moved": 0, "failed": 0})
		self.assertEqual((events(ticket), self.deadlines(ticket)), before)

	def test_a_ticket_that_is_touched_before_its_turn_is_adopted_unmoved(self):
		acts = {
			"saved": lambda ticket: save(ticket, description="A remark"),
			"answered": lambda ticket: reply_from_agent(ticket, self.AGENT),
			"assigned": lambda ticket: assign(ticket, self.AGENT),
			"written to": message_from_customer,
		}
		tickets = {act: self.old_ticket(HISTORIES["paused twice"]) for act in acts}
		self.travel("2027-03-02 10:30")
		before = {ticket.name: self.deadlines(ticket) for ticket in tickets.values()}
		self.install()
		for act, ticket in tickets.items():
			acts[act](ticket)
			self.assertEqual(kinds(ticket).count("Opened"), 1, act)
		self.adopt()
		self.assert_unmoved(before)
		for ticket in tickets.values():
			keys = [event.source_key for event in events(ticket) if event.source_key]
			self.assertEqual(len(keys), len(set(keys)))

	def test_what_the_first_touch_moves_is_listed_too(self):
		ticket = self.old_ticket((("10:30", "Closed"), ("11:30", "Resolved"), ("12:30", "Open")))
		self.install()
		save(ticket, description="A remark")
		self.assertEqual(self.listed()[ticket.name, "resolution_by"], "hold_time_differs_from_log")

	def test_an_old_resolved_ticket_gets_its_ledger_when_it_is_reopened(self):
		ticket = self.old_ticket((("10:30", "reply"), ("12:00", "Resolved")))
		self.install_and_adopt()
		self.assertEqual(events(ticket), [])
		set_status(ticket, "Open")
		self.assertEqual(kinds(ticket)[-2:], ["Resolved", "Reopened"])
		self.assertEqual(clock(ticket, "Resolution", 1).state, "Met")
		self.assertEqual(clock(ticket, "Resolution", 2).state, "Running")

	def test_a_ticket_whose_status_exists_no_more_is_adopted_as_open(self):
		ticket = self.old_ticket()
		frappe.db.set_value("HD Ticket", ticket.name, "status", "Gone", update_modified=False)
		self.install()
		self.adopt()
		self.assertEqual(clock(ticket, "Resolution").state, "Running")

	def test_a_ticket_whose_sla_is_gone_gets_what_matches_and_that_is_listed(self):
		ticket = self.old_ticket()
		frappe.db.delete("HD Service Level Agreement", {"name": self.sla.name})
		policy = create_policy()
		self.install()
		self.adopt()
		self.assertEqual(fresh(ticket).cs_policy, policy.name)
		self.assertEqual(set(self.listed().values()), {"sla_is_gone"})

	def test_a_ticket_of_an_sla_that_could_not_be_imported_stays_helpdesks(self):
		ticket = self.old_ticket()
		frappe.db.delete("HD Service Day", {"parent": self.sla.name})
		before = self.deadlines(ticket)
		report = self.install()
		self.assertIn("no work days", report.refused[self.sla.name])
		self.adopt()
		self.assertEqual((self.deadlines(ticket), fresh(ticket).cs_policy), (before, None))
		message = frappe.db.get_single_value("CS Center Settings", "adoption_message")
		self.assertIn(self.sla.name, message)

	def test_one_bad_ticket_is_logged_and_the_others_of_its_batch_are_adopted(self):
		bad, good = self.old_ticket(), self.old_ticket()
		self.install()
		real = adoption._old_ticket

		def fail_for_one(row, *args):
			if row.get("name") == bad.name:
				raise ValueError("unreadable")
			return real(row, *args)

		with patch.object(adoption, "_old_ticket", fail_for_one):
			self.assertEqual(self.adopt()["failed"], 1)
		self.assertEqual(events(bad), [])
		self.assertTrue(events(good))
		self.assertTrue(error_log(bad.name))

	def test_a_run_that_was_killed_goes_on_where_it_stopped(self):
		tickets = sorted(self.old_ticket(HISTORIES["paused twice"]).name for _number in range(3))
		self.travel(NOW)
		self.install()
		frappe.db.commit()
		killed = patch.object(adoption_run, "adopt", side_effect=[adoption.adopt(tickets[:1]), Killed])
		batches = patch.object(adoption_run, "tickets_to_adopt", side_effect=[tickets[:1], tickets[1:2]])
		with killed, batches, self.assertRaises(Killed):
			adoption_run.run()
		self.assertTrue(events(tickets[0]))
		self.assertEqual(events(tickets[1]), [])
		self.adopt()
		self.assertEqual([kinds(ticket) for ticket in tickets], [kinds(tickets[0])] * 3)
		self.assertEqual(frappe.db.get_single_value("CS Center Settings", "adoption_status"), "Done")
