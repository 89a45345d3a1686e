"""One customer of the demo: becomes a VIP overnight, writes, is greeted, stops buying and goes down after the grace."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import frappe

from cs_center.demo import story
from cs_center.demo.clock import at
from cs_center.services.customers import care_tasks, evaluating, why
from cs_center.services.customers.deciding import CHANGE, PROFILE
from cs_center.services.customers.sentences_of_changes import change_text
from cs_center.services.follow_ups.kinds import FOLLOW_UP
from cs_center.services.service_levels.site_time import display, to_aware_or_none

CUSTOMER, BUYER = "Harbour Bicycles", "buyer@harbour-bicycles.example"
ORDERS = ((310, 4200), (190, 2950), (95, 1800), (30, 2400), (3, 1650))
"""(days before the story, amount): with the return below 12,150 within twelve months."""

RETURNED = ("H-2", 850)
RULE = "Birthday Greeting"


def play(begin: datetime) -> None:
	"""The customer's year from the morning of ``begin`` (site time) on."""
	begin = begin.replace(hour=8, minute=0)
	with at(begin):
		frappe.set_user("Administrator")
		_create(begin)
		_say(f"\nCustomer {CUSTOMER}: {why.why(why.situation_of(CUSTOMER))['sentence']}")
	_night(begin + timedelta(days=1))
	with at(begin + timedelta(days=1, hours=2)):
		_write()
	_greet(begin + timedelta(days=1, hours=3))
	for months in (13, 14, 15):
		_night(begin + timedelta(days=31 * months))


def _create(begin: datetime) -> None:
	if not frappe.db.exists("HD Customer", CUSTOMER):
		frappe.get_doc({"doctype": "HD Customer", "customer_name": CUSTOMER}).insert()
		contact = frappe.get_doc({"doctype": "Contact", "first_name": "Buyer of Harbour Bicycles"})
		contact.append("email_ids", {"email_id": BUYER, "is_primary": 1})
		contact.append("links", {"link_doctype": "HD Customer", "link_name": CUSTOMER})
		contact.insert()
	for number, (days, amount) in enumerate(ORDERS, 1):
		_buy(f"H-{number}", begin - timedelta(days=days), amount)
	order, amount = RETURNED
	_buy(f"{order}-R", begin - timedelta(days=170), amount, is_return=1, returns_order=order)
	profile = frappe.get_doc(PROFILE, CUSTOMER)
	birthday = (begin + timedelta(days=1)).replace(year=1985).date()
	profile.update({"birthday": birthday, "consent": "Given", "dedicated_agent": story.AGENTS[1]})
	profile.update({"preferred_from": "14:00:00", "preferred_until": "18:00:00"})
	profile.save()
	frappe.db.commit()  # each step is a request of its own


def _buy(number: str, moment: datetime, amount: float, **values: Any) -> None:
	purchase = {"order_number": number, "customer": CUSTOMER, "purchased_on": moment.date(), "amount": amount}
	if not frappe.db.exists("CS Customer Purchase", number):
		frappe.get_doc({"doctype": "CS Customer Purchase", **purchase, **values}).insert()


def _night(day: datetime) -> None:
	"""The evaluation of that night, and what it says of the customer."""
	with at(day.replace(hour=2, minute=0)):
		frappe.set_user("Administrator")
		run = frappe.get_doc(evaluating.RUN, evaluating.run())
		_say(f"  night of {run.as_of}: {run.customers} customers, {run.upgrades} up, {run.downgrades} down")
		told = why.why(why.situation_of(CUSTOMER))
		_say(f"    {told['sentence']} {told['grace']}".rstrip())
		for row in frappe.get_all(CHANGE, {"customer": CUSTOMER, "as_of": run.as_of}, ["*"]):
			_say(f"    {row.from_tier} -> {row.to_tier}: {change_text(row)}")


def _write() -> None:
	"""The customer's ticket, as it is after its first save."""
	frappe.set_user("Administrator")
	doc = frappe.get_doc({"doctype": "HD Ticket", "subject": "A wheel is bent", "raised_by": BUYER})
	doc.update({"description": "The front wheel came bent.", "cs_channel": "E-mail", "priority": "Medium"})
	doc.insert(ignore_permissions=True)
	frappe.db.commit()  # as above
	row = frappe.db.get_value(
		"HD Ticket", doc.name, ["cs_customer_tier", "cs_policy", "priority", "_assign"], as_dict=True
	)
	_say(f"  ticket {doc.name}: tier {row.cs_customer_tier}, policy {row.cs_policy}, priority {row.priority}")
	due = display(to_aware_or_none(doc.response_by))
	_say(f"    first reply until {due}, assigned to {row._assign or 'nobody yet'}")


def _greet(moment: datetime) -> None:
	frappe.db.set_value(care_tasks.RULE, RULE, "enabled", 1)
	with at(moment):
		frappe.set_user("Administrator")
		care_tasks.run()
		for row in frappe.get_all(
			FOLLOW_UP, {"customer": CUSTOMER}, ["name", "medium", "due_at", "assigned_to"]
		):
			due = display(to_aware_or_none(row.due_at))
			_say(f"  {row.name}: {RULE}, {row.medium}, {due}, {row.assigned_to}")


def _say(text: str) -> None:
	print(text)  # the demo is a command: its output is what it is for
