"""Documents that are valid until a test makes them otherwise. New arguments come last."""

import frappe

WORKING_WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def make_calendar(
	name: str = "Test Hours", windows: list | None = None, exceptions: list | None = None, **values
):
	"""An unsaved calendar; ``windows`` are (weekday, from, to), by default 09:00-17:00 on working days."""
	rows = [(day, "09:00", "17:00") for day in WORKING_WEEK] if windows is None else windows
	return frappe.get_doc(
		{
			"doctype": "CS Service Calendar",
			"calendar_name": name,
			"time_zone": "Asia/Shanghai",
			"enabled": 1,
			"windows": [{"weekday": day, "start_time": start, "end_time": end} for day, start, end in rows],
			"exceptions": exceptions or [],
			**values,
		}
	)


def make_channel(name: str = "Test Channel", **values):
	"""An unsaved channel."""
	return frappe.get_doc(
		{"doctype": "CS Channel", "channel_name": name, "channel_type": "E-mail", "enabled": 1, **values}
	)


def make_policy(title: str = "Test Policy", order: int = 7001, **values):
	"""An unsaved policy with one target: a first reply within 2 business hours."""
	return frappe.get_doc(
		{
			"doctype": "CS Service Policy",
			"title": title,
			"priority_number": order,
			"enabled": 1,
			"calendar": existing_calendar(),
			"targets": [first_reply()],
			**values,
		}
	)


def first_reply(amount: float = 2, unit: str = "Business Hours", **values) -> dict:
	return {"metric": "First Reply", "amount": amount, "unit": unit, **values}


def condition(fact: str, operator: str, value: str = "") -> dict:
	return {"fact": fact, "operator": operator, "value": value}


def submitted_policy(title: str = "Test Policy", order: int = 7001, **values):
	policy = make_policy(title, order, **values).insert()
	policy.submit()
	return policy


def existing_calendar(name: str = "Policy Hours") -> str:
	if not frappe.db.exists("CS Service Calendar", name):
		make_calendar(name).insert()
	return name


def make_event(reference: str = "TEST-1", sequence: int = 1, **values):
	"""An unsaved ledger row, as the services would write it. The reference is a User, so that it needs no ticket."""
	return frappe.get_doc(
		{
			"doctype": "CS Service Event",
			"name": f"{reference}-{sequence}",
			"reference_doctype": "User",
			"reference_name": "Administrator",
			"sequence": sequence,
			"kind": "Opened",
			"happened_at": "2026-03-02 10:00:00",
			**values,
		}
	)


def stored_clock(name: str = "TEST-1-first_reply-1", **values):
	"""A clock row, written past the document as the services write it: the document refuses everybody."""
	clock = make_clock(name, **values)
	clock.db_insert()
	return clock


def make_clock(name: str = "TEST-1-first_reply-1", **values):
	"""An unsaved clock row."""
	return frappe.get_doc(
		{
			"doctype": "CS Service Clock",
			"name": name,
			"reference_doctype": "User",
			"reference_name": "Administrator",
			"metric": "First Reply",
			"cycle": 1,
			"state": "Running",
			"started_at": "2026-03-02 10:00:00",
			**values,
		}
	)
