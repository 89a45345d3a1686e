"""A customer whose name, people and numbers were entered everywhere that people, and the app itself, write."""

from __future__ import annotations

import json
from typing import Any

import frappe
from frappe.desk.form import assign_to

from cs_center.api import personal_data, purchases
from cs_center.services.notifications.messages import E_MAIL, IN_APP, Message
from cs_center.services.notifications.queue import enqueue
from cs_center.services.service_levels.memory import forget_definitions
from cs_center.services.service_levels.site_time import current_instant
from cs_center.tests import factories
from cs_center.tests.test_complaints.complaint_case import TO_FOLLOW_UP, ComplaintTestCase

from .personal_case import PROFILE

PHONE, PHONE_OTHERWISE = "+86 137 9001 4477", "+86-137-9001-4477"
BIRTHDAY = "1979-11-23"
PARTS = {
	"name": "Zebrawood & 王小明",
	"mail": "wang.marker@zebrawood.example",
	"person": "Wangarita Markerson",
	"phone": "137 9001 4477",
	"digits": "13790014477",
	"otherwise": "137-9001-4477",
	"address": "11 Quillwort Alley",
	"order": "ZBR-ORDER",
	"told": "quagga",
}
"""What must not be found afterwards: parts of the customer's data, and a word that stands in all free texts."""

SENTENCE = f"{PARTS['person']} of {{name}} said quagga, call {PHONE} or {PHONE_OTHERWISE}, mail {PARTS['mail']}, {PARTS['address']}"


