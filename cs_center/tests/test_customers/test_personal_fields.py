"""Birthday, phone and address: encrypted in the database, and no way out for those who may not read them."""

import copy
import json
import pickle
from datetime import date
from unittest.mock import patch

import frappe
from cryptography.fernet import Fernet
from frappe.client import get as client_get
from frappe.client import set_value as client_set_value
from frappe.desk.form import load as form_load
from frappe.desk.form.save import savedocs
from frappe.desk.search import search_link

from cs_center.api import personal_data
from cs_center.services.customers import personal
from cs_center.tests import factories

from .personal_case import (
	ADDRESS,
	BIRTHDAY,
	PHONE,
	PROFILE,
	SECRETS,
	PersonalTestCase,
	create_profile,
	every_text_of,
	load,
	stored,
)


def versions(customer: str) -> list[dict]:
	rows = frappe.get_all(
		"Version",
		{"ref_doctype": PROFILE, "docname": customer},
		["data", "owner"],
		order_by="creation asc",
	)
	return [{**json.loads(row.data), "by": row.owner} for row in rows]


def other_key():
	return patch.dict(frappe.local.conf, encryption_key=Fernet.generate_key().decode())


class TestStoring(PersonalTestCase):
	def test_the_database_holds_no_value_and_the_document_does(self):
		profile = create_profile()
		row = stored(profile.name)
		self.assertEqual((row.birthday, row.phone, row.address), (None, None, None))
		for secret in (*SECRETS, "1395550"):
			self.assertNotIn(secret, str(dict(row)))
		self.assertEqual(
			(profile.birthday, profile.phone, profile.address), (date.fromisoformat(BIRTHDAY), PHONE, ADDRESS)
		)

	def test_the_document_keeps_its_values_after_insert_and_save(self):
		profile = create_profile()
		profile.phone = "+86 139 5550 9999"
		profile.save()
		self.assertEqual((profile.phone, profile.address), ("+86 139 5550 9999", ADDRESS))
		self.assertEqual(load(profile.name).phone, "+86 139 5550 9999")

	def test_a_cleared_value_is_gone(self):
		profile = create_profile()
		profile.update({"birthday": None, "phone": "", "address": None})
		profile.save()
		row = stored(profile.name)
		self.assertEqual((row.personal_data, row.birthday_key), (None, None))
		self.assertIsNone(load(profile.name).phone)

	def test_a_save_without_a_change_keeps_the_stored_text(self):
		profile = create_profile()
		before = stored(profile.name).personal_data
		profile.notes = "Likes tea"
		profile.save()
		self.assertEqual(stored(profile.name).personal_data, before)

	def test_birthdays_of_a_day_are_found_by_the_key_alone(self):
		profile, other = create_profile(), create_profile(birthday="1990-02-18")
		found = frappe.get_all(PROFILE, {"birthday_key": personal.birthday_key(2, 17)}, pluck="name")
		self.assertIn(profile.name, found)
		self.assertNotIn(other.name, found)

	def test_the_key_of_a_day_needs_the_sites_key(self):
		here = personal.birthday_key(2, 17)
		with other_key():
			self.assertNotEqual(personal.birthday_key(2, 17), here)

	def test_the_key_follows_the_birthday(self):
		profile = create_profile()
		profile.birthday = "1988-03-05"
		profile.save()
		self.assertEqual(stored(profile.name).birthday_key, personal.birthday_key(3, 5))

	def test_what_somebody_sends_as_the_stored_text_is_ignored(self):
		profile, other = create_profile(), create_profile(phone="+86 139 5550 7777")
		profile.update({"personal_data": stored(other.name).personal_data, "birthday_key": "x" * 64})
		profile.save()
		row = stored(profile.name)
		self.assertEqual(load(profile.name).phone, PHONE)
		self.assertEqual(row.birthday_key, personal.birthday_key(2, 17))

	def test_writing_a_personal_column_past_a_save_is_refused(self):
		profile = create_profile()
		for field in ("phone", "personal_data"):
			with self.assertRaises(ValueError):
				profile.db_set(field, PHONE)
		with self.assertRaises(ValueError):
			profile.db_set({"notes": "Tea", "address": ADDRESS})
		profile.db_set("notes", "Tea")
		self.assertEqual(load(profile.name).notes, "Tea")

	def test_db_update_past_a_save_encrypts_too(self):
		profile = create_profile()
		profile.phone = "+86 139 5550 8888"
		profile.db_update()
		self.assertIsNone(stored(profile.name).phone)
		self.assertEqual(load(profile.name).phone, "+86 139 5550 8888")

	def test_a_rename_keeps_them(self):
		profile = create_profile()
		new = factories.unique("Peach Shop")
		frappe.rename_doc("HD Customer", profile.name, new, force=True, show_alert=False)
		if not frappe.db.exists(PROFILE, new):
			frappe.rename_doc(PROFILE, profile.name, new, force=True, show_alert=False)
		self.assertEqual(load(new).phone, PHONE)


