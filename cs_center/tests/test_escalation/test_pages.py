"""The page a notification leads to, and the part of the explain page that tells of escalation."""

import re
from contextlib import contextmanager
from html import unescape
from urllib.parse import parse_qs, urlsplit

import frappe

from cs_center.services.escalation import responses
from cs_center.tests import factories
from cs_center.tests.factories import step
from cs_center.tests.test_escalation.escalation_case import EscalationTestCase
from cs_center.tests.test_escalation.people_case import CLERK, MANAGER, PeopleTestCase
from cs_center.www import cs_escalation, cs_explain

NASTY = "<script>alert(1)</script> & {{ 7 * 7 }}"


class PageCase:
	"""Opens a page as its route does, for whoever is signed in."""

	def open(self, module, **arguments) -> str:
		"""The page's HTML; its context is kept in ``self.context``."""
		frappe.local.form_dict = frappe._dict(arguments)
		self.context = module.get_context(frappe._dict())
		template = module.__name__.rpartition(".")[2].replace("_", "-")
		return frappe.render_template(f"cs_center/www/{template}.html", dict(self.context))

	def escalation_page(self, name: str) -> str:
		return self.open(cs_escalation, name=name)

	def words(self, html: str) -> str:
		"""What a reader sees of the page, in one line."""
		html = re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
		return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())

	@contextmanager
	def in_chinese(self):
		before, frappe.local.lang = frappe.local.lang, "zh"
		try:
			yield
		finally:
			frappe.local.lang = before

	def redirection(self, module, **arguments) -> str:
		with self.assertRaises(frappe.Redirect):
			self.open(module, **arguments)
		return frappe.local.flags.redirect_location


class TestWhoSeesTheEscalationPage(PageCase, PeopleTestCase):
	def test_an_agent_is_told_what_who_and_why(self):
		with self.as_user(self.AGENT):
			words = self.words(self.escalation_page(self.our_row.name))
		for expected in (
			f"Level 1 of ticket #{self.ours.name}",
			"50 % of the target for Resolution are used",
			"Deadline 2027-03-02 10:00",
			f"Team {self.TEAM}",
			"Meant for the assignee",
			"In-App",
			self.policy.title.split()[0],
			"Acknowledge escalation",
			"Snooze 30 min",
			"Open in Helpdesk",
			"Explain deadlines",
		):
			self.assertIn(expected, words)

	def test_people_are_named_not_their_accounts(self):
		frappe.db.set_value("User", self.AGENT, {"first_name": "Kim", "last_name": "Chen"})
		frappe.local.fullnames = {}  # Frappe's memory of a request, which tests share
		self.addCleanup(setattr, frappe.local, "fullnames", {})
		with self.as_user(self.AGENT):
			words = self.words(self.escalation_page(self.our_row.name))
		self.assertIn("Told Kim Chen", words)
		self.assertNotIn(self.AGENT, words)

	def test_whoever_was_told_sees_the_escalation_and_not_the_ticket(self):
		with self.as_user(CLERK):
			html = self.escalation_page(self.their_row.name)
		words = self.words(html)
		self.assertIn("Acknowledge escalation", words)
		self.assertIn(f"the channel {self.channel.name}", words)
		for hidden in ("Open in Helpdesk", "Open in Desk", "Explain deadlines", "Other escalations"):
			self.assertNotIn(hidden, words)
		self.assertNotIn("/cs-explain", html)

	def test_a_manager_who_is_no_agent_is_not_sent_to_the_helpdesk(self):
		with self.as_user(MANAGER):
			words = self.words(self.escalation_page(self.our_row.name))
		self.assertIn("Explain deadlines", words)
		self.assertNotIn("Open in Helpdesk", words)

	def test_others_read_a_plain_sentence_whether_it_exists_or_not(self):
		for user in (self.BUYER, CLERK):
			for name in (self.our_row.name, "no-such-escalation", ""):
				with self.subTest(user=user, name=name), self.as_user(user):
					words = self.words(self.escalation_page(name))
					self.assertIn("You cannot see the escalation", words)
					self.assertNotIn(self.ours.subject, words)
					self.assertEqual(self.context.http_status_code, 403)

	def test_guests_come_back_after_the_login(self):
		with self.as_user("Guest"):
			login = urlsplit(self.redirection(cs_escalation, name="0042-first_reply-1-a&b"))
		self.assertEqual(login.path, "/login")
		page = urlsplit(parse_qs(login.query)["redirect-to"][0])
		self.assertEqual(page.path, "/cs-escalation")
		self.assertEqual(parse_qs(page.query), {"name": ["0042-first_reply-1-a&b"]})

	def test_a_hostile_name_stays_text(self):
		with self.as_user(CLERK):
			html = self.escalation_page("<img src=x onerror=alert(1)>")
		self.assertNotIn("<img", html)


