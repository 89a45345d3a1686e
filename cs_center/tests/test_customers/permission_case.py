"""One record of each kind about a customer, everybody who may or may not use it, and the ways on which Frappe gives it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import frappe
from frappe import client
from frappe.desk.form import load
from frappe.desk.reportview import export_query
from frappe.desk.reportview import get as report_view
from frappe.desk.search import search_link
from frappe.www.printview import get_html_and_style

from cs_center.tests import factories
from cs_center.tests.base import create_user
from cs_center.tests.ticket_case import TicketTestCase

TIER, PROFILE, PURCHASE = "CS Customer Tier", "CS Customer Profile", "CS Customer Purchase"
IMPORT, CHANGE, EVALUATION = "CS Purchase Import", "CS Tier Change", "CS Tier Evaluation"
RULE, FOLLOW_UP = "CS Care Rule", "CS Follow Up"

SYSTEM, MANAGER, LEAD = "system@tiers.example", "manager@tiers.example", "lead@tiers.example"
AGENT, HEAD, AUDITOR = "agent@tiers.example", "head@tiers.example", "auditor@tiers.example"
TRAINER, CARE, DEPARTMENT = "trainer@tiers.example", "care@tiers.example", "department@tiers.example"
COLLEAGUE, BUYER, GUEST = "colleague@tiers.example", "buyer@tiers.example", "Guest"

ROLES = {
	SYSTEM: "System Manager",
	MANAGER: "CS Manager",
	LEAD: "CS Team Lead",
	AGENT: "Agent",
	HEAD: "Agent Manager",
	AUDITOR: "CS Quality Auditor",
	TRAINER: "CS Trainer",
	CARE: "CS Customer Care",
	DEPARTMENT: "CS Department User",
	COLLEAGUE: "Agent",
}
EVERYBODY = (*ROLES, BUYER, GUEST)

REFUSED = (frappe.PermissionError, frappe.DoesNotExistError)
PHONE, ADDRESS, BIRTHDAY = "+86 139 5550 4321", "9 Pear Lane, Suzhou", "1977-04-12"

ALL, READ, WRITE = "rwcdx", "r", "rw"
RIGHTS = {
	PROFILE: {
		**dict.fromkeys((SYSTEM, MANAGER), ALL),
		**dict.fromkeys((LEAD, CARE), "rwc"),
		**dict.fromkeys((AGENT, COLLEAGUE, HEAD), WRITE),
		**dict.fromkeys((AUDITOR, TRAINER), READ),
	},
	TIER: {
		**dict.fromkeys((SYSTEM, MANAGER), ALL),
		**dict.fromkeys((LEAD, AGENT, COLLEAGUE, HEAD, AUDITOR, TRAINER, CARE), READ),
	},
	PURCHASE: {
		**dict.fromkeys((SYSTEM, MANAGER), ALL),
		**dict.fromkeys((LEAD, AGENT, COLLEAGUE, HEAD, AUDITOR, CARE), READ),
	},
	IMPORT: dict.fromkeys((SYSTEM, MANAGER), ALL),
	CHANGE: {
		SYSTEM: "rdx",
		**dict.fromkeys((MANAGER, AUDITOR), "rx"),
		**dict.fromkeys((LEAD, AGENT, COLLEAGUE, HEAD, TRAINER, CARE), READ),
	},
	EVALUATION: {
		**dict.fromkeys((SYSTEM, MANAGER), "rx"),
		**dict.fromkeys((LEAD, AUDITOR, CARE), READ),
	},
	RULE: {
		**dict.fromkeys((SYSTEM, MANAGER), ALL),
		**dict.fromkeys((LEAD, AGENT, COLLEAGUE, HEAD, AUDITOR, CARE), READ),
	},
}
"""DocType -> user -> what the user may do: read, write, create, delete, export. Nothing for who is not named."""


def may(doctype: str, user: str, right: str) -> bool:
	return right in RIGHTS[doctype].get(user, "")


class PermissionTestCase(TicketTestCase):
	@classmethod
	def create_people(cls):
		super().create_people()
		if frappe.db.exists("User", BUYER):
			return
		for user, role in ROLES.items():
			create_user(user, role)
		factories.create_customer_user(BUYER)
		frappe.db.commit()  # users are slow: made once for the test site

	def setUp(self):
		super().setUp()
		self.customer = factories.create_customer(factories.unique("Pear Shop"))
		frappe.db.set_value(RULE, "Birthday Greeting", "enabled", 1)  # pickers leave out what is disabled
		self.records = {
			TIER: "Regular",
			PROFILE: self.create_profile(),
			PURCHASE: self.create_purchase(),
			IMPORT: self.write_row(IMPORT, name=factories.unique("CPI"), file="/private/files/x.csv"),
			CHANGE: self.write_row(
				CHANGE,
				customer=self.customer,
				to_tier="VIP",
				from_tier="Regular",
				changed_at="2027-03-01 02:00",
				reason="Thresholds Reached",
			),
			EVALUATION: self.write_row(EVALUATION, as_of="2031-03-01", name=factories.unique("CTE")),
			RULE: "Birthday Greeting",
		}

	def create_profile(self) -> str:
		if not frappe.db.exists(PROFILE, self.customer):
			frappe.get_doc({"doctype": PROFILE, "customer": self.customer}).insert()
		doc = frappe.get_doc(PROFILE, self.customer)
		doc.update({"phone": PHONE, "address": ADDRESS, "birthday": BIRTHDAY})
		return doc.save().name

	def create_purchase(self) -> str:
		doc = {"doctype": PURCHASE, "order_number": factories.unique("PEAR"), "customer": self.customer}
		return frappe.get_doc({**doc, "purchased_on": "2027-02-01", "amount": 5}).insert().name

	def write_row(self, doctype: str, **values: Any) -> str:
		"""Past the document, as the services write it."""
		doc = frappe.get_doc({"doctype": doctype, **values})
		doc.name = doc.name or frappe.generate_hash(length=10)
		doc.db_insert()
		return doc.name

	def works(self, user: str, way: Callable[..., Any], *args: Any) -> bool:
		"""Whether the way leads the user to something; a refusal does not."""
		with self.as_user(user):
			frappe.local.form_dict = frappe._dict()
			try:
				return bool(way(*args))
			except REFUSED:
				return False
			except frappe.ValidationError as error:
				if "No permission" in str(error):  # what early versions of Frappe 15 raise
					return False
				raise
			finally:
				frappe.local.message_log = []
				frappe.local.response = frappe._dict(docs=[])
				frappe.local.form_dict = frappe._dict()


# --- ways that lead to a record: (doctype, name) -> whether they did ------------------------------------------------


def in_list(doctype: str, name: str) -> bool:
	return name in frappe.get_list(doctype, pluck="name", limit_page_length=0)


def in_rest_list(doctype: str, name: str) -> bool:
	return name in [row["name"] for row in client.get_list(doctype, limit_page_length=0)]


def in_report(doctype: str, name: str) -> bool:
	"""What Desk's list and report ask for."""
	frappe.local.form_dict = frappe._dict(
		doctype=doctype, fields=frappe.as_json([f"`tab{doctype}`.`name`"]), start=0, page_length=5000
	)
	found = report_view()
	return bool(found) and name in {row[0] for row in found["values"]}


def in_search(doctype: str, name: str) -> bool:
	found = search_link(doctype, name, page_length=50)
	rows = frappe.local.response.pop("results", None) or found or ()
	return name in {row["value"] for row in rows}


def as_form(doctype: str, name: str) -> bool:
	load.getdoc(doctype, name)
	return frappe.local.response.docs[-1].name == name


def by_rest(doctype: str, name: str) -> bool:
	return client.get(doctype, name)["name"] == name


def by_value(doctype: str, name: str) -> bool:
	return bool(client.get_value(doctype, "name", {"name": name}))


def printed(doctype: str, name: str) -> bool:
	return bool(get_html_and_style(doctype, name)["html"])


def exported(doctype: str, name: str, *fields: str) -> bool:
	columns = [f"`tab{doctype}`.`{field}`" for field in ("name", *fields)]
	frappe.local.form_dict = frappe._dict(
		doctype=doctype, fields=json.dumps(columns), file_format_type="CSV", title="x", cmd="x"
	)
	export_query()
	return name in str(frappe.response.filecontent)


READING_WAYS = (in_list, in_rest_list, in_report, in_search, as_form, by_rest, by_value)
