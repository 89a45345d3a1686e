"""First records: inserted once, complete, valid, and never forced on an administrator."""

import frappe

from cs_center.cs_center.doctype.cs_complaint_category.phrase_checks import check_phrases
from cs_center.services.complaints import categories
from cs_center.setup.category_seeds import CATEGORY, CATEGORY_FILE, PARENT_CATEGORY, parents_first
from cs_center.setup.install_record import INSERTED_SEEDS, read_record
from cs_center.setup.seeds import SEED_FILES, insert_seeds, read_seed_file
from cs_center.tests.base import SiteTestCase

POLICY = "CS Service Policy"


def census() -> dict[str, list]:
	"""Everything that seeding could touch, with the time of its last change."""
	return {
		doctype: frappe.get_all(doctype, fields=["name", "modified"], order_by="name")
		for _file, doctype, _identity in SEED_FILES
	}


class TestSeeds(SiteTestCase):
	def setUp(self):
		super().setUp()
		insert_seeds()

	def test_seeding_twice_changes_nothing(self):
		before, record = census(), read_record(INSERTED_SEEDS)
		insert_seeds()
		self.assertEqual(census(), before)
		self.assertEqual(read_record(INSERTED_SEEDS), record)

	def test_every_seed_is_on_record(self):
		wanted = {
			f"{doctype}: {values[identity]}"
			for file_name, doctype, identity in SEED_FILES
			for values in read_seed_file(file_name)
		}
		self.assertLessEqual(wanted, set(read_record(INSERTED_SEEDS)))

	def test_a_deleted_seed_does_not_come_back(self):
		frappe.delete_doc("CS Channel", "In Person")
		insert_seeds()
		self.assertFalse(frappe.db.exists("CS Channel", "In Person"))

	def test_a_changed_seed_keeps_the_change(self):
		channel = frappe.get_doc("CS Channel", "Online Chat")
		channel.update({"greeting": "Moin!", "peak_windows": []})
		channel.save()
		insert_seeds()
		channel.reload()
		self.assertEqual((channel.greeting, len(channel.peak_windows)), ("Moin!", 0))

	def test_a_default_that_was_cleared_stays_empty(self):
		frappe.db.set_single_value("CS Center Settings", "agent_channel", "")
		insert_seeds()
		self.assertFalse(frappe.db.get_single_value("CS Center Settings", "agent_channel"))

	def test_the_shipped_policies_are_drafts_in_the_order_of_the_specification(self):
		titles = [values["title"] for values in read_seed_file("service_policies.json")]
		self.assertEqual(
			titles, ["Complaint", "VIP", "Online Chat", "E-mail", "General Service", "Complaint Stages"]
		)
		rows = frappe.get_all(
			POLICY, {"title": ["in", titles]}, ["title", "docstatus"], order_by="priority_number asc"
		)
		self.assertEqual([row.title for row in rows], titles)
		self.assertEqual({row.docstatus for row in rows}, {0})

	def test_the_shipped_policies_can_all_be_submitted_together(self):
		titles = [values["title"] for values in read_seed_file("service_policies.json")]
		for name in frappe.get_all(POLICY, {"title": ["in", titles]}, pluck="name"):
			frappe.get_doc(POLICY, name).submit()
		self.assertEqual(frappe.db.count(POLICY, {"title": ["in", titles], "docstatus": 1}), 6)

	def test_the_targets_are_those_of_the_specification(self):
		promised = {
			values["title"]: {
				target["metric"]: (target["amount"], target["unit"]) for target in values["targets"]
			}
			for values in read_seed_file("service_policies.json")
		}
		self.assertEqual(promised["Online Chat"]["First Reply"], (30, "Calendar Seconds"))
		self.assertEqual(promised["Complaint"]["Acknowledgement"], (1, "Calendar Hours"))
		self.assertEqual(
			promised["E-mail"], {"First Reply": (24, "Calendar Hours"), "Resolution": (48, "Calendar Hours")}
		)
		for metric in ("First Reply", "Next Reply", "Resolution"):
			general, vip = promised["General Service"][metric], promised["VIP"][metric]
			self.assertEqual((vip[0] * 2, vip[1]), general, metric)

	def test_chat_has_two_agents_in_its_peak_hours(self):
		rows = frappe.get_doc("CS Channel", "Online Chat").peak_windows
		self.assertEqual(
			[(row.days, row.start_time, row.end_time, row.minimum_agents) for row in rows],
			[("Working Days", "09:00", "11:00", 2), ("Working Days", "14:00", "17:00", 2)],
		)

	def test_standard_words_come_in_both_languages(self):
		for values in read_seed_file("channels.json"):
			for field in ("greeting", "hold_words", "closing_words", "acknowledgement_text"):
				text = values[field]
				self.assertTrue(any("\u4e00" <= letter <= "\u9fff" for letter in text), (values, field))
				self.assertTrue(
					any(letter.isascii() and letter.isalpha() for letter in text), (values, field)
				)


