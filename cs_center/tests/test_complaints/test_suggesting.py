"""The words of an arriving ticket suggest a category, whoever writes them and in whichever language; never at a ticket's cost."""

from __future__ import annotations

from unittest.mock import patch

import frappe

from cs_center.api import complaints
from cs_center.services.complaints import categories, suggesting
from cs_center.tests import factories
from cs_center.tests.test_complaints.complaint_case import COMPLAINT, ComplaintTestCase

SUGGESTED = ("cs_suggested_category", "cs_suggestion_confidence", "cs_suggestion_words")


class SuggestingCase(ComplaintTestCase):
	"""The shipped categories stand back; one about whistling and one about dripping speak."""

	def setUp(self):
		super().setUp()
		factories.change_settings(suggest_categories=1)
		frappe.db.delete("Error Log")  # a rollback does not reach it, nor what is remembered for an hour
		frappe.cache().delete_keys("cs_center_failure")
		frappe.db.set_value(categories.CATEGORY, {"name": ["is", "set"]}, "enabled", 0)
		self.whistling = self.create_speaking("whistles loudly", "哨声刺耳", "blows a gale")
		self.dripping = self.create_speaking("drips everywhere", "一直滴水")
		categories.forget()

	def create_speaking(self, *phrases: str, **values) -> str:
		rows = [{"phrase": one, "weight": 3} for one in phrases]
		return self.create_category(phrases=rows, **values)

	def arrive(self, subject: str = "My kettle", text: str = "", **values):
		return factories.create_ticket(subject, text or None, **values)

	def suggested(self, *args, **values) -> str | None:
		return self.arrive(*args, **values).cs_suggested_category


class TestArriving(SuggestingCase):
	def test_words_of_subject_and_text_suggest(self):
		self.assertEqual(self.suggested("It whistles loudly"), self.whistling)
		self.assertEqual(self.suggested("My kettle", "<p>It <b>drips</b> everywhere.</p>"), self.dripping)

	def test_words_and_confidence_are_shown(self):
		ticket = self.arrive("It whistles loudly", "and blows a gale")
		self.assertGreater(ticket.cs_suggestion_confidence, 50)
		self.assertLessEqual(ticket.cs_suggestion_confidence, 100)
		self.assertEqual(set(ticket.cs_suggestion_words.split(", ")), {"whistles loudly", "blows a gale"})

	def test_other_words_suggest_nothing(self):
		ticket = self.arrive("My kettle", "is blue")
		self.assertEqual([ticket.get(field) or None for field in SUGGESTED], [None, None, None])

	def test_chinese_and_a_mixture(self):
		self.assertEqual(self.suggested("水壶", "烧水的时候哨声刺耳，怎么办？"), self.whistling)
		self.assertEqual(self.suggested("水壶 kettle", "It 一直滴水 from the handle"), self.dripping)
		mixed = self.arrive("水壶哨声刺耳", "it whistles loudly, 谢谢")
		self.assertEqual(mixed.cs_suggested_category, self.whistling)
		self.assertEqual(set(mixed.cs_suggestion_words.split(", ")), {"哨声刺耳", "whistles loudly"})

	def test_two_at_once_are_not_decided(self):
		self.assertIsNone(self.suggested("It whistles loudly and drips everywhere"))
		ticket = self.arrive("It whistles loudly and drips everywhere")
		told = complaints.suggestion(ticket.name)
		self.assertEqual(told["category"], "")
		self.assertIn("several categories", told["reason"])

	def test_a_disabled_category_and_what_is_below_it_suggest_nothing(self):
		frappe.get_doc(categories.CATEGORY, self.whistling).update({"enabled": 0}).save()
		self.assertIsNone(self.suggested("It whistles loudly"))

	def test_a_changed_phrase_counts_at_once(self):
		self.assertIsNone(self.suggested("It hums softly"))
		doc = frappe.get_doc(categories.CATEGORY, self.whistling)
		doc.append("phrases", {"phrase": "hums softly", "weight": 3})
		doc.save()
		self.assertEqual(self.suggested("It hums softly"), self.whistling)

	def test_a_phrase_against_weighs_against(self):
		doc = frappe.get_doc(categories.CATEGORY, self.whistling)
		doc.append("phrases", {"phrase": "in the film", "weight": -5})
		doc.save()
		self.assertIsNone(self.suggested("It whistles loudly in the film"))

	def test_an_enquiry_is_suggested_as_one(self):
		self.create_speaking("opening hours please", kind="Enquiry")
		ticket = self.arrive("Your opening hours please")
		self.assertFalse(complaints.suggestion(ticket.name)["is_complaint"])

	def test_it_can_be_switched_off(self):
		factories.change_settings(suggest_categories=0)
		self.assertIsNone(self.suggested("It whistles loudly"))

	def test_a_later_save_suggests_nothing_new(self):
		ticket = factories.save(self.arrive("My kettle"), subject="It whistles loudly")
		self.assertIsNone(ticket.cs_suggested_category)

	def test_a_customers_ticket_too_and_the_customer_writes_none_of_it(self):
		forged = {"cs_suggested_category": self.dripping, "cs_open_complaints": 7}
		with self.as_user(self.BUYER):
			mine = self.arrive("It whistles loudly", raised_by=self.BUYER, **forged)
		self.assertEqual((mine.cs_suggested_category, mine.cs_open_complaints or 0), (self.whistling, 0))
		with self.as_user(self.BUYER):
			mine.update({**forged, "cs_complaint_category": self.dripping, "cs_severity": "Major"})
			mine.save(ignore_permissions=True)
		mine = factories.fresh(mine)
		self.assertEqual((mine.cs_suggested_category, mine.cs_complaint_category), (self.whistling, None))
		self.assertFalse(mine.cs_open_complaints or mine.cs_severity)

	def test_the_customers_words_stay_the_centres_where_service_levels_are_off(self):
		factories.change_settings(enabled=0)
		with self.as_user(self.BUYER):
			mine = self.arrive(
				"It whistles loudly", raised_by=self.BUYER, cs_severity="Major", cs_open_complaints=7
			)
		self.assertFalse(mine.cs_severity or mine.cs_open_complaints)

	def test_strange_messages_are_tickets_all_the_same(self):
		for text in ("<p", "😀" * 50, "&#0;" * 20, "a" * 200_000, "<br>" * 5000):
			with self.subTest(text[:10]):
				ticket = self.arrive("My kettle", text)
				self.assertTrue(frappe.db.exists("HD Ticket", ticket.name))
				self.assertFalse(factories.error_log(f"ticket {ticket.name} was not evaluated"))


