import frappe
from frappe import _
from frappe.model.document import Document

from cs_center.cs_center.doctype.cs_service_calendar.cs_service_calendar import require_enabled_calendar
from cs_center.cs_center.doctype.cs_service_policy.policy_checks import check_conditions, check_targets
from cs_center.cs_center.doctype.cs_service_policy.policy_versions import (
	number_version,
	policies_with_same_order,
	readable_name,
	refuse_second_successor,
	retire_previous_version,
)
from cs_center.services.service_levels.definitions import forget_definitions


class CSServicePolicy(Document):
	"""One version of a promise: for which tickets, in which hours, how fast. In force while submitted and enabled."""

	def autoname(self):
		"""Readable wherever a ticket shows it: "General Service v2"."""
		number_version(self)
		self.name = readable_name(self)

	def before_insert(self):
		if self.amended_from:
			# Frappe would name it after the cancelled one ("General Service v1-1"), which is another version.
			self.autoname()
			self.flags.name_set = True

	def validate(self):
		number_version(self)
		check_conditions(self)
		check_targets(self)
		require_enabled_calendar(self.calendar)
		if self.docstatus == 0:
			self.warn_of_same_order()

	def before_submit(self):
		self.refuse_same_order()
		refuse_second_successor(self)

	def on_submit(self):
		retire_previous_version(self)

	def before_update_after_submit(self):
		self.refuse_same_order()

	def on_cancel(self):
		# Tickets and clocks keep the version they were given, and later versions point back to it.
		self.ignore_linked_doctypes = (
			"CS Service Policy",
			"CS Service Clock",
			"CS Service Event",
			"HD Ticket",
		)

	def get_invalid_links(self, *args, **kwargs):
		"""Frappe refuses links to cancelled documents; the version that was replaced is always one."""
		invalid, cancelled = super().get_invalid_links(*args, **kwargs)
		return invalid, [link for link in cancelled if link[0] != "previous_version"]

	def on_change(self):
		forget_definitions()

	def on_trash(self):
		if frappe.db.exists("CS Service Clock", {"policy": self.name}):
			frappe.throw(
				_(
					"{0} cannot be deleted: there are tickets that were measured by it. Leave it cancelled."
				).format(frappe.bold(self.name))
			)

	def warn_of_same_order(self):
		others = policies_with_same_order(self)
		if others:
			frappe.msgprint(
				_("The order {0} is taken by {1}. Choose another number before you submit.").format(
					self.priority_number, ", ".join(frappe.bold(title) for title in others)
				),
				indicator="orange",
			)

	def refuse_same_order(self):
		others = policies_with_same_order(self) if self.enabled else []
		if others:
			frappe.throw(
				_(
					"The order {0} is taken by {1}. Choose another number, or disable that policy first."
				).format(self.priority_number, ", ".join(frappe.bold(title) for title in others))
			)