class TestEscalationSeeds(SiteTestCase):
	LADDERS = ("Complaint Escalation", "VIP Escalation", "General Escalation")

	def setUp(self):
		super().setUp()
		insert_seeds()

	def ladders(self) -> list:
		names = frappe.get_all(
			"CS Escalation Policy",
			{"title": ["in", self.LADDERS]},
			pluck="name",
			order_by="priority_number asc",
		)
		return [frappe.get_doc("CS Escalation Policy", name) for name in names]

	def forget(self, *titles: str):
		"""The site never had these seeds."""
		for title in titles:
			for name in frappe.get_all("CS Escalation Policy", {"title": title}, pluck="name"):
				frappe.delete_doc("CS Escalation Policy", name)
		entries = {f"CS Escalation Policy: {title}" for title in titles}
		kept = [entry for entry in read_record(INSERTED_SEEDS) if entry not in entries]
		frappe.db.set_global(INSERTED_SEEDS, frappe.as_json(kept))

	def test_the_shipped_ladders_are_drafts_that_can_all_be_submitted_together(self):
		ladders = self.ladders()
		self.assertEqual([ladder.title for ladder in ladders], list(self.LADDERS))
		self.assertEqual({ladder.docstatus for ladder in ladders}, {0})
		for ladder in ladders:
			ladder.submit()
		self.assertEqual({ladder.docstatus for ladder in self.ladders()}, {1})

	def test_the_general_ladder_is_a_reminder_one_level_for_the_reply_and_four_for_the_resolution(self):
		steps = self.ladders()[2].steps
		levels = [(row.metric, row.level) for row in steps]
		self.assertEqual(
			levels,
			[("First Reply", 0), ("First Reply", 1), *(("Resolution", level) for level in (1, 2, 3, 4))],
		)
		last = steps[-1]
		self.assertEqual(
			(
				last.trigger,
				last.amount,
				last.unit,
				last.tell,
				last.role,
				last.urgent,
				last.email,
				last.in_app,
			),
			("Time After Deadline", 8, "Business Hours", "Role", "CS Manager", 1, 1, 1),
		)

	def test_every_trigger_is_shown_by_a_shipped_ladder(self):
		options = frappe.get_meta("CS Escalation Step").get_field("trigger").options.split("\n")
		self.assertEqual({row.trigger for ladder in self.ladders() for row in ladder.steps}, set(options))

	def test_quiet_hours_go_over_midnight_and_stand_in_the_settings(self):
		windows = frappe.get_doc("CS Service Calendar", "Quiet Hours (Shanghai)").windows
		self.assertEqual({(row.start_time, row.end_time) for row in windows}, {("22:00", "08:00")})
		self.assertEqual(len(windows), 7)
		settings = frappe.get_doc("CS Center Settings")
		self.assertEqual(
			(settings.quiet_calendar, settings.alarm_role), ("Quiet Hours (Shanghai)", "CS Manager")
		)

	def test_the_departments_of_the_specification_are_there(self):
		wanted = [values["department_name"] for values in read_seed_file("departments.json")]
		self.assertEqual(len(wanted), 5)
		self.assertEqual(frappe.db.count("CS Department", {"name": ["in", wanted]}), 5)

	def test_a_site_without_the_named_priority_gets_the_ladder_without_that_action(self):
		self.forget("VIP Escalation")
		frappe.db.delete("HD Ticket Priority", {"name": "High"})
		insert_seeds()
		(vip,) = [ladder for ladder in self.ladders() if ladder.title == "VIP Escalation"]
		self.assertEqual({row.raise_priority_to for row in vip.steps}, {None})

	def test_a_site_whose_calendar_is_another_one_gets_the_ladders_with_it(self):
		self.forget(*self.LADDERS)
		frappe.db.set_value("CS Service Calendar", "Shop Hours (Shanghai)", "enabled", 0)
		frappe.db.set_single_value("CS Center Settings", "default_calendar", "24x7")
		insert_seeds()
		self.assertEqual({ladder.calendar for ladder in self.ladders()}, {"24x7"})

	def test_a_seed_that_the_site_refuses_does_not_stop_the_others_and_is_tried_again(self):
		self.forget(*self.LADDERS)
		frappe.db.set_value("Role", "CS Manager", "disabled", 1)
		insert_seeds()
		self.assertEqual(self.ladders(), [])
		frappe.db.set_value("Role", "CS Manager", "disabled", 0)
		insert_seeds()
		self.assertEqual(len(self.ladders()), 3)