class TestFailing(SuggestingCase):
	def test_a_classifier_that_fails_costs_the_suggestion_only(self):
		with patch.object(suggesting, "classify", side_effect=RecursionError("too deep")):
			ticket = self.arrive("It whistles loudly")
		self.assertTrue(frappe.db.exists("HD Ticket", ticket.name))
		self.assertIsNone(ticket.cs_suggested_category)

	def test_deadlines_are_there_although_the_classifier_failed(self):
		policy = factories.create_policy()
		with patch.object(suggesting, "classify", side_effect=ValueError("x")):
			ticket = self.arrive("It whistles loudly")
		self.assertEqual(ticket.cs_policy, policy.name)
		self.assertTrue(ticket.resolution_by and factories.clocks(ticket))
		self.assertEqual(len(factories.error_log(f"ticket {ticket.name} was not evaluated")), 1)

	def test_phrases_that_cannot_be_used_leave_their_category_out(self):
		row = frappe.db.get_value(
			"CS Complaint Phrase", {"parent": self.whistling, "phrase": "whistles loudly"}
		)
		frappe.db.set_value("CS Complaint Phrase", row, {"phrase": "   ", "weight": 3})
		categories.forget()
		self.assertEqual(self.suggested("It drips everywhere"), self.dripping)

	def test_a_broken_tree_costs_no_ticket(self):
		frappe.db.set_value(categories.CATEGORY, self.whistling, "parent_complaint_category", self.dripping)
		frappe.db.set_value(categories.CATEGORY, self.dripping, "parent_complaint_category", self.whistling)
		categories.forget()
		ticket = self.arrive("It whistles loudly")
		self.assertTrue(frappe.db.exists("HD Ticket", ticket.name))

	def test_a_complaint_can_be_registered_although_the_classifier_fails(self):
		ticket = self.arrive("It whistles loudly")
		with patch.object(suggesting, "classify", side_effect=ValueError("x")):
			name = complaints.register(ticket.name)["name"]
		self.assertEqual(frappe.db.get_value(COMPLAINT, name, "category"), self.whistling)
