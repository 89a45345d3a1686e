import frappe
from frappe import _

from cs_center.cs_center.doctype.cs_escalation_policy.step_checks import (
	check_audiences,
	check_ladders,
	check_times,
	clear_unused_values,
	fill_step_keys,
)
from cs_center.cs_center.policy_subjects import check_steps
from cs_center.cs_center.staff import require_role_with_members, require_staff
from cs_center.cs_center.versioned_policy import VersionedPolicy


class CSEscalationPolicy(VersionedPolicy):
	"""One version of a ladder: when who is told of what, and what else is done. In force while submitted and enabled."""

	KEPT_BY = ("CS Escalation", "CS Service Event", "HD Ticket", "CS Complaint")

	def check_rows(self):
		clear_unused_values(self.steps)
		check_steps(self)
		check_times(self.steps)
		check_audiences(self.steps)
		require_role_with_members(self.fallback_role, _("When nobody is found"))
		require_staff(self.fallback_user, _("When nobody is found"))
		fill_step_keys(self.steps)
		check_ladders(self)

	def on_trash(self):
		if self.docstatus != 0 and self.was_given_to_tickets():
			frappe.throw(
				_(
					"{0} cannot be deleted: there are tickets or complaints that it was given to. Leave it cancelled."
				).format(frappe.bold(self.name))
			)

	def was_given_to_tickets(self) -> bool:
		"""Whether an escalation or the ledger names this version."""
		return bool(
			frappe.db.exists("CS Escalation", {"policy": self.name})
			or frappe.db.exists("CS Service Event", {"kind": "Escalation Policy Changed", "value": self.name})
		)
