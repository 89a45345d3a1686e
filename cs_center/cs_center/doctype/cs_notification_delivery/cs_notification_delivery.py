import frappe
from frappe import _

from cs_center.cs_center.computed_record import ComputedRecord
from cs_center.services.notifications import clearing
from cs_center.services.service_levels.site_time import current_instant


class CSNotificationDelivery(ComputedRecord):
	"""One message to one recipient over one medium: queued and recorded by the services, never edited."""

	def what_to_do_instead(self) -> str:
		return _(
			"The delivery {0} is a record of a message. Use its buttons to send it again or to cancel it."
		)

	@staticmethod
	def clear_old_logs(days=90):
		"""Called by Frappe's Log Settings; what still waits is kept."""
		clearing.clear_before(current_instant(), days)


def on_doctype_update():
	"""What may leave now; what went to somebody last; a ticket's messages; the list by time."""
	for columns in (
		["state", "next_attempt_at"],
		["medium", "channel", "recipient", "state"],
		["state", "leased_until"],
		["channel", "sent_at"],
		["recipient", "sent_at"],
		["reference_doctype", "reference_name"],
		["creation"],
	):
		frappe.db.add_index("CS Notification Delivery", columns)
