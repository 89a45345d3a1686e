"""A channel's e-mail accounts, its acknowledgement and its peak hours."""

import frappe

from cs_center.tests.base import SiteTestCase
from cs_center.tests.test_doctypes.factories import make_calendar, make_channel


def account(name: str) -> dict:
	return {"email_account": name}


def peak(start: str = "09:00", end: str = "11:00", agents: int = 2) -> dict:
	return {"days": "Working Days", "start_time": start, "end_time": end, "minimum_agents": agents}


class TestChannel(SiteTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		for name in ("Test Support", "Test Sales"):
			if not frappe.db.exists("Email Account", name):
				frappe.get_doc(
					{
						"doctype": "Email Account",
						"email_account_name": name,
						"email_id": f"{frappe.scrub(name)}@example.com",
					}
				).insert(ignore_if_duplicate=True)

	def test_an_email_account_belongs_to_one_channel(self):
		make_channel("First Mail", email_accounts=[account("Test Support"), account("Test Sales")]).insert()
		second = make_channel("Second Mail", email_accounts=[account("Test Sales")])
		self.assert_refused(second.insert, "Test Sales", "already belongs to the channel First Mail")

	def test_saving_a_channel_again_does_not_meet_its_own_accounts(self):
		channel = make_channel("First Mail", email_accounts=[account("Test Support")]).insert()
		channel.hotline = "400-000-0000"
		channel.save()
		self.assertEqual(frappe.db.get_value("CS Channel", "First Mail", "hotline"), "400-000-0000")

	def test_an_email_account_is_listed_once(self):
		channel = make_channel(email_accounts=[account("Test Support"), account("Test Support")])
		self.assert_refused(channel.insert, "Test Support", "more than once")

	def test_the_four_placeholders_are_accepted(self):
		text = "{ticket} {subject} {expected_time} {hotline} / 您好"
		channel = make_channel(send_acknowledgement=1, acknowledgement_text=text).insert()
		self.assertEqual(channel.acknowledgement_text, text)

	def test_unknown_placeholders_are_refused_with_the_list_of_known_ones(self):
		for text, shown in (
			("Dear {customer}", "{customer}"),
			("{ticket.owner}", "{ticket.owner}"),
			("{ticket!r}", "{ticket}"),
			("{hotline:>20}", "{hotline}"),
			("{}", "{}"),
			("{0}", "{0}"),
			("100 % {", "{"),
		):
			channel = make_channel(acknowledgement_text=text)
			self.assert_refused(channel.insert, shown, "{ticket}, {subject}, {expected_time}, {hotline}")

	def test_sending_needs_a_text(self):
		channel = make_channel(send_acknowledgement=1, acknowledgement_text=" ")
		self.assert_refused(channel.insert, "no text for the acknowledgement")

	def test_peak_windows_are_brought_to_one_form(self):
		channel = make_channel(peak_windows=[peak("9:00", "11：30")]).insert()
		row = channel.peak_windows[0]
		self.assertEqual((row.start_time, row.end_time, row.minimum_agents), ("09:00", "11:30", 2))

	def test_bad_peak_windows_are_refused_with_their_row(self):
		for row, words in (
			(peak("nine", "11:00"), "nine is not a time of day"),
			(peak("11:00", "09:00"), "the end must be after the start"),
			(peak(agents=0), "must be 1 or more"),
		):
			channel = make_channel(peak_windows=[peak(), row])
			self.assert_refused(channel.insert, "Peak windows, row 2", words)

	def test_a_disabled_calendar_is_refused(self):
		calendar = make_calendar("Closed Shop", enabled=0).insert()
		self.assert_refused(make_channel(calendar=calendar.name).insert, "Closed Shop", "is disabled")

	def test_a_channel_of_the_settings_cannot_be_disabled(self):
		channel = make_channel("Named Channel").insert()
		frappe.db.set_single_value("CS Center Settings", "agent_channel", channel.name)
		frappe.clear_document_cache("CS Center Settings", "CS Center Settings")
		channel.enabled = 0
		self.assert_refused(channel.save, "Named Channel", "CS Center Settings")


class TestSettings(SiteTestCase):
	def assert_settings_refused(self, field: str, value, *words: str):
		settings = frappe.get_doc("CS Center Settings")
		settings.set(field, value)
		self.assert_refused(settings.save, *words)

	def test_the_defaults_are_those_of_the_specification(self):
		fresh = frappe.new_doc("CS Center Settings")
		values = (
			fresh.enabled,
			fresh.write_ticket_deadlines,
			fresh.warn_percent,
			fresh.evaluation_batch_size,
		)
		self.assertEqual([int(value) for value in values], [1, 1, 75, 100])
		self.assertEqual(fresh.adoption_status, "Not Started")

	def test_the_warning_lies_between_1_and_99_percent(self):
		for percent in (0, 100, -5):
			self.assert_settings_refused("warn_percent", percent, f"{percent} %", "Enter 1 to 99")

	def test_the_batch_lies_between_1_and_5000(self):
		for size in (0, 5001):
			self.assert_settings_refused("evaluation_batch_size", size, str(size), "Enter 1 to 5000")

	def test_disabled_defaults_are_refused(self):
		calendar = make_calendar("Closed Shop", enabled=0).insert()
		self.assert_settings_refused("default_calendar", calendar.name, "Closed Shop", "is disabled")
		channel = make_channel("Silent Channel", enabled=0).insert()
		for field in ("default_channel", "agent_channel", "api_channel"):
			self.assert_settings_refused(field, channel.name, "Silent Channel", "is disabled")
