import frappe
from frappe import _

from cs_center.cs_center.doctype.cs_service_policy.policy_checks import check_targets
from cs_center.cs_center.versioned_policy import VersionedPolicy


class CSServicePolicy(VersionedPolicy):
	"""One version of a promise: for which tickets, in which hours, how fast. In force while submitted and enabled."""

	KEPT_BY = ("CS Service Clock", "CS Service Event", "HD Ticket")

	def check_rows(self):
		check_targets(self)

	def on_trash(self):
		if frappe.db.exists("CS Service Clock", {"policy": self.name}):
			frappe.throw(
				_(
					"{0} cannot be deleted: there are tickets that were measured by it. Leave it cancelled."
				).format(frappe.bold(self.name))
			)
