"""One complaint of the demo: suggested from the ticket's words, refused at a gate, refused by the customer, closed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import frappe

from cs_center.demo import story
from cs_center.demo.clock import at
from cs_center.services.complaints import actions, describing, registering, stages, tickets_view
from cs_center.services.escalation.subjects import COMPLAINT
from cs_center.services.follow_ups import saving

SUBJECT = "The replacement kettle is dead and leaks, it gives off sparks"
TEXT = "Second defective kettle in a month. The old one was returned, the new one does not switch on and leaks on the table."
FIRST, SECOND = "A voucher of 10 %", "A new kettle by courier, and the purchase price back"


def play(begin: datetime, passes_until: Any, team: str) -> None:
	"""The complaint's days from ``begin`` (site time) on; ``passes_until``: the scheduler's minutes up to an instant."""
	agent, manager = story.AGENTS[0], story.MANAGER
	moment = begin
	with at(moment):
		ticket = _open_ticket(team)
		seen = tickets_view.suggestion(ticket)
		frappe.set_user(agent)
		doc = registering.register(ticket, severity="Important", remedy_sought="The money back")
		frappe.db.commit()  # each step is a request of its own
	_say(f"\nTicket {ticket}: {SUBJECT}")
	words = ", ".join(seen["words"][:5])
	_say(f"  suggested: {seen['path'] or seen['reason']} ({seen['confidence']} %, words: {words})")
	_say(f"  {doc.name} registered, severity {doc.severity}")
	steps = _steps(doc.name, agent, manager)
	for hours, user, step in steps:
		moment = begin + timedelta(hours=hours)
		passes_until(moment)
		with at(moment):
			frappe.set_user(user)
			step()
			frappe.db.commit()  # as above
	passes_until(moment + timedelta(minutes=5))
	with at(moment + timedelta(minutes=5)):
		frappe.set_user("Administrator")
		_show(doc.name)


def _open_ticket(team: str) -> str:
	frappe.set_user("Administrator")
	values = {"subject": SUBJECT, "description": TEXT, "raised_by": "customer42@mail.example"}
	doc = frappe.get_doc({"doctype": "HD Ticket", "cs_channel": "E-mail", "agent_group": team, **values})
	return doc.insert(ignore_permissions=True).name


def _steps(name: str, agent: str, manager: str) -> list[tuple[float, str, Any]]:
	"""(hours after the receipt, who, what)."""
	cause = [{"cause": "Seal of the new supplier does not fit", "kind": "Supplier"}]
	consent = {"consent": "Consented", "consent_person": "Customer 42", "consent_medium": "Phone"}
	return [
		(0.5, agent, lambda: _move(name, "Acknowledged")),
		(0.6, agent, lambda: _move(name, "Classified", category=_category(name))),
		(0.7, agent, lambda: _move(name, "Investigating")),
		(2, agent, lambda: _refused(name, "Solution Proposed", solution=FIRST)),
		(20, agent, lambda: _write(name, solution=FIRST, evidence="Photo of the seal", root_causes=cause)),
		(21, manager, lambda: _approve(name)),
		(22, agent, lambda: _move(name, "Solution Proposed")),
		(
			26,
			agent,
			lambda: _move(name, "Investigating", consent="Refused", refusal_reason="A voucher is a joke"),
		),
		(27, agent, lambda: _write(name, solution=SECOND)),
		(28, manager, lambda: _approve(name)),
		(28.2, agent, lambda: _move(name, "Solution Proposed")),
		(28.3, agent, lambda: _order_action(name)),
		(30, agent, lambda: _move(name, "Executing", **consent, consent_at=frappe.utils.now_datetime())),
		(31, agent, lambda: _refused(name, "Follow-up")),
		(50, manager, lambda: _finish_action(name)),
		(51, agent, lambda: _move(name, "Follow-up")),
		(75, agent, lambda: _call(name)),
		(76, manager, lambda: _move(name, "Closed")),
	]


def _move(name: str, stage: str, **values: Any) -> None:
	doc = frappe.get_doc(COMPLAINT, name)
	doc.update(values)
	stages.move(doc, stage)


def _refused(name: str, stage: str, **values: Any) -> None:
	"""A move whose gate is closed: what the agent reads."""
	try:
		_move(name, stage, **values)
	except frappe.ValidationError as refusal:
		frappe.db.rollback()  # as the request would
		frappe.clear_messages()
		text = frappe.utils.strip_html(str(refusal).replace("<br>", " "))
		_say(f"  {frappe.session.user} tries {stage}: {text}")
	else:
		frappe.throw(f"The demo expected that {stage} is refused.")


def _write(name: str, **values: Any) -> None:
	doc = frappe.get_doc(COMPLAINT, name)
	doc.update(values)
	doc.save()


def _approve(name: str) -> None:
	from cs_center.services.complaints import management

	doc = frappe.get_doc(COMPLAINT, name)
	management.approve_solution(doc)
	doc.save()


def _category(name: str) -> str:
	"""The suggested one, else the first category of complaints: the demo goes on whatever the words say."""
	from cs_center.services.complaints import categories

	own = frappe.db.get_value(COMPLAINT, name, "category")
	return own or next(one.name for one in categories.everything() if one.is_complaint)


def _order_action(name: str) -> None:
	values = {
		"kind": "Corrective Action",
		"instruction": "Check the seals of the whole delivery and send the supplier a claim.",
		"responsible": story.MANAGER,
		"due_at": frappe.utils.add_to_date(frappe.utils.now_datetime(), hours=24),
	}
	frappe.get_doc({"doctype": "CS Complaint Action", "complaint": name, **values}).insert()


def _finish_action(name: str) -> None:
	for action in frappe.get_all("CS Complaint Action", {"complaint": name, "state": "Open"}, pluck="name"):
		actions.finish(action, "Delivery blocked, claim sent", "Claim of today")


def _call(name: str) -> None:
	call_back = frappe.db.get_value("CS Follow Up", {"complaint": name, "state": "Open"})
	saving.record_attempt(call_back, "Reached", "The new kettle works", "Solved", 4)


def _show(name: str) -> None:
	told = describing.panel(name)
	_say(f"  {name} is {told['stage']}. Its clocks:")
	for clock in told["clocks"]:
		_say(
			f"    {clock['title']}: {clock['state']}, due {clock['due_at']}, ended {clock['ended_at'] or '-'}"
		)
	_say("  Who did what when:")
	for line in told["history"]:
		_say(f"    {line['at']}  {line['text']}")
	escalations = frappe.get_all(
		"CS Escalation", {"reference_name": name}, ["metric", "level", "state"], order_by="raised_at asc"
	)
	for row in escalations:
		_say(f"    escalated: {row.metric}, level {row.level}, {row.state}")


def _say(text: str) -> None:
	print(text)  # the demo is a command: its output is what it is for