class MarkedTestCase(ComplaintTestCase):
	CARE = "care@service.example"

	def setUp(self):
		super().setUp()
		self.name = factories.unique(PARTS["name"])
		self.words = SENTENCE.format(name=self.name)
		factories.create_customer(self.name)
		self.create_contact()
		self.create_profile()

	def create_contact(self):
		contact = frappe.get_doc({"doctype": "Contact", "first_name": PARTS["person"]})
		contact.append("email_ids", {"email_id": PARTS["mail"], "is_primary": 1})
		contact.append("phone_nos", {"phone": PHONE, "is_primary_phone": 1})
		contact.append("links", {"link_doctype": "HD Customer", "link_name": self.name})
		contact.insert()

	def create_profile(self):
		name = frappe.db.exists(PROFILE, self.name)
		doc = frappe.get_doc(PROFILE, name) if name else frappe.new_doc(PROFILE)
		doc.update(
			{
				"customer": self.name,
				"birthday": BIRTHDAY,
				"phone": PHONE,
				"address": PARTS["address"],
				"preferred_channel": "Phone",
				"preferred_from": "09:00:00",
				"preferred_until": "20:00:00",
				"consent": "Given",
				"consent_on": "2027-02-01",
				"consent_source": self.words[:140],
				"notes": self.words,
			}
		)
		doc.save()

	# what people do

	def live(self) -> None:
		"""Everything that happens to a customer, up to the last case closed; a policy is made for this customer alone."""
		condition = factories.condition("customer", "Equals", self.name)
		self.policy = factories.create_policy(conditions=[condition])
		forget_definitions()
		self.case = factories.create_ticket(
			subject=self.words[:140], description=self.words, customer=self.name, raised_by=PARTS["mail"]
		)
		factories.message_from_customer(self.case, PARTS["mail"])
		self.complaint = self.complain()
		self.care = self.follow_up("Care")
		self.buy()
		self.tell_staff()
		self.leave_traces()
		self.close()

	def complain(self) -> Any:
		words = self.words
		doc = {"ticket": self.case.name, "category": self.strict, "raised_by": PARTS["mail"]}
		texts = {
			"subject": words[:140],
			"description": words,
			"remedy_sought": words,
			"product": f"Teapot of {self.name}",
		}
		numbers = {"order_number": "ZBR-ORDER-1", "customer": self.name, "recourse_reference": words[:140]}
		complaint = frappe.get_doc({"doctype": "CS Complaint", **doc, **texts, **numbers}).insert()
		self.action = self.create_action(complaint, instruction=words, partner=f"Carrier of {self.name}")
		return complaint

	def follow_up(self, kind: str) -> Any:
		values = {"kind": kind, "customer": self.name, "medium": "Phone", "contact": PARTS["mail"]}
		due = {"due_at": "2027-03-02 10:00:00", "purpose": self.words, "assigned_to": self.AGENT}
		doc = frappe.get_doc({"doctype": "CS Follow Up", **values, **due}).insert()
		frappe.db.set_value("CS Follow Up", doc.name, "occasion", f"Greeting|2027-02-17|{self.name}")
		return doc

	def buy(self) -> None:
		rows = [
			{
				"order_number": f"ZBR-ORDER-{number}",
				"customer": self.name,
				"purchased_on": "2027-02-01",
				"amount": 10 * number,
				"channel": f"Shop of {PARTS['mail']}",
			}
			for number in (1, 2)
		]
		back = {**rows[0], "order_number": "ZBR-ORDER-3", "is_return": 1, "returns_order": "ZBR-ORDER-1"}
		answer = purchases.record([*rows, {**back, "amount": 5}])
		assert answer["recorded"] == 3, answer

	def tell_staff(self) -> None:
		messages = [
			Message(
				medium=medium,
				channel="",
				escalation="",
				recipient=self.AGENT,
				reference_doctype=doctype,
				reference_name=name,
				occasion="Escalation",
				occasion_key=f"{medium} {name}",
				title=self.words[:140],
				message=self.words,
				link="https://service.example/app",
			)
			for medium in (IN_APP, E_MAIL)
			for doctype, name in (("HD Ticket", self.case.name), ("CS Complaint", self.complaint.name))
		]
		enqueue(messages, current_instant())

	def leave_traces(self) -> None:
		"""What Frappe keeps beside the documents."""
		for doctype, name in (("CS Complaint", self.complaint.name), (PROFILE, self.name)):
			doc = frappe.get_doc(doctype, name)
			doc.add_comment("Comment", self.words)
			attach(doctype, name, self.words)
			assign_to.add(
				{"assign_to": [self.AGENT], "doctype": doctype, "name": name, "description": self.words}
			)
			doc.save(ignore_version=False)
		self.change_with_history()
		spare = self.create_action(self.complaint, instruction=self.words)
		frappe.delete_doc("CS Complaint Action", spare.name, force=True)
		frappe.log_error(title="CS Center: a test", message=self.words)
		frappe.get_doc(
			{"doctype": "Route History", "route": f"Form/{PROFILE}/{self.name}", "user": self.AGENT}
		).insert()
		with self.as_user(self.AGENT):
			personal_data.read_phone(self.care.name)
		self.mail_staff()
		self.mention_elsewhere()

	def change_with_history(self) -> None:
		for end in ("0", ""):
			doc = frappe.get_doc(PROFILE, self.name)
			doc.update({"notes": self.words + end, "phone": PHONE + end})
			doc.save(ignore_version=False)

	def mail_staff(self) -> None:
		"""As Frappe queues it: encoded, and without a document that it belongs to."""
		from email.mime.text import MIMEText

		self.mails = []
		for text in (self.words, "Other customers"):
			encoded = MIMEText(text, "plain", "utf-8").as_string()
			mail = {"doctype": "Email Queue", "message": encoded, "sender": "a@service.example"}
			self.mails.append(
				frappe.get_doc({**mail, "recipients": [{"recipient": self.AGENT}]}).insert().name
			)
		mail = {"doctype": "Email Queue", "reference_doctype": "HD Ticket", "reference_name": self.case.name}
		header = "X-Auto-Generated: cs-center-acknowledgement\n\n"
		mail.update({"message": f"{header}{self.words}", "sender": "a@service.example"})
		frappe.get_doc({**mail, "recipients": [{"recipient": PARTS["mail"]}]}).insert()

	def mention_elsewhere(self) -> None:
		"""Another customer's complaint, the last night's run, an import with bad rows."""
		self.other = self.register(self.simple, description=f"Like {self.name}, mail {PARTS['mail']}")
		night = {
			"doctype": "CS Tier Evaluation",
			"as_of": "2027-02-28",
			"state": "Done",
			"position": self.name,
		}
		frappe.get_doc(night).db_insert()
		self.import_run = frappe.get_doc(
			{
				"doctype": "CS Purchase Import",
				"state": "Done",
				"problems": json.dumps([{"row": 3, "problem": f"{self.name} has no order number"}]),
			}
		)
		self.import_run.db_insert()
		self.file = attach(
			"CS Purchase Import", self.import_run.name, f"order,customer\n1,{self.name}\n", "file"
		)
		frappe.db.set_value("CS Purchase Import", self.import_run.name, "file", self.file.file_url)

	def close(self) -> None:
		words = self.words
		done = frappe.get_doc("CS Complaint Action", self.action.name)
		done.update({"state": "Done", "result": words, "evidence": words})
		done.save()
		moves = {
			"Classified": {"severity": "General"},
			"Investigating": {"handler": self.AGENT, "findings": words},
			"Solution Proposed": {
				"solution": words,
				"evidence": words,
				"root_causes": [{"cause": words, "kind": "Process", "evidence": words}],
			},
			"Executing": {
				"consent": "Consented",
				"consent_person": PARTS["person"],
				"consent_at": "2027-03-01 10:00:00",
			},
			"Closed": {},
		}
		for stage in TO_FOLLOW_UP:
			self.move(self.complaint, stage, note=words, **moves.get(stage, {}))
		self.answer_calls()
		self.move(self.complaint, "Closed", note=words)
		frappe.db.set_value("CS Complaint Action", {"complaint": self.complaint.name}, "state", "Done")
		factories.set_status(self.case, "Closed")

	def answer_calls(self) -> None:
		for name in frappe.get_all("CS Follow Up", {"customer": self.name, "state": "Open"}, pluck="name"):
			doc = frappe.get_doc("CS Follow Up", name)
			attempt = {"attempted_at": frappe.utils.now_datetime(), "outcome": "Reached", "note": self.words}
			doc.append("attempts", attempt)
			doc.update({"result": "Solved", "comment": self.words})
			doc.save()


def attach(doctype: str, name: str, content: str, field: str | None = None) -> Any:
	file = {"doctype": "File", "file_name": f"{frappe.generate_hash(length=8)}.txt", "is_private": 1}
	attached = {"attached_to_doctype": doctype, "attached_to_name": name, "attached_to_field": field}
	return frappe.get_doc({**file, **attached, "content": content}).insert()