class TestPickling(PersonalTestCase):
	def test_what_goes_to_redis_has_no_value(self):
		profile = create_profile()
		for secret in SECRETS:
			self.assertNotIn(secret.encode(), pickle.dumps(profile))
		self.assertNotIn(b"1988", pickle.dumps(profile))

	def test_a_document_from_the_cache_can_be_saved_without_loss(self):
		profile = create_profile()
		cached = pickle.loads(pickle.dumps(profile))
		self.assertIsNone(cached.phone)
		cached.notes = "From the cache"
		cached.save()
		self.assertEqual([load(profile.name).get(field) for field in ("phone", "address")], [PHONE, ADDRESS])

	def test_a_document_from_the_cache_takes_a_new_value_beside_the_old_ones(self):
		profile = create_profile()
		cached = pickle.loads(pickle.dumps(profile))
		cached.phone = "+86 139 5550 2222"
		cached.save()
		after = load(profile.name)
		self.assertEqual((after.phone, after.address), ("+86 139 5550 2222", ADDRESS))

	def test_a_change_that_was_not_saved_survives_the_trip(self):
		profile = create_profile()
		profile.phone = "+86 139 5550 3333"
		pickle.loads(pickle.dumps(profile)).save()
		self.assertEqual(load(profile.name).phone, "+86 139 5550 3333")

	def test_a_deep_copy_loses_nothing(self):
		profile = create_profile()
		copy.deepcopy(profile).save()
		self.assertEqual(load(profile.name).address, ADDRESS)

	def test_the_cached_document_is_one_that_can_be_saved(self):
		profile = create_profile()
		frappe.clear_document_cache(PROFILE, profile.name)
		frappe.get_cached_doc(PROFILE, profile.name)
		frappe.local.cache = {}
		cached = frappe.get_cached_doc(PROFILE, profile.name)
		cached.save()
		self.assertEqual(load(profile.name).phone, PHONE)


class TestAnotherKey(PersonalTestCase):
	def test_a_message_says_it_and_nothing_is_lost(self):
		profile = create_profile()
		before = stored(profile.name)
		frappe.flags.cs_unreadable_profiles = set()
		with other_key():
			frappe.local.message_log = []
			unread = load(profile.name)
			self.assertIn("another encryption key", str(frappe.local.message_log))
			self.assertIsNone(unread.phone)
			unread.notes = "Saved meanwhile"
			unread.save()
		after = stored(profile.name)
		self.assertEqual(
			(after.personal_data, after.birthday_key), (before.personal_data, before.birthday_key)
		)
		self.assertEqual((load(profile.name).phone, after.notes), (PHONE, "Saved meanwhile"))

	def test_new_values_are_refused_rather_than_put_in_its_place(self):
		profile = create_profile()
		with other_key():
			unread = load(profile.name)
			unread.phone = "+86 139 5550 4444"
			self.assert_refused(unread.save, "encryption_key", "would be lost")
		self.assertEqual(load(profile.name).phone, PHONE)

	def test_a_document_read_under_the_wrong_key_is_saved_under_the_right_one(self):
		profile = create_profile()
		with other_key():
			unread = load(profile.name)
		unread.save()
		self.assertEqual(load(profile.name).phone, PHONE)

	def test_a_pickled_one_keeps_the_stored_text(self):
		profile = create_profile()
		with other_key():
			unread = pickle.loads(pickle.dumps(load(profile.name)))
			unread.save()
		self.assertEqual(load(profile.name).phone, PHONE)

	def test_those_who_may_not_read_them_anyway_see_no_message(self):
		profile = create_profile()
		frappe.flags.cs_unreadable_profiles = set()
		with other_key(), self.as_user(self.AGENT):
			frappe.local.message_log = []
			load(profile.name)
			self.assertEqual(frappe.local.message_log, [])


