"""Notices in the app and e-mails: written together with their being sent, or not at all."""

from unittest.mock import patch

import frappe

from cs_center.services.notifications import e_mail, in_app
from cs_center.tests.factories import change_settings, error_log
from cs_center.tests.test_notifications.delivery_case import DELIVERY, DeliveryTestCase

ATTACK = '<img src=x onerror="alert(1)"> & "quotes"'


def create_mail_account():
	"""An account that stands there; nothing is sent by it."""
	values = {
		"name": "Desk",
		"email_id": "desk@service.example",
		"email_account_name": "Desk",
		"enable_outgoing": 1,
		"default_outgoing": 1,
		"smtp_server": "localhost",
	}
	frappe.get_doc({"doctype": "Email Account", **values}).db_insert()


class TestInApp(DeliveryTestCase):
	def notices(self):
		fields = ["subject", "email_content"]
		return frappe.get_all("Notification Log", filters={"for_user": self.PERSON}, fields=fields)

	def test_it_stands_in_the_persons_list(self):
		before = len(self.notices())
		(key,) = self.queue(self.message("In-App"))
		self.assertEqual(self.send("In-App"), 1)
		self.assertEqual(len(self.notices()), before + 1)
		(notice,) = frappe.get_all(
			"Notification Log",
			filters={"for_user": self.PERSON, "document_type": "User"},
			fields=["subject", "type", "document_name"],
			order_by="creation desc",
			limit=1,
		)
		self.assertEqual(notice.subject, "The parcel is late")
		self.assertEqual((notice.type, notice.document_name), ("Alert", self.PERSON))
		self.assertEqual(self.row(key).state, "Sent")

	def test_a_tickets_words_are_no_markup(self):
		self.queue(self.message("In-App", title=ATTACK, message=ATTACK))
		self.send("In-App")
		for notice in self.notices():
			self.assertNotIn("<img", f"{notice.subject} {notice.email_content}")

	def test_no_e_mail_leaves_by_the_back_door(self):
		with patch("frappe.desk.doctype.notification_log.notification_log.send_notification_email") as mail:
			self.queue(self.message("In-App"))
			self.send("In-App")
		mail.assert_not_called()

	def test_when_marking_fails_there_is_no_notice_and_the_next_attempt_writes_one(self):
		before = len(self.notices())
		(key,) = self.queue(self.message("In-App"))
		frappe.db.commit()
		with (
			patch("cs_center.services.notifications.sending.record", side_effect=SystemExit),
			self.assertRaises(SystemExit),
		):
			self.send("In-App")
		frappe.db.rollback()  # the worker died
		self.assertEqual(len(self.notices()), before)
		self.assertEqual(self.row(key).state, "Sending")
		self.travel("10:11")
		self.assertEqual(self.send("In-App"), 1)
		self.assertEqual(len(self.notices()), before + 1)

	def test_one_that_cannot_be_written_stops_no_other(self):
		keys = self.queue(self.message("In-App", title="Bad"), self.message("In-App", recipient=self.OTHER))
		real = in_app.deliver

		def failing(batch):
			if batch.rows[0].title == "Bad":
				raise RuntimeError("broken")
			return real(batch)

		with patch.dict("cs_center.services.notifications.sending._WRITERS", {"In-App": failing}):
			self.assertEqual(self.send("In-App"), 1)
		self.assert_states(keys, "Queued", "Sent")
		self.assertEqual(self.row(keys[0]).last_error, "Sending failed. See the Error Log.")
		self.assertTrue(error_log(f"delivery {keys[0]} failed"))

	def test_who_is_disabled_or_wants_no_notices_is_a_dead_letter(self):
		keys = self.queue(
			self.message("In-App", recipient="nobody@nowhere.example"),
			self.message("In-App", recipient=self.OTHER),
		)
		with patch("cs_center.services.notifications.in_app.is_notifications_enabled", return_value=0):
			self.send("In-App")
		self.assert_states(keys, "Dead", "Dead")
		self.assertIn("disabled", self.row(keys[0]).last_error)
		self.assertIn("switched off notifications", self.row(keys[1]).last_error)


class TestFrappesOwnQueue(DeliveryTestCase):
	"""Nothing is replaced here: what Frappe's queue really does."""

	def test_who_has_unsubscribed_from_everything_is_a_dead_letter(self):
		create_mail_account()
		frappe.db.delete("Email Queue Recipient")
		unsubscribed = {"doctype": "Email Unsubscribe", "email": self.OTHER, "global_unsubscribe": 1}
		frappe.get_doc(unsubscribed).insert()
		keys = self.queue(self.message("E-mail"), self.message("E-mail", recipient=self.OTHER))
		self.send("E-mail")
		self.assert_states(keys, "Sent", "Dead")
		recipients = frappe.get_all("Email Queue Recipient", pluck="recipient")
		self.assertEqual((recipients.count(self.PERSON), recipients.count(self.OTHER)), (1, 0))


