"""Base class of the tests of regulators' deadlines: packs in use, and what they make a complaint owe."""

from __future__ import annotations

import frappe

from cs_center.tests import factories
from cs_center.tests.test_complaints.complaint_case import COMPLAINT, ComplaintTestCase

PACK = "CS Regulator Pack"


def clock(title: str = "Final answer", amount: float = 8, unit: str = "Calendar Days", **values) -> dict:
	return {
		"title": title,
		"starts_at": "Received",
		"ends_at": "Closed",
		"amount": amount,
		"unit": unit,
		"warn_percent": 75,
		**values,
	}


class RegulatorCase(ComplaintTestCase):
	def setUp(self):
		super().setUp()
		frappe.db.set_value(PACK, {"name": ["is", "set"]}, "enabled", 0)
		frappe.clear_document_cache(PACK)

	def pack(self, *clocks: dict, **values) -> str:
		"""A pack in use, for every complaint unless ``values`` say otherwise."""
		narrow = {"companies", "categories"} & set(values)
		doc = {
			"doctype": PACK,
			"pack_name": factories.unique("Pack"),
			"enabled": 1,
			"for_all": int(not narrow),
			"source": "A law, article 1",
			"checked_by": "Administrator",
			"checked_on": "2027-02-01",
			"clocks": list(clocks or [clock()]),
			**values,
		}
		return frappe.get_doc(doc).insert().name

	def packs(self, complaint) -> list[tuple[str, str]]:
		return [(row.pack, row.applied_because) for row in self.fresh(complaint).regulator_packs]

	def deadlines(self, complaint) -> dict[str, tuple]:
		"""(state, due, ended) of the regulators' clocks by title."""
		rows = frappe.get_all(
			"CS Service Clock",
			{
				"reference_doctype": COMPLAINT,
				"reference_name": complaint.name,
				"metric": "Regulatory Deadline",
			},
			["title", "state", "due_at", "ended_at"],
		)
		return {row.title: (row.state, str(row.due_at), str(row.ended_at or "")) for row in rows}
