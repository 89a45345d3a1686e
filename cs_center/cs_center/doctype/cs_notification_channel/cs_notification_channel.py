import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint

from cs_center.cs_center.doctype.cs_notification_channel.address_messages import explain_refused_address
from cs_center.cs_center.doctype.cs_service_calendar.cs_service_calendar import require_enabled_calendar
from cs_center.cs_center.ranges import require_ranges
from cs_center.integrations.web_addresses import NOT_A_URL, AddressRefused, check_address, shown_address

RANGES = {"messages_per_minute": (1, 1000), "timeout_seconds": (1, 30), "digest_minutes": (0, 24 * 60)}
"""Field -> least and most. A job that waits longer than half a minute for one answer keeps the others waiting."""


class CSNotificationChannel(Document):
	"""A group chat or another receiver that is reached by a webhook. The address is a secret: it stands nowhere else."""

	def validate(self):
		self.check_webhook()
		require_ranges(self, RANGES)
		if self.has_value_changed("quiet_calendar"):
			require_enabled_calendar(self.quiet_calendar)
		if not self.enabled and self.has_value_changed("enabled"):
			self.warn_of_policies()

	def on_trash(self):
		waiting = {"medium": "Webhook", "channel": self.name, "state": ["in", ["Queued", "Sending"]]}
		if frappe.db.exists("CS Notification Delivery", waiting):
			frappe.throw(
				_(
					"{0} cannot be deleted: there are messages waiting for it. Cancel them, or wait until they are sent."
				).format(frappe.bold(self.name))
			)

	def check_webhook(self):
		"""A new address is checked; an unchanged one comes back from the form as asterisks."""
		self.webhook_url = (self.webhook_url or "").strip()
		if not self.webhook_url:
			return  # required: Frappe says so
		if not self.is_dummy_password(self.webhook_url):
			self.check_address()
			self.shown_address = shown_address(self.webhook_url)
		elif self.is_new():
			frappe.throw(explain_refused_address(NOT_A_URL, ""))

	def check_address(self):
		allow_private = cint(frappe.get_cached_doc("CS Center Settings").allow_private_addresses)
		try:
			check_address(self.webhook_url, bool(allow_private))
		except AddressRefused as refused:
			# Not "from refused", and the address taken off: neither a log nor an answer may hold it.
			self.webhook_url = None
			message = explain_refused_address(refused.code, refused.params.get("host", ""))
		else:
			return
		frappe.throw(message)

	def warn_of_policies(self):
		steps = frappe.get_all(
			"CS Escalation Step", {"channel": self.name, "docstatus": 1}, pluck="parent", distinct=True
		)
		if steps:
			frappe.msgprint(
				_("{0} is named by {1}. While it is disabled, their messages are not sent to it.").format(
					frappe.bold(self.name), ", ".join(frappe.bold(name) for name in sorted(steps))
				),
				indicator="orange",
			)