class TestEMail(DeliveryTestCase):
	def setUp(self):
		super().setUp()
		create_mail_account()
		self.mails = []
		self.enter(patch("frappe.sendmail", side_effect=lambda **values: self.mails.append(values)))

	def test_it_goes_into_frappes_own_queue(self):
		(key,) = self.queue(self.message("E-mail"))
		self.assertEqual(self.send("E-mail"), 1)
		(mail,) = self.mails
		self.assertEqual(mail["recipients"], [self.PERSON])
		self.assertEqual(mail["subject"], "The parcel is late")
		self.assertIn("Ticket 0007 has used 75 % of its time.", mail["message"])
		self.assertIn('href="https://desk.example/app/hd-ticket/0007"', mail["message"])
		self.assertFalse(mail["now"])
		self.assertEqual(self.row(key).state, "Sent")

	def test_a_tickets_words_are_no_markup(self):
		self.queue(self.message("E-mail", title=ATTACK, message=ATTACK, link='https://x.example/"><img'))
		self.send("E-mail")
		self.assertNotIn("<img", self.mails[0]["message"])

	def test_several_to_one_person_are_one_e_mail(self):
		self.queue(*[self.message("E-mail", title=f"Ticket {number}") for number in range(3)])
		self.assertEqual(self.send("E-mail"), 1)
		(mail,) = self.mails
		self.assertEqual(mail["subject"], "3 notifications")
		for number in range(3):
			self.assertIn(f"Ticket {number}", mail["message"])

	def test_the_frame_speaks_the_recipients_language(self):
		frappe.db.set_value("User", self.PERSON, "language", "zh")
		languages = []
		real = e_mail.digest_title
		with patch(
			"cs_center.services.notifications.e_mail.digest_title",
			side_effect=lambda rows: languages.append(frappe.local.lang) or real(rows),
		):
			self.queue(self.message("E-mail"))
			self.send("E-mail")
		self.assertEqual(languages, ["zh"])
		self.assertNotEqual(frappe.local.lang, "zh")

	def test_without_a_mail_account_it_is_tried_again_and_says_what_to_do(self):
		change_settings(delivery_attempts=2)
		(key,) = self.queue(self.message("E-mail"))
		with patch(
			"frappe.sendmail", side_effect=lambda **_: frappe.throw("none", frappe.OutgoingEmailError)
		):
			self.send("E-mail")
			self.assertEqual(self.row(key).state, "Queued")
			self.assertEqual(self.row(key).last_error, "There is no outgoing e-mail account. Set one up.")
			self.travel(str(self.row(key).next_attempt_at))
			self.send("E-mail")
		self.assertEqual(self.row(key).state, "Dead")
		self.assertEqual(frappe.local.message_log, [])

	def test_an_e_mail_that_frappe_silently_leaves_out_is_a_dead_letter(self):
		(key,) = self.queue(self.message("E-mail"))
		with patch("frappe.sendmail", return_value=[]):
			self.send("E-mail")
		self.assertEqual(self.row(key).state, "Dead")
		self.assertIn("unsubscribed", self.row(key).last_error)

	def test_a_site_without_an_account_asks_for_one_and_writes_no_error_log(self):
		frappe.db.set_value("Email Account", {"default_outgoing": 1}, "default_outgoing", 0)
		self.enter(patch.dict(frappe.conf, {"mail_server": None}))
		before = frappe.db.count("Error Log")
		(key,) = self.queue(self.message("E-mail"))
		self.send("E-mail")
		self.assertEqual(self.row(key).last_error, "There is no outgoing e-mail account. Set one up.")
		self.assertEqual((self.mails, frappe.db.count("Error Log")), ([], before))

	def test_nothing_half_written_stays_when_an_e_mail_cannot_be_queued(self):
		self.queue(self.message("E-mail"))

		def half_written(**_values):
			frappe.get_doc({"doctype": "ToDo", "description": "half an e-mail"}).insert()
			frappe.throw("none", frappe.OutgoingEmailError)

		with patch("frappe.sendmail", side_effect=half_written):
			self.send("E-mail")
		self.assertFalse(frappe.db.exists("ToDo", {"description": "half an e-mail"}))

	def test_the_list_of_deliveries_is_no_place_for_guests(self):
		self.queue(self.message("E-mail"))
		frappe.set_user(self.PERSON)
		self.assertFalse(frappe.has_permission(DELIVERY, "read"))
