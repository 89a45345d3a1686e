"""Customers with personal data, and the people around them."""

import frappe

from cs_center.tests import factories
from cs_center.tests.base import create_user
from cs_center.tests.ticket_case import TicketTestCase

PROFILE = "CS Customer Profile"
PHONE, ADDRESS, BIRTHDAY = "+86 139 5550 1234", "7 Plum Lane, Hangzhou", "1988-02-17"
SECRETS = (PHONE, ADDRESS, BIRTHDAY)


class PersonalTestCase(TicketTestCase):
	CARE, MANAGER, LEAD = "care@service.example", "manager@service.example", "lead@service.example"
	AUDITOR = "auditor@service.example"

	@classmethod
	def create_people(cls):
		super().create_people()
		roles = {
			cls.CARE: ("CS Customer Care",),
			cls.MANAGER: ("CS Manager",),
			cls.LEAD: ("CS Team Lead",),
			cls.AUDITOR: ("CS Quality Auditor",),
		}
		for email, wanted in roles.items():
			if not set(wanted) <= set(frappe.get_roles(email)):
				create_user(email, *wanted)
		frappe.db.commit()  # made once for the test site and left there, as in the base class


def create_profile(customer: str | None = None, **values):
	"""The stored profile of a (new) customer, with birthday, phone and address."""
	customer = factories.create_customer(customer or factories.unique("Plum Shop"))
	hours = {"preferred_from": "09:00:00", "preferred_until": "20:00:00"}
	personal = {"birthday": BIRTHDAY, "phone": PHONE, "address": ADDRESS}
	name = frappe.db.exists(PROFILE, customer)
	doc = frappe.get_doc(PROFILE, name) if name else frappe.new_doc(PROFILE)
	doc.update({"customer": customer, **hours, **personal, **values})
	doc.save()
	return load(customer)


def load(customer: str):
	return frappe.get_doc(PROFILE, customer)


def stored(customer: str) -> dict:
	"""The row as the database has it."""
	return frappe.db.get_value(PROFILE, customer, "*", as_dict=True)


def every_text_of(*tables: str) -> str:
	"""All that these tables hold, as one text."""
	return "\n".join(str(row) for table in tables for row in frappe.db.sql(f"select * from `{table}`"))