class TestSavingWithoutTheRight(PersonalTestCase):
	def test_an_agents_save_keeps_the_personal_data(self):
		profile = create_profile()
		with self.as_user(self.AGENT):
			client_set_value(PROFILE, profile.name, "preferred_channel", "Phone")
		after = load(profile.name)
		self.assertEqual((after.preferred_channel, after.phone, after.address), ("Phone", PHONE, ADDRESS))

	def test_an_agents_form_keeps_the_personal_data(self):
		profile = create_profile()
		with self.as_user(self.AGENT):
			form = json.loads(frappe.as_json(load(profile.name)))
			self.assertFalse(form.get("phone"))
			form["notes"] = "Called about tea"
			savedocs(json.dumps(form), "Save")
		after = load(profile.name)
		self.assertEqual(
			(after.notes, after.phone, after.birthday), ("Called about tea", PHONE, date(1988, 2, 17))
		)

	def test_an_agent_cannot_write_them(self):
		profile = create_profile()
		with self.as_user(self.AGENT):
			doc = load(profile.name)
			doc.update({"phone": "+86 100", "address": "", "birthday": None, "notes": "x"})
			doc.save()
		self.assertEqual([load(profile.name).get(field) for field in ("phone", "address")], [PHONE, ADDRESS])

	def test_the_care_team_writes_them_by_the_form(self):
		profile = create_profile()
		with self.as_user(self.CARE):
			form = json.loads(frappe.as_json(load(profile.name)))
			self.assertEqual(form["phone"], PHONE)
			form.update({"phone": "+86 139 5550 5555", "birthday": ""})
			savedocs(json.dumps(form), "Save")
		after = load(profile.name)
		self.assertEqual((after.phone, after.birthday, after.address), ("+86 139 5550 5555", None, ADDRESS))


class TestHistory(PersonalTestCase):
	def change(self, **values):
		profile = create_profile()
		with self.as_user(self.CARE):
			doc = load(profile.name)
			doc.update(values)
			doc.save(ignore_version=False)
		return profile.name, versions(profile.name)

	def test_it_says_who_changed_what_but_never_a_value(self):
		name, (entry,) = self.change(phone="+86 139 5550 6666")
		self.assertEqual((entry["changed"], entry["by"]), ([["phone", "•••", "••••••"]], self.CARE))
		self.assertNotIn("5550", every_text_of("tabVersion"))
		self.assertNotIn(stored(name).personal_data, every_text_of("tabVersion"))

	def test_a_cleared_and_a_first_value_are_told_apart(self):
		_name, (entry,) = self.change(address=None)
		self.assertEqual(entry["changed"], [["address", "•••", None]])

	def test_other_fields_are_told_as_ever(self):
		_name, entries = self.change(notes="Likes tea", birthday="1988-02-18")
		changed = [row for entry in entries for row in entry["changed"]]
		self.assertIn(["birthday", "•••", "••••••"], changed)
		self.assertIn("Likes tea", str(changed))
		for secret in ("1988", "1988-02-18", "18-02-1988"):
			self.assertNotIn(secret, str(changed))

	def test_nothing_changed_nothing_told(self):
		_name, entries = self.change(birthday=BIRTHDAY)
		self.assertEqual(entries, [])

	def test_a_deleted_profile_leaves_nothing_behind(self):
		profile = create_profile()
		kept = stored(profile.name)
		frappe.delete_doc("HD Customer", profile.name, force=True)
		found = {"deleted_doctype": PROFILE, "deleted_name": profile.name}
		bin_ = frappe.db.get_value("Deleted Document", found, "data")
		self.assertIn(profile.name, bin_)
		for secret in (PHONE, ADDRESS, "1988", kept.personal_data, kept.birthday_key):
			self.assertNotIn(secret, bin_)