class TestCategorySeeds(SiteTestCase):
	def setUp(self):
		super().setUp()
		self.addCleanup(categories.forget)
		insert_seeds()
		self.records = read_seed_file(CATEGORY_FILE)

	def forget(self, *codes: str):
		"""The site never had these seeds."""
		# Past the documents: tickets of the test site may be filed under them.
		names = frappe.get_all(CATEGORY, {"code": ["in", codes]}, pluck="name")
		frappe.db.delete("CS Complaint Phrase", {"parent": ["in", names]})
		frappe.db.delete(CATEGORY, {"name": ["in", names]})
		categories.forget()
		entries = {f"{CATEGORY}: {code}" for code in codes}
		kept = [entry for entry in read_record(INSERTED_SEEDS) if entry not in entries]
		frappe.db.set_global(INSERTED_SEEDS, frappe.as_json(kept))

	def family(self, code: str) -> list[str]:
		"""The code and those of its children, children first."""
		return [*(record["code"] for record in self.records if record.get("parent") == code), code]

	def test_every_category_stands_where_the_file_says(self):
		names = {record["code"]: record["name"] for record in self.records}
		for record in self.records:
			category = categories.by_code(record["code"])
			wanted = [names[code] for code in (record.get("parent"), record["code"]) if code]
			self.assertEqual(list(category.path), wanted)
			self.assertEqual(category.kind, record["kind"])

	def test_groups_are_those_with_children(self):
		parents = {record["parent"] for record in self.records if record.get("parent")}
		groups = frappe.get_all(CATEGORY, {"code": ["in", sorted(parents)], "is_group": 1}, pluck="code")
		self.assertEqual(set(groups), parents)

	def test_phrases_come_with_their_weights_once(self):
		(record,) = [record for record in self.records if record["code"] == "LATE"]
		wanted = [(row["text"], row["weight"]) for row in record["phrases"]]
		self.forget("LATE")
		for _time in range(2):
			insert_seeds()
			category = frappe.get_doc(CATEGORY, {"code": "LATE"})
			self.assertEqual([(row.phrase, row.weight) for row in category.phrases], wanted)
			self.assertEqual([row.idx for row in category.phrases], list(range(1, len(wanted) + 1)))
		category.save()

	def test_the_phrases_that_are_shipped_are_fit_for_the_form(self):
		for record in self.records:
			rows = [{"phrase": row["text"], "weight": row["weight"]} for row in record["phrases"]]
			category = frappe.get_doc({"doctype": CATEGORY, "phrases": rows})
			check_phrases(category)
			self.assertEqual([row.phrase for row in category.phrases], [row["phrase"] for row in rows])

	def test_parents_come_before_their_children_in_whatever_order_the_file_has_them(self):
		codes = [record["code"] for record in parents_first(reversed(self.records))]
		self.assertEqual(sorted(codes), sorted(record["code"] for record in self.records))
		for record in self.records:
			if record.get("parent"):
				self.assertLess(codes.index(record["parent"]), codes.index(record["code"]))

	def test_a_parent_that_is_not_in_the_file_is_said(self):
		with self.assertRaisesRegex(ValueError, "ORPHAN"):
			parents_first([{"code": "ORPHAN", "parent": "NOBODY"}])

	def test_a_family_that_is_new_to_the_site_comes_with_its_parent(self):
		self.forget(*self.family("DELIVERY"))
		insert_seeds()
		self.assertEqual(categories.by_code("LATE").path, ("Delivery", "Late delivery"))

	def test_a_new_child_of_a_renamed_category_stands_below_it(self):
		self.forget("LATE")
		frappe.rename_doc(CATEGORY, "Delivery", "Shipping of parcels", show_alert=False)
		insert_seeds()
		self.assertEqual(categories.by_code("LATE").path, ("Shipping of parcels", "Late delivery"))

	def test_a_child_whose_parent_was_deleted_does_not_come_alone(self):
		self.forget(*self.family("DELIVERY")[:-1])
		frappe.db.delete(CATEGORY, {"code": "DELIVERY"})
		insert_seeds()
		self.assertFalse(frappe.db.exists(CATEGORY, {"code": "LATE"}))

	def test_a_category_of_the_sites_own_keeps_its_name(self):
		self.forget("LATE")
		own = {"doctype": CATEGORY, "category_name": "Late delivery", "code": "OUR_LATE"}
		frappe.get_doc({**own, PARENT_CATEGORY: "Delivery"}).insert()
		insert_seeds()
		self.assertFalse(frappe.db.exists(CATEGORY, {"code": "LATE"}))
		self.assertIn(f"{CATEGORY}: LATE", read_record(INSERTED_SEEDS))
