"""Everybody who may or may not see complaints, complaints of two teams, and the ways on which Frappe shows rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import frappe
from frappe import client
from frappe.desk.form import load
from frappe.desk.query_report import run as run_report
from frappe.desk.reportview import get as report_view
from frappe.desk.reportview import get_count
from frappe.desk.search import search_link
from frappe.www.printview import get_html_and_style

from cs_center.tests import factories
from cs_center.tests.base import create_user
from cs_center.tests.test_complaints.complaint_case import ACTION, COMPLAINT, FOLLOW_UP, ComplaintTestCase

LONER, COLLEAGUE, PARTNER = "loner@people.example", "loader@people.example", "partner@outside.example"
TRAINER, AUDITING_AGENT = "trainer@people.example", "auditing@people.example"
REFUSED = (frappe.PermissionError, frappe.DoesNotExistError)
PRODUCT = "Kettle of the permission tests"


class PeopleTestCase(ComplaintTestCase):
	"""``ours`` is of the agent's team, ``theirs`` of the other's; of ``registered`` and ``handled`` an agent without a
	team is the owner and the handler."""

	@classmethod
	def create_people(cls):
		super().create_people()
		if frappe.db.exists("User", AUDITING_AGENT):
			return
		create_user(LONER, "Agent")
		create_user(COLLEAGUE, "CS Department User")
		create_user(TRAINER, "CS Trainer")
		factories.create_customer_user(PARTNER)
		factories.create_profile(COLLEAGUE, department=cls.DEPARTMENT)
		create_user(AUDITING_AGENT, "Agent", "CS Quality Auditor")
		frappe.db.commit()  # users are slow: made once for the test site

	def setUp(self):
		super().setUp()
		factories.change_settings(compensation_currency="EUR", compensation_limit=500)
		self.submit_policy()
		self.ours = self.complaint(self.TEAM)
		self.theirs = self.complaint(self.OTHER_TEAM)
		self.handled = self.complaint(self.OTHER_TEAM, handler=LONER)
		with self.as_user(LONER):
			self.registered = self.complaint("")
		self.all = {one.name for one in (self.ours, self.theirs, self.handled, self.registered)}
		self.sees: dict[str, set[str]] = {
			self.AGENT: {self.ours.name},
			self.OTHER_AGENT: {self.theirs.name, self.handled.name},
			LONER: {self.handled.name, self.registered.name},
			**dict.fromkeys((self.LEAD, self.MANAGER, self.AUDITOR, AUDITING_AGENT), self.all),
			**{user: set() for user in (self.DEPARTMENT_USER, TRAINER, self.BUYER, PARTNER, "Guest")},
		}

	def complaint(self, team: str, **values: Any) -> Any:
		"""A complaint of the buyer's ticket in the team, with a cause, a note and a promise."""
		ticket = factories.create_ticket(
			"Kettle leaks", agent_group=team or None, raised_by=self.BUYER, customer="Acme Trading"
		)
		doc = {
			"doctype": COMPLAINT,
			"ticket": ticket.name,
			"team": team or None,
			"product": PRODUCT,
			"stage_note": "secret note",
			"root_causes": [{"cause": "secret cause", "kind": "People"}],
			"compensations": [{"kind": "Refund", "amount": 700, "currency": "EUR"}],
			**values,
		}
		doc = frappe.get_doc(doc)
		return self.fresh(doc.insert())

	def reached(self, user: str, way: Callable[[], set[str]]) -> set[str]:
		"""Names of our complaints that the user gets on this way; a refusal is an empty set."""
		with self.as_user(user):
			try:
				return way() & self.all
			except REFUSED:
				return set()
			finally:
				frappe.local.message_log = []
				frappe.local.response.docs = []

	def one_by_one(self, read: Callable[[str], Any]) -> Callable[[], set[str]]:
		"""A way that asks for each complaint alone."""

		def way() -> set[str]:
			found = set()
			for name in self.all:
				try:
					if read(name):
						found.add(name)
				except REFUSED:
					continue
			return found

		return way


def of_list() -> set[str]:
	return set(frappe.get_list(COMPLAINT, pluck="name", limit_page_length=0))


def of_rest_list() -> set[str]:
	return {row["name"] for row in client.get_list(COMPLAINT, limit_page_length=0)}


def report_rows(doctype: str, field: str = "name") -> set[str]:
	"""What Desk's list and report ask for."""
	frappe.local.form_dict = frappe._dict(
		doctype=doctype, fields=frappe.as_json([f"`tab{doctype}`.`{field}`"]), start=0, page_length=500
	)
	found = report_view()
	return {row[0] for row in found["values"]} if found else set()


def of_report_view() -> set[str]:
	return report_rows(COMPLAINT)


def of_search() -> set[str]:
	found = search_link(COMPLAINT, "Kettle", page_length=100)
	return {row["value"] for row in (frappe.local.response.pop("results", None) or found or ())}


def of_references(doctype: str) -> Callable[[], set[str]]:
	return lambda: set(frappe.get_list(doctype, pluck="reference_name", limit_page_length=0))


def of_rows(doctype: str) -> Callable[[], set[str]]:
	"""Rows of a table of complaints, as REST lists them."""
	return lambda: {
		row["parent"]
		for row in client.get_list(doctype, parent=COMPLAINT, fields=["parent"], limit_page_length=0)
	}


def count_of_list() -> int:
	frappe.local.form_dict = frappe._dict(doctype=COMPLAINT, filters={"product": PRODUCT})
	return get_count()


def count_of_report(view: str) -> int:
	"""Complaints that the report's figures count."""
	filters = {"view": view, "product": PRODUCT, "from_date": "2027-02-01", "to_date": "2027-03-31"}
	found = run_report("CS Complaint Analysis", filters)
	return found["report_summary"][0]["value"]


def of_form(name: str) -> bool:
	load.getdoc(COMPLAINT, name)
	return frappe.local.response.docs[-1].name == name


def of_document(name: str) -> bool:
	frappe.get_doc(COMPLAINT, name).check_permission()
	return True


def of_print(name: str) -> bool:
	return "Kettle" in get_html_and_style(COMPLAINT, name)["html"]


def of_rest(name: str) -> bool:
	return client.get(COMPLAINT, name)["name"] == name


def of_rest_value(name: str) -> bool:
	return bool(client.get_value(COMPLAINT, "subject", {"name": name}))


def of_timeline(name: str) -> bool:
	load.get_docinfo(doctype=COMPLAINT, name=name)
	return True


def of_communications(name: str) -> bool:
	load.get_communications(COMPLAINT, name)
	return True


__all__ = [
	"ACTION",
	"AUDITING_AGENT",
	"COLLEAGUE",
	"COMPLAINT",
	"FOLLOW_UP",
	"LONER",
	"PARTNER",
	"REFUSED",
	"TRAINER",
	"PeopleTestCase",
]
