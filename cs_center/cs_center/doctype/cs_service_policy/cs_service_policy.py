import frappe
from frappe import _

from cs_center.cs_center.doctype.cs_service_policy.policy_checks import check_targets
from cs_center.cs_center.policy_subjects import check_target_metrics
from cs_center.cs_center.versioned_policy import VersionedPolicy


class CSServicePolicy(VersionedPolicy):
	"""One version of a promise: for which tickets or complaints, in which hours, how fast. In force while submitted and enabled."""

	KEPT_BY = ("CS Service Clock", "CS Service Event", "HD Ticket", "CS Complaint", "CS Complaint Category")

	def check_rows(self):
		check_targets(self)
		check_target_metrics(self)

	def on_trash(self):
		if frappe.db.exists("CS Service Clock", {"policy": self.name}):
			frappe.throw(
				_(
					"{0} cannot be deleted: there are tickets or complaints that were measured by it. Leave it cancelled."
				).format(frappe.bold(self.name))
			)
