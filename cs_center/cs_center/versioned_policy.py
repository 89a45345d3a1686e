"""What service policies and escalation policies have in common: a place in an order, versions, conditions."""

import frappe
from frappe import _
from frappe.model.document import Document

from cs_center.cs_center.doctype.cs_service_calendar.cs_service_calendar import require_enabled_calendar
from cs_center.cs_center.policy_conditions import check_conditions
from cs_center.cs_center.policy_subjects import check_subject
from cs_center.cs_center.policy_versions import (
	number_version,
	policies_with_same_order,
	readable_name,
	refuse_second_successor,
	retire_previous_version,
)
from cs_center.services.service_levels.memory import forget_definitions


class VersionedPolicy(Document):
	"""One version of a policy, in force while submitted and enabled. Has title, applies_to, priority_number, enabled,
	calendar, conditions, version, family, previous_version and amended_from.
	"""

	KEPT_BY: tuple[str, ...] = ()
	"""DocTypes whose records keep the version that they were given: they do not stand against cancelling it."""

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
		check_subject(self)
		check_conditions(self)
		require_enabled_calendar(self.calendar)
		self.check_rows()
		if self.docstatus == 0:
			self.warn_of_same_order()

	def check_rows(self):
		"""Each kind of policy refuses here what cannot be used, with a message that names the row and what to do."""

	def before_submit(self):
		self.refuse_same_order()
		refuse_second_successor(self)

	def on_submit(self):
		retire_previous_version(self)

	def before_update_after_submit(self):
		self.refuse_same_order()

	def on_cancel(self):
		# Later versions point back to it.
		self.ignore_linked_doctypes = (self.doctype, *self.KEPT_BY)

	def on_change(self):
		forget_definitions()

	def get_invalid_links(self, *args, **kwargs):
		"""Frappe refuses links to cancelled documents; the version that was replaced is always one."""
		invalid, cancelled = super().get_invalid_links(*args, **kwargs)
		return invalid, [link for link in cancelled if link[0] != "previous_version"]

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