class TestTheEscalationPage(PageCase, EscalationTestCase):
	def raised(self, *steps, **values):
		"""A ticket with one escalation at 14:00; its row."""
		self.ladder(*(steps or [step(1, percent=50)]))
		self.subject = self.ticket(**values)
		self.pass_at("14:00")
		return factories.escalations(self.subject)[0].name

	def page(self, name: str) -> str:
		return self.words(self.escalation_page(name))

	def test_opening_it_changes_nothing(self):
		name = self.raised()
		before = (factories.escalations(self.subject), factories.deliveries(self.subject))
		with self.as_user(self.AGENT):
			self.escalation_page(name)
		self.assertEqual(before, (factories.escalations(self.subject), factories.deliveries(self.subject)))

	def test_what_a_customer_wrote_stays_text(self):
		name = self.raised()
		frappe.db.set_value("HD Ticket", self.subject.name, "subject", NASTY)  # past Frappe's own filter
		responses.acknowledge(name, NASTY)
		html = self.escalation_page(name)
		self.assertNotIn(NASTY, html)
		self.assertEqual(html.count("&lt;script&gt;alert(1)&lt;/script&gt; &amp; {{ 7 * 7 }}"), 2)

	def test_an_acknowledged_one_says_by_whom_and_offers_no_answer(self):
		name = self.raised()
		responses.acknowledge(name, "I call the customer")
		words = self.page(name)
		self.assertIn("Acknowledged by Administrator, 2027-03-01 14:00", words)
		self.assertIn("Note I call the customer", words)
		self.assertNotIn("Acknowledge escalation", words)

	def test_a_snoozed_one_says_until_when_and_can_still_be_acknowledged(self):
		name = self.raised()
		responses.snooze(name, 45)
		words = self.page(name)
		self.assertIn("Snoozed until 2027-03-01 14:45", words)
		self.assertIn("Acknowledge escalation", words)

	def test_snoozes_end_at_the_settings_limit(self):
		factories.change_settings(longest_snooze_hours=1)
		name = self.raised()
		html = self.escalation_page(name)
		self.assertEqual(re.findall(r'data-minutes="(\d+)"', html), ["15", "30", "60"])
		self.assertIn('max="60"', html)

	def test_the_way_to_who_was_told_is_told(self):
		factories.create_profile(self.AGENT, away_until="2027-03-02 00:00:00", fallback=self.OTHER_AGENT)
		words = self.page(self.raised())
		self.assertIn(f"{self.OTHER_AGENT} stands in for {self.AGENT}", words)

	def test_nobody_to_tell_and_what_was_done_are_told(self):
		self.ladder(
			step(1, percent=50, tell="Dedicated Agent", raise_priority_to="Urgent"), fallback_user=None
		)
		ticket = factories.create_ticket(priority="Low")
		self.pass_at("14:00")
		words = self.page(factories.escalations(ticket)[0].name)
		self.assertIn("Told nobody; the alarm went out", words)
		self.assertIn("Done as well priority raised to Urgent", words)

	def test_the_tickets_other_escalations_are_linked(self):
		name = self.raised(step(1, percent=50), step(2, percent=75))
		self.pass_at("16:00")
		html = self.escalation_page(name)
		(other,) = (row.name for row in factories.escalations(self.subject) if row.name != name)
		self.assertIn(f'href="/cs-escalation?name={other}"', html)
		self.assertNotIn(f'href="/cs-escalation?name={name}"', html)

	def test_its_script_posts_to_what_answers(self):
		html = self.escalation_page(self.raised())
		self.assertEqual(set(re.findall(r'data-answer="(\w+)"', html)), {"acknowledge", "snooze"})
		self.assertIn("/api/method/cs_center.api.escalations.${method}", html)
		self.assertIn(f'"X-Frappe-CSRF-Token": "{self.context.csrf_token}"', html)

	def test_in_chinese(self):
		name = self.raised()
		with self.in_chinese():
			words = self.page(name)
		self.assertIn("时限", words)


class TestTheExplainPage(PageCase, EscalationTestCase):
	def explained(self, ticket) -> str:
		return self.words(self.open(cs_explain, ticket=ticket.name))

	def test_the_ladder_and_how_each_step_stands(self):
		policy = self.ladder(step(1, percent=50), step(2, percent=75, tell="Supervisor", supervisor_level=1))
		ticket = self.ticket()
		self.pass_at("14:00")
		words = self.explained(ticket)
		for expected in (
			f"{policy.title} version 1",
			"the first that matched at the beginning",
			"Level 1 (Resolution) 50 % of the target for Resolution are used the assignee decided at",
			"Level 2 (Resolution) 75 % of the target for Resolution are used supervisor level 1 ahead, at 2027-03-01 16:00",
		):
			self.assertIn(expected, words)

	def test_the_lines_of_the_timeline_have_their_kinds(self):
		self.ladder(step(1, percent=50), step(2, percent=75))
		ticket = self.ticket()
		self.pass_at("14:00")
		responses.acknowledge(factories.escalations(ticket)[0].name)
		html = self.open(cs_explain, ticket=ticket.name)
		for kind in ("escalation_sent", "escalation_answered", "escalation_ahead"):
			self.assertIn(f'<li class="{kind}">', html)
		styled = html.partition("</style>")[0]
		for kind in ("sent", "not_sent", "answered", "ahead"):
			self.assertIn(f"li.escalation_{kind}::before", styled)

	def test_a_policy_that_is_switched_off_says_so(self):
		policy = self.ladder(step(1, percent=50))
		ticket = self.ticket()
		policy.reload()
		policy.enabled = 0
		policy.save()
		self.assertIn("This policy is switched off", self.explained(ticket))

	def test_without_an_escalation_policy_it_says_so(self):
		ticket = self.ticket()
		self.assertIn("No escalation policy has been chosen for this ticket", self.explained(ticket))

	def test_guests_come_back_after_the_login(self):
		with self.as_user("Guest"):
			login = urlsplit(self.redirection(cs_explain, ticket="0042"))
		self.assertEqual(parse_qs(login.query), {"redirect-to": ["/cs-explain?ticket=0042"]})