class TestWaysOut(PersonalTestCase):
	READERS = (PersonalTestCase.AGENT, PersonalTestCase.LEAD, PersonalTestCase.AUDITOR)

	def assert_kept_from(self, answer_of):
		"""``answer_of(profile)`` shows a care person what it is about, and others no value."""
		profile = create_profile()
		for user in self.READERS:
			frappe.local.response = frappe._dict(docs=[])
			with self.as_user(user):
				text = str(frappe.as_json(answer_of(profile)))
			for secret in (*SECRETS, stored(profile.name).personal_data, stored(profile.name).birthday_key):
				self.assertNotIn(secret, text, user)

	def test_the_form(self):
		def answer(profile):
			frappe.local.response = frappe._dict(docs=[])
			form_load.getdoc(PROFILE, profile.name)
			return frappe.local.response

		self.assert_kept_from(answer)
		profile = create_profile()
		with self.as_user(self.CARE):
			self.assertIn(PHONE, frappe.as_json(answer(profile)))

	def test_the_answer_to_a_save(self):
		def answer(profile):
			frappe.local.response = frappe._dict(docs=[])
			doc = json.loads(frappe.as_json(load(profile.name)))
			if frappe.has_permission(PROFILE, "write", profile.name):
				savedocs(json.dumps(doc), "Save")
			return frappe.local.response

		self.assert_kept_from(answer)

	def test_rest_and_client_get(self):
		self.assert_kept_from(lambda profile: client_get(PROFILE, profile.name))
		self.assert_kept_from(lambda profile: load(profile.name).as_dict())
		profile = create_profile()
		with self.as_user(self.CARE):
			self.assertEqual(client_get(PROFILE, profile.name).get("phone"), PHONE)

	def test_lists_values_and_search(self):
		def listed(profile):
			return frappe.get_list(PROFILE, {"name": profile.name}, ["name", "phone", "birthday", "address"])

		self.assert_kept_from(listed)
		self.assert_kept_from(lambda profile: frappe.get_list(PROFILE, {"name": profile.name}, ["*"]))
		self.assert_kept_from(lambda profile: search_link(PROFILE, PHONE) or frappe.local.response)
		profile = create_profile()
		self.assertEqual(frappe.get_all(PROFILE, {"phone": PHONE}), [])
		self.assertIsNone(frappe.db.get_value(PROFILE, profile.name, "phone"))

	def test_exports_of_any_role(self):
		from frappe.core.doctype.data_export.exporter import export_data
		from frappe.core.doctype.data_import.exporter import Exporter

		profile = create_profile()
		with self.as_user(self.MANAGER):
			fields = ["name", "customer", "phone", "birthday", "address"]
			exporter = Exporter(PROFILE, {PROFILE: fields}, export_data=True, file_type="CSV")
			sheet = str(exporter.get_csv_array_for_export())
			self.assertIn(profile.name, sheet)
			export_data(
				PROFILE,
				all_doctypes=False,
				with_data=True,
				select_columns=json.dumps({PROFILE: ["customer", "phone", "birthday", "address"]}),
			)
			sheet += str(frappe.local.response.get("result"))
		for secret in SECRETS:
			self.assertNotIn(secret, sheet)

	def test_the_print_view(self):
		def printed(profile):
			return frappe.get_print(PROFILE, profile.name)

		self.assert_kept_from(printed)

	def test_a_print_format_that_names_them(self):
		profile = create_profile()
		frappe.get_doc(
			{
				"doctype": "Print Format",
				"name": "All of It",
				"doc_type": PROFILE,
				"custom_format": 1,
				"print_format_type": "Jinja",
				"html": "<p>{{ doc.phone }} {{ doc.address }}</p>",
				"standard": "No",
			}
		).insert()
		with self.as_user(self.AGENT):
			self.assertNotIn(PHONE, frappe.get_print(PROFILE, profile.name, "All of It"))
		self.assertIn(PHONE, frappe.get_print(PROFILE, profile.name, "All of It"))

	def test_a_webhooks_job(self):
		from frappe.integrations.doctype.webhook.webhook import get_context, get_webhook_data

		doc = pickle.loads(pickle.dumps(create_profile()))
		fields = [frappe._dict(key="phone", fieldname="phone"), frappe._dict(key="name", fieldname="name")]
		data = get_webhook_data(doc, frappe._dict(webhook_data=fields))
		self.assertEqual(data, {"phone": None, "name": doc.name})
		text = frappe._dict(webhook_json='{"phone": "{{ doc.phone or "" }}"}')
		self.assertEqual(get_webhook_data(doc, text), {"phone": ""})
		self.assertTrue(get_context(doc))

	def test_a_notification_that_names_them(self):
		profile = create_profile()
		told = []

		def evaluate(document, *_args, **_kwargs):
			told.append((document.phone, document.birthday))
			if len(told) == 1:
				document.save()

		alerts = [frappe._dict(name="All of It", event="Save")]
		with patch("frappe.email.doctype.notification.notification.evaluate_alert", evaluate):
			profile.flags.notifications, profile.flags.notifications_executed = alerts, []
			profile.run_notifications("on_update")
		self.assertEqual(set(told), {(None, None)})
		self.assertEqual((profile.phone, load(profile.name).phone), (PHONE, PHONE))

	def test_the_search_over_everything_and_duplicates(self):
		meta = frappe.get_meta(PROFILE)
		for name in (*personal.PERSONAL_FIELDS, *personal.KEPT_FIELDS):
			field = meta.get_field(name)
			self.assertTrue(field.no_copy, name)
			shown = (field.in_global_search, field.in_list_view, field.in_standard_filter, field.in_preview)
			self.assertFalse(any(shown), name)
			self.assertNotIn(name, [part.strip() for part in (meta.search_fields or "").split(",")])
			self.assertEqual(field.permlevel, 1 if name in personal.PERSONAL_FIELDS else 2)
		levels = {row.role for row in meta.permissions if row.permlevel == 1 and row.read}
		self.assertEqual(levels, {"System Manager", "CS Manager", "CS Customer Care"})
		self.assertFalse([row.role for row in meta.permissions if row.permlevel == 2])
		copied = frappe.copy_doc(create_profile(), ignore_no_copy=False)
		self.assertFalse(copied.phone or copied.address or copied.birthday or copied.get("personal_data"))

	def test_a_user_with_whom_it_is_shared(self):
		profile = create_profile()
		with self.as_user(self.BUYER), self.assertRaises(frappe.PermissionError):
			client_get(PROFILE, profile.name)
		frappe.share.add(PROFILE, profile.name, self.BUYER, read=1)
		with self.as_user(self.BUYER):
			self.assertNotIn(PHONE, frappe.as_json(client_get(PROFILE, profile.name)))

	def test_a_failure_while_they_are_stored_does_not_write_them_down(self):
		profile = create_profile()
		frappe.db.delete("Error Log")
		with patch.object(frappe.db, "sql", side_effect=RuntimeError("the database is gone")):
			try:
				profile.db_update()
			except RuntimeError:
				text = frappe.get_traceback(with_context=True)
		for secret in SECRETS:
			self.assertNotIn(secret, text)
		self.assertEqual(profile.phone, PHONE)


