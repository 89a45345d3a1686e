"""Base class of the complaints' site tests: agents of two teams, a lead, a manager, an auditor, a department's user."""

from __future__ import annotations

from typing import Any

import frappe

from cs_center.services.complaints import categories, passing
from cs_center.services.complaints.ledger import events_of
from cs_center.services.service_levels.memory import forget_definitions
from cs_center.services.service_levels.site_time import current_instant
from cs_center.tests import factories
from cs_center.tests.base import create_user
from cs_center.tests.ticket_case import TicketTestCase

COMPLAINT, ACTION, FOLLOW_UP = "CS Complaint", "CS Complaint Action", "CS Follow Up"

STAGE_TARGETS = (
	factories.target("Complaint Acknowledgement", 1, "Calendar Hours"),
	factories.target("Complaint Solution", 24, "Calendar Hours"),
	factories.target("Complaint Call Back", 48, "Calendar Hours"),
	factories.target("Major Report", 4, "Calendar Hours"),
)


class ComplaintTestCase(TicketTestCase):
	"""One category that asks for nothing, one that asks for everything; time stands still from Monday 10:00 on."""

	LEAD, MANAGER, OTHER_MANAGER = "lead@service.example", "manager@service.example", "chief@service.example"
	AUDITOR, DEPARTMENT_USER = "auditor@service.example", "warehouse@service.example"
	DEPARTMENT = "Warehouse"

	@classmethod
	def create_people(cls):
		super().create_people()
		if frappe.db.exists("User", cls.DEPARTMENT_USER):
			return
		create_user(cls.LEAD, "Agent", "CS Team Lead")
		create_user(cls.MANAGER, "Agent", "CS Manager")
		create_user(cls.OTHER_MANAGER, "Agent", "CS Manager")
		create_user(cls.AUDITOR, "CS Quality Auditor")
		create_user(cls.DEPARTMENT_USER, "CS Department User")
		frappe.get_doc({"doctype": "CS Department", "department_name": cls.DEPARTMENT, "enabled": 1}).insert()
		frappe.get_doc(
			{"doctype": "CS Agent Profile", "user": cls.DEPARTMENT_USER, "department": cls.DEPARTMENT}
		).insert()
		frappe.db.commit()  # users are slow: made once for the test site, as in TicketTestCase

	def setUp(self):
		super().setUp()
		self.simple = self.create_category(default_severity="General")
		self.strict = self.create_category(
			default_severity="General", needs_investigation=1, needs_corrective_action=1, needs_call_back=1
		)
		self.addCleanup(categories.forget)
		self.ticket = factories.create_ticket(customer="Acme Trading", agent_group=self.TEAM)

	def create_category(self, name: str = "", **values: Any) -> str:
		doc = {"doctype": categories.CATEGORY, "category_name": name or factories.unique("Category")}
		return frappe.get_doc({**doc, "kind": "Complaint", "enabled": 1, **values}).insert().name

	def register(self, category: str | None = None, **values: Any) -> Any:
		"""A saved complaint of the ticket."""
		doc = {"doctype": COMPLAINT, "ticket": self.ticket.name, "category": category, **values}
		return self.fresh(frappe.get_doc(doc).insert())

	def fresh(self, complaint: Any) -> Any:
		return frappe.get_doc(COMPLAINT, getattr(complaint, "name", complaint))

	def move(self, complaint: Any, stage: str, note: str = "", **values: Any) -> Any:
		"""The complaint as it stands after this move by whoever is logged in."""
		doc = self.fresh(complaint)
		doc.update({**values, "stage": stage, "stage_note": note})
		return doc.save()

	def go(self, complaint: Any, *stages: str) -> Any:
		"""Through these stages with all that an ordinary complaint needs."""
		for stage in stages:
			complaint = self.move(complaint, stage, **ORDINARY.get(stage, {}))
		return complaint

	def call_back(self, complaint: Any, outcome: str = "Reached", result: str = "Solved") -> Any:
		"""One attempt of the complaint's open call-back, now."""
		name = frappe.db.get_value(FOLLOW_UP, {"complaint": complaint.name, "state": "Open"})
		doc = frappe.get_doc(FOLLOW_UP, name)
		doc.append("attempts", {"attempted_at": frappe.utils.now_datetime(), "outcome": outcome})
		doc.result = result if outcome == "Reached" else ""
		return doc.save()

	def create_action(self, complaint: Any, **values: Any) -> Any:
		doc = {
			"doctype": ACTION,
			"complaint": complaint.name,
			"kind": "Corrective Action",
			"instruction": "Pack it twice",
			"department": self.DEPARTMENT,
			"due_at": frappe.utils.add_to_date(frappe.utils.now_datetime(), days=1),
			**values,
		}
		return frappe.get_doc(doc).insert()

	def finish(self, action: Any) -> Any:
		doc = frappe.get_doc(ACTION, action.name)
		doc.update({"state": "Done", "result": "Packed twice"})
		return doc.save()

	def ledger(self, complaint: Any) -> list[tuple[str, str]]:
		"""(kind, value) of the complaint's events."""
		return [(event.kind.value, event.value) for event in events_of(complaint.name)]

	def clocks(self, complaint: Any) -> dict[str, Any]:
		"""Clock rows by metric and cycle: "Complaint Solution 1"."""
		rows = frappe.get_all(
			"CS Service Clock",
			{"reference_doctype": COMPLAINT, "reference_name": complaint.name},
			["metric", "cycle", "state", "started_at", "due_at", "ended_at", "title", "policy"],
		)
		return {f"{row.metric} {row.cycle}": row for row in rows}

	def submit_policy(self, targets=STAGE_TARGETS, **values: Any) -> Any:
		"""A service policy for complaints in force."""
		policy = factories.create_policy(targets=targets, applies_to="Complaint", **values)
		forget_definitions()
		return policy

	def pass_complaints(self) -> int:
		"""The complaints' part of the minute task, now."""
		frappe.db.commit()
		return passing.run(current_instant())


ORDINARY = {
	"Classified": {"severity": "General"},
	"Investigating": {"handler": TicketTestCase.AGENT},
	"Solution Proposed": {
		"solution": "A new one tomorrow",
		"evidence": "A photo",
		"root_causes": [{"cause": "A thin box", "kind": "Process"}],
	},
	"Executing": {"consent": "Consented", "consent_person": "Ms. Buyer", "consent_at": "2027-03-01 10:00:00"},
}
"""What an ordinary complaint brings to the gate of a stage."""

TO_FOLLOW_UP = ("Acknowledged", "Classified", "Investigating", "Solution Proposed", "Executing", "Follow-up")
