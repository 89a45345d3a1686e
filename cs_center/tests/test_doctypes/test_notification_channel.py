"""A channel's address is a secret that is checked once and then stands nowhere but in Frappe's vault."""

from unittest.mock import patch

import frappe
from frappe.utils.password import get_decrypted_password

from cs_center.tests.base import SiteTestCase, create_user
from cs_center.tests.test_doctypes.factories import (
	PUBLIC_HOST,
	make_calendar,
	make_delivery,
	make_notification_channel,
	step,
	stored_delivery,
	submitted_escalation_policy,
)

CHANNEL = "CS Notification Channel"
TOKEN = "4f0e-secret-token"
URL = f"https://{PUBLIC_HOST}/hook/{TOKEN}"


class TestAddress(SiteTestCase):
	def refused(self, url: str, *words: str):
		self.assert_refused(make_notification_channel(webhook_url=url).insert, *words)

	def allow_private(self):
		frappe.db.set_single_value("CS Center Settings", "allow_private_addresses", 1)
		frappe.clear_document_cache("CS Center Settings", "CS Center Settings")

	def test_an_address_is_required(self):
		for url in ("", "   ", None):
			with self.assertRaises(frappe.MandatoryError):
				make_notification_channel(webhook_url=url).insert()

	def test_what_is_no_address_is_refused(self):
		for url in ("chat", "ftp://example.com/x", "javascript:alert(1)", "https://", "*****"):
			self.refused(url, "not a webhook address", "https:// on")

	def test_an_address_without_encryption_is_refused(self):
		self.refused(f"http://{PUBLIC_HOST}/hook", "not encrypted", "https://")

	def test_a_password_in_the_address_is_refused(self):
		self.refused(f"https://kim:{TOKEN}@{PUBLIC_HOST}/hook", "user name or a password", "Leave them out")

	def test_private_and_local_addresses_are_refused(self):
		for host in ("127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "[::1]", "0.0.0.0"):
			self.refused(f"https://{host}/hook", "private network", "CS Center Settings")

	def test_private_addresses_can_be_allowed(self):
		self.allow_private()
		channel = make_notification_channel(webhook_url="http://127.0.0.1:8065/hook").insert()
		self.assertEqual(channel.shown_address, "http://127.0.0.1")

	def test_an_unknown_host_is_refused_by_name(self):
		with patch("socket.getaddrinfo", side_effect=OSError):
			self.refused("https://chat.invalid/hook", "chat.invalid", "was not found")

	def test_a_refusal_does_not_tell_the_address(self):
		for url in (f"http://{PUBLIC_HOST}/{TOKEN}", f"https://10.0.0.1/{TOKEN}", f"nonsense {TOKEN}"):
			with self.assertRaises(frappe.ValidationError) as caught:
				make_notification_channel(webhook_url=url).insert()
			self.assertNotIn(TOKEN, str(caught.exception) + str(frappe.local.message_log))
			self.assertIsNone(caught.exception.__context__)

	def test_blanks_around_a_pasted_address_are_taken_off(self):
		channel = make_notification_channel(webhook_url=f"  {URL}\n").insert()
		self.assertEqual(get_decrypted_password(CHANNEL, channel.name, "webhook_url"), URL)


class TestSecrecy(SiteTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.manager = create_user("channel.manager@example.com", "CS Manager")
		cls.lead = create_user("channel.lead@example.com", "CS Team Lead", "Agent Manager", "Agent")

	def setUp(self):
		super().setUp()
		self.channel = make_notification_channel(secret="sign-with-this").insert()

	def loaded(self):
		return frappe.get_doc(CHANNEL, self.channel.name)

	def test_only_scheme_and_host_are_shown(self):
		self.assertEqual(self.channel.shown_address, f"https://{PUBLIC_HOST}")

	def test_neither_the_browser_nor_the_table_gets_the_address(self):
		self.assertNotIn(TOKEN, self.loaded().as_json())
		row = frappe.db.get_value(CHANNEL, self.channel.name, ["webhook_url", "secret"])
		self.assertEqual({*"".join(row)}, {"*"})

	def test_saving_the_asterisks_keeps_the_address(self):
		channel = self.loaded()
		channel.messages_per_minute = 5
		channel.save()
		self.assertEqual(get_decrypted_password(CHANNEL, channel.name, "webhook_url"), URL)
		self.assertEqual(get_decrypted_password(CHANNEL, channel.name, "secret"), "sign-with-this")
		self.assertEqual(channel.shown_address, f"https://{PUBLIC_HOST}")

	def test_a_new_address_replaces_the_old_one_and_the_version_does_not_tell_it(self):
		channel = self.loaded()
		channel.webhook_url = "https://93.184.215.15/other/0a0b-new-token"
		channel.secret = "sign-with-that-instead"
		channel.save(ignore_version=False)  # tests keep no versions of their own accord
		self.assertEqual(channel.shown_address, "https://93.184.215.15")
		versions = frappe.get_all("Version", {"ref_doctype": CHANNEL, "docname": channel.name}, pluck="data")
		self.assertTrue(versions)
		for word in (TOKEN, "new-token", "sign-with"):
			self.assertNotIn(word, "".join(versions))

	def test_a_copy_brings_no_address(self):
		copied = frappe.copy_doc(self.loaded(), ignore_no_copy=False)
		self.assertFalse(copied.webhook_url or copied.secret or copied.shown_address)

	def test_only_managers_see_channels(self):
		self.assertFalse(frappe.has_permission(CHANNEL, "read", user=self.lead))
		frappe.set_user(self.manager)
		channel = self.loaded()
		channel.enabled = 0
		channel.save()
		self.assertEqual(frappe.db.get_value(CHANNEL, channel.name, "enabled"), 0)


class TestChannel(SiteTestCase):
	def test_numbers_out_of_range_are_refused(self):
		for field, value, words in (
			("messages_per_minute", 0, "Enter 1 to 1000"),
			("timeout_seconds", 0, "Enter 1 to 30"),
			("timeout_seconds", 31, "Enter 1 to 30"),
			("digest_minutes", 1441, "Enter 0 to 1440"),
		):
			self.assert_refused(make_notification_channel(**{field: value}).insert, str(value), words)

	def test_a_disabled_calendar_is_refused(self):
		closed = make_calendar("Closed Nights", enabled=0).insert()
		self.assert_refused(make_notification_channel(quiet_calendar=closed.name).insert, "is disabled")

	def test_disabling_a_channel_names_the_policies_that_lose_it(self):
		channel = make_notification_channel().insert()
		submitted_escalation_policy("Chatting", 7040, steps=[step(channel=channel.name)])
		frappe.local.message_log = []
		channel.enabled = 0
		channel.save()
		self.assertIn("Chatting v1", str(frappe.local.message_log))

	def test_a_channel_with_waiting_messages_is_not_deleted(self):
		channel = make_notification_channel().insert()
		stored_delivery("WAITING-1", medium="Webhook", channel=channel.name, recipient=None, state="Queued")
		self.assert_refused(channel.delete, channel.name, "messages waiting")

	def test_a_channel_whose_messages_are_done_is_deleted(self):
		channel = make_notification_channel().insert()
		stored_delivery("DONE-1", medium="Webhook", channel=channel.name, recipient=None, state="Sent")
		channel.delete()
		self.assertFalse(frappe.db.exists(CHANNEL, channel.name))


class TestDelivery(SiteTestCase):
	def test_nobody_writes_a_delivery_by_hand(self):
		self.assert_refused(
			lambda: make_delivery("HAND-1").insert(ignore_permissions=True),
			"record of a message",
			error=frappe.PermissionError,
		)
		delivery = frappe.get_doc("CS Notification Delivery", stored_delivery("HAND-2").name)
		for action in (
			delivery.save,
			lambda: frappe.delete_doc(delivery.doctype, delivery.name, force=True),
			lambda: frappe.rename_doc(delivery.doctype, delivery.name, "other", force=True),
		):
			self.assert_refused(action, "send it again or to cancel it", error=frappe.PermissionError)
		self.assertTrue(frappe.db.exists(delivery.doctype, "HAND-2"))

	def test_the_queue_has_its_indexes(self):
		for columns in (
			["state", "next_attempt_at"],
			["medium", "channel", "recipient", "state"],
			["reference_doctype", "reference_name"],
		):
			index = frappe.db.get_index_name(columns)
			self.assertTrue(frappe.db.has_index("tabCS Notification Delivery", index), columns)
		for column in ("escalation", "batch_key"):
			self.assertTrue(frappe.db.get_column_index("tabCS Notification Delivery", column), column)
