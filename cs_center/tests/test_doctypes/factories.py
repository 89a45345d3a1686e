"""Documents that are valid until a test makes them otherwise. New arguments come last."""

import frappe

PUBLIC_HOST = "93.184.215.14"
"""An address that is nobody's private network; nothing is sent to it."""

EVIDENCE = (
	'{"trigger": "share_of_target_used", "threshold": 100, "level": 1, "who": ["team_lead", 1, ""],'
	' "told": [], "ways": [], "media": ["In-App"], "urgent": false, "actions": []}'
)
"""What the services keep with an escalation, in its shortest form."""

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


def step(level: int = 1, trigger: str = "Share of Target Used", **values) -> dict:
	"""A step that tells the team lead at the deadline of the first reply, or what its values make of it."""
	usual = {"metric": "First Reply", "percent": 100} if trigger == "Share of Target Used" else {}
	return {"level": level, "trigger": trigger, "tell": "Team Lead", "in_app": 1, **usual, **values}


def make_escalation_policy(title: str = "Test Ladder", order: int = 7001, **values):
	"""An unsaved escalation policy with one step."""
	return frappe.get_doc(
		{
			"doctype": "CS Escalation Policy",
			"title": title,
			"priority_number": order,
			"enabled": 1,
			"calendar": existing_calendar(),
			"steps": [step()],
			**values,
		}
	)


def submitted_escalation_policy(title: str = "Test Ladder", order: int = 7001, **values):
	policy = make_escalation_policy(title, order, **values).insert()
	policy.submit()
	return policy


def make_profile(user: str, **values):
	"""An unsaved agent profile."""
	return frappe.get_doc({"doctype": "CS Agent Profile", "user": user, "daily_cap": 50, **values})


def make_notification_channel(name: str = "Team Chat", **values):
	"""An unsaved channel to a public address that needs no look-up."""
	return frappe.get_doc(
		{
			"doctype": "CS Notification Channel",
			"channel_name": name,
			"kind": "Generic JSON",
			"enabled": 1,
			"webhook_url": f"https://{PUBLIC_HOST}/hook/4f0e-secret-token",
			"messages_per_minute": 20,
			"timeout_seconds": 10,
			**values,
		}
	)


def stored_escalation(name: str, **values):
	"""An escalation row, written past the document as the services write it."""
	escalation = make_escalation(name, **values)
	escalation.db_insert()
	return escalation


def make_escalation(name: str, **values):
	"""An unsaved escalation row."""
	return frappe.get_doc(
		{
			"doctype": "CS Escalation",
			"name": name,
			"reference_doctype": "User",
			"reference_name": "Administrator",
			"metric": "First Reply",
			"cycle": 1,
			"level": 1,
			"state": "Open",
			"trigger": "Share of Target Used",
			"step_key": "aaaaaaaaaa",
			"due_at": "2026-03-02 10:00:00",
			"raised_at": "2026-03-02 10:00:00",
			"evidence": EVIDENCE,
			**values,
		}
	)


def stored_delivery(name: str, **values):
	"""A delivery row, written past the document as the services write it."""
	delivery = make_delivery(name, **values)
	delivery.db_insert()
	return delivery


def make_delivery(name: str, **values):
	"""An unsaved delivery row."""
	return frappe.get_doc(
		{
			"doctype": "CS Notification Delivery",
			"name": name,
			"medium": "In-App",
			"recipient": "Administrator",
			"occasion": "Escalation",
			"title": "A ticket waits",
			"message": "Somebody has to answer.",
			"state": "Sent",
			"reference_doctype": "User",
			"reference_name": "Administrator",
			**values,
		}
	)


def make_category(name: str = "Test Parcels", parent: str = "", **values):
	"""An unsaved complaint category."""
	place = {"parent_complaint_category": parent or None}
	return frappe.get_doc({"doctype": "CS Complaint Category", "category_name": name, **place, **values})


def make_complaint(ticket: str, **values):
	"""An unsaved complaint about the ticket."""
	return frappe.get_doc(
		{"doctype": "CS Complaint", "ticket": ticket, "subject": "The parcel came open", **values}
	)
