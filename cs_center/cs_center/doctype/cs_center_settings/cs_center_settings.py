import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt

from cs_center.cs_center.doctype.cs_center_settings import customer_checks
from cs_center.cs_center.doctype.cs_channel.cs_channel import SETTINGS_FIELDS, require_enabled_channel
from cs_center.cs_center.doctype.cs_service_calendar.cs_service_calendar import require_enabled_calendar
from cs_center.cs_center.ranges import require_ranges
from cs_center.cs_center.staff import require_role_with_members
from cs_center.services.service_levels.safety import request_catching_up

LARGEST_BATCH = 5000
"""A pass works within one transaction; above this many clocks it would hold its locks for too long."""


RANGES = {
	"digest_minutes": (0, 24 * 60),
	"longest_snooze_hours": (1, 168),
	"delivery_attempts": (1, 20),
	"repeat_days": (1, 365),
	"failed_attempts": (1, 10),
	"reminder_hours": (1, 720),
	**customer_checks.RANGES,
}
"""Field -> least and most."""


class CSCenterSettings(Document):
	"""Settings of the whole site. The adoption fields are written by the background job, not by the form."""

	def validate(self):
		if not 1 <= cint(self.warn_percent) <= 99:
			frappe.throw(_("The warning at {0} % is out of range. Enter 1 to 99.").format(self.warn_percent))
		if not 1 <= cint(self.evaluation_batch_size) <= LARGEST_BATCH:
			frappe.throw(
				_("{0} tickets per batch is out of range. Enter 1 to {1}.").format(
					self.evaluation_batch_size, LARGEST_BATCH
				)
			)
		require_ranges(self, RANGES)
		self.check_escalation()
		self.check_complaints()
		customer_checks.check_customers(self)
		self.note_switching_on()
		require_enabled_calendar(self.default_calendar)
		for field in SETTINGS_FIELDS:
			require_enabled_channel(self.get(field))

	def on_update(self):
		customer_checks.spread_currency(self)

	def check_escalation(self):
		require_enabled_calendar(self.quiet_calendar)
		require_role_with_members(self.alarm_role, _("Alarm role"))

	def check_complaints(self):
		if flt(self.compensation_limit) < 0:
			frappe.throw(
				_(
					"A sum below zero cannot be a limit. Enter 0, so that all compensation needs approval, or more."
				)
			)
		require_role_with_members(self.compensation_role, _("Approves compensation"))
		require_role_with_members(self.major_report_role, _("Major complaints are reported to"))

	def note_switching_on(self):
		"""What happened while service levels or escalations were off is caught up by the minute pass."""
		before = self.get_doc_before_save()
		switches = ("enabled", "run_escalations")
		if before and any(self.get(switch) and not before.get(switch) for switch in switches):
			request_catching_up()
