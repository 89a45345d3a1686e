import frappe
from frappe import _

from cs_center.cs_center.computed_record import ComputedRecord


class CSServiceClock(ComputedRecord):
	"""One metric of one cycle of a ticket: computed from the ledger by the services, never edited."""

	def what_to_do_instead(self) -> str:
		return _(
			"The clock {0} is computed from the ledger. Correct the ticket itself, or rebuild all clocks in CS Center Settings."
		)


def on_doctype_update():
	"""What is due now is asked each minute; a ticket's clocks at every change; reports go by metric and state."""
	frappe.db.add_index("CS Service Clock", ["reference_doctype", "reference_name"])
	frappe.db.add_index("CS Service Clock", ["metric", "state", "due_at"])