class TestLookingUpAPhone(PersonalTestCase):
	def follow_up(self, customer: str, **values):
		doc = {"doctype": "CS Follow Up", "kind": "Care", "customer": customer, "medium": "Phone"}
		due = {"due_at": "2027-03-02 10:00:00", "assigned_to": self.AGENT, "purpose": "Greet"}
		return frappe.get_doc({**doc, **due, **values}).insert().name

	def read(self, user: str, name: str):
		with self.as_user(user):
			return personal_data.read_phone(name)

	def test_the_assignee_of_an_open_care_call_reads_the_phone_and_it_is_logged(self):
		customer = create_profile().name
		name = self.follow_up(customer)
		found = self.read(self.AGENT, name)
		self.assertEqual(found, {"customer": customer, "phone": PHONE, "address": ""})
		log = frappe.get_all(
			"Access Log", {"reference_document": customer}, ["user", "method", "export_from", "filters"]
		)
		self.assertEqual(
			[(row.user, row.method, row.export_from, row.filters) for row in log],
			[(self.AGENT, "read_phone", PROFILE, name)],
		)

	def test_for_a_visit_there_is_the_address_too(self):
		customer = create_profile().name
		found = self.read(self.AGENT, self.follow_up(customer, kind="Visit"))
		self.assertEqual(found["address"], ADDRESS)

	def test_nobody_else(self):
		customer = create_profile().name
		name = self.follow_up(customer)
		done = self.follow_up(customer, state="Cancelled", cancelled_reason="Moved away")
		for user, follow_up in (
			(self.OTHER_AGENT, name),
			(self.LEAD, name),
			(self.BUYER, name),
			(self.AGENT, done),
			(self.AGENT, "CFU-0"),
		):
			with self.as_user(user):
				self.assert_refused(
					lambda name=follow_up: personal_data.read_phone(name),
					"cannot read the phone",
					error=frappe.PermissionError,
				)
		self.assertEqual(frappe.get_all("Access Log", {"reference_document": customer}), [])

	def test_the_care_team_reads_any(self):
		customer = create_profile().name
		done = self.follow_up(customer, state="Cancelled", cancelled_reason="Moved away")
		self.assertEqual(self.read(self.CARE, done)["phone"], PHONE)

	def test_without_a_customer_the_message_says_so(self):
		name = self.follow_up("")
		with self.as_user(self.CARE):
			self.assert_refused(lambda: personal_data.read_phone(name), "names no customer")

	def test_with_another_key_the_message_says_so(self):
		name = self.follow_up(create_profile().name)
		with other_key(), self.as_user(self.AGENT):
			self.assert_refused(lambda: personal_data.read_phone(name), "another encryption key")
